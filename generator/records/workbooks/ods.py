"""ODS, the workbooks of LibreOffice: cells say both what they hold and what they show (OpenDocument 1.3)."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

from lxml import etree

from generator.errors import Place, RecordError, fail
from generator.records.bounds import bounds
from generator.records.workbook_scan import BROKEN, refuse_large
from generator.records.workbooks import Area, Book, NamedCell, Row
from generator.records.workbooks.xlsx import Unclear
from generator.records.workbooks.xlsx_parts import area_of, refuse_own_entities

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
RANGE = re.compile(
    r"\$?(?:'((?:[^']|'')+)'|([^'.]+))\.([$A-Z0-9]+)(?::(?:\$?(?:'(?:[^']|'')+'|[^'.]+))?\.([$A-Z0-9]+))?"
)
_SPAN = re.compile(r"PT(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7}(?:[.,]\d{1,20})?)S)?", re.ASCII)
_NOISE = timedelta(milliseconds=2)
"""What a double of days leaves undecided, and more."""
_LAST_ROW = 1_048_576
_MOST_BLANKS = 32_767
"""Characters of a cell."""
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NOT_SHOWN = ("collapse", "filter")


def open_ods(content: Path | BytesIO, place: Place) -> Book:
    """Return a workbook of OpenDocument.

    Raises RecordError (E-xlsx and those of its limits) for what is none, (E-password-needed) for an encrypted one.
    """
    try:
        with zipfile.ZipFile(content) as archive:
            refuse_large(archive.infolist(), bounds(), place)
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise fail(RecordError, "E-book-kind", place, sort="ODS")
            reader = _Reader(archive, place)
            sheets = reader.sheets()
            return Book(sheets, reader.names, {}, *_identity(archive))
    except BROKEN:
        raise fail(RecordError, "E-xlsx", place) from None


def _identity(archive: zipfile.ZipFile) -> tuple[str, str, str]:
    """Return the id of the form that the workbook was made from, its version and language; nothing of any other."""
    if "meta.xml" not in archive.namelist():
        return "", "", ""
    root = etree.fromstring(archive.read("meta.xml"), etree.XMLParser(resolve_entities=False, no_network=True))
    refuse_own_entities(root)
    said = {e.get(f"{_META}name", ""): "".join(map(str, e.itertext())) for e in root.iter(f"{_META}user-defined")}
    form, version, lang = (said.get(f"biaodan.{name}", "") for name in ("form", "version", "lang"))
    return form, version, lang


@dataclass
class OdsSheet:
    """A sheet of such a workbook, in memory."""

    name: str
    is_hidden: bool
    merged: list[Area] = field(default_factory=list)
    held: list[Row] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold something."""
        yield from self.held


class _Reader:
    """Reads the content of a workbook, a row at a time."""

    def __init__(self, archive: zipfile.ZipFile, place: Place) -> None:
        self.archive, self.place = archive, place
        self.cells = 0
        self.names: dict[str, NamedCell] = {}

    def sheets(self) -> list[OdsSheet]:
        hidden = self._hidden_styles()
        found: list[OdsSheet] = []
        number = 0
        with self.archive.open("content.xml") as part:
            events = etree.iterparse(
                part,
                ("start", "end"),
                resolve_entities=False,
                no_network=True,
                tag=(f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}named-range"),
            )
            for event, element in events:
                refuse_own_entities(element)
                if element.tag == f"{_TABLE}named-range":
                    self._name(element)
                elif element.tag == f"{_TABLE}table":
                    if event == "start":
                        found.append(
                            OdsSheet(element.get(f"{_TABLE}name", ""), element.get(f"{_TABLE}style-name") in hidden)
                        )
                        number = 0
                elif event == "end" and found:
                    number = self._row(element, number, found[-1])
                    element.clear()
        return found

    def _name(self, element: etree._Element) -> None:
        """Take note of where a name of the workbook leads."""
        named = RANGE.fullmatch(element.get(f"{_TABLE}cell-range-address", ""))
        area = area_of(":".join(filter(None, named.group(3, 4)))) if named else None
        if named and area:
            sheet = named[1].replace("''", "'") if named[1] else named[2]
            self.names[element.get(f"{_TABLE}name", "")] = NamedCell(sheet, area)

    def _hidden_styles(self) -> set[str]:
        names = set()
        with self.archive.open("content.xml") as part:
            for _, style in etree.iterparse(part, tag=f"{_STYLE}style", resolve_entities=False, no_network=True):
                shown = style.find(f"{_STYLE}table-properties")
                if shown is not None and shown.get(f"{_TABLE}display") == "false":
                    names.add(style.get(f"{_STYLE}name", ""))
        return names

    def _row(self, element: etree._Element, number: int, sheet: OdsSheet) -> int:
        """Add a row, as often as it is repeated; return its last number."""
        repeated = _count(element, "number-rows-repeated")
        cells, shown = self._cells(element, number + 1, sheet)
        if any(cell != "" for cell in cells):
            self.cells += len(cells) * repeated
            if self.cells > bounds().cells or number + repeated > _LAST_ROW:
                raise fail(
                    RecordError,
                    "E-xlsx-cells",
                    self.place,
                    rows=number + repeated,
                    columns=len(cells),
                    limit=bounds().cells,
                )
            is_hidden = element.get(f"{_TABLE}visibility") in _NOT_SHOWN
            for n in range(1, repeated + 1):
                sheet.held.append(Row(number + n, cells, is_hidden, {}, shown))
        return number + repeated

    def _cells(self, row: etree._Element, number: int, sheet: OdsSheet) -> tuple[list[object], dict[int, str]]:
        cells: list[object] = []
        shown: dict[int, str] = {}
        for cell in row.iterchildren(*_CELLS):
            at, repeated = len(cells), _count(cell, "number-columns-repeated")
            across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
            if across > 1 or down > 1:
                sheet.merged.append(Area(number, at, number + down - 1, at + across - 1))
            value, text = _value(cell)
            if value == "" and cell.getnext() is None:
                break  # blank cells to the end of the sheet
            if len(cells) + repeated > bounds().columns:
                if value == "":
                    break
                raise fail(
                    RecordError, "E-columns-many", self.place, count=len(cells) + repeated, limit=bounds().columns
                )
            cells += [value] * repeated
            if text and not isinstance(value, str):
                shown.update(dict.fromkeys(range(at, at + repeated), text))
        while cells and cells[-1] == "":
            cells.pop()
        return cells, shown


def _count(element: etree._Element, name: str) -> int:
    """Return how often an element counts; BadZipFile for what is no count of rows or columns."""
    told = element.get(f"{_TABLE}{name}", "1")
    if not told.isdecimal() or len(told) > _LONGEST_COUNT:
        raise zipfile.BadZipFile
    return max(1, int(told))


_LONGEST_COUNT = 9
_CLOCK = re.compile(r"\d\s*[:：时時点點]|[AP]M", re.IGNORECASE)


def _value(cell: etree._Element) -> tuple[object, str]:
    """Return what a cell holds, and what it shows."""
    if cell.tag != _CELLS[0]:
        return "", ""
    shown = "\n".join(map(_paragraph, cell.iterchildren(f"{_TEXT}p")))
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in ("float", "percentage", "currency"):
        return _number(cell.get(f"{_OFFICE}value", "")), shown
    if kind == "date":
        return _moment(cell.get(f"{_OFFICE}date-value", ""), shown), shown
    if kind == "time":
        return _span(cell.get(f"{_OFFICE}time-value", "")), shown
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true", shown
    if shown.startswith(("#", "Err:")) and cell.get(f"{_TABLE}formula"):
        return Unclear("E-cell-lost"), ""
    return shown, shown


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return Unclear("E-cell-lost")


def _blanks(element: etree._Element) -> str:
    """Return as many blanks as an element stands for; more than a cell holds are none that anybody wrote."""
    told = element.get(f"{_TEXT}c", "1")
    if not told.isdecimal() or len(told) > _LONGEST_COUNT or int(told) > _MOST_BLANKS:
        raise zipfile.BadZipFile
    return " " * max(1, int(told))


def _paragraph(element: etree._Element) -> str:
    """Return the text of a paragraph; blanks and line ends are elements in it."""
    made = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            made.append(_blanks(child))
        elif child.tag == f"{_TEXT}tab":
            made.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            made.append("\n")
        elif child.tag not in _BESIDE and isinstance(child.tag, str):
            made.append(_paragraph(child))
        made.append(child.tail or "")
    return "".join(made)


_BESIDE = (f"{_OFFICE}annotation", f"{_TEXT}ruby-text")
"""What stands beside a text: notes, and how it is pronounced."""


def _moment(text: str, shown: str) -> object:
    """Return a day or a moment; midnight is one where the cell shows a time of day."""
    try:
        is_moment = "T" in text or _CLOCK.search(shown)
        return datetime.fromisoformat(text) if is_moment else date.fromisoformat(text)
    except ValueError:
        return Unclear("E-cell-old")


def _span(text: str) -> object:
    found = _SPAN.fullmatch(text)
    if not found:
        return Unclear("E-cell-old")
    seconds = float((found[3] or "0").replace(",", "."))
    length = _to_second(timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0), seconds=seconds))
    if length < timedelta(days=1):
        whole: time = (datetime.min + length).time()
        return whole
    return length


def _to_second(length: timedelta) -> timedelta:
    whole = timedelta(seconds=round(length.total_seconds()))
    return whole if abs(whole - length) <= _NOISE else length
