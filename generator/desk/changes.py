"""What changed between two versions of a record, as people read it: places by titles, values as the page shows them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from generator.catalogue import FieldSpec
from generator.compose.faces import Faces
from generator.desk.controls import told
from generator.kinds.pictures import DATA
from generator.wording import phrase

_BETWEEN = " · "
_Pair = tuple[int | None, int | None]
"""The places of a row before and now; None where there is no such row."""

_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Change:
    """A place of a record by titles, what stood there, and what stands there now; empty for nothing."""

    where: str
    before: str
    after: str


def changes_between(before: Any, now: Any, at: str = "") -> list[list[Any]]:
    """Return the places at which two records differ: pointer, what stood there, what stands there now.

    Rows are known again though others were put in or taken out above them. Rows that are gone have the number that
    they had, all others the one that they have now.
    """
    if before == now or (before in _EMPTY and now in _EMPTY):
        return []
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        keys = dict.fromkeys([*before, *now])
        parts = ((before.get(key), now.get(key), f"{at}/{_step(key)}") for key in keys)
        return [change for part in parts for change in changes_between(*part)]
    if _are_rows(before) and _are_rows(now):
        pairs = list(_paired(before or [], now or []))
        return [change for was, became in pairs for change in _of_row(before, now, was, became, at)]
    return [[at, before, now]]


def _are_rows(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, Mapping) for one in value))


def _of_row(before: Any, now: Any, was: int | None, became: int | None, at: str) -> list[list[Any]]:
    if became is None:
        return [[f"{at}/{was}", before[was], None]]
    return changes_between(None if was is None else before[was], now[became], f"{at}/{became}")


def _paired(before: Sequence[Any], now: Sequence[Any]) -> Iterator[_Pair]:
    """Yield the rows that differ, those that were, and those that are new."""
    was, became = ([json.dumps(row, sort_keys=True, default=str) for row in rows] for rows in (before, now))
    for how, first, last, start, end in SequenceMatcher(None, was, became, autojunk=False).get_opcodes():
        if how != "equal":
            yield from _alike(before, now, range(first, last), range(start, end))


def _alike(before: Sequence[Any], now: Sequence[Any], old: range, new: range) -> Iterator[_Pair]:
    """Yield rows of a stretch that has changed, each beside the one that says most of the same, in their order."""
    left = list(old)
    for place in new:
        scores = [_likeness(before[one], now[place]) for one in left]
        best = max(scores, default=0)
        if not left or (not best and len(left) < new.stop - place):  # those further down may need what is left
            yield None, place
            continue
        found = scores.index(best) if best else 0
        yield from ((gone, None) for gone in left[:found])
        yield left[found], place
        left = left[found + 1 :]
    yield from ((gone, None) for gone in left)


def _likeness(before: Mapping[str, Any], now: Mapping[str, Any]) -> int:
    """Return how many values of two rows are the same; nothing where fewer than half are."""
    same = sum(now.get(key) == value for key, value in before.items())
    return same if 2 * same >= min(len(before), len(now)) else 0


def _step(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def changes_shown(faces: Faces, changes: list[list[Any]]) -> list[Change]:
    """Return changes as they are kept (pointer, before, after) in words, a line for each value."""
    parts = ((*one, _gone(*one)) for one in changes)
    return [Change(*line) for part in parts for line in _lines(faces, *part)]


def _gone(pointer: str, before: Any, after: Any) -> str:
    """Return the pointer of a row that is gone; its number is the one that it had."""
    return pointer if isinstance(before, Mapping) and after is None and pointer.rpartition("/")[2].isdecimal() else ""


def _lines(faces: Faces, pointer: str, before: Any, after: Any, gone: str) -> Iterator[tuple[str, str, str]]:
    if _is_inner(before) or _is_inner(after):
        for key in dict.fromkeys([*_keys(before), *_keys(after)]):
            yield from _lines(faces, f"{pointer}/{key}", _at(before, key), _at(after, key), gone)
    else:
        spec, where = _place(faces, pointer, gone)
        yield where, _shown(faces, spec, before), _shown(faces, spec, after)


def _is_inner(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(one, Mapping) for one in value))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from map(_step, value)
    elif isinstance(value, list):
        yield from map(str, range(len(value)))


def _at(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(key.replace("~1", "/").replace("~0", "~"))
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    return None


def _place(faces: Faces, pointer: str, gone: str) -> tuple[FieldSpec | None, str]:
    """Return the field that a pointer leads to, and the way there in words."""
    spec: FieldSpec | None = faces.form.root
    words: list[str] = []
    at = ""
    for step in pointer.split("/")[1:]:
        at = f"{at}/{step}"
        if spec is not None and spec.shape == "repeat" and step.isdecimal():
            words.append(
                phrase("change_row_gone" if at == gone else "change_row", faces.lang, "desk").format(n=int(step) + 1)
            )
            continue
        name = step.replace("~1", "/").replace("~0", "~")
        spec = spec.child(name) if spec is not None else None
        words.append(spec.title(faces.lang) if spec is not None else name)
    return spec, _BETWEEN.join(words)


def _shown(faces: Faces, spec: FieldSpec | None, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value.startswith(DATA):
        signed = spec is not None and spec.shape == "value" and spec.kind.is_drawn
        return phrase("change_signed" if signed else "change_picture", faces.lang, "desk")
    return str(value) if spec is None else told(spec, value, faces)
