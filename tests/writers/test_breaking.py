"""Texts that would take a layout engine minutes are given places to break, and marks in rows are left as they are."""

import re

import pytest

from generator.writers.breaking import breakable
from generator.writers.html_markup import set_text

_HAN = "\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BREAK = re.compile(f"[ \t\n\u200b]+|(?<=[{_HAN}])(?=[{_HAN}])")
LONGEST = 20
SOLID = {
    "letters": "x" * 5000,
    "digits": "0123456789" * 100,
    "marks": "a\u0301" * 1000,
    "nothing but marks": "\u0301" * 5000,
    "one letter and its marks": "a" + "\u0301\u0300" * 2000,
    "letters between han": "中a" * 1000,
    "punctuation": "，。" * 1000,
    "emoji": "👍" * 500,
    "families": "\u200d".join("👨👩👧" * 200),
    "hyphens that join": "a\u2060" * 1000,
    "spaces that don't break": "a\u00a0" * 1000,
    "korean": "가" * 600,
    "after a sentence": "前言一句。" * 20 + "x" * 400,
}


@pytest.mark.parametrize("text", SOLID.values(), ids=SOLID)
def test_no_long_run_is_without_a_place_to_break(text: str) -> None:
    made = breakable(text)
    assert max(map(len, _BREAK.split(made))) <= LONGEST
    assert made.replace("\u200b", "") == text
    assert max(map(len, _BREAK.split(re.sub("<[^>]*>", "", set_text(text))))) <= LONGEST + len("&amp;")


@pytest.mark.parametrize(
    "text", ["x" * 199, "中" * 5000, "word " * 1000, "a\u0301" * 99, "", "x" * 190 + " " + "y" * 190]
)
def test_what_can_be_broken_stays_as_it_is(text: str) -> None:
    assert breakable(text) == text


def test_what_belongs_to_the_character_before_it_stays_with_that() -> None:
    for mark in ("\u0301", "\ufe0f", "\U0001f3fd", "\u200d", "\u3099"):
        pieces = breakable(f"a{mark}" * 300).split("\u200b")
        assert len(pieces) > 20
        assert not any(piece.startswith(mark) for piece in pieces)


def halved(text: str) -> int:
    return set_text(text).count('class="half"')


def test_touching_marks_are_set_narrower_but_no_row_of_them() -> None:
    assert halved("说：“甲”，“乙”。") > 0
    assert halved("甲乙，、" + "丙丁" * 9) == 1
    assert halved("甲" + "，" * 11 + "乙" * 9) == 10
    assert halved("甲" + "，" * 12 + "乙" * 9) == 0


def test_of_a_text_no_more_than_two_hundred_marks_are_set_narrower() -> None:
    assert halved("甲乙，、" * 200) == 200
    assert halved("甲乙，、" * 201) == 0
