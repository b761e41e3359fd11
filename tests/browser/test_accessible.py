"""What axe-core finds on the pages: nothing serious, in light and dark, on a desk's screen and on a phone."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Opens
from tests.browser.test_every_form import CATALOGUE, FORMS

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "build/axe/node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")


def found_on(page: Any) -> list[str]:
    """Return what is seriously wrong on a page: the rule, and where."""
    if not AXE.is_file():
        pytest.fail("axe-core isn't installed: run `make test-browser`")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger: the page's own policy lets no other script in
    told = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary'][:200]}"
        for one in told["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("form_id", FORMS)
def test_a_record_is_filled_in_without_a_barrier(form_id: str, opens: Opens) -> None:
    sheet = opens().begin(form_id)
    sheet.saved()
    assert found_on(sheet.page) == []


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
        "nothing found": "/search?q=%E6%B2%A1%E6%9C%89",
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
