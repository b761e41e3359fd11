"""How rows of a sheet stand on paper: high enough for a pen however small it is printed, no line of text cut in two."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from generator.api import make_job, to_bytes

SAMPLES = Path(__file__).parents[2] / "samples"
POINTS = 72 / 25.4


def sheet_of(document: Any) -> Any:
    return openpyxl.load_workbook(BytesIO(to_bytes(document, "xlsx"))).worksheets[0]


@pytest.mark.parametrize("form", ["issue-intake", "issue-ledger"])
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_empty_rows_of_a_sheet_that_is_printed_smaller_have_room_for_a_pen(form: str, lang: Any) -> None:
    """A page of A4 across has 267 mm for what stands on it; a sheet that is twice as wide is printed half as big."""
    sheet = sheet_of(make_job(form, lang=lang).blank())
    wide = sum(sheet.column_dimensions[letters].width for letters in sheet.column_dimensions) * 7 * 25.4 / 96
    printed = min(1.0, 267 / wide)
    head = int(sheet.print_title_rows.rpartition("$")[2])
    heights = [sheet.row_dimensions[number].height for number in range(head + 1, head + 11)]
    assert min(heights) * printed / POINTS >= 7.7  # eight millimetres, a little rounded


def test_a_page_is_broken_between_the_lines_of_a_long_text() -> None:
    """Type of 10.5 points has lines 15.3 points apart: two are a row of the merged ones, the first a point more."""
    raw = json.loads((SAMPLES / "customer-potential" / "awkward.json").read_text(encoding="utf-8"))
    job = make_job("customer-potential", lang="en")
    (made,) = job.documents(job.source(raw))
    sheet = sheet_of(made.document)
    tall = [area for area in sheet.merged_cells.ranges if area.max_row > area.min_row]
    assert tall
    pitch = job.theme.size.entry * 1.46
    for area in tall:
        first, *between, _ = [sheet.row_dimensions[n].height for n in range(area.min_row, area.max_row + 1)]
        assert first == pytest.approx(2 * pitch + 1, abs=0.1)
        assert between == pytest.approx([2 * pitch] * len(between), abs=0.1)


def test_a_row_shows_whole_lines_of_a_text_that_is_too_long_for_it() -> None:
    raw = json.loads((SAMPLES / "issue-ledger" / "awkward.json").read_text(encoding="utf-8"))
    job = make_job("issue-ledger")
    (made,) = job.documents(job.source(raw))
    sheet = sheet_of(made.document)
    tallest = max(row.height for number, row in sheet.row_dimensions.items() if row.height)
    lines = (tallest - 6) / (job.theme.size.cell * 1.4)
    assert lines == pytest.approx(round(lines), abs=0.02)


@pytest.mark.parametrize("level", ["table", "part"])
def test_the_hint_of_a_heading_that_has_no_room_behind_it_stands_beneath_in_rows_of_its_lines(
    tmp_path: Path, level: str
) -> None:
    hint = "Say where the goods were bought, by whom, and what was promised when they were handed over. " * 4
    rows = {"type": "array", "title": "Goods", "description": hint, "items": {"type": "object", "properties": {
        "a": {"type": "string"}, "b": {"type": "string"}}}}  # fmt: skip
    part = {"type": "object", "title": "All", "properties": {"rows": rows, "n": {"type": "string"}}}
    properties = {"x": {"type": "string"}, **({"rows": rows} if level == "table" else {"part": part})}
    path = tmp_path / "goods.json"
    path.write_text(json.dumps({"title": "T", "type": "object", "properties": properties}), encoding="utf-8")
    job = make_job(str(path))
    sheet = sheet_of(job.blank())
    told = {str(cell.value).strip(): cell.row for row in sheet for cell in row if cell.value}
    beneath = told[hint.strip()]
    assert told["Goods"] < beneath
    assert sheet.row_dimensions[beneath].height > 3 * job.theme.size.note * 1.3  # some 370 letters are four lines
    assert sheet.row_dimensions[told["Goods"]].height < 20
