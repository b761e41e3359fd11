"""Pictures made fit for print: looked at with care, turned upright, made as small as print allows, and nothing kept
but their dots: not where or by whom a photo was taken.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from generator.kinds.pictures import LARGEST, Photo
from generator.kinds.raw import ValueFault

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS, _HEIF = ("PNG", "JPEG", "WEBP"), ("HEIF",)
"""Those that are taken, by Pillow's names; the last by a library of its own."""

MOST_DOTS = 64_000_000
"""Dots of a picture: what the largest cameras of phones take, but for a few; some 200 MB while it is read."""

LONGEST_SIDE = 1600
"""Dots of a picture's longer side as it is kept: 220 to the inch over the whole width of a page."""

_QUALITY, _SHARP = 86, 92
_MORE, _SMALL = 1.25, 32 << 10
"""Times the room of JPEG that a picture without loss may take, and bytes that it may take anyway: signatures, icons."""

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


@lru_cache(maxsize=8)
def read_picture(content: bytes) -> Photo:
    """Return a picture as documents hold it.

    Raises ValueFault: E-picture-large, E-picture-dots for one that is too large, E-picture-kind for what is no picture
    of a kind that is taken, E-picture-damaged for one that can't be read to its end.
    """
    if len(content) > LARGEST:
        raise ValueFault("E-picture-large", limit=LARGEST >> 20)
    library = _pillow()
    formats: tuple[str, ...] = _FORMATS
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        _with_heif()
        formats = _HEIF
    try:
        with warnings.catch_warnings(), _whole():
            warnings.simplefilter("ignore")
            with library.open(io.BytesIO(content), formats=formats) as image:
                return _kept(image, content)
    except ValueFault:
        raise
    except library.UnidentifiedImageError:
        raise ValueFault("E-picture-kind") from None
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, IndexError, TypeError):
        raise ValueFault("E-picture-damaged") from None


@contextmanager
def _whole() -> Iterator[None]:
    """Take whole files alone, whatever other libraries have asked for in this process."""
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


@cache
def _pillow() -> Any:
    import PIL.Image

    PIL.Image.MAX_IMAGE_PIXELS = None  # our own limit is looked at before anything is read
    return PIL.Image


@cache
def _with_heif() -> None:
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False)


def _kept(image: "Image", content: bytes) -> Photo:
    """Return an opened picture, which hasn't been read yet, as documents hold it."""
    from PIL.ImageOps import exif_transpose

    if image.width * image.height > MOST_DOTS:
        raise ValueFault("E-picture-dots", limit=MOST_DOTS // 1_000_000)
    if _is_kept_already(image, content):
        return Photo(content, "image/jpeg", image.width, image.height)
    is_drawn = image.format == "PNG"
    if image.format == "JPEG":
        image.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))  # read at a fraction of its size, which spares memory
    profile = image.info.get("icc_profile")
    upright = exif_transpose(image)
    plain = _plain(upright, profile)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made, media = _saved(plain, "JPEG", quality=_SHARP if is_drawn else _QUALITY, optimize=True), "image/jpeg"
    if is_drawn and len(drawn := _saved(plain, "PNG", optimize=True)) <= max(_SMALL, _MORE * len(made)):
        made, media = drawn, "image/png"  # sharp edges, as screenshots have, which JPEG blurs
    return Photo(made, media, plain.width, plain.height)


def _is_kept_already(image: "Image", content: bytes) -> bool:
    """Tell whether a picture is as documents hold it: read once more, it stays as it is, dot by dot.

    It is JPEG of the size that is kept, has nothing but dots and tables in it, and ends where they do.
    """
    if image.format != "JPEG" or max(image.size) > LONGEST_SIDE or image.mode not in ("RGB", "L"):
        return False
    said = [name for name, _ in getattr(image, "applist", ())]
    if said not in ([], ["APP0"]) or image.info.keys() - _OF_JFIF or not content.endswith(_END_OF_JPEG):
        return False
    image.load()
    return content.count(_END_OF_JPEG) == 1


_OF_JFIF = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density"})
_END_OF_JPEG = b"\xff\xd9"


def _saved(image: "Image", format: str, **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **how)
    return file.getvalue()


def _plain(image: "Image", profile: bytes | None) -> "Image":
    """Return the dots of a picture as sRGB or grey, on white where it is transparent."""
    from PIL import Image

    if image.mode.startswith("I"):
        image = image.point(lambda level: level / 256).convert("L")  # 16 bits a dot
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        image = Image.new("RGB", seen.size, "white")
        image.paste(seen, mask=seen.getchannel("A"))
    elif image.mode == "CMYK" and profile:
        image = _as_srgb(image, profile)
    elif image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    if profile and image.mode == "RGB":
        image = _as_srgb(image, profile)
    made = Image.new(image.mode, image.size)
    made.paste(image)  # the dots alone, without what the file said besides
    return made


def _as_srgb(image: "Image", profile: bytes) -> "Image":
    """Return a picture by the colours that screens and printers expect, where its own are told and can be read."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image.convert("RGB")
    return changed if changed is not None else image.convert("RGB")
