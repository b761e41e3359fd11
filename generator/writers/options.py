"""How documents are to be written: what a caller asks for, and which writer takes which of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from generator.errors import Fault, Place, UsageError, fail


@dataclass(frozen=True, slots=True)
class WritingOptions:
    """What is asked of writers, whatever the document; empty for what they do by themselves.

    `engine` and `standard`: what sets the pages, and what they are to keep to. `fillable`: to be filled in on screen.
    `template`: a file of the user's whose look is taken. `password`: what opens the file.
    """

    engine: str = ""
    standard: str = ""
    fillable: bool = False
    template: str = ""
    password: str = ""

    def given(self) -> dict[str, object]:
        """Return the options that are asked for, by name."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}


Takes = Mapping[str, Sequence[str]]
"""The options that a writer takes, each with the values that it knows; none where any will do."""

NONE_TAKEN: Takes = {}
HINTS = frozenset({"engine", "standard"})
"""Options that say how a file is made. The others change what its reader gets, so that no format may pass over them."""

_NAMES: Mapping[str, str] = {"engine": "--pdf-engine", "standard": "--pdf-standard"}


def refuse_unusable(options: WritingOptions, format: str, takes: Takes) -> None:
    """Raise UsageError for a value that a writer doesn't know (E-output-format), or an option that it doesn't take
    and must not pass over (E-option).
    """
    for name, value in options.given().items():
        known = takes.get(name)
        if known and value not in known:
            raise fail(UsageError, "E-output-format", Place(str(value)), known=list(known))
        if known is None and name not in HINTS:
            raise fail(UsageError, "E-option", Place(_NAMES.get(name, name)), format=format)


def unused(options: WritingOptions, taken: Mapping[str, Takes]) -> list[Fault]:
    """Return a warning for each option that none of the formats takes; `taken`: by format."""
    return [
        Fault("W-option", Place(_NAMES.get(name, name)), {"formats": list(taken)})
        for name in options.given()
        if not any(name in takes for takes in taken.values())
    ]
