"""Chromium, started when it is first wanted, and the PDFs that it and pdf.js in it have filled in."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.clients import pdfjs
from tests.clients.boxes import answers_in
from tests.clients.chromium import Chromium, chromium
from tests.clients.pdfjs import PdfJs
from tests.clients.typed import Typed
from tests.clients.viewer import Viewer

RARE = "𠮷"
"""A character beyond the first 65,536."""

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Browser:
    """Chromium, the folder whose PDFs it is shown, and the address of the page of pdf.js."""

    chromium: Chromium
    folder: Path
    address: str

    def fill(self, client: str, typed: Typed, content: bytes, boxes: Mapping[str, str] | None = None) -> Path:
        """Return the file that a client has filled in; `boxes`: what is typed where that isn't all there is."""
        path = self.folder / f"{next(_NUMBERS)}.blank.pdf"
        path.write_bytes(content)
        page = Viewer(self.chromium, path) if client == "chromium" else self.pdfjs(path)
        page.fill(answers_in(typed if boxes is None else replace(typed, boxes=boxes), path))
        out = path.with_suffix("").with_suffix(".filled.pdf")
        out.write_bytes(page.saved())
        page.close()
        return out

    def pdfjs(self, path: Path) -> PdfJs:
        """Return pdf.js with a PDF open in it."""
        return PdfJs(self.chromium, self.address, path.name)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not (shutil.which("chromium") and pdfjs.PACKAGE.is_dir()):
        pytest.fail("Chromium or pdf.js isn't installed: run `make test-clients`")
    folder = tmp_path_factory.mktemp("pdf")
    with chromium(tmp_path_factory.mktemp("chromium")) as started, pdfjs.served(folder) as address:
        yield Browser(started, folder, address)


CLIENTS = ("chromium", "pdfjs")


@pytest.fixture(scope="session")
def filled_pdf(browser: Browser) -> Callable[[str, Typed], Path]:
    """Return what gives the PDF that a client has filled in, made once; without characters that some fonts lack."""
    made: dict[tuple[str, str], Path] = {}

    def fill(client: str, typed: Typed) -> Path:
        key = client, str(typed)
        if key not in made:
            made[key] = browser.fill(client, typed, typed.blank("pdf"))
        return made[key]

    return fill
