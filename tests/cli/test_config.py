"""A desk's own settings: found, honoured in every format, beaten by the command line, and refused line by line."""

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.cli.conftest import ROOT

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 80"><rect width="400" height="80" fill="#0A7"/>{}</svg>'


def png(width: int, height: int, rows: bytes | None = None) -> bytes:
    """Return a picture of one colour, or of such rows."""
    content = b"\0" + b"\xd2\x23\x2a" * width if rows is None else rows

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))

    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(content * (height if rows is None else 1))
    told = chunk(b"tEXt", b"Author\0somebody")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + told + chunk(b"IDAT", body) + chunk(b"IEND", b"")


LETTER = ROOT / "samples" / "delay-notice" / "ordinary.json"
DESK = """
[organisation]
name = { zh-Hans = "江北服务中心", en = "Jiangbei Service Centre" }
address = { zh-Hans = "江北市人民路 18 号", en = "18 Renmin Road" }
phone = "0571-88886666"
logo = "logo.svg"
seal = "seal.png"

[paper]
footer = { zh-Hans = "监督电话：12345", en = "Complaints: 12345" }
confidentiality = { zh-Hans = "江北内部文件", en = "Jiangbei internal" }
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder with settings, a logo and a seal."""
    (tmp_path / "biaodan.toml").write_text(DESK, encoding="utf-8")
    (tmp_path / "logo.svg").write_text(SVG.format(""), encoding="utf-8")
    (tmp_path / "seal.png").write_bytes(png(40, 40))
    return tmp_path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words(path: Path) -> str:
    """Return the words of a PDF."""
    pages = pypdfium2.PdfDocument(path)
    return "".join(re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in pages)


# --- honoured ---


def test_a_letter_bears_name_logo_and_seal_in_three_formats(cli: Any, desk: Path) -> None:
    done = cli("render", "delay-notice", LETTER, "-o", "out")
    assert done.code == 0, done.err
    docx, xlsx = (parts(next((desk / "out").glob(f"*.{suffix}"))) for suffix in ("docx", "xlsx"))
    assert "江北服务中心" in docx["word/header2.xml"].decode()
    assert "江北市人民路 18 号" in docx["word/header2.xml"].decode()
    assert {"word/media/logo.png", "word/media/logo.svg", "word/media/seal.png"} <= set(docx)
    assert b"rIdSealPng" in docx["word/document.xml"]
    assert b"rIdLogoPng" in docx["word/header1.xml"]
    assert "监督电话：12345" in docx["word/footer2.xml"].decode()
    assert {"xl/media/logo.svg", "xl/media/seal.png"} <= set(xlsx)
    for package in (docx, xlsx):
        types = package["[Content_Types].xml"].decode()
        assert 'Extension="png"' in types
        assert 'Extension="svg"' in types
    assert "监督电话：12345" in xlsx["xl/worksheets/sheet1.xml"].decode()
    pdf = next((desk / "out").glob("*.pdf"))
    assert "江北服务中心2024年2月6日" in words(pdf)  # the end of the letter; the seal itself is printed
    assert "盖章" not in words(pdf)
    assert "监督电话：12345" in words(pdf)


@pytest.mark.parametrize("unit", ["mm", "cm", "in", "pt", "px"])
def test_a_drawing_that_is_measured_in_millimetres_is_drawn_for_word_and_excel(cli: Any, desk: Path, unit: str) -> None:
    (desk / "logo.svg").write_text(SVG.format("").replace("<svg", f'<svg width="40{unit}" height="8{unit}"'), "utf-8")
    assert cli("render", "delay-notice", LETTER, "-o", "sent", "-f", "docx,xlsx").code == 0
    for path in (desk / "sent").iterdir():
        drawn = next(body for name, body in parts(path).items() if "/media/logo" in name and name.endswith(".png"))
        assert struct.unpack(">2L", drawn[16:24]) == (1200, 240)


def test_the_number_of_a_form_stands_on_letters_where_the_desk_wants_it(cli: Any, desk: Path) -> None:
    cli("render", "delay-notice", LETTER, "-o", "usual.pdf")
    (desk / "biaodan.toml").write_text('[paper]\nform_numbers = "all"\n', encoding="utf-8")
    cli("render", "delay-notice", LETTER, "-o", "all.pdf")
    assert ["KF-FX-09" in words(desk / name) for name in ("usual.pdf", "all.pdf")] == [False, True]
    (desk / "biaodan.toml").write_text('[paper]\nform_numbers = "some"\n', encoding="utf-8")
    assert cli("render", "delay-notice", LETTER, "-o", "no.pdf").codes == ["E-config-choice"]


@pytest.mark.parametrize("engine", ["weasyprint", "typst"])
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_the_seal_lies_over_the_name_and_the_date(cli: Any, desk: Path, engine: str, lang: str) -> None:
    cli("render", "delay-notice", LETTER, "-o", "own.pdf", "--pdf-engine", engine, "--lang", lang)
    page = pypdfium2.PdfDocument(desk / "own.pdf")[0]
    left, bottom, right, top = max((one.get_bounds() for one in page.get_objects() if one.type == _IMAGE), key=_area)
    assert [round((right - left) / 72 * 25.4), round((top - bottom) / 72 * 25.4)] == [38, 38]
    for words in ("江北服务中心", "2024年2月6日") if lang == "zh-Hans" else ("For Jiangbei Service Centre",):
        x, y = _last(page, words)
        assert bottom < y < top
        assert left < x < right
        assert abs(y - (bottom + top) / 2) < 25  # points: about the middle of the seal


_IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE


def _area(bounds: tuple[float, float, float, float]) -> float:
    return (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])


def _last(page: pypdfium2.PdfPage, words: str) -> tuple[float, float]:
    """Return the middle of the last place where words stand, blanks left out."""
    text = page.get_textpage()
    signs = [(n, text.get_text_range(n, 1)) for n in range(text.count_chars())]
    kept = [(n, sign) for n, sign in signs if sign.strip()]
    at = "".join(sign for _, sign in kept).rindex("".join(words.split()))
    n = kept[at + len("".join(words.split())) // 2][0]
    x0, y0, x1, y1 = text.get_charbox(n)
    return (x0 + x1) / 2, (y0 + y1) / 2


@pytest.mark.parametrize("engine", ["weasyprint", "typst"])
def test_a_pdf_shows_the_logo_and_the_seal(cli: Any, desk: Path, engine: str) -> None:
    import pikepdf

    cli("render", "delay-notice", LETTER, "-o", "own.pdf", "--pdf-engine", engine)
    with pikepdf.open(desk / "own.pdf") as pdf:
        images = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
        assert any(int(one.Width) == 40 for one in images)  # the seal, which is of dots


def test_blank_letters_and_forms_are_not_sealed(cli: Any, desk: Path) -> None:
    cli("blank", "delay-notice", "closure-report", "-o", "out", "-f", "docx,xlsx")
    made = sorted((desk / "out").iterdir())
    assert len(made) == 4
    for path in made:
        assert not [name for name in parts(path) if "seal" in name]
        assert [name for name in parts(path) if "logo" in name]


def test_a_form_says_what_the_desk_says_of_papers_that_stay(cli: Any, desk: Path) -> None:
    cli("blank", "issue-tracker", "-o", "out", "--lang", "en")
    assert "Jiangbeiinternal" in words(next((desk / "out").glob("*.pdf")))
    assert b"Jiangbei internal" in parts(next((desk / "out").glob("*.docx")))["word/footer1.xml"]
    assert b"Jiangbei internal" in parts(next((desk / "out").glob("*.xlsx")))["xl/worksheets/sheet1.xml"]


def test_paper_of_another_size_in_every_format(cli: Any, desk: Path) -> None:
    import pikepdf

    (desk / "biaodan.toml").write_text('[paper]\nsize = "Letter"\n', encoding="utf-8")
    cli("blank", "root-cause", "-o", "out")
    with pikepdf.open(next((desk / "out").glob("*.pdf"))) as pdf:
        assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [612, 792]
    assert b'w:w="12240" w:h="15840"' in parts(next((desk / "out").glob("*.docx")))["word/document.xml"]
    assert b'paperSize="1"' in parts(next((desk / "out").glob("*.xlsx")))["xl/worksheets/sheet1.xml"]


def test_colours_and_fonts_of_the_desk(cli: Any, desk: Path) -> None:
    (desk / "biaodan.toml").write_text(
        '[look.colour]\naccent = "#7A0019"\n[look.fonts.zh-Hans]\nsans = "DengXian"\n', encoding="utf-8"
    )
    cli("blank", "root-cause", "-o", "out", "-f", "docx,xlsx")
    for path in (desk / "out").iterdir():
        whole = b"".join(parts(path).values())
        assert b"7A0019" in whole
        assert b"DengXian" in whole


# --- found, and beaten by the command line ---


def test_settings_above_the_working_folder_hold(cli: Any, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "within").mkdir()
    monkeypatch.chdir(desk / "within")
    (desk / "biaodan.toml").write_text(DESK + '\n[defaults]\nformats = ["docx"]\nlang = "en"\n', encoding="utf-8")
    done = cli("blank", "root-cause", "-o", "out")
    assert [path.name for path in (desk / "within" / "out").iterdir()] == ["root-cause-blank.en.docx"]
    assert cli("blank", "root-cause", "-o", "other", "--lang", "zh-Hans", "-f", "xlsx").code == done.code == 0
    assert [path.name for path in (desk / "within" / "other").iterdir()] == ["root-cause-blank.xlsx"]
    assert "biaodan.toml" in cli("doctor").out


def test_without_settings_paper_is_as_it_was(cli: Any, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("logo.svg", "seal.png"):
        (desk / name).unlink()
    assert cli("--config", "-", "blank", "root-cause", "-o", "a", "-f", "docx").code == 0
    (desk / "biaodan.toml").unlink()
    assert cli("blank", "root-cause", "-o", "b", "-f", "docx").code == 0
    assert (desk / "a/root-cause-blank.docx").read_bytes() == (desk / "b/root-cause-blank.docx").read_bytes()
    monkeypatch.setenv("BIAODAN_CONFIG", str(desk / "none.toml"))
    assert cli("blank", "root-cause", "-o", "c").codes == ["E-config-none"]


# --- refused ---


def test_every_fault_is_told_at_once_with_its_line(cli: Any, desk: Path) -> None:
    (desk / "biaodan.toml").write_text(
        '[organisation]\nnmae = "x"\nlogo = "nix.png"\nphone = 12\naddress = { en = "here" }\n\n'
        '[look.colour]\naccent = "blue"\n[paper]\nsize = "A5"\n[defaults]\nmask = "yes"\n',
        encoding="utf-8",
    )
    done = cli("blank", "root-cause", "-o", "out", "--lang", "en")
    assert done.code == 1
    assert re.findall(r"^biaodan.toml:(\d+)", done.err, re.MULTILINE) == ["2", "3", "4", "5", "8", "10", "12"]
    assert "did you mean name?" in done.err
    assert not (desk / "out").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GIF89a", "E-mark-kind"),
        (png(40, 40)[:-20], "E-mark-broken"),
        (png(40, 40, b"\0" * 7), "E-mark-broken"),
        (png(4, 4), "E-mark-small"),
        (png(9000, 9000, b"\0"), "E-mark-pixels"),
        (png(2000, 10), "E-mark-shape"),
        (SVG.format("<script>1</script>").encode(), "E-mark-outside"),
        (SVG.format('<rect onclick="x()"/>').encode(), "E-mark-outside"),
        (SVG.format('<image href="http://example.com/x.png"/>').encode(), "E-mark-outside"),
        (SVG.format("<style>@import 'x'</style>").encode(), "E-mark-outside"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("").encode(), "E-mark-outside"),
        (SVG.format("<text>中心</text>").encode(), "E-mark-text"),
        (SVG.format('<g id="a"><use href="#a"/></g>').encode(), "E-mark-elements"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "E-mark-size"),
    ],
)
def test_a_picture_that_cannot_be_used_is_refused(cli: Any, desk: Path, content: bytes, code: str) -> None:
    (desk / "logo.svg").write_bytes(content)
    assert cli("blank", "root-cause", "-o", "out").codes == [code]


def test_what_a_picture_tells_beside_itself_goes_no_further(cli: Any, desk: Path) -> None:
    cli("render", "delay-notice", LETTER, "-o", "own.docx")
    assert b"somebody" not in parts(desk / "own.docx")["word/media/seal.png"]


# --- begun ---


def test_init_writes_settings_that_hold_and_never_writes_over_any(cli: Any, desk: Path) -> None:
    done = cli("init", "new", "--name", '江北"中心', "--phone", "12345", "--logo", "logo.svg", "--seal", "seal.png")
    assert (done.code, sorted(path.name for path in (desk / "new").iterdir())) == (
        0,
        ["biaodan.toml", "logo.svg", "seal.png"],
    )
    assert cli("--config", "new/biaodan.toml", "blank", "root-cause", "-o", "own.docx").code == 0
    assert "江北&quot;中心" in parts(desk / "own.docx")["word/header2.xml"].decode()
    assert cli("init", "new").codes == ["E-init-there"]
    assert cli("init", "x", "--logo", "none.png", "--seal", "biaodan.toml").codes == ["E-file-missing", "E-mark-kind"]
    assert not (desk / "x").exists()
