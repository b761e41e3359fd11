"""A box to be filled in on screen is known by its pointer in every format, whatever its label says."""

from dataclasses import replace

import pytest

from generator.document import Room, Use
from generator.writers.html import write_html

from .reading import READERS
from .specimen import document, field, grid, written

POINTER = '/basic/a~1b <&">'


def filled_on_screen(value: object):
    return document(grid(replace(field("姓名", value), pointer=POINTER, room=Room(Use.CONTROL, 12))))


def test_in_word_it_is_a_content_control() -> None:
    body = READERS["docx"](written(filled_on_screen("甲"), "docx")).body
    (control,) = body.iter("{*}sdt")
    (tag,) = control.iter("{*}tag")
    assert tag.values() == [POINTER]
    assert "".join(control.itertext()) == "甲"


@pytest.mark.parametrize("value", ["甲", None])
def test_in_html_it_carries_the_pointer(value: object) -> None:
    assert 'data-pointer="/basic/a~1b &lt;&amp;&quot;&gt;"' in write_html(filled_on_screen(value))


@pytest.mark.parametrize("format", ["docx", "xlsx", "typst"])
def test_its_value_is_read_in_every_format(format: str) -> None:
    assert "甲公司" in READERS[format](written(filled_on_screen("甲公司"), format)).text
