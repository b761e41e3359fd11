"""Measures on pages what readers see: `python -m samples.judge [--forms a,b] [--formats pdf,docx,xlsx] [--tenth] …`.

Every form, blank and with each of its samples, is made in every format and language; DOCX and XLSX become pages through
LibreOffice. Offenders are told by kind, and written to `offenders.json`. Ends with 1 where one of them may not stand.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from generator.wording import LANGS
from generator.writers.pdf import ENGINES
from samples.judge.converting import FONT_SETS, convert
from samples.judge.judging import judge, page_counts
from samples.judge.making import make, papers, tasks
from samples.judge.report import failing, told, write

FORMATS = ("pdf", "docx", "xlsx")


def main(words: list[str] | None = None) -> int:
    """Judge what is asked for; return the exit code."""
    asked = _parser().parse_args(words)
    started = time.monotonic()
    folder: Path = asked.out
    formats = tuple(name for name in FORMATS if name in (asked.formats or FORMATS))
    wanted = papers(asked.forms, [lang for lang in LANGS if lang in asked.langs], asked.samples, asked.tenth)
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        known = list(chain.from_iterable(pool.map(make, tasks(wanted, formats, asked.engine, pages))))
        _say(started, f"{len(known)} documents made in {len(formats)} formats")
        sets = FONT_SETS if asked.fonts == "both" else (asked.fonts,)
        columns = _convert(pages, formats, sets, asked.jobs)
        _say(started, "made into pages")
        work = [(one, pages, column) for one in known for column in columns]
        judged = list(pool.map(judge, work, chunksize=8))
    offenders = [one for _, _, _, found in judged for one in found]
    offenders += page_counts(judged)
    write(offenders, folder / "offenders.json")
    print(told(offenders, columns))
    failed = failing(offenders)
    total = sum(count for _, _, count, _ in judged)
    _say(started, f"{len(known)} documents, {total} pages: {len(failed)} offenders may not stand")
    if not asked.keep:
        shutil.rmtree(pages)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m samples.judge", description=__doc__.split("\n", 1)[0])
    made.add_argument("--forms", type=_list, default=[], help="ids of forms, by default all")
    made.add_argument("--langs", type=_list, default=list(LANGS), help="languages, by default all")
    made.add_argument("--formats", type=_list, default=[], help="of pdf, docx, xlsx, by default all")
    made.add_argument("--samples", type=_list, default=[], help="blank and names of samples, by default all")
    made.add_argument("--tenth", action="store_true", help="a fixed tenth of the documents")
    made.add_argument("--out", type=Path, default=Path("out/judge"), help="folder, by default %(default)s")
    made.add_argument("--jobs", type=int, default=2, help="processes, by default %(default)s")
    made.add_argument("--keep", action="store_true", help="keep the documents and their pages")
    made.add_argument("--engine", choices=list(ENGINES), default="", help="of PDF")
    made.add_argument("--fonts", choices=[*FONT_SETS, "both"], default=FONT_SETS[0], help="of LibreOffice's pages")
    return made


def _list(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _say(started: float, text: str) -> None:
    print(f"{time.monotonic() - started:5.0f} s  {text}", flush=True)


def _convert(pages: Path, formats: Iterable[str], sets: Iterable[str], jobs: int) -> list[str]:
    """Make documents into pages; return the names of the folders with them, which are the report's columns."""
    columns = []
    for format in formats:
        if format == "pdf":
            columns.append(format)
            continue
        for fonts in sets:
            name = format if fonts == FONT_SETS[0] else f"{format}-{fonts}"
            convert(sorted((pages / format).glob(f"*.{format}")), pages / f"{name}.pages", fonts, jobs)
            columns.append(name)
    return columns


if __name__ == "__main__":
    sys.exit(main())
