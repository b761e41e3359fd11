"""Filled documents with a password: read and gathered where it is given, and in no message or copy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.api import make_job, to_bytes
from tests.cli.conftest import Run
from tests.desk.given import paper
from tests.desk.test_give import SECRET, locked

FORMATS = ["docx", "xlsx", "pdf"]


@pytest.fixture(params=FORMATS)
def returned(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a closing report that came back with a password."""
    path = tmp_path / f"returned.{request.param}"
    path.write_bytes(locked(paper(request.param)))
    return path


@pytest.mark.parametrize(("given", "code"), [("", "E-read-locked"), ("wrong-1234", "E-password-wrong"), (SECRET, "")])
def test_a_password_comes_from_the_environment_and_is_in_no_message(
    cli: Callable[..., Run], returned: Path, monkeypatch: pytest.MonkeyPatch, given: str, code: str
) -> None:
    monkeypatch.setenv("BIAODAN_PASSWORD", given)
    done = cli("read", returned, "--annotate", returned.parent / "copies")
    assert done.codes == ([code] if code else [])
    assert ("BG20231017-001" in done.out) == (not code)
    assert not given or given not in done.out + done.err
    assert {path.name for path in returned.parent.iterdir()} == {returned.name}  # nothing of it lies there unprotected


def test_documents_with_a_password_are_gathered(
    cli: Callable[..., Run], returned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAODAN_PASSWORD", SECRET)
    done = cli("collect", returned, "-o", returned.parent / "all.csv")
    assert done.code == 0, done.err
    assert "BG20231017-001" in (returned.parent / "all.csv").read_text(encoding="utf-8-sig")


def test_no_marked_copy_lies_beside_a_document_that_somebody_protected(
    cli: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "returned.docx"
    path.write_bytes(locked(to_bytes(make_job("closure-report", fillable=True).blank(), "docx")))  # nothing filled in
    monkeypatch.setenv("BIAODAN_PASSWORD", SECRET)
    done = cli("read", path, "--annotate", tmp_path / "copies")
    assert "E-required" in done.codes
    assert not (tmp_path / "copies").exists()
