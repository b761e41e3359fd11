"""Numbers of cells: what a workbook shows says what is meant, what it holds how much; databases keep their digits."""

import json
import sqlite3
import struct
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.api import check
from generator.catalogue import Form
from generator.errors import Fault
from generator.kinds import reader
from generator.kinds.raw import CellMoment, CellNumber, ValueFault
from generator.records import open_source
from generator.records.floats import single
from generator.records.normalise import normaliser

SHANGHAI = ZoneInfo("Asia/Shanghai")
KINDS: dict[str, dict[str, Any]] = {
    "number": {"type": "number"},
    "share": {"type": "number", "x-unit": "percent"},
    "yuan": {"type": "number", "x-unit": "yuan"},
    "amount": {"type": "number", "x-unit": "amount"},
    "usd": {"type": "number", "x-unit": "USD"},
    "myriads": {"type": "number", "x-unit": "万元"},
    "pieces": {"type": "integer", "x-unit": "件"},
    "span": {"type": "integer", "x-unit": "minute"},
    "text": {"type": "string"},
    "code": {"enum": ["00042", "7", "甲", 12]},
    "codes": {"type": "array", "items": {"enum": ["00042", "7"]}},
    "answer": {"type": "boolean"},
}


@pytest.fixture(scope="module")
def form(form_of: Callable[..., Form]) -> Form:
    return form_of(KINDS)


@pytest.fixture(scope="module")
def read(form: Form) -> Callable[[str, object], str]:
    """Return a function of a kind of field and a cell to the value as Python prints it, or the code of its fault."""

    def reading(kind: str, raw: object) -> str:
        spec = form.root.by_key[kind]
        try:
            return str(reader(spec.kind, spec, SHANGHAI)(raw))
        except ValueFault as fault:
            return fault.code

    return reading


# --- workbooks ---


@pytest.mark.parametrize(
    ("kind", "number", "shown", "meant"),
    [
        ("share", 0.25, "25%", "25"),
        ("share", 1.0, "100%", "100"),
        ("share", 0.2549, "25%", "25.49"),
        ("share", -0.05, "-5%", "-5"),
        ("share", 25.0, "25%", "25"),  # a percent sign that is a text of the format
        ("share", 25.0, "2500%", "2500"),
        ("share", 0.4, "0%", "0.4"),
        ("share", 0.0, "0%", "0"),
        ("share", 0.0025, "2.5‰", "0.25"),
        ("share", 75.0, "75.0", "75"),
        ("number", 123456.0, "12.3万", "123456"),
        ("yuan", 12.34, "12.34万元", "123400"),
        ("yuan", 123400.0, "12.34万元", "123400"),
        ("yuan", 1234.5, "¥1,234.50", "1234.5"),
        ("yuan", 1234.567, "¥1,234.57", "1234.567"),
        ("yuan", -5.0, "(5)", "-5"),
        ("yuan", -5.0, "-¥5.00", "-5"),
        ("yuan", 0.0, "-", "0"),
        ("yuan", 0.0, "¥ -", "0"),
        ("yuan", 35.0, "35元整", "35"),
        ("usd", 5.0, "$5.00", "5"),
        ("myriads", 12.34, "12.34万元", "12.34"),
        ("myriads", 123400.0, "12.34万元", "12.34"),
        ("pieces", 3.0, "3件", "3"),
        ("number", 42.0, "00042", "42"),
        ("number", 1.5, "1 1/2", "1.5"),
        ("number", -0.5, "-1/2", "-0.5"),
        ("number", 152345.0, "1.5E+05", "152345"),
        ("number", 0.125, "0.13", "0.125"),
        ("span", 90.0, "90分钟", "90"),
        ("span", 1.5, "1.5小时", "90"),
        ("span", 0.0625, "1小时30分", "90"),
        ("text", 42.0, "00042", "00042"),
        ("code", 42.0, "00042", "00042"),
        ("code", 7.0, "007", "7"),
        ("code", 12.0, "甲", "12"),
        ("codes", 42.0, "00042", "['00042']"),
        ("answer", 1.0, "是", "True"),
    ],
)
def test_a_cell_means_what_it_shows_and_is_as_exact_as_it_holds(read, kind, number, shown, meant):
    assert read(kind, CellNumber(number, shown)) == meant


@pytest.mark.parametrize(
    ("kind", "number", "shown", "code"),
    [
        ("number", 0.25, "25%", "E-number-bare"),
        ("pieces", 0.25, "25%", "E-number-unit"),
        ("pieces", 3.0, "3天", "E-number-unit"),
        ("yuan", 5.0, "$5.00", "E-number-unit"),
        ("usd", 5.0, "¥5.00", "E-number-unit"),
        ("amount", 5.0, "¥5.00", "E-number-bare"),
        ("yuan", -5.0, "5", "E-cell-unclear"),  # shown in red
        ("yuan", 5.0, "-", "E-cell-unclear"),
        ("number", 1234567.0, "1,235", "E-cell-unclear"),  # thousands that aren't told
        ("number", 1234567.0, "1.2M", "E-number-bare"),
        ("number", 5.0, "是", "E-cell-unclear"),
        ("number", 1.7, "1/2", "E-number"),
        ("number", -2.5, "2 1/2", "E-number"),
        ("share", 0.004, "0%", "E-cell-unclear"),
        ("share", 0.25, "", "E-percent-unclear"),
        ("share", 0.25, "0.25", "E-percent-unclear"),
        ("share", 0.996, "1", "E-percent-unclear"),
        ("share", 0.25, "1/4", "E-percent-unclear"),
        ("span", 1.52, "1.5小时", "E-cell-unclear"),
        ("span", 1.0, "1天", "E-minutes"),
        ("yuan", 123456789012345.0, "123456789012345万元", "E-json-digits"),
    ],
)
def test_a_cell_that_may_mean_something_else_is_refused(read, kind, number, shown, code):
    assert read(kind, CellNumber(number, shown)) == code


def test_what_a_cell_shows_brings_no_lost_digits_back():
    with pytest.raises(ValueFault, match="E-digits-lost"):
        CellNumber(110105194912310023.0, "110105194912310023")


@pytest.mark.parametrize(("clock", "minutes"), [(time(1, 30), "90"), (time(0), "0"), (time(0, 0, 30), "E-minutes")])
def test_a_time_of_a_workbook_is_a_span_where_minutes_are_asked_for(read, clock, minutes):
    assert read("span", CellMoment(clock, "1:30")) == minutes
    assert read("number", CellMoment(clock, "1:30")) == "E-number"


def test_a_day_is_no_number(read):
    assert read("number", CellMoment(date(2024, 5, 1), "2024-05-01")) == "2024-05-01"


@pytest.mark.parametrize(
    ("number", "digits"),
    [(0.1 + 0.2, "0.3"), (4.35 * 100, "435"), (1.1 * 3, "3.3"), (1 / 3, "0.333333333333333"), (2.675, "2.675")],
)
def test_a_workbook_has_the_fifteen_digits_that_excel_shows(read, number, digits):
    assert read("number", CellNumber(number)) == digits


@settings(deadline=None)
@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 12), st.integers(0, 6))
def test_fifteen_digits_and_what_is_shown_of_them_come_through(read, digits, places, shown):
    number = Decimal(digits).scaleb(-places)
    rounded = f"¥{round(number, shown):,.{shown}f}" if shown <= places else ""
    assert Decimal(read("yuan", CellNumber(float(number), rounded))) == number


# --- databases ---


@settings(deadline=None)
@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_number_of_32_bits_has_the_fewest_digits_that_mean_it(number):
    bits, short = struct.Struct("<f"), single(number)
    assert bits.unpack(bits.pack(short))[0] == number
    digits = len(Decimal(repr(short)).normalize().as_tuple().digits)
    shorter = float(f"{number:.{digits - 1}g}") if digits > 1 else None
    assert shorter is None or abs(shorter) > 3.4028235e38 or bits.unpack(bits.pack(shorter))[0] != number


def values(form: Form, source: str, query: str = "") -> dict[str, str]:
    """Return the values of a source's only record, or the codes of their faults."""
    [item] = open_source(source, form, query)
    assert isinstance(item, tuple)
    record, faults = normaliser(form, SHANGHAI).record(*item)
    return {key: str(value) for key, value in record.values.items()} | {f.place.pointer[1:]: f.code for f in faults}


def test_parquet_columns_have_the_digits_of_their_types(form_of, tmp_path: Path):
    import duckdb

    path = tmp_path / "a.parquet"
    chosen = (
        "SELECT 0.1::FLOAT AS single, 0.1::DOUBLE + 0.2 AS double, 2.50::DECIMAL(9, 2) AS exact, 0.25::FLOAT AS share"
    )
    duckdb.execute(f"COPY ({chosen}, [0.1, 16777216, NULL]::FLOAT[] AS list, NULL::FLOAT AS none) TO '{path}'")
    numbers = {key: {"type": "number"} for key in ("single", "double", "exact", "none")}
    listed = {"list": {"type": "array", "items": {"type": "string"}}}
    found = values(form_of(numbers | {"share": KINDS["share"]} | listed), str(path))
    assert found.pop("list") == "[Decimal('0.1'), 16777216, None]"
    assert found == {"single": "0.1", "double": "0.30000000000000004", "exact": "2.50", "share": "0.25"}


def test_sqlite_numbers_are_those_that_it_shows(form_of, tmp_path: Path):
    with sqlite3.connect(tmp_path / "a.sqlite") as base:
        base.execute("CREATE TABLE list (sum REAL, whole REAL, share REAL)")
        base.execute("INSERT INTO list VALUES (0.1 + 0.2, 4.35 * 100, 0.25)")
        shown = base.execute("SELECT CAST(sum AS text) FROM list").fetchone()
    base.close()
    form = form_of({"sum": {"type": "number"}, "whole": {"type": "number"}, "share": KINDS["share"]})
    assert values(form, f"sqlite:///{tmp_path / 'a.sqlite'}") == {"sum": shown[0], "whole": "435", "share": "0.25"}
    assert shown[0] == "0.3"


@pytest.mark.services
def test_postgresql_numbers_have_the_digits_of_their_types(form_of, postgres: str):
    form = form_of({key: {"type": "number"} for key in ("single", "double", "exact")} | {"share": KINDS["share"]})
    query = "SELECT 0.1::real AS single, 0.1::float8 + 0.2::float8 AS double, 2.50 AS exact, 0.25 AS share"
    expected = {"single": "0.1", "double": "0.30000000000000004", "exact": "2.50", "share": "0.25"}
    assert values(form, postgres, query) == expected


# --- whole lists ---

REGISTER = {
    "title": "测试登记表",
    "type": "object",
    "properties": {
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "编号": {"type": "string"},
                    "日期": {"type": "string", "format": "date"},
                    "时间": {"type": "string", "format": "date-time"},
                    "金额": {"type": "number", "x-unit": "yuan"},
                    "比例": {"type": "number", "x-unit": "percent"},
                    "数量": {"type": "integer"},
                    "是否": {"type": "boolean"},
                    "选项": {"enum": ["甲", "乙"]},
                    "标签": {"type": "array", "items": {"enum": ["红", "绿"]}},
                    "用时": {"type": "integer", "x-unit": "minute"},
                },
            },
        }
    },
}


@pytest.fixture
def register(tmp_path: Path) -> str:
    path = tmp_path / "register.json"
    path.write_text(json.dumps({"$schema": "urn:biaodan:dialect:form", **REGISTER}), encoding="utf-8")
    return str(path)


def found(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.code, fault.place.pointer) for fault in faults]


def test_a_list_with_marks_that_mean_something_else_is_refused_line_by_line(register: str, tmp_path: Path):
    lines = ['a,"1.234,50",1', 'b,"1,23",1', "c,$100,1", "d,50%,1", 'e,1,"4,5"', "f,1,1 2", "g,1,50%", "h,1_000,1"]
    (tmp_path / "in.csv").write_text("\n".join(["编号,金额,数量", *lines, 'i,"1,234.50",3']), encoding="utf-8")
    assert found(check(register, tmp_path / "in.csv")) == [
        ("E-number", "/rows/0/金额"),
        ("E-number", "/rows/1/金额"),
        ("E-number-unit", "/rows/2/金额"),
        ("E-number-unit", "/rows/3/金额"),
        ("E-number", "/rows/4/数量"),
        ("E-number", "/rows/5/数量"),
        ("E-number-bare", "/rows/6/数量"),
        ("E-number", "/rows/7/金额"),
    ]


@pytest.mark.parametrize("mark", ["-", "--", "—", "——", "–", "－"])
def test_a_dash_says_in_every_column_that_there_is_nothing_yet(register: str, tmp_path: Path, mark: str):
    names = list(REGISTER["properties"]["rows"]["items"]["properties"])
    (tmp_path / "in.csv").write_text(f"{','.join(names)}\na{f',{mark}' * (len(names) - 1)}\n", encoding="utf-8")
    assert check(register, tmp_path / "in.csv") == []


def test_a_workbook_without_numbers_formats_reads_as_excel_shows_it(form_of, tmp_path: Path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["sum", "whole", "share"])
    book.active.append([0.1 + 0.2, 4.35 * 100, 0.25])
    book.save(tmp_path / "in.xlsx")
    form = form_of({"sum": {"type": "number"}, "whole": {"type": "number"}, "share": KINDS["share"]})
    found = values(form, str(tmp_path / "in.xlsx"))
    assert found == {"sum": "0.3", "whole": "435", "share": "E-percent-unclear"}
