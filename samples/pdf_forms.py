"""PDFs to be filled in on screen, whose pages are laid out a few times only: records are put into their fields.

Laying out a page takes a hundred times as long as all the rest. The fields are written by what writes those of every
PDF; a record that has more rows than all pages so far is laid out by itself, and later ones are put into its fields.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from generator.api import make_job
from generator.catalogue import Form
from generator.document import Document
from generator.writers.fitting import fitted
from generator.writers.html import write_boxes
from generator.writers.onscreen import Control, Sort
from generator.writers.pdf.weasy import laid_out
from generator.writers.pdf.widgets import with_fields

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Pages:
    """Pages as they were laid out, with the controls of their fields."""

    content: bytes
    controls: Sequence[Control]
    keys: frozenset[_Key]


def _laid_out(document: Document) -> _Pages:
    markup, controls = write_boxes(document)
    return _Pages(laid_out(document, markup, controls), controls, frozenset(map(_key, controls)))


class PdfForm:
    """The pages of a form in a language, with so many rows in its tables."""

    def __init__(self, form: Form, lang: str, rows: int) -> None:
        self.job = make_job(form, lang=lang, fillable=True, rows=rows)

    @cached_property
    def _pages(self) -> list[_Pages]:
        return [_laid_out(fitted(self.job.blank()))]

    def filled(self, document: Document) -> bytes:
        """Return the PDF of a record's document."""
        own = {_key(control): control for control in write_boxes(document)[1]}
        needed = {key for key, control in own.items() if _is_filled(control)}
        pages = next((pages for pages in self._pages if needed <= pages.keys), None)
        if pages is None:
            pages = _laid_out(fitted(document))
            self._pages.append(pages)
        controls = [own.get(_key(control)) or _emptied(control) for control in pages.controls]
        return with_fields(pages.content, controls, document)


def _emptied(control: Control) -> Control:
    return replace(control, text="", option=control.option if control.sort in _BOXES else "", chosen=False)


_BOXES = (Sort.ONE, Sort.TICK)


def _key(control: Control) -> _Key:
    return control.name, control.option if control.sort in _BOXES else ""


def _is_filled(control: Control) -> bool:
    return bool(control.text or control.chosen)
