"""The sheet of figures behind the charts: a block for each, numbers as numbers, so that staff may go on with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.document import ChartData, Series
from generator.errors import Fault
from generator.kinds.base import TEXT_CODE
from generator.text_measure import ems
from generator.units import POINTS_PER_MM, Pt
from generator.wording import Lang, phrase
from generator.writers.xlsx.cells import (
    CellWriter,
    begins_formula,
    column_letters,
    empty_cell,
    number_cell,
    string_cell,
    text_faults,
)
from generator.writers.xlsx.workbook import Book, page_setup, quoted, row_breaks, sheet_opening

_LEAST_CATEGORY, _MOST_CATEGORY = 24.0, 48.0
_LEAST_NUMBER, _MOST_NUMBER = 14.0, 28.0
_LEAST_SHEET = 60.0
"""Characters that columns take: those of names and of numbers, and all together."""

_CHARACTERS_PER_EM = 1.9
_TALLEST, _ABOVE, _CAPTION = 409.0, 12.0, 20.0
"""Heights in points: of the tallest row there may be, the gap above a block, its caption."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a chart and where they stand: a header, then a row for each category."""

    data: ChartData
    sheet: str
    head: int

    def header(self, letters: str) -> str:
        """Return the reference of a column's header."""
        return f"{quoted(self.sheet)}!${letters}${self.head}"

    def rows(self, letters: str) -> str:
        """Return the reference of a column's rows."""
        last = self.head + len(self.data.categories)
        return f"{quoted(self.sheet)}!${letters}${self.head + 1}:${letters}${last}"


def header_of(series: Series, lang: Lang) -> str:
    """Return the header of a column: the series' title, with its unit where the numbers don't show it."""
    if not series.unit or shows_unit(series, lang):
        return series.title
    return phrase("chart.counted", lang).format(series.title, series.unit)


def shows_unit(series: Series, lang: Lang) -> bool:
    """Tell whether the numbers of a series have their unit in their format."""
    return series.kind.number_format(series.unit, lang) != TEXT_CODE


def chart_faults(data: ChartData) -> list[Fault]:
    """Return why a category, or a title, doesn't fit a cell."""
    titles = (data.title, data.axis, *(f"{series.title} {series.unit}" for series in data.series))
    faults = [fault for title in titles for fault in text_faults(title, "", "")]
    found = (text_faults(category.text, category.pointer, data.axis) for category in data.categories)
    return faults + [fault for some in found for fault in some]


@dataclass(slots=True)
class FiguresSheet:
    """Sets the figures of every chart of a book, one block beneath the other."""

    book: Book
    blocks: list[Figures] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    used: float = 0.0

    def __post_init__(self) -> None:
        charts, lang = self.book.charts, self.book.document.lang
        self.widths = _widths(charts, lang)
        self._wide("title", phrase("sheet.figures_title", lang), 36)
        note = phrase("sheet.figures_note", lang)
        self._wide("note", note, _height(note, sum(self.widths), self.book.document.theme.size.note))
        for data in charts:
            self._block(data)

    def xml(self) -> str:
        """Return the sheet."""
        merged = "".join(f'<mergeCell ref="{area}"/>' for area in self.merged)
        return (
            f"{sheet_opening(self.book, self.widths)}{''.join(self.rows)}</sheetData>"
            f'<mergeCells count="{len(self.merged)}">{merged}</mergeCells>{page_setup(self.book.document)}'
            f"{row_breaks(self.breaks)}</worksheet>"
        )

    def _row(self, cells: str, height: float) -> None:
        number, height = len(self.rows) + 1, min(height, _TALLEST)
        self.rows.append(f'<row r="{number}" ht="{height:.1f}" customHeight="1">{cells}</row>')
        self.used += height

    def _wide(self, style: str, text: str, height: float) -> None:
        number, last = len(self.rows) + 1, column_letters(len(self.widths))
        self.merged.append(f"A{number}:{last}{number}")
        self._row(string_cell(f"A{number}", self.book.look[style], text), height)

    def _block(self, data: ChartData) -> None:
        size = self.book.document.theme.size.cell
        labels = [data.axis, *(header_of(series, self.book.document.lang) for series in data.series)]
        header = max(22.0, *(_height(text, self.widths[n], size) for n, text in enumerate(labels)))
        heights = [max(20.0, _height(category.text, self.widths[0], size)) for category in data.categories]
        self._keep(_ABOVE + _CAPTION + header + sum(heights))
        self._row("", _ABOVE)
        self._wide("subheading", data.title, _CAPTION)
        number, style = len(self.rows) + 1, self.book.look["header"]
        self.blocks.append(Figures(data, self.book.figures_name, number))
        cells = (string_cell(f"{column_letters(n)}{number}", style, text) for n, text in enumerate(labels, 1))
        self._row("".join(cells), header)
        for n, height in enumerate(heights):
            self._row("".join(self._cells(data, n)), height)

    def _keep(self, height: float) -> None:
        """Start a page where a block doesn't fit on the rest of this one, and does on a whole one."""
        page = self.book.document.theme.text_height(self.book.document.page) * POINTS_PER_MM
        if self.used % page + height > page >= height:
            self.breaks.append(len(self.rows))
            self.used = 0.0

    def _cells(self, data: ChartData, n: int) -> Iterator[str]:
        number, text, lang = len(self.rows) + 1, data.categories[n].text, self.book.document.lang
        writer = CellWriter(self.book.look, lang, "cell")
        style = self.book.look["cell.quoted" if begins_formula(text) else "cell.text"]
        yield string_cell(f"A{number}", style, text) if text else empty_cell(f"A{number}", style)
        for column, series in enumerate(data.series, 2):
            value, reference = series.values[n], f"{column_letters(column)}{number}"
            unit = series.unit if shows_unit(series, lang) else ""
            style = writer.style(series.kind.number_format(unit, lang, value))
            digits = "" if value is None else series.kind.excel_number(value)
            yield number_cell(reference, style, digits) if digits else empty_cell(reference, style)


def _widths(charts: Sequence[ChartData], lang: Lang) -> list[float]:
    """Return the widths of the columns in characters: what they hold on one line, within bounds."""
    columns = range(max(len(data.series) for data in charts))
    numbers = [max(_characters(text) for data in charts for text in _column(data, n, lang)) for n in columns]
    numbers = [min(_MOST_NUMBER, max(_LEAST_NUMBER, width)) for width in numbers]
    names = max(_characters(text) for data in charts for text in (data.axis, *(c.text for c in data.categories)))
    least = max(_LEAST_CATEGORY, _LEAST_SHEET - sum(numbers))
    return [max(least, min(names, _MOST_CATEGORY)), *numbers]


def _column(data: ChartData, n: int, lang: Lang) -> Iterator[str]:
    """Yield what stands in a column of numbers."""
    for series in data.series[n : n + 1]:
        yield header_of(series, lang)
        yield from (series.kind.text(value, lang) for value in series.values if value is not None)


def _characters(text: str) -> float:
    return max(map(ems, text.split("\n"))) * _CHARACTERS_PER_EM + 3.0


def _height(text: str, width: float, points: Pt) -> float:
    """Return the height in points that a text takes in a column."""
    room = max(2.0, width - 2.4) * 10.5 / points
    lines = sum(max(1.0, -(-(ems(line) * _CHARACTERS_PER_EM) // room)) for line in text.split("\n"))
    return lines * points * 1.4 + 6
