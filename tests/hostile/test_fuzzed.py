"""What changed inputs have brought to light, by kind; `tests.trials.fuzz` looks for more."""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from generator.api import blank, check, make_job, to_bytes
from generator.batch import MANIFEST, Options, batch
from generator.catalogue import load_form
from generator.catalogue.dialect import lint
from generator.errors import BiaodanError, SchemaError
from generator.resources import templates
from generator.statistics import engine as statistics_engine
from generator.statistics import monthly
from generator.theme import load_theme, shipped_theme

FORM = {
    "title": "plain",
    "type": "object",
    "properties": {
        "one": {"type": "string", "title": "One"},
        "rows": {"type": "array", "title": "Rows", "items": {"type": "string"}},
        "time": {"type": "integer", "title": "Time", "x-unit": "minute"},
    },
}


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("form") / "plain.json"
    path.write_text(json.dumps(FORM), encoding="utf-8")
    return str(path)


def codes(ask: Callable[[], Any]) -> list[str]:
    try:
        return [fault.code for fault in ask() or ()]
    except BiaodanError as error:
        return [fault.code for fault in error.faults]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("odd.csv", "One\nx\n".encode("utf-16") + b"\x00\xd8\x00", "E-encoding"),
        ("late.csv", b"\xef\xbb\xbfOne\nx\n" + b"y\n" * 50_000 + b"\xff\n", "E-encoding"),
        ("first.csv", b"\xef\xbb\xbfOn\xffe\nx\n", "E-encoding"),
        ("wide.csv", b"One," + b"x" * (1 << 21) + b"\ny,z\n", "E-csv"),
        ("large.csv", b'One,"' + b"x" * 900_000 + b'"\ny,z\n', None),
        ("far.json", b'{"time": 1e99999999999999999999}', "E-json-range"),
        ("long.json", b'{"time": "' + b"9" * 5000 + b'h"}', "E-json-range"),
    ],
)
def test_a_file_that_goes_wrong_late_is_refused_by_name(
    form: str, tmp_path: Path, name: str, content: bytes, code: str | None
) -> None:
    (tmp_path / name).write_bytes(content)
    found = codes(lambda: check(form, tmp_path / name))
    assert found[-1:] == ([code] if code else found[-1:])
    assert not {"E-record-failed", "E-read-died"} & set(found)


def test_many_twins_make_no_endless_sentence(form: str, tmp_path: Path) -> None:
    path = tmp_path / "twins.csv"
    path.write_text("One," + ",".join(f"c{n},c{n}" for n in range(500)) + "\nx\n", encoding="utf-8")
    with pytest.raises(BiaodanError) as raised:
        check(form, path)
    (fault,) = raised.value.faults
    assert fault.code == "E-column-twice"
    assert len(fault.text("en")) < 500


def test_names_of_a_database_that_are_no_text(form: str, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE abcdef (One TEXT)")
    base.close()
    path.write_bytes(path.read_bytes().replace(b"abcdef", b"abc\xffef"))
    from generator.records.database import DatabaseSource

    job = make_job(form)
    assert codes(lambda: list(job.pipeline.faults(DatabaseSource(f"sqlite:///{path}", job.form)))) == ["E-query"]


def test_a_mapping_whose_keys_are_lists_is_of_the_wrong_type(form: str, tmp_path: Path) -> None:
    path = tmp_path / "map.parquet"
    duckdb.sql(f"COPY (SELECT MAP {{[1]: 2}} AS One) TO '{path}' (FORMAT parquet)")
    assert codes(lambda: check(form, path)) == ["E-type"]
    assert codes(lambda: check(form, {"One": {(1, 2): 3}})) == ["E-type"]


# --- workbooks ---


def book(path: Path, name: str, rows: str) -> Path:
    made = BytesIO()
    openpyxl.Workbook().save(made)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>One</t></is></c></row>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, zipfile.ZipFile(made) as base:
        for part in base.namelist():
            content = base.read(part)
            if part == "xl/workbook.xml":
                content = content.replace(b'name="Sheet"', f'name="{name}"'.encode())
            if part == "xl/worksheets/sheet1.xml":
                content = f'<worksheet xmlns="{main}"><sheetData>{head}{rows}</sheetData></worksheet>'.encode()
            archive.writestr(part, content)
    return path


@pytest.mark.parametrize("name", ["N" * 200_000, "a&#10;b", "表" * 31])
def test_a_sheet_goes_by_a_name_that_a_line_can_show(form: str, tmp_path: Path, name: str) -> None:
    row = '<row r="2"><c r="A2"><f>1</f></c></row><row r="3"><c r="C3" t="inlineStr"><is><t>x</t></is></c></row>'
    fault, *_ = check(form, book(tmp_path / "x.xlsx", name, row))
    assert fault.code == "E-cell-lost"
    assert fault.place.row.isprintable()
    assert len(fault.place.row) < 40
    assert "…" in fault.place.row or len(name) < 40


def test_cells_that_never_end_are_looked_through_once(form: str, tmp_path: Path) -> None:
    rows = '<row r="2"><c r="ZZ99999" t="inlineStr"><is><t>x</t></is></c>' + '<c a="b" ' * 200_000 + "</row>"
    path = book(tmp_path / "open.xlsx", "s", rows)
    assert codes(lambda: check(form, path)) in (["E-xlsx-cells"], ["E-xlsx"])


# --- schemas and themes ---


@pytest.mark.parametrize(
    "change",
    [
        {"prefixItems": [{"title": "x", "x-title": "x"}]},
        {"not": {"title": "x", "x-title": ["a"]}},
        {"then": {"title": "x", "x-title": {"en": ["客"]}}},
        {"properties": {"a": {"type": "array", "title": "A", "items": True}}},
        {"x-" + "k" * 100_000: 1},
        {"properties": {"a": {"$ref": "#/" + "k" * 100_000}}},
    ],
)
def test_what_the_dialect_does_not_look_at_may_be_anything(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({**FORM, "x-form": {"kind": "form"}, **change}), encoding="utf-8")
    faults = lint(path)
    assert all(len(fault.text("en")) < 2000 + len(fault.place.pointer) for fault in faults)
    codes(lambda: blank(str(path), "docx"))


def test_a_schema_deeper_than_its_validator_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(FORM)[:-1] + ', "x-form": ' + '{"a": ' * 300 + "1" + "}" * 301, encoding="utf-8")
    assert codes(lambda: lint(path)) == ["E-json-depth"]
    with pytest.raises(SchemaError):
        load_form(path)


SHIPPED = (templates() / "theme" / "theme.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[page", "E-toml"),
        (b"\xff", "E-encoding-json"),
        (b"x = " + b"[" * 5000, "E-json-depth"),
        (b"page = 1", "E-theme-keys"),
        (SHIPPED.replace("[write]", "[wrote]").encode(), "E-theme-keys"),
        (SHIPPED.replace("ink =", "ank =").encode(), "E-theme-keys"),
        (SHIPPED.replace("22.0", "nan").encode(), "E-theme-number"),
        (SHIPPED.replace("22.0", "true").encode(), "E-theme-number"),
        (SHIPPED.replace("18.0", "1e300").encode(), "E-theme-number"),
        (SHIPPED.replace('"1F3864"', "123456").encode(), "E-theme-colour"),
        (SHIPPED.replace('"Arial"', "'A\"/><x'").encode(), "E-theme-font"),
        (SHIPPED.replace('"Biaodan SC"', "1").encode(), "E-theme-font"),
    ],
)
def test_a_file_that_is_no_theme_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "theme.toml"
    path.write_bytes(content)
    with pytest.raises(SchemaError) as raised:
        load_theme(path)
    assert {fault.code for fault in raised.value.faults} == {code}
    with pytest.raises(SchemaError):
        load_theme(tmp_path / "none.toml")


def test_a_theme_may_name_fonts_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "theme.toml"
    path.write_text(SHIPPED.replace('"SimSun"', '"霞鹜文楷"'), encoding="utf-8")
    content = to_bytes(make_job("closure-report", theme=load_theme(path)).blank(), "docx")
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert "霞鹜文楷" in package.read("word/fontTable.xml").decode()
    assert shipped_theme().fonts["zh-Hans"].body == "SimSun"


# --- manifests ---


def sealed(lines: list[str]) -> str:
    total, made = "", ""
    for line in lines:
        total = hashlib.sha256(f"{total}{line}".encode()).hexdigest()[:16]
        made += f'{line[:-1]},"sum":"{total}"}}\n'
    return made


@pytest.mark.parametrize(
    "line",
    [
        '{"n":"1"}',
        '{"n":7}',
        '{"n":1,"files":{}}',
        '{"n":1,"files":[1]}',
        '{"n":1,"files":[{"file":1,"bytes":1,"sha256":""}]}',
        '{"n":1,"files":[{"file":"\\u0000","bytes":1,"sha256":""}]}',
        '{"n":1,"files":[{"file":"a"}]}',
        '{"x":}',
        '{"manifest":1}',
        '{"manifest":1,"made_with":[],"source":{}}',
        '{"manifest":2,"made_with":{},"source":{}}',
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_manifest_of_another_hand_is_left_alone(form: str, tmp_path: Path, line: str, force: bool) -> None:
    job, out = make_job(form), tmp_path / "out"
    source = job.source([{"one": "x"}])
    options = Options(formats=("docx",), name="{form}-{n}", resume=not force, force=force)
    batch(job, source, str(out), Options(formats=("docx",), name="{form}-{n}"))
    first = (out / MANIFEST).read_text(encoding="utf-8").splitlines()[0].rpartition(',"sum"')[0] + "}"
    changed = sealed([first, line] if not line.startswith('{"manifest"') else [line])
    (out / MANIFEST).write_text(changed, encoding="utf-8")
    assert codes(lambda: batch(job, source, str(out), options) and None) == ["E-manifest"]
    assert (out / MANIFEST).read_text(encoding="utf-8") == changed


def test_a_list_of_failures_of_another_hand_is_begun_anew(form: str, tmp_path: Path) -> None:
    job, out = make_job(form), tmp_path / "out"
    source = job.source([{"one": "x"}, {"one": 5}])
    options = Options(formats=("docx",), name="{form}-{n}", resume=True)
    batch(job, source, str(out), options)
    for text in ('{"n":"a"}\n', '{"n":[]}\n', "[" * 100_000 + "\n", "[1]\n"):
        (out / "failed.jsonl").write_text(text, encoding="utf-8")
        assert batch(job, source, str(out), options).failed == 1


# --- statistics ---


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("u.csv", "reported_at,department\n2024-05-03 10:00,a\n".encode("utf-16") + b"\x00\xd8\x00", "E-encoding"),
        ("s.jsonl", b'{"reported_at": "2024-05-03 10:00", "department": "\\udc00"}\n', "E-surrogate"),
    ],
)
def test_issues_that_cannot_be_copied_are_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert codes(lambda: list(monthly("2024-05", str(tmp_path / name)).records) and None) == [code]


def test_a_small_file_of_issues_gets_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []
    connect = duckdb.connect

    def noted(*arguments: Any, config: dict[str, Any], **named: Any) -> Any:
        limits.append(config["memory_limit"])
        return connect(*arguments, config=config, **named)

    monkeypatch.setattr(duckdb, "connect", noted)
    for size, most in ((1 << 10, "300MB"), (50 << 20, "700MB"), (1 << 40, "1200MB")):
        with statistics_engine.duckdb_engine("Asia/Shanghai", size):
            assert limits[-1] == most
