"""The loop of a case, walked through the command line: every step adds what it alone knows, and prints the rest too."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cli import conftest as commands

from generator.api import make_job
from generator.case import Case, load_case
from generator.catalogue import Catalogue
from generator.catalogue.logs import log_tables
from generator.errors import Place
from generator.record import value_at
from generator.rules import load_policy

cli, text_in = commands.cli, commands.text_in

ROOT = Path(__file__).parents[1]
STEPS = sorted((ROOT / "samples" / "case").glob("*.json"))
FORMS = [step.stem.partition("-")[2] for step in STEPS]

ISSUE, CUSTOMER = "WT20240910-02", "澄江纸业有限公司"
PROBLEM = "订货平台的订单迟迟不到仓储系统，最长相差五十五分钟"
CAUSE = "新版本在写入订单时锁住整张库存表，八个同步任务互相等待"
SOLUTION = "修正订单写入方式，只锁住相关商品的库存记录"
IMPACT = "三个仓库，当日待发订单约 420 笔"
MEASURE = "暂停白天的报表任务；急单由客服专员每半小时导出一次，送仓库人工录入。"

TOLD_BEFORE = {
    "02-troubleshooting-checklist": ["C20220315012", "13900005678", IMPACT],
    "04-solution-confirmation": [ISSUE, CUSTOMER, PROBLEM],
    "05-progress-notice": [ISSUE, CUSTOMER, PROBLEM],
    "06-progress-notice": [ISSUE, CUSTOMER, PROBLEM, "2024年9月12日 16:00", "林悦", "400-000-5678 转 816"],
    "07-closure-report": [ISSUE, CUSTOMER, PROBLEM, "P1", "2024-09-10 09:25", CAUSE, MEASURE, SOLUTION],
    "08-return-visit": [ISSUE, CUSTOMER, PROBLEM, "2024-09-12 16:30"],
    "09-incident-review": [PROBLEM, CAUSE, IMPACT],
    "11-monthly-summary": [CUSTOMER],
}
"""What the document of a step shows though its own record doesn't hold it: an earlier one does."""

WORKED_OUT = {
    "01-service-request": ["2024-09-10 11:25"],
    "02-troubleshooting-checklist": ["2024-09-10 13:40"],
    "05-progress-notice": ["2024年9月11日 17:30"],
    "06-progress-notice": ["2024年9月12日 17:10"],
    "07-closure-report": ["8 分钟", "55 小时 5 分钟", "2024-09-18"],
    "08-return-visit": ["2024-09-18"],
    "09-incident-review": ["50 小时 25 分钟", "2024-09-13 11:05"],
    "10-archive-register": ["2034-09-13"],
    "11-monthly-summary": ["75%", "85.7%"],
}
"""What the rules give, from values of the step and of earlier ones; Mid-Autumn holidays move the follow-up call."""

OWN = {
    "01-service-request": "FW20240910-002",
    "02-troubleshooting-checklist": "SYNC-2107 等待锁超时",
    "03-root-cause": CAUSE,
    "04-solution-confirmation": "免收贵公司 9 月份同步服务费",
    "05-progress-notice": "客服函〔2024〕36号",
    "06-progress-notice": "客服函〔2024〕37号",
    "07-closure-report": "同步延迟恢复到十秒以内",
    "08-return-visit": "希望今后升级前两日告知升级时间",
    "09-incident-review": "SJ20240910-01",
    "10-archive-register": "澄江纸业订单同步延迟问题处理卷",
    "11-monthly-summary": "升级前两个工作日致电客户",
}
"""What the record of a step itself says."""

OTHER_FORMATS = [
    ("02-troubleshooting-checklist", "xlsx"),
    ("04-solution-confirmation", "pdf"),
    ("06-progress-notice", "pdf"),
    ("07-closure-report", "pdf"),
    ("07-closure-report", "xlsx"),
    ("08-return-visit", "pdf"),
    ("09-incident-review", "xlsx"),
    ("10-archive-register", "xlsx"),
]


def closed_up(text: str) -> str:
    """Return a text without the breaks and spaces that a page puts into it."""
    return "".join(text.split())


def number_of(step: str) -> int:
    return int(step[:2])


@pytest.fixture
def walk(cli: Any) -> Callable[[int], str]:
    """Add the first records of the loop to a new case; return the name of its file."""

    def added(count: int) -> str:
        for form, step in list(zip(FORMS, STEPS, strict=True))[:count]:
            done = cli("case", "add", "案卷.json", form, step)
            assert (done.code, done.err, done.out) == (0, "", "案卷.json\n")
        return "案卷.json"

    return added


@pytest.fixture
def printed(cli: Any, walk: Any, text_in: Any) -> Callable[..., str]:
    """Walk up to a step and print its form from the case; return the text of the document."""

    def render(step: str, format: str = "docx", *options: str) -> str:
        case = walk(number_of(step))
        done = cli("render", FORMS[number_of(step) - 1], case, "-o", f"out.{format}", *options)
        assert (done.code, done.err) == (0, "")
        return closed_up(text_in(Path(f"out.{format}")))

    return render


def test_the_samples_are_the_steps_of_the_loop_in_their_order() -> None:
    assert [step.stem for step in STEPS] == [
        "01-service-request",
        "02-troubleshooting-checklist",
        "03-root-cause",
        "04-solution-confirmation",
        "05-progress-notice",
        "06-progress-notice",
        "07-closure-report",
        "08-return-visit",
        "09-incident-review",
        "10-archive-register",
        "11-monthly-summary",
    ]


@pytest.mark.parametrize("step", [step.stem for step in STEPS])
def test_a_step_prints_its_own_record_and_what_the_earlier_ones_told(printed: Any, step: str) -> None:
    text = printed(step)
    for shown in [OWN[step], *TOLD_BEFORE.get(step, []), *WORKED_OUT.get(step, [])]:
        assert closed_up(shown) in text


@pytest.mark.parametrize(("step", "format"), OTHER_FORMATS)
def test_the_other_formats_show_the_same(printed: Any, step: str, format: str) -> None:
    text = printed(step, format)
    for shown in [OWN[step], *TOLD_BEFORE.get(step, []), *WORKED_OUT.get(step, [])]:
        assert closed_up(shown) in text


@pytest.mark.parametrize("step", sorted(TOLD_BEFORE))
def test_what_is_printed_from_earlier_steps_does_not_stand_in_the_record_of_the_step(step: str) -> None:
    own = STEPS[number_of(step) - 1].read_text(encoding="utf-8")
    for value in TOLD_BEFORE[step]:
        assert f'"{value}"' not in own
    for title in ("客户编号", "客户名称", "问题概述", "反馈时间", "根本原因", "临时措施"):
        assert f'"{title}": "' not in own


@pytest.mark.parametrize("step", [step.stem for step in STEPS])
def test_no_step_says_what_the_case_would_have_filled_in(walk: Any, step: str) -> None:
    number = number_of(step)
    form = make_job(FORMS[number - 1]).form
    case = load_case(Path(walk(number - 1)), Catalogue(), load_policy())
    step_file = STEPS[number - 1]
    record = case.read(form, json.loads(step_file.read_text(encoding="utf-8")), Place(step_file.name))
    known = case.fill(form, {})
    typed_twice = [
        field.pointer
        for field in (form.rows if form.is_table else form.root).walk()
        if field.shape != "section" and "x-from-log" not in field.schema
        if value_at(known, field.pointer) is not None
        if value_at(record, field.pointer) is not None
    ]
    assert typed_twice == []


@pytest.mark.parametrize("step", [step.stem for step in STEPS])
def test_no_step_enters_into_a_log_what_an_earlier_record_tells(walk: Any, step: str) -> None:
    number = number_of(step)
    form = make_job(FORMS[number - 1]).form
    case = load_case(Path(walk(number - 1)), Catalogue(), load_policy())
    told = {entry.texts["at"] for entry in case.log()}
    record = case.read(form, json.loads(STEPS[number - 1].read_text(encoding="utf-8")), Place(step))
    rows = [row for table in log_tables(form) for row in record[table.spec.key]]
    assert [row["time"] for row in rows if row["time"] in told] == []


def test_the_log_of_the_case_is_in_the_closing_report_in_order_and_once(walk: Any) -> None:
    case = load_case(Path(walk(7)), Catalogue(), load_policy())
    rows = case.content(make_job("closure-report").form)["log"]
    assert [(row["time"][5:16], row.get("stage"), row.get("handler")) for row in rows] == [
        ("09-10T09:25", "受理登记", "林悦"),
        ("09-10T09:33", "客户沟通", None),
        ("09-10T09:42", "核实客户信息", "林悦"),
        ("09-10T09:50", "明确问题描述", "林悦"),
        ("09-10T09:55", "优先级评估", "何川"),
        ("09-10T10:40", "复现验证", "何川"),
        ("09-10T11:05", "日志与证据收集", "何川"),
        ("09-10T11:20", "临时处理", "技术支持组 何川"),
        ("09-10T11:30", "原因定位", "何川"),
        ("09-10T11:40", "客户沟通", None),
        ("09-10T15:10", "原因定位", "技术部 顾远"),
        ("09-10T17:30", "进度告知", "林悦"),
        ("09-11T10:15", "方案确认", "客服经理 许宁"),
        ("09-11T17:10", "进度告知", None),
        ("09-12T10:30", "方案执行", "技术部 顾远"),
        ("09-12T16:30", "验证关闭", "客服 林悦"),
    ]


def test_the_review_takes_the_same_log_and_what_the_closing_report_added(walk: Any) -> None:
    case = load_case(Path(walk(9)), Catalogue(), load_policy())
    events = {row["time"][5:16]: row["event"] for row in case.content(make_job("incident-review").form)["timeline"]}
    assert events["09-10T11:20"] == "临时处理：暂停白天的报表任务，急单开始人工转送。"
    assert events["09-10T10:40"] == "复现验证：异常；测试环境可稳定复现"
    assert events["09-13T09:15"].startswith("回访客户：希望今后升级前两日告知升级时间")
    assert list(events) == sorted(events)


def test_the_log_speaks_the_language_of_the_paper(walk: Any) -> None:
    case = load_case(Path(walk(7)), Catalogue(), load_policy(), "en")
    rows = case.content(make_job("closure-report").form)["log"]
    assert [row["stage"] for row in rows[:3]] == [
        "Request received",
        "Contact with the customer",
        "Verify customer details",
    ]


def test_without_its_last_step_the_closure_report_lacks_exactly_what_nobody_has_told(
    cli: Any, walk: Any, tmp_path: Path
) -> None:
    case = walk(6)
    before = sorted(path.name for path in tmp_path.iterdir())
    done = cli("render", "closure-report", case, "-o", "out", "-f", "docx,pdf")
    assert (done.code, done.out) == (1, "")
    assert set(done.codes) == {"E-required"}
    named = {line.split(": ")[1].partition(" (")[0] for line in done.faults}
    assert named == {"报告编号", "关闭时间", "处理结果", "预防措施"}
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    asked = cli("case", "show", case, "closure-report")
    assert (asked.code, asked.faults) == (1, done.faults)


def test_what_is_missing_is_no_longer_missing_once_its_record_is_added(cli: Any, walk: Any) -> None:
    case = walk(7)
    shown = cli("case", "show", case, "closure-report")
    assert (shown.code, shown.out) == (0, "")
    assert shown.faults == []


def test_the_whole_case_keeps_the_rules_of_each_of_its_forms(cli: Any, walk: Any) -> None:
    case = walk(len(STEPS))
    for form in dict.fromkeys(FORMS):
        done = cli("check", form, case)
        assert (form, done.code, done.faults) == (form, 0, [])


def test_the_targets_of_the_story_are_met(printed: Any) -> None:
    report = printed("07-closure-report")
    assert "目标4小时内" in report
    assert "未达标" not in report


def test_the_review_of_the_story_is_in_time(printed: Any) -> None:
    assert "逾期" not in printed("09-incident-review")


def test_the_follow_up_call_is_in_time_by_the_calendar_of_that_month(walk: Any) -> None:
    case = walk(8)
    for day, said in (("2024-09-18 17:00", "on_time"), ("2024-09-19 09:00", "late")):
        job = make_job("return-visit", overrides={"回访时间": day})
        record = next(iter(job.pipeline.judged(job.open(case))))
        assert record.faults == ()
        assert record.values["visit"]["within_limit"] == said


def test_a_report_from_the_case_masks_as_one_from_a_record_does(printed: Any) -> None:
    text = printed("07-closure-report")
    assert "13900005678" not in text
    assert "沈佳" not in text


def test_the_person_to_call_is_the_one_of_the_checklist_and_is_masked_when_asked(printed: Any, cli: Any) -> None:
    own = STEPS[7].read_text(encoding="utf-8")
    assert "沈佳" not in own
    assert "沈佳" in printed("08-return-visit", "docx", "--no-mask")
    assert cli("render", "return-visit", "案卷.json", "-o", "masked.docx", "--mask").code == 0
    masked = closed_up(commands.docx_text(Path("masked.docx")))
    assert "沈" in masked
    assert "沈佳" not in masked


def test_later_steps_change_nothing_in_a_paper_that_was_made_before(walk: Any) -> None:
    whole = load_case(Path(walk(len(STEPS))), Catalogue(), load_policy())
    for number, name in enumerate(FORMS, 1):
        if name in FORMS[number:]:
            continue
        form = make_job(name).form
        then = Case(whole.entries[:number], whole.catalogue, whole.policy, whole.file)
        assert (name, whole.content(form)) == (name, then.content(form))


def test_the_case_prints_in_every_language(printed: Any) -> None:
    english = printed("07-closure-report", "docx", "--lang", "en")
    assert "Issueclosurereport" in english
    for value in (ISSUE, CUSTOMER, CAUSE):
        assert value in english
    assert "Agreedtoclose" in english


def test_a_notice_sent_later_is_printed_instead_of_the_first(printed: Any) -> None:
    text = printed("06-progress-notice")
    assert "36号" not in text
    assert "37号" in text


def test_the_case_file_holds_each_record_once_and_keeps_its_format(walk: Any) -> None:
    validator = jsonschema_rs.Draft202012Validator(
        json.loads((ROOT / "schemas" / "dialect" / "case.json").read_text(encoding="utf-8"))
    )
    content = json.loads(Path(walk(len(STEPS))).read_text(encoding="utf-8"))
    assert validator.is_valid(content)
    assert [entry["form"] for entry in content["records"]] == FORMS
    text = json.dumps(content, ensure_ascii=False)
    for value in (f'"{ISSUE}"', f'"{CUSTOMER}"', CAUSE, MEASURE, SOLUTION, PROBLEM, IMPACT, "13900005678"):
        assert text.count(value) == 1


def test_the_list_of_the_case_tells_the_records_apart(cli: Any, walk: Any) -> None:
    lines = cli("case", "show", walk(len(STEPS))).out.splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [
        ["1", "服务请求登记表"],
        ["2", "客户排查表"],
        ["3", "根因分析表单"],
    ]
    assert [line.split()[2] for line in lines] == FORMS
    assert lines[0].endswith("FW20240910-002")
    assert lines[6].endswith("BG20240912-001")
