"""Every writing of a time is the same value, or the same fault, in every source."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from generator.api import make_job
from generator.catalogue import Form
from generator.kinds import reader
from generator.kinds.moments import parse_moment
from generator.kinds.raw import CellMoment, CellNumber, ValueFault
from generator.records import open_source
from tests.records.writings import KINDS, ROWS, WRITERS, Writing, in_postgres, writings

SHANGHAI = ZoneInfo("Asia/Shanghai")
COLUMNS = ["n", *KINDS]
ALL = writings()


@pytest.fixture(scope="session")
def form(form_of: Callable[..., Form]) -> Form:
    return form_of(ROWS)


def outcomes(form: Form, source: str, query: str = "") -> list[tuple[object, list[str]]]:
    """Return the value that each row has, and the codes of its faults."""
    job = make_job(form)
    rows = job.pipeline.judged(open_source(source, form, query))
    return [
        (next((value for name, value in row.values.items() if name != "n" and value is not None), None),
         [fault.code for fault in row.faults])
        for row in rows
    ]  # fmt: skip


def compare(found: Sequence[tuple[object, list[str]]], expected: Sequence[Writing]) -> None:
    wanted = [(None, [w.expected]) if w.is_fault else (w.expected, []) for w in expected]
    wrong = [(w, got) for w, got, want in zip(expected, found, wanted, strict=True) if not alike(got, want)]
    assert wrong == []


def alike(got: tuple[object, list[str]], wanted: tuple[object, list[Any]]) -> bool:
    return got == wanted and type(got[0]) is type(wanted[0])


def cells(some: Sequence[Writing]) -> list[dict[str, Any]]:
    return [{"n": n, writing.kind: writing.written} for n, writing in enumerate(some, 1)]


@pytest.mark.parametrize("is_fault", [False, True], ids=["values", "faults"])
@pytest.mark.parametrize("format", WRITERS)
def test_every_source_reads_every_writing_alike(tmp_path: Path, form: Form, format: str, is_fault: bool) -> None:
    some = [writing for writing in ALL if writing.is_fault == is_fault]
    assert len(some) > 200
    path = tmp_path / f"writings.{format}"
    WRITERS[format](path, COLUMNS, cells(some))
    compare(outcomes(form, str(path)), some)


@pytest.mark.services
@pytest.mark.parametrize("is_fault", [False, True], ids=["values", "faults"])
def test_postgresql_reads_every_writing_alike(postgres: str, form: Form, is_fault: bool) -> None:
    some = [writing for writing in ALL if writing.is_fault == is_fault]
    rows = [{name: str(value) for name, value in row.items()} for row in cells(some)]
    compare(outcomes(form, postgres, in_postgres(postgres, COLUMNS, rows)), some)


# --- what isn't text in its source ---

HALF_PAST = datetime(2024, 5, 1, 14, 30)
NUMBERS = [
    Writing("day", 20240501, date(2024, 5, 1)),
    Writing("either", 20240501, date(2024, 5, 1)),
    Writing("moment", 20240501, "E-time-missing"),
    Writing("month", 20240501, "2024-05"),
    Writing("day", 20241301, "E-date"),
    Writing("day", 2024, "E-date"),
    Writing("day", 202405, "E-date"),
    Writing("month", 202405, "E-month"),
    Writing("month", 2024, "E-month"),
    Writing("month", 2024.5, "E-month"),
    Writing("moment", 2024.5, "E-date"),
    Writing("day", 9990501, "E-date"),
    Writing("day", 1714521600, "E-date"),
    Writing("day", 45413, date(2024, 5, 1)),
    Writing("moment", 45413, "E-time-missing"),
    Writing("moment", 45413 + 14.5 / 24, HALF_PAST),
    Writing("moment", 45413 + 52200.4 / 86400, "E-date-fraction"),
    Writing("clock", 0.5, time(12)),
    Writing("clock", 0.999999, "E-date-fraction"),
    Writing("clock", 1430, "E-time"),
    Writing("clock", 1, "E-time"),
]
TIMES = [
    Writing("day", date(2024, 5, 1), date(2024, 5, 1)),
    Writing("either", date(2024, 5, 1), date(2024, 5, 1)),
    Writing("moment", HALF_PAST, HALF_PAST),
    Writing("either", datetime(2024, 5, 1, 14, 30, 59), datetime(2024, 5, 1, 14, 30, 59)),
    Writing("day", HALF_PAST, "E-time-extra"),
    Writing("clock", time(14, 30), time(14, 30)),
    Writing("clock", HALF_PAST, "E-time"),
    Writing("month", date(2024, 5, 31), "2024-05"),
]


@pytest.mark.parametrize("format", ["xlsx", "sqlite"])
def test_a_number_is_a_day_only_where_it_can_be_nothing_else(tmp_path: Path, form: Form, format: str) -> None:
    path = tmp_path / f"numbers.{format}"
    WRITERS[format](path, COLUMNS, cells(NUMBERS))
    compare(outcomes(form, str(path)), NUMBERS)


def test_days_and_times_of_a_workbook_are_what_they_are(tmp_path: Path, form: Form) -> None:
    WRITERS["xlsx"](tmp_path / "times.xlsx", COLUMNS, cells(TIMES))
    compare(outcomes(form, str(tmp_path / "times.xlsx")), TIMES)


NATIVE = [
    ("timestamp '2024-05-01 14:30:05'", "moment", datetime(2024, 5, 1, 14, 30, 5)),
    ("timestamp '2024-05-01 00:00:00'", "moment", datetime(2024, 5, 1)),
    ("timestamp '2024-05-01 00:00:00'", "day", date(2024, 5, 1)),
    ("timestamp '2024-05-01 14:30:05.5'", "moment", "E-date-fraction"),
    ("timestamp '2024-05-01 14:30:05.000001'", "moment", "E-date-fraction"),
    ("timestamp '0024-05-01 00:00:00'", "moment", "E-date-year"),
    ("timestamp with time zone '2024-04-30 16:00:00+00'", "moment", datetime(2024, 5, 1)),
    ("timestamp with time zone '2024-04-30 16:00:00+00'", "month", "2024-05"),
    ("timestamp with time zone '1899-12-31 15:54:17+00'", "moment", datetime(1900, 1, 1)),
    ("date '2024-05-01'", "day", date(2024, 5, 1)),
    ("date '2024-05-01'", "either", date(2024, 5, 1)),
    ("date '2024-05-01'", "moment", "E-time-missing"),
    ("date '0024-05-01'", "day", "E-date-year"),
    ("time '14:30:05'", "clock", time(14, 30, 5)),
    ("time '14:30:05.25'", "clock", "E-date-fraction"),
    ("20240501", "day", date(2024, 5, 1)),
    ("2024", "day", "E-date"),
]


@pytest.mark.parametrize(("native", "kind", "expected"), NATIVE)
def test_times_of_a_parquet_file_s_own(tmp_path: Path, form: Form, native: str, kind: str, expected: object) -> None:
    import duckdb

    duckdb.execute(f"COPY (SELECT 1 AS n, {native} AS {kind}) TO '{tmp_path}/own.parquet'")
    compare(outcomes(form, f"{tmp_path}/own.parquet"), [Writing(kind, native, expected)])


@pytest.mark.services
@pytest.mark.parametrize(("native", "kind", "expected"), NATIVE)
def test_times_of_postgresql_s_own(postgres: str, form: Form, native: str, kind: str, expected: object) -> None:
    query = f"SELECT 1 AS n, {native} AS {kind}"
    compare(outcomes(form, postgres, query), [Writing(kind, native, expected)])


CELLS = [
    ("moment", datetime(2024, 5, 1), datetime(2024, 5, 1)),
    ("either", datetime(2024, 5, 1), datetime(2024, 5, 1)),
    ("day", datetime(2024, 5, 1), date(2024, 5, 1)),
    ("moment", date(2024, 5, 1), "E-time-missing"),
    ("either", date(2024, 5, 1), date(2024, 5, 1)),
    ("moment", datetime(2024, 5, 1, 14, 29, 59, 999_500), HALF_PAST),
    ("moment", datetime(2024, 5, 1, 14, 30, 0, 400), HALF_PAST),
    ("moment", datetime(2024, 4, 30, 23, 59, 59, 999_999), datetime(2024, 5, 1)),
    ("moment", datetime(2024, 5, 1, 14, 30, 0, 2_000), "E-date-fraction"),
    ("moment", datetime(2024, 5, 1, 14, 30, 0, 998_000), "E-date-fraction"),
    ("clock", time(14, 29, 59, 999_600), time(14, 30)),
    ("clock", time(14, 30, 0, 500_000), "E-date-fraction"),
    ("clock", time(23, 59, 59, 999_999), "E-date-fraction"),
    ("clock", HALF_PAST, "E-time"),
    ("month", datetime(2024, 5, 31, 23, 59), "2024-05"),
    ("day", time(14, 30), "E-date"),
]


def read(form: Form, kind: str, raw: object) -> object:
    spec = form.rows.child(kind)
    try:
        return reader(spec.kind, spec, SHANGHAI)(raw)
    except ValueFault as fault:
        return fault.code


@pytest.mark.parametrize(("kind", "value", "expected"), CELLS)
def test_a_workbook_s_cell_is_a_moment_by_what_it_holds(form: Form, kind: str, value: Any, expected: object) -> None:
    found = read(form, kind, CellMoment(value, "1 May"))
    assert (found, type(found)) == (expected, type(expected))


def test_a_moment_of_another_zone_is_of_the_month_that_it_has_at_the_desk(form: Form) -> None:
    assert read(form, "month", datetime(2024, 4, 30, 16, tzinfo=UTC)) == "2024-05"
    assert read(form, "month", datetime(2024, 5, 31, 16, tzinfo=timezone(timedelta(hours=-4)))) == "2024-06"


def test_a_fraction_that_no_workbook_made_is_a_fault(form: Form) -> None:
    assert read(form, "moment", datetime(2024, 5, 1, 14, 30, 0, 400)) == "E-date-fraction"


@pytest.mark.parametrize("number", [45413 + 0.5 / 86400, 45413.0000001])
def test_half_a_second_isn_t_rounded(form: Form, number: float) -> None:
    assert read(form, "moment", CellNumber(number)) == "E-date-fraction"


# --- JSON ---

OLD = [datetime(1900, 1, 1), datetime(1900, 12, 31, 23, 54, 16), datetime(1900, 12, 31, 23, 59, 59)]
OLD += [datetime(1901, 1, 1), datetime(1940, 6, 1), datetime(1986, 5, 4, 3, 30), datetime(1000, 1, 1)]


@pytest.mark.parametrize("moment", OLD, ids=str)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Africa/Monrovia", "Europe/Amsterdam", "America/New_York", "UTC"])
def test_a_moment_comes_back_from_json_as_it_was(form: Form, moment: datetime, zone: str) -> None:
    kind, own = form.rows.child("moment").kind, ZoneInfo(zone)
    written = kind.to_json(moment, own)
    assert len(str(written)) == len("2024-05-01T14:30:00+08:00")
    assert parse_moment(str(written), own) == moment


def test_a_moment_before_zones_is_no_fault(tmp_path: Path, form: Form) -> None:
    WRITERS["csv"](tmp_path / "old.csv", COLUMNS, [{"n": 1, "moment": "1900-01-01 00:00"}])
    job = make_job(form)
    [row] = job.pipeline.judged(job.open(str(tmp_path / "old.csv")))
    assert (row.faults, row.data["moment"]) == ((), "1900-01-01T00:00:00+08:06")


# --- days without a year ---


@pytest.mark.parametrize(
    ("written", "year", "expected"),
    [
        ("5月1日", 2024, date(2024, 5, 1)),
        ("2月29日", 2024, date(2024, 2, 29)),
        ("5月1日 14:30", 2024, HALF_PAST),
        ("2023年5月1日", 2024, date(2023, 5, 1)),
    ],
)
def test_a_day_without_a_year_is_of_the_year_that_is_given(written: str, year: int, expected: date) -> None:
    assert parse_moment(written, SHANGHAI, year) == expected


@pytest.mark.parametrize(
    ("written", "code"), [("2月29日", "E-date"), ("5-1", "E-date-year-missing"), ("5/1", "E-date-year-missing")]
)
def test_what_a_year_doesn_t_make_a_day_stays_a_fault(written: str, code: str) -> None:
    with pytest.raises(ValueFault) as caught:
        parse_moment(written, SHANGHAI, 2023)
    assert caught.value.code == code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("written", ["2024-05-01" + " " * 90_000 + "x", "2024年5月1" + " " * 90_000, "5" * 90_000])
def test_a_long_text_is_refused_at_once(form: Form, kind: str, written: str) -> None:
    begun = perf_counter()
    assert str(read(form, kind, written)).startswith("E-")
    assert perf_counter() - begun < 1
