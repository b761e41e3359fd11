"""The command line run in this process, and folders as they are seen from outside."""

import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
_CODE = re.compile(r"\[([EW]-[a-z0-9-]+)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Done:
    """What came of a command: its exit code, and what it said."""

    code: int
    out: str
    err: str

    @property
    def codes(self) -> list[str]:
        """Codes of the faults that it told, in their order."""
        return _CODE.findall(self.err)


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    content: bytes = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return content.decode("utf-8")


def run(*arguments: object) -> Done:
    """Run `biaodan` with arguments; whatever it raises is a traceback to the user, and so is raised here."""
    from generator.cli import main

    out, err, code = _stream(), _stream(), 0
    with patch.multiple(sys, argv=["biaodan", *map(str, arguments)], stdout=out, stderr=err):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, _text(out), _text(err))


def files(folder: Path) -> dict[str, bytes | None]:
    """Return what lies below a folder by name: contents of files, None for a folder."""
    found = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes() for path in found}
