"""A part of a Word document made into the source of a template: tags put together again, and taken out of the elements
that they stand for.

Word splits a tag over runs where the spelling, the language or an edit changes; here its text is gathered in the first
of them. A tag for a whole row, cell, paragraph or run stands in its place afterwards. What is no tag stays as it was.
"""

import html
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from generator.tagged.cells import VERTICAL, span_cells
from generator.tagged.changes import accept
from generator.tagged.marks import Mark, Unclosed, marks_in, of_cell, straightened
from generator.tagged.merging import Dash, Side, merge, without_dashes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P, _R, _T, _TC, _TR, _PPR, _RPR = (f"{W}{name}" for name in ("p", "r", "t", "tc", "tr", "pPr", "rPr"))
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WHOLE = {"tr": _TR, "tc": _TC, "p": _P, "r": _R}
_GONE = frozenset(f"{W}{name}" for name in ("proofErr", "lastRenderedPageBreak"))
_UNIQUE = re.compile(r"\{http://schemas\.microsoft\.com/office/word/2010/wordml\}(?:paraId|textId)")
_TAG = re.compile(
    r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}",
    re.DOTALL,
)
_LITERAL = (("{_{", '{{ "{{" }}'), ("}_}", '{{ "}}" }}'), ("{_%", '{{ "{%" }}'), ("%_}", '{{ "%}" }}'))
_AT = "paragraph-number"
_LINE = re.compile(f'<w:p {_AT}="([0-9]+)"|\ufdd2([0-9]+)\ufdd3')
_NAMESPACES = re.compile(r' xmlns:\w+="[^"]*"')
_HELD = re.compile("[\ufdd0-\ufdd3]")


@dataclass(slots=True)
class Found:
    """A tag of a part: what it says, in which paragraph (from 1), on which page (0 where that isn't known)."""

    text: str
    paragraph: int
    page: int = 0
    unclosed: bool = False


@dataclass(slots=True)
class Prepared:
    """The source of a template that a part makes, and its tags.

    `spans`: cells come and go, so that grids have to be mended; `empties`: so do the paragraphs of cells. `lines`: the
    paragraph that each line begins with. `texts`: those of the paragraphs, by number.
    """

    source: str
    tags: list[Found] = field(default_factory=list)
    spans: bool = False
    empties: bool = False
    lines: list[int] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    is_changed: bool = False
    """Whether changes that were kept track of were taken as accepted."""


class Preparing:
    """Prepares one part."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.tags: list[Found] = []
        self.texts: list[tuple[int, str]] = []
        self.spans = self.empties = False
        self.dashes: list[Dash] = []
        self.cells: dict[etree._Element, list[tuple[str, str]]] = {}
        self.wholes: list[tuple[etree._Element, int, str]] = []

    def prepared(self) -> Prepared:
        """Return the part as a source."""
        is_changed = accept(self.root)
        self._clean()
        pages = _pages(self.root)
        for number, paragraph in enumerate(list(self.root.iter(_P, f"{A}p")), 1):
            self._paragraph(paragraph, number, pages.get(paragraph, 0))
            if paragraph.tag == _P:
                _number(paragraph, number)
        for tag in list(self.root.iter(*_GONE)):
            _replace(tag, "")
        merge(self.dashes)
        for element, number, text in self.wholes:
            _replace(element, f"\ufdd2{number}\ufdd3{text}")
        for cell, asked in self.cells.items():
            self.spans |= span_cells(cell, asked)
        source, lines = _source(self.root)
        return Prepared(source, self.tags, self.spans, self.empties, lines, self.texts, is_changed)

    def _clean(self) -> None:
        """Take out what would split tags or stand twice once rows repeat."""
        for paragraph in self.root.iter(_P, _TR):
            for name in [name for name in paragraph.attrib if _UNIQUE.match(str(name))]:
                del paragraph.attrib[name]

    def _paragraph(self, paragraph: etree._Element, number: int, page: int) -> None:
        texts = list(_texts(paragraph))
        text = "".join(one.text or "" for one in texts)
        self.texts.append((number, text))
        if "{" not in text:
            return
        marks = list(marks_in(text))
        for mark in marks:
            self.tags.append(Found(mark.text, number, page, isinstance(mark, Unclosed)))
        closed = [mark for mark in marks if isinstance(mark, Mark)]
        _gather(texts, closed)
        for one in texts:
            self._text(one, paragraph, number)

    def _text(self, one: etree._Element, paragraph: etree._Element, number: int) -> None:
        """Take out of a text the tags that stand for something whole, and those that merge paragraphs."""
        text = one.text or ""
        found = [mark for mark in marks_in(text) if isinstance(mark, Mark)]
        if not found:
            return
        one.set(_SPACE, "preserve")
        made, at, strips = "", 0, False
        for mark in found:
            before = text[at : mark.start]
            tag, sides = without_dashes(mark.text)
            made += before.lstrip() if strips else before
            if "before" in sides:
                made = made.rstrip()
            strips = "behind" in sides
            made += self._placed(mark._replace(text=tag), one, number)
            self.dashes += [Dash(one, paragraph, side) for side in sides if not _has_beside(text, mark, side)]
            at = mark.end
        one.text = made + (text[at:].lstrip() if strips else text[at:])
        if "\ufdd0" in one.text:
            _split(one)

    def _placed(self, mark: Mark, one: etree._Element, number: int) -> str:
        """Return what stays of a tag in its text."""
        asked = of_cell(mark.text)
        cell = _nearest(one, _TC)
        if asked is not None and cell is not None:
            self.cells.setdefault(cell, []).append(asked)
            return VERTICAL if asked[0] == "vm" else ""
        if mark.whole == "r":
            run = _nearest(one, _R)
            look = "" if run is None else _written(run.find(_RPR))
            return f"\ufdd0{_through('runs', mark.text, look)}\ufdd1"
        outer = _nearest(one, _WHOLE[mark.whole]) if mark.whole else None
        if outer is None:
            return mark.text
        self.spans |= mark.whole == "tc"
        text = mark.text
        if mark.whole == "p":
            run = _nearest(one, _R)
            looks = (outer.find(_PPR), None if run is None else run.find(_RPR))
            text = _through("paragraphs", text, *map(_written, looks))
            self.empties |= cell is not None
        self.wholes.append((outer, number, text))
        return ""


def _has_beside(text: str, mark: Mark, side: Side) -> bool:
    """Tell whether the text of a tag has something on the side of its dash."""
    return bool((text[: mark.start] if side == "before" else text[mark.end :]).strip())


def _through(name: str, tag: str, *looks: str) -> str:
    """Return a tag that prints a piece of a document, or a plain value with the look of what it stands for."""
    if not tag.startswith("{{"):
        return tag
    given = ", ".join('"' + look.replace("\\", "\\\\").replace('"', '\\"') + '"' for look in looks)
    return f"{{{{ ({tag[2:-2].strip()})|{name}({given}) }}}}"


def _written(element: etree._Element | None) -> str:
    """Return an element as text, without the names of its namespaces; nothing for None."""
    if element is None:
        return ""
    return _NAMESPACES.sub("", etree.tostring(element, encoding="unicode", with_tail=False))


def _number(paragraph: etree._Element, number: int) -> None:
    """Number a paragraph, before its other attributes."""
    others = [(str(name), str(value)) for name, value in paragraph.attrib.items()]
    paragraph.attrib.clear()
    paragraph.set(_AT, str(number))
    for name, value in others:
        paragraph.set(name, value)


# --- looking ---


def _nearest(element: etree._Element, tag: str) -> etree._Element | None:
    return next(element.iterancestors(tag), None)


def _texts(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the texts of a paragraph; those of paragraphs within it, as of text boxes, are theirs."""
    for one in paragraph.iter(_T, f"{A}t"):
        if next(one.iterancestors(_P, f"{A}p")) is paragraph:
            yield one


def _pages(root: etree._Element) -> dict[etree._Element, int]:
    """Return on which page each paragraph begins, as far as Word has noted it down."""
    if next(root.iter(f"{W}lastRenderedPageBreak"), None) is None:
        return {}
    page, pages = 1, dict[etree._Element, int]()
    for element in root.iter(_P, f"{W}lastRenderedPageBreak"):
        if element.tag == _P:
            pages[element] = page
        else:
            page += 1
            paragraph = _nearest(element, _P)
            if paragraph is not None and not _has_text_before(paragraph, element):
                pages[paragraph] = page
    return pages


def _has_text_before(paragraph: etree._Element, stop: etree._Element) -> bool:
    for element in paragraph.iter(_T, stop.tag):
        if element is stop:
            return False
        if element.tag == _T:
            return True
    return False


# --- changing ---


def _gather(texts: list[etree._Element], marks: list[Mark]) -> None:
    """Put each tag of a paragraph into the text that it begins in, as Jinja2 takes it."""
    starts, at = list[int](), 0
    for one in texts:
        starts.append(at)
        at += len(one.text or "")
    whole = "".join(one.text or "" for one in texts)
    made = ["" for _ in texts]
    at, n = 0, 0
    for mark in [*marks, None]:
        until = mark.start if mark else len(whole)
        while at < until:
            while n + 1 < len(texts) and starts[n + 1] <= at:
                n += 1
            end = min(until, starts[n + 1] if n + 1 < len(texts) else len(whole))
            made[n] += whole[at:end]
            at = end
        if mark:
            while n + 1 < len(texts) and starts[n + 1] <= at:
                n += 1
            prefix = f"{mark.text[:2]}{mark.whole}{mark.text[2:]}" if mark.whole else mark.text
            made[n] += prefix
            at = mark.end
    for one, text in zip(texts, made, strict=True):
        one.text = text


def _split(one: etree._Element) -> None:
    """Part a run around the tags that stand for runs of their own; each piece keeps the run's look."""
    run = one.getparent()
    if run is None or run.tag != _R:
        one.text = _HELD.sub("", one.text or "")
        return
    pieces = re.split("[\ufdd0\ufdd1]", one.text or "")
    behind = list(one.itersiblings())
    parent, look = run.getparent(), run.find(_RPR)
    assert parent is not None
    one.text = pieces[0]
    at, last = run, run
    for n, piece in enumerate(pieces[1:], 1):
        if n % 2:
            at.tail = (at.tail or "") + piece
            continue
        last = etree.Element(_R)
        if look is not None:
            last.append(deepcopy(look))
        text = etree.SubElement(last, _T)
        text.text = piece
        text.set(_SPACE, "preserve")
        tail, at.tail = at.tail, None
        parent.insert(parent.index(at) + 1, last)
        at.tail, at = tail, last
    for element in behind:
        last.append(element)


def _replace(element: etree._Element, text: str) -> None:
    """Put a tag into the place of an element; one that is gone already has left its place to another tag."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tag == _P and element.find(f"{_PPR}/{W}sectPr") is not None:  # it ends a section
        _put_before(_emptied(element), text)
        return
    _put_before(element, f"{text}{element.tail or ''}")
    element.tail = None
    parent.remove(element)


def _emptied(paragraph: etree._Element) -> etree._Element:
    for child in list(paragraph):
        if child.tag != _PPR:
            paragraph.remove(child)
    return paragraph


def _put_before(element: etree._Element, text: str) -> None:
    """Put a tag before an element."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text


def _source(root: etree._Element) -> tuple[str, list[int]]:
    """Return the part as text, in which what stands in tags is no markup, and the paragraph that each line is of."""
    text = etree.tostring(root, encoding="unicode")
    for written, tag in _LITERAL:
        text = text.replace(written, tag)
    text = _TAG.sub(_plain, text).replace("\n", " ")
    lines = [0]

    def line(found: re.Match[str]) -> str:
        lines.append(int(found[1] or found[2]))
        return "\n<w:p" if found[1] else "\n"

    return _LINE.sub(line, text), lines


def _plain(found: re.Match[str]) -> str:
    tag = html.unescape(found[0]) if "&" in found[0] else found[0]
    return f"{tag[:2]}{straightened(tag[2:-2])}{tag[-2:]}"
