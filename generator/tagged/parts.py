"""The parts of a Word package: which of them may have tags, which stay as they are, and what is left out of them."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from generator.records.filled.packages import Package
from generator.tagged.inline import Inline, links
from generator.writers import opc

CUSTOM, TYPES, RELATIONS = "docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"
_SETTINGS, _CORE = "word/settings.xml", "docProps/core.xml"
LINKS = ("/hyperlink", "/attachedTemplate")
"""Endings of the types of relationships that may lead out of a file; templates that it was made from are left out."""

_KINDS = {
    "document.main+xml": "paragraph",
    "template.main+xml": "paragraph",
    "header+xml": "header",
    "footer+xml": "footer",
    "footnotes+xml": "footnote",
    "endnotes+xml": "endnote",
    "core-properties+xml": "property",
}
"""What the places of a part are called, by how its type ends."""

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_ATTACHED = re.compile(r"<w:attachedTemplate\b[^>]*/>|<Relationship\b[^>]*/attachedTemplate\"[^>]*/>")
_CHAIN = re.compile(r"<(?:Override|Relationship)\b[^>]*calcChain[^>]*/>")
_OURS = re.compile(r'<property\b[^>]*name="biaodan\.[^>]*>.*?</property>', re.DOTALL)
_PID = re.compile(r'\bpid="([0-9]+)"')
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)
_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


def tagged_parts(package: Package) -> dict[str, str]:
    """Return the parts that may have tags, each with what its places are called; the main part comes first."""
    found: dict[str, str] = {}
    for entry in package.root(TYPES):
        name, kind = entry.get("PartName", "").lstrip("/"), entry.get("ContentType", "")
        place = next((place for ending, place in _KINDS.items() if kind.endswith(ending)), "")
        if place and package.has(name):
            found[package.names[name.lower()]] = place
    return dict(sorted(found.items(), key=lambda pair: (pair[1] != "paragraph", pair[0])))


def kept_parts(package: Package, filled: set[str], dropped: Iterable[str] = ()) -> tuple[opc.Part, ...]:
    """Return the parts that stay, deflated, content types first; custom properties are written for each document.

    `dropped`: those that are left out, with what names them.
    """
    names = [TYPES, *(name for name in package.names.values() if name not in (TYPES, CUSTOM) and name[-1] != "/")]
    gone = {*filled, *dropped}
    kept = [name for name in names if name not in gone and name.lower() != CUSTOM.lower()]
    has_custom = package.has(CUSTOM)
    return tuple(opc.deflate(name, _kept(package, name, has_custom), opc.STATIC_LEVEL) for name in kept)


def types_of(package: Package) -> str:
    """Return the types of the parts of a package, those of pictures and of custom properties among them."""
    return _kept(package, TYPES, package.has(CUSTOM)).decode()


def _kept(package: Package, name: str, has_custom: bool) -> bytes:
    content = package.content(name)
    if b"calcChain" in content and name.lower().endswith((".rels", "].xml")):
        content = _CHAIN.sub("", content.decode()).encode()
    if name == TYPES:
        text = content.decode().replace(_TEMPLATE, _MAIN)
        added = f'<Override PartName="/{CUSTOM}" ContentType="{_CUSTOM_TYPE}"/>'
        added = "" if has_custom else added
        for ending in ("png", "jpeg"):
            if f'Extension="{ending}"' not in text:
                added += f'<Default Extension="{ending}" ContentType="image/{ending}"/>'
        return text.replace("</Types>", f"{added}</Types>").encode()
    if name == RELATIONS and not has_custom:
        added = f'<Relationship Id="rIdBiaodan" Type="{_CUSTOM_REL}" Target="{CUSTOM}"/>'
        return content.decode().replace("</Relationships>", f"{added}</Relationships>").encode()
    if b"attachedTemplate" in content and name.lower().endswith((".rels", "settings.xml")):
        return _ATTACHED.sub("", content.decode()).encode()
    return content


@dataclass(frozen=True)
class Links:
    """The relationships of a part: the name of their part, their text, and as they are, deflated."""

    name: str
    text: str
    kept: opc.Part

    def part(self, pictures: list[Inline], used: set[int]) -> opc.Part:
        """Return them with the pictures that a document has in the part."""
        if not used:
            return self.kept
        made = self.text.replace("</Relationships>", f"{links(pictures, used)}</Relationships>")
        return opc.deflate(self.name, made.encode())


def links_of(package: Package, part: str) -> Links:
    """Return the relationships of a part, empty ones where it has none."""
    folder, _, last = part.rpartition("/")
    name = f"{folder}/_rels/{last}.rels"
    text = _kept(package, package.names[name.lower()], has_custom=True).decode() if package.has(name) else _NO_LINKS
    text = re.sub(r"<Relationships\b([^>]*)/>", r"<Relationships\1></Relationships>", text)
    return Links(name, text, opc.deflate(name, text.encode(), opc.STATIC_LEVEL))


_NO_LINKS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


def with_properties(custom: str, values: Mapping[str, str]) -> str:
    """Return custom properties with ours among them (ISO/IEC 29500-1, 22.3)."""
    text = _OURS.sub("", custom or _EMPTY)
    if text.rstrip().endswith("/>"):
        text = _EMPTY
    first = max([1, *map(int, _PID.findall(text))]) + 1
    ours = "".join(
        f'<property fmtid="{_FORMAT_ID}" pid="{pid}" name="biaodan.{name}"><vt:lpwstr xmlns:vt="{_VT}">{escape(value)}'
        "</vt:lpwstr></property>"
        for pid, (name, value) in enumerate(values.items(), first)
    )
    return text.replace("</Properties>", f"{ours}</Properties>")


def packed(parts: Sequence[opc.Part]) -> bytes:
    """Return a package of deflated parts."""
    buffer = io.BytesIO()
    opc.write_package(buffer, parts)
    return buffer.getvalue()
