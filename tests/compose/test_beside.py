"""Charts beside their tables, and what stands in a place to sign and in no grid as well."""

import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from generator import render
from generator.api import make_job
from generator.document import Beside, Document, Field, Paragraph, Picture, SignatureBlock, Table, Text, walk
from generator.document.columns import beside_widths, least_widths, serial_width
from generator.records import ListSource
from generator.theme import shipped_theme
from generator.units import Mm

SAMPLES = Path(__file__).parents[2] / "samples"
TEXT = Mm(174)


def filled(form: str, lang: str = "zh-Hans", **changed: object) -> Document:
    raw = json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))
    titles = {"by_type": "按类型"}
    raw = {key: value for key, value in raw.items() if key not in map(titles.get, changed)} | changed
    job = make_job(form, lang=lang)
    [made] = job.documents(ListSource([raw], job.form))
    return made.document


def pairs(document: Document) -> list[Beside]:
    return [node for node in walk(document.blocks) if isinstance(node, Beside)]


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_every_chart_of_a_month_stands_beside_its_table(lang: str) -> None:
    document = filled("monthly-summary", lang)
    charts = [node for node in walk(document.blocks) if isinstance(node, Picture)]
    assert [pair.picture for pair in pairs(document)] == charts
    assert len(charts) == 6


@pytest.mark.parametrize("form", ["monthly-summary", "satisfaction-report"])
def test_both_have_room_side_by_side(form: str) -> None:
    found = pairs(filled(form))
    assert found
    for pair in found:
        left, right = beside_widths(TEXT, pair)
        needed = serial_width(pair.table) + sum(least_widths(shipped_theme(), pair.table, list(pair.table.rows)))
        assert needed <= left
        assert pair.picture.width == right
        assert left + right < TEXT


@pytest.mark.parametrize(
    "rows",
    [
        [{"name": f"类型{n}", "cases": 1} for n in range(15)],
        [{"name": "很长的名称" * 18, "cases": 1} for n in range(14)],
    ],
    ids=["many", "high"],
)
def test_a_long_table_stands_above_its_chart(rows: list[dict[str, object]]) -> None:
    document = filled("monthly-summary", by_type=rows)
    assert "/by_type" not in {pair.table.pointer for pair in pairs(document)}
    at = [node.pointer if isinstance(node, Table) else "" for node in walk(document.blocks)]
    nodes = list(walk(document.blocks))
    after = next(node for node in nodes[at.index("/by_type") + 1 :] if isinstance(node, (Picture, Table)))
    assert isinstance(after, Picture)
    assert after.width == TEXT


def test_who_signs_stands_in_the_place_to_sign_alone() -> None:
    signers = {"/compiled_by", "/compiled_on"}
    job = make_job("monthly-summary")
    for document in (filled("monthly-summary"), job.blank()):
        fields = {node.pointer for node in walk(document.blocks) if isinstance(node, Field)}
        assert not fields & signers
    [block] = [node for node in walk(filled("monthly-summary").blocks) if isinstance(node, SignatureBlock)]
    assert block.signatures[0].name
    assert block.signatures[0].date


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_a_trend_stands_beside_its_table_and_on_one_page_beside_another_chart(lang: str) -> None:
    [trend] = [pair for pair in pairs(sample("quarter", lang)) if pair.table.pointer == "/trend"]
    assert trend.picture.data is not None
    assert trend.picture.data.kind == "line"
    page = sample("one-page", lang)
    [both] = [node for node in walk(page.blocks) if isinstance(node, Picture)]
    assert [part.data.kind for part in both.parts if part.data] == ["line", "bar"]
    assert [node.pointer for node in walk(page.blocks) if isinstance(node, Table)] == ["/overdue"]


def test_one_page_lists_no_more_than_it_has_room_for() -> None:
    late = {"问题编号": "WT1", "客户名称": "甲", "逾期天数": 3}
    page = sample("one-page", "zh-Hans", 逾期清单=[late] * 9, 逾期数=9)
    [table] = [node for node in walk(page.blocks) if isinstance(node, Table)]
    assert len(table.rows) == 5
    assert "逾期共 9 项，下表列出逾期最久的 5 项。" in [
        "".join(part.text for part in node.children if isinstance(part, Text))
        for node in walk(page.blocks)
        if isinstance(node, Paragraph)
    ]


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("rows", [3, 12])
def test_one_page_is_one_page(lang: Any, rows: int) -> None:
    late = {
        "问题编号": "WT20240415-03",
        "客户名称": "江城云海商贸有限公司",
        "问题描述": "对账单连续两期金额不符，已提供流水。" * 3,
    }
    more = {"逾期清单": [late | {"负责人": "王强", "计划完成时间": "2024-04-22", "逾期天数": 3}] * rows, "逾期数": rows}
    content = render("monthly-summary", raw("one-page") | more, "pdf", lang=lang)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_long_texts_leave_one_page_one_page(lang: Any) -> None:
    """Descriptions that would fill the page are left out, so that more of what is overdue is listed."""
    late = {
        "问题编号": "WT20240415-03",
        "客户名称": "𠮷田㙍联合商行（上海）有限公司华东分公司",
        "问题描述": "已多次联系未果。" * 12,
    }
    rows = [late | {"负责人": "欧阳晴", "计划完成时间": "2024-04-22 18:00", "逾期天数": 39 - n} for n in range(30)]
    department = "华东区域大客户综合服务与技术支持联合保障中心（含驻场）"
    more = {"逾期清单": rows, "逾期数": 30, "部门": department, "本期小结": "接口类问题已安排专人跟进。" * 9}
    page = sample("one-page", lang, **more)
    [table] = [node for node in walk(page.blocks) if isinstance(node, Table)]
    assert "problem" not in [column.key for column in table.columns]
    assert len(table.rows) >= 3
    content = render("monthly-summary", raw("one-page") | more, "pdf", lang=lang)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1


def raw(name: str) -> dict[str, Any]:
    """Return a sample; or that of a month as one page, with a trend and what is overdue."""
    of = "ordinary" if name == "one-page" else name
    found: dict[str, Any] = json.loads((SAMPLES / "monthly-summary" / f"{of}.json").read_text(encoding="utf-8"))
    if name != "one-page":
        return found
    trend = [{"周期": f"2024-0{n}", "受理": 90 + 9 * n, "办结": 95 + 7 * n} for n in range(1, 6)]
    late = {"问题编号": "WT20240415-03", "问题描述": "对账单连续两期金额不符，已提供流水。", "逾期天数": 39}
    return found | {"版式": "一页", "走势": trend, "逾期清单": [late | {"客户名称": "远山零售集团"}] * 3, "逾期数": 7}


def sample(name: str, lang: Any, **changed: object) -> Document:
    job = make_job("monthly-summary", lang=lang)
    [made] = job.documents(ListSource([raw(name) | changed], job.form))
    assert made.document is not None
    return made.document


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_a_few_requirements_and_their_quadrants_share_a_page(lang: Any) -> None:
    path = Path(__file__).parents[2] / "samples" / "requirement-matrix" / "ordinary.json"
    made = render("requirement-matrix", json.loads(path.read_text(encoding="utf-8")), "pdf", lang=lang)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1
