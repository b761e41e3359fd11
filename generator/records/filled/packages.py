"""Office files opened with care: what is locked, damaged, or does more than a filled form does is refused."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from lxml import etree

from generator.errors import Place, RecordError, fail
from generator.records.bounds import bounds

LARGEST = 48
"""MB of a file of a filled document; ours have some twenty kilobytes, with pictures in them a few megabytes."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS, _UNPACKED, _RATIO, _SMALL = 2_000, 96 << 20, 150, 8 << 20
"""Parts of a package, their bytes, how many times larger than packed they may be, and bytes that are never too many."""

_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LINKS = ("/hyperlink",)
"""Endings of the types of relationships that may lead out of a file: nobody follows them."""

BROKEN = (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, RuntimeError, EOFError, zlib.error)


class Package:
    """A package of parts, each parsed when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, place: Place) -> None:
        self.archive, self.place = archive, place
        self.names = {name.lower(): name for name in archive.namelist()}
        self._read: dict[str, bytes] = {}

    def has(self, name: str) -> bool:
        """Tell whether there is such a part; their names are the same in capitals and small letters."""
        return name.lower() in self.names

    def content(self, name: str) -> bytes:
        """Return a part's bytes.

        Raises RecordError (E-read-broken) for a damaged one.
        """
        known = self.names.get(name.lower(), name)
        if known not in self._read:
            try:
                self._read[known] = self.archive.read(known)
            except BROKEN:
                raise fail(RecordError, "E-read-broken", self.place) from None
        return self._read[known]

    def put(self, name: str, content: bytes) -> None:
        """Set a part, for what is made of the package; the file stays as it is."""
        self._read[self.names.setdefault(name.lower(), name)] = content

    def root(self, name: str) -> etree._Element:
        """Return the root of a part.

        Raises RecordError (E-read-broken) for a damaged one.
        """
        try:
            return etree.fromstring(self.content(name), _parser())
        except BROKEN:
            raise fail(RecordError, "E-read-broken", self.place) from None

    def main_part(self, usual: str) -> str:
        """Return the part that the package is about."""
        if not self.has("_rels/.rels"):
            return usual
        for link in self.root("_rels/.rels"):
            if link.get("Type", "").endswith("/officeDocument"):
                return posixpath.normpath(link.get("Target", usual)).lstrip("/")
        return usual

    @cached_property
    def program(self) -> str:
        """Return which program saved the package last, by its own word."""
        if not self.has("docProps/app.xml"):
            return ""
        entries = self.root("docProps/app.xml")
        return next((entry.text or "" for entry in entries if str(entry.tag).endswith("}Application")), "")

    def properties(self) -> dict[str, str]:
        """Return the custom properties by name."""
        if not self.has("docProps/custom.xml"):
            return {}
        root = self.root("docProps/custom.xml")
        return {
            entry.get("name", ""): "".join(map(str, entry.itertext())) for entry in root if isinstance(entry.tag, str)
        }


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def open_package(path: Path, place: Place) -> Package:
    """Return a file as the package that it is.

    Raises RecordError for what is too large (E-read-large), locked by a password (E-read-locked), damaged or no such
    file (E-read-broken), or holds what a filled form hasn't: a bomb (E-read-bomb), a part twice (E-read-twice), macros
    (E-read-macros), entities (E-read-doctype), links to parts outside (E-read-outside).
    """
    refuse_size(path, place)
    with path.open("rb") as file:
        start = file.read(8)
    return _opened(path, start, place, _LINKS)


def package_of(content: bytes, place: Place, links: tuple[str, ...] = _LINKS) -> Package:
    """Return the package that some bytes are; raises as `open_package`. `links`: what may lead out of it."""
    if len(content) > LARGEST << 20:
        raise fail(RecordError, "E-read-large", place, limit=LARGEST)
    return _opened(io.BytesIO(content), content[:8], place, links)


def _opened(source: Path | io.BytesIO, start: bytes, place: Place, links: tuple[str, ...]) -> Package:
    if start == _OLE:
        raise fail(RecordError, "E-read-locked", place)
    if not start.startswith(_ZIP):
        raise fail(RecordError, "E-read-broken", place)
    try:
        package = Package(zipfile.ZipFile(source), place)
    except (*BROKEN, OSError, ValueError):
        raise fail(RecordError, "E-read-broken", place) from None
    _refuse_odd(package, links)
    return package


def refuse_size(path: Path, place: Place) -> None:
    """Raise RecordError (E-read-large, E-file-read) for a file that is larger than any filled document."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise fail(RecordError, "E-file-read", place, why=error.strerror or "?") from None
    if size > LARGEST << 20:
        raise fail(RecordError, "E-read-large", place, limit=LARGEST)


def _refuse_odd(package: Package, links: tuple[str, ...]) -> None:
    parts, place = package.archive.infolist(), package.place
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise fail(RecordError, "E-read-twice", place)
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts) or 1
    limit = min(_UNPACKED, bounds().unpacked << 20)
    if len(parts) > _PARTS or size > limit or (size > _SMALL and size / packed > _RATIO):
        raise fail(RecordError, "E-read-bomb", place, limit=limit >> 20)
    if any(part.flag_bits & 1 for part in parts):
        raise fail(RecordError, "E-read-locked", place)
    for name in package.names.values():
        lower = name.lower()
        if lower.endswith("vbaproject.bin") or "/macrosheets/" in lower:
            raise fail(RecordError, "E-read-macros", place)
        if lower.endswith((".xml", ".rels")):
            _refuse_part(package, name, links)


def _refuse_part(package: Package, name: str, links: tuple[str, ...]) -> None:
    content = package.content(name)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", "replace").encode()
    if b"<!" in content and _DECLARED.search(content):
        raise fail(RecordError, "E-read-doctype", package.place)
    if name.lower().endswith(".rels") and b"External" in content:
        for kind in _external(package, name):
            if not kind.endswith(links):
                raise fail(RecordError, "E-read-outside", package.place)
    if name.lower() == "[content_types].xml" and b"macroEnabled" in content:
        raise fail(RecordError, "E-read-macros", package.place)


def _external(package: Package, name: str) -> Iterator[str]:
    for link in package.root(name):
        if link.get("TargetMode") == "External":
            yield link.get("Type", "")
