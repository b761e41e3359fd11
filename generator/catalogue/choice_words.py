"""What a choice is called that its schema gives no title: yes and no, numbers as they are written, texts."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from generator.formats import exact_number, number_text
from generator.wording import LANGS, phrase


def choice_titles(value: Any) -> Mapping[str, str]:
    """Return the titles of a choice by language."""
    if isinstance(value, bool):
        return {lang: phrase("answer.yes" if value else "answer.no", lang) for lang in LANGS}
    return dict.fromkeys(LANGS, _plain(value))


def _plain(value: Any) -> str:
    if isinstance(value, (float, Decimal)):
        return number_text(exact_number(int(value) if value == int(value) else value))
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value) if value != "" else "—"
