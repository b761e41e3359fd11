"""Every form filled in at random, and read back: what stands in the file is the record, to the last character.

Of PDF the benchmark of the same name tries as many as one likes; WeasyPrint takes too long for thousands here.
"""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator import Catalogue
from generator.wording import LANGS
from samples.random_records import FULLEST, Drawn, RandomRecords
from samples.round_trip import RoundTrip

FORMATS = ("docx",)
EXAMPLES = 210
FULLNESS = st.integers(1, FULLEST)
FORMS = {form.id: form for form in Catalogue()}

SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@cache
def records_of(form: str) -> RandomRecords:
    return RandomRecords(FORMS[form])


def records(form: str) -> st.SearchStrategy[Drawn | None]:
    """Return a form's records; a failing one is made smaller by leaving out what needn't be there."""
    seeds = st.integers(0, 2**32 - 1)
    return st.builds(lambda fullness, seed: records_of(form).drawn(seed + fullness, fullness), FULLNESS, seeds)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("form", FORMS)
def test_what_was_filled_in_is_read_back(form: str, format: str, tmp_path: Path) -> None:
    trips = {lang: RoundTrip(FORMS[form], lang, format) for lang in LANGS}
    tried: set[str] = set()

    @SETTINGS
    @given(records(form), st.sampled_from(LANGS))
    def come_back(drawn: Drawn | None, lang: str) -> None:
        assert drawn is not None, "no valid record was found"
        tried.add(f"{drawn.raw}")
        assert trips[lang].differences(drawn.raw, drawn.record, tmp_path) == []

    come_back()
    assert len(tried) > EXAMPLES // 2  # a form of three answers has few
