"""Chromium at the desk's page, by playwright; `make test-browser` installs what it takes."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.page import Sheet
from tests.browser.served import Served
from tests.browser.stocked import Stocked
from tests.conftest import free_port


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Yield the browser."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        pytest.fail("Chromium or playwright isn't installed: run `make test-browser`")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield a desk that all tests of a run share; each begins records of its own."""
    desk = Served(tmp_path_factory.mktemp("desk") / "data", free_port()).start()
    yield desk
    desk.stop()


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stocked]:
    """Yield a desk that has something on every page."""
    desk = Served(tmp_path_factory.mktemp("stocked") / "data", free_port()).start()
    yield Stocked.of(desk)
    desk.stop()


@pytest.fixture
def own_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield a desk of the test's own, with nothing in it."""
    desk = Served(tmp_path_factory.mktemp("own") / "data", free_port()).start()
    yield desk
    desk.stop()


Opens = Callable[..., Sheet]


@pytest.fixture
def opens(browser: Any, served: Served) -> Iterator[Opens]:
    """Return what opens a page of the desk in a browser of its own; what its scripts throw fails the test."""
    contexts: list[Any] = []
    thrown: list[str] = []

    def open_at(address: str = "", lang: str = "zh-Hans", **more: Any) -> Sheet:
        at = address or served.address
        context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True, **more)
        contexts.append(context)
        context.add_cookies([{"name": "desk_lang", "value": lang, "url": at}])
        page = context.new_page()
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.on("console", lambda said: thrown.append(said.text) if "Content Security" in said.text else None)
        return Sheet(page, at)

    yield open_at
    for context in contexts:
        context.close()
    assert thrown == []
