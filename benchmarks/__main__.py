"""Run benchmarks by name, or all of them; with --write, put what they print into a Markdown file."""

import argparse
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from benchmarks import NAMES
from benchmarks.measure import Options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; none for all")
    parser.add_argument("--rounds", type=int, help="alternating rounds of each comparison (15; with --quick 2)")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that all works, not to measure")
    parser.add_argument("--full", action="store_true", help="the largest sizes too, which take long")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the Markdown file; others' figures stay")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw plots into this folder")
    trip = parser.add_argument_group("round_trip")
    trip.add_argument("--formats", type=lambda text: tuple(text.split(",")), default=(), help="as docx,xlsx; all")
    trip.add_argument("--count", type=int, default=0, help="records of each format (2,000; with --full 100,000)")
    trip.add_argument("--jobs", type=int, default=1, help="processes (1)")
    trip.add_argument(
        "--libreoffice", action="store_true", help="LibreOffice opens and saves the files three times over"
    )
    parser.add_argument("--minutes", type=float, default=0.0, help="desk: how long people work at it (10)")
    return parser


def main(words: list[str]) -> int:
    """Run the named benchmarks; return the exit code."""
    parser = _parser()
    given = parser.parse_args(words)
    given.names = [name.replace("-", "_") for name in given.names]
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    names = given.names or NAMES
    options = Options(given.rounds or (2 if given.quick else 15), given.quick, given.full, given.pictures)
    options = replace(options, formats=given.formats, count=given.count, jobs=given.jobs, libreoffice=given.libreoffice)
    options = replace(options, minutes=given.minutes)
    if given.write:
        from benchmarks.write import write

        return write(given.write, names, options)
    for n, name in enumerate(names):
        print(f"{'' if n == 0 else chr(10)}# {name}\n", flush=True)
        import_module(f"benchmarks.{name}").main(options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
