"""One filled report as DOCX, from the raw record to bytes, against docxtpl and python-docx by hand."""

import tempfile
from io import BytesIO
from pathlib import Path

from benchmarks.measure import Contender, Options, Run, comparison, limit_line, race, ratio_line
from benchmarks.subject import documents, report

WANTED, GOAL_MS = 25.0, 0.6


def ours() -> Run:
    """Validate, derive, compose and write: a record goes in as JSON has it."""
    from generator.api import make_job, to_bytes

    job, records = make_job(report().form), report().records()

    def run(n: int) -> int:
        source = job.source(records[n % len(records)])
        return sum(len(to_bytes(made.document, "docx")) for made in job.documents(source))

    return run


def with_docxtpl() -> Run:
    """Load the template and fill it, as docxtpl wants it for each document; the texts are given ready."""
    from docxtpl import DocxTemplate

    from benchmarks.peers import report as texts
    from benchmarks.peers.word import build

    reports = [texts.read_report(document) for document in documents(report())]
    contexts = [dict(texts.context(one)) for one in reports]
    folder = tempfile.TemporaryDirectory(prefix="benchmark-")
    path = Path(folder.name) / "template.docx"
    path.write_bytes(build(texts.placeholders(reports[0])))

    def run(n: int) -> int:
        template = DocxTemplate(path)
        template.render(contexts[n % len(contexts)], autoescape=True)
        out = BytesIO()
        template.save(out)
        return len(out.getvalue()) if folder else 0  # the folder lives as long as what reads it

    return run


def with_python_docx() -> Run:
    """Build the document from nothing; the texts are given ready."""
    from benchmarks.peers import report as texts
    from benchmarks.peers.word import build

    reports = [texts.read_report(document) for document in documents(report())]
    return lambda n: len(build(reports[n % len(reports)]))


def main(options: Options) -> None:
    """Print the comparison."""
    contenders = [
        Contender("biaodan, validation included", ours),
        Contender("docxtpl", with_docxtpl),
        Contender("python-docx by hand", with_python_docx),
    ]
    results = race(contenders, options.rounds)
    print("One filled report as DOCX.\n")
    print(comparison(results) + "\n")
    print(limit_line("one DOCX", results[0].median * 1000, GOAL_MS, "ms"))
    print(ratio_line("DOCX to docxtpl", results[0], results[1], WANTED))
