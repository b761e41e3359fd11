"""XLS, the workbooks of Excel 97 to 2003, by xlrd."""

import struct
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from generator.errors import Place, RecordError, fail, is_unforeseen
from generator.records.workbooks import Area, Book, NamedCell, Row
from generator.records.workbooks.number_format import GENERAL, has_clock, is_moment, is_span
from generator.records.workbooks.xlsx import Unclear

_EMPTY, _TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR, _BLANK = range(7)


def open_xls(content: bytes, place: Place) -> Book:
    """Return a workbook of Excel 97 to 2003.

    Raises RecordError (E-xlsx) for what is none.
    """
    import io

    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO(), on_demand=True)
        return Book([_XlsSheet(book, n, place) for n in range(book.nsheets)], _names(book))
    except BaseException as error:
        raise _broken(error, place) from None


def stream_of(content: bytes) -> bytes:
    """Return the records of such a workbook ([MS-XLS] 2.1.7.20); nothing of one that is none, or is damaged."""
    import io

    from xlrd.biffh import XLRDError
    from xlrd.compdoc import CompDoc, CompDocError

    try:
        found = CompDoc(content, logfile=io.StringIO())
        stream, base, length = found.locate_named_stream("Workbook")
    except (XLRDError, CompDocError, IndexError, ValueError, struct.error):
        return b""
    return bytes(stream[base : base + length]) if stream else b""


def _names(book: Any) -> dict[str, NamedCell]:
    """Return where the workbook's defined names lead, as far as that is one area."""
    import xlrd

    found = {}
    for name in book.name_obj_list:
        if name.scope != -1 or name.macro:
            continue
        try:
            sheet, top, bottom, left, right = name.area2d(clipped=False)
        except xlrd.biffh.XLRDError:
            continue  # a name of something else, or of cells that are gone
        found[name.name] = NamedCell(sheet.name, Area(top + 1, left, bottom, right - 1))
    return found


def _broken(error: BaseException, place: Place) -> BaseException:
    if isinstance(error, (MemoryError, RecordError)) or not is_unforeseen(error):
        return error
    return fail(RecordError, "E-xlsx", place)


class _XlsSheet:
    """A sheet of such a workbook."""

    def __init__(self, book: Any, number: int, place: Place) -> None:
        self._book, self._number, self._place = book, number, place
        self.name: str = book.sheet_names()[number]

    @cached_property
    def _sheet(self) -> Any:
        try:
            return self._book.sheet_by_index(self._number)
        except BaseException as error:
            raise _broken(error, self._place) from None

    @property
    def is_hidden(self) -> bool:
        return bool(self._sheet.visibility)

    @property
    def merged(self) -> Sequence[Area]:
        return [Area(top + 1, left, bottom, right - 1) for top, bottom, left, right in self._sheet.merged_cells]

    def rows(self) -> Iterator[Row]:
        hidden = {n for n, info in self._sheet.rowinfo_map.items() if info.hidden}
        for n in range(self._sheet.nrows):
            cells, formats = [], {}
            for at, cell in enumerate(self._sheet.row(n)):
                value, code = self._value(cell)
                cells.append(value)
                if code:
                    formats[at] = code
            yield Row(n + 1, cells, n in hidden, formats)

    def _code(self, cell: Any) -> str:
        style = self._book.xf_list[cell.xf_index]
        found = self._book.format_map.get(style.format_key)
        return found.format_str if found else GENERAL

    def _value(self, cell: Any) -> tuple[object, str]:
        if cell.ctype in (_EMPTY, _BLANK):
            return "", ""
        if cell.ctype == _TEXT:
            return cell.value, ""
        if cell.ctype == _BOOLEAN:
            return bool(cell.value), ""
        if cell.ctype == _ERROR:
            return Unclear("E-cell-lost"), ""
        code = self._code(cell)
        if is_moment(code):
            return _moment(cell.value, code, self._book.datemode), code
        return cell.value, "" if code == GENERAL else code


def _moment(number: float, code: str, counts_from_1904: int) -> object:
    """Return what a serial number shows by a format of days or times."""
    if is_span(code):
        return timedelta(seconds=round(number * 86400))
    if 0 <= number < 1 and has_clock(code):
        return (datetime.min + timedelta(seconds=round(number * 86400))).time()
    epoch = datetime(1904, 1, 1) if counts_from_1904 else datetime(1899, 12, 30)
    if not counts_from_1904 and number < _FIRST_RIGHT:
        return Unclear("E-cell-old")
    try:
        moment = epoch + timedelta(seconds=round(number * 86400))
    except OverflowError:
        return Unclear("E-cell-old")
    is_day: bool = moment.time() == time() and not has_clock(code)
    day: date = moment.date() if is_day else moment
    return day


_FIRST_RIGHT = 61
"""The first serial number of a day that Excel counts rightly: 1 March 1900."""
