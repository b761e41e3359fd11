"""Every form of the catalogue, typed into the page as its sample has it, without a barrier; taken in every format, and
read back.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.api import make_job
from generator.catalogue import Catalogue, Form
from generator.desk.controls import entered
from generator.job import Job
from generator.records import ListSource
from generator.returned import read_returned
from samples.demo import samples_of
from samples.round_trip import record_of
from tests.browser.axe import found_on
from tests.browser.conftest import Opens

pytestmark = pytest.mark.browser

CATALOGUE = Catalogue()
FORMS = [form.id for form in CATALOGUE]


def sample_of(form: Form) -> Any:
    """Return the ordinary sample of a form."""
    path = {path.stem: path for path in samples_of(form)}["ordinary"]
    return json.loads(path.read_text(encoding="utf-8"))


def typed_of(job: Job, raw: Any) -> dict[str, Any]:
    """Return what is typed into the page to get a record."""
    head = {job.form.rows.key: raw} if isinstance(raw, list) else raw
    return entered(job.form, head, "zh-Hans", job.policy, job.theme)


def without(record: Any, pointer: str) -> None:
    """Take a value out of a record."""
    *above, last = pointer.split("/")[1:]
    for step in above:
        record = record[int(step)] if isinstance(record, list) else record[step]
    del record[last]


@pytest.mark.parametrize("form_id", FORMS)
def test_a_sample_that_is_typed_comes_back_from_each_document(form_id: str, opens: Opens, tmp_path: Path) -> None:
    form = CATALOGUE.form(form_id)
    job = make_job(form, catalogue=CATALOGUE)
    raw = sample_of(form)
    wanted, _ = record_of(job, ListSource(raw, form))
    sheet = opens().begin(form_id)
    computed = sheet.fill(typed_of(job, raw))
    sheet.saved()
    for pointer in computed:
        if not sheet.box(pointer).inner_text():  # the rule gives nothing: others may write there, the page can't
            without(wanted, pointer)
    assert sheet.page.locator("#missing .good").count() == 1, sheet.page.inner_text("#missing")
    assert found_on(sheet.page) == []
    sheet.page.select_option("#see-purpose", "fillable")
    sheet.page.set_checked("#see-mask", False)
    for format in ("docx", "xlsx", "pdf"):
        back = read_returned(sheet.take(format, tmp_path), CATALOGUE, lambda _: job)
        assert [fault.code for fault in back.faults if not fault.is_warning] == []
        assert back.record == wanted, format
