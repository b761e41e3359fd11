"""Evidence: pictures that records name or hold, made fit for print, on paper in every format, and read back."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from generator import Catalogue
from generator.api import check, make_job, read, to_bytes
from generator.errors import Fault
from generator.kinds.picture_reading import LONGEST_SIDE, read_picture
from generator.wording import LANGS
from generator.writers import WritingOptions

SCHEMA = {
    "title": "取证单",
    "type": "object",
    "properties": {
        "no": {"type": "string", "title": "工单号"},
        "screen": {"type": "string", "title": "截图", "x-control": "picture"},
        "photos": {
            "type": "array",
            "title": "照片",
            "items": {
                "type": "object",
                "properties": {
                    "what": {"type": "string", "title": "内容"},
                    "photo": {"type": "string", "title": "照片", "x-control": "picture"},
                },
            },
        },
    },
}
WHERE = (31.0, 13.0, 5.0)
"""Degrees of a place."""


def taken(across: int = 400, down: int = 300, *, format: str = "JPEG", turned: int = 0, **how: Any) -> bytes:
    """Return a picture, red at the left and blue at the right, with where it was taken."""
    image = Image.new("RGB", (across, down), "blue")
    image.paste("red", (0, 0, across // 2, down))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = turned
        exif[0x010F] = "Phone of somebody"
        exif.get_ifd(0x8825).update({1: "N", 2: WHERE})
        how["exif"] = exif
    file = io.BytesIO()
    image.save(file, format, **how)
    return file.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder with a form, a record of it and its pictures."""
    folder = tmp_path / "desk"
    (folder / "schemas").mkdir(parents=True)
    (folder / "schemas" / "evidence-record.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (folder / "shots").mkdir()
    (folder / "shots" / "screen.png").write_bytes(taken(format="PNG"))
    (folder / "a.jpg").write_bytes(taken(turned=6))
    (folder / "b.webp").write_bytes(taken(300, 500, format="WEBP"))
    record = {
        "no": "FW-1",
        "screen": "shots/screen.png",
        "photos": [{"what": "正门", "photo": "a.jpg"}, {"what": "无"}, {"what": "灯", "photo": "b.webp"}],
    }
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def catalogue(desk: Path) -> Catalogue:
    return Catalogue([desk])


def made(desk: Path, format: str, lang: str = "zh-Hans", **how: Any) -> tuple[bytes, Any]:
    job = make_job("evidence-record", lang=lang, catalogue=catalogue(desk), **how)
    (composed,) = job.documents(job.open(str(desk / "record.json")))
    assert composed.document is not None, [fault.text("en") for fault in composed.faults]
    return to_bytes(composed.document, format), composed.document.record


def pictures_in(content: bytes, format: str) -> list[Image.Image]:
    """Return the pictures that a document shows."""
    if format == "pdf":
        with pikepdf.open(io.BytesIO(content)) as pdf:
            images = {image.objgen: image for page in pdf.pages for _, image in page.get_images().items()}
            return [pikepdf.PdfImage(image).as_pil_image() for image in images.values()]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name for name in package.namelist() if "/media/" in name]
        return [Image.open(io.BytesIO(package.read(name))) for name in names]


# --- one picture ---


def test_a_photo_is_upright_and_tells_nothing_but_its_dots() -> None:
    photo = read_picture(taken(turned=6))  # the camera was held on its side
    image = Image.open(io.BytesIO(photo.content))
    assert (photo.across, photo.down) == image.size == (300, 400)
    red, _, blue = image.convert("RGB").getpixel((150, 20))  # type: ignore[misc]  # three figures of RGB
    assert red > 200 > 100 > blue
    assert not image.getexif()
    assert b"Phone" not in photo.content


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_as_large_as_print_needs(format: str) -> None:
    photo = read_picture(taken(4000, 1000, format=format))
    assert (photo.across, photo.down) == (LONGEST_SIDE, LONGEST_SIDE // 4)
    assert photo.media in ("image/png", "image/jpeg")


def test_heic_is_taken() -> None:
    """A photo of a phone, of 64 by 64 dots."""
    content = Path(__file__).with_name("files").joinpath("photo.heic").read_bytes()
    photo = read_picture(content)
    assert (photo.across, photo.down, photo.media) == (64, 48, "image/jpeg")


def test_heic_is_turned_once() -> None:
    """A photo of a phone that was held upright: the file turns it, and its EXIF says so too."""
    photo = read_picture(Path(__file__).with_name("files").joinpath("turned.heic").read_bytes())
    image = Image.open(io.BytesIO(photo.content)).convert("RGB")
    top, bottom = (image.getpixel((24, y)) for y in (4, 60))
    assert image.size == (48, 64)
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]
    assert b"Phone" not in photo.content


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_was_read_stays_as_it_is(format: str) -> None:
    once = read_picture(taken(turned=0 if format == "PNG" else 3, format=format))
    assert read_picture(once.content) == once


def test_what_is_transparent_is_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")
    photo = read_picture(file.getvalue())
    assert Image.open(io.BytesIO(photo.content)).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


# --- on paper ---


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
@pytest.mark.parametrize("fillable", [False, True])
def test_pictures_are_on_paper_and_come_back(desk: Path, format: str, lang: str, fillable: bool) -> None:
    content, record = made(desk, format, lang, fillable=fillable)
    assert sorted(image.size for image in pictures_in(content, format)) == [(300, 400), (300, 500), (400, 300)]
    assert b"Phone of somebody" not in content
    elsewhere = desk.parent / f"returned.{format}"
    elsewhere.write_bytes(content)
    (returned,) = read([elsewhere], catalogue=catalogue(desk))
    assert [fault.text("en") for fault in returned.faults if not fault.is_warning] == []
    assert returned.record is not None
    for kept, back in zip(_uris(record), _uris(returned.record), strict=True):
        assert (kept or "").partition(",")[2] == (back or "").partition(",")[2]


def _uris(record: Any) -> list[str | None]:
    return [record["screen"], *(row.get("photo") for row in record["photos"])]


def test_typst_sets_the_same_pictures(desk: Path) -> None:
    job = make_job("evidence-record", catalogue=catalogue(desk))
    (composed,) = job.documents(job.open(str(desk / "record.json")))
    assert composed.document is not None
    content = to_bytes(composed.document, "pdf", WritingOptions(engine="typst"))
    assert sorted(image.size for image in pictures_in(content, "pdf")) == [(300, 400), (300, 500), (400, 300)]


def test_a_picture_within_the_record_needs_no_file(desk: Path) -> None:
    _, record = made(desk, "docx")
    assert record["photos"][0]["photo"].startswith("data:image/jpeg;name=a.jpg;base64,")
    (desk / "a.jpg").unlink()
    (desk / "record.json").write_text(json.dumps(record), encoding="utf-8")
    assert len(pictures_in(made(desk, "docx")[0], "docx")) == 3


def test_a_caller_in_python_gives_bytes(desk: Path) -> None:
    job = make_job("evidence-record", catalogue=catalogue(desk))
    (composed,) = job.documents(job.source({"no": "1", "screen": taken(120, 90)}))
    assert composed.document is not None
    assert [image.size for image in pictures_in(to_bytes(composed.document, "docx"), "docx")] == [(120, 90)]


def test_a_personal_picture_is_masked_whole(desk: Path) -> None:
    schema = json.loads(json.dumps(SCHEMA))
    schema["properties"]["screen"]["x-sensitive"] = "id"
    (desk / "schemas" / "evidence-record.json").write_text(json.dumps(schema), encoding="utf-8")
    content, _ = made(desk, "docx", mask=True)
    assert sorted(image.size for image in pictures_in(content, "docx")) == [(300, 400), (300, 500)]


# --- what is refused ---


def _bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


WRONG = {
    "E-picture-kind": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "E-picture-damaged": taken()[:1500],
    "E-picture-dots": _bomb(),
}


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_picture_is_named_by_its_field(desk: Path, code: str) -> None:
    (desk / "a.jpg").write_bytes(WRONG[code])
    (fault,) = check("evidence-record", desk / "record.json", catalogue=catalogue(desk))
    assert (fault.code, fault.place.pointer, fault.place.file) == (code, "/photos/0/photo", "record.json")


@pytest.mark.parametrize("name", ["missing.jpg", "../outside.jpg", "/etc/hostname", r"C:\x\other.png", "linked.jpg"])
def test_a_picture_outside_the_folder_is_none(desk: Path, name: str) -> None:
    (desk.parent / "outside.jpg").write_bytes(taken())
    (desk / "linked.jpg").symlink_to(desk.parent / "outside.jpg")
    assert _codes(desk, name) == ["E-picture-file"]


def test_a_path_of_another_machine_means_the_file_of_that_name(desk: Path) -> None:
    assert _codes(desk, r"D:\照片\a.jpg") == []
    assert _codes(desk, r"shots\screen.png") == []


@pytest.mark.parametrize("raw", ["https://example.com/a.png", "data:image/png,abc", "data:image/png;base64,@@@"])
def test_nothing_is_fetched_or_guessed(desk: Path, raw: str) -> None:
    assert _codes(desk, raw) == ["E-picture-address" if raw.startswith("https") else "E-picture-data"]


def test_a_message_names_no_file_that_may_be_a_person_s(desk: Path) -> None:
    (fault,) = _faults(desk, "张三身份证.jpg")
    assert "张三" not in fault.text("zh-Hans") + repr(fault.params)


def _faults(desk: Path, raw: str) -> list[Fault]:
    (desk / "record.json").write_text(json.dumps({"no": "1", "screen": raw}), encoding="utf-8")
    return check("evidence-record", desk / "record.json", catalogue=catalogue(desk))


def _codes(desk: Path, raw: str) -> list[str]:
    return [fault.code for fault in _faults(desk, raw)]
