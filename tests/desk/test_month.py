"""The month on the page: its figures by hand, of the desk's own records and of a file; its pages, its documents."""

import io
import re
import zipfile
from typing import Any

import docx
import httpx2 as httpx
import pytest
from docx.oxml.ns import qn

from generator.desk.store import Store
from generator.desk.web.guard import TOKEN_HEADER
from tests.desk import case_walk
from tests.desk.case_walk import fetched, post
from tests.desk.conftest import Visitor

walk = case_walk.walk

REQUEST = {
    "receipt": {"received_at": "2024-09-12 10:00", "channel": "email", "request_no": "FW2"},
    "customer": {"customer_no": "C002", "customer_name": "青禾商贸"},
    "request": {"problem": "发票抬头有误，要求重开", "urgency": "normal", "issue_type": "售后申请"},
    "arrangement": {"entered_by": "林悦"},
}


def row(number: str, reported: str, department: str, **more: str) -> dict[str, str]:
    made = {"issue_no": number, "customer_name": "云帆物流", "problem": "运单打印不出", "severity": "high"}
    return {**made, "reported_at": reported, "department": department, "owner": "刘洋", **more}


TRACKER = {
    "rows": [
        row("WT1", "2024-08-20 09:00", "财务部", planned_at="2024-08-22", completed_at="2024-08-21 09:00"),
        row("WT2", "2024-09-03 09:00", "技术部", planned_at="2024-09-05", completed_at="2024-09-03 15:00"),
        row("WT3", "2024-09-04 09:00", "财务部", planned_at="2024-09-06"),
        row("WT20240910-02", "2024-09-10 09:25", "技术部", planned_at="2024-09-12"),  # the case tells of it already
    ]
}
LIST = """\
问题编号,反馈时间,问题类型,责任部门,实际完成时间,计划完成时间,状态
A1,2024-04-30 10:00,咨询,客服部,2024-04-30 12:00,2024-05-02,已关闭
A2,2024-05-02 09:00,故障,技术部,2024-05-02 15:00,2024-05-03,已关闭
A3,2024-05-06 10:00,故障,技术部,2024-05-12 10:00,2024-05-09,已关闭
A4,2024-05-08 11:00,咨询,客服部,2024-05-08 12:00,2024-05-10,已关闭
A5,2024-05-20 11:00,费用,客服部,,2024-05-22,处理中
"""


def compute(visitor: Visitor, period: str, file: tuple[str, bytes] | None = None, **fields: str) -> httpx.Response:
    """Ask for the figures of a period."""
    visitor.get("/month")
    files = {"file": file} if file else {"file": ("", b"")}
    data = {"period": period, "source": "file" if file else "desk", **fields}
    return visitor.client.post("/month", data=data, files=files, headers={TOKEN_HEADER: visitor.token})


def taken(visitor: Visitor, page: str, format: str, **fields: Any) -> tuple[str, bytes]:
    key = re.search(r'hx-post="(/month/[^"]+/file)"', page)
    assert key
    return fetched(visitor, post(visitor, key[1], format=format, **fields))


def words_of(content: bytes) -> str:
    """Return all that a document says, cells of tables apart by bars; tables within tables too."""
    body = docx.Document(io.BytesIO(content)).element.body
    rows = ["|".join(_said(cell) for cell in row.tc_lst) for row in body.iter(qn("w:tr"))]
    return "\n".join([*(_said(one) for one in body.iter(qn("w:p"))), *rows])


def _said(node: Any) -> str:
    return "".join(one.text or "" for one in node.iter(qn("w:t")))


def test_an_empty_desk_says_that_there_is_nothing_to_count(visitor: Visitor) -> None:
    page = compute(visitor, "2024-09").text
    assert "还没有可以统计的问题" in page
    assert "<img" not in page


def test_cases_intake_records_and_registers_are_counted_once_each(visitor: Visitor, store: Store, walk: Any) -> None:
    walk(8)
    visitor.begin("service-request", REQUEST)
    tracker = visitor.begin("issue-tracker", TRACKER)
    page = compute(visitor, "2024-09").text
    assert "有 5 宗问题可以统计" in page  # the case, FW2, WT1 to WT3
    assert "没有计入的 1 宗" in page
    assert f'href="/records/{tracker}"' in page
    name, content = taken(visitor, page, "docx")
    assert name == "monthly-summary-2024-09.docx"
    said = words_of(content)
    # September: the case, FW2, WT2, WT3; August: WT1
    assert re.search(r"受理总量\s*4\b", said)
    assert "技术部|2" in said  # the case and WT2
    assert "财务部|1" in said
    assert "未填写|1" in said  # FW2
    # 55 h 5 min of the case (3305 min) and 6 h of WT2 (360 min): a mean of 1832.5, half up 1833 min
    assert "30 小时 33 分钟" in said
    # planned and judged in September: the case 16:30 after 16:00, WT2 in time, WT3 not done in time
    assert "1 / 3" in said
    assert store.log()[0].action == "take-month"


def test_the_pages_that_are_shown_are_those_of_the_report(visitor: Visitor, walk: Any) -> None:
    walk(8)
    page = compute(visitor, "2024-09").text
    sheets = re.findall(r'src="(/sheets/[0-9a-f]+\.svg)"', page)
    assert len(sheets) == 2
    for sheet in sheets:
        answer = visitor.get(sheet)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


def test_a_file_is_counted_as_the_command_line_counts_it(visitor: Visitor) -> None:
    page = compute(visitor, "2024-05", ("问题.csv", LIST.encode("gbk"))).text
    said = words_of(taken(visitor, page, "docx")[1])
    assert re.search(r"受理总量\s*4\b", said)
    assert "客服部|2|1" in said  # A4 and A5; A1 in April
    assert "技术部|2|0" in said
    # A2 and A4 in time, A3 late, A5 not done by the end of the month
    assert "2 / 4" in said
    assert "A5" in said  # overdue
    assert "A3" not in said


def test_each_department_has_figures_of_its_own_and_all_come_as_an_archive(visitor: Visitor) -> None:
    page = compute(visitor, "2024-05", ("问题.csv", LIST.encode()), by="department").text
    assert re.findall(r'<option value="(\d)">([^<]+)</option>', page) == [("0", "客服部"), ("1", "技术部")]
    name, content = taken(visitor, page, "docx")
    assert name == "monthly-summary-2024-05.zip"
    names = sorted(zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert names == ["monthly-summary-2024-05-客服部.docx", "monthly-summary-2024-05-技术部.docx"]
    one = taken(visitor, page, "docx", group=1)[1]
    assert re.search(r"受理总量\s*2\b", words_of(one))
    key = re.search(r'hx-post="(/month/[^"]+/pages)"', page)
    assert key
    assert post(visitor, key[1], group=1).text.count("<img") >= 1
    assert post(visitor, key[1], group=7).headers["hx-retarget"] == "#trouble"


def test_columns_of_other_names_are_matched_and_put_right_on_the_page(visitor: Visitor) -> None:
    theirs = LIST.replace("问题编号,反馈时间,问题类型,责任部门", "工单号,上报时间,问题类别,责任科室").replace(
        "已关闭", "了啦"
    )
    page = compute(visitor, "2024-05", ("台账.csv", theirs.encode())).text
    assert "已按含义对上" in page
    assert "“了啦”不在可选范围内" in page
    columns = dict(re.findall(r'name="theirs" value="([^"]+)".*?<select[^>]*>(.*?)</select>', page, re.DOTALL))
    chosen = {theirs: re.search(r"<option selected>([^<]+)", options) for theirs, options in columns.items()}
    assert {theirs: found and found[1] for theirs, found in chosen.items()} == {
        "工单号": "问题编号",
        "上报时间": "反馈时间",
        "问题类别": "问题类型",
        "责任科室": "责任部门",
        "实际完成时间": "实际完成时间",
        "计划完成时间": "计划完成时间",
        "状态": "状态",
    }
    right = {"word_of": "状态", "word": "了啦", "word_means": "已关闭", "again": "yes"}
    again = compute(visitor, "2024-05", ("台账.csv", theirs.encode()), **right).text
    said = words_of(taken(visitor, again, "docx")[1])
    assert re.search(r"受理总量\s*4\b", said)
    assert "客服部|2|1" in said
    without = compute(visitor, "2024-05", ("台账.csv", theirs.encode()), **right, theirs="责任科室", ours="").text
    assert "客服部" not in words_of(taken(visitor, without, "docx")[1])


def test_a_matching_that_was_shown_for_another_list_isnt_gone_by(visitor: Visitor) -> None:
    stale = {"theirs": "责任部门", "ours": "渠道"}
    page = compute(visitor, "2024-05", ("问题.csv", LIST.encode()), **stale).text
    assert "客服部|2|1" in words_of(taken(visitor, page, "docx")[1])


@pytest.mark.parametrize("period", ["", "2024-13", "五月", "2024-01..2024-03"])
def test_a_period_that_is_none_is_told(visitor: Visitor, walk: Any, period: str) -> None:
    walk(1)
    answer = compute(visitor, period)
    assert answer.headers["hx-retarget"] == "#trouble"
    assert "周期请写成" in answer.text


@pytest.mark.parametrize(("name", "content"), [("空.csv", b""), ("坏.xlsx", b"PK\x03\x04"), ("图.png", b"\x89PNG")])
def test_a_file_that_cant_be_read_is_told(visitor: Visitor, name: str, content: bytes) -> None:
    answer = compute(visitor, "2024-05", (name, content))
    assert answer.headers["hx-retarget"] == "#trouble"
    assert "<li>" in answer.text


def test_without_a_file_it_is_asked_for(visitor: Visitor) -> None:
    assert "请先选择文件" in compute(visitor, "2024-05", None, source="file").text


def test_figures_that_are_no_longer_kept_are_said_to_be_gone(visitor: Visitor) -> None:
    assert "请重新统计" in post(visitor, "/month/none/file", format="docx").text
