"""PDF of a user's file, made by LibreOffice where it is installed."""

from generator.document import Document
from generator.errors import MachineError, Place, fail


def as_pdf(content: bytes, format: str, document: Document) -> bytes:
    """Return a document as PDF.

    Raises MachineError (E-own-office) where there is no office program.
    """
    raise fail(MachineError, "E-own-office", Place(document.form), format=format)
