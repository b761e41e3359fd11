"""A filled Word document: which box belongs to which field, and what stands in it.

A box is known by the name of its control (its tag, or the placeholder's, which outlives LibreOffice), by the bookmark
at its label, by the label itself, or by the column that it stands in. What stands in it is all the text of its cell
but the label, for people type beside a control as well as in it.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from lxml import etree

from generator.catalogue.form import FieldSpec, Form
from generator.control_names import bookmark_name, choice_of, control_name, without_prompts
from generator.errors import Fault, Place, pointer_key
from generator.kinds import BOOLEAN
from generator.kinds.raw import fold
from generator.records.filled.answers import Answers, Identity, RowKey
from generator.records.filled.labels import (
    TICKED,
    Labels,
    columns_of,
    is_total,
    labels_of,
    names_of,
    repeat_of,
    repeats_of,
    sides_of,
    ticked,
)
from generator.records.filled.packages import Package
from generator.records.filled.said import (
    is_box,
    is_ticked,
    one_or_more,
    typed_in_letter,
    without_flag,
    without_label,
    written,
)
from generator.records.filled.word_text import W as _W
from generator.records.filled.word_text import WordText

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_P, _TBL, _TR, _TC, _SDT, _MARK = (f"{_W}{name}" for name in ("p", "tbl", "tr", "tc", "sdt", "bookmarkStart"))
_NOWHERE = Place()


@lru_cache(maxsize=64)
def _digests(form: Form) -> dict[str, str]:
    found: dict[str, str] = {}
    for spec in form.root.walk():
        if spec.shape == "value":
            found |= dict.fromkeys((control_name(spec.pointer), bookmark_name(spec.pointer)), spec.pointer)
    return found


@lru_cache(maxsize=65536)
def _meant(form: Form, name: str) -> tuple[str, int, bool | None]:
    """Return the pointer and the choice that the name of a control means, and whether it is a field's.

    None for that of a field that the form hasn't.
    """
    pointer, number = choice_of(name) or (name, 0)
    pointer = _digests(form).get(pointer, pointer)
    if not pointer.startswith("/"):
        return pointer, number, False
    spec = form.spec_at(pointer)
    return pointer, number, None if spec is None else spec.shape == "value"


def docx_identity(package: Package) -> Identity:
    """Return what a Word document says of itself."""
    said = package.properties()
    return Identity(*(said.get(f"biaodan.{name}", "") for name in ("form", "version", "lang")))


def docx_answers(package: Package, form: Form) -> Answers:
    """Return the answers of a Word document of a form.

    Raises RecordError as `Package` does.
    """
    name = package.main_part("word/document.xml")
    body = package.root(name).find(f"{_W}body")
    if body is None:
        return Answers(form)
    has_pictures = b"Wingdings" in package.content(name)
    texts = WordText.of(body, package.program, has_pictures=has_pictures)
    return answers_in(body, form, texts, package.place)


def answers_in(body: etree._Element, form: Form, texts: WordText | None = None, place: Place = _NOWHERE) -> Answers:
    """Return the answers that stand in a document's body, their boxes with the cells that they are.

    `texts`: what reads its texts, with care for what the program that saved it does to them.
    """
    reader = _Reader(form, file=place.file, texts=texts or WordText.of(body, "", has_pictures=True))
    reader.blocks(body)
    if form.template and not reader.has_controls:
        reader.answers.warnings.append(Fault("W-read-gaps", place))
    return reader.answers


@dataclass(slots=True)
class _Control:
    """A content control: the field or choice that its name means, and its text or state."""

    pointer: str
    number: int = 0
    """The number of the choice whose box it is, from 1; 0 for a control of a value."""

    checked: bool = False
    element: etree._Element | None = None


@dataclass(slots=True)
class _Cell:
    """A cell: its paragraphs as texts, its controls, the field that its bookmark names, the columns that it takes."""

    lines: list[str]
    controls: list[_Control]
    pointer: str
    start: int
    span: int
    element: etree._Element
    goes_on: bool = False
    """Whether it is merged with the cell above it."""

    labels: int = 0
    """How many of its paragraphs are set as labels, where it has no controls."""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass
class _Reader:
    """Reads one document."""

    form: Form
    tables: int = 0
    paragraphs: int = 0
    file: str = ""
    texts: WordText = field(default_factory=WordText)
    has_controls: bool = False

    def __post_init__(self) -> None:
        self.answers, self.labels = Answers(self.form), Labels(self.form)
        self.repeats = repeats_of(self.form)
        self.continued: dict[str, set[str]] = {}
        self.above: dict[str, object] = {}
        self.heading = ""
        self.open: tuple[str, FieldSpec, list[str], str] | None = None

    # --- names ---

    @cached_property
    def digests(self) -> dict[str, str]:
        """Return the pointers of fields by the digests that stand for them where they are too long."""
        return _digests(self.form)

    def named(self, name: str) -> _Control | None:
        """Return what the name of a control means; None where it is none of ours."""
        pointer, number, is_field = _meant(self.form, name)
        if is_field:
            return _Control(pointer, number)
        if is_field is None:
            self.answers.unknown.add(pointer)
        return None

    # --- what stands one after another ---

    def blocks(self, parent: etree._Element) -> None:
        for element in parent:
            if element.tag == _P:
                self.paragraph(element)
            elif element.tag == _TBL:
                self.close()
                self.table(element)
            elif element.tag == _SDT:
                content = element.find(f"{_W}sdtContent")
                if content is not None:
                    self.blocks(content)
            elif element.tag in (f"{_W}ins", f"{_W}moveTo", f"{_W}smartTag", f"{_W}customXml"):
                self.blocks(element)
        self.close()

    def paragraph(self, element: etree._Element) -> None:
        """Take a paragraph of running text: a heading, the label of lines to write on, or such a line."""
        self.paragraphs += 1
        text = self.texts.text(element).strip()
        name = _style(element)
        if name.lower().startswith("heading") or name.isdigit():
            self.close()
            self.labels.enter(text)
            self.heading = text
            return
        is_line = "writing" in name.lower()
        if is_line and self.open is None and (headed := self.labels.headed(self.heading)):
            self.open = (*headed, [], f"paragraph:{self.paragraphs}")
        leading = self.labels.parts(text) if text and not is_line else ()
        for pointer, spec, rest in leading:
            self.close()
            rest = typed_in_letter(rest, spec) if name.startswith(_LETTER) else rest
            self.open = (pointer, spec, [rest] if rest else [], f"paragraph:{self.paragraphs}")
        if is_line and self.open:
            self.open[2].append(text)
        elif self.open and text and not leading:
            self.close()

    def close(self) -> None:
        """Put down what was written on lines."""
        if self.open:
            pointer, spec, lines, at = self.open
            self.answers.put(pointer, written("\n".join(lines).strip("\n"), spec), at)
            self.open = None

    # --- tables ---

    def table(self, element: etree._Element) -> None:
        self.tables += 1
        number = self.tables
        rows = [list(map(self.cell, cells)) for cells in map(list, map(_cells, _rows(element))) if cells]
        rows = [_placed(row) for row in rows]
        repeat = self.repeat(rows)
        if repeat:
            self.repeat_rows(*repeat, rows, number)
            return
        for at, row in enumerate(rows, 1):
            if not self.scale(row, f"table:{number}:{at}"):
                for cell in row:
                    self.field(cell, f"table:{number}:{at}")
        for inner in element.iterfind(f"{_TR}/{_TC}/{_TBL}"):
            self.table(inner)

    def cell(self, element: etree._Element) -> _Cell:
        controls, paragraphs, pointer = list[_Control](), list[etree._Element](), ""
        for one in element.iter(_P, _SDT, _MARK):
            if one.tag == _P:
                paragraphs.append(one)
            elif one.tag == _SDT:
                found = self.control(one)
                if found:
                    controls.append(found)
            else:
                pointer = pointer or self.digests.get(one.get(f"{_W}name", ""), "")
        properties = element.find(f"{_W}tcPr")
        span = properties.find(f"{_W}gridSpan") if properties is not None else None
        wide = span.get(f"{_W}val", "1") if span is not None else "1"
        down = properties.find(f"{_W}vMerge") if properties is not None else None
        goes_on = down is not None and down.get(f"{_W}val", "continue") == "continue"
        labels = 0 if controls else sum(_style(one) == _LABEL for one in paragraphs)
        lines = self.texts.lines(paragraphs)
        return _Cell(lines, controls, pointer, 0, int(wide) if wide.isdigit() else 1, element, goes_on, labels)

    def control(self, element: etree._Element) -> _Control | None:
        properties = element.find(f"{_W}sdtPr")
        if properties is None:
            return None
        for path in (f"{_W}tag", f"{_W}placeholder/{_W}docPart"):
            at = properties.find(path)
            found = self.named(at.get(f"{_W}val", "")) if at is not None else None
            if found:
                state = properties.find(f"{_W14}checkbox/{_W14}checked")
                if state is not None:
                    found.checked = state.get(f"{_W14}val", "0") in ("1", "true", "on") or self.is_typed_over(element)
                found.element = element
                self.has_controls = True
                return found
        return None

    def is_typed_over(self, box: etree._Element) -> bool:
        """Tell whether a tick was typed over a box that wasn't ticked."""
        text = self.texts.text(box).strip()
        return bool(text) and all(mark in TICKED for mark in text)

    # --- boxes of fields ---

    def field(self, cell: _Cell, at: str) -> None:
        """Take the answer of a cell that begins with its label."""
        if len({control.pointer for control in cell.controls}) > 1:
            self.merged_controls(cell, at)
            return
        for lines in self.parts(cell):
            self.field_of(lines, cell, at)

    def parts(self, cell: _Cell) -> list[list[str]]:
        """Return the lines of a cell; those of a cell that was merged of several, apart for each of their labels."""
        parts: list[list[str]] = [[]]
        for line in cell.lines:
            if cell.labels > 1 and parts[-1] and self.labels.knows(line):
                parts.append([])
            parts[-1].append(line)
        return parts

    def field_of(self, lines: list[str], cell: _Cell, at: str) -> None:
        pointer = cell.controls[0].pointer if cell.controls else cell.pointer
        if pointer:
            self.labels.mark(pointer)
        elif lines:
            taken = self.labels.take(lines[0])
            if taken is None and cell.labels and (begun := self.labels.beginning(lines[0])):
                pointer, _, rest = begun
                lines = [rest, *(line for line in lines[1:] if line.strip())]
            elif taken is not None:
                pointer = taken[0]
        spec = self.form.spec_at(pointer) if pointer else None
        if spec is None:
            return
        rest_lines = lines[1:] if lines and fold(lines[0]) in names_of(spec) else lines
        if rest_lines and len(rest_lines) == len(lines):
            rest_lines = [without_label(rest_lines[0], spec), *rest_lines[1:]]
        self.answers.put(pointer, self.answer(spec, rest_lines, cell.controls), at, cell.element)

    def merged_controls(self, cell: _Cell, at: str) -> None:
        """Take the answers of a cell that was merged of several: what stands in their controls, and nowhere else."""
        rest = cell.text
        by_pointer: dict[str, list[_Control]] = {}
        for control in cell.controls:
            by_pointer.setdefault(control.pointer, []).append(control)
        for pointer, controls in by_pointer.items():
            spec = self.form.spec_at(pointer)
            texts = [self.texts.text(one.element) for one in controls if one.element is not None]
            for text in texts:
                rest = rest.replace(text, "", 1)
            if spec is not None:
                self.labels.mark(pointer)
                self.put(pointer, self.answer(spec, [] if controls[0].number else texts, controls), at, cell.element)
        left = [line for line in rest.split("\n") if line.strip() and not self.labels.is_label(line)]
        if left and not all(control.number for control in cell.controls):
            self.merged(next(iter(by_pointer)), at)

    def put(self, pointer: str, raw: object, at: str, element: etree._Element) -> None:
        """Take note of an answer, within a row of a repeat as well."""
        for repeat in self.repeats:
            number = _index(pointer, repeat) if pointer.startswith(f"{repeat}/") else None
            if number is not None:
                self.answers.put_cell(repeat, (number, 0), pointer_key(pointer.rpartition("/")[2]), raw, at, element)
                return
        self.answers.put(pointer, raw, at, element)

    def merged(self, pointer: str, at: str) -> None:
        """Tell that it can't be told which of several fields a cell's text is the answer of."""
        spec = self.form.spec_at(pointer)
        place = spec.place(pointer, file=self.file, row=at) if spec else Place(self.file, at)
        self.answers.faults.append(Fault("E-read-merged", place))

    def answer(self, spec: FieldSpec, lines: Sequence[str], controls: Sequence[_Control]) -> object:
        """Return what was answered in a box, as it is written there."""
        boxes = [control for control in controls if control.number]
        if boxes and any(box.checked for box in boxes):
            labels = labels_of(spec, "zh-Hans")
            chosen = [labels[box.number - 1] for box in boxes if box.checked and box.number <= len(labels)]
            return one_or_more(spec, chosen)
        text = without_prompts("\n".join(lines), spec.kind.control)
        if spec.choices or spec.kind is BOOLEAN:
            chosen_in = ticked(spec, text)
            if chosen_in is not None:
                return one_or_more(spec, chosen_in)
        return written(text, spec) if not controls else text if text.strip() else None

    def scale(self, row: Sequence[_Cell], at: str) -> bool:
        """Take a line of a scale: a label, and a box for each step; tell whether it was one."""
        steps = row[1:]
        boxes = [control for cell in steps for control in cell.controls if control.number]
        if boxes:
            spec = self.form.spec_at(boxes[0].pointer)
            every = {control.pointer for cell in row for control in cell.controls}
            has_all = all(any(control.number for control in cell.controls) for cell in steps)  # else it is yes or no
            if spec is not None and has_all and len(every) == 1 and not row[0].controls and len(steps) > 1:
                self.labels.mark(boxes[0].pointer)
                self.answers.put(boxes[0].pointer, self.answer(spec, [], boxes), at, row[0].element)
                return True
            return False
        if len(steps) < 2 or not all(is_box(cell.text) for cell in steps) or not row[0].text.strip():
            return False
        taken = self.labels.take(row[0].text)
        if taken is None or len(taken[1].choices) != len(steps):
            return False
        labels = labels_of(taken[1], "zh-Hans")
        chosen = [label for label, cell in zip(labels, steps, strict=True) if is_ticked(cell.text)]
        self.answers.put(taken[0], one_or_more(taken[1], chosen), at, row[0].element)
        return True

    # --- rows of repeats ---

    def repeat(self, rows: Sequence[Sequence[_Cell]]) -> tuple[str, FieldSpec, int, dict[int, str]] | None:
        """Return the repeat whose rows a table holds: its pointer, how many rows are its head, its columns by place."""
        head = next(
            (n for n, row in enumerate(rows[:3]) if not any(cell.controls for cell in row) and len(row) > 1), None
        )
        named = next((c.pointer for row in rows for cell in row for c in cell.controls), "")
        first, labels = (0, ()) if head is None else (head + 1, rows[head])
        possible = []
        inner = repeat_of(self.form, named) if named else None
        for at, spec in {**self.repeats, **dict([inner] if inner else [])}.items():
            if named and not named.startswith(f"{at}/"):
                continue
            found = columns_of(spec, [cell.text for cell in labels])
            columns = {labels[n].start: key for n, key in found.items()}
            if named or (columns and _is_head(spec, columns, labels)):
                possible.append((at, spec, first, columns))
        return max(possible, key=self.likeliness, default=None)

    def likeliness(self, repeat: tuple[str, FieldSpec, int, dict[int, str]]) -> tuple[bool, int, bool]:
        """Return how likely a table holds a repeat: it stands under its heading, has its columns, wasn't read yet."""
        at, _, _, columns = repeat
        return at == self.labels.section, len(columns), at not in self.answers.rows

    def repeat_rows(
        self,
        at: str,
        spec: FieldSpec,
        first: int,
        columns: dict[int, str],
        rows: Sequence[Sequence[_Cell]],
        number: int,
    ) -> None:
        known = self.continued.setdefault(at, set())
        is_wider = bool(known) and len(known & set(columns.values())) <= 1
        count = 0 if is_wider or not known else len(self.answers.rows.get(at, ()))
        known |= set(columns.values())
        self.answers.rows.setdefault(at, {})
        self.above = {}
        key: RowKey = (count - 1, 0)
        seen: set[int] = set()
        for n, row in _row_by_row(rows, first, sides_of(columns)):
            place = f"table:{number}:{n}"
            if self.beneath(at, spec, key, row, place):
                continue
            if row and is_total(row[0].text) and not any(cell.controls for cell in row):
                continue
            own = next((i for cell in row for c in cell.controls if (i := _index(c.pointer, at)) is not None), None)
            if own is not None and own not in seen:
                key = (own, 0)
                seen.add(own)
            elif seen or any(cell.controls for cell in row):
                key = (key[0], key[1] + 1)
            else:
                key = (key[0] + 1, 0)
            self.row(at, spec, key, columns, row, place)

    def row(
        self, at: str, spec: FieldSpec, key: RowKey, columns: dict[int, str], row: Sequence[_Cell], place: str
    ) -> None:
        for cell in row:
            if len({control.pointer for control in cell.controls}) > 1:
                self.merged_controls(cell, place)
                continue
            pointer = next((c.pointer for c in cell.controls), "")
            name = pointer_key(pointer.rpartition("/")[2]) if pointer else columns.get(cell.start, "")
            child = spec.by_key.get(name)
            if child is None:
                continue
            covered = [n for n in range(cell.start, cell.start + cell.span) if n in columns]
            if len(covered) > 1 and not pointer and cell.text.strip():
                self.merged(f"{at}/{child.step}", place)
                continue
            is_due = spec.table.overdue.get("due") == name
            lines = without_flag(cell.lines) if is_due else cell.lines
            raw = self.answer(child, lines, cell.controls)
            raw = self.above.get(name) if raw is None and cell.goes_on else raw
            self.above[name] = raw
            self.answers.put_cell(at, key, name, raw, place, cell.element)

    def beneath(self, at: str, spec: FieldSpec, key: RowKey, row: Sequence[_Cell], place: str) -> bool:
        """Take a text that stands beneath its row for its length; tell whether the row is such a text."""
        if len(row) != 1 or row[0].controls or row[0].span < 2 or key[0] < 0:
            return False
        for child in spec.fields:
            rest = without_label(row[0].text, child)
            if rest != row[0].text:
                cells = self.answers.rows[at].get(key, {})
                cells.pop(child.key, None)
                self.answers.put_cell(at, key, child.key, written(rest, child), place)
                return True
        return False


def _row_by_row(
    rows: Sequence[Sequence[_Cell]], first: int, sides: Sequence[Mapping[int, str]]
) -> Iterator[tuple[int, Sequence[_Cell]]]:
    """Yield the rows beneath a table's head with their numbers, apart those that stand side by side."""
    starts = [*map(min, sides[1:])]
    for n, row in enumerate(rows[first:], first + 1):
        for start, end in pairwise([0, *starts, sys.maxsize]):
            part = [cell for cell in row if start <= cell.start < end] if starts else row
            if part or not start:
                yield n, part


def _is_head(spec: FieldSpec, columns: dict[int, str], row: Sequence[_Cell]) -> bool:
    """Tell whether a row names so many columns of a repeat that it is its head."""
    named = [cell for cell in row if cell.text.strip()]
    return len(set(columns.values())) == len(spec.fields) or (len(columns) > 1 and len(columns) >= len(named) - 1)


def _index(pointer: str, repeat: str) -> int | None:
    """Return the number of the row that a pointer leads into."""
    step = pointer.removeprefix(f"{repeat}/").partition("/")[0]
    return int(step) if step.isdigit() else None


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style.get(f"{_W}val", "") if style is not None else ""


_LABEL, _LETTER = "FieldLabel", "Letter"
"""The style of labels in boxes, and how those of letters begin."""


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """Yield the rows of a table, within controls as well; those that were deleted are left out."""
    for element in table:
        if element.tag == _TR:
            if element.find(f"{_W}trPr/{_W}del") is None:
                yield element
        elif element.tag == _SDT and (content := element.find(f"{_W}sdtContent")) is not None:
            yield from _rows(content)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for element in row:
        if element.tag == _TC:
            yield element
        elif element.tag == _SDT and (content := element.find(f"{_W}sdtContent")) is not None:
            yield from _cells(content)


def _placed(row: list[_Cell]) -> list[_Cell]:
    """Return the cells of a row, each with the column of the grid in which it begins."""
    at = 0
    for cell in row:
        cell.start, at = at, at + cell.span
    return row
