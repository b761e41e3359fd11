"""A Word document as lines and tables: blanks to write into are underscores, controls are marks of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from generator.records.filled.packages import Package
from generator.records.filled.word_text import W, WordText

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
CONTROL = "\ue000"
"""What stands in a line where a control is."""

BLANK = "____"
_P, _TBL, _TR, _TC, _SDT = (f"{W}{name}" for name in ("p", "tbl", "tr", "tc", "sdt"))
_WRAPPERS = frozenset(f"{W}{name}" for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple"))
_GONE = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText"))
_HEADING = re.compile(r"heading\s*([1-9])|标题\s*([1-9])", re.IGNORECASE)
_MOST_BLOCKS, _DEEPEST = 20_000, 12


@dataclass(frozen=True)
class Control:
    """A content control or form field: what is filled in there, the answers that it offers, what it is called."""

    sort: str
    choices: tuple[str, ...] = ()
    title: str = ""


@dataclass
class Line:
    """A paragraph: its text, its controls, how high a heading it is (0: none), how it looks, which one it is."""

    text: str
    controls: list[Control] = field(default_factory=list)
    level: int = 0
    is_title: bool = False
    is_strong: bool = False
    number: int = 0


@dataclass
class Cell:
    """A cell: its lines, the grid columns that it takes, whether it goes on from the row above, tables in it."""

    lines: list[Line]
    left: int
    span: int = 1
    goes_on: bool = False
    is_tall: bool = False
    tables: list["Table"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return its text, a line each."""
        return "\n".join(line.text for line in self.lines).strip()

    @property
    def controls(self) -> list[Control]:
        """Return its controls."""
        return [control for line in self.lines for control in line.controls]


@dataclass
class Table:
    """A table: the cells of each row; which one it is."""

    rows: list[list[Cell]]
    number: int = 0


Block = Line | Table


class WordBlocks:
    """Reads the blocks of a package."""

    def __init__(self, package: Package) -> None:
        self.texts = WordText()
        self.levels = _levels(package)
        self.body = package.root(package.main_part("word/document.xml")).find(f"{W}body")
        self.count = self.tables = 0

    def read(self) -> list[Block]:
        """Return the blocks of the body in their order."""
        return list(self._blocks(self.body, 0)) if self.body is not None else []

    def _blocks(self, parent: etree._Element, depth: int) -> Iterator[Block]:
        for child in parent:
            if self.count > _MOST_BLOCKS or depth > _DEEPEST:
                return
            if child.tag == _P:
                yield from self._paragraph(child, depth)
            elif child.tag == _TBL:
                self.tables += 1
                number = self.tables
                yield Table(list(self._rows(child, depth)), number)
            elif child.tag == _SDT:
                yield from self._control_block(child, depth)
            elif child.tag in _WRAPPERS:
                yield from self._blocks(child, depth + 1)

    def _control_block(self, sdt: etree._Element, depth: int) -> Iterator[Block]:
        content = sdt.find(f"{W}sdtContent")
        control = control_of(sdt)
        if content is None:
            return
        paragraphs = [child for child in content if child.tag in (_P, _TBL)]
        if control is not None and len(paragraphs) == 1 and paragraphs[0].tag == _P and control.sort != "check":
            self.count += 1
            yield Line(CONTROL, [control], number=self.count)
        else:
            yield from self._blocks(content, depth + 1)

    def _paragraph(self, paragraph: etree._Element, depth: int) -> Iterator[Block]:
        self.count += 1
        parts: list[str] = []
        controls: list[Control] = []
        self._gather(paragraph, parts, controls)
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = style.get(f"{W}val", "") if style is not None else ""
        level, is_title = self.levels.get(name, (0, False))
        outline = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if not level and outline is not None and outline.get(f"{W}val", "9").isdigit():
            level = int(outline.get(f"{W}val", "9")) + 1
            level = 0 if level > 9 else level
        text = "".join(parts)
        yield Line(text, controls, level, is_title, _is_strong(paragraph), self.count)
        for box in paragraph.iter(f"{W}txbxContent"):
            if not any(str(up.tag).endswith("}Fallback") for up in box.iterancestors()):
                yield from self._blocks(box, depth + 1)

    def _gather(self, element: etree._Element, parts: list[str], controls: list[Control]) -> None:
        for child in element:
            tag = child.tag
            if tag in _GONE or not isinstance(tag, str):
                continue
            if tag == f"{W}r":
                self._run(child, parts, controls)
            elif tag == _SDT:
                control = control_of(child)
                content = child.find(f"{W}sdtContent")
                if control is not None and control.sort != "check":
                    parts.append(CONTROL)
                    controls.append(control)
                elif content is not None:
                    self._gather(content, parts, controls)
            elif tag in _WRAPPERS:
                self._gather(child, parts, controls)

    def _run(self, run: etree._Element, parts: list[str], controls: list[Control]) -> None:
        data = run.find(f"{W}fldChar/{W}ffData")
        if data is not None:
            found = _form_field(data)
            parts.append("☐" if found.sort == "check" else CONTROL)
            controls += [] if found.sort == "check" else [found]
            return
        text = self.texts.text(_wrapped(run))
        line = run.find(f"{W}rPr/{W}u")
        if line is not None and line.get(f"{W}val", "single") != "none" and text and not text.strip(" \u3000\t\xa0"):
            text = BLANK
        parts.append(text)

    # --- tables ---

    def _rows(self, table: etree._Element, depth: int) -> Iterator[list[Cell]]:
        for row in _inner(table, _TR):
            cells: list[Cell] = []
            before = row.find(f"{W}trPr/{W}gridBefore")
            left = int(before.get(f"{W}val", "0")) if before is not None else 0
            for cell in _inner(row, _TC):
                made = self._cell(cell, left, depth)
                cells.append(made)
                left += made.span
            yield cells

    def _cell(self, cell: etree._Element, left: int, depth: int) -> Cell:
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        blocks = list(self._blocks(cell, depth + 1))
        lines = [block for block in blocks if isinstance(block, Line)]
        if cell.getparent() is not None and (parent := cell.getparent()) is not None and parent.tag == f"{W}sdtContent":
            outer = parent.getparent()
            control = control_of(outer) if outer is not None else None
            if control is not None and control.sort != "check":
                lines = [Line(CONTROL, [control])]
        tables = [block for block in blocks if isinstance(block, Table)]
        count = span.get(f"{W}val", "1") if span is not None else "1"
        is_start = merge is not None and merge.get(f"{W}val") == "restart"
        width = min(int(count), _WIDEST) if count.isdigit() else 1
        return Cell(lines, left, width, merge is not None and not is_start, is_start, tables)


_WIDEST = 200


def _wrapped(run: etree._Element) -> etree._Element:
    """Return a run as the only one of a paragraph, which readers of texts ask for; its text boxes are left out."""
    holder = etree.Element(_P)
    copy = etree.fromstring(etree.tostring(run), etree.XMLParser(resolve_entities=False, no_network=True))
    for name in ("drawing", "pict", "object"):
        for gone in list(copy.iter(f"{W}{name}")):
            parent = gone.getparent()
            if parent is not None:
                parent.remove(gone)
    for gone in [e for e in copy.iter() if str(e.tag).endswith("}AlternateContent")]:
        parent = gone.getparent()
        if parent is not None:
            parent.remove(gone)
    holder.append(copy)
    return holder


def _inner(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield rows or cells, those in controls and marked changes too."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag == _SDT:
            content = child.find(f"{W}sdtContent")
            if content is not None:
                yield from _inner(content, tag)
        elif child.tag in _WRAPPERS:
            yield from _inner(child, tag)


def _is_strong(paragraph: etree._Element) -> bool:
    """Tell whether all of a paragraph is bold, or it stands in the middle."""
    centred = paragraph.find(f"{W}pPr/{W}jc")
    if centred is not None and centred.get(f"{W}val") == "center":
        return True
    runs = [run for run in paragraph.iter(f"{W}r") if run.find(f"{W}t") is not None]
    return bool(runs) and all(run.find(f"{W}rPr/{W}b") is not None for run in runs)


def _levels(package: Package) -> dict[str, tuple[int, bool]]:
    """Return how high a heading each style is, and whether it is that of titles."""
    if not package.has("word/styles.xml"):
        return {}
    styles = package.root("word/styles.xml")
    made: dict[str, tuple[int, bool]] = {}
    for style in styles.iter(f"{W}style"):
        name = style.find(f"{W}name")
        said = name.get(f"{W}val", "") if name is not None else ""
        found = _HEADING.search(said)
        is_title = said.casefold() in ("title", "标题")
        if found or is_title:
            made[style.get(f"{W}styleId", "")] = (int(found[1] or found[2]) if found else 0, is_title)
    return made


def control_of(sdt: etree._Element) -> Control | None:
    """Return what a content control asks for; None for one that only marks a part of the document."""
    about = sdt.find(f"{W}sdtPr")
    if about is None:
        return None
    alias, tag = about.find(f"{W}alias"), about.find(f"{W}tag")
    title = next((e.get(f"{W}val", "") for e in (alias, tag) if e is not None and e.get(f"{W}val")), "")
    for name in ("dropDownList", "comboBox"):
        offered = about.find(f"{W}{name}")
        if offered is not None:
            return Control("choice", tuple(_items(offered)), title)
    day = about.find(f"{W}date")
    if day is not None:
        form = day.find(f"{W}dateFormat")
        said = form.get(f"{W}val", "") if form is not None else ""
        return Control("datetime" if re.search(r"[Hh]", said) else "date", (), title)
    if about.find(f"{W14}checkbox") is not None:
        return Control("check", (), title)
    if about.find(f"{W}picture") is not None:
        return Control("picture", (), title)
    text = about.find(f"{W}text")
    if text is not None:
        return Control("multiline" if text.get(f"{W}multiLine") in ("1", "true", "on") else "text", (), title)
    is_part = any(about.find(f"{W}{name}") is not None for name in ("docPartObj", "docPartList", "group"))
    if is_part or (about.find(f"{W}richText") is None and about.find(f"{W}showingPlcHdr") is None):
        return None
    return Control("text", (), title)


def _items(offered: etree._Element) -> Iterator[str]:
    for item in offered.findall(f"{W}listItem"):
        said = item.get(f"{W}displayText") or item.get(f"{W}value") or ""
        if said and item.get(f"{W}value") != "":
            yield said


def _form_field(data: etree._Element) -> Control:
    """Return what an old form field asks for."""
    name = data.find(f"{W}name")
    title = name.get(f"{W}val", "") if name is not None else ""
    offered = data.find(f"{W}ddList")
    if offered is not None:
        return Control("choice", tuple(e.get(f"{W}val", "") for e in offered.findall(f"{W}listEntry")), title)
    if data.find(f"{W}checkBox") is not None:
        return Control("check", (), title)
    kind = data.find(f"{W}textInput/{W}type")
    said = kind.get(f"{W}val", "") if kind is not None else ""
    return Control({"date": "date", "number": "number"}.get(said, "text"), (), title)
