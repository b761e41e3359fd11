"""Lists that were made from earlier papers of ours: titles and answers under the words that they had then."""

import pytest

from generator import Catalogue
from generator.api import check
from generator.catalogue.form import FieldSpec
from generator.kinds.raw import fold
from generator.records.names import find_path
from generator.wording import LANGS, choose, former_words

FORMS = {form.id: form for form in Catalogue(())}


@pytest.mark.parametrize(
    ("form", "once", "key"),
    [
        ("task-assignment", "With", "supporting_departments"),
        ("issue-tracker", "回饋時間", "reported_at"),
        ("issue-tracker", "Issue No.", "issue_no"),
    ],
)
def test_a_column_goes_by_its_earlier_title(form: str, once: str, key: str) -> None:
    path = find_path(FORMS[form].rows, once)
    assert path is not None
    assert path[-1].key == key


def test_an_earlier_title_of_one_form_is_no_name_in_another() -> None:
    assert find_path(FORMS["issue-tracker"].rows, "With") is None


def test_an_answer_goes_by_its_earlier_words() -> None:
    faults = check("incident-review", {"review_level": "Daily, team"})
    assert not [fault for fault in faults if fault.place.pointer == "/review_level"]
    faults = check("incident-review", {"review_level": "Daily, crowd"})
    assert [fault for fault in faults if fault.place.pointer == "/review_level"]


def _names(spec: FieldSpec) -> set[str]:
    titles = [spec.titles, *(choice.titles for choice in spec.choices)]
    return {fold(choose(each, lang)) for each in titles for lang in LANGS}


def test_what_an_earlier_word_stands_for_is_there_today() -> None:
    today = set().union(*(_names(spec) for form in FORMS.values() for spec in form.root.walk()))
    assert {now for once in former_words().values() for now in once if fold(now) not in today} == set()
