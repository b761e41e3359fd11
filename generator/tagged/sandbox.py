"""The sandbox of users' templates: that of ours, with filters for letters, and without macros, includes and imports."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jinja2 import nodes, pass_context
from markupsafe import Markup, escape

from generator.catalogue.gate import Gate
from generator.catalogue.limits import MOST_TEXT, bound, spend
from generator.catalogue.sandbox import Sandbox
from generator.catalogue.values import listed, plain
from generator.formats import date_text, join, money_text, prose_date
from generator.rules.capitals import capitals
from generator.tagged.inline import Inline, as_high, as_wide, inline_image, mark_of
from generator.tagged.rich import Rich
from generator.tagged.subdocuments import Subdocument
from generator.tagged.values import Absent, Figure, Item, Shown, printed, text_of
from generator.wording import Lang

BREAK, TAB = "\x01", "\x02"
"""What stands for a line break and a tab of a value until its part is whole; no XML can hold them."""

MOST_SOURCE = 16_000_000
"""Characters of one part of a template, its markup included."""

MOST_MADE = 32_000_000
"""Characters of all that is made of a template with one record."""

_MARKS = str.maketrans({"\n": BREAK, "\v": BREAK, "\u2028": BREAK, "\u2029": BREAK, "\r": None, "\t": TAB})

_REFUSED: tuple[type[nodes.Node], ...] = (nodes.Macro, nodes.CallBlock, nodes.Block, nodes.Include)
_REFUSED += (nodes.Extends, nodes.Import, nodes.FromImport)


@lru_cache(maxsize=8)
def sandbox(lang: Lang) -> Sandbox:
    """Return the environment of templates in a language."""
    filters = letter_filters(lang)
    gate = Gate(None, frozenset(filters), _REFUSED, MOST_SOURCE)
    made = Sandbox(gate=gate, autoescape=True, undefined=Absent, finalize=_printed)
    made.filters |= filters
    return made


@lru_cache(maxsize=8)
def text_sandbox(lang: Lang) -> Sandbox:
    """Return the environment of templates that make plain text, as cells have it."""
    filters = letter_filters(lang)
    gate = Gate(None, frozenset(filters), _REFUSED, MOST_SOURCE)
    made = Sandbox(gate=gate, autoescape=False, undefined=Absent, finalize=_plain)  # escaped as a whole
    made.filters |= filters
    return made


@pass_context
def _plain(_context: Any, value: Any) -> str:
    if isinstance(value, Rich):
        value = value.text
    text = printed(_text(value))
    spend(1, len(text))
    return text


@pass_context  # so that nothing is printed while a template is compiled
def _printed(_context: Any, value: Any) -> Any:
    """Return what a template prints, counted, as markup that keeps lines and tabs.

    Raises TypeError for what has no text: sections, repeats, functions.
    """
    if isinstance(value, Markup):
        spend(1, len(value))
        return value
    if isinstance(value, Inline):
        return Markup(mark_of(value))  # noqa: S704  # a number between marks
    if isinstance(value, Rich):
        value = value.text
    text = "" if isinstance(plain(value), Absent) or value is None else printed(value)
    spend(1, len(text))
    made = escape(text)
    return made if text.isprintable() else Markup(made.translate(_MARKS))  # noqa: S704  # escaped


# --- filters of letters ---


def letter_filters(lang: Lang) -> dict[str, Any]:
    """Return the filters that users' templates have besides the common ones, in a language."""

    def prose(value: Any) -> str:
        """As running text has it: 2024年5月1日."""
        if isinstance(value, (Shown, Figure)) and not isinstance(value, Item):
            typed = value if isinstance(value, Figure) else value._typed
            return text_of(value._spec, typed, lang, prose=True)
        return prose_date(value, lang) if isinstance(value, date) else printed(_text(value))

    def money(value: Any, currency: str = "") -> str:
        """As an amount, with two decimals and groups of three: ¥1,234.50."""
        if isinstance(value, Absent):
            return ""
        return money_text(_number(value), currency)

    def in_capitals(value: Any) -> str:
        """As an amount of yuan in capitals: 人民币壹仟贰佰叁拾肆元伍角整."""
        return "" if isinstance(value, Absent) else capitals(_number(value)) or ""

    def day(value: Any, pattern: str = "") -> str:
        """As a day, by a pattern of strftime where there is one."""
        typed = value._typed if isinstance(value, Shown) else value
        if not isinstance(typed, date):
            return "" if isinstance(value, Absent) else printed(_text(value))
        if pattern:
            bound("width", len(pattern), 100)
            return typed.strftime(pattern.replace("%-", "%"))
        return date_text(typed.date() if isinstance(typed, datetime) else typed)

    def listing(values: Any, attribute: str = "") -> str:
        """The items as a sentence lists them: 甲、乙、丙."""
        of_rows = bool(attribute)
        items = [item.get(attribute, "") if of_rows and isinstance(item, Mapping) else item for item in listed(values)]
        texts = [printed(plain(item)) for item in items if not isinstance(item, Absent)]
        bound("text", sum(map(len, texts)), MOST_TEXT)
        return join([text for text in texts if text], lang)

    def lines(value: Any) -> list[str]:
        """The lines of a long text, for a loop that makes a paragraph of each."""
        return [line for line in str(_text(value)).splitlines() if line.strip()]

    return {
        "prose": prose,
        "money": money,
        "capitals": in_capitals,
        "date": day,
        "listing": listing,
        "lines": lines,
        "picture": inline_image,
        "width": as_wide,
        "height": as_high,
        **PIECES,
    }


def _runs(value: Any, look: str = "") -> Markup:
    """Return rich text as its runs, a plain value as one run of a look."""
    if isinstance(value, Rich):
        return Markup(value.runs)  # noqa: S704  # made of escaped texts
    text = _printed(None, value)
    return Markup(f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>')  # noqa: S704


def _paragraphs(value: Any, paragraph: str = "", look: str = "") -> Markup:
    """Return a text as paragraphs of a look, one a line, rich text as one, a file as it is."""
    if isinstance(value, Subdocument):
        return Markup(value.markup)  # noqa: S704  # a file's own
    if isinstance(value, Rich):
        return Markup(f"<w:p>{paragraph}{value.runs}</w:p>")  # noqa: S704
    lines = printed(_text(value)).splitlines()
    return Markup("".join(f"<w:p>{paragraph}{_runs(line, look)}</w:p>" for line in lines))  # noqa: S704


PIECES = {"runs": _runs, "paragraphs": _paragraphs}
"""Filters that preparation puts into tags for a whole run or paragraph."""


def _text(value: Any) -> Any:
    return "" if isinstance(plain(value), Absent) or value is None else value


def _number(value: Any) -> Decimal:
    """Return a value as a number.

    Raises TypeError for what is none.
    """
    typed = value._typed if isinstance(value, Shown) else value
    if isinstance(typed, bool) or not isinstance(typed, (int, float, Decimal)):
        raise TypeError("not a number")
    return Decimal(repr(typed)) if isinstance(typed, float) else Decimal(typed)
