"""The plan of a run: one pass over the source that counts records and finds which names and numbers stand twice.

Only fingerprints are kept, in a temporary database, so that a million records never lie in memory. A second pass then
gives every record its final name; what that is depends on the records alone, not on their order.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from generator.batch.contents import Contents, SourceSum
from generator.batch.manifest import StoredFile
from generator.batch.names import MARK_DIGITS, NamePattern, fingerprint, key_of, marked, portable
from generator.catalogue.form import FieldSpec
from generator.errors import Fault, Place, RecordError, fail, is_unforeseen
from generator.job import Job
from generator.records import Source, is_database
from generator.records.given import Unread
from generator.records.item import RawRecord, RawValues
from generator.records.names import find_path
from generator.records.reading import PLAIN

Duplicates = Literal["refuse", "keep"]
SHOWN_PLACES = 3
_SUM_DIGITS = 16
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record on its way to its documents: its place in the source, its number, the path of its files, its faults.

    `raw`: its values, or whatever stood there where its faults say that it is no record. `of`: the sum of its values,
    where that is kept; `known`: what an earlier run has made of the same values.
    """

    n: int
    raw: Any
    place: Place
    number: str = ""
    stem: str = ""
    faults: tuple[Fault, ...] = ()
    of: str = ""
    known: tuple[StoredFile, ...] = ()


class Plan:
    """What a run will do. `records` counts them; `digest` stands for all of them in their order.

    `made`: what has been made of records, by their sums; None where those aren't kept.

    Raises RecordError where the source can't be read or lacks a column that every record needs (E-column-missing).
    """

    def __init__(
        self,
        source: Source,
        name: str,
        pattern: NamePattern,
        duplicates: Duplicates = "refuse",
        made: Mapping[str, tuple[StoredFile, ...]] | None = None,
    ) -> None:
        self.source, self.pattern, self.duplicates, self.made = source, pattern, duplicates, made
        self.contents = Contents(pattern.job)
        self._secret = secrets.token_bytes(16)
        path = Path(name)
        self._file = path if not is_database(name) and path.is_file() else None
        self._state = self._stat()
        refuse_missing_columns(source, pattern.job)
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript(
            "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE named (n INTEGER PRIMARY KEY, key INTEGER, stem TEXT, number TEXT, print INTEGER);"
            "CREATE TABLE numbered (key INTEGER, place TEXT); CREATE TABLE taken (key INTEGER PRIMARY KEY);"
        )
        self.records, self.digest = self._survey()
        self._some_twins, self._some_doubles = self._any("twins"), self._any("numbered")

    @property
    def _summed(self) -> Path | None:
        """Return the file whose sum stands for all records; none where some are chosen, or called otherwise."""
        reading = self.pattern.job.reading
        return self._file if replace(reading, query="", password="") == PLAIN else None

    def _stat(self) -> tuple[int, int] | None:
        """Return size and time of change of a source that is a file.

        Raises RecordError (E-file-read) where the system can't tell.
        """
        if self._file is None:
            return None
        try:
            state = self._file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(self._file, error) from None
        return state.st_size, state.st_mtime_ns

    def _survey(self) -> tuple[int, str]:
        """Read the source once, name every record, and note what stands in it twice."""
        digest, count = SourceSum(self._summed, self.contents), 0
        names: list[tuple[int, int, str, str, int]] = []
        numbers: list[tuple[int, str]] = []
        for n, item in enumerate(self.source, 1):
            count = n
            digest.add(item)
            if isinstance(item, RecordError):
                continue
            raw, place = item
            number, shown, stem = self._named(raw, n)
            same = self._print_of(number)
            names.append((n, key_of(stem), stem, shown, same))
            if number:
                numbers.append((same, place.row))
            if len(names) >= _AT_ONCE:
                self._note(names, numbers)
        self._note(names, numbers)
        self._base.executescript(
            "CREATE INDEX of_named ON named (key);"
            "CREATE TABLE twins AS SELECT key FROM named GROUP BY key HAVING count(*) > 1;"
            "CREATE UNIQUE INDEX of_twins ON twins (key);"
            "DELETE FROM numbered WHERE key NOT IN (SELECT key FROM numbered GROUP BY key HAVING count(*) > 1);"
            "CREATE INDEX of_numbered ON numbered (key);"
        )
        if not count:
            raise fail(RecordError, "E-no-records", self.source.head[1])
        total = digest.total()
        self._refuse_change()
        return count, total

    def _named(self, raw: RawValues, n: int) -> tuple[str, str, str]:
        """Return a record's number, the number as it is shown, and the path of its files.

        A record that can't be read is named by its position alone.
        """
        try:
            values = self.pattern.read(raw)
            number = self.pattern.number(values)
            shown = self.pattern.shown(number)
            return number, shown, self.pattern.stem(values, shown, n)
        except BaseException as error:  # whatever it is, the work itself will meet and tell it
            if not is_unforeseen(error):
                raise
            return "", "", self.pattern.stem({}, "", n)

    def _print_of(self, number: str) -> int:
        """Return what tells a record's own number from others in this run, and tells nobody what it is."""
        return fingerprint(number.encode(), self._secret) if number else 0

    def _note(self, names: list[tuple[int, int, str, str, int]], numbers: list[tuple[int, str]]) -> None:
        self._base.execute("BEGIN")
        self._base.executemany("INSERT INTO named VALUES (?, ?, ?, ?, ?)", names)
        self._base.executemany("INSERT INTO numbered VALUES (?, ?)", numbers)
        self._base.execute("COMMIT")
        names.clear()
        numbers.clear()

    def _any(self, table: str) -> bool:
        return self._base.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608  # our own name

    def entries(self) -> Iterator[PlannedRecord]:
        """Yield the records with their names, in the order of the source.

        Raises RecordError (E-source-changed) when the source no longer is what it was, as soon as that is seen.
        """
        self._base.execute("DELETE FROM taken")
        self._reached: dict[str, int] = {}  # how far each name has been counted that stands more than twice
        names = self._base.execute("SELECT key, stem, number, print FROM named ORDER BY n")
        digest, count = SourceSum(self._summed, self.contents), 0
        for n, item in enumerate(self.source, 1):
            if n > self.records:
                raise self._changed()
            count = n
            digest.add(item)
            if isinstance(item, RecordError):
                yield self._unreadable(n, item)
                continue
            named = names.fetchone()
            if named is None:
                raise self._changed()
            yield self._entry(n, item, *named)
        self._refuse_change()
        if count != self.records or digest.total() != self.digest:
            raise self._changed()

    def _unreadable(self, n: int, error: RecordError) -> PlannedRecord:
        """Return a record that can't be read, by the number that it has if that can be."""
        raw = {} if error.raw is None else error.raw
        readable = {k: v for k, v in raw.items() if not isinstance(v, Unread)} if isinstance(raw, Mapping) else {}
        number = self._named(readable, n)[1] if readable else ""
        return PlannedRecord(n, raw, error.faults[0].place, number, faults=error.faults)

    def _changed(self) -> RecordError:
        return fail(RecordError, "E-source-changed", self.source.head[1])

    def _refuse_change(self) -> None:
        if self._stat() != self._state:
            raise self._changed()

    def _entry(self, n: int, item: RawRecord, key: int, stem: str, number: str, same: int) -> PlannedRecord:
        raw, place = item
        doubles = self._doubles(same)
        if doubles and self.duplicates == "refuse":
            return PlannedRecord(n, raw, place, number, faults=(self._twice(doubles, place),))
        if self._some_twins and self._is(key, "twins"):
            stem = self._apart(stem, "" if doubles or self.pattern.hides_number else number, self.contents.of(item))
        if not stem:
            return PlannedRecord(n, raw, place, number, faults=(Fault("E-name-taken", place, {"example": "{number}"}),))
        if self.made is None:
            return PlannedRecord(n, raw, place, number, stem)
        of = hashlib.sha256(self.contents.of(item)).hexdigest()[:_SUM_DIGITS]
        return PlannedRecord(n, raw, place, number, stem, of=of, known=self.made.get(of, ()))

    def _is(self, key: int, table: str) -> bool:
        statement = f"SELECT 1 FROM {table} WHERE key = ? LIMIT 1"  # noqa: S608  # our own names
        return self._base.execute(statement, (key,)).fetchone() is not None

    def _doubles(self, key: int) -> list[str]:
        """Return the places of the records that have the number of this fingerprint, if there are several."""
        if not key or not self._some_doubles:
            return []
        found = self._base.execute(
            "SELECT place FROM numbered WHERE key = ? ORDER BY rowid LIMIT ?", (key, SHOWN_PLACES)
        )
        return [place for (place,) in found]

    def _twice(self, places: list[str], place: Place) -> Fault:
        spec = self.pattern.identity[-1] if self.pattern.identity else None
        at = spec.place(self.pattern.job.form.identity) if spec else Place()
        return Fault("E-number-twice", at, {"places": places}).at(file=place.file, row=place.row)

    def _apart(self, stem: str, number: str, content: bytes) -> str:
        """Return a name of its own for one of several records of the same name, by its number or else its content.

        Records that are the same in all are told apart by counting. Empty where the name is another record's already.
        """
        number = portable(number) if number else ""
        mark = number if number and number not in stem else hashlib.sha256(content).hexdigest()[:MARK_DIGITS]
        first = marked(stem, mark)
        for count in range(self._reached.get(first, 0) + 1, self.records + 1):
            name = first if count == 1 else marked(stem, f"{mark}-{count}")
            key = key_of(name)
            if self._is(key, "named"):
                return ""
            if self._base.execute("INSERT OR IGNORE INTO taken VALUES (?)", (key,)).rowcount:
                if count > 1:
                    self._reached[first] = count
                return name
        return ""


def _unreadable(file: Path, error: OSError) -> RecordError:
    return fail(RecordError, "E-file-read", Place(file.name), why=error.strerror or "?")


def refuse_missing_columns(source: Source, job: Job) -> None:
    """Raise RecordError (E-column-missing) with every column that each record needs and the source doesn't have.

    Sources without columns, as JSON is, are left to the records themselves.
    """
    columns = getattr(source, "columns", None)
    if columns is None:
        return
    spec = job.form.record_spec
    there = {path for name in columns if (path := find_path(spec, name))}
    overridden = {path for name in job.overrides if (path := find_path(spec, name))}
    numbered = job.form.identity if job.numbers and job.form.id in job.numbers.patterns else ""
    missing = [
        path
        for path in _demanded(spec, ())
        if path[-1].pointer != numbered and not any(path[: len(k)] == k for k in there | overridden)
    ]
    if missing:
        raise RecordError(Fault("E-column-missing", path[-1].place(file=source.head[1].file)) for path in missing)


def _demanded(spec: FieldSpec, above: tuple[FieldSpec, ...]) -> Iterator[tuple[FieldSpec, ...]]:
    """Yield the ways to the values that every record must give."""
    for child in spec.fields:
        path = (*above, child)
        if child.required and child.shape == "section":
            yield from _demanded(child, path)
        elif child.required and child.shape == "value" and not child.derive and child.default is None:
            yield path
