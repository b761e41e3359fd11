"""Lists judged row by row: what is good, what lacks something, what is wrong and why; kept beside the file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.desk.giving.drafting import by_key, drafted, mark_of, number_of, said, sum_of
from generator.desk.giving.matching import Matched, Wanted, matched, reading_of
from generator.desk.naming import title_of
from generator.desk.office import Setup, Way
from generator.desk.store.taken import Given
from generator.desk.work import office_of
from generator.errors import Fault, Place, RecordError, at_pointer, fail, faults_of
from generator.job import Job
from generator.pipeline import Pipeline
from generator.record import Judged
from generator.records import Source, open_source, warnings_of
from generator.records.item import RawRecord, SourceItem
from generator.records.names import find_path
from generator.wording import LANGS

MOST_ROWS = 5_000
"""Rows of a list that is given to the desk."""

MOST_SHOWN = 300
"""Faults of a list that its page shows."""

ROWS, HEAD = "rows.jsonl", "head.json"
SOUND, GAPS, WRONG = "sound", "gaps", "wrong"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault as the page shows it: the row that it lies in, the cell's column and what stands there."""

    fault: Fault
    row: str
    column: Mapping[str, str] = field(default_factory=dict)
    value: str = ""


@dataclass(slots=True)
class Gap:
    """What several rows lack: a fault that says so, and which rows these are, as far as they are told."""

    fault: Fault
    count: int = 0
    rows: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as one form reads it.

    `counts`: its rows that are sound, have gaps, are wrong; `wrong`: what is wrong with them, and of how much `more`
    that is so; `gaps`: what they lack; `faults`: of the list as a whole.
    """

    form: str = ""
    found: Matched = field(default_factory=Matched)
    counts: Mapping[str, int] = field(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()
    more: int = 0
    gaps: tuple[Gap, ...] = ()
    faults: tuple[Fault, ...] = ()
    head: Mapping[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return how many rows there are."""
        return sum(self.counts.values())

    @property
    def is_stopped(self) -> bool:
        """Tell whether the list as a whole can't be read."""
        return any(not fault.is_warning for fault in self.faults)


@dataclass(eq=False)
class Noted:
    """A source that keeps what passed, so that what was wrong can be given back as it stood."""

    source: Source
    most: int
    items: list[SourceItem] = field(default_factory=list)

    @property
    def head(self) -> RawRecord:
        """Return what stands beside the rows."""
        return self.source.head

    @property
    def folder(self) -> Path | None:
        """Return where pictures lie that records name."""
        return getattr(self.source, "folder", None)

    @property
    def warnings(self) -> Sequence[Fault]:
        """Return what is to be told of the source."""
        return warnings_of(self.source)

    def __iter__(self) -> Iterator[SourceItem]:
        """Yield the records; raises RecordError (E-give-rows) where there are more than the desk takes."""
        for item in self.source:
            if len(self.items) >= self.most:
                raise fail(RecordError, "E-give-rows", Place(self.head[1].file), limit=self.most)
            self.items.append(item)
            yield item


def listed(setup: Setup, path: str, names: Sequence[str], wanted: Wanted) -> Listed:
    """Return a list as a form reads it; its rows are written beside it. Whatever is wrong is told, nothing raised."""
    office, file = office_of(setup), Path(path)
    job = office.job(Way(wanted.form, "zh-Hans"))
    found = Matched()
    try:
        found = Matched() if wanted.own else matched(office, file, job.form, names, wanted)
        if found.columns and not any(column.pointer for column in found.columns):
            raise fail(RecordError, "E-give-unmatched", Place(file.name))
        reading = reading_of(job.form, found, wanted)
        source = Noted(open_source(path, job.form, reading, job.policy.zone), MOST_ROWS)
        cells = _cells(job.form, found, wanted)
        return _judged(job, source, found, file.parent, cells)
    except Exception as error:  # whatever is raised for one list is that list's fault
        (file.parent / ROWS).unlink(missing_ok=True)
        return Listed(wanted.form, found, faults=faults_of(error, Place(file.name)))


def _judged(job: Job, source: Noted, found: Matched, folder: Path, cells: Mapping[str, str]) -> Listed:
    head_raw, faults = _head(job, source)
    seen: dict[str, int] = {}
    tally = _Tally(job.form, cells)
    with (folder / ROWS).open("w", encoding="utf-8") as out:
        for at, judged in enumerate(job.pipeline.judged(source)):
            raw = _raw_of(source.items[at])
            state = tally.counted(judged, source.items[at], raw)
            out.write(_line(job.form, judged, raw, state, at, seen) + "\n")
    (folder / HEAD).write_text(json.dumps(head_raw, ensure_ascii=False), encoding="utf-8")
    if not source.items:
        faults = (Fault("E-no-records", source.head[1]), *faults)
    wrong = tuple(tally.wrong[:MOST_SHOWN])
    faults = (*faults, *source.warnings)
    more = len(tally.wrong) - len(wrong)
    return Listed(job.form.id, found, tally.counts, wrong, more, tuple(tally.gaps.values()), faults, head_raw)


class _Tally:
    """Counts a list's rows, and gathers what is wrong with them and what they lack."""

    def __init__(self, form: Form, cells: Mapping[str, str]) -> None:
        self.form, self.cells = form, cells
        self.counts = {SOUND: 0, GAPS: 0, WRONG: 0}
        self.wrong: list[Wrong] = []
        self.gaps: dict[tuple[str, str], Gap] = {}

    def counted(self, judged: Judged, item: SourceItem, raw: Mapping[str, Any]) -> str:
        """Return a row's state, once it has been counted."""
        missing = judged.missing
        state = WRONG if len(missing) < len(judged.errors) else GAPS if missing else SOUND
        self.counts[state] += 1
        row = "" if isinstance(item, RecordError) else item[1].row
        for fault in missing:
            gap = self.gaps.setdefault((fault.code, _within(fault.place.pointer, self.form)), Gap(fault))
            gap.count += 1
            gap.rows += [row] if len(gap.rows) < _ROWS_OF_GAP else []
        others = [fault for fault in judged.faults if fault not in missing]
        if others:
            stood = by_key(self.form.record_spec, raw)
            self.wrong += [self._wrong(fault, row, stood) for fault in others]
        return state

    def _wrong(self, fault: Fault, row: str, stood: Mapping[str, Any]) -> Wrong:
        place = fault.place
        pointer = _within(place.pointer, self.form)
        value = at_pointer(stood, pointer) if pointer else None
        shown = "" if value is None or isinstance(value, (list, dict)) else said(value)
        where, letters = place.row or row, self.cells.get(pointer, "")
        sheet, mark, number = where.rpartition("!")
        where = f"{sheet}!{letters}{number}" if mark and number.isdigit() else where
        return Wrong(fault, where, place.titles, shown[:_LONGEST_SHOWN])


_ROWS_OF_GAP = 8


_LONGEST_SHOWN = 60


def _head(job: Job, source: Noted) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Return what stands beside a table's rows, and what is told of it; it may lack something, as drafts do."""
    if not job.form.is_table:
        return {}, ()
    pipeline: Pipeline = job.pipeline
    judged = pipeline.head(source)
    missing = judged.missing
    told = tuple(fault for fault in judged.faults if fault not in missing)
    spec = replace(job.form.root, fields=tuple(job.form.head))
    return drafted(spec, judged.data, {}), told


def _raw_of(item: SourceItem) -> Mapping[str, Any]:
    raw = item.raw if isinstance(item, RecordError) else item[0]
    return raw if isinstance(raw, Mapping) else {"": raw} if raw is not None else {}


def _cells(form: Form, found: Matched, wanted: Wanted) -> dict[str, str]:
    """Return the letters of columns by the pointers that their fields have in a record."""
    above = f"{form.rows.pointer}/*" if form.is_table else ""
    known = ((one.pointer.removeprefix(above), wanted.letters.get(one.name, "")) for one in found.columns)
    return {pointer: letters for pointer, letters in known if pointer}


def _within(pointer: str, form: Form) -> str:
    """Return a pointer as it is within a record; of a row of a table without the table and the row's number."""
    if not form.is_table or not pointer.startswith(f"{form.rows.pointer}/"):
        return pointer
    return "/" + "/".join(pointer.split("/")[3:])


def _line(form: Form, judged: Judged, raw: Mapping[str, Any], state: str, at: int, seen: dict[str, int]) -> str:
    """Return a row as it is kept: as a draft, and where it is faulty what stood there and why it is."""
    record = drafted(form.record_spec, judged.data, raw, whole=True, sound=state == SOUND)
    number, content = number_of(form, record), sum_of(record)
    nth = seen[content] = seen.get(content, -1) + 1
    title = "" if form.is_table else title_of(form, record)
    row = judged.place.row or next((fault.place.row for fault in judged.faults if fault.place.row), f"{at + 1}")
    kept: dict[str, Any] = {**asdict(Given(record, mark_of(number, content, nth), content, number, title, row))}
    kept["state"] = state
    if state != SOUND:
        kept["stood"] = {_called(form.record_spec, name): said(value) for name, value in raw.items()}
        kept["why"] = {lang: [_sentence(fault, lang) for fault in judged.errors] for lang in LANGS}
    return json.dumps(kept, ensure_ascii=False, default=str)


def _called(spec: FieldSpec, name: str) -> str:
    """Return how a column is called in a list that is given back: as it was, or as the field is called on paper."""
    path = find_path(spec, name)
    return path[-1].title("zh-Hans") if path is not None and name.isascii() else str(name)


def _sentence(fault: Fault, lang: Any) -> str:
    title = replace(fault.place, file="", row="", pointer="").text(lang)
    sentence = fault.sentence(lang)
    return f"{title}{': ' if lang == 'en' else '：'}{sentence}" if title else sentence


# --- the rows that were kept ---


def kept(folder: Path, states: Sequence[str], first: int = 0, count: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a list that are in some states, from the first, counted from 0."""
    with (folder / ROWS).open(encoding="utf-8") as file:
        rows = (row for line in file if (row := json.loads(line))["state"] in states)
        yield from islice(rows, first, None if count is None else first + count)


def given(folder: Path, states: Sequence[str]) -> list[Given]:
    """Return the rows of a list that are in some states, as the store takes them."""
    names = ("raw", "mark", "content", "number", "title", "row")
    return [Given(**{name: row[name] for name in names}) for row in kept(folder, states)]


def head_of(folder: Path) -> dict[str, Any]:
    """Return what stands beside the rows of a list."""
    found: dict[str, Any] = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    return found
