"""Pictures as evidence: screenshots, photos. A source names a file, or holds the picture itself."""

import base64
from dataclasses import dataclass, replace
from pathlib import PureWindowsPath
from typing import ClassVar
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from generator.kinds.base import Choice, Kind, Readable
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
        if isinstance(raw, bytes):
            return _read(raw)
        if not isinstance(raw, str):
            return raw
        if raw[: len(DATA)].lower() == DATA:
            return _of_uri(raw)
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
