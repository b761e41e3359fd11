"""pdf.js, the viewer of Firefox, in a page of Chromium: its form layer is typed into, and its file saved."""

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.clients.boxes import Answer, Box
from tests.clients.chromium import Chromium, Page, until

PACKAGE = Path(__file__).parents[2] / ".venv/clients/node_modules/pdfjs-dist"
"""Where `make test-clients` has npm put it."""

_PAGE = "pdfjs.html"

_PLACED = """(page, x, y) => {
    if (shown.viewer.currentPageNumber !== page) shown.viewer.currentPageNumber = page;
    const container = document.getElementById('container'), scale = shown.viewer.currentScale * 96 / 72;
    const layer = document.querySelector(`.page[data-page-number="${page}"] .annotationLayer`);
    if (!layer || shown.viewer.getPageView(page - 1).renderingState !== 3) return null;
    const down = layer.getBoundingClientRect().y + y * scale;
    if (down < 40 || down > container.clientHeight - 40) {
        container.scrollTop += down - container.clientHeight / 2;
        return null;
    }
    const at = [layer.getBoundingClientRect().x + x * scale, down];
    return document.elementFromPoint(...at)?.matches('input, textarea, select') ? at : null;
}"""
"""Where a point of a page is on the screen, once a box has been drawn there."""

_SAVED = """shown.pdf.saveDocument().then(bytes => new Promise(done => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(',')[1]);
    reader.readAsDataURL(new Blob([bytes]));
}))"""


class _Handler(SimpleHTTPRequestHandler):
    """Serves the page, the package beneath /pdfjs, and PDFs of a folder."""

    def translate_path(self, path: str) -> str:
        wanted = path.partition("?")[0].lstrip("/")
        if wanted == _PAGE:
            return str(Path(__file__).with_name(_PAGE))
        if wanted.startswith("pdfjs/"):
            return str(PACKAGE / wanted.removeprefix("pdfjs/"))
        return str(Path(self.directory) / Path(wanted).name)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder's PDFs on this machine; return the address of the page that shows them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{_PAGE}"
    finally:
        server.shutdown()
        server.server_close()


class PdfJs(Page):
    """The viewer, with a PDF open in it."""

    def __init__(self, browser: Chromium, address: str, name: str) -> None:
        super().__init__(browser, f"{address}?{name}")
        until(lambda: self.evaluate("globalThis.shown !== undefined"))

    def place(self, box: Box) -> tuple[float, float]:
        """Return where the middle of a box is on the screen, after it was scrolled to and drawn."""
        x, y = box.middle
        self.evaluate(f"globalThis.placed = {_PLACED}")
        across, down = until(lambda: self.evaluate(f"placed({box.page + 1}, {x}, {y})"))
        return across, down

    def fill(self, answers: Iterable[Answer]) -> None:
        """Type each answer into its box."""
        for answer in answers:
            x, y = self.place(answer.box)
            if answer.box.listed:
                self.pick(answer, x, y)
                continue
            self.click(x, y)
            if not answer.is_tick:
                self.type(answer.text)

    def pick(self, answer: Answer, x: float, y: float) -> None:
        """Pick an entry of a list by keys; it isn't opened, for it would lie in a window of its own."""
        self.evaluate(f"document.elementFromPoint({x}, {y}).focus()")
        for _ in range(answer.steps):
            self.press("ArrowDown")

    def saved(self) -> bytes:
        """Return the file as it is saved with what was typed."""
        return base64.b64decode(self.evaluate(_SAVED))
