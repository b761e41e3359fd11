"""Pictures of a desk's own paper, and of its own Word file as it is begun and filled in: `python -m samples.own_pages
docs/pictures`.

Needs the `dev` extra and LibreOffice.
"""

import io
import json
import sys
import tomllib
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

from generator.api import make_job, render, to_bytes
from generator.configuration import load_configuration
from generator.tagged import Own
from generator.tagged.office import as_pdf
from generator.tagged.starter import STARTERS
from generator.wording import LANGS, Lang
from samples.demo import SAMPLES
from samples.gallery import DOTS_PER_INCH, GREY

DESK = Path(__file__).with_name("desk") / "biaodan.toml"
SUBJECT = Path(__file__).with_name("gallery.toml")


def pages(form: str, lang: Lang) -> Image.Image:
    """Return the file to begin with, and what a sample makes of it, side by side."""
    job, out = make_job(form, lang=lang), io.BytesIO()
    blank = job.blank()
    STARTERS["docx"](job.form, blank, out)
    own = Own("start.docx", out.getvalue())
    record = json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))
    filled = render(form, record, "pdf", lang=lang, template=own)
    return _beside(as_pdf(own.content, "docx", blank), filled)


def papers(form: str, lang: Lang) -> Image.Image:
    """Return a sample as it prints for those who have no settings, and for a desk that has some, side by side."""
    record = json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))
    desk = load_configuration(DESK)
    jobs = (make_job(form, lang=lang), make_job(form, lang=lang, profile=desk.profile, theme=desk.theme))
    documents = (next(iter(job.documents(job.source(record)))).document for job in jobs)
    return _beside(*(to_bytes(document, "pdf") for document in documents if document))


def _beside(*pdfs: bytes) -> Image.Image:
    left, right = map(_first, pdfs)
    both = Image.new("RGB", (left.width + right.width + 12, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + 12, 0))
    return both


def _first(pdf: bytes) -> Image.Image:
    picture: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=DOTS_PER_INCH / 72).to_pil()
    return ImageOps.expand(picture.convert("RGB"), 1, GREY)


def main(folder: Path) -> None:
    """Write a picture of a letter and its file in each language that is written."""
    form = tomllib.loads(SUBJECT.read_text(encoding="utf-8"))["own"]["form"]
    for lang in LANGS:
        if lang != "zh-Hant":
            pages(form, lang).quantize(256).save(folder / f"own-template.{lang}.png", optimize=True)
            papers(form, lang).quantize(256).save(folder / f"own-paper.{lang}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
