"""Rows of a tracker by the numbers of their records: found again, brought up to date, added beneath."""

from collections.abc import Callable, Sequence

from generator.catalogue import Form
from generator.collect import Outcome
from generator.collect.columns import TrackerColumn
from generator.errors import Place, UsageError, fail

Cells = list[object]
"""Cells of a row, as far as it reaches."""


class Grid:
    """The rows of a tracker beneath its header. Columns of others stay where they are, and what stands in them.

    `shown`: what of a cell counts when it is compared. Raises UsageError (E-collect-head) for a header that names
    nothing of the form.
    """

    def __init__(
        self,
        head: list[str],
        rows: list[Cells],
        form: Form,
        columns: Sequence[TrackerColumn],
        name: str,
        shown: Callable[[object], str],
    ) -> None:
        if head and not any(column.name in head for column in columns):
            raise fail(UsageError, "E-collect-head", Place(name))
        self.head, self.rows, self.shown = head, rows, shown
        self.places = [_place(head, column.name) for column in columns]
        path = tuple(form.identity.split("/")[1:])
        numbers = [at for at, column in zip(self.places, columns, strict=True) if path and column.path == path]
        self.keys = numbers or self.places
        self.known = {self._key(row): n for n, row in enumerate(rows)}

    def _key(self, row: Cells) -> tuple[str, ...]:
        return tuple(self.shown(row[at]).strip() if at < len(row) else "" for at in self.keys)

    def put(self, cells: Sequence[object]) -> tuple[Outcome, int]:
        """Take in the cells of a record, in the order of the columns; return what became of it, and its row from 0."""
        row: Cells = [None] * len(self.head)
        for at, cell in zip(self.places, cells, strict=True):
            row[at] = cell
        known = self.known.get(self._key(row))
        if known is None:
            self.known[self._key(row)] = len(self.rows)
            self.rows.append(row)
            return Outcome.NEW, len(self.rows) - 1
        there = self.rows[known]
        there += [None] * (len(self.head) - len(there))
        if all(self.shown(there[at]) == self.shown(cell) for at, cell in zip(self.places, cells, strict=True)):
            return Outcome.SAME, known
        for at, cell in zip(self.places, cells, strict=True):
            there[at] = cell
        return Outcome.CHANGED, known


def _place(head: list[str], name: str) -> int:
    """Return a column's place; one that isn't there is put at the end."""
    if name not in head:
        head.append(name)
    return head.index(name)
