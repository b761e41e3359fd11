"""What the options that every command takes say of telling: how much is printed, and what is kept in a log.

There is one command a process; `begin` forgets what an earlier one of this process was told.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.messages import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.cli.log import Log
    from generator.errors import Fault


@dataclass
class Telling:
    """How a command tells of its work. `counts`: faults told, warnings passed over, and files by format."""

    is_quiet: bool = False
    silenced: frozenset[str] = frozenset()
    log: Log | None = None
    counts: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)


_now = Telling()


def telling() -> Telling:
    """Return how the command that runs tells of its work."""
    return _now


def begin() -> None:
    """Begin with a command of which nothing is said yet."""
    global _now  # faults are told after click has left the command's context
    _now = Telling()


def heard(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults that aren't silenced by name."""
    return [fault for fault in faults if fault.code not in _now.silenced]


def note(faults: Iterable[Fault]) -> list[Fault]:
    """Count faults, keep them in the log if there is one, and return those that aren't silenced."""
    every = list(faults)
    kept = heard(every)
    _now.counts["silenced"] += len(every) - len(kept)
    for fault in kept:
        _now.counts["warnings" if fault.is_warning else "errors"] += 1
        if _now.log is not None:
            _now.log.fault(fault)
    return kept


def say(text: str) -> None:
    """Print a line of progress or counts to standard error, unless only errors are wanted."""
    if not _now.is_quiet:
        click.echo(text, err=True)


def say_written(path: str | Path, details: Mapping[str, object] | None = None) -> None:
    """Print the path of a file that was written, unless only errors are wanted; with `details` a line of JSON."""
    count_written(path)
    say_path(path, details)


def count_written(path: str | Path) -> None:
    """Count a file that was written, by its format."""
    _now.files[Path(path).suffix.lstrip(".").lower()] += 1


def say_path(path: str | Path, details: Mapping[str, object] | None = None) -> None:
    """Print a path that isn't of a file written just now, as `say_written` does."""
    if details is not None:
        click.echo(json_text({"path": str(path), **details}))
    elif not _now.is_quiet:
        click.echo(str(path))


def put(content: bytes, format: str) -> None:
    """Write a document to standard output, whole."""
    _now.files[format] += 1
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def end(code: int) -> int:
    """Keep in the log how the command ended, and return the exit code with which it is to end."""
    if _now.log is None:
        return code
    counts = {"written": sum(_now.files.values())} | {
        name: _now.counts[name] for name in ("errors", "warnings", "silenced")
    }
    _now.log.end(code, counts, dict(sorted(_now.files.items())))
    return _now.log.exit_code(code)
