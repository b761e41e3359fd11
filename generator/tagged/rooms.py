"""How much room a picture has where a tag of a Word file prints it: the cell, the text box, the column of the page."""

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_TWIPS, _EMU = 1440 / 25.4, 36_000.0
_PAGE, _MARGINS = (11_906.0, 16_838.0), 1_800.0
"""Twips of a page that doesn't say how large it is, and of each of its margins."""

_PADDING, _IN_BOX, _LINE = 216.0, 5.1, 1.0
"""What the sides of a cell take of it, in twips, and those of a text box, in millimetres; what a line takes beside."""

_LEAST = 3.0


class Room(NamedTuple):
    """Millimetres that a picture may be wide and high at most."""

    across: float
    down: float


def section_room(section: etree._Element | None) -> Room:
    """Return the room of the text of a section's pages."""
    size = section.find(f"{W}pgSz") if section is not None else None
    margins = section.find(f"{W}pgMar") if section is not None else None
    wide, high = (_number(size, name) or usual for name, usual in zip("wh", _PAGE, strict=True))
    left, right, top, bottom = (abs(_number(margins, name)) for name in ("left", "right", "top", "bottom"))
    if margins is None:
        left = right = top = bottom = _MARGINS
    columns = section.find(f"{W}cols") if section is not None else None
    count = max(1.0, _number(columns, "num"))
    gaps = (count - 1) * (_number(columns, "space") or 720.0)
    return _of((wide - left - right - gaps) / count, high - top - bottom)


def rooms(root: etree._Element, marked: str, usual: Room) -> Iterator[tuple[str, Room]]:
    """Yield the texts of a part that have a mark in them, each with its room; `usual`: that of a part without pages."""
    sections = [(one, section_room(one)) for one in root.iter(f"{W}sectPr")]
    order = {element: n for n, element in enumerate(root.iter(f"{W}t", f"{W}sectPr"))} if sections else {}
    for text in root.iter(f"{W}t"):
        if marked not in (text.text or ""):
            continue
        page = next((room for one, room in sections if order[one] > order[text]), usual)
        yield text.text or "", _room(text, page)


def _room(text: etree._Element, page: Room) -> Room:
    for above in text.iterancestors(f"{W}tc", f"{W}txbxContent"):
        if above.tag == f"{W}tc":
            return _cell(above, page)
        return _box(above, page)
    indents = next(text.iterancestors(f"{W}p")).find(f"{W}pPr/{W}ind")
    taken = sum(max(0.0, _number(indents, name)) for name in ("left", "start", "right", "end"))
    return Room(max(page.across - taken / _TWIPS, _LEAST), page.down)


def _cell(cell: etree._Element, page: Room) -> Room:
    """Return the room of a cell; a row that has a height and keeps it bounds that too."""
    row, table = (next(cell.iterancestors(f"{W}{name}"), None) for name in ("tr", "tbl"))
    width = _given_width(cell) or (_grid_width(cell, row, table) if row is not None and table is not None else 0.0)
    padding = table.find(f"{W}tblPr/{W}tblCellMar") if table is not None else None
    sides = _PADDING
    if padding is not None:
        sides = sum(_number(padding.find(f"{W}{name}"), "w") for name in ("left", "start", "right", "end"))
    across = (width - sides) / _TWIPS if width else page.across
    height = row.find(f"{W}trPr/{W}trHeight") if row is not None else None
    is_kept = height is not None and height.get(f"{W}hRule") == "exact"
    down = _number(height, "val") / _TWIPS - _LINE if is_kept else page.down
    return Room(max(min(across, page.across), _LEAST), max(down, _LEAST))


def _given_width(cell: etree._Element) -> float:
    given = cell.find(f"{W}tcPr/{W}tcW")
    return _number(given, "w") if given is not None and given.get(f"{W}type", "dxa") == "dxa" else 0.0


def _grid_width(cell: etree._Element, row: etree._Element, table: etree._Element) -> float:
    """Return the width of a cell by the grid of its table."""
    columns = [_number(one, "w") for one in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    at = int(_number(row.find(f"{W}trPr/{W}gridBefore"), "val"))
    for one in row.iterfind(f"{W}tc"):
        span = max(1, int(_number(one.find(f"{W}tcPr/{W}gridSpan"), "val")))
        if one is cell:
            return sum(columns[at : at + span])
        at += span
    return 0.0


def _box(content: etree._Element, page: Room) -> Room:
    """Return the room of a text box; of one in the older way of drawing that of the page."""
    for drawing in content.iterancestors(f"{_WP}anchor", f"{_WP}inline"):
        extent = drawing.find(f"{_WP}extent")
        if extent is not None:
            wide, high = (float(extent.get(name) or 0) / _EMU - _IN_BOX for name in ("cx", "cy"))
            return Room(max(min(wide, page.across), _LEAST), max(min(high, page.down), _LEAST))
    return page


def _of(across: float, down: float) -> Room:
    return Room(max(across / _TWIPS, _LEAST), max(down / _TWIPS - _LINE, _LEAST))


def _number(element: etree._Element | None, name: str) -> float:
    try:
        return float(element.get(f"{W}{name}") or 0) if element is not None else 0.0
    except ValueError:
        return 0.0
