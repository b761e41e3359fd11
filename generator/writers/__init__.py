"""The registry of writers: each turns a document into bytes of one format. Further ones come by entry points.

A writer is a function of a Document and a binary file; it's imported when its format is first asked for. A package adds
one by the entry point group `biaodan.writers`, named like the format.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import import_module
from typing import Any, BinaryIO

from generator.document import Document
from generator.errors import Place, UsageError, fail

Writer = Callable[[Document, BinaryIO], None]

SHIPPED: Mapping[str, str] = {
    "docx": "generator.writers.docx:write_docx",
    "xlsx": "generator.writers.xlsx:write_xlsx",
    "pdf": "generator.writers.pdf:write_pdf",
}
ENGINES: Mapping[str, str] = {"weasyprint": SHIPPED["pdf"], "typst": "generator.writers.typst:write_pdf"}
"""Engines that set PDF; the first is what `pdf` means unless another is asked for."""

STANDARDS = ("ua-1", "a-2b")
"""Standards that PDF may keep: PDF/UA-1, for readers of every kind, unless PDF/A-2b, for archives, is asked for."""

ENTRY_POINTS = "biaodan.writers"


@cache
def formats() -> Mapping[str, Any]:
    """Return the known formats, shipped ones first, each with where its writer is."""
    from importlib.metadata import entry_points

    found: dict[str, Any] = dict(SHIPPED)
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda p: p.name):
        found.setdefault(point.name, point)
    return found


def is_known(name: str) -> bool:
    """Tell whether a writer is registered for a format; installed packages are asked last, which takes its time."""
    return name in SHIPPED or name in formats()


@cache
def writer(name: str, engine: str = "", standard: str = "") -> Writer:
    """Return the writer of a format; of PDF, by the engine and to the standard that are asked for.

    Raises UsageError (E-output-format) for a format that no writer is registered for, or a standard that none keeps.
    """
    target = ENGINES.get(engine) if name == "pdf" and engine else SHIPPED.get(name) or formats().get(name)
    if target is None:
        raise fail(UsageError, "E-output-format", Place(name), known=list(formats()))
    if standard and standard not in STANDARDS:
        raise fail(UsageError, "E-output-format", Place(standard), known=list(STANDARDS))
    if not isinstance(target, str):
        loaded: Writer = target.load()
        return loaded
    module, _, function = target.partition(":")
    made: Any = getattr(import_module(module), function)
    written: Writer = partial(made, standard=standard) if name == "pdf" and standard else made
    return written
