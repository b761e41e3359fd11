"""Filled documents of ours as a source of records: Word, Excel and PDF, filled in on screen or typed over."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from generator.catalogue import Catalogue
from generator.catalogue.form import Form
from generator.errors import Fault, Place, RecordError, fail
from generator.records.filled.answers import Answers, Identity
from generator.records.filled.packages import Package, open_package
from generator.records.item import RawRecord, SourceItem
from generator.wording import DEFAULT_LANG

SUFFIXES = (".docx", ".docm", ".pdf")
"""Endings of files that are read as filled documents alone; those of workbooks may be lists as well."""


_OTHER_BOOKS = (".ods", ".xls", ".et")
"""Endings of workbooks that are no packages of Office Open XML."""


def identity_of(path: Path, package: Package | None = None) -> Identity:
    """Return what a file says of itself: nothing where it isn't one of ours; `package`: the office file, once opened.

    Raises RecordError for what can't be read.
    """
    place = Place(path.name)
    if _is_pdf(path):
        from generator.records.filled.pdf import pdf_identity

        return pdf_identity(path, place)
    if path.suffix.lower() in _OTHER_BOOKS:
        from generator.records.opened import open_book

        book = open_book(path)
        return Identity(book.form, book.version, book.lang)
    package = package or open_package(path, place)
    if package.has("word/document.xml"):
        from generator.records.filled.docx import docx_identity

        return docx_identity(package)
    said = package.properties()
    return Identity(*(said.get(f"biaodan.{name}", "") for name in ("form", "version", "lang")))


def answers_of(path: Path, form: Form, package: Package | None = None) -> Answers:
    """Return the answers of a filled document of a form; `package`: the office file, once opened.

    Raises RecordError for what can't be read.
    """
    place = Place(path.name)
    if _is_pdf(path):
        from generator.records.filled.pdf import pdf_answers

        return pdf_answers(path, form, place)
    if path.suffix.lower() in _OTHER_BOOKS:
        return _book_answers(path, form)
    package = package or open_package(path, place)
    if package.has("word/document.xml"):
        from generator.records.filled.docx import docx_answers

        return completed(docx_answers(package, form), package)
    if package.has("xl/workbook.xml"):
        return completed(_book_answers(path, form), package)
    raise fail(RecordError, "E-read-kind", place)


def completed(answers: Answers, package: Package) -> Answers:
    """Return the answers of an office file with what stands beside its text: pictures, the number in its heads."""
    from generator.records.filled.heads import put_number
    from generator.records.filled.photos import put_pictures

    if answers.form.root.holds_pictures:
        put_pictures(answers, package)
    put_number(answers, package)
    return answers


def _book_answers(path: Path, form: Form) -> Answers:
    from generator.records.filled.xlsx import book_answers
    from generator.records.opened import open_book

    return book_answers(open_book(path), form)


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"%PDF-" in file.read(1024)
    except OSError as error:
        raise fail(RecordError, "E-file-read", Place(path.name), why=error.strerror or "?") from None


class IdentitySource:
    """What a file says of itself, asked for as records are: it is looked at by the process that reads foreign files."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def head(self) -> RawRecord:
        """Return the form, its version and the language."""
        found = identity_of(self.path)
        return {"form": found.form, "version": found.version, "lang": found.lang}, Place(self.path.name)

    def __iter__(self) -> Iterator[SourceItem]:
        return iter(())


def accepted(answers: Answers, identity: Identity, place: Place) -> Answers:
    """Return the answers of a document if they are those of its form as it is now.

    Raises RecordError for a document without any box of the form (E-read-nothing, E-read-foreign), or with boxes that
    the form hasn't any more (E-read-version), and for what is wrong with the document itself.
    """
    if answers.is_empty:
        raise fail(RecordError, "E-read-nothing" if identity.form else "E-read-foreign", place)
    form = answers.form
    was, now = identity.version or "?", form.version or "?"
    if answers.unknown:
        raise fail(RecordError, "E-read-version", place, count=len(answers.unknown), was=was, now=now)
    if answers.faults:
        raise RecordError(answers.faults)
    answers.warnings = [warning.at(file=place.file) for warning in answers.warnings]
    if identity.form and identity.version != form.version:
        answers.warnings.append(Fault("W-read-version", place, {"was": was, "now": now}))
    nested = [spec for spec in form.root.walk() if spec.holds_parts and not answers.numbers(spec.pointer)]
    answers.warnings += [Fault("W-read-rows", spec.place(file=place.file)) for spec in nested]
    return answers


@dataclass(eq=False)
class FilledSource:
    """A filled document as a source: one record, or the rows of a table form."""

    path: Path
    form: Form

    def __getstate__(self) -> dict[str, object]:
        return {"path": self.path, "form": _packed(self.form)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.path, self.form = state["path"], _unpacked(state["form"])

    @cached_property
    def _answers(self) -> Answers:
        place = Place(self.path.name)
        package = None if _is_pdf(self.path) else open_package(self.path, place)
        identity = identity_of(self.path, package)
        if identity.form not in ("", self.form.id):
            return self._of_list(identity, place)
        return accepted(answers_of(self.path, self.form, package), identity, place)

    def _of_list(self, identity: Identity, place: Place) -> Answers:
        """Return the answers of another form's register, where a list is asked for that no form of the catalogue is.

        Raises RecordError (E-read-other) elsewhere.
        """
        catalogue = Catalogue()
        other = catalogue.find(identity.form)
        if other is None or not other.is_table or catalogue.find(self.form.id) is not None:
            raise fail(RecordError, "E-read-other", place, form=identity.form, wanted=self.form.id)
        return answers_of(self.path, other)

    @property
    def head(self) -> RawRecord:
        """Return what stands beside the rows of a table form."""
        if self._answers.form is not self.form:
            return {}, Place(self.path.name)
        return self._answers.head(self.path.name) if self.form.is_table else ({}, Place(self.path.name))

    @cached_property
    def columns(self) -> list[str] | None:
        """Return the names of a register's columns; None of a document that holds one record."""
        form = self._answers.form
        return [spec.title(DEFAULT_LANG) for spec in form.rows.fields] if form.is_table else None

    @cached_property
    def warnings(self) -> list[Fault]:
        """Return what is to be told of the document."""
        return self._answers.warnings

    def __iter__(self) -> Iterator[SourceItem]:
        answers = self._answers
        self.columns, self.warnings  # noqa: B018  # they may be asked for when the document has been let go of
        try:
            yield from self._items(answers)
        finally:
            self.__dict__.pop("_answers", None)  # who reads many files keeps none of them

    def _items(self, answers: Answers) -> Iterator[SourceItem]:
        if answers.form is self.form:
            yield from answers.items(self.path.name)
            return
        titles = {spec.key: spec.title(DEFAULT_LANG) for spec in answers.form.rows.fields}
        for raw, place in answers.items(self.path.name):
            yield {titles[key]: value for key, value in raw.items()}, place


@lru_cache(maxsize=64)
def _packed(form: Form) -> bytes:
    """Return a form as it is sent to the process that reads."""
    return pickle.dumps(form)


@lru_cache(maxsize=64)
def _unpacked(content: bytes) -> Form:
    """Return a form that was sent: the same one for the same bytes, so that what is prepared serves many files."""
    form: Form = pickle.loads(content)  # noqa: S301  # from our own process
    return form
