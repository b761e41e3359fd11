"""Values as a user's template sees them: printed by our formats, compared by what they are.

`{{ closed_at }}` prints what a box of ours shows. A choice is equal to its value and to its label, `no` is false, a
number can be reckoned with. Fields go by key, and by title where that is a word.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self

from jinja2 import ChainableUndefined

from generator.catalogue.form import FieldSpec, choices_in
from generator.document import Choice
from generator.formats import exact_number, number_text
from generator.kinds import BOOLEAN
from generator.kinds.pictures import Photo
from generator.record import Values
from generator.wording import LANGS, Lang, phrase


class Absent(ChainableUndefined):
    """A field that the record hasn't got: prints as nothing, is false, equal to no value, has no rows."""

    __slots__ = ()


class Shown(str):
    """A value's text, with the value that it is of."""

    __slots__ = ("_lang", "_spec", "_typed")
    _typed: Any
    _spec: FieldSpec
    _lang: Lang

    def __new__(cls, spec: FieldSpec, typed: Any, lang: Lang, text: str | None = None) -> Self:
        made = super().__new__(cls, text_of(spec, typed, lang) if text is None else text)
        made._typed, made._spec, made._lang = typed, spec, lang
        return made

    @property
    def typed(self) -> Any:
        """Return the value that the text is of."""
        return self._typed

    def __bool__(self) -> bool:
        return bool(self._typed)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Shown):
            return str.__eq__(self, other) is True
        is_same = type(other) is type(self._typed) and other == self._typed
        return is_same or (isinstance(other, str) and str.__eq__(self, other) is True)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class Item(Shown):
    """One of several values of a field."""

    __slots__ = ()


class Several(Shown):
    """The values of one field: printed as a box shows them, gone through and counted one by one."""

    __slots__ = ()

    def _items(self) -> tuple[Item, ...]:
        known = {choice.value: choice.label for choice in _choices(self._spec, self._lang)}
        return tuple(Item(self._spec, item, self._lang, known.get(item, printed(item))) for item in self._typed)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items())

    def __len__(self) -> int:
        return len(self._typed)

    def __getitem__(self, at: Any) -> Any:
        return self._items()[at]

    def __contains__(self, item: object) -> bool:
        return any(one == item for one in self._items())


_ITEMS = (str, int, float, Decimal)


class Figure(Decimal):
    """A number that prints by the format of its field and is reckoned with as it is."""

    _text: str
    _spec: FieldSpec
    _lang: Lang

    @classmethod
    def of(cls, spec: FieldSpec, typed: int | float | Decimal, lang: Lang) -> "Figure":
        """Return the number of a field."""
        made = cls(exact_number(typed))
        made._text, made._spec, made._lang = text_of(spec, typed, lang), spec, lang
        return made

    @property
    def typed(self) -> Decimal:
        """Return the number without its format."""
        return Decimal(f"{self:f}")

    def __str__(self) -> str:
        return self._text

    def __html__(self) -> str:
        from markupsafe import escape

        return escape(self._text)

    def __reduce__(self) -> tuple[Any, ...]:
        return Decimal, (f"{self:f}",)


def _reckons(name: str) -> Callable[[Decimal, Any], Any]:
    """Return an operator of numbers that takes those which a template writes, with a point, as well."""
    operator = getattr(Decimal, name)

    def reckoned(self: Decimal, other: Any) -> Any:
        return operator(self, exact_number(other) if isinstance(other, float) else other)

    return reckoned


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod"):
    setattr(Figure, f"__{_name}__", _reckons(f"__{_name}__"))


def printed(value: Any) -> str:
    """Return the text of a value that a template has made: a number with every digit it has, a picture its name."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, (bool, Figure)):
        return number_text(value)
    return value.name if isinstance(value, Photo) else str(value)


def text_of(spec: FieldSpec, typed: Any, lang: Lang, *, prose: bool = False) -> str:
    """Return the text of a field's value, as a box shows it or as running text has it."""
    write = spec.kind.prose if prose else spec.kind.text
    return write(typed, lang, _choices(spec, lang), spec.unit)


@lru_cache(maxsize=4096)
def _choices(spec: FieldSpec, lang: Lang) -> Sequence[Choice]:
    if spec.kind is BOOLEAN:
        return (Choice(True, phrase("answer.yes", lang)), Choice(False, phrase("answer.no", lang)))
    return choices_in(spec.choices, lang)


@lru_cache(maxsize=4096)
def names_of(spec: FieldSpec) -> Mapping[str, FieldSpec]:
    """Return the fields of a section, a row or a form by every name that a tag may say.

    Those are its keys, and its titles in any language that are words and stand for one field alone.
    """
    found: dict[str, FieldSpec | None] = {}
    for child in spec.fields:
        for title in {unicodedata.normalize("NFKC", child.title(lang)) for lang in LANGS}:
            if title.isidentifier():
                found[title] = None if title in found else child
    return {name: child for name, child in found.items() if child is not None} | dict(spec.by_key)


_SIGNED = (40.0, 14.0)
"""Millimetres within which a signature stands for which nothing else is said."""


class Names(dict[str, Any]):
    """What a template may name of a section, made when it is named: values as texts, sections as mappings, repeats as
    lists of mappings.
    """

    def __init__(self, spec: FieldSpec, typed: Values, lang: Lang) -> None:
        super().__init__()
        self.spec, self.typed, self.lang = spec, typed, lang

    def _there(self, name: object) -> FieldSpec | None:
        child = names_of(self.spec).get(str(name))
        return child if child and (child.shape != "value" or self.typed.get(child.key) is not None) else None

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or self._there(name) is not None

    def __missing__(self, name: str) -> Any:
        child = self._there(name)
        if child is None:
            raise KeyError(name)
        made = self[name] = self._made(child)
        return made

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401  # `dict.get` asks no __missing__

    def _made(self, child: FieldSpec) -> Any:
        value = self.typed.get(child.key)
        if child.shape == "section":
            return Names(child, value or {}, self.lang)
        if child.shape == "repeat":
            return [Names(child, row, self.lang) for row in value or ()]
        if isinstance(value, Photo):
            from generator.tagged.inline import inline

            return inline(value).within(*_SIGNED) if child.kind.is_drawn else inline(value)
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and child.kind.is_number:
            return Figure.of(child, value, self.lang)
        if isinstance(value, (list, tuple)) and all(isinstance(item, _ITEMS) for item in value):
            return Several(child, value, self.lang)
        return Shown(child, value, self.lang)

    def __iter__(self) -> Iterator[str]:
        return (child.key for child in self.spec.fields if self._there(child.key))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Raw(dict[str, Any]):
    """The typed values of a section by the same names: dates are dates, choices what the record keeps."""

    def __init__(self, spec: FieldSpec, typed: Values) -> None:
        super().__init__()
        self.spec, self.typed = spec, typed

    def __contains__(self, name: object) -> bool:
        child = names_of(self.spec).get(str(name))
        return child is not None and self.typed.get(child.key) is not None

    def __missing__(self, name: str) -> Any:
        if name not in self:
            raise KeyError(name)
        child = names_of(self.spec)[name]
        value = self.typed[child.key]
        if child.shape == "section":
            value = Raw(child, value)
        elif child.shape == "repeat":
            value = [Raw(child, row) for row in value]
        self[name] = value
        return value

    def __iter__(self) -> Iterator[str]:
        return (child.key for child in self.spec.fields if child.key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
