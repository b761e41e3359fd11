"""What is due: days worked out by hand, each thing once, overdue first, in every format, and as a calendar."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from generator import Catalogue
from generator.api import due, make_job, render
from generator.catalogue.due import due_of
from generator.due import DueList
from generator.errors import UsageError

CLOSED = {
    "report_no": "BG-1",
    "issue_no": "WT20240910-02",
    "customer_name": "澄江纸业",
    "problem_summary": "订单延迟",
    "reported_at": "2024-09-10T09:00:00+08:00",
    "closed_at": "2024-09-12T18:00:00+08:00",
    "root_cause": "锁",
    "solution": "改写",
    "result": "恢复",
    "prevention": "压测",
    "log": [{"time": "2024-09-10T09:10:00+08:00", "content": "受理"}],
}
VISIT = {
    "basic": {"issue_no": "WT20240910-02", "customer_name": "澄江纸业"},
    "visit": {"visitor": "林悦", "visited_at": "2024-09-13T10:00:00+08:00"},
    "outcome": {"resolved": True},
}


def written(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def case(path: Path, *records: tuple[str, dict[str, Any]]) -> Path:
    return written(
        path, {"$schema": "urn:biaodan:case", "records": [{"form": f, "record": record} for f, record in records]}
    )


def days(listed: DueList) -> list[tuple[str, str, str]]:
    return [(item.kind, item.number or item.customer, f"{item.day:%Y-%m-%d}") for item in listed.items]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of a register of customers and a tracker of tasks, of 31 May 2024."""
    customers = [
        {"customer_name": "甲", "maintenance_priority": "core", "last_contact_on": "2024-04-30"},  # a month: 30 May
        {
            "customer_name": "乙",
            "maintenance_priority": "regular",
            "last_contact_on": "2023-11-30",
        },  # three: 29 February
        {"customer_name": "丙", "maintenance_priority": "potential", "last_contact_on": "2024-01-31"},  # six: 31 July
    ]
    tasks = [
        {"task_no": "RW-1", "task": "补发配件", "owner": "刘洋", "due_at": "2024-06-07"},
        {"task_no": "RW-2", "task": "致歉", "owner": "赵倩", "due_at": "2024-05-31T10:00:00+08:00"},
        {"task_no": "RW-3", "task": "回访", "owner": "王强", "due_at": "2024-05-31"},
        {"task_no": "RW-4", "task": "已做", "owner": "刘洋", "due_at": "2024-05-01", "task_status": "done"},
        {"task_no": "RW-5", "task": "尚早", "owner": "刘洋", "due_at": "2024-06-08"},
    ]
    tasks[3]["progress_percent"] = 100  # type: ignore[assignment]
    written(tmp_path / "customer-register.json", {"rows": customers})
    written(tmp_path / "task-assignment.json", {"rows": tasks})
    return tmp_path


def test_overdue_first_then_by_day_and_person_until_the_last_day(folder: Path) -> None:
    listed = due([folder], on=date(2024, 5, 31), within=7)
    assert days(listed) == [
        ("contact", "乙", "2024-02-29"),
        ("contact", "甲", "2024-05-30"),
        ("task", "RW-3", "2024-05-31"),  # 王强 before 赵倩
        ("task", "RW-2", "2024-05-31"),
        ("task", "RW-1", "2024-06-07"),
    ]
    rows = listed.record("zh-Hans")["rows"]
    assert [row.get("days_late") for row in rows] == [92, 1, None, None, None]  # 31 March + 30 April + 31 May
    assert listed.late == 2


def test_only_what_one_person_answers_for(folder: Path) -> None:
    assert days(due([folder], on=date(2024, 5, 31), person="刘洋")) == [("task", "RW-1", "2024-06-07")]


def test_what_several_sources_tell_of_is_listed_once(folder: Path) -> None:
    register = json.loads((folder / "task-assignment.json").read_text(encoding="utf-8"))
    (folder / "收回").mkdir()
    for format in ("docx", "xlsx"):
        content = render("task-assignment", register["rows"], format)
        (folder / "收回" / f"任务.{format}").write_bytes(content)
    once, thrice = due([folder / "task-assignment.json"], on=date(2024, 5, 31)), due([folder], on=date(2024, 5, 31))
    assert [one for one in days(thrice) if one[0] == "task"] == days(once)


def test_a_copy_in_which_it_is_done_settles_it(tmp_path: Path) -> None:
    row = {"task_no": "RW-1", "task": "补发", "owner": "刘洋", "due_at": "2024-05-31"}
    old = written(tmp_path / "old.json", {"rows": [row]})
    new = written(tmp_path / "new.json", {"rows": [{**row, "task_status": "done", "progress_percent": 100}]})
    for sources in ([old, new], [new, old]):
        assert due(sources, on=date(2024, 5, 31), form="task-assignment").items == []


def test_the_call_back_is_due_on_the_third_working_day_across_a_made_up_saturday(tmp_path: Path) -> None:
    """Closed on Thursday 12 September 2024: 13, Saturday 14 (worked), 15 to 17 closed for Mid-Autumn, so the 18th."""
    source = case(tmp_path / "case.json", ("closure-report", CLOSED))
    assert days(due([source], on=date(2024, 9, 13))) == [("visit", "WT20240910-02", "2024-09-18")]
    made = case(tmp_path / "case.json", ("closure-report", CLOSED), ("return-visit", VISIT))
    assert due([made], on=date(2024, 9, 13)).items == []


def test_a_record_elsewhere_with_the_same_number_settles_it(tmp_path: Path) -> None:
    report = written(tmp_path / "report.json", CLOSED)
    visit = written(tmp_path / "visit.json", VISIT)
    sources = [f"closure-report={report}", f"return-visit={visit}"]
    assert len(due(sources[:1], on=date(2024, 9, 13)).items) == 1
    assert due(sources, on=date(2024, 9, 13)).items == []


def test_the_next_notice_is_due_a_day_after_the_latest(tmp_path: Path) -> None:
    notice = {"issue_no": "WT1", "progress_made": "定位", "expected_at": "2024-09-20"}
    first = {**notice, "notified_at": "2024-09-10T17:00:00+08:00"}
    second = {**notice, "notified_at": "2024-09-11T17:10:00+08:00"}
    source = case(tmp_path / "case.json", ("progress-notice", first), ("progress-notice", second))
    listed = due([source], on=date(2024, 9, 12), within=30)
    assert days(listed) == [("notice", "WT1", "2024-09-12"), ("promise", "WT1", "2024-09-20")]
    assert [f"{item.day:%H:%M}" for item in listed.items if isinstance(item.day, datetime)] == ["17:10"]


def test_training_whose_validity_ends_is_to_be_repeated(tmp_path: Path) -> None:
    sheet = {"topic": "个人信息保护", "training_date": "2023-06-01", "valid_until": "2024-05-31"}
    source = written(tmp_path / "training-signin.json", {**sheet, "rows": [{"attendee": "刘洋"}, {"attendee": "王强"}]})
    listed = due([source], on=date(2024, 5, 31))
    assert [(i.who, i.matter("zh-Hans")) for i in listed.items] == [
        ("刘洋", "安排复训：个人信息保护"),
        ("王强", "安排复训：个人信息保护"),
    ]


def test_an_assessment_whose_validity_ends_is_to_be_held_again_unless_it_was(tmp_path: Path) -> None:
    held = {"trainee": "李明", "scenario": "投诉升级", "assessor": "赵倩", "assessed_on": "2023-05-24"}
    first = {**held, "result": {"valid_until": "2024-05-24"}}
    again = {**held, "assessed_on": "2024-05-20", "result": {"valid_until": "2025-05-20"}}
    source = written(tmp_path / "scenario-assessment.json", [first])
    listed = due([source], on=date(2024, 5, 25))
    assert [(i.who, i.matter("en"), f"{i.day:%Y-%m-%d}", listed.late) for i in listed.items] == [
        ("李明", "Assess again: 投诉升级", "2024-05-24", 1)
    ]
    written(source, [first, again])
    assert due([source], on=date(2024, 5, 25)).items == []


def test_an_analysis_is_due_a_day_after_the_issue_until_it_is_submitted(tmp_path: Path) -> None:
    report = {"issue_no": "WT7", "customer_name": "甲", "expected_at": "2024-09-20"}
    report |= {"prepared_by": "刘洋", "reported_at": "2024-09-10T16:30:00+08:00"}
    source = written(tmp_path / "analysis-report.json", report)
    (item,) = due([source], on=date(2024, 9, 11)).items
    assert (item.kind, item.number, item.who) == ("report", "WT7", "刘洋")
    assert f"{item.day:%Y-%m-%d %H:%M}" == "2024-09-11 16:30"
    written(source, {**report, "submitted_at": "2024-09-11T09:00:00+08:00"})
    assert due([source], on=date(2024, 9, 11)).items == []


def test_a_checked_customer_is_answered_within_the_hours_of_the_priority(tmp_path: Path) -> None:
    basic = {"customer_no": "KH-1", "customer_person": "甲", "contact": "13800000001", "service_type": "other"}
    basic |= {"entered_by": "李明", "entering_department": "客服部", "entered_at": "2024-05-31T22:00:00+08:00"}
    sheet = {"basic": basic, "problem": {"symptom": "白屏", "priority": "P1"}, "coordination": {"coordinator": "王强"}}
    source = written(tmp_path / "troubleshooting-checklist.json", sheet)
    listed = due([source], on=date(2024, 5, 31), within=1)
    assert listed.faults == []
    (item,) = listed.items
    assert (item.kind, item.number, item.who) == ("response", "KH-1", "王强")
    assert f"{item.day:%m-%d %H:%M}" == "06-01 02:00", "four hours, past midnight"
    written(source, {**sheet, "contacts": [{"time": "2024-05-31T23:00:00+08:00", "content": "已致电"}]})
    assert due([source], on=date(2024, 5, 31), within=1).items == []


def test_letters_that_wait_for_an_answer_are_due_on_their_reply_date(tmp_path: Path) -> None:
    reply = {"issue_no": "WT8", "customer_name": "甲", "root_cause": "锁", "solution": "改", "prevention": "测"}
    reply |= {"reply_by": "2024-06-05", "service_contact": "陈静"}
    delivery = {"delivery_no": "JF1", "customer_name": "乙", "deliverables": [{"name": "报表", "quantity": 1}]}
    delivery |= {"delivered_at": "2024-06-01", "acceptance": "pass", "reply_by": "2024-06-06"}
    letters = written(tmp_path / "solution-reply.json", reply)
    goods = written(tmp_path / "delivery-confirmation.json", delivery)
    listed = due([letters, goods], on=date(2024, 6, 1), within=30)
    assert listed.faults == []
    assert days(listed) == [("reply", "WT8", "2024-06-05"), ("reply", "JF1", "2024-06-06")]
    written(goods, {**delivery, "signed_by": "周明"})
    done = {"completion_no": "WC1", "issue_no": "WT8", "service_content": "改造", "completed_at": "2024-06-02"}
    finished = written(tmp_path / "completion-confirmation.json", done)
    assert due([letters, goods, finished], on=date(2024, 6, 1), within=30).items == []


def test_each_person_has_a_list_and_a_calendar_of_their_own(folder: Path, process: Any) -> None:
    words = ("due", folder, "--on", "2024-05-31", "--by", "person", "-o", "lists", "-f", "docx,ics")
    done = process(*words)
    assert done.code == 0, done.err
    who = ["刘洋", "王强", "赵倩", "未指定负责人"]
    assert done.names == [f"due-list-{name}.{kind}" for kind in ("docx", "ics") for name in who]
    liu = done.paths[4]
    assert re.findall("SUMMARY:(.*)", (folder / liu).read_text(encoding="utf-8")) == ["RW-1 完成任务：补发配件"]
    assert (folder / done.paths[7]).read_bytes().count(b"BEGIN:VEVENT") == 2, "the contacts, which name nobody"
    assert process(*words[:-3], "one.pdf").code == 2
    masked = process(*words[:-3], "masked", "-f", "docx", "--mask", "--lang", "en")
    assert masked.names[-1] == "due-list-nobody named.en.docx"
    assert not any("刘洋" in name for name in masked.names)


def test_faulty_rows_and_foreign_files_are_told_and_the_rest_is_listed(folder: Path, process: Any) -> None:
    rows = json.loads((folder / "task-assignment.json").read_text(encoding="utf-8"))["rows"]
    written(folder / "task-assignment.json", {"rows": [{**rows[0], "due_at": "13月40日"}, rows[2]]})
    (folder / "photo.png").write_bytes(b"\x89PNG")
    (folder / "bomb.json").write_text("[" * 100_000, encoding="utf-8")
    done = process("due", str(folder), "-o", str(folder / "out"), "-f", "xlsx", "--on", "2024-05-31")
    assert done.code == 1
    assert "E-due-form" in done.err
    assert (folder / "out" / "due-list.xlsx").exists()
    listed = due([folder], on=date(2024, 5, 31))
    assert [item.number for item in listed.items if item.kind == "task"] == ["RW-3"]
    assert {fault.place.file for fault in listed.faults} >= {"photo.png", "bomb.json"}


def test_what_is_not_there_or_no_day_is_wrong_usage(folder: Path, process: Any) -> None:
    with pytest.raises(UsageError):
        due([folder / "none"], on=date(2024, 5, 31))
    out = ("-o", str(folder / "out"))
    assert process("due", str(folder), "--on", "31.5.", *out).code == 2
    assert process("due", str(folder), "--within", "soon", *out).code == 2
    assert process("due", str(folder), "--on", "9999-12-31", "--within", "2w", *out).code == 2


def test_three_formats_and_a_calendar_of_the_same_bytes(folder: Path, process: Any) -> None:
    made = []
    for out in ("one", "two"):
        where = ("-o", str(folder / out), "-f", "docx,xlsx,pdf,ics", "--on", "2024-05-31", "--lang", "en")
        sources = (str(folder / "customer-register.json"), str(folder / "task-assignment.json"))
        assert process("due", *sources, *where).code == 0
        made.append({path.name: path.read_bytes() for path in sorted((folder / out).iterdir())})
    assert made[0] == made[1]
    assert sorted(made[0]) == [f"due-list.en.{one}" for one in ("docx", "ics", "pdf", "xlsx")]


def test_a_list_beside_its_sources_is_no_source(folder: Path, process: Any) -> None:
    made = []
    for _ in range(2):
        assert process("due", ".", "-o", ".", "-f", "xlsx,ics", "--on", "2024-05-31", "--force").code == 0
        made.append((folder / "due-list.ics").read_bytes())
    assert made[0] == made[1]


def unfolded(content: bytes) -> list[str]:
    """Return the lines of a calendar as RFC 5545, 3.1, has them: CRLF, 75 octets at most, folded by a blank."""
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def events(content: bytes) -> list[dict[str, str]]:
    lines = unfolded(content)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            name, _, value = line.partition(":")
            found[-1].setdefault(name, value)
    return found


def test_the_calendar_read_by_the_letter_of_the_standard(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    listed = due([folder], on=date(2024, 5, 31))
    found = events(listed.calendar(make_job(listed.form)))
    assert [one["DTSTART;VALUE=DATE"] for one in found] == ["20240229", "20240530", "20240531", "20240531", "20240607"]
    assert found[-1]["DTEND;VALUE=DATE"] == "20240608"
    assert {one["DTSTAMP"] for one in found} == {"20240531T000000Z"}
    assert found[-1]["SUMMARY"] == "RW-1 完成任务：补发配件"
    assert len({one["UID"] for one in found}) == 5
    later = due([folder], on=date(2024, 6, 7))
    assert {one["UID"] for one in found} <= {one["UID"] for one in events(later.calendar(make_job(listed.form)))}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert events(listed.calendar(make_job(listed.form)))[0]["DTSTAMP"] == "20231114T221320Z"


def test_a_value_is_no_line_of_the_calendar_and_is_masked_when_asked(tmp_path: Path) -> None:
    task = "x\r\nEND:VEVENT\r\nBEGIN:VALARM, 13900005678; \\n"
    rows = [{"task_no": "RW,1;", "task": task, "owner": "欧阳文", "due_at": "2024-05-31"}]
    source = written(tmp_path / "task-assignment.json", {"rows": rows})
    listed = due([source], on=date(2024, 5, 31))
    (event,) = events(listed.calendar(make_job(listed.form)))
    assert event["SUMMARY"].startswith("RW\\,1\\; ")
    (masked,) = events(listed.calendar(make_job(listed.form, mask=True)))
    assert not re.search("13900005678|欧阳文", "".join(masked.values()))


def test_every_form_that_settles_something_is_there_and_has_the_number() -> None:
    catalogue = Catalogue(())
    settled = [(spec, one) for form in catalogue for spec in due_of(form) for one in spec.settled_by]
    assert settled
    for _, one in settled:
        keys = {spec.key for spec in catalogue.form(one.form).root.walk()}
        assert set(filter(None, one.number.split("."))) <= keys


# --- what would be written ---


def test_a_dry_run_names_the_lists_and_calendars_and_writes_none(cli: Any, folder: Path) -> None:
    words = ("due", str(folder), "--on", "2024-05-31", "--by", "person", "-o", "到期", "-f", "pdf,ics")
    planned = cli(*words, "--dry-run")
    assert planned.code == 0
    assert not Path("到期").exists()
    made = cli(*words)
    assert sorted(made.paths) == sorted(planned.paths)
    assert made.paths


def test_an_unknown_suffix_is_told_though_nothing_is_due(cli: Any, folder: Path) -> None:
    done = cli("due", str(folder), "--on", "2020-01-01", "-o", "到期.foo")
    assert (done.code, done.codes) == (2, ["E-out-format"])
