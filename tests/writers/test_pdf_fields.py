"""Fields of a PDF to be filled in on screen: what they are called, say, hold and show."""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from generator.api import blank, render
from generator.catalogue import Catalogue
from generator.document import Use
from generator.errors import UsageError
from generator.records.filled import answers_of
from generator.units import Pt
from generator.writers.pdf.lettering import LEADING, Lettering, fit

from .specimen import document, field, grid, written

SAMPLES = Path(__file__).parents[2] / "samples"
FORM = "troubleshooting-checklist"
LIMIT = 150 << 10
"""Bytes that a fillable Chinese form may have."""

READ_ONLY, REQUIRED, SEVERAL_LINES, RADIO = 1, 2, 1 << 12, 1 << 15


@cache
def empty() -> bytes:
    return blank(FORM, "pdf", fillable=True)


@cache
def filled() -> bytes:
    record = json.loads((SAMPLES / FORM / "ordinary.json").read_text(encoding="utf-8"))
    return render(FORM, record, "pdf", fillable=True)


@cache
def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def fields(content: bytes) -> dict[str, Any]:
    return {str(one.T): one for one in opened(content).Root.AcroForm.Fields}


def test_each_field_is_named_by_its_pointer_and_says_what_is_asked() -> None:
    found = fields(empty())
    assert str(found["/basic/customer_no"].TU) == "客户编号；必填"
    assert str(found["/steps/0/handled_at"].TU) == "处理时间；第 1 行；如 2024-05-01 14:30"
    assert found["/basic/customer_no"].Ff & REQUIRED
    assert found["/problem/symptom"].Ff & SEVERAL_LINES
    assert found["/steps/0/step"].Ff & READ_ONLY
    assert found["signature 1"].FT == "/Sig"
    assert not [name for name in found if "." in name]
    assert len(empty()) <= LIMIT


def test_the_boxes_of_one_answer_are_one_field_and_each_knows_being_off() -> None:
    group = fields(empty())["/basic/service_type"]
    assert group.Ff & RADIO
    states = set[str]().union(*(set(box.AP.N.keys()) for box in group.Kids))
    assert states == {"/Off", "/after_sales", "/technical", "/complaint", "/other"}
    assert all(box.AP.N["/Off"].read_bytes() for box in group.Kids)
    several = fields(empty())["/evidence/attachments=1"]
    assert (several.FT, several.V, several.AS) == ("/Btn", "/Off", "/Off")


def test_viewers_are_not_asked_to_draw_what_stands_there() -> None:
    form = opened(filled()).Root.AcroForm
    assert "/NeedAppearances" not in form
    assert form.DR.Font.CJK.Encoding == "/UniGB-UTF16-H"
    assert b"Tj" in fields(filled())["/basic/customer_no"].AP.N.read_bytes()


def test_the_same_form_has_the_same_bytes() -> None:
    assert blank(FORM, "pdf", fillable=True) == empty()


def test_a_point_in_a_name_does_not_part_it() -> None:
    made = written(document(grid(field("甲", "乙", pointer="/a.b", use=Use.CONTROL))), "pdf")
    assert list(fields(made)) == ["/a~2b"]


@pytest.mark.parametrize("how", [{"engine": "typst"}, {"standard": "a-2b"}])
def test_another_engine_or_standard_is_refused(how: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="E-fillable"):
        render(FORM, {}, "pdf", fillable=True, **how)


def darkness(page: Any, rect: list[float]) -> int:
    """Return how many points of a field are dark, as pdfium draws it."""
    left, bottom, right, top = rect
    image = page.render(scale=2, may_draw_forms=True).to_pil().convert("L")
    height = image.height / 2
    part = image.crop(tuple(round(2 * at) for at in (left, height - top, right, height - bottom)))
    return sum(part.histogram()[:100])


def test_pdfium_shows_what_is_there_and_what_is_typed(tmp_path: Path) -> None:
    found = fields(filled())
    file = pypdfium2.PdfDocument(filled())
    file.init_forms()
    page = file[0]
    pdfium.FORM_OnAfterLoadPage(page.raw, file.formenv.raw)
    prefilled = [float(at) for at in found["/basic/customer_person"].Rect]
    assert darkness(page, prefilled) > 50
    typed = [float(at) for at in found["/basic/customer_no"].Rect]
    _type(file, page, typed, "张三𠮷")
    _click(file, page, [float(at) for at in found["/basic/service_type"].Kids[2].Rect])
    path = tmp_path / "typed.pdf"
    file.save(path)
    boxes = answers_of(path, Catalogue().form(FORM)).boxes
    assert "张三𠮷" in str(boxes["/basic/customer_no"].raw)
    assert boxes["/basic/service_type"].raw == "complaint"


def _click(file: Any, page: Any, rect: list[float]) -> None:
    x, y = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    for act in (pdfium.FORM_OnMouseMove, pdfium.FORM_OnLButtonDown, pdfium.FORM_OnLButtonUp):
        act(file.formenv.raw, page.raw, 0, x, y)


def _type(file: Any, page: Any, rect: list[float], text: str) -> None:
    _click(file, page, rect)
    units = text.encode("utf-16-le")
    for at in range(0, len(units), 2):
        pdfium.FORM_OnChar(file.formenv.raw, page.raw, int.from_bytes(units[at : at + 2], "little"), 0)
    pdfium.FORM_ForceToKillFocus(file.formenv.raw)


def test_a_long_text_becomes_smaller_until_it_fits() -> None:
    text, wide, high = "第一段：很长的说明文字，one word 𠮷。\n" * 12, 200.0, 120.0
    letters = Lettering(["Biaodan SC"])
    letters.take(text)
    letters.make()
    made = fit(letters, text, Pt(10.5), wide, high, several=True)
    assert made.size < 10.5
    assert len(made.lines) * made.size * LEADING <= high
    assert all(letters.width(line) * made.size / 1000 <= wide for line in made.lines)
    assert "".join(made.lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")
