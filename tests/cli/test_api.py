"""What a script imports: render, blank, check, Catalogue, and the errors that they raise."""

import importlib.resources
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator import BiaodanError, Catalogue, Fault, blank, check, render
from generator.errors import MachineError, RecordError, SchemaError, UsageError, WriteError

STARTS = {"docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "pdf": b"%PDF-"}


@pytest.mark.parametrize("format", STARTS)
def test_render_returns_the_documents_bytes(report: Any, format: str, tmp_path: Path, text_in: Any) -> None:
    made = render("closure-report", report, format)
    assert isinstance(made, bytes)
    assert made.startswith(STARTS[format])
    path = tmp_path / f"r.{format}"
    path.write_bytes(made)
    assert "扩充应用服务器两台" in "".join(text_in(path).split())


@pytest.mark.parametrize("format", STARTS)
def test_blank_returns_the_documents_bytes(format: str) -> None:
    assert blank("issue-tracker", format, rows=2).startswith(STARTS[format])


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_the_command_writes_the_same_bytes_as_the_function(cli: Any, save: Any, report: Any, format: str) -> None:
    save("r.json", report)
    path = cli("render", "closure-report", "r.json", "-o", f"r.{format}", "--lang", "en").paths[0]
    assert path.read_bytes() == render("closure-report", report, format, lang="en")


def test_a_table_takes_a_list_or_rows_with_a_head(issue: Any, tmp_path: Path, text_in: Any) -> None:
    rows = [issue(), issue(customer_name="乙公司")]
    path = tmp_path / "r.docx"
    path.write_bytes(render("issue-tracker", rows, "docx"))
    assert "乙公司" in text_in(path)
    path.write_bytes(render("issue-tracker", {"compiled_by": "陈静", "rows": rows}, "docx"))
    assert "陈静" in text_in(path)


def test_rendering_changes_nothing_in_the_record(report: Any, issue: Any) -> None:
    rows = [issue()]
    before = json.dumps([report, rows])
    render("closure-report", report, "docx")
    render("issue-tracker", rows, "xlsx")
    check("closure-report", report)
    assert json.dumps([report, rows]) == before


def test_check_returns_every_fault(report: Any, report_with: Any, issue: Any) -> None:
    assert check("closure-report", report) == []
    faults = check("closure-report", [report, report_with(priority="P9", solution=...)])
    assert all(isinstance(fault, Fault) for fault in faults)
    assert sorted((f.code, f.place.row, f.place.pointer) for f in faults) == [
        ("E-choice", "[2]", "/priority"),
        ("E-required", "[2]", "/solution"),
    ]
    assert [f.code for f in check("issue-tracker", [issue(), issue(status="closed")])] == ["E-check"]
    assert [f.code for f in check("issue-tracker", [])] == ["E-no-records"]


def test_check_takes_the_path_of_a_file(tmp_path: Path, tracker_csv: str) -> None:
    path = tmp_path / "问题.csv"
    path.write_text(tracker_csv.replace(",高,", ",极高,"), encoding="utf-8")
    for given in (path, str(path)):
        (fault,) = check("issue-tracker", given)
        assert (fault.code, fault.place.file, fault.place.row) == ("E-choice", "问题.csv", "2")


def test_a_fault_reads_in_three_languages(report_with: Any) -> None:
    (fault,) = check("closure-report", report_with(priority="P9"))
    assert (
        fault.text()
        == fault.text("zh-Hans")
        == '优先级 (/priority): "P9" 不在可选范围内，请从中选择：P0、P1、P2、P3 [E-choice]'
    )
    assert fault.text("zh-Hant") == '優先順序 (/priority): "P9" 不在可選範圍內，請從中選擇：P0、P1、P2、P3 [E-choice]'
    assert fault.text("en") == 'Priority (/priority): "P9" is not one of P0, P1, P2, P3 [E-choice]'


@pytest.mark.parametrize(
    ("call", "kind", "code"),
    [
        (lambda r: render("no-form", r, "docx"), UsageError, "E-form-unknown"),
        (lambda r: render("closure-report", r, "odt"), UsageError, "E-output-format"),
        (lambda r: render("closure-report", r, "docx", lang="fr"), UsageError, "E-lang"),
        (lambda r: render("closure-report", [r, r], "docx"), UsageError, "E-out-one"),
        (lambda r: render("closure-report", [], "docx"), RecordError, "E-no-records"),
        (lambda r: render("closure-report", 5, "docx"), RecordError, "E-record-shape"),
        (lambda r: render("closure-report", r | {"priority": "P9"}, "docx"), RecordError, "E-choice"),
        (lambda r: render("closure-report", r | {"xyzzy": 1}, "docx"), RecordError, "E-unknown-key"),
        (lambda r: render("issue-tracker", {"rows": 5}, "docx"), RecordError, "E-type"),
        (lambda r: render("issue-tracker", [], "docx"), RecordError, "E-no-records"),
        (lambda r: render("issue-tracker", [{}], "docx"), RecordError, "E-required"),
        (lambda r: blank("no-form", "docx"), UsageError, "E-form-unknown"),
        (lambda r: blank("closure-report", "odt"), UsageError, "E-output-format"),
        (lambda r: blank("closure-report", "docx", rows=-1), UsageError, "E-rows"),
        (lambda r: blank("closure-report", "docx", lang="xx"), UsageError, "E-lang"),
        (lambda r: check("no-form", r), UsageError, "E-form-unknown"),
        (lambda r: check("closure-report", "none.json"), UsageError, "E-file-missing"),
        (lambda r: check("closure-report", "none.odt"), UsageError, "E-source-format"),
    ],
)
def test_what_a_user_can_mend_is_raised_with_coded_faults(
    report: Any, call: Any, kind: type[BiaodanError], code: str
) -> None:
    with pytest.raises(BiaodanError) as raised:
        call(report)
    assert type(raised.value) is kind
    assert {fault.code for fault in raised.value.faults} == {code}
    assert f"[{code}]" in str(raised.value)


def test_the_error_of_a_faulty_table_carries_every_fault(issue: Any) -> None:
    rows = [issue(), issue(severity="P9"), issue(problem=...), issue(reported_at="soon")]
    with pytest.raises(RecordError) as raised:
        render("issue-tracker", rows, "xlsx")
    assert [(f.code, f.place.row) for f in raised.value.faults] == [
        ("E-choice", "[2]"),
        ("E-required", "[3]"),
        ("E-date", "[4]"),
    ]


@pytest.mark.parametrize(
    ("kind", "code"), [(RecordError, 1), (SchemaError, 1), (WriteError, 1), (UsageError, 2), (MachineError, 3)]
)
def test_every_error_is_one_that_a_caller_catches_by_the_root(kind: type[BiaodanError], code: int) -> None:
    assert issubclass(kind, BiaodanError)
    assert kind.exit_code == code


@pytest.mark.parametrize("function", [render, blank, check])
def test_an_unknown_option_raises(report: Any, function: Any) -> None:
    arguments = {
        render: ("closure-report", report, "docx"),
        blank: ("closure-report", "docx"),
        check: ("closure-report", report),
    }
    with pytest.raises(TypeError, match="unexpected keyword argument 'langauge'"):
        function(*arguments[function], langauge="en")


def test_a_form_may_be_given_by_id_by_path_or_as_a_form(report: Any) -> None:
    from generator import resources

    made = {
        render("closure-report", report, "docx"),
        render(str(resources.schemas() / "closure" / "closure-report.json"), report, "docx"),
        render(Catalogue([]).form("closure-report"), report, "docx"),
    }
    assert len(made) == 1


def test_a_catalogue_of_ones_own_folders(tmp_path: Path) -> None:
    folder = tmp_path / "schemas"
    folder.mkdir()
    content = {"title": "我的表", "type": "object", "properties": {"a": {"type": "string"}}}
    (folder / "my-form.json").write_text(json.dumps(content), encoding="utf-8")
    catalogue = Catalogue([tmp_path])
    assert "my-form" in {form.id for form in catalogue}
    assert len(catalogue) == len(Catalogue([])) + 1
    assert render("my-form", {"a": "x"}, "docx", catalogue=catalogue)
    with pytest.raises(UsageError):
        render("my-form", {"a": "x"}, "docx", catalogue=Catalogue([]))


def test_the_package_is_typed_and_exports_what_it_says() -> None:
    import generator

    assert (importlib.resources.files("generator") / "py.typed").is_file()
    for name in generator.__all__:
        assert getattr(generator, name) is not None
    with pytest.raises(AttributeError):
        generator.nothing  # noqa: B018


def test_importing_the_package_loads_no_heavy_library() -> None:
    heavy = ("weasyprint", "docx", "openpyxl", "jinja2", "lxml", "jsonschema_rs", "click", "opencc", "rich")
    script = f"import sys, generator\nprint([m for m in {heavy!r} if m in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.stdout.strip() == "[]"
