"""Pictures of a record on a user's sheet: each anchored at the cell whose tag prints it, scaled to that cell.

A row whose height the file doesn't set becomes as high as its picture.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from generator.records.filled.packages import Package
from generator.tagged.inline import Inline
from generator.tagged.parts import TYPES, links_of, types_of
from generator.tagged.references import number_of
from generator.tagged.workbooks import PLACE, Sheet

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.drawing+xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EMPTY = f'{_HEAD}<xdr:wsDr xmlns:xdr="{_DRAWING}/spreadsheetDrawing"></xdr:wsDr>'
_END = re.compile(r"(?:</(?:\w+:)?wsDr>|(<(?:\w+:)?wsDr\b[^>]*)/>)\s*$")
_COLUMN = re.compile(r"<(?:\w+:)?col\b([^>]*)/?>")
_NUMBER = re.compile(r'\b(min|max|width|hidden)="([^"]*)"')
_USUAL = re.compile(r'<(?:\w+:)?sheetFormatPr\b[^>]*\bdefault(ColWidth|RowHeight)="([0-9.]+)"')
_MERGE = re.compile(r'<(?:\w+:)?mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_HEIGHT = re.compile(r'\bht="([0-9.]+)"')
_ENDINGS = {"image/png": "png", "image/jpeg": "jpeg"}
_EMU, _MM_PER_PIXEL, _MM_PER_POINT = 36_000, 25.4 / 96, 25.4 / 72
_EDGE = 0.5
"""Millimetres between a picture and the rules of its cell."""

_USUAL_WIDTH, _USUAL_HEIGHT, _HIGHEST = 8.43, 15.0, 409.0
"""Characters of a column and points of a row that say nothing else; points of the highest row that Excel has."""

_FIRST_ID = 5001


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture and the cell at whose corner it stands, counted from one."""

    picture: Inline
    column: int
    row: int


class Cells:
    """How large the cells of a sheet are, in millimetres, as the file has them."""

    def __init__(self, sheet: Sheet) -> None:
        usual = dict(_USUAL.findall(sheet.before))
        self.usual_width = float(usual.get("ColWidth", _USUAL_WIDTH))
        self.usual_height = float(usual.get("RowHeight", _USUAL_HEIGHT))
        self.columns = list(_columns(sheet.before))
        self.heights = {row.number: float(found[1]) for row in sheet.rows if (found := _HEIGHT.search(row.attributes))}
        merged = _MERGE.findall(sheet.behind)
        self.merged = {(number_of(a), int(b)): (number_of(c), int(d)) for a, b, c, d in merged}

    def room(self, column: int, row: int) -> tuple[float, float]:
        """Return how wide a cell is, merged ones together, and how high; nought where the row may grow."""
        right, bottom = self.merged.get((column, row), (column, row))
        across = sum(self._width(one) for one in range(column, right + 1))
        is_set = bottom > row or row in self.heights
        points = sum(self.heights.get(one, self.usual_height) for one in range(row, bottom + 1)) if is_set else 0.0
        return across - 2 * _EDGE, max(points * _MM_PER_POINT - 2 * _EDGE, 0.0)

    def _width(self, column: int) -> float:
        wide = next((width for first, last, width in self.columns if first <= column <= last), self.usual_width)
        return (wide * 7 + 5) * _MM_PER_PIXEL if wide else 0.0


def _columns(text: str) -> Iterator[tuple[int, int, float]]:
    for attributes in _COLUMN.findall(text):
        found = dict(_NUMBER.findall(attributes))
        if found.get("min", "").isdigit() and found.get("max", "").isdigit():
            is_hidden = found.get("hidden") in ("1", "true")
            yield int(found["min"]), int(found["max"]), 0.0 if is_hidden else float(found.get("width") or _USUAL_WIDTH)


def fitted(picture: Inline, room: tuple[float, float]) -> Inline:
    """Return a picture no larger than its cell, unless it is to be of another size."""
    across, down = room
    return picture.within(max(across, 3.0), down or _HIGHEST * _MM_PER_POINT - 2 * _EDGE)


def row_height(attributes: str, pictures: Sequence[Inline]) -> str:
    """Return the attributes of a row that is as high as its pictures."""
    points = min(max(one.down + 2 * _EDGE for one in pictures) / _MM_PER_POINT, _HIGHEST)
    return f'{attributes} ht="{points:.2f}" customHeight="1"'


class Drawings:
    """Where the pictures of sheets go: the drawing of each, with what names it."""

    def __init__(self, package: Package, sheets: Sequence[Sheet]) -> None:
        self.sheets = sheets
        self.types = types_of(package)
        self.known = {one.part: _drawing_of(one) for one in sheets}
        named = {*self.known.values(), *(one.part for one in sheets)} - {""}
        self.links = {name: links_of(package, name) for name in named}
        self.own = {one.part: f"xl/drawings/biaodan{n}.xml" for n, one in enumerate(sheets, 1)}

    def parts(self, placed: Mapping[str, list[Placed]], made: Mapping[str, str]) -> dict[str, str | bytes]:
        """Return the parts that pictures add or change; `placed`: by sheet; `made`: parts as they stand now."""
        parts: dict[str, str | bytes] = {}
        added, count = "", 0
        for sheet in self.sheets:
            own = placed.get(sheet.part, [])
            if not own:
                continue
            part = self.known[sheet.part] or self.own[sheet.part]
            if not self.known[sheet.part]:
                added += f'<Override PartName="/{part}" ContentType="{_KIND}"/>'
                link = f'<Relationship Id="rIdBiaodan" Type="{_LINK}/drawing" Target="/{part}"/>'
                parts |= self._linked(sheet.part, link)
            media = [f"xl/media/biaodan{count + n}.{_ENDINGS[one.picture.photo.media]}" for n, one in enumerate(own, 1)]
            parts |= {name: one.picture.photo.content for name, one in zip(media, own, strict=True)}
            links = (
                f'<Relationship Id="rIdBiaodan{n}" Type="{_LINK}/image" Target="/{name}"/>'
                for n, name in enumerate(media, 1)
            )
            parts |= self._linked(part, "".join(links))
            anchors = "".join(_anchor(one, n) for n, one in enumerate(own, 1))
            before = made.get(part, _EMPTY)
            parts[part] = _END.sub(lambda found, inner=anchors: _closed(found, inner), before)  # type: ignore[misc]
            count += len(own)
        if added:
            parts[TYPES] = self.types.replace("</Types>", f"{added}</Types>")
        return parts

    def element(self, sheet: Sheet, has_pictures: bool) -> str:
        """Return what a sheet says of its drawing, where it had none."""
        if not has_pictures or self.known[sheet.part]:
            return ""
        return f'<drawing xmlns="{_MAIN}" xmlns:r="{_LINK}" r:id="rIdBiaodan"/>'

    def _linked(self, part: str, links: str) -> dict[str, str]:
        known = self.links.get(part)
        folder, name = posixpath.split(part)
        where = known.name if known else f"{folder}/_rels/{name}.rels"
        text = known.text if known else _NO_LINKS
        return {where: text.replace("</Relationships>", f"{links}</Relationships>")}


_NO_LINKS = (
    f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


def _drawing_of(sheet: Sheet) -> str:
    if PLACE in sheet.behind or PLACE in sheet.before:
        return ""
    return next((one for one in sheet.related if one.startswith("xl/drawings/") and one.endswith(".xml")), "")


def _closed(found: re.Match[str], anchors: str) -> str:
    """Return the end of a drawing, after further anchors."""
    if found[1] is None:
        return f"{anchors}{found[0]}"
    return f"{found[1]}>{anchors}</{found[1][1:].split()[0]}>"


def _anchor(placed: Placed, number: int) -> str:
    one = placed.picture
    size = f'cx="{round(one.across * _EMU)}" cy="{round(one.down * _EMU)}"'
    name = f'id="{_FIRST_ID + number}" name="picture{number}" descr="{escape(one.photo.name)}"'
    edge = round(_EDGE * _EMU)
    return (
        f'<xdr:oneCellAnchor xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:a="{_DRAWING}/main" xmlns:r="{_LINK}">'
        f"<xdr:from><xdr:col>{placed.column - 1}</xdr:col><xdr:colOff>{edge}</xdr:colOff>"
        f"<xdr:row>{placed.row - 1}</xdr:row><xdr:rowOff>{edge}</xdr:rowOff></xdr:from><xdr:ext {size}/>"
        f"<xdr:pic><xdr:nvPicPr><xdr:cNvPr {name}/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>"
        f'<a:blip r:embed="rIdBiaodan{number}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
        f'<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>"
    )
