"""Pictures of a record in a user's template: where a tag prints one, it stands in line with the text."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from lxml import etree

from generator.catalogue.limits import bound
from generator.catalogue.sandbox import template_function
from generator.document import Image
from generator.kinds.pictures import Photo
from generator.profile import Mark
from generator.tagged.rooms import Room, rooms
from generator.writers.docx.pictures import photo as drawn
from generator.writers.drawing import mark_png

OPENING, CLOSING = "\x05", "\x06"
"""What stands around the number of a picture until its part is whole; no XML can hold them."""

_MARK = re.compile(f"{OPENING}([0-9]+){CLOSING}")
_DOTS_PER_MM = 150 / 25.4
_HIGHEST = 200.0
"""Millimetres of a picture for which nothing else is said; none may be twice as large."""

MOST = 200
"""Pictures of a document."""

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_ENDINGS = {"image/png": "png", "image/jpeg": "jpeg"}
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture as a tag prints it: its size in millimetres, and its name where only text can stand.

    `fixed`: somebody has said how large it is to be.
    """

    photo: Photo
    across: float
    down: float
    fixed: bool = False

    def __str__(self) -> str:
        return self.photo.name

    def within(self, across: float, down: float) -> "Inline":
        """Return it no larger than its room, unless it is to be of another size."""
        scale = 1.0 if self.fixed else min(1.0, across / max(self.across, 0.1), down / max(self.down, 0.1))
        return self if scale == 1.0 else replace(self, across=self.across * scale, down=self.down * scale)


def inline(photo: Photo) -> Inline:
    """Return a picture as large as its dots make it in print, within a page."""
    return Inline(photo, photo.across / _DOTS_PER_MM, photo.down / _DOTS_PER_MM).within(_HIGHEST, _HIGHEST)


def of_mark(mark: Mark | None, words: str, wide: float, high: float) -> "Inline | str":
    """Return an organisation's logo or seal within so many millimetres; nothing where it has none."""
    if mark is None:
        return ""
    across, down = mark.within(wide, high)
    return Inline(_photo_of(mark, words), across, down)


@lru_cache(maxsize=8)
def _photo_of(mark: Mark, words: str) -> Photo:
    return Photo(mark_png(mark), "image/png", max(1, round(mark.width)), max(1, round(mark.height)), words)


@template_function
def inline_image(value: Any, width: float = 0, height: float = 0) -> Any:
    """Return a picture of a size in millimetres; with one of the two the other follows from its shape."""
    if not isinstance(value, Inline):
        return value
    shape = value.across / max(value.down, 0.1)
    across = float(width) or (float(height) * shape if height else value.across)
    down = float(height) or across / shape
    for length in (across, down):
        bound("width", length, 2 * int(_HIGHEST))
    return replace(value, across=max(across, 1.0), down=max(down, 1.0), fixed=bool(width or height))


def as_wide(value: Any, millimetres: float) -> Any:
    """Return a picture of a width, as high as its shape has it."""
    return inline_image(value, width=millimetres)


def as_high(value: Any, millimetres: float) -> Any:
    """Return a picture of a height, as wide as its shape has it."""
    return inline_image(value, height=millimetres)


_DRAWN: ContextVar[list[Inline] | None] = ContextVar("drawn", default=None)


@contextmanager
def collecting() -> Iterator[list[Inline]]:
    """Gather the pictures that are printed from now on."""
    found: list[Inline] = []
    token = _DRAWN.set(found)
    try:
        yield found
    finally:
        _DRAWN.reset(token)


def mark_of(picture: Inline) -> str:
    """Return what stands for a picture in the text of a part; its name where none can stand."""
    found = _DRAWN.get()
    if found is None:
        return ""
    found.append(picture)
    bound("items", len(found), MOST)
    return f"{OPENING}{len(found)}{CLOSING}"


def with_drawings(text: str, pictures: list[Inline], used: set[int], rooms: Mapping[int, Room]) -> str:
    """Return the text of an element with its pictures between; `used`: takes note of their numbers."""

    def drawing(found: re.Match[str]) -> str:
        number = int(found[1])
        used.add(number)
        one = pictures[number - 1]
        one = one.within(*rooms[number]) if number in rooms else one
        name = one.photo.name or f"picture{number}"
        image = Image(0.0, 0.0, one.across, one.down, one.photo.content, one.photo.media, name=name)
        made = drawn(image, relation(number), number)
        return f'</w:t>{made}<w:t xml:space="preserve">'

    return _MARK.sub(drawing, text)


_READABLE = {ord(OPENING): "\ufdd6", ord(CLOSING): "\ufdd7", 1: " ", 2: " "}
_READ = re.compile("\ufdd6([0-9]+)\ufdd7")


def rooms_in(part: str, usual: Room) -> dict[int, Room]:
    """Return how much room the pictures of a part have, by number."""
    root = etree.fromstring(part.translate(_READABLE).encode(), _PARSER)
    return {int(n): room for text, room in rooms(root, "\ufdd6", usual) for n in _READ.findall(text)}


def without_marks(text: str) -> str:
    """Return a text without marks, where no picture can stand."""
    return _MARK.sub("", text)


def relation(number: int) -> str:
    """Return the name by which a part calls a picture."""
    return f"rIdBiaodan{number}"


def file_of(picture: Inline, number: int) -> str:
    """Return the name of the file of a picture."""
    return f"media/biaodan{number}.{_ENDINGS[picture.photo.media]}"


def links(pictures: list[Inline], used: set[int]) -> str:
    """Return the relationships of a part with the pictures in it."""
    return "".join(
        f'<Relationship Id="{relation(n)}" Type="{_IMAGE}" Target="{file_of(pictures[n - 1], n)}"/>'
        for n in sorted(used)
    )
