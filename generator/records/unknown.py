"""Names of columns and keys that the form doesn't know: shown only where they can't be values in the wrong place."""

from functools import lru_cache

from generator.catalogue.form import FieldSpec
from generator.catalogue.synonyms import best
from generator.errors import Fault, Place, may_be_value, quoted, unnamed
from generator.records.names import find_path
from generator.wording import LANGS, choose

_NEAR, _SO_NEAR = 0.6, 0.7
"""How near a name must be to a known one for that to be suggested, and for the name itself to be shown."""

_FEW_DIGITS = 3


class ColumnName(str):
    """The name of a column that the form doesn't know, with the column's letters, by which faults call it."""

    __slots__ = ("column",)
    column: str

    def __new__(cls, name: str, column: str = "") -> "ColumnName":
        """Return the name, with the letters beside it."""
        made = super().__new__(cls, name)
        made.column = column
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.column


class NumberedColumn(str):
    """The name of a database's column that may be a value, with the column's number, by which faults call it."""

    __slots__ = ("number",)
    number: int

    def __new__(cls, name: str, number: int = 0) -> "NumberedColumn":
        """Return the name, with the column's number from 1 beside it."""
        made = super().__new__(cls, name)
        made.number = number
        return made

    def __getnewargs__(self) -> tuple[str, int]:  # type: ignore[override]
        return str(self), self.number


def letters(number: int) -> str:
    """Return the letters of a column, counted from 1, as spreadsheets have them."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def told(name: str, number: int) -> str:
    """Return how a column that is left out is called: by its name, unless that looks like a person's number."""
    is_short = len(name) <= _SHOWN and _is_harmless(name)
    return str(name) if is_short else letters(number)


_SHOWN = 40
"""Characters of a name that is shown."""


def unknown(spec: FieldSpec, name: object, number: int, pointer: str) -> Fault:
    """Return the fault of a name that no field of a section has; `number`: of the key in its object, from 1."""
    text = str(name)
    score, nearest = _nearest(spec, text) if len(text) <= _LONGEST else (0.0, "")
    near = [nearest] if score >= _NEAR else []
    code = _code(spec, text) if near else "E-unknown-key"
    so_near = score >= _SO_NEAR and _is_harmless(text)
    if so_near or (not isinstance(name, ColumnName) and not may_be_value(text)):
        shown = quoted(text)
    elif isinstance(name, ColumnName):
        shown = unnamed("column", column=name.column)
    elif isinstance(name, NumberedColumn):
        shown = unnamed("column_number", number=name.number)
    else:
        shown = unnamed("key", number=number)
    return Fault(code, Place(pointer=pointer), {"key": shown, "near": near})


def _code(spec: FieldSpec, text: str) -> str:
    """Return the fault of a name that is near another: one with a unit mustn't just be called as a field is."""
    from generator.records.columns import without_unit

    plain, unit = without_unit(text)
    path = find_path(spec, plain) if unit else None
    is_number = path is not None and path[-1].shape == "value" and path[-1].kind.is_number
    return "E-unknown-key-unit" if is_number else "E-unknown-key-near"


_LONGEST = 200
"""Letters of a name that is compared with others."""


@lru_cache(maxsize=4096)
def _nearest(spec: FieldSpec, text: str) -> tuple[float, str]:
    """Return the known name that is nearest to another, and how near it is; the same names come in every record."""
    titles = {choose(f.titles, lang): f for lang in LANGS[::2] for f in spec.fields}
    keys = {f.key: f for f in spec.fields}
    ranked = best(text, [*keys, *titles] if text.isascii() else [*titles, *keys])
    if not ranked:
        return 0.0, ""
    score, near = ranked[0]
    if near.isascii() and not text.isascii():
        near = choose((titles | keys)[near].titles, "zh-Hans")
    return score, near


def _is_harmless(name: str) -> bool:
    return "@" not in name and "＠" not in name and sum(map(str.isdigit, name)) <= _FEW_DIGITS
