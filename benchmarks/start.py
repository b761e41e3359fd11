"""Cold start: whole processes of the command, each from nothing, against the times that we promise."""

import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROUNDS = 11
SUBJECT = tomllib.loads(Path(__file__).with_name("subject.toml").read_text(encoding="utf-8"))
SAMPLE = Path(__file__).parent.parent / SUBJECT["sample"]
RENDER = ["render", SUBJECT["form"], str(SAMPLE), "--force", "-o"]
CASES = {
    "biaodan --help": (["--help"], 0.25),
    "one DOCX": ([*RENDER, "{folder}/report.docx"], 0.6),
    "one XLSX": ([*RENDER, "{folder}/report.xlsx"], 0.8),
    "one PDF": ([*RENDER, "{folder}/report.pdf"], 1.5),
}


def seconds(words: list[str]) -> float:
    """Return how long one process of the command takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "generator", *words], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print median, least and most of each case in seconds, beside its limit."""
    print(f"{'case':<16}{'median':>8}{'min':>8}{'max':>8}{'limit':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (words, limit) in CASES.items():
            command = [word.format(folder=folder) for word in words]
            seconds(command)
            times = sorted(seconds(command) for _ in range(ROUNDS))
            median = statistics.median(times)
            verdict = "" if median <= limit else "  over"
            print(f"{name:<16}{median:>8.3f}{times[0]:>8.3f}{times[-1]:>8.3f}{limit:>8.2f}{verdict}")
