"""Word documents as their reader meets them: styles, tables across pages, fields, properties, plain text."""

import io
import json
import posixpath
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import Catalogue, blank, kinds, render
from generator.document import (
    Document,
    FieldGrid,
    Heading,
    ListBlock,
    Page,
    Paragraph,
    Purpose,
    Role,
    Row,
    Section,
    Signature,
    SignatureBlock,
    Table,
    Text,
    Tone,
    Value,
)
from generator.document.columns import text_width
from generator.kinds.raw import ValueFault, clean_text
from generator.wording import LANGS

from .reading import Docx, W, paragraph_text, row_cells, squeezed
from .specimen import BLOCKS, REGISTER, TABLE, column, document, emptied, field, grid, register, written

SAMPLES = Path(__file__).parents[2] / "samples"
SENTINELS = {"name": "欧阳哨兵", "phone": "13912345678", "number": "BG-哨兵-0001"}


def opened(made: Document) -> Docx:
    return Docx(written(made, "docx"))


@cache
def everything(lang: str = "zh-Hans") -> Docx:
    """Return the document of every node in one language."""
    return opened(document(*BLOCKS.values(), lang=lang))


def val(element: Any, path: str, attribute: str = "val") -> str | None:
    """Return an attribute of what lies along a path of w: names, None when it isn't there."""
    found = element.find("/".join(W + step for step in path.split("/"))) if element is not None else None
    return None if found is None else found.get(W + attribute)


def style_named(word: Docx, name: str) -> Any:
    styles = word.xml("word/styles.xml").iter(f"{W}style")
    return next(style for style in styles if val(style, "name").lower() == name.lower())


def paragraph_with(word: Docx, text: str) -> Any:
    return next(p for p in word.paragraphs() if text in paragraph_text(p))


def row_with(word: Docx, text: str) -> Any:
    return next(row for row in word.body.iter(f"{W}tr") if any(text in cell for cell in row_cells(row)))


def table_with(word: Docx, text: str) -> Any:
    return row_with(word, text).getparent()


# --- styles and language ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "name", "outline"), [(2, "heading 1", "0"), (3, "heading 2", "1")])
def test_headings_have_words_own_styles_so_that_the_navigation_pane_shows_them(
    level: int, name: str, outline: str
) -> None:
    word = opened(document(Heading("目录里的话", level=level)))
    style = style_named(word, name)
    assert val(paragraph_with(word, "目录里的话"), "pPr/pStyle") == style.get(f"{W}styleId")
    assert val(style, "pPr/outlineLvl") == outline


def test_the_title_has_the_title_style() -> None:
    assert everything().paragraphs()[0].find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "Title"


def test_every_style_that_is_used_is_defined() -> None:
    for lang in LANGS:
        word = everything(lang)
        defined = {style.get(f"{W}styleId") for style in word.xml("word/styles.xml").iter(f"{W}style")}
        used = {
            element.get(f"{W}val")
            for name in word.names
            if re.match(r"word/(document|header|footer)", name)
            for element in word.xml(name).iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")
        }
        assert used <= defined


@pytest.mark.parametrize(
    ("lang", "latin", "asian"), [("zh-Hans", "en-GB", "zh-CN"), ("zh-Hant", "en-GB", "zh-TW"), ("en", "en-GB", "zh-CN")]
)
def test_the_language_is_set_so_that_word_checks_spelling_and_breaks_lines_by_it(
    lang: str, latin: str, asian: str
) -> None:
    defaults = everything(lang).xml("word/styles.xml").find(f"{W}docDefaults")
    language = next(defaults.iter(f"{W}lang"))
    assert (language.get(f"{W}val"), language.get(f"{W}eastAsia")) == (latin, asian)


@pytest.mark.parametrize(
    ("lang", "body", "head"), [("zh-Hans", "SimSun", "SimHei"), ("zh-Hant", "PMingLiU", "Microsoft JhengHei")]
)
def test_chinese_has_the_fonts_that_offices_have(lang: str, body: str, head: str) -> None:
    word = everything(lang)
    defaults = word.xml("word/styles.xml").find(f"{W}docDefaults")
    assert next(defaults.iter(f"{W}rFonts")).get(f"{W}eastAsia") == body
    assert val(style_named(word, "heading 1"), "rPr/rFonts", "eastAsia") == head
    assert {body, head} <= {font.get(f"{W}name") for font in word.xml("word/fontTable.xml")}


def test_chinese_lines_are_broken_by_chinese_rules() -> None:
    defaults = everything().xml("word/styles.xml").find(f"{W}docDefaults")
    assert next(defaults.iter(f"{W}kinsoku")).get(f"{W}val") == "1"


def test_running_text_in_chinese_is_indented_by_two_characters() -> None:
    word = opened(document(Paragraph((Text("正文一段"),))))
    named = val(paragraph_with(word, "正文一段"), "pPr/pStyle")
    style = next(s for s in word.xml("word/styles.xml").iter(f"{W}style") if s.get(f"{W}styleId") == named)
    assert val(style, "pPr/ind", "firstLineChars") == "200"


@pytest.mark.parametrize("role", [Role.SIGNER, Role.DATE, Role.REFERENCE])
def test_who_signs_and_when_stands_on_the_right(role: Role) -> None:
    word = opened(document(Paragraph((Text("某某公司"),), role), kind="letter"))
    assert val(paragraph_with(word, "某某公司"), "pPr/jc") == "right"


def test_a_gap_to_write_in_is_underlined() -> None:
    word = opened(document(Paragraph((Text("请于"), Value("/day", ""), Text("前")))))
    runs = paragraph_with(word, "请于").findall(f"{W}r")
    assert [val(run, "rPr/u") for run in runs] == [None, "single", None]


def test_two_ordered_lists_count_from_one_each() -> None:
    word = opened(document(BLOCKS[ListBlock], Paragraph((Text("其间"),)), BLOCKS[ListBlock]))
    used = [number.get(f"{W}val") for number in word.body.iter(f"{W}numId")]
    instances = {n.get(f"{W}numId"): n for n in word.xml("word/numbering.xml").iter(f"{W}num")}
    assert len(set(used)) == 2
    assert all(next(instances[n].iter(f"{W}startOverride")).get(f"{W}val") == "1" for n in used)


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", Purpose)
def test_the_header_row_of_a_table_is_repeated_on_each_page_and_no_other(purpose: Purpose) -> None:
    table = emptied(TABLE) if purpose is Purpose.BLANK else TABLE
    word = opened(document(table, purpose=purpose))
    rows = table_with(word, "顺序号").findall(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * (len(rows) - 1)


def test_rows_do_not_break_across_pages() -> None:
    for row in everything().body.iter(f"{W}tr"):
        assert row.find(f"{W}trPr/{W}cantSplit") is not None, row_cells(row)


def test_a_line_of_fields_that_is_too_long_for_a_page_may_break() -> None:
    word = opened(document(grid(field("概述", "很长的话。" * 800, kinds.MULTILINE), field("短的", "短"))))
    assert row_with(word, "概述").find(f"{W}trPr/{W}cantSplit") is None
    assert row_with(word, "短的").find(f"{W}trPr/{W}cantSplit") is not None


def test_a_row_that_is_too_long_for_a_page_may_break() -> None:
    table = Table("/t", (column("事由", kinds.MULTILINE),), rows=(Row(("很长的话。" * 800,)), Row(("短",))))
    header, long, short = opened(document(table)).tables()[0].findall(f"{W}tr")
    assert long.find(f"{W}trPr/{W}cantSplit") is None
    assert short.find(f"{W}trPr/{W}cantSplit") is not None
    assert header.find(f"{W}trPr/{W}cantSplit") is not None


@pytest.mark.parametrize("kind", ["form", "letter"])
@pytest.mark.parametrize("landscape", [False, True])
def test_every_table_is_as_wide_as_the_text_and_fits_the_paper(kind: str, landscape: bool) -> None:
    made = document(*BLOCKS.values(), kind=kind, page=Page("A4", landscape))
    word = opened(made)
    page = word.body.find(f"{W}sectPr/{W}pgSz")
    margins = word.body.find(f"{W}sectPr/{W}pgMar")
    room = int(page.get(f"{W}w")) - int(margins.get(f"{W}left")) - int(margins.get(f"{W}right"))
    assert abs(room - text_width(made) * 1440 / 25.4) <= 3
    for table in word.tables():
        grid_widths = [int(c.get(f"{W}w")) for c in table.findall(f"{W}tblGrid/{W}gridCol")]
        share = 7 / 12 if table.getparent().tag == f"{W}tc" else 1  # a table with a chart beside it
        assert abs(sum(grid_widths) - room * share) <= 3
        assert min(grid_widths) > 0


def test_the_cells_of_every_row_cover_the_grid() -> None:
    for table in everything().tables():
        widths = [int(c.get(f"{W}w")) for c in table.findall(f"{W}tblGrid/{W}gridCol")]
        for row in table.findall(f"{W}tr"):
            cells = row.findall(f"{W}tc")
            spans = [int(val(cell, "tcPr/gridSpan") or 1) for cell in cells]
            assert sum(spans) == len(widths)
            assert sum(int(val(cell, "tcPr/tcW", "w")) for cell in cells) == sum(widths)


def test_every_cell_ends_in_a_paragraph_as_word_demands() -> None:
    for cell in everything().body.iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p"


@pytest.mark.parametrize(("landscape", "size"), [(False, (11906, 16838)), (True, (16838, 11906))])
def test_the_paper_is_a4(landscape: bool, size: tuple[int, int]) -> None:
    page = opened(document(TABLE, page=Page("A4", landscape))).body.find(f"{W}sectPr/{W}pgSz")
    assert (int(page.get(f"{W}w")), int(page.get(f"{W}h"))) == size
    assert page.get(f"{W}orient") == ("landscape" if landscape else None)


def test_rows_are_numbered_and_blank_rows_go_on_counting() -> None:
    word = opened(document(TABLE))
    rows = table_with(word, "顺序号").findall(f"{W}tr")
    assert [row_cells(row)[0] for row in rows] == ["顺序号", "1", "2", "3", "4", "总计数"]


def test_values_stand_in_the_order_of_the_columns() -> None:
    word = opened(document(TABLE))
    expected = ["1", "2024-05-01 09:00", "陈某", "首条 <b>内容</b>\n另起一行", "甲级紧急", "12"]
    assert row_cells(row_with(word, "首条")) == expected


def test_an_overdue_row_says_so_in_words_beside_its_due_date() -> None:
    late = Row(("甲", "1", "p", "low", None, None), Tone.ALERT, "已逾期")
    word = opened(document(replace(REGISTER, rows=(late,))))
    assert [n for n, cell in enumerate(row_cells(row_with(word, "已逾期"))) if "已逾期" in cell] == [
        REGISTER.overdue.due
    ]


@pytest.mark.parametrize(
    "before", [TABLE, Paragraph((Text("末段"),)), Section(Heading("末章"), (TABLE,)), grid(field("末项", "值"))]
)
def test_signatures_never_stand_alone_on_a_page(before: Any) -> None:
    word = opened(document(before, SignatureBlock((Signature("客户签字"),))))
    elements = list(word.body)
    above = elements[: elements.index(table_with(word, "客户签字"))]
    spacers = above[-1 - next(n for n, e in enumerate(reversed(above)) if squeezed("".join(e.itertext()))) :]
    last = spacers[0].findall(f"{W}tr")[-1] if spacers[0].tag == f"{W}tbl" else spacers[0]
    kept = [*last.iter(f"{W}p"), *spacers[1:]]
    assert kept
    assert all(p.find(f"{W}pPr/{W}keepNext") is not None for p in kept)


def test_a_table_is_never_the_last_thing_in_the_body_nor_touches_the_next() -> None:
    elements = list(opened(document(TABLE, grid(field("x", "y")), TABLE)).body)
    tables = [n for n, element in enumerate(elements) if element.tag == f"{W}tbl"]
    assert len(tables) == 3
    assert all(elements[n + 1].tag == f"{W}p" for n in tables)


def test_the_body_ends_one_point_below_its_last_table_so_that_no_page_is_empty() -> None:
    last = opened(document(TABLE)).body.findall(f"{W}p")[-1].find(f"{W}pPr/{W}spacing")
    assert (last.get(f"{W}line"), last.get(f"{W}lineRule")) == ("20", "exact")


def is_kept(row: Any) -> bool:
    """Tell whether all of a row stays on the page of the next."""
    return all(p.find(f"{W}pPr/{W}keepNext") is not None for p in row.iter(f"{W}p"))


def test_the_head_stays_with_two_rows_and_the_last_two_with_the_signatures() -> None:
    table = Table("/t", (column("a"),), rows=tuple(Row((f"第{n}行",)) for n in range(9)))
    word = opened(document(table, SignatureBlock((Signature("客户签字"),))))
    _, *rows = table_with(word, "第0行").findall(f"{W}tr")
    assert style_named(word, "Table Head").find(f"{W}pPr/{W}keepNext") is not None
    assert [is_kept(row) for row in rows] == [True, False, False, False, False, False, False, True, True]


@pytest.mark.parametrize("lang", LANGS)
def test_lines_have_one_pitch_whatever_font_stands_in_them(lang: str) -> None:
    word = everything(lang)
    used = {p.get(f"{W}val") for p in word.body.iter(f"{W}pStyle")} - {"Picture"}
    styles = {s.get(f"{W}styleId"): s for s in word.xml("word/styles.xml").iter(f"{W}style")}
    rules = {name: val(styles[name], "pPr/spacing", "lineRule") for name in used - {"Spacer"}}
    assert set(rules.values()) == {"exact"}, rules


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_salutation_is_no_bolder_than_the_text(lang: str) -> None:
    word = opened(document(Paragraph((Text("Dear A"),), Role.ADDRESSEE), kind="letter", lang=lang))
    assert paragraph_with(word, "Dear A").find(f"{W}r/{W}rPr/{W}b") is None


@pytest.mark.parametrize(("text", "hinted"), [("他说“VIP”", ["“", "”"]), ("they said “no” — twice", [])])
def test_marks_that_chinese_and_latin_share_are_in_the_font_of_the_text(text: str, hinted: list[str]) -> None:
    runs = paragraph_with(opened(document(Paragraph((Text(text),)))), text).findall(f"{W}r")
    found = ["".join(r.itertext()) for r in runs if val(r, "rPr/rFonts", "hint") == "eastAsia"]
    assert found == hinted


# --- head and foot ---------------------------------------------------------------------------------------------------


def running_part(word: Docx, kind: str) -> str:
    """Return the part that the page's section refers to as its header or footer."""
    relation = word.body.find(f"{W}sectPr/{W}{kind}Reference")
    identity = next(v for k, v in relation.attrib.items() if k.endswith("}id"))
    return next(
        posixpath.join("word", r.get("Target"))
        for source, r in word.relationships()
        if source == "word/document.xml" and r.get("Id") == identity
    )


def test_the_head_says_title_number_version_and_reference() -> None:
    word = opened(document(TABLE, reference="BG-7"))
    head = word.part_text(running_part(word, "header"))
    assert all(part in head for part in ("样张 & <标题>", "KF-99", "2.5", "BG-7", "某某中心"))


@pytest.mark.parametrize("lang", LANGS)
def test_the_foot_counts_pages_with_words_fields(lang: str) -> None:
    word = everything(lang)
    part = running_part(word, "footer")
    foot = word.xml(part)
    simple = [f.get(f"{W}instr") for f in foot.iter(f"{W}fldSimple")] + [i.text for i in foot.iter(f"{W}instrText")]
    assert [words.split()[0] for words in simple] == ["PAGE", "NUMPAGES"]
    assert "内部资料样张" in word.part_text(part)


# --- properties ------------------------------------------------------------------------------------------------------


def properties(word: Docx) -> str:
    return "\n".join(word.parts[name].decode() for name in word.names if name.startswith("docProps/"))


def test_core_properties_have_title_subject_and_language() -> None:
    core = docx.Document(io.BytesIO(everything("zh-Hant").content)).core_properties
    assert core.title == "样张 & <标题>"
    assert "KF-99" in core.subject
    assert core.language == "zh-Hant"
    assert "python-docx" not in core.author


def test_custom_properties_lead_a_filled_file_back_to_its_form() -> None:
    custom = everything().xml("docProps/custom.xml")
    values = {p.get("name"): "".join(p.itertext()) for p in custom}
    assert {"biaodan.form": "specimen", "biaodan.version": "2.5", "biaodan.lang": "zh-Hans"}.items() <= values.items()


@pytest.mark.parametrize("mask", [True, False])
def test_no_value_of_a_record_stands_in_any_property(mask: bool) -> None:
    sample = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))
    record = {
        **sample,
        "customer_name": SENTINELS["name"],
        "report_no": SENTINELS["number"],
        "result": SENTINELS["phone"],
    }
    word = Docx(render("closure-report", record, "docx", mask=mask))
    assert SENTINELS["phone"] in word.text
    assert not [sentinel for sentinel in SENTINELS.values() if sentinel in properties(word)]


def test_documents_are_dated_by_source_date_epoch_and_not_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert not re.search(r"20\d\d-\d\d-\d\dT", properties(opened(document(TABLE))))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert "2023-11-14T22:13:20Z" in properties(opened(document(TABLE)))


# --- text ------------------------------------------------------------------------------------------------------------

AWKWARD = [
    "& < > \" '",
    "</w:t></w:r>",
    "]]>",
    "&amp;",
    "a\nb",
    "a\tb\tc",
    "  前后有空格  ",
    "=1+1",
    "+2",
    "-3",
    "@4",
    "{{ 7*7 }}",
    "𠮷😀",
    "a\n\nb\n",
]


@pytest.mark.parametrize("value", AWKWARD)
def test_awkward_characters_survive_in_a_field(value: str) -> None:
    word = opened(document(grid(field("标签", value, kinds.MULTILINE))))
    assert row_cells(row_with(word, "标签")) == [f"标签\n{value}"]


@pytest.mark.parametrize("value", AWKWARD)
def test_awkward_characters_survive_in_a_cell_and_in_running_text(value: str) -> None:
    table = Table("/t", (column("甲"),), rows=(Row((value,)),))
    word = opened(document(table, Paragraph((Text("段首"), Value("/v", value)))))
    assert row_cells(word.tables()[0].findall(f"{W}tr")[1]) == [value]
    assert paragraph_text(paragraph_with(word, "段首")) == f"段首{value}"


def record_texts() -> st.SearchStrategy[str]:
    """Return texts as records may hold them: what the reader of values lets pass."""

    def clean(text: str) -> str:
        try:
            return clean_text(text)
        except ValueFault:
            return ""

    return st.text(max_size=60).map(clean)


@settings(max_examples=150, deadline=None)
@given(record_texts(), record_texts())
def test_any_text_of_a_record_comes_back_as_it_was(value: str, other: str) -> None:
    table = Table("/t", (column("甲"),), rows=(Row((other,)),))
    word = opened(document(grid(field("标签", value, kinds.MULTILINE)), table))
    assert row_cells(row_with(word, "标签")) == [f"标签\n{value}"]
    assert row_cells(word.tables()[1].findall(f"{W}tr")[1]) == [other]


def test_a_value_that_looks_like_a_formula_is_plain_text_without_a_field() -> None:
    word = opened(document(grid(field("公式", "=SUM(A1:A9)"))))
    assert "=SUM(A1:A9)" in word.text
    assert not list(word.body.iter(f"{W}fldSimple", f"{W}instrText", f"{W}fldChar"))


# --- package ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_package_has_no_part_twice_and_every_part_is_well_formed(lang: str) -> None:
    word = everything(lang)
    assert [name for name, count in Counter(name.lower() for name in word.names).items() if count > 1] == []
    assert word.damaged is None
    for name in word.names:
        if name.endswith((".xml", ".rels")):
            word.xml(name)


@pytest.mark.parametrize("lang", LANGS)
def test_every_relationship_leads_to_a_part_and_none_outside(lang: str) -> None:
    word = everything(lang)
    for source, relation in word.relationships():
        assert relation.get("TargetMode") != "External"
        target = relation.get("Target")
        path = (
            target[1:]
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        )
        assert path in word.names


def test_every_part_is_related_to_and_has_a_content_type() -> None:
    word = everything()
    reached = {
        posixpath.normpath(posixpath.join(posixpath.dirname(s), r.get("Target").lstrip("/")))
        for s, r in word.relationships()
    }
    plain = [name for name in word.names if not name.endswith(".rels") and name != "[Content_Types].xml"]
    assert [name for name in plain if name not in reached] == []
    types = word.xml("[Content_Types].xml")
    overridden = {element.get("PartName") for element in types}
    extensions = {element.get("Extension") for element in types}
    assert [name for name in plain if f"/{name}" not in overridden and name.rpartition(".")[2] not in extensions] == []
    assert [name for name in overridden if name and name[1:] not in word.names] == []


def test_the_content_types_come_first_as_some_readers_expect() -> None:
    assert everything().names[0] == "[Content_Types].xml"


def test_there_are_no_macros_and_no_template_to_fetch() -> None:
    word = everything()
    assert not [name for name in word.names if "vba" in name.lower()]
    assert b"attachedTemplate" not in word.parts["word/settings.xml"]


def test_the_same_document_gives_the_same_bytes() -> None:
    made = document(*BLOCKS.values())
    assert written(made, "docx") == written(made, "docx")


def test_python_docx_opens_it_and_sees_paragraphs_and_tables() -> None:
    seen = docx.Document(io.BytesIO(everything().content))
    texts = squeezed("\n".join(p.text for p in seen.paragraphs))
    assert "样张&<标题>" in texts
    assert "前文普通文字&<b>原样</b>着重文字" in texts
    assert [p.text for p in seen.paragraphs if p.style.name == "Title"] == ["样张 & <标题>"]
    assert any("章的标题" in p.text for p in seen.paragraphs if p.style.name == "Heading 1")
    assert any("首条 <b>内容</b>" in cell.text for table in seen.tables for row in table.rows for cell in row.cells)


@pytest.mark.parametrize("form", [form.id for form in Catalogue()])
def test_a_blank_form_of_the_catalogue_opens_in_python_docx(form: str) -> None:
    assert docx.Document(io.BytesIO(blank(form, "docx"))).tables


def test_a_long_register_keeps_every_row_in_order() -> None:
    word = opened(register(*((f"客户{n}", str(n), "p", "low", None, None) for n in range(300))))
    rows = [row_cells(row)[0] for row in word.tables()[0].findall(f"{W}tr")][1:]
    assert rows == [f"客户{n}" for n in range(300)]


def test_a_blank_box_has_room_to_write_as_many_lines_as_its_field_asks_for() -> None:
    tall, low = (field(f"写{n}行", None, kinds.MULTILINE, lines=n) for n in (6, 1))
    word = opened(document(FieldGrid(((tall,), (low,))), purpose=Purpose.BLANK))
    heights = [int(val(row, "trPr/trHeight")) for row in word.body.iter(f"{W}tr")]
    assert heights[0] > 4 * heights[1] > 4 * 400
