"""Document → PDF, by one of two engines."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import BinaryIO

from generator.document import Document
from generator.errors import Place, UsageError, fail
from generator.writers.options import Takes, WritingOptions

ENGINES: Mapping[str, str] = {"weasyprint": "generator.writers.pdf.weasy", "typst": "generator.writers.typst"}
"""Engines that set PDF; the first is the one that is meant unless another is asked for."""

STANDARDS = ("ua-1", "a-2b")
"""Standards that PDF may keep: PDF/UA-1, for readers of every kind, unless PDF/A-2b, for archives, is asked for."""


def write_pdf(document: Document, out: BinaryIO, options: WritingOptions) -> None:
    """Write the document as PDF, by the engine and to the standard that are asked for.

    Raises WriteError (E-glyph) for characters without a glyph, MachineError where fonts or the engine are missing,
    UsageError (E-fillable) for another engine or standard than the first of what is to be filled in on screen.
    """
    if document.is_fillable:
        _refuse_others({"--pdf-engine": (options.engine, ENGINES), "--pdf-standard": (options.standard, STANDARDS)})
    _engine(options.engine or next(iter(ENGINES)))(document, out, options.standard or STANDARDS[0])


def _refuse_others(asked: Mapping[str, tuple[str, Iterable[str]]]) -> None:
    for option, (given, known) in asked.items():
        first = next(iter(known))
        if given not in ("", first):
            raise fail(UsageError, "E-fillable", Place(option), given=given, first=first)


takes: Takes = {"engine": tuple(ENGINES), "standard": STANDARDS}
write_pdf.takes = takes  # type: ignore[attr-defined]  # a writer says itself which options it takes


@cache
def _engine(name: str) -> Callable[[Document, BinaryIO, str], None]:
    write: Callable[[Document, BinaryIO, str], None] = import_module(ENGINES[name]).write_pdf
    return write
