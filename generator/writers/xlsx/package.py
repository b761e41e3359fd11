"""The package of a workbook: the sheet that is streamed, then the parts that follow from what it gathered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from generator.errors import Place, WriteError, fail
from generator.writers import opc
from generator.writers.properties import APP, CORE, CUSTOM, app_xml, core_xml, custom_xml
from generator.writers.xlsx.cells import column_letters, escape, string_cell, text_faults
from generator.writers.xlsx.charts import chart_xml
from generator.writers.xlsx.figures import Figures, FiguresSheet
from generator.writers.xlsx.line_charts import line_xml
from generator.writers.xlsx.more import more_sheets
from generator.writers.xlsx.pictures import DRAWING, chart_part, picture_parts
from generator.writers.xlsx.workbook import HEAD, MAIN, RELATIONS, Book

SHEET = "xl/worksheets/sheet1.xml"
_KINDS = {"bar": chart_xml, "line": line_xml}
"""What makes the part of each kind of chart."""

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SHEET_TYPE = f"{_OFFICE}spreadsheetml."
_DRAWING_TYPE = f"{_OFFICE}drawing"


class _Sheet(NamedTuple):
    """A sheet behind the first; the n-th of a workbook stands in `sheet<n>.xml`."""

    name: str
    xml: str
    hidden: bool = False
    table: str = ""
    """The part of the Excel table on it."""


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
    figures = FiguresSheet(book) if book.charts else None
    sheets = [_Sheet(more.name, more.xml(), table=more.table()) for more in more_sheets(book)]
    sheets += [_Sheet(book.figures_name, figures.xml(), hidden=True)] if figures else []
    sheets += [_Sheet(book.lists_name, _lists_sheet(book), hidden=True)] if book.lists else []
    parts = _closing_parts(book, sheets, special_names())
    parts |= _charts(book, figures.blocks) if figures else {}
    package.add(opc.deflate(name, xml.encode()) for name, xml in parts.items())
    package.add(book.look.static)
    package.add(picture_parts(book.pictures, book.document.theme, book.document.lang, book.marks, book.signed))
    package.close()


def _charts(book: Book, blocks: Sequence[Figures]) -> dict[str, str]:
    """Return the parts of the charts, each with its figures where they stand."""
    charts = [placed for placed in book.pictures if placed.picture.data]
    theme, lang = book.document.theme, book.document.lang
    return {
        chart_part(n): _KINDS[figures.data.kind](placed.picture, figures, theme, lang, close=placed.close)
        for n, (placed, figures) in enumerate(zip(charts, blocks, strict=True), 1)
    }


def _closing_parts(book: Book, sheets: Sequence[_Sheet], special_names: Mapping[str, str]) -> dict[str, str]:
    document = book.document
    return {
        "[Content_Types].xml": _content_types(book, sheets),
        "_rels/.rels": _package_relations(),
        CORE: core_xml(document),
        APP: app_xml(),
        CUSTOM: custom_xml(document),
        "xl/workbook.xml": _workbook(book, sheets, special_names),
        "xl/_rels/workbook.xml.rels": _workbook_relations(len(sheets)),
        **{f"xl/worksheets/sheet{n}.xml": sheet.xml for n, sheet in enumerate(sheets, 2)},
        **dict(part for n, sheet in enumerate(sheets, 2) if sheet.table for part in _table_parts(n, sheet.table)),
    }


def _table_parts(number: int, table: str) -> Iterator[tuple[str, str]]:
    yield f"xl/tables/table{number}.xml", table
    link = (f"{RELATIONS}/table", f"../tables/table{number}.xml")
    yield f"xl/worksheets/_rels/sheet{number}.xml.rels", _relations([link])


def _content_types(book: Book, sheets: Sequence[_Sheet]) -> str:
    kinds = {
        "/xl/workbook.xml": _SHEET_TYPE + "sheet.main+xml",
        "/xl/worksheets/sheet1.xml": _SHEET_TYPE + "worksheet+xml",
        "/xl/styles.xml": _SHEET_TYPE + "styles+xml",
        "/xl/theme/theme1.xml": _OFFICE + "theme+xml",
        f"/{CORE}": "application/vnd.openxmlformats-package.core-properties+xml",
        f"/{APP}": _OFFICE + "extended-properties+xml",
        f"/{CUSTOM}": _OFFICE + "custom-properties+xml",
    }
    for n, sheet in enumerate(sheets, 2):
        kinds[f"/xl/worksheets/sheet{n}.xml"] = _SHEET_TYPE + "worksheet+xml"
        if sheet.table:
            kinds[f"/xl/tables/table{n}.xml"] = _SHEET_TYPE + "table+xml"
    if book.pictures or book.marks or book.signed:
        kinds[f"/{DRAWING}"] = _DRAWING_TYPE + "+xml"
    for n in range(1, len(book.charts) + 1):
        kinds[f"/{chart_part(n)}"] = _DRAWING_TYPE + "ml.chart+xml"
    drawn = len(book.pictures) > len(book.charts) or bool(book.marks or book.signed)
    images = '<Default Extension="png" ContentType="image/png"/><Default Extension="svg" ContentType="image/svg+xml"/>'
    photos = any(placed.picture.is_photo for placed in book.pictures)
    if photos or any(one.drawn.photo.media == "image/jpeg" for one in book.signed):
        images += '<Default Extension="jpeg" ContentType="image/jpeg"/>'
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{images if drawn else ""}{overrides}</Types>'
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


def _workbook_relations(more_sheets: int) -> str:
    targets = [(f"{RELATIONS}/worksheet", "worksheets/sheet1.xml")]
    targets += [(f"{RELATIONS}/styles", "styles.xml"), (f"{RELATIONS}/theme", "theme/theme1.xml")]
    targets += [(f"{RELATIONS}/worksheet", f"worksheets/sheet{n}.xml") for n in range(2, more_sheets + 2)]
    return _relations(targets)


def _workbook(book: Book, more_sheets: Sequence[_Sheet], special_names: Mapping[str, str]) -> str:
    sheets = f'<sheet name="{escape(book.sheet_name)}" sheetId="1" r:id="rId1"/>'
    for n, sheet in enumerate(more_sheets, 2):
        state = ' state="hidden"' if sheet.hidden else ""
        sheets += f'<sheet name="{escape(sheet.name)}" sheetId="{n}"{state} r:id="rId{n + 2}"/>'
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
    """Return the hidden sheet: a column for each list of labels.

    Raises WriteError with every label that Excel can't hold.
    """
    if faults := [fault for labels in book.lists for label in labels for fault in text_faults(label, "", "")]:
        raise WriteError(faults)
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
