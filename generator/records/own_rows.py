"""The rows of a register that we wrote: what we put beneath them is no record, what a person puts there is one."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from string import Formatter

from generator.catalogue.form import Form
from generator.kinds.raw import fold
from generator.records.layout import Layout
from generator.records.table_rows import TableRows
from generator.records.words import is_total
from generator.records.workbooks import Area, Row
from generator.records.workbooks.xlsx import Unclear
from generator.wording import LANGS, choose, phrase


class OwnRows(TableRows):
    """Tells the records of our register from its totals and its places to sign.

    `keys`: the fields of its columns; `end`: the last of the rows that we made. Within them everything is a record that
    isn't a sum of what stands above: a value may well begin as a total or a note does.
    """

    is_all_ours = True

    def __init__(
        self, layout: Layout, merged: Sequence[Area], serial: int | None, form: Form, keys: Mapping[int, str], end: int
    ) -> None:
        super().__init__(layout, merged, serial)
        self.last_made = end
        totals = form.rows.table.totals
        self._sums = {at: Decimal() for at, key in keys.items() if key in totals}
        self._labels = tuple(fold(choose(s.titles, lang)) for s in form.signatures for lang in LANGS)
        self._signed: tuple[int, set[int]] = (0, set())

    def is_plain(self, cells: Sequence[object]) -> bool:
        """Look at every row: what is summed must be known."""
        return False

    def _is_left_out(self, row: Row, filled: Sequence[int]) -> bool:
        if self._is_signature(row, filled) or super()._is_left_out(row, filled):
            return True
        for at in self._sums:
            self._sums[at] += _number(row.cells[at]) or 0 if at < len(row.cells) else 0
        return False

    def _is_pending(self, row: Row, filled: Sequence[int]) -> bool:
        return row.number > self.last_made and not self._is_signature(row, filled) and super()._is_pending(row, filled)

    def _is_totals(self, row: Row, filled: Sequence[int]) -> bool:
        first = row.cells[filled[0]]
        is_named = isinstance(first, str) and is_total(first)
        summed = filled[1:] if is_named else filled
        if not self._sums or any(at not in self._sums for at in summed):
            return is_named and row.number > self.last_made
        return is_named or self._is_sum(row, summed)

    def _is_sum(self, row: Row, summed: Sequence[int]) -> bool:
        """Tell whether cells without a label are the totals: they agree with the rows above, or stand beneath them."""
        cells = [row.cells[at] for at in summed]
        if row.number == self.last_made + 1:
            return True
        if row.number > self.last_made and not any(isinstance(cell, str) for cell in cells):
            return True
        return self._agrees(row, summed)

    def _agrees(self, row: Row, summed: Sequence[int]) -> bool:
        numbers = {at: _number(row.cells[at]) for at in summed}
        return all(n is not None and abs(n - self._sums[at]) <= abs(n) * _NOISE for at, n in numbers.items())

    def _take_total(self, row: Row, filled: Sequence[int]) -> None:
        """Tell of totals that aren't ours, for they may be something else."""
        summed = [at for at in filled if at in self._sums and _number(row.cells[at]) is not None]
        if row.number <= self.last_made or not self._agrees(row, summed):
            super()._take_total(row, filled)

    def _is_signature(self, row: Row, filled: Sequence[int]) -> bool:
        if row.number <= self.last_made or not self._labels:
            return False
        if self._is_signed(row, filled):
            return True
        texts = [row.cells[at] for at in filled]
        if not all(isinstance(text, str) and fold(text).startswith(self._labels) for text in texts):
            return False
        self._signed = (row.number, set(filled))
        return True

    def _is_signed(self, row: Row, filled: Sequence[int]) -> bool:
        """Tell whether a row is the one of dates beneath places to sign."""
        above, columns = self._signed
        if not above < row.number <= above + _BENEATH_LABELS:
            return False
        printed = all(_is_printed_date(row.cells[at]) for at in filled)
        return printed or (row.number == above + 1 and columns.issuperset(filled))


_BENEATH_LABELS = 3
"""Rows beneath the labels of places to sign within which their dates stand."""

_SPACE = re.compile(r"[\s_/]+")


@cache
def _printed_dates() -> frozenset[str]:
    """Return what stands in the place of a date that nobody has written yet, without what is left free."""
    parts = (Formatter().parse(phrase("signature.date", lang)) for lang in LANGS)
    return frozenset(_SPACE.sub("", "".join(text + (under or "") for text, _, under, _ in some)) for some in parts)


def _is_printed_date(cell: object) -> bool:
    return isinstance(cell, str) and _SPACE.sub("", cell) in _printed_dates()


_NOISE = Decimal("1e-9")
"""What sums of doubles leave undecided, and more."""


def _number(cell: object) -> Decimal | None:
    """Return the number of a cell; None where it has none, or none is known."""
    is_known = isinstance(cell, (int, float, Decimal)) and not isinstance(cell, (bool, Unclear))
    return Decimal(str(cell)) if is_known and cell == cell else None
