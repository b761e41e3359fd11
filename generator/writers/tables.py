"""What writers of pages do with tables: very wide ones in parts, long texts beneath their rows, sums under them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from generator.document import Document, Overdue, Row, Table
from generator.document.columns import MOST_LINES, least_widths, serial_width, text_width
from generator.formats import exact_number
from generator.text_measure import line_count
from generator.units import MM_PER_POINT, Mm, Pt
from generator.wording import Lang, phrase

Sum = int | Decimal | None
"""A sum of a column; None where there was nothing to add up."""


def parts(document: Document, table: Table, most: int = 1_000) -> Iterator[Table]:
    """Yield the table, or where its columns can't all be legible side by side, parts that repeat its key column.

    `most`: columns that stand side by side at most.
    """
    rows = table.rows if isinstance(table.rows, list) else list(table.rows)
    whole = table if rows is table.rows else replace(table, rows=rows)
    groups = _groups(document, whole, rows, most)
    for n, group in enumerate(groups):
        yield _narrowed(whole, rows, group, n, document) if len(groups) > 1 else whole


def _groups(document: Document, table: Table, rows: Sequence[Row], most: int) -> list[list[int]]:
    """Return the positions of each part's columns."""
    room = text_width(document) - serial_width(table)
    least = least_widths(document.theme, table, rows)
    if sum(least) <= room and len(least) <= most:
        return [list(range(len(least)))]
    groups: list[list[int]] = [[table.key]]
    for n in range(len(least)):
        if n == table.key:
            continue
        full = sum(least[m] for m in groups[-1]) + least[n] > room or len(groups[-1]) == most
        if len(groups[-1]) > 1 and full:
            groups.append([table.key])
        groups[-1].append(n)
    return groups


def _narrowed(table: Table, rows: Sequence[Row], group: Sequence[int], n: int, document: Document) -> Table:
    place = {column: at for at, column in enumerate(group)}
    overdue = table.overdue
    if overdue and overdue.due in place:
        due = place[overdue.due]
        overdue = Overdue(due, place.get(overdue.done, due), overdue.as_of, overdue.as_of_pointer)
    else:
        overdue = None
    return replace(
        table,
        columns=tuple(table.columns[at] for at in group),
        rows=[Row([row.values[at] for at in group], row.tone, row.mark, row.spare) for row in rows],
        caption=_continued(table, document) if n else table.caption,
        overdue=overdue,
        key=0,
        summed=tuple(place[at] for at in table.summed if at in place),
    )


def _continued(table: Table, document: Document) -> str:
    """Return what the further parts of a table are called: a register bears no name but its document's."""
    return phrase("continued", document.lang).format(caption=table.caption or document.title)


class LongText(NamedTuple):
    """A text that is too long for its column, of which this is the place, and what stands before it: its label."""

    column: int
    label: str
    text: str


class Unfolded(NamedTuple):
    """A row, and its texts that are too long for their columns: they stand beneath it."""

    row: Row
    texts: Sequence[LongText] = ()


_BRIEF, _BROAD, _BESIDE = 80, 0.6, Mm(2.9)
"""Characters that are never too long; share of a table's width from which on a column is wide enough for any text;
millimetres of a cell beside its text.
"""


def unfolded(table: Table, row: Row, widths: Sequence[Mm], points: Pt, lang: Lang) -> Unfolded:
    """Return a row with texts that would run to many lines in columns of such widths moved beneath it."""
    if max((len(value) for value in row.values if isinstance(value, str)), default=0) <= _BRIEF:
        return Unfolded(row)
    whole, em = sum(widths), points * MM_PER_POINT
    long = [
        n
        for n, (value, width) in enumerate(zip(row.values, widths, strict=True))
        if isinstance(value, str)
        and width < _BROAD * whole
        and not table.columns[n].face.kind.is_link
        and sum(line_count(part, (width - _BESIDE) / em) for part in value.split("\n")) > MOST_LINES
    ]
    if not long:
        return Unfolded(row)
    values = [phrase("table.beneath", lang) if n in long else value for n, value in enumerate(row.values)]
    separator = phrase("separator", lang)
    texts = [LongText(n, table.columns[n].face.label + separator, str(row.values[n])) for n in long]
    return Unfolded(replace(row, values=values), texts)


def sums(table: Table, rows: Sequence[Row]) -> tuple[Sum, ...] | None:
    """Return the values of the last row, a sum for each summed column with any value; None where nothing is summed."""
    if not table.summed:
        return None
    found: list[Sum] = [None] * len(table.columns)
    for row in rows:
        for at in table.summed:
            found[at] = added(found[at], row.values[at])
    return tuple(found)


def added(total: Sum, value: object) -> Sum:
    """Return a sum with one value more; None is no value, not zero, nor is what is masked, as in Excel's own sums."""
    if value is None or isinstance(value, str):
        return total
    assert isinstance(value, (int, float, Decimal))
    whole = exact_number(value) + (total or 0)
    if isinstance(value, Decimal):
        return whole  # as many decimals as the numbers above it
    return int(whole) if whole == whole.to_integral_value() else whole.normalize()
