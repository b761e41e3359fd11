"""Empty rows beneath those that are filled: for who goes on by pen or on screen, in every format."""

import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest

from generator.api import make_job, render
from generator.catalogue import Form
from generator.document import Document, Table, walk
from generator.errors import UsageError
from generator.job import MAX_BLANK_ROWS
from generator.records import ListSource
from generator.theme import shipped_theme
from generator.writers import WritingOptions, writer

Make = Callable[..., Form]
PER_MM = 72 / 25.4
COLUMNS = {
    "name": {"type": "string", "title": "名称"},
    "sum": {"type": "number", "x-unit": "yuan", "title": "金额"},
    "day": {"type": "string", "format": "date", "title": "日期"},
    "kind": {"title": "选项", "enum": ["甲", "乙"]},
}
ITEMS = {"type": "object", "properties": COLUMNS}
REPEAT = {"type": "array", "items": ITEMS, "x-table": {"totals": ["sum"], "serial": True}}
RECORDS = [
    {"name": "甲公司", "sum": 12.5, "day": "2024-05-01", "kind": "甲"},
    {"name": "乙公司", "sum": 30, "day": "2024-05-02", "kind": "乙"},
]


def register_of(form_of: Make) -> Form:
    return form_of({"rows": REPEAT}, title="登记表")


def form_with_table(form_of: Make) -> Form:
    return form_of({"no": {"type": "string"}, "lines": REPEAT}, title="表单")


def made(form: Form | str, raw: Any, rows: int | None) -> Document:
    job = make_job(form, rows=rows)
    [one] = job.documents(ListSource(raw, job.form))
    assert one.document is not None, one.faults
    return one.document


def table_of(document: Document) -> Table:
    return next(node for node in walk(document.blocks) if isinstance(node, Table))


def values(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row.values) for row in rows]


def written(document: Document, format: str) -> bytes:
    buffer = io.BytesIO()
    write = writer("pdf", WritingOptions(engine="typst")) if format == "typst" else writer(format)
    write(document, buffer)
    return buffer.getvalue()


# --- which rows there are --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("kind", ["register", "form"])
def test_empty_rows_follow_the_filled_ones(form_of: Make, kind: str, rows: int) -> None:
    form = register_of(form_of) if kind == "register" else form_with_table(form_of)
    table = table_of(made(form, RECORDS if kind == "register" else {"no": "1", "lines": RECORDS}, rows))
    found = list(table.rows)
    assert len(found) == 2 + rows
    assert [row.spare for row in found] == [False] * 2 + [True] * rows
    assert values(found)[2:] == [(None,) * 4] * rows
    assert values(table.rows) == values(found)


@pytest.mark.parametrize("rows", [None, 0])
def test_without_them_a_table_is_what_it_was(form_of: Make, rows: int | None) -> None:
    assert len(list(table_of(made(register_of(form_of), RECORDS, rows)).rows)) == 2
    assert table_of(made(form_with_table(form_of), {"no": "1"}, rows)).blank_rows == 1


def test_an_empty_table_has_as_many_as_are_asked_for(form_of: Make) -> None:
    table = table_of(made(form_with_table(form_of), {"no": "1"}, 4))
    assert len(list(table.rows)) + table.blank_rows == 4


def test_running_numbers_go_on(form_of: Make) -> None:
    numbered = {"n": {"type": "integer", "x-derive": "row_number"}, **COLUMNS}
    form = form_of({"rows": {"type": "array", "items": {"type": "object", "properties": numbered}}})
    assert [row.values[0] for row in table_of(made(form, RECORDS, 3)).rows] == [1, 2, 3, 4, 5]


def test_fixed_rows_of_a_checklist_get_none() -> None:
    blank = table_of(make_job("troubleshooting-checklist").blank())
    raw = Path(__file__).resolve().parents[2] / "samples/troubleshooting-checklist/ordinary.json"
    job = make_job("troubleshooting-checklist", rows=3)
    [one] = job.documents(job.open(str(raw)))
    assert one.document is not None
    steps = next(t for t in walk(one.document.blocks) if isinstance(t, Table) and t.pointer == blank.pointer)
    assert not any(row.spare for row in steps.rows)


@pytest.mark.parametrize("rows", [-1, MAX_BLANK_ROWS + 1])
def test_a_number_of_rows_that_no_paper_has_is_wrong_usage(form_of: Make, rows: int) -> None:
    with pytest.raises(UsageError) as caught:
        render(register_of(form_of), RECORDS, "docx", rows=rows)
    assert [fault.code for fault in caught.value.faults] == ["E-rows"]


def test_as_many_rows_as_may_be_are_written(form_of: Make) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(register_of(form_of), RECORDS, "xlsx", rows=MAX_BLANK_ROWS)))
    assert book.worksheets[0].cell(MAX_BLANK_ROWS + 4, 1).value == MAX_BLANK_ROWS + 2


# --- in each format --------------------------------------------------------------------------------------------------


def test_of_a_workbook_they_have_formats_lists_and_totals_of_the_others(form_of: Make) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(made(register_of(form_of), RECORDS, 3), "xlsx"))).worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(3, 9)] == [1, 2, 3, 4, 5, "合计"]
    for column in range(2, 6):
        assert sheet.cell(7, column).number_format == sheet.cell(3, column).number_format
        assert sheet.cell(7, column).value is None
    assert "C3:C7" in sheet.cell(8, 3).value
    assert sheet.row_dimensions[7].height == pytest.approx(shipped_theme().write.row * PER_MM, abs=0.1)
    assert sheet.row_dimensions[4].height < sheet.row_dimensions[5].height
    [listed] = sheet.data_validations.dataValidation
    assert "E7" in listed.sqref


def test_in_a_form_they_have_its_lists_too(form_of: Make) -> None:
    document = made(form_with_table(form_of), {"no": "1", "lines": RECORDS}, 2)
    book = openpyxl.load_workbook(io.BytesIO(written(document, "xlsx")))
    [listed] = book.worksheets[0].data_validations.dataValidation
    assert len(listed.sqref.ranges) == 4
    names = book.defined_names
    first, last = re.findall(r"\$A\$(\d+):\$[A-Z]+\$(\d+)", names["f_lines"].attr_text)[0]
    assert int(last) - int(first) == 3


def test_of_a_word_file_they_are_as_high_as_a_pen_needs(form_of: Make) -> None:
    made_of = docx.Document(io.BytesIO(written(made(register_of(form_of), RECORDS, 3), "docx")))
    rows = made_of.tables[0].rows
    assert [row.cells[0].text for row in rows] == ["序号", "1", "2", "3", "4", "5", "合计"]
    assert [row.height.mm if row.height else 0 for row in rows][3:6] == pytest.approx([8.5] * 3, abs=0.1)
    assert rows[-1].cells[2].text == "¥42.50"


@pytest.mark.parametrize("engine", ["pdf", "typst"])
def test_of_a_pdf_they_are_as_high_as_a_pen_needs_and_the_total_is_beneath(form_of: Make, engine: str) -> None:
    with pypdfium2.PdfDocument(written(made(register_of(form_of), RECORDS, 4), engine)) as pdf:
        page = pdf[0].get_textpage()
        places = {text: _top(page, text) for text in ("3", "4", "5", "合计")}
        assert "¥42.50" in page.get_text_bounded()
    steps = [places["3"] - places["4"], places["4"] - places["5"]]
    assert steps == pytest.approx([shipped_theme().write.row * PER_MM] * 2, abs=1.0)
    assert places["合计"] < places["5"]


def _top(page: Any, text: str) -> float:
    """Return where the text first stands that is alone in its cell: the column of running numbers is the first."""
    search = page.search(text, match_whole_word=True)
    found = []
    while (at := search.get_next()) is not None:
        left, bottom, _, _ = page.get_charbox(at[0])
        found.append((left, bottom))
    return float(min(found)[1])
