"""Paper for a class: copies that are told apart, values printed beforehand, some of the fields only."""

import json
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


def outline_of(path: Path) -> tuple[int, list[str], bool]:
    import pikepdf

    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        return len(pdf.pages), [str(item.title) for item in outline.root], "/StructTreeRoot" in pdf.Root


def test_one_pdf_of_all_forms_has_a_bookmark_for_each_and_begins_each_on_a_sheet_of_its_own(cli: Any) -> None:
    done = cli("blank", "issue-tracker", "closure-report", "-o", "out", "--merge")
    assert done.names == ["merged.pdf"]
    pages, bookmarks, tagged = outline_of(done.paths[0])
    assert (pages, bookmarks, tagged) == (4, ["问题跟踪解决表", "问题处理总结报告"], True)
    assert cli("blank", "issue-tracker", "-o", "out", "-f", "pdf,docx", "--merge").codes == ["E-merge"]
    assert cli("blank", "issue-tracker", "-o", "out/fill.pdf", "--fillable", "--merge").codes == ["E-merge-fillable"]


def test_tags_of_a_merged_pdf_lead_to_its_own_pages(cli: Any) -> None:
    import pikepdf

    cli("blank", "issue-tracker", "-o", "all.pdf", "--copies", 2, "--merge")
    with pikepdf.open("all.pdf") as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        tags = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        printed = [page.obj for page in pdf.pages if "/StructParents" in page.obj]
        assert len(pdf.pages) == 4
        assert [tags[int(page.StructParents)][0].Pg.objgen for page in printed] == [page.objgen for page in printed]
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()


def test_records_become_one_pdf_or_none_where_one_is_faulty(cli: Any, save: Any, report: Any, report_with: Any) -> None:
    save("r.json", [report, report_with(report_no="BG2024-2")])
    assert cli("render", "closure-report", "r.json", "-o", "all.pdf", "--merge").names == ["all.pdf"]
    assert len(outline_of(Path("all.pdf"))[1]) == 2
    save("r.json", [report, report_with(priority="P9")])
    done = cli("render", "closure-report", "r.json", "-o", "none.pdf", "--merge")
    assert (done.code, done.codes, Path("none.pdf").exists()) == (1, ["E-choice"], False)


def test_a_batch_that_is_done_is_merged_in_the_order_of_its_source(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", [report_with(report_no=f"BG2024-{n}") for n in (2, 1)])
    done = cli("batch", "closure-report", "r.json", "-o", "out", "-f", "pdf", "--jobs", 1, "--merge")
    assert (done.code, done.names[-1]) == (0, "merged.pdf")
    assert outline_of(Path("out/merged.pdf"))[1] == ["closure-report-BG2024-2", "closure-report-BG2024-1"]
    assert cli("batch", "closure-report", "r.json", "-o", "o", "-f", "docx", "--merge").codes == ["E-merge-batch"]


def test_a_dry_run_names_the_files_and_writes_none(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    for arguments in (["blank", "closure-report", "--merge"], ["render", "closure-report", "r.json"]):
        done = cli(*arguments, "-o", "out", "-f", "pdf", "--dry-run")
        assert (done.code, len(done.paths)) == (0, 1)
        assert not Path("out").exists()


def test_a_dry_run_of_a_batch_names_its_files_and_tells_which_records_fail(
    cli: Any, save: Any, report_with: Any
) -> None:
    wrong = report_with(report_no="B2", priority="P9")
    save("r.json", [report_with(report_no="B1"), wrong, report_with(report_no="B3")])
    batch = ("batch", "closure-report", "r.json", "-o", "out", "-f", "docx,pdf", "--lang", "en")
    done = cli(*batch, "--dry-run")
    assert done.code == 1
    assert done.names == [f"closure-report-B{n}.en.{format}" for n in (1, 3) for format in ("docx", "pdf")]
    assert done.codes == ["E-choice"]
    assert "nothing was written: of 3 records 2 can be done, 1 failed" in done.err
    assert not Path("out").exists()
    made = cli(*batch)
    assert sorted(made.paths) == sorted(done.paths), "the run itself writes what was named"


@pytest.mark.parametrize(
    ("options", "named", "left"), [(("--fail-fast",), [1], 4), (("--max-failures", "2"), [1, 3], 2)]
)
def test_a_dry_run_of_a_batch_ends_where_the_run_would(
    cli: Any, save: Any, report_with: Any, options: tuple[str, ...], named: list[int], left: int
) -> None:
    """Of six records the second and the fourth are faulty."""
    records = [report_with(report_no=f"B{n}", **({"priority": "P9"} if n in (2, 4) else {})) for n in range(1, 7)]
    save("r.json", records)
    batch = ("batch", "closure-report", "r.json", "-o", "out", "-f", "docx", *options, "--lang", "en")
    done = cli(*batch, "--dry-run")
    assert done.code == 1
    assert done.names == [f"closure-report-B{n}.en.docx" for n in named]
    assert f"{left} more were not tried" in done.err
    assert not Path("out").exists()
    assert sorted(cli(*batch).paths) == sorted(done.paths)


def test_a_dry_run_of_a_batch_tells_what_stops_it(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    save("out/kept.txt", "")
    batch = ("batch", "closure-report", "r.json", "-o", "out", "-f", "docx", "--dry-run")
    assert cli(*batch).codes == ["E-batch-folder"]
    assert cli(*batch, "--force").code == 0
    assert cli(*batch, "--resume").codes == ["E-dry-resume"]
    assert [path.name for path in Path("out").iterdir()] == ["kept.txt"]


def test_one_pdf_of_a_batch_is_told_as_json_where_all_else_is(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", [report_with(report_no=f"B{n}") for n in (1, 2)])
    batch = ("batch", "closure-report", "r.json", "-o", "out", "-f", "pdf", "--merge", "--json")
    planned = [json.loads(line) for line in cli(*batch, "--dry-run").out.splitlines()]
    names = [one["path"] for one in planned if one["event"] == "planned"]
    assert names == ["out/closure-report-B1.pdf", "out/closure-report-B2.pdf", "out/merged.pdf"]
    done = [json.loads(line) for line in cli(*batch).out.splitlines()]
    assert (done[-1]["event"], done[-1]["path"]) == ("merged", "out/merged.pdf")
    assert (done[-1]["documents"], done[-1]["bytes"]) == (2, Path("out/merged.pdf").stat().st_size)
