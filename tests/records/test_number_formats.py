"""What cells show by their number formats, as a Chinese Excel shows it; never a guess."""

import time as clock
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import RecordError
from generator.records import open_source
from generator.records.normalise import normaliser
from generator.records.workbooks.moment_format import shown_moment
from generator.records.workbooks.number_format import (
    has_clock,
    is_moment,
    is_span,
    shown_number,
    shows_digits,
)
from generator.records.workbooks.text_format import shown_text

UNCLEAR = "–"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def table(name):
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if (line and not line.startswith("# ")) or line.startswith("# ?")]


def rows(name):
    return [row for row in table(name) if len(row) == 3]


def moment(text):
    if text.startswith("PT"):
        return timedelta(seconds=int(text[2:]))
    if len(text) <= len("00:00:00"):
        return time.fromisoformat(text)
    return datetime.fromisoformat(text) if ":" in text else date.fromisoformat(text)


def test_the_tables_are_read_whole():
    assert len(rows("number_formats.tsv")) > 160
    assert len(rows("moment_formats.tsv")) > 70


@pytest.mark.parametrize(("code", "value", "shown"), rows("number_formats.tsv"))
def test_a_number_is_what_excel_shows(code, value, shown):
    assert shown_number(Decimal(value), code) == (None if shown == UNCLEAR else shown)


@pytest.mark.parametrize(("code", "value", "shown"), rows("moment_formats.tsv"))
def test_a_moment_is_what_excel_shows(code, value, shown):
    assert shown_moment(moment(value), code) == (None if shown == UNCLEAR else shown)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("@", "A7"),
        ('"第"@"号"', "第A7号"),
        ("0;-0;;@", "A7"),
        (";;;", ""),
        ('0;-0;0;"（文字）"', "（文字）"),
        ("_ * #,##0_ ;_ * -#,##0_ ;_ * -_ ;_ @_ ", "A7"),
        ("0.00", "A7"),
        ("yyyy/m/d;@", "A7"),
        ("[DBNum1]0", "A7"),
        ('[DBNum1][$-804]yyyy"年";@', "A7"),
        ('[DBNum1]0;"x"@', None),
        ('0;"a@b"kg', None),
        ("0;0@", None),
    ],
)
def test_a_text_is_what_excel_shows(code, shown):
    assert shown_text("A7", code) == shown


# --- in cells of a workbook -----------------------------------------------------------------------------------------

CODES = [
    ("00042", 42, "00000"),
    ("WT0012", 12, '"WT"0000'),
    ("第A7号", "A7", '"第"@"号"'),
    ("2024年5月1日", date(2024, 5, 1), 'yyyy"年"m"月"d"日"'),
    ("下午2时05分", datetime(2024, 5, 1, 14, 5), '上午/下午h"时"mm"分"'),
    ("1.2万", 12345, '[>=10000]0!.0,"万";0'),
    ("E-cell-format", 12, "[DBNum1]0"),
    ("E-cell-format", date(2024, 5, 1), "[$-404]e/m/d"),
    ("None", 0, "0;-0;;@"),
]


@pytest.mark.parametrize(("seen", "value", "code"), CODES)
def test_a_field_of_text_gets_what_a_person_sees_or_a_fault(tmp_path, form_of, seen, value, code):
    form = form_of({"no": {"type": "string", "title": "甲"}, "other": {"type": "string", "title": "乙"}})
    path = tmp_path / "codes.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    book.active.append([value, "x"])
    book.active["A2"].number_format = code
    book.save(path)
    [item] = open_source(str(path), form)
    if isinstance(item, RecordError):
        assert [fault.code for fault in item.faults] == [seen]
        return
    record, faults = normaliser(form, SHANGHAI).record(*item)
    assert (str(record.values.get("no")), faults) == (seen, [])


# --- any format at all ----------------------------------------------------------------------------------------------

PIECES = [
    *"0#?.,%‰@;*_-+/() :!\\\"'[]&~=<>$¥元万年月日E",
    *('"元"', "[红色]", "[Red]", "[>=100]", "[<0]", "[=]", "[$¥-804]", "[$-F800]", "[$-", "[DBNum1]", "General"),
    *("yyyy", "m", "mm", "mmm", "d", "dddd", "aaa", "h", "hh", "[h]", "[mm]", "ss", ".0", ".000", "AM/PM", "上午/下午"),
    *("E+00", "E-", "e", "# ?/?", "_)", "* ", "\ud83d", "\0", "０"),
]
NUMBERS = st.sampled_from(["0", "-0.5", "1", "1e307", "-1e-300", "123456.789", "0.25", "-12345678901234"])
MOMENTS = st.sampled_from(
    [date(2024, 5, 1), datetime(9999, 12, 31, 23, 59, 59, 999999), time(23, 59, 59), timedelta(days=40), date(1, 1, 1)]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), NUMBERS, MOMENTS)
def test_no_format_breaks_or_takes_long(code, number, when):
    began = clock.process_time()
    shown = shown_number(Decimal(number), code), shown_moment(when, code), shown_text("甲", code)
    told = is_moment(code), is_span(code), has_clock(code), shows_digits(code)
    assert clock.process_time() - began < 0.05
    assert all(text is None or isinstance(text, str) for text in shown)
    assert all(isinstance(answer, bool) for answer in told)


@pytest.mark.parametrize(
    "code", ["0" * 255, "#" * 4000, "[" * 255, '"' * 255, "0," * 127, "[$" * 120, "?/" * 120, "y" * 255]
)
def test_no_long_format_takes_long(code):
    began = clock.process_time()
    shown_number(Decimal("1e307"), code)
    shown_moment(datetime(2024, 5, 1), code)
    assert clock.process_time() - began < 0.05
