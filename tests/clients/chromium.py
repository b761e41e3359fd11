"""A Chromium of our own without a screen, driven by its DevTools protocol, with the mouse and the keys."""

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 30
WIDE, HIGH = 1400, 3700
"""Pixels of the window: three pages are seen at once, for what is clicked right after scrolling may be missed."""

_KEYS = {"Enter": ("\r", 13), "Tab": ("\t", 9), "ArrowDown": ("", 40), "ArrowUp": ("", 38), "End": ("", 35)}
_FLAGS = (
    "--headless=new",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    f"--window-size={WIDE},{HIGH}",
)


class Chromium:
    """A running browser; what it is asked is answered at once."""

    def __init__(self, folder: Path) -> None:
        from websockets.sync.client import connect

        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        profile = folder / "profile"
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            [shutil.which("chromium") or "chromium", *_FLAGS, *root, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        active = profile / "DevToolsActivePort"
        until(lambda: active.exists() and len(active.read_text().splitlines()) == 2)
        port, path = active.read_text().splitlines()
        self.opened = contextlib.ExitStack()
        self.socket = self.opened.enter_context(connect(f"ws://127.0.0.1:{port}{path}", max_size=None))
        self.numbers = itertools.count(1)
        self.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads), eventsEnabled=True)

    def send(self, method: str, session: str = "", **given: object) -> dict[str, Any]:
        """Ask for something, and return the answer; what is told meanwhile is passed over."""
        number = next(self.numbers)
        asked = {"id": number, "method": method, "params": given, **({"sessionId": session} if session else {})}
        self.socket.send(json.dumps(asked))
        while True:
            said = json.loads(self.socket.recv(timeout=PATIENCE))
            if said.get("id") == number:
                assert "error" not in said, (method, said["error"])
                return dict(said["result"])

    def targets(self) -> list[dict[str, Any]]:
        return list(self.send("Target.getTargets", filter=[{}])["targetInfos"])

    def attach(self, target: str) -> str:
        return str(self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.send("Browser.close")
        self.opened.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


class Page:
    """A page of the browser."""

    def __init__(self, browser: Chromium, url: str) -> None:
        self.browser = browser
        self.target = browser.send("Target.createTarget", url=url)["targetId"]
        self.session = browser.attach(self.target)

    def send(self, method: str, **given: object) -> dict[str, Any]:
        return self.browser.send(method, self.session, **given)

    def evaluate(self, source: str, session: str = "") -> Any:
        """Return the value of an expression of JavaScript; promises are waited for."""
        done = self.browser.send(
            "Runtime.evaluate", session or self.session, expression=source, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def click(self, x: float, y: float) -> None:
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    def press(self, key: str, modifiers: int = 0) -> None:
        text, code = _KEYS.get(key, (key, ord(key.upper()[0])))
        named = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **named)
        self.send("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text: str) -> None:
        """Type a text as keys that bring a character each."""
        for character in text:
            if character == "\n":
                self.press("Enter")
            else:
                self.send("Input.dispatchKeyEvent", type="char", text=character)

    def picture(self, path: Path) -> None:
        import base64

        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        self.browser.send("Target.closeTarget", targetId=self.target)


def until(done: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait until something is there, and return it."""
    end = time.monotonic() + patience
    while not (found := done()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


@contextmanager
def chromium(folder: Path) -> Iterator[Chromium]:
    browser = Chromium(folder)
    try:
        yield browser
    finally:
        browser.close()
