"""What would be typed to get a form's sample: the texts of its boxes, as they stand in a PDF that came with them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.control_names import option_names, pointer_of
from tests.clients.typed import Typed

_CHOICE = re.compile(r"^(.*)=(\d+)$")
_READ_ONLY = 1


def typed_sample(form_id: str, lang: str, sample: Path, folder: Path) -> Typed:
    """Return what is typed of a sample into a form: all that its blank paper has an empty box for."""
    typed = Typed(form_id, lang, {})
    blank, full = folder / f"{typed}.blank.pdf", folder / f"{typed}.full.pdf"
    blank.write_bytes(typed.blank("pdf"))
    full.write_bytes(typed.made_of(sample, "pdf"))
    empty = {name for name, field, _ in _widgets(blank) if str(field.get("/V", "")) in ("", "/Off")}
    boxes: dict[str, Any] = {}
    for name, field, widget in _widgets(full):
        if name in empty and not int(field.get("/Ff", 0)) & _READ_ONLY:
            _put(boxes, typed, name, field, widget)
    return replace(typed, boxes=boxes)


def _widgets(path: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield the boxes of a PDF: the name of each one's field, the field, the widget."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            for widget in page.get("/Annots", []):
                if widget.get("/Subtype") == "/Widget":
                    field = widget if "/T" in widget else widget.Parent
                    yield str(field.T), field, widget


def _put(boxes: dict[str, Any], typed: Typed, name: str, field: Any, widget: Any) -> None:
    """Take note of the answer in a box."""
    kind, held = str(field.get("/FT")), field.get("/V")
    choice = _CHOICE.match(name)
    pointer = pointer_of(choice[1] if choice else name)
    if kind == "/Tx" and held is not None and str(held):
        boxes[pointer] = str(held).replace("\r\n", "\n")
    elif kind == "/Ch" and held is not None and str(held):
        boxes[pointer] = _label(typed, pointer, str(held))
    elif kind == "/Btn" and (state := str(widget.get("/AS", "/Off"))) != "/Off":
        if choice:
            boxes.setdefault(pointer, []).append(typed.labels(pointer)[int(choice[2]) - 1])
        else:
            boxes[pointer] = _label(typed, pointer, state[1:])


def _label(typed: Typed, pointer: str, name: str) -> str:
    return typed.labels(pointer)[option_names(typed.values(pointer)).index(name)]
