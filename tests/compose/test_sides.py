"""Narrow tables with many rows: two rows side by side, from left to right, and read back in their order."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from generator import render
from generator.api import make_job
from generator.catalogue import Catalogue
from generator.document import Table, walk
from generator.records import ListSource
from generator.returned import read_returned
from generator.statistics import monthly

MONTH = Path(__file__).parents[2] / "samples" / "month" / "issues.jsonl"


def record(count: int) -> dict[str, Any]:
    owners = [
        {"owner": f"张{n}", "received": 40 - n, "completed": n, "standing": 0, "overdue": 0} for n in range(count)
    ]
    return {"month": "2024-05", "volume": 200, "owners": owners}


def owners(count: int, **options: Any) -> Table:
    job = make_job("monthly-summary", mask=False, **options)
    [made] = job.documents(ListSource([record(count)], job.form))
    [found] = [node for node in walk(made.document.blocks) if isinstance(node, Table) and node.pointer == "/owners"]
    return found


def test_many_rows_stand_two_by_two() -> None:
    found = owners(13)
    rows = list(found.rows)
    assert [column.key for column in found.columns[5:]] == [column.key for column in found.columns[:5]]
    assert [(row.values[0], row.values[5]) for row in rows] == [
        ("张0", "张1"),
        ("张2", "张3"),
        ("张4", "张5"),
        ("张6", "张7"),
        ("张8", "张9"),
        ("张10", "张11"),
        ("张12", None),
    ]
    assert found.pointer_at(2, found.columns[6]) == "/owners/5/received"
    assert found.pointer_at(2, found.columns[1]) == "/owners/4/received"


def test_few_rows_stand_beneath_each_other() -> None:
    assert [row.values[0] for row in owners(11).rows] == [f"张{n}" for n in range(11)]


def test_on_screen_every_row_is_one() -> None:
    assert len(owners(13, fillable=True).columns) == 6


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_they_are_read_in_their_order(format: str, tmp_path: Path) -> None:
    given = record(13)
    path = tmp_path / f"report.{format}"
    path.write_bytes(render("monthly-summary", given, format, mask=False))
    back = read_returned(path, Catalogue(), lambda form: make_job(form))
    assert back.record is not None
    assert back.record["owners"] == given["owners"]


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_the_whole_month_takes_three_pages(lang: Any) -> None:
    [found] = monthly("2024-05", str(MONTH), lang=lang).records
    made = render("monthly-summary", found, "pdf", lang=lang)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 3
