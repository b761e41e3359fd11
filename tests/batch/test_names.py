"""Names of files: from a pattern, safe on every system, the same in every run and order."""

import json
import random
from pathlib import Path

import pytest

from generator.api import Job, add_to_case, make_job
from generator.batch.names import DEFAULT_PATTERN, NamePattern
from generator.batch.plan import Plan
from generator.errors import UsageError
from generator.records import ListSource
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


def test_a_name_that_is_anothers_mark_is_refused_not_overwritten(lines, tmp_path: Path) -> None:
    records = reports(3)
    key = next(k for k in records[0] if k in ("customer_name", "客户名称"))
    for record, name in zip(records, ["甲", "甲", "甲-GB2024-00001"], strict=True):
        record[key] = name
    outcome = run(make_job("closure-report", mask=False), lines(records), tmp_path / "out", name="{customer_name}")
    assert (outcome.done, outcome.failed) == (2, 1)
    assert [line["faults"][0]["code"] for line in manifest(tmp_path / "out") if "faults" in line] == ["E-name-taken"]


def test_faulty_records_have_no_say_in_names(job: Job, lines, tmp_path: Path) -> None:
    assert run(job, lines([faulty(reports(1)[0])]), tmp_path / "out").failed == 1
    assert documents(tmp_path / "out") == {}


# --- records whose own number is personal -----------------------------------------------------------------------------

PHONES = ["13800138000", "13811118000", "13900139001", "13822228000"]


def by_phone(form_of_schema, mask: bool = True) -> Job:
    phone = {"type": "string", "title": "电话", "x-sensitive": "phone"}
    schema = {"x-form": {"id": "own", "kind": "form", "identity": "/phone"}, "properties": {"phone": phone}}
    return make_job(form_of_schema({"type": "object", "title": "表", **schema}), mask=mask)


@pytest.fixture
def form_of_schema(tmp_path: Path):
    def make(schema):
        path = tmp_path / "own.json"
        path.write_text(json.dumps(schema), encoding="utf-8")
        return str(path)

    return make


def everything(folder: Path) -> str:
    files = (path for path in folder.rglob("*") if path.is_file())
    return " ".join(f"{path.name} {path.read_bytes().decode('utf-8', 'replace')}" for path in files)


def test_a_masked_number_stands_masked_in_names_and_in_the_manifest(form_of_schema, lines, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(by_phone(form_of_schema), lines([{"phone": p} for p in PHONES]), out).done == 4
    assert [line["number"] for line in manifest(out) if "number" in line] == [f"{p[:3]}****{p[-4:]}" for p in PHONES]
    names = sorted(documents(out))
    assert names[-1] == "own-139_9001.docx"
    assert all(name.startswith("own-138_8000-") for name in names[:-1])
    assert not any(phone in everything(out) for phone in PHONES)


def test_no_sum_tells_a_masked_number_to_those_who_try_them_all(form_of_schema, lines, tmp_path: Path) -> None:
    told = []
    for phone in PHONES[:2]:
        out = tmp_path / phone
        run(by_phone(form_of_schema), lines([{"phone": phone}, {"phone": PHONES[3]}]), out)
        told.append((sorted(documents(out)), (out / "manifest.jsonl").read_bytes()))
    assert told[0] == told[1]


def test_values_that_are_set_leave_no_sum_that_tells_them(form_of_schema, lines, tmp_path: Path) -> None:
    told = []
    for phone in PHONES[:2]:
        job = by_phone(form_of_schema)
        job = make_job(job.form, mask=True, overrides={"电话": phone})
        run(job, lines([{}]), tmp_path / phone)
        told.append((tmp_path / phone / "manifest.jsonl").read_bytes())
    assert told[0] == told[1]


def test_the_same_number_is_still_told_from_one_that_looks_like_it(form_of_schema, lines, tmp_path: Path) -> None:
    records = [{"phone": p} for p in (PHONES[0], PHONES[1], PHONES[0])]
    outcome = run(by_phone(form_of_schema), lines(records), tmp_path / "out")
    assert (outcome.done, outcome.failed) == (1, 2)


def test_a_number_of_which_nothing_is_left_gives_way_to_the_place(form_of_schema, lines, tmp_path: Path) -> None:
    run(by_phone(form_of_schema), lines([{"phone": "1"}, {"phone": "2"}]), tmp_path / "out")
    assert sorted(documents(tmp_path / "out")) == ["own-000001.docx", "own-000002.docx"]


def test_a_masked_batch_goes_on_where_it_ended(form_of_schema, lines, tmp_path: Path) -> None:
    source = lines([{"phone": f"138{n:04}8000"} for n in range(60)])
    run(by_phone(form_of_schema), source, tmp_path / "whole", jobs=1)
    run(by_phone(form_of_schema), source, tmp_path / "torn", jobs=1)
    torn = tmp_path / "torn" / "manifest.jsonl"
    kept = torn.read_bytes().splitlines(keepends=True)[:20]
    torn.write_bytes(b"".join(kept))
    assert run(by_phone(form_of_schema), source, tmp_path / "torn", jobs=1, resume=True).done == 41
    assert documents(tmp_path / "torn") == documents(tmp_path / "whole")
    assert torn.read_bytes() == (tmp_path / "whole" / "manifest.jsonl").read_bytes()


def test_a_masked_source_that_has_changed_where_it_shows_is_seen(form_of_schema, lines, tmp_path: Path) -> None:
    run(by_phone(form_of_schema), lines([{"phone": PHONES[0]}]), tmp_path / "out")
    with pytest.raises(UsageError, match="E-resume-other"):
        run(by_phone(form_of_schema), lines([{"phone": PHONES[2]}]), tmp_path / "out", resume=True)


def test_a_number_with_a_slash_marks_a_twin_and_opens_no_folder(job: Job, lines, tmp_path: Path) -> None:
    records = reports(2)
    for n, record in enumerate(records):
        record[next(k for k in record if k in ("report_no", "报告编号"))] = f"GB/2024-{n}"
    run(job, lines(records), tmp_path / "out", name="same")
    assert sorted(documents(tmp_path / "out")) == ["same-GB_2024-0.docx", "same-GB_2024-1.docx"]


def test_thousands_of_records_that_are_the_same_in_all_are_counted_on() -> None:
    job = make_job("closure-report")
    source = ListSource([{"report_no": "GB1"}] * 3_000, job.form, "x")
    stems = [entry.stem for entry in Plan(source, "x", NamePattern(DEFAULT_PATTERN, job), "keep").entries()]
    assert len(set(stems)) == 3_000
    assert stems[-1] == f"{stems[0]}-3000"
