"""Where records come from: JSON, JSON Lines, CSV, XLSX, Parquet, databases, filled documents, standard input.

A source may be read more than once.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from generator import strict_json
from generator.catalogue.form import Form
from generator.catalogue.packed import VALUE
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.files import require_file
from generator.records.bounds import bounds
from generator.records.given import loosely, not_mended, refused, still_unread
from generator.records.item import RawRecord, SourceItem
from generator.records.reading import PLAIN, Reading

if TYPE_CHECKING:
    from generator.records.foreign_reader import Readable

_UTC = ZoneInfo("UTC")


class Source(Protocol):
    """RawRecord records with their places, as often as they are asked for; `head` stands beside a table's rows.

    One that comes from a file has its `folder`, in which the pictures lie that records name.
    """

    @property
    def head(self) -> RawRecord: ...

    def __iter__(self) -> Iterator[SourceItem]: ...


def warnings_of(source: Source) -> Sequence[Fault]:
    """Return what is to be told of a source once it has been read: rows and columns that were left out."""
    return list(getattr(source, "warnings", ()))


class ListSource:
    """Records that are in memory already, from JSON or from a caller in Python."""

    def __init__(self, content: Any, form: Form, file: str = "") -> None:
        self.file = file
        self.head: RawRecord = ({}, Place(file))
        name = _rows_name(content, form) if form.is_table and isinstance(content, Mapping) else None
        if name is not None:
            self.head, content = self._split(content, name, form)
        if form.origin is not None and form.origin.whole:
            content = _in_field(content)
        self.items = list(content) if isinstance(content, (list, tuple)) else [content]
        self.single = not isinstance(content, (list, tuple))

    def _split(self, content: Mapping[str, Any], name: str, form: Form) -> tuple[RawRecord, Any]:
        head = {key: value for key, value in content.items() if key != name}
        rows = content[name]
        if not isinstance(rows, (list, tuple)):
            raise fail(RecordError, "E-type", form.rows.place(file=self.file))
        return (head, Place(self.file)), rows

    def __iter__(self) -> Iterator[SourceItem]:
        for n, item in enumerate(self.items):
            place = Place(self.file, "" if self.single else f"[{n + 1}]")
            yield _record_or_fault(item, place)


def _in_field(content: Any) -> Any:
    """Return what is the value of a form's only field as a record."""
    return content if isinstance(content, Mapping) and VALUE in content else {VALUE: content}


def _record_or_fault(item: Any, place: Place) -> SourceItem:
    if isinstance(item, Mapping):
        return item, place
    # a text stands as JSON, for that of a line is read again
    raw = json.dumps(item, ensure_ascii=False) if isinstance(item, str) else item
    return refused(Fault("E-record-shape", place), raw)


def _rows_name(content: Mapping[str, Any], form: Form) -> str | None:
    """Return the key that a table's rows stand under, if there is one; the converted title is made only when needed."""
    known = next((name for name in (form.rows.key, *form.rows.titles.values()) if name in content), None)
    if known is not None or all(str(key).isascii() for key in content):
        return known
    converted = form.rows.title("zh-Hant")
    return converted if converted in content else None


FAILURE = frozenset({"n", "number", "at", "faults", "record"})
"""Keys of a line of a batch's `failed.jsonl`, which holds the record as it was given."""

UNREAD = "unread"
"""The key of such a line under which stand, by pointer, the values that couldn't be read and have to be mended."""


class JsonLinesSource:
    """One JSON object a line; empty lines are passed over. What a batch has failed on is read as it was given."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self.form = path, form
        self.head: RawRecord = ({}, Place(path.name))

    def __iter__(self) -> Iterator[SourceItem]:
        most = bounds().record << 20
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(iter(lambda: file.readline(most + 1), b""), 1):
                    if len(line) > most:
                        place = Place(self.path.name, str(number))
                        raise fail(RecordError, "E-record-large", place, limit=bounds().record)
                    if line.strip(b" \t\r\n\xef\xbb\xbf"):
                        yield self._record(line, number)
        except OSError as error:
            raise fail(RecordError, "E-file-read", Place(self.path.name), why=error.strerror or "?") from None

    def _record(self, line: bytes, number: int) -> SourceItem:
        place = Place(self.path.name, str(number))
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return fail(RecordError, "E-encoding-json", place, byte=error.start + 1)
        try:
            return self._item(_parsed(text, place), place)
        except RecordError as error:
            error.raw = _unwrapped(error.raw)
            return error

    def _item(self, item: Any, place: Place) -> SourceItem:
        """Return the record of a line, or of a failure: what was no JSON then may be by now."""
        if not _is_failure(item):
            return _record_or_fault(item, place)
        record, told = item["record"], item.get(UNREAD, {})
        if isinstance(record, str):
            return self._item(_parsed(record, place), place)
        faults = not_mended(record, told, self.form.record_spec, place)
        return refused(faults, still_unread(record, told)) if faults else _record_or_fault(record, place)


def _is_failure(item: Any) -> bool:
    return isinstance(item, Mapping) and item.keys() - {UNREAD} == FAILURE


def _unwrapped(raw: Any) -> Any:
    return raw["record"] if _is_failure(raw) else raw


def _parsed(text: str, place: Place) -> Any:
    try:
        return strict_json.parse(text, RecordError, place.file, place.row)
    except RecordError as error:
        error.raw = loosely(text)
        raise


class JsonArraySource:
    """A JSON file that is a list of records, read one by one."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path = path
        self.head: RawRecord = ({}, Place(path.name))

    def __iter__(self) -> Iterator[SourceItem]:
        try:
            with self.path.open(encoding="utf-8-sig") as file:
                for number, item in enumerate(strict_json.elements(file, RecordError, self.path.name), 1):
                    place = Place(self.path.name, f"[{number}]")
                    yield _record_or_fault(item, place)
        except UnicodeDecodeError as error:
            raise fail(RecordError, "E-encoding-json", Place(self.path.name), byte=error.start + 1) from None
        except OSError as error:
            raise fail(RecordError, "E-file-read", Place(self.path.name), why=error.strerror or "?") from None


_HELD_WHOLE = 4 << 20
"""Bytes up to which a JSON file is read at once; a longer list is read record by record."""

_HARMLESS = 1 << 20
"""Bytes of a file of text that are read in this process: they can't ask for much."""


def _json(path: Path, form: Form, reading: Reading) -> Source:
    size, most = path.stat().st_size, bounds().record << 20
    if size > min(_HELD_WHOLE, most) and _begins_list(path):
        return _elsewhere(JsonArraySource(path, form), path)
    if size > most:
        raise fail(RecordError, "E-record-large", Place(path.name), limit=bounds().record)
    return ListSource(strict_json.load(path, RecordError), form, path.name)


def _json_lines(path: Path, form: Form, reading: Reading) -> Source:
    return _apart(JsonLinesSource(path, form), path)


def _apart(source: "Readable", path: Path) -> Source:
    """Return a source of text, read in a process of its own where it is large."""
    return _elsewhere(source, path) if path.stat().st_size > _HARMLESS else source


def _elsewhere(source: "Readable", path: Path) -> Source:
    """Return a source as the process for foreign files reads it."""
    from generator.records.foreign import ForeignSource

    return ForeignSource(source, path)


def _begins_list(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _csv(path: Path, form: Form, reading: Reading) -> Source:
    from generator.records.sheet import CsvSource

    return _apart(CsvSource(path, form, reading), path)


def _book(path: Path, form: Form, reading: Reading) -> Source:
    from generator.records.book_source import BookSource
    from generator.records.names import find_path

    find_path(form.record_spec, "-")  # all names of fields are made, which the process that reads then has as well
    return _elsewhere(BookSource(path, form, reading), path)


def _parquet(path: Path, form: Form, reading: Reading) -> Source:
    from generator.records.database import ParquetSource

    return _elsewhere(ParquetSource(path, form), path)


def _filled(path: Path, form: Form, reading: Reading) -> Source:
    from generator.records.filled import FilledSource

    return _elsewhere(FilledSource(path, form), path)


_OPENERS = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _csv,
    ".tsv": _csv,
    ".txt": _csv,
    ".xlsx": _book,
    ".xlsm": _book,
    ".xls": _book,
    ".et": _book,
    ".ods": _book,
    ".parquet": _parquet,
    ".docx": _filled,
    ".docm": _filled,
    ".pdf": _filled,
}
_SQLITE = (".sqlite", ".sqlite3", ".db")
FORMATS: Sequence[str] = (*_OPENERS, *_SQLITE)
LIST_FORMATS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".et", ".ods"})
"""Formats whose readers know of maps and sheets themselves."""


def open_source(name: str, form: Form, reading: Reading | str = PLAIN, zone: ZoneInfo = _UTC) -> Source:
    """Return the source of a file name, of a database's URL with a query, or of `-` for JSON on standard input.

    `reading`: how it is to be read, or a query alone; `zone`: in which times are compared that rows are chosen by.
    Raises UsageError (E-source-format, E-query-needed, and as `require_file` does), RecordError where the file or
    database can't be read as what it says it is.
    """
    reading = Reading(reading) if isinstance(reading, str) else reading
    source, knows = _opened(name, form, reading)
    made = source if reading.is_plain else _shaped(source, form, reading, zone, is_renamed=knows)
    if not is_database(name):
        made.folder = Path.cwd() if name == "-" else Path(name).absolute().parent  # type: ignore[attr-defined]
    return made


def _opened(name: str, form: Form, reading: Reading) -> tuple[Source, bool]:
    """Return a source, and whether it reads itself by other names."""
    if name == "-":
        return ListSource(_standard_input(), form, "-"), False
    if is_database(name):
        from generator.records.database import DatabaseSource

        return DatabaseSource(name, form, reading.query), False
    path = Path(name)
    suffix = path.suffix.lower()
    if suffix in _SQLITE:
        from generator.records.database import DatabaseSource

        return DatabaseSource(f"sqlite:///{path.as_posix()}", form, reading.query), False
    if suffix not in _OPENERS:
        raise fail(UsageError, "E-source-format", Place(path.name), known=FORMATS)
    return _OPENERS[suffix](require_file(name).absolute(), form, reading), suffix in LIST_FORMATS


def _shaped(source: Source, form: Form, reading: Reading, zone: ZoneInfo, *, is_renamed: bool) -> Source:
    from generator.records.shaped import ChosenSource, JoinedSource, RenamedSource

    if not is_renamed and (reading.mapping.file or reading.ignores_unknown):
        source = RenamedSource(source, form, reading)
    if reading.joins:
        source = JoinedSource(source, form, reading)
    return ChosenSource(source, form, reading, zone) if reading.where else source


def is_database(name: str) -> bool:
    """Tell whether a source's name is the URL of a database."""
    return "://" in name


def _standard_input() -> Any:
    most = bounds().record << 20
    try:
        content = sys.stdin.buffer.read(most + 1)
        if len(content) > most:
            raise fail(RecordError, "E-record-large", Place("-"), limit=bounds().record)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail(RecordError, "E-encoding-json", Place("-"), byte=error.start + 1) from None
    return strict_json.parse(text, RecordError, "-")
