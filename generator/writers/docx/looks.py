"""Documents in the look of a Word file of the user's: its styles, theme, heads and feet; the body stays ours."""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from html import escape

from lxml import etree

from generator.document import Document
from generator.document.columns import text_width
from generator.theme import Look, Theme
from generator.writers import opc
from generator.writers.docx.markup import twips
from generator.writers.running import foot_text, head_parts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES, _FONTS, _SETTINGS, _TYPES = "word/styles.xml", "word/fontTable.xml", "word/settings.xml", "[Content_Types].xml"
_STYLE, _NAME, _ID, _VALUE = f"{W}style", f"{W}name", f"{W}styleId", f"{W}val"
_REFERRING = tuple(f"{W}{name}" for name in ("basedOn", "next", "link", "pStyle", "rStyle", "tblStyle"))
_NOT_INHERITED = {"ind": {"left": "0", "right": "0", "firstLine": "0", "firstLineChars": "0"}, "jc": {"val": "left"}}
"""What our styles take from nobody: an indent of all paragraphs would stand in every box."""

_NAMED = re.compile(r"\{\{\s*(\w+)\s*\}\}")
RUNNING = ("word/header1.xml", "word/footer1.xml", "word/header2.xml", "word/footer2.xml")
"""Heads and feet of all pages, and of the first."""


def with_look(parts: dict[str, str], look: Look) -> dict[str, str]:
    """Return the prepared parts with those of a look; styles that it hasn't got stay ours."""
    made = dict(parts)
    for name, content in look.parts.items():
        if name == _STYLES:
            made[name] = merged_styles(content, parts[_STYLES].encode())
        elif name not in RUNNING and name in parts:
            made[name] = content.decode("utf-8")
    types = "".join(
        f'<Default Extension="{ending}" ContentType="{kind}"/>'
        for ending, kind in look.types.items()
        if f'Extension="{ending}"' not in made[_TYPES]
    )
    made[_TYPES] = made[_TYPES].replace("<Default ", f"{types}<Default ", 1)
    if look.background:
        shown = "<w:displayBackgroundShape/>"
        made[_SETTINGS] = made[_SETTINGS].replace("<w:defaultTabStop", f"{shown}<w:defaultTabStop", 1)
    return made


def pictures_of(look: Look) -> Iterator[opc.Part]:
    """Yield the pictures of a look's heads and feet, and what relates them."""
    for name, content in look.parts.items():
        if name.startswith(("word/media/", "word/_rels/")):
            yield opc.deflate(name, content, opc.STATIC_LEVEL)


def has_own(theme: Theme, name: str) -> bool:
    """Tell whether a theme has the look of a file that has a part of its own, such as a head."""
    return theme.look is not None and name in theme.look.parts


def running_of(document: Document, ours: dict[str, str]) -> dict[str, str]:
    """Return a document's heads and feet: those of its look where it has some, with what they name filled in."""
    look = document.theme.look
    if look is None:
        return ours
    return {name: _filled(document, name, look) if name in look.parts else xml for name, xml in ours.items()}


def _filled(document: Document, name: str, look: Look) -> str:
    """Return a head or foot of a look; `{{ head }}` and the like stand for what ours say."""
    text, first = look.parts[name].decode("utf-8"), name.endswith("2.xml")
    if "{{" not in text:
        return text
    values = {
        "office": document.office,
        "title": document.title,
        "number": document.number,
        "version": document.version,
        "reference": document.reference,
        "head": head_parts(document)[1],
        "foot": foot_text(document, first=first),
        "right": str(twips(text_width(document))),
    }
    return _NAMED.sub(lambda found: escape(values.get(found[1], "")), text)


# --- styles ---


@lru_cache(maxsize=8)
def merged_styles(theirs: bytes, ours: bytes) -> str:
    """Return the styles of a user's file under our ids, and those of ours that it hasn't got."""
    root, own = etree.fromstring(theirs, _parser()), etree.fromstring(ours, _parser())
    by_name = {_name(style): style for style in root.iter(_STYLE)}
    for style in own.iter(_STYLE):
        known = by_name.get(_name(style))
        if known is None:
            root.append(_standing_alone(style))
        else:
            _rename(root, str(known.get(_ID)), str(style.get(_ID)))
    for numbered in list(root.iter(f"{W}numPr")):  # its lists aren't ours
        parent = numbered.getparent()
        if parent is not None:
            parent.remove(numbered)
    return etree.tostring(root, encoding="unicode")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _name(style: etree._Element) -> str:
    found = style.find(_NAME)
    return "" if found is None else str(found.get(_VALUE)).lower()


def _rename(root: etree._Element, old: str, new: str) -> None:
    """Give a style our id; one that has it already gives it up."""
    if old == new:
        return
    if any(style.get(_ID) == new for style in root.iter(_STYLE)):
        _rename(root, new, f"{new}Other")
    for style in root.iter(_STYLE):
        if style.get(_ID) == old:
            style.set(_ID, new)
    for one in root.iter(*_REFERRING):
        if one.get(_VALUE) == old:
            one.set(_VALUE, new)


def _standing_alone(style: etree._Element) -> etree._Element:
    """Return a style of ours that takes no indent and no alignment from another."""
    made = deepcopy(style)
    properties = made.find(f"{W}pPr")
    if properties is None or made.get(f"{W}default"):
        return made
    for name, values in _NOT_INHERITED.items():
        if properties.find(f"{W}{name}") is None:
            element = etree.Element(f"{W}{name}", {f"{W}{key}": value for key, value in values.items()})
            later = [one for one in properties if one.tag in _BEHIND[name]]
            at = properties.index(later[0]) if later else len(properties)
            properties.insert(at, element)
    return made


_BEHIND = {
    name: frozenset(f"{W}{one}" for one in later)
    for name, later in {
        "ind": ("contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textAlignment", "outlineLvl", "rPr"),
        "jc": ("textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "rPr"),
    }.items()
}
"""What stands behind an element in the properties of a paragraph (17.3.1.26)."""
