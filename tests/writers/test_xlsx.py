"""Workbooks as Excel and those who fill them in meet them: types, lists, names, rules, limits."""

import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from posixpath import normpath
from typing import Any

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter, range_boundaries

from generator import kinds, render
from generator.document import (
    Choice,
    Document,
    Kind,
    Overdue,
    Paragraph,
    Purpose,
    Row,
    Table,
    Tone,
    Value,
)
from generator.errors import WriteError
from generator.kinds.raw import ValueFault, clean_text
from generator.writers.xlsx import write_xlsx
from generator.writers.xlsx.cells import column_letters

from .reading import S, Xlsx
from .specimen import (
    BLOCKS,
    CHANNELS,
    REGISTER,
    TABLE,
    URGENCY,
    YES_NO,
    column,
    document,
    field,
    grid,
    register,
    written,
)

EMOJI = "😀"
MAX_UNITS, MAX_FEEDS, MAX_HEIGHT = 32_767, 253, 409
FORMULA_LIKE = ["=1+1", "+86 10", "-5 度", "@全体", "＝1+1", "＋1", "－1", "＠a", "=cmd|' /C calc'!A0", "'quoted"]
ERROR_LIKE = ["#N/A", "#DIV/0!", "#REF!", "TRUE", "1e5", "00123", "2024-05-01", "110105194912310021"]


def opened(made: Document) -> Xlsx:
    return Xlsx(written(made, "xlsx"))


def row(**given: Any) -> tuple[Any, ...]:
    """Return a row of the register; what isn't given is unremarkable."""
    usual = {"customer": "甲", "identity": "1", "problem": "p", "urgency": "low", "planned": None, "done": None}
    return tuple({**usual, **given}.values())


@cache
def issues() -> Xlsx:
    return opened(register())


@cache
def form() -> Xlsx:
    return opened(document(*BLOCKS.values()))


def raw(book: Xlsx, reference: str, sheet: int = 1) -> Any:
    """Return a cell's element as it stands in the sheet's part."""
    cells = book.xml(f"xl/worksheets/sheet{sheet}.xml").iter(f"{S}c")
    return next(cell for cell in cells if cell.get("r") == reference)


def entry(book: Xlsx, label: str) -> Any:
    """Return the cell beneath a label: the entry of that field."""
    at = book.cell(label)
    return book.sheet.cell(at.row + 1, at.column)


def target(book: Xlsx, name: str) -> Any:
    """Return the first cell that a defined name points to."""
    ((sheet, area),) = book.book.defined_names[name].destinations
    first = area.replace("$", "").split(":")[0]
    return book.book[sheet.replace("''", "'")][first]


# --- values keep their types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (kinds.DATE, date(2024, 2, 29)),
        (kinds.DATETIME, datetime(2024, 5, 1, 14, 30)),
        (kinds.DATETIME, datetime(2024, 5, 1, 14, 30, 59)),
        (kinds.DATETIME, datetime(2024, 5, 1)),
        (kinds.DATETIME, datetime(9999, 12, 31, 23, 59, 59)),
        (kinds.DATE, date(1900, 3, 1)),
    ],
)
@pytest.mark.parametrize("place", ["form", "register"])
def test_a_date_is_a_date_for_excel_to_sort_and_count_with(kind: Kind, value: date, place: str) -> None:
    if place == "form":
        cell = entry(opened(document(grid(field("日子", value, kind)))), "日子")
    else:
        cell = opened(register((value,), columns=(column("日子", kind),), overdue=None)).sheet["A3"]
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    assert cell.is_date
    assert abs(cell.value - moment) < timedelta(milliseconds=1)
    assert ("h" in cell.number_format) == isinstance(value, datetime)


@pytest.mark.parametrize(
    "value", [date(1899, 12, 31), date(1900, 1, 1), date(1900, 2, 28), datetime(1850, 6, 1, 8, 0), date(1, 1, 1)]
)
def test_a_day_that_excel_counts_wrongly_is_text(value: date) -> None:
    cell = entry(opened(document(grid(field("日子", value, kinds.DATETIME)))), "日子")
    assert cell.data_type == "s"
    assert cell.value.startswith(f"{value.year:04d}-{value.month:02d}-{value.day:02d}")


@pytest.mark.parametrize(
    "identity", ["11010519491231002X", "440524188001010014", "6222020200112233445", "00123", "13800138000"]
)
@pytest.mark.parametrize("place", ["form", "register"])
def test_a_number_that_is_a_name_is_text_to_the_last_digit(identity: str, place: str) -> None:
    made = document(grid(field("证件", identity))) if place == "form" else register(row(identity=identity))
    cell = opened(made).cell(identity)
    assert (cell.data_type, cell.number_format) == ("s", "@")


def test_an_empty_cell_for_text_is_formatted_as_text_so_that_00123_can_be_typed_into_it() -> None:
    blank = opened(register(rows=(), blank_rows=3))
    assert blank.sheet["B3"].number_format == "@"
    assert entry(opened(document(grid(field("证件")), purpose=Purpose.BLANK)), "证件").number_format == "@"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (kinds.INTEGER, 320, 320),
        (kinds.NUMBER, Decimal("12.75"), 12.75),
        (kinds.NUMBER, 0.1, 0.1),
        (kinds.MONEY, Decimal("1234.50"), 1234.5),
        (kinds.PERCENT, 68, 0.68),
        (kinds.INTEGER, -999_999_999_999_999, -999_999_999_999_999),
    ],
)
def test_an_amount_is_a_number(kind: Kind, value: Any, expected: float) -> None:
    cell = entry(opened(document(grid(field("数", value, kind)))), "数")
    assert cell.data_type == "n"
    assert cell.value == pytest.approx(expected, rel=1e-15)


def test_a_span_of_minutes_is_a_span_of_time() -> None:
    cell = entry(opened(document(grid(field("时长", 1865, kinds.DURATION)))), "时长")
    value = cell.value if isinstance(cell.value, timedelta) else timedelta(days=cell.value)
    assert abs(value - timedelta(minutes=1865)) < timedelta(seconds=1)
    assert "[h]" in cell.number_format


def test_a_number_with_a_unit_of_its_own_says_the_unit() -> None:
    assert entry(opened(document(grid(field("数", 320, kinds.INTEGER, unit="位")))), "数").value == "320 位"


# --- strings stay strings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FORMULA_LIKE + ERROR_LIKE)
@pytest.mark.parametrize("place", ["form", "register", "table"])
def test_what_looks_like_a_formula_a_number_or_an_error_stays_a_string(text: str, place: str) -> None:
    table = Table("/t", (column("甲"), column("乙")), rows=(Row(("x", text)),))
    made = {
        "form": document(grid(field("值", text))),
        "register": register(row(problem=text)),
        "table": document(table),
    }[place]
    book = opened(made)
    cell = book.cell(text)
    element = raw(book, cell.coordinate)
    assert cell.data_type == "s"
    assert element.get("t") in ("inlineStr", "s")
    assert element.find(f"{S}f") is None


@pytest.mark.parametrize("text", FORMULA_LIKE)
@pytest.mark.parametrize("place", ["form", "register"])
def test_what_looks_like_a_formula_stays_one_string_when_its_cell_is_edited(text: str, place: str) -> None:
    made = document(grid(field("值", text))) if place == "form" else register(row(problem=text))
    assert opened(made).cell(text).quotePrefix


def test_an_ordinary_text_carries_no_quote() -> None:
    assert not opened(register(row(problem="普通"))).cell("普通").quotePrefix


def test_no_sheet_has_a_formula_anywhere() -> None:
    values = [row(customer=text, problem=text, identity=text) for text in FORMULA_LIKE + ERROR_LIKE]
    book = opened(register(*values))
    assert {cell.data_type for cell in book.cells} <= {"s", "n", "d"}


AWKWARD = [
    "_x000D_",
    "_x0041_ 与 _xZZZZ_",
    "a_x000a_b",
    "& < > \" '",
    "]]>",
    "  前后  ",
    "a\nb\n\nc",
    "a\tb",
    "𠮷😀",
    "\n首行空",
    "尾行空\n",
]


@pytest.mark.parametrize("text", AWKWARD)
@pytest.mark.parametrize("place", ["form", "register"])
def test_awkward_characters_survive(text: str, place: str) -> None:
    made = document(grid(field("值", text, kinds.MULTILINE))) if place == "form" else register(row(problem=text))
    assert text in read_by_calamine(written(made, "xlsx"))


def read_by_calamine(content: bytes) -> set[Any]:
    """Return the values of the first sheet as calamine reads them, which undoes _xHHHH_ as Excel does."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {value for line in book.get_sheet_by_index(0).to_python() for value in line}


def clean(text: str) -> str:
    try:
        return clean_text(text)
    except ValueFault:
        return "-"


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=60).map(clean))
def test_any_text_of_a_record_comes_back_as_it_was(text: str) -> None:
    assert text in read_by_calamine(written(register(row(problem=text)), "xlsx"))


def test_words_in_running_text_keep_their_markup_as_text() -> None:
    assert "<b>原样</b>" in form().text


# --- choices ---------------------------------------------------------------------------------------------------------


def lists_of(book: Xlsx, reference: str) -> list[str] | None:
    """Return the labels that the list of a cell offers; None where the cell has no list."""
    for rule in book.sheet.data_validations.dataValidation:
        if rule.type == "list" and any(reference in area for area in rule.sqref.ranges):
            sheet, _, area = rule.formula1.lstrip("=").rpartition("!")
            return [cell.value for (cell,) in book.book[sheet.strip("'")][area.replace("$", "")]]
    return None


def test_a_choice_is_picked_from_a_list_of_labels_on_the_hidden_sheet() -> None:
    book = issues()
    assert lists_of(book, "D3") == [choice.label for choice in URGENCY]
    assert lists_of(book, "D5000") == [choice.label for choice in URGENCY]
    assert lists_of(book, "A3") is None
    assert [sheet.sheet_state for sheet in book.book.worksheets] == ["visible", "hidden"]


def test_the_choices_of_a_form_are_lists_too_and_a_cell_keeps_the_label() -> None:
    urgency = field("紧急", "mid", kinds.CHOICE, choices=URGENCY)
    asked = grid(urgency, field("回访", None, kinds.BOOLEAN, choices=YES_NO))
    book = opened(document(asked))
    assert entry(book, "紧急").value == "乙级一般"
    assert lists_of(book, entry(book, "紧急").coordinate) == [choice.label for choice in URGENCY]
    assert lists_of(book, entry(book, "回访").coordinate) == [choice.label for choice in YES_NO]


def test_the_choices_of_a_table_in_a_form_are_lists_in_each_row_filled_or_empty() -> None:
    book = opened(document(TABLE))
    rows = [book.cell("甲级紧急").row + n for n in range(4)]
    letter = book.cell("甲级紧急").column_letter
    assert [lists_of(book, f"{letter}{n}") for n in rows] == [[choice.label for choice in URGENCY]] * 4


def test_an_answer_of_several_choices_is_not_forced_into_a_list_of_one() -> None:
    book = opened(document(grid(field("渠道", ["tel", "visit"], kinds.CHOICES, choices=CHANNELS))))
    assert lists_of(book, entry(book, "渠道").coordinate) is None


def test_lists_may_be_longer_than_the_255_characters_that_a_formula_holds() -> None:
    many = tuple(Choice(n, f'第 {n} 种很长的选择，带有逗号, 与引号"') for n in range(200))
    book = opened(document(grid(field("选", 7, kinds.CHOICE, choices=many))))
    assert lists_of(book, entry(book, "选").coordinate) == [choice.label for choice in many]


def test_two_fields_of_the_same_choices_share_one_list() -> None:
    book = opened(document(grid(*(field(f"选{n}", None, kinds.CHOICE, choices=URGENCY) for n in range(3)))))
    assert book.book.worksheets[1].max_column == 1


def test_without_choices_there_is_no_hidden_sheet() -> None:
    assert len(opened(document(grid(field("a", "b")))).book.worksheets) == 1


# --- the sheet of a register -----------------------------------------------------------------------------------------


def header_row(book: Xlsx) -> int:
    return int(book.cell("客户栏").row)


@pytest.mark.parametrize("head", [False, True])
def test_the_header_stays_in_sight_when_the_rows_are_scrolled(head: bool) -> None:
    blocks = (grid(field("统计日", date(2024, 5, 3), kinds.DATE)), REGISTER) if head else (REGISTER,)
    book = opened(document(*blocks, kind="table"))
    assert book.sheet.freeze_panes == f"A{header_row(book) + 1}"
    assert book.sheet.sheet_view.pane.state == "frozen"


def test_the_filter_covers_the_header_and_every_row() -> None:
    book = opened(register(*(row() for _ in range(7))))
    first, last = header_row(book), header_row(book) + 7
    assert book.sheet.auto_filter.ref == f"A{first}:F{last}"


def test_the_header_is_printed_on_every_page_and_the_sheet_is_one_page_wide() -> None:
    sheet = issues().sheet
    assert sheet.print_title_rows.replace("$", "") == f"{header_row(issues())}:{header_row(issues())}"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")


def test_head_and_foot_of_the_print_say_title_number_and_pages() -> None:
    sheet = issues().sheet
    head = f"{sheet.oddHeader.left.text} {sheet.oddHeader.right.text}"
    assert all(part in head.replace("&&", "&") for part in ("样张 & <标题>", "KF-99", "2.5"))
    foot = sheet.oddFooter.right.text.replace("&[Pages]", "&N").replace("&[Page]", "&P")
    assert all(part in foot for part in ("&P", "&N"))


def test_columns_and_fields_are_named_by_their_pointers() -> None:
    book = opened(
        document(grid(field("统计日", date(2024, 5, 3), kinds.DATE, pointer="/as_of")), REGISTER, kind="table")
    )
    names = set(book.book.defined_names)
    assert {"f_as_of", "f_rows", *(f"f_rows_{c.key}" for c in REGISTER.columns)} <= names
    assert target(book, "f_as_of").value == datetime(2024, 5, 3)
    assert target(book, "f_rows_身份证号").value == "11010519491231002X"


def test_fields_of_a_form_are_named_by_their_pointers() -> None:
    asked = grid(field("编号", "C-1", pointer="/basic/customer_no"), field("电话", "138", pointer="/basic/phone-1"))
    book = opened(document(asked))
    assert target(book, "f_basic_customer_no").value == "C-1"
    assert target(book, "f_basic_phone_1").value == "138"


def test_a_named_column_covers_exactly_the_rows() -> None:
    book = opened(register(*(row(customer=f"客户{n}") for n in range(9))))
    ((_, area),) = book.book.defined_names["f_rows_客户"].destinations
    cells = [cell.value for (cell,) in book.sheet[area.replace("$", "")]]
    assert cells == [f"客户{n}" for n in range(9)]


def test_every_name_points_into_a_sheet_that_is_there() -> None:
    for book in (issues(), form()):
        for name in book.book.defined_names.values():
            for sheet, area in name.destinations:
                assert sheet in book.book.sheetnames
                assert range_boundaries(area.replace("$", ""))


def test_rows_are_numbered_where_the_table_asks_for_it() -> None:
    book = opened(register(*(row() for _ in range(4)), serial="序"))
    assert [book.sheet.cell(header_row(book) + n, 1).value for n in range(5)] == ["序", 1, 2, 3, 4]


def test_a_register_has_its_blank_rows() -> None:
    sheet = opened(register(rows=(), blank_rows=12)).sheet
    assert sheet.max_row == 2 + 12


def test_columns_go_on_beyond_z() -> None:
    columns = tuple(column(f"c{n}") for n in range(60))
    book = opened(register(tuple(f"v{n}" for n in range(60)), columns=columns, overdue=None))
    assert book.sheet["BH3"].value == "v59"
    assert book.sheet["BH2"].value == "c59栏"


@pytest.mark.parametrize("number", [1, 26, 27, 52, 53, 702, 703, 16_384])
def test_column_letters_are_those_of_excel(number: int) -> None:
    assert column_letters(number) == get_column_letter(number)


def test_columns_are_wide_enough_for_their_dates_and_choices() -> None:
    many = tuple(column(f"c{n}", kinds.DATETIME, share=1) for n in range(30))
    book = opened(register(columns=many, rows=(), overdue=None))
    assert all(book.sheet.column_dimensions[get_column_letter(n)].width >= 15 for n in range(1, 31))


# --- rules of colour -------------------------------------------------------------------------------------------------


def rules(book: Xlsx) -> list[tuple[str, str]]:
    """Return area and formula of every conditional format, the first to apply first."""
    found = [
        (rule.priority, str(area.sqref), rule.formula[0])
        for area in book.sheet.conditional_formatting
        for rule in area.rules
    ]
    return [(area, formula) for _, area, formula in sorted(found)]


def test_each_tone_of_a_choice_has_a_rule_on_its_own_column() -> None:
    found = rules(issues())
    for choice in URGENCY:
        assert [area.split(":")[0] for area, formula in found if formula == f'$D3="{choice.label}"'] == ["D3"]


def test_a_choice_without_a_tone_has_no_rule() -> None:
    plain = register(
        ("x",),
        columns=(column("c", kinds.CHOICE, choices=(Choice("x", "平"), Choice("y", "好", tone=Tone.GOOD))),),
        overdue=None,
    )
    assert [formula for _, formula in rules(opened(plain))] == ['$A3="好"']


def test_the_rules_reach_rows_that_are_added_later() -> None:
    for area, _ in rules(issues()):
        assert range_boundaries(area)[3] == 1_048_576


def test_each_rule_has_a_look_of_its_own_that_is_more_than_a_colour_where_it_warns() -> None:
    book = issues()
    looks = [rule.dxf for area in book.sheet.conditional_formatting for rule in area.rules]
    assert all(look is not None and look.fill is not None for look in looks)
    warning = [look for look in looks if look.font and look.font.b]
    assert len(warning) == 3


class Blank(float):
    """An empty cell: counts as nothing, and isn't a number."""


def late(formula: str, due: Any, done: Any, today: Any) -> bool:
    """Work out the rule of an overdue row by hand: Excel's functions as Python's, an error as no."""
    functions = {
        "AND": lambda *terms: all(terms),
        "OR": lambda *terms: any(terms),
        "IF": lambda test, yes, no: yes if test else no,
        "INT": lambda number: float(number) // 1,
        "ISNUMBER": lambda value: isinstance(value, (int, float)) and not isinstance(value, Blank),
        "TODAY": lambda: today,
    }
    for reference, name in {"$E3": "due", "$F3": "done", "$B$2": "as_of"}.items():
        formula = formula.replace(reference, name)
    formula = formula.replace("=", "==").replace(">==", ">=").replace("<==", "<=")
    cells = {"due": Blank() if due is None else due, "done": Blank() if done is None else done, "as_of": today}
    try:
        return bool(eval(formula, functions, cells))  # the formula is our own
    except ValueError:
        return False


NOON, NINE = 0.5, 0.375


@pytest.mark.parametrize(
    ("due", "done", "today", "expected"),
    [
        (45413.0, 45412.0, 45500.0, False),
        (45413.0, 45414.0, 45413.0, True),
        (45413 + NOON, 45413 + NINE, 45500.0, False),
        (45413 + NINE, 45413 + NOON, 45413.0, True),
        (45413 + NOON, 45413 + NOON, 45500.0, False),
        (45413.0, 45413 + NOON, 45500.0, False),
        (45413 + NOON, 45413.0, 45500.0, False),
        (45413.0, None, 45413.0, False),
        (45413.0, None, 45414.0, True),
        (45413 + NOON, None, 45413.0, False),
        (45413 + NOON, None, 45414.0, True),
    ],
    ids=[
        "done the day before",
        "done the day after",
        "done before the hour",
        "done after the hour",
        "done on the minute",
        "due on a day, done on it",
        "due at noon, done on that day",
        "open on the day itself",
        "open a day later",
        "open on the day of the hour",
        "open the day after the hour",
    ],
)
@pytest.mark.parametrize("where", ["TODAY()", "given", "cell"])
def test_the_rule_of_an_overdue_row_judges_as_the_form_does(
    due: float, done: float | None, today: float, expected: bool, where: str
) -> None:
    as_of = date(1899, 12, 30) + timedelta(days=int(today)) if where == "given" else None
    table = replace(REGISTER, overdue=Overdue(4, 5, as_of))
    head = (grid(field("统计日", date(2024, 5, 3), kinds.DATE)),) if where == "cell" else ()
    book = opened(document(*head, table, kind="table"))
    (cell, marked), (area, formula) = rules(book)[:2]
    first = header_row(book) + 1
    assert cell.startswith(f"E{first}:")
    assert area.startswith(f"A{first}:")
    assert marked == formula
    assert late(formula.replace(f"$E{first}", "$E3").replace(f"$F{first}", "$F3"), due, done, today) is expected


@pytest.mark.parametrize("due", [None, "未定"])
def test_a_row_without_a_due_date_is_never_overdue(due: str | None) -> None:
    assert late(rules(issues())[0][1], due, 45413.0, 45500.0) is False
    assert late(rules(issues())[0][1], due, None, 45500.0) is False


# --- limits ----------------------------------------------------------------------------------------------------------


def place_text(text: str, place: str) -> Document:
    table = Table("/steps", (column("事由", kinds.MULTILINE),), rows=(Row(("短",)), Row((text,))))
    return {
        "form": lambda: document(grid(field("事由栏", text, kinds.MULTILINE, pointer="/steps/1/事由"))),
        "table": lambda: document(table),
        "register": lambda: document(replace(table, register=True)),
    }[place]()


PLACES = ["form", "table", "register"]


@pytest.mark.parametrize(
    "text", ["长" * MAX_UNITS, EMOJI * (MAX_UNITS // 2), "行\n" * MAX_FEEDS], ids=["chinese", "emoji", "lines"]
)
@pytest.mark.parametrize("place", PLACES)
def test_a_text_that_just_fits_is_written_whole(text: str, place: str) -> None:
    book = opened(place_text(text, place))
    assert any(cell.value == text for cell in book.cells)


@pytest.mark.parametrize(
    ("text", "code", "count"),
    [
        ("长" * (MAX_UNITS + 1), "E-xlsx-long", MAX_UNITS + 1),
        (EMOJI * (MAX_UNITS // 2 + 1), "E-xlsx-long", MAX_UNITS + 1),
        ("行\n" * (MAX_FEEDS + 1), "E-xlsx-lines", MAX_FEEDS + 1),
    ],
    ids=["chinese", "emoji", "lines"],
)
@pytest.mark.parametrize("place", PLACES)
def test_a_text_that_a_cell_cannot_hold_is_refused_by_the_name_of_its_field(
    text: str, code: str, count: int, place: str
) -> None:
    with pytest.raises(WriteError) as caught:
        written(place_text(text, place), "xlsx")
    (fault,) = caught.value.faults
    assert (fault.code, fault.params["count"]) == (code, count)
    assert fault.place.pointer == "/steps/1/事由"
    assert "事由栏" in fault.text("zh-Hans")
    assert text[:5] not in fault.text("zh-Hans")


def test_every_text_that_is_too_long_is_named_at_once() -> None:
    made = document(grid(*(field(f"栏{n}", "长" * (MAX_UNITS + 1)) for n in range(3))))
    with pytest.raises(WriteError) as caught:
        written(made, "xlsx")
    assert [fault.place.pointer for fault in caught.value.faults] == ["/栏0", "/栏1", "/栏2"]


def test_a_paragraph_that_a_cell_cannot_hold_is_refused_by_its_pointer() -> None:
    with pytest.raises(WriteError) as caught:
        written(document(Paragraph((Value("/root_cause", "长" * (MAX_UNITS + 1)),))), "xlsx")
    assert [(fault.code, fault.place.pointer) for fault in caught.value.faults] == [("E-xlsx-long", "/root_cause")]


@pytest.mark.parametrize("where", PLACES)
def test_a_list_of_more_items_than_a_cell_has_lines_is_refused(where: str) -> None:
    items = [f"第 {n} 步" for n in range(MAX_FEEDS + 2)]
    table = Table("/t", (column("步骤", kinds.LIST),), rows=(Row((items,)),), register=where == "register")
    with pytest.raises(WriteError) as caught:
        written(document(grid(field("步骤", items, kinds.LIST)) if where == "form" else table), "xlsx")
    assert [fault.code for fault in caught.value.faults] == ["E-xlsx-lines"]
    assert "步骤" in caught.value.faults[0].text("zh-Hans")


def test_a_register_of_more_rows_than_excel_has_is_refused(tmp_path: Path) -> None:
    one = Row((None,))
    table = Table("/rows", (column("甲"),), rows=Repeated(one, 1_048_576), register=True)
    with (tmp_path / "many.xlsx").open("w+b") as file, pytest.raises(WriteError) as caught:
        write_xlsx(document(table), file)
    assert [fault.code for fault in caught.value.faults] == ["E-xlsx-rows"]


@pytest.mark.parametrize(
    "title",
    [
        "短题",
        "这是一个远远超过三十一个字符的表单标题，它在 Excel 里放不进工作表的名字",
        "带[方]括:号*的?标/题\\",
        "'引号'",
        "O'Neil 的表",
    ],
)
def test_the_name_of_the_sheet_is_one_that_excel_takes(title: str) -> None:
    name = opened(document(TABLE, title=title)).book.sheetnames[0]
    assert 0 < len(name) <= 31
    assert not set(name) & set("[]:*?/\\")
    assert not name.startswith("'")
    assert not name.endswith("'")


def test_a_sheet_whose_name_has_a_quote_is_still_found_by_its_names() -> None:
    book = opened(document(grid(field("a", "值", pointer="/a")), title="O'Neil 的表"))
    assert target(book, "f_a").value == "值"


# --- room for long texts ---------------------------------------------------------------------------------------------


LONG = document(grid(field("长文", "一句不短也不长的话，用来占地方。" * 400, kinds.MULTILINE), field("后面", "末项")))


@pytest.mark.parametrize(
    "made", [LONG, document(Table("/t", (column("a", kinds.MULTILINE),), rows=(Row(("字" * 9000,)),)))]
)
def test_no_row_is_taller_than_excel_allows_and_long_texts_take_several(made: Document) -> None:
    book = opened(made)
    heights = [dimension.height for dimension in book.sheet.row_dimensions.values() if dimension.height]
    assert max(heights) <= MAX_HEIGHT
    text = max(book.cells, key=lambda cell: len(str(cell.value)))
    area = next(area for area in book.sheet.merged_cells.ranges if text.coordinate in area)
    assert area.size["rows"] > 1


def test_what_follows_a_long_text_stands_below_it() -> None:
    book = opened(LONG)
    area = next(area for area in book.sheet.merged_cells.ranges if entry(book, "长文").coordinate in area)
    assert book.cell("后面").row > area.max_row


def test_merged_areas_never_overlap() -> None:
    for book in (form(), opened(LONG)):
        taken: set[tuple[int, int]] = set()
        for area in book.sheet.merged_cells.ranges:
            cells = {
                (r, c) for r in range(area.min_row, area.max_row + 1) for c in range(area.min_col, area.max_col + 1)
            }
            assert not cells & taken
            taken |= cells


def test_every_row_of_the_part_is_in_order_and_no_cell_is_there_twice() -> None:
    for book in (form(), issues(), opened(LONG)):
        part = book.xml("xl/worksheets/sheet1.xml")
        numbers = [int(r.get("r")) for r in part.iter(f"{S}row")]
        assert numbers == sorted(set(numbers))
        for line in part.iter(f"{S}row"):
            columns = [range_boundaries(cell.get("r"))[0] for cell in line.iter(f"{S}c")]
            assert columns == sorted(set(columns))


def test_a_register_wraps_its_long_texts_and_keeps_rows_within_bounds() -> None:
    book = opened(register(row(problem="字" * 3000), row(problem="短")))
    tall, low = (book.sheet.row_dimensions[header_row(book) + n].height for n in (1, 2))
    assert low < tall <= MAX_HEIGHT
    assert book.sheet.cell(header_row(book) + 1, 3).alignment.wrap_text


# --- streaming -------------------------------------------------------------------------------------------------------


class Repeated:
    """One row many times over, made as it's read."""

    def __init__(self, one: Row, count: int) -> None:
        self.one, self.count = one, count

    def __iter__(self) -> Iterator[Row]:
        return (self.one for _ in range(self.count))


class Generated:
    """Rows of a register, each with texts of its own, made as they are read."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[Row]:
        start = datetime(2024, 1, 1)
        for n in range(self.count):
            yield Row((f"客户 {n}", f"{n:018d}", f"第 {n} 个问题，说明文字", "low", start + timedelta(minutes=n), None))


def peak(count: int, path: Path) -> int:
    """Return the most memory that writing so many rows takes at a time, in bytes."""
    table = replace(REGISTER, rows=Generated(count))
    with path.open("w+b") as file:
        tracemalloc.start()
        write_xlsx(document(table), file)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    written(register(), "xlsx")
    few, many = peak(5_000, tmp_path / "few.xlsx"), peak(50_000, tmp_path / "many.xlsx")
    assert many < 1.2 * few + 200_000
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "many.xlsx")
    assert len(book.get_sheet_by_index(0).to_python()) == 50_000 + 2


# --- package ---------------------------------------------------------------------------------------------------------


def test_a_filled_file_says_which_form_it_is() -> None:
    properties = {p.name: p.value for p in issues().book.custom_doc_props.props}
    assert {
        "biaodan.form": "specimen",
        "biaodan.version": "2.5",
        "biaodan.lang": "zh-Hans",
    }.items() <= properties.items()
    core = issues().book.properties
    assert (core.title, core.language) == ("样张 & <标题>", "zh-Hans")
    assert core.creator != "openpyxl"


def test_no_value_of_a_record_stands_in_a_property_or_a_name() -> None:
    record = {
        "rows": [
            {
                "customer_name": "欧阳哨兵",
                "problem": "13912345678",
                "severity": "high",
                "reported_at": "2024-05-01 09:00",
                "status": "open",
            }
        ]
    }
    book = Xlsx(render("issue-tracker", record, "xlsx", mask=False))
    elsewhere = [name for name in book.names if not name.startswith("xl/worksheets/")]
    assert "13912345678" in book.text
    assert not [
        name for name in elsewhere for value in ("欧阳哨兵", "13912345678") if value.encode() in book.parts[name]
    ]


def test_the_package_is_whole_and_every_relationship_resolves() -> None:
    for book in (form(), issues()):
        assert book.damaged is None
        assert len(book.names) == len({name.lower() for name in book.names})
        for source, relation in book.relationships():
            assert relation.get("TargetMode") != "External"
            folder = source.rpartition("/")[0]
            wanted = relation.get("Target")
            assert normpath(wanted[1:] if wanted.startswith("/") else f"{folder}/{wanted}".lstrip("/")) in book.names


@pytest.mark.parametrize("made", [document(*BLOCKS.values()), register()], ids=["form", "register"])
def test_the_same_document_gives_the_same_bytes(made: Document) -> None:
    assert written(made, "xlsx") == written(made, "xlsx")


def test_a_required_field_of_a_form_is_starred_on_blank_paper() -> None:
    asked = grid(field("必填", required=True))
    assert opened(document(asked, purpose=Purpose.BLANK)).cell("必填 *")
