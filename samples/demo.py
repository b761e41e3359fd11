"""Every form in every format and language: blank, to be filled in on screen, filled with each of its samples.

`python -m samples.demo out` makes them.
"""

import html
import json
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from generator.api import make_job, write_into
from generator.catalogue import Catalogue, Form
from generator.files import write_to, write_whole
from generator.records import ListSource
from generator.wording import LANGS, Lang

SAMPLES = Path(__file__).parent
FORMATS = ("docx", "xlsx", "pdf")
BLANK, FILLABLE = "blank", "fillable"
WORKERS = 2


@dataclass(frozen=True)
class Task:
    """One form in one language: blank, to be filled in on screen, or filled with a sample."""

    form: str
    sample: str
    lang: Lang
    folder: Path

    def path(self, format: str) -> Path:
        """Return where the document goes."""
        return self.folder / self.form / self.lang / f"{self.sample}.{format}"


def samples_of(form: Form) -> list[Path]:
    """Return the sample records of a form."""
    return sorted((SAMPLES / form.id).glob("*.json"))


def tasks(catalogue: Catalogue, folder: Path) -> Iterator[Task]:
    """Yield all there is to do."""
    for form in catalogue:
        for sample in (BLANK, FILLABLE, *(path.stem for path in samples_of(form))):
            for lang in LANGS:
                yield Task(form.id, sample, lang, folder)


def make(task: Task) -> int:
    """Write one task's documents; return how many."""
    job = make_job(task.form, lang=task.lang, fillable=task.sample == FILLABLE)
    if task.sample in (BLANK, FILLABLE):
        document = job.blank()
    else:
        content = json.loads((SAMPLES / task.form / f"{task.sample}.json").read_text(encoding="utf-8"))
        (made,) = job.documents(ListSource(content, job.form, f"{task.sample}.json"))
        document = made.document
    for format in FORMATS:
        write_to(task.path(format), write_into(document, format), replace=True)
    return len(FORMATS)


def index(catalogue: Catalogue, work: Iterable[Task]) -> str:
    """Return a page that links to everything."""
    rows = []
    everything = list(work)
    for form in catalogue:
        for task in everything:
            if task.form != form.id:
                continue
            links = " ".join(
                f'<a href="{html.escape(str(task.path(f).relative_to(task.folder)))}">{f.upper()}</a>' for f in FORMATS
            )
            title = html.escape(form.title(task.lang))
            rows.append(f"<tr><td>{title}</td><td>{task.sample}</td><td>{task.lang}</td><td>{links}</td></tr>")
    return (
        '<!DOCTYPE html><html lang="zh-Hans"><meta charset="utf-8"><title>biaodan 表单示例</title>'
        "<style>body{font:15px/1.6 sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
        "table{border-collapse:collapse;width:100%}"
        "td,th{border-bottom:1px solid #ccc;padding:.3em .6em;text-align:left}"
        "</style><h1>biaodan 表单示例</h1><table><tr><th>表单</th><th>样例</th><th>语言</th><th>文件</th></tr>"
        f"{''.join(rows)}</table></html>\n"
    )


def main(folder: Path) -> int:
    """Make everything; return the exit code."""
    catalogue = Catalogue()
    work = list(tasks(catalogue, folder))
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    spawn = get_context("spawn")
    with Progress(*columns, console=console) as bar, ProcessPoolExecutor(WORKERS, mp_context=spawn) as pool:
        shown = bar.add_task("生成示例", total=len(work) * len(FORMATS))
        for future in as_completed([pool.submit(make, task) for task in work]):
            bar.advance(shown, future.result())
    write_whole(folder / "index.html", index(catalogue, work).encode(), replace=True)
    print(f"{len(work) * len(FORMATS)} documents in {folder}; start with {folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "out")))
