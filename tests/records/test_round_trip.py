"""Every form filled in at random, and read back: what stands in the file is the record, to the last character.

Of PDF the pages are laid out a few times only, and records put into their fields: laying out takes a hundred times as
long as all the rest. The benchmark of the same name lays out each, and tries as many records as one likes.
"""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator import Catalogue
from generator.wording import LANGS
from samples.laid_out import LaidOutOnce
from samples.random_records import FULLEST, Drawn, RandomRecords
from samples.round_trip import RoundTrip, spared_by

EXAMPLES = {"docx": 70, "xlsx": 70, "pdf": 15}
"""Those of each form in everyday tests; the sweep tries `MANY`, `python -m benchmarks round_trip` any number."""

MANY = 210
KINDS = {"pdf": LaidOutOnce}
ROWS = 3
FULLNESS = st.integers(1, FULLEST)
FORMS = {form.id: form for form in Catalogue()}

SETTINGS = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@cache
def records_of(form: str, format: str) -> RandomRecords:
    return RandomRecords(FORMS[form], spared=spared_by(format), most_rows=ROWS)


def records(form: str, format: str) -> st.SearchStrategy[Drawn | None]:
    """Return a form's records; a failing one is made smaller by leaving out what needn't be there."""
    seeds = st.integers(0, 2**32 - 1)
    return st.builds(lambda fullness, seed: records_of(form, format).drawn(seed + fullness, fullness), FULLNESS, seeds)


@pytest.mark.parametrize("format", EXAMPLES)
@pytest.mark.parametrize("form", FORMS)
def test_what_was_filled_in_is_read_back(form: str, format: str, tmp_path: Path) -> None:
    try_many(form, format, EXAMPLES[format], tmp_path)


@pytest.mark.sweep
@pytest.mark.parametrize("format", EXAMPLES)
@pytest.mark.parametrize("form", FORMS)
def test_many_that_were_filled_in_are_read_back(form: str, format: str, tmp_path: Path) -> None:
    try_many(form, format, MANY, tmp_path)


def try_many(form: str, format: str, count: int, folder: Path) -> None:
    trips = {lang: KINDS.get(format, RoundTrip)(FORMS[form], lang, format) for lang in LANGS}
    tried: set[str] = set()

    @settings(SETTINGS, max_examples=count)
    @given(records(form, format), st.sampled_from(LANGS))
    def come_back(drawn: Drawn | None, lang: str) -> None:
        assert drawn is not None, "no valid record was found"
        tried.add(f"{drawn.raw}")
        assert trips[lang].differences(drawn.raw, drawn.record, folder) == []

    come_back()
    assert len(tried) > count // 2  # a form of three answers has few
