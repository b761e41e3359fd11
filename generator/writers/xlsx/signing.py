"""Places to sign on a sheet, and the end of a letter: rows of what stands above, of the room, and of the day."""

from generator.document import Drawn, Signature, SignatureBlock, signature_gaps
from generator.theme import LETTER
from generator.units import POINTS_PER_MM
from generator.writers.drawn import in_box
from generator.writers.xlsx.cells import column_letters
from generator.writers.xlsx.grid import COLUMNS, Cell, Grid, edges_in_row
from generator.writers.xlsx.look import edged
from generator.writers.xlsx.marks import place_seal
from generator.writers.xlsx.pens import gapped, gapped_width

_LINE, _AROUND = 12.5, 5.0
"""Points of a line of a label, and around them."""

_ROOM = 3.0
_DAY, _DAY_UNDER = 22.0, 32.0
"""Points of a row of days, and of one with captions beneath its gaps."""

_EDGES = {"top": "TrL", "middle": "rL", "low": "rBL"}
_EDGES_ALONE = {"top": "TRL", "middle": "RL", "low": "RBL"}

At = tuple[int, int]
"""First column, counted from 1, and how many."""


class Signing:
    """Adds the places to sign of one block to a sheet."""

    def __init__(self, sheet: Grid, node: SignatureBlock) -> None:
        self.sheet, self.theme, self.lang = sheet, sheet.theme, sheet.lang
        self.alone = len(node.signatures) == 1
        self.closed = any(place.closing for place in node.signatures)
        self.edges = _EDGES_ALONE if self.alone or self.closed else _EDGES
        self.pairs = list(zip(self._spans(len(node.signatures)), node.signatures, strict=True))

    def _spans(self, count: int) -> list[At]:
        half = COLUMNS // 2
        if count > 1:
            return self.sheet.spans([1.0] * count)
        return [(1 if self.closed and self.lang == "en" else half + 1, half)]

    def add(self) -> None:
        """Add the rows, of which a page holds all or none."""
        sheet, size = self.sheet, self.theme.size
        sealed = sheet.document.kind == LETTER and any(place.seal for _, place in self.pairs)
        space = self.theme.write.seal if sealed else self.theme.write.signature
        lines = max((sheet.lines_in(s.label, at[1], size.cell) for at, s in self.pairs if not s.closing), default=1)
        label = lines * _LINE + _AROUND
        rest = space * POINTS_PER_MM - label + _ROOM
        sheet.add([self._label(at, s) for at, s in self.pairs], label, keeps=True)
        high, above = (rest + _DAY) / POINTS_PER_MM, label / POINTS_PER_MM

        def sealed_at(row: int) -> None:
            for (start, span), one in self.pairs:
                if one.drawn:
                    self._hand(one.drawn, row, start, span)
                place_seal(sheet.book, one, row, start - 1, start - 1 + span, sheet.width, high, above)

        sheet.add([self._name(at, s) for at, s in self.pairs], rest, keeps=True, placed=sealed_at)
        under = any(gap.under for gap in signature_gaps(self.lang, self.theme))
        open_days = any(not s.date for _, s in self.pairs if s.dated)
        days = [cell for at, s in self.pairs for cell in self._days(at, s)]
        sheet.add(days, _DAY_UNDER if under and open_days else _DAY)

    def _hand(self, drawn: Drawn, row: int, start: int, span: int) -> None:
        """Lay a signature into the middle of its place."""
        sheet = self.sheet
        size = in_box(drawn, self.theme, span * sheet.width)
        left = max(0.0, (span * sheet.width - size[0]) / 2)
        at = int(left / sheet.width)
        sheet.book.sign(drawn, f"{column_letters(start + at)}{row}", size, left - at * sheet.width)

    def _label(self, at: At, place: Signature) -> Cell:
        if place.closing:
            return self.sheet.plain(*at, "plain", "")
        return self._boxed(at, "sign", "top", place.label)

    def _name(self, at: At, place: Signature) -> Cell:
        if place.closing:
            return self.sheet.plain(*at, self._ending("closing"), place.label + place.note)
        return self._boxed(at, "signed", "middle", place.name)

    def _ending(self, style: str) -> str:
        return f"{style}.left" if self.lang == "en" else style

    def _boxed(self, at: At, style: str, part: str, text: str) -> Cell:
        return self.sheet.plain(*at, edged(style, self._sides(at, part)), text)

    def _sides(self, at: At, part: str) -> str:
        """Return the edges of a part of a box; between boxes side by side the rule is thin."""
        return self.edges[part] if self.alone or self.closed else edges_in_row(self.edges[part], *at)

    def _days(self, at: At, place: Signature) -> list[Cell]:
        """Return the cells of the day of a signature: at the right of its box, known or to be written by hand."""
        gaps, points = signature_gaps(self.lang, self.theme), self.theme.size.note
        if place.closing:
            text = "" if not place.dated else place.date or gapped(gaps, points)
            return [self.sheet.plain(*at, self._ending("closing.day"), text)]
        if place.date:
            return [self._boxed(at, "units", "low", place.date)]
        start, span = at
        needed = min(span, self.sheet.columns_for(gapped_width(gaps, points)))
        edges = self._sides(at, "low")
        if needed == span:
            return [self.sheet.plain(*at, edged("pen", edges), gapped(gaps, points))]
        free = edged("pen", edges.replace("R", "").replace("r", ""))
        last = edged("pen", edges.replace("L", "").replace("l", ""))
        pen = self.sheet.plain(start + span - needed, needed, last, gapped(gaps, points))
        return [self.sheet.plain(start, span - needed, free, ""), pen]
