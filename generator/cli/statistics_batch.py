"""Several reports of statistics as a batch makes them: for periods, for groups, or with names of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.options import ResumableOptions
from generator.unfinished import working_folder

if TYPE_CHECKING:
    from generator.batch import Options
    from generator.job import Job
    from generator.statistics import Summary


@dataclass(frozen=True)
class StatisticsBatch:
    """Several reports as a batch makes them, so that it can go on, and make again what has changed alone.

    `renews`: whether a source that has changed is gone on with; of some groups alone it would be taken for the whole.
    """

    options: ResumableOptions
    name: str
    renews: bool
    dry: bool

    def run(self, statistics: Iterable[Summary], source: str) -> int:
        """Write a document for each record; return the code with which the command ends."""
        from generator.cli.batch_run import run_batch
        from generator.cli.writing import job_of, records_of

        statistics = iter(statistics)
        first = next(statistics)
        job = job_of(first.form, self.options)
        records = records_of(chain([first], statistics), job.lang)
        with _spooled(records, f"{source}.jsonl") as spool:
            if self.dry:
                return self._tell(job, str(spool), self._how(first))
            return run_batch(job, str(spool), self.options["out"], self._how(first), as_json=self.options["as_json"])

    def _how(self, first: Summary) -> Options:
        from generator.cli.batch_run import batch_options

        usual = f"{{form}}-{{period_name}}-{{{first.group}}}" if first.group else "{form}-{number}"
        how = batch_options(self.options)
        return replace(how, name=self.name or usual, duplicates="keep", renews=self.renews)

    def _tell(self, job: Job, spool: str, how: Options) -> int:
        """Say what would be written."""
        from generator.batch import planned
        from generator.cli.output import Target, say_planned

        out = self.options["out"].rstrip("/")
        for file in planned(job, spool, out, how):
            target = Target(Path(f"{out}/{file}"), file.rpartition(".")[2])
            say_planned(target, as_json=self.options["as_json"])
        return 0


@contextmanager
def _spooled(records: Iterable[Mapping[str, object]], name: str) -> Iterator[Path]:
    """Yield a temporary file of the records, which a batch reads twice but which are computed as they are read."""
    with working_folder() as folder:
        spool = folder / name
        with spool.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(r, ensure_ascii=False, default=_as_json) + "\n" for r in records)
        yield spool


def _as_json(value: object) -> float | str:
    """Return a figure as JSON has it; statistics have fewer digits than a number of JSON keeps."""
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else str(value)
