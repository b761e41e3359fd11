"""A Word file of the user's: tags print what our papers print, rows repeat, conditions hold, values are no markup."""

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from PIL import Image

from generator import BiaodanError
from generator.api import make_job
from generator.tagged import Own
from tests.tagged.word import REPORT, filled, saved, template, texts

SAMPLES = Path(__file__).parents[2] / "samples"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
RECORD: dict[str, Any] = json.loads((SAMPLES / REPORT / "ordinary.json").read_text(encoding="utf-8"))


def own(*paragraphs: str, **named: Any) -> Own:
    return Own("own.docx", template(*paragraphs, **named))


def test_values_print_by_our_formats_and_raw_ones_stand_beside() -> None:
    made = filled(
        own("{{ closed_at }}|{{ closed_at|prose }}|{{ raw.closed_at.year }}|{{ response_met }}|{{ raw.response_met }}"),
        RECORD,
    )
    assert texts(made) == ["2023-10-17 16:00|2023年10月17日 16:00|2023|达标|met"]
    assert texts(filled(own("{{ closed_at|prose }} {{ response_met }}"), RECORD, lang="en")) == [
        "17\u00a0October\u00a02023, 16:00 Met"
    ]


def test_tags_go_by_title_and_nested_sections_by_attribute() -> None:
    record = RECORD | {"confirmation": {"decision": "agree", "signed_by": "王芳", "signed_on": "2023-10-18"}}
    made = filled(own("{{ 客户名称 }} {{ confirmation.signed_on }} {{ 客户确认.签字 }}"), record, mask=False)
    assert texts(made) == [f"{RECORD['customer_name']} 2023-10-18 王芳"]


def test_rows_repeat_and_conditions_hold() -> None:
    table = [
        ["时间", "内容"],
        ["{%tr for row in log %}", ""],
        ["{{ row.time }}", "{{ row.content }}"],
        ["{%tr endfor %}", ""],
    ]
    made = filled(
        own("{%p if response_met == 'met' %}", "急", "{%p else %}", "缓", "{%p endif %}", table=table), RECORD
    )
    assert texts(made) == ["急"]
    rows = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    assert len(rows) == len(RECORD["log"]) + 1
    assert rows[1][1] == RECORD["log"][0]["content"]


def test_a_tag_that_word_has_split_and_improved_is_one_tag() -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("{")
    for part in ("{ ", "report", "_no", "\xa0if response_met == “达标” else ‘-’ }", "}"):
        paragraph.add_run(part).bold = True
    assert texts(filled(Own("own.docx", saved(made)), RECORD)) == [RECORD["report_no"]]


def test_a_value_is_never_markup_and_keeps_its_lines() -> None:
    record = RECORD | {"root_cause": '<w:p/> {{ x }} & "a"\n二\t三'}
    made = filled(own("{{ root_cause }}"), record)
    assert texts(made) == ['<w:p/> {{ x }} & "a"\n二\t三']
    assert "<w:br/>" in made.element.xml


def test_tags_in_headers_and_properties_are_filled_in() -> None:
    document = docx.Document(io.BytesIO(template("x", header="编号 {{ report_no }}")))
    document.core_properties.title = "{{ report_no }} 总结"
    made = filled(Own("own.docx", saved(document)), RECORD)
    assert made.sections[0].header.paragraphs[0].text == f"编号 {RECORD['report_no']}"
    assert made.core_properties.title == f"{RECORD['report_no']} 总结"


def test_dashes_draw_paragraphs_together() -> None:
    made = filled(own("甲 ", "{%- if report_no -%}", "乙", "{%- endif -%}", " 丙"), RECORD)
    assert texts(made) == ["甲 乙 丙"]


def test_rich_text_has_a_look_and_escapes() -> None:
    made = filled(own("前 {{r R(response_met, bold=true, color='C00000') }} 后 {{r '<' }}"), RECORD)
    assert texts(made) == ["前 达标 后 <"]
    assert [run.text for run in made.paragraphs[0].runs if run.bold] == ["达标"]


def test_cells_merge_over_a_loop_and_the_grid_fits() -> None:
    table = [["{%tc for row in log %}", "{{ row.handler }}", "{%tc endfor %}"]]
    made = filled(own(table=table), RECORD)
    assert len(made.tables[0].columns) == len(RECORD["log"])


def test_all_faults_of_a_template_come_at_once_with_their_paragraphs() -> None:
    with pytest.raises(BiaodanError) as raised:
        filled(own("{{ x", "{% for row in log %}", "{{ a b }}", "{% endif %}"), RECORD)
    found = [(fault.code, fault.place.row) for fault in raised.value.faults]
    assert sorted(found) == [
        ("E-own-open", "paragraph:2"),
        ("E-own-stray", "paragraph:4"),
        ("E-own-syntax", "paragraph:3"),
        ("E-own-unclosed", "paragraph:1"),
    ]
    with pytest.raises(BiaodanError) as raised:
        filled(own("{{ report_nr }}", "{% for row in log %}{{ row.tme }}{% endfor %}"), RECORD)
    assert [(fault.code, fault.place.row, fault.params["near"][0]) for fault in raised.value.faults] == [
        ("E-own-name", "paragraph:1", "report_no"),
        ("E-own-name", "paragraph:2", "time"),
    ]


@pytest.mark.parametrize(
    "tag", ["{% include 'x' %}", "{% macro a() %}{% endmacro %}", "{% import 'x' as y %}", "{{ report_no.__class__ }}"]
)
def test_what_a_template_may_not_do_is_refused(tag: str) -> None:
    with pytest.raises(BiaodanError) as raised:
        filled(own(tag), RECORD)
    assert raised.value.faults[0].code in ("E-template-forbidden", "E-own-unknown-tag")


def test_the_same_record_makes_the_same_bytes_with_our_identity() -> None:
    from generator.api import render

    first, second = (render(REPORT, RECORD, "docx", template=own("{{ report_no }}")) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert 'name="biaodan.form"' in archive.read("docProps/custom.xml").decode()


SCHEMA = {
    "$id": "evidence",
    "title": "Evidence",
    "type": "object",
    "properties": {
        "no": {"type": "string", "title": "No"},
        "shot": {"type": "string", "title": "截图", "x-control": "picture"},
    },
}
PIXEL = (
    "data:image/png;name=%E5%9B%BE.png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLv"
    "AAAAAElFTkSuQmCC"
)


def test_a_picture_stands_where_its_tag_is(tmp_path: Path) -> None:
    form = tmp_path / "evidence.json"
    form.write_text(json.dumps(SCHEMA), encoding="utf-8")
    record = {"no": "1", "shot": PIXEL}
    body = own(
        "前 {{ 截图 }} 后",
        "{{ shot|picture(width=40) }}",
        "{{ InlineImage(shot, height=Mm(20)) }}",
        header="{{ shot }}",
    )
    made = filled(body, record, str(form))
    assert texts(made)[0] == "前  后"
    widths = [round(shape.width.mm) for shape in made.inline_shapes]
    assert widths[1:] == [40, 20]
    assert len({one.get("id") for one in made.element.iter(f"{DRAWING}docPr")}) == 3
    assert made.sections[0].header.part.related_parts


def wide_picture() -> str:
    """Return a picture of 1200 × 600 dots as a data URI, 203 mm wide in print."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 600), "navy").save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def test_a_picture_is_no_larger_than_its_cell_or_the_text_of_the_page(tmp_path: Path) -> None:
    form = tmp_path / "evidence.json"
    form.write_text(json.dumps(SCHEMA), encoding="utf-8")
    made = docx.Document()
    made.add_paragraph("{{ shot }}")
    table = made.add_table(2, 2)
    for cell in table.columns[0].cells:
        cell.width = Mm(50)
    table.cell(0, 0).text, table.cell(1, 0).text, table.cell(1, 1).text = (
        "{{ shot }}",
        "{{ shot|width(60) }}",
        "{{ shot }}",
    )
    table.rows[1].height, table.rows[1].height_rule = Mm(21), WD_ROW_HEIGHT_RULE.EXACTLY
    content = filled(Own("own.docx", saved(made)), {"no": "1", "shot": wide_picture()}, str(form))
    section = content.sections[0]
    page = (section.page_width - section.left_margin - section.right_margin) / Mm(1)
    widths = [shape.width.mm for shape in content.inline_shapes]
    assert widths == pytest.approx([page, 50 - 216 * 25.4 / 1440, 60, 40], abs=0.1)


def test_several_values_are_gone_through_one_by_one(tmp_path: Path) -> None:
    items = {"oneOf": [{"const": "a", "title": "信函"}, {"const": "b", "title": "电话"}]}
    fields = {"ways": {"type": "array", "items": items}, "tags": {"type": "array", "items": {"type": "string"}}}
    schema = tmp_path / "s.json"
    schema.write_text(json.dumps({"title": "t", "type": "object", "properties": fields}), encoding="utf-8")
    tags = "{% for way in ways %}{{ loop.index }}{{ way|prose }} {% endfor %}"
    tags += "{{ ways|length }}{{ ways }}{{ tags|join('/') }}"
    choice = "{% if 'a' in ways and '信函' in ways and '信' not in ways and ways[0] == 'a' %}yes{% endif %}"
    made = filled(own(tags, choice), {"ways": ["a", "b"], "tags": ["x1", "y"]}, form=str(schema))
    assert texts(made) == ["1信函 2电话 2信函、电话x1/y", "yes"]


CHANGED = """<w:p {ns}><w:ins w:id="1" w:author="a"><w:r><w:t>{{{{ report_no }}}}</w:t></w:r></w:ins>
<w:del w:id="2" w:author="a"><w:r><w:delText>{{{{ no_such }}}}</w:delText></w:r></w:del></w:p>"""


def changed(*, remark: bool = False) -> Own:
    """Return a template with tracked changes, and with a remark where one is wanted."""
    made = docx.Document()
    made.element.body.insert(0, parse_xml(CHANGED.format(ns=nsdecls("w"))))
    if remark:
        made.add_comment(made.add_paragraph("see").runs, "internal", "legal")
    return Own("own.docx", saved(made))


def test_tracked_changes_are_taken_as_accepted_and_told_and_so_are_remarks() -> None:
    form = make_job(REPORT).form
    told = {fault.code for fault in changed(remark=True).faults(form, "en")}
    assert told >= {"W-own-changes", "W-own-comments"}
    assert "W-own-comments" not in {fault.code for fault in changed().faults(form, "en")}
    made = filled(changed(), RECORD)
    assert [text.text for text in made.element.iter(qn("w:t"))] == [RECORD["report_no"]]
    assert not list(made.element.iter(qn("w:ins"), qn("w:del"), qn("w:delText")))


def test_names_are_looked_up_though_other_tags_are_broken() -> None:
    tags = ("{{ custmer_name }}", "{% for row in log %}{{ row.stag }}{{ loop.index }}", "{{ x", "{% if prioriy %}")
    faults = own(*tags).faults(make_job(REPORT).form, "en")
    named = [(fault.place.row, fault.params["name"]) for fault in faults if fault.code == "E-own-name"]
    assert named == [("paragraph:1", "custmer_name"), ("paragraph:2", "stag"), ("paragraph:4", "prioriy")]


def test_cells_merged_down_a_loop_have_their_text_once_though_word_splits_it() -> None:
    table = [["{%tr for row in log %}"], ["x"], ["{%tr endfor %}"]]
    made = docx.Document()
    grid = made.add_table(3, 1)
    for row, texts_of in zip(grid.rows, table, strict=True):
        row.cells[0].text = texts_of[0]
    cell = grid.rows[1].cells[0].paragraphs[0]
    cell.runs[0].text = "{% vm %}"
    cell.add_run("{{ customer_name }}").bold = True
    done = filled(Own("own.docx", saved(made)), RECORD)
    shown = [text.text for text in done.element.iter(qn("w:t")) if text.text]
    assert shown == [RECORD["customer_name"]]
