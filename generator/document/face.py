"""What a field is, apart from its value: one description for boxes, columns and values in running text."""

from dataclasses import dataclass, field
from enum import StrEnum

from generator.document.formulas import Formula
from generator.kinds import TEXT, Choice, Kind
from generator.wording import Lang


class Use(StrEnum):
    """What a box is for; composition decides it, writers render it."""

    SHOWN = "shown"
    """A value to be read; the box is empty where there is none."""

    PEN = "pen"
    """To be written in by hand."""

    CONTROL = "control"
    """To be filled in on screen."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a value must keep to, as far as a program can hold people to it while they type."""

    minimum: object = None
    maximum: object = None
    above: object = None
    below: object = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""


FREE = Constraints()
"""No constraints."""


@dataclass(frozen=True, slots=True)
class Face:
    """A field as it stands on every paper of its form: kind, label, choices, and what is asked of its value.

    `ticks`: all choices are shown with boxes to tick, instead of the chosen one's label. `hint`: how to fill it in.
    `date_only`: of a moment a day will do. `computed`: on screen, the rules alone give it; `formula`: how a program can
    work it out while others are filled in; None where only the rules can.
    """

    kind: Kind = TEXT
    label: str = ""
    choices: tuple[Choice, ...] = ()
    ticks: bool = False
    unit: str = ""
    hint: str = ""
    required: bool = False
    read_only: bool = False
    constraints: Constraints = field(default=FREE)
    date_only: bool = False
    computed: bool = False
    formula: Formula | None = None

    def text(self, value: object, lang: Lang) -> str:
        """Return a typed value as a table cell or a box shows it; nothing for None."""
        return "" if value is None else self.kind.text(value, lang, self.choices, self.unit)

    def entry(self, value: object, lang: Lang) -> str:
        """Return a typed value as a box to fill in on screen holds it; nothing for None."""
        return "" if value is None else self.kind.entry(value, lang, self.choices, self.unit)


PLAIN = Face()
"""The face of a value of which nothing is known."""
