"""One LibreOffice for all who ask: started once, given a document after another, and ended with whoever began it.

This file is also a program, run by its path so that nothing but the standard library is loaded. It answers at a socket
in its folder, one document at a time in the order of asking; the end of its standard input is the end of its owner,
however that came about, and then LibreOffice ends and the folder goes.

A LibreOffice that has a document open stays. The program, called again with the same profile, hands its words to the
one that is there and waits until that has done them: so nothing is needed but LibreOffice itself.
"""

import hashlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

QUEUE = "queue"
"""The socket's name in the folder."""

LEADER = "office.pid"
"""The file in the folder that names the process that leads LibreOffice's group."""

PROFILE = "profile-{}"
"""The names of profiles in the folder."""

DONE, FAILED, LATE = "done", "failed", "late"

DOCUMENTS = 200
"""Documents after which LibreOffice is started anew: it grows by what it has read."""

IDLE = 60
"""Seconds without a document after which LibreOffice is ended until it is wanted again."""

_READY = 30.0
"""Seconds after which LibreOffice is spoken to even if it gives no sign that it has begun."""

_GLANCE, _ASKING, _DYING = 0.005, 5.0, 2.0


class LateError(Exception):
    """It took too long."""


class GoneError(Exception):
    """Whoever asked doesn't wait any more, or the owner has ended."""


class Watch:
    """Waits for something to come about, so many seconds in all, as long as those who want it are there."""

    def __init__(self, seconds: float, wanted_by: Sequence[Any] = ()) -> None:
        self.end, self.wanted_by = time.monotonic() + seconds, wanted_by

    def until(self, has_come: Callable[[], object]) -> None:
        """Return once it has come about; raises LateError, GoneError."""
        while not has_come():
            if time.monotonic() > self.end:
                raise LateError
            if self.wanted_by and is_heard(self.wanted_by, _GLANCE):
                raise GoneError
            if not self.wanted_by:
                time.sleep(_GLANCE)


def is_heard(files: Sequence[Any], seconds: float = 0.0) -> bool:
    """Tell whether one of the files has something to say, were it that it has ended."""
    return bool(select.select(files, [], [], seconds)[0])


class Office:
    """A LibreOffice with a profile of its own; after `documents`, or with other embedded fonts, it is another one."""

    def __init__(self, soffice: str, folder: Path, documents: int = DOCUMENTS) -> None:
        self.soffice, self.folder, self.documents = soffice, folder, documents
        self.stays = bool(documents)
        self._process: subprocess.Popen[bytes] | None = None
        self._made, self._fonts = 0, ""
        self._profile = self._new_profile()

    @property
    def is_up(self) -> bool:
        """Whether LibreOffice is running."""
        return self._process is not None and self._process.poll() is None

    def convert(self, source: Path, fonts: str, watch: Watch) -> bool:
        """Write a PDF beside a file, and tell whether there is one; twice where LibreOffice ends over it.

        `fonts`: what tells the fonts in the document from others, which it may keep for the next one.
        Raises LateError, GoneError; then LibreOffice has been ended.
        """
        try:
            return self._converted(source, fonts, watch) or (self._has_died() and self._converted(source, fonts, watch))
        except (LateError, GoneError):
            self.end()
            raise

    def _converted(self, source: Path, fonts: str, watch: Watch) -> bool:
        if self.is_up and (self._made >= self.documents or fonts != self._fonts):
            self.end()
        if self.stays and not self.is_up:
            self._start(source.suffix, fonts, watch)
        self._ask(source, watch)
        self._made += 1
        return source.with_suffix(".pdf").is_file() and not self._has_died()

    def _has_died(self) -> bool:
        """Tell whether LibreOffice was started to stay and didn't."""
        return self.stays and not self.is_up

    def _start(self, suffix: str, fonts: str, watch: Watch) -> None:
        """Start LibreOffice over an empty document, which holds it open: beside that, it says by a file that it reads.

        One that can't be started so, as where a module is missing, does each document by itself.
        """
        self.end()
        self._made, self._fonts = 0, fonts
        self._profile = self._new_profile()
        write_profile(self._profile)
        kept = self.folder / ("kept.fods" if suffix == ".xlsx" else "kept.txt")
        kept.write_text(_SHEET if suffix == ".xlsx" else "", encoding="utf-8")
        sign, ready = kept.with_name(f".~lock.{kept.name}#"), time.monotonic() + _READY
        sign.unlink(missing_ok=True)
        self._process = self._run(str(kept))
        (self.folder / LEADER).write_text(str(self._process.pid), encoding="ascii")
        watch.until(lambda: sign.exists() or not self.is_up or time.monotonic() > ready)
        self.stays = self.is_up

    def _ask(self, source: Path, watch: Watch) -> None:
        """Let LibreOffice write a PDF; where none is running, the one that is called does it and ends."""
        if not self._profile.is_dir():
            write_profile(self._profile)
        asking = self._run("--convert-to", "pdf", "--outdir", str(source.parent), str(source))
        try:
            watch.until(lambda: asking.poll() is not None)
        except BaseException:
            end_group(asking)
            raise

    def _run(self, *words: str) -> "subprocess.Popen[bytes]":
        profile = f"-env:UserInstallation={self._profile.as_uri()}"
        return subprocess.Popen(  # noqa: S603  # our own words, and a program that the user has installed
            [self.soffice, profile, "--headless", "--norestore", "--nolockcheck", "--nologo", "--nodefault", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=_environment(self.folder),
            start_new_session=sys.platform != "win32",
        )

    def _new_profile(self) -> Path:
        """Return a profile's place, by which others would know where LibreOffice listens: nobody foresees it."""
        return self.folder / PROFILE.format(os.urandom(8).hex())

    def end(self) -> None:
        """End LibreOffice with all that it has started, and remove its profile."""
        if self._process is not None:
            end_group(self._process)
            self._process = None
        remove_profile(self._profile)


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End a process of ours and what it has started."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def remove_profile(folder: Path) -> None:
    """Remove a profile that nobody uses any more."""
    with suppress(OSError):
        _pipe(folder).unlink()
    remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder; whoever is being killed may put something into it while its last moment lasts."""
    until = time.monotonic() + _DYING
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < until:
        time.sleep(_GLANCE)
        shutil.rmtree(folder, ignore_errors=True)


def _pipe(profile: Path) -> Path:
    """Return where LibreOffice listens for others of its profile, which one that is killed leaves there."""
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    user = os.getuid() if hasattr(os, "getuid") else 0
    return Path("/tmp", f"OSL_PIPE_{user}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}")  # noqa: S108


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of LibreOffice: ours, without what would lead it elsewhere."""
    gone = ("PYTHONPATH", "PYTHONHOME", "LD_PRELOAD")
    ours = {"SAL_USE_VCLPLUGIN": "svp", "TMPDIR": str(folder)}
    return {name: value for name, value in os.environ.items() if name not in gone} | ours


def write_profile(folder: Path) -> None:
    """Make a profile."""
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")


_ITEM = (
    '<item oor:path="/org.openoffice.Office.Common/{}"><prop oor:name="{}" oor:op="fuse">'
    "<value>{}</value></prop></item>"
)
_SETTINGS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    + _ITEM.format("Security/Scripting", "MacroSecurityLevel", 3)
    + _ITEM.format("Security/Scripting", "DisableMacrosExecution", "true")
    + _ITEM.format("Security/Scripting", "BlockUntrustedRefererLinks", "true")
    + _ITEM.format("History", "PickListSize", 0)
    + "</oor:items>\n"
)
"""No macro runs, nothing is fetched from outside of a document, and no names of documents are kept."""

_OF_SHEET = "urn:oasis:names:tc:opendocument:xmlns:"
_SHEET = (
    f'<office:document xmlns:office="{_OF_SHEET}office:1.0" xmlns:table="{_OF_SHEET}table:1.0" office:version="1.2" '
    'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>'
    '<table:table table:name="A"/></office:spreadsheet></office:body></office:document>'
)


# --- the program ---


def serve(folder: Path, soffice: str, seconds: float, documents: int, idle: float) -> None:
    """Answer until the owner has ended."""
    office = Office(soffice, folder, documents)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / QUEUE))
            listener.listen(512)
            sys.stdout.write("\n")
            sys.stdout.flush()
            while not is_heard([sys.stdin]):
                if is_heard([sys.stdin, listener], idle):
                    _take(listener, office, seconds)
                else:
                    office.end()
    finally:
        office.end()
        remove(folder)


def _take(listener: socket.socket, office: Office, seconds: float) -> None:
    """Answer the next one who asks, if that isn't only the owner's end."""
    if not is_heard([listener]):
        return
    asking, _ = listener.accept()
    with asking, suppress(OSError, ValueError, GoneError):
        asking.settimeout(_ASKING)
        source, fonts = json.loads(asking.makefile(encoding="utf-8").readline())
        if not is_heard([asking]):
            asking.sendall(_answer(office, Path(source), fonts, Watch(seconds, [sys.stdin, asking])).encode())


def _answer(office: Office, source: Path, fonts: str, watch: Watch) -> str:
    try:
        return DONE if office.convert(source, fonts, watch) else FAILED
    except LateError:
        return LATE


def _stop(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def main(folder: str, soffice: str, seconds: str, documents: str, idle: str) -> None:
    """Be the program."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    serve(Path(folder), soffice, float(seconds), int(documents), float(idle))


if __name__ == "__main__":
    main(*sys.argv[1:])
