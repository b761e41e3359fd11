"""A register of 13 columns as XLSX, from typed rows in memory to a file, against XlsxWriter and openpyxl write-only."""

import csv
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.measure import Contender, Options, Run, comparison, count_shown, race, ratio_line
from benchmarks.peers.sheets import (
    XLSXWRITER,
    Sheet,
    dress,
    openpyxl_frame,
    openpyxl_styles,
    read_sheet,
    xlsxwriter_cell,
    xlsxwriter_frame,
    xlsxwriter_styles,
)
from benchmarks.subject import raw_rows, register

WANTED = 3.0
ROWS, QUICK_ROWS = 20_000, 1_000
SAMPLED = 60
"""Rows that the peers' styles are read of."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the peers write: the sheet around the rows, typed rows, labels of choices, styles, heights by row."""

    sheet: Sheet
    rows: list[tuple[Any, ...]]
    labels: tuple[Mapping[Any, str], ...]
    styles: Mapping[tuple[int, str], int]
    heights: list[float]
    first: int


def typed_rows(count: int) -> list[Mapping[str, Any]]:
    """Return so many rows as our rules leave them: dates are dates, choices are codes, the serial is derived."""
    from generator.api import make_job

    job = make_job(register().form)
    return [judged.values for judged in job.pipeline.judged(job.source({"rows": list(raw_rows(count))}))]


def write_csv(path: Path, count: int) -> None:
    """Write so many raw rows as CSV."""
    names = list(dict.fromkeys(name for row in raw_rows(SAMPLED) for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(raw_rows(count))


def make_plan(count: int) -> Plan:
    """Return what the peers need to write the same, read from our own file."""
    from generator.api import make_job, to_bytes
    from generator.document import Table

    job, rows = make_job(register().form), typed_rows(count)
    document = job.composer.register({}, rows)
    columns = next(block for block in document.blocks if isinstance(block, Table)).columns
    content = to_bytes(document, "xlsx")
    sheet = read_sheet(to_bytes(job.composer.register({}, rows[:SAMPLED]), "xlsx"))
    heights = _heights(content)
    first = len(heights) - count + 1
    values = [tuple(row.get(c.key) for c in columns) for row in rows]
    styles = {
        (e.column, sort_of(values[e.row - first][e.column - 1])): e.style for e in sheet.entries if e.row >= first
    }
    labels = tuple({choice.value: choice.label for choice in c.face.choices} for c in columns)
    return Plan(sheet, values, labels, styles, heights[first - 1 :], first)


def _heights(content: bytes) -> list[float]:
    """Return the heights of a sheet's rows: Excel doesn't compute them, so the peers are given ours."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    return [float(height) for height in re.findall(r'<row [^>]*?ht="([0-9.]+)"', text)]


def sort_of(value: Any) -> str:
    """Return what a value's style depends on, beside its column."""
    if isinstance(value, datetime):
        return "moment"
    return "date" if isinstance(value, date) else "value"


def _file() -> tuple[Any, Path]:
    folder = tempfile.TemporaryDirectory(prefix="benchmark-")
    return folder, Path(folder.name) / "table.xlsx"


# --- contenders ---


def ours(count: int) -> Run:
    """Write a register of typed rows."""
    from generator.api import make_job
    from generator.writers import writer

    job, rows, (folder, path) = make_job(register().form), typed_rows(count), _file()
    write = writer("xlsx")

    def run(n: int) -> int:
        with path.open("wb") as file:
            write(job.composer.register({}, rows), file)
        return path.stat().st_size if folder else 0

    return run


def ours_from_csv(count: int) -> Run:
    """Read a register from CSV, validate and derive each row, and write it."""
    from generator.api import make_job
    from generator.writers import writer

    job, (folder, path) = make_job(register().form), _file()
    source = path.with_suffix(".csv")
    write_csv(source, count)
    write = writer("xlsx")

    def run(n: int) -> int:
        with path.open("wb") as file:
            for made in job.documents(job.open(str(source))):
                write(made.document, file)
        return path.stat().st_size if folder else 0

    return run


def with_xlsxwriter(plan: Plan) -> Run:
    """Write row after row with constant memory."""
    import xlsxwriter

    folder, path = _file()
    given = {"constant_memory": True, **XLSXWRITER}

    def run(n: int) -> int:
        book = xlsxwriter.Workbook(str(path), given)
        page = book.add_worksheet(plan.sheet.title)
        styles = xlsxwriter_styles(book, plan.sheet)
        xlsxwriter_frame(book, page, plan.sheet)
        _xlsxwriter_head(page, plan, styles)
        _xlsxwriter_rows(page, plan, styles)
        book.close()
        return path.stat().st_size if folder else 0

    return run


def _xlsxwriter_head(page: Any, plan: Plan, styles: Sequence[Any]) -> None:
    for n in range(1, plan.first):
        page.set_row(n - 1, plan.sheet.heights[n])
    for row, column, value, number in plan.sheet.entries:
        if row < plan.first and (row, column) not in plan.sheet.covered:
            if (row, column) in plan.sheet.areas:
                page.merge_range(*plan.sheet.areas[row, column], "", styles[number])
            xlsxwriter_cell(page, row - 1, column - 1, value, styles[number])


def _xlsxwriter_rows(page: Any, plan: Plan, styles: Sequence[Any]) -> None:
    looks = {key: styles[number] for key, number in plan.styles.items()}
    for n, (row, height) in enumerate(zip(plan.rows, plan.heights, strict=True), plan.first - 1):
        page.set_row(n, height)
        for k, value in enumerate(row):
            label = plan.labels[k].get(value) if plan.labels[k] else None
            if value is None:
                page.write_blank(n, k, None, looks[k + 1, "value"])
            elif isinstance(value, str):
                page.write_string(n, k, label or value, looks[k + 1, "value"])
            elif isinstance(value, date):
                page.write_datetime(n, k, value, looks[k + 1, sort_of(value)])
            else:
                page.write_number(n, k, value, looks[k + 1, "value"])


def with_openpyxl(plan: Plan) -> Run:
    """Write row after row in the write-only mode; styles are made once a workbook and taken over by every cell."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    folder, path = _file()
    parts = openpyxl_styles(plan.sheet)

    def run(n: int) -> int:
        book = Workbook(write_only=True)
        page = book.create_sheet(plan.sheet.title)
        openpyxl_frame(book, page, plan.sheet)
        for area in plan.sheet.merged:
            page.merged_cells.add(area)
        styles = []
        for part in parts:
            cell: Any = WriteOnlyCell(page)
            dress(cell, part)
            styles.append(cell._style)
        _openpyxl_rows(page, plan, styles)
        book.save(path)
        return path.stat().st_size if folder else 0

    return run


def _openpyxl_rows(page: Any, plan: Plan, styles: Sequence[Any]) -> None:
    from openpyxl.cell import WriteOnlyCell

    looks = {key: styles[number] for key, number in plan.styles.items()}
    for n in range(1, plan.first):
        page.row_dimensions[n].height = plan.sheet.heights[n]
        cells = {e.column: (e.value, styles[e.style]) for e in plan.sheet.entries if e.row == n}
        page.append([_cell(WriteOnlyCell(page), *cells.get(k, (None, None))) for k in range(1, len(plan.labels) + 1)])
    for n, (row, height) in enumerate(zip(plan.rows, plan.heights, strict=True), plan.first):
        page.row_dimensions[n].height = height
        cells_of_row = []
        for k, value in enumerate(row):
            shown = plan.labels[k].get(value, value) if plan.labels[k] else value
            cells_of_row.append(_cell(WriteOnlyCell(page), shown, looks[k + 1, sort_of(value)]))
        page.append(cells_of_row)


def _cell(cell: Any, value: Any, style: Any) -> Any:
    cell.value = value
    if style is not None:
        cell._style = style
    return cell


def main(options: Options) -> None:
    """Print the comparison."""
    count = QUICK_ROWS if options.quick else ROWS
    plan = make_plan(count)
    contenders = [
        Contender("biaodan", ours, (count,)),
        Contender("XlsxWriter, constant_memory", with_xlsxwriter, (plan,)),
        Contender("openpyxl, write-only", with_openpyxl, (plan,)),
        Contender("biaodan from CSV, validated", ours_from_csv, (count,)),
    ]
    results = race(contenders, options.rounds)
    print(f"A table of {count_shown(count)} rows of {len(plan.labels)} columns; a second: rows.\n")
    print(comparison(results, count) + "\n")
    print(ratio_line("XLSX table to XlsxWriter", results[0], results[1], WANTED))
