"""What is written in a box on paper, told from what was printed there: labels, units of days, squares, flags."""

from collections.abc import Sequence

from generator.catalogue.form import FieldSpec
from generator.kinds import CHOICES
from generator.kinds.raw import fold
from generator.records.filled.gaps import without_gaps
from generator.records.filled.labels import EMPTY, TICKED, names_of
from generator.wording import LANGS, phrase

_TIMES = frozenset({"date", "datetime", "time", "month"})
"""Controls of kinds in whose empty boxes on paper the units are printed."""

_OVERDUE = frozenset(phrase("overdue", lang) for lang in LANGS)
_BENEATH = frozenset(phrase("table.beneath", lang) for lang in LANGS)


def without_flag(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines of a day's cell without what says beneath it that the day has passed."""
    text, _, last = "\n".join(lines).rpartition("\n")
    return text.split("\n") if last in _OVERDUE else lines


def without_label(text: str, spec: FieldSpec) -> str:
    """Return a text without the field's label and its colon before it."""
    for mark in ("：", ": ", ":"):
        label, found, rest = text.partition(mark)
        if found and fold(label) in names_of(spec):
            return rest.lstrip(" ")
    return text


def one_or_more(spec: FieldSpec, chosen: Sequence[str]) -> object:
    """Return the labels that are ticked: one where one is asked for, or as they are; None where there are none."""
    if not chosen:
        return None
    return list(chosen) if spec.kind is CHOICES else chosen[0] if len(chosen) == 1 else "、".join(chosen)


def written(text: str, spec: FieldSpec) -> object:
    """Return what was written in a box on paper; None where there is only what was printed there."""
    if spec.squares and set(text) & set("□"):
        text = text.strip("□")
    if spec.kind.control in _TIMES:
        text = without_gaps(text)
    return None if not text.strip() or text in _BENEATH else text


def is_box(text: str) -> bool:
    """Tell whether a cell holds nothing but a box to tick."""
    return bool(text.strip()) and all(c in EMPTY + TICKED or c.isspace() for c in text)


def is_ticked(text: str) -> bool:
    """Tell whether there is a tick in a box."""
    return any(c in TICKED for c in text)


def typed_in_letter(text: str, spec: FieldSpec) -> str:
    """Return what was typed into a gap of a letter, without what ends the sentence there."""
    text = text.strip("\u00a0 ").removesuffix("。")
    return text.removesuffix("前") if spec.kind.control in _TIMES else text
