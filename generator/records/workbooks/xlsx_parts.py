"""What an XLSX package says of its sheets, beside their cells: names, styles, tables, properties (ISO/IEC 29500-1)."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from lxml import etree

from generator.records.workbooks import Area, NamedCell
from generator.records.workbooks.number_format import GENERAL, format_of_number

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_NAMED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")
_TEXT = "@"


class SheetPart(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    is_hidden: bool


def column_number(letters: str) -> int:
    """Return the number of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def area_of(reference: str) -> Area | None:
    """Return the area that a reference such as A1 or $A$1:$C$9 means; None for anything else."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return None
    left, top = column_number(found[1]), int(found[2])
    right, bottom = (column_number(found[3]), int(found[4])) if found[3] else (left, top)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def refuse_own_entities(root: etree._Element) -> None:
    """Raise BadZipFile for a part that declares entities, which may stand for anything; no program writes one."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise zipfile.BadZipFile


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class XlsxParts:
    """The parts of a package, each read when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self._links: dict[str, dict[str, tuple[str, str]]] = {}
        self.book = self._read(self._main_part)

    @cached_property
    def _main_part(self) -> str:
        """Return the part of the workbook, which isn't always xl/workbook.xml."""
        for kind, target in self._relations("").values():
            if kind.endswith("/officeDocument"):
                return target
        return "xl/workbook.xml"

    def _read(self, part: str) -> etree._Element:
        """Return the root of a part; one of BROKEN where there is none that a program writes."""
        return _parsed(self.archive.read(part))

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the relationships of a part: type and target by id."""
        if part not in self._links:
            self._links[part] = self._read_links(part)
        return self._links[part]

    def _read_links(self, part: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        try:
            root = self._read(posixpath.join(folder, "_rels", f"{name}.rels"))
        except KeyError:
            return {}
        base = f"/{folder}"
        return {
            e.get("Id", ""): (
                e.get("Type", ""),
                posixpath.normpath(posixpath.join(base, e.get("Target", ""))).lstrip("/"),
            )
            for e in root
        }

    def sheets(self) -> list[SheetPart]:
        """Return the sheets of cells, in their order."""
        relations = self._relations(self._main_part)
        found = []
        for element in self.book.iter("{*}sheet"):
            identity = next((v for k, v in element.attrib.items() if str(k).endswith("}id")), "")
            kind, part = relations.get(str(identity), ("", ""))
            if kind.endswith("/worksheet"):
                found.append(SheetPart(element.get("name", ""), part, element.get("state", "visible") != "visible"))
        return found

    @property
    def counts_from_1904(self) -> bool:
        """Tell whether days are counted from 1904 on."""
        return any(e.get("date1904", "0").lower() in ("1", "true") for e in self.book.iter("{*}workbookPr"))

    def names(self) -> dict[str, NamedCell]:
        """Return where the workbook's defined names lead, as far as that is one area."""
        found = {}
        for element in self.book.iter("{*}definedName"):
            named = _NAMED.fullmatch(element.text or "")
            area = area_of(named[3]) if named else None
            if named and area and not element.get("localSheetId"):
                found[element.get("name", "")] = NamedCell((named[1] or named[2]).replace("''", "'"), area)
        return found

    def tables(self) -> dict[str, NamedCell]:
        """Return the tables of all sheets by name."""
        found = {}
        for sheet in self.sheets():
            for kind, part in self._relations(sheet.part).values():
                if kind.endswith("/table"):
                    table = self._read(part)
                    area = area_of(table.get("ref", ""))
                    if area:
                        found[table.get("displayName", table.get("name", ""))] = NamedCell(sheet.name, area)
        return found

    def formats(self) -> Mapping[str, str]:
        """Return the number formats by the style that cells name; nothing for those that show everything as it is."""
        part = next((p for k, p in self._relations(self._main_part).values() if k.endswith("/styles")), "")
        if not part:
            return {}
        content = self.archive.read(part)
        return _kept_formats(content) if len(content) <= _LARGEST_KEPT else _formats(content)

    def identity(self) -> tuple[str, str, str]:
        """Return the id of the form that the workbook was made from, its version and language; nothing of any other."""
        for kind, part in self._relations("").values():
            if kind.endswith("/custom-properties"):
                root = self._read(part)
                form, version, lang = (
                    next(_property(root, f"biaodan.{name}"), "") for name in ("form", "version", "lang")
                )
                return form, version, lang
        return "", "", ""


def _parsed(content: bytes) -> etree._Element:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    refuse_own_entities(root)
    return root


def _formats(content: bytes) -> Mapping[str, str]:
    styles = _parsed(content)
    own = {e.get("numFmtId", ""): e.get("formatCode", "") for e in styles.iter("{*}numFmt")}
    cells = next((e for e in styles if _local(e) == "cellXfs"), None)
    codes = (_code(e, own) for e in (cells if cells is not None else ()))
    return {str(n): "" if code in (GENERAL, _TEXT) else code for n, code in enumerate(codes)}


_LARGEST_KEPT = 256 << 10
_kept_formats = lru_cache(maxsize=16)(_formats)
"""Many files of one form have the same styles."""


def _code(style: etree._Element, own: Mapping[str, str]) -> str:
    number = style.get("numFmtId", "0")
    return own.get(number) or format_of_number(int(number) if number.isdigit() else 0)


def _property(root: etree._Element, name: str) -> Iterator[str]:
    for element in root:
        if element.get("name") == name:
            yield "".join(str(text) for text in element.itertext())
