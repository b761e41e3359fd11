"""How near two titles of fields are by what they say: their words, those of a group of synonyms taken for the same.

`templates/wording/synonyms.toml` holds the groups. A prefix that titles share says nothing: 客户编号 is another thing
than 客户名称.
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from generator import resources
from generator.wording import simplified

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>|〔[^〔〕]*〕|《|》")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PIECE = re.compile(r"[a-z]+|[0-9]+|[^\W\d_a-z]+")
_LATIN = re.compile(r"[a-z]+")
_LONGEST = 200
"""Characters of a title that is compared; a longer one is near to none."""

_SYNONYM = 0.9
"""What a word is worth that stands for another."""

_OTHER_HEAD = 0.5
"""What is left where the titles' last words, which say what thing it is, are different."""

_CUT = 0.75
"""How near a title is to one that lacks its last letter."""

_SLIP = 0.65
"""How near a wrongly written word is to a name of which it is a part."""

_ALIKE, _LEAST_ALIKE = 0.75, 3
"""How much of two unknown words must be the same letters, and how many letters they must have."""

_LONGEST_WORD = 4
"""Latin words that a word of a group may consist of."""


class _Words(NamedTuple):
    """The words of a title, each with its group: that is the word itself where no group has it."""

    words: tuple[str, ...]
    group_of: Mapping[str, str]
    groups: frozenset[str]
    unknown: frozenset[str]
    text: str


class _Known(NamedTuple):
    groups: Mapping[str, str]
    longest: int
    dropped: frozenset[str]
    units: frozenset[str]


@cache
def words_of(name: str) -> Mapping[str, Any]:
    """Return what `templates/wording/{name}.toml` says of words that mean the same."""
    path = resources.templates() / "wording" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def groups_of(name: str) -> tuple[frozenset[str], ...]:
    """Return the groups of words of such a file, as titles are compared."""
    return tuple(frozenset(map(plain, group)) for group in words_of(name)["groups"])


def generic_words(name: str) -> Sequence[str]:
    """Return the words of such a file that say nothing of what stands beneath them, the longest first."""
    return sorted(words_of(name)["generic"], key=len, reverse=True)


def is_bare(name: str, title: str) -> bool:
    """Tell whether a title is one of the words of such a file that need what stands above them."""
    return plain(title) in map(plain, words_of(name)["bare"])


@cache
def _known() -> _Known:
    table = words_of("synonyms")
    groups = {word: group[0] for group in table["names"] for word in group}
    longest = max(map(len, groups))
    return _Known(groups, longest, frozenset(table["dropped"]), frozenset(table["units"]))


def plain(text: str) -> str:
    """Return a text as titles are compared: plain letters, small ones, simplified Chinese."""
    return simplified(unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=8192)
def _words(title: str) -> _Words:
    if len(title) > _LONGEST:
        title = ""
    text = unicodedata.normalize("NFKC", title)
    pieces = _pieces(_without_brackets(_CAMEL.sub(" ", text)).casefold())
    words = tuple(word for word in _split(pieces) if word not in _known().dropped)
    group_of = {word: _known().groups.get(word, word) for word in words}
    unknown = frozenset(words).difference(_known().groups)
    return _Words(words, group_of, frozenset(group_of.values()), unknown, "".join(words))


def _without_brackets(text: str) -> str:
    """Return a title without what stands in brackets, unless all of it does."""
    plain = _BRACKETED.sub(" ", text)
    return plain if _PIECE.search(plain.casefold()) else text


def _pieces(text: str) -> list[str]:
    """Return the runs of letters of one script and of digits; a unit at the end is left out."""
    pieces = _PIECE.findall(simplified(text))
    is_apart = len(pieces) > 1 and not text.rstrip().endswith(pieces[-2] + pieces[-1])
    return pieces[:-1] if is_apart and pieces[-1] in _known().units else pieces


def _split(pieces: Sequence[str]) -> Iterator[str]:
    """Yield the words of pieces: the longest that are known, and what is left between them."""
    at = 0
    while at < len(pieces):
        if not _LATIN.fullmatch(pieces[at]):
            yield from _split_unspaced(pieces[at])
            at += 1
            continue
        count = next((n for n in range(_LONGEST_WORD, 1, -1) if " ".join(_latin(pieces, at, n)) in _known().groups), 1)
        yield " ".join(_latin(pieces, at, count))
        at += count


def _latin(pieces: Sequence[str], at: int, count: int) -> list[str]:
    """Return so many words from a place on as groups have them: a plural as the singular where that is known."""
    return [_singular(piece) for piece in pieces[at : at + count]]


def _singular(word: str) -> str:
    known = _known().groups
    return word[:-1] if word.endswith("s") and word not in known and word[:-1] in known else word


def _split_unspaced(text: str) -> Iterator[str]:
    known, rest, at = _known(), "", 0
    while at < len(text):
        longest = min(known.longest, len(text) - at)
        sizes = (n for n in range(longest, 0, -1) if text[at : at + n] in known.groups)
        size = next(sizes, 1 if text[at] in known.dropped else 0)
        if not size:
            rest += text[at]
            at += 1
            continue
        if rest:
            yield rest
        rest = ""
        yield text[at : at + size]
        at += size
    if rest:
        yield rest


@lru_cache(maxsize=1 << 16)
def similarity(a: str, b: str) -> float:
    """Return how near two titles are, from 0 to 1: 1 for the same words in any order, a little less for synonyms."""
    one, other = _words(a), _words(b)
    shared = one.groups & other.groups
    if not (one.unknown or other.unknown):
        return _shared(one, other, shared, {}) if shared else 0.0
    if not (one.words and other.words):
        return 0.0
    alike = _alike(one, other)
    near = _shared(one, other, shared, alike) if shared or alike else 0.0
    return max(near, _cut(one, other), _cut(other, one), _slip(one, other), _slip(other, one))


def _shared(one: _Words, other: _Words, shared: frozenset[str], alike: Mapping[tuple[str, str], float]) -> float:
    """Return how much of the words of two titles is in both."""
    if one.words == other.words or set(one.words) == set(other.words):
        return 1.0
    score = sum(_worth(group, one, other) for group in shared) + sum(alike.values())
    score /= len(one.groups) + len(other.groups) - len(shared) - len(alike)
    return score if _same_head(one, other, alike) else score * _OTHER_HEAD


def _worth(group: str, one: _Words, other: _Words) -> float:
    """Return what a shared group is worth: all where one of its words stands in both."""
    same = (word for word, of in one.group_of.items() if of == group and word in other.group_of)
    return 1.0 if any(same) else _SYNONYM


def _same_head(one: _Words, other: _Words, alike: Mapping[tuple[str, str], float]) -> bool:
    """Tell whether the last words, which say what thing it is, agree; Latin ones stand in any order."""
    ends = _head(one), _head(other)
    return one.group_of[ends[0]] == other.group_of[ends[1]] or ends in alike or all(map(str.isascii, ends))


def _head(side: _Words) -> str:
    """Return the last word; a number or an unknown Latin word behind it only adds to it."""
    words = (word for word in reversed(side.words) if not word.isascii() or word not in side.unknown)
    return next(words, side.words[-1])


def _alike(one: _Words, other: _Words) -> dict[tuple[str, str], float]:
    """Return pairs of words that are nearly the same, of which one at least is unknown: a slip of the hand."""
    pairs: dict[tuple[str, str], float] = {}
    taken: set[str] = set()
    for word, group in one.group_of.items():
        if group in other.groups:
            continue
        for near, of in other.group_of.items():
            is_free = of not in one.groups and near not in taken
            if is_free and (word in one.unknown or near in other.unknown) and (ratio := _ratio(word, near)) >= _ALIKE:
                pairs[word, near] = ratio
                taken.add(near)
                break
    return pairs


def _ratio(one: str, other: str) -> float:
    least, most = sorted((len(one), len(other)))
    if least < _LEAST_ALIKE or least / most < _ALIKE / 2 or one[0] != other[0] or one.isdigit() or other.isdigit():
        return 0.0
    return _letters_in_common(one, other)


@lru_cache(maxsize=1 << 14)
def _letters_in_common(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _cut(short: _Words, long: _Words) -> float:
    """Return how near a title is to one whose last letter it lacks, where that has cut a word."""
    if len(long.text) != len(short.text) + 1 or len(short.text) < _LEAST_ALIKE or not long.text.startswith(short.text):
        return 0.0
    return _CUT if short.words[-1] in short.unknown else 0.0


def _slip(alone: _Words, other: _Words) -> float:
    """Return how near a Latin word that nothing is known of is to a name of which it may be a part, written wrongly."""
    if len(alone.words) > 1 or not alone.unknown or not alone.text.isascii():
        return 0.0
    return _SLIP if any(_ratio(alone.text, word) >= _ALIKE for word in other.words) else 0.0


def best(name: str, candidates: Iterable[str]) -> list[tuple[float, str]]:
    """Return candidates with how near each is to a name, the nearest first; of equals the one that came first."""
    scored = [(similarity(name, candidate), candidate) for candidate in candidates]
    return sorted(scored, key=lambda found: -found[0])
