"""Nested lists out of flat ones: rows of one record gathered, their nested columns made into its rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.errors import Place, RecordError
from generator.records.header import Header, rows_of
from generator.records.item import SourceItem
from generator.records.names import find_path


class Gatherer:
    """Puts the rows of a list together that belong to one record.

    A row goes on with the record above where it says nothing of the record's own, or says the same of it again, its
    number among that.
    """

    def __init__(self, header: Header, spec: FieldSpec, identity: str) -> None:
        self.tables = {column.table for column in header.columns if column.table}
        path = find_path(spec, identity) if identity else None
        self.identity = {c.name for c in header.columns if path and c.spec is path[-1] and not c.table}

    def gathered(self, items: Iterator[tuple[SourceItem, bool]]) -> Iterator[SourceItem]:
        """Yield the records of rows; each row with whether merged cells join it to the one above."""
        open_record: dict[str, Any] | None = None
        at = Place()
        for item, is_joined in items:
            if isinstance(item, RecordError):
                if open_record is not None:
                    yield open_record, at
                    open_record = None
                yield item
                continue
            row, place = item
            if open_record is not None and self._goes_on(row, open_record, is_joined=is_joined):
                self._add(open_record, row)
                continue
            if open_record is not None:
                yield open_record, at
            open_record, at = self._begun(row), place
        if open_record is not None:
            yield open_record, at

    def _own(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _plain(value) for name, value in row.items() if name not in self.tables}

    def _goes_on(self, row: Mapping[str, Any], record: Mapping[str, Any], *, is_joined: bool) -> bool:
        if not self.tables.intersection(row):
            return False
        own, theirs = self._own(row), self._own(record)
        if not own:
            return True
        is_same = all(theirs.get(name) == value for name, value in own.items())
        return is_same and (is_joined or bool(self.identity.intersection(own)))

    def _begun(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: rows_of(value) if name in self.tables else value for name, value in row.items()}

    def _add(self, record: dict[str, Any], row: Mapping[str, Any]) -> None:
        for name in self.tables.intersection(row):
            record.setdefault(name, []).extend(rows_of(row[name]))


def _plain(value: object) -> object:
    """Return what two cells are compared by."""
    number = getattr(value, "number", None)
    return value if number is None else number
