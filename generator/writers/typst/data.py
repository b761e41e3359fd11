"""Document → the data that `paper.typ` sets: one short function a node, plain lists and mappings out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, assert_never
from unicodedata import category

from generator.document import (
    GRID,
    Beside,
    Block,
    BlockVisitor,
    Caption,
    Choice,
    Column,
    Document,
    Drawn,
    Emphasis,
    Face,
    Field,
    FieldGrid,
    Heading,
    Image,
    Inline,
    KeyFigures,
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
    Use,
    Value,
    WritingLines,
    signature_gaps,
)
from generator.document.columns import SCALE_LABEL, beside_widths, column_widths, label_lines, text_width
from generator.kinds import CHOICE
from generator.units import MM_PER_INCH, Mm, Pt
from generator.wording import phrase
from generator.writers.drawing import svg
from generator.writers.drawn import Size, in_box, in_place, in_row
from generator.writers.heights import lead_height
from generator.writers.marks import above_closing
from generator.writers.running import (
    Tailed,
    holds,
    is_chosen,
    is_long_entry,
    is_tall,
    plain_number,
    tailed,
    tone_of,
    toned,
)
from generator.writers.tables import parts, sums, unfolded

Node = dict[str, Any]
"""A block as `paper.typ` reads it."""

InlineNode = list[object]
"""What it is, then what it holds."""

_TABLES = (FieldGrid, Table, Scale, Beside, KeyFigures, SignatureBlock)
_HEAVY_EVERY = 5
_LONG_WORD = re.compile("[!-~]{12,}")
_WIDEST_LETTER = 0.62
"""Ems of a letter of a word that is broken: a little more than the usual one is wide."""

_OF_SORT = {"Nd": 0.57, "Lu": 0.76, "Pd": 0.4, "Pc": 0.6, "Po": 0.5}
_BROAD, _BROADEST = frozenset("MWmw@%&"), 0.95
"""Ems of letters by their Unicode category, and of those that are broader, in any of the fonts of PDF."""

_FIELD_PADDING, _CELL_PADDING = 4.0, 3.0

_WITH_SIGNATURES = 2
"""Rows that stay with the signatures beneath them."""


def blocks_of(document: Document) -> list[Node]:
    """Return the blocks of a document in order, sections taken apart, what precedes signatures kept beside them."""
    return list(PaperData(document).blocks())


class PaperData(BlockVisitor[Iterator[Node]]):
    """A document's blocks as `paper.typ` reads them."""

    def __init__(self, document: Document) -> None:
        self.document, self.lang, self.theme = document, document.lang, document.theme
        self.report = document.kind == "report"
        self.level = 1

    def blocks(self) -> Iterator[Node]:
        flat: list[Block | None] = [*_flat(self.document.blocks), None]
        before: Block | None = None
        held: list[Node] = []
        for block, following in pairwise(flat):
            assert block is not None
            made = list(self.block(block))
            for n, node in enumerate(made):
                node["after"] = n > 0 or isinstance(before, _TABLES)
            if holds(block, following) and not isinstance(block, PageBreak):
                *free, last = made
                yield from free
                *lead, end = _split(last)
                yield from lead
                held = [*held, end] if isinstance(block, Paragraph) else [end]
            elif held or isinstance(block, SignatureBlock):
                yield {"kind": "together", "blocks": [*held, *made]}
                held = []
            else:
                yield from made
            before = block

    # --- inlines ---

    def inlines(self, children: Sequence[Inline]) -> list[InlineNode]:
        return [
            ["gap", one.gap.width, one.mark] if isinstance(one, Tailed) else self.inline(one)
            for one in tailed(children)
        ]

    def inline(self, node: Inline) -> InlineNode:
        match node:
            case Text():
                return ["t", node.text]
            case Value():
                return self.value(node)
            case Strong():
                return ["b", self.inlines(node.children)]
            case Emphasis():
                return ["e", self.inlines(node.children)]
            case LineBreak():
                return ["br"]
        assert_never(node)

    def value(self, node: Value) -> InlineNode:
        if not node.text:
            return ["gap", node.width, ""]
        address = node.face.kind.link(node.text)
        return ["a", address, node.text] if address else ["t", node.text]

    # --- running text ---

    def render_section(self, node: Section) -> Iterator[Node]:
        """Yield what a section holds; `blocks` has taken those of the document apart before."""
        for block in _flat([node]):
            yield from self.block(block)

    def render_heading(self, node: Heading) -> Iterator[Node]:
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

    def render_paragraph(self, node: Paragraph) -> Iterator[Node]:
        children = self.inlines(node.children)
        yield {"kind": "paragraph", "role": node.role, "children": children, "report": self.report}

    def render_list(self, node: ListBlock) -> Iterator[Node]:
        yield {"kind": "list", "items": [self.inlines(item) for item in node.items], "ordered": node.ordered}

    def render_note(self, node: Note) -> Iterator[Node]:
        yield {"kind": "note", "children": self.inlines(node.children)}

    def render_page_break(self, node: PageBreak) -> Iterator[Node]:
        yield {"kind": "break"}

    def render_writing_lines(self, node: WritingLines) -> Iterator[Node]:
        label = node.label + phrase("separator", self.lang) if node.label else ""
        yield {"kind": "lines", "label": label, "count": node.count, "more": node.more}

    # --- figures, pictures, signatures ---

    def render_key_figures(self, node: KeyFigures) -> Iterator[Node]:
        figures = [
            {
                "label": f.label,
                "text": f.text,
                "notes": [{"text": toned(text, tone, self.lang), "tone": tone} for text, tone in f.beneath],
            }
            for f in node.figures
        ]
        yield {"kind": "figures", "figures": figures}

    def render_picture(self, node: Picture) -> Iterator[Node]:
        yield self.picture(node)

    def render_beside(self, node: Beside) -> Iterator[Node]:
        left, right = beside_widths(text_width(self.document), node)
        table = self.part(node.table, left) | {"after": False}
        yield {"kind": "beside", "table": table, "picture": self.picture(node.picture), "widths": [left, right]}

    def picture(self, node: Picture) -> Node:
        drawing = svg(node, self.theme, self.theme.pdf_fonts[self.lang], captions=False, photos=False)
        captions = [self.caption(shape) for shape in node.shapes if isinstance(shape, Caption)]
        size = {"width": node.width, "height": node.height}
        photos = [_photo(shape) for shape in node.shapes if isinstance(shape, Image)]
        return {"kind": "picture", "svg": drawing, "alt": node.alt, "captions": captions, "photos": photos, **size}

    def caption(self, shape: Caption) -> Node:
        """Return a line of text on a picture: what is set as text has every font to choose from."""
        look = {"size": shape.size, "bold": shape.bold, "white": shape.white}
        return {"x": shape.x, "y": shape.y, "text": shape.text, "anchor": shape.anchor, **look}

    def render_signature_block(self, node: SignatureBlock) -> Iterator[Node]:
        gaps = [list(gap) for gap in signature_gaps(self.lang, self.theme)]
        places = [
            {
                "label": s.label,
                "name": s.name,
                "date": s.date,
                "gaps": gaps,
                "stamped": s.stamped,
                "closing": s.closing,
                "note": s.note,
                "dated": s.dated,
                "above": above_closing(self.document, s),
                **({"drawn": _drawn(s.drawn, in_place(s.drawn, self.theme))} if s.drawn else {}),
            }
            for s in node.signatures
        ]
        yield {"kind": "signatures", "places": places, "seal": any(s.seal for s in node.signatures)}

    # --- fields ---

    def render_field_grid(self, node: FieldGrid) -> Iterator[Node]:
        yield {"kind": "grid", "lines": [self.line(line) for line in node.lines], "open": ""}

    def line(self, fields: Sequence[Field]) -> Node:
        """Return a line of fields; `low` where it needs a least height, for nothing else makes it high."""
        long = any(is_long_entry(field) for field in fields)
        made = [self.field(field, long) for field in fields]
        pen = any(field.room.use is Use.PEN for field in fields)
        return {
            "fields": made,
            "pen": pen,
            "low": pen or not any(field["text"] or field["ticks"] or "drawn" in field for field in made),
        }

    def field(self, node: Field, long: bool) -> Node:
        face, pen = node.face, node.room.use is Use.PEN
        width = text_width(self.document) * node.room.span / GRID - _FIELD_PADDING
        drawn = isinstance(node.value, Drawn)
        text = "" if face.ticks or drawn else broken(node.text(self.lang), width, self.theme.size.entry)
        made = {
            "pointer": node.pointer if node.room.use is Use.CONTROL else "",
            "span": node.room.span,
            "label": face.label,
            "star": node.is_starred,
            "pen": pen,
            "ticks": self.ticks(face.choices, node.value) if face.ticks else [],
            "gaps": [list(gap) for gap in node.room.gaps if node.value is None],
            "squares": node.room.squares if node.value is None else 0,
            "text": text,
            "link": face.kind.link(node.value) if text and face.kind.is_link else "",
            "lines": node.room.lines,
            "more": node.room.more,
            "long": long,
        }
        if isinstance(node.value, Drawn):
            made["drawn"] = _drawn(node.value, in_box(node.value, self.theme, width + _FIELD_PADDING))
        return made

    def ticks(self, choices: Sequence[Choice], value: object) -> list[InlineNode]:
        return [[choice.label, is_chosen(choice, value), choice.note] for choice in choices]

    def render_scale(self, node: Scale) -> Iterator[Node]:
        rows = [
            {
                "label": field.face.label,
                "star": field.is_starred,
                "on": [is_chosen(choice, field.value) for choice in field.face.choices],
            }
            for field in node.fields
        ]
        lead = node.fields[0]
        steps = [choice.label for choice in lead.face.choices]
        ends = {"low": node.low, "high": node.high, "pen": lead.room.use is Use.PEN}
        yield {"kind": "scale", "steps": steps, "rows": rows, "share": SCALE_LABEL, **ends}

    # --- tables ---

    def render_table(self, node: Table) -> Iterator[Node]:
        room = text_width(self.document)
        yield from (self.part(part, room) for part in parts(self.document, node))

    def part(self, node: Table, room: Mm) -> Node:
        rows = list(node.rows)
        widths = column_widths(self.theme, node, room, rows)
        own = widths[-len(node.columns) :]
        head: list[InlineNode] = [[node.serial, False]] if node.serial else []
        head += [self.head_cell(node, column, width) for column, width in zip(node.columns, own, strict=True)]
        empty = Row((None,) * len(node.columns))
        every = enumerate([*rows, *[empty] * node.blank_rows], 1)
        made = [one for n, row in every for one in self.rows(node, row, n, own)]
        return {
            "kind": "table",
            "widths": widths,
            "head": head,
            "align": (["center"] if node.serial else []) + [_alignment(c) for c in node.columns],
            "rows": made + self.total(node, rows, own),
            "caption": node.caption,
            "register": node.register,
            "pen": node.use is Use.PEN,
            "open": "",
            "more": node.more,
            "lead": self.lead_height(node),
        }

    def lead_height(self, node: Table) -> float:
        """Return how many millimetres high the head and the first two rows are, which stay together."""
        return lead_height(self.document, node)

    def head_cell(self, node: Table, column: Column, width: Mm) -> InlineNode:
        return [label_lines(self.theme, column.face.label, width), node.is_starred(column)]

    def rows(self, node: Table, row: Row, number: int, widths: Sequence[Mm]) -> Iterator[Node]:
        """Yield a row, and what stands beneath it."""
        row, texts = unfolded(node, row, widths, self.theme.size.cell, self.lang)
        yield self.row(node, row, number, widths)
        room = sum(widths) - _CELL_PADDING
        for _, label, text in texts:
            cell = {"label": label, "text": broken(text, room, self.theme.size.cell)}
            yield _row([cell], row.tone, long=True)

    def row(self, node: Table, row: Row, number: int, widths: Sequence[Mm]) -> Node:
        due = node.overdue.due if node.overdue and row.mark else -1
        cells: list[object] = [str(number)] if node.serial else []
        cells += [
            self.cell(column.face, value, widths[n], row.mark if n == due else "")
            for n, (column, value) in enumerate(zip(node.columns, row.values, strict=True))
        ]
        heavy = node.use is Use.PEN and node.register and number % _HEAVY_EVERY == 0
        made = _row(cells, row.tone, heavy=heavy, long=is_tall(row, widths, self.theme.size.cell))
        return made | {"spare": True} if row.spare else made

    def cell(self, face: Face, value: object, width: Mm, mark: str = "") -> object:
        """Return a cell: its text, or what else there is to say of it."""
        if face.ticks:
            return {"ticks": self.ticks(face.choices, value)}
        if isinstance(value, Drawn):
            return {"drawn": _drawn(value, in_row(value, self.theme, width))}
        text = broken(face.text(value, self.lang), width - _CELL_PADDING, self.theme.size.cell)
        tone = tone_of(face, value) if face.kind is CHOICE else Tone.PLAIN
        link = face.kind.link(value) if face.kind.is_link else ""
        return {"text": text, "tone": tone, "mark": mark, "link": link} if tone or mark or link else text

    def total(self, node: Table, rows: Sequence[Row], widths: Sequence[Mm]) -> list[Node]:
        values = sums(node, rows)
        if values is None:
            return []
        faces = (replace(column.face, ticks=False) for column in node.columns)
        cells = [self.cell(face, value, width) for face, value, width in zip(faces, values, widths, strict=True)]
        if node.serial:
            cells.insert(0, node.total)
        elif 0 not in node.summed:
            cells[0] = node.total
        return [_row(cells, total=True)]


def _row(
    cells: list[object], tone: Tone = Tone.PLAIN, *, heavy: bool = False, long: bool = False, total: bool = False
) -> Node:
    """Return a row; `special` where not all cells are set as the table's are, `empty` where nothing makes it high."""
    special = bool(tone) or heavy or long or total
    made = {"cells": cells, "special": special, "empty": not any(cells)}
    return made | {"tone": tone, "heavy": heavy, "long": long, "total": total} if special else made


def broken(text: str, width: float, points: Pt) -> str:
    """Return a text whose words that are longer than a line, such as file names and links, are broken over lines.

    `width` in millimetres; Typst breaks words at their syllables only, or not at all.
    """
    room = width / (points * MM_PER_INCH / 72)
    most = max(1, int(room / _WIDEST_LETTER))
    if len(text) <= most or not _LONG_WORD.search(text):
        return text
    return _LONG_WORD.sub(lambda word: word[0] if _fits(word[0], room) else "\n".join(_pieces(word[0], most)), text)


def _fits(word: str, room: float) -> bool:
    """Tell whether a word surely stands on a line that is so many ems wide."""
    return sum(_BROADEST if c in _BROAD else _OF_SORT.get(category(c), _WIDEST_LETTER) for c in word) <= room


def _pieces(word: str, most: int) -> list[str]:
    """Return a word in pieces of so many letters at most."""
    return [word[n : n + most] for n in range(0, len(word), most)]


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks with those of sections in their place."""
    for block in blocks:
        if isinstance(block, Section):
            yield block.heading
            yield from _flat(block.blocks)
        else:
            yield block


def _split(node: Node) -> list[Node]:
    """Return a grid or table as all but its last two rows, and those: what stays beside the signatures that follow."""
    rows = {"grid": "lines", "table": "rows"}.get(node["kind"])
    if rows is None or len(node[rows]) <= _WITH_SIGNATURES:
        return [node]
    tail = {**node, rows: node[rows][-_WITH_SIGNATURES:], "open": "top", "after": False}
    if rows == "rows":
        tail |= {"head": [], "caption": "", "lead": 0.0}
    return [{**node, rows: node[rows][:-_WITH_SIGNATURES], "open": "bottom"}, tail]


def _alignment(column: Column) -> str:
    if column.running or column.face.kind.is_moment:
        return "center"
    return "right" if column.face.kind.is_number else "left"


def _drawn(drawn: Drawn, size: Size) -> Node:
    """Return a signature that is drawn, with its file byte by byte."""
    kind = "png" if drawn.photo.media == "image/png" else "jpg"
    look = {"width": size[0], "height": size[1], "alt": drawn.words}
    return {"format": kind, "content": list(drawn.photo.content), **look}


def _photo(shape: Image) -> Node:
    """Return a photo with its file byte by byte: the compiler keeps what JPEG has packed, as it can't within SVG."""
    kind = "png" if shape.media == "image/png" else "jpg"
    look = {"x": shape.x, "y": shape.y, "width": shape.across, "height": shape.down, "rule": shape.width}
    return {"format": kind, "content": list(shape.content), **look}
