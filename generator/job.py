"""A job: records of one form made into documents of one language, under one policy."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from generator.case import is_case, read_case
from generator.catalogue import Catalogue, Form
from generator.catalogue.serialise import Serialiser, serialiser
from generator.document import Document, Table, walk
from generator.errors import BiaodanError, Fault, Place, UsageError, fail, faults_of
from generator.numbers import Numbers
from generator.pipeline import JudgedTable, Pipeline
from generator.printing import MAX_COPIES, numbers_from
from generator.profile import Profile, shipped_profile
from generator.record import Judged, Values, value_at
from generator.records import ListSource, Source, open_source, warnings_of
from generator.records.names import find_path
from generator.records.reading import PLAIN, Reading
from generator.rules import Policy, load_policy
from generator.theme import Theme, shipped_theme
from generator.wording import DEFAULT_LANG, LANGS, Lang, phrase

if TYPE_CHECKING:
    from generator.compose import Composer
    from generator.compose.revisions import Revision
    from generator.tagged import Own

MAX_BLANK_ROWS = 2_000


def template_faults(form: Form, catalogue: Catalogue | None = None) -> list[Fault]:
    """Return what is wrong with the templates of a form, as far as that is seen without a record."""
    if not form.template:
        return []
    from generator.compose.template import template_faults as found

    return found(form, (catalogue or Catalogue()).template_folders())


def findings(path: Path, catalogue: Catalogue) -> list[Fault]:
    """Return the faults and warnings of a schema file, and of the templates of its form."""
    from generator.catalogue import load_form
    from generator.catalogue.dialect import lint

    faults = lint(path)
    try:
        form = load_form(path, str(path), catalogue)
    except BiaodanError as error:
        is_adapted = path.name.endswith(".patch.json")
        return faults or (list(error.faults) if is_adapted else [])  # no form, or its faults are told
    return [*faults, *form.notes, *template_faults(form, catalogue), *unplaced(form, catalogue)]


def unplaced(form: Form, catalogue: Catalogue) -> list[Fault]:
    """Return a warning for each field that was added to a form whose template doesn't place it."""
    added = [spec for spec in form.root.walk() if spec.beside and "/*" not in spec.pointer]
    if not form.template or not added:
        return []
    job = Job(form, folders=catalogue.template_folders(), catalogue=catalogue)
    shown = {getattr(node, "pointer", "") for node in walk(job.composer.blank().blocks)}
    missing = [spec for spec in added if spec.pointer not in shown]
    return [Fault("W-adapt-unplaced", spec.place(file=form.source), {"beside": spec.beside}) for spec in missing]


@dataclass(frozen=True, slots=True)
class Composed:
    """What became of a record: its document and what tells it apart from its neighbours, or its faults."""

    document: Document | None = None
    identity: str = ""
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, eq=False)
class _JsonRows:
    """Rows of a table as JSON, made one by one as often as they are asked for."""

    rows: Iterable[Values]
    serialiser: Serialiser

    def __iter__(self) -> Iterator[Values]:
        return map(self.serialiser.data, self.rows)


@dataclass(frozen=True, eq=False)
class Job:
    """Records of one form made into documents. What is shared by them is prepared once.

    `mask`: None for the form's own default. `blank_rows`: empty rows of tables, those of a blank form or those beneath
    the filled ones; None for what is usual. `overrides`: values that every record (or a table's head) gets on top.
    `fillable`: the documents are to be filled in on screen, so what is missing in a record is no fault of it.
    `numbers`: gives numbers to records that have none.
    `own`: the user's file that is filled in instead of composing a document.
    `revision`: what the documents correct, or why they are void.
    """

    form: Form
    lang: Lang = DEFAULT_LANG
    policy: Policy = field(default_factory=load_policy)
    mask: bool | None = None
    blank_rows: int | None = None
    folders: tuple[Path, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=Catalogue)
    theme: Theme = field(default_factory=shipped_theme)
    profile: Profile = field(default_factory=shipped_profile)
    reading: Reading = PLAIN
    fillable: bool = False
    numbers: Numbers | None = None
    own: "Own | None" = None
    revision: "Revision | None" = None

    @property
    def masks(self) -> bool:
        """Tell whether personal values are masked."""
        return self.form.mask if self.mask is None else self.mask

    @cached_property
    def pipeline(self) -> Pipeline:
        """Return what reads and judges the job's records."""
        return Pipeline(self.form, self.policy, self.overrides, self.reading.pictures, self.numbers)

    @cached_property
    def composer(self) -> "Composer":
        """Return what composes the job's documents."""
        from generator.compose import Composer
        from generator.resources import templates

        page = self.profile.page(self.form.page)
        return Composer(
            self.form if page == self.form.page else replace(self.form, page=page),
            self.lang,
            self.policy,
            self.folders or (templates(),),
            self.masks,
            self.blank_rows,
            self.theme,
            self.profile,
            addresses=self.mask is None and self.form.kind == "letter",
        )

    @cached_property
    def _prepared(self) -> None:
        self.prepare()

    def prepare(self) -> None:
        """Prepare what every document needs; raises SchemaError for a template that none can be made with."""
        if self.own is None:
            self.composer.prepare()
        else:
            self.own.prepare(self.form, self.lang)

    def blank(self) -> Document:
        """Return the blank form, with the values that every record gets printed on it.

        Raises UsageError (E-rows) for a number of rows that no paper has, and for values that can't be read.
        """
        self._require_rows()
        known, row = self.pipeline.known() if self.overrides else ({}, {})
        return self.composer.fillable(known) if self.fillable else self.composer.blank(known, row)

    def copies(self, count: int) -> Iterator[tuple[Document, str]]:
        """Yield copies of the blank form, and what tells each apart: its number, counted on from the one that is set,
        else which of how many it is, at the foot.

        Raises UsageError as `blank` does, E-copies for a count that nobody prints, E-copies-number for a number that
        can't be counted on.
        """
        if not 1 <= count <= MAX_COPIES:
            raise fail(UsageError, "E-copies", limit=MAX_COPIES)
        set_by = self._number_set()
        if set_by:
            for number in numbers_from(self.overrides[set_by], count):
                yield replace(self, overrides={**self.overrides, set_by: number}).blank(), number
            return
        made = self.blank()
        for n in range(1, count + 1):
            foot = phrase("copy", self.lang).format(n=n, count=count)
            yield replace(made, footer=" · ".join(filter(None, (made.footer, foot)))), f"{n:0{len(str(count))}d}"

    def _number_set(self) -> str:
        """Return by which name a value is set that is the number of the form; empty where none is."""
        named = {key: find_path(self.form.root, key) for key in self.overrides} if self.form.identity else {}
        return next((key for key, path in named.items() if path and path[-1].pointer == self.form.identity), "")

    def _require_rows(self) -> None:
        if self.blank_rows is not None and not 0 <= self.blank_rows <= MAX_BLANK_ROWS:
            raise fail(UsageError, "E-rows", limit=MAX_BLANK_ROWS)

    def open(self, name: str) -> Source:
        """Return the records of a file or, with `-`, of standard input; of a case file what it tells of this form.

        Raises UsageError and RecordError as `open_source` and `read_case` do.
        """
        source = open_source(name, self.form, self.reading, self.policy.zone)
        if isinstance(source, ListSource) and source.single and is_case(source.items[0]):
            return self.source(source.items[0], source.file)
        return source

    def source(self, content: object, file: str = "") -> Source:
        """Return records that are in memory, or what a case in memory tells of this form."""
        if is_case(content):
            content = read_case(content, self.catalogue, self.policy, file, self.lang).content(self.form)
        return ListSource(content, self.form, file)

    def documents(self, source: Source) -> Iterator[Composed]:
        """Yield the documents of a source's records, or the faults of those that can't be made; a table is one.

        Raises RecordError where the source can't be read, SchemaError for a template that no record can be made with,
        UsageError (E-rows) for a number of empty rows that no paper has.
        """
        self._require_rows()
        if self.form.is_table:
            yield self._of_table(self.pipeline.table(source))
            return
        self._prepared  # noqa: B018  # once, and before the first record
        count = 0
        for judged in self.pipeline.judged(source):
            count += 1
            yield self._of_record(judged)
        if not count:
            yield Composed(faults=(Fault("E-no-records", source.head[1]),), place=source.head[1])
        if told := warnings_of(source):
            yield Composed(warnings=tuple(told), place=source.head[1])

    def _of_table(self, table: JudgedTable) -> Composed:
        if table.errors:
            return Composed(faults=tuple(table.errors), warnings=tuple(table.warnings), place=table.head.place)
        try:
            document = self._table_document(table)
        except BaseException as error:
            faults = faults_of(error, table.head.place)
            return Composed(faults=faults, warnings=tuple(table.warnings), place=table.head.place)
        if self.fillable or not self.masks:
            document = replace(document, record=self._as_json(table))
        warnings = (*table.warnings, *self._without_total(document))
        return Composed(document, warnings=warnings, place=table.head.place)

    def _table_document(self, table: JudgedTable) -> Document:
        if self.own is not None:
            self._prepared  # noqa: B018
            return self._in_own({**table.head.values, self.form.rows.key: list(table.rows)})
        compose = self.composer.fillable if self.fillable else self.composer.register
        document = compose(table.head.values, table.rows)
        if self.revision is None:
            return document
        now = {**table.head.values, self.form.rows.key: list(table.rows)} if self.revision.formers else {}
        return self.composer.revised(document, self.revision, "", now)

    def _in_own(self, values: Values) -> Document:
        """Return the document of a record that stands in the user's own file."""
        assert self.own is not None
        shown = self.composer.shown(values)
        return replace(self.composer.cover(shown), own=self.own.filled(self.form, self.lang, shown))

    def _document(self, values: Values) -> Document:
        if self.own is not None:
            return self._in_own(values)
        return (self.composer.fillable if self.fillable else self.composer.filled)(values)

    def _as_json(self, table: JudgedTable) -> Mapping[str, object]:
        """Return a table's head and rows as JSON; the rows are read again by whoever wants them."""
        rows = self.form.rows
        return {**table.head.data, rows.key: _JsonRows(table.rows, serialiser(rows, self.policy.zone))}

    def _of_record(self, judged: Judged) -> Composed:
        errors, warnings = tuple(judged.errors), tuple(judged.warnings)
        if self.fillable:
            missing = judged.missing
            errors = tuple(fault for fault in errors if fault not in missing)
        if errors:
            return Composed(faults=errors, place=judged.place)
        try:
            return self._composed(judged, warnings)
        except BaseException as error:  # whatever is raised for one record is that record's fault
            return Composed(faults=faults_of(error, judged.place), place=judged.place)

    def _composed(self, judged: Judged, warnings: tuple[Fault, ...]) -> Composed:
        record = None if self.masks and not self.fillable else judged.data
        identity = value_at(judged.data, self.form.identity) if self.form.identity else None
        document = self._document(judged.values)
        if self.revision is not None:
            document = self.composer.revised(document, self.revision, str(identity or ""), judged.values)
        if record is not None:
            document = replace(document, record=record)
        shown = str(identity) if identity is not None and document.reference else ""
        return Composed(document, shown, (), (*warnings, *self._without_total(document)), judged.place)

    def _without_total(self, document: Document) -> Iterator[Fault]:
        """Yield a warning for each column that should have a total and holds something that can't be added."""
        if not self._totals_may_lack:
            return
        for node in walk(document.blocks):
            if isinstance(node, Table):
                for at in node.unsummed:
                    titles: dict[str, str] = dict.fromkeys(LANGS, node.columns[at].face.label)
                    yield Fault("W-total", Place(titles=titles, pointer=node.pointer))

    @cached_property
    def _totals_may_lack(self) -> bool:
        from generator.compose.tables import totals_may_lack

        return any(map(totals_may_lack, self.form.root.walk()))
