"""A document judged in a format: its pages read and measured, and its formats held against each other."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from samples.judge.known import Known
from samples.judge.measures import Offence, offences
from samples.judge.reading import sheets
from samples.judge.report import Offender, allowances, reason_of

Judged = tuple[Known, str, int, list[Offender]]
"""What is known of a document, the format, how many pages it has, and its offenders."""


def judge(work: tuple[Known, Path, str]) -> Judged:
    """Return what becomes of a document: known, in the folder of pages, in the format of a column."""
    known, pages, column = work
    folder = pages / (column if column == "pdf" else f"{column}.pages")
    found = sheets(folder / f"{known.paper}.pdf")
    format = column.split("-")[0]
    paper, allowed = known.paper, allowances()
    offenders = [
        Offender(
            *(one.kind, paper.form, paper.sample, paper.lang, column, one.page, one.what),
            reason_of(one.kind, paper.form, format, allowed),
        )
        for one in once(offences(found, known, format))
    ]
    return known, column, len(found), offenders


def once(found: Iterable[Offence]) -> Iterator[Offence]:
    """Yield offences, each that a document has in the same words on several places once, with their number."""
    places: dict[tuple[str, str], list[Offence]] = {}
    for one in found:
        places.setdefault((one.kind, one.what), []).append(one)
    for same in places.values():
        first = same[0]
        yield Offence(first.kind, first.page, first.what + (f" (×{len(same)})" if len(same) > 1 else ""))


def page_counts(judged: Iterable[Judged]) -> Iterator[Offender]:
    """Yield documents whose numbers of pages differ by more than one between formats."""
    allowed = allowances()
    counts: dict[Known, dict[str, int]] = {}
    for known, column, count, _ in judged:
        counts.setdefault(known, {})[column] = count
    for known, by_column in counts.items():
        if max(by_column.values()) - min(by_column.values()) > 1:
            most = max(by_column, key=lambda column: by_column[column])
            what = ", ".join(f"{count} in {column}" for column, count in by_column.items())
            paper, kind = known.paper, "page-counts"
            reason = reason_of(kind, paper.form, most, allowed)
            yield Offender(kind, paper.form, paper.sample, paper.lang, most, by_column[most], what, reason)
