"""Users' own Word and Excel files with tags, filled in from records that have been checked.

A file is opened with care, its tags are looked through and compiled once; each record then makes a document of it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol

from generator.catalogue.form import Form
from generator.document import Document
from generator.errors import BiaodanError, Fault, Place, SchemaError, UsageError, fail
from generator.files import require_file
from generator.record import Values
from generator.wording import Lang

_KINDS = {
    ".docx": ("docx", "generator.tagged.word:compiled"),
    ".dotx": ("docx", "generator.tagged.word:compiled"),
    ".xlsx": ("xlsx", "generator.tagged.sheets:compiled"),
}
"""The files that can be templates: the format that they make, and what compiles them."""

_BESIDE = dict.fromkeys((".docx", ".dotx"), "generator.tagged.subdocuments:beside")
"""What finds the files that a template asks for."""

_BY_OFFICE = "pdf"


class Compiled(Protocol):
    """A template that is ready to be filled in."""

    def fill(self, form: Form, lang: Lang, typed: Values, document: Document) -> bytes:
        """Return the file with a record in it."""

    def faults(self, form: Form, lang: Lang) -> list[Fault]:
        """Return what is wrong with its tags, seen with a form."""


@dataclass(frozen=True)
class Own:
    """A file of the user's that is to be filled in: its name and its bytes, and files `beside` it that it asks for."""

    name: str
    content: bytes = field(repr=False)
    beside: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    @property
    def format(self) -> str:
        """Return the format that is made of it."""
        return _KINDS[Path(self.name).suffix.lower()][0]

    @property
    def formats(self) -> tuple[str, ...]:
        """Return the formats that can be made of it: its own, and what an office program makes of that."""
        return self.format, _BY_OFFICE

    def is_by_office(self, formats: Iterable[str]) -> bool:
        """Tell whether an office program has to make one of the formats."""
        return _BY_OFFICE in formats

    @cached_property
    def digest(self) -> str:
        """Return the sum of its bytes."""
        made = hashlib.sha256(self.content)
        for name, content in self.beside:
            made.update(f"\0{name}\0".encode() + hashlib.sha256(content).digest())
        return made.hexdigest()[:16]

    def compiled(self, lang: Lang) -> Compiled:
        """Return the template, compiled once a process.

        Raises RecordError for a file that can't be opened, SchemaError for tags that can't be understood.
        """
        return _compiled(self, lang)

    def prepare(self, form: Form, lang: Lang) -> None:
        """Compile the template and see whether the form has what its tags name.

        Raises SchemaError with every fault, RecordError for a file that can't be opened.
        """
        _prepared(self, form, lang)

    def faults(self, form: Form, lang: Lang) -> list[Fault]:
        """Return all that is wrong with the file, and as warnings what one should know of it."""
        try:
            return self.compiled(lang).faults(form, lang)
        except SchemaError as error:
            return [*error.faults, *self._names_beside(form, lang)]
        except BiaodanError as error:
            return list(error.faults)

    def _names_beside(self, form: Form, lang: Lang) -> list[Fault]:
        """Return the names that the form hasn't got, where other tags can't be understood."""
        look = getattr(import_module(_KINDS[Path(self.name).suffix.lower()][1].partition(":")[0]), "names_beside", None)
        return list(look(self.name, self.content, form, lang)) if look else []

    def refuse_format(self, format: str) -> None:
        """Raise UsageError (E-own-format) for a format that can't be made of it."""
        if format not in self.formats:
            raise fail(UsageError, "E-own-format", Place(self.name), format=format, known=list(self.formats))

    def require(self, format: str) -> None:
        """Raise UsageError as `refuse_format`, MachineError (E-own-office) where the machine can't make a format."""
        self.refuse_format(format)
        if format == _BY_OFFICE:
            from generator.tagged.office import require_office

            require_office(self.format)

    def filled(self, form: Form, lang: Lang, shown: Values) -> "Filled":
        """Return the document of a record as it is shown."""
        return Filled(self, form, lang, shown)


@lru_cache(maxsize=8)
def _compiled(own: Own, lang: Lang) -> Compiled:
    module, _, name = _KINDS[Path(own.name).suffix.lower()][1].partition(":")
    compiled: Compiled = getattr(import_module(module), name)(own.name, own.content, lang, own.beside)
    return compiled


@lru_cache(maxsize=8)
def _prepared(own: Own, form: Form, lang: Lang) -> None:
    faults = [fault for fault in own.compiled(lang).faults(form, lang) if not fault.is_warning]
    if faults:
        raise SchemaError(faults)


@dataclass(frozen=True, eq=False)
class Filled:
    """A record in a file of the user's, written when it is asked for."""

    own: Own
    form: Form
    lang: Lang
    shown: Values

    def write(self, document: Document, format: str, out: BinaryIO) -> None:
        """Write the document in its own format, or what an office program makes of it.

        Raises UsageError (E-own-format), RecordError and SchemaError for what goes wrong with this record, MachineError
        where there is no office program.
        """
        self.own.refuse_format(format)
        content = self.own.compiled(self.lang).fill(self.form, self.lang, self.shown, document)
        if format == _BY_OFFICE:
            from generator.tagged.office import as_pdf

            content = as_pdf(content, self.own.format, document)
        out.write(content)


def is_own(name: str) -> bool:
    """Tell whether a file can be a template, by its suffix."""
    return Path(name).suffix.lower() in _KINDS


def load_own(path: Path | str) -> Own:
    """Return a file of the user's, with the files right beside it that its tags ask for.

    Raises UsageError for one that isn't there or is of no such kind (E-own-kind): files with macros are none.
    """
    name = str(path)
    if not is_own(name):
        raise fail(UsageError, "E-own-kind", Place(name), known=list(_KINDS))
    file = require_file(name)
    try:
        content = file.read_bytes()
        return Own(file.name, content, _beside(file, content))
    except OSError as error:
        raise fail(UsageError, "E-file-read", Place(name), why=error.strerror or "?") from None


def _beside(file: Path, content: bytes) -> tuple[tuple[str, bytes], ...]:
    """Return the files right beside a template that its tags ask for."""
    module, _, name = _BESIDE.get(file.suffix.lower(), "").partition(":")
    found: tuple[tuple[str, bytes], ...] = (
        getattr(import_module(module), name)(file.name, content, file.parent) if name else ()
    )
    return found
