"""What axe-core finds on the pages: nothing serious, in light and dark, on a desk's screen and on a phone."""

from typing import Any

import pytest

from tests.browser.axe import found_on
from tests.browser.conftest import Opens
from tests.browser.served import Served
from tests.browser.stocked import Stocked
from tests.desk.people import PASSWORD, add

pytestmark = pytest.mark.browser

LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_has_a_barrier(scheme: str, width: int, opens: Opens, stocked: Stocked) -> None:
    sheet = opens(stocked.served.address, color_scheme=scheme)
    page = sheet.page
    page.set_viewport_size({"width": width, "height": 844})
    found = {path: _seen(page, sheet.address, path) for path in _paths(stocked)}
    for name, record in {"faulty": stocked.faulty, "final": stocked.corrected}.items():
        page.goto(f"{sheet.address}/records/{record}")
        sheet.ready()
        page.wait_for_selector("#missing p")
        found[name] = found_on(page)
        assert _is_in_view(page), name
    page.goto(f"{sheet.address}/month")
    page.fill('input[name="period"]', "2024-09")
    page.click("button.main")
    page.wait_for_selector("#made > *", timeout=60_000)
    found["figures"] = found_on(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def _paths(stocked: Stocked) -> list[str]:
    form = "closure-report"
    shared = ["/", "/records", "/cases", "/due", "/month", "/give", "/users", "/log", "/nowhere", f"/forms/{form}"]
    own = [f"/cases/{stocked.case}", f"/give/{stocked.list}", f"/records/{stocked.corrected}/history"]
    return [*shared, *own, f"/records/{stocked.faulty}/file?format=pdf"]


def _seen(page: Any, address: str, path: str) -> list[str]:
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert _is_in_view(page), path
    return found_on(page)


def _is_in_view(page: Any) -> bool:
    """Tell whether a page is as wide as the screen: nothing is cut off at its right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("lang", ["zh-Hant", "en"])
def test_no_page_has_a_barrier_or_lacks_a_word_in_other_languages(lang: str, opens: Opens, stocked: Stocked) -> None:
    page = opens(stocked.served.address, lang=lang).page
    found = {}
    for path in _paths(stocked):
        found[path] = _seen(page, stocked.served.address, path)
        assert page.get_attribute("html", "lang") == lang
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_of_people_has_a_barrier(scheme: str, width: int, opens: Opens, own_desk: Served) -> None:
    from generator.desk.store import Store

    store = Store.open(str(own_desk.data))
    for name, role in {"wang": "admin", "li": "writer", "赵敏": "reader"}.items():
        add(store, name, role)
    store.close()
    sheet = opens(own_desk.address, color_scheme=scheme)
    page = sheet.page
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(sheet.address)
    assert page.url.startswith(f"{sheet.address}/login")
    found = {"login": found_on(page)}
    page.fill("#name", "wang")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{sheet.address}/")
    found |= {path: _seen(page, sheet.address, path) for path in ("/", "/users", "/log", "/password")}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
