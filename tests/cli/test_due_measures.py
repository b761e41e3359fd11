"""What is due of the rows within a report, each until it is done; and of trainings, held and valid."""

from datetime import date
from pathlib import Path
from typing import Any

from generator.api import due
from tests.cli.test_due import case, written


def review(*done: str) -> dict[str, Any]:
    """Return a review of three measures, the first of them done on given days."""
    measures = [
        {"measure": "建立证书台账", "responsible": "王强", "due": "2024-05-24"},
        {"measure": "到期自动告警", "responsible": "刘洋", "due": "2024-05-31"},
        {"measure": "编写更换脚本", "responsible": "王强", "due": "2024-06-14"},
    ]
    for row, day in zip(measures, done, strict=False):
        row["completed_on"] = day
    return {
        "incident_no": "SJ-1",
        "review_level": "special",
        "reviewed_on": "2024-05-18",
        "submitted_at": "2024-05-18T18:00:00+08:00",
        "timeline": [{"time": "2024-05-18T09:12:00+08:00", "event": "来电"}],
        "root_cause": "证书到期",
        "improvements": measures,
    }


def measures_due(path: Path, *records: dict[str, Any]) -> list[tuple[str, str, str]]:
    listed = due([case(path / "case.json", *(("incident-review", one) for one in records))], on=date(2024, 5, 31))
    return [(item.who, item.detail, f"{item.day:%m-%d}") for item in listed.items]


def test_the_measures_of_a_report_are_due_row_by_row_until_each_is_done(tmp_path: Path) -> None:
    assert measures_due(tmp_path, review()) == [("王强", "建立证书台账", "05-24"), ("刘洋", "到期自动告警", "05-31")]
    assert measures_due(tmp_path, review("2024-05-23")) == [("刘洋", "到期自动告警", "05-31")]
    assert measures_due(tmp_path, review("2024-05-23", "2024-05-30")) == []


def test_a_later_copy_in_which_a_measure_is_done_settles_that_one(tmp_path: Path) -> None:
    assert measures_due(tmp_path, review(), review("2024-05-23")) == [("刘洋", "到期自动告警", "05-31")]


def test_two_copies_of_a_report_list_its_measures_once(tmp_path: Path) -> None:
    assert len(measures_due(tmp_path, review(), review())) == 2


def test_a_training_is_due_until_it_was_held(tmp_path: Path) -> None:
    row = {"training_date": "2024-05-24", "session": "上午", "topic": "应答话术", "trainer": "赵倩"}
    later = {**row, "training_date": "2024-06-03", "topic": "个人信息保护"}
    plan = written(tmp_path / "training-plan.json", {"rows": [row, later]})
    listed = due([plan], on=date(2024, 5, 31))
    assert [(item.kind, item.who, item.detail) for item in listed.items] == [
        ("training", "赵倩", "应答话术"),
        ("training", "赵倩", "个人信息保护"),
    ]
    written(plan, {"rows": [{**row, "held_on": "2024-05-25"}, later]})
    assert [item.detail for item in due([plan], on=date(2024, 5, 31)).items] == ["个人信息保护"]


def test_a_training_that_was_signed_for_and_judged_is_due_again_once_and_the_later_day_holds(tmp_path: Path) -> None:
    """Held on 31 May 2023, valid for twelve months; the sheet of signatures says two days longer."""
    sheet = {
        "topic": "个人信息保护",
        "training_date": "2023-05-31",
        "valid_until": "2024-06-02",
        "rows": [{"attendee": "刘洋", "attendee_department": "热线"}],
    }
    judged = {"topic": "个人信息保护", "training_date": "2023-05-31", "respondent_department": "热线"}
    sources = [
        written(tmp_path / "training-signin.json", sheet),
        written(tmp_path / "training-evaluation.json", [{**judged, "respondent": "刘洋"}, judged]),
    ]
    listed = due(sources, on=date(2024, 5, 31))
    assert [(item.who, f"{item.day:%Y-%m-%d}") for item in listed.items] == [("刘洋", "2024-06-02")]
    listed = due(sources[1:], on=date(2024, 5, 31))  # who signed nothing has no name to be called again by
    assert [(item.who, f"{item.day:%Y-%m-%d}") for item in listed.items] == [("刘洋", "2024-05-31")]


def test_a_table_of_what_is_due_that_the_form_has_not_got_is_told(cli: Any, tmp_path: Path) -> None:
    schema = {
        "x-form": {"id": "own-plan", "kind": "form"},
        "title": "自拟计划",
        "x-due": [{"kind": "plan", "title": "办理", "basis": "计划", "rows": "stesp", "day": "due"}],
        "type": "object",
        "properties": {
            "steps": {
                "title": "步骤",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"due": {"title": "期限", "type": "string", "format": "date"}},
                },
            }
        },
    }
    path = written(tmp_path / "own-plan.json", schema)
    done = cli("lint", str(path))
    assert "E-lint-at" in done.codes
