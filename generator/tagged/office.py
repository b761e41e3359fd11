"""PDF of a user's file, made by LibreOffice where it is installed.

One LibreOffice does the documents of a process, and of a batch those of all its workers, one after another
(`office_server`). It ends with the process that began it; a document that takes too long ends it, and the next one gets
another. Where the system can't do that, each document has a LibreOffice of its own.
"""

import atexit
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generator.document import Document
from generator.errors import MachineError, Place, RecordError, fail
from generator.tagged import office_server
from generator.tagged.office_server import DONE, FAILED, LATE
from generator.unfinished import new_working_folder

PROGRAM = "BIAODAN_SOFFICE"
"""The environment variable that names the program, where it lies in no usual place."""

SECONDS = 120
"""Seconds that a conversion may take; the first one of a process starts LibreOffice and makes a profile."""

_NAMES = ("soffice", "libreoffice")
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_LONGEST = 100
"""Bytes that the path of a socket may have."""


def program() -> str:
    """Return where LibreOffice is; nothing where it isn't installed."""
    given = os.environ.get(PROGRAM, "")
    if given:
        return given if Path(given).is_file() else ""
    return next(filter(None, map(shutil.which, _NAMES)), "") or next(filter(os.path.isfile, _PLACES), "")


def require_office(format: str) -> str:
    """Return where LibreOffice is.

    Raises MachineError (E-own-office) where it isn't installed; `format`: what can be made without it.
    """
    found = program()
    if not found:
        raise fail(MachineError, "E-own-office", format=format)
    return found


def as_pdf(content: bytes, format: str, document: Document) -> bytes:
    """Return a document as PDF.

    Raises MachineError (E-own-office) where there is no LibreOffice, RecordError for a document that it can't convert
    (E-own-pdf) or that takes too long (E-own-pdf-time).
    """
    from pikepdf import PdfError

    from generator.tagged.office_pdf import canonical

    soffice, place = require_office(format), Place(document.form)
    with _alarm_stopped():
        answer, made = _answered(soffice, content, format)
    if answer == LATE:
        raise fail(RecordError, "E-own-pdf-time", place, seconds=SECONDS)
    with suppress(PdfError):
        if answer == DONE:
            return canonical(made)
    raise fail(RecordError, "E-own-pdf", place, format=format)


@contextmanager
def _alarm_stopped() -> Iterator[None]:
    """Let the time limit of a record stand still: waiting for others isn't its time, and a conversion has a limit."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    left, again = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, again)


def _answered(soffice: str, content: bytes, format: str) -> tuple[str, bytes]:
    """Return what LibreOffice has come to, and the PDF: asked at the batch's queue, our own, or by itself."""
    for place in _places(soffice):
        with suppress(OSError):  # whoever should answer there is gone
            return _asked(place, content, format)
    return _alone(soffice, content, format)


def _asked(place: Path, content: bytes, format: str) -> tuple[str, bytes]:
    """Return the answer of a queue; raises OSError where nobody gives one."""
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
        source = Path(folder, f"document.{format}")
        source.write_bytes(content)
        with socket.socket(socket.AF_UNIX) as queue:
            queue.connect(str(place / office_server.QUEUE))
            queue.sendall(json.dumps([str(source), _fonts(content)]).encode() + b"\n")
            answer = queue.recv(16).decode()
        if not answer:
            raise ConnectionError
        return answer, source.with_suffix(".pdf").read_bytes() if answer == DONE else b""


_NO_FONT = (".xml", ".rels", ".vml", ".png", ".jpeg", ".jpg", ".gif", ".svg", ".emf", ".wmf", ".bin")


def _fonts(content: bytes) -> str:
    """Return what tells the fonts that lie in a document: LibreOffice keeps them for the documents that follow."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            found = [part for part in parts.infolist() if not part.filename.lower().endswith(_NO_FONT)]
    except zipfile.BadZipFile:
        return ""
    return " ".join(f"{part.CRC:08x}" for part in found)


def _alone(soffice: str, content: bytes, format: str) -> tuple[str, bytes]:
    """Return what a LibreOffice for this document alone has come to, and the PDF."""
    folder = new_working_folder()
    office = office_server.Office(soffice, folder, documents=0)
    source = folder / f"document.{format}"
    try:
        source.write_bytes(content)
        if office.convert(source, "", office_server.Watch(SECONDS)):
            return DONE, source.with_suffix(".pdf").read_bytes()
    except office_server.LateError:
        return LATE, b""
    except PermissionError:  # it is a file, and no program
        return FAILED, b""
    finally:
        office.end()
        office_server.remove(folder)
    return FAILED, b""


# --- the queue ---


@dataclass(frozen=True)
class _Queue:
    """The process that answers, its folder, and the process whose it is; `told`: what it was begun with."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    owner: int
    told: tuple[str, float]

    def end(self) -> None:
        """End it with its LibreOffice; what is left of one that was killed ends here."""
        if self.owner != os.getpid():
            return
        for stream in filter(None, (self.process.stdin, self.process.stdout)):
            stream.close()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        _end_left(self.folder)
        office_server.remove(self.folder)


_PATIENCE = 10
_shared: list[Path] = []
_running: list[_Queue] = []
_BEGINNING = threading.Lock()


def use(place: str) -> None:
    """Ask at the queue of the process that this one works for; an empty place is none."""
    _shared[:] = [Path(place)] if place else []


def begin() -> str:
    """Return where a queue of this process is, for those who work for it; empty where there can be none."""
    soffice = program()
    queue = _queue(soffice) if soffice else None
    return str(queue.folder) if queue else ""


def _places(soffice: str) -> Iterator[Path]:
    yield from _shared
    queue = _queue(soffice)
    if queue:
        yield queue.folder


def _queue(soffice: str) -> _Queue | None:
    """Return the queue of this process, begun where there is none; None where the system can't have one."""
    with _BEGINNING:
        if _running and (_running[0].process.poll() is not None or _running[0].told != (soffice, SECONDS)):
            end()
        if not _running and hasattr(socket, "AF_UNIX"):
            _running.extend(_begun(soffice))
        return _running[0] if _running else None


@atexit.register
def end() -> None:
    """End the queue of this process."""
    while _running:
        _running.pop().end()


def _begun(soffice: str) -> Iterator[_Queue]:
    """Yield a queue that answers, if one can be begun."""
    folder = new_working_folder()
    if len(os.fsencode(folder / office_server.QUEUE)) > _LONGEST:
        folder.rmdir()
        return
    words = (folder, soffice, SECONDS, office_server.DOCUMENTS, office_server.IDLE)
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and program
        [sys.executable, "-E", "-s", "-S", office_server.__file__, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    queue = _Queue(process, folder, os.getpid(), (soffice, SECONDS))
    if process.stdout and process.stdout.readline():
        yield queue
    else:
        queue.end()


def _end_left(folder: Path) -> None:
    """End a LibreOffice that its queue has left, killed as it was: it is known by the profile among its words."""
    with suppress(OSError, ValueError):
        leader = int((folder / office_server.LEADER).read_text(encoding="ascii"))
        if os.fsencode(folder) in Path(f"/proc/{leader}/cmdline").read_bytes():
            os.killpg(leader, signal.SIGKILL)
    for profile in folder.glob(office_server.PROFILE.format("*")):
        office_server.remove_profile(profile)
