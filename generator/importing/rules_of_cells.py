"""What a workbook asks of the cells of its columns: answers to choose from, limits, hints, widths, its header's row."""

import re
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.records.workbook_scan import BROKEN
from generator.records.workbooks import Area, Book, NamedCell
from generator.records.workbooks.xlsx_parts import SheetPart, XlsxParts, area_of, refuse_own_entities

_NAMED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_MOST_ANSWERS, _MOST_COLUMNS, _LAST_OF_FORMULAS = 200, 400, 60


@dataclass(frozen=True)
class Asked:
    """What a column's cells are asked: answers, limits as JSON Schema has them, a hint; what of it isn't understood."""

    answers: tuple[str, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    unknown: str = ""
    is_strict: bool = True
    sheet: str = ""
    """The other sheet that the answers stand on."""


@dataclass
class CellRules:
    """What a sheet says of its columns, by number from 0; `header`: the row that it names as its header, 0 if none."""

    columns: dict[int, Asked] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    header: int = 0
    formulas: dict[int, str] = field(default_factory=dict)
    """A formula of each column that has some, by number from 0."""

    hidden: set[int] = field(default_factory=set)
    """Columns that nobody sees, by number from 0."""


def rules_of_book(path: Path, book: Book) -> dict[str, CellRules]:
    """Return the rules of a workbook's sheets by name; none of one whose format isn't known."""
    from lxml import etree

    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".xlsm"):
        return _of_another(path, book, suffix)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = XlsxParts(archive)
            return {part.name: _SheetRules(archive, parts, part, book).read() for part in parts.sheets()}
    except (*BROKEN, etree.XMLSyntaxError):
        return {}


def _of_another(path: Path, book: Book, suffix: str) -> dict[str, CellRules]:
    """Return the rules of a workbook of another kind than XLSX; none of one that is damaged."""
    from lxml import etree

    from generator.importing.rules_of_ods import rules_of_ods
    from generator.importing.rules_of_xls import rules_of_xls

    read = {".ods": rules_of_ods, ".xls": rules_of_xls, ".et": rules_of_xls}.get(suffix)
    try:
        return read(path, book) if read else {}
    except (*BROKEN, etree.XMLSyntaxError, struct.error, IndexError):
        return {}


class _SheetRules:
    def __init__(self, archive: zipfile.ZipFile, parts: XlsxParts, part: SheetPart, book: Book) -> None:
        self.archive, self.parts, self.part, self.book = archive, parts, part, book

    def read(self) -> CellRules:
        """Return what the sheet says, read element by element: its rows are passed over."""
        from lxml import etree

        made = CellRules(header=self._header())
        with self.archive.open(self.part.part) as file:
            events = etree.iterparse(file, events=("end",), resolve_entities=False, no_network=True)
            for _, element in events:
                tag = str(element.tag).rpartition("}")[2]
                if tag == "row":
                    refuse_own_entities(element)
                    self._formulas(element, made)
                    element.clear(keep_tail=False)
                    while element.getprevious() is not None and element.getparent() is not None:
                        del element.getparent()[0]
                elif tag == "col":
                    self._width(element, made)
                elif tag == "dataValidation":
                    self._validation(element, made)
        return made

    def _formulas(self, row: Any, made: CellRules) -> None:
        """Take note of the formulas of a row near the sheet's top."""
        if not row.get("r", "").isdigit() or int(row.get("r")) > _LAST_OF_FORMULAS:
            return
        for cell in row:
            formula = next((e.text for e in cell if str(e.tag).endswith("}f") and e.text), "")
            area = area_of(cell.get("r", "")) if formula else None
            if area is not None:
                made.formulas.setdefault(area.left, f"={formula}")

    def _header(self) -> int:
        """Return the last of the rows that are printed on every page."""
        for element in self.parts.book.iter("{*}definedName"):
            named = _NAMED.fullmatch((element.text or "").split(",")[-1])
            if element.get("name") == "_xlnm._FilterDatabase" and named and self._is_here(named):
                area = area_of(named[3])
                return area.top if area else 0
        return 0

    def _is_here(self, named: re.Match[str]) -> bool:
        return (named[1] or named[2]).replace("''", "'") == self.part.name

    def _width(self, element: Any, made: CellRules) -> None:
        columns = range(int(element.get("min", 1)) - 1, min(int(element.get("max", 1)), _MOST_COLUMNS))
        if element.get("hidden") in ("1", "true"):
            made.hidden.update(columns)
        elif element.get("width"):
            made.widths |= dict.fromkeys(columns, float(element.get("width")))

    def _validation(self, element: Any, made: CellRules) -> None:
        asked = self._asked(element)
        inner = [e.text for e in element.iter("{*}sqref") if e.text]
        for reference in (element.get("sqref") or " ".join(inner)).split():
            area = area_of(reference) or _whole_column(reference)
            if area is not None and asked is not None:
                for column in range(area.left, min(area.right, area.left + _MOST_COLUMNS) + 1):
                    made.columns.setdefault(column, asked)

    def _asked(self, element: Any) -> Asked | None:
        formulas = [self._formula(element, name) for name in ("formula1", "formula2")]
        kind, operator = element.get("type", "none"), element.get("operator", "between")
        hint = (element.get("prompt") or "").strip()
        strict = element.get("errorStyle", "stop") == "stop" and element.get("showErrorMessage") in ("1", "true")
        return asked_of(kind, operator, formulas, hint, strict, Offered(self.book, self.part.name))

    def _formula(self, element: Any, name: str) -> str:
        found = next((e for e in element.iter(f"{{*}}{name}")), None)
        return "".join(found.itertext()).strip() if found is not None else ""


@dataclass(frozen=True)
class Offered:
    """Where the answers of a workbook's lists are looked up, by formulas that stand on one of its sheets."""

    book: Book
    sheet: str

    def answers(self, formula: str) -> Iterator[str]:
        """Yield the answers of a list: written out, or those of an area, by its reference or name."""
        quoted = _QUOTED.fullmatch(formula)
        if quoted:
            yield from (part.strip() for part in quoted[1].replace('""', '"').split(",") if part.strip())
            return
        at = self._area(formula.lstrip("="))
        if at is None:
            return
        sheet = next((s for s in self.book.sheets if s.name == at.sheet), None)
        seen: dict[str, None] = {}
        for row in sheet.rows() if sheet else ():
            if row.number > at.area.bottom or len(seen) >= _MOST_ANSWERS:
                break
            if row.number >= at.area.top:
                for cell in row.cells[at.area.left : at.area.right + 1]:
                    if (text := _told(cell)) and len(seen) < _MOST_ANSWERS:
                        seen.setdefault(text)
        yield from seen

    def source(self, formula: str) -> str:
        """Return the other sheet that the answers of a list stand on; nothing where that is none."""
        at = None if _QUOTED.fullmatch(formula) else self._area(formula.lstrip("="))
        return at.sheet if at is not None and at.sheet != self.sheet else ""

    def _area(self, formula: str) -> NamedCell | None:
        named = _NAMED.fullmatch(formula)
        if named:
            area = area_of(named[3]) or _whole_column(named[3])
            return NamedCell((named[1] or named[2]).replace("''", "'"), area) if area else None
        known = {name.casefold(): at for name, at in (*self.book.names.items(), *self.book.tables.items())}
        if found := known.get(formula.casefold()):
            return found
        area = area_of(formula) or _whole_column(formula)
        return NamedCell(self.sheet, area) if area else None


def asked_of(
    kind: str, operator: str, formulas: Sequence[str], hint: str, strict: bool, offered: Offered
) -> Asked | None:
    """Return what a rule asks, in Excel's terms; None of one that asks nothing."""
    if kind == "list":
        answers = tuple(offered.answers(formulas[0]))
        return Asked(answers, {}, hint, "" if answers else formulas[0], strict, offered.source(formulas[0]))
    if kind in ("whole", "decimal"):
        limits = _limits(operator, formulas)
        return Asked((), limits or {}, hint, "" if limits is not None else " ".join(formulas).strip(), strict)
    if kind in ("date", "time"):
        return Asked((), {"kind": kind}, hint, f"{kind} {operator} {' '.join(formulas).strip()}", strict)
    if kind == "textLength":
        limits = _limits(operator, formulas)
        lengths = {_LENGTHS[k]: v for k, v in (limits or {}).items() if k in _LENGTHS}
        return Asked((), lengths, hint, "" if limits else f"textLength {operator}", strict)
    if kind == "custom":
        return Asked((), {}, hint, formulas[0], strict)
    return Asked((), {}, hint) if hint else None


_LENGTHS = {"minimum": "minLength", "maximum": "maxLength"}
_LAST_ROW = 1_048_576


def _whole_column(reference: str) -> Area | None:
    found = re.fullmatch(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})", reference)
    return area_of(f"{found[1]}1:{found[2]}{_LAST_ROW}") if found else None


def _told(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if isinstance(cell, (str, int, float)) and cell != "" else ""


def _limits(operator: str, formulas: Sequence[str]) -> dict[str, Any] | None:
    """Return limits of numbers as JSON Schema has them; None where they aren't numbers."""
    numbers = [_number(text) for text in formulas if text]
    if not numbers or any(n is None for n in numbers) or operator in ("notBetween", "notEqual"):
        return None
    first = numbers[0]
    named = {
        "between": {"minimum": first, "maximum": numbers[-1]},
        "equal": {"minimum": first, "maximum": first},
        "greaterThan": {"exclusiveMinimum": first},
        "greaterThanOrEqual": {"minimum": first},
        "lessThan": {"exclusiveMaximum": first},
        "lessThanOrEqual": {"maximum": first},
    }
    return named.get(operator)


def _number(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number
