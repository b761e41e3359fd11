"""What expressions may call: called directly, then through the rules of small schemas; all expectations by hand."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from generator.api import make_job
from generator.catalogue.expressions import FUNCTIONS
from generator.records import ListSource
from generator.rules import Numbering, load_policy
from generator.rules.functions import (
    all_in,
    before,
    column,
    count,
    earliest,
    functions,
    growth,
    latest,
    mean,
    minutes,
    month_before,
    rounded,
    share,
    total,
    weighted,
    where,
)

ROWS = [{"k": "a", "n": 2}, {"k": "b", "n": None}, {"k": "a"}, {"k": None, "n": 5}, {"k": "c", "n": 0}]
NUMBER = {"type": "number"}
TEXT = {"type": "string"}


def complete(form, raw):
    """Return the typed record of a form and the codes and places of its faults."""
    job = make_job(form)
    [judged] = job.pipeline.judged(ListSource(raw, job.form))
    return judged.values, [(fault.code, fault.place.pointer) for fault in judged.faults]


def completed_rows(form, rows, head=None):
    """Return the typed rows of a table form and the codes and places of their faults."""
    job = make_job(form)
    source = ListSource({**(head or {}), "rows": rows}, job.form)
    judged = list(job.pipeline.judged(source))
    faults = [(fault.code, fault.place.pointer) for record in judged for fault in record.faults]
    return [record.values for record in judged], faults


def derived(expression, schema=None):
    """Return a property that is derived."""
    return {**(schema or NUMBER), "x-derive": expression}


def repeat(**properties):
    return {"type": "array", "items": {"type": "object", "properties": properties}}


# --- columns ---------------------------------------------------------------------------------------------------------


def test_a_column_has_the_values_of_the_rows_that_have_one_in_their_order():
    assert column(ROWS, "n") == [2, 5, 0]
    assert column(ROWS, "nothing") == []
    assert column([], "n") == []


def test_a_total_is_exact_and_leaves_out_rows_without_a_value():
    assert total(ROWS, "n") == 7
    assert total([{"n": 0.1}, {"n": 0.2}, {}, {"n": Decimal("0.30")}], "n") == Decimal("0.6")
    assert total([], "n") == 0


def test_rows_are_counted_by_one_value_by_several_or_by_having_any():
    assert count(ROWS, "k") == 4
    assert count(ROWS, "k", "a") == 2
    assert count(ROWS, "k", "a", "c", "z") == 3
    assert count(ROWS, "k", "z") == 0
    assert count(ROWS, "n", 0) == 1


def test_rows_are_chosen_by_a_value_and_can_be_chosen_again():
    assert where(ROWS, "k", "a") == [{"k": "a", "n": 2}, {"k": "a"}]
    assert where(where(ROWS, "k", "a"), "n", 2) == [{"k": "a", "n": 2}]
    assert where(ROWS, "k", "z") == []


def test_the_latest_and_earliest_pass_over_rows_without_a_day():
    days = [{"d": date(2024, 2, 29)}, {"d": None}, {}, {"d": date(2023, 12, 31)}, {"d": date(2024, 2, 28)}]
    assert latest(days, "d") == date(2024, 2, 29)
    assert earliest(days, "d") == date(2023, 12, 31)
    assert latest([{}], "d") is None
    assert earliest([], "d") is None


@pytest.mark.parametrize(
    ("values", "digits", "expected"),
    [
        ([1, 2, 2], 2, "1.67"),
        ([1, 2, 2], 0, "2"),
        ([1, 2], 0, "2"),  # 1.5 goes up
        ([-1, -2], 0, "-2"),  # and -1.5 away from zero
        ([0.1, 0.2], 2, "0.15"),
        ([5, None, 3], 2, "4"),
        ([0, 0], 2, "0"),
        ([Decimal("99.995")], 2, "100"),
        ([1, 1, 1, 1, 1, 1, 2], 4, "1.1429"),
    ],
)
def test_the_mean_is_that_of_the_given_values_rounded_half_up(values, digits, expected):
    assert str(mean([{"n": value} for value in values], "n", digits)) == expected


def test_of_no_values_there_is_no_mean():
    assert mean([{"n": None}, {}], "n") is None


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "digits", "expected"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),  # to even it would be 2
        (-0.5, 0, "-1"),
        (-1.5, 0, "-2"),
        (-2.5, 0, "-3"),
        (0.49, 0, "0"),
        (-0.49, 0, "0"),
        (2.675, 2, "2.68"),  # as a binary fraction it is a little less
        (1.005, 2, "1.01"),
        (-1.005, 2, "-1.01"),
        (Decimal("0.125"), 2, "0.13"),
        (1.10, 2, "1.1"),
        (3.0, 1, "3"),
        (7, 2, "7"),
        (1249, -2, "1200"),
        (1250, -2, "1300"),
        (99.95, 1, "100"),
    ],
)
def test_numbers_are_rounded_as_people_round(number, digits, expected):
    assert str(rounded(number, digits)) == expected


def test_a_whole_number_is_an_integer_again():
    assert type(rounded(2.5)) is int
    assert type(rounded(Decimal("2.00"), 2)) is int
    assert type(rounded(2.25, 1)) is Decimal


@pytest.mark.parametrize(
    ("part", "whole", "digits", "expected"),
    [
        (1, 3, 1, "33.3"),
        (2, 3, 1, "66.7"),
        (1, 8, 0, "13"),  # 12.5 goes up
        (1, 8, 1, "12.5"),
        (0, 5, 1, "0"),
        (5, 5, 1, "100"),
        (7, 5, 1, "140"),
        (0.1, 0.3, 2, "33.33"),
        (1, 16, 3, "6.25"),
        (-1, 8, 0, "-13"),
        (1, 7, 12, "14.285714285714"),
    ],
)
def test_a_share_is_a_percentage(part, whole, digits, expected):
    assert str(share(part, whole, digits)) == expected


@pytest.mark.parametrize("nothing", [0, 0.0, Decimal(0), Decimal("0.00")])
def test_of_nothing_there_is_no_share_and_from_nothing_no_growth(nothing):
    assert share(5, nothing) is None
    assert share(0, nothing) is None
    assert growth(5, nothing) is None


@pytest.mark.parametrize(
    ("now", "then", "digits", "expected"),
    [
        (110, 100, 1, "10"),
        (90, 100, 1, "-10"),
        (100, 100, 1, "0"),
        (0, 8, 1, "-100"),
        (105.25, 100, 1, "5.3"),  # 5.25
        (94.75, 100, 1, "-5.3"),  # -5.25
        (4, 3, 1, "33.3"),
        (2, 3, 2, "-33.33"),
        (0.3, 0.1, 1, "200"),
    ],
)
def test_growth_is_told_in_percent_of_what_was(now, then, digits, expected):
    assert str(growth(now, then, digits)) == expected


@pytest.mark.parametrize(
    ("score", "weight", "most", "expected"),
    [
        (4, 25, 5, "20"),
        (4.5, 0.3, 5, "0.27"),
        (3, 10, 7, "4.2857"),
        (1, 1, 3, "0.3333"),
        (2, 1, 3, "0.6667"),
        (0, 20, 10, "0"),
        (88, 15, 100, "13.2"),
        (Decimal("0.00005"), 1, 1, "0.0001"),  # half up at the fifth digit
        (0.1, 0.2, 0.02, "1"),
    ],
)
def test_a_weighted_score_is_exact_to_four_digits(score, weight, most, expected):
    assert str(weighted(score, weight, most)) == expected


def test_weighted_parts_add_up_to_the_whole():
    parts = [{"w": weighted(5, weight, 5)} for weight in (0.1, 0.2, 0.3, 0.4)]
    assert total(parts, "w") == 1


def test_all_values_must_be_allowed_and_of_none_that_is_true():
    assert all_in(["a", "b"], ["b", "a", "c"])
    assert not all_in(["a", "d"], ["a", "b", "c"])
    assert all_in([], ["a"])
    assert not all_in(["a"], [])


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "previous"),
    [
        ("2024-05", "2024-04"),
        ("2024-01", "2023-12"),
        ("2000-01", "1999-12"),
        ("2024-12", "2024-11"),
        ("2024-11", "2024-10"),
        ("2024-10", "2024-09"),
        ("2024-02", "2024-01"),
    ],
)
def test_the_month_before_a_month_goes_over_the_years_end(month, previous):
    assert month_before(month) == previous


def test_minutes_are_whole_ones():
    start = datetime(2023, 12, 31, 23, 59, 30)
    assert minutes(start, datetime(2024, 1, 1, 0, 0, 29)) == 0
    assert minutes(start, datetime(2024, 1, 1, 0, 0, 30)) == 1
    assert minutes(start, datetime(2024, 1, 2, 0, 0, 30)) == 24 * 60 + 1


@pytest.mark.parametrize(
    ("one", "other", "earlier"),
    [
        (date(2024, 5, 1), date(2024, 5, 2), True),
        (date(2024, 5, 1), date(2024, 5, 1), False),
        (date(2024, 5, 1), datetime(2024, 5, 1, 23, 59), False),
        (datetime(2024, 5, 1, 0, 1), date(2024, 5, 1), False),
        (datetime(2024, 4, 30, 23, 59), date(2024, 5, 1), True),
        (datetime(2024, 5, 1, 9), datetime(2024, 5, 1, 10), True),
        (datetime(2024, 5, 1, 9), datetime(2024, 5, 1, 9), False),
    ],
)
def test_a_day_is_compared_with_a_moment_as_a_day(one, other, earlier):
    assert before(one, other) is earlier


# --- running numbers -------------------------------------------------------------------------------------------------


def test_running_numbers_count_each_day_from_one():
    numbers = Numbering()
    days = [date(2024, 2, 29), datetime(2024, 2, 29, 23, 59), date(2024, 3, 1), date(2024, 2, 29)]
    assert [numbers.running("WT", day) for day in days] == [
        "WT20240229-01",
        "WT20240229-02",
        "WT20240301-01",
        "WT20240229-03",
    ]


def test_running_numbers_of_a_year_have_four_digits_and_begin_anew_with_it():
    numbers = Numbering()
    days = [date(2023, 12, 31), date(2023, 1, 1), date(2024, 1, 1), date(2023, 6, 1)]
    assert [numbers.running("DA", day, "year") for day in days] == [
        "DA2023-0001",
        "DA2023-0002",
        "DA2024-0001",
        "DA2023-0003",
    ]


def test_running_numbers_follow_the_highest_that_is_known_and_grow_beyond_their_digits():
    numbers = Numbering({"DA2023": 9_998, "WT20240229": 98})
    day = date(2024, 2, 29)
    assert [numbers.running("DA", date(2023, 5, 1), "year") for _ in range(2)] == ["DA2023-9999", "DA2023-10000"]
    assert [numbers.running("WT", day) for _ in range(2)] == ["WT20240229-99", "WT20240229-100"]
    assert numbers.running("WT", date(2024, 3, 1)) == "WT20240301-01"


def test_prefixes_days_and_years_are_counted_apart():
    numbers, day = Numbering(), date(2024, 2, 29)
    assert numbers.running("A", day) == "A20240229-01"
    assert numbers.running("B", day) == "B20240229-01"
    assert numbers.running("A", day, "year") == "A2024-0001"
    assert numbers.running("A", day) == "A20240229-02"


def test_a_registers_yearly_numbers_follow_the_highest_given_wherever_it_stands(form_of):
    number = {**TEXT, "x-derive": {"value": "running('DA', day, 'year')", "given": "keep"}}
    form = form_of({"rows": repeat(day={"type": "string", "format": "date"}, no=number)})
    rows, faults = completed_rows(
        form, [{"day": "2023-05-01"}, {"day": "2023-01-01", "no": "DA2023-0041"}, {"day": "2024-01-01"}, {}]
    )
    assert faults == []
    assert [row.get("no") for row in rows] == ["DA2023-0042", "DA2023-0041", "DA2024-0001", None]


# --- through expressions ---------------------------------------------------------------------------------------------


def test_what_a_schema_may_name_is_what_there_is():
    assert set(functions(load_policy(), Numbering(), set())) == set(FUNCTIONS)


ITEMS = [{"k": "a", "n": 1, "d": "2024-02-28"}, {"k": "b", "n": "2.5", "d": "2024-03-01"}, {"k": "a"}]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("total(items, 'n')", "3.5"),
        ("total(where(items, 'k', 'a'), 'n')", "1"),
        ("count(items, 'k')", "3"),
        ("count(items, 'k', 'a')", "2"),
        ("count(items, 'n', 1, 2)", "1"),
        ("mean(items, 'n')", "1.75"),
        ("mean(items, 'n', 1)", "1.8"),
        ("rounded(a / 3, 2)", "3.33"),
        ("rounded(a / 4)", "3"),  # 2.5
        ("share(a, 3 * a)", "33.3"),
        ("share(1, 8, 0)", "13"),
        ("growth(a, 8)", "25"),
        ("weighted(a, 0.15, 100)", "0.015"),
        ("column(items, 'n')|length", "2"),
        ("1 if all_in(column(items, 'k'), ['a', 'b']) else 0", "1"),
        ("1 if all_in(column(items, 'k'), ['a']) else 0", "0"),
        ("minutes(start, end)", "90"),
        ("1 if before(start, end) else 0", "1"),
        ("1 if end - start <= target('limits', 'escalation') else 0", "0"),
        ("latest(items, 'd').day", "1"),
        ("earliest(items, 'd').day", "28"),
    ],
)
def test_an_expression_has_the_value_that_was_counted_by_hand(form_of, expression, expected):
    moment = {"type": "string", "format": "date-time"}
    form = form_of(
        {
            "a": NUMBER,
            "start": moment,
            "end": moment,
            "items": repeat(k=TEXT, n=NUMBER, d={"type": "string", "format": "date"}),
            "x": derived(expression),
        }
    )
    raw = {"a": 10, "start": "2024-05-01 09:00", "end": "2024-05-01 10:30:59", "items": ITEMS}
    typed, faults = complete(form, raw)
    assert faults == []
    assert str(typed["x"]) == expected


@pytest.mark.parametrize(
    ("expression", "schema", "expected"),
    [
        ("capitals(a)", TEXT, "人民币壹拾元整"),
        ("month_before(m)", TEXT, "2023-12"),
        ("running('NO', day)", TEXT, "NO20240131-01"),
        ("running('NO', day, 'year')", TEXT, "NO2024-0001"),
        ("deadline(day, 'core', 'contact')", {"type": "string", "format": "date"}, date(2024, 2, 29)),
        ("'yes' if met('repeat_rate', a) else 'no'", TEXT, "no"),
        ("'yes' if met('repeat_rate', 4.99) else 'no'", TEXT, "yes"),
    ],
)
def test_an_expression_may_be_a_text_or_a_day(form_of, expression, schema, expected):
    day = {"type": "string", "format": "date"}
    form = form_of({"a": NUMBER, "m": TEXT, "day": day, "x": derived(expression, schema)})
    typed, faults = complete(form, {"a": 10, "m": "2024-01", "day": "2024-01-31"})
    assert faults == []
    assert typed["x"] == expected


@pytest.mark.parametrize(
    "expression",
    [
        "total(gone, 'n')",
        "count(gone, 'k')",
        "count(items, 'k', absent)",
        "where(items, 'k', absent)|length",
        "column(gone, 'k')|length",
        "latest(gone, 'n')",
        "latest(items, 'n')",
        "earliest(items, 'n')",
        "mean(items, 'n')",
        "rounded(absent)",
        "rounded(absent * 2, 1)",
        "share(absent, 5)",
        "share(5, absent)",
        "share(5, 0)",
        "growth(5, absent)",
        "growth(5, 0)",
        "weighted(absent, 1, 5)",
        "weighted(1, 1, absent)",
        "weighted(1, 1, 0)",
        "1 if all_in(absent, ['a']) else 0",
        "1 if before(absent, absent) else 0",
        "minutes(absent, absent)",
        "1 if met('no_such_rate', 5) else 0",
        "1 if met('repeat_rate', absent) else 0",
        "(month_before(absent) ~ '')|length",
        "(capitals(absent) ~ '')|length",
        "(capitals(-1) ~ '')|length",
        "(running('A', absent) ~ '')|length",
        "absent + 1",
        "absent",
    ],
)
def test_where_a_field_is_missing_or_nothing_comes_of_it_there_is_no_value_and_no_fault(form_of, expression):
    form = form_of(
        {"absent": NUMBER, "gone": repeat(n=NUMBER), "items": repeat(k=TEXT, n=NUMBER), "x": derived(expression)}
    )
    typed, faults = complete(form, {"items": [{"k": "a"}]})
    assert faults == []
    assert "x" not in typed


def test_a_given_value_stays_where_nothing_can_be_derived(form_of):
    form = form_of({"a": NUMBER, "x": derived("a * 2")})
    assert complete(form, {"x": 5}) == ({"x": 5}, [])
    assert complete(form, {"a": 1, "x": 5})[1] == [("E-derived", "/x")]


def test_rows_of_a_record_know_their_number_and_those_above_them(form_of):
    rows = repeat(
        n=NUMBER,
        serial=derived("row_number", {"type": "integer"}),
        balance=derived("total(earlier, 'n') + n"),
        above=derived("earlier|length", {"type": "integer"}),
        last=derived("earlier[-1].balance"),
    )
    typed, faults = complete(
        form_of({"title": TEXT, "lines": rows}), {"lines": [{"n": 5}, {"n": "0.1"}, {}, {"n": 0.2}]}
    )
    assert faults == []
    shown = [{key: str(value) for key, value in row.items()} for row in typed["lines"]]
    assert shown == [
        {"n": "5", "serial": "1", "balance": "5", "above": "0"},
        {"n": "0.1", "serial": "2", "balance": "5.1", "above": "1", "last": "5"},
        {"serial": "3", "above": "2", "last": "5.1"},
        {"n": "0.2", "serial": "4", "balance": "5.3", "above": "3"},
    ]


def test_a_rule_of_a_row_may_look_at_those_above_it(form_of):
    items = {
        "type": "object",
        "properties": {"k": TEXT},
        "x-check": [{"that": "count(earlier, 'k', k) == 0", "at": "k", "message": "重复"}],
    }
    form = form_of({"title": TEXT, "lines": {"type": "array", "items": items}})
    raw = {"lines": [{"k": "a"}, {"k": "b"}, {"k": "a"}, {}, {"k": "b"}]}
    assert complete(form, raw)[1] == [("E-check", "/lines/2/k"), ("E-check", "/lines/4/k")]


def test_rows_of_a_register_know_its_head_all_rows_and_their_number(form_of):
    row = repeat(
        n=NUMBER,
        no=derived("row_number", {"type": "integer"}),
        part=derived("share(n, total(rows, 'n'))"),
        of_budget=derived("share(n, head.budget, 0)"),
    )
    form = form_of({"budget": NUMBER, "rows": row}, **{"x-form": {"id": "own", "kind": "table"}})
    rows, faults = completed_rows(form, [{"n": 1}, {}, {"n": 3}], {"budget": 8})
    assert faults == []
    assert [{key: str(value) for key, value in row.items()} for row in rows] == [
        {"n": "1", "no": "1", "part": "25", "of_budget": "13"},
        {"no": "2"},
        {"n": "3", "no": "3", "part": "75", "of_budget": "38"},
    ]
    rows, faults = completed_rows(form, [{"n": 1}])
    assert faults == []
    assert rows == [{"n": 1, "no": 1, "part": 100}]


def test_derived_values_are_there_for_those_after_them_in_rows_sections_and_above(form_of):
    form = form_of(
        {
            "lines": repeat(n=NUMBER, double=derived("n * 2"), quadruple=derived("double * 2")),
            "sum": derived("total(lines, 'quadruple')"),
            "plan": {
                "type": "object",
                "properties": {"half": derived("sum / 2"), "quarter": derived("half / 2")},
            },
            "eighth": derived("plan.quarter / 2"),
        }
    )
    typed, faults = complete(form, {"lines": [{"n": 1}, {"n": 3}]})
    assert faults == []
    assert [row["quadruple"] for row in typed["lines"]] == [4, 12]
    assert (typed["sum"], typed["plan"], typed["eighth"]) == (16, {"half": 8, "quarter": 4}, 2)


def test_a_rows_own_column_goes_before_a_field_of_the_same_name_around_it(form_of):
    form = form_of({"rate": NUMBER, "lines": repeat(rate=NUMBER, double=derived("rate * 2"))})
    typed, _ = complete(form, {"rate": 10, "lines": [{"rate": 1}, {}]})
    assert [row.get("double") for row in typed["lines"]] == [2, 20]
