"""Files given to the desk: filled papers, lists, and what is neither."""

import csv
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import docx
import openpyxl
import pytest
from starlette.testclient import TestClient

from generator.api import make_job, to_bytes
from generator.desk.giving import listing, tray
from generator.desk.giving.listing import listed
from generator.desk.giving.matching import Wanted
from generator.desk.giving.tray import Tray
from generator.desk.office import Office, Setup
from generator.desk.pool import Workers
from generator.desk.store import Store
from generator.desk.web import giving
from generator.desk.web.app import application
from generator.desk.web.desk import Desk
from generator.desk.web.guard import Guard
from generator.records import ListSource
from tests.desk.conftest import HOST, Visitor

SAMPLES = Path(__file__).parents[2] / "samples"
REPORT = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))
HEADER = ("问题编号", "客户名称", "问题描述", "紧急程度", "反馈时间", "责任部门", "经手人", "状态")
ROWS = (
    ("WT1", "澄江纸业", "系统数据同步延迟", "高", "2024-05-06 09:00", "技术部", "李明", "处理中"),
    ("WT2", "远航科技", "发票抬头有误", "中", "2024-05-07 10:30", "财务部", "王芳", "处理中"),
    ("WT3", "华明贸易", "配件缺失", "低", "昨天", "物流部", "周平", "处理中"),
)


def paper(format: str, record: Mapping[str, Any] = REPORT, form: str = "closure-report") -> bytes:
    """Return a record as a paper that is filled in on screen."""
    job = make_job(form, fillable=True)
    composed = next(iter(job.documents(ListSource(record, job.form))))
    assert composed.document is not None
    return to_bytes(composed.document, format)


def gbk(rows: Any = (HEADER, *ROWS)) -> bytes:
    """Return a list as Excel in China saves CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("gbk")


def book(rows: Any = (HEADER, *ROWS)) -> bytes:
    """Return a list as a workbook, with its title and the date of the count above the header."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(["客户问题台账"])
    sheet.append(["统计日期：2024-05-28", "", "制表人：张敏"])
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def give(visitor: Visitor, name: str, content: bytes) -> str:
    """Give a file as a browser does; return its id on the tray."""
    sent = "".join(f"%{byte:02X}" for byte in name.encode())
    answer = visitor.send("POST", "/give", content, headers={"x-file-name": sent})
    assert answer.status_code == 200
    return str(answer.json()["id"])


def change(visitor: Visitor, name: str, **fields: str) -> str:
    """Change how a list is read; return what the page then shows."""
    answer = visitor.send("POST", f"/give/{name}", urlencode(fields).encode())
    assert answer.status_code == 200
    return answer.text


def take(visitor: Visitor, name: str, **fields: str) -> str:
    answer = visitor.send("POST", f"/give/{name}/take", urlencode(fields).encode())
    assert answer.status_code == 200
    return answer.text


def numbered(page: str, column: str) -> str:
    """Return the name of the choice of what a column is."""
    found = re.search(rf'<label for="(c\d+)">{column}</label>', page)
    assert found
    return found[1]


def chosen(page: str, column: str) -> str:
    """Return the pointer that a column is read as."""
    select = page.partition(f'name="{numbered(page, column)}"')[2].partition("</select>")[0]
    found = re.search(r'<option value="([^"]*)" selected>', select)
    return found[1] if found else ""


# --- filled papers ---


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_filled_paper_becomes_a_draft_that_says_where_it_was_read(
    visitor: Visitor, store: Store, format: str
) -> None:
    give(visitor, f"回来的.{format}", paper(format))
    (row,) = store.listed()
    assert (row.form, row.status, row.title[:14]) == ("closure-report", "draft", "BG20231017-001")
    raw = store.record(row.id).raw  # type: ignore[union-attr]
    assert (raw["customer_name"], raw["log"][0]["time"]) == ("A公司A", "2023-10-16T09:12:00+08:00")
    assert "response_minutes" not in raw
    assert f"回来的.{format}" in visitor.get("/give").text
    assert f"读自 回来的.{format}" in visitor.get(f"/records/{row.id}/origin").text
    assert store.log()[0].action == "give"


def test_a_paper_is_not_taken_twice_and_another_of_its_number_is_told(visitor: Visitor, store: Store) -> None:
    for name in ("一.docx", "一.docx"):
        give(visitor, name, paper("docx"))
    give(visitor, "二.pdf", paper("pdf"))
    assert len(store.listed()) == 1
    assert visitor.get("/give").text.count("早已读入过") == 2
    other = paper("docx", {**REPORT, "result": "部分恢复"})
    give(visitor, "三.docx", other)
    assert len(store.listed()) == 2
    assert "另有一份编号相同、内容不同的记录" in visitor.get("/give").text
    give(visitor, "三.docx", other)
    assert len(store.listed()) == 2


def test_a_number_that_was_typed_by_hand_is_known_too(visitor: Visitor, store: Store) -> None:
    visitor.begin("closure-report", {"report_no": REPORT["report_no"]})
    give(visitor, "一.docx", paper("docx"))
    assert "另有一份编号相同、内容不同的记录" in visitor.get("/give").text


def test_what_cannot_be_read_of_a_paper_stands_in_the_draft_as_it_stood_there(visitor: Visitor, store: Store) -> None:
    typed = docx.Document(io.BytesIO(paper("docx")))
    (cell,) = [one for one in typed.element.body.iter(f"{W}t") if one.text == "2023-10-17 16:00"][:1]
    cell.text = "上周四下午"
    out = io.BytesIO()
    typed.save(out)
    give(visitor, "一.docx", out.getvalue())
    (row,) = store.listed()
    raw = store.record(row.id).raw  # type: ignore[union-attr]
    (pointer,) = [key for key, value in raw.items() if value == "上周四下午"]
    assert "有几处要填或要改" in visitor.get("/give").text
    (fault,) = [one for one in visitor.save(row.id, raw).json()["faults"] if one["pointer"] == f"/{pointer}"]
    assert fault["code"] == "E-date"


def test_a_register_that_is_filled_in_comes_back_as_one(visitor: Visitor, store: Store) -> None:
    record = json.loads((SAMPLES / "issue-tracker" / "ordinary.json").read_text(encoding="utf-8"))
    give(visitor, "一.docx", paper("docx", record, "issue-tracker"))
    (row,) = store.listed()
    assert row.form == "issue-tracker"
    rows = store.record(row.id).raw["rows"]  # type: ignore[union-attr]
    assert [one["customer_name"] for one in rows] == [one["customer_name"] for one in record["rows"]]


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


# --- what isn't taken ---


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(200 << 20))
    return out.getvalue()


def of_others() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xlsx", bomb, "大得异常"),
        ("a.docx", lambda: paper("docx")[:4000], "已损坏或不完整"),
        ("a.pdf", lambda: paper("pdf")[:4000], "已损坏或不完整"),
        ("a.docx", of_others, "不是本系统发出的表单"),
        ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "有密码"),
        ("a.csv", lambda: b"", "0 字节"),
        ("a.csv", lambda: b"\x00\xff" * 40, ""),
        ("a.csv", lambda: "今天天气很好\n我们去公园\n".encode(), "没有找到表头"),
        ("a.exe", lambda: b"MZ", "这种文件读不了"),
        ("", lambda: b"x", "这种文件读不了"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_left_of_it(
    visitor: Visitor, store: Store, tmp_path: Path, name: str, content: Any, why: str
) -> None:
    give(visitor, name, content())
    page = visitor.get("/give").text
    assert "没有读取" in page
    assert why in page
    assert store.listed() == []
    kept = {path.name for path in (tmp_path / "data").rglob("*") if path.is_file()}
    assert {one for one in kept if not one.startswith("desk.db")} == {"held"}


def test_a_file_that_is_too_large_is_told(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "LARGEST", 2 << 20)
    give(visitor, "a.csv", bytes((2 << 20) + 1))
    assert "文件超过 2 MB" in visitor.get("/give").text


def test_a_full_tray_takes_nothing_more(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray, "MOST_BYTES", 10)
    give(visitor, "a.csv", gbk())
    assert "放不下了" in visitor.get("/give").text


def test_a_name_leads_nowhere(visitor: Visitor, tmp_path: Path) -> None:
    before = {path for path in tmp_path.parent.rglob("*") if "given-" not in str(path)}
    name = give(visitor, "../../../../evil.csv", gbk())
    assert "evil.csv" in visitor.get(f"/give/{name}").text
    assert {path for path in tmp_path.parent.rglob("*") if "given-" not in str(path)} - before <= set(
        (tmp_path / "data").iterdir()
    )
    assert visitor.send("POST", "/give", b"x", headers={"x-file-name": "%00%0A" * 400}).status_code == 200


def test_without_the_token_of_the_page_nothing_is_taken(visitor: Visitor, store: Store) -> None:
    visitor.get("/give")
    answer = visitor.client.post("/give", content=paper("docx"), headers={"x-file-name": "a.docx"})
    assert answer.status_code == 403
    assert store.listed() == []


def test_the_tray_keeps_the_last_files_and_is_empty_afterwards(store: Store, tmp_path: Path) -> None:
    old = tmp_path / "data" / "given-before"
    old.mkdir()
    beside = Tray(store)
    made = Tray(store)
    assert (old.exists(), beside.folder.exists()) == (False, True)
    beside.close()
    entries = [made.new("李明", f"{n}.csv") for n in range(101)]
    assert [entry.name for entry in made.of("李明")] == [f"{n}.csv" for n in range(100, 0, -1)]
    assert (entries[0].folder.exists(), entries[1].folder.exists()) == (False, True)
    assert made.entry("王芳", entries[50].id) is None
    made.close()
    assert list((tmp_path / "data").glob("given-*")) == []


# --- lists ---


@pytest.mark.parametrize(("name", "content", "third"), [("表.csv", gbk, "4"), ("表.xlsx", book, "Sheet!E6")])
def test_a_list_is_known_by_its_titles_and_told_by_row_and_cell(
    visitor: Visitor, name: str, content: Any, third: str
) -> None:
    page = visitor.get(f"/give/{give(visitor, name, content())}").text
    assert re.search(r'<option value="issue-tracker" selected>', page)
    assert chosen(page, "客户名称") == "/rows/*/customer_name"
    assert "共 3 行：完整 2 行，缺项 0 行，有错 1 行。" in page
    row = page.partition("<td>昨天</td>")
    assert row[0].endswith(f"<td>{third}</td><td>反馈时间</td>")
    assert row[2].startswith("<td>不是日期")


def test_a_match_put_right_once_is_remembered(visitor: Visitor) -> None:
    rows = [("单子", *HEADER[1:]), *ROWS]
    name = give(visitor, "一.csv", gbk(rows))
    page = visitor.get(f"/give/{name}").text
    assert (chosen(page, "单子"), chosen(page, "经手人")) == ("", "")
    change(visitor, name, **{numbered(page, "单子"): "/rows/*/issue_no"})
    page = change(visitor, name, **{numbered(page, "经手人"): "/rows/*/owner"})
    assert (chosen(page, "单子"), chosen(page, "经手人")) == ("/rows/*/issue_no", "/rows/*/owner")
    again = visitor.get(f"/give/{give(visitor, '二.csv', gbk(rows))}").text
    assert (chosen(again, "单子"), chosen(again, "经手人")) == ("/rows/*/issue_no", "/rows/*/owner")
    assert "按以前的选择" in again
    page = change(visitor, name, **{numbered(again, "客户名称"): "/rows/*/owner"})
    assert (chosen(page, "客户名称"), chosen(page, "经手人")) == ("/rows/*/owner", "")


def test_a_field_that_a_column_lets_go_of_goes_back_to_the_one_that_had_it(visitor: Visitor) -> None:
    name = give(visitor, "一.csv", gbk())
    page = visitor.get(f"/give/{name}").text
    page = change(visitor, name, **{numbered(page, "经手人"): "/rows/*/customer_name"})
    assert (chosen(page, "经手人"), chosen(page, "客户名称")) == ("/rows/*/customer_name", "")
    page = change(visitor, name, **{numbered(page, "经手人"): "/rows/*/owner"})
    assert (chosen(page, "经手人"), chosen(page, "客户名称")) == ("/rows/*/owner", "/rows/*/customer_name")


def test_a_value_of_theirs_means_one_of_ours_where_somebody_says_so(visitor: Visitor) -> None:
    rows = [HEADER, (*ROWS[0][:-1], "挂起"), ROWS[1]]
    name = give(visitor, "一.csv", gbk(rows))
    page = visitor.get(f"/give/{name}").text
    assert "完整 1 行，缺项 0 行，有错 1 行" in page
    assert '<label for="v0">挂起</label>' in page
    assert "完整 2 行，缺项 0 行，有错 0 行" in change(visitor, name, v0="处理中")
    again = visitor.get(f"/give/{give(visitor, '二.csv', gbk(rows))}").text
    assert "完整 2 行，缺项 0 行，有错 0 行" in again


def test_of_several_lists_in_a_workbook_one_is_chosen(visitor: Visitor) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book()))
    second = made.create_sheet("六月")
    for row in (HEADER, ROWS[0]):
        second.append(list(row))
    out = io.BytesIO()
    made.save(out)
    name = give(visitor, "一.xlsx", out.getvalue())
    assert "请选择一张" in visitor.get(f"/give/{name}").text
    assert "共 1 行：完整 1 行" in change(visitor, name, sheet="六月")
    assert "共 3 行" in change(visitor, name, sheet="Sheet")


def test_days_without_a_year_get_one(visitor: Visitor, store: Store) -> None:
    rows = [HEADER, ("WT9", "澄江纸业", "白屏", "高", "5月6日 9:00", "技术部", "李明", "处理中")]
    name = give(visitor, "一.csv", gbk(rows))
    assert 'name="year"' in visitor.get(f"/give/{name}").text
    assert "完整 1 行" in change(visitor, name, year="2024")
    take(visitor, name)
    (row,) = store.listed()
    (one,) = store.record(row.id).raw["rows"]  # type: ignore[union-attr]
    assert one["reported_at"] == "2024-05-06T09:00:00+08:00"


def test_a_register_of_ours_needs_no_matching(visitor: Visitor, store: Store) -> None:
    record = json.loads((SAMPLES / "issue-tracker" / "ordinary.json").read_text(encoding="utf-8"))
    name = give(visitor, "一.xlsx", paper("xlsx", record, "issue-tracker"))
    page = visitor.get(f"/give/{name}").text
    assert f"共 {len(record['rows'])} 行：完整 {len(record['rows'])} 行" in page
    assert '<select id="c0"' not in page
    take(visitor, name)
    (row,) = store.listed()
    rows = store.record(row.id).raw["rows"]  # type: ignore[union-attr]
    assert [one["problem"] for one in rows] == [one["problem"] for one in record["rows"]]


def test_a_form_that_none_of_the_columns_is_of_says_so(visitor: Visitor) -> None:
    name = give(visitor, "一.csv", gbk())
    page = visitor.get(f"/give/{name}").text
    for column in HEADER[:-1]:
        page = change(visitor, name, **{numbered(page, column): ""})
    page = change(visitor, name, **{numbered(page, HEADER[-1]): ""})
    assert "没有一列对上" in page
    assert "收下" not in page.partition('class="list-take"')[2]


def test_good_rows_go_into_a_register_once_and_wrong_ones_come_back(visitor: Visitor, store: Store) -> None:
    name = give(visitor, "一.xlsx", book())
    visitor.get(f"/give/{name}")
    assert "已收下 2 行" in take(visitor, name)
    (row,) = store.listed()
    raw = store.record(row.id).raw  # type: ignore[union-attr]
    assert (raw["as_of"], raw["compiled_by"]) == ("2024-05-28", "张敏")
    assert [one["issue_no"] for one in raw["rows"]] == ["WT1", "WT2"]
    again = take(visitor, name)
    assert "没有新的行，什么也没有收下。 2 行早已收下" in again
    assert "其中 2 行早已收下，不会重复。" in again

    left = visitor.get(f"/give/{name}/left?which=wrong&format=csv").content.decode("utf-8-sig")
    header, (*cells, why) = list(csv.reader(io.StringIO(left)))
    assert dict(zip(header, cells, strict=False))["反馈时间"] == "昨天"
    assert why.startswith("反馈时间：不是日期")
    workbook = openpyxl.load_workbook(io.BytesIO(visitor.get(f"/give/{name}/left?format=xlsx").content))
    assert [cell.value for cell in workbook.worksheets[0][1]] == header

    mended = give(visitor, "改好.csv", left.replace("昨天", "2024-05-08 08:00").encode("utf-8-sig"))
    assert "完整 1 行，缺项 0 行，有错 0 行" in visitor.get(f"/give/{mended}").text
    assert "已收下 1 行" in take(visitor, mended, register=row.id)
    raw = store.record(row.id).raw  # type: ignore[union-attr]
    assert [one["issue_no"] for one in raw["rows"]] == ["WT1", "WT2", "WT3"]
    assert len(store.listed()) == 1


def test_rows_of_a_known_number_that_say_otherwise_are_told_and_not_taken(visitor: Visitor, store: Store) -> None:
    first = give(visitor, "一.csv", gbk())
    visitor.get(f"/give/{first}")
    take(visitor, first)
    changed = [HEADER, ROWS[0], ("WT2", "远航科技", "发票税号有误", *ROWS[1][3:])]
    second = give(visitor, "二.csv", gbk(changed))
    page = visitor.get(f"/give/{second}").text
    assert "其中 1 行早已收下" in page
    assert "另有 1 行与台上的记录编号相同而内容不同" in page
    assert "没有收下：第 3 行" in take(visitor, second)
    assert len(store.listed()) == 1


def test_rows_without_a_number_that_say_the_same_are_taken_as_often_as_they_stand_there(
    visitor: Visitor, store: Store
) -> None:
    rows = [HEADER[1:], ROWS[0][1:], ROWS[0][1:]]
    for _ in range(2):
        name = give(visitor, "一.csv", gbk(rows))
        visitor.get(f"/give/{name}")
        take(visitor, name)
    (row,) = store.listed()
    assert len(store.record(row.id).raw["rows"]) == 2  # type: ignore[union-attr]


def test_rows_of_two_files_that_would_be_given_the_same_numbers_are_both_taken(visitor: Visitor, store: Store) -> None:
    for row in ROWS[:2]:
        name = give(visitor, "一.csv", gbk([HEADER, ("", *row[1:4], "2024-05-06 09:00", *row[5:])]))
        visitor.get(f"/give/{name}")
        assert "已收下 1 行" in take(visitor, name)
    raws = [store.record(row.id).raw["rows"] for row in store.listed()]  # type: ignore[union-attr]
    assert sorted(one["customer_name"] for rows in raws for one in rows) == ["澄江纸业", "远航科技"]


def test_a_register_has_no_more_rows_than_a_page_can_hold(visitor: Visitor, store: Store, monkeypatch: Any) -> None:
    monkeypatch.setattr(giving, "MOST_ON_PAGE", 1)
    name = give(visitor, "一.csv", gbk())
    assert "超过 1 行，页面上填不下" in visitor.get(f"/give/{name}").text
    assert "没有收下" in take(visitor, name)
    assert store.listed() == []


def test_the_good_rows_are_a_register_in_each_format(visitor: Visitor, store: Store) -> None:
    name = give(visitor, "一.csv", gbk())
    visitor.get(f"/give/{name}")
    for format, magic in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = visitor.get(f"/give/{name}/register?format={format}&lang=en")
        assert (answer.status_code, answer.content[: len(magic)]) == (200, magic)
    assert [line.action for line in store.log()] == ["take-unmasked"] * 3
    sheet = openpyxl.load_workbook(io.BytesIO(visitor.get(f"/give/{name}/register?format=xlsx").content)).worksheets[0]
    shown = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {"澄江纸业", "远航科技"} <= shown
    assert "华明贸易" not in shown


def test_a_list_that_is_too_long_is_read_in_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_ROWS", 2)
    path = tmp_path / "一.csv"
    path.write_bytes(gbk())
    found = listed(Setup(), str(path), HEADER, Wanted("issue-tracker"))
    assert [fault.code for fault in found.faults] == ["E-give-rows"]
    assert not (tmp_path / listing.ROWS).exists()


# --- a record each, a document each ---


def reports(count: int) -> bytes:
    """Return a list of sound closure reports and one with a gap."""

    lines = [json.dumps({**REPORT, "report_no": f"BG{n}"}, ensure_ascii=False) for n in range(count)]
    gap = {key: value for key, value in REPORT.items() if key != "result"} | {"report_no": "BG-gap"}
    return "\n".join([*lines, json.dumps(gap, ensure_ascii=False)]).encode()


def test_each_row_is_a_draft_those_with_gaps_too(visitor: Visitor, store: Store) -> None:
    name = give(visitor, "一.jsonl", reports(2))
    assert "共 3 行：完整 2 行，缺项 1 行，有错 0 行。" in change(visitor, name, form="closure-report")
    assert "已收下 3 行" in take(visitor, name)
    assert sorted(row.title.partition(" ")[0] for row in store.listed()) == ["BG-gap", "BG0", "BG1"]
    assert "没有新的行" in take(visitor, name)
    assert len(store.listed()) == 3


class Kept:
    """The processes of the run, which outlive this desk."""

    def __init__(self, workers: Workers) -> None:
        self.run = workers.run

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture
def staying(store: Store, workers: Workers) -> Iterator[Visitor]:
    """A visitor whose desk goes on between requests."""
    desk = Desk(Office(Setup()), store, Kept(workers))  # type: ignore[arg-type]
    client = TestClient(application(desk, Guard(frozenset({HOST}))), base_url=f"http://{HOST}", follow_redirects=False)
    with client:
        yield Visitor(client)


def test_each_sound_row_is_a_document_in_a_zip_that_is_fetched_once(
    staying: Visitor, tmp_path: Path, store: Store
) -> None:
    name = give(staying, "一.jsonl", reports(7))
    change(staying, name, form="closure-report")
    page = staying.send("POST", f"/give/{name}/documents", b"docx=on&lang=zh-Hans&mask=on").text
    assert "已做好 0 份，共 7 份" in page
    for _ in range(120):
        page = staying.get(f"/give/{name}/progress").text
        if "hx-trigger" not in page:
            break
        time.sleep(0.5)
    assert "做好了，共 7 个文件" in page
    archive = zipfile.ZipFile(io.BytesIO(staying.get(f"/give/{name}/file").content))
    assert sorted(archive.namelist()) == [f"closure-report-BG{n}.docx" for n in range(7)]
    assert staying.get(f"/give/{name}/file").status_code == 404
    assert "压缩包已取走" in staying.get(f"/give/{name}/progress").text
    assert list((tmp_path / "data").rglob("*.zip")) == []
    assert (store.log()[0].action, store.log()[0].detail) == ("take", "7 docx")
    assert staying.send("POST", f"/give/{name}/drop").headers["hx-redirect"] == "/give"
    assert staying.get(f"/give/{name}").status_code == 404
