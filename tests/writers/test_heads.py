"""What stands once: the title on page one alone, a letterhead instead of a letter's first head, in every format."""

import re
from dataclasses import replace
from typing import Any

import pytest

from generator.document import Document, PageBreak, Paragraph, Text
from generator.errors import SchemaError
from generator.profile import Profile

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
    for page in (first, second):
        assert [page.count(text) for text in (TITLE, OFFICE, "KF-9", "R-7")] == [1, 1, 1, 1]
    assert [ADDRESS in first, PHONE in first] == [kind == "letter"] * 2
    assert ADDRESS not in second


def test_a_letter_whose_text_says_its_number_says_it_once() -> None:
    lettered = made("letter", reference="R-7")
    said = replace(lettered, blocks=(Paragraph((Text("编号 R-7"),)), *lettered.blocks))
    for engine in ("pdf", "typst"):
        assert pages(written(said, engine))[0].count("R-7") == 1


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
