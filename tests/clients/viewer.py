"""Chromium's own viewer of PDFs (PDFium): boxes are clicked and typed into, and what it would save is taken."""

import base64
import json
import time
from collections.abc import Iterable
from pathlib import Path

from tests.clients.boxes import Answer, Box
from tests.clients.chromium import Chromium, Page, until

_PIXELS = 96 / 72
"""Pixels of the screen for a point of the page."""

_SETTLED = 0.5
"""Seconds in which the viewer has drawn what it was scrolled to."""

_BUTTON = """(shadow => (r => [r.x + r.width / 2, r.y + r.height / 2])(
    shadow.querySelector('viewer-download-controls').shadowRoot.querySelector('#save').getBoundingClientRect()
))(viewer.shadowRoot.querySelector('viewer-toolbar').shadowRoot)"""
"""Where the button for saving is, by whose click the box that was typed into last is left."""

_SAVED = """viewer.currentController.save('EDITED').then(saved => new Promise(done => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(',')[1]);
    reader.readAsDataURL(new Blob([saved.dataToSave]));
}))"""
"""What the button for saving with changes does before it asks where to, which no dialog can without a screen."""


class Viewer(Page):
    """The viewer, with a PDF open in it."""

    def __init__(self, browser: Chromium, path: Path) -> None:
        super().__init__(browser, f"{path.as_uri()}#zoom=100")
        frame = until(lambda: next((t for t in browser.targets() if self._is_mine(t["url"])), None))
        self.frame = browser.attach(frame["targetId"])
        until(lambda: self.evaluate("globalThis.viewer?.loadState_ === 'success'", self.frame))
        time.sleep(_SETTLED)
        self.left, self.top, self.high = self._asked(
            "(r => [r.left, r.top, r.height])(viewer.shadowRoot.querySelector('#content').getBoundingClientRect())"
        )

    @staticmethod
    def _is_mine(url: str) -> bool:
        return url.startswith("chrome-extension://")

    def _asked(self, source: str) -> list[float]:
        return list(json.loads(self.evaluate(f"JSON.stringify({source})", self.frame)))

    def place(self, box: Box) -> tuple[float, float]:
        """Return where the middle of a box is on the screen, after it was scrolled to."""
        x, y = self._place(box)
        if not self.top + 20 < y < self.top + self.high - 20:
            self.evaluate(
                f"viewer.viewport.setPosition({{x: 0, y: viewer.viewport.position.y + {y - 400}}})", self.frame
            )
            time.sleep(_SETTLED)
            x, y = self._place(box)
        return x, y

    def _place(self, box: Box) -> tuple[float, float]:
        across, down = self._asked(f"(r => [r.x, r.y])(viewer.viewport.getPageScreenRect({box.page}))")
        x, y = box.middle
        return self.left + across + x * _PIXELS, self.top + down + y * _PIXELS

    def fill(self, answers: Iterable[Answer]) -> None:
        """Type each answer into its box."""
        for answer in answers:
            self.click(*self.place(answer.box))
            if answer.is_tick:
                continue
            if answer.box.listed:
                self.pick(answer)
            else:
                self.type(answer.text)

    def pick(self, answer: Answer) -> None:
        """Pick an entry of the list that a click has opened."""
        for _ in range(answer.steps):
            self.press("ArrowDown")
        self.press("Enter")

    def saved(self) -> bytes:
        """Return the file as the viewer saves it with what was typed."""
        self.click(*self._asked(_BUTTON))
        return base64.b64decode(self.evaluate(_SAVED, self.frame))
