"""Returned forms gathered into a table of a real PostgreSQL server."""

import json
from pathlib import Path

import pytest

from generator.api import collect, render
from generator.collect import Outcome

pytestmark = pytest.mark.services
SAMPLE = Path(__file__).parents[2] / "samples" / "closure-report" / "ordinary.json"


def test_a_table_is_made_and_brought_up_to_date(postgres: str, tmp_path: Path) -> None:
    import psycopg

    record = json.loads(SAMPLE.read_text(encoding="utf-8"))
    path = tmp_path / "returned.docx"

    def gathered(**changed: str) -> Outcome:
        path.write_bytes(render("closure-report", {**record, **changed}, "docx", fillable=True))
        (entry,) = collect([path], postgres).entries
        return entry.outcome

    assert gathered() is Outcome.NEW
    assert gathered() is Outcome.SAME
    assert gathered(solution="改用新证书") is Outcome.CHANGED
    with psycopg.connect(postgres) as base:
        query = "SELECT record_id, solution, jsonb_array_length(log::jsonb) > 0 FROM closure_report"
        assert base.execute(query).fetchall() == [(record["report_no"], "改用新证书", True)]
