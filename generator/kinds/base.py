"""What a kind of value is: all that the toolkit knows of it, in one place. Each kind is a class of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from generator.formats import date_text
from generator.kinds.offsets import offset_text
from generator.kinds.raw import (
    NONE_YET,
    READABLE,
    CellMoment,
    CellNumber,
    Faulty,
    ValueFault,
    clean,
    clean_text,
    exact,
    narrow,
)
from generator.kinds.serials import to_second
from generator.wording import Lang, choose

TEXT_CODE = "@"
"""Excel's number format of a text (ISO/IEC 29500-1, 18.8.31)."""


class Tone(StrEnum):
    """How a value or row is to be noticed; never by colour alone."""

    PLAIN = ""
    GOOD = "good"
    CAUTION = "caution"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a field offers."""

    value: object
    label: str
    note: str = ""
    tone: Tone = Tone.PLAIN


class Offered(Protocol):
    """A choice as a schema offers it: a value, and its titles by language."""

    @property
    def value(self) -> object: ...
    @property
    def titles(self) -> Mapping[str, str]: ...


class Readable(Protocol):
    """What reading a value takes of its field."""

    @property
    def choices(self) -> Sequence[Offered]: ...
    @property
    def unit(self) -> str: ...
    @property
    def date_only(self) -> bool: ...
    def __hash__(self) -> int: ...


class Traits(NamedTuple):
    """What a schema says of a value, as far as it tells its kind."""

    types: frozenset[str]
    control: str
    unit: str
    formats: tuple[str, ...]
    has_choices: bool
    is_long: bool


Read = Callable[[object], object]
"""A raw value read: the typed one, None where there is none. Raises ValueFault where reading itself fails."""


class Kind:
    """What a value is: how it is told from a schema, read, kept in JSON, printed, and shown by Excel.

    One instance a kind. What isn't said in a subclass is as for a short text.
    """

    name: ClassVar[str] = ""
    titles: ClassVar[Mapping[str, str]] = {}
    """What users call it, by language; simplified Chinese and English must be there."""

    control: ClassVar[str] = "text"
    """What it is filled in with on screen: text, multiline, number, date, datetime, time, month, select, multiselect,
    checkbox, signature, picture."""

    controls: ClassVar[tuple[str, ...]] = ()
    """Values of `x-control` that mean this kind."""

    formats: ClassVar[tuple[str, ...]] = ()
    """Values of `format` that mean this kind, of a text."""

    units: ClassVar[tuple[str, ...]] = ()
    """Values of `x-unit` that mean this kind, of a number; they aren't printed as units."""

    example: ClassVar[object] = "…"

    # --- on paper ---
    span: ClassVar[int] = 4
    """Columns of the twelve that a field takes where its form doesn't say."""

    lines: ClassVar[int] = 1
    """Lines for a pen."""

    share: ClassVar[float] = 14.0
    """A column's share of its table's width."""

    gap: ClassVar[int] = 12
    """Width in characters of the gap left for it in running text."""

    is_number: ClassVar[bool] = False
    is_moment: ClassVar[bool] = False
    """Whether it is a day or a moment: set in the middle of a column, its units printed where a pen goes."""

    is_unbroken: ClassVar[bool] = False
    """Whether a column must be as wide as its longest value."""

    is_free_text: ClassVar[bool] = False
    """Whether its values are people's own words, in which any character may stand."""

    is_link: ClassVar[bool] = False
    """Whether its values may lead somewhere."""

    offers_choices: ClassVar[bool] = False
    """Whether the answers may be shown as boxes to tick."""

    # --- in data ---
    takes_text_as_it_is: ClassVar[bool] = False
    """Whether a raw text is the value, with nothing to be read in it."""

    takes_bytes: ClassVar[bool] = False
    """Whether its values may be pictures, and a caller may give bytes."""

    is_drawn: ClassVar[bool] = False
    """Whether a picture stands in its own box, as a signature does, and not beneath it as a figure."""

    longest: ClassVar[int] = 100_000
    """Characters of a raw text: of one that people write, some sixty pages."""

    reads_what_is_shown: ClassVar[bool] = False
    """Whether of a cell that holds a day or a time it takes the text that a person sees there."""

    reads_times: ClassVar[bool] = False
    """Whether of a cell that holds a time of day it takes that time, and not a text of it."""

    none_yet: ClassVar[frozenset[str]] = NONE_YET
    """Texts, narrow and in lower case, that say that there is no value yet; none of them where texts are kept."""

    is_own_text: ClassVar[bool] = False
    """Whether a value that is a string is printed as it is."""

    is_plain_json: ClassVar[bool] = False
    """Whether a typed value stands in JSON as it is."""

    # --- in Excel ---
    sheet_columns: ClassVar[int] = 2
    """Columns of a form's sheet that a value needs which Excel can't wrap: it shows hash marks where it has less."""

    sheet_characters: ClassVar[float] = 0.0
    """Characters that a register's column must be wide."""

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<kind {self.name}>"

    def __reduce__(self) -> tuple[Callable[[str], Kind], tuple[str]]:
        from generator.kinds import kind_named

        return kind_named, (self.name,)

    def title(self, lang: Lang) -> str:
        """Return what users call it in a language."""
        return choose(self.titles, lang)

    def matches(self, traits: Traits) -> bool:
        """Tell whether a schema of these traits describes this kind; what `x-control` says goes before."""
        return any(name in traits.formats for name in self.formats)

    def symbol(self, unit: str) -> str:
        """Return what is printed for `x-unit`: nothing where the unit is the kind's own."""
        return "" if unit in self.units else unit

    def says_none(self, text: str, field: Readable) -> bool:
        """Tell whether a raw text says that there is no value yet."""
        return len(text) <= _LONGEST_MARK and narrow(text).lower() in self.none_yet

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        """Return the typed value of a raw one that is there.

        What isn't of the kind is returned as it came: the schema's validator tells what is wrong with it. Raises
        ValueFault where reading itself fails.
        """
        return raw

    def to_json(self, value: object, zone: ZoneInfo) -> object:
        """Return a typed value as it stands in JSON: days and moments by RFC 3339, moments with their offset."""
        if isinstance(value, datetime):
            return value.isoformat() + (_offset(zone, value.toordinal()) or offset_text(value, zone))
        return value.isoformat() if isinstance(value, date) else value

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        """Return a typed value as a table cell or a box shows it."""
        return loose_text(value)

    def entry(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        """Return a typed value as a box to fill in on screen holds it: read again, it is the same value."""
        return self.text(value, lang, choices, unit)

    def prose(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        """Return a typed value as running text has it."""
        return self.text(value, lang, choices, unit)

    def link(self, value: object) -> str:
        """Return the address that a value leads to; nothing where it leads nowhere."""
        return ""

    def number_format(self, unit: str, lang: Lang, value: object = None) -> str:
        """Return Excel's number format of a value, or of the cell that waits for one."""
        return TEXT_CODE

    def excel_number(self, value: object) -> str:
        """Return the digits of a number as Excel keeps it; nothing where the value isn't kept as a number."""
        return ""

    def sheet_text(self, value: object, lang: Lang, unit: str = "") -> str:
        """Return what Excel shows of a value by its number format, which tells how wide its cell must be."""
        return self.text(value, lang, (), unit)

    def chart_format(self, unit: str, lang: Lang, places: int) -> str:
        """Return the number format of a chart's values, all with so many decimals."""
        return "General"


@lru_cache(maxsize=4096)
def _offset(zone: ZoneInfo, day: int) -> str:
    """Return the offset of a zone on a day, by its ordinal; nothing where it changes on that day."""
    first, last = (offset_text(datetime.combine(date.fromordinal(day), at), zone) for at in (time.min, time.max))
    return first if first == last else ""


def loose_text(value: object) -> str:
    """Return a text, or whatever a schema without types lets stand in its place, as JSON."""
    if isinstance(value, str):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)


def reader(kind: Kind, field: Readable, zone: ZoneInfo) -> Read:
    """Return the function that reads the raw values of one field.

    It returns the typed value, or None when the raw one says that there is none. Raises ValueFault where reading itself
    fails.
    """
    parse = kind.read
    read_text = text_reader(kind, field, zone)

    def read(raw: object) -> object:
        if isinstance(raw, str):
            return read_text(raw)
        if raw is None:
            return None
        if isinstance(raw, CellMoment):
            if kind.reads_what_is_shown:
                return read_text(raw.shown)
            if isinstance(raw.value, time) and not kind.reads_times:
                return read_text(to_second(raw.value).isoformat())
            raw = raw.value if isinstance(raw.value, time) else to_second(raw.value)
        elif isinstance(raw, (float, Decimal)):
            raw = exact(raw)
        elif isinstance(raw, (list, Mapping)):
            raw = clean(raw)
        elif isinstance(raw, Faulty):
            raise ValueFault(raw.code, **raw.params)
        elif not isinstance(raw, READABLE) and not (kind.takes_bytes and isinstance(raw, bytes)):
            raise ValueFault("E-type")
        return parse(raw, field, zone)

    return read


def text_reader(kind: Kind, field: Readable, zone: ZoneInfo) -> Callable[[str], object]:
    """Return the function that reads the texts of one field, as `reader` does; the same ones come again and again."""
    if kind.takes_text_as_it_is:
        return _as_it_is
    known: dict[str, object] = {}

    def read(raw: str) -> object:
        if raw in known:
            return known[raw]
        value = _parsed(kind, field, zone, raw)
        if not isinstance(value, (list, dict)) and len(raw) <= LONGEST_TEXT:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[raw] = value
        return value

    return read


_REMEMBERED = 1024
"""Texts of a field whose values are kept."""

_LONGEST_MARK = 20
"""Characters of a mark for nothing, with blanks around it."""

LONGEST_TEXT = Kind.longest
"""Characters of a text."""


SHORTENED = re.compile(r"-?[1-9](?:\.[0-9]{1,14})?E\+[0-9]{2}")
"""A long number as Excel shows it, and saves it in files of text: 1.38E+10."""


def _plain(raw: str, longest: int = LONGEST_TEXT) -> str | None:
    if len(raw) > longest:
        raise ValueFault("E-text-long", count=len(raw), limit=longest)
    text = raw if raw.isprintable() else clean_text(raw)
    return text if text and not text.isspace() else None


def _as_it_is(raw: str) -> str | None:
    """Return a text; a number that Excel has shortened when it saved a file of text is none.

    Raises ValueFault (E-number-shortened).
    """
    if "E+" in raw and SHORTENED.fullmatch(raw.strip()):
        raise ValueFault("E-number-shortened")
    return _plain(raw)


def _parsed(kind: Kind, field: Readable, zone: ZoneInfo, raw: str) -> object:
    text = _plain(raw, kind.longest)
    return None if text is None or kind.says_none(text, field) else kind.read(text, field, zone)


class PlainText(Kind):
    """A kind whose values are texts, taken as they are written."""

    takes_text_as_it_is = True
    reads_what_is_shown = True
    none_yet = frozenset()
    is_own_text = True
    is_plain_json = True

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        """Return a text; a number or a day from a cell as people read it there."""
        if isinstance(raw, CellNumber):
            return str(raw.number) if SHORTENED.fullmatch(raw.shown) else raw.shown or str(raw.number)
        return date_text(raw) if isinstance(raw, date) else raw
