"""Months, as people and workbooks write them, and what is no month."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from generator.api import check, make_job
from generator.kinds import reader
from generator.kinds.raw import CellNumber
from generator.records import ListSource

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH = {"type": "string", "title": "月份", "x-control": "month", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}


@pytest.fixture(scope="module")
def form(form_of):
    return form_of({"m": MONTH})


@pytest.fixture
def read(form):
    """Return a function of a raw value to the month that it's read as."""
    spec = form.root.child("m")
    return lambda raw: reader(spec.kind, spec, SHANGHAI)(raw)


def codes(form, raw):
    return [(fault.code, fault.place.pointer) for fault in check(form, raw)]


@pytest.mark.parametrize(
    "written",
    [
        "2024-05",
        "2024-5",
        "2024/5",
        "2024/05",
        "2024.5",
        "2024年5月",
        "2024年05月",
        "2024年 5月",
        " 2024-05 ",
        "２０２４－０５",
        "２０２４年５月",
        "２０２４／５",
        "　2024年5月　",
        date(2024, 5, 1),
        date(2024, 5, 31),
        datetime(2024, 5, 17, 9, 30),
    ],
    ids=str,
)
def test_a_month_is_read_however_people_write_it(form, read, written):
    assert read(written) == "2024-05"
    assert codes(form, {"月份": written}) == []


@pytest.mark.parametrize(
    ("written", "month"),
    [("2024-12", "2024-12"), ("2023/10", "2023-10"), ("2024年11月", "2024-11")],
)
def test_two_digits_stay_two_and_one_becomes_two(read, written, month):
    assert read(written) == month


@pytest.mark.parametrize(
    ("serial", "month"),
    [
        (45413.0, "2024-05"),  # 1 May 2024
        (45412.0, "2024-04"),  # the day before
        (45443.75, "2024-05"),  # 31 May, in the evening
        (45444.0, "2024-06"),
        (45292.0, "2024-01"),
    ],
)
def test_a_day_of_a_workbook_stands_for_its_month(read, serial, month):
    assert read(CellNumber(serial)) == month


@pytest.mark.parametrize(
    "wrong",
    [
        "2024-00",
        "2024-13",
        "2024/13",
        "2024年13月",
        "24-05",
        "202405",
        "2024",
        "五月",
        "05/2024",
        "2024-05-",
        "2024-005",
    ],
)
def test_what_is_no_month_is_refused(form, wrong):
    assert codes(form, {"m": wrong}) == [("E-month", "/m")]


@pytest.mark.parametrize("wrong", [202405, 2024.5, True, ["2024-05"]], ids=str)
def test_what_is_no_text_is_no_month(form, wrong):
    assert codes(form, {"m": wrong}) == [("E-type", "/m")]


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_an_empty_month_is_none(form, read, nothing):
    assert read(nothing) is None
    assert codes(form, {"m": nothing}) == []


@pytest.mark.parametrize("written", ["2024-05-17", "2024/5/17", "2024年5月17日"])
def test_a_day_in_words_stands_for_its_month_as_a_day_of_a_workbook_does(read, written):
    assert read(written) == "2024-05"


def test_months_come_from_a_workbook_as_text_or_as_a_day(tmp_path, form_of):
    row = {"type": "object", "properties": {"m": MONTH}}
    form = form_of({"rows": {"type": "array", "items": row}})
    book = openpyxl.Workbook()
    for line in (["月份"], ["2024年5月"], [datetime(2024, 5, 1)], ["2024/5"], [45443]):
        book.active.append(line)
    book.save(tmp_path / "months.xlsx")
    job = make_job(form)
    judged = list(job.pipeline.judged(job.open(str(tmp_path / "months.xlsx"))))
    assert [fault for record in judged for fault in record.faults] == []
    assert [record.values["m"] for record in judged] == ["2024-05"] * 4


@pytest.mark.parametrize(("name", "content"), [("m.csv", "月份\n2024年5月\n2024/5\n"), ("m.json", None)])
def test_months_come_from_text_files(tmp_path, form_of, name, content):
    row = {"type": "object", "properties": {"m": MONTH}}
    form = form_of({"rows": {"type": "array", "items": row}})
    path = tmp_path / name
    path.write_text(content or json.dumps([{"m": "2024年5月"}, {"m": "2024/5"}]), encoding="utf-8")
    job = make_job(form)
    assert [record.values["m"] for record in job.pipeline.judged(job.open(str(path)))] == ["2024-05", "2024-05"]


def test_a_month_is_kept_as_text_for_the_schema_and_for_the_paper(form):
    job = make_job(form)
    [judged] = job.pipeline.judged(ListSource({"m": "2024年5月"}, form))
    assert (judged.values, judged.data, judged.faults) == ({"m": "2024-05"}, {"m": "2024-05"}, ())
