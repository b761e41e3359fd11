"""A Word file put into another: its body as markup, and what that refers to added to the parts of the other."""

import posixpath
import re
from collections.abc import Iterator
from copy import deepcopy
from html import escape

from lxml import etree

from generator.errors import SchemaError, fail
from generator.records.filled.packages import Package
from generator.tagged.parts import TYPES, links_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_STYLES, _NUMBERING, _MAIN = "word/styles.xml", "word/numbering.xml", "word/document.xml"
_NUMBERING_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
_VALUE, _ID, _NUM, _ABSTRACT = f"{W}val", f"{W}styleId", f"{W}numId", f"{W}abstractNumId"
_NAMED = tuple(f"{W}{name}" for name in ("pStyle", "rStyle", "tblStyle"))
_REFERRING = (*_NAMED, *(f"{W}{name}" for name in ("basedOn", "next", "link")))
_GONE = tuple(
    f"{W}{name}"
    for name in (
        "sectPr",
        "bookmarkStart",
        "bookmarkEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
        "proofErr",
        "lastRenderedPageBreak",
        "permStart",
        "permEnd",
    )
)
"""What belongs to a whole document: sections, remarks, marks by number."""

_ODD = tuple(
    f"{W}{name}"
    for name in ("object", "control", "altChunk", "subDoc", "footnoteReference", "endnoteReference", "fldData")
)
_FETCHING = re.compile(r"\b(?:INCLUDE(?:TEXT|PICTURE)|IMPORT|DDE(?:AUTO)?|LINK|DATABASE)\b", re.IGNORECASE)
_BEFORE_LIST = frozenset(
    f"{W}{name}" for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
)
_KINDS = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp"}
_KINDS |= {
    "svg": "image/svg+xml",
    "emf": "image/x-emf",
    "wmf": "image/x-wmf",
    "tif": "image/tiff",
    "tiff": "image/tiff",
}


class Joining:
    """Puts one file into a package. `number` tells it apart from the others that are put there."""

    def __init__(self, package: Package, other: Package, number: int) -> None:
        self.package, self.other, self.number = package, other, number
        self.main = other.main_part(_MAIN)
        self.links: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.styles: etree._Element | None = None

    def markup(self, parts: list[str]) -> str:
        """Return the body of the file, to stand in some parts of the package.

        Raises SchemaError (E-own-subdoc-odd) for what can't be carried over, RecordError for a damaged file.
        """
        body = self.other.root(self.main).find(f"{W}body")
        if body is None or next(body.iter(*_ODD), None) is not None or _fetches(body):
            raise self._odd()
        self._clean(body)
        self._relate(body)
        styles = self._styles(body)
        self._number([body, *styles])
        if self.styles is not None:
            self.package.put(_STYLES, etree.tostring(self.styles, encoding="UTF-8", standalone=True))
        for part in parts:
            self._link(part)
        made = "".join(etree.tostring(child, encoding="unicode", with_tail=False) for child in body)
        return made + ("<w:p/>" if len(body) and body[-1].tag == f"{W}tbl" else "")

    def _odd(self) -> SchemaError:
        return fail(SchemaError, "E-own-subdoc-odd", self.other.place)

    def _clean(self, body: etree._Element) -> None:
        for element in list(body.iter(*_GONE)):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
        for element in body.iter(etree.Element):
            for name in [str(name) for name in element.attrib if str(name).startswith((_W14, f"{W}rsid"))]:
                del element.attrib[name]

    # --- pictures and links ---

    def _relate(self, body: etree._Element) -> None:
        """Give pictures and links names of their own; raises SchemaError for anything else that is related."""
        known = {link.get("Id", ""): link for link in _relations(self.other, self.main)}
        for element in body.iter(etree.Element):
            for name, value in element.attrib.items():
                if str(name).startswith(_R) and value:
                    element.set(name, self._named(known.get(str(value))))

    def _named(self, link: etree._Element | None) -> str:
        if link is None:
            raise self._odd()
        kind, target = str(link.get("Type")).rpartition("/")[2], str(link.get("Target"))
        identity = f"rIdSub{self.number}n{link.get('Id')}"
        if kind == "image":
            target = self._media(posixpath.normpath(posixpath.join(posixpath.dirname(self.main), target)).lstrip("/"))
            outside = ""
        elif kind == "hyperlink" and link.get("TargetMode") == "External":
            outside = ' TargetMode="External"'
        else:
            raise self._odd()
        self.links[identity] = (
            f'<Relationship Id="{escape(identity)}" Type="{_LINK}/{kind}" Target="{escape(target)}"{outside}/>'
        )
        return identity

    def _media(self, target: str) -> str:
        """Add a picture to the package; return its name as parts call it."""
        ending = target.rpartition(".")[2].lower()
        if ending not in _KINDS or not self.other.has(target):
            raise self._odd()
        if target not in self.files:
            self.files[target] = f"media/sub{self.number}n{len(self.files) + 1}.{ending}"
            self.package.put(f"word/{self.files[target]}", self.other.content(target))
            self._type("Default", f'Extension="{ending}"', _KINDS[ending])
        return self.files[target]

    def _type(self, element: str, key: str, kind: str) -> None:
        text = self.package.content(TYPES).decode()
        if key.lower() not in text.lower():
            added = f'<{element} {key} ContentType="{kind}"/>'
            self.package.put(TYPES, text.replace("</Types>", f"{added}</Types>").encode())

    def _link(self, part: str) -> None:
        if self.links:
            _add_links(self.package, part, "".join(self.links.values()))

    # --- styles ---

    def _styles(self, body: etree._Element) -> list[etree._Element]:
        """Add the styles that the template hasn't got by name, and name all as they are named there; return those."""
        theirs = {str(one.get(_ID)): one for one in _children(self.other, _STYLES, f"{W}style")}
        root = self.package.root(_STYLES) if self.package.has(_STYLES) else None
        if root is None:
            return []
        ours = {_key(one): str(one.get(_ID)) for one in root.iter(f"{W}style")}
        _tell_lists(body, theirs)
        ids, added = dict[str, str](), list[etree._Element]()
        for identity in _used(body, theirs):
            known = ours.get(_key(theirs[identity]))
            ids[identity] = known or self._free(identity, set(ours.values()))
            if not known:
                made = deepcopy(theirs[identity])
                made.set(_ID, ids[identity])
                made.attrib.pop(f"{W}default", "")
                added.append(made)
        for element in (one for top in (body, *added) for one in top.iter(*_REFERRING)):
            said = str(element.get(_VALUE))
            parent = element.getparent()
            if said in ids:
                element.set(_VALUE, ids[said])
            elif parent is not None:  # a style that the file hasn't got either
                parent.remove(element)
        if added:
            root.extend(added)
            self.styles = root
        return added

    def _free(self, identity: str, taken: set[str]) -> str:
        return f"{identity}Sub{self.number}" if identity in taken else identity

    # --- numbering ---

    def _number(self, tops: list[etree._Element]) -> None:
        """Add the lists that are used, under numbers of their own."""
        wanted = [one for top in tops for one in top.iter(f"{W}numPr")]
        theirs = {str(one.get(_NUM)): one for one in _children(self.other, _NUMBERING, f"{W}num")}
        abstracts = {str(one.get(_ABSTRACT)): one for one in _children(self.other, _NUMBERING, f"{W}abstractNum")}
        root = self._numbering() if wanted else None
        ids = dict[str, str]()
        for used in wanted:
            number = used.find(_NUM)
            said = "" if number is None else str(number.get(_VALUE))
            if number is None or said == "0":
                continue
            found = theirs.get(said)
            abstract = None if found is None else abstracts.get(_said(found.find(_ABSTRACT)))
            if root is None or found is None or abstract is None:
                number.set(_VALUE, "0")
                continue
            if said not in ids:
                ids[said] = _added_list(root, found, abstract)
            number.set(_VALUE, ids[said])
        if root is not None and ids:
            self.package.put(_NUMBERING, etree.tostring(root, encoding="UTF-8", standalone=True))

    def _numbering(self) -> etree._Element:
        """Return the numbering of the package, which gets one where it has none."""
        if self.package.has(_NUMBERING):
            return self.package.root(_NUMBERING)
        self._type("Override", f'PartName="/{_NUMBERING}"', _NUMBERING_TYPE)
        link = f'<Relationship Id="rIdSubNumbering" Type="{_LINK}/numbering" Target="numbering.xml"/>'
        _add_links(self.package, self.package.main_part(_MAIN), link)
        return etree.Element(f"{W}numbering", nsmap={"w": W[1:-1]})


def _fetches(body: etree._Element) -> bool:
    """Tell whether a field takes what it shows from elsewhere."""
    told = [str(one.get(f"{W}instr")) for one in body.iter(f"{W}fldSimple")]
    told += ["".join(one.text or "" for one in p.iter(f"{W}instrText")) for p in body.iter(f"{W}p")]
    return any(map(_FETCHING.search, told))


def _relations(package: Package, part: str) -> Iterator[etree._Element]:
    folder, _, last = part.rpartition("/")
    name = f"{folder}/_rels/{last}.rels"
    return iter(package.root(name) if package.has(name) else ())


def _add_links(package: Package, part: str, links: str) -> None:
    known = links_of(package, part)
    package.put(known.name, known.text.replace("</Relationships>", f"{links}</Relationships>").encode())


def _children(package: Package, part: str, tag: str) -> list[etree._Element]:
    return list(package.root(part).iter(tag)) if package.has(part) else []


def _key(style: etree._Element) -> tuple[str, str]:
    """Return by what a style is the same in two files: its sort and its name."""
    name = style.find(f"{W}name")
    return str(style.get(f"{W}type")), _said(name).lower()


def _said(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(_VALUE))


def _used(body: etree._Element, styles: dict[str, etree._Element]) -> list[str]:
    """Return the styles that a body uses, and those that they are based on or lead to."""
    found = dict[str, None]()
    waiting = [_said(one) for one in body.iter(*_NAMED)]
    while waiting:
        identity = waiting.pop()
        if identity in styles and identity not in found:
            found[identity] = None
            waiting += [_said(one) for one in styles[identity].iter(*_REFERRING)]
    return list(found)


def _tell_lists(body: etree._Element, styles: dict[str, etree._Element]) -> None:
    """Give paragraphs the list that their style has, so that it is theirs where the style becomes the template's."""
    for paragraph in body.iter(f"{W}p"):
        properties = paragraph.find(f"{W}pPr")
        if properties is None or properties.find(f"{W}numPr") is not None:
            continue
        found = _list_of(_said(properties.find(f"{W}pStyle")), styles)
        if found is not None:
            at = sum(1 for one in properties if one.tag in _BEFORE_LIST)
            properties.insert(at, deepcopy(found))


def _list_of(identity: str, styles: dict[str, etree._Element]) -> etree._Element | None:
    """Return what a style, or one that it is based on, says of a list."""
    for _ in range(len(styles)):
        style = styles.get(identity)
        if style is None:
            return None
        found = style.find(f"{W}pPr/{W}numPr")
        if found is not None:
            return found if found.find(_NUM) is not None else None
        identity = _said(style.find(f"{W}basedOn"))
    return None


def _added_list(root: etree._Element, found: etree._Element, abstract: etree._Element) -> str:
    """Add a list to a numbering, its kinds before its numbers (17.9.16); return its number."""
    kind, number = deepcopy(abstract), deepcopy(found)
    kind_id = str(1 + max((int(one.get(_ABSTRACT) or 0) for one in root.iter(f"{W}abstractNum")), default=0))
    number_id = str(1 + max((int(one.get(_NUM) or 0) for one in root.iter(f"{W}num")), default=0))
    kind.set(_ABSTRACT, kind_id)
    for name in ("nsid", "tmpl", "styleLink", "numStyleLink"):
        for element in kind.findall(f"{W}{name}"):
            kind.remove(element)
    for picture in list(kind.iter(f"{W}lvlPicBulletId", f"{W}pStyle")):
        parent = picture.getparent()
        if parent is not None:
            parent.remove(picture)
    number.set(_NUM, number_id)
    for one in number.findall(_ABSTRACT):
        one.set(_VALUE, kind_id)
    first = next((n for n, one in enumerate(root) if one.tag == f"{W}num"), len(root))
    root.insert(first, kind)
    root.append(number)
    for last in root.findall(f"{W}numIdMacAtCleanup"):
        root.remove(last)
    return number_id
