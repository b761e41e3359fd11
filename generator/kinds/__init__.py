"""Kinds of values: what a value is, decided once from its schema. A package adds one by the entry point group
`biaodan.kinds`, which names a subclass of `Kind`.
"""

from collections.abc import Iterator
from functools import cache

from generator.kinds.base import Choice, Kind, PlainText, Readable, Tone, Traits, reader
from generator.kinds.choices import Boolean, ManyChoices, OneChoice
from generator.kinds.contact import Email, Phone, Uri
from generator.kinds.moments import Date, DateTime, Month, Time
from generator.kinds.numbers import Capitals, Currency, Duration, Integer, Money, Number, Percent
from generator.kinds.pictures import Drawn, PictureFile, SignedName
from generator.kinds.texts import Anything, List, Literal, Multiline, ShortText

__all__ = [
    "ANYTHING",
    "BOOLEAN",
    "CAPITALS",
    "CHOICE",
    "CHOICES",
    "CURRENCY",
    "DATE",
    "DATETIME",
    "DURATION",
    "EMAIL",
    "ENTRY_POINTS",
    "INTEGER",
    "LIST",
    "LITERAL",
    "MONEY",
    "MONTH",
    "MULTILINE",
    "NUMBER",
    "PERCENT",
    "PHONE",
    "PICTURE",
    "SHIPPED",
    "SIGNATURE",
    "TEXT",
    "TIME",
    "URI",
    "Choice",
    "Drawn",
    "Kind",
    "PlainText",
    "Readable",
    "Tone",
    "Traits",
    "is_control",
    "kind_named",
    "kind_of",
    "reader",
    "symbol_of",
]

ENTRY_POINTS = "biaodan.kinds"

CHOICES, LIST, CHOICE = ManyChoices(), List(), OneChoice()
SIGNATURE, MONTH, CAPITALS, PICTURE = SignedName(), Month(), Capitals(), PictureFile()
ANYTHING, LITERAL = Anything(), Literal()
PERCENT, MONEY, DURATION, CURRENCY = Percent(), Money(), Duration(), Currency()
NUMBER, INTEGER, BOOLEAN = Number(), Integer(), Boolean()
DATETIME, DATE, TIME = DateTime(), Date(), Time()
EMAIL, URI, PHONE = Email(), Uri(), Phone()
MULTILINE, TEXT = Multiline(), ShortText()

_LAST: tuple[Kind, ...] = (MULTILINE, TEXT)
SHIPPED: tuple[Kind, ...] = (
    *(CHOICES, LIST, CHOICE),
    *(SIGNATURE, MONTH, CAPITALS, PICTURE, ANYTHING, LITERAL),
    *(PERCENT, MONEY, DURATION, CURRENCY, NUMBER, INTEGER, BOOLEAN),
    *(DATETIME, DATE, TIME, EMAIL, URI, PHONE),
    *_LAST,
)
"""The kinds in the order in which a schema is held against them."""

_UNASKED = frozenset({"rating"})
"""Controls that say how a value is filled in, not what it is."""


@cache
def _added() -> tuple[Kind, ...]:
    """Return the kinds of installed packages, by name."""
    from importlib.metadata import entry_points

    return tuple(point.load()() for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda p: p.name))


def _known() -> Iterator[Kind]:
    yield from SHIPPED
    yield from _added()


@cache
def kind_named(name: str) -> Kind:
    """Return the kind of a name.

    Raises KeyError where there is none.
    """
    found = next((kind for kind in _known() if kind.name == name), None)
    if found is None:
        raise KeyError(name)
    return found


@cache
def is_control(name: str) -> bool:
    """Tell whether `x-control` may have this value; installed packages are asked where none of the shipped has it."""
    return name in _UNASKED or any(name in kind.controls for kind in _known())


def symbol_of(unit: str) -> str:
    """Return what is printed for `x-unit`: nothing, or a symbol, where the unit makes a kind of its own."""
    owner = next((kind for kind in SHIPPED if unit in kind.units), None)
    return owner.symbol(unit) if owner else unit


def kind_of(traits: Traits) -> Kind:
    """Return what a value of these traits is; a text when nothing else is said.

    Installed packages are asked only where a schema says something that no shipped kind knows.
    """
    if traits.control and not traits.has_choices and "array" not in traits.types:
        named = next((kind for kind in _known() if traits.control in kind.controls), None)
        if named is not None:
            return named
    found = next(kind for kind in SHIPPED if kind.matches(traits))
    if found not in _LAST or not (traits.formats or traits.unit):
        return found
    return next((kind for kind in _added() if kind.matches(traits)), found)
