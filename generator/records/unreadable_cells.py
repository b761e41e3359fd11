"""Cells of a workbook that hold no value although they show one: formulas never computed, and errors such as #DIV/0!.

Readers of values pass over them as if they were empty; here they are found, so that a fault can name them.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_CHUNK = 1 << 20
_MOST = 100


def unreadable_cells(path: Path) -> Iterator[str]:
    """Yield the references of such cells on the first sheet, a hundred at most."""
    try:
        with zipfile.ZipFile(path) as archive:
            name = _first_sheet(archive)
            if name and _is_suspect(archive, name):
                with archive.open(name) as part:
                    yield from _search(part)
    except (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, OSError):
        return  # the reader of values tells what is wrong with the file


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the part of the first sheet, by the workbook's relationships (ISO/IEC 29500-1, 12.3)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    sheet = next((e for e in book.iter(f"{_MAIN}sheet", f"{_STRICT}sheet")), None)
    if sheet is None:
        return ""
    identity = next((value for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    target = next((r.get("Target", "") for r in relations if r.get("Id") == identity), "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _is_suspect(archive: zipfile.ZipFile, name: str) -> bool:
    """Tell by a quick look at the bytes whether the sheet has formulas or errors at all."""
    tail = b""
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            seen = tail + chunk
            if b"<f" in seen or b":f>" in seen or b't="e"' in seen:
                return True
            tail = seen[-8:]
    return False


def _search(part: object) -> Iterator[str]:
    count = 0
    for _, cell in etree.iterparse(part, tag=[f"{_MAIN}c", f"{_STRICT}c"], resolve_entities=False, no_network=True):
        values = [child for child in cell if etree.QName(child).localname == "v" and child.text]
        formula = any(etree.QName(child).localname == "f" for child in cell)
        if cell.get("t") == "e" or (formula and not values and cell.get("t") != "str"):
            count += 1
            yield cell.get("r", "?")
        cell.clear()
        if count == _MOST:
            return
