"""The page of all forms with a thumbnail of each: `python -m samples.catalogue docs`, or `--check docs`.

Paper to fill in is shown blank, letters, reports and registers filled. Beside the pictures lies a list of what each was
made from, so that one that is out of date is found without making it again.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

from generator import resources
from generator.api import make_job, to_bytes
from generator.catalogue import GROUPS, Catalogue, Form
from generator.cli.messages import message
from generator.document import Document
from generator.files import write_whole
from generator.records import ListSource
from generator.writers.html import write_html
from samples.demo import SAMPLES

WIDTH = 220
"""Pixels that a thumbnail is wide; a page that lies is as wide, and lower."""

_SHOWN_FILLED = ("table", "letter", "report")
_LOOK = ("print.css", "theme.toml")
PICTURES = Path("pictures") / "catalogue"
SOURCES = PICTURES / "made-from.json"
PAGE = "catalogue.md"


def shown(form: Form) -> Document:
    """Return the document whose first page stands for a form."""
    job = make_job(form)
    if form.kind not in _SHOWN_FILLED:
        return job.blank()
    content = json.loads((SAMPLES / form.id / "ordinary.json").read_text(encoding="utf-8"))
    (made,) = job.documents(ListSource(content, form))
    return made.document


def source_of(document: Document) -> str:
    """Return a digest of all that a page's look depends on."""
    look = (resources.templates() / "theme" / name for name in _LOOK)
    parts = [write_html(document).encode(), *(path.read_bytes() for path in look)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def thumbnail(document: Document) -> Image.Image:
    """Return the first page, small, with a thin frame."""
    page = pypdfium2.PdfDocument(to_bytes(document, "pdf"))[0]
    picture: Image.Image = page.render(scale=2 * WIDTH / page.get_width()).to_pil()
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
    small = picture.convert("L").resize(size, Image.Resampling.LANCZOS)
    return ImageOps.expand(small.quantize(16).convert("L"), 1, 150).quantize(16)


def lines(catalogue: Catalogue) -> Iterator[str]:
    """Yield the page: a table for each stage of the work."""
    yield "# 表单目录 · Catalogue"
    yield ""
    yield "由 `make gallery` 生成。 Made by `make gallery`."
    for group in GROUPS:
        forms = [form for form in catalogue if form.group == group]
        yield from ("", f"## {message(f'group.{group}', 'zh-Hans')} · {message(f'group.{group}', 'en')}", "")
        yield "| | 表单 Form | 编号 No. | 种类 Kind |"
        yield "|---|---|---|---|"
        for form in forms:
            picture = f"![{form.title('en')}]({(PICTURES / form.id).as_posix()}.png)"
            titles = f"**{form.title('zh-Hans')}**<br>{form.title('zh-Hant')}<br>{form.title('en')}<br>`{form.id}`"
            kinds = f"{message(f'kind.{form.kind}', 'zh-Hans')}<br>{message(f'kind.{form.kind}', 'en')}"
            yield f"| {picture} | {titles} | {form.number} | {kinds} |"


def text(catalogue: Catalogue) -> str:
    """Return the page."""
    return "\n".join(lines(catalogue)) + "\n"


def outdated(docs: Path) -> list[str]:
    """Return what isn't as it would be made now: the page, and ids of forms whose thumbnail is old or missing."""
    catalogue = Catalogue(())
    path = docs / SOURCES
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    old = [form.id for form in catalogue if known.get(form.id) != source_of(shown(form))]
    old += [form.id for form in catalogue if not (docs / PICTURES / f"{form.id}.png").exists() and form.id not in old]
    page = docs / PAGE
    current = page.exists() and page.read_text(encoding="utf-8") == text(catalogue)
    return old if current else [PAGE, *old]


def make(docs: Path) -> None:
    """Write the page, the thumbnails that have changed, and the list of what they were made from."""
    catalogue = Catalogue(())
    old = set(outdated(docs))
    sources = {}
    for form in catalogue:
        document = shown(form)
        sources[form.id] = source_of(document)
        if form.id in old:
            path = docs / PICTURES / f"{form.id}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            thumbnail(document).save(path, optimize=True)
    for path in (docs / PICTURES).glob("*.png"):
        if path.stem not in sources:
            path.unlink()
    write_whole(docs / SOURCES, (json.dumps(sources, indent=2) + "\n").encode(), replace=True)
    write_whole(docs / PAGE, text(catalogue).encode(), replace=True)


def main(arguments: list[str]) -> int:
    """Make the page, or with `--check` only tell whether it is current; return the exit code."""
    check = "--check" in arguments
    docs = Path(next((a for a in arguments if not a.startswith("-")), "docs"))
    if not check:
        make(docs)
        return 0
    old = outdated(docs)
    if old:
        print("out of date; run make gallery:", *old, sep="\n  ", file=sys.stderr)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
