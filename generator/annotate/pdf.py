"""Notes in a PDF, at the boxes that are wrong."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

from generator.annotate import Reasons, nearest
from generator.catalogue import Form
from generator.control_names import choice_of, pointer_of
from generator.errors import Place
from generator.records.filled.pdf import pdf_answers

_AUTHOR, _RED, _SIDE = "biaodan", (0.69, 0.0, 0.125), 18.0
"""Who notes are by; their colour; points that the sign of a note is wide and high."""


def marked_pdf(path: Path, form: Form, reasons: Reasons) -> bytes:
    """Return a copy of a PDF with a note for each reason, and a frame around the box that it is about."""
    located = pdf_answers(path, form, Place(path.name)).located()
    names = {pointer: name for pointer, (name, _) in located.items()}
    with pikepdf.open(path) as pdf:
        boxes = dict(_boxes(pdf))
        said: dict[str, list[str]] = {}
        for pointer, reason in reasons.items():
            said.setdefault(names.get(nearest(pointer, names), ""), []).append(reason)
        for name, some in said.items():
            page, corner = boxes.get(name, (0, None))
            _note(pdf, page, corner, "\n".join(some))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _boxes(pdf: Any) -> Iterator[tuple[str, tuple[int, list[float]]]]:
    """Yield the boxes by the pointers of their fields: each with the page that it is on, from 0, and its corners."""
    for number, page in enumerate(pdf.pages):
        for widget in reversed(list(page.obj.get("/Annots", ()))):
            name = _name(widget)
            if name and "/Rect" in widget:
                choice = choice_of(name)
                yield pointer_of(choice[0] if choice else name), (number, [float(at) for at in widget.Rect])


def _name(widget: Any) -> str:
    """Return the name of a widget's field, its own or that of the field that it belongs to."""
    for _ in range(_DEEPEST):
        if "/T" in widget:
            return str(widget.T)
        widget = widget.get("/Parent")
        if widget is None:
            break
    return ""


_DEEPEST = 32


def _note(pdf: Any, page: int, rect: list[float] | None, text: str) -> None:
    """Add a note at the right of a box, and a frame around it; at the top of the page where there is no box."""
    target = pdf.pages[page].obj
    if "/Annots" not in target:
        target.Annots = pdf.make_indirect(pikepdf.Array())
    left, bottom, right, top = rect or [float(at) for at in pdf.pages[page].mediabox]
    corner = [right - _SIDE, top, right, top + _SIDE] if rect else [right - _SIDE, top - _SIDE, right, top]
    shared: dict[str, Any] = {
        "/Type": pikepdf.Name.Annot,
        "/Contents": pikepdf.String(text),
        "/T": pikepdf.String(_AUTHOR),
    }
    shared |= {"/C": pikepdf.Array(map(_number, _RED)), "/F": 4}
    note = {**shared, "/Subtype": pikepdf.Name.Text, "/Name": pikepdf.Name.Comment, "/Rect": pikepdf.Array(corner)}
    target.Annots.append(pdf.make_indirect(pikepdf.Dictionary(note)))
    if rect:
        frame = {**shared, "/Subtype": pikepdf.Name.Square, "/Rect": pikepdf.Array([left, bottom, right, top])}
        frame |= {"/BS": pikepdf.Dictionary({"/W": 1}), "/AP": pikepdf.Dictionary({"/N": _frame(pdf, rect)})}
        target.Annots.append(pdf.make_indirect(pikepdf.Dictionary(frame)))


def _number(number: float) -> Any:
    """Return a number as PDF writes it."""
    return pikepdf.Object.parse(f"{number:.3f}".encode())


def _frame(pdf: Any, rect: list[float]) -> Any:
    """Return what draws a frame."""
    wide, high = rect[2] - rect[0], rect[3] - rect[1]
    red = " ".join(f"{part:.3f}" for part in _RED)
    stream = pikepdf.Stream(pdf, f"q {red} RG 1 w 0.5 0.5 {wide - 1:.2f} {high - 1:.2f} re S Q".encode())
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    stream.BBox = pikepdf.Array([0, 0, round(wide, 2), round(high, 2)])
    return pdf.make_indirect(stream)
