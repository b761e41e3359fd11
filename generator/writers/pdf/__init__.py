"""Document → PDF, by one of two engines."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import BinaryIO

from generator.document import Document
from generator.writers.options import Takes, WritingOptions

ENGINES: Mapping[str, str] = {"weasyprint": "generator.writers.pdf.weasy", "typst": "generator.writers.typst"}
"""Engines that set PDF; the first is the one that is meant unless another is asked for."""

STANDARDS = ("ua-1", "a-2b")
"""Standards that PDF may keep: PDF/UA-1, for readers of every kind, unless PDF/A-2b, for archives, is asked for."""


def write_pdf(document: Document, out: BinaryIO, options: WritingOptions) -> None:
    """Write the document as PDF, by the engine and to the standard that are asked for.

    Raises WriteError (E-glyph) for characters without a glyph, MachineError where fonts or the engine are missing.
    """
    _engine(options.engine or next(iter(ENGINES)))(document, out, options.standard or STANDARDS[0])


takes: Takes = {"engine": tuple(ENGINES), "standard": STANDARDS}
write_pdf.takes = takes  # type: ignore[attr-defined]  # a writer says itself which options it takes


@cache
def _engine(name: str) -> Callable[[Document, BinaryIO, str], None]:
    write: Callable[[Document, BinaryIO, str], None] = import_module(ENGINES[name]).write_pdf
    return write
