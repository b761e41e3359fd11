"""Texts that match a pattern, drawn at random."""

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

_ANY = "0123456789abcXYZ 中文-"
_MORE = 6
"""Repetitions beyond the least number where a pattern sets no end."""

_CATEGORIES = {"DIGIT": "0123456789", "WORD": "abcXYZ012_", "SPACE": " "}


def matching(pattern: str, chance: random.Random) -> str:
    """Return a text that matches a pattern as JSON Schema means it: somewhere in the text."""
    return _drawn(_parsed(pattern), chance)


@lru_cache(maxsize=512)
def _parsed(pattern: str) -> Any:
    from re import _parser  # type: ignore[attr-defined]  # the standard library's own reading of patterns

    return _parser.parse(pattern)


def _drawn(parts: Any, chance: random.Random) -> str:
    return "".join(_PARTS[str(name)](value, chance) for name, value in parts)


def _literal(code: int, chance: random.Random) -> str:
    return chr(code)


def _one_of(parts: Sequence[tuple[Any, Any]], chance: random.Random) -> str:
    is_negated = str(parts[0][0]) == "NEGATE"
    held = [character for part in parts[is_negated:] for character in _characters(*part)]
    return chance.choice([c for c in _ANY if c not in held] if is_negated else held)


def _characters(name: Any, value: Any) -> str:
    if str(name) == "RANGE":
        first, last = value
        return "".join(map(chr, range(first, min(last, first + 200) + 1)))
    if str(name) == "CATEGORY":
        return next(drawn for word, drawn in _CATEGORIES.items() if str(value).endswith(word))
    return chr(value)


def _repeated(value: tuple[int, int, Any], chance: random.Random) -> str:
    least, most, inner = value
    count = chance.randint(least, min(int(most), least + (_MORE if int(most) > 1000 else 60)))
    return "".join(_drawn(inner, chance) for _ in range(count))


_PARTS: dict[str, Callable[[Any, random.Random], str]] = {
    "LITERAL": _literal,
    "NOT_LITERAL": lambda code, chance: chance.choice([c for c in _ANY if c != chr(code)]),
    "ANY": lambda _, chance: chance.choice(_ANY),
    "IN": _one_of,
    "MAX_REPEAT": _repeated,
    "MIN_REPEAT": _repeated,
    "BRANCH": lambda value, chance: _drawn(chance.choice(value[1]), chance),
    "SUBPATTERN": lambda value, chance: _drawn(value[3], chance),
    "AT": lambda _, __: "",
    "ASSERT": lambda _, __: "",
    "ASSERT_NOT": lambda _, __: "",
}
