"""Documents fitted to their pages: as a reader of the pages would see it, in every format that breaks them."""

import io
from dataclasses import replace

import docx
import pytest

from generator.api import blank, make_job, to_bytes
from generator.catalogue import Catalogue
from generator.document import Document, FieldGrid, Paragraph, Purpose, Row, Text
from generator.writers import WritingOptions
from generator.writers.fitting import fitted
from generator.writers.heights import lines_of_paper

from .reading import Pdf
from .specimen import TABLE, document, field, grid, penned

ENGINES = ("weasyprint", "typst")


def pages(made: Document, engine: str) -> int:
    return len(Pdf(to_bytes(made, "pdf", WritingOptions(engine=engine))))


def report(paragraphs: int) -> Document:
    text = Paragraph((Text("系统数据同步延迟，订单状态在两端最长相差四十分钟，客户无法据此安排发货。" * 2),))
    return document(*[text] * paragraphs, kind="report")


def overflowing() -> Document:
    """Return the shortest report of which a little stands on a second page, as it is set without being fitted."""
    room = report(1).theme.text_height(report(1).page)
    return next(made for made in map(report, range(10, 60)) if sum(x.height for x in lines_of_paper(made)) > room)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_few_lines_too_many_are_taken_back_onto_the_page(engine: str) -> None:
    made = overflowing()
    assert fitted(made).closeness > 0
    assert pages(made, engine) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_room_left_over_on_blank_paper_goes_to_the_fields_that_want_text(engine: str) -> None:
    tall = field("问题描述", None, lines=3)
    made = document(grid(field("编号"), tall), purpose=Purpose.BLANK)
    grown = fitted(made).blocks[0].lines[1][0].room.more  # type: ignore[union-attr]  # a grid
    assert grown > 20
    assert pages(made, engine) == 1


def test_rows_for_a_pen_grow_within_bounds() -> None:
    made = fitted(document(penned(TABLE), purpose=Purpose.BLANK))
    (table,) = made.blocks
    assert 0 < table.more < 7  # type: ignore[union-attr]  # a table


def test_a_filled_document_of_one_page_stays_as_it_is() -> None:
    made = report(3)
    assert fitted(made) == made


def test_a_long_table_is_not_measured() -> None:
    rows = [Row(tuple(None for _ in TABLE.columns))] * 5_000
    made = document(replace(TABLE, rows=rows))
    assert fitted(made) is made


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_word_has_rows_as_high_as_they_have_grown(lang: str) -> None:
    form = next(form for form in Catalogue(()) if form.id == "escalation-record")
    made = fitted(make_job(form, lang=lang).blank())  # type: ignore[arg-type]  # a language
    grids = [g for b in made.blocks for g in getattr(b, "blocks", ()) if isinstance(g, FieldGrid)]
    wanted = max(field.room.more for grid in grids for line in grid.lines for field in line)
    tables = docx.Document(io.BytesIO(blank("escalation-record", "docx", lang=lang))).tables  # type: ignore[arg-type]
    assert max(row.height.mm for table in tables for row in table.rows if row.height) > wanted > 0
