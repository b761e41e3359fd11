"""Lists read and judged as `check` does it, by one core; and how far reading a workbook is from its library alone."""

import csv
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import Contender, Options, Run, count_shown, limit_line, markdown, once, shown

WANTED = 60_000
ROWS, QUICK_ROWS = 1_000_000, 5_000
SHEET_ROWS, QUICK_SHEET_ROWS = 100_000, 2_000

_FIELDS: dict[str, dict[str, Any]] = {
    "编号": {"type": "string"},
    "客户": {"type": "string"},
    "问题": {"type": "string", "maxLength": 200},
    "类型": {"type": "string", "enum": ["咨询", "故障", "投诉"]},
    "级别": {"type": "string", "enum": ["高", "中", "低"]},
    "受理时间": {"type": "string", "format": "date-time"},
    "完成时间": {"type": "string", "format": "date-time"},
    "计划日期": {"type": "string", "format": "date"},
    "部门": {"type": "string"},
    "负责人": {"type": "string"},
    "件数": {"type": "integer", "minimum": 0},
    "金额": {"type": "number", "x-unit": "yuan"},
    "说明": {"type": "string"},
}


def schema(folder: Path) -> Path:
    """Write the form of the lists: a table of thirteen columns of the usual kinds."""
    rows = {"type": "array", "items": {"type": "object", "properties": _FIELDS, "required": ["编号"]}}
    form = {
        "title": "台账",
        "x-form": {"id": "list-benchmark", "kind": "table"},
        "type": "object",
        "properties": {"rows": rows},
    }
    path = folder / "list.json"
    path.write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")
    return path


def rows_of(count: int) -> Iterator[Sequence[object]]:
    """Yield rows of a list; moments, names and numbers differ from row to row."""
    start = datetime(2024, 1, 1)
    for n in range(count):
        at = start + timedelta(minutes=n % 500_000)
        done = at + timedelta(hours=5)
        kinds = ("咨询", "故障", "投诉")[n % 3], "高中低"[n % 3]
        texts = f"{n:07d}", f"客户{n % 7919}", f"登录后白屏，第 {n} 次"
        times = at.strftime("%Y-%m-%d %H:%M"), done.strftime("%Y-%m-%d %H:%M"), done.strftime("%Y-%m-%d")
        yield (
            *texts,
            *kinds,
            *times,
            "技术部",
            f"员工{n % 97}",
            n % 9,
            f"{n % 10_000}.{n % 100:02d}",
            "已电话告知客户",
        )


def csv_of(folder: Path, count: int) -> Path:
    """Write the list as CSV."""
    path = folder / f"list-{count}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_FIELDS)
        writer.writerows(rows_of(count))
    return path


def xlsx_of(folder: Path, count: int) -> Path:
    """Write the list as a workbook, times and numbers as Excel has them, with formats."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(list(_FIELDS))
    for row in rows_of(count):
        cells: list[Any] = list(row)
        for at, code in ((5, "yyyy-mm-dd hh:mm"), (6, "yyyy-mm-dd hh:mm"), (7, "yyyy-mm-dd")):
            cells[at] = WriteOnlyCell(sheet, datetime.fromisoformat(str(row[at])))
            cells[at].number_format = code
        cells[11] = WriteOnlyCell(sheet, float(str(row[11])))
        cells[11].number_format = "¥#,##0.00"
        sheet.append(cells)
    path = folder / f"list-{count}.xlsx"
    book.save(path)
    return path


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process, and those that it starts, on one core where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def checking(form: Path, source: Path) -> Run:
    """Check a list: read it in the process for foreign files, normalise and judge it here."""
    from generator.api import check

    def run(n: int) -> int:
        with _one_core():
            return len(check(str(form), source))

    return run


def reading(form: Path, source: Path) -> Run:
    """Read a list into raw records, in this process."""
    from generator.api import make_job
    from generator.records.book_source import BookSource
    from generator.records.sheet import CsvSource

    job = make_job(str(form))
    kind = CsvSource if source.suffix == ".csv" else BookSource
    return lambda n: sum(1 for _ in kind(source, job.form))


def calamine(form: Path, source: Path) -> Run:
    """Read the same workbook by its library alone, into rows of values."""
    import python_calamine

    def run(n: int) -> int:
        sheet = python_calamine.CalamineWorkbook.from_path(str(source)).get_sheet_by_index(0)
        return sum(1 for _ in sheet.iter_rows())

    return run


def main(options: Options) -> None:
    """Print rows a second of each way."""
    count, sheet_count = (QUICK_ROWS, QUICK_SHEET_ROWS) if options.quick else (ROWS, SHEET_ROWS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        form, text, book = schema(folder), csv_of(folder, count), xlsx_of(folder, sheet_count)
        ways = [
            ("CSV, read and judged", checking, text, count),
            ("CSV, read", reading, text, count),
            ("XLSX, read and judged", checking, book, sheet_count),
            ("XLSX, read", reading, book, sheet_count),
            ("XLSX, calamine alone", calamine, book, sheet_count),
        ]
        results = [once(Contender(called, way, (form, source))) for called, way, source, _ in ways]
    print("Lists of thirteen columns, by one core.\n")
    rates = [way[3] / result.median if result.times else 0.0 for way, result in zip(ways, results, strict=True)]
    rows = [
        [result.name, count_shown(way[3]), shown(result.median), count_shown(rate), f"{result.memory:.0f}"]
        for way, result, rate in zip(ways, results, rates, strict=True)
    ]
    print(markdown(["way", "rows", "time", "rows a second", "peak MiB"], rows) + "\n")
    print(limit_line("rows of CSV a second, short of what is wanted by", WANTED / rates[0], 1.0, "times"))
    print(limit_line("reading a workbook over calamine alone", results[3].median / results[4].median, 3.0, "times"))
