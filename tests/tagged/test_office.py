"""PDF of a user's file: one LibreOffice for all, ended with whoever began it, and over what takes too long."""

import http.server
import io
import os
import re
import socket
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pikepdf
import pytest

from generator.api import make_job
from generator.batch.clock import time_limit
from generator.document import Document
from generator.errors import Place, RecordError
from generator.tagged import office, office_server
from tests.tagged.libreoffice import Stand, comes_about, killed, real, runs
from tests.tagged.word import REPORT, saved

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a script stands for the program")
needs_libreoffice = pytest.mark.skipif(not real, reason="LibreOffice isn't installed")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of temporary files, with no LibreOffice begun yet, and none left afterwards.

    Its path is short, as sockets have it.
    """
    folder = Path(tempfile.mkdtemp())
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    office.end()
    yield folder
    office.end()
    folder.rmdir()


@pytest.fixture
def stand(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Return a program that stands for LibreOffice."""
    made = Stand(tmp_path)
    monkeypatch.setenv(office.PROGRAM, str(made.path))
    return made


def pdf(content: bytes = b"", format: str = "docx") -> bytes:
    return office.as_pdf(content, format, _document())


def codes(content: bytes) -> list[str]:
    with pytest.raises(RecordError) as raised:
        pdf(content)
    return [fault.code for fault in raised.value.faults]


def _document() -> Document:
    return make_job(REPORT).composer.cover({})


# --- one for all ---


def test_one_libreoffice_makes_all_documents_and_ends_with_its_owner(stand: Stand) -> None:
    assert [pdf(b"%d" % n)[:5] for n in range(4)] == [b"%PDF-"] * 4
    assert (stand.count("made"), stand.count("began")) == (4, 1)
    office.end()
    assert not runs(stand.pids("began")[0])


def test_those_who_work_for_a_process_ask_at_its_queue(stand: Stand) -> None:
    code = "from tests.tagged import test_office as t; t.office.use({!r}); t.pdf(); t.os.kill(t.os.getpid(), 9)"
    for _ in range(2):
        killed(code.format(office.begin()))
    pdf()
    assert (stand.count("made"), stand.count("began")) == (3, 1)


def test_after_many_documents_it_is_another(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_server, "DOCUMENTS", 2)
    for _ in range(5):
        pdf()
    assert [runs(pid) for pid in stand.pids("began")] == [False, False, True]


def test_where_nobody_asks_it_ends_until_it_is_wanted(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_server, "IDLE", 0.2)
    pdf()
    assert comes_about(lambda: not runs(stand.pids("began")[0]))
    assert pdf()
    assert stand.count("began") == 2


def test_fonts_in_a_document_are_not_there_for_another(stand: Stand) -> None:
    for font in ("", "one", "one", "two", ""):
        parts = io.BytesIO()
        with zipfile.ZipFile(parts, "w") as package:
            package.writestr("word/document.xml", f"<{font}>")
            if font:
                package.writestr("word/fonts/font1.odttf", font)
        pdf(parts.getvalue())
    assert stand.count("began") == 4


def test_without_a_queue_each_document_has_its_own(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    assert pdf()
    assert codes(b"BAD") == ["E-own-pdf"]
    monkeypatch.setattr(office, "SECONDS", 1)
    assert codes(b"SLOW") == ["E-own-pdf-time"]
    assert stand.count("began") == 0


# --- what goes wrong ---


def test_what_takes_too_long_is_ended_with_all_that_it_started(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "SECONDS", 2)
    assert codes(b"SLOW") == ["E-own-pdf-time"]
    assert not any(runs(pid) for pid in stand.pids("began") + stand.pids("slow"))
    assert pdf()
    assert stand.count("began") == 2


def test_a_document_that_it_cannot_convert_is_a_fault_and_the_next_is_none(stand: Stand) -> None:
    assert codes(b"BAD") == ["E-own-pdf"]
    assert pdf()
    assert stand.count("began") == 1


def test_what_it_died_over_is_given_to_another_once(stand: Stand) -> None:
    assert pdf(b"DIES")
    assert stand.count("began") == 2
    assert codes(b"DIES ALWAYS") == ["E-own-pdf"]
    assert pdf()


def test_one_that_does_not_stay_makes_each_document_by_itself(stand: Stand) -> None:
    stand.path.write_text(stand.path.read_text().replace('says("began")', 'says("began"); sys.exit(1)'))
    assert pdf()
    assert pdf()
    assert stand.count("began") == 1


def test_a_program_that_is_none_is_a_fault_of_the_document(stand: Stand) -> None:
    stand.path.write_text("#!/bin/sh\nexit 1\n")
    assert codes(b"") == ["E-own-pdf"]
    stand.path.chmod(0o600)
    assert codes(b"") == ["E-own-pdf"]


def test_what_is_no_pdf_is_a_fault(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "made.pdf").write_bytes(b"no PDF")
    assert codes(b"") == ["E-own-pdf"]


def test_nothing_is_left_of_a_process_that_is_killed(stand: Stand, place: Path) -> None:
    killed("from tests.tagged import test_office as t; t.pdf(); t.os.kill(t.os.getpid(), 9)")
    assert comes_about(lambda: not runs(stand.pids("began")[0]))
    assert comes_about(lambda: not any(place.iterdir()))


def test_nobody_waits_for_the_document_of_a_process_that_is_killed(stand: Stand) -> None:
    code = "import threading; from tests.tagged import test_office as t; t.office.use({!r})\n"
    code += "threading.Timer(1.5, t.os.kill, (t.os.getpid(), 9)).start(); t.pdf(b'SLOW')"
    killed(code.format(office.begin()))
    assert pdf()
    assert not any(map(runs, stand.pids("slow")))


def test_where_the_queue_was_killed_another_is_begun_and_nothing_stays_of_it(stand: Stand, place: Path) -> None:
    pdf()
    os.kill(office._running[0].process.pid, 9)
    assert comes_about(lambda: not runs(office._running[0].process.pid))
    assert pdf()
    assert [runs(pid) for pid in stand.pids("began")] == [False, True]
    assert len(list(place.iterdir())) == 1


def test_the_time_of_a_record_stands_still_meanwhile(stand: Stand) -> None:
    with time_limit(1, Place(), may_die=False):
        assert pdf(b"SLOWISH")
    with pytest.raises(RecordError), time_limit(1, Place(), may_die=False):
        _without_end(pdf())


def _without_end(made: bytes) -> None:
    while made:
        pass


# --- LibreOffice itself ---


def word(*paragraphs: str, font: str = "Noto Sans CJK SC") -> bytes:
    """Return a Word file in a font that LibreOffice embeds as Type 1, where it is installed."""
    made = docx.Document()
    for text in paragraphs:
        run = made.add_paragraph().add_run(text)
        run.font.name = font
        run._element.rPr.rFonts.set(docx.oxml.ns.qn("w:eastAsia"), font)
    return saved(made)


@needs_libreoffice
def test_a_document_is_the_same_whatever_came_before(place: Path) -> None:
    one, other = word("问题已经解决，请签字。", "Solved"), word("客户回访", "Calls", font="Noto Serif CJK SC")
    first = pdf(one), pdf(other)
    assert (pdf(one), pdf(other)) == first
    office.end()
    assert (pdf(other), pdf(one)) == first[::-1]
    assert office._alone(office.program(), one, "docx")[0] == "done"
    with pikepdf.open(io.BytesIO(first[0])) as made:
        assert not made.check_pdf_syntax()
        assert str(made.docinfo["/CreationDate"]).startswith("D:1980")


@needs_libreoffice
def test_a_document_reaches_nothing_outside_of_it(place: Path) -> None:
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *words: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert pdf(linked(f"http://127.0.0.1:{server.server_port}/seen.png"))
        server.shutdown()
    assert not asked


def linked(address: str) -> bytes:
    """Return a Word file whose picture lies elsewhere."""
    from PIL import Image

    dot, out = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (9, 9)).save(dot, "PNG")
    made = docx.Document()
    made.add_picture(dot)
    with zipfile.ZipFile(io.BytesIO(saved(made))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name).replace(b"r:embed=", b"r:link=")
            target = f'Target="{address}" TargetMode="External"'.encode()
            new.writestr(name, re.sub(rb'Target="media/[^"]+"', target, part))
    return out.getvalue()
