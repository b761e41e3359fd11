"""Cases on the page, walked from intake to return visit by the samples: what is known, due, and next."""

import json
from typing import Any

import pytest

from generator.desk.store import Store
from generator.desk.store import cases as stored
from tests.desk import case_walk
from tests.desk.case_walk import CATALOGUE, DAY, FORMS, ROOT, begin, due_of, last_of, main_buttons, post, shown
from tests.desk.conftest import Visitor

walk = case_walk.walk


# --- what comes next ---


@pytest.mark.parametrize(
    ("count", "then"),
    [
        (1, "客户排查表"),
        (2, "根因分析表单"),
        (3, "问题处理方案确认书"),
        (4, "问题处理总结报告"),
        (6, "问题处理总结报告"),
        (7, "问题回访记录表"),
        (8, "服务档案登记表"),
    ],
)
def test_the_page_names_the_document_that_comes_next(visitor: Visitor, walk: Any, count: int, then: str) -> None:
    case, _ = walk(count)
    assert main_buttons(visitor.get(f"/cases/{case}").text) == [then]


def test_of_what_comes_next_it_says_what_nobody_has_told_yet(visitor: Visitor, walk: Any) -> None:
    case, _ = walk(6)
    said = shown(visitor.get(f"/cases/{case}").text, "next")
    assert "案卷里还不知道：报告编号、处理结果、预防措施、关闭时间" in said
    assert "需要时： 处理进度告知函" in said


def test_an_empty_case_begins_with_an_intake_form(visitor: Visitor) -> None:
    page = visitor.get(f"/cases/{begin(visitor, '电话投诉')}").text
    assert "电话投诉" in page
    assert "填写服务请求登记表" in shown(page, "next")
    assert "客户排查表" not in shown(page, "next").partition("别的表单")[0]


def test_every_form_that_may_come_next_is_in_the_catalogue() -> None:
    folder = ROOT / "schemas" / "statistics"
    steps = json.loads((folder / "next.json").read_text(encoding="utf-8"))["steps"]
    named = {name for step in steps for name in (step["form"], *step.get("after", ()), *step.get("unless", ()))}
    named |= set(json.loads((folder / "ledger.json").read_text(encoding="utf-8"))["single"])
    assert {name for name in named if CATALOGUE.find(name) is None} == set()


# --- nothing is typed twice ---


def test_a_record_begun_within_a_case_holds_what_the_case_knows(visitor: Visitor, store: Store, walk: Any) -> None:
    case, _ = walk(6)
    name = last_of(post(visitor, f"/cases/{case}/records", form="closure-report"))
    row = store.record(name)
    assert row is not None
    assert (row.case_id, row.position, row.title) == (case, 7, "WT20240910-02 · 澄江纸业有限公司")
    assert (row.raw["issue_no"], row.raw["priority"]) == ("WT20240910-02", "P1")
    assert [entry["time"][5:16] for entry in row.raw["log"]][:3] == ["09-10T09:25", "09-10T09:33", "09-10T09:42"]
    assert f'href="/cases/{case}"' in visitor.get(f"/records/{name}").text


def test_the_page_says_what_is_known_and_which_paper_told_it_first(visitor: Visitor, walk: Any) -> None:
    case, names = walk(8)
    page = visitor.get(f"/cases/{case}").text
    known = shown(page, "known")
    assert "问题编号 WT20240910-02 服务请求登记表" in known
    assert "优先级 P1" in known
    assert "关闭时间 2024-09-12 16:30 问题处理总结报告" in known
    papers = shown(page, "papers")
    assert [papers.index(CATALOGUE.form(form).title("zh-Hans")) for form in FORMS] == sorted(
        papers.index(CATALOGUE.form(form).title("zh-Hans")) for form in FORMS
    )
    assert all(f'href="/records/{name}"' in page for name in names)
    assert papers.count("齐全") == 8


def test_what_a_paper_lacks_or_says_otherwise_stands_beside_it(visitor: Visitor, store: Store, walk: Any) -> None:
    case, names = walk(3)
    row = store.record(names[2])
    assert row is not None
    visitor.save(names[2], {**row.raw, "analysis_no": ""}, row.revision)
    name = last_of(post(visitor, f"/cases/{case}/records", form="closure-report"))
    row = store.record(name)
    assert row is not None
    visitor.save(name, {**row.raw, "customer_name": "澄江纸业", "closed_at": "昨天"}, 1)
    papers = shown(visitor.get(f"/cases/{case}").text, "papers")
    assert "根因分析表单 WT20240910-02" in papers
    assert "缺 1 项： 分析编号" in papers
    assert "1 处要改" in papers
    assert "与其他材料不一致：客户名称" in papers


def test_a_record_of_the_desk_is_put_into_a_case_and_its_gaps_are_filled(
    visitor: Visitor, store: Store, walk: Any
) -> None:
    case, _ = walk(3)
    loose = visitor.begin("progress-notice", {"progress_made": "正在修复"})
    visitor.save(loose, {"progress_made": "正在修复。"})
    assert loose in visitor.get(f"/cases/{case}").text
    answer = visitor.send("PUT", f"/cases/{case}/records/{loose}")
    assert answer.status_code == 204
    row = store.record(loose)
    assert row is not None
    assert (row.case_id, row.position) == (case, 4)
    assert row.raw["issue_no"] == "WT20240910-02"
    assert row.raw["progress_made"] == "正在修复。"
    assert visitor.send("DELETE", f"/cases/{case}/records/{loose}").status_code == 204
    assert store.record(loose).case_id is None  # type: ignore[union-attr]


def test_a_record_that_is_in_a_case_isnt_put_into_another(visitor: Visitor, store: Store, walk: Any) -> None:
    case, names = walk(1)
    visitor.send("PUT", f"/cases/{begin(visitor)}/records/{names[0]}")
    assert store.record(names[0]).case_id == case  # type: ignore[union-attr]


# --- what is due ---


@pytest.mark.parametrize(
    ("count", "due"),
    [
        (1, []),
        (4, ["2024-09-11 今天 催请客户答复方案"]),
        (
            5,  # notice of 10 September, 17:30, and 24 hours later
            [
                "2024-09-11 今天 催请客户答复方案",
                "2024-09-11 17:30 今天 告知处理进度",
                "2024-09-12 16:00 1 天后 按答应的时间完成",
            ],
        ),
        (
            6,  # notice of 11 September, 17:10
            [
                "2024-09-11 今天 催请客户答复方案",
                "2024-09-12 16:00 1 天后 按答应的时间完成",
                "2024-09-12 17:10 1 天后 告知处理进度",
            ],
        ),
        (7, ["2024-09-18 7 天后 回访客户"]),  # closed Thursday the 12th: 13, 14 (worked for the holiday), 18
        (8, []),
    ],
)
def test_what_is_due_of_a_case_by_its_steps(
    visitor: Visitor, walk: Any, monkeypatch: pytest.MonkeyPatch, count: int, due: list[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY["2024-09-11"])
    case, _ = walk(count)
    assert due_of(visitor, case) == due


def test_a_draft_settles_nothing_until_it_is_final(
    visitor: Visitor, store: Store, walk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY["2024-09-13"])
    case, names = walk(7, final=False)
    assert due_of(visitor, case) == [
        "2024-09-11 逾期 2 天 催请客户答复方案",
        "2024-09-12 16:00 逾期 1 天 按答应的时间完成",
        "2024-09-12 17:10 逾期 1 天 告知处理进度",
        "2024-09-18 5 天后 回访客户",
    ]
    assert visitor.send("POST", f"/records/{names[6]}/final", {"base": 2}).status_code == 200
    assert due_of(visitor, case) == ["2024-09-18 5 天后 回访客户"]


def test_what_was_given_out_is_done_with_as_what_is_final_is(
    visitor: Visitor, walk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY["2024-09-13"])
    case, _ = walk(7, final=False)
    assert post(visitor, f"/cases/{case}/issues", form="closure-report", formats="docx").status_code == 204
    assert due_of(visitor, case) == ["2024-09-18 5 天后 回访客户"]


# --- the list of cases ---


def test_cases_are_found_by_name_and_by_the_numbers_of_their_papers(visitor: Visitor, walk: Any) -> None:
    case, _ = walk(3)
    begin(visitor, "另一宗")
    home = visitor.get("/cases").text
    assert "另一宗" in home
    assert case in home
    found = post(visitor, "/cases/search", words="GY20240910").text
    assert case in found
    assert "另一宗" not in found
    assert "没有找到" in post(visitor, "/cases/search", words="没有的").text


def test_a_case_is_given_another_name(visitor: Visitor) -> None:
    case = begin(visitor)
    assert post(visitor, f"/cases/{case}/title", title="同步延迟").status_code == 204
    assert "同步延迟" in visitor.get("/cases").text


def test_a_case_that_isnt_there_is_said_to_be_missing(visitor: Visitor) -> None:
    assert visitor.get("/cases/none").status_code == 404
    assert visitor.get("/cases/none/file").status_code == 404
    assert post(visitor, "/cases/none/records", form="closure-report").status_code == 404
    assert post(visitor, "/cases/none/issues", form="closure-report").status_code == 404


def test_two_papers_of_one_number_are_both_final(walk: Any, store: Store) -> None:
    case, names = walk(6)
    notices = [row for row in stored.papers(store, case) if row.id in names[4:6]]
    assert [(row.status, row.number) for row in notices] == [("final", "WT20240910-02")] * 2
