"""Where a template prints a field that a desk adds: beside one that it lists on blank paper and on filled."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from generator.catalogue import Catalogue, Form
from generator.catalogue.adapt import PLACES
from generator.errors import pointer_step
from generator.wording import LANGS

_LISTED = re.compile(r"\b(?:fields|ask)\((?P<names>[^()]*)\)")
_NAME = re.compile(r"[\"']([\w.$-]+)[\"']")


def listed(form: Form, catalogue: Catalogue) -> Mapping[str, int]:
    """Return how often each field is listed by a form's template, by its pointer; nothing of forms without one."""
    source = next((text for lang in LANGS if (text := catalogue.template(form, lang))), "")
    names = [name for call in _LISTED.finditer(source) for name in _NAME.findall(call["names"])]
    return Counter("".join(f"/{pointer_step(step)}" for step in name.split(".")) for name in names)


def beside_listed(
    added: Mapping[str, dict[str, Any]], orders: Mapping[str, Sequence[str]], times: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    """Return fields that are added, each to follow one beside it that is listed wherever any is, the nearest if can be.

    `orders`: the fields of each group in their order; `times`: how often each is listed.
    """
    made = {at: _beside(at, node, orders.get(at.rpartition("/")[0], ()), times) for at, node in added.items()}
    by_anchor: dict[str, list[str]] = {}
    for at, node in made.items():
        by_anchor.setdefault(str(node.get("after")), []).append(at)
    return {at: made[at] for group in by_anchor.values() for at in reversed(group)}  # each goes right behind the one


def _beside(at: str, node: dict[str, Any], group: Sequence[str], times: Mapping[str, int]) -> dict[str, Any]:
    most = max((times.get(other, 0) for other in group), default=0)
    if at not in group or not most or times.get(str(node.get("after")), 0) == most:
        return node
    here = group.index(at)
    well = [other for other in [*reversed(group[:here]), *group[here:]] if times.get(other, 0) == most]
    return {**{key: value for key, value in node.items() if key not in PLACES}, "after": well[0]}
