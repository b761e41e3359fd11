"""Pictures of the workbook in which a form is adapted: `python -m samples.own_workbook docs/pictures`.

Needs the `dev` extra and LibreOffice.
"""

import io
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
from PIL import Image, ImageChops

from generator.adapting.applying import adapting_book
from generator.api import make_job
from generator.catalogue import Catalogue
from generator.tagged.office import as_pdf
from generator.theme import shipped_theme
from generator.wording import Lang
from samples.own_pages import SUBJECT

_DOTS_PER_INCH, _AIR = 118, 24
_HINTS = "JKL"
"""Columns that are left out of the picture, so that the others can be read."""


def workbook(form: str, lang: Lang, edits: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return the first sheet of a form's workbook with some cells changed, coloured."""
    content = adapting_book(form, Catalogue(()), shipped_theme(), lang, f"{form}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    first: Any = book.worksheets[0]
    for sheet in book.worksheets[1:]:
        book.remove(sheet)
    for column in _HINTS:
        first.column_dimensions[column].hidden = True
    for pointer, cells in edits.items():
        row = next(row[0].row for row in first.iter_rows(min_row=4) if row[0].value == pointer)
        for column, text in cells.items():
            first[f"{column}{row}"].value = text
            first[f"{column}{row}"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFF3D6")
        lines = max(text.count("\n") for text in cells.values()) + 1
        first.row_dimensions[row].height = max(first.row_dimensions[row].height, 14.0 * lines + 6)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def picture(pdf: bytes) -> Image.Image:
    """Return what stands on the first page, without the paper around it."""
    made = pypdfium2.PdfDocument(pdf)[0].render(scale=_DOTS_PER_INCH / 72).to_pil().convert("RGB")
    left, top, right, bottom = ImageChops.difference(made, Image.new("RGB", made.size, "white")).getbbox() or (
        0,
        0,
        *made.size,
    )
    return made.crop((max(0, left - _AIR), max(0, top - _AIR), right + _AIR, bottom + _AIR))


def main(folder: Path) -> None:
    """Write a picture in each language that is written."""
    said = tomllib.loads(SUBJECT.read_text(encoding="utf-8"))["workbook"]
    form = said.pop("form")
    for lang, edits in said.items():
        pdf = as_pdf(workbook(form, lang, edits), "xlsx", make_job(form, lang=lang).blank())
        picture(pdf).quantize(64).save(folder / f"own-workbook.{lang}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
