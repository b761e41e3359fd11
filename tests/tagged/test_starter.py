"""The file to begin with holds every tag of a form, in the layout of our own paper, and can be filled in as it is."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from generator import Catalogue
from generator.api import make_job, to_bytes
from generator.tagged import Own
from generator.tagged.starter import STARTERS

SAMPLES = Path(__file__).parents[2] / "samples"
FORMS = {form.id: form for form in Catalogue(())}


def start(form_id: str, lang: str, format: str) -> Own:
    out = io.BytesIO()
    STARTERS[format](FORMS[form_id], make_job(form_id, lang=lang).blank(), out)
    return Own(f"start.{format}", out.getvalue())


def parts(content: bytes) -> str:
    """Return the texts of all parts of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_a_starter_has_every_field_and_takes_any_sample(form_id: str) -> None:
    for format in STARTERS:
        own = start(form_id, "zh-Hans", format)
        assert own.faults(FORMS[form_id], "zh-Hans") == []
        job = make_job(form_id, template=own, mask=False)
        for composed in job.documents(job.open(str(SAMPLES / form_id / "ordinary.json"))):
            assert composed.document is not None
            assert "{%" not in parts(to_bytes(composed.document, format))


def test_a_letter_begins_as_its_sentences_with_dates_as_one_tag() -> None:
    own = start("solution-reply", "zh-Hans", "docx")
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(own.content)).paragraphs]
    assert any(text.startswith("贵方于{{ reported_at|prose }}反馈的问题") for text in texts)


def test_what_our_letter_does_not_print_is_at_hand_and_not_printed() -> None:
    own = start("solution-reply", "zh-Hans", "docx")
    assert "{{ salutation }}" in parts(own.content)
    job = make_job("solution-reply", template=own)
    (composed,) = job.documents(job.open(str(SAMPLES / "solution-reply" / "ordinary.json")))
    assert composed.document is not None
    texts = parts(to_bytes(composed.document, "docx"))
    assert "特此函告" in texts
    assert [text for text in ("其他信息", "称谓", "客户类型") if text in texts] == []


def test_columns_are_as_wide_as_on_our_own_paper() -> None:
    def grid(content: bytes) -> list[list[str]]:
        tables = docx.Document(io.BytesIO(content)).tables
        return [[str(column.width) for column in table.columns] for table in tables if len(table.columns) == 4]

    job = make_job("root-cause")
    assert grid(start("root-cause", "zh-Hans", "docx").content) == grid(to_bytes(job.blank(), "docx"))


def test_the_end_of_a_letter_has_tags_of_its_day_and_of_who_signs() -> None:
    content = docx.Document(io.BytesIO(start("completion-confirmation", "zh-Hans", "docx").content))
    texts = {text.text for text in content.element.iter(qn("w:t"))}
    assert {"{{ issued_on|prose }}", "{{ signed_by }}", "{{ signed_on|prose }}"} <= texts
