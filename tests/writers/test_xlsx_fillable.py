"""A form to be filled in on screen in Excel: only answers can be changed, and each cell says what it takes."""

import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from generator import blank
from generator.api import make_job, to_bytes
from generator.catalogue import Catalogue
from generator.defined_names import defined_name
from generator.document import Use

from .specimen import TABLE, document, written


@cache
def opened(form: str, lang: Any = "zh-Hans") -> Workbook:
    return load_workbook(BytesIO(blank(form, "xlsx", lang=lang, fillable=True)))


def cell(book: Workbook, name: str) -> Any:
    sheet, _, area = str(book.defined_names[name].attr_text).rpartition("!")
    return book[sheet.strip("'")][area.replace("$", "").partition(":")[0]]


def told(book: Workbook, name: str) -> Any:
    """Return the validation of a field's cell."""
    at = cell(book, name)
    return next(dv for dv in at.parent.data_validations.dataValidation if at.coordinate in dv.sqref)


@pytest.mark.parametrize("form", ["closure-report", "archive-register"])
def test_the_sheet_is_protected_without_a_password_and_answers_alone_are_open(form: str) -> None:
    book = opened(form)
    sheet = book.worksheets[0]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    answers = {spec.pointer: spec for spec in Catalogue().form(form).root.walk() if spec.shape == "value"}
    for pointer, spec in answers.items():
        name = defined_name(pointer.replace("/*", ""))
        if name in book.defined_names:
            at = cell(book, name)
            assert at.protection.locked == (spec.derive is not None and spec.derive.given == "error"), pointer
    labels = [c for row in sheet.iter_rows() for c in row if c.value is not None]
    assert labels
    assert all(c.protection.locked for c in labels)


def test_texts_and_numbers_that_are_names_stay_as_they_are_typed() -> None:
    book = opened("customer-profile")
    specs = [s for s in Catalogue().form("customer-profile").root.walk() if s.shape == "value" and s.kind.is_own_text]
    named = [cell(book, defined_name(s.pointer)) for s in specs if defined_name(s.pointer) in book.defined_names]
    assert len(named) > 5
    assert {at.number_format for at in named} == {"@"}


def test_nothing_is_printed_where_answers_go_and_the_first_of_them_is_selected() -> None:
    book = opened("closure-report")
    sheet = book.worksheets[0]
    answers = [cell(book, name).value for name in book.defined_names if not name.endswith("f_log")]
    assert all(value is None or str(value).startswith("=") for value in answers)
    assert sheet.sheet_view.selection[-1].activeCell == cell(book, "f_report_no").coordinate


def test_choices_come_from_a_list_on_a_hidden_sheet_and_the_error_says_what_is_expected() -> None:
    book = opened("closure-report")
    listed = told(book, "f_priority")
    sheet, column, last = re.fullmatch(r"'(.+)'!\$([A-Z])\$1:\$[A-Z]\$([0-9])", listed.formula1).groups()  # type: ignore[union-attr]
    assert book[sheet].sheet_state == "hidden"
    assert [book[sheet][f"{column}{n}"].value for n in range(1, int(last) + 1)] == ["P0", "P1", "P2", "P3"]
    assert listed.showErrorMessage
    assert (listed.errorTitle, listed.error) == ("优先级", "“优先级”请填列表中的一项。")


def test_a_day_is_held_to_the_days_that_excel_counts_and_may_be_written_in_words() -> None:
    book = opened("closure-report", "en")
    moment = told(book, "f_reported_at")
    at = cell(book, "f_reported_at").coordinate
    assert moment.type == "custom"
    assert moment.formula1.startswith(f"OR(ISTEXT({at}),AND(ISNUMBER({at})")
    assert "2024-05-01 14:30" in moment.error
    assert "2024-05-01 14:30" in moment.prompt


def test_a_number_is_held_to_its_bounds() -> None:
    book = opened("quality-assessment")
    score = told(book, "f_criteria_score")
    at = cell(book, "f_criteria_score").coordinate
    assert f"{at}>=0" in score.formula1
    assert f"{at}<=100" in score.formula1
    assert "0 至 100" in score.error


def test_what_is_required_is_marked_until_it_is_filled_in() -> None:
    book = opened("closure-report")
    sheet = book.worksheets[0]
    rules = {str(area.sqref): rules[0].formula for area, rules in sheet.conditional_formatting._cf_rules.items()}
    at = cell(book, "f_issue_no").coordinate
    assert rules[at] == [f"LEN({at})=0"]
    assert cell(book, "f_priority").coordinate not in rules


def test_computed_values_are_formulas_that_hold_what_they_come_to() -> None:
    job = make_job(Catalogue().form("closure-report"), lang="zh-Hans", fillable=True)
    document = next(iter(job.documents(job.open("samples/closure-report/ordinary.json")))).document
    assert document is not None
    content = to_bytes(document, "xlsx")
    live, shown = load_workbook(BytesIO(content)), load_workbook(BytesIO(content), data_only=True)
    formula = cell(live, "f_response_minutes").value
    assert "f_reported_at" in formula
    assert "f_responded_at" in formula
    assert cell(shown, "f_response_minutes").value.total_seconds() == 12 * 60
    assert isinstance(cell(live, "f_visit_due").value, datetime)  # working days are the rules' alone


def test_a_table_goes_on_as_an_excel_table_on_a_sheet_that_can_grow() -> None:
    book = opened("closure-report")
    sheet = book.worksheets[1]
    (table,) = sheet.tables.values()
    assert table.ref == "A3:D203"
    assert [column.name for column in table.tableColumns] == [c.value for c in sheet[3]]
    assert not sheet.protection.sheet
    assert "处理过程" in sheet["A1"].value
    assert sheet.column_dimensions["D"].number_format == "@"
    assert told(book, "more_f_log_time").type == "custom"


def test_a_table_that_may_have_no_more_rows_has_no_such_sheet() -> None:
    table = replace(TABLE, use=Use.CONTROL)
    full = replace(table, most=len(list(table.rows)) + table.blank_rows)
    assert [len(load_workbook(BytesIO(written(document(one), "xlsx"))).worksheets) for one in (table, full)] == [3, 2]
