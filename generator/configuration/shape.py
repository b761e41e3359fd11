"""What may stand in a desk's settings: the keys of each table, and what each takes."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

from generator.errors import Fault, Place, pointer_step
from generator.numbers import EXAMPLE, PARTS, NumberPattern, PatternError
from generator.paper import SIZES
from generator.profile import FormNumbers
from generator.theme import shipped_look
from generator.wording import LANGS

Check = Callable[[Any, Place], Iterator[Fault]]
"""Yields what is wrong with a value."""

_LONGEST_NAME, _LONGEST = 80, 160
_SEAL = (15, 60)


def faults_of_table(given: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Yield what is wrong with settings: unknown keys with the nearest known ones, and values of another sort."""
    yield from _table(given, Place(file), _TABLES)


def _table(given: Any, place: Place, known: Mapping[str, Check]) -> Iterator[Fault]:
    if not isinstance(given, Mapping):
        yield Fault("E-config-table", place)
        return
    for key, value in given.items():
        at = _within(place, key)
        if key in known:
            yield from known[key](value, at)
        else:
            yield _unknown(key, at, list(known))


def _within(place: Place, key: str) -> Place:
    return Place(place.file, pointer=f"{place.pointer}/{pointer_step(key)}")


def _unknown(key: str, place: Place, known: Sequence[str]) -> Fault:
    near = difflib.get_close_matches(key, known, 1, 0.5)
    if near:
        return Fault("E-config-near", place, {"near": near[0]})
    return Fault("E-config-key", place, {"known": list(known)})


def _in(known: Mapping[str, Check]) -> Check:
    return lambda value, place: _table(value, place, known)


def _text(most: int = _LONGEST) -> Check:
    def check(value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault("E-config-text", place)
        elif len(value) > most:
            yield Fault("E-config-long", place, {"limit": most})
        elif not value.isprintable():
            yield Fault("E-config-line", place)

    return check


def _texts(most: int = _LONGEST) -> Check:
    """Return the check of a text, or of one for each language."""

    def check(value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield from _text(most)(value, place)
            return
        yield from _table(value, place, dict.fromkeys(LANGS, _text(most)))
        if any(value.values()) and not value.get("zh-Hans"):
            yield Fault("E-config-lang", place)

    return check


def _one_of(known: Sequence[str]) -> Check:
    def check(value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, str) or value not in known:
            yield Fault("E-config-choice", place, {"known": list(known)})

    return check


def _list_of(inner: Check) -> Check:
    def check(value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault("E-config-list", place)
            return
        for item in value:
            yield from inner(item, place)

    return check


def _flag(value: Any, place: Place) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield Fault("E-config-flag", place)


def _number(least: float, most: float) -> Check:
    def check(value: Any, place: Place) -> Iterator[Fault]:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            yield Fault("E-theme-number", place, {"least": f"{least:g}", "most": f"{most:g}"})

    return check


def _numbers(value: Any, place: Place) -> Iterator[Fault]:
    """Yield what is wrong with patterns of numbers: each a text, or a table of `pattern` and `prefix`."""
    if not isinstance(value, Mapping):
        yield Fault("E-config-table", place)
        return
    known = {"pattern": _text(), "prefix": _text(_LONGEST_PREFIX)}
    for form, given in value.items():
        at = _within(place, form)
        parts = given if isinstance(given, Mapping) else {"pattern": given}
        faults = list(_table(parts, at, known))
        yield from faults
        if not faults and not _is_pattern(parts.get("pattern", ""), parts.get("prefix", "")):
            yield Fault("E-config-number", at, {"example": EXAMPLE, "parts": list(PARTS)})


def _is_pattern(text: str, prefix: str) -> bool:
    try:
        NumberPattern(text, prefix)
    except PatternError:
        return False
    return True


_LONGEST_PREFIX = 20


def _look(value: Any, place: Place) -> Iterator[Fault]:
    """Yield the keys that the theme hasn't; what they take the theme says itself."""
    yield from _known_keys(value, place, shipped_look())


def _known_keys(value: Any, place: Place, like: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault("E-config-table", place)
        return
    for key, inner in value.items():
        at = _within(place, key)
        if key not in like:
            yield _unknown(key, at, list(like))
        elif isinstance(like[key], Mapping):
            yield from _known_keys(inner, at, like[key])


_ORGANISATION: Mapping[str, Check] = {
    "name": _texts(_LONGEST_NAME),
    "address": _texts(),
    "phone": _text(),
    "email": _text(),
    "website": _text(),
    "logo": _text(),
    "seal": _text(),
    "seal_width": _number(*_SEAL),
}
_PAPER: Mapping[str, Check] = {
    "size": _one_of(list(SIZES)),
    "footer": _texts(_LONGEST_NAME),
    "confidentiality": _texts(_LONGEST_NAME),
    "form_numbers": _one_of(get_args(FormNumbers)),
}
_DEFAULTS: Mapping[str, Check] = {
    "formats": _list_of(_text()),
    "lang": _one_of(LANGS),
    "engine": _one_of(["weasyprint", "typst"]),
    "mask": _flag,
}
_TABLES: Mapping[str, Check] = {
    "organisation": _in(_ORGANISATION),
    "paper": _in(_PAPER),
    "look": _look,
    "defaults": _in(_DEFAULTS),
    "forms": _in({"folder": _text()}),
    "numbers": _numbers,
}
