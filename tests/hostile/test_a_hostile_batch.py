"""A batch of which every tenth record is hostile, of every kind: the others get their documents, killed or not."""

from pathlib import Path

import pytest

from tests.trials import hostile


@pytest.mark.parametrize(
    ("formats", "engine", "count"), [("docx,xlsx", "", 220), ("pdf", "typst", 220), ("pdf", "weasyprint", 40)]
)
def test_hostile_records_cost_no_other_its_document(tmp_path: Path, formats: str, engine: str, count: int) -> None:
    good = hostile.write(tmp_path / "records.jsonl", count)
    done = hostile.run(tmp_path / "records.jsonl", tmp_path / "out", formats, engine)
    assert done.returncode == 1, done.stderr
    assert hostile.verdict(tmp_path / "out", good, count, formats) == []


def test_kills_change_nothing(tmp_path: Path) -> None:
    hostile.write(tmp_path / "records.jsonl", 220)
    hostile.run(tmp_path / "records.jsonl", tmp_path / "calm", "docx", "")
    hostile.run(tmp_path / "records.jsonl", tmp_path / "killed", "docx", "", kills=3)
    assert hostile.contents(tmp_path / "killed") == hostile.contents(tmp_path / "calm")
