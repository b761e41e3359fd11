"""Masking of personal values: what stays, stays where it was; the rest becomes the mark. Rules are data.

A value is hidden by the rule of its sort, and by those of all patterns that stand in it: of each stays no more than its
own rule keeps. Marks that are there already prove nothing: masking goes on until it changes nothing more.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.rules.customers import CUSTOMER, persons_in, sort_said
from generator.rules.policy import load_masking
from generator.rules.scan import Number, emails, hidden_in, is_bare, keep_of, keep_of_plain, sorts_of, whole_number
from generator.strict_json import JsonObject

TEXT = "text"
"""The sort of a text that anything may stand in: patterns are hidden, the rest stays."""

Hidden = tuple[set[int], set[int]]
"""The places that become the mark, and those after which a mark more is to stand."""

_NUMBERS = ("phone", "id", "bank-card", "contact")
_WITH_EMAILS = ("email", "contact")
_EMAIL = re.compile(r"[A-Za-z][A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_DOTS = frozenset("·•・‧⋅･∙")
_ROUNDS = 8
_ALL = 3
"""Marks that stand for what is hidden whole."""


def mask(value: str, sort: str, policy: JsonObject | None = None) -> str:
    """Return `value` masked as its sort (name, phone, id, bank-card, email, address, contact, customer, text) demands.

    What is masked already by these rules stays as it is. `policy`: rules of masking other than the shipped ones.
    """
    policy = policy or load_masking()
    if value.isdecimal() and value.isascii() and (keep := keep_of_plain(len(value), sort, policy)):
        return value[: keep.first] + str(policy["mark"]) * (len(value) - sum(keep)) + value[len(value) - keep.last :]
    if sort in _WITH_EMAILS and _EMAIL.fullmatch(value) and sum(map(str.isdigit, value)) <= policy["numbers"]["few"]:
        return _written(value, _own(value, "email", policy), policy)
    if sort not in _NUMBERS and is_bare(value, policy):
        return _written(value, _own(value, sort, policy), policy)
    for _ in range(_ROUNDS):
        before, value = value, _once(value, sort, policy)
        if value == before:
            break
    return value


def _once(value: str, sort: str, policy: JsonObject) -> str:
    if sort in _NUMBERS:
        number, own = whole_number(value, str(policy["mark"])), "phone" if sort == "contact" else sort
        if _is_of(number, own, policy) if number else _is_code(value, own, policy):
            return _written(value, (_ends(value, policy["rules"][own], str(policy["mark"])), set()), policy)
    hidden, more = hidden_in(value, policy)
    rule, longer = _own(value, sort, policy)
    return _written(value, (hidden | rule, (more | longer) - hidden - rule), policy)


def _written(value: str, places: Hidden, policy: JsonObject) -> str:
    hidden, more = places
    mark = str(policy["mark"])
    if more:
        return "".join((mark if n in hidden else c) + mark * (n in more) for n, c in enumerate(value))
    return "".join([mark if n in hidden else c for n, c in enumerate(value)])


def _is_of(number: Number, sort: str, policy: JsonObject) -> bool:
    """Tell whether a number is one of the sort, or was: with nothing shown that the sort's rule hides."""
    if "keep" in policy["rules"][sort]:
        return False
    if "*" not in number.digits:
        return sort in sorts_of(number, policy)
    first, last = keep = keep_of(policy["rules"][sort])
    return keep.within(len(number.digits)) == keep and not number.digits[first : len(number.digits) - last].strip("*")


def _is_code(value: str, sort: str, policy: JsonObject) -> bool:
    """Tell whether a value is a code of letters and digits that the sort knows, as of companies, or was."""
    mark = str(policy["mark"])
    bare = value.replace(mark, "")
    if not bare.isascii() or not bare.isalnum() or not bare.isupper():
        return False
    shapes = (shape for shape in policy["numbers"]["shapes"] if shape.get("letters") and shape["sort"] == sort)
    return any(s["digits"][0] <= len(value) <= s["digits"][1] and value.startswith(tuple(s["starts"])) for s in shapes)


def _own(value: str, sort: str, policy: JsonObject) -> Hidden:
    """Return what the rule of the sort itself hides."""
    if sort == TEXT or not value:
        return set(), set()
    if sort == CUSTOMER:
        return _persons(value, policy), set()
    if sort == "contact":
        return _contact(value, policy), set()
    rule: JsonObject = policy["rules"][sort]
    keep: Callable[[str, JsonObject, JsonObject], Hidden] | None = _KEEPERS.get(rule.get("keep", ""))
    return keep(value, rule, policy) if keep else (_ends(value, rule, str(policy["mark"])), set())


def _ends(value: str, rule: JsonObject, mark: str, leave_out: Iterable[int] | None = None) -> set[int]:
    """Return the places between those that stay at both ends; blanks don't count.

    `leave_out`: places of what is masked by itself; of the rest, signs don't count either.
    """
    if leave_out is None:
        places = [n for n, character in enumerate(value) if not character.isspace()]
    else:
        left = set(leave_out)
        places = [n for n, c in enumerate(value) if n not in left and (c.isalnum() or c == mark)]
    first, last = keep_of(rule).within(len(places))
    return set(places[first : len(places) - last])


def _contact(value: str, policy: JsonObject) -> set[int]:
    """Hide whatever isn't an e-mail address as a phone number is hidden."""
    spans = [place for _, span in emails(value) for place in span]
    return _ends(value, policy["rules"]["phone"], str(policy["mark"]), spans or None)


def _surname(value: str, rule: JsonObject, policy: JsonObject) -> Hidden:
    """Keep the surname; of a name in Latin letters or of several parts, the first letter of each that has more."""
    mark = str(policy["mark"])
    if value.replace(mark, "").isascii():
        return _but_initials(value, frozenset(" ")), set()
    if _DOTS & set(value):
        return _but_initials(value, _DOTS), set()
    kept = 2 if len(value) > 2 and value[:2] in policy["compound_surnames"] else 1
    return set(range(kept if len(value) > 1 else 0, len(value))), set()


def _persons(value: str, policy: JsonObject) -> set[int]:
    """Hide the names of persons in the name of a customer, and nothing of a company's."""
    hidden = set[int]()
    for start, end in persons_in(value, policy):
        places, _ = _surname(value[start:end], policy["rules"]["name"], policy)
        hidden |= {start + n for n in places}
    return hidden


def _but_initials(value: str, between: frozenset[str]) -> set[int]:
    hidden, start = set[int](), 0
    for n, character in enumerate(f"{value}{min(between)}"):
        if character in between:
            alone = n - start == 1 and not value[start].isalnum()
            hidden.update(range(start + (alone or n - start > 1), n))
            start = n + 1
    return hidden


def _domain(value: str, rule: JsonObject, policy: JsonObject) -> Hidden:
    at, first = value.rfind("@"), int(rule.get("keep_first", 0))
    if at <= 0:
        return set(range(len(value))), set()
    return set(range(min(first, at), at)), {at - 1} if at <= first else set()


def _city(value: str, rule: JsonObject, policy: JsonObject) -> Hidden:
    """Keep province and city; an address that names neither is hidden whole."""
    start = max((value.find(p) + len(p) for p in policy["province_endings"] if 0 < value.find(p) < 9), default=0)
    ends = [(at + len(c)) for c in policy["city_endings"] if 0 < (at := value.find(c, start)) - start < 9]
    kept = min(ends, default=start)
    return set(range(kept, len(value))), {kept - 1} if kept == len(value) else set()


_KEEPERS = {"surname": _surname, "domain": _domain, "city": _city}


def mask_value(value: Any, sort: str, policy: JsonObject | None = None) -> Any:
    """Return a typed value masked; what isn't a text becomes one, unless nothing of it is hidden."""
    if isinstance(value, str):
        return mask(value, sort, policy)
    if isinstance(value, (list, tuple)):
        return [mask_value(item, sort, policy) for item in value]
    if isinstance(value, Mapping):
        return {mask(str(key), TEXT, policy): mask_value(item, sort, policy) for key, item in value.items()}
    if isinstance(value, bool):
        return value
    if not isinstance(value, (int, float, Decimal, date, time)):
        return str((policy or load_masking())["mark"]) * _ALL  # of a picture nothing can be shown
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    masked = mask(text, sort, policy)
    return value if masked == text else masked


def mask_tree(
    typed: JsonObject, spec: FieldSpec, policy: JsonObject | None = None, *, names: bool = False
) -> dict[str, Any]:
    """Return a typed record with every sensitive value masked, by the shipped rules or those of `policy`.

    `names`: the names of customers stay, as in a letter to them.
    """
    rules = policy or load_masking()
    parts = [typed, *(value for value in typed.values() if isinstance(value, Mapping))]
    if names:
        return _tree(typed, spec, {**rules, "customers": {}}, TEXT)
    return _tree(typed, spec, rules, next((sort for part in parts if (sort := sort_said(part, rules))), None))


def _tree(typed: JsonObject, spec: FieldSpec, policy: JsonObject, said: str | None) -> dict[str, Any]:
    """Return a part of a record masked; `said`: how customers are masked, where the record says what they are."""
    result, said = dict(typed), sort_said(typed, policy) or said
    for child in (*spec.fields, *([spec.extra] if spec.extra else [])):
        value = result.get(child.key) if child.personal or child.opens else None
        if value is None:
            continue
        if child.shape == "section":
            result[child.key] = _tree(value, child, policy, said)
        elif child.shape == "repeat":
            result[child.key] = [_tree(row, child, policy, None) for row in value]
        elif child.sensitive:
            sort = said if said and child.sensitive == CUSTOMER else child.sensitive
            result[child.key] = mask_value(value, sort, policy)
    return result
