"""The documents that are judged: every form, blank and with each of its samples, by language, in some formats."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.api import make_job, to_bytes
from generator.catalogue import Catalogue
from generator.document import Document
from generator.job import Job
from generator.wording import LANGS, Lang
from generator.writers import WritingOptions
from samples.demo import BLANK, SAMPLES, samples_of
from samples.judge.known import Known, Paper, known

TENTH = 10


@dataclass(frozen=True)
class Task:
    """A form in a language with the samples asked for, and what becomes of them."""

    form: str
    lang: Lang
    samples: tuple[str, ...]
    formats: tuple[str, ...]
    engine: str
    folder: Path


def in_tenth(paper: Paper) -> bool:
    """Tell whether a document is of the fixed tenth that is judged before every change."""
    digest = hashlib.sha256(str(paper).encode()).digest()
    return int.from_bytes(digest[:4], "big") % TENTH == 0


def papers(
    forms: Iterable[str] = (), langs: Iterable[Lang] = (), samples: Iterable[str] = (), tenth: bool = False
) -> Iterator[Paper]:
    """Yield the documents asked for; of what isn't said, all."""
    forms, langs, samples = set(forms), list(langs) or list(LANGS), set(samples)
    for form in Catalogue(()):
        if forms and form.id not in forms:
            continue
        for sample in (BLANK, *(path.stem for path in samples_of(form))):
            for lang in langs:
                paper = Paper(form.id, sample, lang)
                if (not samples or sample in samples) and (not tenth or in_tenth(paper)):
                    yield paper


def tasks(wanted: Iterable[Paper], formats: tuple[str, ...], engine: str, folder: Path) -> list[Task]:
    """Return documents by form and language, which share their job."""
    found: dict[tuple[str, Lang], list[str]] = {}
    for paper in wanted:
        found.setdefault((paper.form, paper.lang), []).append(paper.sample)
    return [Task(form, lang, tuple(names), formats, engine, folder) for (form, lang), names in found.items()]


def make(task: Task) -> list[Known]:
    """Write a task's documents, a folder a format; return what is known of them."""
    job = make_job(task.form, lang=task.lang)
    found = []
    for sample in task.samples:
        for paper, document in documents(job, task, sample):
            for format in task.formats:
                options = WritingOptions(engine=task.engine if format == "pdf" else "")
                path = task.folder / format / f"{paper}.{format}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(to_bytes(document, format, options))
            found.append(known(paper, document))
    return found


def documents(job: Job, task: Task, sample: str) -> Iterator[tuple[Paper, Document]]:
    """Yield the documents of a sample; raises RuntimeError for one that can't be made."""
    if sample == BLANK:
        yield Paper(task.form, sample, task.lang), job.blank()
        return
    content = json.loads((SAMPLES / task.form / f"{sample}.json").read_text(encoding="utf-8"))
    for at, made in enumerate(job.documents(job.source(content))):
        if made.document is None:
            if made.faults:
                raise RuntimeError(f"{task.form}/{sample}: {[str(fault.code) for fault in made.faults]}")
            continue
        yield Paper(task.form, sample + f"-{at + 1}" * bool(at), task.lang), made.document
