"""Headings on a worksheet: the number as a tag, the hint behind them, or beneath where there is no room for it."""

from functools import cached_property

from generator.document import Heading
from generator.text_measure import ems
from generator.theme import LETTER
from generator.units import MM_PER_POINT, Pt
from generator.writers.running import plain_number
from generator.writers.xlsx.cells import Run, rich_cell
from generator.writers.xlsx.grid import COLUMNS, SURE, Cell, Grid
from generator.writers.xlsx.look import font_of

_LEAST = {"heading": 17.0, "subheading": 15.0}
"""Points that a heading of one line takes."""

_BOLD = 1.08
"""How much wider bold letters are."""


class HeadingLines:
    """Adds the lines of a heading to a sheet."""

    def __init__(self, sheet: Grid, node: Heading) -> None:
        self.sheet, self.node, self.size = sheet, node, sheet.theme.size
        self.style = "heading" if node.level == 2 else "subheading"
        self.points: Pt = self.size.heading if node.level == 2 else self.size.label
        has_tag = node.level == 2 and bool(node.number) and sheet.document.kind != LETTER
        self.tag = sheet.columns_for(ems(node.number) * self.size.label * MM_PER_POINT - 2.0) if has_tag else 0
        mark = plain_number(node.number, sheet.lang) if node.number and not has_tag else ""
        self.text = f" {node.text}" if has_tag else mark + node.text

    def add(self) -> None:
        """Add the line of the heading, and those of its hint where they stand beneath it."""
        beneath = bool(self.node.hint) and not self._has_room
        hint = f"　{self.node.hint}" if self.node.hint and not beneath else ""
        room = (self.text, COLUMNS - self.tag, self.points)
        is_long = not hint and self.sheet.lines_in(*room) > 1
        height = self.sheet.wrapped(*room) if is_long else _LEAST[self.style]
        if self.tag:
            tag = self.sheet.plain(1, self.tag, "tag", self.node.number)
            self.sheet.add([tag, self._headline(hint)], height, keeps=True)
        else:
            self.sheet.full(self.style, self.text + hint, height, keeps=True)
        if beneath:
            points = self.size.note
            self.sheet.full("note", self.node.hint, self.sheet.wrapped(self.node.hint, COLUMNS, points), keeps=True)

    @cached_property
    def _has_room(self) -> bool:
        """Tell whether the hint stands on one line with the heading."""
        small = self.size.label * (1 if self.tag else _BOLD)
        wide = ems(self.text) * self.points * _BOLD + ems(f"　{self.node.hint}") * small
        return self.sheet.columns_for(wide * MM_PER_POINT / SURE) <= COLUMNS - self.tag

    def _headline(self, hint: str) -> Cell:
        """Return the cell of a heading; a hint behind it is small."""
        start, look = self.tag + 1, self.sheet.look["heading"]
        if not hint:
            return self.sheet.plain(start, COLUMNS + 1 - start, "heading", self.text)
        font, colour = font_of(self.sheet.theme, self.sheet.lang), self.sheet.theme.colour
        runs = (Run(self.text, self.size.heading, colour.ink, True), Run(hint, self.size.label, colour.soft))
        return Cell(start, COLUMNS + 1 - start, lambda at: rich_cell(at, look, runs, font), look)
