"""`python -m tests.trials.fuzz READER…`: changed inputs for every reader, to see that each ends in an orderly way.

That is: with records or coded faults; with no other exception, nothing that a library prints, no file left, no value in
a sentence, within 10 s and 512 MB. What doesn't is written to a folder, by kind, the smallest of each, and read again
by `--replay FILE`.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.trials.fuzzing import process
from tests.trials.fuzzing.process import Inputs, Tally
from tests.trials.fuzzing.readers import READERS
from tests.trials.fuzzing.seeds import Seed

_OF_THREADS = ("parquet",)
_KEPT = 3
"""Findings of a kind that are kept."""


def main(argv: Sequence[str] | None = None) -> int:
    """Try readers, or read findings again; return 1 where something didn't end in an orderly way."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(READERS))
    parser.add_argument("--minutes", type=float, default=1.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out/fuzz"), help="folder of findings")
    parser.add_argument("--replay", type=Path, action="append", default=[], metavar="FILE")
    options = parser.parse_args(argv)
    if unknown := set(options.readers) - set(READERS):
        parser.error(f"no reader: {', '.join(sorted(unknown))}")
    if options.replay:
        return max(map(replay, options.replay))
    print("| reader | inputs | a second | slowest | findings | outcomes |\n|---|--:|--:|--:|--:|--:|")
    return max(int(bool(tried(name, options).kinds)) for name in options.readers or READERS)


def tried(name: str, options: argparse.Namespace) -> Tally:
    """Try one reader; print a line of what came of it, keep its findings, and return the figures."""
    with _scratch() as folder:
        tally = fuzz(name, 60 * options.minutes, options.seed, Path(folder), options.out)
    rate = tally.inputs / max(tally.seconds, 0.001)
    figures = f"{tally.inputs:,} | {rate:,.0f} | {tally.slowest:.1f} s | {tally.kinds.total()} | {len(tally.codes)}"
    print(f"| {name} | {figures} |")
    for kind, count in tally.kinds.most_common():
        print(f"    {count} × {kind}", flush=True)
    return tally


def fuzz(name: str, seconds: float, seed: int, folder: Path, out: Path | None = None) -> Tally:
    """Return what came of trying a reader for so many seconds; findings are kept in `out`."""
    inputs = Inputs(name, seed)
    if name not in _OF_THREADS:
        process.read_one(inputs.reader, inputs[0], folder)  # what is loaded once isn't loaded by each process
    for number, kind, tally in process.run(inputs, seconds, folder):
        if out is not None and 0 < tally.kinds[kind] <= _KEPT:
            _keep(out, inputs, number, kind)
    return tally


def _keep(out: Path, inputs: Inputs, number: int, kind: str) -> None:
    given = inputs[number]
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{inputs.name}+{given.form}+{inputs.seed}-{number}"
    (out / f"{stem}{inputs.reader.suffix}").write_bytes(given.content)
    (out / f"{stem}.kind").write_text(kind + "\n", encoding="utf-8")


def replay(path: Path) -> int:
    """Read a finding again, in this process; print how it ends, and return 1 where that isn't orderly."""
    name, form, _ = path.name.split("+", 2)
    with _scratch() as folder:
        faults, kind = process.read_one(READERS[name], Seed(form, path.read_bytes()), Path(folder))
    for fault in faults[:5]:
        print(fault.text("en")[:500])
    print(kind or "ends in an orderly way")
    return int(bool(kind))


def _scratch() -> tempfile.TemporaryDirectory[str]:
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
