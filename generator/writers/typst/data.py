"""Document → the data that `paper.typ` sets: one short function a node, plain lists and mappings out."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from generator.document import (
    GRID,
    NUMERIC,
    Choice,
    Column,
    Document,
    Emphasis,
    Field,
    FieldGrid,
    Heading,
    KeyFigures,
    Kind,
    LineBreak,
    ListBlock,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Row,
    Scale,
    Section,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Tone,
    Value,
    WritingLines,
)
from generator.formats import text_of
from generator.theme import MM_PER_INCH, SCALE_LABEL, column_widths, label_lines, size, text_width, theme
from generator.wording import phrase
from generator.writers.drawing import svg
from generator.writers.running import is_chosen, is_long, is_long_entry, plain_number, toned
from generator.writers.tables import parts, sums

Node = dict[str, Any]
_DATES = frozenset({Kind.DATE, Kind.DATETIME})
_TABLES = (FieldGrid, Table, Scale, KeyFigures, SignatureBlock)
_HEAVY_EVERY = 5
_LONG_WORD = re.compile("[!-~]{12,}")
_WIDEST_LETTER = 0.62
"""Ems of a letter of a word that is broken: a little more than the usual one is wide."""

_FIELD_PADDING, _CELL_PADDING = 4.0, 3.0


def blocks_of(document: Document) -> list[Node]:
    """Return the blocks of a document in order, sections taken apart, what precedes signatures kept beside them."""
    return list(_Data(document).blocks())


class _Data:
    def __init__(self, document: Document) -> None:
        self.document, self.lang, self.blank = document, document.lang, document.blank
        self.report = document.kind == "report"
        self.level = 1

    def blocks(self) -> Iterator[Node]:
        flat = [*_flat(self.document.blocks), None]
        before: Any = None
        held: list[Node] = []
        for block, following in pairwise(flat):
            made = list(RENDER[type(block)](self, block))
            for n, node in enumerate(made):
                node["after"] = n > 0 or isinstance(before, _TABLES)
            if isinstance(following, SignatureBlock) and not isinstance(block, PageBreak):
                *free, last = made
                yield from free
                *lead, end = _split(last)
                yield from lead
                held = [end]
            elif isinstance(block, SignatureBlock):
                yield {"kind": "together", "blocks": [*held, *made]}
                held = []
            else:
                yield from made
            before = block

    # --- inlines ---

    def inlines(self, children: Iterable[Any]) -> list[Any]:
        return [INLINE[type(child)](self, child) for child in children]

    def text(self, node: Text) -> Any:
        return ["t", node.text]

    def strong(self, node: Strong) -> Any:
        return ["b", self.inlines(node.children)]

    def emphasis(self, node: Emphasis) -> Any:
        return ["e", self.inlines(node.children)]

    def value(self, node: Value) -> Any:
        return ["t", node.text] if node.text else ["gap", node.width]

    def line_break(self, node: LineBreak) -> Any:
        return ["br"]

    # --- running text ---

    def heading(self, node: Heading) -> Iterator[Node]:
        plain = plain_number(node.number, self.lang) if node.number else ""
        self.level = min(node.level, self.level + 1)  # PDF/UA-1, 7.4.2: no level is skipped
        yield {
            "kind": "heading",
            "level": node.level,
            "outlined": self.level,
            "text": node.text,
            "number": node.number,
            "plain": plain,
            "hint": node.hint,
        }

    def paragraph(self, node: Paragraph) -> Iterator[Node]:
        children = self.inlines(node.children)
        yield {"kind": "paragraph", "role": node.role, "children": children, "report": self.report}

    def list_block(self, node: ListBlock) -> Iterator[Node]:
        yield {"kind": "list", "items": [self.inlines(item) for item in node.items], "ordered": node.ordered}

    def note(self, node: Note) -> Iterator[Node]:
        yield {"kind": "note", "children": self.inlines(node.children)}

    def page_break(self, node: PageBreak) -> Iterator[Node]:
        yield {"kind": "break"}

    def writing_lines(self, node: WritingLines) -> Iterator[Node]:
        label = node.label + phrase("separator", self.lang) if node.label else ""
        yield {"kind": "lines", "label": label, "count": node.count}

    # --- figures, pictures, signatures ---

    def key_figures(self, node: KeyFigures) -> Iterator[Node]:
        figures = [
            {"label": f.label, "text": f.text, "note": toned(f.note, f.tone, self.lang), "tone": f.tone}
            for f in node.figures
        ]
        yield {"kind": "figures", "figures": figures}

    def picture(self, node: Picture) -> Iterator[Node]:
        families = theme()["pdf_fonts"][self.lang]
        yield {"kind": "picture", "svg": svg(node, families), "alt": node.alt, "width": node.width}

    def signatures(self, node: SignatureBlock) -> Iterator[Node]:
        empty = phrase("signature.date", self.lang)
        places = [{"label": s.label, "name": s.name, "date": s.date or empty} for s in node.signatures]
        yield {"kind": "signatures", "places": places, "seal": any(s.seal for s in node.signatures)}

    # --- fields ---

    def field_grid(self, node: FieldGrid) -> Iterator[Node]:
        yield {"kind": "grid", "lines": [self.line(line) for line in node.lines], "open": ""}

    def line(self, fields: Sequence[Field]) -> Node:
        """Return a line of fields; `low` where it needs a least height, for nothing else makes it high."""
        long = any(is_long_entry(field) for field in fields)
        made = [self.field(field, long) for field in fields]
        return {"fields": made, "low": self.blank or not any(field["text"] or field["ticks"] for field in made)}

    def field(self, node: Field, long: bool) -> Node:
        width = text_width(self.document) * node.span / GRID - _FIELD_PADDING
        text = "" if node.ticks else text_of(node.value, node.kind, self.lang, node.choices, node.unit)
        text = broken(text, width, size("entry"))
        units = self.blank and node.value is None and node.kind in _DATES and not node.ticks
        return {
            "span": node.span,
            "label": node.label,
            "star": node.required and self.blank,
            "ticks": self.ticks(node.choices, node.value) if node.ticks else [],
            "units": phrase(f"blank.{node.kind}", self.lang) if units else "",
            "text": text,
            "lines": node.lines,
            "long": long,
        }

    def ticks(self, choices: Sequence[Choice], value: Any) -> list[Any]:
        return [[choice.label, is_chosen(choice, value), choice.note] for choice in choices]

    def scale(self, node: Scale) -> Iterator[Node]:
        rows = [
            {
                "label": field.label,
                "star": field.required and self.blank,
                "on": [is_chosen(choice, field.value) for choice in field.choices],
            }
            for field in node.fields
        ]
        steps = [choice.label for choice in node.fields[0].choices]
        ends = {"low": node.low, "high": node.high}
        yield {"kind": "scale", "steps": steps, "rows": rows, "share": SCALE_LABEL, **ends}

    # --- tables ---

    def table(self, node: Table) -> Iterator[Node]:
        yield from map(self.part, parts(self.document, node))

    def part(self, node: Table) -> Node:
        rows = list(node.rows)
        widths = column_widths(node, text_width(self.document), rows)
        own = widths[-len(node.columns) :]
        head = [[node.serial, False]] if node.serial else []
        head += [[label_lines(c.label, w), self.star(c)] for c, w in zip(node.columns, own, strict=True)]
        empty = Row((None,) * len(node.columns))
        every = enumerate([*rows, *[empty] * node.blank_rows], 1)
        made = [self.row(node, row, n, own) for n, row in every]
        return {
            "kind": "table",
            "widths": widths,
            "head": head,
            "align": (["center"] if node.serial else []) + [_alignment(c) for c in node.columns],
            "rows": made + self.total(node, rows, own),
            "caption": node.caption,
            "register": node.register,
            "open": "",
        }

    def star(self, column: Column) -> bool:
        return column.required and self.blank and not column.read_only

    def row(self, node: Table, row: Row, number: int, widths: Sequence[float]) -> Node:
        due = node.overdue.due if node.overdue and row.mark else -1
        cells: list[Any] = [str(number)] if node.serial else []
        cells += [
            self.cell(column, value, widths[n], row.mark if n == due else "")
            for n, (column, value) in enumerate(zip(node.columns, row.values, strict=True))
        ]
        heavy = self.blank and node.register and number % _HEAVY_EVERY == 0
        return _row(cells, row.tone, heavy=heavy, long=is_long(row))

    def cell(self, column: Column, value: Any, width: float, mark: str = "") -> Any:
        """Return a cell: its text, or what else there is to say of it."""
        if column.ticks:
            return {"ticks": self.ticks(column.choices, value)}
        text = text_of(value, column.kind, self.lang, column.choices, column.unit)
        text = broken(text, width - _CELL_PADDING, size("cell"))
        tone = Tone.PLAIN
        if column.kind is Kind.CHOICE and value is not None:
            tone = next((c.tone for c in column.choices if c.value == value), Tone.PLAIN)
        return {"text": text, "tone": tone, "mark": mark} if tone or mark else text

    def total(self, node: Table, rows: Sequence[Row], widths: Sequence[float]) -> list[Node]:
        values = sums(node, rows)
        if values is None:
            return []
        columns = (replace(column, ticks=False) for column in node.columns)
        cells = [self.cell(c, value, width) for c, value, width in zip(columns, values, widths, strict=True)]
        if node.serial:
            cells.insert(0, node.total)
        elif 0 not in node.summed:
            cells[0] = node.total
        return [_row(cells, total=True)]


def _row(
    cells: list[Any], tone: Tone = Tone.PLAIN, *, heavy: bool = False, long: bool = False, total: bool = False
) -> Node:
    """Return a row; `special` where not all cells are set as the table's are, `empty` where nothing makes it high."""
    special = bool(tone) or heavy or long or total
    made = {"cells": cells, "special": special, "empty": not any(cells)}
    return made | {"tone": tone, "heavy": heavy, "long": long, "total": total} if special else made


def broken(text: str, width: float, points: float) -> str:
    """Return a text whose words that are longer than a line, such as file names and links, are broken over lines.

    `width` in millimetres; Typst breaks words at their syllables only, or not at all.
    """
    most = max(1, int(width / (points * MM_PER_INCH / 72 * _WIDEST_LETTER)))
    if len(text) <= most or not _LONG_WORD.search(text):
        return text
    return _LONG_WORD.sub(lambda word: "\n".join(_pieces(word[0], most)), text)


def _pieces(word: str, most: int) -> list[str]:
    """Return a word in pieces of so many letters at most; one that fits stays whole."""
    return [word[n : n + most] for n in range(0, len(word), most)]


def _flat(blocks: Iterable[Any]) -> Iterator[Any]:
    """Yield blocks with those of sections in their place."""
    for block in blocks:
        if isinstance(block, Section):
            yield block.heading
            yield from _flat(block.blocks)
        else:
            yield block


def _split(node: Node) -> list[Node]:
    """Return a grid or table as all but its last row, and that: what stays beside the signatures that follow."""
    rows = {"grid": "lines", "table": "rows"}.get(node["kind"])
    if rows is None or len(node[rows]) < 2:
        return [node]
    tail = {**node, rows: node[rows][-1:], "open": "top", "after": False}
    if rows == "rows":
        tail |= {"head": [], "caption": ""}
    return [{**node, rows: node[rows][:-1], "open": "bottom"}, tail]


def _alignment(column: Column) -> str:
    if column.running or column.kind in _DATES:
        return "center"
    return "right" if column.kind in NUMERIC else "left"


RENDER: dict[type, Callable[[_Data, Any], Iterator[Node]]] = {
    Heading: _Data.heading,
    Paragraph: _Data.paragraph,
    ListBlock: _Data.list_block,
    Note: _Data.note,
    PageBreak: _Data.page_break,
    WritingLines: _Data.writing_lines,
    KeyFigures: _Data.key_figures,
    Picture: _Data.picture,
    SignatureBlock: _Data.signatures,
    FieldGrid: _Data.field_grid,
    Scale: _Data.scale,
    Table: _Data.table,
}
INLINE: dict[type, Callable[[_Data, Any], Any]] = {
    Text: _Data.text,
    Strong: _Data.strong,
    Emphasis: _Data.emphasis,
    Value: _Data.value,
    LineBreak: _Data.line_break,
}
