"""Pictures of filled documents: those that were printed, by what the text calls them, and those put into boxes."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from lxml import etree

from generator.catalogue.form import FieldSpec
from generator.errors import Fault
from generator.kinds.pictures import is_picture
from generator.records.filled.answers import Answers, Box
from generator.records.filled.packages import Package
from generator.records.workbooks.xlsx_parts import column_number
from generator.wording import LANGS, phrase

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_X = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class _Lying(NamedTuple):
    """A picture on a sheet: its part, and the cell that its corner lies in, counted from 1 and 0."""

    content: str
    sheet: str
    row: int
    column: int
    name: str


def put_pictures(answers: Answers, package: Package) -> None:
    """Put the pictures of an office file in the place of their names, and of empty boxes that they lie in."""
    boxes = list(_boxes(answers))
    if not boxes:
        return
    found = _of_word if package.has("word/document.xml") else _of_sheets
    left = found(package, boxes)
    if left:
        answers.warnings.append(Fault("W-read-pictures", package.place, {"count": left}))


def put_attached(answers: Answers, record: Mapping[str, Any]) -> None:
    """Put the pictures of an attached record in the place of their names on the page, and its signatures that are
    drawn, which have no box there, into boxes of their own.
    """
    uris = [value for spec, _, value in _pictures_in(answers.form.root, record) if not spec.kind.is_drawn]
    for spec, pointer, value in _pictures_in(answers.form.root, record):
        if spec.kind.is_drawn and is_picture(value):
            _put_drawn(answers, spec, pointer, value)
    for box in _boxes(answers):
        number = _number(box.raw)
        if 0 < number <= len(uris):
            box.raw = uris[number - 1]


def _put_drawn(answers: Answers, spec: FieldSpec, pointer: str, value: object) -> None:
    row, _, _ = pointer.rpartition("/")
    table, _, number = row.rpartition("/")
    above = answers.form.spec_at(table) if number.isdecimal() and table else None
    if above is not None and above.shape == "repeat" and not above.holds_parts:
        answers.put_cell(table, (int(number), 0), spec.key, value, "")
    else:
        answers.put(pointer, value, "")


def _boxes(answers: Answers) -> Iterator[Box]:
    """Yield the boxes of pictures."""
    for pointer, box in answers.boxes.items():
        spec = answers.form.spec_at(pointer)
        if spec is not None and spec.holds_pictures:
            yield box
    for at, rows in answers.rows.items():
        table = answers.form.spec_at(at)
        keys = [child.key for child in table.fields if child.holds_pictures] if table else []
        for row in rows.values():
            yield from (row[key] for key in keys if key in row)


def _pictures_in(
    spec: FieldSpec, values: Mapping[str, Any], pointer: str = ""
) -> Iterator[tuple[FieldSpec, str, object]]:
    """Yield the pictures of a record, with their fields and pointers, in the order in which they are numbered."""
    for child in spec.fields:
        value, at = values.get(child.key) if child.holds_pictures else None, f"{pointer}/{child.step}"
        if child.shape == "section" and isinstance(value, Mapping):
            yield from _pictures_in(child, value, at)
        elif child.shape == "repeat" and isinstance(value, list):
            for n, row in enumerate(value):
                yield from _pictures_in(child, row if isinstance(row, Mapping) else {}, f"{at}/{n}")
        elif child.shape == "value" and value is not None:
            yield child, at, value


def _number(raw: object) -> int:
    """Return the number of the figure that a text names; 0 for another text."""
    found = _names().fullmatch(raw.strip()) if isinstance(raw, str) else None
    return int(next(filter(None, found.groups()))) if found else 0


@cache
def _names() -> re.Pattern[str]:
    """Return what the text calls a figure, in all languages."""
    spoken = dict.fromkeys(re.escape(phrase("figure.number", lang)) for lang in LANGS)
    return re.compile("|".join(one.replace(re.escape("{0}"), "([0-9]{1,6})").replace(r"\ ", r"\s*") for one in spoken))


def _links(package: Package, part: str) -> dict[str, str]:
    """Return the parts that a part leads to, by relation."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if not package.has(relations):
        return {}
    found = {}
    for link in package.root(relations):
        target = link.get("Target", "")
        if link.get("TargetMode") != "External":
            at = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[link.get("Id", "")] = at
    return found


def _content(package: Package, part: str) -> bytes | None:
    return package.content(part) if part and package.has(part) else None


# --- Word ---


def _of_word(package: Package, boxes: list[Box]) -> int:
    """Put in the pictures of a Word document; return how many lie in a box that has one already."""
    main = package.main_part("word/document.xml")
    links = _links(package, main)
    named: dict[int, str] = {}
    for drawing in package.root(main).iter(f"{_W}drawing"):
        number = _number(_drawing_name(drawing))
        part = next(iter(_blips(drawing, links)), "")
        if number and part:
            named.setdefault(number, part)
    left = 0
    for box in boxes:
        own = list(_blips(box.element, links)) if isinstance(box.element, etree._Element) else []
        part = own[0] if own else named.get(_number(box.raw), "")
        left += max(0, len(own) - 1)
        content = _content(package, part)
        if content is not None:
            box.raw = content
    return left


def _drawing_name(drawing: etree._Element) -> str:
    return next((str(e.get("name", "")) for e in drawing.iter() if str(e.tag).endswith("}docPr")), "")


def _blips(element: etree._Element, links: Mapping[str, str]) -> Iterator[str]:
    for blip in element.iter(f"{_A}blip"):
        if part := links.get(blip.get(f"{_R}embed", ""), ""):
            yield part


# --- Excel ---


class SheetPictures:
    """The pictures of a workbook, by the cells that they lie in and by what the text calls them."""

    def __init__(self, package: Package) -> None:
        self.package = package
        lying = list(_lying(package))
        self._named = {number: one.content for one in reversed(lying) if (number := _number(one.name))}
        self._own = [one for one in lying if not _number(one.name)]
        self._merged = {sheet: list(_merged(package, sheet)) for sheet in {one.sheet for one in self._own}}
        self._sheets = {part: name for name, part in _sheets(package).items()}
        self._taken: set[_Lying] = set()

    def of(self, raw: object, at: str) -> bytes | None:
        """Return the picture of a cell, told as in `Sheet!B3`: one that was put there, else the one that it names."""
        part, place = self._named.get(_number(raw), ""), _place(at)
        for one in self._own:
            name = self._sheets.get(one.sheet)
            if place and name == place[0] and _within(one, place[1], place[2], self._merged[one.sheet]):
                part = one.content
                self._taken.add(one)
                break
        return _content(self.package, part)

    @property
    def left(self) -> int:
        """Return how many pictures lie in no cell that was asked for."""
        return sum(one not in self._taken for one in self._own)


def _of_sheets(package: Package, boxes: list[Box]) -> int:
    """Put in the pictures of a workbook; return how many lie in no box for one."""
    pictures = SheetPictures(package)
    for box in boxes:
        content = pictures.of(box.raw, box.at)
        if content is not None:
            box.raw = content
    return pictures.left


def _place(at: str) -> tuple[str, int, int] | None:
    """Return the sheet, row and column of a cell as it is told of."""
    sheet, _, cell = at.rpartition("!")
    found = _CELL.fullmatch(cell)
    if not found:
        return None
    return sheet.strip("'").replace("''", "'"), int(found[2]), column_number(found[1])


def _within(one: _Lying, row: int, column: int, merged: list[tuple[int, int, int, int]]) -> bool:
    """Tell whether a picture's corner lies in a cell, or in the area that this is merged with."""
    for top, left, bottom, right in merged:
        if top <= row <= bottom and left <= column <= right:
            return top <= one.row <= bottom and left <= one.column <= right
    return (one.row, one.column) == (row, column)


def _sheets(package: Package) -> dict[str, str]:
    """Return the parts of sheets by name."""
    links = _links(package, "xl/workbook.xml")
    sheets = package.root("xl/workbook.xml").iter(f"{_S}sheet")
    return {sheet.get("name", ""): links.get(sheet.get(f"{_R}id", ""), "") for sheet in sheets}


def _lying(package: Package) -> Iterator[_Lying]:
    for sheet in _sheets(package).values():
        for part in _links(package, sheet).values() if sheet else ():
            if "/drawings/drawing" not in part or not package.has(part):
                continue
            links = _links(package, part)
            for anchor in package.root(part):
                row, column = (_figure(anchor.find(f"{_X}from/{_X}{name}")) for name in ("row", "col"))
                for picture in anchor.iter(f"{_X}pic"):
                    name = picture.find(f"{_X}nvPicPr/{_X}cNvPr")
                    content = next(iter(_blips(picture, links)), "")
                    if content:
                        yield _Lying(content, sheet, row + 1, column, "" if name is None else name.get("name", ""))


def _figure(element: etree._Element | None) -> int:
    text = "" if element is None else (element.text or "").strip()
    return int(text) if text.isdecimal() and len(text) < 8 else -1


def _merged(package: Package, sheet: str) -> Iterator[tuple[int, int, int, int]]:
    for area in package.root(sheet).iter(f"{_S}mergeCell"):
        first, _, last = area.get("ref", "").partition(":")
        top, bottom = _place(f"!{first}"), _place(f"!{last or first}")
        if top and bottom:
            yield top[1], top[2], bottom[1], bottom[2]
