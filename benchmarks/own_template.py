"""One letter of the user's own Word file, from the raw record to bytes, against docxtpl with the same file."""

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.measure import Contender, Options, Run, comparison, race, ratio_line
from benchmarks.subject import report

WANTED = 10.0


def template() -> bytes:
    """Return the Word file that `biaodan template` writes of the report."""
    from generator.api import make_job
    from generator.tagged.starter import write_starter

    job, out = make_job(report().form), BytesIO()
    write_starter(job.form, job.blank(), out)
    return out.getvalue()


def ours() -> Run:
    """Validate, derive, fill in and pack: the template is compiled once, as a batch does it."""
    from generator.api import make_job, to_bytes
    from generator.tagged import Own

    job = make_job(report().form, template=Own("own.docx", template()))
    records = report().records()

    def run(n: int) -> int:
        source = job.source(records[n % len(records)])
        return sum(len(to_bytes(made.document, "docx")) for made in job.documents(source))

    return run


def with_docxtpl() -> Run:
    """Load the file and fill it in, as docxtpl wants it for each document; the texts are given ready."""
    from docxtpl import DocxTemplate

    from generator.api import make_job
    from generator.tagged.values import Names

    folder = tempfile.TemporaryDirectory(prefix="benchmark-")
    path = Path(folder.name) / "own.docx"
    path.write_bytes(template())
    job = make_job(report().form)
    judged = (next(iter(job.pipeline.judged(job.source(one)))) for one in report().records(100))
    contexts = [_plain(Names(job.form.root, one.values, job.lang)) for one in judged]

    def run(n: int) -> int:
        template = DocxTemplate(path)
        template.render(contexts[n % len(contexts)], autoescape=True)
        out = BytesIO()
        template.save(out)
        return len(out.getvalue()) if folder else 0  # the folder lives as long as what reads it

    return run


def _plain(names: Any) -> Any:
    """Return what a template may name as plain mappings, lists and texts."""
    if isinstance(names, dict):
        return {key: _plain(names[key]) for key in names}
    return [_plain(row) for row in names] if isinstance(names, list) else str(names)


def main(options: Options) -> None:
    """Print the comparison."""
    contenders = [Contender("biaodan, validation included", ours), Contender("docxtpl", with_docxtpl)]
    results = race(contenders, options.rounds)
    print("One document of a Word file of the user's own.\n")
    print(comparison(results) + "\n")
    print(ratio_line("own template to docxtpl", results[0], results[1], WANTED))
