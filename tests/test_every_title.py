"""The samples are written by the titles on the paper, as people write. So every title of a paper is in its schema."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator import Catalogue
from generator.catalogue import FieldSpec, Form

SAMPLES = Path(__file__).parents[1] / "samples"
FORMS = {form.id: form for form in Catalogue(())}
ROWS = "rows"
HAN = re.compile("[\u4e00-\u9fff]")


def keys_in(content: Any) -> Iterator[str]:
    """Yield every key of a sample, at any depth."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from keys_in(value)
    elif isinstance(content, list):
        for item in content:
            yield from keys_in(item)


def written(form: str) -> set[str]:
    """Return the keys of the samples of a form that are written by titles."""
    samples = [json.loads(path.read_text(encoding="utf-8")) for path in (SAMPLES / form).glob("*.json")]
    keys = [set(keys_in(content)) - {ROWS} for content in samples]
    return set().union(*(own for own in keys if any(HAN.search(key) for key in own)))


def titles_of(form: Form) -> dict[str, FieldSpec]:
    return {spec.titles["zh-Hans"]: spec for spec in form.root.walk() if spec.pointer != f"/{ROWS}"}


@pytest.mark.parametrize("form", FORMS)
def test_every_title_that_people_write_is_a_field_of_the_form(form: str) -> None:
    assert written(form)
    assert written(form) <= set(titles_of(FORMS[form]))


@pytest.mark.parametrize("form", FORMS)
def test_people_can_write_every_field_that_is_not_computed(form: str) -> None:
    asked = {title for title, spec in titles_of(FORMS[form]).items() if spec.shape == "value" and not spec.derive}
    assert asked - written(form) == set()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_an_ordinary_sample_and_an_awkward_one(form: str) -> None:
    assert {"ordinary", "awkward"} <= {path.stem for path in (SAMPLES / form).glob("*.json")}


@pytest.mark.parametrize("form", FORMS)
def test_numbers_titles_and_versions_tell_the_forms_apart(form: str) -> None:
    others = [other for other in FORMS.values() if other.id != form]
    mine = FORMS[form]
    assert mine.number.startswith("KF-")
    assert mine.number not in {other.number for other in others}
    for lang in ("zh-Hans", "zh-Hant", "en"):
        assert mine.title(lang) not in {other.title(lang) for other in others}
