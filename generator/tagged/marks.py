"""Tags in running text: where they begin and end, and how people and word processors write them.

`{{ … }}` prints, `{% … %}` decides, `{# … #}` remarks. Behind the brace a letter or two say what the tag stands for
whole: `{%tr` a row, `{%tc` a cell, `{%p` a paragraph, `{%r` a run.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_OPEN = re.compile(r"\{\{|\{%|\{#")
_EDGE = re.compile(r"\{\{|\{%|\{#|\}\}|%\}")
_REMARK = "#}"
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_PREFIX = re.compile(r"(tr|tc|p|r)[ \t\xa0\u3000]+")
_CELL = re.compile(r"\{%\s*(?:(vm|hm)|(colspan|cellbg)\s+(.*?))\s*%\}", re.DOTALL)
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"'})
_SINGLE = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'"})
_BLANKS = str.maketrans(dict.fromkeys("\xa0\u2007\u202f\u3000\t\n\r", " "))
_UNSEEN = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\xad"))

WIDE = re.compile("｛[｛{%％#＃]|{[｛％＃]|[%％#＃｝}]｝|[％＃]}")
"""Braces of full width, as Chinese keyboards give them: no tags."""


class Mark(NamedTuple):
    """A tag in a text: where, what it says, and which element it stands for (tr, tc, p, r, or nothing)."""

    start: int
    end: int
    text: str
    whole: str = ""


class Unclosed(NamedTuple):
    """The beginning of a tag that nothing ends."""

    start: int
    text: str


def marks_in(text: str) -> Iterator[Mark | Unclosed]:
    """Yield the tags of a text, in order, each as Jinja2 takes it."""
    at, never = 0, set[str]()
    while (found := _OPEN.search(text, at)) is not None:
        opening, closing = found[0], _ENDS[found[0]]
        end = -1 if closing in never else _end_of(text, found.end(), closing)
        if end < 0:
            never |= {closing} if closing == _REMARK else set()
            yield Unclosed(found.start(), text[found.start() : found.start() + 40])
            at = found.end()
            continue
        inner = straightened(text[found.end() : end])
        prefix = _PREFIX.match(inner)
        whole = prefix[1] if prefix else ""
        inner = inner[prefix.end() :] if prefix else inner
        space = " " if prefix else ""
        yield Mark(found.start(), end + 2, f"{opening}{space}{inner}{closing}", whole)
        at = end + 2


def _end_of(text: str, start: int, closing: str) -> int:
    """Return where a tag ends; -1 where it doesn't, or another begins before."""
    if closing == _REMARK:
        return text.find(closing, start)
    for edge in _EDGE.finditer(text, start):
        if edge[0] == closing:
            return edge.start()
        if edge[0] in _ENDS:
            break
    return -1


def straightened(inner: str) -> str:
    """Return what stands in a tag with straight quotes and plain blanks, as it was before a program improved it."""
    inner = inner.translate(_UNSEEN).translate(_BLANKS)
    if '"' not in inner:
        inner = inner.translate(_CURLY)
    return inner if "'" in inner else inner.translate(_SINGLE)


def of_cell(mark: str) -> tuple[str, str] | None:
    """Return what a tag asks of the cell that it stands in: vm, hm, or colspan and cellbg with their expression."""
    found = _CELL.fullmatch(mark)
    if found is None:
        return None
    return (found[1], "") if found[1] else (found[2], found[3])
