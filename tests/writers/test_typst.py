"""PDF by the second engine: what a reader, a screen reader and an archive meet, beside what the first engine makes."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator import kinds
from generator.api import make_job, to_bytes
from generator.document import Document, PageBreak, Paragraph, Purpose, Row, Text
from generator.errors import WriteError
from generator.wording import LANGS
from generator.writers import WritingOptions

from .reading import Pdf, squeezed
from .specimen import BLOCKS, TABLE, column, document, field, grid, written

SAMPLES = Path(__file__).parents[2] / "samples"
NO_FONT_HAS = "\U00013000"
MANY = replace(TABLE, rows=tuple(Row((None, f"经办{n}", "事由", "mid", n)) for n in range(120)), blank_rows=0)


def set_by_typst(made: Document) -> Pdf:
    return Pdf(written(made, "typst"))


def blanks() -> list[Any]:
    from generator import Catalogue

    return [pytest.param(form.id, lang, id=f"{form.id}-{lang}") for form in Catalogue(()) for lang in LANGS]


@pytest.mark.parametrize(("form", "lang"), blanks())
def test_blank_paper_has_as_many_pages_by_either_engine(
    form: str, lang: str, blank_paper: Callable[[str, str, str], bytes]
) -> None:
    assert len(Pdf(blank_paper(form, lang, "typst"))) == len(Pdf(blank_paper(form, lang, "pdf")))


def test_pages_are_numbered_and_headed_on_every_one() -> None:
    made = set_by_typst(document(MANY, reference="BG-7"))
    assert len(made) > 2
    for number, page in enumerate(made.pages, 1):
        assert squeezed(f"第 {number} 页 / 共 {len(made)} 页") in squeezed(page)
        assert "BG-7" in page


def test_the_head_of_a_table_stands_on_every_page_of_it() -> None:
    made = set_by_typst(document(MANY))
    assert all("经办栏" in squeezed(body) for body in made.bodies if "经办" in body)


def test_no_row_is_split_between_pages() -> None:
    rows = tuple(Row((None, f"首{n}号", f"一行{n}号\n二行{n}号\n三行{n}号", "mid", n)) for n in range(60))
    made = set_by_typst(document(replace(TABLE, rows=rows, blank_rows=0)))
    assert len(made) > 1
    for n in range(60):
        assert sum(f"首{n}号" in squeezed(body) and f"三行{n}号" in squeezed(body) for body in made.bodies) == 1


def test_a_row_taller_than_a_page_goes_on_over_pages() -> None:
    made = set_by_typst(
        document(replace(TABLE, rows=(Row((None, "某", "很长的事由。" * 900, "mid", 1)),), blank_rows=0))
    )
    assert squeezed("".join(made.bodies)).count("很长的事由。") >= 890  # one may be split by the end of a page


def test_signatures_never_stand_alone_on_a_page() -> None:
    signatures = BLOCKS[next(kind for kind in BLOCKS if kind.__name__ == "SignatureBlock")]
    for count in range(30, 46):
        lines = tuple(Paragraph((Text(f"第{n}段"),)) for n in range(count))
        made = set_by_typst(document(*lines, signatures))
        last = squeezed(made.bodies[-1])
        assert "客户签字" in last
        assert "段" in last


def test_a_heading_never_stands_alone_at_the_foot_of_a_page() -> None:
    section = BLOCKS[next(kind for kind in BLOCKS if kind.__name__ == "Section")]
    for count in range(30, 46):
        lines = tuple(Paragraph((Text(f"第{n}段"),)) for n in range(count))
        made = set_by_typst(document(*lines, section))
        pages = [squeezed(body) for body in made.bodies]
        assert any("章的标题" in page and "章内的话" in page for page in pages)


def test_a_page_break_starts_a_page() -> None:
    made = set_by_typst(document(Paragraph((Text("上页的话"),)), PageBreak(), Paragraph((Text("下页的话"),))))
    first, second = (squeezed(body) for body in made.bodies)
    assert "上页的话" in first
    assert "下页的话" in second


@pytest.mark.parametrize("lang", LANGS)
def test_the_document_is_tagged_titled_and_in_its_language(lang: str) -> None:
    content = written(document(*BLOCKS.values(), lang=lang), "typst")
    assert b"/StructTreeRoot" in content
    assert b"/Marked true" in content
    assert re.search(rb"/Lang ?\(" + {"zh-Hans": b"zh", "zh-Hant": b"zh", "en": b"en"}[lang], content)
    assert b"pdfuaid:part" in content


def test_a_word_longer_than_its_column_is_broken_and_nothing_added() -> None:
    name = "recording_20240315_0930_with_a_very_long_file_name_0123456789.m4a"
    table = replace(
        TABLE, columns=(column("件"), column("名", share=90)), rows=(Row((name, "甲")),), blank_rows=0, summed=()
    )
    text = set_by_typst(document(table)).text
    assert name in squeezed(text)
    assert "\u200b" not in text


def test_a_character_that_no_font_has_is_refused_with_its_field() -> None:
    with pytest.raises(WriteError) as caught:
        written(document(grid(field("姓名", NO_FONT_HAS))), "typst")
    assert [(f.code, f.place.pointer) for f in caught.value.faults] == [("E-glyph", "/姓名")]


@pytest.mark.parametrize("text", ['#import "@preview/x:1.0.0"', "$x$ *b* _e_ `c` <l> @r #1", "\\u{41} // /* */ ---"])
def test_a_value_is_text_and_never_markup(text: str) -> None:
    made = set_by_typst(document(grid(field("说明", text)), Paragraph((Text(text),))))
    assert squeezed(made.text).count(squeezed(text)) >= 2


def test_the_same_document_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tests'); from writers.specimen import *; import hashlib;"
        "print(hashlib.sha256(written(document(*BLOCKS.values()), 'typst')).hexdigest())"
    )
    found = set()
    for extra in ({"TZ": "UTC", "LANG": "C"}, {"TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "7"}):
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=SAMPLES.parent,
            env={**os.environ, **extra},
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_a_blank_date_has_its_units_and_a_filled_one_has_none() -> None:
    empty = document(grid(field("日期", None, kinds.DATE)), purpose=Purpose.BLANK)
    assert "年月日" in squeezed(set_by_typst(empty).text)
    assert "年月日" not in squeezed(set_by_typst(document(grid(field("日期", None, kinds.DATE)))).text)


def test_the_command_line_takes_the_engine(tmp_path: Path) -> None:
    words = ["render", "closure-report", str(SAMPLES / "closure-report" / "ordinary.json")]
    for engine in ("weasyprint", "typst"):
        out = tmp_path / f"{engine}.pdf"
        command = [sys.executable, "-m", "generator", *words, "-o", str(out), "--pdf-engine", engine]
        subprocess.run(command, check=True, capture_output=True)
    first, second = (Pdf((tmp_path / f"{engine}.pdf").read_bytes()) for engine in ("weasyprint", "typst"))
    assert len(first) == len(second)
    assert sorted(squeezed(first.text)) == sorted(squeezed(second.text))


@pytest.mark.parametrize("engine", ["weasyprint", "typst"])
def test_pdf_for_archives_says_so_has_a_date_and_is_always_the_same(engine: str) -> None:
    made = document(*BLOCKS.values())
    first, second = (to_bytes(made, "pdf", WritingOptions(engine=engine, standard="a-2b")) for _ in range(2))
    assert first == second
    assert re.search(rb'pdfaid:part(>|=")2', Pdf(first).objects)
    assert b"OutputIntent" in Pdf(first).objects
    assert b"pdfaid" not in Pdf(to_bytes(made, "pdf", WritingOptions(engine=engine))).objects


def test_pdf_for_archives_by_typst_is_tagged_too() -> None:
    archival = WritingOptions(engine="typst", standard="a-2b")
    assert b"pdfuaid" in Pdf(to_bytes(document(*BLOCKS.values()), "pdf", archival)).objects


def test_both_engines_put_every_line_at_the_same_height() -> None:
    made = make_job("escalation-record").blank()
    first, second = (
        Pdf(to_bytes(made, "pdf", WritingOptions(engine=engine))).heights() for engine in ("weasyprint", "typst")
    )
    shared = [word for word in first if word in second and len(word) > 1]
    assert len(shared) > 20
    assert [word for word in shared if abs(first[word] - second[word]) > 1] == []


def test_a_chart_beneath_rows_too_long_to_stay_with_it_runs_over_no_foot() -> None:
    job = make_job("requirement-matrix")
    row = {"requirement": "离线扫描入库，联网后补传。" * 20, "value": 1, "pressing": 1}
    (one,) = job.documents(job.source({"rows": [{"requirement_no": f"XQ-{n}", **row} for n in range(4)]}))
    assert one.document is not None
    made = set_by_typst(one.document)
    lowest = one.document.theme.page.margin_bottom * 72 / 25.4
    for page in made.file:
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars()) if text.get_text_range(n, 1).strip()]
        foot = one.document.theme.page.foot * 72 / 25.4 + 12
        assert [box for box in boxes if foot < box[1] < lowest] == []
        assert min(box[1] for box in boxes) > 0
