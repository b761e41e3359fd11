"""Faults of one kind over many rows, told once with the rows and their count."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from generator.cli.messages import message
from generator.errors import Fault, Place
from generator.wording import Lang

MOST_RANGES = 20
"""Ranges of rows that a line lists."""

_INDEX = re.compile(r"^/rows/[0-9]+(?=/|$)")
_NUMBERED = re.compile(r"(?P<sheet>(?:.*!)?)(?P<lead>\[|[A-Z]*)(?P<number>[0-9]+)(?P<end>\]?)", re.DOTALL)


class _Row(NamedTuple):
    """A row as places name it: `4`, `[3]`, `Sheet1!7`, `台账!B7`; all but the number tells rows of one run."""

    sheet: str
    lead: str
    end: str

    def list(self, ranges: Sequence[range], lang: Lang) -> str:
        """Return ranges of such rows as a line lists them."""
        if self.lead:
            return self.sheet + _joined([self._range(found) for found in ranges], lang)
        key = "grouped.row" if len(ranges) == 1 and len(ranges[0]) == 1 else "grouped.rows"
        listed = _joined([_dashed(str(found[0]), str(found[-1])) for found in ranges], lang)
        return self.sheet + message(key, lang).format(rows=listed)

    def _range(self, found: range) -> str:
        return _dashed(*(f"{self.lead}{number}{self.end}" for number in (found[0], found[-1])))


def _dashed(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"


def _joined(parts: Iterable[str], lang: Lang) -> str:
    return (", " if lang == "en" else "、").join(parts)


def grouped_lines(faults: Iterable[Fault], lang: Lang) -> Iterator[tuple[str, bool]]:
    """Yield the lines that tell faults, each with whether it warns, in the order in which their kinds come first.

    Faults are of one kind whose code, file, field and sentence are the same; one that is alone has the line that it
    always has.
    """
    kinds: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        kinds.setdefault(_kind(fault, lang), []).append(fault)
    for (_, what, sentence), alike in kinds.items():
        first = alike[0]
        if len({fault.place.row for fault in alike}) > 1:
            yield _line(alike, what, sentence, lang), first.is_warning
        else:
            yield from ((fault.text(lang), fault.is_warning) for fault in alike)


def _kind(fault: Fault, lang: Lang) -> tuple[str, str, str]:
    """Return what faults of a kind share: the file, the field without its row, the sentence with the code."""
    sentence = replace(fault, place=Place()).text(lang)
    if not _NUMBERED.fullmatch(fault.place.row):
        return f"{fault.place.file}:{fault.place.row}", fault.place.text(lang), sentence
    pointer = _INDEX.sub("/rows/*", fault.place.pointer)
    return fault.place.file, Place(titles=fault.place.titles, pointer=pointer).text(lang), sentence


def _line(alike: Sequence[Fault], what: str, sentence: str, lang: Lang) -> str:
    rows = dict.fromkeys(fault.place.row for fault in alike)
    text, _, code = sentence.rpartition(" [")
    count = message("grouped.count", lang).format(count=len(rows))
    where = ":".join(part for part in (alike[0].place.file, listed(rows, lang)) if part)
    return ": ".join(part for part in (where, what, f"{text}{count}[{code}") if part)


def listed(rows: Iterable[str], lang: Lang) -> str:
    """Return rows as a line lists them, numbers that follow each other as a range; beyond so many ranges only `…`."""
    numbers: dict[_Row, list[int]] = {}
    for row in rows:
        found = _NUMBERED.fullmatch(row)
        if found:
            numbers.setdefault(_Row(found["sheet"], found["lead"], found["end"]), []).append(int(found["number"]))
    parts, left = [], MOST_RANGES
    for row_kind, some in numbers.items():
        ranges = list(_ranges(sorted(set(some))))
        if left:
            parts.append(row_kind.list(ranges[:left], lang))
        cut = len(ranges) > left
        left = max(0, left - len(ranges))
        if cut:
            parts.append("…")
            break
    return _joined(parts, lang)


def _ranges(numbers: Sequence[int]) -> Iterator[range]:
    """Yield the runs of numbers that follow each other."""
    first = 0
    for n, number in enumerate(numbers, 1):
        if n == len(numbers) or numbers[n] != number + 1:
            yield range(numbers[first], number + 1)
            first = n
