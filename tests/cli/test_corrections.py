"""Corrections: what a corrected or void document says, and what a case holds of the documents that were given out."""

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.cli.test_case import CHECKLIST, CLOSURE, NOTICE, REQUEST

SAMPLES = Path(__file__).parents[2] / "samples"
REPORT: dict[str, Any] = {
    **CLOSURE,
    "issue_no": "WT1",
    "customer_name": "甲公司",
    "problem_summary": "订单迟到",
    "reported_at": "2024-03-04 09:25",
    "log": [
        {"time": "2024-03-04 09:30", "handler": "林悦", "content": "回电"},
        {"time": "2024-03-05 10:00", "handler": "何川", "content": "改正配置"},
    ],
}


def changed(**values: Any) -> dict[str, Any]:
    return {**copy.deepcopy(REPORT), **values}


def paragraphs(path: Path) -> list[str]:
    return [paragraph.text for paragraph in Document(str(path)).paragraphs if paragraph.text]


@pytest.fixture
def corrected(cli: Any, save: Any) -> Callable[..., Any]:
    """Render a record as a correction of another one."""

    def render(now: Any, before: Any, *options: str) -> Any:
        save("now.json", now)
        save("before.json", before)
        words = ("render", "closure-report", "now.json", "-o", "out", "-f", "docx", "--revision", "2")
        return cli(*words, "--reason", "内容有误", "--former", "before.json", *options)

    return render


def test_a_correction_says_at_its_head_which_it_is_why_and_what_was_changed(corrected: Any) -> None:
    now = changed(
        result="已恢复，监测正常",
        closed_at="2024-03-08 17:30",
        log=[REPORT["log"][0], {"time": "2024-03-04 15:00", "content": "定位原因"}, REPORT["log"][1]],
    )
    done = corrected(now, REPORT)
    assert (done.code, done.names) == (0, ["closure-report-BG1-r2.docx"])
    said = paragraphs(done.paths[0])
    assert said[0] == "问题处理总结报告（更正）"
    assert said[1] == "第 2 次更正。本件取代此前发出的同一文件，以本件为准。原因：内容有误。"
    assert said[2:6] == [
        "关闭时间由“2024-03-08 16:00”更正为“2024-03-08 17:30”",
        "处理时长由“4 天 6 小时 35 分钟”更正为“4 天 8 小时 5 分钟”",
        "处理过程第 2 行由“（空）”更正为“2024-03-04 15:00；定位原因”",
        "处理结果由“已恢复”更正为“已恢复，监测正常”",
    ]


def test_a_row_that_was_taken_out_or_changed_is_told_by_its_number(corrected: Any) -> None:
    rows = REPORT["log"]
    said = paragraphs(corrected(changed(log=[rows[1]]), REPORT).paths[0])
    assert "处理过程第 1 行由“2024-03-04 09:30；林悦；回电”更正为“（空）”" in said
    said = paragraphs(corrected(changed(log=[rows[0], {**rows[1], "content": "修复"}]), REPORT, "--force").paths[0])
    assert "处理过程第 2 行 · 内容由“改正配置”更正为“修复”" in said
    assert sum("更正为“" in line for line in said) == 1


def test_a_correction_in_english_and_one_without_the_former_document(corrected: Any, cli: Any) -> None:
    said = paragraphs(corrected(changed(result="Restored."), REPORT, "--lang", "en").paths[0])
    assert said[:2] == [
        "Issue closure report (corrected)",
        "Correction no. 2. This document replaces the one given out before; only this one counts. Reason: 内容有误.",
    ]
    assert "Result was “已恢复” and is now “Restored.”" in said
    words = ("render", "closure-report", "now.json", "-o", "二.docx", "--revision", "1", "--reason", "错字。")
    said = paragraphs(cli(*words).paths[0])
    assert said[1].endswith("原因：错字。")
    assert not any("更正为“" in line for line in said)


TRACKED = [
    {"issue_no": "WT-1", "customer_name": "甲", "problem": "登录失败", "severity": "high", "status": "处理中"},
    {"issue_no": "WT-2", "customer_name": "乙", "problem": "退款未到", "severity": "low", "status": "处理中"},
    {"issue_no": "WT-3", "customer_name": "丙", "problem": "发票有误", "severity": "low", "status": "处理中"},
]
for _row in TRACKED:
    _row["reported_at"] = "2024-05-06 09:00"


@pytest.fixture
def register(cli: Any, save: Any) -> Callable[..., list[str]]:
    """Render a register as a correction of another one; return what is said of the changes."""

    def render(form: str, now: Any, before: Any, *options: str) -> list[str]:
        save("now.json", now)
        save("before.json", before)
        words = ("render", form, "now.json", "-o", "改.docx", "--force", "--revision", "1", "--reason", "漏登")
        done = cli(*words, "--former", "before.json", *options)
        assert done.code == 0, done.err
        return [line for line in paragraphs(Path("改.docx")) if "更正为" in line or "另有" in line or " was " in line]

    return render


def test_a_register_tells_rows_by_number_with_the_columns_that_changed(register: Any) -> None:
    now = [
        {**TRACKED[0], "owner": "陈静", "problem": "无法登录"},
        TRACKED[1],
        TRACKED[2],
    ]
    assert register(
        "issue-tracker", {"as_of": "2024-05-07", "rows": now}, {"as_of": "2024-05-06", "rows": TRACKED}
    ) == [
        "统计日期由“2024-05-06”更正为“2024-05-07”",
        "问题清单第 1 行 · 问题描述由“登录失败”更正为“无法登录”",
        "问题清单第 1 行 · 负责人由“（空）”更正为“陈静”",
    ]


def test_a_row_of_a_register_that_was_put_in_or_taken_out_moves_no_other(register: Any) -> None:
    new = {**TRACKED[0], "issue_no": "WT-0", "problem": "断网"}
    said = register("issue-tracker", [new, *TRACKED], TRACKED)
    assert said == ["问题清单第 1 行由“（空）”更正为“WT-0；甲；断网；高；2024-05-06 09:00；处理中”"]
    said = register("issue-tracker", TRACKED[1:], TRACKED)
    assert said == ["问题清单第 1 行由“WT-1；甲；登录失败；高；2024-05-06 09:00；处理中”更正为“（空）”"]
    said = register("issue-tracker", [TRACKED[0], {**TRACKED[2], "owner": "陈静"}], TRACKED)
    assert [line.partition("由“")[0] for line in said] == ["问题清单第 2 行", "问题清单第 2 行 · 负责人"]


def test_numbers_that_only_count_the_rows_are_no_correction(register: Any) -> None:
    names = [{"attendee": name, "attendee_department": "热线", "position": "坐席"} for name in ("刘洋", "王强", "赵倩")]
    said = register("training-signin", names, names[1:])
    assert said == ["签到人员第 1 行由“（空）”更正为“1；刘洋；热线；坐席”"]


def test_of_very_many_corrections_a_hundred_are_told_and_the_rest_counted(register: Any) -> None:
    rows = [{**TRACKED[0], "issue_no": f"WT-{n}"} for n in range(130)]
    said = register("issue-tracker", [{**row, "owner": "陈静"} for row in rows], rows)
    assert len(said) == 101
    assert said[-1] == "另有 30 处更正，见各行"


def test_a_register_of_more_rows_than_can_be_compared_is_refused(
    cli: Any, save: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.cli.revisions.COMPARED", 2)
    save("now.json", TRACKED)
    words = ("render", "issue-tracker", "now.json", "-o", "改.docx", "--revision", "1", "--reason", "漏登")
    done = cli(*words, "--former", "now.json")
    assert (done.code, done.codes) == (2, ["E-revision-table"])
    assert "2 行" in done.err
    save("before.json", TRACKED[:2])
    assert cli(*words, "--former", "before.json").code == 0


def test_what_is_masked_on_the_page_is_masked_in_what_was_changed(cli: Any, save: Any) -> None:
    visit = json.loads((SAMPLES / "return-visit" / "ordinary.json").read_text(encoding="utf-8"))
    basic = visit["回访对象"]
    for name, phone in (("一.json", "13800001234"), ("二.json", "13900005678")):
        save(name, {**visit, "回访对象": {**basic, "联系电话": phone}})
    words = ("render", "return-visit", "二.json", "-o", "改.docx", "--mask", "--revision", "1", "--reason", "号码有误")
    assert cli(*words, "--former", "一.json").code == 0
    assert "回访对象 · 联系电话由“138****1234”更正为“139****5678”" in paragraphs(Path("改.docx"))


def test_a_printed_correction_comes_back_as_its_record(corrected: Any, cli: Any) -> None:
    now = changed(result="已恢复，监测正常", closed_at="2024-03-08 17:30")
    for format in ("docx", "xlsx"):
        done = corrected(now, REPORT, "-f", format, "--no-mask")
        read = cli("read", done.paths[0], "--force")
        assert "2024-03-08T17:30" in read.out
        assert "更正为" not in read.out


def test_what_is_void_says_so(cli: Any, save: Any) -> None:
    save("now.json", REPORT)
    done = cli("render", "closure-report", "now.json", "-o", "out", "-f", "docx", "--void", "--reason", "重复发出")
    assert done.names == ["closure-report-BG1-void.docx"]
    assert paragraphs(done.paths[0])[:2] == [
        "问题处理总结报告（作废）",
        "作废。本件不再有效，请勿据此办理。原因：重复发出。",
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--revision", "1"), "E-revision-reason"),
        (("--revision", "1", "--reason", " "), "E-revision-reason"),
        (("--void",), "E-revision-reason"),
        (("--revision", "0", "--reason", "错字"), "E-revision"),
        (("--revision", "1", "--void", "--reason", "错字"), "E-revision"),
        (("--reason", "错字"), "E-revision-alone"),
        (("--former", "now.json"), "E-revision-alone"),
    ],
)
def test_options_that_do_not_go_together_are_refused(cli: Any, save: Any, options: tuple[str, ...], code: str) -> None:
    save("now.json", REPORT)
    done = cli("render", "closure-report", "now.json", "-o", "out", *options)
    assert (done.code, done.codes) == (2, [code])
    assert not Path("out").exists()


# --- given out from a case --------------------------------------------------------------------------------------------


@pytest.fixture
def issued(cli: Any, save: Any) -> Callable[..., Any]:
    """Begin a case with a closing report, and give that out."""
    for number, (form, record) in enumerate(
        [("service-request", REQUEST), ("troubleshooting-checklist", CHECKLIST), ("progress-notice", NOTICE)]
    ):
        save(f"{number}.json", record)
        cli("case", "add", "case.json", form, f"{number}.json")
    save("report.json", CLOSURE)
    assert cli("case", "add", "case.json", "closure-report", "report.json").code == 0

    def issue(*options: str, form: str = "closure-report") -> Any:
        return cli("case", "issue", "case.json", form, "-o", "out", "-f", "docx", *options)

    return issue


def held() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Path("case.json").read_text(encoding="utf-8")).get("issued", [])
    return found


def test_what_is_given_out_is_in_the_case_with_its_moment_and_its_sum(issued: Any, cli: Any) -> None:
    done = issued()
    assert (done.code, done.names) == (0, ["closure-report-BG1.docx"])
    (given,) = held()
    assert (given["form"], given["reference"], given["records"], given["lang"]) == (
        "closure-report",
        "BG1",
        4,
        "zh-Hans",
    )
    assert given["at"].endswith("+08:00")
    digest = hashlib.sha256(Path("out/closure-report-BG1.docx").read_bytes()).hexdigest()
    assert given["files"] == [{"name": "closure-report-BG1.docx", "sha256": digest}]
    assert digest in cli("case", "show", "case.json").out


def test_the_same_again_is_no_correction_and_what_differs_is_one_that_needs_a_reason(
    issued: Any, cli: Any, save: Any
) -> None:
    issued()
    again = issued("--lang", "en")
    assert (again.code, again.names) == (0, ["closure-report-BG1.en.docx"])
    save("report.json", {**CLOSURE, "result": "全部恢复"})
    cli("case", "add", "case.json", "closure-report", "report.json")
    refused = issued()
    assert (refused.code, refused.codes, len(held())) == (2, ["E-revision-reason"], 2)
    done = issued("--reason", "结果写漏")
    assert (done.code, done.names) == (0, ["closure-report-BG1-r1.docx"])
    assert [line for line in paragraphs(done.paths[0]) if "更正为" in line] == ["处理结果由“已恢复”更正为“全部恢复”"]
    assert [given.get("revision") for given in held()] == [None, None, 1]
    once_more = issued("--force")
    assert (once_more.code, once_more.names) == (0, ["closure-report-BG1-r1.docx"])
    save("report.json", {**CLOSURE, "result": "全部恢复", "prevention": "三人核对"})
    cli("case", "add", "case.json", "closure-report", "report.json")
    second = issued("--reason", "措施有改动")
    assert second.names == ["closure-report-BG1-r2.docx"]
    assert [line for line in paragraphs(second.paths[0]) if "更正为" in line] == [
        "预防措施由“双人核对”更正为“三人核对”"
    ]
    shown = cli("case", "show", "case.json").out
    assert "第 2 次更正  措施有改动" in shown


def test_what_was_learnt_later_by_other_papers_is_no_correction(issued: Any, cli: Any, save: Any) -> None:
    issued()
    visit = {
        "visit": {"visitor": "林悦", "visited_at": "2024-03-11 10:00"},
        "outcome": {"问题是否彻底解决": "是", "follow_up": "列入名单"},
    }
    save("visit.json", visit)
    assert cli("case", "add", "case.json", "return-visit", "visit.json").code == 0
    assert issued("--force").code == 0
    assert [given.get("revision") for given in held()] == [None, None]


def test_a_document_of_a_case_is_declared_void(issued: Any, cli: Any) -> None:
    issued()
    words = ("case", "void", "case.json", "1", "-o", "out", "-f", "docx")
    assert cli(*words).codes == ["E-revision-reason"]
    done = cli(*words, "--reason", "重复发出")
    assert (done.code, done.names) == (0, ["closure-report-BG1-void.docx"])
    assert paragraphs(done.paths[0])[0] == "问题处理总结报告（作废）"
    assert (held()[1]["voids"], held()[1]["reason"]) == (1, "重复发出")
    for number in ("0", "1", "2", "3"):
        refused = cli("case", "void", "case.json", number, "-o", "out", "--reason", "再次")
        assert (refused.code, refused.codes) == (2, ["E-issue-void"])
    assert "第 1 件作废" in cli("case", "show", "case.json").out


def test_a_document_that_cannot_be_made_leaves_the_case_as_it_was(issued: Any, cli: Any) -> None:
    before = Path("case.json").read_bytes()
    assert issued(form="delay-notice").code == 1
    assert issued().code == 0
    noted = Path("case.json").read_bytes()
    exists = issued()
    assert (exists.code, exists.codes) == (2, ["E-exists"])
    assert before != noted == Path("case.json").read_bytes()


def test_a_second_notice_is_another_document_and_corrects_none(issued: Any, cli: Any, save: Any) -> None:
    assert issued(form="progress-notice").names == ["progress-notice-WT20240304-01.docx"]
    save("notice.json", {"progress_made": "已修正", "expected_at": "2024-03-06"})
    assert cli("case", "add", "case.json", "progress-notice", "notice.json").code == 0
    second = issued(form="progress-notice")
    assert (second.code, second.names) == (0, ["progress-notice-WT20240304-01-2.docx"])
    assert not any("更正" in line for line in paragraphs(second.paths[0]))
    assert issued("--force", form="progress-notice").names == ["progress-notice-WT20240304-01-2.docx"]  # the same
    assert [given.get("revision") for given in held()] == [None, None, None]


def test_a_notice_that_was_wrong_is_corrected_with_a_reason(issued: Any, cli: Any, save: Any) -> None:
    issued(form="progress-notice")
    save("notice.json", {"progress_made": "已修正", "expected_at": "2024-03-06"})
    cli("case", "add", "case.json", "progress-notice", "notice.json")
    done = issued("--reason", "日期写错", form="progress-notice")
    assert done.names == ["progress-notice-WT20240304-01-r1.docx"]
    assert [given.get("revision") for given in held()] == [None, 1]


def test_a_second_report_is_given_out_as_another_document_where_one_says_so(issued: Any, cli: Any, save: Any) -> None:
    issued()
    save("report.json", {**CLOSURE, "result": "全部恢复"})
    cli("case", "add", "case.json", "closure-report", "report.json")
    assert issued().codes == ["E-revision-reason"]
    assert issued("--new").names == ["closure-report-BG1-2.docx"]


def test_a_dry_run_gives_nothing_out_and_notes_nothing(issued: Any, cli: Any) -> None:
    before = Path("case.json").read_bytes()
    planned = issued("--dry-run")
    assert (planned.code, planned.names) == (0, ["closure-report-BG1.docx"])
    assert not Path("out").exists()
    assert Path("case.json").read_bytes() == before
    assert issued().names == planned.names
    noted = Path("case.json").read_bytes()
    words = ("case", "void", "case.json", "1", "-o", "out", "-f", "docx", "--reason", "重复发出", "--dry-run")
    assert cli(*words).names == ["closure-report-BG1-void.docx"]
    assert Path("case.json").read_bytes() == noted
