"""What the tests read out of the files: with readers that are not ours, or with a plain walk over the markup."""

import ctypes
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any
from unittest.mock import patch

import openpyxl
import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree
from openpyxl.worksheet.merge import MergedCellRange

from generator.theme import shipped_theme

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SPACE = re.compile(r"[\s\u200b\u2060\ufeff]+")
_HYPHENS = re.compile(r"[-\u00ad\x02\ufffe]")


def squeezed(text: str) -> str:
    """Return text without any blank space, as texts are compared: layout may break lines where it likes."""
    return _SPACE.sub("", text)


def unhyphenated(text: str) -> str:
    """Return squeezed text without hyphens: PDFium reports one at a line's end by another character."""
    return _HYPHENS.sub("", squeezed(text))


def pieces_needed(value: str, text: str) -> int:
    """Return into how few pieces `value` must be cut so that each stands in `text`, in order; 10**6 if it can't be."""
    count, at, start = 0, 0, 0
    while at < len(value):
        size = _longest(value, at, text, start)
        if not size:
            return 10**6
        start = text.find(value[at : at + size], start) + size
        at += size
        count += 1
    return count


def _longest(value: str, at: int, text: str, start: int) -> int:
    low, high = 0, len(value) - at
    while low < high:
        middle = (low + high + 1) // 2
        if text.find(value[at : at + middle], start) >= 0:
            low = middle
        else:
            high = middle - 1
    return low


class Package:
    """A DOCX or XLSX file as its parts."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.names = archive.namelist()
            self.parts = {name: archive.read(name) for name in self.names}
            self.infos = archive.infolist()
            self.damaged = archive.testzip()

    def xml(self, name: str) -> Any:
        return etree.fromstring(self.parts[name])

    def relationships(self) -> Iterator[tuple[str, Any]]:
        """Yield the source part and the element of every relationship."""
        for name in self.names:
            if name.endswith(".rels"):
                folder, _, file = name.rpartition("/")
                source = folder.removesuffix("_rels") + file.removesuffix(".rels")
                for relation in self.xml(name):
                    yield source, relation


# --- DOCX ------------------------------------------------------------------------------------------------------------


class Docx(Package):
    """A Word document, read by an own walk over its runs."""

    @cached_property
    def body(self) -> Any:
        return self.xml("word/document.xml").find(f"{W}body")

    @cached_property
    def text(self) -> str:
        return "\n".join(
            self.part_text(name) for name in self.names if re.match(r"word/(document|header|footer)", name)
        )

    def part_text(self, name: str) -> str:
        return "\n".join(paragraph_text(p) for p in self.xml(name).iter(f"{W}p"))

    def paragraphs(self) -> list[Any]:
        return list(self.body.iter(f"{W}p"))

    def tables(self) -> list[Any]:
        return list(self.body.iter(f"{W}tbl"))


def paragraph_text(paragraph: Any) -> str:
    """Return a paragraph's text: runs, tabs, and line breaks."""
    parts = []
    for element in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br"):
        if element.tag == f"{W}t":
            parts.append(element.text or "")
        elif element.tag == f"{W}tab" and element.getparent().tag == f"{W}r":
            parts.append("\t")
        elif element.tag == f"{W}br" and element.get(f"{W}type") is None:
            parts.append("\n")
    return "".join(parts)


def row_cells(row: Any) -> list[str]:
    """Return the text of each cell of a Word table's row."""
    return ["\n".join(paragraph_text(p) for p in cell.iter(f"{W}p")) for cell in row.iterchildren(f"{W}tc")]


# --- XLSX ------------------------------------------------------------------------------------------------------------


class Xlsx(Package):
    """A workbook, read by openpyxl."""

    @cached_property
    def book(self) -> Any:
        return openpyxl.load_workbook(io.BytesIO(self.content))

    @property
    def sheet(self) -> Any:
        return self.book.worksheets[0]

    @cached_property
    def cells(self) -> list[Any]:
        return cells_of(self.book)

    def cell(self, text: str) -> Any:
        """Return the cell of the first sheet that holds a text."""
        return next(cell for row in self.sheet.iter_rows() for cell in row if cell.value == text)

    @cached_property
    def text(self) -> str:
        book = self.__dict__.get("book") or self._unbordered()
        running = [book.worksheets[0].oddHeader, book.worksheets[0].oddFooter]
        sides = [str(part.text or "") for line in running for part in (line.left, line.center, line.right)]
        return "\n".join([*map(shown, cells_of(book)), *(side.replace("&&", "&") for side in sides)])

    def _unbordered(self) -> Any:
        """Return the whole workbook, for its texts: openpyxl takes most of its time for borders of merged cells."""
        with patch.object(MergedCellRange, "format"):
            return openpyxl.load_workbook(io.BytesIO(self.content))


def cells_of(book: Any) -> list[Any]:
    """Return the cells of a workbook that hold a value."""
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]


def shown(cell: Any) -> str:
    """Return a cell's value as text: dates as tables write them."""
    value = cell.value
    if isinstance(value, datetime):
        return value.strftime(
            "%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M" if "h" in cell.number_format else "%Y-%m-%d"
        )
    return value.isoformat() if isinstance(value, date) else str(value)


# --- PDF -------------------------------------------------------------------------------------------------------------

_POINTS_PER_MM = 72 / 25.4


class Pdf:
    """A PDF, read by PDFium."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.file = pypdfium2.PdfDocument(content)

    def __len__(self) -> int:
        return len(self.file)

    @cached_property
    def pages(self) -> list[str]:
        """The whole text of each page, with its head and foot."""
        return [page.get_textpage().get_text_bounded() for page in self.file]

    @cached_property
    def bodies(self) -> list[str]:
        """The text of each page between head and foot, so that what runs over a page's end stays in one piece."""
        return [self._body(page) for page in self.file]

    def _body(self, page: Any) -> str:
        width, height = page.get_size()
        margins = shipped_theme().page
        top, bottom = ((side - 0.5) * _POINTS_PER_MM for side in (margins.margin_top, margins.margin_bottom))
        text: str = page.get_textpage().get_text_bounded(0, bottom, width, height - top)
        return text

    @cached_property
    def text(self) -> str:
        return "\n".join([*self.bodies, *self.pages])

    def heights(self) -> dict[str, float]:
        """Where the first run of each text stands on the first page, in points from below."""
        text = self.file[0].get_textpage()
        boxes = [text.get_rect(n) for n in range(text.count_rects())]
        found: dict[str, float] = {}
        for left, bottom, right, top in boxes:
            found.setdefault(squeezed(text.get_text_bounded(left, bottom, right, top)), bottom)
        return found

    @property
    def sizes_mm(self) -> list[tuple[int, int]]:
        return [tuple(round(side / _POINTS_PER_MM) for side in page.get_size()) for page in self.file]

    @property
    def metadata(self) -> dict[str, str]:
        found: dict[str, str] = self.file.get_metadata_dict()
        return found

    @property
    def tagged(self) -> bool:
        return bool(pdfium.FPDFCatalog_IsTagged(self.file.raw))

    @property
    def bookmarks(self) -> list[tuple[int, str]]:
        return [(mark.level, mark.get_title()) for mark in self.file.get_toc()]

    @cached_property
    def objects(self) -> bytes:
        """Every object of the file in the clear: its own bytes and those of each stream that zlib can open."""
        parts = [self.content]
        for found in re.finditer(rb"stream\r?\n", self.content):
            try:
                parts.append(zlib.decompressobj().decompress(self.content[found.end() :]))
            except zlib.error:
                continue
        return b"\n".join(parts)

    def fonts(self) -> dict[str, bool]:
        """Return the base names of the fonts that texts use, each with whether it's embedded."""
        found = {}
        for page in self.file:
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=8):
                font = pdfium.FPDFTextObj_GetFont(item.raw)
                buffer = ctypes.create_string_buffer(256)
                pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
                found[buffer.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
        return found

    def tags(self) -> set[str]:
        """Return the types of the elements in the tag trees of all pages."""
        found: set[str] = set()
        for page in self.file:
            tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
            for n in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                _walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, n), found)
            pdfium.FPDF_StructTree_Close(tree)
        return found


def _walk(element: Any, found: set[str]) -> None:
    if not element:
        return
    size = pdfium.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_StructElement_GetType(element, buffer, size)
    found.add(buffer.raw.decode("utf-16-le").rstrip("\0"))
    for n in range(pdfium.FPDF_StructElement_CountChildren(element)):
        _walk(pdfium.FPDF_StructElement_GetChildAtIndex(element, n), found)


READERS = {"docx": Docx, "xlsx": Xlsx, "pdf": Pdf, "typst": Pdf}
