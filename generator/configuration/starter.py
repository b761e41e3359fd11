"""The settings that a desk begins with: every key with its comment, those filled in that are known already."""

import json
import re
from collections.abc import Mapping

from generator import resources
from generator.wording import Lang, traditional

_WRITTEN: Mapping[Lang, Lang] = {"zh-Hans": "zh-Hans", "zh-Hant": "zh-Hans", "en": "en"}

Texts = Mapping[str, str]
"""A text by language."""


def starter(lang: Lang, values: Mapping[str, str | Texts]) -> str:
    """Return the text of settings with some keys set; their comments are in a language."""
    path = resources.templates() / "settings" / f"biaodan.{_WRITTEN[lang]}.toml"
    text = path.read_text(encoding="utf-8")
    text = traditional(text) if lang == "zh-Hant" else text
    for key, value in values.items():
        line = f"{key} = {_toml(value)}"
        text = re.sub(rf"^(?:# )?{key} = .*$", lambda _, line=line: line, text, count=1, flags=re.MULTILINE)  # type: ignore[misc]
    return text


def _toml(value: str | Texts) -> str:
    """Return a text, or texts by language, as TOML has them; its strings are those of JSON."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "{ " + ", ".join(f"{lang} = {_toml(text)}" for lang, text in value.items()) + " }"
