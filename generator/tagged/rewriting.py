"""What in a workbook refers to cells, written anew where rows have moved: formulas, names, ranges, charts, anchors."""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

from generator.records.filled.packages import Package
from generator.tagged.references import Moved, moved_formula
from generator.tagged.workbooks import WORKBOOK, Sheet, relations

_RANGES = re.compile(r'\b(ref|sqref|topLeftCell|activeCell)="([^"]*)"')
_FORMULAS = re.compile(r"(<(?:\w+:)?(?:formula[12]?|f|definedName)\b[^>]*>)([^<]*)(</)")
_MERGED = re.compile(r"<mergeCells\b[^>]*>(.*?)</mergeCells>", re.DOTALL)
_MERGE = re.compile(r'ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_ANCHOR_ROW = re.compile(r"(<(?:\w+:)?row>)([0-9]+)(</)")
_BREAK = re.compile(r'(<brk\b[^>]*\bid=")([0-9]+)(")')
_BREAKS = re.compile(r"<rowBreaks\b.*?</rowBreaks>", re.DOTALL)
_CALCULATED = re.compile(r"<calcPr\b[^>]*/>")
_CHAIN = "xl/calcchain.xml"

Named = Mapping[str, Moved]


class Rewriting:
    """Knows the parts of a workbook that refer to cells. `parts`: their texts; `dropped`: what is left out."""

    def __init__(self, package: Package, sheets: list[Sheet]) -> None:
        self.parts: dict[str, str] = {WORKBOOK: package.content(WORKBOOK).decode("utf-8")}
        self._makers: dict[str, Callable[[str, Named], str]] = {WORKBOOK: _workbook}
        self.dropped = {name for name in package.names.values() if name.lower() == _CHAIN}
        for sheet in sheets:
            for part in sheet.related:
                self._related(package, sheet.name, part)

    def _related(self, package: Package, sheet: str, part: str) -> None:
        if part.startswith("xl/tables/"):
            self._add(package, part, lambda text, moved: self.around(text, sheet, moved))
        elif part.startswith("xl/drawings/") and part.endswith(".xml"):
            self._add(package, part, lambda text, moved: _anchors(text, moved[sheet]))
            for chart in relations(package, part).values():
                if chart.startswith("xl/charts/") and package.has(chart):
                    self._add(package, chart, lambda text, moved: _formulas(text, sheet, moved, grows=True))

    def _add(self, package: Package, part: str, make: Callable[[str, Named], str]) -> None:
        self.parts[part] = package.content(part).decode("utf-8")
        self._makers[part] = make

    def rewritten(self, moved: Named) -> dict[str, str]:
        """Return the parts as they stand now."""
        return {part: self._makers[part](text, moved) for part, text in self.parts.items()}

    def formula(self, formula: str, sheet: str, moved: Named, row: int, to: int) -> str:
        """Return a cell's formula as it stands now."""
        return moved_formula(formula, sheet, moved, row, to)

    def around(self, text: str, sheet: str, moved: Named) -> str:
        """Return what stands around the rows of a sheet, or a table's part."""
        own = moved[sheet]
        text = _MERGED.sub(lambda found: _merged(found[1], own), text)
        text = _RANGES.sub(lambda found: f'{found[1]}="{own.range(found[2])}"', text)
        text = _formulas(text.replace("<mergeCell reference=", "<mergeCell ref="), sheet, moved)
        return _BREAKS.sub(lambda found: _breaks(found[0], own), text)


def _breaks(text: str, own: Moved) -> str:
    return _BREAK.sub(lambda found: f"{found[1]}{own.end(int(found[2]))}{found[3]}", text)


def _merged(inner: str, own: Moved) -> str:
    """Return merged cells, those of a row that repeats in each copy of it; `around` takes them for no ranges."""
    made = []
    for left, top, right, bottom in _MERGE.findall(inner):
        count = own.copies.get(int(top), 1) if top == bottom else 1
        for n in range(count):
            first = own.start(int(top)) + n
            last = first if top == bottom else own.end(int(bottom))
            made.append(f'<mergeCell reference="{left}{first}:{right}{last}"/>')
    return f'<mergeCells count="{len(made)}">{"".join(made)}</mergeCells>'


def _formulas(text: str, sheet: str, moved: Named, *, grows: bool = False) -> str:
    def formula(found: re.Match[str]) -> str:
        made = moved_formula(unescape(found[2]), sheet, moved, grows=grows)
        return f"{found[1]}{escape(made, quote=False)}{found[3]}"

    return _FORMULAS.sub(formula, text)


def _anchors(text: str, own: Moved) -> str:
    """Return a drawing whose anchors count rows from nought."""
    return _ANCHOR_ROW.sub(lambda found: f"{found[1]}{own.start(int(found[2]) + 1) - 1}{found[3]}", text)


def _workbook(text: str, moved: Named) -> str:
    """Return the workbook: names as they stand now, all formulas to be worked out when it is opened."""
    text = _formulas(text, "", moved, grows=True)
    calculated = '<calcPr fullCalcOnLoad="1"/>'
    if _CALCULATED.search(text):
        return _CALCULATED.sub(calculated, text, count=1)
    return text.replace("</definedNames>", f"</definedNames>{calculated}", 1)
