"""PDF of a user's file: by LibreOffice where it is, refused where it isn't, ended where it takes too long."""

import os
import stat
import time
from pathlib import Path

import pytest

from generator.api import render
from generator.document import Document
from generator.errors import RecordError
from generator.tagged import Own, office
from tests.tagged.word import REPORT, template

SAMPLE = Path(__file__).parents[2] / "samples" / REPORT / "ordinary.json"


def program(path: Path, *lines: str) -> str:
    """Write a program that stands for LibreOffice."""
    path.write_text("\n".join(["#!/bin/sh", *lines]), encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for the program")
def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(office.PROGRAM, program(tmp_path / "soffice", f"sleep 60 & echo $! > {tmp_path}/pid", "wait"))
    monkeypatch.setattr(office, "SECONDS", 1)
    with pytest.raises(RecordError) as raised:
        office.as_pdf(b"", "docx", _document())
    assert [fault.code for fault in raised.value.faults] == ["E-own-pdf-time"]
    pid, until = int((tmp_path / "pid").read_text()), time.monotonic() + 5
    while _runs(pid) and time.monotonic() < until:
        time.sleep(0.05)  # what is ended is gone a moment later
    assert not _runs(pid)


def test_a_document_that_it_cannot_convert_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(office.PROGRAM, program(tmp_path / "soffice", "exit 1"))
    with pytest.raises(RecordError):
        office.as_pdf(b"", "docx", _document())


@pytest.mark.skipif(not office.program(), reason="LibreOffice isn't installed")
def test_libreoffice_makes_a_pdf_of_it() -> None:
    import json

    record = json.loads(SAMPLE.read_text(encoding="utf-8"))
    made = render(REPORT, record, "pdf", template=Own("own.docx", template("{{ report_no }}")))
    assert made.startswith(b"%PDF-")
    assert b"D:1980" in made


def test_no_moment_and_no_name_of_chance_stays_in_a_pdf() -> None:
    content = b"/CreationDate(D:20240501120000+08'00') /ID [ <" + b"A1" * 16 + b"> <" + b"B2" * 16 + b"> ]"
    made = office.undated(content)
    assert len(made) == len(content)
    assert b"2024" not in made
    assert b"A1" not in made


def _runs(pid: int) -> bool:
    """Tell whether a process is at work; one that has ended may wait for somebody to take note of that."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _document() -> Document:
    from generator.api import make_job

    return make_job(REPORT).composer.cover({})
