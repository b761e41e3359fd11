"""What expressions and templates may use up, and what they are told when they want more.

Sources are measured before they are compiled; what a run makes is counted in a `Budget`, one for each evaluation of an
expression and each document of a template, so that a record can use up no more than its own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from jinja2.exceptions import SecurityError

from generator import wording
from generator.errors import Fault, Place

MOST_EXPRESSION = 10_000
"""Characters of an expression."""

MOST_TEMPLATE = 200_000
"""Characters of a template's file."""

MOST_EXPRESSION_PARTS = 1_000
"""Names, values, operators and calls of an expression."""

MOST_TEMPLATE_PARTS = 10_000
"""Texts, tags, names, values, operators and calls of a template's file."""

MOST_BRACKETS = 32
"""Brackets of an expression that stand within each other."""

MOST_DEPTH = 100
"""Operators and calls that stand within each other; a sum of n terms is n deep."""

MOST_BLOCKS = 16
"""Tags of a template that stand within each other."""

MOST_DIGITS = 100
"""Digits of a number, and places behind its point that are asked for."""

MOST_POWER = 64
"""The greatest exponent."""

MOST_WIDTH = 100
"""Characters that a format may widen a value to."""

MOST_TEXT = 100_000
"""Characters of a text that an operator, filter or method makes."""

MOST_LETTERS = 3_000_000
"""Characters of all the texts that are made and printed together."""

MOST_ITEMS = 100_000
"""Items of a list that a template or expression makes, those of lists within it included."""

MOST_STEPS = 1_000_000
"""Steps: a round of a loop takes one and one more for each part of its body, as does each item that a filter sees."""

MOST_CALLS = 20
"""Macros, blocks and included templates that are under way within each other."""

MOST_NODES = 20_000
"""Paragraphs, headings, list items, rows and pieces of running text that a template's document holds."""

MOST_MARKUP = 16
"""Elements of running text that stand within each other."""


class Refusal(SecurityError):
    """A source does what it may not do; `file` and `line` are where, if that is known."""

    file, line = "", 0


class Forbidden(Refusal):
    """A filter, test, tag, function, method or attribute (the `sort`) that may not be used; `near`: what may."""

    def __init__(self, sort: str, name: str, near: tuple[str, ...] = (), line: int = 0) -> None:
        super().__init__(f"{sort} {name}")
        self.sort, self.name, self.near, self.line = sort, name[:40], near, line


class OutOfBounds(Refusal):
    """More than a limit allows; `limit` is its name in the wording of faults, `most` its figure."""

    def __init__(self, limit: str, most: int, line: int = 0) -> None:
        super().__init__(limit)
        self.limit, self.most, self.line = limit, most, line


def refused(error: Refusal, source: Literal["expression", "template"], place: Place) -> Fault:
    """Return the fault of an expression or template that is refused: its limit and figure, or what may not be used."""
    of_expression = source == "expression"
    if isinstance(error, OutOfBounds):
        beyond = "E-expression-limit" if of_expression else "E-template-limit"
        return Fault(beyond, place, {"limit": _spoken("limit", error.limit), "most": f"{error.most:,}"})
    assert isinstance(error, Forbidden)
    sort, name, near = _spoken("sort", error.sort), error.name, error.near
    if near:
        unknown = "E-expression-name" if of_expression else "E-template-name"
        return Fault(unknown, place, {"sort": sort, "name": name, "near": near})
    forbidden = "E-expression-forbidden" if of_expression else "E-template-forbidden"
    return Fault(forbidden, place, {"sort": sort, "name": name})


def _spoken(kind: str, name: str) -> Mapping[str, str]:
    return {lang: wording.phrase(f"{kind}.{name}", lang, "faults") for lang in wording.LANGS}


class Budget:
    """What one evaluation has used up, and how many letters it may."""

    __slots__ = ("calls", "letters", "most_letters", "steps")

    def __init__(self, most_letters: int = MOST_LETTERS) -> None:
        self.steps = self.letters = self.calls = 0
        self.most_letters = most_letters


CURRENT: ContextVar[Budget | None] = ContextVar("budget", default=None)
"""The budget of the evaluation that is under way; None outside of any."""


@contextmanager
def budget(most_letters: int = MOST_LETTERS) -> Iterator[None]:
    """Count what is used up from now on anew; `most_letters`: characters of all that is made and printed."""
    token = CURRENT.set(Budget(most_letters))
    try:
        yield
    finally:
        CURRENT.reset(token)


def spend(steps: int, letters: int = 0) -> None:
    """Count steps, and characters of a text that is made or printed.

    Raises OutOfBounds.
    """
    current = CURRENT.get()
    if current is not None:
        current.steps += steps
        current.letters += letters
        if current.steps > MOST_STEPS:
            raise OutOfBounds("steps", MOST_STEPS)
        if current.letters > current.most_letters:
            raise OutOfBounds("letters", current.most_letters)


@contextmanager
def called() -> Iterator[None]:
    """Count a macro, block or template as under way.

    Raises OutOfBounds.
    """
    current = CURRENT.get() or Budget()
    if current.calls >= MOST_CALLS:
        raise OutOfBounds("calls", MOST_CALLS)
    current.calls += 1
    try:
        yield
    finally:
        current.calls -= 1


def bound(limit: str, count: Any, most: int) -> None:
    """Raise OutOfBounds where there is more than a limit allows."""
    if count > most:
        raise OutOfBounds(limit, most)
