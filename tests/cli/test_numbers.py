"""Numbers that a desk's settings have a pattern for: given out once each, the same one for the same record."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run, docx_text

SAMPLE = ROOT / "samples" / "closure-report" / "ordinary.json"
SETTINGS = """
[numbers]
closure-report = { pattern = "{prefix}{date:%Y%m%d}-{seq:03}", prefix = "BG" }
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1714982400")  # 2024-05-06
    (tmp_path / "biaodan.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def reports(*names: str) -> list[dict[str, Any]]:
    """Return reports without a number, of these customers."""
    record = json.loads(SAMPLE.read_text(encoding="utf-8"))
    record.pop("report_no")
    return [{**record, "customer_name": name} for name in names]


def rendered(cli: Callable[..., Run], records: Any) -> list[str]:
    Path("records.json").write_text(json.dumps(records), encoding="utf-8")
    done = cli("render", "closure-report", "records.json", "-o", "out", "-f", "docx", "--force")
    assert done.code == 0, done.err
    return [path.stem.removeprefix("closure-report-") for path in done.paths]


def test_records_without_a_number_are_given_the_next_ones(cli: Callable[..., Run], desk: Path) -> None:
    assert rendered(cli, reports("甲", "乙")) == ["BG20240506-001", "BG20240506-002"]
    first = (desk / "out" / "closure-report-BG20240506-001.docx").read_bytes()
    assert rendered(cli, reports("丙", "甲")) == ["BG20240506-003", "BG20240506-001"]
    assert (desk / "out" / "closure-report-BG20240506-001.docx").read_bytes() == first


def test_another_day_begins_anew(cli: Callable[..., Run], desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered(cli, reports("甲")) == ["BG20240506-001"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1715068800")
    assert rendered(cli, reports("乙", "甲")) == ["BG20240507-001", "BG20240506-001"]


def test_a_record_s_own_number_stays(cli: Callable[..., Run], desk: Path) -> None:
    assert rendered(cli, [{**reports("甲")[0], "report_no": "BG-7"}]) == ["BG-7"]


@pytest.mark.parametrize("command", [("render",), ("batch",)])
def test_a_dry_run_names_the_numbers_that_would_be_given_and_gives_none(
    cli: Callable[..., Run], desk: Path, command: tuple[str, ...]
) -> None:
    Path("records.json").write_text(json.dumps(reports("甲", "乙")), encoding="utf-8")
    planned = cli(*command, "closure-report", "records.json", "-o", "new", "-f", "docx", "--dry-run")
    if command == ("render",):
        assert [path.stem[-3:] for path in planned.paths] == ["001", "002"]
    assert planned.code == 0
    assert sorted(path.name for path in desk.iterdir()) == ["biaodan.toml", "records.json"]
    assert rendered(cli, reports("乙")) == ["BG20240506-001"]


def test_a_case_gives_a_record_its_number_once(cli: Callable[..., Run], desk: Path) -> None:
    Path("records.json").write_text(json.dumps(reports("甲")[0]), encoding="utf-8")
    assert cli("case", "add", "case.json", "closure-report", "records.json").code == 0
    (entry,) = json.loads(Path("case.json").read_text(encoding="utf-8"))["records"]
    assert entry["record"]["report_no"] == "BG20240506-001"
    done = cli("render", "closure-report", "case.json", "-o", "out", "-f", "docx")
    assert done.names == ["closure-report-BG20240506-001.docx"]
    assert rendered(cli, reports("乙")) == ["BG20240506-002"]


def test_a_case_that_knows_the_number_gives_no_other(cli: Callable[..., Run], desk: Path) -> None:
    Path("records.json").write_text(json.dumps({**reports("甲")[0], "report_no": "BG-7"}), encoding="utf-8")
    assert cli("case", "add", "case.json", "closure-report", "records.json").code == 0
    (entry,) = json.loads(Path("case.json").read_text(encoding="utf-8"))["records"]
    assert entry["record"]["report_no"] == "BG-7"
    assert not (desk / "biaodan.numbers.db").exists()


def test_checking_gives_out_nothing(cli: Callable[..., Run], desk: Path) -> None:
    Path("records.json").write_text(json.dumps(reports("甲")), encoding="utf-8")
    assert cli("check", "closure-report", "records.json").code == 0
    assert not (desk / "biaodan.numbers.db").exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_numbers_its_records_in_their_order(cli: Callable[..., Run], desk: Path, jobs: int) -> None:
    names = [f"客户{n}" for n in range(30)]
    Path("records.jsonl").write_text("\n".join(map(json.dumps, reports(*names))), encoding="utf-8")
    done = cli("batch", "closure-report", "records.jsonl", "-o", "out", "-f", "docx", "--jobs", jobs)
    assert done.code == 0, done.err
    assert sorted(path.stem for path in (desk / "out").glob("*.docx")) == [
        f"closure-report-BG20240506-{n:03}" for n in range(1, 31)
    ]
    listed = [json.loads(line) for line in (desk / "out" / "manifest.jsonl").read_text("utf-8").splitlines()[1:]]
    named = [name for line in listed for name in re.findall(r"BG[0-9-]+", json.dumps(line))]
    assert named == sorted(named)


def test_nobody_s_name_is_kept_beside_the_numbers(cli: Callable[..., Run], desk: Path) -> None:
    rendered(cli, reports("独一无二客户"))
    assert "独一无二客户".encode() not in (desk / "biaodan.numbers.db").read_bytes()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('closure-report = "BG{date:%Y}"', "E-config-number"),
        ('closure-report = "{seq}{seq}"', "E-config-number"),
        ('closure-report = "{seq.real}"', "E-config-number"),
        ('closure-report = "{name}-{seq}"', "E-config-number"),
        ("closure-report = 7", "E-config-text"),
        ('closure-report = { patern = "{seq}" }', "E-config-near"),
        ('closure-raport = "{seq:03}"', "E-config-form"),
    ],
)
def test_a_wrong_pattern_is_told_by_its_line(cli: Callable[..., Run], desk: Path, line: str, code: str) -> None:
    (desk / "biaodan.toml").write_text(f"[numbers]\n{line}\n", encoding="utf-8")
    done = cli("render", "closure-report", SAMPLE, "-o", "out", "-f", "docx")
    assert code in done.codes
    assert "biaodan.toml:2" in done.err
    assert not (desk / "out").exists()


# --- the number of the issue, which the forms of intake share ---

ISSUES = """
[numbers]
issue_no = { pattern = "{prefix}{date:%Y%m%d}-{seq:03}", prefix = "WT" }
closure-report = "BG{date:%Y%m%d}-{seq:03}"
"""
INTAKE = {
    "customer_person": "张三",
    "contact": "13800001234",
    "description_and_demand": "登录失败",
    "issue_type": "技术故障/登录",
}


@pytest.fixture
def issues(desk: Path) -> Path:
    (desk / "biaodan.toml").write_text(ISSUES, encoding="utf-8")
    return desk


def request(problem: str) -> dict[str, Any]:
    return {
        "请求编号": "FW-1",
        "接收渠道": "电话",
        "接收时间": "2024-05-06 09:20",
        "名称": "甲公司",
        "联系方式": "13800001234",
        "问题描述": problem,
        "紧急程度": "紧急",
        "责任部门": "技术部",
        "登记人": "陈静",
    }


def saved(name: str, content: Any) -> str:
    Path(name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return name


def numbers_in(cli: Callable[..., Run], form: str, content: Any) -> list[str]:
    """Return the numbers of issues in the register that is made of records."""
    done = cli("render", form, saved("rows.json", content), "-o", "rows.docx", "--force")
    assert done.code == 0, done.err
    return re.findall(r"WT[0-9]{8}-[0-9]+", docx_text(Path("rows.docx")))


def test_every_row_of_an_intake_is_given_the_number_of_its_issue(cli: Callable[..., Run], issues: Path) -> None:
    rows = [{**INTAKE, "customer_person": name} for name in ("甲", "乙", "丙")]
    rows[1]["issue_no"] = "WT20240505-009"
    made = numbers_in(cli, "issue-intake", rows)
    assert made == ["WT20240506-001", "WT20240505-009", "WT20240506-002"]
    assert numbers_in(cli, "issue-intake", [rows[2]]) == ["WT20240506-002"]  # it has had one


def test_the_forms_of_intake_count_their_issues_together(cli: Callable[..., Run], issues: Path) -> None:
    assert numbers_in(cli, "issue-intake", [INTAKE]) == ["WT20240506-001"]
    assert cli("render", "service-request", saved("r.json", request("慢")), "-o", "r.docx").code == 0
    assert "WT20240506-002" in docx_text(Path("r.docx"))
    row = {"客户名称": "甲", "问题描述": "慢", "紧急程度": "高", "反馈时间": "2024-05-06 09:00", "状态": "处理中"}
    assert numbers_in(cli, "issue-tracker", [row]) == ["WT20240506-003"]


def test_checking_rows_gives_each_a_number_and_none_away(cli: Callable[..., Run], issues: Path) -> None:
    rows = [{**INTAKE, "customer_person": name} for name in ("甲", "乙", "丙")]
    assert cli("check", "issue-intake", saved("rows.json", rows)).faults == []  # none of them stands twice
    assert not (issues / "biaodan.numbers.db").exists()
    assert numbers_in(cli, "issue-intake", rows[:1]) == ["WT20240506-001"]


def test_a_case_keeps_the_number_that_its_intake_was_given(cli: Callable[..., Run], issues: Path) -> None:
    assert cli("case", "add", "case.json", "service-request", saved("r.json", request("订单迟到"))).code == 0
    first = json.loads(Path("case.json").read_text(encoding="utf-8"))["records"][0]["record"]
    assert first["receipt"]["issue_no"] == "WT20240506-001"
    checklist = {"客户姓名": "沈佳", "服务类型": "技术支持", "录入人员": "何川", "客户编号": "C1", "所属部门": "支持组"}
    more = {"录入时间": "2024-05-06 09:40", "问题现象": "查不到订单"}
    done = cli("case", "add", "case.json", "troubleshooting-checklist", saved("c.json", checklist | more))
    assert done.code == 0, done.err
    assert cli("render", "troubleshooting-checklist", "case.json", "-o", "c.docx").code == 0
    text = docx_text(Path("c.docx"))
    assert "WT20240506-001" in text
    assert "WT20240506-002" not in text
    (other,) = json.loads(Path("case.json").read_text(encoding="utf-8"))["records"][1:]
    assert "issue_no" not in other["record"]["basic"]  # the case knows it


def test_without_a_pattern_nobody_is_given_a_number_of_an_issue(cli: Callable[..., Run], desk: Path) -> None:
    assert cli("render", "issue-intake", saved("rows.json", [INTAKE]), "-o", "rows.docx").code == 0
    assert "WT" not in docx_text(Path("rows.docx"))


def test_a_pattern_of_a_number_that_no_form_gives_is_told(cli: Callable[..., Run], desk: Path) -> None:
    (desk / "biaodan.toml").write_text('[numbers]\nreport_no = "BG{seq:03}"\n', encoding="utf-8")
    assert "E-config-form" in cli("render", "closure-report", SAMPLE, "-o", "out", "-f", "docx").codes


# --- letters, whose own number is not that of the issue ---

LETTERS = """
[numbers]
progress-notice = { pattern = "{prefix}〔{date:%Y}〕{seq}号", prefix = "客服函" }
solution-reply = "{prefix}〔{date:%Y}〕复{seq}号"
customer-confirmation = "QR{date:%Y}-{seq:03}"
"""


def letter(form: str, **values: Any) -> dict[str, Any]:
    """Return the ordinary sample of a letter without its number."""
    record = json.loads((ROOT / "samples" / form / "ordinary.json").read_text(encoding="utf-8"))
    assert record.pop("函件编号")
    return {**record, **values}


@pytest.fixture
def letters(desk: Path) -> Path:
    (desk / "biaodan.toml").write_text(LETTERS, encoding="utf-8")
    return desk


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("progress-notice", "客服函〔2024〕1号"),
        ("solution-reply", "〔2024〕复1号"),
        ("customer-confirmation", "QR2024-001"),
    ],
)
def test_a_letter_without_a_number_is_given_the_next_one(
    cli: Callable[..., Run], letters: Path, form: str, number: str
) -> None:
    Path("letter.json").write_text(json.dumps(letter(form)), encoding="utf-8")
    done = cli("render", form, "letter.json", "-o", "out", "-f", "docx")
    assert f"编号：{number}" in docx_text(done.paths[0])


def test_each_letter_of_a_case_has_a_number_and_a_correction_keeps_it(cli: Callable[..., Run], letters: Path) -> None:
    def issued(content: dict[str, Any], *options: str) -> str:
        Path("letter.json").write_text(json.dumps(content), encoding="utf-8")
        assert cli("--config", "empty.toml", "case", "add", "case.json", "progress-notice", "letter.json").code == 0
        done = cli("case", "issue", "case.json", "progress-notice", "-o", "out", "-f", "docx", "--force", *options)
        assert done.code == 0, done.err
        return str(re.search(r"编号：(客服函〔2024〕\d号)", docx_text(done.paths[0]))[1])  # type: ignore[index]

    Path("empty.toml").write_text("", encoding="utf-8")  # whose cases have numbers from nowhere
    assert issued(letter("progress-notice")) == "客服函〔2024〕1号"
    second = letter(
        "progress-notice", 告知时间="2023-10-17 17:00", 下次告知时间="2023-10-18 17:00", 出具日期="2023-10-17"
    )
    assert issued(second) == "客服函〔2024〕2号"
    assert issued({**second, "本次进展": "扩容已完成。"}, "--reason", "进展写漏") == "客服函〔2024〕2号"
    kept = json.loads(Path("case.json").read_text(encoding="utf-8"))["issued"]
    assert [(one["number"], one.get("revision")) for one in kept] == [
        ("客服函〔2024〕1号", None),
        ("客服函〔2024〕2号", None),
        ("客服函〔2024〕2号", 1),
    ]
    assert "客服函〔2024〕2号" in cli("case", "show", "case.json").out
