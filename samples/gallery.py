"""Pictures of real pages for the documentation: `python -m samples.gallery docs/pictures`. Needs the `dev` extra."""

import json
import sys
import tomllib
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

from generator.api import blank, render
from generator.wording import Lang
from samples.demo import SAMPLES

DOTS_PER_INCH = 76
GREY = (150, 150, 150)
PAGES = Path(__file__).with_name("gallery.toml")


def page(form: str, sample: str, lang: Lang) -> Image.Image:
    """Return the first page of a form, blank or filled with a sample, as a picture with a thin frame."""
    if sample:
        content = json.loads((SAMPLES / form / f"{sample}.json").read_text(encoding="utf-8"))
        pdf = render(form, content, "pdf", lang=lang)
    else:
        pdf = blank(form, "pdf", lang=lang)
    picture: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=DOTS_PER_INCH / 72).to_pil()
    return ImageOps.expand(picture.convert("RGB"), 1, GREY)


def main(folder: Path) -> None:
    """Write a picture of each page, and one of the first two side by side."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for given in tomllib.loads(PAGES.read_text(encoding="utf-8"))["page"]:
        form, sample, lang = given["form"], given.get("sample", ""), given["lang"]
        picture = page(form, sample, lang)
        pictures.append(picture)
        picture.quantize(256).save(folder / f"{form}-{sample or 'blank'}.{lang}.png", optimize=True)
    left, right = pictures[:2]
    both = Image.new("RGB", (left.width + right.width + 12, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + 12, 0))
    both.quantize(256).save(folder / "overview.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
