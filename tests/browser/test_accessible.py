"""What axe-core finds on the pages: nothing serious, in light and dark, on a desk's screen and on a phone."""

import pytest

from tests.browser.axe import found_on
from tests.browser.conftest import Opens
from tests.browser.test_every_form import CATALOGUE, FORMS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_has_a_barrier(scheme: str, width: int, opens: Opens) -> None:
    sheet = opens(color_scheme=scheme)
    page = sheet.page
    page.set_viewport_size({"width": width, "height": 844})
    form = next(form for form in CATALOGUE if form.id == FORMS[0])
    sheet.begin(form.id)
    sheet.saved()
    record = page.url
    found = {"record": found_on(page)}
    for name, path in {
        "home": "/",
        "form": f"/forms/{form.id}",
        "missing": "/nowhere",
    }.items():
        page.goto(sheet.address + path)
        found[name] = found_on(page)
    page.goto(f"{record}/history")
    found["history"] = found_on(page)
    page.goto(f"{record}/file?format=pdf")
    found["refused"] = found_on(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
