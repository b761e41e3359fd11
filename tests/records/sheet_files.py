"""Random workbooks written by other programs, read back, and held against what a person reads in them."""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from generator.catalogue import Form
from generator.catalogue.build import build_form
from generator.catalogue.resolve import resolve
from generator.errors import BiaodanError, Place, RecordError
from generator.records import open_source, warnings_of
from generator.records.normalise import normaliser
from generator.records.reading import Reading
from tests.records.random_cells import SCHEMA
from tests.records.random_sheets import Drawing, Page, is_refused, rows_of

ZONE = ZoneInfo("Asia/Shanghai")


@cache
def form() -> Form:
    """Return the form that the lists are read for."""
    return build_form(resolve(dict(SCHEMA), "own.json"), "own", "own.json")


# --- writing ---


def by_openpyxl(drawing: Drawing, path: Path) -> None:
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    book.remove(book.active)
    if drawing.is_1904:
        book.epoch = CALENDAR_MAC_1904
    for page in drawing.pages:
        sheet = book.create_sheet(page.name)
        sheet.sheet_state = "hidden" if page.is_hidden else "visible"
        for (row, column), cell in page.cells.items():
            made = sheet.cell(row, column, cell.value)
            made.number_format = cell.format
        for top, left, bottom, right in page.merged:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for row in page.hidden:
            sheet.row_dimensions[row].hidden = True
    book.active = next(n for n, page in enumerate(drawing.pages) if not page.is_hidden)
    book.save(path)


def by_xlsxwriter(drawing: Drawing, path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"date_1904": drawing.is_1904}) as book:
        formats: dict[str, Any] = {}
        for page in drawing.pages:
            sheet = book.add_worksheet(page.name)
            if page.is_hidden:
                sheet.hide()
            elif page in drawing.lists[:1]:
                sheet.activate()
                sheet.set_first_sheet()
            for top, left, bottom, right in page.merged:
                sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
            for (row, column), cell in page.cells.items():
                made = formats.setdefault(cell.format, book.add_format({"num_format": cell.format}))
                _write(sheet, row - 1, column - 1, cell.value, made)
            for row in page.hidden:
                sheet.set_row(row - 1, None, None, {"hidden": True})


def _write(sheet: Any, row: int, column: int, value: Any, made: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, made)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, made)
    elif isinstance(value, (date, datetime, time, timedelta)):
        sheet.write_datetime(row, column, value, made)
    else:
        sheet.write_number(row, column, value, made)


def by_csv(drawing: Drawing, path: Path) -> None:
    """Write the first list as Excel would save it: what the cells show."""
    draw = Random(drawing.seed)
    encoding, mark = draw.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")), draw.choice(",,,;\t")
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=mark).writerows(rows_of(drawing.lists[0]))


WRITERS: Mapping[str, Callable[[Drawing, Path], None]] = {
    "openpyxl": by_openpyxl,
    "xlsxwriter": by_xlsxwriter,
    "csv": by_csv,
}


# --- reading ---


class Outcome(NamedTuple):
    """What came of a file: codes it was refused by as a whole or for a row that is clear, and what is wrong.

    `rows`: records that were read alike.
    """

    rows: int
    refused: list[str]
    wrong: list[str]


def outcome(drawing: Drawing, path: Path, *, by_text: bool = False) -> Outcome:
    """Return what the reader makes of a file of a drawing; `by_text`: of its first list, as texts."""
    lists = drawing.lists[:1] if by_text else drawing.lists
    reading = Reading(sheet="all" if len(lists) > 1 else "")
    try:
        source = open_source(str(path), form(), reading)
        items = [_read(item) for item in source]
        head = source.head[0]
    except BiaodanError as error:
        return Outcome(0, [fault.code for fault in error.faults], [])
    found = _Comparison(lists, by_text)
    for row, values, faults in items:
        found.add(row, values, faults)
    found.end(warnings_of(source), head)
    return Outcome(found.rows, found.refused, found.wrong)


def _read(item: Any) -> tuple[str, Mapping[str, Any], list[str]]:
    if isinstance(item, RecordError):
        return item.faults[0].place.row, {}, [fault.code for fault in item.faults]
    record, faults = normaliser(form(), ZONE).record(*item)
    return record.place.row, record.values, [fault.code for fault in faults]


class _Comparison:
    """What was read, held against what a person reads."""

    def __init__(self, lists: list[Page], by_text: bool) -> None:
        self.lists, self.by_text = lists, by_text
        self.wanted = {
            ("", lines_before(page, row)) if by_text else (page.name, row): values
            for page in lists
            for row, values in page.expected(by_text).items()
        }
        self.wanted = {key: values for key, values in self.wanted.items() if values}
        self.order = list(self.wanted)
        self.seen: list[tuple[str, int]] = []
        self.rows, self.refused, self.wrong = 0, list[str](), list[str]()

    def add(self, row: str, values: Mapping[str, Any], faults: list[str]) -> None:
        sheet, _, number = row.rpartition("!")
        at = (sheet, _number(number))
        self.seen.append(at)
        wanted = self.wanted.get(at)
        if faults:
            if wanted is None or not is_refused(wanted):
                self.refused += sorted(set(faults))
        elif wanted is None:
            self.wrong.append(f"{row}: a record too many")
        elif is_refused(wanted):
            self.wrong.append(f"{row}: read what no text tells")
        else:
            self.rows += 1
            self.wrong += [f"{row}: {what}" for what in _differences(wanted, values)]

    def end(self, warnings: Any, head: Mapping[str, Any]) -> None:
        self.wrong += [f"{at}: lost" for at in self.order if at not in self.seen]
        if [at for at in self.seen if at in self.wanted] != [at for at in self.order if at in self.seen]:
            self.wrong.append("in another order, or twice")
        if not self.refused:
            self.wrong += self._not_told(warnings)
            self.wrong += _wrong_head(self.lists, head)

    def _not_told(self, warnings: Any) -> Iterator[str]:
        """Yield the kinds of rows that were left out and not told, or told and not left out."""
        told = {(fault.place.row if not self.by_text else "", fault.code): fault.params for fault in warnings}
        for page in self.lists:
            asides = dict(page.aside)
            if not self.by_text and page.hidden:
                asides["hidden"] = sorted(page.hidden)
            for kind, code in _CODES.items():
                rows = asides.get(kind, [])
                found = told.pop((page.name if not self.by_text else "", code), {"count": 0})
                if found["count"] != len(rows):
                    yield f"{page.name}: {len(rows)} {kind} told as {found['count']}"
        told = {
            at: figures
            for at, figures in told.items()
            if at[1] not in ("W-columns-group", "W-rows-merged", "W-head-differs")
        }
        if told:
            yield f"told besides: {[code for _, code in told]}"


def lines_before(page: Page, row: int) -> int:
    """Return the line of a file of text that a row begins in: cells of several lines take as many."""
    return sum(1 + "".join(cells).count("\n") for cells in rows_of(page)[: row - 1]) + 1


def _number(row: str) -> int:
    digits = row.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(digits) if digits.isdigit() else 0


_CODES = {"totals": "W-rows-total", "notes": "W-rows-note", "headers": "W-rows-header", "hidden": "W-rows-hidden"}


def _differences(wanted: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    for key in [*wanted, *(key for key in values if key not in wanted)]:
        mine, theirs = wanted.get(key), values.get(key)
        is_same = mine == theirs and isinstance(mine, bool) == isinstance(theirs, bool)
        if not is_same or isinstance(mine, datetime) != isinstance(theirs, datetime):
            yield f"{key} is {theirs!r}, not {mine!r}"


def _wrong_head(lists: list[Page], head: Mapping[str, Any]) -> Iterator[str]:
    wanted = next((page.head for page in lists if page.head), {})
    record, faults = normaliser_of_head().record({k: v for k, v in head.items() if k.strip("：") in wanted}, Place(""))
    found = record.values.get("counted_on")
    if faults or found != wanted.get("统计日期"):
        yield f"head is {found!r}, not {wanted.get('统计日期')!r}"


def normaliser_of_head() -> Any:
    """Return what reads the fields beside the rows."""
    from generator.records.normalise import Normaliser

    return Normaliser(form().root, ZONE)
