"""What a workbook of OpenDocument asks of the cells of its columns (OpenDocument 1.3, part 3, 9.4.5)."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.importing.rules_of_cells import Asked, CellRules, Offered, asked_of
from generator.records.workbooks import Book
from generator.records.workbooks.ods import RANGE
from generator.records.workbooks.xlsx_parts import refuse_own_entities

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_PREFIX = re.compile(r"^(?:of|oooc):=?")
_LIST = re.compile(r"cell-content-is-in-list\((.*)\)", re.DOTALL)
_LENGTH = re.compile(r"cell-content-text-length\(\)")
_KINDS = (("whole", "whole-number"), ("decimal", "decimal-number"), ("date", "date"), ("time", "time"))
_BETWEEN = re.compile(r"-is-(not-)?between\(([^,;()]+)[,;]([^,;()]+)\)")
_COMPARED = re.compile(r"\(\)\s*(<=|>=|!=|<>|=|<|>)\s*(.+)$")
_OPERATORS = {
    "<=": "lessThanOrEqual",
    ">=": "greaterThanOrEqual",
    "!=": "notEqual",
    "<>": "notEqual",
    "=": "equal",
    "<": "lessThan",
    ">": "greaterThan",
}
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_LENGTH_OF = re.compile(r"([\d.]+)(cm|mm|in|pt)")
_MILLIMETRES = {"cm": 10.0, "mm": 1.0, "in": 25.4, "pt": 25.4 / 72}
_CHARACTER = 1.85
"""Millimetres of a character, as Excel counts the width of columns."""

_MOST_COLUMNS = 400


def rules_of_ods(path: Path, book: Book) -> dict[str, CellRules]:
    """Return the rules of a workbook's sheets by name.

    Raises what `zipfile` and `lxml` do for a file that is none.
    """
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("content.xml"), etree.XMLParser(resolve_entities=False, no_network=True))
    refuse_own_entities(root)
    rules = {e.get(f"{_TABLE}name", ""): e for e in root.iter(f"{_TABLE}content-validation")}
    widths = dict(_widths(root))
    return {
        table.get(f"{_TABLE}name", ""): _of_table(table, rules, widths, book) for table in root.iter(f"{_TABLE}table")
    }


def _widths(root: Any) -> Iterator[tuple[str, float]]:
    for style in root.iter(f"{_STYLE}style"):
        for told in style.iter(f"{_STYLE}table-column-properties"):
            if found := _LENGTH_OF.fullmatch(told.get(f"{_STYLE}column-width", "")):
                yield style.get(f"{_STYLE}name", ""), float(found[1]) * _MILLIMETRES[found[2]] / _CHARACTER


def _of_table(table: Any, rules: dict[str, Any], widths: dict[str, float], book: Book) -> CellRules:
    made = CellRules()
    offered = Offered(book, table.get(f"{_TABLE}name", ""))
    for at, style in _columns(table):
        if style in widths:
            made.widths[at] = widths[style]
    for at, name in _ruled(table):
        if at not in made.columns and name in rules and (asked := _asked(rules[name], offered)):
            made.columns[at] = asked
    return made


def _columns(table: Any) -> Iterator[tuple[int, str]]:
    at = 0
    for column in table.iter(f"{_TABLE}table-column"):
        count = _count(column)
        for n in range(at, min(at + count, _MOST_COLUMNS)):
            yield n, column.get(f"{_TABLE}style-name", "")
        at += count


def _ruled(table: Any) -> Iterator[tuple[int, str]]:
    """Yield the columns of cells that a rule holds for, with its name."""
    for row in table.iter(f"{_TABLE}table-row"):
        at = 0
        for cell in row.iterchildren(*_CELLS):
            count, name = _count(cell), cell.get(f"{_TABLE}content-validation-name")
            if name:
                yield from ((n, name) for n in range(at, min(at + count, _MOST_COLUMNS)))
            at += count


def _count(element: Any) -> int:
    told = element.get(f"{_TABLE}number-columns-repeated", "1")
    return int(told) if told.isdecimal() and len(told) < _LONGEST_COUNT else 1


_LONGEST_COUNT = 9


def _asked(rule: Any, offered: Offered) -> Asked | None:
    condition = _PREFIX.sub("", rule.get(f"{_TABLE}condition", ""))
    hint = "\n".join("".join(p.itertext()) for help_ in rule.iter(f"{_TABLE}help-message") for p in help_).strip()
    error = next(rule.iter(f"{_TABLE}error-message"), None)
    strict = error is None or error.get(f"{_TABLE}message-type", "stop") == "stop"
    kind, operator, formulas = _told(condition)
    if kind == "list" and (answers := _QUOTED.findall(formulas[0])):
        return Asked(tuple(answer.replace('""', '"').strip() for answer in answers), {}, hint, "", strict)
    return asked_of(kind, operator, formulas, hint, strict, offered)


def _told(condition: str) -> tuple[str, str, list[str]]:
    """Return a condition in Excel's terms: what a cell holds, how it is compared, and with what."""
    if found := _LIST.search(condition):
        return "list", "", [_as_excel(found[1])]
    kind = next((kind for kind, word in _KINDS if f"cell-content-is-{word}()" in condition), "")
    kind = kind or ("textLength" if _LENGTH.search(condition) or "text-length-is" in condition else "")
    if found := _BETWEEN.search(condition):
        return kind, "notBetween" if found[1] else "between", [found[2].strip(), found[3].strip()]
    compared = [m for part in condition.split(" and ") if (m := _COMPARED.search(part))]
    if kind and compared:
        return kind, _OPERATORS[compared[-1][1]], [compared[-1][2].strip()]
    return (kind, "", []) if kind else ("custom" if condition else "none", "", [condition])


def _as_excel(offered: str) -> str:
    """Return where the answers of a list stand as Excel writes it; others as they are."""
    named = RANGE.fullmatch(offered.strip().strip("[]"))
    if not named:
        return offered.strip()
    sheet = named[1] or named[2]
    area = ":".join(filter(None, named.group(3, 4)))
    return f"'{sheet}'!{area}" if sheet else area
