"""Numbers that a desk's settings have a pattern for: given out once each, the same one for the same record."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run

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
