"""Records as the desk hands them to the processes that work for it, and back; nothing else is known here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Paper:
    """A record of the desk, as it stands. `settled`: it is final or was given out, so what it says is done is done.

    `revision`: tells what it says now from what it said before; None where nobody counts.
    """

    id: str
    form: str
    raw: Mapping[str, Any]
    settled: bool = True
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that a case file brings: of which form, as the desk keeps it, under which number.

    `is_final`: nothing misses in it, so that it is a final one.
    """

    form: str
    raw: Mapping[str, Any]
    number: str | None
    title: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A document about to be noted: the record that was printed, what a case file notes, and what was known by then.

    `entries`: records (id, form, content) that no earlier document of the case was given out with; `after`: how many
    documents had been given out when this one was made.
    """

    record: str
    note: Mapping[str, Any]
    entries: Sequence[tuple[str, str, Mapping[str, Any]]]
    after: int
