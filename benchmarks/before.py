"""The code as it is beside an earlier commit: the same commands on the same files, by processes that take turns."""

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.batch import write_records
from benchmarks.measure import Contender, NotThereError, Options, Result, Run, comparison, race, ratio_line
from benchmarks.subject import HOME, earlier, raw_rows, register, report

ROWS, RECORDS = 20_000, 1_000
_TYPST = ("--pdf-engine", "typst")


def command(root: Path, folder: Path, words: tuple[str, ...]) -> Run:
    """Run the command of the code in `root`; `{out}` among its words is a new folder."""
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": ""}

    def run(n: int) -> int:
        with tempfile.TemporaryDirectory(dir=folder) as out:
            arguments = [word.replace("{out}", out) for word in words]
            called = [sys.executable, "-m", "generator", *arguments]
            done = subprocess.run(called, cwd=root, env=environment, capture_output=True, text=True)
            if done.returncode:
                raise NotThereError(done.stderr.partition("\n")[0])
            return sum(path.stat().st_size for path in Path(out).rglob("*") if path.is_file())

    return run


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Path]:
    """Yield the code of a commit.

    Raises NotThereError where this isn't a clone that has it.
    """
    root = folder / "earlier"
    made = ["git", "-C", str(HOME), "worktree", "add", "--quiet", "--detach", str(root), commit]
    try:
        subprocess.run(made, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise NotThereError(f"commit {commit} isn't here") from None
    try:
        yield root
    finally:
        subprocess.run(["git", "-C", str(HOME), "worktree", "remove", "--force", str(root)], check=True)


def main(options: Options) -> None:
    """Print the table of each command, and how many times as long the earlier code takes."""
    commit = earlier()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        table, records = _files(folder, 20 if options.quick else 1)
        render = ("render", register().form, str(table), "-o", "{out}/", *_TYPST)
        batch = ("batch", report().form, str(records), "-o", "{out}/b", "-f", "docx,xlsx,pdf", "--jobs", "1", *_TYPST)
        single = ("render", report().form, str(report().sample), "-o", "{out}/r.docx")
        with checked_out(commit, folder) as root:
            _beside(root, folder, "a register, checked", ("check", register().form, str(table)), 1.0, options)
            _beside(root, folder, "a register as DOCX and XLSX", (*render, "-f", "docx,xlsx"), 1.8, options)
            _beside(root, folder, "a register in three formats", (*render, "-f", "docx,xlsx,pdf"), 1.8, options)
            _beside(root, folder, "a batch in three formats", batch, 1.2, options)
            _beside(root, folder, "one DOCX", single, 1.0, options)


def _beside(
    root: Path, folder: Path, claim: str, words: tuple[str, ...], wanted: float, options: Options
) -> tuple[Result, ...]:
    ours, theirs = (Contender(who, command, (at, folder, words), children=True) for who, at in (("ours", HOME), ("earlier", root)))  # fmt: skip  # noqa: E501
    results = race([ours, theirs], max(1, options.rounds // 3))
    print(f"{claim}:\n\n{comparison(results)}\n\n{ratio_line(claim, *results, wanted)}\n", flush=True)
    return tuple(results)


def _files(folder: Path, part: int) -> tuple[Path, Path]:
    """Write a register as CSV and the records of a batch."""
    table, records = folder / "register.csv", folder / "records.jsonl"
    rows = list(raw_rows(ROWS // part))
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, sorted({name for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    write_records(records, RECORDS // part)
    return table, records
