"""A user's workbook read as what fills it in needs: its sheets as rows of cells, beside the parts that stay."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from generator.records.filled.packages import Package
from generator.tagged.references import number_of, split, translated

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XMLNS = re.compile(r' xmlns(?::\w+)?="[^"]*"')
_DATA = re.compile(r"<(?:\w+:)?sheetData\b[^>]*?(?:/>|>.*</(?:\w+:)?sheetData>)", re.DOTALL)
PLACE = "<!--drawing-->"
"""What stands where a sheet without a drawing would name it."""

_BEHIND_DRAWING = frozenset(
    f"{S}{name}"
    for name in (
        "legacyDrawing",
        "legacyDrawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
    )
)
WORKBOOK, STYLES, STRINGS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"


@dataclass(slots=True)
class Cell:
    """A cell: its column's letters, style, what it holds as text with tags or as XML, and its formula."""

    column: str
    style: int
    text: str = ""
    inner: str = ""
    kind: str = ""
    formula: str = ""

    @property
    def is_tagged(self) -> bool:
        """Tell whether something in it is to be filled in."""
        return "{{" in self.text or "{%" in self.text


@dataclass(slots=True)
class SheetRow:
    """A row of a sheet: its number, attributes and cells."""

    number: int
    attributes: str
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """A sheet: its part, its name, what stands before and behind its rows, and the rows."""

    part: str
    name: str
    before: str
    behind: str
    rows: list[SheetRow]
    related: list[str] = field(default_factory=list)


def sheets_of(package: Package) -> list[Sheet]:
    """Return the sheets of a workbook in their order."""
    strings = _strings(package)
    links = relations(package, WORKBOOK)
    found = []
    for entry in package.root(WORKBOOK).iter(f"{S}sheet"):
        part = links.get(entry.get(f"{_R}id", ""), "")
        if package.has(part) and part.startswith("xl/worksheets/"):
            found.append(_sheet(package, part, entry.get("name", ""), strings))
    return found


def relations(package: Package, part: str) -> dict[str, str]:
    """Return the parts that a part names, by their ids."""
    folder, name = posixpath.split(part)
    links = f"{folder}/_rels/{name}.rels"
    if not package.has(links):
        return {}
    inside = [link for link in package.root(links) if link.get("TargetMode") != "External"]
    return {link.get("Id", ""): _target(folder, link.get("Target", "")) for link in inside}


def _target(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")


def _strings(package: Package) -> list[tuple[str, str]]:
    """Return the shared strings: the text of each, and its own XML."""
    if not package.has(STRINGS):
        return []
    return [(_text(item), _inner(item)) for item in package.root(STRINGS).iter(f"{S}si")]


def _text(item: etree._Element) -> str:
    texts = (one for one in item.iter(f"{S}t") if next(one.iterancestors(f"{S}rPh"), None) is None)
    return "".join(one.text or "" for one in texts)


def _inner(element: etree._Element) -> str:
    """Return the XML within an element, without names of namespaces."""
    made = [_XMLNS.sub("", etree.tostring(child, encoding="unicode", with_tail=False)) for child in element]
    return "".join(made)


def _sheet(package: Package, part: str, name: str, strings: list[tuple[str, str]]) -> Sheet:
    root = package.root(part)
    shared: dict[str, tuple[str, str, int]] = {}
    rows = list(_rows(root, strings, shared))
    for data in root.iter(f"{S}sheetData"):
        for row in list(data):
            data.remove(row)
        data.text = None
    if root.find(f"{S}drawing") is None:
        place = next((n for n, one in enumerate(root) if one.tag in _BEHIND_DRAWING), len(root))
        root.insert(place, etree.Comment(PLACE[4:-3]))
    text = etree.tostring(root, encoding="unicode")
    found = _DATA.search(text)
    before, behind = (text[: found.start()], text[found.end() :]) if found else (text, "")
    related = [target for target in relations(package, part).values() if package.has(target)]
    return Sheet(part, name, before, behind, rows, related)


def _rows(
    root: etree._Element, strings: list[tuple[str, str]], shared: dict[str, tuple[str, str, int]]
) -> Iterator[SheetRow]:
    number = 0
    for element in root.iter(f"{S}row"):
        number = int(element.get("r") or number + 1)
        named = [(str(key), str(value)) for key, value in element.attrib.items()]
        kept = [(key, value) for key, value in named if key not in ("r", "spans") and not key.startswith("{")]
        attributes = "".join(f' {key}="{escape(value)}"' for key, value in kept)
        row, column = SheetRow(number, attributes), 0
        for one in element.iter(f"{S}c"):
            letters, _ = split(one.get("r") or "")
            column = number_of(letters) if one.get("r") else column + 1
            row.cells.append(_cell(one, letters, number, strings, shared))
        yield row


def _cell(
    element: etree._Element,
    letters: str,
    row: int,
    strings: list[tuple[str, str]],
    shared: dict[str, tuple[str, str, int]],
) -> Cell:
    cell = Cell(letters, int(element.get("s") or 0), kind=element.get("t") or "")
    formula = element.find(f"{S}f")
    if formula is not None:
        cell.formula, cell.kind = _formula(formula, letters, row, shared), ""
        return cell
    value = element.findtext(f"{S}v") or ""
    if cell.kind == "s" and value.isdigit() and int(value) < len(strings):
        cell.text, inner = strings[int(value)]
        cell.kind, cell.inner = "inlineStr", f"<is>{inner}</is>"
    elif cell.kind == "inlineStr":
        found = element.find(f"{S}is")
        cell.text = _text(found) if found is not None else ""
        cell.inner = _inner(element)
    elif value:
        cell.inner = f"<v>{escape(value)}</v>"
    return cell


def _formula(element: etree._Element, letters: str, row: int, shared: dict[str, tuple[str, str, int]]) -> str:
    """Return a cell's own formula; one that is shared is written out."""
    text, group = element.text or "", element.get("si", "")
    if element.get("t") != "shared":
        return text
    if text:
        shared[group] = (text, letters, row)
        return text
    if group not in shared:
        return ""
    origin, column, line = shared[group]
    return translated(origin, row - line, number_of(letters) - number_of(column))
