"""Response targets and working days: data that a desk may replace by its own."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import resources
from generator.api import make_job
from generator.document import Field, FieldGrid, Section
from generator.errors import SchemaError
from generator.records import ListSource
from generator.rules import load_policy
from generator.rules.calendar import WorkingCalendar
from generator.rules.policy import add_months, load_masking

SHIPPED = resources.schemas() / "policies" / "response.json"
CLOSURE = Path(__file__).resolve().parents[2] / "samples" / "closure-report" / "ordinary.json"
CHINA = WorkingCalendar("CN")


@pytest.fixture
def policy_file(tmp_path):
    """Return a function that writes the shipped policy with changes, given as a path of keys and a value."""

    def write(*changes):
        content = json.loads(SHIPPED.read_text(encoding="utf-8"))
        for *path, key, value in changes:
            node = content
            for step in path:
                node = node[step]
            node[key] = value
        written = tmp_path / "ours.json"
        written.write_text(json.dumps(content), encoding="utf-8")
        return written

    return write


# --- the shipped file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "key", "length"),
    [
        ("priority", "P0", timedelta(hours=1)),
        ("priority", "P1", timedelta(hours=4)),
        ("priority", "P2", timedelta(hours=24)),
        ("urgency", "urgent", timedelta(hours=2)),
        ("priority", "P3", timedelta(hours=72)),
        ("urgency", "normal", None),  # it has no limit of the first answer
        ("processing", "normal", timedelta(hours=48)),
        ("processing", "urgent", None),
        ("limits", "first_answer", timedelta(minutes=10)),
        ("severity", "high", timedelta(minutes=10)),
        ("severity", "medium", timedelta(hours=4)),
        ("severity", "low", timedelta(hours=24)),
        ("limits", "escalation", timedelta(minutes=30)),
        ("limits", "analysis_report", timedelta(hours=24)),
        ("limits", "interruption", timedelta(minutes=15)),
        ("limits", "return_visit", None),  # counted in working days
        ("priority", "P9", None),
        ("nothing", "P0", None),
    ],
)
def test_the_shipped_targets_are_those_of_the_catalogue(table, key, length):
    assert load_policy().length(table, key) == length


def test_the_shipped_masking_rules_are_valid():
    assert load_masking()["mark"] == "*"


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        (datetime(2024, 5, 1, 14, 30), "analysis_report", datetime(2024, 5, 2, 14, 30)),
        (datetime(2024, 2, 28, 14, 30), "review_report", datetime(2024, 2, 29, 14, 30)),
        (date(2024, 5, 1), "escalation", datetime(2024, 5, 1, 0, 30)),
        (datetime(2024, 3, 7, 23, 59), "return_visit", date(2024, 3, 12)),
        (date(2024, 3, 7), "return_visit", date(2024, 3, 12)),
        (date(2024, 3, 7), "no_such_limit", None),
    ],
)
def test_deadlines_of_hours_are_moments_and_of_working_days_are_days(start, limit, end):
    found = load_policy().deadline(start, limit)
    assert (type(found), found) == (type(end), end)


# --- faulty files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (("targets", "priority", "P0", {"value": 0, "unit": "hour"}), "/targets/priority/P0/value"),
        (("targets", "priority", "P0", {"value": 1, "unit": "week"}), "/targets/priority/P0/unit"),
        (("targets", "priority", "P0", {"value": 1}), "/targets/priority/P0"),
        (("targets", "priority", "P0", {"value": 1.5, "unit": "hour"}), "/targets/priority/P0/value"),
        (("targets", "priority", "P1", 4), "/targets/priority/P1"),
        (("targets", "priority", {}), "/targets/priority"),
        (("calendar", {"region": "CN"}), "/calendar"),
        (("calendar", "region", "china"), "/calendar/region"),
        (("calendar", "region", "XX"), "/calendar/region"),
        (("calendar", "region", "CN-ZZ"), "/calendar/region"),
        (("calendar", "time_zone", "Mars/Base"), "/calendar/time_zone"),
        (("calendar", "time_zone", "../../etc/passwd"), "/calendar/time_zone"),
        (("calendar", "holidays", ["2027-13-01"]), "/calendar/holidays/0"),
        (("rates", "repeat_rate", {"below_percent": 500}), "/rates/repeat_rate/below_percent"),
        (("extra", 1), ""),
    ],
    ids=str,
)
def test_a_faulty_policy_is_refused_with_the_place_of_its_fault(policy_file, change, pointer):
    with pytest.raises(SchemaError) as caught:
        load_policy(policy_file(change))
    assert [(fault.code, fault.place.file, fault.place.pointer) for fault in caught.value.faults] == [
        ("E-policy", "ours.json", pointer)
    ]


def test_all_faults_of_a_policy_are_told_at_once(policy_file):
    path = policy_file(("targets", "priority", "P0", 1), ("calendar", "region", "x"), ("extra", 1))
    with pytest.raises(SchemaError) as caught:
        load_policy(path)
    assert sorted(f.place.pointer for f in caught.value.faults) == ["", "/calendar/region", "/targets/priority/P0"]


@pytest.mark.parametrize(("text", "code"), [("{", "E-json"), ("[]", "E-policy"), ('{"a":1,"a":2}', "E-json-duplicate")])
def test_a_policy_that_is_no_policy_is_refused(tmp_path, text, code):
    path = tmp_path / "ours.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        load_policy(path)
    assert {fault.code for fault in caught.value.faults} == {code}


# --- replaced --------------------------------------------------------------------------------------------------------


def derived(policy=None, **changes):
    raw = {**json.loads(CLOSURE.read_text(encoding="utf-8")), **changes}
    job = make_job("closure-report", policy=policy)
    [judged] = job.pipeline.judged(ListSource(raw, job.form))
    assert judged.errors == []
    return judged.values


def test_another_target_changes_the_verdict(policy_file):
    path = policy_file(("targets", "priority", "P1", {"value": 11, "unit": "minute"}))  # answered after 12
    assert derived()["response_met"] == "met"
    assert derived(path)["response_met"] == "missed"


def test_another_number_of_working_days_moves_the_call(policy_file):
    path = policy_file(("targets", "limits", "return_visit", {"value": 1, "unit": "working_day"}))
    assert derived(path)["visit_due"] == date(2023, 10, 18)


def test_a_holiday_and_a_worked_weekend_of_the_desk_count(policy_file):
    path = policy_file(
        ("calendar", "holidays", ["2023-10-18", "2023-10-19"]), ("calendar", "working_weekends", ["2023-10-21"])
    )
    assert derived(path)["visit_due"] == date(2023, 10, 23)  # Friday 20, Saturday 21 worked, Monday 23


def test_another_time_zone_moves_what_came_with_a_zone(policy_file):
    path = policy_file(("calendar", "time_zone", "UTC"))
    report = {
        "reported_at": "2023-10-16T01:00:00Z",
        "responded_at": "2023-10-16T01:12:00Z",
        "closed_at": "2023-10-17T08:00:00Z",
    }
    assert derived(**report)["reported_at"] == datetime(2023, 10, 16, 9, 0)
    assert derived(path, **report)["reported_at"] == datetime(2023, 10, 16, 1, 0)
    assert derived(path, **report)["handling_minutes"] == 1860


def notes_of(form, pointer, **options):
    """Return what stands behind the choices of a field on blank paper."""
    blocks = make_job(form, **options).blank().blocks
    sections = [block for block in blocks if isinstance(block, Section)]
    grids = [block for section in sections for block in section.blocks if isinstance(block, FieldGrid)]
    fields = [field for grid in grids for line in grid.lines for field in line]
    [found] = [field for field in fields if isinstance(field, Field) and field.pointer == pointer]
    return [choice.note for choice in found.face.choices]


@pytest.mark.parametrize(
    ("lang", "notes"),
    [
        ("zh-Hans", ["2 小时内响应", "48 小时内处理"]),
        ("zh-Hant", ["2 小時內回應", "48 小時內處理"]),
        ("en", ["answered in 2 hours", "processed in 48 hours"]),
    ],
)
def test_blank_paper_tells_a_limit_of_the_answer_from_one_of_processing(lang, notes):
    assert notes_of("service-request", "/request/urgency", lang=lang) == notes


def test_blank_paper_prints_the_limits_of_the_policy_in_use(policy_file):
    path = policy_file(("targets", "priority", "P0", {"value": 45, "unit": "minute"}))

    def notes(policy):
        return notes_of("troubleshooting-checklist", "/problem/priority", policy=policy)

    assert notes(None) == ["1 小时", "4 小时", "24 小时", "72 小时"]
    assert notes(path) == ["45 分钟", "4 小时", "24 小时", "72 小时"]


# --- the calendar ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-02-04", True),  # Sunday, made up for Spring Festival
        ("2024-02-18", True),
        ("2024-05-11", True),  # Saturday, made up for Labour Day
        ("2024-10-12", True),
        ("2025-01-26", True),
        ("2025-10-11", True),
        ("2026-01-04", True),
        ("2026-02-28", True),
        ("2024-02-11", False),
        ("2024-02-12", False),  # Monday in Spring Festival
        ("2024-05-01", False),
        ("2024-10-07", False),
        ("2025-10-08", False),
        ("2026-01-02", False),
        ("2024-03-09", False),  # a plain Saturday
        ("2024-03-08", True),
        ("2024-02-29", True),
    ],
)
def test_working_days_follow_the_mainland_calendar_with_its_exchanged_weekends(day, worked):
    assert CHINA.is_working(date.fromisoformat(day)) is worked


def test_other_regions_keep_their_own_days():
    hong_kong, bavaria = WorkingCalendar("HK"), WorkingCalendar("DE-BY")
    assert not hong_kong.is_working(date(2024, 7, 1))  # establishment day of the HKSAR
    assert not bavaria.is_working(date(2025, 1, 6))  # Epiphany
    assert CHINA.is_working(date(2024, 7, 1))
    assert not hong_kong.is_working(date(2024, 2, 4))  # a Sunday like any other


@pytest.mark.parametrize(("year", "known"), [(2023, True), (2024, True), (2025, True), (2090, False)])
def test_a_year_is_known_once_its_exchanged_days_are(year, known):
    assert CHINA.is_announced(year) is known


def test_a_year_that_the_desk_has_filled_in_itself_is_known():
    assert WorkingCalendar("CN", frozenset({date(2090, 1, 2)})).is_announced(2090)
    assert WorkingCalendar("HK").is_announced(2090)


_DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2026, 11, 30))


@settings(deadline=None)
@given(_DAYS, st.integers(min_value=1, max_value=20))
def test_a_deadline_falls_on_a_working_day_with_that_many_behind_it(start, count):
    end = CHINA.add_working_days(start, count)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert CHINA.is_working(end)
    assert sum(CHINA.is_working(day) for day in between) == count


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 1, 15), 11, date(2024, 12, 15)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(day, months, end):
    assert add_months(day, months) == end
