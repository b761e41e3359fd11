"""Boxes that span the columns of a register, above its rows and beneath them: fields, places to sign, lines of text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from generator.document import Drawn, Field, Gap, Signature, SignatureBlock, Use, signature_gaps
from generator.document.columns import longest_word
from generator.errors import Fault
from generator.text_measure import ems, lines_of
from generator.theme import Theme
from generator.units import MM_PER_INCH, MM_PER_POINT, POINTS_PER_MM, Mm, Pt
from generator.wording import Lang
from generator.writers.drawn import in_box
from generator.writers.xlsx.cells import CellWriter, column_letters, empty_cell, string_cell, text_faults
from generator.writers.xlsx.controls import Controls
from generator.writers.xlsx.look import Look, edged
from generator.writers.xlsx.pens import gapped, gapped_width
from generator.writers.xlsx.widths import unbroken

_PIXELS_PER_MM = 96 / MM_PER_INCH
_LABEL, _ENTRY, _FRAME = 13.5, 18.5, Mm(2.0)
"""Points that a label and a line of an entry take; millimetres that a box has above its label and below its entry."""

_LINE_HEIGHT, _ABOUT, _SURE = 1.38, 4.0, 0.96
"""Height of a line in sizes of its type, points above and below the lines of a cell, and the share that lines take."""

_SHRUNK = 1.06
"""How many times as small again a sheet may come out that a program makes smaller to fit."""

_BESIDE = Mm(4.0)
"""Millimetres of a box that its text doesn't take."""

Span = tuple[int, int]
"""First column of a box, from 1, and how many columns it spans."""


class Boxes:
    """Makes rows of boxes over columns of given widths (in pixels); gathers what is merged and what is wrong.

    `smaller`: how many times as small as it is the sheet is printed.
    """

    def __init__(
        self,
        widths: Sequence[float],
        look: Look,
        theme: Theme,
        lang: Lang,
        controls: Controls | None = None,
        smaller: float = 1.0,
    ) -> None:
        self.controls, self.smaller = controls, smaller
        self.look, self.theme, self.lang = look, theme, lang
        self.ends = [0.0, *accumulate(widths)]
        self.merged: list[str] = []
        self.faults: list[Fault] = []

    @property
    def columns(self) -> int:
        """Return how many columns there are."""
        return len(self.ends) - 1

    def width(self, span: Span) -> Mm:
        """Return how wide a box is."""
        first, count = span
        return Mm((self.ends[first - 1 + count] - self.ends[first - 1]) / _PIXELS_PER_MM)

    def lines(self, text: str, span: Span, points: Pt) -> int:
        """Return how many lines a text takes in a box."""
        room = Mm((self.width(span) - _BESIDE) * _SURE)
        if "\n" not in text and ems(text) * points * MM_PER_POINT <= room:
            return 1
        return len(lines_of(text, room, points))

    def spread(self, parts: Sequence[float], least: Sequence[Mm]) -> list[Span]:
        """Return boxes side by side of widths near to their parts, none less than it must be where that can be."""
        whole, found, first = sum(parts), list[Span](), 0
        for n, part in enumerate(accumulate(parts)):
            latest = self.columns - (len(parts) - 1 - n)
            wanted = part / whole * self.ends[-1]
            needed = self.ends[first] + least[n] * _PIXELS_PER_MM
            behind = self.ends[-1] - sum(least[n + 1 :]) * _PIXELS_PER_MM
            after = range(first + 1, latest + 1)
            last = min(
                after,
                key=lambda at: (max(0.0, needed - self.ends[at], self.ends[at] - behind), abs(self.ends[at] - wanted)),
            )
            last = self.columns if n == len(parts) - 1 else last
            found.append((first + 1, last - first))
            first = last
        return found

    # --- rows ---

    def wide(self, number: int, style: str, text: str, height: float) -> str:
        """Return a row of one cell over the whole width."""
        return self.row(number, height, [self.cell(number, (1, self.columns), style, text)])

    def wide_height(self, text: str, points: Pt) -> float:
        """Return the height of a row of one cell over the whole width."""
        return round(self.lines(text, (1, self.columns), points) * points * _LINE_HEIGHT + _ABOUT, 1)

    def row(self, number: int, height: float, cells: Sequence[str]) -> str:
        """Return a row of cells."""
        return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'

    def cell(self, number: int, span: Span, style: str, text: str) -> str:
        """Return a box of text that is nobody's value."""
        self.inspect(text)
        reference, look = f"{column_letters(span[0])}{number}", self.look[style]
        return self.joined(
            string_cell(reference, look, text) if text else empty_cell(reference, look), number, span, look
        )

    def joined(self, cell: str, number: int, span: Span, style: int) -> str:
        """Return a cell merged with those to its right."""
        first, count = span
        ends = [f"{column_letters(first + n)}{number}" for n in range(count)]
        if count > 1:
            self.merged.append(f"{ends[0]}:{ends[-1]}")
        return cell + "".join(empty_cell(at, style) for at in ends[1:])

    def inspect(self, text: str, pointer: str = "", label: str = "") -> None:
        """Take note of a text that Excel can't hold."""
        self.faults += text_faults(text, pointer, label)

    def sided(self, edges: str, span: Span) -> str:
        """Return the edges of a box in a row: left and right those of the frame where it ends."""
        first, count = span
        edges = edges.replace("l", "L") if first == 1 else edges
        return edges.replace("r", "R") if first + count - 1 == self.columns else edges

    # --- fields ---

    def fields(
        self, fields: Sequence[Field], number: int, first: bool, last: bool
    ) -> "tuple[list[str], list[float], list[str]]":
        """Return the two rows of a line of boxes, their heights, and the references of the values."""
        spans = self.spread([float(f.room.span) for f in fields], [self._least(f) for f in fields])
        pairs = list(zip(spans, fields, strict=True))
        size = self.theme.size
        lines = max(self.lines(_starred(f), at, size.label) for at, f in pairs)
        lead = _LABEL + (lines - 1) * size.label * 1.35
        height = round(max(self._height(f, at, lead) for at, f in pairs), 1)
        top, low = ("Trl" if first else "trl"), ("rBl" if last else "rbl")
        labels = [self.cell(number, at, edged("label", self.sided(top, at)), _starred(f)) for at, f in pairs]
        entries = [self._entry(f, number + 1, at, self.sided(low, at)) for at, f in pairs]
        places = [f"{column_letters(start)}{number + 1}" for start, _ in spans]
        return [self.row(number, lead, labels), self.row(number + 1, height, entries)], [lead, height], places

    def _least(self, field: Field) -> Mm:
        size, face = self.theme.size, field.face
        needed = longest_word(_starred(field)) * size.label * MM_PER_POINT
        shown = ems(unbroken(face, field.value, self.lang)) * 1.16 * size.entry * MM_PER_POINT
        return Mm(max(needed, shown, gapped_width(self._gaps(field), size.note)) + _BESIDE)

    def _gaps(self, field: Field) -> tuple[Gap, ...]:
        is_printed = field.value is None and field.face.kind.is_moment and field.room.use is not Use.CONTROL
        return self._wider(field.room.gaps) if is_printed else ()

    def _wider(self, gaps: Sequence[Gap]) -> tuple[Gap, ...]:
        """Return gaps that are as wide as they should be where the sheet is printed smaller."""
        times = self.smaller * _SHRUNK if self.smaller > 1 else 1.0
        return tuple(gap._replace(width=Mm(gap.width * times)) for gap in gaps)

    def _entry(self, field: Field, number: int, span: Span, edges: str) -> str:
        face, reference = field.face, f"{column_letters(span[0])}{number}"
        if isinstance(field.value, Drawn) and self.controls:
            self.controls.book.sign(field.value, reference, in_box(field.value, self.theme, self.width(span)))
            field = replace(field, value=None)
        if self.controls and field.room.use is Use.CONTROL:
            self.inspect(face.entry(field.value, self.lang), field.pointer, face.label)
            made = self.controls.cell(reference, "entry", edges, face, field.value)
            return self.joined(made, number, span, self.controls.style_of(face, "entry", edges, field.value))
        if gaps := self._gaps(field):
            # Typed over on a screen, it is a day: its number format is one.
            style = (
                "pen.date" if "00:00" not in face.kind.number_format("", self.lang) and len(gaps) <= 3 else "pen.moment"
            )
            return self.cell(number, span, edged(style, edges), gapped(gaps, self.theme.size.note))
        self.inspect(field.text(self.lang), field.pointer, face.label)
        writer = CellWriter(self.look, self.lang, "entry", edges)
        return self.joined(writer.write(reference, field.value, face), number, span, writer.styles["text"])

    def _height(self, field: Field, span: Span, above: float) -> float:
        size, write = self.theme.size.entry, self.theme.write
        if isinstance(field.value, Drawn):
            return max(_ENTRY, (in_box(field.value, self.theme, self.width(span))[1] + 2.0) * POINTS_PER_MM)
        if field.value is not None or field.room.use is Use.SHOWN:
            return max(_ENTRY, self.lines(field.text(self.lang), span, size) * size * _LINE_HEIGHT + _ABOUT)
        under = 8.0 if any(gap.under for gap in field.room.gaps) else 0.0
        high = field.room.lines * write.row + (3.2 if field.room.lines > 1 else 0.7) + _FRAME
        return max(high * POINTS_PER_MM - above, 20.0 + under)

    # --- places to sign ---

    def signatures(self, block: SignatureBlock, number: int) -> "tuple[list[str], list[float]]":
        """Return the three rows of places to sign side by side, and their heights: label, room, day."""
        some = block.signatures
        gaps, points = self._wider(signature_gaps(self.lang, self.theme)), self.theme.size.note
        rows, heights = list[str](), list[float]()
        for n in range(0, len(some), self.columns):
            part = some[n : n + self.columns]
            pairs = list(zip(self.spread([1.0] * len(part), [Mm(0.0)] * len(part)), part, strict=True))
            lines = max(self.lines(s.label, at, self.theme.size.cell) for at, s in pairs)
            label, under = lines * 12.5 + 5, any(gap.under for gap in gaps) and any(not s.date for _, s in pairs)
            room = self.theme.write.signature * POINTS_PER_MM - label + 5
            some_heights = [label, round(room, 1), 30.0 if under else 19.0]
            at_row = number + len(rows)
            parts = [
                [self.cell(at_row, at, edged("sign", self.sided("Trl", at)), s.label) for at, s in pairs],
                [self.cell(at_row + 1, at, edged("signed", self.sided("rl", at)), s.name) for at, s in pairs],
                [
                    cell
                    for at, s in pairs
                    for cell in self._day(at, s, at_row + 2, gapped(gaps, points), gapped_width(gaps, points))
                ],
            ]
            rows += [self.row(at_row + k, some_heights[k], cells) for k, cells in enumerate(parts)]
            heights += some_heights
        return rows, heights

    def _day(self, span: Span, signature: Signature, number: int, gaps: str, needed: float) -> Iterator[str]:
        """Yield the cells of the day of a signature: known, or to be written at the right of its box."""
        edges = self.sided("rBl", span)
        if signature.date:
            yield self.cell(number, span, edged("units", edges), signature.date)
            return
        first, count = span
        start = first + count - 1
        while start > first and self.width((start, first + count - start)) < needed + _BESIDE:
            start -= 1
        last = edges
        if start > first:
            free = edges.replace("R", "").replace("r", "")
            yield self.cell(number, (first, start - first), edged("pen", free), "")
            last = edges.replace("L", "").replace("l", "")
        yield self.cell(number, (start, first + count - start), edged("pen", last), gaps)


def _starred(field: Field) -> str:
    return field.face.label + (" *" if field.is_starred else "")
