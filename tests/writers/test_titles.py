"""Titles of PDF pages: Song type where it has every character, the font of the text where it lacks one."""

import io
from dataclasses import replace

import pypdfium2
import pytest

from generator.api import to_bytes
from generator.document import Document, Purpose
from generator.writers.fonts import title_family

PLAIN = Document("form", "form", "表", "zh-Hans", Purpose.FILLED, ())


@pytest.mark.parametrize(
    ("title", "lang", "family"),
    [
        ("问题处理总结报告", "zh-Hans", "Biaodan Serif SC"),
        ("問題處理結案報告", "zh-Hant", "Biaodan Serif TC"),
        ("Issue closure report", "en", ""),
        ("𠮷野家", "zh-Hans", ""),
        ("A 公司（2024）", "zh-Hans", "Biaodan Serif SC"),
    ],
)
def test_a_title_is_set_in_one_font(title: str, lang: str, family: str) -> None:
    assert title_family(title, lang) == family  # type: ignore[arg-type]


def test_both_kinds_of_title_come_back_as_text() -> None:
    for title in ("客户排查表", "𠮷野家"):
        page = pypdfium2.PdfDocument(io.BytesIO(to_bytes(replace(PLAIN, title=title), "pdf")))[0]
        assert title in page.get_textpage().get_text_bounded().replace(" ", "")
