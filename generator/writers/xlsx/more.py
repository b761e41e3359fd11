"""Sheets on which tables go on that have grown beyond their form: an Excel table of empty rows each, which grows.

They aren't protected, for an Excel table grows on no protected sheet (18.5.1.2).
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

from generator.defined_names import more_name, table_name
from generator.document import Column, Table
from generator.document.columns import shares
from generator.errors import pointer_step
from generator.text_measure import ems
from generator.wording import phrase
from generator.writers.xlsx.cells import column_letters, escape, string_cell
from generator.writers.xlsx.controls import Controls, answer_format, is_open
from generator.writers.xlsx.look import edged
from generator.writers.xlsx.workbook import HEAD, MAIN, RELATIONS, Book, characters_of, more_rows, sheet_width

_NOTE, _HEADER, _FIRST = 1, 3, 4
"""Rows of what the sheet is for, of the names of the columns, and of the first entry."""

_LEAST = 9.0
"""Characters that a column is wide at least."""

_LINE = 13.0
"""Points of a line of the note, and of a column's name."""


def more_sheets(book: Book) -> "Iterator[MoreSheet]":
    """Yield the sheets of the tables that may go on, and name their cells."""
    for number, table in enumerate(book.more, 1):
        yield MoreSheet(book, table, number)


class MoreSheet:
    """The sheet on which one table goes on."""

    def __init__(self, book: Book, table: Table, number: int) -> None:
        self.book, self.table_node, self.number = book, table, number
        self.title = table.caption or book.document.title
        self.name = book.more_name(number, self.title)
        self.columns: Sequence[Column] = [c for c in table.columns if is_open(c.face) and not c.running]
        self.last = _FIRST + more_rows(table) - 1
        self._name_cells()

    def _name_cells(self) -> None:
        pointer, end = self.table_node.pointer, column_letters(len(self.columns))
        self.book.add_name(more_name(pointer), f"A{_FIRST}", f"{end}{self.last}", self.name)
        for n, column in enumerate(self.columns, 1):
            letters, at = column_letters(n), f"{pointer}/{pointer_step(column.key)}"
            self.book.add_name(more_name(at), f"{letters}{_FIRST}", f"{letters}{self.last}", self.name)

    @cached_property
    def labels(self) -> list[str]:
        """Return the names of the columns: in an Excel table no two are the same."""
        made: list[str] = []
        for column in self.columns:
            label = " ".join(column.face.label.split()) or column.key
            star = " *" if self.table_node.is_starred(column) else ""
            taken = {one.casefold() for one in made}
            twins = (f"{label} {n}{star}" for n in range(2, len(self.columns) + 2))
            made.append(next(name for name in (f"{label}{star}", *twins) if name.casefold() not in taken))
        return made

    @cached_property
    def widths(self) -> list[float]:
        """Return the widths of the columns in characters."""
        whole = characters_of(sheet_width(self.book.document))
        parts = shares(round(whole), [column.share for column in self.columns])
        return [max(_LEAST, float(n)) for n in parts]

    def xml(self) -> str:
        """Return the sheet."""
        book, look, theme = self.book, self.book.look, self.book.document.theme
        note = phrase("sheet.more_note", book.document.lang).format(title=self.title)
        lines = -(-int(ems(note) * theme.size.note / 5.2) // max(1, int(sum(self.widths))))
        rows = self._row(_NOTE, _LINE * max(1, lines) + 6, [string_cell(f"A{_NOTE}", look["note"], note)])
        header = edged("header", "TrBl")
        rows += self._row(
            _HEADER,
            _LINE * 2 + 4,
            [
                string_cell(f"{column_letters(n)}{_HEADER}", look[header], label)
                for n, label in enumerate(self.labels, 1)
            ],
        )
        merged = (
            f'<mergeCells count="1"><mergeCell ref="A{_NOTE}:{column_letters(len(self.columns))}{_NOTE}"/></mergeCells>'
        )
        pane = f'<pane ySplit="{_HEADER}" topLeftCell="A{_FIRST}" activePane="bottomLeft" state="frozen"/>'
        return (
            f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0">{pane}<selection pane="bottomLeft" activeCell="A{_FIRST}" '
            f'sqref="A{_FIRST}"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="18"/>'
            f"<cols>{self._cols()}</cols><sheetData>{rows}</sheetData>"
            f"{merged if len(self.columns) > 1 else ''}{self._controls()}"
            f'<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
            f'<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
            f'<tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>'
        )

    def _row(self, number: int, height: float, cells: Sequence[str]) -> str:
        return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'

    def _cols(self) -> str:
        """Return the columns, whose empty cells have the number format of their answers."""
        lang, look = self.book.document.lang, self.book.look
        styles = (look.added("plain", answer_format(column.face, None, lang)[0]) for column in self.columns)
        return "".join(
            f'<col min="{n}" max="{n}" width="{width:.2f}" style="{style}" customWidth="1"/>'
            for n, (width, style) in enumerate(zip(self.widths, styles, strict=True), 1)
        )

    def _controls(self) -> str:
        controls = Controls(self.book)
        others = [f"{column_letters(n)}{_FIRST}" for n in range(1, len(self.columns) + 1)]
        for column, first in zip(self.columns, others, strict=True):
            letters = first.removesuffix(str(_FIRST))
            controls.placed(column.face, first, f"{letters}{self.last}", others)
        return controls.closing()

    def table(self) -> str:
        """Return the part of the Excel table (18.5.1.2)."""
        area = f"A{_HEADER}:{column_letters(len(self.columns))}{self.last}"
        name = table_name(self.table_node.pointer)
        columns = "".join(f'<tableColumn id="{n}" name="{escape(label)}"/>' for n, label in enumerate(self.labels, 1))
        return (
            f'{HEAD}<table xmlns="{MAIN}" id="{self.number}" name="{name}" displayName="{name}" ref="{area}" '
            f'totalsRowShown="0"><autoFilter ref="{area}"/>'
            f'<tableColumns count="{len(self.labels)}">{columns}</tableColumns>'
            '<tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" showRowStripes="1" '
            'showColumnStripes="0"/></table>'
        )
