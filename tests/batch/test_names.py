"""Names of files: from a pattern, safe on every system, the same in every run and order."""

import json
import random
from pathlib import Path

import pytest

from generator.api import Job, add_to_case, make_job
from generator.batch.names import NamePattern
from generator.errors import UsageError
from tests.batch.conftest import documents, faulty, manifest, reports, run

HOSTILE = {
    "../../etc/passwd": "up the tree",
    "．．／x": "full-width dots and slash",
    "CON": "a device of Windows",
    "aux.txt": "a device with an ending",
    "x.": "a dot at the end",
    "a:b|c?d*e": "marks that Windows keeps for itself",
    "\u202egpj.exe": "writing turned round",
    "张" * 120: "more bytes than a name may have",
    "-rf": "like an option",
    ".hidden": "hidden",
    "a\nb": "a line's end",
    "  ": "nothing but blanks",
}


@pytest.mark.parametrize("value", HOSTILE, ids=HOSTILE.get)
def test_no_value_leads_out_of_the_folder_or_to_a_name_that_some_system_refuses(job: Job, value: str) -> None:
    stem = NamePattern("{customer_name}", job).stem({"customer_name": value, "basic": {"customer_name": value}}, "", 1)
    name = f"{stem}.zh-Hant.docx"
    assert "/" not in stem
    assert not set(stem) & set('<>:"\\|?*\n\u202e')
    assert len(name.encode()) <= 200
    assert stem == stem.strip(" .-")
    assert stem.split(".")[0].lower() not in {"con", "aux", "prn", "nul"}


def test_a_pattern_takes_keys_titles_and_the_places_of_ours(job: Job) -> None:
    pattern = NamePattern("{报告编号}/{n}-{form}-{number}", job)
    values = pattern.read(reports(1)[0])
    assert pattern.stem(values, pattern.number(values), 7) == "GB2024-00001/000007-closure-report-GB2024-00001"


def test_a_choice_stands_in_a_name_by_its_label() -> None:
    job = make_job("issue-tracker", lang="en")
    pattern = NamePattern("{severity}-{customer_name}", job)
    assert pattern.stem(pattern.read({"紧急程度": "高", "customer_name": "A"}), "", 1) == "High-A"


ISSUE = {
    "customer_name": "甲",
    "problem": "慢",
    "severity": "high",
    "reported_at": "2023-10-16 09:00",
    "status": "open",
}


@pytest.mark.parametrize("raw", [ISSUE, {"rows": [ISSUE]}], ids=["a row", "a table of one row"])
def test_a_number_that_rules_derive_is_known_to_names(raw: dict[str, object]) -> None:
    pattern = NamePattern("{issue_no}", make_job("issue-tracker"))
    assert pattern.stem(pattern.read(raw), "", 1) == "WT20231016-01"


def test_a_number_that_rules_derive_of_a_case_is_known_to_names(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "samples" / "monthly-summary" / "ordinary.json"
    record = {key: value for key, value in json.loads(sample.read_text("utf-8")).items() if key != "报告编号"}
    (tmp_path / "one.json").write_text(json.dumps(record), encoding="utf-8")
    case, _ = add_to_case(tmp_path / "case.json", "monthly-summary", str(tmp_path / "one.json"))
    pattern = NamePattern("{number}", make_job("monthly-summary"))
    assert pattern.number(pattern.read(case.as_json())) == "YB2024-05"


def test_personal_values_are_masked_in_names_where_they_are_on_paper() -> None:
    pattern = NamePattern("{contact}", make_job("issue-intake", mask=True))
    assert "5678" not in pattern.stem(pattern.read({"contact": "13812345678"}), "", 1)[:-4]
    assert "1381234" not in pattern.stem(pattern.read({"contact": "13812345678"}), "", 1)


@pytest.mark.parametrize("text", ["{", "}", "{}", "{number!r}", "{number:>9}", "{number.x[0]}", "", "a//b", "../{n}"])
def test_a_pattern_that_cannot_be_read_is_refused(job: Job, text: str) -> None:
    with pytest.raises(UsageError, match=r"E-name-pattern|E-name-field"):
        NamePattern(text, job)


def test_an_unknown_field_in_a_pattern_is_named_with_what_is_near(job: Job) -> None:
    with pytest.raises(UsageError, match="report_no") as caught:
        NamePattern("{report_number}", job)
    assert caught.value.faults[0].code == "E-name-field"


def test_records_of_one_name_are_told_apart_the_same_in_any_order(job: Job, lines, tmp_path: Path) -> None:
    records = reports(40)
    names = ["甲公司", "乙公司", "abc", "ABC", "Cafe\u0301", "Caf\u00e9"]
    for n, record in enumerate(records):
        record[next(k for k in record if k in ("customer_name", "客户名称"))] = names[n % len(names)]
    found = []
    for seed in (0, 1):
        random.Random(seed).shuffle(records)
        out = tmp_path / str(seed)
        assert run(job, lines(records), out, name="{customer_name}").failed == 0
        found.append(documents(out))
    assert found[0] == found[1]
    assert len(found[0]) == 40
    assert len({name.casefold() for name in found[0]}) == 40


def test_records_without_a_number_go_by_their_place(tmp_path: Path, lines) -> None:
    job = make_job("satisfaction-survey")
    run(job, lines([{"overall": 5}, {"overall": 4}]), tmp_path / "out")
    assert sorted(documents(tmp_path / "out")) == ["satisfaction-survey-000001.docx", "satisfaction-survey-000002.docx"]


def test_a_number_that_stands_twice_is_refused_for_all_that_have_it(job: Job, lines, tmp_path: Path) -> None:
    records = [*reports(3), *reports(1)]
    outcome = run(job, lines(records), tmp_path / "out")
    assert (outcome.done, outcome.failed) == (2, 2)
    of_faulty = [line for line in manifest(tmp_path / "out") if "faults" in line]
    assert [line["n"] for line in of_faulty] == [1, 4]
    assert {fault["code"] for line in of_faulty for fault in line["faults"]} == {"E-number-twice"}


def test_a_number_that_stands_twice_may_be_meant(job: Job, lines, tmp_path: Path) -> None:
    other = {**reports(1)[0]}
    other[next(k for k in other if k in ("customer_name", "客户名称"))] = "另一家公司"
    run(job, lines([*reports(1), other, *reports(1)]), tmp_path / "out", duplicates="keep")
    assert len(documents(tmp_path / "out")) == 3


def test_a_language_other_than_the_first_stands_in_the_name(lines, tmp_path: Path) -> None:
    run(make_job("closure-report", lang="en"), lines(reports(1)), tmp_path / "out", formats=("docx", "xlsx"))
    names = sorted(documents(tmp_path / "out"))
    assert names == ["closure-report-GB2024-00001.en.docx", "closure-report-GB2024-00001.en.xlsx"]


def test_a_name_that_is_anothers_mark_is_refused_not_overwritten(job: Job, lines, tmp_path: Path) -> None:
    records = reports(3)
    key = next(k for k in records[0] if k in ("customer_name", "客户名称"))
    for record, name in zip(records, ["甲", "甲", "甲-GB2024-00001"], strict=True):
        record[key] = name
    outcome = run(job, lines(records), tmp_path / "out", name="{customer_name}")
    assert (outcome.done, outcome.failed) == (2, 1)
    assert [line["faults"][0]["code"] for line in manifest(tmp_path / "out") if "faults" in line] == ["E-name-taken"]


def test_faulty_records_have_no_say_in_names(job: Job, lines, tmp_path: Path) -> None:
    assert run(job, lines([faulty(reports(1)[0])]), tmp_path / "out").failed == 1
    assert documents(tmp_path / "out") == {}
