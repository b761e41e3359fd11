"""The boxes of a fillable PDF: where each lies, and what has to be done for an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.control_names import choice_name_in_pdf, field_name, option_names
from tests.clients.typed import Typed


@dataclass(frozen=True)
class Box:
    """A widget: its field, page from 0, rectangle in points from the top left, the state that ticks it, its list."""

    name: str
    kind: str
    page: int
    rect: tuple[float, float, float, float]
    state: str = ""
    listed: tuple[str, ...] = ()

    @property
    def middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.rect
        return (left + right) / 2, (top + bottom) / 2


@dataclass(frozen=True)
class Answer:
    """What is to be done with a box: a text typed, or it is ticked, or the entry of that label picked from its list."""

    box: Box
    text: str = ""

    @property
    def steps(self) -> int:
        """How often the key for the next entry has to be pressed: an empty list has no entry, not its first one."""
        return self.box.listed.index(self.text) + 1

    @property
    def is_tick(self) -> bool:
        return bool(self.box.state)


def boxes_of(path: Path) -> list[Box]:
    """Return the boxes of a PDF."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        return [
            box
            for number, page in enumerate(pdf.pages)
            for widget in page.get("/Annots", [])
            if widget.get("/Subtype") == "/Widget" and (box := _box(widget, number, float(page.MediaBox[3])))
        ]


def _box(widget: Any, page: int, high: float) -> Box:
    field = widget if "/T" in widget else widget.Parent
    left, bottom, right, top = map(float, widget.Rect)
    kind = str(field.FT)
    states = [key for key in widget.AP.N if key != "/Off"] if kind == "/Btn" else []
    listed = [str(one[1] if not isinstance(one, str) and len(one) == 2 else one) for one in field.get("/Opt", [])]
    rect = (left, high - top, right, high - bottom)
    return Box(str(field.T), kind, page, rect, states[0][1:] if states else "", tuple(listed))


def answers_in(typed: Typed, path: Path) -> Iterator[Answer]:
    """Yield what has to be done for each answer."""
    boxes = boxes_of(path)
    by_name = {(box.name, box.state): box for box in boxes}
    for pointer, answer in typed.boxes.items():
        name = field_name(pointer)
        if (name, "") in by_name:
            yield Answer(by_name[name, ""], str(answer))
            continue
        for number in typed.chosen(pointer):
            several = choice_name_in_pdf(pointer, number)
            found = [box for box in boxes if box.name == several and box.state]
            found = found or [by_name[name, option_names(typed.values(pointer))[number - 1]]]
            yield Answer(found[0])
