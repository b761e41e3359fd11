"""Boxes to fill in on screen, as a PDF has them: what each is, is called, holds and says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from generator.control_names import choice_name_in_pdf, field_name, option_names
from generator.document import Choice, Face
from generator.formats import join
from generator.kinds import BOOLEAN, CHOICE, CHOICES, LIST, MULTILINE
from generator.units import Pt
from generator.wording import Lang, has_phrase, phrase


class Sort(StrEnum):
    """What a box is."""

    LINE = "line"
    """Text of one line."""

    LINES = "lines"
    """Text of several lines."""

    PICK = "pick"
    """A list of which one entry is picked."""

    ONE = "one"
    """A box of which one among its field's is ticked."""

    TICK = "tick"
    """A box that is ticked or not."""

    SIGN = "sign"
    """A place to sign."""


@dataclass(frozen=True, slots=True)
class Control:
    """A box to fill in on screen.

    `name`: that of its field; `text`: what it shows; `option`: the choice that a box to tick is for, or that is picked;
    `options`: what may be picked, by name and label; `align`: 0 left, 1 in the middle, 2 right; `short`: what is typed
    there surely has room, so that it need not be made smaller.
    """

    name: str
    sort: Sort
    tip: str
    size: Pt = Pt(0.0)
    text: str = ""
    option: str = ""
    options: Sequence[tuple[str, str]] = ()
    chosen: bool = False
    required: bool = False
    read_only: bool = False
    short: bool = False
    align: int = 0


def has_boxes(face: Face) -> bool:
    """Tell whether a field is answered by boxes to tick."""
    return face.ticks and bool(face.choices) and not face.read_only


def is_short(face: Face) -> bool:
    """Tell whether the values of a field are short: numbers, days and times."""
    return face.kind.is_moment or face.kind.is_number


def sort_of(face: Face, text: str) -> Sort:
    """Return what the box of a field is that has none to tick."""
    if face.kind in (CHOICE, BOOLEAN) and face.choices and not face.read_only:
        return Sort.PICK
    return Sort.LINES if face.kind in (MULTILINE, LIST) or "\n" in text else Sort.LINE


def text_control(
    face: Face, pointer: str, value: object, lang: Lang, size: Pt, row: int = 0, *, several: bool = False
) -> Control:
    """Return the box of a field's value; `row`: the number of its row in a table; `several`: it may have more lines."""
    text = face.entry(value, lang)
    sort = sort_of(face, text)
    if several and sort is Sort.LINE:
        sort = Sort.LINES
    names = option_names([choice.value for choice in face.choices]) if sort is Sort.PICK else []
    picked = [name for name, choice in zip(names, face.choices, strict=False) if is_value(choice, value)]
    return Control(
        field_name(pointer),
        sort,
        tip_of(face, lang, row),
        size,
        text,
        option=picked[0] if picked else "",
        options=[(name, choice.label) for name, choice in zip(names, face.choices, strict=False)],
        required=face.required and not face.read_only,
        read_only=face.read_only,
        short=is_short(face) or sort is Sort.PICK or face.read_only,
    )


def box_control(face: Face, pointer: str, number: int, chosen: bool, lang: Lang, row: int = 0) -> Control:
    """Return the box to tick of a field's choice, counted from 1."""
    option, choice = option_names([choice.value for choice in face.choices])[number - 1], face.choices[number - 1]
    several = face.kind is CHOICES
    return Control(
        choice_name_in_pdf(pointer, number) if several else field_name(pointer),
        Sort.TICK if several else Sort.ONE,
        f"{tip_of(face, lang, row)}{phrase('separator', lang)}{choice.label}",
        option=option,
        chosen=chosen,
        required=face.required and not several,
    )


def signature_control(number: int, label: str, lang: Lang) -> Control:
    """Return the place to sign of that number."""
    return Control(f"signature {number}", Sort.SIGN, phrase("tip.sign", lang).format(label=label))


def is_value(choice: Choice, value: object) -> bool:
    """Tell whether a choice is the value of its field."""
    return value is not None and choice.value == value and type(choice.value) is type(value)


def tip_of(face: Face, lang: Lang, row: int = 0) -> str:
    """Return what is told of a box: its label, its row, whether it must be filled in, and how."""
    parts = [face.label]
    if row:
        parts.append(phrase("tip.row", lang).format(number=row))
    if face.read_only:
        parts.append(phrase("tip.computed", lang))
        return phrase("tip.separator", lang).join(filter(None, parts))
    if face.required:
        parts.append(phrase("tip.required", lang))
    parts.append(face.hint)
    if not face.ticks and has_phrase(f"tip.{face.kind.control}"):
        choices = join([choice.label for choice in face.choices], lang) if face.choices else ""
        parts.append(phrase(f"tip.{face.kind.control}", lang).format(choices=choices))
    if face.unit:
        parts.append(phrase("tip.unit", lang).format(unit=face.unit))
    return phrase("tip.separator", lang).join(filter(None, parts))
