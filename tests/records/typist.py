"""A person who fills in our blank Word forms by typing: into cells, onto lines, over ticks, between the gaps of dates.

What the person types is a record; how, is drawn at random: each answer in one of the ways in which people write it.
"""

import io
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from generator.catalogue import FieldSpec, Form
from generator.kinds import BOOLEAN, CHOICE, CHOICES, DATE, DATETIME, LIST, MONTH, TIME
from generator.wording import Lang, choose, phrase

BOX, TICKS = "☐", ("☑", "√", "✔", "✓", "x", "■")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_MULTIPLE = ("、", ", ", "；")


class Typist:
    """Fills in one blank document; `typed` are the pointers of what found a place on it."""

    def __init__(self, blank: bytes, form: Form, lang: Lang, chance: random.Random) -> None:
        self.document = docx.Document(io.BytesIO(blank))
        self.form, self.lang, self.chance = form, lang, chance
        self.typed: set[str] = set()
        self.headed: list[tuple[str, Table]] = list(self._headed())

    def fill(self, values: Mapping[str, Any]) -> bytes:
        """Type a record's values, and return the document."""
        self.section(self.form.root, values, "")
        buffer = io.BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()

    def section(self, spec: FieldSpec, values: Mapping[str, Any], at: str) -> None:
        for child in spec.fields:
            value, pointer = values.get(child.key), f"{at}/{child.step}"
            if child.hidden:
                continue  # what no paper shows has no place there, whatever it is called
            if child.shape == "section":
                self.section(child, value or {}, pointer)
            elif child.shape == "repeat":
                if value and self.rows(child, value, pointer):
                    self.typed.add(pointer)
            elif value is not None and self.value(child, value, pointer):
                self.typed.add(pointer)

    def title(self, spec: FieldSpec) -> str:
        return choose(spec.titles, self.lang)

    # --- where answers go ---

    def _headed(self) -> Iterator[tuple[str, Table]]:
        """Yield the tables, each with the heading above it."""
        heading = ""
        for element in self.document.element.body:
            if element.tag == qn("w:p"):
                one = Paragraph(element, self.document)
                heading = one.text if (one.style.name or "").startswith("Heading") else heading
            elif element.tag == qn("w:tbl"):
                yield heading, Table(element, self.document)

    def value(self, spec: FieldSpec, value: Any, pointer: str) -> bool:
        above = self.form.spec_at(pointer.rpartition("/")[0]) if pointer.count("/") > 1 else None
        headings = [self.title(above)] if above is not None else []
        for only in (headings, [""]) if headings else ([""],):
            for heading, table in self.headed:
                if heading.find(only[0]) >= 0 and self.in_table(table, spec, value):
                    return True
        return self.on_lines(spec, value)

    def in_table(self, table: Table, spec: FieldSpec, value: Any) -> bool:
        for row in table.rows:
            cells = cells_of(row)
            label = cells[0].paragraphs[0].text.strip()
            if len(cells) > 2 and label == self.title(spec) and all(c.text.strip() == BOX for c in cells[1:]):
                self.step(cells[1:], spec, value)
                return True
            for cell in cells:
                lines = cell.paragraphs
                if lines[0].text.removesuffix("*").strip() == self.title(spec) and len(lines) > 1:
                    self.answer(cell, lines[1:], spec, value)
                    return True
        return False

    def step(self, cells: Sequence[_Cell], spec: FieldSpec, value: Any) -> None:
        n = [choice.value for choice in spec.choices].index(value)
        replaced(cells[n].paragraphs[0], BOX, self.chance.choice(TICKS))

    def on_lines(self, spec: FieldSpec, value: Any) -> bool:
        lines, title = self.document.paragraphs, re.escape(self.title(spec))
        for n, one in enumerate(lines):
            gap = re.search(rf"(?<![^；]){title}：([\u00a0年月日时時分]+)", one.text)
            if gap and "\n" not in self.text(spec, value):
                rewritten(one, one.text[: gap.start(1)] + self.text(spec, value) + one.text[gap.end(1) :])
                return True
            if re.fullmatch(rf"{title}[：:]|[一二三四五六七八九十]+、{title}|\d\. {title}", one.text.strip()):
                text = self.text(spec, value)
                places = [p for p in lines[n + 1 : n + 3] if p.style.name == "Writing Line"]
                if not places:
                    continue
                parts = text.split("\n") if len(places) > text.count("\n") else [text]
                for place, part in zip(places, parts, strict=False):
                    typed(place, part)
                return True
        return False

    # --- answers ---

    def answer(self, cell: _Cell, places: Sequence[Paragraph], spec: FieldSpec, value: Any) -> None:
        first = places[0]
        if BOX in first.text:
            self.tick(first, spec, value)
        elif spec.kind in (DATE, DATETIME, TIME, MONTH):
            self.moment(places, spec, value)
        elif "□" in first.text:
            text = self.text(spec, value)
            over = self.chance.choice((text, text + first.text[len(text) :], first.text + text, text + first.text))
            rewritten(first, over)
        else:
            self.type_lines(cell, first, self.text(spec, value))

    def type_lines(self, cell: _Cell, first: Paragraph, text: str) -> None:
        """Type a text with its lines broken, or as paragraphs of their own."""
        parts = text.split("\n") if self.chance.random() < 0.5 else [text]
        typed(first, parts[0], self.chance)
        for part in parts[1:]:
            typed(cell.add_paragraph(), part, self.chance)

    def tick(self, place: Paragraph, spec: FieldSpec, value: Any) -> None:
        labels = self.chosen(spec, value)
        way, mark = self.chance.randrange(4), self.chance.choice(TICKS)
        if way == 0 and len(labels) == 1:
            rewritten(place, labels[0])
            return
        for label in labels:
            text = place.text
            if way == 1:
                rewritten(place, text.replace(label, f"{label}{mark}", 1) if text.count(label) == 1 else text)
                if mark in place.text:
                    continue
            found = re.search(rf"{BOX}(?=\s*{re.escape(label)})", text)
            assert found, (label, text)
            rewritten(place, text[: found.start()] + mark + text[found.end() :])

    def chosen(self, spec: FieldSpec, value: Any) -> list[str]:
        if spec.kind is BOOLEAN:
            return [phrase("answer.yes" if value else "answer.no", self.lang)]
        values = value if isinstance(value, list) else [value]
        return [choose(choice.titles, self.lang) for choice in spec.choices if choice.value in values]

    def moment(self, places: Sequence[Paragraph], spec: FieldSpec, value: Any) -> None:
        """Write a day or a time between its gaps, over them, or before them."""
        plain, gaps = spec.kind.entry(value, self.lang), places[0].text
        way = 0 if getattr(value, "second", 0) else self.chance.randrange(4)
        if way == 0 or not gaps.strip():
            rewritten(places[0], self.maybe_wide(plain))
        elif way == 1:
            rewritten(places[0], plain + gaps)
        else:
            digits = self.digits(spec, value)
            mark = "\t" if way == 2 or self.lang == "en" else ""
            text = gaps if mark else gaps.replace("\t", "")
            rewritten(places[0], self.maybe_wide(put_between(text, digits, mark)))

    def digits(self, spec: FieldSpec, value: Any) -> list[str]:
        """Return the figures of a moment in the order of its gaps."""
        if spec.kind is MONTH:
            figures = value.split("-")
            return figures if self.lang != "en" else figures[::-1]
        clock = [f"{value.hour:02d}", f"{value.minute:02d}"] if hasattr(value, "hour") else []
        if spec.kind is TIME:
            return clock
        day = [f"{value.year}", f"{value.month}", f"{value.day}"]
        return (day[::-1] if self.lang == "en" else day) + clock

    def maybe_wide(self, text: str) -> str:
        return text.translate(WIDE) if self.chance.random() < 0.2 else text

    def text(self, spec: FieldSpec, value: Any) -> str:
        if spec.kind is LIST:
            return "\n".join(map(str, value))
        if spec.kind in (CHOICE, CHOICES, BOOLEAN):
            return self.chance.choice(_MULTIPLE).join(self.chosen(spec, value))
        text = spec.kind.entry(value, self.lang, (), spec.unit)
        return self.maybe_wide(text) if spec.kind.is_number else text

    # --- rows ---

    def rows(self, spec: FieldSpec, rows: Sequence[Mapping[str, Any]], pointer: str) -> bool:
        parts = self.tables_of(spec)
        typed = [self.part(spec, rows, pointer, *part) for part in parts]
        return bool(typed) and all(typed)

    def part(
        self,
        spec: FieldSpec,
        rows: Sequence[Mapping[str, Any]],
        pointer: str,
        table: Table,
        columns: Mapping[str, int],
    ) -> bool:
        preset = next((child for child in spec.fields if child.read_only and not child.derive), None)
        if preset is None or preset.key not in columns:
            self.make_room(table, len(rows))
            places = table.rows[1:]
        else:
            places = self.preset_rows(table, columns[preset.key], [self.text(preset, row[preset.key]) for row in rows])
        if not places:
            return False
        for row, place_of_row in zip(rows, places, strict=False):
            cells = cells_of(place_of_row)
            for child in spec.fields:
                value, at = row.get(child.key), columns.get(child.key)
                if value is None or at is None or child.read_only:
                    continue
                self.typed.add(f"{pointer}/*/{child.step}")
                place = cells[at].paragraphs[0]
                if BOX in place.text:
                    self.tick(place, child, value)
                elif child.kind in (DATE, DATETIME, TIME, MONTH):
                    self.moment([place], child, value)
                elif place.text:
                    rewritten(place, self.text(child, value))
                else:
                    self.type_lines(cells[at], place, self.text(child, value))
        return True

    def make_room(self, table: Table, count: int) -> None:
        """Add rows as people do, by copying one, and delete one that isn't needed."""
        total = phrase("total", self.lang)
        rows = [row for row in table.rows if cells_of(row)[0].text != total]
        last = rows[-1]._tr
        for _ in range(count - len(rows) + 1):
            last.addnext(deepcopy(last))
        if len(rows) - 1 > count:
            last.getparent().remove(last)

    def preset_rows(self, table: Table, at: int, names: Sequence[str]) -> list[_Row]:
        """Return the rows of what is printed in them; those that aren't filled in are deleted."""
        found = {cells_of(row)[at].text: row for row in table.rows[1:]}
        if [name for name in found if name in names] != list(names):
            return []
        for name, row in found.items():
            if name not in names:
                row._tr.getparent().remove(row._tr)
        return [found[name] for name in names]

    def tables_of(self, spec: FieldSpec) -> list[tuple[Table, dict[str, int]]]:
        """Return the table of rows, or the parts of one that is too wide for a page."""
        named = [(h, t) for h, t in self.headed if self.title(spec) in h]
        enough = len(spec.fields) - 2 - sum(1 for c in spec.fields if c.derive)
        parts = []
        for _, table in named or self.headed:
            head = [cell.text.replace("\n", "").removesuffix("*").strip() for cell in cells_of(table.rows[0])]
            columns = {child.key: head.index(self.title(child)) for child in spec.fields if self.title(child) in head}
            if len(columns) > 1 and len(columns) >= enough:
                return [(table, columns)]
            if len(columns) > 1:
                parts.append((table, columns))
        return parts if len({key for _, columns in parts for key in columns}) >= enough else []


def cells_of(row: _Row) -> list[_Cell]:
    """Return the cells of a row, a merged one once."""
    return [_Cell(tc, row._parent) for tc in row._tr.tc_lst]


def typed(place: Paragraph, text: str, chance: random.Random | None = None) -> None:
    """Type a text at the end of a paragraph, in as many runs as a program likes."""
    at = chance.randrange(len(text)) if chance is not None and len(text) > 1 else 0
    for part in (text[:at], text[at:]):
        if part:
            place.add_run(part)


def rewritten(place: Paragraph, text: str) -> None:
    """Write a paragraph's text anew."""
    for child in list(place._p):
        if child.tag != qn("w:pPr"):
            place._p.remove(child)
    place.add_run(text)


def replaced(place: Paragraph, one: str, other: str) -> None:
    rewritten(place, place.text.replace(one, other, 1))


def put_between(gaps: str, figures: Sequence[str], mark: str) -> str:
    """Return printed gaps with figures between their units: before each unit, or where a mark stands for one."""
    if mark and gaps.count(mark) == len(figures):
        parts = gaps.split(mark)
        return parts[0] + "".join(f"{mark}{figure}{part}" for figure, part in zip(figures, parts[1:], strict=True))
    made, left = "", list(figures)
    for character in gaps:
        if left and character in "年月日时時分/:":
            made += left.pop(0)
        made += character
    return made + "".join(left)


Change = Callable[[Any], None]
