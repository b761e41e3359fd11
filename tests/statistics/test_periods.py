"""The periods that a summary is asked for, each with the days that it has by the calendar."""

from datetime import date

import pytest

from generator.errors import UsageError
from generator.statistics import periods_of
from generator.statistics.period import period_of


@pytest.mark.parametrize(
    ("written", "before", "first", "last"),
    [
        ("2024-05", "2024-04-01", "2024-05-01", "2024-05-31"),
        ("2024-01", "2023-12-01", "2024-01-01", "2024-01-31"),
        ("2024-Q1", "2023-10-01", "2024-01-01", "2024-03-31"),
        ("2024-Q2", "2024-01-01", "2024-04-01", "2024-06-30"),
        ("2024-H2", "2024-01-01", "2024-07-01", "2024-12-31"),
        ("2024", "2023-01-01", "2024-01-01", "2024-12-31"),
        ("2024-04-16..2024-05-15", "2024-03-17", "2024-04-16", "2024-05-15"),
        ("2024-02-29..2024-02-29", "2024-02-28", "2024-02-29", "2024-02-29"),
    ],
)
def test_a_period_follows_one_of_its_own_length(written: str, before: str, first: str, last: str) -> None:
    period = period_of(written)
    assert [period.before, period.first, period.last] == [date.fromisoformat(day) for day in (before, first, last)]
    assert period_of(period.code) == period


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("2023-11..2024-02", ["2023-11", "2023-12", "2024-01", "2024-02"]),
        ("2023-Q4..2024-Q1", ["2023-Q4", "2024-Q1"]),
        ("2023-H2..2024-H1", ["2023-H2", "2024-H1"]),
        ("2022..2024", ["2022", "2023", "2024"]),
        ("2024-05..2024-05", ["2024-05"]),
        ("2024-04-16..2024-05-15", ["2024-04-16..2024-05-15"]),
    ],
)
def test_periods_in_a_row_are_named_by_the_first_and_the_last(written: str, codes: list[str]) -> None:
    assert [period.code for period in periods_of(written)] == codes


@pytest.mark.parametrize(
    "written",
    [
        *("", "2024-13", "2024-0", "2024-Q5", "2024-H3", "24", "0999", "9999", "2024-Q2..2024-05", "2024-05..2024-04"),
        *("2024-05-15..2024-04-16", "2024-02-30..2024-03-01", "2024-05-01", "2024-05..", "..", "2024-05...2024-06"),
        *("2000-01..2024-12", "2024-05-01..2024-06", "２０２４"),
    ],
)
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(UsageError):
        periods_of(written)


@pytest.mark.parametrize(
    ("written", "chinese", "english"),
    [
        ("2024-05", "2024年5月", "May 2024"),
        ("2024-Q2", "2024年第二季度", "Q2 2024"),
        ("2024-H1", "2024年上半年", "First half of 2024"),
        ("2024", "2024年", "2024"),
        ("2024-04-16..2024-05-15", "2024年4月16日至2024年5月15日", "16\xa0April\xa02024 to 15\xa0May\xa02024"),
    ],
)
def test_a_period_is_called_as_people_say(written: str, chinese: str, english: str) -> None:
    assert [period_of(written).text(lang) for lang in ("zh-Hans", "en")] == [chinese, english]
