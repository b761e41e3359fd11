"""Small pictures of forms: set once, kept for the next start, never of what somebody has filled in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.api import make_job
from generator.document import Document
from generator.writers.typst import preview

FORM, DOTS = "closure-report", 240


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep pictures in a folder of the test's own; the fonts stay where they are."""
    monkeypatch.setattr(preview, "cache_folder", lambda: tmp_path)
    return tmp_path


def blank(**how: Any) -> Document:
    return make_job(FORM, **how).blank()


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: object, **named: object) -> Any:
        raise AssertionError("it is set again")

    monkeypatch.setattr(preview, "_set", refused)


def test_a_form_s_picture_is_there_at_the_next_start(monkeypatch: pytest.MonkeyPatch) -> None:
    first = preview.picture(blank(), DOTS, keeps=True)
    assert first.startswith(b"\x89PNG")
    forbid(monkeypatch)
    assert preview.picture(blank(), DOTS, keeps=True) == first


@pytest.mark.parametrize("change", [{"title": "另一张表"}, {"footer": "另一行"}])
def test_a_form_that_is_changed_gets_another_picture(change: dict[str, str]) -> None:
    assert preview.picture(replace(blank(), **change), DOTS, keeps=True) != preview.picture(blank(), DOTS, keeps=True)


def test_a_damaged_picture_is_made_anew(cache: Path) -> None:
    first = preview.picture(blank(), DOTS, keeps=True)
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:-9])
    assert preview.picture(blank(), DOTS, keeps=True) == first


def test_of_a_record_nothing_is_kept(cache: Path) -> None:
    path = Path("samples") / FORM / "ordinary.json"
    job = make_job(FORM)
    (composed,) = job.documents(job.open(str(path)))
    assert composed.document is not None
    assert preview.picture(composed.document, DOTS).startswith(b"\x89PNG")
    assert not list(cache.iterdir())
