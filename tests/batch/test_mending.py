"""What can't be read stands in `failed.jsonl` as its source gave it; mended there, it makes its document."""

import json
import pickle
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator import Catalogue
from generator.api import Job, make_job
from generator.errors import Fault, RecordError
from generator.kinds.raw import CellMoment, CellNumber
from generator.records.bounds import Bounds
from generator.records.foreign_reader import _bounded
from generator.records.given import as_given
from tests.batch.conftest import documents, failures, manifest, run, write_lines

FIELDS = {
    "no": {"type": "string", "title": "编号"},
    "name": {"type": "string", "title": "客户名称"},
    "amount": {"type": "number", "title": "金额"},
    "day": {"type": "string", "format": "date", "title": "日期"},
}
GOOD = {"编号": "K1", "客户名称": "甲", "金额": 5, "日期": "2024-05-01"}
NUMBER = "110101199003071234"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Return the job of a small form."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "确认书",
        "type": "object",
        "x-form": {"id": "frm", "identity": "/no"},
        "properties": FIELDS,
    }
    (tmp_path / "frm.json").write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")
    return make_job(Catalogue([]).form(str(tmp_path / "frm.json")))


def csv_of(*rows: str, head: str = "编号,客户名称,金额,日期") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "in.csv").write_text("\n".join((head, *rows)), encoding="utf-8")
        return folder / "in.csv"

    return make


def xlsx_of(cells: Mapping[str, Any], *more: Any) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        import openpyxl

        book = openpyxl.Workbook()
        book.active.append(list(cells))
        book.active.append([*cells.values(), *more])
        book.save(folder / "in.xlsx")
        return folder / "in.xlsx"

    return make


def parquet_of(select: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        import duckdb

        duckdb.sql(f"COPY (SELECT {select}) TO '{folder / 'in.parquet'}'")
        return folder / "in.parquet"

    return make


def sqlite_of(select: str) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        with sqlite3.connect(folder / "in.db") as base:
            base.execute(f"CREATE TABLE t AS SELECT {select}")
        return f"sqlite:///{folder / 'in.db'}"

    return make


def jsonl_of(line: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "in.jsonl").write_text(line + "\n", encoding="utf-8")
        return folder / "in.jsonl"

    return make


def good_line(**changed: str) -> str:
    """Return the good record as a line, with values of it as they are written there."""
    values = {key: json.dumps(value, ensure_ascii=False) for key, value in GOOD.items()} | changed
    return "{" + ", ".join(f'"{key}": {value}' for key, value in values.items()) + "}"


SELECT = "'K1' AS 编号, {} AS 客户名称, {} AS 金额, DATE '2024-05-01' AS 日期"
SQLITE = "'K1' AS 编号, {} AS 客户名称, 5 AS 金额, '2024-05-01' AS 日期"
SURPLUS, UNNAMED = {"column E": "多余"}, {"column C": "备注"}
CASES: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "csv: too many cells": (csv_of("K1,甲,5,2024-05-01,多余"), "E-columns", {"金额": "5", **SURPLUS}),
    "csv: a column without a name": (
        csv_of("K1,甲,备注,5,2024-05-01", head="编号,客户名称,,金额,日期"),
        "E-column-unnamed",
        {"金额": "5", **UNNAMED},
    ),
    "xlsx: a cell far to the right": (xlsx_of(GOOD, None, "多余"), "E-column-unnamed", {"column F": "多余"}),
    "xlsx: a column without a name": (
        xlsx_of({"编号": "K1", "客户名称": "甲", "": "备注", "金额": 5, "日期": "2024-05-01"}),
        "E-column-unnamed",
        UNNAMED,
    ),
    "xlsx: a long number": (
        xlsx_of({**GOOD, "客户名称": 110101199003071200}),
        "E-digits-lost",
        {"客户名称": "110101199003071200"},
    ),
    "parquet: no number": (parquet_of(SELECT.format("'甲'", "'NaN'::DOUBLE")), "E-json-number", {"金额": "NaN"}),
    "parquet: no end": (
        parquet_of(SELECT.format("'甲'", "'-Infinity'::DOUBLE")),
        "E-json-number",
        {"金额": "-Infinity"},
    ),
    "parquet: a blob": (parquet_of(SELECT.format("'\\x00\\xFF'::BLOB", "5")), "E-type", {"客户名称": "\\x00ff"}),
    "parquet: a large blob": (
        parquet_of(SELECT.format("repeat('a', 70000)::BLOB", "5")),
        "E-type",
        {"客户名称": "\\x… (70000 bytes)"},
    ),
    "parquet: a long number": (
        parquet_of(SELECT.format("110101199003071232::DOUBLE", "5")),
        "E-digits-lost",
        {"客户名称": "110101199003071232"},
    ),
    "sqlite: a blob": (sqlite_of(SQLITE.format("x'00ff'")), "E-type", {"客户名称": "\\x00ff"}),
    "jsonl: no number": (jsonl_of(good_line(金额="NaN")), "E-json-number", {"金额": "NaN"}),
    "jsonl: a long number": (jsonl_of(good_line(客户名称=NUMBER)), "E-json-digits", {"客户名称": int(NUMBER)}),
    "jsonl: a long fraction": (
        jsonl_of(good_line(金额="0.1234567890123456789")),
        "E-json-digits",
        {"金额": "0.1234567890123456789"},
    ),
    "jsonl: a number beyond all bounds": (jsonl_of(good_line(金额="1e400")), "E-json-range", {"金额": "1e400"}),
    "jsonl: a number near them": (jsonl_of(good_line(金额="1e304")), "E-json-range", {"金额": 1e304}),
    "jsonl: a control character": (jsonl_of(good_line(客户名称='"甲\\u0007"')), "E-control", {"客户名称": "甲\x07"}),
}


@pytest.mark.parametrize(("make", "code", "stands"), CASES.values(), ids=CASES)
def test_a_record_that_cannot_be_read_is_mended_where_it_stands(
    job: Job, tmp_path: Path, make: Any, code: str, stands: dict[str, Any]
) -> None:
    outcome = run(job, make(tmp_path), tmp_path / "out", formats=("xlsx",))
    assert (outcome.done, outcome.failed) == (0, 1)
    [failure] = failures(tmp_path / "out")
    assert [fault["code"] for fault in failure["faults"]] == [code]
    assert failure["number"] == "K1"
    assert [line["number"] for line in manifest(tmp_path / "out")] == ["K1"]
    assert {key: failure["record"][key] for key in stands} == stands
    assert failure["record"].keys() == {*GOOD, *(key for key in stands if key.startswith("column"))}

    again = run(job, write_lines(tmp_path / "failed.jsonl", [failure]), tmp_path / "again", formats=("xlsx",))
    assert (again.done, again.failed) == (0, 1)  # as long as nobody has mended it
    [second] = failures(tmp_path / "again")
    assert second["record"] == failure["record"]
    assert second["number"] == "K1"

    for key in stands:
        failure["record"].pop(key)
    failure["record"] |= {key: GOOD[key] for key in stands if key in GOOD}
    assert_makes_the_right_document(job, tmp_path, failure)


def assert_makes_the_right_document(job: Job, tmp_path: Path, *mended: Any) -> None:
    run(job, write_lines(tmp_path / "failed.jsonl", mended), tmp_path / "mended", formats=("xlsx",))
    run(job, write_lines(tmp_path / "right.jsonl", [GOOD]), tmp_path / "right", formats=("xlsx",))
    assert documents(tmp_path / "mended") == documents(tmp_path / "right")
    assert len(documents(tmp_path / "right")) == 1


LINES = {
    "a comma too many": ('{"编号": "K1", "客户名称": "甲",, "金额": 5, "日期": "2024-05-01"}', ",,", ","),
    "no end": (good_line()[:-1], '-01"', '-01"}'),
    "a key twice": ('{"编号": "K0", ' + good_line()[1:], '"编号": "K0", ', ""),
    "a control character as it is": (good_line(客户名称='"\x07甲"'), "\x07", ""),
    "a text": ('"' + good_line().replace('"', '\\"') + '"', "", ""),
}


@pytest.mark.parametrize(("line", "wrong", "right"), LINES.values(), ids=LINES)
def test_a_line_that_is_no_record_stands_as_it_was_and_may_be_mended_there(
    job: Job, tmp_path: Path, line: str, wrong: str, right: str
) -> None:
    outcome = run(job, jsonl_of(line)(tmp_path), tmp_path / "out", formats=("xlsx",))
    assert (outcome.done, outcome.failed) == (0, 1)
    [failure] = failures(tmp_path / "out")
    assert failure["record"] == line

    source = write_lines(tmp_path / "failed.jsonl", [failure])
    assert run(job, source, tmp_path / "again", formats=("xlsx",)).failed == 1
    assert failures(tmp_path / "again")[0]["record"] == line

    mended = line.replace(wrong, right, 1) if wrong else json.loads(line)
    assert_makes_the_right_document(job, tmp_path, {**failure, "record": mended})


@pytest.mark.parametrize("suffix", ["jsonl", "json"])
@pytest.mark.parametrize("shape", ["[1, 2]", "7", '["K1"]'])
def test_what_has_another_shape_stands_as_it_was(job: Job, tmp_path: Path, shape: str, suffix: str) -> None:
    source = tmp_path / f"in.{suffix}"
    source.write_text(shape if suffix == "jsonl" else f"[{shape}]", encoding="utf-8")
    run(job, source, tmp_path / "out", formats=("xlsx",))
    [failure] = failures(tmp_path / "out")
    assert failure["record"] == json.loads(shape)
    assert run(job, write_lines(tmp_path / "failed.jsonl", [failure]), tmp_path / "again", formats=("xlsx",)).failed
    assert_makes_the_right_document(job, tmp_path, {**failure, "record": GOOD})


def test_the_other_values_of_a_mended_row_are_read_as_the_sheet_had_them(job: Job, tmp_path: Path) -> None:
    from datetime import datetime

    row = {"编号": 1024, "客户名称": 3.5, "金额": 5, "日期": datetime(2024, 5, 1), "没有的": "x"}
    run(job, xlsx_of(row)(tmp_path), tmp_path / "out", formats=("xlsx",))
    [failure] = failures(tmp_path / "out")
    assert failure["number"] == "1024"
    failure["record"].pop("没有的")
    run(job, write_lines(tmp_path / "failed.jsonl", [failure]), tmp_path / "mended", formats=("xlsx",))
    (tmp_path / "second").mkdir()
    row.pop("没有的")
    run(job, xlsx_of(row)(tmp_path / "second"), tmp_path / "right", formats=("xlsx",))
    assert documents(tmp_path / "mended") == documents(tmp_path / "right")
    assert len(documents(tmp_path / "right")) == 1


def test_a_value_that_is_still_to_be_mended_is_told_by_its_field(job: Job, tmp_path: Path) -> None:
    run(job, xlsx_of({**GOOD, "客户名称": 110101199003071200})(tmp_path), tmp_path / "out", formats=("xlsx",))
    run(job, tmp_path / "out" / "failed.jsonl", tmp_path / "again", formats=("xlsx",))
    [failure] = failures(tmp_path / "again")
    assert [(f["code"], f["pointer"]) for f in failure["faults"]] == [("E-not-mended", "/name")]
    assert "客户名称" in failure["faults"][0]["text"]
    assert "110101" not in failure["faults"][0]["text"]


def test_a_blob_within_a_list_does_not_end_the_run(tmp_path: Path, job: Job) -> None:
    select = SELECT.format("[{'a': '\\x00'::BLOB, 'b': 'NaN'::DOUBLE}]", "5")
    run(job, parquet_of(select)(tmp_path), tmp_path / "out", formats=("xlsx",))
    [failure] = failures(tmp_path / "out")
    assert failure["record"]["客户名称"] == [{"a": "\\x00", "b": "NaN"}]
    assert_makes_the_right_document(job, tmp_path, {**failure, "record": GOOD})


def test_what_stood_there_goes_with_the_error_from_one_process_to_another() -> None:
    error = RecordError(Fault("E-columns"))
    error.raw = {"编号": "K1"}
    assert pickle.loads(pickle.dumps(error)).raw == {"编号": "K1"}
    assert _bounded(error, Bounds()).raw == {"编号": "K1"}  # type: ignore[union-attr]
    error.raw = {"编号": "K" * (2 << 20)}
    kept = _bounded(error, Bounds(record=1))
    assert (kept.raw, kept.faults) == (None, error.faults)  # type: ignore[union-attr]


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("make", [parquet_of, sqlite_of])
def test_a_column_of_a_database_goes_by_its_number_where_its_name_may_be_a_value(
    job: Job, tmp_path: Path, make: Any, lang: str
) -> None:
    source = make("'K1' AS 编号, 1 AS \"张伟\", 'x' AS \"bank_flow\"")(tmp_path)
    [(raw, place)] = job.open(str(source))
    [record] = job.pipeline.judged(job.source(raw, place.file))
    texts = [fault.text(lang) for fault in record.faults]
    words = {"zh-Hans": "第 2 列", "zh-Hant": "第 2 欄", "en": "column 2"}
    assert words[lang] in texts[0]
    assert "张伟" not in "".join(texts)
    assert "bank_flow" in texts[1]


def test_what_a_person_sees_in_a_cell_is_given_where_a_text_takes_it(job: Job) -> None:
    from datetime import date, time

    raw = {
        "编号": CellNumber(42, "00042"),
        "客户名称": CellMoment(time(9, 30), "上午九点半"),
        "金额": CellNumber(0.25, "25%"),
        "日期": CellMoment(date(2024, 5, 1), "5月1日"),
        "没有的": CellMoment(date(2024, 5, 1), "5月1日"),
    }
    given = as_given(raw, job.form.record_spec, job.policy.zone)
    assert given == {
        "编号": "00042",
        "客户名称": "上午九点半",
        "金额": "25%",
        "日期": "2024-05-01",
        "没有的": "2024-05-01",
    }
