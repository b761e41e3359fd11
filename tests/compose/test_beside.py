"""Charts beside their tables, and what stands in a place to sign and in no grid as well."""

import json
from pathlib import Path

import pytest

from generator.api import make_job
from generator.document import Beside, Document, Field, Picture, SignatureBlock, Table, walk
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
