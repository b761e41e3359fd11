"""What the sheets of a workbook share: names, choice lists on a hidden sheet, how a sheet begins and is printed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from generator.defined_names import defined_name, more_name
from generator.document import ChartData, Choice, Document, Drawn, Table, Use, walk
from generator.document import Field as DocumentField
from generator.document.columns import text_width
from generator.errors import pointer_step
from generator.theme import LETTER
from generator.units import Mm
from generator.wording import phrase
from generator.writers.xlsx.cells import column_letters, column_number, escape
from generator.writers.xlsx.formulas import Places
from generator.writers.xlsx.heads import footer, header
from generator.writers.xlsx.lengths import beginning, units
from generator.writers.xlsx.look import Look, look
from generator.writers.xlsx.pictures import Placed, PlacedDrawn, PlacedMark

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAX_SHEET_NAME = 31
_CHARACTER = 1.86
"""Millimetres of a character of the default size."""

_SPARED, _ZOOM = 0.95, 110
"""Share of a page's width that sheets take; per cent at which they are shown on a screen."""

_SIGNED = 1.0
"""Millimetres of a signature from the corner of its cell."""

_KEPT_BY_EXCEL = "history"
"""A sheet's name that Excel keeps for itself."""


@dataclass(slots=True)
class Book:
    """What is gathered while the sheet is written: names of cells, lists of choices, pictures and the rows above."""

    document: Document
    look: Look
    names: dict[str, str] = field(default_factory=dict)
    lists: dict[tuple[str, ...], int] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)
    pictures: list[Placed] = field(default_factory=list)
    marks: list[PlacedMark] = field(default_factory=list)
    signed: list[PlacedDrawn] = field(default_factory=list)
    more: list[Table] = field(default_factory=list)
    """Tables that may go on beyond the sheet, each with its title as its caption."""

    _places: Places | None = None
    _more_names: list[str] = field(default_factory=list)

    @property
    def sheet_name(self) -> str:
        """Return the sheet's name: the title where Excel allows it, else the form's number or id, cut to what fits."""
        document = self.document
        return _name_of((document.title, document.number, document.form), self.lists_name)

    @property
    def quoted_sheet(self) -> str:
        """Return the sheet's name as formulas write it."""
        return quoted(self.sheet_name)

    @property
    def lists_name(self) -> str:
        """Return the name of the hidden sheet of choices."""
        return phrase("sheet.lists", self.document.lang)

    @property
    def figures_name(self) -> str:
        """Return the name of the sheet of figures behind the charts."""
        name = phrase("sheet.figures", self.document.lang)
        return f"{name} 2" if name.casefold() == self.sheet_name.casefold() else name

    def more_name(self, number: int, title: str) -> str:
        """Return the name of the n-th sheet, from 1, on which a table goes on."""
        taken = (self.sheet_name, self.lists_name, self.figures_name, *self._more_names[: number - 1])
        said = phrase("sheet.more", self.document.lang).format(title=title)
        kept = said.replace(title, beginning(title, max(1, MAX_SHEET_NAME - units(said) + units(title))))
        for name in (_sheet_name(kept), *(f"{_sheet_name(kept)[: MAX_SHEET_NAME - 4]} {n}" for n in range(2, 99))):
            if name and units(name) <= MAX_SHEET_NAME and name.casefold() not in {one.casefold() for one in taken}:
                self._more_names.append(name)
                return name
        return f"Sheet{number + 3}"

    @property
    def charts(self) -> list[ChartData]:
        """Return the figures of the charts, in the order of the sheet."""
        return [placed.picture.data for placed in self.pictures if placed.picture.data]

    def sign(self, drawn: Drawn, reference: str, size: tuple[Mm, Mm], across: float = _SIGNED) -> None:
        """Lay a signature into a cell, at its left."""
        letters = reference.rstrip("0123456789")
        row, column = int(reference[len(letters) :]) - 1, column_number(letters) - 1
        self.signed.append(PlacedDrawn(drawn, size, row, column, across, _SIGNED))

    def name(self, pointer: str, first: str, last: str = "") -> None:
        """Name a cell or range after a pointer; a name that is taken keeps its first place."""
        self.add_name(defined_name(pointer), first, last)

    def add_name(self, name: str, first: str, last: str = "", sheet: str = "") -> None:
        """Name a cell or range, of the first sheet or another; a name that is taken keeps its first place."""
        on = quoted(sheet) if sheet else self.quoted_sheet
        target = f"{on}!{_absolute(first)}" + (f":{_absolute(last)}" if last and last != first else "")
        if name.casefold() not in self.folded:
            self.folded.add(name.casefold())
            self.names[name] = target

    def places(self) -> Places:
        """Return where formulas find what they read: by the names of the cells, but those that several go by."""
        if self._places is None:
            self._places = _places_of(self.document)
        return self._places

    def list_formula(self, choices: Sequence[Choice]) -> str:
        """Return the formula of a list of labels on the hidden sheet."""
        labels = tuple(choice.label for choice in choices)
        column = column_letters(self.lists.setdefault(labels, len(self.lists) + 1))
        return f"{quoted(self.lists_name)}!${column}$1:${column}${len(labels)}"


def _places_of(document: Document) -> Places:
    fields: dict[str, str] = {}
    columns: dict[str, Sequence[str]] = {}
    names: Counter[str] = Counter()
    given: set[str] = set()
    for node in walk(document.blocks):
        if isinstance(node, DocumentField):
            given |= {node.pointer} if node.value is not None else set()
            fields[node.pointer] = defined_name(node.pointer)
        elif isinstance(node, Table):
            names[defined_name(node.pointer).casefold()] += 1
            more = more_rows(node) > 0
            filled = {n for row in node.rows for n, value in enumerate(row.values) if value is not None}
            for n, column in enumerate(node.columns):
                pointer = f"{node.pointer}/{pointer_step(column.key)}"
                given |= {pointer} if n in filled else set()
                is_more = more and not column.face.computed and not column.running
                columns[pointer] = (defined_name(pointer), *([more_name(pointer)] if is_more else []))
    names.update(name.casefold() for name in (*fields.values(), *(areas[0] for areas in columns.values())))
    return Places(
        {at: name for at, name in fields.items() if names[name.casefold()] == 1},
        {at: areas for at, areas in columns.items() if names[areas[0].casefold()] == 1},
        frozenset(given),
    )


_MOST_MORE_ROWS = 200
"""Rows that a table may go on with beyond its sheet."""


def more_rows(table: Table) -> int:
    """Return how many rows a table that is filled in on screen may have beyond its sheet."""
    if table.use is not Use.CONTROL or all(column.face.computed or column.running for column in table.columns):
        return 0
    if table.most is None:
        return _MOST_MORE_ROWS
    return min(_MOST_MORE_ROWS, max(0, table.most - table.blank_rows - sum(1 for _ in table.rows)))


@lru_cache(maxsize=256)
def _name_of(parts: tuple[str, ...], taken: str) -> str:
    """Return the first of several texts that a sheet may be called by, cut to what fits where none is short enough."""
    usable = [name for name in map(_sheet_name, parts) if name and name.casefold() != taken.casefold()]
    whole = [name for name in usable if units(name) <= MAX_SHEET_NAME]
    return whole[0] if whole else _cut((usable or ["Sheet1"])[-1], taken)


def _cut(name: str, taken: str) -> str:
    """Return the beginning of a name that is too long, which is none that another sheet has."""
    cut = beginning(name, MAX_SHEET_NAME // 2).strip("' ")
    return cut if cut and cut.casefold() != taken.casefold() else "Sheet1"


def quoted(name: str) -> str:
    """Return a sheet's name as formulas write it."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def _sheet_name(text: str) -> str:
    """Return a text without the characters that a sheet's name can't have; nothing for a name that is Excel's own."""
    name = "".join(" " if c in "[]:*?/\\\n\r\t" else c for c in text).strip("' ")
    return "" if name.casefold() == _KEPT_BY_EXCEL else name


def _absolute(reference: str) -> str:
    letters = reference.rstrip("0123456789")
    return f"${letters}${reference[len(letters) :]}"


def book_for(document: Document) -> Book:
    """Return an empty book for a document."""
    return Book(document, look(document.theme, document.lang))


def sheet_opening(book: Book, widths: Sequence[float], frozen_rows: int = 0, selected: str = "") -> str:
    """Return the start of a worksheet up to its rows; `widths` in characters, `frozen_rows` stay on the screen.

    `selected`: the cell in which somebody begins to write.
    """
    top, pane = f"A{frozen_rows + 1}", ""
    if frozen_rows:
        pane = f'<pane ySplit="{frozen_rows}" topLeftCell="{top}" activePane="bottomLeft" state="frozen"/>'
    at = selected or top
    where = ' pane="bottomLeft"' if frozen_rows else ""
    view = (
        f'<sheetView showGridLines="0" zoomScale="{_ZOOM}" zoomScaleNormal="{_ZOOM}" workbookViewId="0">{pane}'
        f'<selection{where} activeCell="{at}" sqref="{at}"/></sheetView>'
    )
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width:.2f}" customWidth="1" style="{book.look["plain"]}"/>'
        for n, width in enumerate(widths, 1)
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews>{view}</sheetViews><sheetFormatPr defaultRowHeight="18"/><cols>{columns}</cols><sheetData>'
    )


def validation(formula: str, ranges: Iterable[str]) -> str:
    """Return the validation of cells by a list (18.3.1.32)."""
    places = " ".join(ranges)
    return (
        f'<dataValidation type="list" allowBlank="1" showInputMessage="1" showErrorMessage="1" sqref="{places}">'
        f"<formula1>{escape(formula)}</formula1></dataValidation>"
    )


_HEAD_ROOM = 5.0
"""Millimetres that the head of a letter's later pages takes, with what is free beneath it."""


def sheet_top(document: Document) -> Mm:
    """Return the margin above a sheet's pages: a letterhead begins as high as the heads of other paper."""
    page = document.theme.page
    return Mm(min(page.margin_top, page.head + _HEAD_ROOM)) if document.kind == LETTER else page.margin_top


_PAPER_CODES = {"Letter": 1, "Tabloid": 3, "Legal": 5, "A3": 8, "A4": 9}
"""Sizes of paper as Excel counts them (18.3.1.63)."""


def page_setup(document: Document) -> str:
    """Return the print set-up: one page wide, margins in inches, head and foot of every page."""
    page, margin = document.theme.page, document.theme.side_margin(document.kind)
    side, top, bottom = (mm / 25.4 for mm in (margin, sheet_top(document), page.margin_bottom))
    head, foot = page.head / 25.4, page.foot / 25.4
    code = _PAPER_CODES[document.page.size]
    orientation = "landscape" if document.page.landscape else "portrait"
    margins = f'left="{side:.3f}" right="{side:.3f}" top="{top:.3f}" bottom="{bottom:.3f}"'
    return (
        f'<printOptions horizontalCentered="1"/><pageMargins {margins} header="{head:.3f}" footer="{foot:.3f}"/>'
        f'<pageSetup paperSize="{code}" orientation="{orientation}" fitToWidth="1" fitToHeight="0"/>'
        f'<headerFooter differentFirst="1"><oddHeader>{escape(header(document, first=False))}</oddHeader>'
        f"<oddFooter>{escape(footer(document, first=False))}</oddFooter>"
        f"<firstHeader>{escape(header(document, first=True))}</firstHeader>"
        f"<firstFooter>{escape(footer(document, first=True))}</firstFooter></headerFooter>"
    )


def row_breaks(rows: Sequence[int]) -> str:
    """Return the page breaks after rows; nothing where there are none."""
    breaks = "".join(f'<brk id="{row}" max="16383" man="1"/>' for row in rows)
    return f'<rowBreaks count="{len(rows)}" manualBreakCount="{len(rows)}">{breaks}</rowBreaks>' if breaks else ""


def sheet_width(document: Document) -> Mm:
    """Return how wide a sheet is: a little less than its page, so that no printer makes it smaller to fit."""
    return Mm(text_width(document) * _SPARED)


def characters_of(width: Mm) -> float:
    """Return how many characters of the default size are as wide."""
    return width / _CHARACTER


def sheet_characters(document: Document) -> float:
    """Return how many characters of the default size a sheet is wide."""
    return characters_of(sheet_width(document))
