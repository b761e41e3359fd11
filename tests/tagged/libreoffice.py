"""A program that stands for LibreOffice: it stays over an empty document, and makes a PDF of what it is given."""

import io
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf

from generator.tagged import office

_PROGRAM = """#!{python} -S
import os, signal, sys, time, zipfile
from pathlib import Path

log, file = Path({log!r}), Path(sys.argv[-1])

def says(text):
    with log.open("a") as lines:
        lines.write(text + " " + str(os.getpid()) + chr(10))

if "--convert-to" not in sys.argv:
    says("began")
    (file.parent / (".~lock." + file.name + "#")).touch()
    (file.parent / "leader").write_text(str(os.getpid()))
    time.sleep(300)
content = file.read_bytes()
if content.startswith(b"PK"):
    content = zipfile.ZipFile(file).read("word/document.xml")
if b"SLOW" in content:
    says("slow")
    time.sleep(1.5 if b"SLOWISH" in content else 300)
if b"DIES" in content and (b"ALWAYS" in content or "died" not in log.read_text()):
    says("died")
    os.kill(int((file.parents[1] / "leader").read_text()), signal.SIGKILL)
    time.sleep(0.2)
elif b"BAD" not in content:
    says("made")
    file.with_suffix(".pdf").write_bytes(Path({pdf!r}).read_bytes())
"""


class Stand:
    """The program's path, and what it has done."""

    def __init__(self, folder: Path) -> None:
        self.path, self.log = folder / "soffice", folder / "log"
        (folder / "made.pdf").write_bytes(empty_pdf())
        script = _PROGRAM.format(python=sys.executable, log=str(self.log), pdf=str(folder / "made.pdf"))
        self.path.write_text(script, encoding="utf-8")
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)

    def pids(self, what: str) -> list[int]:
        """Return the processes that did something."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [int(line.split()[1]) for line in lines if line.startswith(what)]

    def count(self, what: str) -> int:
        """Return how often something was done."""
        return len(self.pids(what))


def empty_pdf() -> bytes:
    """Return a PDF of an empty page."""
    out, made = io.BytesIO(), pikepdf.new()
    made.add_blank_page()
    made.save(out)
    return out.getvalue()


def comes_about(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Tell whether something comes to hold within some seconds."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def runs(pid: int) -> bool:
    """Tell whether a process is at work; one that has ended may wait for somebody to take note of that."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def killed(code: str, **environment: str) -> None:
    """Run Python until it kills itself."""
    kept = {**os.environ, **environment}
    subprocess.run([sys.executable, "-c", code], env=kept, check=False, capture_output=True, timeout=60)


real = bool(office.program())
"""Whether LibreOffice is installed."""
