"""The registry of writers: each turns a document into bytes of one format. Further ones come by entry points.

A writer is imported when its format is first asked for. A package adds one by the entry point group `biaodan.writers`,
named like the format: a function of a document and a binary file; or one that has `takes` as well, which names the
options that it takes, and then gets them as its third argument.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import BinaryIO, Protocol

from generator.document import Document
from generator.errors import Fault, Place, UsageError, fail
from generator.writers.options import NONE_TAKEN, Takes, WritingOptions, refuse_unusable, unused

__all__ = ["ENTRY_POINTS", "SHIPPED", "Write", "WritingOptions", "formats", "is_known", "unused_options", "writer"]

Write = Callable[[Document, BinaryIO], None]
"""A writer that knows its options."""

SHIPPED: Mapping[str, str] = {
    "docx": "generator.writers.docx:write_docx",
    "xlsx": "generator.writers.xlsx:write_xlsx",
    "pdf": "generator.writers.pdf:write_pdf",
}
ENTRY_POINTS = "biaodan.writers"


class _Loads(Protocol):
    """An entry point."""

    def load(self) -> Callable[..., None]: ...


@cache
def formats() -> Mapping[str, str | _Loads]:
    """Return the known formats, shipped ones first, each with where its writer is."""
    from importlib.metadata import entry_points

    found: dict[str, str | _Loads] = dict(SHIPPED)
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda p: p.name):
        found.setdefault(point.name, point)
    return found


def is_known(name: str) -> bool:
    """Tell whether a writer is registered for a format; installed packages are asked last, which takes its time."""
    return name in SHIPPED or name in formats()


@cache
def _loaded(name: str) -> Callable[..., None]:
    target = SHIPPED.get(name) or formats().get(name)
    if target is None:
        raise fail(UsageError, "E-output-format", Place(name), known=list(formats()))
    if not isinstance(target, str):
        return target.load()
    module, _, function = target.partition(":")
    loaded: Callable[..., None] = getattr(import_module(module), function)
    return loaded


def _takes(name: str) -> Takes:
    takes: Takes = getattr(_loaded(name), "takes", NONE_TAKEN)
    return takes


@cache
def writer(name: str, options: WritingOptions | None = None) -> Write:
    """Return the writer of a format, as the options want it.

    Raises UsageError (E-output-format) for a format that no writer is registered for or a value that it doesn't know,
    E-option for an option that it can't pass over.
    """
    write, takes, options = _loaded(name), _takes(name), options or WritingOptions()
    refuse_unusable(options, name, takes)
    if not takes:
        return write
    return lambda document, out: write(document, out, options)


def unused_options(names: Sequence[str], options: WritingOptions) -> list[Fault]:
    """Return a warning (W-option) for each option that none of the formats takes."""
    return unused(options, {name: _takes(name) for name in names}) if options.given() else []
