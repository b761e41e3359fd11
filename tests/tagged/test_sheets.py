"""An Excel file of the user's: cells get values with their formats, a row repeats, and what refers to it follows."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill

from generator import BiaodanError
from generator.api import render
from generator.tagged import Own
from tests.tagged.test_word import wide_picture
from tests.tagged.word import REPORT

SAMPLES = Path(__file__).parents[2] / "samples"
RECORD: dict[str, Any] = json.loads((SAMPLES / REPORT / "ordinary.json").read_text(encoding="utf-8"))
COUNT = len(RECORD["log"])


def book(fill: Callable[[Any], None]) -> Own:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "报告"
    fill(sheet)
    out = io.BytesIO()
    made.save(out)
    return Own("own.xlsx", out.getvalue())


def filled(own: Own, record: Any = RECORD) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render(REPORT, record, "xlsx", template=own)))["报告"]


def test_values_have_their_types_and_texts_are_no_formulas() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["A2"] = "{{ closed_at }}", "{{ closed_at }}"
        sheet["A2"].number_format = "dd.mm.yyyy"
        sheet["A3"], sheet["A4"], sheet["A5"] = "编号：{{ report_no }}", "{{ root_cause }}", "{{ log|length }}"

    sheet = filled(book(fill), RECORD | {"root_cause": "=1+1\n<b>"})
    assert (sheet["A1"].value, sheet["A1"].number_format) == (datetime(2023, 10, 17, 16), "yyyy\\-mm\\-dd\\ hh:mm")
    assert sheet["A2"].number_format == "dd.mm.yyyy"
    assert sheet["A3"].value == f"编号：{RECORD['report_no']}"
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=1+1\n<b>", "s")
    assert sheet["A5"].value == COUNT


def test_a_row_repeats_and_formulas_merges_formats_and_charts_follow() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B1"] = "环节", "序号"
        sheet["A2"], sheet["B2"], sheet["C2"] = "{{ log.stage }}", "{{ loop.index }}", "=B2*2"
        sheet["B3"], sheet["A4"], sheet["C4"] = "=SUM(B2:B2)", "合计", "=B3+C2"
        sheet.merge_cells("A4:B4")
        sheet["A2"].font = openpyxl.styles.Font(bold=True)
        red = PatternFill("solid", bgColor="FF0000")
        sheet.conditional_formatting.add("B2:B2", CellIsRule("greaterThan", ["2"], fill=red))
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=2))
        sheet.add_chart(chart, "E6")

    own = book(fill)
    sheet = filled(own)
    last = COUNT + 1
    assert [sheet.cell(n, 1).value for n in range(2, last + 1)] == [row["stage"] for row in RECORD["log"]]
    assert sheet.cell(last, 1).font.bold
    assert sheet.cell(last, 3).value == f"=B{last}*2"
    assert sheet.cell(last + 1, 2).value == f"=SUM(B2:B{last})"
    assert sheet.cell(last + 2, 3).value == f"=B{last + 1}+C2"
    assert [str(one) for one in sheet.merged_cells.ranges] == [f"A{last + 2}:B{last + 2}"]
    assert [str(one.sqref) for one in sheet.conditional_formatting] == [f"B2:B{last}"]
    chart = sheet._charts[0]
    assert chart.anchor._from.row == 5 + COUNT - 1
    assert chart.series[0].val.numRef.f == f"'报告'!$B$2:$B${last}"


def test_no_rows_leave_one_that_is_empty() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["A2"] = "{{ rows_of }}" if False else "环节", "{{ log.stage }}"
        sheet["A3"] = "完"

    own = book(fill)
    from generator.api import make_job

    job = make_job(REPORT, template=own)
    document = next(iter(job.documents(job.source(RECORD)))).document
    assert document is not None
    content = own.compiled("zh-Hans").fill(job.form, "zh-Hans", {**RECORD, "log": []}, document)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["报告"]
    assert [sheet.cell(n, 1).value for n in (1, 2, 3)] == ["环节", None, "完"]


def test_faults_name_the_cell() -> None:
    def fill(sheet: Any) -> None:
        sheet["B2"], sheet["B3"], sheet["B4"] = "{{ report_nr }}", "{{ log.stag }}", "{{ a b }}"

    with pytest.raises(BiaodanError) as raised:
        filled(book(fill))
    assert [(fault.code, fault.place.row) for fault in raised.value.faults] == [
        ("E-own-name", "报告!B2"),
        ("E-own-name", "报告!B3"),
        ("E-own-syntax", "报告!B4"),
    ]


def test_names_beside_and_in_broken_tags_are_told_too() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["A2"] = "{% if problem_sumary %}有", "{{ report_nr }}，{{ issue_no"
        sheet["A3"] = "{% for one in log %}{{ one.stag }}"

    with pytest.raises(BiaodanError) as raised:
        filled(book(fill))
    told = {(fault.code, fault.place.row, str(fault.params.get("name", ""))) for fault in raised.value.faults}
    assert told == {
        ("E-own-open", "报告!A1", ""),
        ("E-own-name", "报告!A1", "problem_sumary"),
        ("E-own-unclosed", "报告!A2", ""),
        ("E-own-name", "报告!A2", "report_nr"),
        ("E-own-open", "报告!A3", ""),
        ("E-own-name", "报告!A3", "stag"),
    }


SHOTS = {
    "$id": "shots",
    "title": "Shots",
    "type": "object",
    "properties": {
        "no": {"type": "string", "title": "No"},
        "steps": {
            "type": "array",
            "title": "Steps",
            "items": {
                "type": "object",
                "properties": {
                    "said": {"type": "string", "title": "Said"},
                    "shot": {"type": "string", "title": "截图", "x-control": "picture"},
                },
            },
        },
    },
}


@pytest.mark.parametrize("has_chart", [False, True])
def test_a_picture_is_anchored_at_its_cell_and_no_larger(tmp_path: Path, has_chart: bool) -> None:
    form = tmp_path / "shots.json"
    form.write_text(json.dumps(SHOTS), encoding="utf-8")

    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B2"], sheet["C2"] = "{{ no }}", "{{ steps.shot }}", "{{ steps.shot|height(8) }}"
        sheet["A3"], sheet["A5"] = "{{ (steps|last).shot }}", "图：{{ (steps|last).shot }}"
        sheet.column_dimensions["B"].width = 20
        sheet.row_dimensions[3].height = 60
        if has_chart:
            chart = BarChart()
            chart.add_data(Reference(sheet, min_col=5, min_row=1, max_row=2))
            sheet.add_chart(chart, "G9")

    record = {"no": "1", "steps": [{"said": "a", "shot": wide_picture()}, {"said": "b", "shot": wide_picture()}]}
    own = book(fill)  # once: a workbook says when it was made
    content = render(str(form), record, "xlsx", template=own)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["报告"]
    placed = sorted((image.anchor._from.row + 1, image.anchor._from.col + 1) for image in sheet._images)
    assert placed == [(2, 2), (2, 3), (3, 2), (3, 3), (4, 1)]
    sizes = {(i.anchor._from.row + 1, i.anchor._from.col + 1): i.anchor.ext for i in sheet._images}
    assert round(sizes[2, 2].width / 36_000) == round((20 * 7 + 5) * 25.4 / 96 - 1)
    assert sizes[2, 3].height == 8 * 36_000
    assert sizes[4, 1].height / 12_700 <= 60
    assert sheet.row_dimensions[3].height == pytest.approx((sizes[2, 2].height / 36_000 + 1) * 72 / 25.4, abs=0.1)
    assert len(sheet._charts) == has_chart
    assert sheet["A6"].value == "图："
    assert content == render(str(form), record, "xlsx", template=own)


def test_minutes_are_part_of_a_day_only_where_the_cell_shows_time() -> None:
    def fill(sheet: Any) -> None:
        for row, code in enumerate(["General", "0", '0" 分"', "[h]:mm"], 1):
            sheet[f"A{row}"] = "{{ response_minutes }}"
            sheet[f"A{row}"].number_format = code

    sheet = filled(book(fill))
    day = 24 * 60
    assert [round(_minutes(sheet[f"A{row}"].value, day), 6) for row in (1, 2, 3, 4)] == [12, 12 * day, 12 * day, 12]


def _minutes(value: Any, day: int) -> float:
    return value.total_seconds() / 60 if hasattr(value, "total_seconds") else value * day
