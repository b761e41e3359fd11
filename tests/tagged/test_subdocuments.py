"""Word files beside a template that are put into it whole, with their styles, lists, pictures and links."""

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Mm, RGBColor

from generator.api import make_job
from generator.tagged import load_own
from tests.tagged.test_reference import PIXEL
from tests.tagged.test_word import RECORD
from tests.tagged.word import REPORT, filled, saved, template, texts


def terms(path: Path, name: str = "terms.docx") -> None:
    """Write a file with a style of its own, one that others have too, a list, a table and a picture."""
    made = docx.Document()
    made.add_paragraph("{{ report_no }} 条款", style="Heading 1")
    clause = made.styles.add_style("Clause", WD_STYLE_TYPE.PARAGRAPH)
    clause.font.color.rgb = RGBColor(0xC0, 0, 0)
    made.add_paragraph("第一条", style="Clause")
    made.add_paragraph("一", style="List Number")
    made.add_table(1, 2).rows[0].cells[0].text = "格"
    made.add_picture(io.BytesIO(PIXEL), width=Mm(10))
    (path / name).write_bytes(saved(made))


def own(path: Path, *paragraphs: str, **named: Any) -> Any:
    (path / "own.docx").write_bytes(template(*paragraphs, **named))
    return load_own(path / "own.docx")


def codes(own: Any) -> list[str]:
    return [fault.code for fault in own.faults(make_job(REPORT).form, "en") if not fault.is_warning]


def test_a_file_is_put_in_with_all_that_it_needs(tmp_path: Path) -> None:
    terms(tmp_path)
    made = filled(own(tmp_path, "{{ report_no }}", "{{p subdoc(“terms.docx”) }}", "末"), RECORD)
    assert texts(made) == [RECORD["report_no"], "{{ report_no }} 条款", "第一条", "一", "", "末"]
    assert made.paragraphs[2].style.font.color.rgb == RGBColor(0xC0, 0, 0)
    assert made.paragraphs[1].style.name == "Heading 1"
    assert made.paragraphs[3]._p.pPr.numPr.numId.val > 9, "a list of its own, beside those of the template"
    assert made.tables[0].cell(0, 0).text == "格"
    (shape,) = made.inline_shapes
    image = made.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
    assert image.blob == PIXEL


def test_a_file_twice_and_in_a_cell_leaves_numbers_that_differ(tmp_path: Path) -> None:
    terms(tmp_path)
    tag = '{{p subdoc("terms.docx") }}'
    made = filled(own(tmp_path, tag, tag, table=[[tag]], header=tag), RECORD)
    numbers = [one.get("id") for one in made.element.iter("{*}docPr")]
    assert len(numbers) == len(set(numbers)) == 3
    assert made.sections[0].header.paragraphs[0].text == "{{ report_no }} 条款"
    assert made.element.xml.count("</w:tbl></w:tc>") == 0


@pytest.mark.parametrize(
    "tag",
    [
        '{{p subdoc("none.docx") }}',
        '{{p subdoc("../out.docx") }}',
        "{{p subdoc(report_no) }}",
        'x {{ subdoc("terms.docx") }}',
    ],
)
def test_what_is_not_right_beside_or_not_a_paragraph_is_refused(tmp_path: Path, tag: str) -> None:
    terms(tmp_path)
    (tmp_path / "in").mkdir()
    terms(tmp_path, "out.docx")
    terms(tmp_path / "in")
    assert codes(own(tmp_path / "in", tag)) == ["E-own-subdoc"]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    terms(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "terms.docx").symlink_to(tmp_path / "terms.docx")
    assert codes(own(tmp_path / "in", '{{p subdoc("terms.docx") }}')) == ["E-own-subdoc"]


@pytest.mark.parametrize("what", ["object", "instrText"])
def test_a_file_with_parts_that_cannot_come_along_is_refused(tmp_path: Path, what: str) -> None:
    terms(tmp_path)
    odd = docx.Document(str(tmp_path / "terms.docx"))
    element = docx.oxml.OxmlElement(f"w:{what}")
    element.text = ' INCLUDETEXT "elsewhere" '
    odd.paragraphs[0].runs[0]._r.append(element)
    odd.save(str(tmp_path / "terms.docx"))
    assert codes(own(tmp_path, '{{p subdoc("terms.docx") }}')) == ["E-own-subdoc-odd"]
    (tmp_path / "terms.docx").write_bytes(b"PK\3\4 broken")
    assert codes(own(tmp_path, '{{p subdoc("terms.docx") }}')) == ["E-read-broken"]
