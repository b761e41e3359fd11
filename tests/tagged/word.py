"""Word files with tags made for tests, and what comes of them."""

import io
from typing import Any

import docx

from generator.api import render

REPORT = "closure-report"


def template(*paragraphs: str, table: list[list[str]] | None = None, header: str = "") -> bytes:
    """Return a Word file of paragraphs, and a table beneath them."""
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if table:
        grid = made.add_table(len(table), len(table[0]))
        for row, texts in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    if header:
        made.sections[0].header.paragraphs[0].text = header
    return saved(made)


def saved(made: Any) -> bytes:
    """Return a document of python-docx as bytes."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def filled(own: Any, record: Any, form: str = REPORT, **named: Any) -> Any:
    """Return a template filled in, as python-docx reads it."""
    return docx.Document(io.BytesIO(render(form, record, "docx", template=own, **named)))


def texts(made: Any) -> list[str]:
    """Return the paragraphs of a document."""
    return [paragraph.text for paragraph in made.paragraphs]
