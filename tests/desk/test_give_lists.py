"""Lists given to the desk: matched, judged by row and cell, taken in, made into documents."""

import csv
import io
import json
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from generator.desk.giving import listing
from generator.desk.giving.listing import listed
from generator.desk.giving.matching import Wanted
from generator.desk.office import Setup
from generator.desk.store import Store
from generator.desk.web import giving
from tests.desk.conftest import Visitor
from tests.desk.given import HEADER, REPORT, ROWS, SAMPLES, book, change, chosen, gbk, give, numbered, paper, take

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
