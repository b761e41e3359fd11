"""The user's own Word file at the command line: begun, looked through, filled in for one record and for many."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from generator.tagged import office
from tests.cli.conftest import ROOT, Run
from tests.tagged.libreoffice import Stand, runs
from tests.tagged.word import REPORT

RECORD = ROOT / "samples" / REPORT / "ordinary.json"


def word(path: Path, *paragraphs: str) -> Path:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    made.save(str(path))
    return path


def test_a_template_is_begun_and_filled_in(cli: Callable[..., Run], tmp_path: Path) -> None:
    start = tmp_path / "start.docx"
    assert cli("template", "closure-report", "-o", str(start)).code == 0
    assert cli("lint", str(start), "--form", "closure-report").code == 0
    done = cli("render", "closure-report", str(RECORD), "--template", str(start), "-o", f"{tmp_path}/out/")
    assert (done.code, done.names) == (0, ["closure-report-BG20231017-001.docx"])
    text = docx.Document(io.BytesIO(done.paths[0].read_bytes())).element.xml
    assert "WT20231016-01" in text
    assert "{{" not in text


def test_lint_names_what_is_wrong_by_paragraph(cli: Callable[..., Run], tmp_path: Path) -> None:
    path = word(tmp_path / "own.docx", "{{ report_nr }}", "{{ 客户名 }}")
    done = cli("lint", str(path), "--form", "closure-report", "--lang", "en")
    assert done.code == 1
    assert 'own.docx:paragraph 1: the form has no field "report_nr"; the nearest are report_no' in done.err + done.out
    assert "W-own-unused" in done.err + done.out


@pytest.mark.parametrize(
    ("suffix", "format", "code"), [("docm", "docx", "E-own-kind"), ("docx", "xlsx", "E-own-format")]
)
def test_other_files_and_formats_are_refused(
    cli: Callable[..., Run], tmp_path: Path, suffix: str, format: str, code: str
) -> None:
    path = word(tmp_path / f"own.{suffix}", "{{ report_no }}")
    done = cli("render", "closure-report", str(RECORD), "--template", str(path), "-f", format, "-o", f"{tmp_path}/out/")
    assert (done.code, done.codes) == (2, [code])


def test_a_batch_makes_a_letter_of_each_record(cli: Callable[..., Run], tmp_path: Path) -> None:
    path = word(tmp_path / "own.docx", "{{ report_no }}：{{ root_cause }}")
    records = tmp_path / "records.jsonl"
    one = RECORD.read_text(encoding="utf-8").replace("\n", " ")
    records.write_text("\n".join(one.replace("-001", f"-00{n}") for n in range(1, 4)), encoding="utf-8")
    out = tmp_path / "out"
    assert cli("batch", "closure-report", str(records), "--template", str(path), "-o", str(out)).code == 0
    made = sorted(out.glob("*.docx"))
    assert len(made) == 3
    assert docx.Document(str(made[1])).paragraphs[0].text.startswith("BG20231017-002：")


def test_without_libreoffice_the_command_says_so_before_it_reads(
    cli: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAODAN_SOFFICE", "/nowhere")
    path = word(tmp_path / "own.docx", "{{ report_no }}")
    done = cli("render", "closure-report", RECORD, "--template", path, "-o", tmp_path / "x.pdf")
    assert (done.code, done.codes) == (3, ["E-own-office"])


@pytest.mark.skipif(os.name == "nt", reason="a script stands for LibreOffice")
def test_a_batch_has_one_libreoffice_and_a_slow_document_is_the_fault_of_its_record(
    cli: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = Stand(tmp_path)
    monkeypatch.setenv(office.PROGRAM, str(stand.path))
    monkeypatch.setattr(office, "SECONDS", 2)
    path = word(tmp_path / "own.docx", "{{ report_no }}：{{ root_cause }}")
    record, records = json.loads(RECORD.read_text(encoding="utf-8")), tmp_path / "records.jsonl"
    made = [record | {"report_no": f"BG20231017-{n:03}"} for n in range(26)]
    made[7]["root_cause"] = "SLOW"
    records.write_text("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in made), encoding="utf-8")
    out = tmp_path / "out"
    done = cli("batch", REPORT, records, "--template", path, "-f", "pdf", "--jobs", "2", "-o", out)
    assert (done.code, done.codes) == (1, ["E-own-pdf-time"])
    assert len(list(out.glob("*.pdf"))) == 25
    assert stand.count("began") == 2
    office.end()
    assert not any(map(runs, stand.pids("began")))
