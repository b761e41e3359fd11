"""What writers share: the running head, the mark of a tone, which choices are ticked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from generator.document import (
    Choice,
    Document,
    Face,
    Field,
    Inline,
    Picture,
    Row,
    SignatureBlock,
    Table,
    Text,
    Tone,
    Value,
)
from generator.document.columns import text_width
from generator.text_measure import ems
from generator.theme import LETTER
from generator.units import MM_PER_POINT, Mm, Pt
from generator.wording import Lang, has_phrase, phrase
from generator.writers.letterhead import Logo, says_reference

Made = TypeVar("Made")


Fit = Callable[[str, bool], str]
"""What a head has room for of a text; whether that is a code, such as a record's number."""


def _whole(text: str, is_code: bool) -> str:
    return text


def head_parts(document: Document, fit: Fit = _whole, *, first: bool = False) -> tuple[str, str]:
    """Return what stands at the left and right of a page's head, each text cut by `fit` where it doesn't fit.

    The first page has the title itself; that of a letter has its letterhead. A letter says its number once, on its
    first page.
    """
    if first and document.kind == LETTER:
        return "", ""
    title = "" if first else fit(document.title, False)
    right = " · ".join(_codes(document, fit, bool(document.reference) and document.kind != LETTER))
    office = _beside(fit(document.office, False), title + right, document)
    return " · ".join(filter(None, (office, title))), right


def _beside(office: str, words: str, document: Document) -> str:
    """Return an organisation's name, as much of it as a head has room for beside other words."""
    taken = _APART + (_LOGO_LEAST + _LOGO_GAP if document.profile.logo else 0.0)
    room = (text_width(document) - taken) / (document.theme.size.head * MM_PER_POINT) - ems(words)
    if ems(office) <= room:
        return office
    kept = next((n for n in range(len(office), 0, -1) if ems(office[:n]) + 1 <= room), 0)
    return f"{office[:kept].rstrip()}…" if kept >= _FEWEST else ""


_FEWEST = 4
"""Characters of a name that say enough."""


_LOGO_WIDE, _LOGO_HIGH, _LOGO_GAP, _LOGO_LEAST = 30.0, 7.0, 2.0, 9.0
"""Millimetres that a logo in a head is wide and high at most, that are free beside it, and that it is given in any case
however long the words are.
"""

_APART = 6.0
"""Millimetres between the words at the left of a head and those at its right."""


def running_logo(document: Document) -> Logo | None:
    """Return the logo in the heads of pages, but of a letter's first: as large as the words beside it let it be."""
    mark = document.profile.logo
    if mark is None:
        return None
    heads = [head_parts(document, first=first) for first in (True, False)]
    longest = max(ems("".join(words)) for words in heads) * document.theme.size.head * MM_PER_POINT
    free = text_width(document) - longest - _APART - _LOGO_GAP
    width, height = mark.within(min(_LOGO_WIDE, max(_LOGO_LEAST, free)), _LOGO_HIGH)
    return Logo(mark, width, height, Mm(width + _LOGO_GAP))


def foot_text(document: Document, fit: Fit = _whole, *, first: bool = False) -> str:
    """Return what stands at the left of a page's foot: on a letter's first page, what no head says there."""
    own = [fit(document.footer, False)] if document.footer else []
    if not first or document.kind != LETTER:
        return "".join(own)
    named = bool(document.reference) and not says_reference(document)
    return " · ".join([*_codes(document, fit, named), *own])


def _codes(document: Document, fit: Fit, referred: bool) -> Iterator[str]:
    """Yield the form's number and version, and where `referred` the record's number."""
    if document.number and document.is_numbered:
        yield fit(document.number, True)
    if document.version and document.is_numbered:
        yield _named("version", document.version, document.lang, fit)
    if referred:
        yield _named("reference", document.reference, document.lang, fit)


def _named(name: str, code: str, lang: Lang, fit: Fit) -> str:
    return phrase(f"head.{name}", lang).format(**{name: fit(code, True)})


def page_parts(lang: Lang) -> tuple[str, str, str]:
    """Return the words of “page X of Y” before, between and after the two numbers."""
    before, _, rest = phrase("page.of", lang).partition("{page}")
    middle, _, after = rest.partition("{pages}")
    return before, middle, after


CLOSING = "，。；：、！？）》】」』”’%.,;:!?)"
"""Marks that begin no line."""


def holds(block: object, following: object) -> bool:
    """Tell whether the last two rows or paragraphs of a block stay with the next one: signatures, a table's chart."""
    return isinstance(following, SignatureBlock) or (isinstance(block, Table) and isinstance(following, Picture))


class Tailed(NamedTuple):
    """A gap to write in, and the mark that stands right behind it."""

    gap: Value
    mark: str


def tailed(children: Sequence[Inline]) -> Iterator[Inline | Tailed]:
    """Yield inlines; a gap together with the mark that follows it."""
    taken = ""
    for child, following in pairwise([*children, None]):
        if isinstance(child, Text):
            yield Text(child.text.removeprefix(taken))
        taken = ""
        if isinstance(child, Value) and not child.text:
            taken = following.text[:1] if isinstance(following, Text) and following.text[:1] in CLOSING else ""
            yield Tailed(child, taken) if taken else child
        elif child is not None and not isinstance(child, Text):
            yield child


def plain_number(number: str, lang: Lang) -> str:
    """Return a section's number as running text has it before a heading: 一、 or 1."""
    return f"{number}. " if lang == "en" else f"{number}、"


def toned(text: str, tone: Tone, lang: Lang) -> str:
    """Return a text with the mark of its tone, so that it isn't told by colour alone."""
    return f"{phrase(f'mark.{tone}', lang)} {text}" if text and tone and has_phrase(f"mark.{tone}") else text


def tone_of(face: Face, value: object) -> Tone:
    """Return the tone of the choice that a value is; plain where it is none."""
    if value is None:
        return Tone.PLAIN
    return next((choice.tone for choice in face.choices if choice.value == value), Tone.PLAIN)


LONG_ENTRY = 300
"""Characters from which on a line of fields may be split between pages: it may be taller than what is left of one."""

_TALL, _SHORT = 38.0, 40
"""Millimetres from which on a row may be split, for it would leave as much empty; characters that are never as many."""


def is_tall(row: Row, widths: Sequence[Mm], points: Pt) -> bool:
    """Tell whether a row is so high, set in columns of such widths, that it may be split between pages."""
    most = max(map(_length, row.values), default=0)
    if most <= _SHORT:
        return False
    line = points * MM_PER_POINT
    lines = (_lines(value, width / line) for value, width in zip(row.values, widths, strict=True))
    return max(lines) * line * _LEADING > _TALL


def _lines(value: object, room: float) -> float:
    """Return about how many lines a text takes that has room for so many characters of its size."""
    texts = value if isinstance(value, (list, tuple)) else (value,)
    return sum(ems(text) / max(1.0, room) + 1 + text.count("\n") for text in texts if isinstance(text, str))


_LEADING = 1.42


def is_long_entry(field: Field) -> bool:
    """Tell whether a field's text may not fit on what is left of a page."""
    return _length(field.value) > LONG_ENTRY


def _length(value: object) -> int:
    if isinstance(value, (list, tuple)):
        return sum(len(item) for item in value if isinstance(item, str))
    return len(value) if isinstance(value, str) else 0


def by_choice(
    choices: Iterable[Choice], made: Callable[[Choice], Made], otherwise: Callable[[Any], Made]
) -> Callable[[Any], Made]:
    """Return the function from a value to what is made of its choice, once for each.

    What isn't among the choices, or is a list or an object, goes to `otherwise`.
    """
    ready = {choice.value: made(choice) for choice in choices if not isinstance(choice.value, (list, dict))}

    def of(value: Any) -> Made:
        try:
            return ready[value]
        except (KeyError, TypeError):
            return otherwise(value)

    return of


def is_chosen(choice: Choice, value: object) -> bool:
    """Tell whether a choice is the value, or among the values, of its field."""
    if isinstance(value, (list, tuple)):
        return choice.value in value
    return choice.value is value or (choice.value == value and type(choice.value) is type(value))
