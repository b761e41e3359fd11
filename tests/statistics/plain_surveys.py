"""Every figure of a satisfaction report, computed in the plainest way: by going through a list of surveys."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from plain import Figures, half_up, months_around, rate


def satisfaction(surveys: Iterable[Mapping[str, Any]], month: str, schema: Mapping[str, Any]) -> Figures:
    """Return the figures of a month's surveys; the questions are those of the survey's schema, in its order."""
    _, start, end = months_around(month)
    mine = [survey for survey in surveys if survey.get("filled_on") and start <= survey["filled_on"] < end]
    titles = {key: spec["title"] for key, spec in schema["properties"].items() if is_question(spec, schema)}
    questions, averages = [], []
    for key, title in titles.items():
        counts = Counter(survey.get(key) for survey in mine)
        questions.append({"question": title} | {f"score_{score}": counts[score] for score in range(1, 6)})
        if average := mean([survey[key] for survey in mine if survey.get(key) is not None]):
            averages.append((average, title))
    promoters, passives, detractors = parts(mine)
    classes = []
    for choice in schema["properties"]["customer_level"]["oneOf"]:
        its = [survey for survey in mine if survey.get("customer_level") == choice["const"]]
        row = {"customer_class": choice["const"], "responses": len(its)}
        answers = [survey[key] for survey in its for key in titles if survey.get(key) is not None]
        own = parts(its)
        row |= {"average": mean(answers), "class_nps": rate(own[0] - own[2], sum(own), 1)}
        classes.append({key: value for key, value in row.items() if value is not None})
    low = sorted((pair for pair in averages if pair[0] < 5), key=lambda pair: pair[0])[:3]
    return {
        "returned": len(mine),
        "questions": questions,
        "promoters": promoters,
        "passives": passives,
        "detractors": detractors,
        "classes": classes,
        "lowest": [{"point": title, "average": average} for average, title in low],
    }


def is_question(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    name = spec.get("$ref", "").removeprefix("#/$defs/")
    whole = {**schema["$defs"].get(name, {}), **spec}
    return whole.get("x-control") == "rating" and (whole["minimum"], whole["maximum"]) == (1, 5)


def mean(scores: Sequence[int]) -> Decimal | None:
    return half_up(Decimal(sum(scores)) / len(scores), 2) if scores else None


def parts(surveys: Iterable[Mapping[str, Any]]) -> tuple[int, int, int]:
    """Return how many would recommend us, how many are undecided, and how many wouldn't."""
    answers = [survey["nps"] for survey in surveys if survey.get("nps") is not None]
    return sum(a >= 9 for a in answers), sum(7 <= a <= 8 for a in answers), sum(a <= 6 for a in answers)
