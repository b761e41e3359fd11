"""Pictures as evidence: screenshots, photos. A source names a file, or holds the picture itself."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PureWindowsPath
from typing import ClassVar
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from generator.kinds.base import Choice, Kind, PlainText, Readable
from generator.kinds.raw import ValueFault, clean_text
from generator.wording import Lang, phrase

LARGEST = 24 << 20
"""Bytes of a picture as it comes."""

_LONGEST_NAME = 1_000
"""Characters of a path."""

DATA, _NAME = "data:", "name="


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as documents hold it: upright, as many dots as print shows, with nothing but its dots.

    `media` is image/jpeg or image/png, `across` and `down` are dots; `name` is that of its file, "" where it had none.
    """

    content: bytes
    media: str
    across: int
    down: int
    name: str = ""

    @property
    def uri(self) -> str:
        """Return the picture as a data URI (RFC 2397), with its file's name as a parameter."""
        name = f";name={quote(self.name)}" if self.name else ""
        return f"{DATA}{self.media}{name};base64,{base64.b64encode(self.content).decode()}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture's place on paper: what stands in its field, where the picture itself follows beneath."""

    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A signature drawn by hand, in its own box on paper: the n-th of its document, from 1; `words` say what it is."""

    photo: Photo
    words: str
    number: int = 0

    def within(self, across: float, down: float) -> tuple[float, float]:
        """Return its width and height in a room, in the unit of that."""
        share = min(across / self.photo.across, down / self.photo.down)
        return self.photo.across * share, self.photo.down * share


class PictureFile(Kind):
    """A picture: by its file's name, as a data URI, or as bytes; the paper leaves room to paste one in."""

    name = "picture"
    titles: ClassVar = {"zh-Hans": "图片", "en": "picture"}
    control = "picture"
    controls = ("picture",)
    formats = ("data-url",)
    span, lines, share = 12, 5, 20.0
    is_free_text = True
    reads_what_is_shown = True
    takes_bytes = True
    longest = 4 * LARGEST // 3 + 200

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        """Return a picture that stands in the source; the name of a file as it is: its source knows where that lies.

        Raises ValueFault as `read_picture`, and for a data URI that is none or an address (E-picture-…).
        """
        if is_picture(raw):
            return picture_of(raw)
        if not isinstance(raw, str):
            return raw
        if "://" in raw[:20]:
            raise ValueFault("E-picture-address")
        if len(raw) > _LONGEST_NAME:
            raise ValueFault("E-text-long", count=len(raw), limit=_LONGEST_NAME)
        return raw.strip()

    def to_json(self, value: object, zone: ZoneInfo) -> object:
        """Return a picture as a data URI, so that a record has all that it needs."""
        return value.uri if isinstance(value, Photo) else value

    def text(self, value: object, lang: Lang, choices: tuple[Choice, ...] = (), unit: str = "") -> str:  # type: ignore[override]
        """Return what stands in a picture's box: where to find it, or its file's name."""
        if isinstance(value, Reference):
            return value.text
        return (value.name or phrase("figure.picture", lang)) if isinstance(value, Photo) else str(value)


class SignedName(PlainText):
    """A name that is written by the one who bears it: typed, or drawn by hand as a picture."""

    name = "signature"
    titles: ClassVar = {"zh-Hans": "签字", "en": "signature"}
    control = "signature"
    controls = ("signature",)
    lines = 2
    is_free_text = True
    is_plain_json = False
    takes_text_as_it_is = False
    takes_bytes = is_drawn = True
    longest = PictureFile.longest

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        """Return a picture that stands in the source, a name or a picture's file as it is.

        Raises ValueFault as `PictureFile.read`.
        """
        if is_picture(raw):
            return picture_of(raw)
        if isinstance(raw, str) and len(raw) > Kind.longest:
            raise ValueFault("E-text-long", count=len(raw), limit=Kind.longest)
        return super().read(raw, field, zone)

    def to_json(self, value: object, zone: ZoneInfo) -> object:
        """Return a drawn signature as a data URI."""
        return value.uri if isinstance(value, Photo) else value

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        """Return who signed; of a signature that is drawn, that it is signed."""
        if isinstance(value, Drawn):
            return value.words
        if isinstance(value, Photo):
            return phrase("signature.drawn", lang)
        return super().text(value, lang, choices, unit)


_FILES = (".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif")


def is_file(name: str) -> bool:
    """Tell whether a text is a picture's file, and no name of a person."""
    return name.lower().endswith(_FILES)


def is_picture(raw: object) -> bool:
    """Tell whether a raw value holds a picture itself."""
    return isinstance(raw, bytes) or (isinstance(raw, str) and raw[: len(DATA)].lower() == DATA)


def picture_of(raw: object) -> Photo:
    """Return the picture that a raw value holds, of which `is_picture` is true.

    Raises ValueFault as `read_picture`, and E-picture-data for a data URI that is none.
    """
    return _of_uri(raw) if isinstance(raw, str) else _read(raw)  # type: ignore[arg-type]


def _read(content: bytes) -> Photo:
    from generator.kinds.picture_reading import read_picture

    return read_picture(content)


def _of_uri(uri: str) -> Photo:
    head, _, body = uri.partition(",")
    names = [part[len(_NAME) :] for part in head.split(";") if part.startswith(_NAME)]
    if not head.lower().endswith(";base64"):
        raise ValueFault("E-picture-data")
    try:
        content = base64.b64decode("".join(body.split()), validate=True)
    except ValueError:
        raise ValueFault("E-picture-data") from None
    return replace(_read(content), name=PureWindowsPath(clean_text(unquote(names[0]))).name if names else "")
