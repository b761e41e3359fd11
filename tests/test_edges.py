"""Edges of records, rules, schemas and templates that went wrong once."""

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from generator.api import blank, check, render
from generator.catalogue import Catalogue, load_form
from generator.errors import BiaodanError, SchemaError, WriteError
from generator.files import safe_name, write_whole
from generator.formats import money_text, number_text
from generator.kinds.moments import parse_moment
from generator.kinds.raw import ValueFault
from generator.rules.mask import mask
from tests.writers.reading import READERS

ZONE = ZoneInfo("Asia/Shanghai")


def form(folder: Path, properties: Any, **more: Any) -> str:
    path = folder / "own.json"
    path.write_text(json.dumps({"type": "object", "properties": properties, **more}), encoding="utf-8")
    return str(path)


def codes(error: BiaodanError) -> list[str]:
    return [fault.code for fault in error.faults]


@pytest.mark.parametrize("text", ["3.5 元以上", "10.1.1.1 不通", "-5 度", "2024.5.1 起"])
def test_what_only_looks_like_a_numbered_line_is_kept(tmp_path: Path, text: str) -> None:
    own = form(tmp_path, {"steps": {"type": "array", "items": {"type": "string"}}})
    html = render(own, {"steps": text}, "docx")
    assert text in _text(html)


@pytest.mark.parametrize("text", ["1. 打开", "1.打开", "1、打开", "（打开", "- 打开", "• 打开"])
def test_the_numbers_of_numbered_lines_are_not_printed_twice(tmp_path: Path, text: str) -> None:
    own = form(tmp_path, {"steps": {"type": "array", "items": {"type": "string"}}})
    assert "1. 打开" in _text(render(own, {"steps": f"{text.replace('（', '1）')}\n2、关闭"}, "docx"))


def _text(docx: bytes) -> str:
    import re
    import zipfile

    return re.sub(r"<[^>]+>", "", zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01 2:30 PM", datetime(2024, 5, 1, 14, 30)),
        ("2024年5月1日14时", datetime(2024, 5, 1, 14)),
        ("2024年5月1日14:30", datetime(2024, 5, 1, 14, 30)),
    ],
)
def test_more_ways_of_writing_a_time(text: str, expected: datetime) -> None:
    assert parse_moment(text, ZONE) == expected


@pytest.mark.parametrize("text", ["2024-05-14:30", "2024-05-01 上午13:30", "2024-05-0114:30"])
def test_a_slip_of_the_pen_is_no_other_moment(text: str) -> None:
    with pytest.raises(ValueFault):
        parse_moment(text, ZONE)


@pytest.mark.parametrize(
    ("value", "sort", "expected"),
    [
        ("nomail", "email", "******"),
        ("13856785678*", "phone", "138*****678*"),
        ("浙江省杭州市西湖区*路", "address", "浙江省杭州市*****"),
        ("6222 0212 3456 7890", "bank-card", "**** **** **** 7890"),
        ("**** **** **** 7890", "bank-card", "**** **** **** 7890"),
        ("138****5678", "phone", "138****5678"),
        ("张*", "name", "张*"),
    ],
)
def test_a_single_star_does_not_switch_masking_off(value: str, sort: str, expected: str) -> None:
    assert mask(value, sort) == expected
    assert mask(expected, sort) == expected


def test_a_row_is_told_by_its_own_number_where_the_sheet_begins_further_down(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for column, (name, value) in enumerate({"客户名称": "甲", "紧急程度": "P9"}.items(), 2):
        sheet.cell(3, column, name)
        sheet.cell(4, column, value)
    book.save(tmp_path / "late.xlsx")
    assert {fault.place.row for fault in check("issue-tracker", tmp_path / "late.xlsx")} == {"Sheet!4"}


@pytest.mark.parametrize("number", ["1e400", "1e999999999", "-1e400"])
def test_a_number_beyond_all_bounds_is_refused_at_once(tmp_path: Path, number: str) -> None:
    own = form(tmp_path, {"n": {"type": "number"}})
    assert [fault.code for fault in check(own, {"n": number})] == ["E-json-range"]


@pytest.mark.parametrize("value", [["\ud800"], {"a": "\ud800"}, [["a\x00"]]])
def test_half_characters_within_lists_are_refused(value: Any) -> None:
    assert {f.code for f in check("closure-report", {"issue_no": value})} & {"E-surrogate", "E-control"}


@pytest.mark.parametrize("depth", [100, 600, 5000])
def test_a_value_nested_too_deeply_is_a_fault(depth: int) -> None:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    assert "E-json-depth" in [fault.code for fault in check("closure-report", {"issue_no": value})]


@pytest.mark.parametrize("items", [[5], [["a"]], [{"k": 1}, 2]])
@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_list_of_anything_is_written(tmp_path: Path, items: Any, format: str) -> None:
    assert render(form(tmp_path, {"a": {"type": "array"}}), {"a": items}, format)


def test_a_field_of_mixed_type_takes_either(tmp_path: Path) -> None:
    own = form(tmp_path, {"a": {"type": ["integer", "string"]}})
    assert render(own, {"a": 5}, "xlsx")
    assert render(own, {"a": "abc"}, "xlsx")


@pytest.mark.parametrize("unit", ["percent", "yuan", "USD", "minute", "公斤"])
@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_text_in_a_field_of_numbers_and_texts_is_printed_as_it_is(tmp_path: Path, format: str, unit: str) -> None:
    own = form(tmp_path, {"a": {"type": ["string", "number"], "x-unit": unit, "title": "数"}})
    content = render(own, {"a": "待定未知"}, format, engine="typst" if format == "pdf" else "")
    assert "待定未知" in READERS[format](content).text


def test_null_stands_where_the_schema_lets_it(tmp_path: Path) -> None:
    own = form(tmp_path, {"a": {"type": ["string", "null"]}}, required=["a"])
    assert check(own, {"a": None}) == []
    assert [fault.code for fault in check(own, {})] == ["E-required"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 +", "E-lint-expression"),
        ("a }} {{ b", "E-lint-expression"),
        ("a.__class__.__mro__", "E-expression-forbidden"),
        ("lipsum(n=10)", "E-expression-name"),
        ("a|center(10)", "E-expression-name"),
    ],
)
def test_a_faulty_expression_is_a_fault_of_the_schema(tmp_path: Path, expression: str, expected: str) -> None:
    own = form(tmp_path, {"a": {"type": "string"}, "b": {"type": "string", "x-derive": expression}})
    with pytest.raises(SchemaError) as caught:
        check(own, {"a": "x"})
    assert codes(caught.value) == [expected]


@pytest.mark.parametrize(
    ("rows", "meta", "expected"),
    [
        ({"x-table": {"overdue": {"due": "nowhere", "done": "a"}}}, {}, "E-schema-column"),
        ({"default": ["x"]}, {}, "E-schema-default"),
        ({"type": "string"}, {"kind": "table"}, "E-schema-table"),
    ],
)
def test_a_table_that_can_not_be_laid_out_is_a_fault_of_the_schema(
    tmp_path: Path, rows: Any, meta: Any, expected: str
) -> None:
    table = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}, **rows}
    if table["type"] == "string":
        table = {"type": "string"}
    own = form(tmp_path, {"rows": table}, **{"x-form": {"id": "own", **meta}})
    with pytest.raises(SchemaError) as caught:
        load_form(Path(own))
    assert codes(caught.value) == [expected]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("text only", "E-template-text"),
        ('<x n="99"/>', "E-template-element"),
        ("<x/>", "E-template-element"),
        ('<p><v w="q"/></p>', "E-template-element"),
        ("<p>{{ part }}</p>", "E-template-fails"),
        ("<p>{{ list }}</p>", "E-template-fails"),
        ("<p>{{ figures }}</p>", "E-template-fails"),
        ("<p>{{ 'x' * 10 ** 9 }}</p>", "E-template-limit"),
        ("<p>{{ 10 ** 1000000 }}</p>", "E-template-limit"),
        ("<p>{{ range(10 ** 9) | list }}</p>", "E-template-limit"),
        ('{{ fields("part") }}', "E-template-field"),
        ('{{ prose("list") }}', "E-template-field"),
        ('{{ table("a") }}', "E-template-field"),
        ('{{ section("a") }}', "E-template-field"),
    ],
)
def test_a_template_prints_values_and_places_what_fits(tmp_path: Path, markup: str, expected: str) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "templates").mkdir()
    item = {"type": "object", "properties": {"b": {"type": "string"}}}
    schema = {
        "type": "object",
        "x-form": {"id": "own", "kind": "letter", "template": "own"},
        "properties": {"a": {"type": "string"}, "part": item, "list": {"type": "array", "items": item}},
    }
    (tmp_path / "schemas" / "own.json").write_text(json.dumps(schema), encoding="utf-8")
    (tmp_path / "templates" / "own.zh-Hans.html").write_text(markup, encoding="utf-8")
    with pytest.raises(BiaodanError) as caught:
        blank("own", "docx", catalogue=Catalogue([tmp_path]))
    assert codes(caught.value) == [expected]


def test_a_name_longer_than_any_file_may_have_is_a_coded_error(tmp_path: Path) -> None:
    with pytest.raises(WriteError) as caught:
        write_whole(tmp_path / ("x" * 300), b"")
    assert codes(caught.value) == ["E-write"]


@pytest.mark.parametrize("text", ["CON .pdf", "a\u2028b", "nul  "])
def test_names_that_some_system_refuses_are_changed(text: str) -> None:
    assert safe_name(text) != text


def test_negative_amounts_carry_their_sign_first() -> None:
    assert money_text(-5, "¥") == "-¥5.00"
    assert number_text(-0.0) == "0"


def test_a_key_with_a_slash_is_escaped_in_pointers(tmp_path: Path) -> None:
    own = form(tmp_path, {"a/b": {"type": "integer"}, "c~d": {"type": "integer"}})
    assert [fault.place.pointer for fault in check(own, {"a/b": "x", "c~d": "y"})] == ["/a~1b", "/c~0d"]


@pytest.mark.parametrize(
    ("priority", "last", "expected"),
    [
        ("core", "2023-10-15", "2023-11-15"),
        ("regular", "2023-10-10", "2024-01-10"),
        ("potential", "2023-08-31", "2024-02-29"),
        ("core", "2023-12-31", "2024-01-31"),
    ],
)
def test_the_next_contact_follows_the_policy(tmp_path: Path, priority: str, last: str, expected: str) -> None:
    given = {"customer_name": "甲", "maintenance_priority": priority, "last_contact_on": last}
    assert check("customer-register", [{**given, "next_contact_on": expected}]) == []
    planned = check("customer-register", [{**given, "next_contact_on": "2030-01-01"}])
    assert [fault.code for fault in planned] == ["W-check"]


INTAKE = {
    "customer_person": "张三",
    "contact": "13800001234",
    "description_and_demand": "登录失败",
    "issue_type": "技术故障/登录异常",
}


@pytest.mark.parametrize("kind", ["技术故障/登录异常", "技術故障/登入異常", "Complaint/late delivery"])
def test_an_issue_is_classed_in_any_language(kind: str) -> None:
    assert check("issue-intake", [{**INTAKE, "issue_type": kind}]) == []


@pytest.mark.parametrize("kind", ["技术故障", "技术故障/", "其他/登录异常", "/登录"])
def test_an_issue_without_a_known_class_is_refused(kind: str) -> None:
    told = check("issue-intake", [{**INTAKE, "issue_type": kind}])
    assert [fault.place.pointer for fault in told] == ["/rows/0/issue_type"]


@pytest.mark.parametrize(("priority", "codes_"), [("P0", ["E-check"]), ("P1", ["E-check"]), ("P2", [])])
def test_what_is_urgent_is_passed_on(priority: str, codes_: list[str]) -> None:
    reported = {"escalated_to": "周敏", "escalated_at": "2024-05-06 09:00"}
    assert [fault.code for fault in check("issue-intake", [{**INTAKE, **reported, "priority": priority}])] == codes_


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_choices_that_are_lists_or_objects_are_printed(format, tmp_path):
    item = {"type": "object", "properties": {"z": {"title": "Z", "enum": [[1], "q"]}}}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "T",
        "type": "object",
        "properties": {
            "x": {"title": "X", "enum": [{"a": 1}, "b"]},
            "log": {"title": "L", "type": "array", "items": item},
        },
    }
    path = tmp_path / "plain.json"
    path.write_text(json.dumps(schema), encoding="utf-8")
    record = {"x": {"a": 1}, "log": [{"z": [1]}, {"z": "q"}]}
    assert check(str(path), record) == []
    assert render(str(path), record, format)
