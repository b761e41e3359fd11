"""Cells that a tag changes: merged over the rows or columns of a loop, widened, coloured; and grids that fit them."""

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TCPR, _SPAN, _SHADE, _MERGE, _T, _R = (f"{W}{name}" for name in ("tcPr", "gridSpan", "shd", "vMerge", "t", "r"))
_BEFORE_SPAN = frozenset(f"{W}{name}" for name in ("cnfStyle", "tcW"))
_BEFORE_MERGE = _BEFORE_SPAN | {_SPAN, f"{W}hMerge"}
_BEFORE_SHADE = _BEFORE_MERGE | {_MERGE, f"{W}tcBorders"}
VERTICAL = "\ufdd4"
"""What stands in the text whose tag merges its cell with those beneath."""

_FIRST = "{% if loop.first %}"


def span_cells(cell: etree._Element, asked: list[tuple[str, str]]) -> bool:
    """Do what tags ask of a cell; tell whether the number of columns may change."""
    spans = False
    for what, expression in asked:
        if what == "colspan":
            _property(cell, _SPAN, {"val": f"{{{{ {expression} }}}}"}, _BEFORE_SPAN)
        elif what == "cellbg":
            shade = {"val": "clear", "color": "auto", "fill": f"{{{{ {expression} }}}}"}
            _property(cell, _SHADE, shade, _BEFORE_SHADE)
        elif what == "vm":
            _merge_down(cell)
        else:
            _merge_across(cell)
        spans |= what in ("colspan", "hm")
    _drop_empty_runs(cell)
    return spans


def _properties(cell: etree._Element) -> etree._Element:
    found = cell.find(_TCPR)
    if found is None:
        found = etree.Element(_TCPR)
        cell.insert(0, found)
    return found


def _property(cell: etree._Element, tag: str, values: dict[str, str], before: frozenset[str]) -> None:
    """Set a property of a cell in its place among the others (17.4.66)."""
    properties = _properties(cell)
    for old in properties.findall(tag):
        properties.remove(old)
    at = sum(1 for one in properties if one.tag in before)
    properties.insert(at, etree.Element(tag, {f"{W}{name}": value for name, value in values.items()}))


def _merge_down(cell: etree._Element) -> None:
    """Merge a cell with its copies in the rows of a loop; the first one alone has a content."""
    state = "{% if loop.first %}restart{% else %}continue{% endif %}"
    _property(cell, _MERGE, {"val": state}, _BEFORE_MERGE)
    texts = [text for text in cell.iter(_T) if text.text]
    is_plain = not any("{%" in str(text.text) for text in texts)
    for text in texts:
        if text.text and (is_plain or VERTICAL in text.text):
            text.text = f"{_FIRST}{text.text.replace(VERTICAL, '')}{{% endif %}}"


def _merge_across(cell: etree._Element) -> None:
    """Merge a cell with its copies in the columns of a loop: the first one alone is there, as wide as all."""
    span = _properties(cell).find(_SPAN)
    times = "" if span is None else f"{span.get(f'{W}val')} * "
    _property(cell, _SPAN, {"val": f"{{{{ {times}loop.length }}}}"}, _BEFORE_SPAN)
    before = cell.getprevious()
    if before is None:
        parent = cell.getparent()
        assert parent is not None
        parent.text = (parent.text or "") + _FIRST
    else:
        before.tail = (before.tail or "") + _FIRST
    cell.tail = f"{{% endif %}}{cell.tail or ''}"


def _drop_empty_runs(cell: etree._Element) -> None:
    """Take out the runs whose tags have been taken out."""
    for text in list(cell.iter(_T)):
        run = text.getparent()
        if text.text or run is None or run.tag != _R or run.tail:
            continue
        parent = run.getparent()
        if parent is not None and len([one for one in run if one.tag != f"{W}rPr"]) == 1:
            parent.remove(run)


# --- grids ---


def mended(root: etree._Element) -> None:
    """Give every table as many columns in its grid as its longest row has, its width kept."""
    for table in root.iter(f"{W}tbl"):
        grid = table.find(f"{W}tblGrid")
        rows = [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]
        if grid is not None and rows:
            _mend(grid, rows)


def _mend(grid: etree._Element, rows: list[etree._Element]) -> None:
    columns = grid.findall(f"{W}gridCol")
    most = max(sum(map(_width, _cells_of(row))) for row in rows)
    missing = most - len(columns)
    if not columns or not most or not missing:
        return
    widths = [_number(column.get(f"{W}w")) for column in columns]
    whole = sum(widths)
    if missing > 0:
        widths = [*(width * len(columns) // most for width in widths), *[whole // most] * missing]
    else:
        widths = [width + sum(widths[most:]) // most for width in widths[:most]]
    for column in columns:
        grid.remove(column)
    for n, width in enumerate(widths):
        grid.insert(n, etree.Element(f"{W}gridCol", {f"{W}w": str(width)}))


def _cells_of(row: etree._Element) -> list[etree._Element]:
    return [*row.findall(f"{W}tc"), *row.findall(f"{W}sdt/{W}sdtContent/{W}tc")]


def _width(cell: etree._Element) -> int:
    span = cell.find(f"{_TCPR}/{_SPAN}")
    return _number(span.get(f"{W}val"), 1) if span is not None else 1


def _number(text: str | None, usual: int = 0) -> int:
    try:
        return max(int(float(text or usual)), 0)
    except ValueError:
        return usual
