"""Numbers that the desk gives out by the patterns of the settings: the ones that commands give, and each once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator.configuration import load_configuration
from generator.desk.office import Office, Setup, Way
from generator.desk.store import Store
from generator.desk.store.numbering import Series, give
from generator.desk.web.desk import Desk
from generator.desk.work import judged
from generator.numbers import STORE, NumberPattern, Numbers
from tests.cli.test_numbers import INTAKE, request
from tests.desk.conftest import Visitor
from tests.desk.given import REPORT, SAMPLES
from tests.desk.people import at

SETTINGS = """
[numbers]
issue_no = { pattern = "{prefix}{date:%Y%m%d}-{seq:03}", prefix = "WT" }
progress-notice = "函〔{date:%Y}〕{seq}号"
"""
NOTICE = json.loads((SAMPLES / "progress-notice" / "ordinary.json").read_text(encoding="utf-8"))
DAY = date(2024, 5, 6)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1714982400")  # 2024-05-06
    path = tmp_path / "biaodan.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    return path


@pytest.fixture
def numbering(settings: Path, store: Store, workers: Any) -> Visitor:
    """Somebody at a desk that gives out numbers; its processes judge by settings that have none."""
    return at(Desk(Office(Setup(str(settings))), store, workers))


def final(visitor: Visitor, form: str, raw: Any) -> str:
    name = visitor.begin(form, raw)
    answer = visitor.send("POST", f"/records/{name}/final", {"base": 1})
    assert answer.status_code == 200, answer.text
    return name


def said(store: Store, name: str) -> Any:
    row = store.record(name)
    assert row is not None
    return row.raw


def rows(*names: str) -> dict[str, Any]:
    return {"rows": [{**INTAKE, "customer_person": name} for name in names]}


def test_the_forms_of_intake_count_their_issues_together_row_by_row(numbering: Visitor, store: Store) -> None:
    mixed = rows("甲", "乙", "丙")
    mixed["rows"][1]["issue_no"] = "WT20240506-002"
    given = said(store, final(numbering, "issue-intake", mixed))["rows"]
    assert [row["issue_no"] for row in given] == ["WT20240506-001", "WT20240506-002", "WT20240506-003"]
    receipt = said(store, final(numbering, "service-request", request("慢")))["receipt"]
    assert receipt["issue_no"] == "WT20240506-004"
    again = said(store, final(numbering, "issue-intake", rows("丁")))["rows"]
    assert [row["issue_no"] for row in again] == ["WT20240506-005"]


def test_a_number_that_somebody_has_written_is_not_given_to_another(numbering: Visitor, store: Store) -> None:
    written = rows("甲")
    written["rows"][0]["问题编号"] = "WT20240506-001"
    assert said(store, final(numbering, "issue-intake", written)) == written  # by its title: it has one
    given = said(store, final(numbering, "issue-intake", rows("乙")))["rows"]
    assert given[0]["issue_no"] == "WT20240506-002"


def test_a_letter_is_given_its_own_number_and_keeps_that_of_the_issue(numbering: Visitor, store: Store) -> None:
    raw = {key: value for key, value in NOTICE.items() if key != "函件编号"}
    letters = [said(store, final(numbering, "progress-notice", raw)) for _ in range(2)]
    assert [one["letter_no"] for one in letters] == ["函〔2024〕1号", "函〔2024〕2号"]
    assert {one["issue_no"] for one in letters} == {"WT20231016-01"}


def test_a_record_that_is_corrected_keeps_its_number(numbering: Visitor, store: Store) -> None:
    name = final(numbering, "issue-intake", rows("甲"))
    changed = said(store, name)
    changed["rows"][0]["customer_person"] = "甲某"
    numbering.save(name, changed, 2)
    assert numbering.send("POST", f"/records/{name}/final", {"base": 3, "reason": "姓名"}).status_code == 200
    assert said(store, name)["rows"][0]["issue_no"] == "WT20240506-001"


def test_commands_and_the_desk_go_on_from_each_other(numbering: Visitor, store: Store, settings: Path) -> None:
    final(numbering, "issue-intake", rows("甲"))
    commands = Numbers(settings.with_name(STORE), load_configuration(settings).numbers)
    assert commands.given("issue_no", b"a row", DAY) == "WT20240506-002"
    given = said(store, final(numbering, "issue-intake", rows("乙")))["rows"]
    assert given[0]["issue_no"] == "WT20240506-003"


def test_the_page_says_which_numbers_come_later(numbering: Visitor) -> None:
    page = numbering.get(f"/records/{numbering.begin('service-request')}").text
    assert "定稿时编号" in page.partition('id="c/receipt/issue_no"')[2].partition(">")[0]
    register = numbering.get(f"/records/{numbering.begin('issue-intake')}").text
    assert "定稿时编号" in register.partition('id="c/rows/#/issue_no"')[2].partition(">")[0]


def test_nobody_has_to_fill_in_a_number_that_is_given_later(settings: Path) -> None:
    settings.write_text('[numbers]\nclosure-report = "BG{seq:03}"\n', encoding="utf-8")
    report = {key: value for key, value in REPORT.items() if key != "report_no"}
    way = Way("closure-report", "zh-Hans")
    assert judged(Setup(str(settings)), way, report).is_sound
    assert [one.pointer for one in judged(Setup(), way, report).missing] == ["/report_no"]


def test_whoever_asks_at_once_gets_numbers_of_their_own(store: Store, tmp_path: Path) -> None:
    pattern = NumberPattern("WT-{seq:03}")
    series = Series("issue_no", pattern, DAY, ("issue-intake",))
    numbers = Numbers(tmp_path / "biaodan.numbers.db", {"issue_no": pattern})

    def asked(n: int) -> list[str]:
        return give(store, series, 1 + n % 3, lambda first, many: numbers.reserved("issue_no", DAY, first, many))

    with ThreadPoolExecutor(8) as pool:
        given = [number for some in pool.map(asked, range(24)) for number in some]
    assert sorted(given) == [f"WT-{n:03}" for n in range(1, 49)]


def test_where_no_command_can_give_numbers_the_desk_counts_by_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    numbers = Numbers(tmp_path / "biaodan.numbers.db", {"x": NumberPattern("{seq}")})
    monkeypatch.setattr("generator.numbers.os.access", lambda *_: False)
    assert numbers.reserved("x", DAY, 7, 2) == 7
    assert list(tmp_path.iterdir()) == []
