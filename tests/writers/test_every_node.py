"""Every node × every writer × blank and filled: what a node says is read back out of each format."""

from functools import cache
from html.parser import HTMLParser
from typing import get_args

import pytest

from generator import kinds
from generator.document import (
    Block,
    Choice,
    Document,
    Inline,
    Kind,
    LineBreak,
    PageBreak,
    Paragraph,
    Purpose,
    Strong,
    Text,
)
from generator.writers import SHIPPED
from generator.writers.html import write_html

from .reading import READERS, Docx, Pdf, Xlsx, squeezed, unhyphenated
from .specimen import BLOCKS, CHANNELS, FIELDS, INLINES, TABLE, URGENCY, document, emptied, field, grid, said, written

FORMATS = ("html", *SHIPPED, "typst")
PURPOSES = tuple(Purpose)


class _HtmlText(HTMLParser):
    """Gathers the text of a page; head and foot stand in attributes of its title."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.parts += [value or "" for name, value in attributes if name.startswith("data-")]

    def handle_data(self, text: str) -> None:
        self.parts.append(text)


def text_in(made: Document, format: str) -> str:
    """Return the text of a document after it has been through a format, without blank space."""
    if format == "html":
        page = _HtmlText()
        page.feed(write_html(made))
        return squeezed("\n".join(page.parts))
    text = READERS[format](written(made, format)).text
    return squeezed(text)


def lost(made: Document, format: str) -> list[str]:
    text = text_in(made, format)
    clean = unhyphenated if format in ("pdf", "typst") else squeezed
    return [piece for piece in said(made) if clean(piece) not in clean(text)]


def shaped(block: Block, purpose: Purpose) -> Document:
    return document(emptied(block) if purpose is Purpose.BLANK else block, purpose=purpose)


def test_the_specimen_has_every_kind_of_block() -> None:
    assert set(BLOCKS) == set(get_args(Block))


def test_the_specimen_has_every_kind_of_inline() -> None:
    assert set(INLINES) == set(get_args(Inline))


def test_the_specimen_has_a_field_of_every_kind_of_value() -> None:
    assert set(FIELDS) == set(kinds.SHIPPED)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
def test_what_a_block_says_comes_back(kind: type, purpose: Purpose, format: str) -> None:
    if (purpose, format) == (Purpose.FILLABLE, "typst"):
        pytest.skip("the other engine makes fields")
    assert lost(shaped(BLOCKS[kind], purpose), format) == []


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", INLINES, ids=lambda kind: kind.__name__)
def test_an_inline_stands_between_its_neighbours(kind: type, format: str) -> None:
    made = document(Paragraph((Text("前面的话"), INLINES[kind], Text("后面的话"))))
    between = squeezed(
        "".join(said(document(Paragraph((INLINES[kind],)), title="", office="", number="", version="", footer="")))
    )
    assert f"前面的话{between}后面的话" in text_in(made, format)


@pytest.mark.parametrize("format", FORMATS)
def test_inlines_nest(format: str) -> None:
    nested = Strong((Text("外层"), *(node for node in INLINES.values()), Strong((Text("里层"),))))
    assert lost(document(Paragraph((nested,))), format) == []


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", FIELDS, ids=str)
def test_a_value_of_every_kind_comes_back_in_its_own_words(kind: Kind, format: str) -> None:
    words = {
        kinds.MONEY: ("1,234.50", "1234.5"),
        kinds.CURRENCY: ("USD 1,120.50", "1120.5"),
        kinds.DURATION: ("31小时5分钟", "1 day, 7:05:00"),
        kinds.PERCENT: ("68%", "0.68"),
        kinds.BOOLEAN: ("是",),
    }
    values = {**dict.fromkeys(FIELDS, (None,)), **words}[kind]
    made = document(grid(FIELDS[kind]))
    assert lost(made, format) == []
    assert any(value is None or squeezed(value) in text_in(made, format) for value in values)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_every_node_at_once_in_every_language(lang: str, format: str) -> None:
    made = document(*BLOCKS.values(), lang=lang, reference="BG-2024-7")
    assert lost(made, format) == []


@cache
def _broken(format: str) -> Docx | Xlsx | Pdf:
    made = document(Paragraph((Text("上页的话"),)), PageBreak(), Paragraph((Text("下页的话"),)))
    return READERS[format](written(made, format))


def test_a_page_break_starts_a_page_in_pdf() -> None:
    first, second = (squeezed(text) for text in _broken("pdf").bodies)
    assert "上页的话" in first
    assert "下页的话" not in first
    assert "下页的话" in second


def test_a_page_break_starts_a_page_in_word() -> None:
    breaks = _broken("docx").body.xpath(".//*[local-name()='br'][@*[local-name()='type']='page']")
    assert len(breaks) == 1


def test_a_page_break_starts_a_page_in_excel() -> None:
    sheet = _broken("xlsx").sheet
    above = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value and "上页的话" in str(cell.value))
    below = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value and "下页的话" in str(cell.value))
    assert [at.id for at in sheet.row_breaks.brk if above <= at.id < below]


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_line_break_is_kept_as_a_line_break(format: str) -> None:
    made = document(Paragraph((Text("上一行"), LineBreak(), Text("下一行"))))
    assert "上一行\n下一行" in READERS[format](written(made, format)).text


@pytest.mark.parametrize(("format", "on", "off"), [("docx", "☑", "☐"), ("pdf", "✓", "")])
def test_the_chosen_answers_are_ticked_and_no_others(format: str, on: str, off: str) -> None:
    choices = (Choice("a", "答案甲"), Choice("b", "答案乙"), Choice("c", "答案丙"))
    made = document(grid(field("多选", ["a", "c"], kinds.CHOICES, choices=choices, ticks=True)))
    text = text_in(made, format)
    assert f"{on}答案甲{off}答案乙{on}答案丙" in text


def test_true_is_not_taken_for_the_number_one() -> None:
    choices = (Choice(1, "一次"), Choice(True, "确实"), Choice(0, "零次"))
    made = document(grid(field("单选", True, kinds.CHOICE, choices=choices, ticks=True)))
    assert "☐一次☑确实☐零次" in text_in(made, "docx")


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_choice_adds_in_a_note_is_printed_on_blank_paper(format: str) -> None:
    choices = (Choice("p1", "一级", "4 小时内"), Choice("p2", "二级", "3 个工作日"))
    made = document(grid(field("级别", None, kinds.CHOICE, choices=choices, ticks=True)), purpose=Purpose.BLANK)
    assert lost(made, format) == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_date_to_be_written_by_pen_has_its_units_printed(format: str) -> None:
    made = document(grid(field("日期", None, kinds.DATE)), purpose=Purpose.BLANK)
    assert "年月日" in text_in(made, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_required_field_is_marked_on_blank_paper_only(format: str) -> None:
    required = grid(field("必填项", required=True))
    assert "必填项*" in text_in(document(required, purpose=Purpose.BLANK), format)
    assert "必填项*" not in text_in(document(required), format)


@pytest.mark.parametrize("format", FORMATS)
def test_columns_of_choices_offer_them_in_every_blank_row(format: str) -> None:
    assert text_in(shaped(TABLE, Purpose.BLANK), format).count(URGENCY[0].label) >= TABLE.blank_rows


def test_the_choices_of_the_specimen_are_told_apart() -> None:
    labels = [choice.label for choice in (*URGENCY, *CHANNELS)]
    assert len(set(labels)) == len(labels)
