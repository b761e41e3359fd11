"""What a schema takes for granted of a value: told beside its box, never an answer that nobody gave."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from generator.wording import LANGS, Lang, phrase, said_together

JsonObject = Mapping[str, Any]

LONGEST = 60


def with_default(node: JsonObject) -> dict[str, Any]:
    """Return a node whose description tells its default too; the same where it has none, or none that fits a line."""
    if (
        "default" not in node
        or _leaves_no_choice(node)
        or not (told := {lang: _told(node, lang) for lang in LANGS})["zh-Hans"]
    ):
        return dict(node)
    own = str(node.get("description") or "")
    given = node.get("x-description", {})
    texts = {lang: said_together([given.get(lang, own), text], lang) for lang, text in told.items()}
    return {**node, "description": texts["zh-Hans"], "x-description": texts}


def is_told(node: JsonObject) -> bool:
    """Tell whether a default can be told in a line, or is nothing."""
    return node.get("default") in (None, "", [], {}) or bool(_told(node, "zh-Hans"))


def _leaves_no_choice(node: JsonObject) -> bool:
    return len(node.get("oneOf", ())) == 1 or (node.get("readOnly") is True and "x-derive" in node)


def _told(node: JsonObject, lang: Lang) -> str:
    value = node["default"]
    values = value if isinstance(value, list) else [value]
    items = node.get("items") if isinstance(value, list) else node
    words = [_word(items if isinstance(items, Mapping) else {}, one, lang) for one in values]
    text = phrase("foreign.or_value", lang).join(words)
    if not all(words) or not 0 < len(text) <= LONGEST:
        return ""
    return phrase("default.told", lang).format(value=text)


def _word(node: JsonObject, value: Any, lang: Lang) -> str:
    """Return what paper calls a value: a choice by its title, yes and no, else as it is written."""
    for choice in node.get("oneOf", ()):
        if isinstance(choice, Mapping) and choice.get("const") == value and choice.get("title"):
            return str(choice.get("x-title", {}).get(lang, choice["title"]))
    if isinstance(value, bool):
        return phrase("answer.yes" if value else "answer.no", lang)
    return " ".join(str(value).split()) if isinstance(value, (str, int, float, Decimal)) else ""
