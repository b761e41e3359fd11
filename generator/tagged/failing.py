"""What goes wrong with a user's template, told by part, page and paragraph."""

from collections.abc import Callable
from traceback import walk_tb

from jinja2 import TemplateSyntaxError, UndefinedError

from generator.catalogue.limits import OutOfBounds, Refusal, refused
from generator.catalogue.sandbox import FAILURES, exhausted
from generator.errors import BiaodanError, Fault, Place, RecordError, SchemaError

FAILED = (*FAILURES, RecursionError, MemoryError)
"""What compiling or filling in a template raises."""

At = Callable[[int], Place]
"""The place that a line of a part's source is of."""


def fault_of(error: BaseException, at: At) -> Fault:
    """Return the fault of a template that can't be compiled or filled in."""
    line = getattr(error, "line", 0) or getattr(error, "lineno", 0) or _line_of(error)
    place = at(line or 0)
    match error:
        case Refusal():
            return refused(error, "template", place)
        case RecursionError() | MemoryError():
            return refused(exhausted(), "template", place)
        case TemplateSyntaxError():
            return _of_syntax(error, place)
        case UndefinedError():
            return Fault("E-own-fails", place, {"what": "undefined"})
    return Fault("E-own-fails", place, {"what": type(error).__name__})


def error_of(error: BaseException, at: At) -> BiaodanError:
    """Return the error of a template that fails with a record; what it uses up with one is that record's."""
    kind = RecordError if isinstance(error, (OutOfBounds, RecursionError, MemoryError)) else SchemaError
    return kind(fault_of(error, at))


def _line_of(error: BaseException) -> int:
    """Return the line of the template where an exception arose; 0 where that isn't known."""
    line = 0
    for frame, number in walk_tb(error.__traceback__):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            line = template.get_corresponding_lineno(number)
    return line


_ENDS = {"for": "endfor", "if": "endif", "with": "endwith", "set": "endset", "filter": "endfilter"}


def _of_syntax(error: TemplateSyntaxError, place: Place) -> Fault:
    """Return the fault of a tag that Jinja2 doesn't understand; of loops and conditions, which end misses."""
    message = str(error.message)
    for opening, ending in _ENDS.items():
        if f"'{ending}'" in message and "innermost block" in message:
            return Fault("E-own-open", place, {"tag": opening, "end": ending})
    if message.startswith("Encountered unknown tag"):
        name = message.split("'")[1]
        if name in _ENDS.values() or name in ("else", "elif"):
            return Fault("E-own-stray", place, {"tag": name})
        return Fault("E-own-unknown-tag", place, {"tag": name[:40]})
    return Fault("E-own-syntax", place, {"tag": "…"})
