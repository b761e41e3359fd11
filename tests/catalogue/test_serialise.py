"""Typed values and JSON are one record: what is derived of it in JSON is read back to the very same values."""

import json
from pathlib import Path

import pytest

from generator.api import make_job
from generator.catalogue import Catalogue

SAMPLES = Path(__file__).parents[2] / "samples"
FORMS = sorted(form.id for form in Catalogue())


@pytest.mark.parametrize("sample", ["ordinary", "awkward"])
@pytest.mark.parametrize("form", FORMS)
def test_json_of_a_record_reads_back_to_it(form: str, sample: str) -> None:
    job = make_job(form)
    content = json.loads((SAMPLES / form / f"{sample}.json").read_text(encoding="utf-8"))
    source = job.source(content)
    first = list(job.pipeline.judged(source))
    data = [dict(judged.data) for judged in first]
    again = job.source({"rows": data} | dict(job.pipeline.head(source).data) if job.form.is_table else data[0])
    second = list(job.pipeline.judged(again))
    assert [judged.values for judged in second] == [judged.values for judged in first]
    assert [judged.data for judged in second] == [judged.data for judged in first]
