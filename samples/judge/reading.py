"""The pages of a PDF as a judge sees them: glyphs by their ink, rules, pictures, lines of text, cells between rules.

Lengths are millimetres, counted from the upper left corner of the page.
"""

import ctypes
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MM = 25.4 / 72
THIN = 0.75
"""What is thinner than this is a rule; what is thicker a box, whose edges may be rules."""

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\ufffe\ufffd\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return how wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return how high it is."""
        return self.bottom - self.top

    def common(self, other: "Area") -> float:
        """Return the size of what two areas share."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0

    def holds(self, other: "Area", slack: float = 0.3) -> bool:
        """Tell whether another area lies within this one."""
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and self.right + slack >= other.right
            and self.bottom + slack >= other.bottom
        )


def around(areas: Iterable[Area]) -> Area:
    """Return the smallest area that holds all of some."""
    found = list(areas)
    return Area(
        min(a.left for a in found), min(a.top for a in found), max(a.right for a in found), max(a.bottom for a in found)
    )


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character on the page: its ink, the box of its font, where it stands, and whether a space goes before it."""

    text: str
    ink: Area
    box: Area
    baseline: float
    size: float
    spaced: bool = False
    pale: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule, or an edge of a box, from one end to the other; `at` is its middle across."""

    upright: bool
    at: float
    start: float
    end: float
    thick: float

    @property
    def length(self) -> float:
        """Return how long it is."""
        return self.end - self.start


Cell = tuple[float, float, float, float]
"""The rules that a line of text stands between: left, top, right, bottom; the page's edges where there are none."""


@dataclass(frozen=True)
class Line:
    """Glyphs of one line within a cell."""

    glyphs: tuple[Glyph, ...]
    cell: Cell

    @cached_property
    def text(self) -> str:
        """Return what it says, with its spaces."""
        return "".join(" " * g.spaced + g.text for g in self.glyphs).strip()

    @cached_property
    def area(self) -> Area:
        """Return the ink's area."""
        return around(g.ink for g in self.glyphs)

    @property
    def baseline(self) -> float:
        """Return where its first glyph stands."""
        return self.glyphs[0].baseline

    @cached_property
    def size(self) -> float:
        """Return the largest size of type in it, in millimetres."""
        return max(g.size for g in self.glyphs)


@dataclass
class Sheet:
    """A page: its size, what is drawn on it, and what it says."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    boxes: list[Area] = field(default_factory=list)
    pictures: list[Area] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    drawings: list[Area] = field(default_factory=list)
    cut: list[Glyph] = field(default_factory=list)

    @property
    def uprights(self) -> list[Rule]:
        """Return the upright rules."""
        return [rule for rule in self.rules if rule.upright]

    @property
    def levels(self) -> list[Rule]:
        """Return the level rules."""
        return [rule for rule in self.rules if not rule.upright]


def sheets(path: Path) -> list[Sheet]:
    """Return the pages of a file."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [_sheet(document[at], at + 1) for at in range(len(document))]
    finally:
        document.close()


def _sheet(page: Any, number: int) -> Sheet:
    width, height = page.get_size()
    sheet = Sheet(number, width * MM, height * MM)
    _add_shapes(sheet, page, height)
    sheet.rules = _joined(sheet.rules)
    clips = _Clips(height)
    for glyph, thing in _glyphs(page, height):
        (sheet.glyphs if clips.shows(glyph, thing) else sheet.cut).append(glyph)
    sheet.lines = list(_lines(sheet))
    return sheet


# --- shapes ---


def _add_shapes(sheet: Sheet, page: Any, height: float) -> None:
    count = pdfium.FPDFPage_CountObjects(page)
    for at in range(count):
        _add_object(sheet, pdfium.FPDFPage_GetObject(page, at), height, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))


Matrix = tuple[float, float, float, float, float, float]


def _add_object(sheet: Sheet, thing: Any, height: float, matrix: Matrix) -> None:
    kind = pdfium.FPDFPageObj_GetType(thing)
    if kind == _FORM:
        inner = _times(_matrix(thing), matrix)
        for at in range(pdfium.FPDFFormObj_CountObjects(thing)):
            _add_object(sheet, pdfium.FPDFFormObj_GetObject(thing, at), height, inner)
    elif kind == _IMAGE:
        sheet.pictures.append(_bounds(thing, height, matrix))
    elif kind == _PATH:
        _add_path(sheet, thing, height, matrix)


def _add_path(sheet: Sheet, thing: Any, height: float, matrix: Matrix) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(thing, fill, stroke) or not (fill.value or stroke.value):
        return
    if _is_white(thing, bool(fill.value), bool(stroke.value)):
        return
    area = _bounds(thing, height, matrix)
    if area.left > sheet.width or area.top > sheet.height or area.right < 0 or area.bottom < 0:
        return
    segments = pdfium.FPDFPath_CountSegments(thing)
    if area.width > sheet.width * 0.98 and area.height > sheet.height * 0.98:
        return
    if min(area.width, area.height) <= THIN and max(area.width, area.height) > 1.5:
        sheet.rules.append(_rule(area))
    elif segments > 8 or _is_curved(thing, segments):
        sheet.drawings.append(area)
    elif _is_level(thing, segments):
        sheet.boxes.append(area)
        sheet.rules.extend(_edges(area, bool(stroke.value)))
    else:
        sheet.drawings.append(area)


def _is_curved(thing: Any, segments: int) -> bool:
    return any(
        pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(thing, at)) == pdfium.FPDF_SEGMENT_BEZIERTO
        for at in range(segments)
    )


def _is_level(thing: Any, segments: int) -> bool:
    """Tell whether a path's segments are all level or upright."""
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[float, float] | None = None
    for at in range(segments):
        segment = pdfium.FPDFPath_GetPathSegment(thing, at)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = (x.value, y.value)
        starts = pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO
        if last and not starts and abs(here[0] - last[0]) > 0.1 and abs(here[1] - last[1]) > 0.1:
            return False
        last = here
    return True


def _is_white(thing: Any, fills: bool, strokes: bool) -> bool:
    read = pdfium.FPDFPageObj_GetStrokeColor if strokes else pdfium.FPDFPageObj_GetFillColor
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    read(thing, red, green, blue, alpha)
    return min(red.value, green.value, blue.value) > 250 or alpha.value == 0


def _rule(area: Area) -> Rule:
    if area.width < area.height:
        return Rule(True, (area.left + area.right) / 2, area.top, area.bottom, area.width)
    return Rule(False, (area.top + area.bottom) / 2, area.left, area.right, area.height)


def _edges(area: Area, stroked: bool) -> Iterator[Rule]:
    """Yield the edges of a box that is drawn; those of a mere ground are none."""
    if not stroked:
        return
    for at in (area.left, area.right):
        yield Rule(True, at, area.top, area.bottom, 0.1)
    for at in (area.top, area.bottom):
        yield Rule(False, at, area.left, area.right, 0.1)


def _matrix(thing: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, found)
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _bounds(thing: Any, height: float, matrix: Matrix) -> Area:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    a, b, c, d, e, f = matrix
    xs, ys = [], []
    for x in (left.value, right.value):
        for y in (bottom.value, top.value):
            xs.append(a * x + c * y + e)
            ys.append(b * x + d * y + f)
    return Area(min(xs) * MM, (height - max(ys)) * MM, max(xs) * MM, (height - min(ys)) * MM)


def _joined(rules: list[Rule]) -> list[Rule]:
    """Return rules with those joined that are one line in several pieces, as cells' borders are."""
    groups: dict[tuple[bool, int], list[Rule]] = defaultdict(list)
    for rule in sorted(rules, key=lambda r: (r.upright, r.at)):
        key = (rule.upright, round(rule.at / 0.25))
        near = next((k for k in ((key[0], key[1] - 1), key) if k in groups), key)
        groups[near].append(rule)
    found: list[Rule] = []
    for pieces in groups.values():
        pieces.sort(key=lambda r: r.start)
        last = pieces[0]
        for piece in pieces[1:]:
            if piece.start <= last.end + 0.5:
                at = last.at if last.length >= piece.length else piece.at
                last = Rule(last.upright, at, last.start, max(last.end, piece.end), max(last.thick, piece.thick))
            else:
                found.append(last)
                last = piece
        found.append(last)
    return found


# --- text ---


class _Clips:
    """What of a page's text is shown: text objects may be clipped, as those of a cell that is too small are."""

    def __init__(self, height: float) -> None:
        self._height, self._areas = height, dict[int, Area | None]()

    def shows(self, glyph: Glyph, thing: Any) -> bool:
        """Tell whether the middle of a glyph is within the clip of its text object."""
        at = ctypes.cast(thing, ctypes.c_void_p).value or 0
        if at not in self._areas:
            self._areas[at] = self._area(thing)
        clip, ink = self._areas[at], glyph.ink
        x, y = (ink.left + ink.right) / 2, (ink.top + ink.bottom) / 2
        return clip is None or (clip.left - 0.3 < x < clip.right + 0.3 and clip.top - 0.3 < y < clip.bottom + 0.3)

    def _area(self, thing: Any) -> Area | None:
        path = pdfium.FPDFPageObj_GetClipPath(thing)
        if not path:
            return None
        x, y = ctypes.c_float(), ctypes.c_float()
        found: Area | None = None
        for at in range(max(0, pdfium.FPDFClipPath_CountPaths(path))):
            points = []
            for n in range(max(0, pdfium.FPDFClipPath_CountPathSegments(path, at))):
                pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(path, at, n), x, y)
                points.append((x.value * MM, (self._height - y.value) * MM))
            if points:
                area = around(Area(a, b, a, b) for a, b in points)
                found = area if found is None else _within(found, area)
        return found


def _within(one: Area, two: Area) -> Area:
    return Area(max(one.left, two.left), max(one.top, two.top), min(one.right, two.right), min(one.bottom, two.bottom))


def _glyphs(page: Any, height: float) -> Iterator[tuple[Glyph, Any]]:
    text = page.get_textpage()
    raw = text.raw
    box = [ctypes.c_double() for _ in range(4)]
    loose, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    spaced, high = False, 0xD800
    for at in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        character = _character(code)
        if not character:
            spaced = True
            continue
        pdfium.FPDFText_GetCharBox(raw, at, *box)
        left, right, bottom, top = (value.value for value in box)
        pdfium.FPDFText_GetLooseCharBox(raw, at, loose)
        pdfium.FPDFText_GetCharOrigin(raw, at, x, y)
        pdfium.FPDFText_GetFillColor(raw, at, red, green, blue, alpha)
        ink = Area(left * MM, (height - top) * MM, right * MM, (height - bottom) * MM)
        whole = Area(loose.left * MM, (height - loose.top) * MM, loose.right * MM, (height - loose.bottom) * MM)
        pdfium.FPDFText_GetMatrix(raw, at, matrix)
        size = pdfium.FPDFText_GetFontSize(raw, at) * MM * math.hypot(matrix.c, matrix.d)
        pale = min(red.value, green.value, blue.value) > 200
        glyph = Glyph(character, ink, whole, (height - y.value) * MM, size, spaced, pale)
        yield glyph, pdfium.FPDFText_GetTextObject(raw, at)
        spaced = False
    text.close()


def _character(code: int) -> str:
    if code in (0, 0xFFFE, 0xFFFD) or code > 0x10FFFF:
        return ""
    character = chr(code)
    return "" if _INVISIBLE.match(character) else unicodedata.normalize("NFC", character)


def _lines(sheet: Sheet) -> Iterator[Line]:
    """Yield lines, from the top: glyphs on one baseline, parted by upright rules and by gaps of two ems."""
    uprights = [r for r in sheet.uprights if r.length > 2.5]
    levels = [r for r in sheet.levels if r.length > 4]
    for row in _rows(sheet.glyphs):
        run: list[Glyph] = []
        for glyph in sorted(row, key=lambda g: (g.box.left, g.ink.left)):
            if run and _parted(run[-1], glyph, uprights):
                yield Line(tuple(run), _cell(run, uprights, levels, sheet))
                run = []
            run.append(glyph)
        if run:
            yield Line(tuple(run), _cell(run, uprights, levels, sheet))


def _rows(glyphs: list[Glyph]) -> list[list[Glyph]]:
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.baseline):
        if rows and glyph.baseline - rows[-1][-1].baseline < 0.12 and glyph.baseline - rows[-1][0].baseline < 0.5:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return rows


def _parted(left: Glyph, right: Glyph, uprights: list[Rule]) -> bool:
    if right.box.left - left.box.right > 2 * max(left.size, right.size):
        return True
    y = left.baseline - left.size * 0.3
    low, high = _middle(left), _middle(right)
    return any(low < rule.at < high and rule.start < y < rule.end for rule in uprights)


def _middle(glyph: Glyph) -> float:
    return (glyph.ink.left + glyph.ink.right) / 2


def _cell(run: list[Glyph], uprights: list[Rule], levels: list[Rule], sheet: Sheet) -> Cell:
    y = run[0].baseline - run[0].size * 0.3
    start, end = _middle(run[0]), _middle(run[-1])
    x = (start + end) / 2
    left = max((r.at for r in uprights if r.start - 0.3 < y < r.end + 0.3 and r.at < start), default=0.0)
    right = min((r.at for r in uprights if r.start - 0.3 < y < r.end + 0.3 and r.at > end), default=sheet.width)
    top = max((r.at for r in levels if r.start - 0.3 < x < r.end + 0.3 and r.at < y), default=0.0)
    bottom = min((r.at for r in levels if r.start - 0.3 < x < r.end + 0.3 and r.at > y), default=sheet.height)
    return (round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))
