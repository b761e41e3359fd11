"""What is measured on pages: each measure yields offenders, of a kind, with the page and what is wrong."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from samples.judge.flow import breaks, broken, edges, short_end
from samples.judge.known import Known, bare
from samples.judge.reading import Area, Glyph, Line, Rule, Sheet

FILL = 0.25
VOID = 40.0
NEAR = 0.8
YEAR, PART = 16.0, 9.0
ROW, SIGNED = 8.0, 24.0
TRIM = 1.0
OVERLAP = 0.3
TALL = 40.0
"""A row as high as this may stand alone beneath its head."""

SLACK = 0.3
"""Millimetres that a measure may be missed by: rounding of writers, and the width of rules."""


@dataclass(frozen=True)
class Offence:
    """Something wrong on a page: its kind, where, and what."""

    kind: str
    page: int
    what: str


@dataclass(frozen=True)
class Row:
    """Cells side by side: what they say, between which upright rules."""

    top: float
    bottom: float
    cells: dict[tuple[float, float], str]

    @property
    def texts(self) -> list[str]:
        """Return what its cells say, without stars and spaces."""
        return [text.strip("*＊") for text in self.cells.values()]


Found = Iterator[Offence]


def offences(sheets: list[Sheet], known: Known, format: str) -> Found:
    """Yield all that is wrong with the pages of a document."""
    for measure in _OF_DOCUMENTS:
        yield from measure(sheets, known)
    for sheet in sheets:
        for of_page in _OF_PAGES:
            yield from of_page(sheet, known)
        if format == "xlsx":
            yield from hashes(sheet)


# --- the body ---


def body(sheet: Sheet, known: Known) -> list[Line]:
    """Return the lines between the margins."""
    low, high = known.top - 1, sheet.height - known.bottom + 1
    return [line for line in sheet.lines if low < line.baseline - line.size * 0.4 < high]


def lowest(sheet: Sheet, known: Known) -> float:
    """Return how far down the body's ink reaches."""
    low, high = known.top - 1, sheet.height - known.bottom + 1
    ends = [line.area.bottom for line in body(sheet, known)]
    ends += [rule.end if rule.upright else rule.at for rule in sheet.rules]
    ends += [area.bottom for area in (*sheet.boxes, *sheet.pictures, *sheet.drawings)]
    return max((end for end in ends if low < end <= high + 1), default=known.top)


def _highest(sheet: Sheet, known: Known) -> float:
    low = known.top - 1
    starts = [line.area.top for line in body(sheet, known)]
    starts += [rule.start if rule.upright else rule.at for rule in sheet.rules]
    starts += [area.top for area in (*sheet.boxes, *sheet.pictures, *sheet.drawings)]
    return min((start for start in starts if start > low), default=sheet.height)


def fill(sheets: list[Sheet], known: Known) -> Found:
    """Yield a last page that is filled less than a quarter."""
    if len(sheets) < 2:
        return
    last = sheets[-1]
    part = (lowest(last, known) - known.top) / (last.height - known.top - known.bottom)
    if part < FILL:
        yield Offence("last-page", last.number, f"{part:.0%} of {len(sheets)} pages' last is filled")


def void(sheets: list[Sheet], known: Known) -> Found:
    """Yield pages that stay empty at their foot, the last one excepted."""
    for sheet in sheets[:-1]:
        empty = sheet.height - known.bottom - lowest(sheet, known)
        if empty > VOID:
            yield Offence("void", sheet.number, f"{empty:.0f} mm empty at the foot")


def at_foot(sheets: list[Sheet], known: Known) -> Found:
    """Yield headings and captions that are the last line of a page."""
    for sheet in sheets[:-1]:
        lines = body(sheet, known)
        if not lines:
            continue
        last = max(lines, key=lambda line: line.baseline)
        if lowest(sheet, known) - last.area.bottom > 2.5:
            continue
        said = bare("".join(line.text for line in lines if abs(line.baseline - last.baseline) < 0.6))
        for kind, texts in (("heading-foot", known.headings), ("caption-foot", known.captions)):
            if any(said.endswith(text) and len(said) - len(text) <= 5 for text in texts):
                yield Offence(kind, sheet.number, said)
                break


def signed_alone(sheets: list[Sheet], known: Known) -> Found:
    """Yield a last page on which nothing but signatures stands."""
    if len(sheets) < 2 or not known.signatures:
        return
    said = [bare(line.text) for line in body(sheets[-1], known)]
    names = sorted(known.signatures, key=len, reverse=True)
    if said and all(_is_made_of(text, names) for text in said) and len("".join(said)) > 2:
        yield Offence("signature-alone", sheets[-1].number, "；".join(said)[:60])


def _is_made_of(text: str, pieces: list[str]) -> bool:
    for piece in pieces:
        text = text.replace(piece, "")
    return not text.strip("_：:年月日YMD/ ")


# --- tables ---


def rows(sheet: Sheet) -> list[Row]:
    """Return rows of cells with text, from the top; cells side by side have the same top and bottom."""
    found: dict[tuple[float, float], dict[tuple[float, float], str]] = defaultdict(dict)
    for line in sheet.lines:
        left, top, right, bottom = line.cell
        if left > 0 and right < sheet.width and top > 0 and bottom < sheet.height:
            key = next(((t, b) for t, b in found if abs(t - top) < 0.4 and abs(b - bottom) < 0.4), (top, bottom))
            cells = found[key]
            cells[left, right] = cells.get((left, right), "") + bare(line.text)
    return [Row(top, bottom, cells) for (top, bottom), cells in sorted(found.items())]


def head_of(row: Row, known: Known, heads: tuple[frozenset[str], ...] | None = None) -> frozenset[str] | None:
    """Return the labels of the table whose head a row is; None where it is none."""
    texts = [text for text in row.texts if text]
    for labels in known.heads if heads is None else heads:
        hits = sum(any(text.startswith(label) for label in labels) for text in texts)
        if len(texts) >= 2 and hits == len(texts) and hits >= min(len(labels), 3) * 0.6:
            return labels
    return None


def parted_tables(sheets: list[Sheet], known: Known) -> Found:
    """Yield heads that are the last row of a page, and heads with one row beneath that goes on over the page."""
    for sheet, after in pairwise(sheets):
        here, there = rows(sheet), rows(after)
        foot = [row for row in here if row.bottom > lowest(sheet, known) - 1.5]
        if not foot:
            continue
        last = foot[-1]
        if head_of(last, known):
            yield Offence("head-foot", sheet.number, "、".join(last.texts)[:60])
            continue
        above = [row for row in here if abs(row.bottom - last.top) < 0.6]
        labels = head_of(above[-1], known) if above else None
        goes_on = there and (head_of(there[0], known) == labels or _same_columns(there[0], last))
        if labels and goes_on and last.bottom - last.top < TALL:
            yield Offence("lone-row", sheet.number, "、".join(above[-1].texts)[:60])


def missing_heads(sheets: list[Sheet], known: Known) -> Found:
    """Yield pages on which a table with a head goes on without it."""
    for sheet, after in pairwise(sheets):
        here, there = rows(sheet), rows(after)
        if not here or not there or there[0].top > known.top + TALL or head_of(there[0], known):
            continue
        last = here[-1]
        if last.bottom < lowest(sheet, known) - 1.5 or not _same_columns(there[0], last):
            continue
        if labels := _head_above(here, known):
            yield Offence("head-missing", after.number, "、".join(sorted(labels))[:60])


def _head_above(found: list[Row], known: Known) -> frozenset[str] | None:
    """Return the labels of the head of the table that the last row belongs to; None where there is none."""
    top = found[-1].top
    for row in reversed(found[:-1]):
        if abs(row.bottom - top) > 0.6:
            break
        if labels := head_of(row, known):
            return labels
        top = row.top
    return None


def _same_columns(one: Row, two: Row) -> bool:
    lefts = {round(left) for left, _ in one.cells}
    return len(one.cells) > 1 and lefts <= {round(left) for left, _ in two.cells}


def parted_charts(sheets: list[Sheet], known: Known) -> Found:
    """Yield charts that open a page, with nothing above them."""
    for sheet in sheets[1:]:
        top = _highest(sheet, known)
        first = min(body(sheet, known), key=lambda line: line.area.top, default=None)
        if first and bare(first.text) in known.captioned and not first.cell[0]:
            yield Offence("chart-parted", sheet.number, f"a drawing opens a page: {first.text[:30]}")
            continue
        for picture in sheet.pictures:
            if picture.width > 50 and picture.height > 30 and picture.top - top < 3:
                others = [line for line in body(sheet, known) if line.area.bottom < picture.top]
                if not others:
                    yield Offence("chart-parted", sheet.number, f"a picture {picture.height:.0f} mm high opens a page")


def row_heights(sheets: list[Sheet], known: Known) -> Found:
    """Yield blank tables whose rows are too low for a pen, once a table and page."""
    if not known.blank:
        return
    for sheet in sheets:
        for row in rows(sheet):
            if head_of(row, known, known.pen_heads):
                heights = _beneath(row, sheet)
                if heights and min(heights) < ROW - SLACK:
                    told = "、".join(row.texts)[:40]
                    yield Offence("row-height", sheet.number, f"{min(heights):.1f} mm beneath {told}")


def _beneath(row: Row, sheet: Sheet) -> list[float]:
    """Return the heights of the rows beneath a head, as far as the table goes."""
    left, right = next(iter(row.cells))
    x = (left + right) / 2
    levels = sorted(r.at for r in sheet.levels if r.start < x < r.end and r.at > row.bottom - 0.5)
    found = []
    for top, bottom in pairwise(levels):
        y = (top + bottom) / 2
        walls = [r for r in sheet.uprights if r.start < y < r.end and abs(r.at - left) < 0.6]
        if not walls:
            break
        if bottom - top > 1:
            found.append(bottom - top)
    return found


_DAY = re.compile(r"[年月日YMD_:：/]+|Date:?|日期[:：]?")


def field_heights(sheets: list[Sheet], known: Known) -> Found:
    """Yield fields of blank paper that are too low for a pen, and signature boxes too low to sign in."""
    if not known.blank:
        return
    for sheet in sheets:
        told = set()
        for line in body(sheet, known):
            left, top, right, bottom = line.cell
            said = bare(line.text).rstrip("*＊")
            if top <= 0 or bottom >= sheet.height or left <= 0 or right >= sheet.width or said in told:
                continue
            height = round(bottom - top, 1) + 0.05  # cells are known to a tenth
            if said in known.pen_labels and height < ROW - SLACK:
                yield Offence("field-height", sheet.number, f"{height:.1f} mm for {said}")
                told.add(said)
            elif said in known.signatures and height < SIGNED - SLACK and not _DAY.fullmatch(said):
                yield Offence("signature-height", sheet.number, f"{height:.1f} mm for {said}")
                told.add(said)


# --- lines of text ---


def lines(sheet: Sheet, known: Known) -> Found:
    """Yield what is broken between lines, punctuation at their edges, and last lines of a few letters."""
    for found in breaks(sheet, known):
        if bare(found.line.text) in known.drawn or bare(found.next.text) in known.drawn:
            continue
        if parts := broken(found, known):
            yield Offence(parts[0], sheet.number, parts[1])
        for what in edges(found, sheet):
            yield Offence("line-edge", sheet.number, what)
        if count := short_end(found):
            kind = "short-last-line" if count <= 2 else "short-last-line-3"
            yield Offence(kind, sheet.number, f"{found.line.text[-8:]}/{found.next.text}")


def hashes(sheet: Sheet) -> Found:
    """Yield hash marks in place of values."""
    for line in sheet.lines:
        if "###" in line.text:
            yield Offence("hashes", sheet.number, line.text[:40])


# --- glyphs and rules ---


def frame_rules(sheet: Sheet) -> list[Rule]:
    """Return the rules that part cells: those that meet one across at both ends or in between."""
    uprights = [r for r in sheet.uprights if r.length > 4]
    levels = [r for r in sheet.levels if r.length > 8]
    return [r for r in uprights if sum(_meet(level, r) for level in levels) >= 2] + [
        r for r in levels if sum(_meet(r, upright) for upright in uprights) >= 2
    ]


def _meet(level: Rule, upright: Rule) -> bool:
    return level.start - 0.6 <= upright.at <= level.end + 0.6 and upright.start - 0.6 <= level.at <= upright.end + 0.6


def near_rules(sheet: Sheet, known: Known) -> Found:
    """Yield text that is nearer to a cell's rule than 0.8 mm, or that a rule goes through; once a cell."""
    frames = frame_rules(sheet)
    nearest: dict[object, tuple[float, str, str]] = {}
    for line in body(sheet, known):
        if bare(line.text) not in known.drawn and (found := _nearest(line, frames)):
            nearest[line.cell] = min(nearest.get(line.cell, (sheet.width, "", "")), (*found, line.text[:30]))
    for gap, what, said in nearest.values():
        if gap < -0.2:
            yield Offence("over-rule", sheet.number, f"{said} runs over {what}")
        elif gap < NEAR - 0.05:
            yield Offence("near-rule", sheet.number, f"{said} {max(gap, 0):.2f} mm from {what}")


def _nearest(line: Line, frames: list[Rule]) -> tuple[float, str] | None:
    found: list[tuple[float, str]] = []
    for glyph in line.glyphs:
        ink = glyph.ink
        if glyph.text == "_" or ink.width <= 0 or ink.height <= 0 or glyph.text in "☐☑☒□■▢✓✔√":
            continue
        for rule in frames:
            if rule.upright:
                if rule.start < (ink.top + ink.bottom) / 2 < rule.end:
                    found.append((_gap(ink.left, ink.right, rule), "an upright rule"))
            elif rule.start < (ink.left + ink.right) / 2 < rule.end:
                found.append((_gap(ink.top, ink.bottom, rule), "a level rule"))
    return min(found, default=None)


def _gap(low: float, high: float, rule: Rule) -> float:
    """Return the distance between ink and a rule; less than nothing where the rule goes through it."""
    if low >= rule.at:
        return low - rule.at - rule.thick / 2
    if high <= rule.at:
        return rule.at - rule.thick / 2 - high
    return -min(high - rule.at, rule.at - low)


def outside(sheet: Sheet, known: Known) -> Found:
    """Yield text beyond the margins, or off the page."""
    for line in sheet.lines:
        area = line.area
        left, right = known.side, sheet.width - known.side
        if area.left < left - TRIM or area.right > right + TRIM:
            yield Offence("beyond-margin", sheet.number, f"{line.text[:30]} {_past(area, left, right):.1f} mm too far")


def cut_off(sheets: list[Sheet], known: Known) -> Found:
    """Yield pages with text that isn't shown, because its cell is too small or it is off the page; once a page.

    What stands on another page, where a cell goes on, or beneath the table is shown.
    """
    del known
    shown = "".join("".join(line.text for line in sheet.lines if _is_on(line, sheet)) for sheet in sheets)
    shown = "".join(shown.split())
    for sheet in sheets:
        cut = "".join(glyph.text for glyph in sheet.cut)
        cut += "".join(line.text for line in sheet.lines if not _is_on(line, sheet))
        cut = "".join(cut.split())
        pieces = [cut[n : n + _PIECE] for n in range(0, len(cut), _PIECE)]
        missing = "".join(piece for piece in pieces if piece not in shown)
        if len(missing) > 2 * _PIECE:
            yield Offence("cut-off", sheet.number, f"{len(missing)} characters aren't shown: {missing[:30]}")


_PIECE = 5
"""Characters that are looked for at once."""


def _is_on(line: Line, sheet: Sheet) -> bool:
    return line.area.top >= 0 and line.area.bottom <= sheet.height


def _past(area: Area, left: float, right: float) -> float:
    return max(left - area.left, area.right - right)


def overlaps(sheet: Sheet, known: Known) -> Found:
    """Yield lines that are printed one over another."""
    del known
    squares: dict[tuple[int, int], list[tuple[Glyph, int]]] = defaultdict(list)
    told: set[tuple[int, int]] = set()
    for at, line in enumerate(sheet.lines):
        for glyph in line.glyphs:
            ink = glyph.ink
            size = ink.width * ink.height
            if size < 0.15 or glyph.text in "_☐☑☒□■✓✔":
                continue
            for key in {(int(x / 5), int(y / 5)) for x in (ink.left, ink.right) for y in (ink.top, ink.bottom)}:
                for other, where in squares[key]:
                    if where != at and (where, at) not in told and _is_over(glyph, other):
                        told.add((where, at))
                        yield Offence("overlap", sheet.number, f"{line.text[:24]} over {sheet.lines[where].text[:24]}")
                squares[key].append((glyph, at))


def _is_over(glyph: Glyph, other: Glyph) -> bool:
    if glyph is other:
        return False
    one, two = glyph.ink, other.ink
    if glyph.text == other.text and abs(one.left - two.left) < 0.4 and abs(one.top - two.top) < 0.4:
        return False
    return one.common(two) > OVERLAP * min(one.width * one.height, two.width * two.height)


# --- gaps for a pen ---

_PARTS = "年月日时時分"
_PENNED = re.compile(r"年月日([时時]分)?|年月")
_OLD = re.compile(r"Y\s*_+\s*M\s*_+|___:___")


def pen_gaps(sheet: Sheet, known: Known) -> Found:
    """Yield gaps of dates that are too narrow for a pen, and dates for a pen that are broken."""
    if not known.blank:
        return
    cells: dict[object, list[Line]] = defaultdict(list)
    for line in body(sheet, known):
        cells[line.cell].append(line)
        if _OLD.search(line.text):
            yield Offence("pen-gap", sheet.number, f"{line.text[:40]} has no DD MM YYYY")
    for lines_ in cells.values():
        yield from _gaps(lines_, sheet)


def _gaps(lines_: list[Line], sheet: Sheet) -> Found:
    levels: dict[int, list[Glyph]] = defaultdict(list)
    for line in lines_:
        near = next((k for k in levels if abs(k / 100 - line.baseline) < 0.6), round(line.baseline * 100))
        levels[near].extend(g for g in line.glyphs if g.text != "_")
    runs = [sorted(glyphs, key=lambda g: g.ink.left) for _, glyphs in sorted(levels.items())]
    whole = 0
    for run in runs:
        said = "".join(g.text for g in run)
        for found in _PENNED.finditer(said):
            whole += 1
            yield from _narrow(run, found.start(), found.end(), lines_[0].cell[0], sheet)
    parts = "".join(g.text for run in runs for g in run if g.text in _PARTS)
    if runs and not whole and _PENNED.search(parts) and all(_is_penned(run) for run in runs if _has_parts(run)):
        yield Offence("pen-broken", sheet.number, f"{parts} is on more than one line")
    for run in runs:
        said = "".join(g.text for g in run)
        if whole and said and said[0] in "日时時分" and all(c in _PARTS for c in said):
            yield Offence("pen-broken", sheet.number, f"{said} is on a line of its own")


def _has_parts(run: list[Glyph]) -> bool:
    return any(g.text in _PARTS for g in run)


def _is_penned(run: list[Glyph]) -> bool:
    return all(g.text in _PARTS for g in run)


def _narrow(run: list[Glyph], start: int, end: int, wall: float, sheet: Sheet) -> Found:
    narrow = []
    for at in range(start, end):
        glyph = run[at]
        before = run[at - 1].box.right if at else wall
        if at == start and not at and wall <= 0:
            continue
        gap = glyph.box.left - before
        if gap < (YEAR if at == start else PART) - SLACK:
            narrow.append(f"{glyph.text} {gap:.1f}")
    if narrow:
        yield Offence("pen-gap", sheet.number, "gaps in mm: " + ", ".join(narrow))


_OF_DOCUMENTS: tuple[Callable[[list[Sheet], Known], Found], ...] = (
    fill,
    void,
    at_foot,
    signed_alone,
    parted_tables,
    missing_heads,
    parted_charts,
    row_heights,
    field_heights,
    cut_off,
)
_OF_PAGES: tuple[Callable[[Sheet, Known], Found], ...] = (lines, near_rules, outside, overlaps, pen_gaps)
