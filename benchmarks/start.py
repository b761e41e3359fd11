"""Cold start: whole processes of the command, each from nothing, against the times that we promise."""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Contender, NotThereError, Options, Run, comparison, limit_line, race
from benchmarks.subject import report

LIMITS = {
    "biaodan --help": 0.15,
    "one DOCX": 0.35,
    "one XLSX": 0.8,
    "one PDF by weasyprint": 1.5,
    "one PDF by typst": 0.6,
}
_MAKES = {
    "one DOCX": ("report.docx", []),
    "one XLSX": ("report.xlsx", []),
    "one PDF by weasyprint": ("report.pdf", []),
    "one PDF by typst": ("report.pdf", ["--pdf-engine", "typst"]),
}


def process(name: str) -> Run:
    """Run the command, and return the bytes that it wrote."""
    folder = tempfile.TemporaryDirectory(prefix="benchmark-")
    words, made = ["--help"], None
    if name in _MAKES:
        file, more = _MAKES[name]
        made = Path(folder.name) / file
        words = ["render", report().form, str(report().sample), "--force", "-o", str(made), *more]

    def run(n: int) -> int:
        done = subprocess.run([sys.executable, "-m", "generator", *words], capture_output=True, text=True)
        if done.returncode:
            raise NotThereError("not there yet" if "--pdf-engine" in words else done.stderr.strip())
        return made.stat().st_size if made else len(done.stdout.encode()) if folder else 0

    return run


def main(options: Options) -> None:
    """Print the time of each command beside its limit."""
    results = race([Contender(name, process, (name,), children=True) for name in LIMITS], options.rounds)
    print("Whole processes of the command, from nothing; one filled report.\n")
    print(comparison(results, ratio_to="help") + "\n")
    for result in results:
        if result.times:
            print(limit_line(result.name, result.median, LIMITS[result.name]))
        else:
            print(f"limit {result.name}: – (wanted <= {LIMITS[result.name]:g} s); {result.absent}")
