"""References to cells, moved where rows of a sheet have been repeated (ISO/IEC 29500-1, 18.17.2.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_CELL = r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}"
_REFERENCE = re.compile(
    r'"[^"]*"|'
    r"((?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    rf"(?<![A-Za-z0-9_.$])({_CELL})(?::({_CELL}))?(?![A-Za-z0-9_(.])"
)
_PARTS = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")
_AGGREGATE = re.compile(
    r"\b(SUM|AVERAGE|COUNT|COUNTA|COUNTBLANK|MAX|MIN|PRODUCT|MEDIAN|SUBTOTAL|SUMPRODUCT)\(((?:[0-9]+,)?)"
    rf"((?:'(?:[^']|'')+'!|[^\W\d][\w.]*!)?)({_CELL})\)"
)
_COLUMNS = 26


@dataclass(frozen=True)
class Moved:
    """Where the rows of a sheet have gone. `copies`: how many a row that repeats has become, by its number."""

    copies: Mapping[int, int]

    def start(self, row: int) -> int:
        """Return where a row is, the first of its copies if it repeats."""
        return row + sum(count - 1 for repeated, count in self.copies.items() if repeated < row)

    def end(self, row: int) -> int:
        """Return where a row is, the last of its copies if it repeats."""
        return self.start(row) + self.copies.get(row, 1) - 1

    def range(self, text: str) -> str:
        """Return a range, or several with blanks between, as they stand now."""
        return " ".join(map(self._range, text.split()))

    def _range(self, text: str) -> str:
        first, colon, last = text.partition(":")
        if not _PARTS.fullmatch(first) or (colon and not _PARTS.fullmatch(last)):
            return text
        if not colon and self.copies.get(_row(first), 1) > 1:
            colon, last = ":", first
        return f"{_at(first, self.start(_row(first)))}{colon}{_at(last, self.end(_row(last))) if colon else ''}"


def moved_formula(
    formula: str, sheet: str, moved: Mapping[str, Moved], row: int = 0, to: int = 0, *, grows: bool = False
) -> str:
    """Return a formula of a sheet as it stands now; `row` that repeats and `to` where this copy of it is.

    `grows`: a cell of a row that repeats becomes all of its copies, as a chart wants it.
    """

    def reference(found: re.Match[str]) -> str:
        if not found[2]:
            return found[0]
        name = found[1] or ""
        of = moved.get(unquoted(name) or sheet)
        if of is None:
            return found[0]
        own = of is moved.get(sheet) and row > 0
        first = _moved(found[2], of, row if own else 0, to, last=False)
        if not found[3]:
            whole = grows and of.copies.get(_row(found[2]), 1) > 1
            return f"{name}{first}:{_moved(found[2], of, 0, 0, last=True)}" if whole else name + first
        both_own = own and _row(found[2]) == row == _row(found[3])
        last = _moved(found[3], of, row if both_own else 0, to, last=True)
        return f"{name}{first}:{last}"

    return _REFERENCE.sub(reference, _AGGREGATE.sub(r"\1(\2\3\4:\4)", formula) if not row else formula)


def _moved(cell: str, of: Moved, row: int, to: int, *, last: bool) -> str:
    number = _row(cell)
    if row and number == row:
        return _at(cell, to)
    return _at(cell, of.end(number) if last else of.start(number))


def unquoted(name: str) -> str:
    """Return a sheet's name as a formula has it before its mark, without quotes."""
    name = name.rstrip("!")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def translated(formula: str, down: int, right: int) -> str:
    """Return the formula that a cell so far away shares: references without a dollar go with it."""

    def reference(found: re.Match[str]) -> str:
        if not found[2]:
            return found[0]
        cells = [_shifted(cell, down, right) for cell in (found[2], found[3]) if cell]
        return (found[1] or "") + ":".join(cells)

    return _REFERENCE.sub(reference, formula)


def _shifted(cell: str, down: int, right: int) -> str:
    parts = _PARTS.fullmatch(cell)
    assert parts is not None
    column = parts[2] if parts[1] else letters(max(1, number_of(parts[2]) + right))
    row = parts[4] if parts[3] else str(max(1, int(parts[4]) + down))
    return f"{parts[1]}{column}{parts[3]}{row}"


def _row(cell: str) -> int:
    return int(cell.rpartition("$")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _at(cell: str, row: int) -> str:
    parts = _PARTS.fullmatch(cell)
    assert parts is not None
    return f"{parts[1]}{parts[2]}{parts[3]}{row}"


def split(cell: str) -> tuple[str, int]:
    """Return the letters of a cell's column and the number of its row."""
    parts = _PARTS.fullmatch(cell)
    return (parts[2], int(parts[4])) if parts else ("A", 1)


def number_of(column: str) -> int:
    """Return the number of a column, from 1."""
    number = 0
    for letter in column:
        number = number * _COLUMNS + ord(letter) - ord("A") + 1
    return number


def letters(number: int) -> str:
    """Return the letters of a column by its number."""
    text = ""
    while number:
        number, rest = divmod(number - 1, _COLUMNS)
        text = chr(ord("A") + rest) + text
    return text
