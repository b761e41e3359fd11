"""One PDF of the user's own Word file, from the raw record: a LibreOffice that stays against one started each time."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Contender, NotThereError, Options, Run, comparison, race, ratio_line
from benchmarks.own_template import template
from benchmarks.subject import report

WANTED = 4.0
SLOW_ROUNDS = 10


def warm() -> Run:
    """Validate, fill in, and have it converted by the LibreOffice of this process."""
    from generator.tagged.office import program

    if not program():
        raise NotThereError("LibreOffice isn't installed")
    make = _filled("pdf")
    return lambda n: len(make(n))


def cold() -> Run:
    """Validate, fill in, and start LibreOffice for each document, with a profile that it has made before."""
    from generator.tagged.office import program
    from generator.tagged.office_pdf import canonical

    office = program()
    if not office:
        raise NotThereError("LibreOffice isn't installed")
    folder = tempfile.TemporaryDirectory(prefix="benchmark-")
    home, make = Path(folder.name), _filled("docx")
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder.name, str(home / "made.docx")]

    def run(n: int) -> int:
        (home / "made.docx").write_bytes(make(n))
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "SAL_USE_VCLPLUGIN": "svp"})
        return len(canonical((Path(folder.name) / "made.pdf").read_bytes()))

    return run


def _filled(format: str) -> Callable[[int], bytes]:
    """Return what makes the n-th report of the user's file in a format."""
    from generator.api import make_job, to_bytes
    from generator.tagged import Own

    job, records = make_job(report().form, template=Own("own.docx", template())), report().records()

    def make(n: int) -> bytes:
        made = next(iter(job.documents(job.source(records[n % len(records)]))))
        assert made.document is not None
        return to_bytes(made.document, format)

    return make


def main(options: Options) -> None:
    """Print the comparison."""
    contenders = [
        Contender("one LibreOffice that stays", warm),
        Contender("LibreOffice started for each", cold, (), SLOW_ROUNDS),
    ]
    results = race(contenders, options.rounds)
    print(
        "One PDF of a Word file of the user's own, by one process. The memory is that process's, without LibreOffice.\n"
    )
    print(comparison(results, per_second=1) + "\n")
    print(ratio_line("LibreOffice that stays to one started for each", results[0], results[1], WANTED))
