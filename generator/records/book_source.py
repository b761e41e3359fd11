"""Records of workbooks: of one sheet or several, with the rows of nested lists on sheets of their own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place, RecordError, fail
from generator.kinds.raw import fold
from generator.records.columns import Columns
from generator.records.filled import accepted, completed
from generator.records.filled.answers import Answers, Identity
from generator.records.filled.packages import open_package
from generator.records.filled.photos import SheetPictures
from generator.records.filled.sheet import has_names
from generator.records.filled.xlsx import book_answers
from generator.records.head import head_of, own_head, refused_beneath
from generator.records.header import Header
from generator.records.item import RawRecord, SourceItem
from generator.records.join import JoinColumns, JoinedRows, with_rows
from generator.records.layout import SEARCHED
from generator.records.nested import Gatherer
from generator.records.opened import open_book
from generator.records.own_register import OwnRegister, head_cells, own_register, texts_of_other, without_lost
from generator.records.own_rows import OwnRows
from generator.records.reading import PLAIN, Reading
from generator.records.sheet_choice import FoundSheet, SheetChoice, shown
from generator.records.table_rows import TableRows, ranges
from generator.records.unknown import letters
from generator.records.words import is_blank
from generator.records.workbooks import Book, Row, Sheet
from generator.wording import LANGS


class BookSource:
    """A workbook as a source of records."""

    def __init__(self, path: Path, form: Form, reading: Reading = PLAIN, known: Columns | None = None) -> None:
        self.path, self.form, self.reading, self.known = path, form, reading, known
        self.warnings: list[Fault] = []
        self._differing: list[str] = []

    def __getstate__(self) -> dict[str, Any]:
        return {
            "known": None,
            "path": self.path,
            "form": self.form,
            "reading": self.reading,
            "warnings": [],
            "_differing": [],
        }

    @property
    def _place(self) -> Place:
        return Place(self.path.name)

    @cached_property
    def _book(self) -> Book:
        return open_book(self.path, self.reading.password)

    @cached_property
    def _own(self) -> OwnRegister | None:
        """Return the workbook as a register of ours, where nothing else of it is asked for."""
        return (
            None
            if self.reading.sheet or self.reading.mapping.file or self.known
            else own_register(self._book, self.form)
        )

    @cached_property
    def _columns(self) -> Columns:
        return self.known or Columns(self.form, self.reading)

    @cached_property
    def _filled(self) -> Answers | None:
        """Return the answers of a workbook that is a filled form of ours, no list; None of any other.

        Raises RecordError (E-read-other) for one of another form, and as `open_package` and `accepted` do.
        """
        book, place = self._book, self._place
        if self.known or (self.form.is_table and book.form == self.form.id):
            return None
        if book.form not in (self.form.id, ""):
            if _is_form(book) and not (self.reading.sheet or self.reading.mapping.file):
                raise fail(RecordError, "E-read-other", place, form=book.form, wanted=self.form.id)
            return None
        if not book.form and not has_names(book, self.form):  # XLS doesn't say it
            return None
        answers = book_answers(book, self.form)
        if self.path.suffix.lower() in _PACKAGES and not self.reading.password:
            completed(answers, open_package(self.path, place))  # what does more than a filled form does is refused
        return accepted(answers, Identity(book.form, book.version, book.lang), place)

    @cached_property
    def _sheets(self) -> list[tuple[FoundSheet, Header]]:
        if self._own:
            found = [self._own.found]
        else:
            wanted = self.reading.sheet or self.reading.mapping.sheet
            found = SheetChoice(self._book, self._columns, self._place).chosen(wanted)
        keys = self._own.keys if self._own else {}
        return [(one, Header(one.layout.names, self._columns, self._at(one, one.layout.last), keys)) for one in found]

    @property
    def headers(self) -> list[Header]:
        """Return the headers of the sheets that are read."""
        return [header for _, header in self._sheets]

    @property
    def sheet_asked_for(self) -> str:
        """Return which sheet was asked for, by its name; nothing where none was."""
        wanted = self.reading.sheet
        return wanted if not wanted.isdigit() else self._sheets[0][0].sheet.name

    def _at(self, found: FoundSheet, row: int) -> Place:
        return Place(self.path.name, f"{shown(found.sheet.name)}!{row}")

    @cached_property
    def head(self) -> RawRecord:
        """Return what stands above the rows, of the first sheet that says it."""
        if self._filled:
            return {}, self._place
        if self._own:
            return own_head(head_cells(self._own), shown(self._own.found.sheet.name), self._place)
        made: dict[str, Any] = {}
        differing: list[str] = []
        for found, header in self._sheets:
            above = self._above(found)
            said, _ = head_of(above, header, self.form, shown(found.sheet.name), self._place)
            known = {fold(name): value for name, value in made.items()}
            differing += [n for n, v in said.items() if repr(known.get(fold(n), v)) != repr(v)]
            made |= {name: value for name, value in said.items() if fold(name) not in known}
        self._differing = list(dict.fromkeys(differing))
        return made, self._place

    def _above(self, found: FoundSheet) -> list[Row]:
        rows: list[Row] = []
        for row in found.rows():
            if row.number >= found.layout.first or len(rows) > SEARCHED:
                break
            rows.append(row)
        return rows

    @property
    def columns(self) -> Sequence[str]:
        """Return the names of the columns, and those of nested lists that stand on sheets of their own."""
        if self._filled:
            return [spec.key for spec in self.form.record_spec.fields]
        names = dict.fromkeys(name for _, header in self._sheets for name in header.known)
        return [*names, *(spec.key for _, spec in self._joined)]

    def __iter__(self) -> Iterator[SourceItem]:
        try:
            yield from self._items()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        """Let go of the workbook: who reads many files keeps none of them open, nor in memory."""
        for held in ("_book", "_own", "_filled", "_columns", "_sheets", "_joined", "_pictures"):
            self.__dict__.pop(held, None)

    def _items(self) -> Iterator[SourceItem]:
        if self._filled:
            self.warnings = list(self._filled.warnings)
            yield from self._filled.items(self.path.name)
            return
        self.head  # noqa: B018  # what is wrong above the rows comes before them
        self.warnings = list(self._told())
        joined = [self._rows_of(sheet, spec) for sheet, spec in self._joined]
        lists = (self._records(found, header) for found, header in self._sheets)
        for number, item in enumerate(chain(chain.from_iterable(lists), self._more())):
            yield _completed(item, joined) if joined else self._boxed(self._pictured(item), number)
        for join in joined:
            yield from join.orphans()
        if self._pictures and self._pictures.left:
            self.warnings.append(Fault("W-read-pictures", self._place, {"count": self._pictures.left}))

    @cached_property
    def _pictures(self) -> SheetPictures | None:
        """Return the pictures of a register of ours whose rows have some."""
        readable = self.path.suffix.lower() in _PICTURED and not self.reading.password
        if self._own is None or not self.form.rows.holds_pictures or not readable:
            return None
        return SheetPictures(open_package(self.path, self._place))

    def _pictured(self, item: SourceItem) -> SourceItem:
        """Return a record of a register with its pictures in the place of their names."""
        if self._pictures is None or self._own is None or isinstance(item, RecordError):
            return item
        raw, place = item
        sheet, _, row = place.row.rpartition("!")
        made = dict(raw)
        for column, key in self._keys_on(sheet).items():
            if self.form.rows.by_key[key].holds_pictures:
                content = self._pictures.of(made.get(key), f"{sheet}!{letters(column + 1)}{row}")
                made |= {} if content is None else {key: content}
        return made, place

    def _keys_on(self, sheet: str) -> Mapping[int, str]:
        """Return the fields of a register's columns on one of its sheets."""
        own = self._own
        if own is None:
            return {}
        return own.keys if own.more is None or sheet == shown(own.found.sheet.name) else own.more.keys

    def _more(self) -> Iterator[SourceItem]:
        """Yield the records of the sheet on which a register goes on that was filled in on screen."""
        more = self._own.more if self._own else None
        if more is None:
            return
        names = [more.keys.get(at, "") for at in range(max(more.keys) + 1)]
        where = Place(self.path.name, f"{shown(more.sheet.name)}!{more.first - 1}")
        header = Header(names, self._columns, where, more.keys)
        for row in more.rows():
            yield header.row(row, replace(where, row=f"{shown(more.sheet.name)}!{row.number}"))

    def _boxed(self, item: SourceItem, number: int) -> SourceItem:
        """Return a record of a register that is filled in on screen with its place among them and its cells."""
        more = self._own.more if self._own else None
        if more is None or isinstance(item, RecordError) or self._own is None:
            return item
        raw, place = item
        sheet, _, row = place.row.rpartition("!")
        keys = self._keys_on(sheet)
        fields, at = self.form.rows.by_key, f"{self.form.rows.pointer}/{number}"
        boxes = {f"{at}/{fields[key].step}": f"{sheet}!{letters(column + 1)}{row}" for column, key in keys.items()}
        return raw, replace(place, boxes={at: place.row, **boxes})

    def _told(self) -> Iterator[Fault]:
        left_out = list(dict.fromkeys(name for _, header in self._sheets for name in header.left_out))
        if left_out:
            yield Fault("W-columns-left", self._place, {"columns": left_out})
        if self._differing:
            yield Fault("W-head-differs", self._place, {"fields": self._differing})
        grouped = list(dict.fromkeys(name for found, _ in self._sheets for name in found.layout.grouped))
        if grouped:
            yield Fault("W-columns-group", self._place, {"columns": grouped})
        hidden = [s.name for s in self._book.sheets if s.is_hidden and not self._own and self._columns.table(s.name)]
        if hidden:
            yield Fault("W-sheet-hidden", self._place, {"sheets": list(map(shown, hidden))})

    def _records(self, found: FoundSheet, header: Header) -> Iterator[SourceItem]:
        table = self._table(found, header)
        rows = self._beneath(found)
        if header.has_tables:
            marked = ((self._item(header, found, row), row.number in table.continued) for row in table.records(rows))
            yield from Gatherer(header, self.form.record_spec, self.form.identity).gathered(marked)
        else:
            for row in table.records(rows):
                yield self._item(header, found, row)
        self.warnings += self._counted_again(header, table, found)
        yield from refused_beneath(table.notes, header, shown(found.sheet.name), self._place)
        self.warnings += table.left_out.warnings(Place(self.path.name, shown(found.sheet.name)))

    def _table(self, found: FoundSheet, header: Header) -> TableRows:
        layout, merged, own = found.layout, found.sheet.merged, self._own
        if own:
            return OwnRows(layout, merged, header.serial, self.form, own.keys, own.end)
        return TableRows(layout, merged, header.serial)

    def _counted_again(self, header: Header, table: TableRows, found: FoundSheet) -> Iterator[Fault]:
        """Yield a warning of numbers that several records have from one merged cell: sums count them again."""
        for at, column in enumerate(header.columns):
            rows = [n for n in table.repeated.get(at, ()) if n not in table.left_out.totals]
            if rows and column.kind is not None and column.kind.is_number:
                place = replace(self._place, row=shown(found.sheet.name), titles=dict.fromkeys(LANGS, column.name))
                yield Fault("W-rows-merged", place, {"count": len(rows), "rows": ranges(rows)})

    def _beneath(self, found: FoundSheet) -> Iterator[Row]:
        beside = self._own.title_rows if self._own else texts_of_other(self._book, found.sheet)
        end = 0 if self._own else found.layout.end
        left: set[int] = set()
        for row in found.rows():
            if row.number > found.layout.last and row.number not in beside:
                yield _within(row, end, left) if end else row
        nameless = [n for n in sorted(left) if n >= len(found.layout.names) or not found.layout.names[n]]
        if nameless:
            place = Place(self.path.name, shown(found.sheet.name))
            self.warnings.append(Fault("W-columns-left", place, {"columns": [letters(n + 1) for n in nameless]}))

    def _item(self, header: Header, found: FoundSheet, row: Row) -> SourceItem:
        if self._own and self._own.more:
            row = without_lost(row, self._own.keys, self.form)
        return header.row(row, self._at(found, row.number))

    # --- nested lists on sheets of their own ---

    @cached_property
    def _joined(self) -> list[tuple[Sheet, FieldSpec]]:
        if self._own:
            return []
        named = ((sheet, self._columns.table(sheet.name)) for sheet in self._book.sheets if not sheet.is_hidden)
        return [(sheet, spec) for sheet, spec in named if spec is not None]

    def _rows_of(self, sheet: Sheet, spec: FieldSpec) -> JoinedRows:
        """Return the rows of a nested list, by the numbers of their records."""
        place = Place(self.path.name, shown(sheet.name))
        columns = JoinColumns(self.form, spec, self.reading, place)
        found = SheetChoice(Book([sheet]), columns, Place(self.path.name)).chosen(sheet.name)[0]
        header = Header(found.layout.names, columns, self._at(found, found.layout.last))
        table = TableRows(found.layout, sheet.merged, header.serial)
        rows = table.records(row for row in found.rows() if row.number > found.layout.last)
        made = JoinedRows(columns, header.columns, (self._item(header, found, row) for row in rows))
        self.warnings += table.left_out.warnings(place)
        return made


_PACKAGES = (".xlsx", ".xlsm", ".ods")
_PICTURED = (".xlsx", ".xlsm")
_REGISTER = "f_rows"
"""The name of the cells that make a workbook of ours a list: the rows of a table form."""


def _within(row: Row, end: int, left: set[int]) -> Row:
    """Return a row without what stands beside its list; `left`: gathers the columns where something does."""
    beside = {n for n, cell in enumerate(row.cells[end:], end) if not is_blank(cell)}
    left |= beside
    return row._replace(cells=row.cells[:end]) if beside else row


def _is_form(book: Book) -> bool:
    """Tell whether a workbook is a form of ours and no list, by the names of its cells."""
    names = {name.casefold() for name in book.names}
    return _REGISTER not in names and any(name.startswith("f_") for name in names)


def _completed(item: SourceItem, joined: Sequence[JoinedRows]) -> SourceItem:
    return item if isinstance(item, RecordError) else (with_rows(item[0], joined), item[1])
