"""A summary reads times as `check` does: the same values, the same faults, whichever engine counts."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from generator.errors import RecordError
from generator.records.reading import Reading
from generator.rules import load_policy
from generator.statistics import monthly
from generator.statistics.columns import load_columns
from generator.statistics.monthly import Computation, _loaded
from generator.statistics.period import period_of
from generator.statistics.sql import identifier, sql
from tests.records.writings import WRITERS, Writing, in_postgres, writings

Write = Callable[..., Any]

COLUMNS = ["reported_at", "completed_at", "status"]
MOMENTS = [writing for writing in writings() if writing.kind == "moment"]
EITHER = [writing for writing in writings() if writing.kind == "either"]
ENGINES = ["csv", "jsonl", "parquet", "xlsx", "sqlite", "json"]
"""The first three are read by DuckDB itself, the others by the readers of records before it."""


def rows(column: str, some: Sequence[Writing]) -> list[dict[str, str]]:
    usual = {"reported_at": "2024-05-01 09:00", "status": "open"}
    return [{**usual, column: writing.written} for writing in some]


def loaded(source: str, column: str, query: str = "") -> Counter[datetime]:
    """Return the values of a column as a summary has loaded them."""
    computation = Computation(period_of("2024-05"), load_columns("issues"), load_policy(), "", "en")
    with ExitStack() as stack:
        engine, _ = _loaded(computation, source, Reading(query), stack)
        return Counter(row[0] for row in engine.rows(sql("SELECT {c} FROM biaodan_issues", c=identifier(column))))


def codes(source: str, query: str = "") -> list[str]:
    with pytest.raises(RecordError) as error:
        monthly("2024-05", source, query=query)
    return [fault.code for fault in error.value.faults]


def as_moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writing(format: str, table: Sequence[dict[str, Any]]) -> str:
        path = tmp_path / f"issues.{format}"
        WRITERS[format](path, COLUMNS, table)
        return str(path)

    return writing


@pytest.mark.parametrize("format", ENGINES)
@pytest.mark.parametrize(("column", "some"), [("reported_at", MOMENTS), ("completed_at", EITHER)])
def test_a_summary_reads_the_writings_that_a_check_reads(
    write: Write, format: str, column: str, some: Sequence[Writing]
) -> None:
    good = [writing for writing in some if not writing.is_fault]
    assert len(good) > 60
    assert loaded(write(format, rows(column, good)), column) == Counter(as_moment(w.expected) for w in good)


@pytest.mark.parametrize("format", ENGINES)
@pytest.mark.parametrize(("column", "some"), [("reported_at", MOMENTS), ("completed_at", EITHER)])
def test_a_summary_refuses_the_writings_that_a_check_refuses(
    write: Write, format: str, column: str, some: Sequence[Writing]
) -> None:
    bad = [writing for writing in some if writing.is_fault]
    assert len(bad) > 70
    assert codes(write(format, rows(column, bad))) == [writing.expected for writing in bad]


@pytest.mark.services
@pytest.mark.parametrize(("column", "some"), [("reported_at", MOMENTS), ("completed_at", EITHER)])
def test_postgresql_reads_and_refuses_the_same(postgres: str, column: str, some: Sequence[Writing]) -> None:
    good, bad = ([writing for writing in some if writing.is_fault == is_fault] for is_fault in (False, True))
    query = in_postgres(postgres, COLUMNS, rows(column, good))
    assert loaded(postgres, column, query) == Counter(as_moment(w.expected) for w in good)
    assert codes(postgres, in_postgres(postgres, COLUMNS, rows(column, bad))) == [w.expected for w in bad]


# --- times that aren't text in their source ---

NATIVE = [
    ("timestamp '2024-05-01 14:30:05'", datetime(2024, 5, 1, 14, 30, 5)),
    ("timestamp '2024-05-01 00:00:00'", datetime(2024, 5, 1)),
    ("timestamp '2024-05-01 14:30:05.5'", "E-date-fraction"),
    ("timestamp '2024-05-01 14:30:05.000001'", "E-date-fraction"),
    ("timestamp '0024-05-01 00:00:00'", "E-date-year"),
    ("timestamp with time zone '2024-04-30 16:00:00+00'", datetime(2024, 5, 1)),
    ("timestamp with time zone '1899-12-31 15:54:17+00'", datetime(1900, 1, 1)),
    ("timestamp with time zone '2024-04-30 16:00:00.25+00'", "E-date-fraction"),
    ("date '2024-05-01'", "E-time-missing"),
    ("date '0024-05-01'", "E-date-year"),
    ("20240501", "E-time-missing"),
    ("45413", "E-time-missing"),
    ("2024", "E-date"),
    ("CAST(45413.5 AS double precision)", datetime(2024, 5, 1, 12)),
]


@pytest.mark.parametrize(("native", "expected"), NATIVE)
def test_times_of_a_parquet_file_s_own(tmp_path: Path, native: str, expected: object) -> None:
    import duckdb

    path = f"{tmp_path}/own.parquet"
    duckdb.execute(f"COPY (SELECT {native} AS reported_at, 'open' AS status) TO '{path}'")
    assert (codes(path) if isinstance(expected, str) else [*loaded(path, "reported_at")]) == [expected]


@pytest.mark.services
@pytest.mark.parametrize(("native", "expected"), NATIVE)
def test_times_of_postgresql_s_own(postgres: str, native: str, expected: object) -> None:
    query = f"SELECT {native} AS reported_at, 'open' AS status"
    found = codes(postgres, query) if isinstance(expected, str) else [*loaded(postgres, "reported_at", query)]
    assert found == [expected]


def test_days_and_numbers_of_a_workbook_are_read_as_by_a_check(write: Write) -> None:
    half_past = datetime(2024, 5, 1, 14, 30)
    good = [half_past, 45413 + 14.5 / 24, half_past + timedelta(seconds=5)]
    source = write("xlsx", [{"reported_at": value, "status": "open"} for value in good])
    assert loaded(source, "reported_at") == Counter([half_past, half_past, half_past + timedelta(seconds=5)])
    bad: list[Any] = [45413, 20240501, 2024, 45413 + 52200.4 / 86400]
    source = write("xlsx", [{"reported_at": value, "status": "open"} for value in bad])
    assert codes(source) == ["E-time-missing", "E-time-missing", "E-date", "E-date-fraction"]


def test_a_day_of_a_workbook_is_one_in_a_summary(write: Write) -> None:
    table = [{"reported_at": "2024-05-01 09:00", "completed_at": date(2024, 5, 2)}]
    assert loaded(write("xlsx", table), "completed_at") == Counter([datetime(2024, 5, 2)])
