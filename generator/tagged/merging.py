"""Tags with a dash: `{%- … %}` goes on where the text before ends, `{% … -%}` where the text behind begins.

Within a paragraph the line breaks between are taken out; at its edge the neighbouring paragraph is drawn into it.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _T, _PPR = f"{W}p", f"{W}t", f"{W}pPr"
_BREAKS = frozenset({f"{W}br", f"{W}cr", f"{W}tab"})

Side = Literal["before", "behind"]


class Dash(NamedTuple):
    """A dash of a tag: the text that it stands in, and its side."""

    text: etree._Element
    paragraph: etree._Element
    side: Side


def without_dashes(tag: str) -> tuple[str, list[Side]]:
    """Return a tag without its dashes, and their sides."""
    if not tag.startswith("{%"):
        return tag, []
    inner, sides = tag[2:-2], list[Side]()
    if inner.startswith("-"):
        sides.append("before")
        inner = inner[1:]
    if inner.endswith("-"):
        sides.append("behind")
        inner = inner[:-1]
    return f"{{%{inner}%}}", sides


def merge(dashes: Sequence[Dash]) -> None:
    """Do what dashes ask for, in the order of the paper."""
    now: dict[etree._Element, etree._Element] = {}
    for dash in dashes:
        paragraph = dash.paragraph
        while paragraph in now:
            paragraph = now[paragraph]
        if _closed_up(dash, paragraph):
            continue
        other = paragraph.getprevious() if dash.side == "before" else paragraph.getnext()
        if other is None or other.tag != _P:
            continue
        first, second = (other, paragraph) if dash.side == "before" else (paragraph, other)
        if not (first.tail or "").strip():
            now[second] = first
            _append(first, second)


def _closed_up(dash: Dash, paragraph: etree._Element) -> bool:
    """Take out the breaks between a tag and its neighbour in the same paragraph; tell whether there is one."""
    elements = [one for one in paragraph.iter(_T, *_BREAKS) if next(one.iterancestors(_P)) is paragraph]
    at = elements.index(dash.text)
    beside = reversed(elements[:at]) if dash.side == "before" else elements[at + 1 :]
    between: list[etree._Element] = []
    for one in beside:
        if one.tag == _T and one.text:
            for gone in between:
                parent = gone.getparent()
                if parent is not None:
                    parent.remove(gone)
            return True
        if one.tag != _T:
            between.append(one)
    return False


def _append(first: etree._Element, second: etree._Element) -> None:
    """Let a paragraph go on with what another holds, and take that one out."""
    for element in list(second):
        if element.tag != _PPR:
            first.append(element)
    parent = second.getparent()
    assert parent is not None
    first.tail = second.tail
    second.tail = None
    parent.remove(second)
