"""A picture of the desk's page while a form is filled in: `python -m samples.desk_page docs/pictures`.

Needs the extras `dev` and `browser`, and Chromium (`make test-browser` installs it).
"""

import io
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from generator.wording import LANGS
from samples.demo import SAMPLES
from samples.own_pages import DESK, SUBJECT

WIDE, HIGH = 1440, 900
COLOURS = 192
LEFT_OUT = "zh-Hant"
"""No page of ours is written in it."""

_BEGIN = """async ([form, values]) => {
    const token = document.querySelector('meta[name="desk-token"]').content;
    const headers = { 'content-type': 'application/json', 'x-desk-token': token };
    const answer = await fetch(`/forms/${form}/records`, { method: 'POST', headers, body: JSON.stringify({ values }) });
    return answer.headers.get('location');
}"""


@contextmanager
def served() -> Iterator[str]:
    """Yield the address of a desk with nothing in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "generator", "--config", str(DESK), "serve", "--port", str(port)]
        process = subprocess.Popen([*command, "--data", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def shown(browser: Any, address: str, lang: str, form: str, field: str) -> bytes:
    """Return the page of a form's sample, with a field of it in hand."""
    values = json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))
    context = browser.new_context(viewport={"width": WIDE, "height": HIGH})
    context.add_cookies([{"name": "desk_lang", "value": lang, "url": address}])
    page = context.new_page()
    page.goto(address)
    page.goto(address + page.evaluate(_BEGIN, [form, values]))
    page.wait_for_selector("#pages[data-shown] img")
    page.wait_for_selector("#missing p")
    page.focus(f'[data-value="{field}"]')
    page.wait_for_selector(".spot")
    page.wait_for_timeout(500)
    return bytes(page.screenshot())


def main(folder: Path) -> None:
    """Write a picture of the page in each language that pages of ours are written in."""
    from playwright.sync_api import sync_playwright

    subject = tomllib.loads(SUBJECT.read_text(encoding="utf-8"))["desk"]
    with sync_playwright() as playwright, served() as address:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for lang in LANGS:
            if lang != LEFT_OUT:
                picture = Image.open(io.BytesIO(shown(browser, address, lang, subject["form"], subject["field"])))
                picture.convert("RGB").quantize(COLOURS).save(folder / f"desk.{lang}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
