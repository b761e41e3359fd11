"""What stands once: the title on page one alone, a letterhead instead of a letter's first head, in every format."""

import re
from dataclasses import replace
from typing import Any

import pytest

from generator.document import Document, PageBreak, Paragraph, Purpose, Text
from generator.errors import SchemaError
from generator.profile import FormNumbers, Profile

from .reading import Package, Pdf
from .specimen import document, written

TITLE, OFFICE, ADDRESS, PHONE = "结案之函", "枫叶公司", "世纪大道一百号", "400-800-1234"
MAPLE = Profile.of({"zh-Hans": OFFICE}, {"zh-Hans": ADDRESS}, phone=PHONE, email="a@example.com", website="example.com")


def made(kind: str, **given: Any) -> Document:
    blocks = (Paragraph((Text("甲"),)), PageBreak(), Paragraph((Text("乙"),)))
    return replace(document(*blocks, kind=kind, title=TITLE, number="KF-9", **given), profile=MAPLE)


def pages(content: bytes) -> list[str]:
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in Pdf(content).file]


@pytest.mark.parametrize("engine", ["pdf", "typst"])
@pytest.mark.parametrize("kind", ["form", "report", "letter"])
def test_page_one_says_its_title_once_and_the_others_in_their_head(engine: str, kind: str) -> None:
    first, second = pages(written(made(kind, reference="R-7"), engine))
    internal = int(kind != "letter")  # what leaves the house has no number of a form
    for page in (first, second):
        assert [page.count(text) for text in (TITLE, OFFICE, "KF-9")] == [1, 1, internal]
    assert [page.count("R-7") for page in (first, second)] == [1, internal]  # a letter says its own number once
    assert [ADDRESS in first, PHONE in first] == [kind == "letter"] * 2
    assert ADDRESS not in second


def test_a_letter_whose_text_says_its_number_says_it_once() -> None:
    lettered = made("letter", reference="R-7")
    said = replace(lettered, blocks=(Paragraph((Text("编号 R-7"),)), *lettered.blocks))
    for engine in ("pdf", "typst"):
        assert [page.count("R-7") for page in pages(written(said, engine))] == [1, 0]


@pytest.mark.parametrize(("which", "kinds"), [("internal", {"form"}), ("all", {"form", "letter"}), ("none", set())])
def test_a_desk_says_which_paper_bears_the_number_of_its_form(which: FormNumbers, kinds: set[str]) -> None:
    for kind in ("form", "letter"):
        paper = made(kind, version="1.0")
        paper = replace(paper, profile=replace(paper.profile, form_numbers=which))
        word = Package(written(paper, "docx"))
        later = "".join(word.parts[f"word/{name}.xml"].decode() for name in ("header1", "footer2"))
        book = Package(written(paper, "xlsx")).parts["xl/worksheets/sheet1.xml"].decode()
        shown = [later, book, word.parts["docProps/core.xml"].decode()]
        shown += ["".join(pages(written(paper, engine))) for engine in ("pdf", "typst")]
        assert ["KF-9" in text for text in shown] == [kind in kinds] * 5


def test_a_letter_that_is_filled_in_on_screen_bears_the_number_of_its_form() -> None:
    paper = made("letter", purpose=Purpose.FILLABLE)
    assert "KF-9" in Package(written(paper, "docx")).parts["word/header1.xml"].decode()


def test_heads_of_a_word_document() -> None:
    for kind in ("report", "letter"):
        package = Package(written(made(kind), "docx"))
        later, first = (package.parts[f"word/header{n}.xml"].decode() for n in (1, 2))
        assert TITLE in later
        assert TITLE not in first
        assert (PHONE in first) is (kind == "letter")
        assert "<w:titlePg/>" in package.parts["word/document.xml"].decode()


def test_heads_of_a_workbook() -> None:
    for kind in ("report", "letter"):
        sheet = Package(written(made(kind), "xlsx")).parts["xl/worksheets/sheet1.xml"].decode()
        first = re.search("<firstHeader>(.*?)</firstHeader>", sheet)
        assert 'differentFirst="1"' in sheet
        assert first
        assert (OFFICE in first[1]) is (kind == "report")
        assert (PHONE in sheet) is (kind == "letter")


def test_a_text_of_a_profile_that_no_document_can_hold_is_named() -> None:
    with pytest.raises(SchemaError) as caught:
        Profile.of({"zh-Hans": OFFICE}, {"zh-Hans": "一\x07"}, phone="4\x00", email="a", website="w")
    assert {fault.place.pointer for fault in caught.value.faults} == {"/addresses/zh-Hans", "/phone"}
