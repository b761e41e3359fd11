"""Sums under tables, and tables too wide for a page, continued in parts that repeat their key column."""

import ctypes
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2.raw as pdfium
import pytest
import python_calamine

from generator import kinds
from generator.api import make_job, to_bytes
from generator.document import Choice, Column, Document, Overdue, Page, Purpose, Row, Table, Tone, walk
from generator.document.columns import column_widths, least_widths, text_width
from generator.writers import WritingOptions
from generator.writers.tables import added, parts, sums

from .reading import Docx, Pdf, Xlsx, row_cells, squeezed
from .specimen import column, document, written

COLUMNS = (
    column("名目"),
    column("件数", kinds.INTEGER),
    column("金额", kinds.MONEY, unit="¥"),
    column("比率", kinds.NUMBER),
    column("用时", kinds.DURATION),
)
ROWS = (
    Row(("甲", 3, Decimal("1234.50"), Decimal("0.1"), 90)),
    Row(("乙", None, Decimal("0.5"), Decimal("0.2"), 45)),
    Row(("丙", 40, None, None, None)),
)
SUMMED = (1, 2, 3, 4)


def table(rows: Any = ROWS, **given: Any) -> Table:
    return Table(**{"pointer": "/lines", "columns": COLUMNS, "rows": rows, "summed": SUMMED, "total": "总计", **given})


# --- adding up -------------------------------------------------------------------------------------------------------


def test_sums_are_exact_and_pass_over_what_is_missing() -> None:
    assert sums(table(), ROWS) == (None, 43, Decimal("1235.00"), Decimal("0.3"), 135)


def test_a_column_without_any_value_has_no_sum_and_one_of_zeros_has() -> None:
    rows = (Row(("甲", None, 0, None, 0)), Row(("乙", None, None, None, None)))
    assert sums(table(), rows) == (None, None, 0, None, 0)
    assert sums(table(), ()) == (None,) * 5


def test_only_the_named_columns_are_summed() -> None:
    assert sums(table(summed=(2,)), ROWS) == (None, None, Decimal("1235.00"), None, None)
    assert sums(table(summed=()), ROWS) is None


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([0.1] * 10, "1.0"),
        ([0.1, 0.2], "0.3"),
        ([5, -5], "0"),
        ([-1.5, Decimal("0.25")], "-1.25"),
        ([10**15, 0.01], "1000000000000000.01"),
    ],
)
def test_numbers_are_added_as_their_digits_say(values: list[Any], result: str) -> None:
    total = None
    for value in values:
        total = added(total, value)
    assert total == Decimal(result)


# --- in Word and PDF -------------------------------------------------------------------------------------------------


def word_rows(made: Document) -> list[list[list[str]]]:
    """Return the cells of every table of a Word document."""
    return [[row_cells(row) for row in t.iterfind("{*}tr")] for t in Docx(written(made, "docx")).tables()]


@pytest.mark.parametrize("register", [False, True])
def test_the_last_row_in_word_holds_the_sums(register: bool) -> None:
    [rows] = word_rows(document(table(register=register)))
    assert rows[-1] == ["总计", "43", "¥1,235.00", "0.3", "2 小时 15 分钟"]
    assert len(rows) == 5


def test_beside_running_numbers_the_word_stands_in_their_column() -> None:
    [rows] = word_rows(document(table(serial="序号")))
    assert rows[-1] == ["总计", "", "43", "¥1,235.00", "0.3", "2 小时 15 分钟"]


def test_a_sum_of_nothing_is_left_empty_in_word() -> None:
    [rows] = word_rows(document(table((), blank_rows=3), purpose=Purpose.BLANK))
    assert rows[-1] == ["总计", "", "", "", ""]
    assert len(rows) == 5


def test_without_sums_there_is_no_such_row() -> None:
    [rows] = word_rows(document(table(summed=(), total="")))
    assert rows[-1][0] == "丙"


@pytest.mark.parametrize("serial", ["", "序号"])
def test_the_last_row_in_pdf_holds_the_sums(serial: str) -> None:
    text = squeezed(Pdf(written(document(table(serial=serial)), "pdf")).text)
    assert "总计43¥1,235.000.32小时15分钟" in text


def test_a_sum_of_nothing_is_left_empty_in_pdf() -> None:
    made = Pdf(written(document(table((), blank_rows=3), purpose=Purpose.BLANK), "pdf"))
    body = squeezed(made.bodies[0])
    assert body.endswith("总计")
    assert "0" not in body


# --- in workbooks ----------------------------------------------------------------------------------------------------


def cells_of(made: Document) -> dict[str, Any]:
    """Return the cells of the first sheet by their place: formula, value as saved, kind."""
    sheet = Xlsx(written(made, "xlsx")).xml("xl/worksheets/sheet1.xml")
    found = {}
    for cell in sheet.iterfind(".//{*}c"):
        formula, value = cell.findtext("{*}f"), cell.findtext("{*}v")
        found[cell.get("r")] = (formula, value, cell.get("t"))
    return found


def formulas(made: Document) -> dict[str, tuple[str, str | None, str | None]]:
    return {place: (f, v, t) for place, (f, v, t) in cells_of(made).items() if f}


def values_read(made: Document) -> list[list[Any]]:
    """Return the rows of the first sheet as another reader sees them, without empty cells."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(written(made, "xlsx")))
    return [[v for v in row if v != ""] for row in book.get_sheet_by_index(0).to_python()]


def area(formula: str) -> tuple[str, int, int]:
    """Return the column and first and last row that a formula adds up."""
    found = re.search(r"SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)", formula)
    assert found
    assert found[1] == found[3]
    return found[1], int(found[2]), int(found[4])


@pytest.mark.parametrize("register", [False, True])
def test_sums_in_a_workbook_are_formulas_that_hold_their_value(register: bool) -> None:
    made = document(table(register=register), kind="table" if register else "form")
    found = formulas(made)
    saved = [Decimal(value or "") for _, value, _ in found.values()]
    assert saved == [43, 1235, Decimal("0.3"), Decimal("0.09375")]  # 135 minutes of a day's 1440
    assert all(kind is None for *_, kind in found.values())
    sheet = Xlsx(written(made, "xlsx")).sheet
    for place, (formula, _, _) in found.items():
        letters, first, last = area(formula)
        assert letters == re.match("[A-Z]+", place)[0]  # type: ignore[index]
        assert last == sheet[place].row - 1
        assert last - first == 2
    labels = {sheet[f"{area(f)[0]}{area(f)[1] - 1}"].value for f, *_ in found.values()}
    assert labels == {"件数栏", "金额栏", "比率栏", "用时栏"}
    assert sheet.cell(next(sheet[place].row for place in found), 1).value == "总计"


@pytest.mark.parametrize("register", [False, True])
def test_sums_have_the_format_of_their_column(register: bool) -> None:
    sheet = Xlsx(written(document(table(register=register)), "xlsx")).sheet
    for place, (formula, *_) in formulas(document(table(register=register))).items():
        letters, first, _ = area(formula)
        if letters != "D":
            assert sheet[place].number_format == sheet[f"{letters}{first}"].number_format


@pytest.mark.parametrize("register", [False, True])
@pytest.mark.parametrize("rows", [(), (Row(("甲", None, None, None, None)),)], ids=["no rows", "empty rows"])
def test_a_sum_of_nothing_is_no_zero_in_a_workbook(register: bool, rows: Any) -> None:
    made = document(table(rows, blank_rows=4, register=register), purpose=Purpose.BLANK)
    found = formulas(made)
    assert len(found) == 4
    for formula, value, kind in found.values():
        assert re.fullmatch(r'IF\(COUNT\((\w+:\w+)\)=0,"",SUM\(\1\)\)', formula)
        assert (value or "", kind) == ("", "str")
        _, first, last = area(formula)
        assert last - first + 1 == 4 + len(rows)
    assert 0.0 not in [value for row in values_read(made) for value in row if not isinstance(value, str)]


@pytest.mark.parametrize("register", [False, True])
def test_another_reader_finds_the_sums_without_reckoning(register: bool) -> None:
    [line] = [row for row in values_read(document(table(register=register))) if row[:1] == ["总计"]]
    assert [float(v) if isinstance(v, (int, float)) else v for v in line[:4]] == ["总计", 43, 1235, 0.3]


@pytest.mark.parametrize("register", [False, True])
def test_with_running_numbers_the_sums_stand_in_their_own_columns(register: bool) -> None:
    made = document(table(register=register, serial="序号"))
    sheet = Xlsx(written(made, "xlsx")).sheet
    for place, (formula, *_) in formulas(made).items():
        letters, first, _ = area(formula)
        assert place.startswith(letters)
        assert sheet[f"{letters}{first - 1}"].value in {"件数栏", "金额栏", "比率栏", "用时栏"}
    row = next(sheet[place].row for place in formulas(made))
    assert sheet.cell(row, 1).value == "总计"


def test_the_filter_of_a_register_leaves_the_sums_alone() -> None:
    made = Xlsx(written(document(table(register=True)), "xlsx"))
    total = made.cell("总计").row
    assert int(re.search(r"\d+$", made.sheet.auto_filter.ref)[0]) == total - 1  # type: ignore[index]
    assert made.book.defined_names["f_lines"].attr_text.endswith(f"${total - 1}")


def test_a_percentage_is_summed_as_it_is_kept() -> None:
    columns = (column("名目"), column("权重", kinds.PERCENT))
    made = document(table((Row(("甲", 40)), Row(("乙", Decimal("60.5")))), columns=columns, summed=(1,)))
    assert [value for _, value, _ in formulas(made).values()] == ["1.005"]
    [rows] = word_rows(made)
    assert rows[-1] == ["总计", "100.5%"]


def test_numbers_with_a_unit_behind_them_are_summed_too() -> None:
    columns = (column("名目"), column("数量", kinds.INTEGER, unit="件"))
    made = document(table((Row(("甲", 2)), Row(("乙", 3))), columns=columns, summed=(1,)))
    [rows] = word_rows(made)
    assert rows[-1] == ["总计", "5 件"]
    # in a workbook such numbers are text, which Excel can't add up: the sum stands there as it is
    assert formulas(made) == {}
    assert "5 件" in Xlsx(written(made, "xlsx")).text


def test_the_first_column_may_be_summed() -> None:
    columns = (column("件数", kinds.INTEGER), column("名目"))
    made = document(table((Row((2, "甲")), Row((3, "乙"))), columns=columns, summed=(0,), serial="序号"))
    [rows] = word_rows(made)
    assert rows[-1] == ["总计", "5", ""]
    assert [value for _, value, _ in formulas(made).values()] == ["5"]


# --- wide tables -----------------------------------------------------------------------------------------------------

WIDE = tuple(column(f"指标{n:02d}", kinds.INTEGER if n % 2 else kinds.TEXT) for n in range(30))
WIDE_ROWS = tuple(
    Row(tuple(f"值{r}x{n:02d}" if n % 2 == 0 else 10_000 * (r + 1) + n for n in range(30))) for r in range(3)
)


def wide(**given: Any) -> Table:
    return Table(**{"pointer": "/rows", "columns": WIDE, "rows": WIDE_ROWS, "caption": "指标明细", **given})


def labels(made: Table) -> list[str]:
    return [c.face.label for c in made.columns]


@pytest.mark.parametrize("key", [0, 4, 29])
@pytest.mark.parametrize("serial", ["", "序号"])
def test_every_column_stands_once_in_the_parts_beside_the_key_which_leads_each(key: int, serial: str) -> None:
    found = list(parts(document(wide()), wide(key=key, serial=serial)))
    assert len(found) > 1
    assert [labels(part)[0] for part in found] == [f"指标{key:02d}栏"] * len(found)
    others = [label for part in found for label in labels(part)[1:]]
    assert others == [f"指标{n:02d}栏" for n in range(30) if n != key]
    for part in found:
        rows = [tuple(row.values) for row in part.rows]
        places = [WIDE.index(c) for c in part.columns]
        assert rows == [tuple(row.values[at] for at in places) for row in WIDE_ROWS]
        assert part.serial == serial
        assert part.key == 0


@pytest.mark.parametrize("landscape", [False, True])
def test_every_part_has_the_room_that_its_columns_need(landscape: bool) -> None:
    made = document(wide(), page=Page("A4", landscape))
    found = list(parts(made, wide()))
    for part in found:
        widths = column_widths(made.theme, part, text_width(made), list(part.rows))
        assert sum(widths) == pytest.approx(text_width(made))
        least = least_widths(made.theme, part, list(part.rows))
        assert all(width >= needed - 1e-6 for width, needed in zip(widths, least, strict=True))
    assert (len(found) < len(list(parts(document(wide()), wide())))) is landscape


def test_a_table_that_has_room_is_left_whole() -> None:
    [part] = parts(document(table()), table())
    assert labels(part) == labels(table())
    assert [tuple(row.values) for row in part.rows] == [row.values for row in ROWS]


def test_rows_that_can_be_read_once_only_make_all_the_parts() -> None:
    found = list(parts(document(wide()), wide(rows=iter(WIDE_ROWS))))
    assert [len(list(part.rows)) for part in found] == [3] * len(found)


def test_a_column_wider_than_the_page_stands_with_the_key_alone() -> None:
    huge = column("巨", kinds.CHOICE, choices=(Choice("a", "x" * 120),))
    columns = (column("键"), column("甲"), huge, column("乙"))
    found = list(parts(document(), Table("/rows", columns, (Row(("k", "1", "a", "2")),))))
    assert [labels(part) for part in found] == [["键栏", "甲栏"], ["键栏", "巨栏"], ["键栏", "乙栏"]]


@pytest.mark.parametrize(
    ("lang", "caption", "continued"),
    [
        ("zh-Hans", "指标明细", "指标明细（续）"),
        ("en", "Indicators", "Indicators (continued)"),
        ("zh-Hans", "", "样张 & <标题>（续）"),
    ],
)
def test_further_parts_say_that_they_continue(lang: Any, caption: str, continued: str) -> None:
    found = list(parts(document(lang=lang), wide(caption=caption)))
    assert [part.caption for part in found] == [caption] + [continued] * (len(found) - 1)


def test_all_columns_and_values_are_in_word() -> None:
    tables = word_rows(document(wide()))
    assert len(tables) > 1
    heads = [rows[0] for rows in tables]
    assert {"".join(head[0].split()) for head in heads} == {"指标00栏"}
    assert ["".join(label.split()) for head in heads for label in head[1:]] == [f"指标{n:02d}栏" for n in range(1, 30)]
    for at in range(3):
        cells = [cell for rows in tables for cell in rows[at + 1][1:]]
        assert cells == [f"值{at}x{n:02d}" if n % 2 == 0 else f"{10_000 * (at + 1) + n:,}" for n in range(1, 30)]
        assert {rows[at + 1][0] for rows in tables} == {f"值{at}x00"}


def test_all_columns_and_values_are_in_pdf() -> None:
    text = "".join(squeezed(page) for page in Pdf(written(document(wide()), "pdf")).bodies)
    count = len(list(parts(document(wide()), wide())))
    for n in range(30):
        wanted = count if n == 0 else 1
        assert text.count(f"指标{n:02d}栏") == wanted
        for at in range(3):
            value = f"值{at}x{n:02d}" if n % 2 == 0 else f"{10_000 * (at + 1) + n:,}"
            assert text.count(value) == wanted
    assert text.count("指标明细（续）") == count - 1


def test_a_workbook_has_the_wide_register_in_one_piece() -> None:
    made = Xlsx(written(document(wide(register=True), kind="table"), "xlsx"))
    head = made.cell("指标00栏").row
    assert [made.sheet.cell(head, n + 1).value for n in range(30)] == [f"指标{n:02d}栏" for n in range(30)]


@pytest.mark.parametrize("register", [False, True])
def test_a_workbook_has_every_column_of_a_wide_table(register: bool) -> None:
    made = Xlsx(written(document(wide(register=register)), "xlsx"))
    places = [cell.get("r") for cell in made.xml("xl/worksheets/sheet1.xml").iterfind(".//{*}c")]
    assert [place for place, count in Counter(places).items() if count > 1] == []
    shown = Counter(str(cell.value).replace("\n", "") for cell in made.cells)
    assert [label for label in (c.face.label for c in WIDE[1:]) if not shown[label]] == []
    assert [row.values[n] for row in WIDE_ROWS for n in range(1, 30) if shown[str(row.values[n])] != 1] == []


# --- legible ---------------------------------------------------------------------------------------------------------


def characters(made: Pdf) -> Iterator[tuple[str, float, tuple[float, float, float, float], int]]:
    """Yield every visible character with its size in points, its box and its page."""
    for number, page in enumerate(made.file):
        text = page.get_textpage()
        for n in range(text.count_chars()):
            letter = text.get_text_range(n, 1)
            if not letter.strip():
                continue
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(text.raw, n, ctypes.byref(matrix))
            size = pdfium.FPDFText_GetFontSize(text.raw, n) * (matrix.c**2 + matrix.d**2) ** 0.5
            yield letter, size, text.get_charbox(n), number


@pytest.mark.parametrize("columns", [5, 12, 30, 60])
def test_no_letter_in_pdf_is_smaller_than_eight_points_and_none_leaves_the_page(columns: int) -> None:
    shown = tuple(column(f"指标{n:02d}", kinds.INTEGER) for n in range(columns))
    rows = tuple(Row(tuple(10_000_000 + r * 100 + n for n in range(columns))) for r in range(2))
    made = Pdf(written(document(Table("/rows", shown, rows, serial="序号")), "pdf"))
    width = made.file[0].get_size()[0]
    side = 18 * 72 / 25.4
    found = list(characters(made))
    assert len(found) > columns * 10
    assert min(size for _, size, _, _ in found) >= 8
    assert all(side - 1 <= box[0] and box[2] <= width - side + 1 for _, _, box, _ in found)


def test_no_number_is_broken_in_pdf() -> None:
    rows = tuple(
        Row(tuple(f"A{n:02d}-2024-000{r}" if n % 2 == 0 else 123_456_789 + n for n in range(30))) for r in range(2)
    )
    text = "\n".join(Pdf(written(document(wide(rows=rows)), "pdf")).pages)
    for n in range(30):
        assert (f"A{n:02d}-2024-0001" if n % 2 == 0 else f"{123_456_789 + n:,}") in text


def test_letters_of_neighbouring_cells_do_not_run_into_each_other() -> None:
    made = Pdf(written(document(wide()), "pdf"))
    boxes = [(box, page) for _, _, box, page in characters(made)]
    for (a, page), (b, other) in pairwise(boxes):
        if page == other and abs(a[1] - b[1]) < 3:  # on one line
            assert b[0] >= a[2] - 0.7 or b[2] <= a[0] + 0.7


# --- what a part keeps -----------------------------------------------------------------------------------------------


def late(due: int, done: int, total: int = 30) -> Table:
    """Return a wide register whose only row is overdue."""
    columns: list[Column] = [column(f"指标{n:02d}") for n in range(total)]
    columns[due], columns[done] = column("应当", kinds.DATE), column("实际", kinds.DATE)
    values: list[Any] = [f"值{n:02d}" for n in range(total)]
    values[due], values[done] = date(2024, 5, 1), date(2024, 5, 2)
    row = Row(tuple(values), Tone.ALERT, "已经逾期")
    return Table("/rows", tuple(columns), (row,), register=True, overdue=Overdue(due, done))


@pytest.mark.parametrize(("due", "done"), [(1, 2), (2, 1), (25, 26), (1, 28), (27, 28)])
@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_an_overdue_row_says_so_once_beside_the_day_it_was_due(format: str, due: int, done: int) -> None:
    if format == "docx":
        cells = [cell for rows in word_rows(document(late(due, done))) for row in rows for cell in row]
        assert [cell for cell in cells if "逾期" in cell] == ["2024-05-01\n已经逾期"]
    else:
        made = Pdf(written(document(late(due, done)), format))
        assert "".join(squeezed(page) for page in made.bodies).count("已经逾期") == 1


def test_an_overdue_row_is_shaded_in_all_parts() -> None:
    found = list(parts(document(), late(1, 2)))
    assert [row.tone for part in found for row in part.rows] == [Tone.ALERT] * len(found)


def test_blank_rows_and_running_numbers_are_in_all_parts() -> None:
    tables = word_rows(document(wide(rows=(), blank_rows=4, serial="序号"), purpose=Purpose.BLANK))
    assert len(tables) > 1
    assert [[row[0] for row in rows[1:]] for rows in tables] == [["1", "2", "3", "4"]] * len(tables)


def test_sums_stand_under_their_columns_in_every_part() -> None:
    made = document(wide(summed=(1, 15, 29), total="总计", serial="序号"))
    found = {}
    for rows in word_rows(made):
        assert rows[-1][0] == "总计"
        found |= {"".join(label.split()): value for label, value in zip(rows[0], rows[-1], strict=True) if value}
    del found["序号"]
    # three rows of 10 000, 20 000 and 30 000, each with the column's number added
    assert found == {"指标01栏": "60,003", "指标15栏": "60,045", "指标29栏": "60,087"}


def test_a_part_without_sums_has_no_row_for_them() -> None:
    tables = word_rows(document(wide(summed=(1,), total="总计")))
    assert tables[0][-1][0] == "总计"
    assert [rows[-1][0] for rows in tables[1:]] == ["值2x00"] * (len(tables) - 1)


@pytest.mark.parametrize("serial", ["", "序号"])
def test_a_summed_key_column_has_its_sum_where_there_is_room_for_it(serial: str) -> None:
    made = document(wide(summed=(1, 3), total="总计", key=1, serial=serial))
    last = [cell for rows in word_rows(made) for cell in rows[-1]]
    assert "60,009" in last
    assert "60,003" in last  # without running numbers the word gives way to it


# --- columns that hold a text where a number is wanted ---------------------------------------------------------------


def schema_of(kinds_of_fee: object) -> dict[str, Any]:
    item = {"item": {"type": "string", "title": "Item"}, "n": {"type": "integer", "title": "N"}}
    fee = {"fee": {"type": kinds_of_fee, "title": "Fee"}}
    lines = {
        "type": "array",
        "title": "Lines",
        "x-table": {"totals": ["n", "fee"]},
        "items": {"type": "object", "properties": {**item, **fee}},
    }
    return {"title": "Fees", "type": "object", "properties": {"lines": lines}}


@pytest.mark.parametrize("engine", ["", "typst"])
@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
@pytest.mark.parametrize(("fees", "has_total"), [([4000, 300], True), ([4000, "to be agreed"], False)])
def test_a_column_with_a_text_has_no_total_and_says_so(
    tmp_path: Path, format: str, engine: str, fees: list[object], has_total: bool
) -> None:
    path = tmp_path / "fees.json"
    path.write_text(json.dumps(schema_of(["string", "number"])), encoding="utf-8")
    job = make_job(str(path), lang="en")
    lines = [{"item": "A", "n": n, "fee": fee} for n, fee in enumerate(fees, 70)]
    [composed] = job.documents(job.source({"lines": lines}))
    assert composed.document is not None
    assert [(f.code, f.place.titles["en"], f.place.pointer) for f in composed.warnings] == (
        [] if has_total else [("W-total", "Fee", "/lines")]
    )
    [made] = [node for node in walk(composed.document.blocks) if isinstance(node, Table)]
    assert sums(made, list(made.rows)) == (None, 141, 4300 if has_total else None)
    assert to_bytes(composed.document, format, WritingOptions(engine=engine if format == "pdf" else ""))
