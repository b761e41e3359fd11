"""Changes that Word keeps track of, taken as accepted: what was deleted goes, what was inserted stays (17.13.5)."""

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = tuple(f"{W}{name}" for name in ("del", "moveFrom"))
_STAYS = tuple(f"{W}{name}" for name in ("ins", "moveTo"))
_FORMER = tuple(
    f"{W}{name}"
    for name in (
        "rPrChange",
        "pPrChange",
        "tblPrChange",
        "tblPrExChange",
        "tblGridChange",
        "trPrChange",
        "tcPrChange",
        "sectPrChange",
        "numberingChange",
        "moveFromRangeStart",
        "moveFromRangeEnd",
        "moveToRangeStart",
        "moveToRangeEnd",
    )
)
_ROW, _RPR, _TRPR, _P = (f"{W}{name}" for name in ("tr", "rPr", "trPr", "p"))


def accept(root: etree._Element) -> bool:
    """Accept the changes of a part; tell whether there were any."""
    found = list(root.iter(*_GONE, *_STAYS, *_FORMER))
    for element in found:
        parent = element.getparent()
        if parent is None:
            continue
        if element.tag in _GONE and parent.tag == _TRPR:
            _remove(next(element.iterancestors(_ROW)))
        elif element.tag in _GONE and parent.tag == _RPR:
            _join(element)
        elif element.tag in _STAYS and len(element):
            _unwrap(element)
        else:
            _remove(element)
    return bool(found)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = list(element)


def _join(mark: etree._Element) -> None:
    """Take out a paragraph whose end was deleted, if nothing else of it is left."""
    paragraph = next(mark.iterancestors(_P), None)
    _remove(mark)
    if paragraph is not None and not any(child.tag in (f"{W}r", f"{W}ins", f"{W}sdt") for child in paragraph):
        following = paragraph.getnext()
        if following is not None and following.tag == _P:
            _remove(paragraph)
