"""A page of the desk as somebody uses it: a record begun, filled in box by box, and taken."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.errors import pointer_step

# What each part of the form is filled in with, by its pointer.
_PARTS = """() => Object.fromEntries([...document.querySelectorAll('#fill [data-pointer]')].map(part => {
    const box = part.matches('[data-value]') ? part : part.querySelector('[data-value]');
    const tick = !part.matches('[data-section],[data-repeat],[data-row]')
        && part.querySelector('input[type=radio],input[type=checkbox]');
    const kind = 'section' in part.dataset ? 'section' : 'repeat' in part.dataset ? 'repeat'
        : 'row' in part.dataset ? 'row' : tick ? tick.type : !box ? 'none' : 'computed' in box.dataset ? 'computed'
        : box.hidden ? 'told' : 'picture' in box.dataset ? 'picture' : box.multiple ? 'several'
        : box.tagName === 'SELECT' ? 'select' : 'text';
    return [part.dataset.pointer, kind];
}))"""


@dataclass
class Sheet:
    """A browser's page, and the address of the desk."""

    page: Any
    address: str

    @property
    def name(self) -> str:
        """Return the id of the record that is open."""
        return str(self.page.url.rpartition("/")[2])

    def begin(self, form: str) -> "Sheet":
        """Begin a record of a form by the button of its page."""
        self.page.goto(f"{self.address}/forms/{form}")
        self.page.click("button.main")
        self.page.wait_for_url(re.compile("/records/"))
        return self.ready()

    def ready(self) -> "Sheet":
        """Wait until the paper is there."""
        self.page.wait_for_selector("#pages[data-shown] .page img", timeout=60_000)
        return self

    def part(self, pointer: str) -> Any:
        """Return the part of the page that shows a field."""
        return self.page.locator(f'#fill [data-pointer="{pointer}"]')

    def box(self, pointer: str) -> Any:
        """Return what a field is typed into."""
        part = self.part(pointer)
        return part if part.get_attribute("data-value") else part.locator("[data-value]")

    def type(self, pointer: str, text: str) -> None:
        """Type into a field, key by key."""
        self.box(pointer).press_sequentially(text)

    def saved(self, text: str = "已保存") -> None:
        """Wait until the page says that it is saved."""
        self.page.wait_for_function("text => document.getElementById('saved').textContent === text", arg=text)

    def shown_anew(self, act: Any) -> None:
        """Do something, and wait until the paper has been shown since."""
        before = self.page.get_attribute("#pages", "data-shown")
        act()
        self.page.wait_for_function("was => document.getElementById('pages').dataset.shown !== was", arg=before)

    def fill(self, values: Mapping[str, Any]) -> list[str]:
        """Fill in values as the form's controls hold them, rows added by the button; return what the rules fill in."""
        self._rows("", values)
        kinds = self.page.evaluate(_PARTS)
        for pointer, value in leaves(values):
            self._fill(pointer, kinds[pointer], value)
        return [pointer for pointer, _ in leaves(values) if kinds[pointer] == "computed"]

    def _rows(self, at: str, values: Any) -> None:
        kinds = self.page.evaluate(_PARTS)
        for key, value in values.items():
            pointer = f"{at}/{pointer_step(key)}"
            kind = kinds.get(pointer)
            if kind == "section":
                self._rows(pointer, value)
            elif kind == "repeat":
                self._table(pointer, value)
                for n, row in enumerate(value):
                    if isinstance(row, dict) and any(isinstance(one, (dict, list)) for one in row.values()):
                        self._rows(f"{pointer}/{n}", row)

    def _table(self, pointer: str, value: list[Any]) -> None:
        """Make as many rows as are wanted; preset rows that are about something else go."""
        part = self.part(pointer)
        rows = part.locator(":scope > .scroll [data-row], :scope > [data-rows] > [data-row]")
        if part.locator("[data-fixed][hidden]").count() and not self._is_as_preset(part, value):
            for _ in range(rows.count()):
                rows.first.locator("summary").click()
                rows.first.locator("[data-remove-row]").click()
        for _ in range(len(value) - rows.count()):
            part.locator(":scope > [data-add]").click()

    def _is_as_preset(self, part: Any, value: list[Any]) -> bool:
        """Tell whether the first rows are about what a table's preset rows are about."""
        boxes = part.locator("[data-fixed][hidden]").all()
        rows = len(part.locator("tr[data-row]").all())
        each = len(boxes) // rows
        return len(value) >= rows and all(
            box.input_value() == value[n // each].get(box.get_attribute("data-value")) for n, box in enumerate(boxes)
        )

    def _fill(self, pointer: str, kind: str, value: Any) -> None:
        part = self.part(pointer)
        if kind in ("computed", "told"):
            return
        if kind in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                part.locator(f'input[value="{one}"]').check()
        elif kind in ("select", "several"):
            self.box(pointer).select_option(value)
        else:
            assert kind == "text", (pointer, kind)
            self.box(pointer).fill("\n".join(value) if isinstance(value, list) else value)

    def take(self, format: str, folder: Path) -> Path:
        """Take the record's document in a format by its button; return the file."""
        with self.page.expect_download(timeout=120_000) as told:
            self.page.click(f'[data-take="{format}"]')
        path = folder / told.value.suggested_filename
        told.value.save_as(path)
        return path


def leaves(values: Any, at: str = "") -> list[tuple[str, Any]]:
    """Return the values of a record's controls by pointer; several answers of one control stay together."""
    if isinstance(values, dict):
        return [leaf for key, value in values.items() for leaf in leaves(value, f"{at}/{pointer_step(key)}")]
    if isinstance(values, list) and values and isinstance(values[0], dict):
        return [leaf for n, value in enumerate(values) for leaf in leaves(value, f"{at}/{n}")]
    return [(at, values)] if values not in ("", [], None) else []


def until(holds: Any, page: Any, seconds: float = 20.0) -> None:
    """Wait until something holds; the page goes on meanwhile."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never held"
        page.wait_for_timeout(50)
