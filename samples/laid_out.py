"""PDFs filled in by the thousand: a form's pages are laid out once, then its fields are written for every record.

Setting the pages takes a fifth of a second, writing the fields a tenth of that. What is written and read of a record is
all there: its fields, what they hold and what they show. Only the pages are those of the empty form, so that characters
which no font has aren't refused.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from generator.api import make_job
from generator.document import Document
from generator.errors import BiaodanError, WriteError
from generator.records import ListSource
from generator.writers.html import write_boxes
from generator.writers.onscreen import Control, Sort
from generator.writers.pdf.weasy import lay_out, write_pdf
from generator.writers.pdf.widgets import with_fields
from samples.random_records import Tree
from samples.round_trip import Difference, RoundTrip

_ROWS = (3, 12, 48)
"""Rows that the repeats of empty forms have; the longer ones are for records with more rows."""

Key = tuple[str, str]


class LaidOutOnce(RoundTrip):
    """Writes records of a form into the fields of one and the same PDF, and reads them."""

    @cached_property
    def empties(self) -> dict[int, tuple[bytes, list[Control]]]:
        """Return the pages of empty forms and their boxes, by the rows of their repeats."""
        return {}

    def empty(self, rows: int) -> tuple[bytes, list[Control]]:
        """Return the pages of the empty form with so many rows, and its boxes."""
        if rows not in self.empties:
            pages, controls = lay_out(make_job(self.form, lang=self.lang, fillable=True, rows=rows).blank())
            self.empties[rows] = pages, [_emptied(control) for control in controls]
        return self.empties[rows]

    def differences(self, raw: Tree, record: Tree, folder: Path) -> list[Difference]:
        """Return what comes back otherwise of a record; nothing of one that is refused for want of a glyph."""
        try:
            return super().differences(raw, record, folder)
        except WriteError as error:
            if {fault.code for fault in error.faults} == {"E-glyph"}:
                return []
            raise

    def written(self, raw: Tree) -> bytes:
        """Return a record's document; one with yet more rows than empty forms have is laid out for itself."""
        (made,) = self.writing.documents(ListSource(raw, self.form))
        if made.document is None:
            raise BiaodanError(made.faults)
        own = {_key(control): control for control in write_boxes(made.document)[1]}
        held = {key for key, control in own.items() if _holds(control)}
        for rows in _ROWS:
            pages, empty = self.empty(rows)
            if held <= {_key(control) for control in empty}:
                return with_fields(pages, _in_order(empty, own), made.document)
        return _whole(made.document)


def _in_order(empty: Sequence[Control], own: dict[Key, Control]) -> list[Control]:
    return [own.get(_key(control), control) for control in empty]


def _key(control: Control) -> Key:
    return control.name, control.option if control.sort in (Sort.ONE, Sort.TICK) else ""


def _holds(control: Control) -> bool:
    return bool(control.text or control.chosen) or (control.sort is Sort.PICK and bool(control.option))


def _emptied(control: Control) -> Control:
    kept = control.option if control.sort in (Sort.ONE, Sort.TICK) else ""
    return replace(control, text="", option=kept, chosen=False)


def _whole(document: Document) -> bytes:
    out = io.BytesIO()
    write_pdf(document, out)
    return out.getvalue()
