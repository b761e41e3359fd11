"""Pages of both PDF engines side by side: `python -m samples.engines out/engines [LANG…]`. Needs the `dev` extra.

Every form, blank and filled, is set by each engine; `index.html` shows the pages beside each other, what differs in
number of pages or words first. Ends with 1 where anything differs.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from generator import Catalogue
from generator.api import make_job, to_bytes
from generator.document import Block, Document, Section, Table
from generator.wording import LANGS, Lang
from generator.writers import WritingOptions
from generator.writers.pdf import ENGINES
from samples.demo import SAMPLES

DOTS_PER_INCH = 60
GAP, GREY = 10, (120, 120, 120)
_SPACE = re.compile(r"[\s\u200b\u2060\ufeff\u00ad\x02\ufffe-]+")
_STYLE = "body{font:15px sans-serif;margin:2em}img{max-width:100%;margin:0 0 2em}.no{color:#b00020}"


@dataclass(frozen=True)
class Pages:
    """A document as one engine sets it: pictures of its pages, and how often each character stands on them."""

    pictures: list[Image.Image]
    characters: Counter[str]


def pages(document: Document, engine: str) -> Pages:
    """Return the pages of a document by an engine."""
    opened = pypdfium2.PdfDocument(to_bytes(document, "pdf", WritingOptions(engine=engine)))
    found = [page.render(scale=DOTS_PER_INCH / 72).to_pil().convert("RGB") for page in opened]
    text = "".join(page.get_textpage().get_text_bounded() for page in opened)
    return Pages(found, counted(text))


def counted(text: str) -> Counter[str]:
    """Return how often each character stands in a text; of blank space and hyphens, none."""
    return Counter(_SPACE.sub("", text))


def heads(blocks: Iterable[Block]) -> Iterator[Counter[str]]:
    """Yield the characters of each table's head, which stands once more on every page that the table goes on over."""
    for block in blocks:
        if isinstance(block, Section):
            yield from heads(block.blocks)
        elif isinstance(block, Table):
            yield counted(block.serial + "".join(column.face.label for column in block.columns))
            yield Counter({"*": sum(column.face.required for column in block.columns)})


def papers(lang: Lang) -> Iterator[tuple[str, Document]]:
    """Yield every form, blank and filled with its ordinary sample, with a name."""
    for form in Catalogue(()):
        job = make_job(form, lang=lang)
        yield f"{form.id}-blank.{lang}", job.blank()
        for made in job.documents(job.open(str(SAMPLES / form.id / "ordinary.json"))):
            yield f"{form.id}-ordinary.{lang}", made.document


def beside(left: Pages, right: Pages) -> Image.Image:
    """Return the pages of two engines in two columns."""
    columns = (left.pictures, right.pictures)
    width = max(picture.width for column in columns for picture in column)
    height = max(sum(picture.height + GAP for picture in column) for column in columns)
    both = Image.new("RGB", (2 * width + 3 * GAP, height + GAP), GREY)
    for n, column in enumerate(columns):
        y = GAP
        for picture in column:
            both.paste(picture, (GAP + n * (width + GAP), y))
            y += picture.height + GAP
    return both


def judged(document: Document, left: Pages, right: Pages) -> str:
    """Return what two engines differ in; nothing where they agree, but for where a table goes on over a page."""
    counts = len(left.pictures), len(right.pictures)
    if counts[0] != counts[1]:
        return f"{counts[0]} and {counts[1]} pages"
    more = [left.characters - right.characters, right.characters - left.characters]
    for head in heads(document.blocks):
        more = [extra - head if head <= extra else extra for extra in more]
    return "the words differ" if any(more) else ""


def main(folder: Path, langs: list[Lang]) -> int:
    """Write the pictures and the page that shows them; return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    first, second = ENGINES
    rows: list[tuple[str, str, int]] = []
    for lang in langs:
        for name, document in papers(lang):
            left, right = pages(document, first), pages(document, second)
            beside(left, right).quantize(64).save(folder / f"{name}.png", optimize=True)
            rows.append((name, judged(document, left, right), len(left.pictures)))
    differing = sum(1 for _, fault, _ in rows if fault)
    count = f"{len(rows)} documents, {sum(n for _, _, n in rows)} pages; {differing} differ"
    parts = [
        f'<h2>{name} <span class="no">{fault}</span></h2><img src="{name}.png" loading="lazy">'
        for name, fault, _ in sorted(rows, key=lambda row: (not row[1], row[0]))
    ]
    head = f"<!doctype html><meta charset=utf-8><title>{first} | {second}</title><style>{_STYLE}</style>"
    (folder / "index.html").write_text(f"{head}<h1>{first} | {second}</h1><p>{count}</p>{''.join(parts)}", "utf-8")
    print(f"{count}: {folder / 'index.html'}")
    print("".join(f"{name}: {fault}\n" for name, fault, _ in rows if fault), end="")
    return 1 if differing else 0


if __name__ == "__main__":
    words = sys.argv[1:] or ["out/engines"]
    sys.exit(main(Path(words[0]), [lang for lang in LANGS if lang in words[1:]] or list(LANGS)))
