"""The judge of pages: each measure finds a fault planted on a page, and says nothing of a page that is right."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import typst

from generator.api import make_job
from generator.document import Document
from generator.writers import fonts
from samples.judge.judging import page_counts
from samples.judge.known import Known, Paper, bare, known
from samples.judge.making import in_tenth, papers
from samples.judge.measures import Offence, offences
from samples.judge.reading import sheets
from samples.judge.report import Offender, allowances, failing, reason_of, told

PAPER = Paper("some-form", "ordinary", "zh-Hans")
HEAD = '#set page("a4", margin: 0mm)\n#set text(font: ("Biaodan SC", "Biaodan Latin"), size: 10pt, lang: "zh")\n'
FILLED = "L(20, 250, [正文到了页底])"


def at(x: float, y: float, text: str, size: float = 10) -> str:
    """Return text with its top at a place, on one line."""
    return f"#place(dx: {x}mm, dy: {y}mm, box(width: 300mm, text(size: {size}pt)[{text}]))\n"


def rule(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a rule from one place to another."""
    ends = f"start: ({x1}mm, {y1}mm), end: ({x2}mm, {y2}mm)"
    return f"#place(line({ends}, stroke: 0.4pt))\n"


def cells(xs: list[float], ys: list[float]) -> str:
    """Return the rules of a table."""
    levels = "".join(rule(xs[0], y, xs[-1], y) for y in ys)
    return levels + "".join(rule(x, ys[0], x, ys[-1]) for x in xs)


FOOT = at(20, 265, "正文到了页底")


def found(tmp_path: Path, *pages: str, format: str = "pdf", **said: object) -> list[Offence]:
    """Return what is found on pages of a document that says something."""
    text = HEAD + "#pagebreak()\n".join(pages)
    file = tmp_path / "pages.pdf"
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.prepare())])
    file.write_bytes(typst.Compiler(root=tmp_path, font_paths=faces).compile(input=text.encode(), format="pdf"))
    plain = Known(PAPER, blank=False, top=22.0, bottom=20.0, side=18.0)
    one = replace(plain, **{"tight": bare(str(said.get("corpus", ""))), **said})
    return list(offences(sheets(file), one, format))


def kinds(*args: object, **said: object) -> set[str]:
    """Return the kinds of what is found."""
    return {one.kind for one in found(*args, **said)}  # type: ignore[arg-type]


def test_a_last_page_with_a_line_on_it_and_an_empty_foot_before_it(tmp_path: Path) -> None:
    assert kinds(tmp_path, at(20, 150, "上半页"), at(20, 30, "一行")) == {"last-page", "void"}
    assert kinds(tmp_path, FOOT, at(20, 120, "半页")) == set()


def test_a_heading_at_a_page_s_foot(tmp_path: Path) -> None:
    said = {"headings": frozenset({"处置过程"})}
    assert kinds(tmp_path, at(20, 265, "三 处置过程"), at(20, 120, "下文"), **said) == {"heading-foot"}
    assert kinds(tmp_path, at(20, 255, "三 处置过程") + FOOT, at(20, 120, "下文"), **said) == set()


def test_signatures_alone_on_a_page(tmp_path: Path) -> None:
    said = {"signatures": frozenset({"客户（签字）", "日期："})}
    assert "signature-alone" in kinds(tmp_path, FOOT, at(20, 100, "客户（签字）") + at(80, 100, "日期："), **said)
    assert kinds(tmp_path, FOOT, at(20, 60, "以上属实。") + at(20, 100, "客户（签字）"), **said) == set()


@pytest.mark.parametrize(
    ("one", "two", "corpus", "kind"),
    [
        ("于 2024-05-", "13 完成", "于 2024-05-13 完成", "split-date"),
        ("时间 2024-05-13", "14:30", "时间 2024-05-13 14:30", "split-moment"),
        ("到2024年5", "月13日止", "到2024年5月13日止", "split-date"),
        ("号码 11010519491", "2310021 有效", "号码 110105194912310021 有效", "split-number"),
        ("The Depart", "ment of it", "The Department of it", "split-word"),
        (
            "网址 https://example.org/a/b/cdef",
            "gh/index 见此",
            "网址 https://example.org/a/b/cdefgh/index 见此",
            "split-code",
        ),
        ("恢复以后", "，再次变慢了许多", "恢复以后，再次变慢了许多", "line-edge"),
        ("参见规定（", "第三条的说明", "参见规定（第三条的说明", "line-edge"),
        ("这一段文字的末行只有一个", "字。", "这一段文字的末行只有一个字。", "short-last-line"),
    ],
)
def test_what_is_broken_between_lines(tmp_path: Path, one: str, two: str, corpus: str, kind: str) -> None:
    escaped = [re.sub(r"([#_*/@$])", r"\\\1", text) for text in (one, two)]
    assert kind in kinds(tmp_path, at(20, 100, escaped[0]) + at(20, 105.5, escaped[1]), corpus=corpus)
    apart = cells([18, 100], [98, 105, 112])
    assert kinds(tmp_path, apart + at(20, 100, escaped[0]) + at(20, 107, escaped[1]), corpus=corpus) == set()


def test_a_gap_to_write_in_may_open_a_line(tmp_path: Path) -> None:
    lines = at(20, 100, "联系人为") + at(50, 105.5, "；电话如下所示")
    assert kinds(tmp_path, lines.replace("20mm", "48mm"), corpus="联系人为；电话如下所示") == {"line-edge"}
    gap = rule(20, 109.5, 49, 109.5)
    assert kinds(tmp_path, lines.replace("20mm", "48mm") + gap, corpus="联系人为；电话如下所示") == set()


def test_a_chart_parted_from_what_it_belongs_to(tmp_path: Path) -> None:
    said = {"captioned": frozenset({"影响力"})}
    assert kinds(tmp_path, FOOT, at(20, 30, "影响力") + at(20, 120, "图例"), **said) == {"chart-parted"}
    assert kinds(tmp_path, FOOT, at(20, 24, "三 分布") + at(20, 30, "影响力") + at(20, 120, "图例"), **said) == set()


def test_words_that_a_line_ends_between_are_whole(tmp_path: Path) -> None:
    corpus = "Put it in to the box; into is another word, and so is 第 3 行 5 列"
    assert kinds(tmp_path, at(20, 100, "Put it in") + at(20, 105.5, "to the box; into"), corpus=corpus) == set()


def test_text_near_a_rule_and_over_one(tmp_path: Path) -> None:
    table = cells([18, 60, 100], [98, 106, 114])
    assert kinds(tmp_path, table + at(20, 100, "国") + at(62, 100, "国")) == set()
    assert kinds(tmp_path, table + at(18.3, 100, "国")) == {"near-rule"}
    assert kinds(tmp_path, table + at(20, 102.3, "国")) == {"near-rule"}
    assert kinds(tmp_path, table + at(58.2, 100, "国")) == {"over-rule"}


def test_a_line_to_write_on_is_no_rule_of_a_cell(tmp_path: Path) -> None:
    assert kinds(tmp_path, rule(20, 104, 60, 104) + at(20, 100, "国")) == set()


def test_text_over_text_and_beyond_the_margin(tmp_path: Path) -> None:
    assert kinds(tmp_path, at(20, 100, "国国") + at(20.8, 101, "中中")) == {"overlap"}
    assert kinds(tmp_path, at(20, 100, "国国") + at(20, 104.5, "中中")) == set()
    assert kinds(tmp_path, at(189, 100, "国国国")) == {"beyond-margin"}


def test_gaps_for_a_pen(tmp_path: Path) -> None:
    good = at(40, 100, "年") + at(53, 100, "月") + at(66, 100, "日")
    frame = cells([18, 100], [98, 106])
    assert kinds(tmp_path, frame + good, blank=True) == set()
    narrow = at(40, 100, "年") + at(49, 100, "月") + at(66, 100, "日")
    assert [one.what for one in found(tmp_path, frame + narrow, blank=True)] == ["gaps in mm: 月 5.5"]
    assert kinds(tmp_path, at(40, 100, "Y \\_\\_\\_\\_ M \\_\\_ D \\_\\_"), blank=True) == {"pen-gap"}
    high = cells([18, 100], [98, 114])
    parted = at(40, 100, "年") + at(53, 100, "月") + at(20, 106, "日")
    assert kinds(tmp_path, high + parted, blank=True) == {"pen-broken"}


def test_rows_and_boxes_for_a_pen(tmp_path: Path) -> None:
    said = {"blank": True, "pen_heads": (frozenset({"时间", "内容"}),), "pen_labels": frozenset({"电话"})}
    said |= {"heads": said["pen_heads"], "signatures": frozenset({"客户（签字）"})}
    heads = at(20, 101.5, "时间") + at(62, 101.5, "内容")
    assert kinds(tmp_path, cells([18, 60, 100], [100, 107, 115.5, 124]) + heads, **said) == set()
    assert kinds(tmp_path, cells([18, 60, 100], [100, 107, 114, 121]) + heads, **said) == {"row-height"}
    assert kinds(tmp_path, cells([18, 60], [100, 107]) + at(20, 101.5, "电话"), **said) == {"field-height"}
    assert kinds(tmp_path, cells([18, 60], [100, 120]) + at(20, 102, "客户（签字）"), **said) == {"signature-height"}


def test_a_table_parted_from_its_head(tmp_path: Path) -> None:
    said = {"heads": (frozenset({"时间", "内容"}),)}
    xs, head = [18.0, 60.0, 100.0], at(20, 251.5, "时间") + at(62, 251.5, "内容")
    first = at(20, 261.5, "上午") + at(62, 261.5, "到场")
    after = (
        cells(xs, [22, 32, 42, 120]) + at(20, 24, "时间") + at(62, 24, "内容") + at(20, 34, "下午") + at(62, 34, "离开")
    )
    bare_after = cells(xs, [22, 32, 120]) + at(20, 24, "下午") + at(62, 24, "离开")
    assert kinds(tmp_path, cells(xs, [250, 260]) + head, after, **said) == {"head-foot"}
    assert kinds(tmp_path, cells(xs, [250, 260, 270]) + head + first, after, **said) == {"lone-row"}
    above = at(20, 241.5, "时间") + at(62, 241.5, "内容") + at(20, 251.5, "早上") + at(62, 251.5, "出发")
    assert kinds(tmp_path, cells(xs, [240, 250, 260, 270]) + above + first, after, **said) == set()
    assert kinds(tmp_path, cells(xs, [240, 250, 260, 270]) + above + first, bare_after, **said) == {"head-missing"}


def test_hash_marks_in_place_of_values(tmp_path: Path) -> None:
    assert kinds(tmp_path, at(20, 100, "\\#\\#\\#"), format="xlsx") == {"hashes"}


def test_a_document_s_numbers_of_pages() -> None:
    one = Known(PAPER, blank=False, top=22.0, bottom=20.0, side=18.0)
    assert [o.what for o in page_counts([(one, "pdf", 1, []), (one, "docx", 3, [])])] == ["1 in pdf, 3 in docx"]
    assert not list(page_counts([(one, "pdf", 1, []), (one, "docx", 2, [])]))


def composed(form: str) -> Document:
    return make_job(form).blank()


def test_what_is_known_of_a_form() -> None:
    one = known(Paper("root-cause", "blank", "zh-Hans"), composed("root-cause"))
    assert one.blank
    assert "鱼骨图" in one.headings
    assert any({"序号", "类别", "原因", "状态"} <= labels for labels in one.pen_heads)
    assert "牵头人（签字）" in one.signatures


def test_the_tenth_is_about_a_tenth_and_always_the_same() -> None:
    every = list(papers())
    tenth = list(papers(tenth=True))
    assert 0.05 < len(tenth) / len(every) < 0.15
    assert all(map(in_tenth, tenth))


def test_what_may_stand_is_told_and_does_not_fail() -> None:
    entries = allowances()
    assert all(entry.reason for entry in entries)
    one = Offender("void", "some-form", "blank", "en", "pdf", 1, "50 mm empty at the foot")
    assert failing([one]) == [one]
    assert not failing([replace(one, allowed="a reason")])
    assert not failing([replace(one, kind="short-last-line")])
    assert reason_of("void", "some-form", "pdf", entries) == ""
    assert "some-form blank en pdf p1: 50 mm empty at the foot" in told([one], ["pdf"])
