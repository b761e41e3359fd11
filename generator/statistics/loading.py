"""Issues loaded for counting: read by the database, then what it leaves unread is read in Python."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from generator.errors import Fault, RecordError
from generator.statistics.cells import TIMES, CellValue
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
    again = _with_read(engine, query, refused) if refused else query
    faults = [*_faults(engine, again, source)] if refused and _refused(engine) else []
    faults += _twice(engine, query, source)
    if faults:
        raise RecordError(faults[:MOST_FAULTS])


def _with_read(engine: Engine, query: IssueQuery, refused: int) -> IssueQuery:
    """Return the query with what can be read in Python, and name its issues."""
    read = {}
    for n, key in enumerate(query.judged):
        if refused & (1 << n):
            values = _values(engine, query, key)
            read[key] = engine.pairs(f"read_{key}", values, "timestamp" if key in TIMES else "smallint")
    again = replace(query, read=read)
    if read:
        engine.name("biaodan_issues", again.issues())
    return again


def _refused(engine: Engine) -> int:
    bits = next(iter(engine.rows(sql("SELECT bit_or(refused) AS refused FROM biaodan_issues"))))[0]
    return int(bits or 0)


def _values(engine: Engine, query: IssueQuery, key: str) -> Iterator[tuple[str, CellValue | None]]:
    """Yield the texts of a column that can be read, with their values."""
    for (raw,) in engine.rows(query.refused(key)):
        try:
            yield raw, query.setting.cells.value(key, raw, is_number=query.is_number(key))
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
                yield from _cell_faults(query, key, raw[n], place)


def _twice(engine: Engine, query: IssueQuery, source: SourceRelation) -> Iterator[Fault]:
    """Yield a fault for each issue that stands in several rows, which would be counted as several; at its first row."""
    if "issue_no" not in query.found or not any(engine.rows(_SOME_TWICE)):
        return
    rows: dict[int, tuple[int, list[int]]] = {}
    for line, first, count in engine.rows(query.twice(MOST_FAULTS)):
        rows.setdefault(first, (count, []))[1].append(line)
    names = source.row_names([line for _, lines in rows.values() for line in lines])
    number = query.setting.columns.spec("issue_no")
    for first, (count, lines) in rows.items():
        shown = [*(names.get(line, "?") for line in lines), *["…"] * (count > len(lines))]
        place = number.place("/issue_no", file=source.file, row=names.get(first, ""))
        yield Fault("E-issue-twice", place, {"count": count, "rows": shown})


_SOME_TWICE = sql(
    "SELECT 1 AS one FROM biaodan_issues WHERE number IS NOT NULL GROUP BY number HAVING count(*) > 1 LIMIT 1"
)


def _cell_faults(query: IssueQuery, key: str, raw: str, place: Mapping[str, str]) -> Iterator[Fault]:
    try:
        query.setting.cells.value(key, raw, is_number=query.is_number(key))
    except RecordError as error:
        yield from (fault.at(**place) for fault in error.faults)
