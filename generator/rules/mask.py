"""Masking of personal values: what stays, stays where it was; the rest becomes the mark. Rules are data."""

from collections.abc import Callable
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.rules.policy import load_masking
from generator.strict_json import JsonObject


def mask(value: str, sort: str, policy: JsonObject | None = None) -> str:
    """Return `value` masked as its sort (name, phone, id, bank-card, email, address, contact) demands.

    What is masked already stays as it is. `policy`: rules of masking other than the shipped ones.
    """
    policy = policy or load_masking()
    if sort == "contact":
        sort = "email" if "@" in value else "phone"
    rule: JsonObject = policy["rules"][sort]
    keep: Callable[[str, JsonObject, JsonObject], str] = _KEEPERS[rule.get("keep", "ends")]
    masked, mark = keep(value, rule, policy), str(policy["mark"])
    hidden_already = value.count(mark) >= masked.count(mark) - value.count(" ")
    return value if hidden_already and mark in value else masked


def _ends(value: str, rule: JsonObject, policy: JsonObject) -> str:
    first, last = int(rule.get("keep_first", 0)), int(rule.get("keep_last", 0))
    places = [n for n, character in enumerate(value) if not character.isspace()]
    if len(places) <= first + last:
        first, last = min(first, len(places) // 3), 0
    hidden = set(places[first : len(places) - last])
    return "".join(str(policy["mark"]) if n in hidden else character for n, character in enumerate(value))


def _surname(value: str, rule: JsonObject, policy: JsonObject) -> str:
    """Keep the surname; of a name in Latin letters, the first letter of each word."""
    if value.isascii():
        return " ".join(word[:1] + str(policy["mark"]) * (len(word) - 1) for word in value.split(" "))
    kept = 2 if len(value) > 2 and value[:2] in policy["compound_surnames"] else 1
    return value[:kept] + str(policy["mark"]) * max(1, len(value) - kept)


def _domain(value: str, rule: JsonObject, policy: JsonObject) -> str:
    local, at, domain = value.rpartition("@")
    if not at:
        return str(policy["mark"]) * len(value)
    first = int(rule.get("keep_first", 0))
    return local[:first] + str(policy["mark"]) * max(1, len(local) - first) + at + domain


def _city(value: str, rule: JsonObject, policy: JsonObject) -> str:
    """Keep province and city; an address that names neither is hidden whole."""
    start = max((value.find(p) + len(p) for p in policy["province_endings"] if 0 < value.find(p) < 9), default=0)
    ends = [(at + len(c)) for c in policy["city_endings"] if 0 < (at := value.find(c, start)) - start < 9]
    kept = min(ends, default=start)
    return value[:kept] + str(policy["mark"]) * max(1, len(value) - kept)


_KEEPERS = {"ends": _ends, "surname": _surname, "domain": _domain, "city": _city}


def mask_tree(typed: JsonObject, spec: FieldSpec, policy: JsonObject | None = None) -> dict[str, Any]:
    """Return a typed record with every sensitive value masked, by the shipped rules or those of `policy`."""
    result = dict(typed)
    for child in spec.fields:
        value = result.get(child.key) if child.personal else None
        if value is None:
            continue
        if child.shape == "section":
            result[child.key] = mask_tree(value, child, policy)
        elif child.shape == "repeat":
            result[child.key] = [mask_tree(row, child, policy) for row in value]
        elif child.sensitive and isinstance(value, str):
            result[child.key] = mask(value, child.sensitive, policy)
    return result
