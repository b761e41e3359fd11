"""A desk's logo and seal, and signatures that are drawn, in Word and Excel files of its own."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
from PIL import Image

from generator.api import make_job, to_bytes
from generator.errors import Place
from generator.profile import Mark, Profile
from generator.tagged import Own
from generator.units import Mm
from generator.writers.ooxml import EMU_PER_MM
from tests.records.test_signatures import uri
from tests.tagged.word import template

FORM = "completion-confirmation"


def dots(across: int, down: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (across, down), (160, 20, 20)).save(file, "PNG")
    return file.getvalue()


LOGO, SEAL = Mark(dots(200, 50), "png", 200, 50), Mark(dots(90, 90), "png", 90, 90)
DESK = replace(Profile.of({"zh-Hans": "江城云海"}), logo=LOGO, seal=SEAL, seal_width=Mm(40.0))


def made(own: Own, profile: Profile) -> bytes:
    """Return a file with tags, filled with a sample that is signed by hand."""
    source = Path("samples") / FORM / "ordinary.json"
    record = json.loads(source.read_text(encoding="utf-8"))
    record = {key: value for key, value in record.items() if not key.startswith("签字")}
    job = make_job(FORM, template=own, profile=profile, mask=False)
    (composed,) = job.documents([(record | {"signed_by": uri(), "signed_on": "2023-10-18"}, Place(source.name))])
    assert composed.document is not None, [fault.text("en") for fault in composed.faults]
    return to_bytes(composed.document, own.format)


def word(*texts: str) -> Own:
    return Own("own.docx", template(*texts))


def test_logo_seal_and_signature_stand_where_their_tags_do() -> None:
    shapes = docx.Document(io.BytesIO(made(word("{{ logo }}", "{{ seal }}", "{{ signed_by }}"), DESK))).inline_shapes
    sizes = [(round(shape.width / EMU_PER_MM, 1), round(shape.height / EMU_PER_MM, 1)) for shape in shapes]
    assert sizes == [(56.0, 14.0), (40.0, 40.0), (36.8, 14.0)]  # a logo 14 mm high at most, a signature too


def test_another_size_is_the_template_s_word() -> None:
    (shape,) = docx.Document(io.BytesIO(made(word("{{ seal|width(25) }}"), DESK))).inline_shapes
    assert round(shape.width / EMU_PER_MM, 1) == 25.0


def test_a_desk_without_marks_prints_nothing_there() -> None:
    plain = docx.Document(io.BytesIO(made(word("印{{ seal }}章{{ logo }}"), replace(DESK, logo=None, seal=None))))
    assert [paragraph.text for paragraph in plain.paragraphs] == ["印章"]
    assert not list(plain.inline_shapes)


def test_a_workbook_bears_them_too() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B4"] = "{{ logo }}", "{{ seal }}"
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(io.BytesIO(made(Own("own.xlsx", out.getvalue()), DESK))) as package:
        assert len([name for name in package.namelist() if "/media/" in name]) == 2
