"""What a script imports: `render`, `blank`, `check`, and the jobs that they are made of."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from generator.case import Case
from generator.casework.update import Preference
from generator.casework.update import add_to_case as _add_to_case
from generator.catalogue import Catalogue, Form
from generator.document import Document
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.job import Composed, Job
from generator.numbers import Numbers
from generator.pipeline import MAX_FAULTS
from generator.printing import laid
from generator.profile import Profile, shipped_profile
from generator.record import Values
from generator.records.reading import PLAIN, Reading
from generator.rules import Policy, load_policy
from generator.theme import Theme, shipped_theme
from generator.wording import DEFAULT_LANG, LANGS, Lang
from generator.writers import WritingOptions, writer

if TYPE_CHECKING:
    from generator.collect import Report
    from generator.due import DueList
    from generator.importing import Imported
    from generator.returned import Returned
    from generator.tagged import Own

__all__ = [
    "Composed",
    "Job",
    "add_to_case",
    "blank",
    "check",
    "collect",
    "due",
    "import_form",
    "make_job",
    "make_policy",
    "propose_map",
    "read",
    "reference_doc",
    "render",
    "starter",
    "to_bytes",
    "write_into",
]

Policies = Path | str | Sequence[Path | str] | None
"""Policy files: one, several of different sorts, or none for the shipped ones."""


def make_policy(policy: Policies = None) -> Policy:
    """Return the policy of one file or several, the shipped one for None.

    Raises SchemaError for a faulty file.
    """
    named = (policy,) if isinstance(policy, (str, Path)) else policy or ()
    return load_policy(*map(Path, named))


def make_job(
    form: Form | str,
    *,
    lang: str = DEFAULT_LANG,
    mask: bool | None = None,
    policy: Policies = None,
    rows: int | None = None,
    overrides: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    theme: Theme | None = None,
    profile: Profile | None = None,
    reading: Reading = PLAIN,
    fillable: bool = False,
    numbers: Numbers | None = None,
    template: "Own | Path | str | None" = None,
    fields: Sequence[str] = (),
    landscape: bool = False,
) -> Job:
    """Return the job of a form, given by id, schema file or as Form.

    `theme` and `profile`: whose paper it is, where it isn't ours; `reading`: how the lists are read that it opens;
    `fillable`: documents are to be filled in on screen. `template`: a Word or Excel file of your own with tags, which
    is filled in instead. `fields`: the only ones that are printed, by key or title; `landscape`: the paper on its side.
    Raises UsageError for an unknown form, language or field, SchemaError for a faulty schema or policy.
    """
    known, catalogue = _lang(lang), catalogue or Catalogue()
    opened = form if isinstance(form, Form) else catalogue.form(form)
    return Job(
        form=laid(opened, fields, landscape=landscape),
        lang=known,
        policy=make_policy(policy),
        mask=mask,
        blank_rows=rows,
        folders=catalogue.template_folders(),
        overrides=overrides or {},
        catalogue=catalogue,
        theme=theme or shipped_theme(),
        profile=profile or shipped_profile(),
        reading=reading,
        fillable=fillable,
        numbers=numbers,
        own=_own(template),
    )


def starter(job: Job, format: str) -> bytes:
    """Return a Word or Excel file (docx, xlsx) to begin with, that holds every tag of a job's form on the job's paper.

    Raises UsageError (E-own-kind) for another format.
    """
    from generator.tagged.starter import STARTERS

    if format not in STARTERS:
        raise fail(UsageError, "E-own-kind", Place(format), known=[f".{name}" for name in STARTERS])
    buffer = io.BytesIO()
    STARTERS[format](job.form, job.blank(), buffer)
    return buffer.getvalue()


def reference_doc(lang: str = DEFAULT_LANG, *, theme: Theme | None = None, profile: Profile | None = None) -> bytes:
    """Return a Word file that shows our styles, or a desk's own with its logo, to be changed as one likes.

    Raises UsageError (E-lang) for an unknown language.
    """
    from generator.tagged.reference import write_reference

    buffer = io.BytesIO()
    write_reference(_lang(lang), theme or shipped_theme(), buffer, profile)
    return buffer.getvalue()


def _lang(lang: str) -> Lang:
    if lang not in LANGS:
        raise fail(UsageError, "E-lang", Place(str(lang)), known=list(LANGS))
    return lang


def _own(template: "Own | Path | str | None") -> "Own | None":
    from generator.tagged import Own, load_own

    return template if template is None or isinstance(template, Own) else load_own(template)


def to_bytes(document: Document, format: str, options: WritingOptions | None = None) -> bytes:
    """Return a document in a format: docx, xlsx, pdf, or one that an installed package adds."""
    buffer = io.BytesIO()
    write_into(document, format, options)(buffer)
    return buffer.getvalue()


def write_into(document: Document, format: str, options: WritingOptions | None = None) -> Callable[[BinaryIO], None]:
    """Return the function that writes a document into a file."""
    own = document.own
    if own is not None:
        return lambda file: own.write(document, format, file)
    write = writer(format, options)
    return lambda file: write(document, file)


def render(
    form: Form | str,
    record: Values | Sequence[Values],
    format: str,
    *,
    lang: str = DEFAULT_LANG,
    mask: bool | None = None,
    rows: int | None = None,
    policy: Policies = None,
    catalogue: Catalogue | None = None,
    engine: str = "",
    standard: str = "",
    fillable: bool = False,
    template: "Own | Path | str | None" = None,
) -> bytes:
    """Return the document of a record as bytes; a table form takes a list of records.

    `rows`: empty rows beneath the filled ones of its repeating tables. `template`: your own file with tags.
    Keys may be the schema's or titles of any language. Of PDF, `engine` is weasyprint (the default) or typst,
    `standard` ua-1 (the default) or a-2b. Raises BiaodanError with every fault.
    """
    job = make_job(
        form,
        lang=lang,
        mask=mask,
        rows=rows,
        policy=policy,
        catalogue=catalogue,
        fillable=fillable,
        template=template,
    )
    composed = list(job.documents(job.source(record)))
    faults = [fault for one in composed for fault in one.faults]
    if faults:
        raise RecordError(faults)
    if len(composed) != 1 or composed[0].document is None:
        raise fail(UsageError, "E-out-one", count=len(composed))
    return to_bytes(composed[0].document, format, WritingOptions(engine=engine, standard=standard))


def blank(
    form: Form | str,
    format: str,
    *,
    lang: str = DEFAULT_LANG,
    rows: int | None = None,
    policy: Policies = None,
    catalogue: Catalogue | None = None,
    fillable: bool = False,
    overrides: Mapping[str, str] | None = None,
    fields: Sequence[str] = (),
    landscape: bool = False,
) -> bytes:
    """Return the blank form as bytes; `rows` empty rows in its repeating tables, `fillable` on screen.

    `overrides`: values that are printed on it; `fields`: the only ones that are on it, by key or title.
    """
    job = make_job(
        form,
        lang=lang,
        rows=rows,
        policy=policy,
        catalogue=catalogue,
        fillable=fillable,
        overrides=overrides,
        fields=fields,
        landscape=landscape,
    )
    return to_bytes(job.blank(), format)


def check(
    form: Form | str,
    records: Values | Sequence[Values] | Path | str,
    *,
    policy: Policies = None,
    overrides: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    reading: Reading = PLAIN,
    numbers: Numbers | None = None,
) -> list[Fault]:
    """Return every fault and warning of records, given in memory or as the path of a file.

    Of more than 10,000 faults the records aren't read further (E-faults-many), of more warnings the rest are counted
    (W-faults-many).
    """
    job = make_job(form, policy=policy, overrides=overrides, catalogue=catalogue, reading=reading, numbers=numbers)
    source = job.open(str(records)) if isinstance(records, (str, Path)) else job.source(records)
    return list(_most(job.pipeline.faults(source), source.head[1]))


def _most(faults: Iterable[Fault], place: Place) -> Iterator[Fault]:
    """Yield as many faults and warnings as anybody mends at once, and that there are more."""
    counts = {True: 0, False: 0}
    for fault in faults:
        counts[fault.is_warning] += 1
        if counts[False] > MAX_FAULTS:
            yield Fault("E-faults-many", place, {"limit": MAX_FAULTS})
            break
        if counts[fault.is_warning] <= MAX_FAULTS:
            yield fault
    if counts[True] > MAX_FAULTS:
        yield Fault("W-faults-many", place, {"count": counts[True] - MAX_FAULTS})


def read(
    files: Iterable[Path | str],
    *,
    policy: Policies = None,
    catalogue: Catalogue | None = None,
    password: str = "",
) -> Iterator["Returned"]:
    """Yield what each filled document says: which form it is, its record, and every fault, box by box.

    `password`: of those files that have one. Raises UsageError for a file that isn't there, SchemaError for a form or
    policy that can't be used.
    """
    from generator.returned import read_returned

    known = catalogue or Catalogue()
    job_of = _jobs(policy, known)
    for file in files:
        yield read_returned(Path(file), known, job_of, password)


def collect(
    paths: Iterable[Path | str],
    out: str,
    *,
    form: str = "",
    lang: Lang = DEFAULT_LANG,
    policy: Policies = None,
    catalogue: Catalogue | None = None,
    advance: Callable[[], None] = lambda: None,
    keeps: bool = True,
    password: str = "",
) -> "Report":
    """Gather the records of filled documents, and of all in folders, into a tracker; return what became of each.

    `out`: .xlsx, .csv or .jsonl, or a database's URL; it stays as it is unless `keeps`. `password`: of those files that
    have one. Raises UsageError as
    `generator.collect.collect` does.
    """
    from generator.collect import collect as gather

    known = catalogue or Catalogue()
    return gather(
        map(Path, paths), out, lang, known, _jobs(policy, known), form, advance, keeps=keeps, password=password
    )


def due(
    sources: Iterable[Path | str],
    *,
    on: date | None = None,
    within: int = 7,
    person: str = "",
    form: str = "",
    policy: Policies = None,
    catalogue: Catalogue | None = None,
) -> "DueList":
    """Return what is due of sources until some days after a day, overdue first; that day is today if none is given.

    `person`: only what that person answers for; `form`: of lists that don't say of which they are. A source is a path,
    or FORM=PATH. The list's `record(lang)` is one of the `form` that it names, `calendar(job)` an iCalendar file.
    Raises UsageError as `generator.due.due` does.
    """
    from generator.due import due as found

    known = catalogue or Catalogue()
    rules = make_policy(policy)
    day = on or datetime.now(rules.zone).date()
    return found(map(str, sources), known, rules, _jobs(policy, known), day, within, person, form)


def _jobs(policy: Policies, catalogue: Catalogue) -> Callable[[Form], Job]:
    """Return what gives the job of a form, made once each."""
    jobs: dict[str, Job] = {}

    def job_of(form: Form) -> Job:
        if form.id not in jobs:
            jobs[form.id] = make_job(form, policy=policy, catalogue=catalogue)
        return jobs[form.id]

    return job_of


def propose_map(
    forms: Sequence[str],
    source: Path | str,
    *,
    sheet: str = "",
    password: str = "",
    lang: Lang = DEFAULT_LANG,
    catalogue: Catalogue | None = None,
) -> tuple[str, list[Fault]]:
    """Return the text of a map of a list's columns for some forms, and warnings; `summary` is what summaries count.

    Raises UsageError for unknown forms or a missing file, RecordError where no list is found in it.
    """
    from generator.files import require_file
    from generator.records.proposing import as_toml, propose
    from generator.statistics.columns import load_columns

    known = catalogue or Catalogue()
    named = [name.strip() for name in forms if name.strip()]
    opened = [load_columns("issues").source if name == "summary" else known.form(name) for name in named]
    reading = Reading(sheet=sheet, password=password)
    made = propose(require_file(str(source)), opened, reading, lang, make_policy().zone)
    told = Fault("W-map-proposed", Place(made.file), {"count": len(made.columns), "left": len(made.ignored)})
    return as_toml(made, lang), [told]


def import_form(
    sources: Sequence[Path | str],
    *,
    sort: str = "auto",
    form_id: str = "",
    title: str = "",
    sheet: str = "",
    password: str = "",
    infer: bool = False,
) -> "Imported":
    """Return a form drafted from a source, or from two that belong together, with the report of how it came about.

    `sort`: what the source is, `form_id` and `title`: of the form, `infer`: draft also what was made from a form.
    Raises UsageError for what can't be a source, RecordError for one that can't be read.
    """
    from generator.importing.opening import Asked, imported

    named = [str(source) for source in sources]
    asked = Asked(sort, sheet, password, infer)

    def faults(form: Form, several: str) -> list[Fault]:
        return check(form, named[0], reading=Reading(sheet=sheet or several, password=password))

    return imported(named, asked, form_id, title, faults)


def add_to_case(
    path: Path,
    form: Form | str,
    name: str,
    *,
    prefer: Preference = "",
    policy: Policies = None,
    catalogue: Catalogue | None = None,
    reading: Reading = PLAIN,
    numbers: Numbers | None = None,
) -> tuple[Case, list[Fault]]:
    """Return a case file's content with the record of a file added, and the warnings.

    `numbers`: gives the record a number where it has none.

    Raises BiaodanError as `generator.casework.update.add_to_case` does.
    """
    job = make_job(form, policy=policy, catalogue=catalogue, reading=reading, numbers=numbers)
    return _add_to_case(job, path, name, prefer)
