"""Issues loaded for counting: read by the database, then what it leaves unread is read in Python."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from generator.errors import Fault, RecordError
from generator.statistics.cells import TIMES, CellReader, CellValue
from generator.statistics.engine import Engine
from generator.statistics.issues import MISSING, IssueQuery
from generator.statistics.source import MOST_FAULTS, SourceRelation
from generator.statistics.sql import sql


def load(engine: Engine, query: IssueQuery, source: SourceRelation) -> None:
    """Name the issues of a source `biaodan_issues`.

    Raises RecordError with the faults of the first thousand cells that can't be read.
    """
    engine.name("biaodan_issues", query.issues())
    refused = _refused(engine)
    if not refused:
        return
    read = {}
    for n, key in enumerate(query.judged):
        if refused & (1 << n):
            values = _values(engine, query, key)
            read[key] = engine.pairs(f"read_{key}", values, "timestamp" if key in TIMES else "smallint")
    again = replace(query, read=read)
    if read:
        engine.name("biaodan_issues", again.issues())
    if _refused(engine):
        raise RecordError(_faults(engine, again, source))


def _refused(engine: Engine) -> int:
    bits = next(iter(engine.rows(sql("SELECT bit_or(refused) AS refused FROM biaodan_issues"))))[0]
    return int(bits or 0)


def _values(engine: Engine, query: IssueQuery, key: str) -> Iterator[tuple[str, CellValue | None]]:
    """Yield the texts of a column that can be read, with their values."""
    for (raw,) in engine.rows(query.refused(key)):
        try:
            yield raw, query.setting.cells.value(key, raw)
        except RecordError:
            continue


def _faults(engine: Engine, query: IssueQuery, source: SourceRelation) -> Iterable[Fault]:
    cells = list(engine.rows(query.faulty(MOST_FAULTS)))
    names = source.row_names([cell[0] for cell in cells])
    report = query.setting.columns.spec("reported_at")
    for number, refused, *raw in cells:
        place = {"file": source.file, "row": names.get(number, "")}
        if refused & MISSING:
            yield Fault("E-required", report.place("/reported_at", **place))
        for n, key in enumerate(query.judged):
            if refused & (1 << n):
                yield from _cell_faults(query.setting.cells, key, raw[n], place)


def _cell_faults(cells: CellReader, key: str, raw: str, place: Mapping[str, str]) -> Iterator[Fault]:
    try:
        cells.value(key, raw)
    except RecordError as error:
        yield from (fault.at(**place) for fault in error.faults)
