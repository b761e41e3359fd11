"""Signatures drawn at the page: kept as a picture, on the paper, and gone again; the name alone without a mouse."""

from typing import Any

import pytest

from tests.browser.conftest import Opens
from tests.browser.page import Sheet, until
from tests.browser.served import Served
from tests.browser.test_every_form import CATALOGUE
from tests.browser.test_filling_in import stored

pytestmark = pytest.mark.browser

SIGNED = next(
    (form.id, spec.pointer)
    for form in CATALOGUE
    if not form.is_table
    for spec in form.root.walk()
    if spec.shape == "value" and spec.kind.is_drawn and spec.pointer.count("/") == 2 and not spec.required
)
REGISTER, COLUMN = next(
    (form.id, spec.key)
    for form in CATALOGUE
    if form.is_table
    for spec in form.rows.fields
    if spec.shape == "value" and spec.kind.is_drawn
)


def of(sheet: Sheet, pointer: str) -> Any:
    """Return what belongs to a signature's field: its box, the picture, the buttons."""
    return sheet.box(pointer).locator("xpath=ancestor::*[@data-signing]")


def draw(sheet: Sheet, pointer: str) -> None:
    """Draw a signature with the mouse."""
    of(sheet, pointer).locator("[data-sign]").click()
    room = sheet.page.locator("#signing canvas").bounding_box()
    assert room is not None
    mouse = sheet.page.mouse
    mouse.move(room["x"] + 60, room["y"] + 90)
    mouse.down()
    for step in range(1, 30):
        mouse.move(room["x"] + 60 + 8 * step, room["y"] + 90 + (40 if step % 2 else -40))
    mouse.up()
    sheet.page.click("#signing [data-done]")


def pictures_of_pages(sheet: Sheet) -> int:
    """Return how many pictures the paper beside the form shows."""
    pages = "[...document.querySelectorAll('#pages .page img')].map(image => fetch(image.src).then(it => it.text()))"
    return sum(page.count("<image ") for page in sheet.page.evaluate(f"() => Promise.all({pages})"))


def test_what_is_drawn_is_kept_and_shown_on_the_paper_until_it_is_removed(opens: Opens, served: Served) -> None:
    form, pointer = SIGNED
    section, key = pointer.split("/")[1:]
    sheet = opens().begin(form)
    sheet.shown_anew(lambda: draw(sheet, pointer))
    sheet.saved()
    assert stored(served, sheet.name)[section][key].startswith("data:image/png;base64,")
    sheet.page.reload()
    sheet.ready()
    assert of(sheet, pointer).locator("img").is_visible()
    sheet.page.locator("#see-mask").uncheck()
    until(lambda: pictures_of_pages(sheet) == 1, sheet.page)
    sheet.shown_anew(lambda: of(sheet, pointer).locator("[data-unsign]").click())
    sheet.saved()
    assert key not in stored(served, sheet.name).get(section, {})


def test_nothing_drawn_is_no_signature(opens: Opens) -> None:
    form, pointer = SIGNED
    sheet = opens().begin(form)
    of(sheet, pointer).locator("[data-sign]").click()
    sheet.page.click("#signing [data-done]")
    assert sheet.page.locator("#signing [data-told]").text_content() == "还没有签名。"
    sheet.page.keyboard.press("Escape")
    assert not sheet.page.locator("#signing").is_visible()
    assert sheet.page.evaluate("document.activeElement.matches('[data-sign]')")


def test_who_has_no_mouse_types_the_name(opens: Opens, served: Served) -> None:
    form, pointer = SIGNED
    section, key = pointer.split("/")[1:]
    sheet = opens().begin(form)
    sheet.type(pointer, "欧阳静")
    sheet.saved()
    assert stored(served, sheet.name)[section][key] == "欧阳静"


def test_rows_of_a_list_are_signed_one_by_one(opens: Opens, served: Served) -> None:
    sheet = opens().begin(REGISTER)
    for row in (0, 2):
        sheet.shown_anew(lambda row=row: draw(sheet, f"/rows/{row}/{COLUMN}"))
    sheet.saved()
    assert [COLUMN in row for row in stored(served, sheet.name)["rows"]].count(True) == 2
