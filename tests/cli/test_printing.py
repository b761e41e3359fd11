"""Paper for a class: copies that are told apart, values printed beforehand, some of the fields only."""

from pathlib import Path
from typing import Any

import pytest

from generator.api import make_job
from generator.document import Field, FieldGrid, Table, Use, walk


def fields_of(document: Any) -> dict[str, Field]:
    grids = [node for node in walk(document.blocks) if isinstance(node, FieldGrid)]
    return {field.pointer: field for grid in grids for line in grid.lines for field in line}


def test_copies_go_on_from_a_number_that_is_set(cli: Any) -> None:
    done = cli("blank", "closure-report", "-o", "out", "-f", "docx", "--copies", 3, "--set", "report_no=BG2024-099")
    assert done.names == [f"closure-report-blank-BG2024-{n}.docx" for n in ("099", "100", "101")]


@pytest.mark.parametrize(("lang", "foot"), [("zh-Hans", "第 2 份 / 共 12 份"), ("en", "Copy 2 of 12")])
def test_copies_without_a_number_say_at_the_foot_which_they_are(lang: str, foot: str) -> None:
    made = list(make_job("closure-report", lang=lang).copies(12))
    assert foot in made[1][0].footer
    assert [apart for _, apart in made][:2] == ["01", "02"]


def test_a_number_without_digits_at_its_end_and_a_count_of_none_are_refused(cli: Any) -> None:
    assert cli("blank", "closure-report", "-o", "o", "--copies", 2, "--set", "report_no=甲").codes == [
        "E-copies-number"
    ]
    assert cli("blank", "closure-report", "-o", "o", "--copies", 0).codes == ["E-copies"]
    assert not Path("o").exists()


def test_what_is_set_is_printed_and_all_else_waits_for_a_pen() -> None:
    document = make_job("closure-report", overrides={"客户名称": "江北公司", "优先级": "P0"}).blank()
    boxes = fields_of(document)
    assert (boxes["/customer_name"].value, boxes["/customer_name"].room.use) == ("江北公司", Use.SHOWN)
    assert boxes["/priority"].room.use is Use.SHOWN
    assert boxes["/report_no"].room.use is Use.PEN
    plain = fields_of(make_job("closure-report").blank())
    assert boxes["/report_no"] == plain["/report_no"]


def test_a_column_that_is_set_is_printed_in_each_row_of_a_register() -> None:
    document = make_job("issue-tracker", overrides={"责任部门": "技术部"}, rows=4).blank()
    [table] = [node for node in walk(document.blocks) if isinstance(node, Table)]
    column = [column.face.label for column in table.columns].index("责任部门")
    assert [row.values[column] for row in table.rows] == ["技术部"] * 4


def test_only_the_fields_that_are_named_are_printed_in_the_order_of_the_form(cli: Any) -> None:
    document = make_job("closure-report", fields=["客户名称", "report_no", "处理过程"], landscape=True).blank()
    assert list(fields_of(document)) == ["/report_no", "/customer_name"]
    assert [node.pointer for node in walk(document.blocks) if isinstance(node, Table)] == ["/log"]
    assert document.page.landscape
    register = make_job("issue-tracker", fields=["状态", "客户名称"]).blank()
    [table] = [node for node in walk(register.blocks) if isinstance(node, Table)]
    assert [column.face.label for column in table.columns] == ["客户名称", "状态"]
    done = cli("blank", "closure-report", "-o", "out", "--fields", "report_no,甲,乙")
    assert (done.code, done.codes) == (2, ["E-fields", "E-fields"])
