"""Months of satisfaction surveys: `python -m samples.survey --rows 60 --seed 1 --out surveys.jsonl`.

Answers of one customer go together: who is content with one thing is mostly content with the others. Some answers are
missing, and most surveys name no customer. The same arguments give the same file.
"""

import random
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from generator.catalogue import Catalogue, FieldSpec, Form
from generator.files import write_to
from samples.command import parser
from samples.month import Lot, customer, following, months_to
from samples.tables import SHEET_ROWS, WRITERS, Layout

Survey = dict[str, Any]
"""A survey by the form's keys, without what wasn't answered."""

_CUSTOMERS = 400


@cache
def described() -> Mapping[str, Any]:
    """Return what `survey.toml` says of the surveys."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def form() -> Form:
    """Return the form that is filled in."""
    return Catalogue(()).form(described()["form"])


def layout() -> Layout:
    """Return the columns of a file: all fields of the form."""
    return Layout.of(form(), described()["table"])


class Respondents:
    """Those who answer in some months. All chance comes from one seed; `rows`: surveys of the last month, `month`."""

    def __init__(self, rows: int, seed: int, month: date, months: int = 1) -> None:
        self.says = described()
        self.chance = random.Random(seed)  # noqa: S311  # samples hold no secrets
        self.months = [(day, self.volume(rows)) for day in months_to(month, months)[:-1]] + [(month, rows)]
        self.levels = Lot(self.says["level"], (level["weight"] for level in self.says["level"].values()))
        self.scales = {spec.key: spec for spec in form().root.walk() if spec.key in self.says["score"]}

    @property
    def total(self) -> int:
        """Return how many surveys there are in all the months."""
        return sum(rows for _, rows in self.months)

    def volume(self, rows: int) -> int:
        """Return how many surveys come in a month in which about so many come."""
        return max(1, round(rows * self.chance.lognormvariate(0, self.says["volume_spread"])))

    def surveys(self) -> Iterator[Survey]:
        """Yield the surveys in the order of their days."""
        for month, rows in self.months:
            shift = self.chance.gauss(0, self.says["mood"]["month_spread"])
            length = (following(month) - month).days
            for day in sorted(int(self.chance.random() * length) for _ in range(rows)):
                survey = self.survey(month + timedelta(days=day), shift)
                missing = self.missing()
                yield {key: value for key, value in survey.items() if key not in missing}

    def missing(self) -> set[str]:
        """Return the keys of what isn't answered; without a name there is no number."""
        keys = {key for key, share in self.says["missing"].items() if self.chance.random() < share}
        return keys | {"customer_no"} if "customer_name" in keys else keys

    def survey(self, day: date, shift: float) -> Survey:
        """Return a survey in which everything is answered."""
        level = self.levels.draw(self.chance)
        says = self.says["mood"]
        mood = self.chance.gauss(says["mean"] + shift + self.says["level"][level]["mood"], says["spread"])
        rank = int(self.chance.random() * _CUSTOMERS)
        scores = {key: self.score(key, spec, mood) for key, spec in self.scales.items()}
        return {
            "customer_no": f"C{rank + 1:06}",
            "customer_name": customer(rank),
            "filled_on": day,
            "customer_level": level,
            **scores,
            "most_satisfied": self.comment("most_satisfied", scores, most=True),
            "most_to_improve": self.comment("most_to_improve", scores, most=False),
            "would_recommend": scores["nps"] >= self.says["recommend"]["from"],
        }

    def score(self, key: str, spec: FieldSpec, mood: float) -> int:
        """Return the answer to a question on its scale."""
        says = self.says["score"][key]
        wanted = round(says["mean"] + says["weight"] * mood + self.chance.gauss(0, says["noise"]))
        within: int = min(max(wanted, spec.schema["minimum"]), spec.schema["maximum"])
        return within

    def comment(self, key: str, scores: Mapping[str, int], most: bool) -> str:
        """Return what is written about the question of the highest or the lowest score, any of those that have it."""
        texts: Mapping[str, Sequence[str]] = self.says[key]
        bound = (max if most else min)(scores[question] for question in texts)
        question = self.chance.choice([question for question in texts if scores[question] == bound])
        return self.chance.choice(texts[question])


def main(words: list[str]) -> int:
    """Write the file, over one that is there; return the exit code."""
    options = parser("python -m samples.survey", "Make months of satisfaction surveys.", "surveys")
    given = options.parse_args(words)
    people = Respondents(given.rows, given.seed, given.month, given.months)
    if given.out.suffix == ".xlsx" and people.total > SHEET_ROWS:
        options.error(f"argument --rows: a sheet of Excel takes {SHEET_ROWS} at most")
    write_to(given.out, lambda file: WRITERS[given.out.suffix](layout(), people.surveys(), file), replace=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
