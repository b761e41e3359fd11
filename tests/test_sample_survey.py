"""The surveys that `samples.survey` makes: like those of real customers, the same each time, and right by the form."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import correlation, mean

import pytest

from generator.api import check
from samples.survey import Respondents, Survey, described, main

COMMITTED = Path(__file__).parents[1] / "samples" / "survey" / "surveys.jsonl"
FORMATS = ("jsonl", "csv", "xlsx")
MAY = date(2024, 5, 1)
QUESTIONS = ("product_quality", "service_response", "service_attitude", "cooperation", "overall")


def made(folder: Path, format: str, rows: int = 60, seed: int = 1, months: int = 2) -> Path:
    path = folder / f"surveys.{format}"
    words = ["--rows", rows, "--months", months, "--seed", seed, "--month", "2024-05", "--out", path]
    assert main([str(word) for word in words]) == 0
    return path


@pytest.fixture(scope="module")
def surveys() -> list[Survey]:
    return list(Respondents(3000, 1, MAY, months=2).surveys())


def test_the_committed_file_is_what_the_command_gives(tmp_path: Path) -> None:
    assert made(tmp_path, "jsonl").read_bytes() == COMMITTED.read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(format: str, tmp_path: Path) -> None:
    first, again, other = (made(tmp_path / str(n), format, seed=seed).read_bytes() for n, seed in enumerate((1, 1, 2)))
    assert first == again != other


@pytest.mark.parametrize("format", FORMATS)
def test_every_survey_is_right_by_the_rules_of_the_form(format: str, tmp_path: Path) -> None:
    assert check(described()["form"], made(tmp_path, format, 300)) == []


def test_a_file_holds_every_survey_of_its_months(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in made(tmp_path, "jsonl", 300).read_text(encoding="utf-8").splitlines()]
    wanted = list(Respondents(300, 1, MAY, months=2).surveys())
    assert [{k: v.isoformat() if isinstance(v, date) else v for k, v in survey.items()} for survey in wanted] == rows


def test_months_end_at_the_one_that_is_asked_for(surveys: list[Survey]) -> None:
    days = [survey["filled_on"] for survey in surveys if "filled_on" in survey]
    assert days == sorted(days)
    counts = Counter(day.month for day in days)
    assert set(counts) == {4, 5}
    assert 0.9 < counts[5] / 3000 < 1


def test_who_is_content_with_one_thing_is_mostly_content_with_others(surveys: list[Survey]) -> None:
    for first, second in (("product_quality", "cooperation"), ("service_response", "overall"), ("overall", "nps")):
        both = [survey for survey in surveys if {first, second} <= {*survey}]
        assert correlation([s[first] for s in both], [s[second] for s in both]) > 0.35


def test_every_score_occurs_and_questions_differ(surveys: list[Survey]) -> None:
    for question in QUESTIONS:
        assert {survey[question] for survey in surveys if question in survey} == {1, 2, 3, 4, 5}
    assert {survey["nps"] for survey in surveys if "nps" in survey} == set(range(11))
    means = {question: mean(survey[question] for survey in surveys if question in survey) for question in QUESTIONS}
    assert min(means, key=means.__getitem__) == "service_response"


def test_core_customers_are_more_content(surveys: list[Survey]) -> None:
    by_level: dict[str, list[int]] = {"core": [], "regular": [], "potential": []}
    for survey in surveys:
        if {"customer_level", "overall"} <= {*survey}:
            by_level[survey["customer_level"]].append(survey["overall"])
    assert mean(by_level["core"]) > mean(by_level["regular"]) > mean(by_level["potential"])


def test_some_answers_are_missing_and_a_number_has_a_name(surveys: list[Survey]) -> None:
    for key in described()["missing"]:
        assert any(key not in survey for survey in surveys)
    assert all("customer_name" in survey for survey in surveys if "customer_no" in survey)


def test_what_is_written_is_about_the_best_and_the_worst(surveys: list[Survey]) -> None:
    texts = described()["most_satisfied"]
    about = {text: question for question, its in texts.items() for text in its}
    told = [s for s in surveys if "most_satisfied" in s and {*texts} <= {*s}]
    assert len(told) > 1000
    assert all(s[about[s["most_satisfied"]]] == max(s[question] for question in texts) for s in told)


@pytest.mark.parametrize(("option", "value"), [("--rows", "0"), ("--month", "2024-13"), ("--out", "surveys.txt")])
def test_what_cannot_be_is_wrong_usage(
    option: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = {"--rows": "5", "--seed": "1", "--month": "2024-05", "--out": "surveys.jsonl"} | {option: value}
    with pytest.raises(SystemExit) as end:
        main([f"{name}={said}" for name, said in options.items()])
    assert end.value.code == 2
    assert not list(tmp_path.iterdir())
