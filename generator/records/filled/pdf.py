"""A filled PDF: the values of its fields by their names, or the record attached to one that has no fields.

What a viewer draws is never read: a value is what stands in its field.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator import strict_json
from generator.catalogue.form import FieldSpec, Form
from generator.control_names import choice_of, option_names, pointer_of
from generator.errors import BiaodanError, Fault, Place, RecordError, fail, pointer_key
from generator.kinds import BOOLEAN
from generator.records.bounds import bounds
from generator.records.filled.answers import Answers, Identity
from generator.records.filled.labels import labels_of
from generator.records.filled.packages import refuse_size
from generator.records.filled.photos import put_attached

_RECORD = "record.json"
_NAMES = ("form", "version", "lang")
_MOST_FIELDS, _DEEPEST = 60_000, 32
"""Fields and boxes of a file, and how deep fields may lie within fields."""


def pdf_identity(path: Path, place: Place) -> Identity:
    """Return what a PDF says of itself, by its own names or in its description.

    Raises RecordError as `_opened` does.
    """
    with _opened(path, place) as pdf:
        return _identity(pdf)


def _identity(pdf: Any) -> Identity:
    said = {name: _text(pdf.docinfo.get(f"/biaodan.{name}")) for name in _NAMES}
    if not said["form"]:
        said = _described(pdf)
    return Identity(*(said.get(name, "") for name in _NAMES))


def pdf_answers(path: Path, form: Form, place: Place) -> Answers:
    """Return the answers of a PDF of a form.

    Raises RecordError as `_opened` does, E-read-xfa for a dynamic form, E-read-flat for a file of ours
    without fields and record, E-read-foreign for any other, E-read-attached for a record that is none.
    """
    with _opened(path, place) as pdf:
        acro = pdf.Root.get("/AcroForm")
        if acro is not None and "/XFA" in acro:
            raise fail(RecordError, "E-read-xfa", place)
        reader = _Reader(Answers(form), place)
        reader.read(pdf)
        answers = reader.answers
        if answers.is_empty and not answers.unknown and not answers.faults:
            answers.whole = _attached(pdf, place)
            answers.warnings.append(Fault("W-read-attached", place))
        elif form.root.holds_pictures:
            with suppress(RecordError):
                put_attached(answers, _attached(pdf, place))
        return answers


@contextmanager
def _opened(path: Path, place: Place) -> Iterator[Any]:
    """Open a file.

    Raises RecordError (E-read-large, E-file-read, E-read-locked, E-read-broken).
    """
    import pikepdf

    refuse_size(path, place)
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            yield pdf  # it may be locked for changes, which stands in no reader's way
    except BiaodanError:
        raise
    except pikepdf.PasswordError:
        raise fail(RecordError, "E-read-locked", place) from None
    except OSError as error:
        raise fail(RecordError, "E-file-read", place, why=error.strerror or "?") from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        raise fail(RecordError, "E-read-broken", place) from None


def _described(pdf: Any) -> dict[str, str]:
    """Return what the description of a PDF says of its form."""
    from lxml import etree

    found = pdf.Root.get("/Metadata")
    if found is None:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with suppress(etree.XMLSyntaxError):
        root = etree.fromstring(found.read_bytes(), parser)
        for element in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"):
            said = {name: element.get(f"{{urn:biaodan:form}}{name}", "") for name in _NAMES}
            if said["form"]:
                return said
    return {}


def _attached(pdf: Any, place: Place) -> Mapping[str, Any]:
    """Return the record that is attached to a file."""
    found = pdf.attachments.get(_RECORD)
    if found is None:
        raise fail(RecordError, "E-read-flat" if _identity(pdf).form else "E-read-foreign", place)
    content = found.get_file().read_bytes()
    if len(content) > bounds().record << 20:
        raise fail(RecordError, "E-record-large", place, limit=bounds().record)
    with suppress(UnicodeDecodeError, RecordError):
        record = strict_json.parse(content.decode(), RecordError, place.file)
        if isinstance(record, Mapping):
            return record
    raise fail(RecordError, "E-read-attached", place)


class _Damaged(ValueError):
    """A text holds half a character."""


def _text(value: Any) -> str:
    """Return a text string (ISO 32000-1, 7.9.2.2), line ends as they are everywhere else.

    Raises _Damaged for half a character of UTF-16, which Chromium leaves of one beyond the first 65,536.
    """
    import pikepdf

    if value is None:
        return ""
    content = value.read_bytes() if isinstance(value, pikepdf.Stream) else bytes(value)
    if content.startswith((b"\xfe\xff", b"\xff\xfe")):
        order = "utf-16-be" if content[0] == 0xFE else "utf-16-le"
        text = content[2:].decode(order, "surrogatepass" if len(content) % 2 == 0 else "replace")
    elif content.startswith(b"\xef\xbb\xbf"):
        text = content[3:].decode("utf-8", "replace")
    else:
        text = content.decode("pdfdoc", "replace")
    if any("\ud800" <= c <= "\udfff" for c in text) or "\ufffd" in text:
        raise _Damaged
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass
class _Reader:
    """Reads the fields of one document."""

    answers: Answers
    place: Place
    pages: dict[tuple[int, int], int] = field(default_factory=dict)
    ticked: dict[str, list[object]] = field(default_factory=dict)
    """The answers that are ticked of a field of several, by its pointer."""

    count: int = 0

    def read(self, pdf: Any) -> None:
        acro = pdf.Root.get("/AcroForm")
        if acro is None:
            return
        for number, page in enumerate(pdf.pages, 1):
            for annotation in page.obj.get("/Annots", ()):
                self.seen()
                self.pages.setdefault(annotation.objgen, number)
        for one in acro.get("/Fields", ()):
            self.field(one, "", None, None, 0)

    def seen(self) -> None:
        """Take note of one more object.

        Raises RecordError (E-read-bomb) where there are more than any form has.
        """
        self.count += 1
        if self.count > 2 * _MOST_FIELDS:
            raise fail(RecordError, "E-read-bomb", self.place, limit=bounds().unpacked)

    def field(self, node: Any, above: str, kind: Any, value: Any, depth: int) -> None:
        """Read a field, or those within it; kind and value are inherited (ISO 32000-1, 12.7.3.1)."""
        self.seen()
        if depth > _DEEPEST:
            raise fail(RecordError, "E-read-broken", self.place)
        own = _text(node.get("/T")) if "/T" in node else ""
        name = f"{above}.{own}" if above and own else own or above
        kind, value = node.get("/FT", kind), node.get("/V", value)
        kids = list(node.get("/Kids", ()))
        within = [kid for kid in kids if "/T" in kid]
        for kid in within:
            self.field(kid, name, kind, value, depth + 1)
        if not within and name.startswith("/"):
            self.value(name, kind, value, self.where([node, *kids]))

    def where(self, boxes: list[Any]) -> str:
        """Return the page that a field's box is on."""
        page = next((self.pages[box.objgen] for box in boxes if box.objgen in self.pages), 0)
        return f"page:{page}" if page else ""

    def value(self, name: str, kind: Any, value: Any, at: str) -> None:
        """Take the value of a field."""
        choice = choice_of(name) if kind == "/Btn" else None
        pointer = pointer_of(choice[0] if choice else name)
        spec = self.answers.form.spec_at(pointer)
        if spec is None or spec.shape != "value":
            self.answers.unknown.add(pointer)
            return
        try:
            raw = self.raw(spec, kind, value)
        except _Damaged:
            self.answers.faults.append(Fault("E-damaged-text", self.place_of(spec, pointer, at)))
            return
        if choice:
            ticked = self.ticked.setdefault(pointer, [])
            ticked += [raw] if raw is not None else []
            raw = list(ticked) or None
        self.put(pointer, raw, at)

    def place_of(self, spec: FieldSpec, pointer: str, at: str) -> Place:
        return Place(self.place.file, at, spec.titles, pointer)

    def raw(self, spec: FieldSpec, kind: Any, value: Any) -> object:
        """Return what a field holds: what is ticked or picked of its choices, or the text; None for nothing."""
        import pikepdf

        if kind == "/Btn":
            name = str(value).removeprefix("/") if value is not None else "Off"
            return None if name == "Off" else _answer(spec, name)
        if isinstance(value, pikepdf.Array):
            chosen = [_answer(spec, _text(one)) for one in value]
            return chosen or None
        text = _text(value)
        if not text:
            return None
        return _answer(spec, text) if kind == "/Ch" else text

    def put(self, pointer: str, raw: object, at: str) -> None:
        """Take note of an answer, of a row where it is one of a repeat's."""
        above, _, key = pointer.rpartition("/")
        repeat, _, number = above.rpartition("/")
        spec = self.answers.form.spec_at(repeat) if number.isdigit() and repeat else None
        if spec is not None and spec.shape == "repeat" and not spec.holds_parts:
            self.answers.put_cell(repeat, (int(number), 0), pointer_key(key), raw, at)
        else:
            self.answers.boxes.pop(pointer, None)
            self.answers.put(pointer, raw, at)


def _answer(spec: FieldSpec, name: str) -> object:
    """Return the choice that a name in a PDF stands for: its value, or its label where that is a list or an object.

    What is no choice is returned as it is.
    """
    if not spec.choices and spec.kind is not BOOLEAN:
        return name
    values = [choice.value for choice in spec.choices] or [True, False]
    names = option_names(values)
    if name not in names:
        return name
    at = names.index(name)
    return labels_of(spec, "zh-Hans")[at] if isinstance(values[at], (list, dict)) else values[at]
