"""What is due over the whole desk, on its page, as documents, and as a calendar."""

import io
import json
import re
from typing import Any

import docx
import icalendar
import openpyxl
import pytest

from generator.desk.store import Store
from tests.desk import case_walk
from tests.desk.case_walk import DAY, begin, fetched, fill, post
from tests.desk.conftest import Visitor

walk = case_walk.walk

TRACKER = {
    "rows": [
        {
            "issue_no": "WT7",
            "customer_name": "云帆物流",
            "problem": "运单打印不出",
            "severity": "high",
            "reported_at": "2024-09-11 09:00",
            "owner": "刘洋",
            "planned_at": "2024-09-16",
            "status": "open",
        },
        {
            "issue_no": "WT8",
            "customer_name": "远航科技",
            "problem": "不会开票",
            "severity": "low",
            "reported_at": "2024-09-02 09:00",
            "owner": "王芳",
            "analysis": "不熟悉流程",
            "planned_at": "2024-09-05",
            "completed_at": "2024-09-04",
            "status": "closed",
        },
    ]
}


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 11 September 2024."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY["2024-09-11"])


def lines(text: str) -> list[str]:
    """Return the rows of the list: day, how late, what."""
    rows = re.findall(r'<td class="when">(.*?)</td>\s*<td class="when">(.*?)</td>\s*<td>(.*?)</td>', text, re.DOTALL)
    return [" ".join(one.split("：")[0] for one in row) for row in rows]


def test_nothing_is_due_on_an_empty_desk(visitor: Visitor) -> None:
    assert "到 2024-09-18 为止没有到期的事项" in visitor.get("/due").text


def test_cases_and_registers_are_listed_together_by_day(visitor: Visitor, walk: Any) -> None:
    walk(5)
    visitor.begin("issue-tracker", TRACKER)
    page = visitor.get("/due").text
    # WT7 is urgent: an answer within 10 minutes; of one day it goes by who answers for it, 刘洋 before 技术部
    assert lines(page) == [
        "2024-09-11 09:10 今天 首次响应",
        "2024-09-11 今天 催请客户答复方案",
        "2024-09-11 17:30 今天 告知处理进度",
        "2024-09-12 16:00 1 天后 按答应的时间完成",
        "2024-09-16 5 天后 解决问题",
    ]
    assert "到 2024-09-18 为止共 5 项，其中逾期 0 项" in page
    assert page.count("打开案卷") == 3


def test_the_list_is_of_the_days_and_the_person_that_are_asked_for(visitor: Visitor, walk: Any) -> None:
    walk(5)
    visitor.begin("issue-tracker", TRACKER)
    assert [line[:10] for line in lines(post(visitor, "/due/list", within=0).text)] == ["2024-09-11"] * 3
    own = lines(post(visitor, "/due/list", within=30, person="刘洋").text)
    assert own[-1] == "2024-09-16 5 天后 解决问题"
    assert {line.split()[-1] for line in own} == {"首次响应", "解决问题"}
    assert "刘洋" in visitor.get("/due").text


def test_a_case_that_settles_a_matter_by_its_number_settles_it_for_records_outside(
    visitor: Visitor, store: Store, walk: Any
) -> None:
    notice = {"issue_no": "WT20240910-02", "notified_at": "2024-09-10 15:00", "expected_at": "2024-09-14 12:00"}
    visitor.begin("progress-notice", {**notice, "progress_made": "已受理", "service_contact": "林悦"})
    assert len(lines(visitor.get("/due").text)) == 2
    case, _ = walk(6)
    fill(visitor, store, case, 7)
    assert lines(visitor.get("/due").text) == ["2024-09-18 7 天后 回访客户"]


def test_the_list_is_taken_in_each_format(visitor: Visitor, store: Store, walk: Any) -> None:
    walk(5)
    for format in ("docx", "xlsx", "pdf"):
        name, content = fetched(visitor, post(visitor, "/due/file", within=7, format=format))
        assert name == f"due-list-2024-09-11.{format}"
        if format == "docx":
            table = max(docx.Document(io.BytesIO(content)).tables, key=lambda one: len(one.rows))
            assert any("澄江纸业有限公司" in cell.text for row in table.rows for cell in row.cells)
        if format == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
            said = [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value]
            assert sum("告知处理进度" in value for value in said) == 1
    assert [row.action for row in store.log(3)] == ["take-due-unmasked"] * 3


def test_the_calendar_has_an_event_a_day_for_each_and_masks_when_asked(visitor: Visitor, walk: Any) -> None:
    walk(5)
    name, content = fetched(visitor, post(visitor, "/due/file", within=7, format="ics", mask="yes"))
    assert name == "due-list-2024-09-11.ics"
    events = list(icalendar.Calendar.from_ical(content).walk("VEVENT"))
    assert [str(event["dtstart"].dt) for event in events] == ["2024-09-11", "2024-09-11", "2024-09-12"]
    assert "澄江纸业有限公司" not in content.decode()
    assert json.dumps(str(events[0]["summary"]), ensure_ascii=False).startswith('"QR20240910-001 催请客户答复方案')


def test_contacts_come_due_by_the_rhythm_of_their_priority(visitor: Visitor) -> None:
    kept = json.loads((case_walk.ROOT / "samples" / "customer-register" / "ordinary.json").read_text(encoding="utf-8"))
    visitor.begin("customer-register", kept)
    assert {line.split()[-1] for line in lines(visitor.get("/due").text)} == {"联系客户"}


def test_a_format_that_there_isnt_is_not_made(visitor: Visitor) -> None:
    assert post(visitor, "/due/file", format="exe").status_code == 404


def test_a_case_is_on_the_list_as_its_own_page_has_it(visitor: Visitor, store: Store) -> None:
    case = begin(visitor)
    for number in (1, 2, 3, 4):
        fill(visitor, store, case, number)
    assert lines(visitor.get("/due").text) == case_walk.due_of(visitor, case)
