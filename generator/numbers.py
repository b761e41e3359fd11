"""Numbers given out to records that have none: by a pattern, each once, the same one for the same record.

What was given is kept in a small SQLite file: a fingerprint of each record, which tells nobody what it says, and its
number. Several processes may ask at once.
"""

import os
import string
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import Place, WriteError, fail

if TYPE_CHECKING:
    import sqlite3

STORE = "biaodan.numbers.db"
"""The file beside a desk's settings."""

LONGEST = 64
"""Characters of a number."""

PARTS = ("prefix", "date", "seq")
EXAMPLE = "BG{date:%Y%m%d}-{seq:03}"
_TABLES = """
CREATE TABLE IF NOT EXISTS given (form TEXT, record BLOB, number TEXT NOT NULL, PRIMARY KEY (form, record));
CREATE TABLE IF NOT EXISTS counted (form TEXT, stem TEXT, last INTEGER NOT NULL, PRIMARY KEY (form, stem));
"""
_PATIENCE = 20.0
"""Seconds that a process waits for another one."""


class PatternError(ValueError):
    """A pattern of numbers isn't one."""


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """How the numbers of a form are made: `{prefix}{date:%Y%m%d}-{seq:03}`.

    Raises PatternError for another part, no `{seq}`, or what a number can't be.
    """

    text: str
    prefix: str = ""

    def __post_init__(self) -> None:
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(self.text) if name is not None]
            made = self.number(date(2024, 2, 29), 7)
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise PatternError from None
        if names.count("seq") != 1 or not set(names) <= set(PARTS):
            raise PatternError
        if not made.isprintable() or made != made.strip() or len(made) > LONGEST or self.number(_DAY, 1) == made:
            raise PatternError

    def number(self, day: date, count: int) -> str:
        """Return the number of a day with a count."""
        return string.Formatter().vformat(self.text, (), {"prefix": self.prefix, "date": day, "seq": count})

    def stem(self, day: date) -> str:
        """Return what numbers that are counted together have in common."""
        parts = string.Formatter().parse(self.text)
        plain = "".join(
            text + ("\0" if name == "seq" else "" if name is None else f"{{{name}:{spec}}}" if spec else f"{{{name}}}")
            for text, name, spec, _ in parts
        )
        return plain.format(prefix=self.prefix, date=day)


_DAY = date(2024, 2, 29)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Gives out numbers. `patterns`: by form, or by the field of a number that several forms share.

    `keeps`: what is given stays given, else it would only be given so: each record has a number of its own, but the
    next run begins where this one began.
    """

    path: Path
    patterns: Mapping[str, NumberPattern]
    keeps: bool = True
    _told: dict[tuple[str, bytes], str] = field(default_factory=dict, repr=False, compare=False)
    _counted: dict[tuple[str, str], int] = field(default_factory=dict, repr=False, compare=False)

    def given(self, form: str, record: bytes, day: date) -> str:
        """Return the number of a record by the name of its pattern; `record`: what the record says; `day`: today.

        Raises WriteError (E-numbers-store) where what was given can't be kept.
        """
        import sqlite3  # few desks have patterns of numbers

        mark, pattern = blake2b(record, digest_size=16).digest(), self.patterns[form]
        if (form, mark) in self._told:
            return self._told[form, mark]
        try:
            with closing(self._open()) as store:
                store.execute("BEGIN IMMEDIATE" if self.keeps else "BEGIN")
                number = self._number(store, form, mark, pattern, day)
                store.execute("COMMIT" if self.keeps else "ROLLBACK")
                return number
        except sqlite3.Error as error:
            raise fail(WriteError, "E-numbers-store", Place(self.path.name), why=str(error)) from None

    def reserved(self, name: str, day: date, first: int, many: int) -> int:
        """Return the first of `many` counts in a row of a pattern that nobody has had; they are given out with that.

        `first`: the least that it may be. It is that where no number can be given out in the folder of the settings.
        Raises WriteError (E-numbers-store) where what is given can't be kept.
        """
        import sqlite3

        if not self.path.exists() and not os.access(self.path.parent, os.W_OK):
            return first
        stem = self.patterns[name].stem(day)
        try:
            with closing(self._open()) as store:
                store.execute("BEGIN IMMEDIATE")
                first = max(first, _last(store, name, stem) + 1)
                store.execute("INSERT OR REPLACE INTO counted VALUES (?, ?, ?)", (name, stem, first + many - 1))
                store.execute("COMMIT")
                return first
        except sqlite3.Error as error:
            raise fail(WriteError, "E-numbers-store", Place(self.path.name), why=str(error)) from None

    def _open(self) -> "sqlite3.Connection":
        import sqlite3

        place = str(self.path) if self.keeps or self.path.exists() else ":memory:"
        store = sqlite3.connect(place, timeout=_PATIENCE, isolation_level=None)
        if self.keeps:
            store.execute("PRAGMA journal_mode = WAL")
            store.execute("PRAGMA synchronous = NORMAL")
        if self.keeps or place == ":memory:":
            store.executescript(_TABLES)
        return store

    def _number(self, store: "sqlite3.Connection", form: str, mark: bytes, pattern: NumberPattern, day: date) -> str:
        known = store.execute("SELECT number FROM given WHERE form = ? AND record = ?", (form, mark)).fetchone()
        if known:
            return str(known[0])
        stem = pattern.stem(day)
        count = max(_last(store, form, stem), self._counted.get((form, stem), 0)) + 1
        number = pattern.number(day, count)
        if not self.keeps:
            self._counted[form, stem], self._told[form, mark] = count, number
        else:
            store.execute("INSERT OR REPLACE INTO counted VALUES (?, ?, ?)", (form, stem, count))
            store.execute("INSERT INTO given VALUES (?, ?, ?)", (form, mark, number))
        return number


def _last(store: "sqlite3.Connection", form: str, stem: str) -> int:
    found = store.execute("SELECT last FROM counted WHERE form = ? AND stem = ?", (form, stem)).fetchone()
    return int(found[0]) if found else 0
