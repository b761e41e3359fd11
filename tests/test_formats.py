"""Typed values as readers of three languages expect to see them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import kinds
from generator.document import Choice, Face
from generator.formats import date_text, duration_text, join, money_text, number_text, prose_date, span_text
from generator.wording import LANGS

DAY, MOMENT = date(2024, 5, 1), datetime(2024, 5, 1, 14, 30)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (DAY, "2024-05-01"),
        (MOMENT, "2024-05-01 14:30"),
        (datetime(2024, 5, 1, 9, 5, 7), "2024-05-01 09:05:07"),
        (datetime(2024, 5, 1), "2024-05-01 00:00"),
        (date(999, 1, 2), "0999-01-02"),
    ],
)
def test_dates_in_boxes_and_cells(value, text):
    assert date_text(value) == text


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (DAY, "2024年5月1日", "1\u00a0May\u00a02024"),
        (MOMENT, "2024年5月1日 14:30", "1\u00a0May\u00a02024, 14:30"),
        (date(2023, 12, 31), "2023年12月31日", "31\u00a0December\u00a02023"),
    ],
)
def test_dates_in_sentences(value, chinese, english):
    assert [prose_date(value, lang) for lang in LANGS] == [chinese, chinese, english]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (9999, "9999"),
        (10000, "10,000"),
        (-12345, "-12,345"),
        (1234567, "1,234,567"),
        (0.1, "0.1"),
        (Decimal("1.10"), "1.10"),
        (Decimal("12345.6700"), "12,345.6700"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-10"), "0.0000000001"),
        (1e-7, "0.0000001"),
    ],
)
def test_numbers_keep_their_digits(value, text):
    assert number_text(value) == text


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_a_printed_number_is_the_number(value):
    text = number_text(value)
    assert Decimal(text.replace(",", "")) == value
    assert "E" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "¥0.00"),
        (5, "¥5.00"),
        (Decimal("1234.5"), "¥1,234.50"),
        (0.1, "¥0.10"),
        (Decimal("1.005"), "¥1.005"),
        (1000000, "¥1,000,000.00"),
    ],
)
def test_money_has_two_decimals_and_more_where_there_are_more(value, text):
    assert money_text(value, "¥") == text


def test_money_of_another_currency():
    assert money_text(Decimal("12.3"), "US$") == "US$12.30"


@pytest.mark.parametrize(
    ("minutes", "texts"),
    [
        (0, ["0 分钟", "0 分鐘", "0 min"]),
        (1, ["1 分钟", "1 分鐘", "1 min"]),
        (60, ["1 小时", "1 小時", "1 hour"]),
        (65, ["1 小时 5 分钟", "1 小時 5 分鐘", "1 hour 5 min"]),
        (1860, ["31 小时", "31 小時", "31 hours"]),
        (-65, ["-1 小时 5 分钟", "-1 小時 5 分鐘", "-1 hour 5 min"]),
    ],
)
def test_spans_of_time_in_hours_and_minutes(minutes, texts):
    assert [duration_text(minutes, lang) for lang in LANGS] == texts


@pytest.mark.parametrize(
    ("value", "unit", "texts"),
    [
        (10, "minute", ["10 分钟", "10 分鐘", "10 min"]),
        (1, "hour", ["1 小时", "1 小時", "1 hour"]),
        (24, "hour", ["24 小时", "24 小時", "24 hours"]),
        (3, "working_day", ["3 个工作日", "3 個工作日", "3 working days"]),
        (1, "working_day", ["1 个工作日", "1 個工作日", "1 working day"]),
        (1, "month", ["1 个月", "1 個月", "1 month"]),
        (2, "day", ["2 天", "2 天", "2 days"]),
    ],
)
def test_targets_in_words(value, unit, texts):
    assert [span_text(value, unit, lang) for lang in LANGS] == texts


CHOICES = (Choice("a", "甲"), Choice("b", "乙"))


@pytest.mark.parametrize(
    ("kind", "value", "texts"),
    [
        (kinds.TEXT, "字", ["字", "字", "字"]),
        (kinds.TEXT, None, ["", "", ""]),
        (kinds.NUMBER, None, ["", "", ""]),
        (kinds.DATE, DAY, ["2024-05-01"] * 3),
        (kinds.DATETIME, MOMENT, ["2024-05-01 14:30"] * 3),
        (kinds.DATETIME, DAY, ["2024-05-01"] * 3),
        (kinds.BOOLEAN, True, ["是", "是", "Yes"]),
        (kinds.BOOLEAN, False, ["否", "否", "No"]),
        (kinds.CHOICE, "b", ["乙", "乙", "乙"]),
        (kinds.CHOICES, ["a", "b"], ["甲、乙", "甲、乙", "甲, 乙"]),
        (kinds.LIST, ["开", "关"], ["1. 开\n2. 关"] * 3),
        (kinds.LIST, ["开"], ["开"] * 3),
        (kinds.LIST, [], [""] * 3),
        (kinds.PERCENT, Decimal("99.5"), ["99.5%"] * 3),
        (kinds.MONEY, 5, ["5.00"] * 3),
        (kinds.DURATION, 65, ["1 小时 5 分钟", "1 小時 5 分鐘", "1 hour 5 min"]),
        (kinds.INTEGER, 10000, ["10,000"] * 3),
    ],
)
def test_each_kind_of_value_has_its_text(kind, value, texts):
    assert [Face(kind, choices=CHOICES).text(value, lang) for lang in LANGS] == texts


def test_a_unit_stands_after_the_number_and_only_where_there_is_one():
    counted = Face(kinds.INTEGER, unit="人")
    assert counted.text(12000, "zh-Hans") == "12,000 人"
    assert counted.text(None, "zh-Hans") == ""


def test_lists_in_sentences():
    assert [join(["a", "b", "c"], lang) for lang in LANGS] == ["a、b、c", "a、b、c", "a, b, c"]
