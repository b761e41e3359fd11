"""Bar charts in workbooks: Excel's own, drawn of figures on a sheet of their own that say what the record says."""

import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from generator import blank, kinds, render
from generator.document import (
    Box,
    Category,
    ChartData,
    Document,
    Heading,
    Kind,
    Paragraph,
    Picture,
    Row,
    Section,
    Series,
    Signature,
    SignatureBlock,
    Table,
    Text,
)
from generator.errors import WriteError
from generator.theme import shipped_theme
from generator.wording import LANGS

from .reading import Xlsx
from .specimen import FIELDS, PICTURE, column, document, grid, written
from .test_pictures import local, lying, overlapping, rows_of, targets, written_on

DRAWING = "xl/drawings/drawing1.xml"
SAMPLES = Path(__file__).parents[2] / "samples"
CASES = [(form, name) for form in ("monthly-summary", "satisfaction-report") for name in ("ordinary", "awkward")]
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def data_of(*names: str, title: str = "按渠道", **columns: Any) -> ChartData:
    """Return the figures of a chart: names of rows, and columns by title, each its values or kind, unit and values."""
    series = []
    for head, given in columns.items():
        kind, unit, values = given if isinstance(given[0], Kind) else (kinds.INTEGER, "", given)
        series.append(Series(head, kind, tuple(values), unit))
    categories = tuple(Category(name, f"/lines/{n}/name") for n, name in enumerate(names))
    return ChartData("bar", title, "渠道", categories, tuple(series))


def chart_of(data: ChartData, alt: str = "图的说明", height: float = 30.0) -> Picture:
    return Picture((Box(0, 0, 10, height),), 174.0, height, alt, data)


TWO = data_of("电话", "邮件 & <信>", "现场", 本月=(38, None, 0), 上月=(35, 27, 12))
ONE = data_of("甲", "乙", title="按等级", 人数=(3, 4))


def made_of(*blocks: Any, **given: Any) -> Xlsx:
    return Xlsx(written(document(*blocks, **given), "xlsx"))


def charts(made: Xlsx) -> list[Any]:
    """Return the charts in the order of the drawing."""
    parts = targets(made, DRAWING)
    frames = local(made.xml(DRAWING), "graphicFrame")
    return [made.xml(parts[local(frame, "chart")[0].get(f"{R}id")]) for frame in frames]


def value_of(element: Any, name: str) -> str:
    """Return the only value of a setting of a chart."""
    [value] = {e.get("val") for e in local(element, name)}
    return str(value)


def cells_at(made: Xlsx, formula: str) -> list[Any]:
    """Return the cells that a reference of one column leads to."""
    found = re.fullmatch(r"'((?:[^']|'')+)'!\$([A-Z]+)\$(\d+)(?::\$([A-Z]+)\$(\d+))?", formula)
    assert found, formula
    name, letters, first, other, last = found.groups()
    assert other in (None, letters)
    sheet = made.book[name.replace("''", "'")]
    return [sheet[f"{letters}{n}"] for n in range(int(first), int(last or first) + 1)]


def cached(reference: Any) -> list[Any]:
    """Return what a chart remembers of its cells; None where nothing is."""
    [count] = local(reference, "ptCount")
    known = {int(point.get("idx")): local(point, "v")[0].text for point in local(reference, "pt")}
    return [known.get(n) for n in range(int(count.get("val")))]


def references(chart: Any) -> list[Any]:
    return [*local(chart, "strRef"), *local(chart, "numRef")]


def number(value: Any) -> Any:
    """Return a cell's value as the chart keeps it: a span of time as days."""
    return value / timedelta(days=1) if isinstance(value, timedelta) else value


def block_of(made: Xlsx, chart: Any) -> list[list[Any]]:
    """Return the figures of a chart from their sheet, read by its references: the header, then the rows."""
    series = local(chart, "ser")
    columns = [[None, *(c.value for c in cells_at(made, local(local(series[0], "cat")[0], "f")[0].text))]]
    for one in series:
        head, values = (local(local(one, name)[0], "f")[0].text for name in ("tx", "val"))
        columns.append([c.value for place in (head, values) for c in cells_at(made, place)])
    return [list(row) for row in zip(*columns, strict=True)]


# --- the samples of the catalogue ------------------------------------------------------------------------------------


def sample(form: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / form / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def rendered(form: str, name: str, lang: Any) -> Xlsx:
    return Xlsx(render(form, sample(form, name), "xlsx", lang=lang))


TABLES = [("by_type", "按类型"), ("by_priority", "按优先级"), ("by_status", "按状态"), ("by_department", "按部门"),
          ("by_channel", "按渠道"), ("top_causes", "主要原因")]  # fmt: skip
NAMES = ("name", "cause", "类型", "优先级", "状态", "部门", "渠道", "原因")


def named(record: dict[str, Any], *names: str) -> Any:
    """Return what a record holds by one of several names: a key, or a title."""
    return next((record[name] for name in names if name in record), None)


@pytest.mark.parametrize("name", ["ordinary", "awkward"])
def test_the_figures_are_those_of_the_record(name: str) -> None:
    record, made = sample("monthly-summary", name), rendered("monthly-summary", name, "zh-Hans")
    tables = [rows for names in TABLES if (rows := named(record, *names))]
    assert len(tables) == len(charts(made)) > 2
    for rows, chart in zip(tables, charts(made), strict=True):
        wanted = [
            [named(row, *NAMES), named(row, "cases", "本期", "数量"), named(row, "last_cases", "上期")] for row in rows
        ]
        empty = all(last is None for *_, last in wanted)
        assert block_of(made, chart)[1:] == [row[:2] if empty else row for row in wanted]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("form", "name"), CASES)
def test_what_a_chart_remembers_is_what_its_cells_hold(form: str, name: str, lang: Any) -> None:
    made = rendered(form, name, lang)
    assert charts(made)
    for chart in charts(made):
        for reference in references(chart):
            cells = [number(cell.value) for cell in cells_at(made, local(reference, "f")[0].text)]
            known = cached(reference)
            if reference.tag.endswith("numRef"):
                known = [None if text is None else float(text) for text in known]
                assert known == [None if value is None else pytest.approx(float(value)) for value in cells]
                assert all(cell is None or isinstance(cell, (int, float)) for cell in cells)
            else:
                assert known == cells


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("form", "name"), CASES)
def test_every_bar_chart_is_one_of_excels_own_and_no_picture(form: str, name: str, lang: Any) -> None:
    made = rendered(form, name, lang)
    sheet = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]
    kinds = [(type(chart).__name__, chart.barDir, chart.grouping) for chart in sheet._charts]
    assert kinds == [("BarChart", "bar", "clustered")] * len(charts(made))
    assert sheet._images == []
    assert not [part for part in made.names if "media" in part]
    assert not local(made.xml("[Content_Types].xml"), "Default")[2:]  # no type of image


@pytest.mark.parametrize(
    ("lang", "sheet", "title", "headers"),
    [
        ("zh-Hans", "数据", "按类型", ["类型", "本期", "上期"]),
        ("zh-Hant", "數據", "依類型", ["類型", "本期", "上期"]),
        ("en", "Figures", "By type", ["Type", "This period", "Last period"]),
    ],
)
def test_words_are_in_the_language_of_the_document(lang: Any, sheet: str, title: str, headers: list[str]) -> None:
    made = rendered("monthly-summary", "ordinary", lang)
    first = charts(made)[0]
    [legend] = ["".join(t.text for t in local(words, "t")) for words in local(first, "title")]
    note = next(str(c.value) for row in made.book.worksheets[0].iter_rows() for c in row if "n = " in str(c.value))
    assert legend.split() == " ".join(f"{mark} {name}" for mark, name in zip("■□", headers[1:], strict=True)).split()
    assert "n = 128" in note
    assert "2024-05" in note
    figures = made.book[sheet]
    at = next(n for n in range(1, 20) if figures[f"A{n}"].value == title)
    assert [figures.cell(at + 1, n).value for n in (1, 2, 3)] == headers
    assert [cached(local(one, "tx")[0])[0] for one in local(first, "ser")] == headers[1:]
    assert made.book.sheetnames[1] == sheet
    assert figures.sheet_state == "hidden"  # a sheet that is printed with the form would tell everything twice
    faces = {(e.get("typeface"), e.tag.rpartition("}")[2]) for name in ("latin", "ea") for e in local(first, name)}
    fonts = shipped_theme().fonts[lang]
    assert faces == {(fonts.latin, "latin"), (fonts.sans, "ea")}


@pytest.mark.parametrize("lang", LANGS)
def test_a_chart_is_told_in_words(lang: Any) -> None:
    made = rendered("satisfaction-report", "ordinary", lang)
    [frame] = local(made.xml(DRAWING), "graphicFrame")
    words = local(frame, "cNvPr")[0].get("descr")
    assert {"zh-Hans": "条形图", "zh-Hant": "條形圖", "en": "Bar chart"}[lang] in words
    assert all(text in words for text in ("产品质量 4.16", "服务响应 3.76"))


def test_a_blank_form_has_no_charts_and_no_figures() -> None:
    made = Xlsx(blank("monthly-summary", "xlsx"))
    assert not [name for name in made.names if "chart" in name or "drawing" in name]
    assert "数据" not in made.book.sheetnames


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_a_missing_value_is_an_empty_cell_and_a_zero_is_a_zero() -> None:
    made = made_of(chart_of(TWO))
    [chart] = charts(made)
    rows = [["电话", 38, 35], ["邮件 & <信>", None, 27], ["现场", 0, 12]]
    assert block_of(made, chart) == [[None, "本月", "上月"], *rows]
    first, second = local(chart, "ser")
    assert [cached(local(s, "val")[0]) for s in (first, second)] == [["38", None, "0"], ["35", "27", "12"]]


@pytest.mark.parametrize(
    ("kind", "unit", "values", "held", "header", "format", "label"),
    [
        (kinds.INTEGER, "", (12, 34_567), [12, 34567], "数", "#,##0", "#,##0"),
        (kinds.NUMBER, "", (4.25, 4), [4.25, 4], "数", "#,##0.################", "#,##0.00"),
        (kinds.NUMBER, "件", (Decimal("1.5"), 2), [1.5, 2], "数（件）", "#,##0.################", '#,##0.0" 件"'),
        (kinds.INTEGER, '"', (1, 2), [1, 2], '数（"）', "#,##0", '#,##0" "\\"""'),
        (kinds.PERCENT, "", (66.7, 50), [0.667, 0.5], "数", "0.##############%", "0.0%"),
        (kinds.MONEY, "¥", (1234.5, 2), [1234.5, 2], "数", '"¥"#,##0.00', '"¥"#,##0.00'),
        (kinds.MONEY, "", (1234.5, 2), [1234.5, 2], "数", "#,##0.00", "#,##0.00"),
        (kinds.DURATION, "", (90, 1440), [0.0625, 1], "数", '[h]"小时"mm"分"', '[h]"小时"mm"分"'),
    ],
)
def test_numbers_are_numbers_in_the_format_of_their_kind(
    kind: Kind, unit: str, values: Any, held: Any, header: str, format: str, label: str
) -> None:
    made = made_of(chart_of(data_of("甲", "乙", 数=(kind, unit, values))))
    [chart] = charts(made)
    [series] = local(chart, "ser")
    cells = cells_at(made, local(local(series, "val")[0], "f")[0].text)
    assert [number(cell.value) for cell in cells] == held
    assert cells[0].number_format == format
    assert block_of(made, chart)[0][1] == header
    assert cached(local(series, "tx")[0]) == [header]
    [shown] = local(local(series, "dLbls")[0], "numFmt")
    assert (shown.get("formatCode"), shown.get("sourceLinked")) == (label, "0")


def test_a_name_like_a_formula_stays_a_text() -> None:
    names = ("=1+1", "@SUM", "+852", "-5", "'quoted", "#N/A")
    made = made_of(chart_of(data_of(*names, 数=range(6))))
    [chart] = charts(made)
    places = cells_at(made, local(local(chart, "cat")[0], "f")[0].text)
    assert [cell.value for cell in places] == list(names)
    assert {cell.data_type for cell in places} == {"s"}
    assert [cell.quotePrefix for cell in places] == [True] * 5 + [False]
    assert not local(made.xml("xl/worksheets/sheet2.xml"), "f")


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ((400, 410), {"min": "0"}),
        ((0, 0), {"min": "0"}),
        ((5, -5), {"min": "-7"}),
        ((-4, -10), {"min": "-12", "max": "0"}),
    ],
)
def test_bars_begin_at_zero(values: Any, bounds: dict[str, str]) -> None:
    [chart] = charts(made_of(chart_of(data_of("甲", "乙", 数=values))))
    [axis] = local(chart, "valAx")
    assert {name: e.get("val") for name in ("min", "max") for e in local(axis, name)} == bounds
    assert value_of(axis, "crosses") == "autoZero"


# --- lines -----------------------------------------------------------------------------------------------------------

LINES = replace(
    data_of("2024-03", "2024-04", "2024-05", title="走势", 受理=(120, None, 131), 办结=(110, 112, 119)), kind="line"
)


def test_lines_are_excels_own_over_their_figures() -> None:
    made = made_of(chart_of(LINES))
    [chart] = charts(made)
    [sheet_chart] = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]._charts
    assert type(sheet_chart).__name__ == "LineChart"
    assert block_of(made, chart) == [
        [None, "受理", "办结"],
        ["2024-03", 120, 110],
        ["2024-04", None, 112],
        ["2024-05", 131, 119],
    ]
    assert cached(local(local(chart, "ser")[0], "val")[0]) == ["120", None, "131"]
    assert value_of(chart, "dispBlanksAs") == "gap"
    assert {e.get("val") for e in local(local(chart, "valAx")[0], "min")} == {"0"}


def test_lines_differ_by_more_than_colour_and_tell_their_last_values() -> None:
    [chart] = charts(made_of(chart_of(LINES)))
    first, second = local(chart, "ser")
    assert [value_of(one, "symbol") for one in (first, second)] == ["circle", "diamond"]
    assert [bool(local(one, "prstDash")) for one in (first, second)] == [False, True]
    assert [e.get("val") for one in (first, second) for label in local(one, "dLbl") for e in local(label, "idx")] == [
        "2"
    ] * 2
    legend = "".join(t.text for title in local(chart, "title") for t in local(title, "t")).split()
    assert legend == ["●", "受理", "◇", "办结"]


def test_charts_side_by_side_are_each_excels_own_beneath_their_titles() -> None:
    parts = (chart_of(replace(LINES, note="n = 251")), chart_of(ONE))
    both = Picture((), 174.0, 40.0, "两图", parts=tuple(replace(part, width=84.0) for part in parts))
    made = made_of(both)
    assert [bool(local(one, "lineChart")) for one in charts(made)] == [True, False]
    starts = [int(e.text) for e in local(made.xml(DRAWING), "col")]
    assert starts[0] == 0 < starts[1]
    shown = [str(cell.value) for row in made.book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert [text for text in shown if text in ("走势", "按等级", "n = 251")] == ["走势", "按等级", "n = 251"]


# --- the look --------------------------------------------------------------------------------------------------------


def test_categories_stand_in_the_order_of_the_table_and_each_is_named() -> None:
    [chart] = charts(made_of(chart_of(data_of(*"甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉", 数=range(20)))))
    [axis] = local(chart, "catAx")
    assert value_of(axis, "orientation") == "maxMin"
    assert value_of(axis, "tickLblSkip") == "1"
    assert value_of(axis, "delete") == "0"
    assert value_of(chart, "showVal") == "1"
    assert not local(chart, "majorGridlines")


def test_series_differ_by_more_than_colour() -> None:
    data = data_of("甲", 本月=(1,), 上月=(2,), 去年=(3,))
    [chart] = charts(made_of(chart_of(data)))
    greys = []
    for series in local(chart, "ser"):
        fill, line = list(local(series, "spPr")[0])
        tint = local(fill, "srgbClr")[0].get("val")
        greys.append(sum(share * int(tint[n : n + 2], 16) for share, n in ((0.3, 0), (0.6, 2), (0.1, 4))))
        assert local(line, "solidFill")
    assert all(abs(a - b) > 60 for a, b in combinations(greys, 2))


@pytest.mark.parametrize(("data", "legend"), [(ONE, []), (TWO, ["■", "本月", "□", "上月"])])
def test_a_legend_in_the_order_of_the_bars_where_there_is_more_than_one_series(
    data: ChartData, legend: list[str]
) -> None:
    [chart] = charts(made_of(chart_of(data)))
    assert "".join(t.text for title in local(chart, "title") for t in local(title, "t")).split() == legend
    assert not local(chart, "legend")
    assert value_of(chart, "autoTitleDeleted") == str(int(not legend))


def test_what_a_chart_was_counted_of_stands_beneath_it_line_by_line() -> None:
    [chart] = charts(made_of(chart_of(replace(ONE, note="n = 7；来源：<登记>\n另有 1 项"))))
    [note] = local(chart, "title")
    assert [["".join(t.text for t in local(p, "t"))] for p in local(note, "p")] == [
        ["n = 7；来源：<登记>"],
        ["另有 1 项"],
    ]
    plot = local(chart, "plotArea")[0][0]
    ends = float(local(plot, "y")[0].get("val")) + float(local(plot, "h")[0].get("val"))
    assert float(local(note, "y")[0].get("val")) >= ends


def test_long_names_have_room_on_their_lines() -> None:
    short, long = data_of("甲", "乙", 数=(1, 2)), data_of("甲", "很长的名称" * 16, 数=(1, 2))
    heights = []
    for data in (short, long):
        made = made_of(chart_of(data))
        heights += [bottom - top for top, bottom in lying(made)]
    assert heights[1] > heights[0] + 2 * 2 * 8.5


# --- places ----------------------------------------------------------------------------------------------------------


def album(**given: Any) -> Document:
    """Return a document of charts and pictures in turn, one of them within a section."""
    section = Section(Heading("章"), (chart_of(ONE, "其二"), Paragraph((Text("图后的话"),))))
    return document(chart_of(TWO, "其一"), PICTURE, section, PICTURE, chart_of(TWO, '其三 & "引号"'), **given)


def test_every_chart_has_its_own_part_number_and_figures() -> None:
    made = Xlsx(written(album(), "xlsx"))
    frames = local(made.xml(DRAWING), "graphicFrame")
    assert [local(f, "cNvPr")[0].get("descr") for f in frames] == ["其一", "其二", '其三 & "引号"']
    numbers = [e.get("id") for e in local(made.xml(DRAWING), "cNvPr")]
    assert len(set(numbers)) == len(numbers) == 5
    assert sorted(n for n in made.names if "/charts/" in n) == [f"xl/charts/chart{n}.xml" for n in (1, 2, 3)]
    places = [local(r, "f")[0].text for chart in charts(made) for r in references(chart)]
    cells = [cell.coordinate for chart in charts(made) for r in local(chart, "val") for cell in
             cells_at(made, local(r, "f")[0].text)]  # fmt: skip
    assert len(set(cells)) == len(cells) == 3 * 2 + 2 + 3 * 2
    assert all(place.startswith("'数据'!") for place in places)
    assert [block_of(made, chart)[0][1:] for chart in charts(made)] == [["本月", "上月"], ["人数"], ["本月", "上月"]]


def test_pictures_beside_charts_stay_pictures() -> None:
    made = Xlsx(written(album(), "xlsx"))
    parts = targets(made, DRAWING)
    assert len(local(made.xml(DRAWING), "pic")) == 2
    assert {name for name in made.names if "/media/" in name or "/charts/" in name} == set(parts.values())
    assert len(made.book.worksheets[0]._images) == 2
    types = {e.get("PartName"): e.get("ContentType") for e in local(made.xml("[Content_Types].xml"), "Override")}
    assert all(name.removeprefix("/") in made.parts for name in types)
    drawn = [kind for name, kind in types.items() if "/charts/" in name]
    assert drawn == ["application/vnd.openxmlformats-officedocument.drawingml.chart+xml"] * 3


def test_charts_lie_on_rows_of_their_own() -> None:
    made = Xlsx(written(album(), "xlsx"))
    assert len(lying(made)) == 5
    assert lying(made) == sorted(lying(made))
    assert overlapping(lying(made), written_on(made)) == []
    assert overlapping(lying(made), lying(made)) == []


def test_a_chart_of_a_register_lies_below_its_table() -> None:
    columns = (column("名称"), column("件数", kinds.INTEGER))
    table = Table("/rows", columns, tuple(Row((f"第{n}行", n)) for n in range(5)), register=True)
    made = made_of(table, chart_of(ONE), SignatureBlock((Signature("签字处"),)), kind="table")
    [chart] = charts(made)
    assert block_of(made, chart)[1:] == [["甲", 3], ["乙", 4]]
    assert overlapping(lying(made), written_on(made)) == []
    assert made.book.sheetnames == ["样张 & <标题>", "数据"]


def test_the_heading_of_a_section_stays_on_the_page_of_its_chart() -> None:
    data = data_of(*(f"第{n}类" for n in range(20)), 数=range(20))
    section = Section(Heading("章"), (chart_of(data, height=150.0),))
    made = made_of(Paragraph((Text("话" * 1000),)), section)
    breaks = [int(e.get("id")) for e in local(made.xml("xl/worksheets/sheet1.xml"), "brk")]
    heading = made.cell("章").row
    [anchor] = local(made.xml(DRAWING), "row")
    assert heading <= int(anchor.text) <= heading + 1
    assert breaks == [heading - 1]


# --- the sheet of figures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["数据", "it's [a] title", "选项"])
def test_sheets_have_names_of_their_own(title: str) -> None:
    made = made_of(chart_of(ONE), grid(FIELDS[kinds.CHOICE]), title=title, number="KF'1")
    names = made.book.sheetnames
    assert len({name.casefold() for name in names}) == len(names) == 3
    assert all(len(name) <= 31 for name in names)
    [chart] = charts(made)
    assert block_of(made, chart)[1:] == [["甲", 3], ["乙", 4]]


def test_the_lists_of_choices_stay_hidden_behind_the_figures() -> None:
    made = made_of(chart_of(ONE), grid(FIELDS[kinds.CHOICE]))
    assert [sheet.sheet_state for sheet in made.book.worksheets] == ["visible", "hidden", "hidden"]
    assert made.book.sheetnames[1:] == ["数据", "选项"]
    [listed] = made.sheet.data_validations.dataValidation
    assert [cell.value for cell in cells_at(made, listed.formula1)] == ["甲级紧急", "乙级一般", "丙级不急"]


def test_the_figures_are_printed_as_the_other_sheets_and_nothing_is_frozen() -> None:
    first, figures = made_of(chart_of(TWO)).book.worksheets
    for name in ("oddHeader", "oddFooter"):
        assert getattr(figures, name).left.text == getattr(first, name).left.text
    assert figures.page_setup.paperSize == first.page_setup.paperSize
    assert figures.sheet_properties.pageSetUpPr.fitToPage
    assert figures.freeze_panes is None
    assert not figures.sheet_view.showGridLines


def test_the_figures_of_a_chart_are_not_cut_by_a_page() -> None:
    data = data_of(*(f"第{n}类" for n in range(20)), 数=range(20))
    made = made_of(*[chart_of(data)] * 4)
    sheet = made.xml("xl/worksheets/sheet2.xml")
    breaks = [int(e.get("id")) for e in local(sheet, "brk")]
    heights = {int(e.get("r")): float(e.get("ht")) for e in local(sheet, "row")}
    edges = [0, *breaks, max(heights)]
    room = (297 - 22 - 20) * 72 / 25.4
    assert all(sum(heights[n] for n in range(a + 1, b + 1)) <= room for a, b in pairwise(edges))
    for chart in charts(made):
        rows = {cell.row for r in references(chart) for cell in cells_at(made, local(r, "f")[0].text)}
        assert not [edge for edge in breaks if min(rows) <= edge < max(rows)]


def test_columns_are_wide_enough_for_what_they_hold() -> None:
    name = "其他渠道（包括现场来访、信函）"
    made = made_of(chart_of(data_of("甲", name, 本月受理的全部数量合计=(1, 123_456_789))))
    figures = made.book["数据"]
    assert figures.column_dimensions["A"].width >= 2 * len(name) * 0.9
    assert figures.column_dimensions["B"].width >= 2 * len("本月受理的全部数量合计") * 0.9


def test_a_name_too_long_for_a_cell_is_refused_with_its_place() -> None:
    with pytest.raises(WriteError) as caught:
        made_of(chart_of(data_of("甲", "长" * 32_768, 数=(1, 2))))
    assert [(f.code, f.place.pointer) for f in caught.value.faults] == [("E-xlsx-long", "/lines/1/name")]


def test_a_name_too_long_for_a_cell_is_refused_in_a_register_too() -> None:
    table = Table("/rows", (column("名称"),), (Row(("甲",)),), register=True)
    with pytest.raises(WriteError) as caught:
        made_of(table, chart_of(data_of("长" * 32_768, 数=(1,))), kind="table")
    assert [(f.code, f.place.pointer) for f in caught.value.faults] == [("E-xlsx-long", "/lines/0/name")]


# --- without, and again ----------------------------------------------------------------------------------------------


def test_a_document_without_charts_has_no_trace_of_any() -> None:
    made = made_of(PICTURE, Paragraph((Text("话"),)))
    assert not [name for name in made.names if "chart" in name]
    assert made.book.sheetnames == ["样张 & <标题>"]
    assert "xl/worksheets/sheet2.xml" not in made.names


def test_other_formats_take_no_notice_of_the_figures() -> None:
    picture = chart_of(TWO)
    plain = Picture(picture.shapes, picture.width, picture.height, picture.alt)
    for format in ("docx", "pdf", "typst"):
        assert written(document(picture), format) == written(document(plain), format)


def test_the_same_charts_are_the_same_bytes_and_others_are_not() -> None:
    assert written(album(), "xlsx") == written(album(), "xlsx")
    other = data_of("甲", "乙", title="按等级", 人数=(3, 5))
    assert written(document(chart_of(ONE)), "xlsx") != written(document(chart_of(other)), "xlsx")


def test_rows_below_a_chart_follow_one_another() -> None:
    made = Xlsx(written(album(), "xlsx"))
    numbers = [number for number, _, _ in rows_of(made)]
    assert numbers == list(range(1, len(numbers) + 1))
