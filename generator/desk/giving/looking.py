"""What a file that was given is: a filled document of ours, a list, or neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.catalogue import Form
from generator.desk.giving.drafting import drafted, mark_of, number_of, sum_of
from generator.desk.giving.unlocking import UNLOCKED, is_locked
from generator.desk.naming import title_of
from generator.desk.office import Office, Setup, Way
from generator.desk.store.taken import Given
from generator.desk.work import office_of
from generator.errors import Fault, Place, RecordError, UsageError, fail, faults_of
from generator.records import FORMATS, LIST_FORMATS
from generator.records.filled import SUFFIXES as DOCUMENTS
from generator.records.proposing import MeantColumns, Target, score_of, targets_of
from generator.records.reading import Reading
from generator.records.unknown import letters
from generator.returned import LOCKED, Returned, identity_of, read_returned

LARGEST = 48 << 20
"""Bytes of a file that is given."""

_DATABASES = (".sqlite", ".sqlite3", ".db")
TAKEN = tuple(suffix for suffix in FORMATS if suffix not in _DATABASES)
"""Endings of files that the desk takes."""

_TEXTS = (".csv", ".tsv", ".txt")
_NEAR, _MOST_FITS = 0.6, 8


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is.

    `form`: of what form it says that it is; `given`: the record of a filled document, with `faults` as far as there
    are any; `names`: of a list's columns, with their `letters`; `fits`: the forms that it may be of, the likeliest
    first. A file that is neither has faults alone. `sheets`: of a workbook with several lists, of which one has to be
    chosen. `is_locked`: it waits for its password.
    """

    form: str = ""
    lang: str = ""
    given: Given | None = None
    names: tuple[str, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)
    fits: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    is_locked: bool = False

    @property
    def is_list(self) -> bool:
        """Tell whether the file is a list, be it that its sheet has to be chosen."""
        return bool(self.names or self.sheets)


def looked(setup: Setup, path: str, sheet: str = "") -> Looked:
    """Return what a file is; whatever is wrong with it is told, and nothing raised for it."""
    file = Path(path)
    try:
        return _looked(office_of(setup), file, sheet)
    except Exception as error:  # whatever is raised for one file is that file's fault
        faults = faults_of(error, Place(file.name))
        if any(fault.code in LOCKED for fault in faults):
            return _locked(file, faults)
        sheets = next((fault.params["sheets"] for fault in faults if fault.code == "E-sheets-many"), ())
        return Looked(sheets=tuple(sheets), faults=faults)


def _locked(file: Path, faults: tuple[Fault, ...]) -> Looked:
    """Return what there is to say of a file that looks as if it had a password."""
    if is_locked(file):
        return Looked(faults=faults, is_locked=True)
    is_broken = file.suffix.lower() in UNLOCKED
    return Looked(faults=(Fault("E-read-broken", Place(file.name)),) if is_broken else faults)


def _looked(office: Office, file: Path, sheet: str) -> Looked:
    suffix, place = file.suffix.lower(), Place(file.name)
    if suffix not in TAKEN:
        raise fail(UsageError, "E-give-kind", place)
    size = file.stat().st_size
    if not size:
        raise fail(RecordError, "E-give-empty", place)
    is_text = suffix not in (*DOCUMENTS, *LIST_FORMATS) or suffix in _TEXTS
    said = "" if is_text else identity_of(file).form
    form = office.find(said) if said else None
    if suffix in DOCUMENTS or (form is not None and not form.is_table):
        return _filled(office, file)
    if form is not None:
        return Looked(form.id, names=tuple(spec.title("zh-Hans") for spec in form.rows.fields), fits=(form.id,))
    columns = _columns(office, file, sheet)
    names = tuple(columns)
    fits = tuple(form.id for form in _fitting(names, office.forms))
    return Looked(names=names, letters=columns, fits=fits) if fits else Looked(faults=(Fault("E-give-header", place),))


# --- filled documents ---


def _filled(office: Office, file: Path) -> Looked:
    found = read_returned(file, office.catalogue, lambda form: office.job(Way(form.id, "zh-Hans")))
    form = found.form
    if form is None or not found.judged:
        return Looked(faults=found.faults)
    raw = _draft(office, form, found)
    number = "" if form.is_table else number_of(form, raw)
    content = sum_of(raw)
    given = Given(raw, mark_of(number, content, 0), content, number, title_of(form, raw))
    return Looked(form.id, found.identity.lang, given, faults=found.faults)


def _draft(office: Office, form: Form, found: Returned) -> dict[str, Any]:
    """Return the record of a document; what couldn't be read as it stood there."""
    stood = [] if found.is_sound else _stood(office, form, found.path)
    raws = [*stood, *[{}] * (len(found.judged) - len(stood))]
    records = [drafted(form.record_spec, one.data, raw) for one, raw in zip(found.judged, raws, strict=False)]
    if not form.is_table:
        return records[0]
    head = drafted(form.root, {key: value for key, value in (found.record or {}).items() if key != form.rows.key}, {})
    return {**head, form.rows.key: records}


def _stood(office: Office, form: Form, path: Path) -> list[Mapping[str, Any]]:
    """Return the raw records of a document."""
    source = office.job(Way(form.id, "zh-Hans")).open(str(path))
    return [{} if isinstance(item, RecordError) else item[0] for item in source]


# --- lists ---


def _columns(office: Office, file: Path, sheet: str) -> dict[str, str]:
    """Return the names of a list's columns, found by what any form calls its fields, and their letters."""
    from generator.records.samples import sampled

    targets = [target for form in office.forms for target in targets_of(form, "zh-Hans")]
    columns = MeantColumns(office.forms[0], targets)
    _, header, _ = sampled(file, office.forms[0], columns, Reading(sheet=sheet))
    made: dict[str, str] = {}
    for number, name in enumerate(header.names, 1):
        if name:
            made.setdefault(name, letters(number))
    return made


def _fitting(names: Sequence[str], forms: Sequence[Form]) -> list[Form]:
    """Return the forms whose titles match names best; of two that match alike, the one with fewer fields."""
    scored = [
        (_score(names, targets), -len(targets), form) for form in forms if (targets := targets_of(form, "zh-Hans"))
    ]
    found = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], -one[1], one[2].id))
    return [form for _, _, form in found[:_MOST_FITS]]


def _score(names: Sequence[str], targets: Sequence[Target]) -> float:
    """Return how well fields match names: each name and field once, the nearest first; what is exact counts most."""
    plain = [target for target in targets if target.name.startswith("/") or "/" not in target.name]
    scored = sorted(
        (
            (score, name, target.name)
            for name in names
            for target in plain
            if (score := score_of(name, target.spec)) >= _NEAR
        ),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    done: set[str] = set()
    total = 0.0
    for score, name, target in scored:
        if f"<{name}" not in done and f">{target}" not in done:
            done |= {f"<{name}", f">{target}"}
            total += score * score
    return round(total, 1)
