"""Pictures of a logo or a seal, looked through when they are loaded: bounded, whole, and of what can do no harm."""

import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from generator.profile import Mark

MOST_BYTES = 4 << 20
MOST_PIXELS = 16_000_000
MOST_ELEMENTS = 20_000
_LEAST, _MOST_SHAPE = 8, 20.0
"""Pixels that a picture is wide and high at least; how many times as wide as high, or as high as wide, it may be."""

_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
"""What a picture is drawn from. The rest tells where and when it was made, which is nobody's business."""

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class Refused(Exception):
    """Why a picture isn't taken: a code, and the figures of its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Picture(NamedTuple):
    """A picture's bytes as they are kept, and its proportions."""

    content: bytes
    width: float
    height: float


def read_mark(path: Path) -> Mark:
    """Return the picture of a file. Raises Refused, and OSError where it can't be read."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused("E-mark-large", limit=f"{MOST_BYTES >> 20} MB")
    is_png = content.startswith(_PNG)
    found = _png(content) if is_png else _svg(content)
    if max(found.width, found.height) > _MOST_SHAPE * min(found.width, found.height):
        raise Refused("E-mark-shape", limit=f"{_MOST_SHAPE:g}")
    return Mark(found.content, "png" if is_png else "svg", found.width, found.height)


# --- PNG (ISO/IEC 15948) ---


def _png(content: bytes) -> Picture:
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        raise Refused("E-mark-broken")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">2L5B", chunks[0][1])
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or interlaced > 1:
        raise Refused("E-mark-broken")
    if width * height > MOST_PIXELS:
        raise Refused("E-mark-pixels", limit=f"{MOST_PIXELS // 1_000_000:,}")
    if min(width, height) < _LEAST:
        raise Refused("E-mark-small", limit=_LEAST)
    most = height * ((width * depth * _CHANNELS[colour] + 7) // 8 + 1)
    _require_whole(b"".join(data for name, data in chunks if name == b"IDAT"), most, is_exact=not interlaced)
    kept = (struct.pack(">L", len(data)) + name + data + _sum(name, data) for name, data in chunks if name in _KEPT)
    return Picture(_PNG + b"".join(kept), width, height)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at < len(content):
        length, name = struct.unpack_from(">L4s", content, at) if at + 8 <= len(content) else (len(content), b"")
        data, check = content[at + 8 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        if check != _sum(name, data):
            raise Refused("E-mark-broken")
        yield name, data
        if name == b"IEND":
            return
        at += 12 + length


def _sum(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", zlib.crc32(name + data))


def _require_whole(packed: bytes, most: int, *, is_exact: bool) -> None:
    """Raise Refused where rows don't unpack, or to another number of bytes than there are; never to more than that."""
    unpacker = zlib.decompressobj()
    try:
        rows = len(unpacker.decompress(packed, most + 64 * 1024))
    except zlib.error:
        raise Refused("E-mark-broken") from None
    if not rows or (is_exact and rows != most) or not unpacker.eof:
        raise Refused("E-mark-broken")


# --- SVG ---

_SPACE = "{http://www.w3.org/2000/svg}"
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\s*\(|javascript:", re.IGNORECASE)
_EMBEDDED = "data:image/png;base64,"
_DECLARED = re.compile(r"\s*<\?xml[^>]*\?>")
_ACTIVE = frozenset({"script", "foreignObject", "iframe", "audio", "video", "handler", "listener", "animate", "set"})
_WORDS = frozenset({"text", "tspan", "textPath", "tref"})
_LENGTH = re.compile(r"\s*([0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(px|pt|mm|cm|in|pc|Q)?\s*$")
_PER: Mapping[str, float] = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*>")


def _svg(content: bytes) -> Picture:
    plain = _DOCTYPE.sub(b"", content, count=1)
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Refused("E-mark-outside")
    try:
        text = _DECLARED.sub("", plain.decode("utf-8-sig"), count=1).strip()
        root = ElementTree.fromstring(text)  # noqa: S314  # it has no document type, so no entities to grow
    except (ElementTree.ParseError, ValueError):
        raise Refused("E-mark-kind") from None
    if root.tag != f"{_SPACE}svg":
        raise Refused("E-mark-kind")
    for n, element in enumerate(root.iter()):
        if n > MOST_ELEMENTS:
            raise Refused("E-mark-elements", limit=MOST_ELEMENTS)
        _refuse_harmful(element)
    _refuse_endless(root)
    return Picture(text.encode(), *_size(root))


def _refuse_harmful(element: "ElementTree.Element") -> None:
    """Raise Refused for what acts, reaches for something elsewhere, or would be set in whatever font there is."""
    name = str(element.tag).rpartition("}")[2]
    if name in _WORDS:
        raise Refused("E-mark-text")
    if name in _ACTIVE or _OUTSIDE.search(element.text or ""):
        raise Refused("E-mark-outside")
    for key, value in element.attrib.items():
        bare = key.rpartition("}")[2]
        leads = bare in ("href", "src") and not value.strip().startswith(("#", _EMBEDDED))
        if value.strip().startswith(_EMBEDDED):
            _refuse_broken(value.strip().removeprefix(_EMBEDDED))
        if bare.lower().startswith("on") or leads or _OUTSIDE.search(value):
            raise Refused("E-mark-outside")


def _refuse_broken(encoded: str) -> None:
    """Raise Refused for a picture within a drawing that isn't taken by itself."""
    try:
        content = b64decode(encoded)
    except ValueError:
        raise Refused("E-mark-broken") from None
    if not content.startswith(_PNG):
        raise Refused("E-mark-broken")
    _png(content)


def _refuse_endless(root: "ElementTree.Element") -> None:
    """Raise Refused for a drawing that uses parts of itself so often that it has no end, or might as well have none."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    known: dict[int, int] = {}

    def count(element: "ElementTree.Element", within: tuple[int, ...]) -> int:
        if id(element) in within or len(within) > _DEEPEST:
            raise Refused("E-mark-elements", limit=MOST_ELEMENTS)
        if id(element) not in known:
            inner = (*within, id(element))
            parts = [*element, *filter(lambda used: used is not None, [_used(element, named)])]
            known[id(element)] = 1 + sum(count(part, inner) for part in parts)
        return known[id(element)]

    if count(root, ()) > MOST_ELEMENTS:
        raise Refused("E-mark-elements", limit=MOST_ELEMENTS)


_DEEPEST = 100


def _used(
    element: "ElementTree.Element", named: Mapping[str | None, "ElementTree.Element"]
) -> "ElementTree.Element | None":
    at = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == "href"), "")
    return named.get(at.strip().removeprefix("#")) if at.strip().startswith("#") else None


def _size(root: "ElementTree.Element") -> tuple[float, float]:
    """Return the proportions of a drawing, by its view box or its size."""
    box = [number for number in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if number]
    given = [_LENGTH.match(root.get(side, "")) for side in ("width", "height")]
    try:
        if len(box) == 4:
            width, height = float(box[2]), float(box[3])
        else:
            width, height = (float(one[1]) * _PER.get(one[2] or "px", 1.0) for one in given if one)
    except ValueError:
        raise Refused("E-mark-size") from None
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise Refused("E-mark-size")
    return width, height
