"""Computed values as live formulas: a formula of the document model written as Excel has it.

Nothing is shown until all that a value comes from is there. Fields go by their defined names, which follow their cells;
spans of time are days and percentages shares, as in their cells.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from generator.document import Face
from generator.document.formulas import Call, CellRef, ColumnRef, Constant, FieldRef, Formula
from generator.formats import exact_number
from generator.kinds import DATE, DURATION, PERCENT, Kind
from generator.kinds.numbers import is_number
from generator.wording import Lang
from generator.writers.xlsx.cells import escape, text_formula

_LONGEST = 4_000
"""Characters of a formula; Excel takes twice as many."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the values stand that a formula reads: of fields and columns the areas, of the same row the cells.

    `given`: the pointers of those that have a value; `row_given` tells it of a column of the same row.
    """

    fields: Mapping[str, str]
    columns: Mapping[str, Sequence[str]]
    given: frozenset[str] = frozenset()
    row: Callable[[str], str] | None = None
    row_given: Callable[[str], bool] | None = None

    def has_all(self, formula: Formula) -> bool:
        """Tell whether all that a formula reads has a value: where it hasn't, a value was given from elsewhere."""
        match formula:
            case FieldRef():
                return formula.pointer in self.given
            case ColumnRef():
                return f"{formula.pointer}/{formula.key}" in self.given
            case CellRef():
                return self.row_given is not None and self.row_given(formula.key)
            case Call():
                return all(map(self.has_all, formula.arguments))
            case Constant():
                return True


class _UnknownError(Exception):
    """A formula reads what has no place on the sheet, or does what isn't known here."""


def formula_cell(reference: str, style: int, face: Face, value: object, places: Places, lang: Lang) -> str:
    """Return the cell of a formula with what it comes to now; nothing where it can't be written."""
    assert face.formula is not None
    if value is not None and not places.has_all(face.formula):
        return ""
    try:
        text = formula_text(face.formula, face.kind, places)
    except _UnknownError:
        return ""
    number = "" if value is None else face.kind.excel_number(value)
    shown = number or ("" if value is None else face.text(value, lang))
    sort = "" if number else ' t="str"'
    return f'<c r="{reference}" s="{style}"{sort}><f>{escape(text)}</f><v>{escape(shown)}</v></c>'


def formula_text(formula: Formula, kind: Kind, places: Places) -> str:
    """Return a formula, empty text until all that it reads is there.

    Raises _UnknownError.
    """
    written = _Written(places)
    inner = written.of(formula)
    made = f"({inner})/100" if kind is PERCENT else f"({inner})/1440" if kind is DURATION else inner
    for conditions in (written.divisors, written.needed):
        if conditions:
            told = list(dict.fromkeys(conditions))
            condition = told[0] if len(told) == 1 else f"AND({','.join(told)})"
            made = f'IF({condition},{made},"")'
    if len(made) > _LONGEST:
        raise _UnknownError
    return made


class _Written:
    """Writes the parts of a formula; gathers what must be there before, and what mustn't be nothing."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.needed: list[str] = []
        self.divisors: list[str] = []

    def of(self, part: Formula) -> str:
        match part:
            case Constant():
                return self._constant(part.value)
            case FieldRef():
                return self._value(self._known(self.places.fields.get(part.pointer)), part.kind)
            case CellRef():
                if self.places.row is None:
                    raise _UnknownError
                return self._value(self._known(self.places.row(part.key)), part.kind)
            case Call():
                return self._call(part)
            case ColumnRef():
                raise _UnknownError

    def _known(self, place: str | None) -> str:
        if not place:
            raise _UnknownError
        return place

    def _constant(self, value: object) -> str:
        if is_number(value):
            return f"{exact_number(value):f}"
        if isinstance(value, str):
            return text_formula(value)
        raise _UnknownError

    def _value(self, place: str, kind: Kind) -> str:
        is_counted = kind.is_number or kind.is_moment
        self.needed.append(f"ISNUMBER({place})" if is_counted else f"LEN({place})>0")
        if kind is DURATION:
            return f"ROUND({place}*1440,0)"
        return f"({place}*100)" if kind is PERCENT else place

    def _call(self, call: Call) -> str:
        if call.name in _SIGNS:
            left, right = (self.of(argument) for argument in call.arguments)
            return f"({left}{call.name}{right})"
        written = getattr(self, f"_{call.name}", None)
        if written is None:
            raise _UnknownError
        return str(written(*call.arguments))

    def _and(self, *parts: Formula) -> str:
        return f"AND({','.join(map(self.of, parts))})"

    def _or(self, *parts: Formula) -> str:
        return f"OR({','.join(map(self.of, parts))})"

    def _not(self, part: Formula) -> str:
        return f"NOT({self.of(part)})"

    def _if(self, test: Formula, then: Formula, otherwise: Formula) -> str:
        return f"IF({self.of(test)},{self.of(then)},{self.of(otherwise)})"

    def _minutes(self, start: Formula, end: Formula) -> str:
        """Whole minutes between two moments, which are doubles of days: the seconds between them are whole."""
        return f"INT(ROUND(({self.of(end)}-{self.of(start)})*86400,0)/60)"

    def _before(self, one: Formula, other: Formula) -> str:
        """Moments are compared to the second, days as days."""
        pair = [self.of(one), self.of(other)]
        if any(isinstance(part, (FieldRef, CellRef)) and part.kind is DATE for part in (one, other)):
            return f"(INT({pair[0]})<INT({pair[1]}))"
        return f"(ROUND({pair[0]}*86400,0)<ROUND({pair[1]}*86400,0))"

    def _rounded(self, number: Formula, digits: Formula) -> str:
        return f"ROUND({self.of(number)},{self.of(digits)})"

    def _share(self, part: Formula, whole: Formula, digits: Formula) -> str:
        above, below = self.of(part), self.of(whole)
        self.divisors.append(f"({below})<>0")
        return f"ROUND({above}*100/({below}),{self.of(digits)})"

    def _growth(self, now: Formula, before: Formula, digits: Formula) -> str:
        above, below = self.of(now), self.of(before)
        self.divisors.append(f"({below})<>0")
        return f"ROUND(({above}-{below})*100/({below}),{self.of(digits)})"

    def _weighted(self, score: Formula, weight: Formula, most: Formula) -> str:
        return f"ROUND({self.of(score)}*{self.of(weight)}/({self.of(most)}),4)"

    def _total(self, column: Formula) -> str:
        areas = self._areas(column)
        self.needed.append(f"COUNT({','.join(areas)})>0")
        total = f"SUM({','.join(areas)})"
        kind = column.kind if isinstance(column, ColumnRef) else None
        return f"({total}*100)" if kind is PERCENT else f"ROUND({total},10)"

    def _count(self, column: Formula, *values: Formula) -> str:
        """How often one of several labels stands in a column; labels are compared as wholes, without wildcards."""
        areas = self._areas(column)
        if not values:
            if not (isinstance(column, ColumnRef) and column.kind.is_number):
                raise _UnknownError
            return f"SUM({','.join(f'COUNT({area})' for area in areas)})"
        labels = [self.of(value) for value in values if isinstance(value, Constant)]
        if len(labels) < len(values) or any(set("*?~<>=") & set(label) for label in labels):
            raise _UnknownError
        return f"SUM({','.join(f'COUNTIF({area},{label})' for area in areas for label in labels)})"

    def _areas(self, column: Formula) -> Sequence[str]:
        if not isinstance(column, ColumnRef) or column.kind is DURATION:
            raise _UnknownError
        areas = self.places.columns.get(f"{column.pointer}/{column.key}")
        if not areas:
            raise _UnknownError
        return areas


_SIGNS = frozenset({"+", "-", "*", "=", "<>", "<", "<=", ">", ">="})
