"""What the sheets of a workbook share: names, choice lists on a hidden sheet, the fixed parts, the way to the file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from generator.document import Choice, Document, Picture
from generator.errors import Place, WriteError, fail
from generator.theme import paper, side_margin, theme
from generator.wording import phrase
from generator.writers import opc
from generator.writers.properties import APP, CORE, CUSTOM, app_xml, core_xml, custom_xml
from generator.writers.running import head_parts
from generator.writers.xlsx.cells import column_letters, escape, string_cell
from generator.writers.xlsx.look import Look, look
from generator.writers.xlsx.pictures import picture_parts

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAX_SHEET_NAME = 31
SHEET = "xl/worksheets/sheet1.xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."


@dataclass(slots=True)
class Book:
    """What is gathered while the sheet is written: names of cells, lists of choices, pictures and the rows above."""

    document: Document
    look: Look
    names: dict[str, str] = field(default_factory=dict)
    lists: dict[tuple[str, ...], int] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)
    pictures: list[tuple[Picture, int]] = field(default_factory=list)

    @property
    def sheet_name(self) -> str:
        """Return the sheet's name: the title where Excel allows it, else the form's number or id, cut to what fits."""
        names = [_sheet_name(part) for part in (self.document.title, self.document.number, self.document.form)]
        usable = [name for name in names if name and name.casefold() != self.lists_name.casefold()]
        whole = [name for name in usable if _units(name) <= MAX_SHEET_NAME]
        return whole[0] if whole else (usable or ["Sheet1"])[-1][: MAX_SHEET_NAME // 2]

    @property
    def quoted_sheet(self) -> str:
        """Return the sheet's name as formulas write it."""
        name = self.sheet_name.replace("'", "''")
        return f"'{name}'"

    @property
    def lists_name(self) -> str:
        """Return the name of the hidden sheet of choices."""
        return phrase("sheet.lists", self.document.lang)

    def name(self, pointer: str, first: str, last: str = "") -> None:
        """Name a cell or range after a pointer; a name that is taken keeps its first place."""
        target = f"{self.quoted_sheet}!{_absolute(first)}" + (f":{_absolute(last)}" if last and last != first else "")
        name = defined_name(pointer)
        if name.casefold() not in self.folded:
            self.folded.add(name.casefold())
            self.names[name] = target

    def list_formula(self, choices: Sequence[Choice]) -> str:
        """Return the formula of a list of labels on the hidden sheet."""
        labels = tuple(choice.label for choice in choices)
        column = column_letters(self.lists.setdefault(labels, len(self.lists) + 1))
        name = self.lists_name.replace("'", "''")
        return f"'{name}'!${column}$1:${column}${len(labels)}"


def _sheet_name(text: str) -> str:
    """Return a text without the characters that a sheet's name can't have."""
    return "".join(" " if c in "[]:*?/\\" else c for c in text).strip("' ")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def defined_name(pointer: str) -> str:
    """Return the defined name of a JSON Pointer (18.2.5): /basic/customer_no is f_basic_customer_no."""
    parts = ["".join(c if c.isalnum() else "_" for c in part) for part in pointer.split("/")[1:]]
    return "f_" + "_".join(parts)


def _absolute(reference: str) -> str:
    letters = reference.rstrip("0123456789")
    return f"${letters}${reference[len(letters) :]}"


def book_for(document: Document) -> Book:
    """Return an empty book for a document."""
    return Book(document, look(document.lang))


def sheet_opening(book: Book, widths: Sequence[float], frozen_rows: int = 0) -> str:
    """Return the start of a worksheet up to its rows; `widths` in characters, `frozen_rows` stay on the screen."""
    view = '<sheetView showGridLines="0" workbookViewId="0"/>'
    if frozen_rows:
        top = f"A{frozen_rows + 1}"
        view = (
            '<sheetView showGridLines="0" workbookViewId="0">'
            f'<pane ySplit="{frozen_rows}" topLeftCell="{top}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="{top}" sqref="{top}"/></sheetView>'
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


def page_setup(document: Document) -> str:
    """Return the print set-up: one page wide, margins in inches, head and foot of every page."""
    page = theme()["page"]
    side, top, bottom = (mm / 25.4 for mm in (side_margin(document), page["margin_top"], page["margin_bottom"]))
    head, foot = page["head"] / 25.4, page["foot"] / 25.4
    code = {"A4": 9, "A3": 8}[document.page.size]
    orientation = "landscape" if document.page.landscape else "portrait"
    left, right = (_and(part) for part in head_parts(document))
    pages = phrase("page.of", document.lang).format(page="&P", pages="&N")
    margins = f'left="{side:.3f}" right="{side:.3f}" top="{top:.3f}" bottom="{bottom:.3f}"'
    return (
        f'<printOptions horizontalCentered="1"/><pageMargins {margins} header="{head:.3f}" footer="{foot:.3f}"/>'
        f'<pageSetup paperSize="{code}" orientation="{orientation}" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>{escape(f'&L&8{left}&R&8{right}')}</oddHeader>"
        f"<oddFooter>{escape(f'&L&8{_and(document.footer)}&R&8{pages}')}</oddFooter></headerFooter>"
    )


def _and(text: str) -> str:
    """Return text for a page's head, where `&` begins a code and a digit after a size would join it."""
    return (" " if text[:1].isdigit() else "") + text.replace("&", "&&")


def sheet_characters(document: Document) -> float:
    """Return how many characters of the default size a page is wide."""
    return (paper(document)[0] - 2 * side_margin(document)) / 1.86


def write_book(
    book: Book, out: BinaryIO, rows: Iterable[bytes], special_names: Callable[[], Mapping[str, str]] = dict
) -> None:
    """Write the workbook; `rows` is the first sheet as it comes, and the rest follows from what it gathered.

    `special_names` is asked, after the rows, for the names that Excel itself reads (filter, print titles).

    Raises WriteError (E-xlsx-rows) where the sheet grows past what a file can hold.
    """
    package = opc.PackageWriter(out)
    try:
        package.stream(SHEET, rows)
    except OverflowError:
        raise fail(WriteError, "E-xlsx-rows", Place(), limit=1_048_576) from None
    package.add(opc.deflate(name, xml.encode()) for name, xml in _closing_parts(book, special_names()).items())
    package.add(book.look.static)
    package.add(picture_parts(book.pictures, book.document.lang))
    package.close()


def _closing_parts(book: Book, special_names: Mapping[str, str]) -> dict[str, str]:
    document = book.document
    return {
        "[Content_Types].xml": _content_types(bool(book.lists), bool(book.pictures)),
        "_rels/.rels": _package_relations(),
        CORE: core_xml(document),
        APP: app_xml(),
        CUSTOM: custom_xml(document),
        "xl/workbook.xml": _workbook(book, special_names),
        "xl/_rels/workbook.xml.rels": _workbook_relations(bool(book.lists)),
        **({"xl/worksheets/sheet2.xml": _lists_sheet(book)} if book.lists else {}),
    }


def _content_types(lists: bool, pictures: bool) -> str:
    kinds = {
        "/xl/workbook.xml": _SHEET_TYPE + "sheet.main+xml",
        "/xl/worksheets/sheet1.xml": _SHEET_TYPE + "worksheet+xml",
        "/xl/styles.xml": _SHEET_TYPE + "styles+xml",
        "/xl/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        f"/{CORE}": "application/vnd.openxmlformats-package.core-properties+xml",
        f"/{APP}": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        f"/{CUSTOM}": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
    }
    if lists:
        kinds["/xl/worksheets/sheet2.xml"] = _SHEET_TYPE + "worksheet+xml"
    if pictures:
        kinds["/xl/drawings/drawing1.xml"] = "application/vnd.openxmlformats-officedocument.drawing+xml"
    images = '<Default Extension="png" ContentType="image/png"/><Default Extension="svg" ContentType="image/svg+xml"/>'
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{images if pictures else ""}{overrides}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _package_relations() -> str:
    return _relations(
        (
            (f"{RELATIONS}/officeDocument", "xl/workbook.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", CORE),
            (f"{RELATIONS}/extended-properties", APP),
            (f"{RELATIONS}/custom-properties", CUSTOM),
        )
    )


def _workbook_relations(lists: bool) -> str:
    targets = [(f"{RELATIONS}/worksheet", "worksheets/sheet1.xml")]
    targets += [(f"{RELATIONS}/styles", "styles.xml"), (f"{RELATIONS}/theme", "theme/theme1.xml")]
    targets += [(f"{RELATIONS}/worksheet", "worksheets/sheet2.xml")] if lists else []
    return _relations(targets)


def _workbook(book: Book, special_names: Mapping[str, str]) -> str:
    sheets = f'<sheet name="{escape(book.sheet_name)}" sheetId="1" r:id="rId1"/>'
    if book.lists:
        sheets += f'<sheet name="{escape(book.lists_name)}" sheetId="2" state="hidden" r:id="rId4"/>'
    local = {name: ' localSheetId="0"' + (' hidden="1"' if "Filter" in name else "") for name in special_names}
    everything = {**special_names, **book.names}
    names = "".join(
        f'<definedName name="{name}"{local.get(name, "")}>{escape(everything[name])}</definedName>'
        for name in sorted(everything, key=str.casefold)
    )
    defined = f"<definedNames>{names}</definedNames>" if names else ""
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr/>'
        f'<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="24000" windowHeight="12000"/></bookViews>'
        f'<sheets>{sheets}</sheets>{defined}<calcPr calcId="191029"/></workbook>'
    )


def _lists_sheet(book: Book) -> str:
    """Return the hidden sheet: a column for each list of labels."""
    plain = book.look["plain"]
    height = max(len(labels) for labels in book.lists)
    rows = []
    for n in range(height):
        cells = (
            string_cell(f"{column_letters(column)}{n + 1}", plain, labels[n])
            for labels, column in book.lists.items()
            if n < len(labels)
        )
        rows.append(f'<row r="{n + 1}">{"".join(cells)}</row>')
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
