"""One value as people write it, and what the record then holds."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.formats import date_text, prose_date
from generator.kinds import reader
from generator.kinds.raw import CellNumber, ValueFault, clean_text

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
EITHER = {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}
STATUS = {
    "oneOf": [
        {"const": "open", "title": "处理中", "x-title": {"en": "In progress"}},
        {"const": "closed", "title": "已关闭", "x-title": {"en": "Closed"}},
        {"const": 3, "title": "三级", "x-title": {"en": "Level 3"}},
    ]
}


@pytest.fixture(scope="session")
def read(form_of):
    """Return a function of a raw value and a property's schema to the typed value."""

    def reading(raw, schema):
        spec = form_of({"x": schema}).root.child("x")
        return reader(spec.kind, spec, SHANGHAI)(raw)

    return reading


@pytest.fixture(scope="session")
def refuse(read):
    """Return a function of a raw value and a property's schema to the fault that it must raise."""

    def refusing(raw, schema):
        with pytest.raises(ValueFault) as caught:
            read(raw, schema)
        return caught.value

    return refusing


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2024-05-01 14:30",
        "2024-05-01T14:30",
        "2024-05-01T14:30:00",
        "2024/5/1 14:30",
        "2024.5.1 14:30",
        "2024年5月1日 14时30分",
        "2024年5月1日14时30分",
        "2024年05月01日 14时30分00秒",
        "2024年5月1日 14點30分",
        "2024年5月1日下午2:30",
        "2024年5月1日 下午 2时30分",
        "  2024-05-01   14:30  ",
        "２０２４－０５－０１　１４：３０",
        "２０２４年５月１日 下午２时３０分",
        "2024-05-01T14:30:00.000",
    ],
)
def test_a_moment_is_read_however_people_write_it(read, written):
    assert read(written, MOMENT) == datetime(2024, 5, 1, 14, 30)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-05-01 9:05", datetime(2024, 5, 1, 9, 5)),
        ("2024-05-01 上午12:05", datetime(2024, 5, 1, 0, 5)),
        ("2024-05-01 下午12:05", datetime(2024, 5, 1, 12, 5)),
        ("2024-05-01 14:30:59", datetime(2024, 5, 1, 14, 30, 59)),
        ("2024-02-29 23:59", datetime(2024, 2, 29, 23, 59)),
        ("2024-05-01 00:00", datetime(2024, 5, 1)),
    ],
)
def test_halves_of_the_day_seconds_and_leap_days_are_kept(read, written, moment):
    assert read(written, MOMENT) == moment


@pytest.mark.parametrize(
    ("written", "at_the_desk"),
    [
        ("2024-05-01T06:30:00Z", datetime(2024, 5, 1, 14, 30)),
        ("2024-05-01T14:30:00+08:00", datetime(2024, 5, 1, 14, 30)),
        ("2024-05-01T14:30:00-0500", datetime(2024, 5, 2, 3, 30)),
        ("2023-12-31T17:00:00+00:00", datetime(2024, 1, 1, 1, 0)),
        (datetime(2024, 5, 1, 6, 30, tzinfo=UTC), datetime(2024, 5, 1, 14, 30)),
        (datetime(2024, 5, 1, 6, 30, tzinfo=timezone(timedelta(hours=-4))), datetime(2024, 5, 1, 18, 30)),
    ],
)
def test_a_time_with_a_zone_is_moved_to_the_desk(read, written, at_the_desk):
    assert read(written, MOMENT) == at_the_desk


@pytest.mark.parametrize("written", ["-", "--", "—", "——", "－", "–", "无", "無", "/", "N/A", "", "   ", None])
@pytest.mark.parametrize("schema", [DAY, MOMENT, EITHER], ids=["date", "date-time", "either"])
def test_a_dash_or_wu_means_none_yet(read, written, schema):
    assert read(written, schema) is None


@pytest.mark.parametrize(
    "written",
    [
        "2024-13-01 10:00",
        "2024-02-30 10:00",
        "2023-02-29 10:00",
        "2024-05-01 14:60",
        "2024-05-01 14:30:60",
        "2024-05-01 下午",
        "45413.6",
        "24050114",
        "明天下午",
        "2024-05-01T14:30:00+24:00",
    ],
)
def test_what_is_no_date_is_refused(refuse, written):
    assert refuse(written, MOMENT).code == "E-date"


def test_a_date_only_field_refuses_month_thirteen(refuse):
    assert refuse("2024-13-01", DAY).code == "E-date"


@pytest.mark.parametrize(
    "written", ["2024-05-01 14:30:00.5", "2024-05-01T14:30:00.001+08:00", datetime(2024, 5, 1, 14, 30, 0, 500_000)]
)
def test_a_fraction_of_a_second_is_refused_and_not_cut_off(refuse, written):
    assert refuse(written, MOMENT).code == "E-date-fraction"


@pytest.mark.parametrize("written", ["2024-05-01", "2024年5月1日", date(2024, 5, 1)])
def test_a_time_field_asks_for_the_time(refuse, written):
    assert refuse(written, MOMENT).code == "E-time-missing"


@pytest.mark.parametrize("written", ["2024-05-01 14:30", datetime(2024, 5, 1, 14, 30)])
def test_a_date_field_refuses_a_time(refuse, written):
    assert refuse(written, DAY).code == "E-time-extra"


@pytest.mark.parametrize(
    "written", ["2024-05-01", "2024/5/1", "2024年5月1日", "2024-05-01 00:00", datetime(2024, 5, 1)]
)
def test_a_date_field_holds_a_day(read, written):
    value = read(written, DAY)
    assert value == date(2024, 5, 1)
    assert not isinstance(value, datetime)


def test_a_field_of_date_or_time_keeps_which_of_the_two_was_written(read):
    day, moment = read("2024-05-01", EITHER), read("2024-05-01 18:00", EITHER)
    assert day == date(2024, 5, 1)
    assert not isinstance(day, datetime)
    assert moment == datetime(2024, 5, 1, 18, 0)


@pytest.mark.parametrize(
    ("serial", "schema", "value"),
    [
        (45413, DAY, date(2024, 5, 1)),
        (45413 + 14.5 / 24, MOMENT, datetime(2024, 5, 1, 14, 30)),
        (45351 + (23 * 3600 + 59 * 60 + 59) / 86400, MOMENT, datetime(2024, 2, 29, 23, 59, 59)),
        (10_000, DAY, date(1927, 5, 18)),
    ],
)
def test_an_excel_serial_is_the_moment_that_the_cell_shows(read, serial, schema, value):
    assert read(CellNumber(float(serial)), schema) == value


@pytest.mark.parametrize("serial", [0.5, 60.0, 2024.0, 2024.5, 202405.0, 2958466.0])
def test_a_number_that_may_be_something_else_than_a_day_is_refused(refuse, serial):
    assert refuse(CellNumber(serial), MOMENT).code == "E-date"


_MINUTES = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9999, 12, 30)).map(
    lambda moment: moment.replace(microsecond=0)
)


@settings(deadline=None)
@given(_MINUTES, st.sampled_from(["table", "zh-Hans", "iso"]))
def test_a_moment_that_we_print_is_read_back_as_itself(read, moment, way):
    printed = {"table": date_text(moment), "zh-Hans": prose_date(moment, "zh-Hans"), "iso": moment.isoformat()}[way]
    assert read(printed, MOMENT) == moment


@settings(deadline=None)
@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_that_we_print_is_read_back_as_itself(read, day):
    assert read(date_text(day), DAY) == read(prose_date(day, "zh-Hans"), DAY) == day


@settings(deadline=None)
@given(st.integers(min_value=10_000, max_value=2_958_465), st.integers(min_value=1, max_value=86_399))
def test_a_serial_keeps_its_second(read, days, seconds):
    expected = datetime(1899, 12, 30) + timedelta(days=days, seconds=seconds)
    assert read(CellNumber(days + seconds / 86400), MOMENT) == expected


# --- choices and booleans --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["closed", "CLOSED", "已关闭", "已關閉", "Closed", " 已关闭 ", "ｃｌｏｓｅｄ"])
def test_a_choice_may_be_given_by_value_or_by_label_in_any_language(read, written):
    assert read(written, STATUS) == "closed"


@pytest.mark.parametrize("written", [3, "3", 3.0, "三级", "三級", "level 3", CellNumber(3.0)])
def test_a_choice_that_is_a_number_stays_one(read, written):
    value = read(written, STATUS)
    assert value == 3
    assert isinstance(value, int)


def test_an_unknown_choice_is_left_for_the_validator(read):
    assert read("P9", STATUS) == "P9"


@pytest.mark.parametrize(
    "written",
    [
        "处理中、已关闭",
        "open,closed",
        "处理中，closed",
        "In progress; 已關閉",
        "处理中\n已关闭",
        "open|closed",
        ["处理中", "closed"],
    ],
)
def test_several_choices_are_told_apart_by_the_usual_marks(read, written):
    assert read(written, {"type": "array", "items": STATUS}) == ["open", "closed"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(word, True) for word in ("是", "Yes", "√", "TRUE", "有", "1", True, 1, CellNumber(1.0))],
        *[(word, False) for word in ("否", "no", "×", "False", "无", "無", "0", False, 0)],
    ],
)
def test_yes_and_no_are_understood(read, written, value):
    assert read(written, {"type": "boolean"}) is value


def test_what_is_neither_yes_nor_no_stays_what_it_was(read):
    assert read("也许", {"type": "boolean"}) == "也许"


# --- lists -----------------------------------------------------------------------------------------------------------

LIST = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    "written", ["打开\n登录", "1. 打开\n2. 登录", "1、打开\n2、登录\n\n", "- 打开\r\n- 登录", ["打开", "登录"]]
)
def test_a_list_may_be_written_line_by_line(read, written):
    assert read(written, LIST) == ["打开", "登录"]


def test_items_of_a_list_are_cleaned_too(read, refuse):
    assert read(["a\r\nb"], LIST) == ["a\nb"]
    assert refuse(["a\x00"], LIST).code == "E-control"
    assert refuse(["\ud800"], LIST).code == "E-surrogate"


# --- numbers ---------------------------------------------------------------------------------------------------------

NUMBER = {"type": "number"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.10", Decimal("1.10")),
        ("0.1", Decimal("0.1")),
        (0.1, Decimal("0.1")),
        (CellNumber(0.1), Decimal("0.1")),
        ("1,234.50", Decimal("1234.50")),
        ("１２３", 123),
        (" 12 ", 12),
        ("-5", -5),
        (5.0, 5),
        ("123456789012345", 123456789012345),
    ],
)
def test_numbers_keep_every_digit_that_was_written(read, written, value):
    found = read(written, NUMBER)
    assert (type(found), str(found)) == (type(value), str(value))


def test_a_unit_after_the_number_is_taken_off(read):
    assert read("12.5 元", {"type": "number", "x-unit": "元"}) == Decimal("12.5")


@pytest.mark.parametrize("written", ["123456789012345678", "-1234567890123456", "0.1234567890123456"])
def test_more_digits_than_a_double_keeps_are_refused(refuse, written):
    fault = refuse(written, NUMBER)
    assert (fault.code, fault.params["limit"]) == ("E-json-digits", 15)


@pytest.mark.parametrize("number", [1e15, 110105194912310023.0, -1e20])
@pytest.mark.parametrize("schema", [{"type": "string"}, NUMBER], ids=["text", "number"])
def test_a_cell_that_has_lost_digits_is_refused(refuse, number, schema):
    assert refuse(number, schema).code == "E-digits-lost"


@pytest.mark.parametrize("written", ["NaN", "nan", "Infinity", "-inf", float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_number_is_refused(refuse, written):
    assert refuse(written, NUMBER).code == "E-json-number"


def test_words_in_a_number_field_are_left_for_the_validator(read):
    assert read("若干", NUMBER) == "若干"


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_is_never_changed_by_reading_it(read, number):
    assert read(str(number), NUMBER) == number


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("75", 75),
        ("75分钟", 75),
        ("1小时15分钟", 75),
        ("1 小時 15 分", 75),
        ("1h 15min", 75),
        ("1 hour 15 minutes", 75),
        ("31小时", 1860),
        (75, 75),
        (CellNumber(75.0), 75),
    ],
)
def test_a_span_of_time_is_read_in_minutes(read, written, minutes):
    assert read(written, {"type": "integer", "x-unit": "minute"}) == minutes


# --- text ------------------------------------------------------------------------------------------------------------

TEXT = {"type": "string"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_every_kind_of_line_end_becomes_one_line_feed(read, end):
    assert read(f"一{end}二", TEXT) == "一\n二"


def test_tabs_rare_characters_and_emoji_pass(read):
    assert read("\t𠮷野家 😀 _x000D_", TEXT) == "\t𠮷野家 😀 _x000D_"


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\x9f", "\ufffe", "\uffff"], ids=ascii)
def test_a_control_character_is_named_with_its_place_and_never_swallowed(refuse, character):
    fault = refuse(f"甲乙{character}丙", TEXT)
    assert (fault.code, fault.params["position"]) == ("E-control", 3)
    assert fault.params["character"] == f"U+{ord(character):04X}"


def test_either_half_of_a_character_is_refused(refuse):
    assert refuse("甲\ud83d", TEXT).code == "E-surrogate"
    assert refuse("甲\ude00", TEXT).code == "E-surrogate"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (CellNumber(20240501001.0), "20240501001"),
        (CellNumber(1.5), "1.5"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 8, 0), "2024-05-01 08:00"),
    ],
)
def test_what_excel_made_of_a_text_is_text_again(read, cell, text):
    assert read(cell, TEXT) == text


@pytest.mark.parametrize("blank", ["", "  ", "\u3000", "\n\t"], ids=ascii)
def test_blank_text_is_no_value(read, blank):
    assert read(blank, TEXT) is None


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_text_comes_through_with_what_a_document_cannot_hold(text):
    try:
        cleaned = clean_text(text)
    except ValueFault:
        return
    cleaned.encode("utf-8")
    assert not [c for c in cleaned if (ord(c) < 32 and c not in "\t\n") or 0x7F <= ord(c) < 0xA0]
    assert not set(cleaned) & {"\r", "\u2028", "\u2029", "\ufffe", "\uffff"}
    assert clean_text(cleaned) == cleaned


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cf", "Cn", "Cs", "Zl", "Zp"))))
def test_ordinary_text_is_left_alone(text):
    assert clean_text(text) == text
