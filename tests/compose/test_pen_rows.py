"""Rows that are printed beforehand and that a pen still goes on: as high as those of blank paper, in every format."""

import io
from itertools import pairwise
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest

from generator.api import make_job, to_bytes
from generator.document import Document, Table, walk
from generator.writers import WritingOptions

WAYS = ("docx", "xlsx", "weasyprint", "typst")
PER_MM = 72 / 25.4
LEAST = 8.0
"""Millimetres that handwriting needs."""


def filled(form: str, raw: Any) -> Document:
    job = make_job(form)
    (one,) = job.documents(job.source(raw))
    assert one.document is not None, one.faults
    return one.document


def table_with(document: Document, key: str) -> Table:
    tables = (node for node in walk(document.blocks) if isinstance(node, Table))
    return next(table for table in tables if any(column.key == key for column in table.columns))


def heights(document: Document, way: str, words: list[str]) -> list[float]:
    """Return the millimetres of the rows that words begin, each read off what a program shows; of the last one none."""
    pdf = way in ("weasyprint", "typst")
    content = to_bytes(document, "pdf" if pdf else way, WritingOptions(engine=way if pdf else ""))
    if way == "docx":
        rows = [row for table in docx.Document(io.BytesIO(content)).tables for row in table.rows]
        named = {cell.text: row for row in rows for cell in row.cells}
        return [named[word].height.mm if named[word].height else 0.0 for word in words[:-1]]
    if way == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        at = {str(cell.value): cell.row for line in sheet.iter_rows() for cell in line if cell.value}
        return [sheet.row_dimensions[at[word]].height / PER_MM for word in words[:-1]]
    page = pypdfium2.PdfDocument(content)[0].get_textpage()
    tops = [_top(page, word) for word in words]
    return [(upper - lower) / PER_MM for upper, lower in pairwise(tops)]


def _top(page: Any, word: str) -> float:
    found = page.search(word).get_next()
    assert found, word
    return float(page.get_charbox(found[0])[3])


NAMES = ["陈静", "李明明", "孙晓梅", "欧阳雪"]


def attendance(**more: Any) -> dict[str, Any]:
    return {"培训主题": "演练", "rows": [{"attendee": name, **more} for name in NAMES]}


@pytest.mark.parametrize("way", WAYS)
def test_who_is_expected_has_room_to_sign(way: str) -> None:
    waiting = heights(filled("training-signin", attendance()), way, NAMES)
    assert min(waiting) >= LEAST - 0.05
    signed = heights(filled("training-signin", attendance(signature="已签")), way, NAMES)
    assert max(signed) < LEAST


STEPS = ["核实客户信息", "明确问题描述", "优先级评估"]


@pytest.mark.parametrize("way", WAYS)
def test_steps_of_a_checklist_that_is_printed_half_filled_keep_their_height(way: str) -> None:
    known = {"customer_no": "C-1", "customer_person": "林某", "contact": "13800001234", "service_type": "technical"}
    basic = {**known, "entered_by": "陈静", "department": "客服部", "entered_at": "2024-05-06 09:00"}
    record = {"basic": basic, "problem": {"symptom": "白屏", "priority": "P1"}}
    assert min(heights(filled("troubleshooting-checklist", record), way, STEPS)) >= LEAST - 0.05


@pytest.mark.parametrize("way", WAYS)
def test_rows_printed_beforehand_on_blank_paper_keep_their_height(way: str) -> None:
    job = make_job("training-signin", overrides={"attendee_department": "客户服务部"})
    numbers = [str(n) for n in range(11, 15)]
    assert min(heights(job.blank(), way, numbers)) >= LEAST - 0.05


def test_a_row_awaits_a_pen_where_a_signature_a_tick_or_everything_is_missing() -> None:
    criteria = ("identity", "credit", "litigation", "fit")
    checks = [{"criterion": name, "result": "met"} for name in criteria[:2]] + [{"criterion": n} for n in criteria[2:]]
    factors = [{"factor": "demand", "weight": 100, "score": 3}]
    factors += [{"factor": name, "weight": 0} for name in ("payment", "willingness", "growth")]
    basic = {"customer_name": "A公司A", "assessor": "陈静", "assessed_on": "2024-05-20"}
    paper = filled("customer-potential", {"basic": basic, "qualification": checks, "potential": factors})
    assert [row.spare for row in table_with(paper, "result").rows] == [False, False, True, True]
    assert [row.spare for row in table_with(paper, "score").rows] == [False, True, True, True]
