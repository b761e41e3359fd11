"""How text flows on a page: which line goes on in which, and where a text was broken that shouldn't be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from samples.judge.known import Known, bare
from samples.judge.reading import Line, Sheet

CLOSING = frozenset("、，。；：！？）》」』】〉〕”’％%‰℃·…")
OPENING = frozenset("（《「『【〈〔“‘")
HAN = re.compile(r"[\u3400-\u9fff]")

_CONTEXT = 5
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{4}年(\d{1,2}月(\d{1,2}日?)?)?|\d{1,2}月\d{1,2}日?")
_TIME = re.compile(r"\d{1,2}[:：]\d{2}([:：]\d{2})?")
_NUMBER = re.compile(r"[-+−]?[¥$€£]?\d[\d,]*(\.\d+)?%?|\d{17}[\dXx]|1\d{10}")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]{3,}(['’][a-z]+)?")
_TOKEN = r"0-9A-Za-zÀ-ÿ@_.,:：/%¥$€£+−'’&?=#~\-"  # noqa: S105  # characters of codes, numbers and words
_TAIL, _HEAD = re.compile(rf"[{_TOKEN}]+$"), re.compile(rf"^[{_TOKEN}]+")
_DATE_TAIL, _DATE_HEAD = re.compile(r"[\d年月]+$"), re.compile(r"^[\d年月日]+")
_HYPHENS = ("-", "‐", "–", "—", "/")


@dataclass(frozen=True)
class Break:
    """A line with the one that it goes on in."""

    line: Line
    next: Line
    ends: bool
    """Whether the text ends with the second line."""


def breaks(sheet: Sheet, known: Known) -> Iterator[Break]:
    """Yield the lines of a page that go on in another of the same cell."""
    followers = {id(line): after for line, after in _pairs(sheet) if _flows(line, after, known)}
    by_id = {id(line): line for line in sheet.lines}
    for at, after in followers.items():
        yield Break(by_id[at], after, id(after) not in followers)


def _pairs(sheet: Sheet) -> Iterator[tuple[Line, Line]]:
    """Yield each line with the nearest beneath it in its cell."""
    cells: dict[object, list[Line]] = {}
    for line in sheet.lines:
        cells.setdefault(line.cell, []).append(line)
    for lines in cells.values():
        lines.sort(key=lambda line: line.baseline)
        for at, line in enumerate(lines):
            for after in lines[at + 1 :]:
                pitch = after.baseline - line.baseline
                if pitch > 2.3 * line.size:
                    break
                if pitch > 0.7 * line.size and _above(line, after):
                    yield line, after
                    break


def _above(line: Line, after: Line) -> bool:
    alike = 0.9 < line.size / after.size < 1.1
    return alike and line.area.left < after.area.right and after.area.left < line.area.right


def _flows(line: Line, after: Line, known: Known) -> bool:
    tail, head = bare(line.text)[-_CONTEXT:], bare(after.text)[:_CONTEXT]
    return (tail.rstrip("‐-") + head) in known.tight or (tail + head) in known.tight


def broken(found: Break, known: Known) -> tuple[str, str] | None:
    """Return the kind of what is broken at the end of a line, and what it is; None where nothing is."""
    one, two = found.line.text, found.next.text
    dated = _joined(_DATE_TAIL, _DATE_HEAD, bare(one), bare(two))
    if dated and any(sign in dated[0] + dated[1] for sign in "年月") and _whole(known, dated, _DATE):
        return "split-date", "/".join(dated)
    parts = _joined(_TAIL, _HEAD, one, two)
    if not parts:
        return None
    tail, head = parts[0].lstrip("".join(_STRIP)), parts[1].rstrip("".join(_STRIP))
    if not tail or not head:
        return None
    if f"{tail} {head}" in known.corpus and _DATE.fullmatch(tail) and _TIME.match(head):
        return "split-moment", f"{tail}/{head}"
    if tail + head not in known.corpus:
        return None
    if f"{tail} {head}" in known.corpus:
        return None
    kind, what = _kind(tail, head)
    if kind == "split-code" and (tail.endswith(_HYPHENS) or head.startswith(_HYPHENS)):
        return None
    return ("split-code", what) if kind == "split-word" and _is_code(tail + head, known) else (kind, what)


def _is_code(word: str, known: Known) -> bool:
    """Tell whether a word stands only where marks of a program go before or after it."""
    return not re.search(rf"(?<![<>(){{}}=;/\\_\"]){re.escape(word)}(?![<>(){{}}=;/\\_\"])", known.corpus)


_STRIP = (".", ",", ":", "：", "'", "’", "?")


def _kind(tail: str, head: str) -> tuple[str, str]:
    whole, told = tail + head, f"{tail}/{head}"
    if _DATE.fullmatch(whole) or _TIME.fullmatch(whole):
        return "split-date", told
    if _NUMBER.fullmatch(whole):
        return "split-number", told
    if _WORD.fullmatch(whole):
        return "split-word", told
    return "split-code", told


def _joined(tail: re.Pattern[str], head: re.Pattern[str], one: str, two: str) -> tuple[str, str] | None:
    before, after = tail.search(one), head.search(two)
    return (before[0], after[0]) if before and after else None


def _whole(known: Known, parts: tuple[str, str], pattern: re.Pattern[str]) -> bool:
    """Tell whether two parts are one date that the document says."""
    for length in range(len(parts[1]), 0, -1):
        for start in range(len(parts[0])):
            whole = parts[0][start:] + parts[1][:length]
            if pattern.fullmatch(whole) and whole in known.tight:
                return True
    return False


def edges(found: Break, sheet: Sheet) -> Iterator[str]:
    """Yield what is wrong with punctuation where a line breaks; a gap to write in may be what opens or ends a line."""
    one, two = bare(found.line.text), bare(found.next.text)
    if two[0] in CLOSING and not _has_gap(sheet, found.next, before=True):
        yield f"a line opens with {two[:6]}"
    if one[-1] in OPENING and not _has_gap(sheet, found.line, before=False):
        yield f"a line ends with {one[-6:]}"


def _has_gap(sheet: Sheet, line: Line, before: bool) -> bool:
    """Tell whether a short rule to write on stands before a line, or after it."""
    for rule in sheet.levels:
        distance = line.area.left - rule.end if before else rule.start - line.area.right
        if rule.length < 220 and -1 < distance < 5 and -1 < rule.at - line.baseline < 3:
            return True
    return False


def short_end(found: Break) -> int:
    """Return how many letters stand on the last line of a text, of one to three Chinese ones; 0 elsewhere."""
    text = bare(found.next.text)
    count = len(HAN.findall(text))
    return count if found.ends and 1 <= count <= 3 and len(text) <= count + 2 else 0
