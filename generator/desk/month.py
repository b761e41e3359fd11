"""The figures of a period, worked out by the processes behind the page: as `summary` does it, of records or a file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from generator.case import Case, CaseEntry
from generator.casework.ledger import Ledger, ledger_form, rows_of, single_forms, sound
from generator.catalogue import Form
from generator.desk.matching import Matching, drafted
from generator.desk.matters import matter_of
from generator.desk.office import Office, Setup, Way
from generator.desk.papers import Paper
from generator.desk.work import office_of
from generator.errors import Fault, Place, RecordError, UsageError
from generator.files import safe_name
from generator.job import Job
from generator.records.item import RawRecord
from generator.records.mapping import load_map
from generator.records.reading import PLAIN, Reading
from generator.statistics import monthly
from generator.statistics.monthly import By
from generator.wording import Lang, phrase

_UNKNOWN = ("E-unknown-key", "E-unknown-key-near", "E-unknown-key-unit", "E-no-header", "E-figures-column")


Corrections = tuple[Mapping[str, str], Mapping[tuple[str, str], str]]
"""What somebody put right of a matching: fields by column, and choices by field and word."""

_MATCHING = "matching.toml"

MOST_TOLD = 20
"""Faults of a list that a page tells."""


@dataclass(frozen=True, slots=True)
class Left:
    """A matter that isn't counted, and why; `at`: the record or case that it is, where the desk knows it."""

    at: str
    why: str


@dataclass(frozen=True)
class Figures:
    """Records of the period's summary: of which form, of each the name of its group; what is to be told beside them.

    `counted`: the matters of the desk that they are made of, where they are. `matching`: how the columns of a list were
    matched, to be put right.
    """

    form: str = ""
    records: Sequence[Mapping[str, Any]] = ()
    names: Sequence[str] = ()
    told: Sequence[str] = ()
    left: Sequence[Left] = field(default=())
    counted: int | None = None
    matching: Matching | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the ledger that a case gives, or a record that is in none; and why it gives none."""

    rows: Sequence[RawRecord] = ()
    faults: Sequence[Fault] = ()


def read(lang: Lang, setup: Setup, groups: Sequence[tuple[str, Sequence[Paper]]]) -> list[Rows]:
    """Return the rows of the ledger of each case, and of each record that is in none."""
    office = office_of(setup)
    job = office.job(Way(ledger_form(), lang, mask=False))
    return [_read(office, job, name, papers, lang) for name, papers in groups]


def _read(office: Office, job: Job, name: str, papers: Sequence[Paper], lang: Lang) -> Rows:
    matter = matter_of(office, papers, lang).case
    cases = [matter]
    if len(papers) == 1 and papers[0].id == name:  # each of its rows is a matter of its own
        cases = [
            Case([CaseEntry(one.form, one.record)], office.catalogue, office.policy, "", lang) for one in matter.entries
        ]
    rows: list[RawRecord] = []
    faults: list[Fault] = []
    for case in cases:
        try:
            rows.extend(rows_of(case, job, Place(name)))
        except RecordError as error:
            faults.extend(fault.at(file=name) for fault in error.faults)
    return Rows(rows, faults)


def of_desk(setup: Setup, lang: Lang, period: str, by: By, parts: Sequence[Rows]) -> Figures:
    """Return the figures of the desk's own records: a row of the ledger for each case, and for each matter without one.

    Raises UsageError for a wrong period.
    """
    office = office_of(setup)
    job = office.job(Way(ledger_form(), lang, mask=False))
    found = Ledger([row for part in parts for row in part.rows], [fault for part in parts for fault in part.faults])
    rows = sound(found, job)
    why: dict[str, dict[str, None]] = {}
    for fault in rows.faults:
        if not fault.is_warning:
            why.setdefault(fault.place.file, {})[_why(fault, lang)] = None
    left = [Left(at, phrase("separator.list", lang, "desk").join(said)) for at, said in why.items()]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{job.form.id}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for judged in job.pipeline.judged(rows):
                file.write(json.dumps(judged.data, ensure_ascii=False, default=_as_json) + "\n")
        made = _figures(office, lang, period, by, path, PLAIN) if rows.rows else Figures()
    return Figures(made.form, made.records, made.names, made.told, left, len(rows.rows))


def of_file(
    setup: Setup, lang: Lang, period: str, by: By, name: str, content: bytes, corrections: Corrections | None = None
) -> Figures:
    """Return the figures of a list in a file.

    Where its columns go by other names, they are matched by what they mean, as `corrections` put it right; that is
    told, and what is wrong then. Raises UsageError for a wrong period, RecordError for a file that can't be read.
    """
    office = office_of(setup)
    with TemporaryDirectory() as folder:
        path = Path(folder) / (safe_name(Path(name).name) or "list")
        path.write_bytes(content)
        if corrections is None:
            try:
                return _figures(office, lang, period, by, path, PLAIN)
            except RecordError as error:
                if not any(fault.code in _UNKNOWN for fault in error.faults):
                    raise
        matching = drafted(path, _alike(office), lang, office.policy.zone)
        matching = matching.corrected(*corrections) if corrections else matching
        drawn = Path(folder) / _MATCHING
        drawn.write_text(matching.text, encoding="utf-8")
        try:
            reading = Reading(mapping=load_map(str(drawn)), ignores_unknown=True)
            made = _figures(office, lang, period, by, path, reading)
        except (RecordError, UsageError) as error:
            made = Figures(told=tuple(fault.text(lang) for fault in error.faults[:MOST_TOLD]))
        counts = {"count": matching.matched, "left": len(matching.columns) - matching.matched}
        said = phrase("month.matched", lang, "desk").format(**counts)
        return replace(made, told=(said, *made.told), matching=matching)


def _alike(office: Office) -> Sequence[Form]:
    """Return the registers of issues that a list may be like."""
    known = map(office.catalogue.find, sorted(single_forms()))
    return [form for form in known if form is not None and form.is_table]


def _figures(office: Office, lang: Lang, period: str, by: By, path: Path, reading: Reading) -> Figures:
    summary = monthly(period, str(path), reading=reading, by=by, policy=office.policy, lang=lang)
    records = list(summary.records)
    names = [str(record.get(summary.group, "")) for record in records]
    return Figures(summary.form, records, names, tuple(fault.sentence(lang) for fault in summary.warnings))


def _why(fault: Fault, lang: Lang) -> str:
    title = Place(titles=fault.place.titles).text(lang)
    sentence = fault.sentence(lang)
    return f"{title}{phrase('separator', lang)}{sentence}" if title else sentence


def _as_json(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
