"""Pictures and rating scales in files: drawings whole in every format, with words for those who can't see them."""

import io
import re
from functools import cache
from itertools import pairwise
from typing import Any

import openpyxl
import pypdfium2.raw as pdfium
import pytest
from lxml import etree
from PIL import Image

from generator import kinds
from generator.document import (
    Box,
    Caption,
    Choice,
    Document,
    Fill,
    Heading,
    Paragraph,
    Picture,
    Purpose,
    Row,
    Scale,
    Section,
    Signature,
    SignatureBlock,
    Stroke,
    Table,
    Text,
)
from generator.errors import WriteError
from generator.theme import shipped_theme
from generator.writers.drawing import png, svg
from generator.writers.ooxml import _drawing

from .reading import Docx, Package, Pdf, Xlsx, paragraph_text, row_cells, squeezed
from .specimen import PICTURE, RATINGS, SCALE, column, document, field, written

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SVG = "{http://www.w3.org/2000/svg}"
EMU = 36_000
PIXELS_PER_MM = 300 / 25.4
SECOND = Picture(
    (
        Box(0, 0, 20, 10, fill=Fill.INK),
        Box(30, 0, 20, 10, fill=Fill.PAPER),
        Caption(10, 25, '第二张 "引号" & <尖括号>', 10),
        Caption(60, 25, "右齐", 12, "end", bold=True),
    ),
    80,
    30,
    '第二张的说明 "引号" & <尖括号>',
)
THIRD = Picture(
    (Stroke(((1, 1), (59, 1), (59, 19)), closed=True, fill=Fill.GREY), Caption(5, 15, "third")), 60, 20, "Third"
)
LETTERS = [caption.text for p in (PICTURE, SECOND, THIRD) for caption in p.shapes if isinstance(caption, Caption)]


def album(**given: Any) -> Document:
    """Return a document of three pictures, one of them within a section."""
    section = Section(Heading("章"), (SECOND, Paragraph((Text("图后的话"),))))
    return document(PICTURE, section, THIRD, **given)


@cache
def album_in(format: str) -> Any:
    return {"docx": Docx, "xlsx": Xlsx, "pdf": Pdf}[format](written(album(), format))


def local(root: Any, name: str) -> list[Any]:
    return list(root.iterfind(f".//{{*}}{name}"))


def targets(package: Package, source: str) -> dict[str, str]:
    """Return the parts that a part's relationships lead to, by their id."""
    folder = source.rpartition("/")[0]
    found = {}
    for name, relation in package.relationships():
        if name == source and relation.get("TargetMode") != "External":
            path: list[str] = []
            for step in f"{folder}/{relation.get('Target')}".split("/"):
                path = path[:-1] if step == ".." else [*path, step]
            found[relation.get("Id")] = "/".join(path)
    return found


DRAWN_BY = {"docx": "word/document.xml", "xlsx": "xl/drawings/drawing1.xml"}


def drawn(package: Package, format: str) -> list[tuple[str, tuple[int, int], bytes, bytes]]:
    """Return of each picture its words, its size, and both files."""
    source = DRAWN_BY[format]
    parts = targets(package, source)
    found = []
    for shape in local(package.xml(source), "pic"):
        [words], [blip], [vector] = (local(shape, name) for name in ("cNvPr", "blip", "svgBlip"))
        [size] = [e for e in local(shape, "ext") if e.get("cx")]
        files = (package.parts[parts[e.get(f"{R}embed")]] for e in (blip, vector))
        found.append((words.get("descr"), (int(size.get("cx")), int(size.get("cy"))), *files))
    return found


# --- the drawing itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", [PICTURE, SECOND, THIRD])
def test_a_picture_is_well_formed_svg_with_its_words_as_title(picture: Picture) -> None:
    root = etree.fromstring(svg(picture, shipped_theme(), ["Noto Sans"]).encode())
    assert root.tag == f"{SVG}svg"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == picture.alt
    assert (root.get("width"), root.get("height")) == (f"{picture.width:g}mm", f"{picture.height:g}mm")
    assert root.get("viewBox") == f"0 0 {picture.width:g} {picture.height:g}"
    assert [t.text for t in root.iter(f"{SVG}text")] == [s.text for s in picture.shapes if isinstance(s, Caption)]
    assert len(root) == 1 + len(picture.shapes)


def test_a_drawing_reaches_for_nothing_outside() -> None:
    markup = svg(PICTURE, shipped_theme(), ["Noto Sans"])
    assert not re.search(r"href|url\(|<script|<image|<foreignObject|<style", markup)


def test_shapes_keep_their_place_and_measures() -> None:
    root = etree.fromstring(svg(PICTURE, shipped_theme(), ["Noto Sans"]).encode())
    line, outline, box, text = root[1:]
    assert [float(n) for n in re.split("[ ,]", line.get("points"))] == [5, 20, 90, 20]
    assert (line.get("fill"), line.get("stroke-dasharray")) == ("none", None)
    assert float(line.get("stroke-width")) == pytest.approx(1.5 * 25.4 / 72, abs=0.001)
    assert outline.tag == f"{SVG}polygon"
    assert outline.get("stroke-dasharray")
    assert outline.get("fill") != "none"
    assert [float(box.get(name)) for name in ("x", "y", "width", "height", "rx")] == [30, 5, 20, 10, 2]
    assert (text.get("text-anchor"), text.get("font-weight")) == ("middle", "700")
    assert float(text.get("font-size")) == pytest.approx(9 * 25.4 / 72, abs=0.001)


def pixels(content: bytes) -> Image.Image:
    """Return an image on white paper."""
    image = Image.open(io.BytesIO(content)).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("L")


def darkness(image: Image.Image, left: float, top: float, right: float, bottom: float) -> float:
    """Return how dark a part of a picture is, in millimetres: 0 for white, 1 for black."""
    part = image.crop(tuple(round(n * PIXELS_PER_MM) for n in (left, top, right, bottom)))  # type: ignore[arg-type]
    return 1 - sum(value * count for value, count in enumerate(part.histogram())) / 255 / (part.width * part.height)


@pytest.mark.parametrize("picture", [PICTURE, SECOND, THIRD])
def test_the_image_has_three_hundred_dots_per_inch(picture: Picture) -> None:
    width, height = pixels(png(picture, shipped_theme(), "zh-Hans")).size
    assert width == round(picture.width * PIXELS_PER_MM)
    assert abs(height - picture.height * PIXELS_PER_MM) <= 1


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_shapes_and_letters_are_in_the_image_where_they_belong(lang: Any) -> None:
    image = pixels(png(SECOND, shipped_theme(), lang))
    assert darkness(image, 1, 1, 19, 9) > 0.6  # filled with ink
    assert darkness(image, 31, 1, 49, 9) == 0  # filled with paper
    assert darkness(image, 29.5, 0, 50.5, 10.5) > 0  # but outlined
    assert darkness(image, 52, 0, 80, 10) == 0
    assert darkness(image, 10, 21.5, 20, 25.5) > 0.1  # Chinese letters
    assert darkness(image, 52, 21, 60, 25.5) > 0.1  # set flush right, bold
    assert darkness(image, 60.5, 20, 80, 30) == 0


def test_letters_that_differ_look_different() -> None:
    looks = {
        png(Picture((Caption(2, 8, text, 14),), 20, 12, ""), shipped_theme(), "zh-Hans")
        for text in ("中", "文", "A", "é", "Ж", "")
    }
    assert len(looks) == 6


# --- DOCX and XLSX ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_every_picture_of_a_document_has_its_words_its_size_and_its_own_files(format: str) -> None:
    found = drawn(album_in(format), format)
    assert [words for words, *_ in found] == [PICTURE.alt, SECOND.alt, THIRD.alt]
    assert [size for _, size, *_ in found] == [(100 * EMU, 40 * EMU), (80 * EMU, 30 * EMU), (60 * EMU, 20 * EMU)]
    for picture, (_, _, image, vector) in zip((PICTURE, SECOND, THIRD), found, strict=True):
        assert image == png(picture, shipped_theme(), "zh-Hans")
        root = etree.fromstring(vector)
        assert root[0].text == picture.alt
        assert "Microsoft YaHei" in root.get("font-family")


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_every_relationship_of_a_picture_leads_to_a_part_and_every_file_is_used(format: str) -> None:
    package = album_in(format)
    used = set(targets(package, DRAWN_BY[format]).values())
    assert {name for name in package.names if "/media/" in name} == {name for name in used if "/media/" in name}
    assert all(target in package.parts for target in used)
    assert package.damaged is None
    assert len(set(package.names)) == len(package.names)


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_the_package_says_what_its_files_are(format: str) -> None:
    types = album_in(format).xml("[Content_Types].xml")
    known = {e.get("Extension"): e.get("ContentType") for e in local(types, "Default")}
    assert known["png"] == "image/png"
    assert known["svg"] == "image/svg+xml"
    parts = {e.get("PartName") for e in local(types, "Override")}
    assert all(name.removeprefix("/") in album_in(format).parts for name in parts)
    assert ("/xl/drawings/drawing1.xml" in parts) is (format == "xlsx")


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_pictures_have_numbers_of_their_own(format: str) -> None:
    root = album_in(format).xml(DRAWN_BY[format])
    name = "docPr" if format == "docx" else "cNvPr"
    numbers = [e.get("id") for e in local(root, name)]
    assert len(numbers) == len(set(numbers)) == 3


def test_words_stand_on_the_drawing_where_word_looks_for_them() -> None:
    words = [e.get("descr") for e in local(album_in("docx").xml("word/document.xml"), "docPr")]
    assert words == [PICTURE.alt, SECOND.alt, THIRD.alt]


def test_pictures_stand_in_word_in_the_order_of_the_document() -> None:
    order = []
    for paragraph in album_in("docx").paragraphs():
        order += [e.get("descr") for e in local(paragraph, "docPr")] or [paragraph_text(paragraph)]
    assert [text for text in order if text] == ["样张 & <标题>", PICTURE.alt, "章", SECOND.alt, "图后的话", THIRD.alt]


def test_a_picture_before_signatures_stays_on_their_page() -> None:
    made = Docx(written(document(THIRD, SignatureBlock((Signature("签字"),))), "docx"))
    [paragraph] = [p for p in made.paragraphs() if local(p, "drawing")]
    assert local(paragraph, "keepNext")


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_document_without_pictures_has_no_trace_of_any(format: str) -> None:
    package = {"docx": Docx, "xlsx": Xlsx}[format](written(document(Paragraph((Text("话"),))), format))
    assert not [name for name in package.names if "media" in name or "drawing" in name]
    assert not [name for source, e in package.relationships() for name in [e.get("Type")] if name.endswith("/image")]
    if format == "xlsx":
        assert not local(package.xml("xl/worksheets/sheet1.xml"), "drawing")


def test_a_reader_that_is_not_ours_finds_the_images_of_a_workbook() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(album_in("xlsx").content)).worksheets[0]
    assert [Image.open(image.ref).size[0] for image in sheet._images] == [
        round(width * PIXELS_PER_MM) for width in (100, 80, 60)
    ]


# --- their place on a sheet ------------------------------------------------------------------------------------------


def rows_of(made: Xlsx) -> list[tuple[int, float, bool]]:
    """Return number, height in points and whether anything stands in it, of every row of the sheet."""
    rows = local(made.xml("xl/worksheets/sheet1.xml"), "row")
    return [(int(r.get("r")), float(r.get("ht")), any(len(cell) for cell in r)) for r in rows]


def lying(made: Xlsx) -> list[tuple[float, float]]:
    """Return where each picture begins and ends, in points from the top of the sheet."""
    heights = {number: height for number, height, _ in rows_of(made)}
    found = []
    for anchor in local(made.xml("xl/drawings/drawing1.xml"), "oneCellAnchor"):
        row, offset = (int(local(anchor, name)[0].text) for name in ("row", "rowOff"))
        top = sum(heights.get(n, 18.0) for n in range(1, row + 1)) + offset / EMU * 72 / 25.4
        found.append((top, top + int(local(anchor, "ext")[0].get("cy")) / EMU * 72 / 25.4))
    return found


def written_on(made: Xlsx) -> list[tuple[float, float]]:
    """Return from where to where each row with something in it reaches, in points; rows left out have 18."""
    found, top, last = [], 0.0, 0
    for number, height, full in rows_of(made):
        top += 18.0 * (number - last - 1)
        last = number
        if full:
            found.append((top, top + height))
        top += height
    return found


def overlapping(spans: list[tuple[float, float]], others: list[tuple[float, float]]) -> list[Any]:
    return [(a, b) for a in spans for b in others if a != b and a[0] < b[1] - 0.1 and b[0] < a[1] - 0.1]


def test_pictures_of_a_form_lie_on_rows_of_their_own_in_their_order() -> None:
    made = album_in("xlsx")
    pictures = lying(made)
    assert pictures == sorted(pictures)
    assert overlapping(pictures, written_on(made)) == []
    assert overlapping(pictures, pictures) == []
    after = next(top for (top, _), text in zip(written_on(made), texts_of(made), strict=True) if text == "　　图后的话")
    assert pictures[1][1] <= after <= pictures[2][0]


def texts_of(made: Xlsx) -> list[str]:
    """Return the first text of every row that has one."""
    found = []
    for row in made.sheet.iter_rows():
        values = [cell.value for cell in row if cell.value is not None]
        found += [str(values[0])] if values else []
    return found


HEIGHTS = [20.0, 40.0, 57.0, 63.4, 82.5, 120.0, 200.0]


@pytest.mark.parametrize("height", HEIGHTS)
def test_what_follows_a_picture_on_a_form_lies_below_it(height: float) -> None:
    picture = Picture((Box(0, 0, 10, height),), 60, height, "高")
    made = Xlsx(written(document(picture, Paragraph((Text("其后"),)), picture, Paragraph((Text("最后"),))), "xlsx"))
    assert overlapping(lying(made), written_on(made)) == []
    pictures = lying(made)
    assert overlapping(pictures, pictures) == []


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("summed", [(), (1,)])
def test_pictures_of_a_register_lie_below_its_table_and_above_what_follows(
    height: float, summed: tuple[int, ...]
) -> None:
    picture = Picture((Box(0, 0, 10, height),), 60, height, "高")
    columns = (column("名称"), column("件数", kinds.INTEGER))
    rows = tuple(Row((f"第{n}行", n)) for n in range(5))
    table = Table("/rows", columns, rows, register=True, summed=summed, total="合计行" if summed else "")
    made = Xlsx(
        written(document(table, picture, picture, SignatureBlock((Signature("签字处"),)), kind="table"), "xlsx")
    )
    pictures = lying(made)
    assert len(pictures) == 2
    assert overlapping(pictures, written_on(made)) == []
    assert overlapping(pictures, pictures) == []
    places = dict(zip(texts_of(made), written_on(made), strict=True))
    assert places["合计行" if summed else "第4行"][1] <= pictures[0][0] < pictures[1][0] < places["签字处"][0]


def test_a_picture_of_a_form_isnt_cut_by_a_page_of_a_workbook() -> None:
    tall = Picture((Box(0, 0, 10, 150),), 60, 150, "高")
    made = Xlsx(written(document(tall, tall, tall), "xlsx"))
    breaks = [int(e.get("id")) for e in local(made.xml("xl/worksheets/sheet1.xml"), "brk")]
    heights = {number: height for number, height, _ in rows_of(made)}
    edges = [sum(heights[n] for n in range(1, row + 1)) for row in breaks]
    pages = [0.0, *edges, sum(heights.values())]
    room = (297 - 22 - 20) * 72 / 25.4
    assert all(b - a <= room for a, b in pairwise(pages))
    assert not [1 for top, bottom in lying(made) for edge in edges if top < edge < bottom]


# --- PDF -------------------------------------------------------------------------------------------------------------


def test_the_letters_of_a_picture_are_text_in_pdf() -> None:
    text = squeezed(album_in("pdf").text)
    assert [letters for letters in LETTERS if squeezed(letters) not in text] == []


def test_a_picture_is_drawn_in_pdf_and_no_image() -> None:
    made = album_in("pdf")
    kinds = {item.type for page in made.file for item in page.get_objects(max_depth=12)}
    assert pdfium.FPDF_PAGEOBJ_PATH in kinds
    assert pdfium.FPDF_PAGEOBJ_IMAGE not in kinds
    assert not re.search(rb"/Subtype\s*/Image", made.objects)


def test_a_picture_has_its_words_in_pdf() -> None:
    made = album_in("pdf")
    assert "Figure" in made.tags()
    for picture in (PICTURE, SECOND, THIRD):
        words = ("\ufeff" + picture.alt).encode("utf-16-be").hex()
        plain = f"/Alt ({picture.alt})".encode()
        assert words.encode() in made.objects.lower() or plain in made.objects


def test_a_picture_has_its_own_size_in_pdf() -> None:
    page = Pdf(written(document(SECOND), "pdf")).file[0].get_textpage()
    text = page.get_text_range()
    start, end = (page.get_charbox(text.index(letter)) for letter in ("第二张", "右齐"))
    # the captions begin at 10 mm and end at 60 mm: 50 mm apart, less the width of two letters of 12 points
    assert end[0] - start[0] == pytest.approx(50 * 72 / 25.4 - 2 * 12, abs=2)


def test_a_letter_that_no_font_has_is_refused_with_its_field() -> None:
    picture = Picture((Caption(5, 5, "好\U000f0000", pointer="/causes/0/cause"),), 60, 20, "图")
    with pytest.raises(WriteError) as caught:
        written(document(picture), "pdf")
    assert [(f.code, f.place.pointer) for f in caught.value.faults] == [("E-glyph", "/causes/0/cause")]


# --- the same bytes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_the_same_pictures_are_the_same_bytes(format: str) -> None:
    first = written(album(), format)
    _drawing.cache_clear()
    assert written(album(), format) == first


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_picture_that_differs_makes_another_file(format: str) -> None:
    other = Picture((*THIRD.shapes, Stroke(((3, 3), (9, 9)))), THIRD.width, THIRD.height, THIRD.alt)
    assert written(document(THIRD), format) != written(document(other), format)


# --- scales ----------------------------------------------------------------------------------------------------------


def marks(rows: list[list[str]]) -> list[str]:
    return ["".join("x" if "☑" in cell else "-" if "☐" in cell else "?" for cell in row[1:]) for row in rows]


def scale_of(*values: int | None, steps: tuple[Choice, ...] = RATINGS, **given: Any) -> Scale:
    fields = (field(f"问题{n}", v, kinds.CHOICE, choices=steps, ticks=True) for n, v in enumerate(values, 1))
    return Scale(tuple(fields), **given)


TEN = tuple(Choice(n, str(n)) for n in range(11))


@pytest.mark.parametrize(("steps", "count"), [(RATINGS, 5), (TEN, 11)])
def test_a_scale_in_word_has_a_box_for_every_step_and_ticks_the_chosen_one(
    steps: tuple[Choice, ...], count: int
) -> None:
    made = Docx(written(document(scale_of(2, None, steps[-1].value, low="低", high="高", steps=steps)), "docx"))
    [table] = made.tables()
    ends, head, *rows = [row_cells(row) for row in local(table, "tr")]
    assert [cell for cell in ends if cell] == ["低", "高"]
    assert head[1:] == [choice.label for choice in steps]
    assert [row[0] for row in rows] == ["问题1", "问题2", "问题3"]
    second = [choice.value for choice in steps].index(2)
    assert marks(rows) == ["-" * second + "x" + "-" * (count - second - 1), "-" * count, "-" * (count - 1) + "x"]


def test_a_scale_without_words_for_its_ends_has_no_line_for_them() -> None:
    [table] = Docx(written(document(scale_of(1)), "docx")).tables()
    assert len(local(table, "tr")) == 2


def test_the_tick_in_pdf_stands_beneath_its_step() -> None:
    for value in (1, 3, 5):
        page = Pdf(written(document(scale_of(value)), "pdf")).file[0].get_textpage()
        text = page.get_text_range()
        assert text.count("✓") == 1
        boxes = {step: page.get_charbox(text.index(step)) for step in "12345"}
        middle = {step: (box[0] + box[2]) / 2 for step, box in boxes.items()}
        tick = page.get_charbox(text.index("✓"))
        assert min(middle, key=lambda s: abs(middle[s] - (tick[0] + tick[2]) / 2)) == str(value)


def test_a_scale_in_a_workbook_takes_a_mark_of_its_steps_in_a_named_cell() -> None:
    made = Xlsx(written(document(SCALE), "xlsx"))
    names = {name: made.book.defined_names[name].attr_text.partition("!")[2] for name in made.book.defined_names}
    given, empty = (made.sheet[names[f"f_{label}"].replace("$", "")] for label in ("服务态度", "响应快慢"))
    assert str(given.value) == "4"
    assert [empty.value.count(text) for text in ("□", "很不满意", "非常满意")] == [5, 1, 1]
    checks = [v for v in made.sheet.data_validations.dataValidation if given.coordinate in v.sqref]
    assert len(checks) == 1
    assert empty.coordinate in checks[0].sqref
    lists = made.book.worksheets[1]
    assert [str(cell.value) for cell in lists["A"]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_scale_that_must_be_answered_says_so_on_blank_paper_alone(format: str) -> None:
    wanted = Scale((field("必答题", None, kinds.CHOICE, choices=RATINGS, ticks=True, required=True),), "低", "高")
    reader = {"docx": Docx, "xlsx": Xlsx, "pdf": Pdf}[format]
    blank, filled = (reader(written(document(wanted, purpose=p), format)) for p in (Purpose.BLANK, Purpose.FILLED))
    assert "必答题*" in squeezed(blank.text)
    assert "必答题*" not in squeezed(filled.text)


@pytest.mark.parametrize(("text", "latin"), [("Łódź 分公司", True), ("Lo\u0301dz\u0301", True), ("café 店", False)])
def test_letters_that_fonts_for_chinese_lack_are_set_in_the_latin_font(text: str, latin: bool) -> None:
    families = shipped_theme().pdf_fonts["zh-Hans"]
    drawn = svg(Picture((Caption(2, 8, text),), 60, 12, ""), shipped_theme(), families)
    [line] = local(etree.fromstring(drawn.encode()), "text")
    assert (line.get("font-family") or "").startswith("'Biaodan Latin', 'Biaodan SC'") is latin
    runs = svg(Picture((Caption(2, 8, text),), 60, 12, ""), shipped_theme(), families, runs=True)
    found = local(etree.fromstring(runs.encode()), "tspan")
    assert [run.get("font-family") for run in found] == ["Biaodan Latin"] * latin
    assert "公司" not in "".join(run.text for run in found)
