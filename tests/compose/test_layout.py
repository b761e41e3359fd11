"""Fields on the grid, rows in tables, sections in order: what stands on the paper, before any format."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.api import make_job
from generator.catalogue import Catalogue
from generator.compose.numbering import chinese_number
from generator.compose.packing import pack
from generator.document import GRID, FieldGrid, Heading, Note, Room, Section, SignatureBlock, Table
from generator.errors import UsageError
from generator.job import MAX_BLANK_ROWS
from generator.records import ListSource
from generator.wording import LANGS

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FORMS = [form.id for form in Catalogue([])]
TEXT = {"type": "string"}
ROWS = {"type": "array", "items": {"type": "object", "properties": {"a": TEXT}}}


def walk(blocks):
    """Yield every block, those of sections included."""
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield block.heading
            yield from walk(block.blocks)


def of_type(document, kind):
    return [block for block in walk(document.blocks) if isinstance(block, kind)]


def filled(form, raw, **options):
    job = make_job(form, **options)
    [made] = job.documents(ListSource(raw, job.form))
    return made.document


def table_at(document, pointer):
    return next(table for table in of_type(document, Table) if table.pointer == pointer)


# --- the grid --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", FORMS)
def test_lines_of_every_shipped_form_fill_the_grid(form, lang):
    raw = json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))
    for document in (make_job(form, lang=lang).blank(), filled(form, raw, lang=lang)):
        for grid in of_type(document, FieldGrid):
            assert all(sum(field.room.span for field in line) == GRID for line in grid.lines)
            assert all(field.room.span >= 1 for line in grid.lines for field in line)


@settings(deadline=None)
@given(st.lists(st.integers(min_value=1, max_value=GRID), min_size=1, max_size=40))
def test_any_fields_pack_into_full_lines_in_their_order(spans):
    rooms = [Room(span=span, lines=n) for n, span in enumerate(spans)]  # told apart by their lines
    lines = pack(rooms)
    assert [room.lines for line in lines for room in line] == [room.lines for room in rooms]
    assert all(sum(room.span for room in line) == GRID for line in lines)
    assert all(room.span >= 1 for line in lines for room in line)


@pytest.mark.parametrize(
    ("widths", "spans"),
    [
        ([4, 4, 4], [[4, 4, 4]]),
        ([6, 6, 12], [[6, 6], [12]]),
        ([4, 4], [[6, 6]]),
        ([8, 8], [[12], [12]]),
        ([3], [[12]]),
    ],
)
def test_widths_of_the_schema_are_kept_or_stretched_to_the_edge(form_of, widths, spans):
    form = form_of({f"f{n}": {**TEXT, "x-width": width} for n, width in enumerate(widths)})
    [grid] = of_type(make_job(form).blank(), FieldGrid)
    assert [[field.room.span for field in line] for line in grid.lines] == spans


def test_choices_that_need_more_room_get_it(form_of):
    many = {"enum": [f"一个相当长的选项{n}" for n in range(6)]}
    form = form_of({"a": TEXT, "b": many, "c": TEXT})
    [grid] = of_type(make_job(form).blank(), FieldGrid)
    assert [[field.pointer for field in line] for line in grid.lines] == [["/a"], ["/b"], ["/c"]]


# --- rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "pointer", "rows"),
    [
        ("issue-tracker", "/rows", 22),
        ("closure-report", "/log", 6),
        ("solution-confirmation", "/steps", 4),
        ("troubleshooting-checklist", "/contacts", 3),
        ("troubleshooting-checklist", "/solution/long_term", 2),
    ],
)
def test_blank_paper_has_the_rows_that_the_schema_asks_for(form, pointer, rows):
    table = table_at(make_job(form).blank(), pointer)
    assert (list(table.rows), table.blank_rows) == ([], rows)


def test_a_plain_schema_gets_five_rows(form_of):
    assert table_at(make_job(form_of({"list": ROWS, "a": TEXT})).blank(), "/list").blank_rows == 5


@pytest.mark.parametrize("rows", [0, 1, 40, MAX_BLANK_ROWS])
@pytest.mark.parametrize(("form", "pointer"), [("issue-tracker", "/rows"), ("troubleshooting-checklist", "/contacts")])
def test_any_number_of_empty_rows_may_be_printed(form, pointer, rows):
    assert table_at(make_job(form, rows=rows).blank(), pointer).blank_rows == rows


@pytest.mark.parametrize("rows", [-1, MAX_BLANK_ROWS + 1])
def test_a_number_of_rows_that_no_paper_has_is_wrong_usage(rows):
    with pytest.raises(UsageError) as caught:
        make_job("issue-tracker", rows=rows).blank()
    assert [fault.code for fault in caught.value.faults] == ["E-rows"]


@pytest.mark.parametrize("rows", [None, 0, 20])
def test_fixed_rows_of_a_checklist_stand_on_blank_paper(rows):
    table = table_at(make_job("troubleshooting-checklist", rows=rows).blank(), "/steps")
    step = [column.key for column in table.columns].index("step")
    assert [row.values[step] for row in table.rows] == [
        "verify_customer",
        "clarify_problem",
        "assess_priority",
        "reproduce",
        "collect_evidence",
        "locate_cause",
        "resolve_verify",
        "customer_confirm",
    ]
    assert table.blank_rows == 0
    assert table.columns[step].face.choices[0].label == "核实客户信息"


def test_given_rows_stand_in_place_of_the_fixed_ones():
    raw = json.loads((SAMPLES / "troubleshooting-checklist" / "ordinary.json").read_text(encoding="utf-8"))
    raw["steps"] = [{"环节": "复现验证", "结果": "异常", "说明": "必现"}]
    table = table_at(filled("troubleshooting-checklist", raw), "/steps")
    assert [row.values[:2] for row in table.rows] == [("reproduce", "abnormal")]


def test_a_filled_table_has_its_rows_in_order_and_an_empty_one_a_row_to_see(form_of):
    form = form_of({"list": ROWS, "a": TEXT})
    table = table_at(filled(form, {"list": [{"a": "一"}, {}, {"a": "三"}]}), "/list")
    assert ([row.values for row in table.rows], table.blank_rows) == ([("一",), (None,), ("三",)], 0)
    assert table_at(filled(form, {}), "/list").blank_rows == 1


def test_rows_of_a_register_may_be_read_twice():
    raw = json.loads((SAMPLES / "issue-tracker" / "ordinary.json").read_text(encoding="utf-8"))
    table = table_at(filled("issue-tracker", raw), "/rows")
    first = [tuple(row.values) for row in table.rows]
    assert [tuple(row.values) for row in table.rows] == first
    assert [values[0] for values in first] == [
        "WT20231016-01",
        "WT20231016-02",
        "WT20231017-01",
        "WT20231018-01",
        "WT20231019-01",
    ]


# --- choices on paper ------------------------------------------------------------------------------------------------


def field_at(document, pointer):
    return next(f for grid in of_type(document, FieldGrid) for line in grid.lines for f in line if f.pointer == pointer)


@pytest.mark.parametrize(
    ("lang", "notes"),
    [
        ("zh-Hans", ["1 小时", "4 小时", "24 小时", "72 小时"]),
        ("zh-Hant", ["1 小時", "4 小時", "24 小時", "72 小時"]),
        ("en", ["1 hour", "4 hours", "24 hours", "72 hours"]),
    ],
)
def test_blank_paper_prints_each_priority_with_its_limit(lang, notes):
    blank = field_at(make_job("troubleshooting-checklist", lang=lang).blank(), "/problem/priority")
    assert blank.face.ticks
    assert [choice.note for choice in blank.face.choices] == notes


def test_filled_paper_prints_no_limits():
    raw = json.loads((SAMPLES / "troubleshooting-checklist" / "ordinary.json").read_text(encoding="utf-8"))
    shown = field_at(filled("troubleshooting-checklist", raw), "/problem/priority")
    assert (shown.value, [choice.note for choice in shown.face.choices]) == ("P1", ["", "", "", ""])


@pytest.mark.parametrize(
    ("lang", "labels"), [("zh-Hans", ["是", "否"]), ("zh-Hant", ["是", "否"]), ("en", ["Yes", "No"])]
)
def test_yes_and_no_are_boxes_to_tick(form_of, lang, labels):
    shown = field_at(make_job(form_of({"a": {"type": "boolean"}}), lang=lang).blank(), "/a")
    assert shown.face.ticks
    assert [(choice.value, choice.label) for choice in shown.face.choices] == [(True, labels[0]), (False, labels[1])]


# --- sections --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "tags"), [("zh-Hans", ["一", "二", "三"]), ("zh-Hant", ["一", "二", "三"]), ("en", ["1", "2", "3"])]
)
def test_sections_are_numbered_in_the_order_of_the_schema(form_of, lang, tags):
    section = {"type": "object", "properties": {"b": TEXT}, "title": "乙", "x-title": {"en": "B"}}
    form = form_of({"a": TEXT, "s": section, "list": {**ROWS, "title": "丙", "x-title": {"en": "C"}}})
    headings = [block.heading for block in make_job(form, lang=lang).blank().blocks]
    assert [heading.number for heading in headings] == tags
    assert headings[1].text == ("B" if lang == "en" else "乙")


def test_a_form_of_plain_fields_has_no_headings(form_of):
    assert of_type(make_job(form_of({"a": TEXT, "b": TEXT})).blank(), (Section, Heading)) == []


def test_the_checklist_has_its_seven_sections():
    headings = [b.heading for b in make_job("troubleshooting-checklist").blank().blocks if isinstance(b, Section)]
    assert [f"{heading.number} {heading.text}" for heading in headings] == [
        "一 基本信息",
        "二 问题描述",
        "三 排查环节",
        "四 解决方案",
        "五 附件与证据",
        "六 协同",
        "七 沟通记录",
    ]


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_headings_count_in_chinese_numerals(number, written):
    assert chinese_number(number) == written


def test_how_to_fill_in_stands_on_blank_paper_only():
    job = make_job("troubleshooting-checklist")
    raw = json.loads((SAMPLES / "troubleshooting-checklist" / "ordinary.json").read_text(encoding="utf-8"))
    assert len(of_type(job.blank(), Note)) == 1
    assert of_type(filled("troubleshooting-checklist", raw), Note) == []


def test_the_checklist_ends_with_three_places_to_sign():
    last = make_job("troubleshooting-checklist", lang="en").blank().blocks[-1]
    assert isinstance(last, SignatureBlock)
    assert [place.label for place in last.signatures] == [
        "Handled by (signature)",
        "Head of department (signature)",
        "Customer (signature or seal)",
    ]


# --- the document ----------------------------------------------------------------------------------------------------


def test_a_document_carries_number_version_and_the_records_own_reference():
    raw = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))
    document = filled("closure-report", raw)
    assert (document.number, document.version, document.reference) == ("KF-JF-01", "1.0", "BG20231017-001")
    assert make_job("closure-report").blank().reference == ""


def test_a_personal_reference_is_kept_out_of_the_head(form_of):
    form = form_of({"a": {**TEXT, "x-sensitive": "phone"}}, **{"x-form": {"id": "own", "identity": "/a"}})
    assert filled(form, {"a": "13856785678"}).reference == ""


@pytest.mark.parametrize("form", FORMS)
def test_a_blank_form_is_the_form_of_an_empty_record(form):
    document = make_job(form).blank()
    assert document.is_blank
    assert document.form == form
    values = [f.value for grid in of_type(document, FieldGrid) for line in grid.lines for f in line]
    assert all(value is None for value in values)


def test_every_value_of_a_record_stands_on_the_paper_once(form_of):
    section = {"type": "object", "properties": {"b": TEXT, "deep": {"type": "object", "properties": {"c": TEXT}}}}
    form = form_of({"a": TEXT, "s": section, "z": TEXT})
    document = filled(form, {"a": "1", "s": {"b": "2", "deep": {"c": "3"}}, "z": "4"})
    found = [(f.pointer, f.value) for grid in of_type(document, FieldGrid) for line in grid.lines for f in line]
    assert found == [("/a", "1"), ("/s/b", "2"), ("/s/deep/c", "3"), ("/z", "4")]


def test_a_sparse_table_has_no_columns_without_a_value_once_it_is_filled(form_of):
    columns = {"a": TEXT, "b": TEXT, "c": TEXT}
    items = {"type": "object", "properties": columns}
    form = form_of({"list": {"type": "array", "title": "表", "x-table": {"sparse": True}, "items": items}})
    made = table_at(filled(form, {"list": [{"a": "甲", "c": ""}, {"b": "乙"}]}), "/list")
    assert [column.key for column in made.columns] == ["a", "b"]
    assert [row.values for row in made.rows] == [("甲", None), (None, "乙")]
    assert [column.key for column in table_at(make_job(form).blank(), "/list").columns] == ["a", "b", "c"]
