"""Policy files of masking beside those of response targets: replaced one by one or together, refused when faulty."""

import json
import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from generator import resources
from generator.api import make_job, make_policy
from generator.document import Field, FieldGrid, Section
from generator.errors import SchemaError
from generator.formats import span_text
from generator.records import ListSource
from generator.rules import load_policy
from generator.rules.mask import mask
from generator.rules.policy import load_masking

ROOT = Path(__file__).resolve().parents[2]
POLICIES = resources.schemas() / "policies"
REPORT = ROOT / "samples" / "closure-report" / "ordinary.json"
PERSON = {
    "name": {"type": "string", "title": "姓名", "x-sensitive": "name"},
    "phone": {"type": "string", "title": "电话", "x-sensitive": "phone"},
}
RAW = {"name": "欧阳修", "phone": "13856785678"}


@pytest.fixture
def policy_file(tmp_path):
    """Return a function that writes a shipped policy with changes, each a path of keys and a value; None takes out."""

    def write(sort, *changes):
        content = json.loads((POLICIES / f"{sort}.json").read_text(encoding="utf-8"))
        for *path, key, value in changes:
            node = content
            for step in path:
                node = node[step]
            node[key] = value
            if value is None:
                del node[key]
        written = tmp_path / f"our-{sort}.json"
        written.write_text(json.dumps(content), encoding="utf-8")
        return written

    return write


def printed(form, raw, **options):
    """Return the values of a form's fields as they are printed."""
    job = make_job(form, **options)
    [made] = job.documents(ListSource(raw, form))
    found = {}
    stack = list(made.document.blocks)
    while stack:
        block = stack.pop(0)
        stack += block.blocks if isinstance(block, Section) else ()
        fields = [f for line in block.lines for f in line] if isinstance(block, FieldGrid) else []
        found |= {f.pointer: f.value for f in fields if isinstance(f, Field)}
    return found


# --- loaded ----------------------------------------------------------------------------------------------------------


def test_without_files_the_shipped_rules_hold():
    policy = load_policy()
    assert policy.masking == load_masking()
    assert mask("13856785678", "phone", policy.masking) == "138****5678"


def test_a_file_of_masking_replaces_the_rules_of_masking_alone(policy_file):
    policy = load_policy(policy_file("masking", ("mark", "●"), ("rules", "phone", {"keep_last": 2})))
    assert mask("13856785678", "phone", policy.masking) == "●●●●●●●●●78"
    assert policy.targets == load_policy().targets
    assert policy.zone_name == "Asia/Shanghai"


def test_a_file_of_targets_leaves_the_rules_of_masking(policy_file):
    policy = load_policy(policy_file("response", ("targets", "priority", "P0", {"value": 45, "unit": "minute"})))
    assert policy.span("priority", "P0") == (45, "minute")
    assert policy.masking == load_masking()


@pytest.mark.parametrize("order", [1, -1])
def test_both_sorts_may_be_given_in_any_order(policy_file, order):
    ours = policy_file("response", ("targets", "priority", "P0", {"value": 45, "unit": "minute"}))
    hidden = policy_file("masking", ("mark", "●"))
    policy = load_policy(*[ours, hidden][::order])
    assert policy.span("priority", "P0") == (45, "minute")
    assert policy.masking["mark"] == "●"


def test_of_two_files_of_a_sort_the_last_one_holds(policy_file, tmp_path):
    first = policy_file("masking", ("mark", "●"))
    second = first.rename(tmp_path / "second.json")
    first = policy_file("masking", ("mark", "#"))
    assert load_policy(first, second).masking["mark"] == "●"
    assert load_policy(second, first).masking["mark"] == "#"


def test_a_file_of_masking_that_has_changed_is_read_again(policy_file):
    assert load_policy(policy_file("masking", ("mark", "●"))).masking["mark"] == "●"
    assert load_policy(policy_file("masking", ("mark", "#"))).masking["mark"] == "#"
    assert load_policy().masking["mark"] == "*"


def test_a_caller_may_give_one_path_several_or_none(policy_file):
    path = policy_file("masking", ("mark", "●"))
    assert make_policy(path).masking["mark"] == make_policy(str(path)).masking["mark"] == "●"
    assert make_policy([path]).masking["mark"] == "●"
    assert make_policy(None).masking["mark"] == make_policy([]).masking["mark"] == "*"


# --- at work ---------------------------------------------------------------------------------------------------------


def test_documents_are_masked_by_the_rules_in_use(form_of, policy_file):
    form = form_of(PERSON)
    path = policy_file("masking", ("mark", "●"), ("rules", "phone", {"keep_first": 1}), ("compound_surnames", []))
    assert printed(form, RAW, mask=True) == {"/name": "欧阳*", "/phone": "138****5678"}
    assert printed(form, RAW, mask=True, policy=path) == {"/name": "欧●●", "/phone": "1●●●●●●●●●●"}
    assert printed(form, RAW, policy=path) == {"/name": "欧阳修", "/phone": "13856785678"}


def test_rows_of_a_register_are_masked_by_the_rules_in_use(form_of, policy_file):
    form = form_of({"rows": {"type": "array", "items": {"type": "object", "properties": PERSON}}})
    job = make_job(form, mask=True, policy=policy_file("masking", ("mark", "●"), ("rules", "phone", {"keep_last": 1})))
    [made] = job.documents(ListSource([RAW], form))
    [row] = made.document.blocks[0].rows
    assert tuple(row.values) == ("欧阳●", "●●●●●●●●●●8")


def test_what_was_masked_with_our_mark_stays_as_it_is(policy_file):
    rules = load_policy(policy_file("masking", ("mark", "●"))).masking
    assert mask("138●●●●5678", "phone", rules) == "138●●●●5678"
    assert mask("欧阳●", "name", rules) == "欧阳●"


# --- faulty files ----------------------------------------------------------------------------------------------------


FAULTY = [
    (("mark", None), ""),
    (("mark", "**"), "/mark"),
    (("mark", ""), "/mark"),
    (("mark", 0), "/mark"),
    (("rules", None), ""),
    (("rules", "phone", None), "/rules"),
    (("rules", "name", {"keep": "everything"}), "/rules/name/keep"),
    (("rules", "name", "surname"), "/rules/name"),
    (("rules", "phone", {"keep_first": -1}), "/rules/phone/keep_first"),
    (("rules", "phone", {"keep_first": 1.5}), "/rules/phone/keep_first"),
    (("rules", "phone", {"keep_last": 21}), "/rules/phone/keep_last"),
    (("rules", "phone", {"keep_middle": 3}), "/rules/phone"),
    (("compound_surnames", ["欧"]), "/compound_surnames/0"),
    (("compound_surnames", None), ""),
    (("city_endings", [""]), "/city_endings/0"),
    (("province_endings", "省"), "/province_endings"),
    (("targets", {}), ""),
]


@pytest.mark.parametrize(("change", "pointer"), FAULTY, ids=str)
def test_faulty_rules_are_refused_with_the_place_of_their_fault(policy_file, change, pointer):
    with pytest.raises(SchemaError) as caught:
        load_policy(policy_file("masking", change))
    assert [(fault.code, fault.place.file, fault.place.pointer) for fault in caught.value.faults] == [
        ("E-policy", "our-masking.json", pointer)
    ]


def test_all_faults_of_the_rules_are_told_at_once(policy_file):
    with pytest.raises(SchemaError) as caught:
        load_policy(policy_file("masking", ("mark", "**"), ("rules", "name", 1), ("more", 1)))
    assert sorted(fault.place.pointer for fault in caught.value.faults) == ["", "/mark", "/rules/name"]


def test_a_faulty_file_is_refused_whichever_place_it_has(policy_file):
    sound, faulty = policy_file("response"), policy_file("masking", ("mark", "**"))
    for paths in ([sound, faulty], [faulty, sound]):
        with pytest.raises(SchemaError) as caught:
            load_policy(*paths)
        assert {fault.place.file for fault in caught.value.faults} == {"our-masking.json"}


# --- rates and years -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "percent", "kept"),
    [
        ("repeat_rate", 4.99, True),
        ("repeat_rate", Decimal("4.999999"), True),
        ("repeat_rate", 5, False),  # below means below
        ("repeat_rate", 5.01, False),
        ("repeat_rate", 0, True),
        ("verification_accuracy", Decimal("99.5"), True),
        ("verification_accuracy", 99.5, True),
        ("verification_accuracy", Decimal("99.4999"), False),
        ("verification_accuracy", 100, True),
        ("no_such_rate", 5, None),
    ],
)
def test_a_rate_on_its_limit_is_kept_from_above_and_not_from_below(rate, percent, kept):
    assert load_policy().met(rate, percent) is kept


def test_rates_are_compared_as_they_are_written(policy_file):
    policy = load_policy(
        policy_file("response", ("rates", {"few": {"below_percent": 0.1}, "many": {"at_least_percent": 99.9}}))
    )
    assert policy.met("few", Decimal("0.1")) is False
    assert policy.met("few", Decimal("0.0999")) is True
    assert policy.met("many", Decimal("99.9")) is True
    assert policy.met("repeat_rate", 1) is None


def test_a_policy_may_have_no_rates(policy_file):
    assert load_policy(policy_file("response", ("rates", None))).met("repeat_rate", 1) is None


@pytest.mark.parametrize(
    "rate", [{}, {"below_percent": 1, "at_least_percent": 2}, {"below_percent": -1}, {"above_percent": 5}, 5], ids=str
)
def test_a_rate_has_one_limit(policy_file, rate):
    with pytest.raises(SchemaError):
        load_policy(policy_file("response", ("rates", "repeat_rate", rate)))


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        (date(2024, 2, 29), "ten_years", date(2034, 2, 28)),
        (date(2022, 12, 31), "ten_years", date(2032, 12, 31)),
        (datetime(1996, 2, 29, 9, 30), "thirty_years", date(2026, 2, 28)),
        (date(2023, 2, 28), "one_year", date(2024, 2, 28)),
        (date(2020, 2, 29), "four_years", date(2024, 2, 29)),
        (date(2023, 1, 1), "one_year", date(2024, 1, 1)),
    ],
)
def test_a_limit_of_years_ends_on_the_same_day(policy_file, start, limit, end):
    path = policy_file(
        "response",
        ("targets", "retention", "one_year", {"value": 1, "unit": "year"}),
        ("targets", "retention", "four_years", {"value": 4, "unit": "year"}),
    )
    policy = load_policy(path)
    assert policy.deadline(start, limit, "retention") == end
    assert policy.length("retention", limit) is None
    assert not policy.counts_days(limit, "retention")


@pytest.mark.parametrize(
    ("value", "lang", "text"),
    [
        (30, "zh-Hans", "30 年"),
        (30, "zh-Hant", "30 年"),
        (30, "en", "30 years"),
        (1, "en", "1 year"),
        (1, "zh-Hans", "1 年"),
    ],
)
def test_years_are_told_in_words(value, lang, text):
    assert span_text(value, "year", lang) == text


# --- the command -----------------------------------------------------------------------------------------------------


def biaodan(folder, *arguments):
    """Run the command in a folder; return its exit code and both streams."""
    done = subprocess.run(
        [sys.executable, "-m", "generator", *map(str, arguments)],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT)), "BIAODAN_LANG": "en"},
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


RENDER = ("render", "closure-report", REPORT, "-o", "out", "-f", "xlsx", "--mask")


def test_both_policies_are_given_by_the_same_option(tmp_path, policy_file):
    due = {"type": "string", "format": "date", "x-derive": "deadline(day, 'core', 'contact')"}
    schema = {"type": "object", "properties": {**PERSON, "day": {"type": "string", "format": "date"}, "due": due}}
    (tmp_path / "own.json").write_text(json.dumps(schema), encoding="utf-8")
    (tmp_path / "r.json").write_text(json.dumps({**RAW, "day": "2024-01-31"}), encoding="utf-8")
    ours = policy_file("response", ("targets", "contact", "core", {"value": 2, "unit": "month"}))
    hidden = policy_file("masking", ("mark", "●"))
    policies = ["--policy", ours, "--policy", hidden]
    code, out, err = biaodan(tmp_path, "render", "own.json", "r.json", "-o", "out", "-f", "xlsx", "--mask", *policies)
    assert (code, err) == (0, "")
    sheet = load_workbook(tmp_path / out.strip()).worksheets[0]
    values = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"欧阳●", "138●●●●5678", datetime(2024, 3, 31)} <= values


@pytest.mark.parametrize("sound_first", [True, False])
def test_with_faulty_rules_nothing_is_rendered(tmp_path, policy_file, sound_first):
    pair = [policy_file("response"), policy_file("masking", ("rules", "phone", {"keep_first": -1}))]
    first, second = pair if sound_first else pair[::-1]
    code, out, err = biaodan(tmp_path, *RENDER, "--policy", first, "--policy", second)
    assert (code, out) == (1, "")
    assert "our-masking.json: /rules/phone/keep_first" in err
    assert "[E-policy]" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["blank", "check"])
def test_with_faulty_rules_no_command_goes_on(tmp_path, policy_file, command):
    path = policy_file("masking", ("mark", "**"))
    rest = ["closure-report", "-o", "out", "-f", "xlsx"] if command == "blank" else ["closure-report", REPORT]
    code, out, err = biaodan(tmp_path, command, *rest, "--policy", path)
    assert (code, out) == (1, "")
    assert "[E-policy]" in err
    assert not (tmp_path / "out").exists()


def test_a_policy_that_isnt_there_is_a_mistake_of_the_caller(tmp_path, policy_file):
    code, out, _ = biaodan(tmp_path, *RENDER, "--policy", policy_file("masking"), "--policy", "nothere.json")
    assert (code, out) == (2, "")
    assert not (tmp_path / "out").exists()
