"""Records judged one by one for what is counted of them; faults of what their figures don't need aren't told."""

import re
from collections.abc import Iterator

from generator.catalogue.expressions import ExpressionError, words_in
from generator.errors import Fault, RecordError
from generator.pipeline import Pipeline
from generator.record import Values
from generator.records import Source
from generator.rules import Policy
from generator.statistics.long_records import EVERY, Counted
from generator.statistics.source import MOST_FAULTS

_ROW = re.compile(r"/(?:0|[1-9][0-9]*)(?=/|$)")


def judged_values(counted: Counted, policy: Policy, source: Source) -> Iterator[Values]:
    """Yield the values of a source's records, computed ones among them.

    Raises RecordError at the end, with the faults of the first thousand.
    """
    needed, faults = needed_of(counted), list[Fault]()
    for judged in Pipeline(counted.form, policy).judged(source):
        faults += [fault for fault in judged.errors if _concerns(fault, needed, counted)]
        if not faults:
            yield judged.values
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise RecordError(faults[:MOST_FAULTS])


def needed_of(counted: Counted) -> frozenset[str]:
    """Return the pointers of what figures are made of, and of what that is computed from."""
    told = counted.said
    wanted = {*told.dated, *(pointer for figure in told.figures for pointer in figure.of)}
    wanted |= {pointer for pointer in (told.groups, told.items) if pointer}
    fresh = set(wanted)
    while fresh:
        fresh = {origin for pointer in fresh for origin in _origins(counted, pointer)} - wanted
        wanted |= fresh
    return frozenset(wanted)


def _origins(counted: Counted, pointer: str) -> Iterator[str]:
    """Yield the fields that the expression names by which a field is computed."""
    derive = counted.spec(pointer).derive
    words = _words(derive.value) if derive else frozenset()
    beside = pointer.rpartition("/")[0]
    for spec in counted.form.root.walk() if words else ():
        at = _said_at(counted, spec.pointer)
        above, _, key = at.removesuffix(f"/{EVERY}").rpartition("/")
        around = above.removesuffix(f"/{EVERY}")
        if key in words and (above in ("", beside) or around.rpartition("/")[2] in words):
            yield at


def _words(source: str) -> frozenset[str]:
    try:
        return words_in(source)
    except ExpressionError:
        return frozenset()  # told where it is evaluated


def _said_at(counted: Counted, pointer: str) -> str:
    """Return a pointer as figures have it: in a register, from its row on."""
    above = counted.form.rows.pointer + f"/{EVERY}" if counted.form.is_table else ""
    return pointer.removeprefix(above)


def _concerns(fault: Fault, needed: frozenset[str], counted: Counted) -> bool:
    """Tell whether a fault is of what is needed, of a part that holds it, or of the record as a whole."""
    at = _said_at(counted, _ROW.sub(f"/{EVERY}", fault.place.pointer or ""))
    return not at or any(one == at or one.startswith(f"{at}/") for one in needed)
