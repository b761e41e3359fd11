"""Document → XLSX: a register streamed row by row, anything else set on a grid."""

from typing import BinaryIO

from generator.document import Document, Table
from generator.writers.xlsx.form import FormSheet
from generator.writers.xlsx.package import write_book
from generator.writers.xlsx.register import Register
from generator.writers.xlsx.workbook import book_for


def write_xlsx(document: Document, out: BinaryIO) -> None:
    """Write the document as an Excel workbook (ISO/IEC 29500, transitional) into a seekable file.

    Raises WriteError for texts and numbers of rows that Excel can't hold; nothing is cut.
    """
    book = book_for(document)
    table = next((b for b in document.blocks if isinstance(b, Table) and b.register), None)
    if table is None:
        write_book(book, out, FormSheet(book).chunks())
        return
    register = Register(book, document.blocks, table)
    write_book(book, out, register.chunks(), register.special_names)
