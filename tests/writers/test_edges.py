"""Edges of the writers: empty sections, registers with more than rows, names of sheets, letters beyond Chinese."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pypdfium2
import pytest

from generator import kinds
from generator.api import to_bytes
from generator.compose.tables import is_late
from generator.document import (
    Document,
    Emphasis,
    Face,
    FieldGrid,
    Heading,
    Note,
    Overdue,
    Paragraph,
    Purpose,
    Row,
    Section,
    Signature,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Value,
)
from generator.errors import WriteError
from generator.writers.fonts import missing
from generator.writers.properties import stamp

from .specimen import column, field

PLAIN = Document("form", "form", "表", "zh-Hans", Purpose.FILLED, ())


def sheet(document: Document) -> Any:
    return openpyxl.load_workbook(io.BytesIO(to_bytes(document, "xlsx"))).worksheets[0]


def register(*blocks: Any, **changes: Any) -> Document:
    return replace(PLAIN, kind="table", blocks=blocks, **changes)


TABLE = Table("/rows", (column("a", label="甲"), column("b", label="乙")), [Row(("1", "2"))], register=True)


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_document_or_section_without_blocks_is_written(format: str) -> None:
    assert to_bytes(PLAIN, format)
    assert to_bytes(replace(PLAIN, blocks=(Section(Heading("空"), ()),)), format)


def test_what_stands_around_a_register_is_on_its_sheet_too() -> None:
    note = Note((Text("每日更新"),))
    signatures = SignatureBlock((Signature("制表人（签字）"), Signature("审核人（签字）")))
    found = sheet(register(note, replace(TABLE, caption="清单"), signatures))
    texts = [cell.value for row in found.iter_rows() for cell in row if cell.value]
    assert texts == ["表", "每日更新", "清单", "甲", "乙", "1", "2", "制表人（签字）", "审核人（签字）", *texts[-2:]]
    head = next(row for row in range(1, 9) if found.cell(row, 1).value == "甲")
    assert found.freeze_panes == f"A{head + 1}"
    assert found.auto_filter.ref == f"A{head}:B{head + 1}"


@pytest.mark.parametrize(
    ("title", "number", "expected"),
    [
        ("短标题", "KF-01", "短标题"),
        ("题" * 32, "KF/01", "KF 01"),
        ("题" * 32, "N" * 40, "form"),
        ("选项", "KF-01", "KF-01"),
        ("😀" * 20, "KF-01", "KF-01"),
    ],
)
def test_a_sheet_has_a_name_that_excel_takes(title: str, number: str, expected: str) -> None:
    assert sheet(register(TABLE, title=title, number=number)).title == expected


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_marks_within_marks_stand_in_the_order_that_word_wants(lang: Any) -> None:
    inner = Emphasis((Text("内"), Value("/gap", "")))
    body = (Paragraph((Strong((inner,)), Emphasis((Strong((Text("外"),)),)))),)
    package = to_bytes(replace(PLAIN, lang=lang, blocks=body), "docx")
    xml = zipfile.ZipFile(io.BytesIO(package)).read("word/document.xml").decode()
    order = ["rFonts", "b", "i", "color", "sz", "u", "shd", "em"]
    for properties in re.findall("<w:rPr>(.*?)</w:rPr>", xml):
        names = re.findall(r"<w:(\w+)", properties)
        assert names == sorted(set(names), key=order.index)
    assert xml.count("<w:b/>") >= 3


def test_names_that_differ_in_case_alone_are_given_once() -> None:
    line = (field("甲", "1", pointer="/Name", span=6), field("乙", "2", pointer="/name", span=6))
    package = to_bytes(replace(PLAIN, blocks=(FieldGrid((line,)),)), "xlsx")
    book = zipfile.ZipFile(io.BytesIO(package)).read("xl/workbook.xml").decode()
    assert re.findall('definedName name="(f_[^"]+)"', book) == ["f_Name"]


def test_the_rule_for_overdue_rows_reads_the_field_that_the_form_names() -> None:
    days = tuple(field(key, date(2024, 5, 1), kinds.DATE, span=6) for key in ("made_on", "as_of"))
    columns = (column("due", kinds.DATE, label="到期"), column("done", kinds.DATE, label="完成"))
    table = replace(TABLE, columns=columns, rows=[], blank_rows=1, overdue=Overdue(0, 1, None, "/as_of"))
    found = sheet(register(FieldGrid((days,)), table))
    formulas = [rule.formula[0] for area in found.conditional_formatting for rule in area.rules]
    assert formulas
    assert all("$B$3" in formula and "$B$2" not in formula for formula in formulas)  # a line for each field


@pytest.mark.parametrize(
    ("due", "done", "late"),
    [
        (datetime(2024, 5, 1, 12), datetime(2024, 5, 1, 12), False),
        (datetime(2024, 5, 1, 12), datetime(2024, 5, 1, 12, 0, 1), True),
        (datetime(2024, 5, 1), datetime(2024, 5, 1, 10), False),
        (date(2024, 5, 1), datetime(2024, 5, 1, 23, 59), False),
        (date(2024, 5, 1), datetime(2024, 5, 2), True),
    ],
)
def test_on_the_limit_is_in_time_and_midnight_means_the_day(due: date, done: date, late: bool) -> None:
    assert is_late((due, done), Overdue(0, 1)) is late


@pytest.mark.parametrize("text", ["Łódź", "Dvořák", "Žižka", "Erdoğan", "Petőfi", "Şahin", "Άννα", "Жанна", "Nguyễn"])
def test_names_of_the_world_have_glyphs(text: str) -> None:
    assert missing(text) == []


def test_a_missing_glyph_anywhere_on_the_page_is_found() -> None:
    unknown = "\U0001e900"
    odd = column("a", kinds.INTEGER, label="甲", unit=unknown)
    numbers = replace(TABLE, columns=(odd, odd), rows=[Row((1, 2))])
    blocks = (Heading("题", number=unknown), replace(TABLE, serial=unknown), numbers)
    for block in blocks:
        with pytest.raises(WriteError) as caught:
            to_bytes(replace(PLAIN, blocks=(block,)), "pdf")
        assert caught.value.faults[0].code == "E-glyph"


@pytest.mark.parametrize(
    "block", [Note((Text("注" * 32_768),)), Paragraph((Value("/a", "值" * 32_768, face=Face(label="甲")),))]
)
def test_no_text_longer_than_a_cell_gets_onto_a_sheet(block: Any) -> None:
    with pytest.raises(WriteError) as caught:
        to_bytes(replace(PLAIN, blocks=(block,)), "xlsx")
    assert caught.value.faults[0].code == "E-xlsx-long"


@pytest.mark.parametrize("epoch", ["", "²", "99999999999999999", "-1", "soon"])
def test_an_epoch_that_is_none_is_passed_over(epoch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert stamp() == ""


def test_an_epoch_dates_all_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for format in ("docx", "xlsx"):
        core = zipfile.ZipFile(io.BytesIO(to_bytes(PLAIN, format))).read("docProps/core.xml").decode()
        assert "2023-11-14T22:13:20Z" in core
    pdf = pypdfium2.PdfDocument(to_bytes(PLAIN, "pdf"))
    assert pdf.get_metadata_value("CreationDate").startswith("D:20231114221320")


def test_a_formula_in_running_text_stays_text_when_it_is_edited() -> None:
    found = sheet(replace(PLAIN, lang="en", blocks=(Paragraph((Value("/a", "=1+1"),)),)))
    cell = found["A2"]
    assert (str(cell.value), cell.data_type, cell.number_format) == ("=1+1", "s", "@")


def test_a_time_with_seconds_is_never_shown_as_hash_marks() -> None:
    moments = (datetime(2024, 9, 27, 9, 5), datetime(2024, 9, 27, 10, 5), datetime(2024, 9, 27, 20, 40, 30))
    line = tuple(field("时间", moment, kinds.DATETIME, pointer=f"/t{n}", span=4) for n, moment in enumerate(moments))
    table = replace(TABLE, columns=(column("t", kinds.DATETIME, label="时间"),), rows=[Row((moments[2],))])
    for found in (sheet(replace(PLAIN, blocks=(FieldGrid((line,)),))), sheet(register(table))):
        (cell,) = [cell for row in found.iter_rows() for cell in row if cell.value == moments[2]]
        assert cell.alignment.shrink_to_fit
        assert not cell.alignment.wrap_text
