"""The page of figures: runs benchmarks, each in a process of its own, and writes what they print, with the machine."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import NAMES
from benchmarks.measure import Options

OPENING, CLOSING = "<!-- notes -->", "<!-- /notes -->"
LIBRARIES = (
    "weasyprint",
    "typst",
    "python-docx",
    "docxtpl",
    "openpyxl",
    "XlsxWriter",
    "jinja2",
    "lxml",
    "jsonschema-rs",
    "duckdb",
)
_CPU = Path("/proc/cpuinfo")


def write(path: Path, names: Sequence[str], options: Options) -> int:
    """Write the page, keeping its notes and the figures of benchmarks that aren't run; return the exit code."""
    old = path.read_text(encoding="utf-8") if path.is_file() else f"{OPENING}\n{CLOSING}"
    if OPENING not in old or CLOSING not in old:
        print(f"{path}: put the part to keep between {OPENING} and {CLOSING}", file=sys.stderr)
        return 2
    notes = old.partition(OPENING)[2].partition(CLOSING)[0]
    outputs = {name: _output(name, options, path.parent.resolve()) for name in names}
    kept = dict(part.split("\n", 1) for part in old.split("\n## ")[1:])
    parts = [*_opening(), f"{OPENING}{notes}{CLOSING}", ""]
    for name in NAMES:
        text = outputs[name][0] if name in outputs else kept.get(name, "")
        parts += [f"## {name}", "", text.strip(), ""] if text else []
    path.write_text("\n".join(parts), encoding="utf-8")
    return max(code for _, code in outputs.values())


def _output(name: str, options: Options, folder: Path) -> tuple[str, int]:
    """Return what one benchmark prints and its exit code; it's shown on the way."""
    words = [sys.executable, "-m", "benchmarks", name, "--rounds", str(options.rounds)]
    words += ["--quick"] * options.quick + ["--full"] * options.full
    words += ["--minutes", str(options.minutes)] if options.minutes else []
    words += [] if options.quick else ["--pictures", str(folder / "pictures")]
    done = subprocess.run(words, stdout=subprocess.PIPE, encoding="utf-8", cwd=Path(__file__).parent.parent)
    print(done.stdout, flush=True)
    text = done.stdout.partition("\n")[2]
    return _with_lists(text) + ("" if done.returncode == 0 else "\n\nThis benchmark failed."), done.returncode


def _with_lists(text: str) -> str:
    """Return the text with its lines of figures as items of a list."""
    starts = ("ratio ", "limit ", "scale ")
    return "\n".join(f"- {line}" if line.startswith(starts) else line for line in text.splitlines())


def _opening() -> Iterator[str]:
    yield from ("# Measured", "", "Written by `python -m benchmarks --write docs/benchmarks.md`.", "")
    yield f"- Machine: {_cpu()}, {os.cpu_count()} cores, {_memory()}"
    yield f"- System: {_system()}, Python {platform.python_version()}"
    yield f"- Libraries: {', '.join(filter(None, map(_library, LIBRARIES)))}"
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        yield f"- Date: {time.strftime('%Y-%m-%d', time.gmtime(int(epoch)))}"
    yield ""
    yield (
        "Each contender is warmed up in a process of its own; then they take turns, round by round. Ratios are of "
        "medians. Every record has texts of its own. What falls short of what is wanted says “short”."
    )
    yield ""


def _cpu() -> str:
    if _CPU.is_file():
        for line in _CPU.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return "memory unknown"
    return f"{size / 2**30:.0f} GiB"


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform()


def _library(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""
