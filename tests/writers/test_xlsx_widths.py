"""Numbers, days and times have room in Excel and LibreOffice, which show hash marks where they haven't."""

import shutil
import subprocess
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from generator import kinds
from generator.document import Column, Document, Field, FieldGrid, Kind, Row, Table
from generator.formats import number_text
from generator.wording import Lang
from generator.writers.xlsx.widths import MOST_CHARACTERS, characters, widened

from .reading import Xlsx
from .specimen import column, document, field, grid, written

DIGIT_PIXELS, PIXELS = 0.5 * 9 * 96 / 72, 7
"""Pixels of a digit at 9 points in a usual font, and of a character of a column's width."""

Shown = tuple[Kind, str, object, str]
"""Kind and unit of a field, a value, and what Excel shows of it."""

SHOWN: dict[str, Shown] = {
    "money": (kinds.MONEY, "¥", Decimal("1234567.89"), "¥1,234,567.89"),
    "less": (kinds.MONEY, "¥", Decimal("-123456789012.34"), "-¥123,456,789,012.34"),
    "number": (kinds.NUMBER, "", Decimal("123456789.123456"), "123,456,789.123456"),
    "tiny": (kinds.NUMBER, "", Decimal("0.0000000012"), "0.0000000012"),
    "integer": (kinds.INTEGER, "", 1234567890123, "1,234,567,890,123"),
    "percent": (kinds.PERCENT, "", Decimal("12345.6789"), "12345.6789%"),
    "currency": (kinds.CURRENCY, "USD", Decimal("1234567.89"), "USD 1,234,567.89"),
    "duration": (kinds.DURATION, "", 1234 * 60 + 5, "1234小时05分"),
    "unit": (kinds.NUMBER, "kg", Decimal("1234567.125"), "1,234,567.125 kg"),
    "moment": (kinds.DATETIME, "", datetime(2024, 5, 1, 14, 30, 59), "2024-05-01 14:30:59"),
    "day": (kinds.DATE, "", date(2024, 5, 1), "2024-05-01"),
    "time": (kinds.TIME, "", time(23, 59, 59), "23:59:59"),
}
WORDS = "一段说明文字，写得长一些，好让它换行"


def columns_of(count: int) -> list[Column]:
    """Return columns of numbers, with one of text among three of them."""
    given = list(SHOWN.items())
    made = [column(name, kind, unit=unit) for name, (kind, unit, _, _) in given]
    texts = [column(f"说明{n}") for n in range(4)]
    return [texts[n // 4] if n % 4 == 3 else made[n - n // 4] for n in range(count)]


def value_of(one: Column) -> object:
    return SHOWN[one.key][2] if one.key in SHOWN else WORDS


def table(columns: list[Column], *, rows: int = 2, **given: Any) -> Table:
    return Table("/rows", tuple(columns), [Row(tuple(map(value_of, columns)))] * rows, **given)


def opened(made: Document) -> Xlsx:
    return Xlsx(written(made, "xlsx"))


def width_at(book: Xlsx, reference: str) -> float:
    """Return the width in characters of a cell, with those that it is merged with."""
    merged = next((str(area) for area in book.sheet.merged_cells.ranges if reference in area), reference)
    left, _, right, _ = range_boundaries(merged)
    letters = (get_column_letter(n) for n in range(left, right + 1))
    dimensions = book.sheet.column_dimensions
    # openpyxl keeps columns of equal width as one that has a span
    return sum(next(d.width for d in dimensions.values() if d.min <= at <= d.max) for at in map(number_of, letters))


def number_of(letters: str) -> int:
    return range_boundaries(f"{letters}1")[0]


def cell_of(book: Xlsx, value: object) -> str:
    """Return the reference of the last cell that holds a number or day."""
    return str([cell for cell in book.cells if cell.value is not None and cell.data_type in "nd"][-1].coordinate)


def least(shown: str) -> float:
    """Return how many characters wide a cell is at least that shows a text at nine points in a usual font."""
    han = sum(c > "\u2e80" for c in shown)
    return (len(shown) + han) * DIGIT_PIXELS / PIXELS + 0.8


# --- widths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in SHOWN if name != "unit"])
@pytest.mark.parametrize("place", ["register", "table", "form"])
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_cell_is_as_wide_as_the_number_in_it(name: str, place: str, lang: Lang) -> None:
    kind, unit, value, shown = SHOWN[name]
    crowd = [column(f"文{n}") for n in range(7)]
    if place == "form":
        line = (field("数", value, kind, unit=unit, span=3), *(field(f"f{n}", 1, kinds.INTEGER, span=3) for n in "abc"))
        made = document(FieldGrid((line[1:] + line[:1],)), lang=lang)
    else:
        rows = [Row((WORDS,) * 7 + (value,))]
        columns = (*crowd, column("数", kind, unit=unit))
        made = document(Table("/rows", columns, rows, register=place == "register"), lang=lang)
    book = opened(made)
    points = 10.5 / 9 if place == "form" else 1.0
    assert width_at(book, cell_of(book, value)) >= least(shown) * points


def test_a_number_with_its_unit_is_not_parted() -> None:
    kind, unit, value, shown = SHOWN["unit"]
    columns = (column("数", kind, unit=unit), *map(column, "abcdefghij"))
    book = opened(document(Table("/rows", columns, [Row((value,) + (WORDS,) * 10)], register=True)))
    assert width_at(book, book.cell(shown).coordinate) >= least(shown)


def test_the_widest_row_decides_wherever_it_stands() -> None:
    values = [Decimal(n) for n in range(5_000)]
    values[3_210] = Decimal("-987654321.12345678")
    columns = [column("数", kinds.NUMBER), *(column(c) for c in "abcdefghi")]
    rows = [Row((value,) + (None,) * 9) for value in values]
    book = opened(document(Table("/rows", tuple(columns), rows, register=True)))
    assert width_at(book, "A4") >= least("-987,654,321.12345678")


def test_a_total_is_counted_that_is_longer_than_its_rows() -> None:
    columns = [column("额", kinds.MONEY, unit="¥"), *(column(c) for c in "abcdefghi")]
    rows = [Row((Decimal("999.99"),) + (None,) * 9)] * 2_000
    book = opened(document(Table("/rows", tuple(columns), rows, register=True, summed=(0,), total="合计")))
    assert width_at(book, "A4") >= least("¥1,999,980.00")


def test_numbers_that_have_room_leave_the_columns_as_they_are() -> None:
    columns = [column("数", kinds.INTEGER), *(column(c) for c in "abcdefg")]
    few, none = (
        opened(document(Table("/rows", tuple(columns), [Row((n,) + ("x",) * 7)], register=True))) for n in (12, None)
    )
    assert [width_at(few, f"{c}3") for c in "ABCDEFGH"] == [width_at(none, f"{c}3") for c in "ABCDEFGH"]


def test_columns_of_text_give_way_but_not_below_their_words() -> None:
    def widths(value: object) -> list[float]:
        columns = [column(f"数{n}", kinds.INTEGER) for n in range(4)] + [column("文")]
        rows = [Row((value,) * 4 + (WORDS,))]
        book = opened(document(Table("/rows", tuple(columns), rows, register=True)))
        return [width_at(book, f"{c}3") for c in "ABCDE"]

    usual, crowded = widths(1), widths(10**14)
    assert sum(crowded[:4]) > sum(usual[:4])
    assert 10 <= crowded[4] < usual[4]


def test_what_is_longer_than_any_column_shrinks() -> None:
    rows = [Row((10**200, None))]
    book = opened(document(Table("/rows", (column("数", kinds.INTEGER), column("文")), rows, register=True)))
    assert width_at(book, "A3") <= 2 * MOST_CHARACTERS
    assert book.sheet["A3"].alignment.shrink_to_fit


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("value", [True, False])
def test_every_number_shrinks_where_it_is_typed_longer_than_its_column(name: str, value: bool) -> None:
    kind, unit, given, _ = SHOWN[name]
    if name == "unit":
        return
    book = opened(document(table([column("数", kind, unit=unit), column("文")], register=True, rows=0, blank_rows=1)))
    filled = opened(document(grid(field("数", given, kind, unit=unit))))
    cell = filled.sheet[cell_of(filled, given)] if value else book.sheet["A3"]
    assert cell.alignment.shrink_to_fit
    assert not cell.alignment.wrap_text


def test_whole_columns_are_dealt_out_anew_without_losing_any() -> None:
    assert widened([4, 4, 4], [6, 1, 1]) == [6, 3, 3]
    assert widened([4, 4, 4], [1, 4, 4]) == [4, 4, 4]
    assert widened([2, 2], [8, 4]) == [8, 4]
    assert characters("", 9) == 0


def test_widths_of_very_many_rows_are_found_in_little_memory() -> None:
    class Many:
        def __iter__(self) -> Iterator[Row]:
            return (Row((n * 1_000,)) for n in range(200_000))

    made = document(Table("/rows", (column("数", kinds.INTEGER),), Many(), register=True))
    tracemalloc.start()
    try:
        from generator.writers.xlsx.widths import widest

        found = widest(made.blocks[0], "zh-Hans", 9.0)  # type: ignore[arg-type]  # it is that table
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.characters[0] >= least(number_text(199_999_000))
    assert peak < 2_000_000


# --- as LibreOffice shows them ---------------------------------------------------------------------------------------


def in_libreoffice(content: bytes, folder: Path) -> str:
    """Return the text of a workbook as LibreOffice prints it."""
    book = folder / "book.xlsx"
    book.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with pypdfium2.PdfDocument(folder / "book.pdf") as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice isn't installed")
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
@pytest.mark.parametrize("count", [3, 8, 15])
@pytest.mark.parametrize("place", ["register", "form"])
def test_no_hash_marks_are_printed(place: str, count: int, lang: Lang, tmp_path: Path) -> None:
    columns = columns_of(count)
    summed = tuple(n for n, c in enumerate(columns) if c.key in ("money", "less", "number", "currency", "duration"))
    boxes: list[Field] = [field(c.face.label, value_of(c), c.face.kind, unit=c.face.unit, span=3) for c in columns]
    lines = FieldGrid(tuple(tuple(boxes[n : n + 4]) for n in range(0, count, 4)))
    rows = table(columns, rows=40, register=place == "register", summed=summed, total="合计")
    made = document(rows, lang=lang) if place == "register" else document(lines, rows, lang=lang)
    shown = in_libreoffice(written(made, "xlsx"), tmp_path)
    assert "#" not in shown
    assert "¥1,234,567.89" in shown
