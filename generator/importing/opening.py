"""Which sort of source a file is, and the draft that is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import Place, UsageError, fail
from generator.files import require_file
from generator.importing.apart import drafted_apart
from generator.importing.draft import FORM_ID, Draft, Imported
from generator.importing.naming import form_slug
from generator.importing.proof import Check, prove
from generator.importing.settling import settle
from generator.records import LIST_FORMATS, is_database

WORD = frozenset({".docx", ".docm", ".dotx"})
BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})

SORTS = ("auto", "list", "document", "xlsform", "jsonforms", "rjsf", "sql")


@dataclass(frozen=True)
class Asked:
    """What a caller says of a source: the sort that it is, the sheet that is meant, a password.

    `infers`: a file of ours, which names its form, is drafted anew all the same; so is a schema that would be kept.
    """

    sort: str = "auto"
    sheet: str = ""
    password: str = ""
    infers: bool = False


def imported(sources: Sequence[str], asked: Asked, form_id: str, title: str, check: Check) -> Imported:
    """Return the form drafted from a source; `check`: what yields the faults of a list's rows in a form.

    Raises UsageError (E-import-id) for an id that no form can have, and as `drafted` does.
    """
    made = drafted(sources, asked)
    wanted = form_id or form_slug(made.form_id) or form_slug(Path(sources[0]).stem) or "imported"
    name = wanted if FORM_ID.fullmatch(wanted) else form_slug(wanted)
    if not name:
        raise fail(UsageError, "E-import-id", Place(wanted))
    if title:
        made.title = title
        made.extra.pop("x-title", None)
    if made.kept is None:
        settle(made, name, Path(sources[0]).name)
    if made.meta.get("kind") == "table" and made.is_list:
        prove(made, name, check)
    return Imported(name, made.schema(name), made.report)


def drafted(sources: Sequence[str], asked: Asked) -> Draft:
    """Return the draft that one source, or two that belong together, give.

    Raises UsageError for what can't be a source (E-import-kind), RecordError for one that can't be read.
    """
    if is_database(sources[0]) and asked.sort in ("auto", "sql"):
        from generator.importing.databases import database_draft

        return database_draft(sources[0], asked.sheet)
    path = require_file(sources[0])
    others = [require_file(name) for name in sources[1:]]
    if path.suffix.lower() == ".json" and asked.sort in ("auto", "jsonforms", "rjsf", "sql") and len(others) < 2:
        from generator.importing.pairs import pair_draft

        return pair_draft([path, *others], asked.sort, asked.infers)
    if others:
        raise fail(UsageError, "E-import-two", Place(others[0].name))
    suffix = path.suffix.lower()
    if suffix in BOOKS and asked.sort in ("auto", "xlsform", "document"):
        return drafted_apart(
            book_draft,
            path,
            sheet=asked.sheet,
            password=asked.password,
            infers=asked.infers,
            must="" if asked.sort == "auto" else asked.sort,
        )
    if suffix == ".sql" or asked.sort == "sql":
        return drafted_apart(table_draft, path, table=asked.sheet)
    if suffix in WORD and asked.sort in ("auto", "document"):
        return drafted_apart(document_draft, path, infers=asked.infers)
    if suffix in LIST_FORMATS:
        return drafted_apart(list_draft, path, sheet=asked.sheet, password=asked.password, infers=asked.infers)
    raise fail(UsageError, "E-import-kind", Place(path.name), known=sorted(LIST_FORMATS | WORD | {".json", ".sql"}))


def book_draft(path: Path, sheet: str, password: str, infers: bool, must: str) -> Draft:
    """Return the draft of a workbook: of an XLSForm, a sheet laid out as a form, or a list; `must`: of that sort."""
    from generator.importing.sheet_forms import book_form
    from generator.importing.xlsform import xlsform_draft
    from generator.importing.xlsform_book import is_xlsform

    if must == "xlsform" or (not must and not sheet and is_xlsform(path, password)):
        return xlsform_draft(path, password)
    if not infers and not sheet and (own := _own_paper(path, password)):
        return own
    laid_out = book_form(path, sheet, password, must=bool(must))
    return laid_out or list_draft(path, sheet, password, infers)


def _own_paper(path: Path, password: str) -> Draft | None:
    """Return the form that a workbook of ours was made from, where it is no list."""
    from generator.importing.own import own_form, own_schema
    from generator.records.opened import open_book

    form = open_book(path, password).form
    return own_schema(form, path.name) if form and own_form(form) is None else None


def document_draft(path: Path, infers: bool) -> Draft:
    """Return the draft of a Word form."""
    from generator.importing.word import word_draft

    return word_draft(path, infers)


def table_draft(path: Path, table: str) -> Draft:
    """Return the draft of a table that a statement in a file makes."""
    from generator.importing.tables import sql_draft

    return sql_draft(path, table)


def list_draft(path: Path, sheet: str = "", password: str = "", infers: bool = False) -> Draft:
    """Return the draft of a list; one that was made from a form of ours has that form's fields, unless `infers`."""
    from generator.importing.listing import ListDraft
    from generator.importing.own import own_form
    from generator.importing.sheets import listed

    found = listed(path, sheet, password)
    return ListDraft(found, path, own_form("" if infers else found.form)).draft()
