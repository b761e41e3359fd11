"""What Excel's own limits do to texts of a schema: heads of pages, names of sheets and cells, lists, formulas."""

from dataclasses import replace
from typing import Any

import pytest

from generator import kinds
from generator.document import Choice, Document, Row, Table, Tone
from generator.errors import WriteError
from generator.writers.xlsx.workbook import defined_name

from .reading import S, Xlsx
from .specimen import column, document, field, grid, profile, written

MOST_HEAD, MOST_SHEET, MOST_NAME = 255, 31, 255
LONG = "关于客户反馈处理情况的登记" * 30
FAMILY = "👨‍👩‍👧"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def opened(made: Document) -> Xlsx:
    return Xlsx(written(made, "xlsx"))


def head_of(made: Document, name: str = "oddHeader") -> str:
    return str(next(opened(made).xml("xl/worksheets/sheet1.xml").iter(f"{S}{name}")).text)


def table(*columns: Any, rows: Any = (), **given: Any) -> Document:
    return document(Table("/rows", columns, rows, register=True, **given))


# --- heads of pages --------------------------------------------------------------------------------------------------


def test_a_head_that_fits_is_left_as_it_is() -> None:
    made = replace(document(), title="A&B", number="KF-1", version="1.2", reference="n" * 100)
    assert "A&&B" in head_of(made)
    assert "n" * 100 in head_of(made)
    assert "…" not in head_of(made)


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize(
    "long",
    [
        {"reference": "编" * 230},
        {"title": LONG},
        {"title": "&" * 300, "reference": "&" * 300},
        {"title": LONG, "number": LONG, "version": LONG, "reference": LONG, "profile": "office"},
        {"reference": "😀" * 200},
        {"title": "2024" * 100},
    ],
    ids=["reference", "title", "codes", "all", "emoji", "digits"],
)
def test_a_head_that_is_too_long_is_shortened_and_as_long_as_may_be(lang: Any, long: dict[str, Any]) -> None:
    if "profile" in long:
        long = {**long, "profile": profile(LONG)}
    head = head_of(replace(document(), lang=lang, **long))
    assert MOST_HEAD - 12 <= units(head) <= MOST_HEAD
    assert "…" in head
    assert head.startswith("&L&8")
    assert "&R&8" in head
    assert "&" not in head.replace("&L&8", "").replace("&R&8", "").replace("&&", "")


def test_a_long_number_keeps_its_end_by_which_it_is_told_and_a_short_title_is_whole() -> None:
    head = head_of(replace(document(), title="问题登记", reference=f"ORD-{'0' * 240}-4711"))
    assert "问题登记" in head
    assert "ORD-" in head
    assert head.endswith("-4711")


def test_a_letter_of_several_characters_is_not_parted() -> None:
    head = head_of(replace(document(), title="", reference=FAMILY * 60))
    kept = head.partition("…")
    assert kept[2] == FAMILY * kept[2].count("👧")
    assert kept[0].endswith(FAMILY)


def test_only_the_head_is_shortened() -> None:
    book = opened(replace(document(grid(field("编号", LONG))), title=LONG, reference=LONG))
    assert [str(cell.value) for cell in book.cells].count(LONG) == 2


def test_a_foot_is_shortened_and_its_page_numbers_stay() -> None:
    foot = head_of(replace(document(), footer=LONG), "oddFooter")
    assert MOST_HEAD - 2 <= units(foot) <= MOST_HEAD
    assert "&P" in foot
    assert "&N" in foot


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["长" * 40, "[]:*?/\\", "'" * 40, "a" * 14 + "'" * 20, FAMILY * 9, "History", "选项", "a\nb", "'引'"],
)
def test_a_sheet_has_a_name_that_excel_takes(title: str) -> None:
    made = replace(document(grid(field("项", None, choices=(Choice("x", "甲"),)))), title=title, form="f" * 40)
    names = opened(made).book.sheetnames
    assert all(0 < units(name) <= MOST_SHEET for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(set(name) & set("[]:*?/\\\n") or name != name.strip("'") for name in names)
    assert "history" not in {name.casefold() for name in names}
    assert not any(name.endswith("\u200d") for name in names)


def test_a_name_of_a_cell_is_no_longer_than_excel_takes_and_its_own() -> None:
    first, second = (defined_name(f"/{'k' * 300}{end}") for end in "ab")
    assert len(first) == len(second) < MOST_NAME
    assert first != second
    assert defined_name("/a/b_1") == "f_a_b_1"


@pytest.mark.parametrize(("key", "name"), [("½①", "f___"), ("😀", "f__"), ("𠮷", "f__"), ("客户 no", "f_客户_no")])
def test_a_name_of_a_cell_has_letters_and_digits_alone(key: str, name: str) -> None:
    assert defined_name(f"/{key}") == name


# --- cells, lists, formulas ------------------------------------------------------------------------------------------


def sizes(book: Xlsx, element: str, name: str) -> list[float]:
    found = (node.get(name) for node in book.xml("xl/worksheets/sheet1.xml").iter(f"{S}{element}"))
    return [float(size) for size in found if size]


@pytest.mark.parametrize("label", ["选" * 3_000, "x" * 3_000])
def test_long_choices_and_labels_make_columns_and_rows_that_excel_takes(label: str) -> None:
    book = opened(table(column("甲", label="列" * 500, choices=(Choice("x", label),)), rows=[Row(("x",))]))
    assert max(sizes(book, "col", "width")) <= 255
    assert max(sizes(book, "row", "ht")) <= 409


@pytest.mark.parametrize("label", ['说"' * 150, "😀" * 200, "甲"])
def test_a_rule_of_colour_has_no_constant_longer_than_excel_takes(label: str) -> None:
    choices = (Choice("x", label, tone=Tone.ALERT),)
    book = opened(table(column("甲", choices=choices, kind=kinds.CHOICE), column("乙"), rows=[Row(("x", None))]))
    formula = next(book.xml("xl/worksheets/sheet1.xml").iter(f"{S}formula")).text
    constants = formula.partition("=")[2].split("&")
    assert all(units(constant) <= MOST_HEAD for constant in constants)
    assert "".join(constant[1:-1].replace('""', '"') for constant in constants) == label


def test_a_choice_that_no_cell_holds_is_refused() -> None:
    choices = (Choice("x", "选" * 40_000), Choice("y", "乙"))
    with pytest.raises(WriteError) as caught:
        written(table(column("甲", choices=choices, kind=kinds.CHOICE)), "xlsx")
    assert {fault.code for fault in caught.value.faults} == {"E-xlsx-long"}


def test_a_register_of_more_columns_than_excel_has_is_refused() -> None:
    columns = [column(f"c{n}") for n in range(16_385)]
    with pytest.raises(WriteError) as caught:
        written(table(*columns), "xlsx")
    assert [fault.code for fault in caught.value.faults] == ["E-xlsx-columns"]


def test_a_register_of_one_column_merges_nothing() -> None:
    book = opened(table(column("甲"), rows=[Row(("x",))]))
    assert not book.sheet.merged_cells.ranges
    assert not list(book.xml("xl/worksheets/sheet1.xml").iter(f"{S}mergeCells"))
