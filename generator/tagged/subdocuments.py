"""Word files that stand beside a template and are put into it whole: `{{p subdoc("terms.docx") }}`.

What they need comes with them: styles that the template hasn't got, numbering, pictures, links. A style of the same
name is the template's. Tags in them are plain text, so that none holds another.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import nodes
from lxml import etree

from generator.catalogue.sandbox import template_function
from generator.errors import BiaodanError, Fault, Place, RecordError, SchemaError, fail
from generator.records.filled.packages import Package, package_of
from generator.tagged.joining import Joining
from generator.tagged.looking import shown
from generator.tagged.parts import LINKS, tagged_parts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAME = "subdoc"
MOST = 20
"""Files that a template may have put into it."""

LARGEST = 8 << 20
"""Bytes of one of them."""

Beside = tuple[tuple[str, bytes], ...]
"""Files that stand beside a template, by name."""

_CALL = re.compile(NAME + r"\s*\(\s*[\"'“”„‘’]([^\"'“”„‘’]{1,200})[\"'“”„‘’]\s*\)")
_SUFFIXES = frozenset({".docx", ".dotx"})


@dataclass(frozen=True, slots=True)
class Subdocument:
    """The paragraphs and tables of a file, as markup of the template that they are put into."""

    name: str
    markup: str


def beside(name: str, content: bytes, folder: Path) -> Beside:
    """Return the files that a template asks for, as far as they stand in its folder; what can't be opened has none."""
    try:
        package = package_of(content, Place(name), LINKS)
        wanted = sorted({found for part in tagged_parts(package) for found in _asked(package.root(part))})
    except BiaodanError:
        return ()
    found = ((one, _path(one, folder)) for one in wanted[: MOST + 1])
    return tuple((one, path.read_bytes()[: LARGEST + 1]) for one, path in found if path)


def _asked(root: etree._Element) -> Iterator[str]:
    for paragraph in root.iter(f"{W}p"):
        text = "".join(one.text or "" for one in paragraph.iter(f"{W}t"))
        if NAME in text:
            yield from _CALL.findall(text)


def _path(name: str, folder: Path) -> Path | None:
    """Return where a file stands; None where it isn't right beside the template, or is no Word file."""
    if Path(name).name != name or "\\" in name or ":" in name or Path(name).suffix.lower() not in _SUFFIXES:
        return None
    path = folder / name
    try:
        return path if path.is_file() and path.resolve().parent == folder.resolve() else None
    except OSError:
        return None


class Subdocuments:
    """The files that are put into one template. `calls`: by part, the names that its tags say."""

    def __init__(self, package: Package, files: Beside) -> None:
        self.package, self.files = package, dict(files)
        self.calls: dict[str, list[str]] = {}
        self.made: dict[str, Subdocument] = {}

    def look(self, part: str, tree: nodes.Template) -> list[tuple[int, str]]:
        """Take note of the calls of a part; return the line of each that can't be followed, and what it says."""
        stand = {id(call) for one in tree.find_all(nodes.Filter) if one.name == "paragraphs" for call in [one.node]}
        faulty = []
        for call in tree.find_all(nodes.Call):
            if not isinstance(call.node, nodes.Name) or call.node.name != NAME:
                continue
            first = call.args[0] if len(call.args) == 1 and not call.kwargs else None
            name = first.value if isinstance(first, nodes.Const) and isinstance(first.value, str) else ""
            if name in self.files and id(call) in stand:
                self.calls.setdefault(part, []).append(name)
            else:
                faulty.append((call.lineno, shown(name or "…")))
        return faulty

    def join(self) -> list[Fault]:
        """Put what the files need into the package; return what is wrong with them."""
        wanted = {name: [part for part, said in self.calls.items() if name in said] for name in self.files}
        faults: list[Fault] = []
        for number, (name, parts) in enumerate(sorted(wanted.items()), 1):
            if not parts:
                continue
            try:
                self.made[name] = Subdocument(name, self._joined(name, parts, number))
            except BiaodanError as error:
                faults += error.faults
        return faults

    def _joined(self, name: str, parts: list[str], number: int) -> str:
        place, content = Place(name), self.files[name]
        if len(content) > LARGEST:
            raise fail(RecordError, "E-read-large", place, limit=LARGEST >> 20)
        if number > MOST:
            raise fail(SchemaError, "E-own-subdoc-many", place, limit=MOST)
        return Joining(self.package, package_of(content, place, LINKS), number).markup(parts)

    def function(self) -> Callable[[str], Subdocument]:
        """Return what a tag calls."""
        made: Mapping[str, Subdocument] = self.made

        @template_function
        def subdoc(name: str) -> Subdocument:
            return made[name]

        return subdoc
