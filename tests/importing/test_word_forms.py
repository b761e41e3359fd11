"""Forms drafted from Word documents: labels and room, boxes to tick, tables of rows, controls, places to sign."""

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from generator.api import blank
from generator.errors import BiaodanError

CONTROL = """<w:p {ns}><w:r><w:t xml:space="preserve">{label}：</w:t></w:r><w:sdt><w:sdtPr>{sort}</w:sdtPr>
<w:sdtContent><w:r><w:t>单击此处输入</w:t></w:r></w:sdtContent></w:sdt></w:p>"""
BOX = """<w:p {ns} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r>
<w:t>收件编号：______</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"""


def said(made: Any) -> dict[str, str]:
    return {spec.title("zh-Hans"): spec.kind.name for spec in made.form.root.walk() if spec.shape == "value"}


@pytest.fixture
def form(draft: Any, tmp_path: Path) -> Any:
    def make(document: Any) -> Any:
        document.save(tmp_path / "form.docx")
        return draft(tmp_path / "form.docx")

    return make


def table(document: Any, *rows: list[str]) -> Any:
    made = document.add_table(len(rows), max(map(len, rows)))
    for cells, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=False):
            cell.text = text
    return made


def test_labels_with_room_are_fields_of_the_sections_that_headings_make(form: Any) -> None:
    document = Document()
    document.add_heading("客户投诉登记表", 0)
    document.add_heading("一、基本情况", 1)
    table(
        document,
        ["姓名*", "", "性别", "□男  □女"],
        ["联系电话", "", "投诉日期", "    年   月   日"],
        ["涉及金额（元）", "", "诉求（可多选）", "□退款 □换货 □道歉"],
    )
    document.add_heading("二、处理", 1)
    line = document.add_paragraph("受理时间：____年__月__日__时__分　是否结案：□是 □否　经办部门：")
    line.add_run("          ").underline = True
    document.add_paragraph("处理经过：")
    for _ in range(3):
        document.add_paragraph("")
    document.add_paragraph("以上内容请如实填写。")
    made = form(document)
    assert made.schema["title"] == "客户投诉登记表"
    assert [spec.title("zh-Hans") for spec in made.form.root.fields] == ["基本情况", "处理"]
    assert said(made) == {
        "姓名": "text",
        "性别": "choice",
        "联系电话": "text",
        "投诉日期": "date",
        "涉及金额": "money",
        "诉求": "choices",
        "受理时间": "datetime",
        "是否结案": "boolean",
        "经办部门": "text",
        "处理经过": "multiline",
    }
    by_title = {spec.title("zh-Hans"): spec for spec in made.form.root.walk()}
    assert by_title["姓名"].required
    assert [choice.value for choice in by_title["诉求"].choices] == ["退款", "换货", "道歉"]
    assert any("以上内容" in told for told in made.told("W-import-lost"))


def test_rows_of_room_are_a_table_and_what_is_printed_in_them_stays(form: Any) -> None:
    document = Document()
    document.add_heading("检查", 1)
    table(
        document,
        ["序号", "项目", "结果", "说明"],
        ["1", "门窗", "□合格 □不合格", ""],
        ["2", "电源", "□合格 □不合格", ""],
    )
    document.add_heading("参加人员", 1)
    table(document, ["姓名", "单位", "日期"], ["", "", ""], ["", "", ""], ["", "", ""])
    checked, people = form(document).form.root.fields
    assert (checked.shape, [s.kind.name for s in checked.fields]) == ("repeat", ["text", "choice", "multiline"])
    assert [list(row.values()) for row in checked.default] == [["门窗"], ["电源"]]
    assert checked.table.serial
    assert (people.shape, people.table.blank_rows, len(people.fields)) == ("repeat", 3, 3)


def test_controls_and_text_boxes_are_read(form: Any) -> None:
    document = Document()
    sorts = {
        "等级": '<w:dropDownList><w:listItem w:displayText="请选择" w:value=""/><w:listItem w:displayText="甲" '
        'w:value="a"/><w:listItem w:displayText="乙" w:value="b"/></w:dropDownList>',
        "截止": '<w:date><w:dateFormat w:val="yyyy-MM-dd"/></w:date>',
        "意见": '<w:text w:multiLine="1"/>',
    }
    body = document.element.body
    for label, sort in sorts.items():
        body.insert(0, parse_xml(CONTROL.format(ns=nsdecls("w"), label=label, sort=sort)))
    body.insert(0, parse_xml(BOX.format(ns=nsdecls("w"))))
    made = form(document)
    assert said(made) == {"收件编号": "text", "意见": "multiline", "截止": "date", "等级": "choice"}
    (choice,) = (spec for spec in made.form.root.fields if spec.choices)
    assert [one.value for one in choice.choices] == ["甲", "乙"]


def test_places_to_sign_at_the_end_are_signatures(form: Any) -> None:
    document = Document()
    table(document, ["事由", ""])
    table(document, ["申请人（签字）", "部门（盖章）"], ["年  月  日", "年  月  日"])
    made = form(document)
    assert [(s["title"], s.get("seal", False)) for s in made.schema["x-form"]["signatures"]] == [
        ("申请人（签字）", False),
        ("部门（盖章）", True),
    ]


def test_an_answer_that_stands_in_a_cell_is_never_shown(form: Any) -> None:
    document = Document()
    table(document, ["姓名", "欧阳某某"], ["事由", ""])
    made = form(document)
    assert made.told("W-import-lost")
    assert not any("欧阳" in fault.text("zh-Hans") for fault in made.report)


@pytest.mark.parametrize("name", ["troubleshooting-checklist", "satisfaction-survey", "interview-record"])
def test_blank_paper_of_ours_gives_nearly_all_of_its_fields_back(draft: Any, tmp_path: Path, name: str) -> None:
    from generator import Catalogue

    (tmp_path / "own.docx").write_bytes(blank(name, "docx"))
    assert draft(tmp_path / "own.docx").told("W-import-ours")
    got = said(draft(tmp_path / "own.docx", infer=True))
    fields = [s for s in Catalogue(()).form(name).root.walk() if s.shape == "value"]
    wanted = [s.title("zh-Hans") for s in fields if s.schema.get("x-when") != "false"]  # what no blank paper shows
    assert len([title for title in wanted if title in got]) >= 0.9 * len(wanted)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"not a document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_document_is_refused(draft: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.docx").write_bytes(content)
    with pytest.raises(BiaodanError, match="E-read-"):
        draft(tmp_path / "a.docx")


def test_places_to_sign_in_one_line_and_opinions_signed_in_their_cell_are_each_asked(form: Any) -> None:
    document = Document()
    table(document, ["部门意见", "\n签字：            日期："], ["是否党员：", "□是 □否"])
    document.add_paragraph("领用人（签字）：          审批人（签字）：")
    document.add_paragraph("检查人：            检查日期：")
    assert said(form(document)) == {
        "部门意见": "multiline",
        "签字": "signature",
        "日期": "date",
        "是否党员": "boolean",
        "领用人（签字）": "signature",
        "审批人（签字）": "signature",
        "检查人": "text",
        "检查日期": "date",
    }


def test_tall_cells_before_labels_are_sections_and_end_where_they_do(form: Any) -> None:
    document = Document()
    rows = ["基\n本\n信\n息", "姓名", "", "民族", ""], ["", "出生年月", "", "学历", ""], ["备注说明", "", "", "", ""]
    made = table(document, *rows)
    made.cell(0, 0).merge(made.cell(1, 0))
    drafted = form(document)
    section, remark = drafted.form.root.fields
    assert [spec.title("zh-Hans") for spec in section.fields] == ["姓名", "民族", "出生年月", "学历"]
    assert section.title("zh-Hans") == "基本信息"
    assert section.fields[2].kind.name == "month"
    assert remark.title("zh-Hans") == "备注说明"


def test_a_table_in_the_room_of_a_label_is_that_labels_and_totals_are_kept(form: Any) -> None:
    document = Document()
    outer = table(document, ["事故名称", ""], ["伤亡情况", ""])
    inner = outer.cell(1, 1).add_table(3, 2)
    for cell, text in zip(inner.rows[0].cells, ["姓名", "伤情"], strict=True):
        cell.text = text
    document.add_heading("物资", 1)
    table(document, ["序号", "名称", "单价（元）", "金额"], ["1", "", "", ""], ["2", "", "", ""], ["合计", "", "", ""])
    drafted = form(document)
    first, hurt, goods = drafted.form.root.fields
    assert (first.title("zh-Hans"), hurt.title("zh-Hans"), hurt.shape) == ("事故名称", "伤亡情况", "repeat")
    assert [spec.title("zh-Hans") for spec in hurt.fields] == ["姓名", "伤情"]
    assert drafted.schema["properties"][goods.key]["x-table"]["totals"] == [goods.fields[2].key]


def test_labels_in_brackets_lose_what_stands_before_and_gaps_without_one_are_told(form: Any) -> None:
    document = Document()
    document.add_paragraph("兹证明（____）同志（身份证号：________）系我单位职工。")
    made = form(document)
    assert said(made) == {"身份证号": "text"}
    assert any("1 ×" in told for told in made.told("W-import-lost"))


def test_room_above_places_of_one_cell_is_for_words_and_gaps_of_hours_are_times(form: Any) -> None:
    document = Document()
    table(
        document,
        ["处理经过", "\n\n\n        处理人：          日期：    年  月  日"],
        ["满意", "□是    □否    如否，原因："],
    )
    document.add_paragraph("到达时间：____时____分")
    assert said(form(document)) == {
        "处理经过": "multiline",
        "处理人": "text",
        "日期": "date",
        "满意": "boolean",
        "到达时间": "time",
    }


def test_a_table_beside_a_tall_cell_is_called_by_it_and_keeps_its_printed_figures(form: Any) -> None:
    document = Document()
    made = table(
        document,
        ["基本情况", "姓名", "", "工号", ""],
        ["", "部门", "", "岗位", ""],
        ["考核成绩", "科目", "满分", "得分", "评语"],
        ["", "产品知识", "100", "", ""],
        ["", "沟通技巧", "80", "", ""],
        ["考核结论", "", "", "", ""],
    )
    made.cell(0, 0).merge(made.cell(1, 0))
    made.cell(2, 0).merge(made.cell(4, 0))
    made.cell(5, 1).merge(made.cell(5, 4))
    found = form(document)
    assert [spec.title("zh-Hans") for spec in found.form.root.fields] == ["基本情况", "考核成绩", "考核结论"]
    marks = next(iter(node for node in found.schema["properties"].values() if node.get("title") == "考核成绩"))
    assert [column["title"] for column in marks["items"]["properties"].values()] == ["科目", "满分", "得分", "评语"]
    assert [list(row.values()) for row in marks["default"]] == [["产品知识", "100"], ["沟通技巧", "80"]]
