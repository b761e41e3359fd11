"""Signatures drawn on screen: they stand in their own boxes in every format, and come back as they were."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw

from generator import Catalogue
from generator.api import check, make_job, read, to_bytes
from generator.errors import Fault, Place
from generator.kinds.picture_reading import read_picture
from generator.wording import LANGS
from generator.writers import WritingOptions
from tests.records.test_pictures import pictures_in

SCHEMA = {
    "title": "交接单",
    "type": "object",
    "properties": {
        "no": {"type": "string", "title": "单号"},
        "giver": {"type": "string", "title": "移交人", "x-control": "signature", "maxLength": 20},
        "taker": {"type": "string", "title": "接收人", "x-control": "signature", "x-sensitive": "name"},
        "items": {
            "type": "array",
            "title": "物品",
            "items": {
                "type": "object",
                "properties": {
                    "what": {"type": "string", "title": "名称"},
                    "checked": {"type": "string", "title": "清点人", "x-control": "signature"},
                },
            },
        },
    },
    "x-check": [{"that": "giver != taker", "at": "/taker", "message": "移交人与接收人不得为同一人"}],
}
REGISTER = {
    "title": "签到表",
    "type": "object",
    "x-form": {"id": "signing-in", "kind": "table"},
    "properties": {
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "who": {"type": "string", "title": "姓名"},
                    "hand": {"type": "string", "title": "签名", "x-control": "signature"},
                },
            },
        }
    },
}


def hand(slant: int = 0) -> bytes:
    """Return a signature as a page makes it: strokes on a white ground."""
    image = Image.new("RGB", (420, 160), "white")
    pen = ImageDraw.Draw(image)
    pen.line([(20, 120), (90 + slant, 30), (150, 120), (260, 40), (400, 110)], fill=(28, 36, 80), width=6)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def uri(slant: int = 0) -> str:
    """Return a signature as a record holds it."""
    return read_picture(hand(slant)).uri


RECORD = {
    "no": "JJ-1",
    "giver": uri(),
    "taker": uri(40),
    "items": [{"what": "印章", "checked": uri(80)}, {"what": "账本", "checked": "陈静"}, {"what": "钥匙"}],
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder with two forms that are signed."""
    (tmp_path / "schemas").mkdir()
    for name, schema in (("handover", SCHEMA), ("signing-in", REGISTER)):
        (tmp_path / "schemas" / f"{name}.json").write_text(json.dumps(schema), encoding="utf-8")
    return tmp_path


def made(desk: Path, form: str, record: Any, format: str, *, engine: str = "weasyprint", **how: Any) -> bytes:
    """Return the document of a record."""
    source = desk / "record.json"
    source.write_text(json.dumps(record), encoding="utf-8")
    job = make_job(form, catalogue=Catalogue([desk]), **how)
    (composed,) = job.documents(job.open(str(source)))
    assert composed.document is not None, [fault.text("en") for fault in composed.faults]
    return to_bytes(composed.document, format, WritingOptions(engine=engine))


def back(desk: Path, form: str, content: bytes, format: str) -> Any:
    """Return what a document says, read again."""
    path = desk / f"back.{format}"
    path.write_bytes(content)
    (returned,) = read([path], catalogue=Catalogue([desk]))
    assert not [fault for fault in returned.faults if not fault.is_warning]
    return returned.record


def faults(desk: Path, record: Any) -> list[Fault]:
    (desk / "record.json").write_text(json.dumps(record), encoding="utf-8")
    return check("handover", desk / "record.json", catalogue=Catalogue([desk]))


def test_a_signature_that_is_drawn_is_held_to_nothing_that_names_are_held_to(desk: Path) -> None:
    assert not faults(desk, RECORD)
    (fault,) = faults(desk, RECORD | {"giver": "陈" * 21})
    assert (fault.code, fault.place.pointer) == ("E-too-long", "/giver")


def test_two_who_must_differ_do_not_sign_by_the_same_hand(desk: Path) -> None:
    (fault,) = faults(desk, RECORD | {"taker": uri()})
    assert (fault.code, fault.place.pointer) == ("E-check", "/taker")


def test_what_is_no_picture_is_told_at_its_field(desk: Path) -> None:
    (fault,) = faults(desk, RECORD | {"giver": "data:image/png;base64,AAAA"})
    assert (fault.code, fault.place.pointer) == ("E-picture-kind", "/giver")


def test_a_picture_beside_the_record_may_be_a_signature_and_a_name_is_none(desk: Path) -> None:
    (desk / "chen.png").write_bytes(hand())
    assert not faults(desk, RECORD | {"giver": "chen.png"})
    assert not faults(desk, RECORD | {"giver": "Chen.J"})
    (fault,) = faults(desk, RECORD | {"giver": "nobody.png"})
    assert (fault.code, fault.place.pointer) == ("E-picture-file", "/giver")


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
@pytest.mark.parametrize("lang", LANGS)
def test_each_signature_is_on_the_paper_once(desk: Path, format: str, lang: str) -> None:
    shown = pictures_in(made(desk, "handover", RECORD, format, lang=lang), format)
    assert sorted(image.size for image in shown) == [(420, 160)] * 3


def test_the_quick_engine_draws_them_too(desk: Path) -> None:
    shown = pictures_in(made(desk, "handover", RECORD, "pdf", engine="typst"), "pdf")
    assert [image.size for image in shown] == [(420, 160)] * 3


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
@pytest.mark.parametrize("fillable", [False, True])
def test_a_record_with_signatures_comes_back_as_it_was(desk: Path, format: str, fillable: bool) -> None:
    how = {"fillable": True} if fillable else {}
    assert back(desk, "handover", made(desk, "handover", RECORD, format, **how), format) == RECORD


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_register_that_is_signed_comes_back_row_by_row(desk: Path, format: str) -> None:
    rows = [{"who": "甲", "hand": uri()}, {"who": "乙"}, {"who": "丙", "hand": "丙"}, {"who": "丁", "hand": uri(60)}]
    content = made(desk, "signing-in", {"rows": rows}, format, fillable=True)
    assert back(desk, "signing-in", content, format)["rows"] == rows


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_where_personal_values_are_masked_no_signature_of_theirs_is_left(desk: Path, format: str) -> None:
    content = made(desk, "handover", RECORD, format, mask=True)
    assert len(pictures_in(content, format)) == 2
    if format != "pdf":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert len([name for name in package.namelist() if "/media/" in name]) == 2
    else:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert not pdf.attachments


def test_a_signature_in_a_place_to_sign_stands_in_for_the_name() -> None:
    record = json.loads(Path("samples/completion-confirmation/awkward.json").read_text(encoding="utf-8"))
    record = {key: value for key, value in record.items() if key not in ("签字", "签字盖章", "signed_by")}
    job = make_job("completion-confirmation", mask=False)
    (composed,) = job.documents([(record | {"signed_by": uri()}, Place())])
    assert composed.document is not None, [fault.text("en") for fault in composed.faults]
    for format in ("docx", "xlsx", "pdf"):
        assert [image.size for image in pictures_in(to_bytes(composed.document, format), format)] == [(420, 160)]
