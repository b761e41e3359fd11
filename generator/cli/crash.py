"""What is kept of a fault that nobody foresaw: a report for whoever mends it, without a value of any record."""

import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from traceback import walk_tb
from typing import Any

MOST_FRAMES = 100
"""Frames that are kept at each end of a traceback; one of endless recursion has a thousand, all alike."""

_MOST_LINKS = 10
_KEY_LENGTH = 12
_REMOTE = re.compile(r'^\s*File "(.+?)", line ([0-9]+), in (\S+)', re.MULTILINE)


def write_report(error: BaseException, words: Sequence[str]) -> Path | None:
    """Return the file that a report was written into; None where it can't be: a report never fails itself.

    `words`: the arguments of the command line, of which the names of commands and options are kept. One fault has one
    file, however often it occurs.
    """
    try:
        return _written(error, words)
    except Exception:  # a fault while a fault is told: the sentence then does without a report
        return None


def _written(error: BaseException, words: Sequence[str]) -> Path:
    exceptions = [_described(one) for one in _chain(error)]
    key = hashlib.sha256(json.dumps(exceptions).encode()).hexdigest()[:_KEY_LENGTH]
    content = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "exceptions": exceptions}
    content |= {"command": spoken_names(words), **_versions()}
    path = report_folder() / f"internal-{key}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="ascii")
    temporary.replace(path)
    return path


def report_folder() -> Path:
    """Return the folder of reports: in BIAODAN_CACHE where that is set, else the system's place for a user's logs."""
    given = os.environ.get("BIAODAN_CACHE")
    if given:
        return Path(given) / "reports"
    from platformdirs import user_log_path

    return user_log_path("biaodan")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that it came of."""
    found: BaseException | None = error
    for _ in range(_MOST_LINKS):
        if found is None:
            return
        yield found
        found = found.__cause__ or found.__context__


def _described(error: BaseException) -> dict[str, Any]:
    """Return an exception's name and frames; its message is left out, for it may hold a value."""
    frames = [
        {"module": str(f.f_globals.get("__name__", "?")), "function": f.f_code.co_qualname, "line": line}
        for f, line in walk_tb(error.__traceback__)
    ]
    frames = frames or _remote_frames(getattr(error, "tb", ""))
    if len(frames) > 2 * MOST_FRAMES:
        frames = frames[:MOST_FRAMES] + frames[-MOST_FRAMES:]
    return {"exception": f"{type(error).__module__}.{type(error).__qualname__}", "frames": frames}


def _remote_frames(text: object) -> list[dict[str, Any]]:
    """Return the frames of an exception of another process, which has only the text of its traceback."""
    found = _REMOTE.findall(text) if isinstance(text, str) else []
    return [{"module": _module(file), "function": function, "line": int(line)} for file, line, function in found]


def _module(file: str) -> str:
    """Return a file's path below the folder of packages, which says nothing of a user's folders."""
    parts = Path(file).parts
    known = [n for n, part in enumerate(parts) if part in ("site-packages", "generator")]
    return "/".join(parts[known[-1] :] if known else parts[-1:])


def spoken_names(words: Sequence[str]) -> list[str]:
    """Return the names of commands and options among arguments, without any value."""
    import click

    from generator.cli.program import program

    context = click.Context(program)
    command: click.Command = program
    names: list[str] = []
    for word in words:
        inner = command.get_command(context, word) if isinstance(command, click.Group) else None
        if inner is not None:
            command = inner
            names.append(word)
        else:
            names += _options(command, word)
    return names


def _options(command: Any, word: str) -> list[str]:
    """Return the option that a word names, or begins with where its value follows at once."""
    known = {name for param in command.params for name in (*param.opts, *param.secondary_opts) if name[:1] == "-"}
    name = word.partition("=")[0]
    return [n for n in known if n == name or (len(n) == 2 and word.startswith(n) and not word.startswith("--"))]


def _versions() -> dict[str, Any]:
    """Return the versions of what was at work."""
    libraries = {one.metadata["Name"]: one.version for one in distributions()}
    return {
        "biaodan": libraries.pop("biaodan", "?"),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "libraries": dict(sorted(libraries.items())),
    }
