"""The kinds that a person may choose for a field to be added: their names, and the schema that each stands for."""

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any

from generator import resources, strict_json
from generator.kinds.raw import fold
from generator.wording import LANGS, Lang, choose, traditional

_LONGEST = "maxLength"
_SAID = ("title", "x-title", "x-names")


@cache
def added_kinds() -> Mapping[str, Mapping[str, Any]]:
    """Return the kinds by name, each a schema with titles."""
    found = strict_json.load_own(resources.schemas() / "dialect" / "added-kinds.json")
    kinds: Mapping[str, Mapping[str, Any]] = found["$defs"]
    return kinds


def kind_title(name: str, lang: Lang) -> str:
    """Return what a kind is called in a language."""
    node = added_kinds()[name]
    return choose({"zh-Hans": node["title"], **node.get("x-title", {})}, lang)


def kind_titles(lang: Lang) -> list[str]:
    """Return what all kinds are called in a language, in their order."""
    return [kind_title(name, lang) for name in added_kinds()]


def kind_called(text: str) -> str:
    """Return the name of the kind that is called so in some language; nothing where there is none."""
    return _by_title().get(fold(text), "")


@cache
def _by_title() -> Mapping[str, str]:
    titles = {fold(kind_title(name, lang)): name for name in added_kinds() for lang in LANGS}
    others = {fold(other): name for name, node in added_kinds().items() for other in node.get("x-names", ())}
    return {**others, **{fold(traditional(other)): name for other, name in others.items()}, **titles}


def schema_of(name: str) -> dict[str, Any]:
    """Return the schema of a field of some kind, without titles."""
    return {key: copy.deepcopy(value) for key, value in added_kinds()[name].items() if key not in _SAID}


def kind_of_schema(node: Mapping[str, Any]) -> str:
    """Return the name of the kind whose schema a field has, the one that says most; nothing where there is none."""
    fitting = [name for name in added_kinds() if _fits(node, schema_of(name))]
    return max(fitting, key=lambda name: len(schema_of(name).keys() - {_LONGEST}), default="")


def _fits(node: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    """Tell whether a field says all that a kind says; its choices and its longest value are its own."""
    return all(_same(node.get(key), value) for key, value in schema.items() if key != _LONGEST)


def _same(given: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping) and isinstance(given, Mapping):
        return _fits(given, wanted)
    return isinstance(given, list) and bool(given) if isinstance(wanted, list) else bool(given == wanted)


def takes_choices(name: str) -> bool:
    """Tell whether a field of this kind offers answers to choose from."""
    return offered(schema_of(name)) is not None


def offered(node: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return the list of choices of a field's schema, which may be added to; None where it has none."""
    target = node.get("items", node)
    found = target.get("oneOf") if isinstance(target, dict) else None
    return found if isinstance(found, list) else None
