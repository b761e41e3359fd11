"""Names of customers, of which some are persons and some are companies: which letters are a person's name.

Where a record says what sort of customer it is, that decides; else the shape of the name, by the words of the policy's
`customers`. What is named as an organisation is never a person, and what stands in brackets behind it may be one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.strict_json import JsonObject

CUSTOMER = "customer"
"""The sort of a value that names a customer."""

_APART = re.compile(r"[、，,;；/／|｜\r\n]")
_BRACKETED = re.compile(r"\s*(?P<outer>[^()（）]*[^()（）\s])\s*[（(](?P<inner>[^()（）]+)[)）]\s*")
_WORDS = re.compile(r"\S+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
_LATIN = re.compile(r"[A-Z][A-Za-z'’-]*\.?(?: [A-Z][A-Za-z'’-]*\.?){0,3}")
_DOTS = re.compile("[·•・‧⋅･∙]")
_BLANKS = re.compile(r"\s+")
_MOST_WORDS = 4

Span = tuple[int, int]


def sort_said(record: Mapping[str, Any], policy: JsonObject) -> str | None:
    """Return how customers are masked in a part of a record that says what sort of customer it is; else None."""
    told: Mapping[str, Mapping[str, str]] = policy.get("customers", {}).get("told_by", {})
    sorts = (sorts.get(str(record[key])) for key, sorts in told.items() if record.get(key) is not None)
    return next((sort for sort in sorts if sort), None)


def persons_in(name: str, policy: JsonObject) -> list[Span]:
    """Return where in the name of a customer the names of persons stand."""
    rules: JsonObject = policy.get("customers", {})
    if not rules:
        return []
    return [span for start, text in _entities(name, rules) for span in _person(text, start, rules, policy)]


def _entities(name: str, rules: JsonObject) -> Iterator[tuple[int, str]]:
    """Yield what is named, each with its place: parts that signs set apart, and what stands in brackets at the end."""
    start = 0
    for part in _APART.split(name):
        found = _BRACKETED.fullmatch(part)
        if found:
            yield start + found.start("outer"), found["outer"]
            yield start + found.start("inner"), found["inner"]
        else:
            yield from ((start + at, text) for at, text in _behind_organisation(part, rules))
        start += len(part) + 1


def _behind_organisation(part: str, rules: JsonObject) -> Iterator[tuple[int, str]]:
    """Yield a part, or what stands behind the word that an organisation's name ends with."""
    words = list(_WORDS.finditer(part))
    ends = [n for n, word in enumerate(words) if _HAN.search(word[0]) and _is_organisation(word[0], rules)]
    rest = words[ends[-1] + 1 :] if ends else words
    if rest:
        yield rest[0].start(), part[rest[0].start() : rest[-1].end()]


def _person(text: str, start: int, rules: JsonObject, policy: JsonObject) -> Iterator[Span]:
    bare = text.strip()
    if bare and not _is_organisation(bare, rules) and _is_person(bare, rules, policy):
        at = start + text.find(bare)
        yield at, at + len(bare)


def _is_organisation(text: str, rules: JsonObject) -> bool:
    words = rules["organisations"]
    folded = text.casefold()
    if text in words["named"]:
        return True
    if folded.rstrip(" .").endswith(tuple(words["endings"])) or any(word in folded for word in words["within"]):
        return True
    return not set(re.findall(r"[a-z]+", folded)).isdisjoint(words["latin"])


def _is_person(text: str, rules: JsonObject, policy: JsonObject) -> bool:
    mark = str(policy["mark"])
    if _LATIN.fullmatch(text.replace(mark, "x")) and not _HAN.search(text):
        return _is_latin(text, rules)
    plain = _BLANKS.sub("", text) if all(len(word) <= 2 for word in text.split()) else text
    parts = _DOTS.split(plain)
    if len(parts) > 1:
        return all(part and _HAN.fullmatch(part.replace(mark, "某")) for part in parts)
    return bool(_HAN.fullmatch(plain.replace(mark, "某"))) and _is_han(plain, rules, policy)


def _is_han(name: str, rules: JsonObject, policy: JsonObject) -> bool:
    """Tell whether a name is a surname with one or two letters, or with a title."""
    title = next((word for word in rules["titles"] if name.endswith(word) and name != word), "")
    bare = name.removesuffix(title)
    before = next((word for word in rules["before"] if bare.startswith(word) and len(bare) == len(word) + 1), "")
    bare = bare.removeprefix(before)
    surname = 2 if bare[:2] in policy["compound_surnames"] else 1 if _has_surname(bare, rules) else 0
    given = len(bare) - surname
    return surname > 0 and (0 if title or before else 1) <= given <= 2


def _has_surname(name: str, rules: JsonObject) -> bool:
    return bool(name) and any(name[0] in line for line in rules["surnames"])


def _is_latin(name: str, rules: JsonObject) -> bool:
    """Tell whether a name begins with a title, or begins or ends with a surname."""
    words = [word.strip(".").casefold() for word in name.split()]
    if len(words) > 1 and words[0] in rules["latin_titles"]:
        return True
    return 1 < len(words) <= _MOST_WORDS and not {words[0], words[-1]}.isdisjoint(rules["latin_surnames"])
