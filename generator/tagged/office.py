"""PDF of a user's file, made by LibreOffice where it is installed.

Each process has a profile of its own, so that many can work at once; a conversion that takes too long is ended with all
that it has started. The dates that LibreOffice writes into a PDF are taken out: the same document gives the same bytes.
"""

import atexit
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from generator.document import Document
from generator.errors import MachineError, Place, RecordError, fail

PROGRAM = "BIAODAN_SOFFICE"
"""The environment variable that names the program, where it lies in no usual place."""

SECONDS = 120
"""Seconds that a conversion may take; the first one of a process makes a profile."""

_NAMES = ("soffice", "libreoffice")
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_ONE_AT_A_TIME = threading.Lock()
"""A profile is used by one program at a time."""


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
    soffice, place = require_office(format), Place(document.form)
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="biaodan-pdf-") as folder:
        source = Path(folder, f"document.{format}")
        source.write_bytes(content)
        try:
            _convert(soffice, source, Path(folder))
        except subprocess.TimeoutExpired:
            raise fail(RecordError, "E-own-pdf-time", place, seconds=SECONDS) from None
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise fail(RecordError, "E-own-pdf", place, format=format)
        return undated(made.read_bytes())


def _convert(soffice: str, source: Path, folder: Path) -> None:
    """Let LibreOffice write a PDF beside a file; whatever it starts ends with it.

    Raises TimeoutExpired.
    """
    profile = _profile().as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck"]
    command += ["--nodefault", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    with subprocess.Popen(  # noqa: S603  # our own words, and a program that the user has installed
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(),
        start_new_session=sys.platform != "win32",
    ) as process:
        try:
            process.wait(SECONDS)
        except BaseException:
            _end(process)
            raise


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """Return the environment of LibreOffice: ours, without what would lead it elsewhere."""
    gone = ("PYTHONPATH", "PYTHONHOME", "LD_PRELOAD")
    return {name: value for name, value in os.environ.items() if name not in gone} | {"SAL_USE_VCLPLUGIN": "svp"}


@cache
def _profile() -> Path:
    """Return the profile of this process, made once and removed when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="biaodan-office-"))
    user = folder / "user"
    user.mkdir()
    (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


_ITEM = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="{}" oor:op="fuse">'
    "<value>{}</value></prop></item>"
)
_SETTINGS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    + _ITEM.format("MacroSecurityLevel", 3)
    + _ITEM.format("DisableMacrosExecution", "true")
    + _ITEM.format("BlockUntrustedRefererLinks", "true")
    + "</oor:items>\n"
)
"""No macro runs, and nothing is fetched from outside of a document."""

_DATES = re.compile(rb"/(?:CreationDate|ModDate)\s*\(D:[0-9]{14}[^)]*\)")
_IDS = re.compile(rb"/ID\s*\[\s*<[0-9A-Fa-f]+>\s*<[0-9A-Fa-f]+>\s*\]")
_XMP = re.compile(rb"(<xmp:(?:Create|Modify|Metadata)Date>)([^<]*)(<)")
_SUM = re.compile(rb"/DocChecksum\s*/[0-9A-F]+")
_FIRST, _MOMENT = b"19800101000000Z", b"1980-01-01T00:00:00Z"


def undated(content: bytes) -> bytes:
    """Return a PDF whose moments are those of all our files, each as long as it was, so that nothing in it moves."""
    content = _DATES.sub(lambda found: _same_length(found[0]), content)
    content = _XMP.sub(lambda found: found[1] + _MOMENT.ljust(len(found[2]))[: len(found[2])] + found[3], content)
    for pattern in (_IDS, _SUM):
        content = pattern.sub(lambda found: re.sub(rb"[0-9A-Fa-f]{32}", b"0" * 32, found[0]), content)
    return content


def _same_length(entry: bytes) -> bytes:
    head, _, _ = entry.partition(b"(")
    room = len(entry) - len(head) - len(b"(D:)")
    return head + b"(D:" + _FIRST[:room].ljust(room) + b")"
