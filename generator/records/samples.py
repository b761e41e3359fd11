"""The first rows of a list whose names of columns nobody knows yet."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.catalogue.form import Form
from generator.errors import Place, RecordError, fail
from generator.records import LIST_FORMATS, open_source
from generator.records.columns import Columns
from generator.records.header import Header
from generator.records.item import RawRecord, SourceItem
from generator.records.reading import Reading


def sampled(path: Path, form: Form, columns: Columns, reading: Reading) -> tuple[str, Header, Iterator[RawRecord]]:
    """Return the sheet of a list, its header, and its rows; the sheet's name is empty where it needn't be told.

    Raises RecordError where the file can't be read, or holds no list.
    """
    suffix = path.suffix.lower()
    if suffix not in LIST_FORMATS:
        return "", *_of_keys(path, form, columns, reading)
    if suffix in (".csv", ".tsv", ".txt"):
        from generator.records.sheet import CsvSource

        text = CsvSource(path, form, reading, columns)
        return "", text.header, _good(text)
    from generator.records.book_source import BookSource

    book = BookSource(path, form, reading, columns)
    return book.sheet_asked_for, book.headers[0], _good(book)


def _of_keys(path: Path, form: Form, columns: Columns, reading: Reading) -> tuple[Header, Iterator[RawRecord]]:
    """Return the keys of records that have no header, and the records."""
    rows = list(_good(open_source(str(path), form, reading)))
    names = list(dict.fromkeys(str(name) for row, _ in rows for name in row))
    if not names:
        raise fail(RecordError, "E-no-records", Place(path.name))
    return Header(names, columns, Place(path.name)), iter(rows)


def _good(items: "Iterable[SourceItem]") -> Iterator[RawRecord]:
    for item in items:
        if not isinstance(item, RecordError):
            yield item
