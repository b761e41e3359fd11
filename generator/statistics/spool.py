"""Records that the readers of records have read, spooled into a file that DuckDB reads."""

import csv
from collections.abc import Iterator, Mapping, Sequence

from generator.characters import IllCharacter, ill_character
from generator.errors import Fault, Place, RecordError
from generator.kinds.raw import ValueFault
from generator.records import Source, open_source, warnings_of
from generator.records.names import find_path
from generator.records.reading import Reading
from generator.statistics.cells import CellReader
from generator.statistics.engine import DuckEngine
from generator.statistics.files import read_csv
from generator.statistics.source import MOST_FAULTS, SourceRelation
from generator.statistics.sql import Sql, listed, sql

_PLACE = "place_name"


def spooled_relation(name: str, reading: Reading, cells: CellReader, engine: DuckEngine) -> SourceRelation:
    """Return a source as the readers of records read it.

    Raises RecordError with the faults of all records that can't be read, the first thousand of them.
    """
    form = cells.columns.source
    source = open_source(name, form, reading, cells.policy.zone)
    target = engine.folder / "issues.csv"
    keys = [spec.key for spec in form.rows.fields]
    spool = _Spool(cells)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_PLACE, *keys])
        for place, row in spool.rows(source):
            writer.writerow([place.row, *(row.get(key) for key in keys)])
    relation = read_csv(target, [_PLACE, *keys], ",")
    named = {path[-1].key for name in getattr(source, "columns", ()) if (path := find_path(form.rows, name))}
    found = [key for key in keys if key in named | spool.seen]
    return SourceRelation(
        relation,
        source.head[1].file,
        found,
        lambda numbers: _row_names(engine, relation, numbers),
        warnings=warnings_of(source),
    )


def _row_names(engine: DuckEngine, relation: Sql, numbers: Sequence[int]) -> dict[int, str]:
    query = sql(
        "SELECT n, place_name FROM (SELECT row_number() OVER () - 1 AS n, place_name FROM {relation}) AS counted"
        " WHERE n IN ({wanted})",
        relation=relation,
        wanted=listed(sql("{n}", n=n) for n in numbers),
    )
    return {row[0]: row[1] for row in engine.rows(query)}


def _ill(text: str) -> IllCharacter | None:
    """Return what keeps a text from being written into a file: half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return ill_character(text)
    return None


class _Spool:
    """Records on their way into a file: columns by their keys, times in ISO 8601."""

    def __init__(self, cells: CellReader) -> None:
        self.cells, self.columns, self.spec = cells, cells.columns, cells.columns.source.rows
        self.seen: set[str] = set()

    def rows(self, source: Source) -> Iterator[tuple[Place, dict[str, object]]]:
        faults: list[Fault] = []
        for item in source:
            if isinstance(item, RecordError):
                faults += item.faults
            else:
                raw, place = item
                row = self._row(raw, place, faults)
                if not faults:
                    yield place, row
            if len(faults) >= MOST_FAULTS:
                break
        if faults:
            raise RecordError(faults[:MOST_FAULTS])

    def _row(self, raw: Mapping[str, object], place: Place, faults: list[Fault]) -> dict[str, object]:
        row: dict[str, object] = {}
        for name, value in raw.items():
            path = find_path(self.spec, name)
            if path is None:
                continue
            spec = path[-1]
            self.seen.add(spec.key)
            if row.get(spec.key) is not None:
                faults.append(Fault("E-key-twice", spec.place(f"/{spec.key}", file=place.file, row=place.row)))
            if isinstance(value, str) and (ill := _ill(value)):
                at = spec.place(f"/{spec.key}", file=place.file, row=place.row)
                faults.append(Fault(ill.code, at, {"character": ill.character, "position": ill.position}))
            try:
                row[spec.key] = self.cells.plain(self.columns.meant(spec.key), value)
            except ValueFault as fault:
                at = spec.place(f"/{spec.key}", file=place.file, row=place.row)
                faults.append(Fault(fault.code, at, fault.params))
        return row
