"""PDFs as reader, screen reader and printer meet them: text, tags, bookmarks, pages, fonts, nothing from outside."""

import http.server
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator import kinds
from generator.document import (
    Document,
    Figure,
    Heading,
    KeyFigures,
    ListBlock,
    Note,
    Page,
    Paragraph,
    Purpose,
    Row,
    Section,
    Signature,
    SignatureBlock,
    Table,
    Text,
    Value,
)
from generator.errors import WriteError
from generator.wording import LANGS

from .reading import Pdf, squeezed, unhyphenated
from .specimen import BLOCKS, TABLE, column, document, field, grid, register, written

NO_FONT_HAS = "\U00013000"
"""An Egyptian hieroglyph."""


def opened(made: Document) -> Pdf:
    return Pdf(written(made, "pdf"))


@cache
def everything(lang: str = "zh-Hans") -> Pdf:
    return opened(document(*BLOCKS.values(), lang=lang, reference="BG-7"))


@cache
def long_table() -> Pdf:
    rows = tuple(Row((datetime(2024, 5, 1, 9, n % 60), f"经办{n}", f"第{n}件事情", "low", n)) for n in range(120))
    return opened(document(Section(Heading("长表"), (replace(TABLE, rows=rows, caption=""),))))


# --- what a screen reader and a catalogue need -----------------------------------------------------------------------


def test_the_title_is_the_documents() -> None:
    assert everything().metadata["Title"] == "样张 & <标题>"
    assert "KF-99" in everything().metadata["Subject"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_language_is_declared(lang: str) -> None:
    assert re.search(rb"/Lang\s*\(" + lang.encode() + rb"\)", everything(lang).objects)


def test_the_file_is_tagged_with_headings_tables_and_lists() -> None:
    assert everything().tagged
    assert {"H1", "H2", "H3", "P", "Table", "TR", "TH", "TD", "L", "LI"} <= everything().tags()


def test_the_file_says_that_it_is_accessible_and_shows_its_title() -> None:
    assert b"pdfuaid" in everything().objects
    assert re.search(rb"/DisplayDocTitle\s+true", everything().objects)


def test_bookmarks_follow_the_headings() -> None:
    made = document(
        Section(Heading("甲章"), (Heading("小节", level=3), Paragraph((Text("话"),)))), Section(Heading("乙章"), ())
    )
    assert opened(made).bookmarks == [(0, "样张 & <标题>"), (1, "甲章"), (2, "小节"), (1, "乙章")]


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "size"), [(Page("A4"), (210, 297)), (Page("A4", True), (297, 210)), (Page("A3", True), (420, 297))]
)
def test_the_paper_has_its_size(page: Page, size: tuple[int, int]) -> None:
    assert set(opened(document(TABLE, page=page)).sizes_mm) == {size}


def test_the_header_of_a_long_table_is_repeated_on_each_page() -> None:
    assert len(long_table()) >= 3
    for body in long_table().bodies:
        assert squeezed(body).count("时刻栏经办栏事由栏") == 1


def test_every_row_of_a_long_table_is_there_once_and_in_order() -> None:
    found = re.findall(r"第(\d+)件事情", squeezed("".join(long_table().bodies)))
    assert found == [str(n) for n in range(120)]


def test_rows_do_not_break_across_pages() -> None:
    lines = "\n".join(f"{{n}}之{part}" for part in range(4))
    rows = tuple(Row((None, "", lines.format(n=f"第{n}行"), None, None)) for n in range(60))
    for body in opened(document(replace(TABLE, rows=rows))).bodies:
        text = squeezed(body)
        assert {int(n) for n in re.findall(r"第(\d+)行之0", text)} == {
            int(n) for n in re.findall(r"第(\d+)行之3", text)
        }


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh-Hans", "第 {} 页 / 共 {} 页"), ("zh-Hant", "第 {} 頁 / 共 {} 頁"), ("en", "Page {} of {}")],
)
def test_every_page_says_which_of_how_many_it_is(lang: str, words: str) -> None:
    pages = everything(lang).pages
    assert len(pages) > 1
    for n, text in enumerate(pages, 1):
        assert squeezed(words.format(n, len(pages))) in squeezed(text)


def test_every_page_has_its_head_and_foot() -> None:
    for text in everything().pages:
        assert all(
            squeezed(part) in squeezed(text)
            for part in ("某某中心", "样张 & <标题>", "KF-99", "版本 2.5", "编号 BG-7", "内部资料样张")
        )


def test_signatures_never_stand_alone_on_a_page() -> None:
    signatures = SignatureBlock((Signature("客户签字处"),))
    for count in range(36, 60, 3):
        rows = tuple(Row((None, "", f"第{n}件", None, None)) for n in range(count))
        last = squeezed(opened(document(replace(TABLE, rows=rows, blank_rows=0), signatures)).bodies[-1])
        assert "客户签字处" in last
        assert re.search(r"第\d+件", last)


# --- fonts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_every_font_is_embedded_and_holds_only_what_is_used(lang: str) -> None:
    fonts = everything(lang).fonts()
    assert fonts
    assert all(fonts.values())
    assert all(re.fullmatch(r"[A-Z]{6}\+.+", name) for name in fonts)
    assert len(everything(lang).content) < 400_000


def test_no_font_of_the_machine_finds_its_way_in() -> None:
    named = re.findall(rb"/FontName\s*/[A-Z]{6}\+([^\s/>]+)", everything().objects)
    assert named
    assert all(name.startswith(b"Biaodan") for name in named)


@pytest.mark.parametrize(("lang", "family"), [("zh-Hans", "SC"), ("zh-Hant", "TC")])
def test_each_chinese_is_set_in_its_own_shapes(lang: str, family: str) -> None:
    paragraph = Paragraph((Text("直角骨令"),))
    made = document(paragraph, lang=lang, title="直角", office="中心", footer="", kind="letter")
    assert {re.sub(r".*Biaodan.(?:Serif.)?(..).*", r"\1", name) for name in opened(made).fonts()} == {family}


RARE = [
    "𠮷野家",
    "㐂",
    "龘",
    "繁體與简体",
    "한국어",
    "ひらがな・カタカナ",
    "Söhne Ærø crème",
    "≤ ± × ÷ → ★ ※ ① ㈱",
    "€ £ ¥",
    "“双引号”——……",
]


@pytest.mark.parametrize("text", [*RARE, "😀", "👍🎉"])
def test_rare_characters_come_back_as_text(text: str) -> None:
    assert squeezed(text) in squeezed(opened(document(grid(field("值", text)))).bodies[0])


@pytest.mark.parametrize("text", ["a\u200bb", "a\u00adb", "👍\ufe0f", "换\u2060行"])
def test_characters_without_a_shape_need_no_glyph(text: str) -> None:
    assert opened(document(grid(field("值", text)))).bodies


@pytest.mark.parametrize(
    "block",
    [
        grid(field("客户名称", f"张{NO_FONT_HAS}", pointer="/customer")),
        grid(field("客户名称", [f"张{NO_FONT_HAS}"], kinds.LIST, pointer="/customer")),
        KeyFigures((Figure("客户名称", NO_FONT_HAS, pointer="/customer"),)),
    ],
    ids=["field", "list", "figure"],
)
def test_a_character_that_no_font_has_is_refused_by_its_code_and_field(block: Any) -> None:
    with pytest.raises(WriteError) as caught:
        written(document(block), "pdf")
    (fault,) = caught.value.faults
    assert (fault.code, fault.place.pointer) == ("E-glyph", "/customer")
    assert "U+13000" in fault.text("zh-Hans")
    assert all("客户名称" in fault.text(lang) for lang in LANGS)
    assert "张" not in fault.text("zh-Hans").replace("客户名称", "")


def test_in_a_table_the_row_is_named_too() -> None:
    rows = (Row((None, "好", "", None, None)), Row((None, f"坏{NO_FONT_HAS}", "", None, None)))
    with pytest.raises(WriteError) as caught:
        written(document(replace(TABLE, rows=rows)), "pdf")
    (fault,) = caught.value.faults
    assert fault.place.pointer == "/log/1/经办"
    assert "经办栏" in fault.text("zh-Hans")


def test_every_character_without_a_glyph_is_named_at_once() -> None:
    made = document(grid(field("甲", f"{NO_FONT_HAS}\U00013001{NO_FONT_HAS}"), field("乙", NO_FONT_HAS)))
    with pytest.raises(WriteError) as caught:
        written(made, "pdf")
    assert [(f.place.pointer, f.params["character"]) for f in caught.value.faults] == [
        ("/甲", "U+13000"),
        ("/甲", "U+13001"),
        ("/乙", "U+13000"),
    ]


@pytest.mark.parametrize(
    "made",
    [
        document(Paragraph((Value("/v", NO_FONT_HAS),))),
        document(ListBlock(((Text(NO_FONT_HAS),),))),
        document(Note((Text(NO_FONT_HAS),))),
        document(Heading(NO_FONT_HAS)),
        document(SignatureBlock((Signature(NO_FONT_HAS),))),
        document(Section(Heading("x"), (Paragraph((Text(NO_FONT_HAS),)),))),
        document(title=NO_FONT_HAS),
        document(footer=NO_FONT_HAS),
        document(reference=NO_FONT_HAS),
    ],
    ids=["value", "list", "note", "heading", "signature", "section", "title", "footer", "reference"],
)
def test_a_box_instead_of_a_character_is_never_printed(made: Document) -> None:
    with pytest.raises(WriteError) as caught:
        written(made, "pdf")
    assert [fault.code for fault in caught.value.faults] == ["E-glyph"]


# --- a value is never markup, and nothing is fetched -----------------------------------------------------------------


class _Asked(http.server.BaseHTTPRequestHandler):
    """Notes every request."""

    paths: list[str]

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """A web server of this machine that notes what is asked of it."""
    paths: list[str] = []
    handler = type("Handler", (_Asked,), {"paths": paths})
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_address[1]}", paths
    listening.shutdown()
    listening.server_close()


LURES = [
    '<img src="{0}/img">',
    '<link rel="stylesheet" href="{0}/css">',
    '<link rel="attachment" href="{1}">',
    "<style>@import url({0}/import); body {{ background: url({0}/bg) }}</style>",
    '<svg><image href="{0}/svg"/></svg>',
    '"><img src={0}/attribute>',
    "</title></style></h1><iframe src='{0}/frame'></iframe>",
    "<base href='{0}/'><object data='{1}'></object>",
    "url({0}/plain)",
    '"; content: url({0}/content); "',
]


@pytest.mark.parametrize("lure", LURES)
def test_markup_in_a_value_is_printed_as_text_and_fetches_nothing(
    lure: str, server: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = server
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET", encoding="utf-8")
    text = lure.format(address, secret.as_uri())
    rows = (Row((None, text, "", None, None)),)
    blocks = (
        grid(field("值", text)),
        replace(TABLE, rows=rows, caption=text),
        Paragraph((Value("/v", text),)),
        Heading(text),
    )
    content = opened(document(*blocks, title=text, office=text, footer=text, reference=text, number=text, version=text))
    assert asked == []
    assert unhyphenated("".join(content.bodies)).count(unhyphenated(text)) >= 4
    assert b"TOPSECRET" not in content.objects
    assert not re.search(rb"/(EmbeddedFile|URI|Launch|JavaScript)\b", content.objects)


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "${size_body}", "%s %(a)s", "&lt;b&gt;", "\\n", "counter(page)"])
def test_a_value_is_never_a_template(text: str) -> None:
    pdf = opened(document(grid(field("值", text)), title=text))
    assert squeezed(pdf.bodies[0]).count(squeezed(text)) == 2


def test_line_ends_of_a_value_are_kept() -> None:
    body = opened(document(grid(field("值", "首行\n次行\n\n末行", kinds.MULTILINE)))).bodies[0]
    assert re.search(r"首行\s*[\r\n]\s*次行\s*[\r\n]\s*末行", body)


# --- the same bytes --------------------------------------------------------------------------------------------------


def test_the_same_document_gives_the_same_bytes() -> None:
    made = document(*BLOCKS.values())
    assert written(made, "pdf") == written(made, "pdf")


def test_no_clock_is_read() -> None:
    assert not re.search(rb"D:20\d{6}|20\d\d-\d\d-\d\dT\d\d:", everything().objects)


# --- how it's used ---------------------------------------------------------------------------------------------------


def test_an_overdue_row_says_so_in_words() -> None:
    table = register().blocks[0]
    assert isinstance(table, Table)
    rows = [Row(row.values, mark="已逾期" if n == 0 else "") for n, row in enumerate(table.rows)]
    assert squeezed(opened(document(replace(table, rows=rows))).bodies[0]).count("已逾期") == 1


def test_blank_paper_has_room_to_write() -> None:
    asked = grid(*(field(f"第{n}栏", lines=6, kind=kinds.MULTILINE) for n in range(8)))
    assert len(opened(document(asked, purpose=Purpose.BLANK))) > len(opened(document(asked)))


def test_columns_share_the_width_even_where_there_are_many() -> None:
    columns = tuple(column(f"c{n}") for n in range(20))
    table = Table("/t", columns, rows=(Row(tuple(f"很长的值{n}" for n in range(20))),))
    text = squeezed(opened(document(table, page=Page("A4", True))).bodies[0])
    assert all(f"很长的值{n}" in text for n in range(20))


@pytest.mark.parametrize("count", range(24))
def test_a_dot_within_a_name_stays_a_dot_wherever_the_line_ends(count: int) -> None:
    from tests.trials.drawn import glyphs

    names = ("中" * (20 + count) + "亨利‧福特" * 4, "亨利‧")
    pdf = written(document(*(Paragraph((Text(name),)) for name in names), lang="zh-Hant"), "pdf")
    dots = [glyph for glyph in glyphs(pdf) if glyph.point == 0x2027]
    assert len(dots) >= 5
    assert {round(dot.width, 1) for dot in dots} == {0.2}
    assert {round(dot.height, 1) for dot in dots} == {0.2}
