"""Our documents in the look of a Word file of the user's: its styles, margins, head with a logo; our body."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.shared import Mm, RGBColor

from generator.api import make_job, reference_doc, to_bytes
from generator.errors import SchemaError
from generator.profile import Mark, shipped_profile
from generator.tagged.reference import themed, write_reference
from generator.theme import shipped_theme
from tests.tagged.word import REPORT, saved

SAMPLES = Path(__file__).parents[2] / "samples"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


def brand(path: Path) -> Path:
    out = io.BytesIO()
    write_reference("zh-Hans", shipped_theme(), out)
    made = docx.Document(io.BytesIO(out.getvalue()))
    made.styles["Title"].font.color.rgb = RGBColor(0xC0, 0, 0)
    made.sections[0].left_margin = made.sections[0].right_margin = Mm(30)
    made.sections[0].first_page_header.paragraphs[0].add_run().add_picture(io.BytesIO(PIXEL), width=Mm(20))
    path.write_bytes(saved(made))
    return path


def rendered(file: Path | None, format: str = "docx", form: str = REPORT) -> bytes:
    record = json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))
    job = make_job(form, theme=themed(shipped_theme(), file) if file else None)
    document = next(iter(job.documents(job.source(record)))).document
    assert document is not None
    return to_bytes(document, format)


def test_a_document_has_the_look_of_the_file_and_our_body(tmp_path: Path) -> None:
    content = rendered(brand(tmp_path / "brand.docx"))
    made = docx.Document(io.BytesIO(content))
    assert made.styles["Title"].font.color.rgb == RGBColor(0xC0, 0, 0)
    assert round(made.sections[0].left_margin.mm) == 30
    head = made.sections[0].first_page_header
    assert "BG20231017-001" in "".join(paragraph.text for paragraph in head.paragraphs)
    assert head.part.related_parts
    assert any("问题处理总结报告" in paragraph.text for paragraph in made.paragraphs)
    assert content == rendered(tmp_path / "brand.docx")


def test_other_formats_of_the_same_run_are_as_without_the_file(tmp_path: Path) -> None:
    file = brand(tmp_path / "brand.docx")
    assert rendered(file, "xlsx") == rendered(None, "xlsx")
    assert rendered(file, "pdf") == rendered(None, "pdf")


def test_charts_are_no_wider_than_the_text_of_the_file(tmp_path: Path) -> None:
    made = docx.Document(str(brand(tmp_path / "brand.docx")))
    made.sections[0].left_margin = made.sections[0].right_margin = Mm(60)
    made.save(str(tmp_path / "narrow.docx"))
    content = docx.Document(io.BytesIO(rendered(tmp_path / "narrow.docx", form="monthly-summary")))
    widths = [shape.width.mm for shape in content.inline_shapes]
    assert widths
    assert max(widths) <= 210 - 2 * 60 + 0.1


def test_the_file_to_begin_with_has_the_desk_s_logo() -> None:
    profile = replace(shipped_profile(), logo=Mark(PIXEL, "png", 1, 1))
    made = docx.Document(io.BytesIO(reference_doc("en", profile=profile)))
    assert made.sections[0].first_page_header.part.related_parts
    assert "{{ office }}" in made.sections[0].first_page_header.paragraphs[0].text


def test_a_file_of_another_program_keeps_our_styles_for_what_it_lacks(tmp_path: Path) -> None:
    made = docx.Document()
    made.styles["Normal"].paragraph_format.first_line_indent = Mm(7)
    made.styles["Heading 1"].element.set(made.styles["Heading 1"].element.nsmap and docx.oxml.ns.qn("w:styleId"), "1")
    (tmp_path / "brand.docx").write_bytes(saved(made))
    styles = {style.style_id: style for style in docx.Document(io.BytesIO(rendered(tmp_path / "brand.docx"))).styles}
    assert {"FieldLabel", "TableText", "Heading1"} <= set(styles)
    assert styles["FieldLabel"].paragraph_format.first_line_indent == 0


def test_a_head_that_holds_an_object_is_refused(tmp_path: Path) -> None:
    path = brand(tmp_path / "brand.docx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/header1.xml"] = parts["word/header1.xml"].replace(b"</w:p>", b"<w:r><w:object/></w:r></w:p>", 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(SchemaError) as raised:
        themed(shipped_theme(), path)
    assert [fault.code for fault in raised.value.faults] == ["E-reference-odd"]


def test_a_head_that_names_what_nothing_stands_for_is_refused(tmp_path: Path) -> None:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "{{ office }} {{ customer_name }}"
    made.sections[0].footer.paragraphs[0].text = "{{ foot | upper }}"
    (tmp_path / "brand.docx").write_bytes(saved(made))
    with pytest.raises(SchemaError) as raised:
        themed(shipped_theme(), tmp_path / "brand.docx")
    assert [(fault.code, fault.params["name"]) for fault in raised.value.faults] == [
        ("E-reference-name", "customer_name"),
        ("E-reference-name", "foot | upper"),
    ]
