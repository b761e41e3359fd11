"""What programs show of a PDF: pages as pictures in grey, and their text."""

import base64
import io
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image

from tests.clients.boxes import Box
from tests.clients.pdfjs import PdfJs

DPI = 100
_DARK = 110
_SCALE = DPI / 72

_DRAWN = """(async () => {
    const page = await shown.pdf.getPage(PAGE), viewport = page.getViewport({ scale: SCALE });
    const canvas = Object.assign(document.createElement('canvas'), { width: viewport.width, height: viewport.height });
    await page.render({ canvas, viewport, annotationMode: pdfjsLib.AnnotationMode.ENABLE }).promise;
    return canvas.toDataURL().split(',')[1];
})()"""


def in_poppler(path: Path, page: int) -> Image.Image:
    number = str(page + 1)
    asked = ["pdftoppm", "-r", str(DPI), "-f", number, "-l", number, "-png", str(path)]
    return _picture(subprocess.run(asked, check=True, capture_output=True).stdout)


def in_mupdf(path: Path, page: int) -> Image.Image:
    asked = ["mutool", "draw", "-q", "-r", str(DPI), "-F", "png", "-o", "-", str(path), str(page + 1)]
    return _picture(subprocess.run(asked, check=True, capture_output=True).stdout)


def in_pdfium(path: Path, page: int) -> Image.Image:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        pdf.init_forms()
        return pdf[page].render(scale=_SCALE).to_pil().convert("L")


def in_pdfjs(shown: PdfJs, page: int) -> Image.Image:
    source = _DRAWN.replace("PAGE", str(page + 1)).replace("SCALE", str(_SCALE))
    return _picture(base64.b64decode(shown.evaluate(source)))


def _picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("L")


def ink(picture: Image.Image, box: Box) -> int:
    """Return how many pixels of a box are dark."""
    left, top, right, bottom = (round(edge * _SCALE) for edge in box.rect)
    return sum(picture.crop((left + 2, top + 2, right - 2, bottom - 2)).histogram()[:_DARK])


def text_by_poppler(path: Path) -> str:
    return _text(["pdftotext", str(path), "-"])


def text_by_mupdf(path: Path) -> str:
    return _text(["mutool", "draw", "-q", "-F", "txt", "-o", "-", str(path)])


def _text(asked: list[str]) -> str:
    """Return the text of a file without its blanks, for a line may be broken anywhere."""
    said = subprocess.run(asked, check=True, capture_output=True).stdout.decode()
    return "".join(said.split())


DRAW: Mapping[str, Callable[[Path, int], Image.Image]] = {
    "poppler": in_poppler,
    "mupdf": in_mupdf,
    "pdfium": in_pdfium,
}
READ: Mapping[str, Callable[[Path], str]] = {"poppler": text_by_poppler, "mupdf": text_by_mupdf}
