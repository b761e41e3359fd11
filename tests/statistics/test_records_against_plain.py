"""Random records of forms that have figures: read by a database, judged one by one, and in the plainest way."""

import csv
import json
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plain_records import ZONE, figures

from generator import Catalogue
from generator.statistics import native_records, record_figures

MONTHS = [f"2024-{month:02d}" for month in range(1, 6)]
PERIOD = MONTHS[-1]
Make = Callable[[random.Random], dict[str, Any]]


def moment(dice: random.Random) -> str:
    at = datetime(2024, 1, 20, tzinfo=ZONE) + timedelta(minutes=dice.randrange(60 * 24 * 150))
    return at.isoformat()


def sometimes(dice: random.Random, value: Any, often: float = 0.8) -> Any:
    return value if dice.random() < often else None


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_none(inner) for key, inner in value.items() if inner is not None}
    return [without_none(inner) for inner in value] if isinstance(value, list) else value


def return_visit(dice: random.Random) -> dict[str, Any]:
    closed = datetime(2024, 1, 20, 17, 30, tzinfo=ZONE) + timedelta(minutes=dice.randrange(60 * 24 * 150))
    visited = closed + timedelta(minutes=dice.randrange(60 * 24 * 9))
    score = dice.randint(1, 5)
    return {
        "basic": {"issue_no": f"WT{dice.random()}", "customer_name": "甲公司", "closed_at": closed.isoformat()},
        "visit": {
            "visitor": "李娜",
            "visited_at": visited.isoformat(),
            "visit_method": sometimes(dice, dice.choice(["phone", "visit", "online"])),
        },
        "outcome": {
            "resolved": dice.random() < 0.8,
            "service_score": sometimes(dice, score),
            "customer_suggestion": "请改进",
            "follow_up": "再处理",
        },
    }


def evaluation(dice: random.Random) -> dict[str, Any]:
    keys = ("content_rating", "trainer_rating", "organisation_rating", "usefulness_rating")
    return {
        "topic": f"主题{dice.randrange(15)}",
        "training_date": moment(dice)[:10],
        "ratings": {key: sometimes(dice, dice.randint(1, 5)) for key in keys},
        "mastery": {key: sometimes(dice, dice.randint(1, 5)) for key in ("mastery_before", "mastery_after")},
    }


def inspection(dice: random.Random) -> dict[str, Any]:
    items = dice.sample(["timely_response", "proper_language", "complete_information"], 3)
    rows = [{"item": item, "result": dice.choice(["qualified", "unqualified", "not_applicable"])} for item in items]
    for row in rows:
        row |= {"deduction": dice.randint(1, 10)} if row["result"] == "unqualified" else {}
    basic = {"inspected": "一组", "sampling_method": dice.choice(["recording", "ticket"])}
    return {"basic": {**basic, "inspected_on": moment(dice)[:10]}, "check_items": rows}


def verification(dice: random.Random) -> dict[str, Any]:
    def rows(count: int) -> list[dict[str, Any]]:
        made = []
        for _ in range(count):
            result = dice.choice(["match", "match", "match", "mismatch", "unchecked"])
            row = {"item": "name", "result": result}
            row |= {} if result == "unchecked" else {"checked_at": moment(dice)}
            made.append(row | ({"difference": "不符"} if result == "mismatch" else {}))
        return made

    basic = {"customer_no": "KH1", "customer_name": "甲公司"}
    return {"basic": basic, "papers": rows(2), "identity": rows(1), "accounts": rows(dice.randrange(2))}


def audit(dice: random.Random) -> dict[str, Any]:
    found = dice.choices(["conforming", "nonconforming", "observation"], k=dice.randint(1, 4))
    rows = [
        {"clause": f"第 {n} 条", "requirement": "要求", "finding": one, "evidence": "证据", "rectification": "整改"}
        for n, one in enumerate(found, 1)
    ]
    basic = {
        "audited_department": f"第{dice.randrange(14)}部",
        "audited_on": moment(dice)[:10],
        "audit_period": "上半年",
    }
    return {"basic": basic, "clauses": rows, "outcome": {"conclusion": "见各条"}}


MAKERS: Mapping[str, Make] = {
    "return-visit": return_visit,
    "training-evaluation": evaluation,
    "quality-inspection": inspection,
    "customer-verification": verification,
    "compliance-audit": audit,
}
NATIVE = ("return-visit", "training-evaluation")
"""Forms whose figures are made of plain fields, which a database reads by itself."""


def with_rules(form: str, record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with what a form computes, by hand."""
    if form == "return-visit":
        closed, visited = (
            datetime.fromisoformat(record[a][b]) for a, b in (("basic", "closed_at"), ("visit", "visited_at"))
        )
        in_time = visited.date() <= three_working_days_after(closed)
        return {**record, "visit": {**record["visit"], "within_limit": "on_time" if in_time else "late"}}
    if form == "quality-inspection":
        applies = [row for row in record["check_items"] if row["result"] != "not_applicable"]
        lost = sum(row.get("deduction", 0) for row in applies)
        return {**record, "outcome": {"score": 100 - lost}} if applies else record
    return record


def three_working_days_after(closed: datetime) -> Any:
    from generator.rules.calendar import WorkingCalendar

    return WorkingCalendar("CN").add_working_days(closed.date(), 3)


def told(summary: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report as the plain computation tells it."""
    (record,) = summary.records
    rows = {row["indicator"]: row for row in record.get("figures", ())}
    by_key = {f["key"]: rows.get(f["title"], {}) for f in said["figures"]}
    made: dict[str, Any] = {key: number(row.get("this_period")) for key, row in by_key.items()}
    made["last"] = {key: number(row.get("last_period")) for key, row in by_key.items()}
    names = {"未填写": None}
    groups = [(row["name"], row["records"], main_of(row)) for row in record.get("groups", ())]
    made["groups"] = [("…" if n.startswith("其他（共") else names.get(n, n), r, v) for n, r, v in groups]
    made["items"] = [main_of(row) for row in record.get("items", ())]
    if "trend" in record:
        made["trend"] = [(row["period"], row["records"], main_of(row)) for row in record["trend"]]
    return made


def main_of(row: Mapping[str, Any]) -> Decimal | None:
    return number(row.get("rate", row.get("average")))


def number(shown: Any) -> Decimal | None:
    return None if shown is None else Decimal(str(shown).replace("%", "").replace(",", ""))


def without_names(plain: dict[str, Any]) -> dict[str, Any]:
    """Return what is computed plainly, of items what is told of each."""
    return {**plain, "items": [value for _, value in plain["items"]]}


def labels_of(said: Mapping[str, Any], form: Any) -> dict[str, str]:
    spec = form.spec_at(said["groups"]) if said.get("groups") else None
    return {choice.value: choice.titles["zh-Hans"] for choice in spec.choices} if spec else {}


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows when records aren't left to a database."""
    seen: list[str] = []

    class Noted(native_records.NotPlain):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)
            seen.append("refused")

    for name in ("native_records", "expressed", "records"):
        monkeypatch.setattr(f"generator.statistics.{name}.NotPlain", Noted)
    return seen


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("form", MAKERS)
def test_three_ways_to_the_same_figures(form: str, seed: int, tmp_path: Path, refused: list[str]) -> None:
    dice, own = random.Random(f"{form}{seed}"), Catalogue().form(form)
    records = [without_none(MAKERS[form](dice)) for _ in range(120)]
    said = own.schema["x-figures"]
    wanted = without_names(figures([with_rules(form, one) for one in records], said, MONTHS, labels_of(said, own)))
    lines = tmp_path / "records.jsonl"
    lines.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    assert told(record_figures(PERIOD, str(lines), form), said) == wanted
    assert bool(refused) is (form not in NATIVE)
    whole = tmp_path / "records.json"
    whole.write_text(json.dumps(records), encoding="utf-8")
    assert told(record_figures(PERIOD, str(whole), form), said) == wanted


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for part in record.values() for key, value in part.items()}


FLAT = ("issue_no", "closed_at", "visitor", "visited_at", "within_limit", "visit_method", "resolved", "service_score")


@pytest.mark.parametrize("state", ["computed", "given", "titles"])
def test_a_list_of_return_visits_is_counted_where_it_is(state: str, tmp_path: Path, refused: list[str]) -> None:
    dice, form = random.Random(state), Catalogue().form("return-visit")
    records = [without_none(return_visit(dice)) for _ in range(200)]
    given = [with_rules("return-visit", one) for one in records]
    said = form.schema["x-figures"]
    wanted = without_names(figures(given, said, MONTHS, labels_of(said, form)))
    rows = [flat(one) for one in (given if state == "given" else records)]
    path = tmp_path / "visits.csv"
    titles = {key: next(s.title("zh-Hans") for s in form.root.walk() if s.key == key) for key in FLAT}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([titles[key] if state == "titles" else key for key in FLAT])
        for row in rows:
            row["visited_at"] = (
                row["visited_at"].replace("-", "/").replace("T", " ")[:16] if state == "titles" else row["visited_at"]
            )
            writer.writerow([row.get(key, "") for key in FLAT])
    assert told(record_figures(PERIOD, str(path), "return-visit"), said) == wanted
    assert not refused


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"visit": {"visited_at": "2024-05-06"}}, "E-time-missing"),
        ({"visit": {"visited_at": "改日"}}, "E-date"),
        ({"visit": {"within_limit": "late"}}, "E-derived"),
        ({"visit": {"visited_at": "2024-05-01T09:00:00+08:00"}}, "E-check"),
        ({"outcome": {"service_score": 9}}, "E-maximum"),
        ({"outcome": {"resolved": None}}, "E-required"),
        ({"outcome": {"unknown": 1}}, "E-unknown-key"),
        ({"visit": {"visit_method": "信鸽"}}, "E-choice"),
    ],
)
def test_what_is_wrong_with_one_of_many_is_told(change: Mapping[str, Any], code: str, jsonl: Any) -> None:
    from generator.errors import RecordError

    good = without_none(return_visit(random.Random(1)))
    good["basic"]["closed_at"], good["visit"]["visited_at"] = "2024-05-06T10:00:00+08:00", "2024-05-07T10:00:00+08:00"
    wrong = json.loads(json.dumps(good))
    for part, values in change.items():
        wrong[part] |= values
    source = jsonl(*[good] * 5, without_none(wrong))
    with pytest.raises(RecordError) as error:
        record_figures("2024-05", source, "return-visit")
    [fault] = error.value.faults
    assert (fault.code.startswith(code), fault.place.row) == (True, "6")


def test_what_the_figures_dont_need_is_not_looked_at(jsonl: Any, tmp_path: Path) -> None:
    record = without_none(return_visit(random.Random(1)))
    del record["visit"]["visitor"], record["basic"]["customer_name"]
    record["basic"]["phone"] = "以后再说"
    record["visit"]["visited_at"] = "2024-05-30T09:00:00+08:00"
    whole = tmp_path / "one.json"
    whole.write_text(json.dumps([record]), encoding="utf-8")
    for source in (jsonl(record), str(whole)):
        (made,) = record_figures("2024-05", source, "return-visit").records
        assert made["records"] == 1
