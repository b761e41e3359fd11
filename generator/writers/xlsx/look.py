"""The look of cells: styles by name, as sheets refer to them by index of the style sheet (ISO/IEC 29500-1, 18.8).

`styles` registers them with openpyxl, which takes long to load; what it gives is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from generator.document import Kind, Tone
from generator.prepared import prepared
from generator.theme import theme_file
from generator.wording import Lang
from generator.writers import opc

FORMAT_TEXT = "@"
DATE, MOMENT, MOMENT_SECONDS = "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm", "yyyy\\-mm\\-dd\\ hh:mm:ss"
_DURATION = {"zh-Hans": '[h]"小时"mm"分"', "zh-Hant": '[h]"小時"mm"分"', "en": '[h]" h "mm" min"'}
_REGISTRY = "generator.writers.xlsx.styles"


@dataclass(frozen=True)
class Look:
    """The styles of one language by name, those of rules by tone, and the fixed parts of the package."""

    styles: Mapping[str, int]
    rules: Mapping[Tone, int]
    overdue: int
    static: tuple[opc.Part, ...]

    def __getitem__(self, name: str) -> int:
        return self.styles[name]


def formats(lang: Lang) -> dict[str, str]:
    """Return the number format of each sort of value."""
    return {
        "text": FORMAT_TEXT,
        "quoted": FORMAT_TEXT,
        "date": DATE,
        "moment": MOMENT,
        "seconds": MOMENT_SECONDS,
        "integer": "#,##0",
        "number": "#,##0.################",
        "percent": "0.##############%",
        "whole percent": "0%",
        "money": '"¥"#,##0.00',
        "amount": "#,##0.00",
        "duration": _DURATION[lang],
    }


SORTS: Mapping[Kind, str] = {
    Kind.DATE: "date",
    Kind.DATETIME: "moment",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.PERCENT: "percent",
    Kind.MONEY: "money",
    Kind.DURATION: "duration",
}
"""The sort of format of each kind; what isn't named is text."""


@cache
def look(lang: Lang) -> Look:
    """Return the styles of a language."""
    ours = Path(__file__)
    sources = (ours, ours.with_name("styles.py"), theme_file())
    kept = prepared(f"xlsx-{lang}", "openpyxl", sources, lambda: import_module(_REGISTRY).register(lang))
    static = tuple(opc.deflate(name, text.encode(), opc.STATIC_LEVEL) for name, text in kept["static"].items())
    rules = {Tone(name): index for name, index in kept["rules"].items()}
    return Look(kept["styles"], rules, kept["overdue"], static)
