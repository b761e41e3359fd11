"""Files that say what a list's columns are called, over every source; rows chosen, columns left out, lists joined."""

import json
import sqlite3
from datetime import date

import duckdb
import openpyxl
import pytest

from generator.errors import BiaodanError, Place, RecordError, UsageError
from generator.records import open_source, warnings_of
from generator.records.mapping import load_map
from generator.records.normalise import normaliser
from generator.records.reading import Reading

SOURCES = ["csv", "xlsx", "json", "jsonl", "parquet", "sqlite"]
COLUMNS = ["单号", "客户", "等级", "比例", "日子", "多余"]
LIST = [
    ["WT1", "甲公司", "一级", 0.25, date(2024, 5, 1), "x"],
    ["WT2", "乙公司", "二级", 0.5, date(2024, 5, 2), "y"],
]
MAP = """
ignore = ["多余"]
[columns]
"单号" = "编号"
"客户" = ["不存在", "名称"]
"日子" = "日期"
[values."级别"]
"一级" = "高"
"二级" = "低"
"""


@pytest.fixture
def form(form_of):
    return form_of(
        {
            "no": {"title": "编号", "type": "string"},
            "name": {"title": "名称", "type": "string"},
            "level": {"title": "级别", "enum": ["高", "低"]},
            "share": {"title": "比例", "type": "number", "x-unit": "percent"},
            "day": {"title": "日期", "type": "string", "format": "date"},
            "steps": {
                "title": "过程",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "what": {"title": "内容", "type": "string"},
                        "who": {"title": "人", "type": "string"},
                    },
                },
            },
        },
        **{"x-form": {"identity": "/no"}},
    )


def plain(rows, columns=COLUMNS):
    return [
        {name: cell.isoformat() if isinstance(cell, date) else cell for name, cell in zip(columns, row, strict=True)}
        for row in rows
    ]


def in_sqlite(path, rows=LIST, columns=COLUMNS, table="list"):
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        cells = [list(row.values()) for row in plain(rows, columns)]
        base.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", cells)
    base.close()


def write(tmp_path, kind, level="等级"):
    """Write the list as a file of a kind; return what opens it, and the query."""
    path, columns = tmp_path / f"list.{kind}", ["单号", "客户", level, "比例", "日子", "多余"]
    if kind == "csv":
        lines = [
            columns,
            *[[str(v) if c != "比例" else f"{v:.0%}" for c, v in zip(columns, row, strict=True)] for row in LIST],
        ]
        path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        for row in (columns, *LIST):
            book.active.append(row)
        for n in (2, 3):
            book.active[f"D{n}"].number_format, book.active[f"E{n}"].number_format = "0%", "yyyy-mm-dd"
        book.save(path)
    elif kind == "json":
        path.write_text(json.dumps(plain(LIST, columns)), encoding="utf-8")
    elif kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, plain(LIST, columns))), encoding="utf-8")
    elif kind == "parquet":
        write(tmp_path, "json", level)
        duckdb.sql(f"COPY (FROM read_json('{tmp_path}/list.json')) TO '{path}' (FORMAT parquet)")
    else:
        in_sqlite(path, columns=columns)
        return f"sqlite:///{path}", "SELECT * FROM list"
    return str(path), ""


@pytest.fixture
def mapped(tmp_path):
    """Return a function of the text of a map to what it says."""

    def loading(text=MAP):
        path = tmp_path / "m.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_map(str(path))

    return loading


def records(form, name, reading, zone):
    """Return the records of a source as typed values, or the codes of their faults."""
    source, read = open_source(name, form, reading, zone), normaliser(form, zone)
    made = []
    for item in source:
        if isinstance(item, RecordError):
            made.append([fault.code for fault in item.faults])
            continue
        record, faults = read.record(*item)
        made.append([fault.code for fault in faults] or record.values)
    return made, [fault.code for fault in warnings_of(source)]


@pytest.fixture
def zone():
    from zoneinfo import ZoneInfo

    return ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("kind", SOURCES)
def test_a_map_means_the_same_over_every_source(tmp_path, form, mapped, zone, kind):
    name, query = write(tmp_path, kind, "级别")
    found, warnings = records(form, name, Reading(query, mapping=mapped()), zone)
    assert [list(map(str, row.values())) for row in found if isinstance(row, dict)] == [
        [str(row[key]) for key in row] for row in found
    ]
    assert [(row["no"], row["name"], row["level"], row["day"]) for row in found] == [
        ("WT1", "甲公司", "高", date(2024, 5, 1)),
        ("WT2", "乙公司", "低", date(2024, 5, 2)),
    ]
    assert warnings == ["W-columns-left"]


CHOICES = {
    "日期=2024/5/1": ["WT1"],
    "日子=2024年5月2日": ["WT2"],
    "名称=甲公司": ["WT1"],
    "级别=低": ["WT2"],
    "级别=二级": ["WT2"],
    "编号=wt2": ["WT2"],
}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("where", CHOICES)
def test_rows_are_chosen_by_what_they_say(tmp_path, form, mapped, zone, kind, where):
    name, query = write(tmp_path, kind, "级别")
    column, value = where.split("=")
    found, _ = records(form, name, Reading(query, mapping=mapped(), where=((column, value),)), zone)
    assert [row["no"] for row in found] == CHOICES[where]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_share_is_found_as_it_is_shown(tmp_path, form, mapped, zone, kind):
    name, query = write(tmp_path, kind, "级别")
    found, _ = records(form, name, Reading(query, mapping=mapped(), where=(("比例", "25%"),)), zone)
    assert [row["no"] for row in found] == ["WT1"]


@pytest.mark.parametrize("kind", SOURCES)
def test_all_conditions_hold_at_once_and_none_found_is_told(tmp_path, form, mapped, zone, kind):
    name, query = write(tmp_path, kind, "级别")
    both = (("名称", "甲公司"), ("日期", "2024-05-02"))
    with pytest.raises(BiaodanError) as caught:
        records(form, name, Reading(query, mapping=mapped(), where=both), zone)
    assert [fault.code for fault in caught.value.faults] == ["E-where-none"]
    assert "2024-05-02" not in caught.value.faults[0].text()
    with pytest.raises(UsageError) as usage:
        records(form, name, Reading(query, mapping=mapped(), where=(("没有", "1"),)), zone)
    assert [fault.code for fault in usage.value.faults] == ["E-where-column"]


@pytest.mark.parametrize("kind", SOURCES)
def test_unknown_columns_are_faults_unless_they_are_to_be_ignored(tmp_path, form, mapped, zone, kind):
    name, query = write(tmp_path, kind, "级别")
    named = mapped(MAP.replace('"多余"', ""))
    found, _ = records(form, name, Reading(query, mapping=named), zone)
    assert all(isinstance(row, list) for row in found)
    found, warnings = records(form, name, Reading(query, mapping=named, ignores_unknown=True), zone)
    assert [row["no"] for row in found] == ["WT1", "WT2"]
    assert warnings == ["W-columns-left"]


# --- what a map may say ----------------------------------------------------------------------------------------------


WRONG = {
    "[columns\n": "E-map-toml",
    "columns = 5": "E-map-shape",
    "columns = []": "E-map-shape",
    "[columns]\na = 5": "E-map-shape",
    "[columns]\na = [5]": "E-map-shape",
    "[columns]\na = true": "E-map-shape",
    "[columns]\na = {b = 'c'}": "E-map-shape",
    '[columns]\na = "\\u0000"': "E-map-shape",
    "[columns]\na = 'b'\nA = 'c'": "E-map-twice",
    "[columns]\na = 'b'\na = 'c'": "E-map-toml",
    "[column]\na = 'b'": "E-map-shape",
    "ignore = 'a'": "E-map-shape",
    "ignore = [5]": "E-map-shape",
    "ignore = {a = 1}": "E-map-shape",
    "values = 5": "E-map-shape",
    "[values]\na = 'b'": "E-map-shape",
    "[values.a]\nb = []": "E-map-shape",
    "[values.a]\nb = {c = 1}": "E-map-shape",
    "[values.a]\nb = '1'\nB = '2'": "E-map-twice",
    "[values.a]\nb = '1'\n[values.A]\nb = '2'": "E-map-twice",
    "[dates]\nyear = '2024'": "E-map-shape",
    "[dates]\nyear = 24": "E-map-shape",
    "[dates]\nyear = 10000": "E-map-shape",
    "[dates]\nyear = true": "E-map-shape",
    "[dates]\nyear = 2024.0": "E-map-shape",
    "[dates]\nyears = 2024": "E-map-shape",
    '客户 = "名称"': "E-map-toml",
    "dates = 2024": "E-map-shape",
    "sheet = 5": "E-map-shape",
    "sheet = ['a']": "E-map-shape",
    "a = " + "[" * 5000 + "]" * 5000: "E-map-toml",
    "a = " + "9" * 10_000: "E-map-toml",
    b"\xff\xfe": "E-encoding-json",
    "#" * (1 << 21): "E-map-toml",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: repr(text)[:40])
def test_a_faulty_map_is_refused_by_name(mapped, text):
    with pytest.raises(UsageError) as caught:
        mapped(text)
    assert [fault.code for fault in caught.value.faults] == [WRONG[text]]
    assert caught.value.faults[0].place.file == "m.toml"


def test_all_that_is_wrong_is_told_at_once(mapped):
    with pytest.raises(UsageError) as caught:
        mapped("ignore = 5\nsheet = 5\nwhat = 5\n[dates]\nyear = 5")
    assert sorted(fault.place.pointer for fault in caught.value.faults) == ["/dates/year", "/ignore", "/sheet", "/what"]


def test_names_are_told_however_they_are_written(mapped):
    said = mapped('﻿[columns]\r\n" 客户 名称 " = "名称"\r\n"ＡＢ" = ""\r\n')
    assert said.ours("客户 名称") == ["名称"]
    assert said.ours("ab") == []
    assert said.ours("别的") is None


@pytest.mark.parametrize(("theirs", "ours"), [("1", "高"), ("是", "低")])
def test_values_of_numbers_and_answers_stand_for_values(tmp_path, form, mapped, zone, theirs, ours):
    path = tmp_path / "list.csv"
    path.write_text(f"编号,级别,比例\nA,{theirs},无\nB,{ours},3%\n", encoding="utf-8")
    said = mapped('[values."级别"]\n1="高"\n"是"="低"\n[values."比例"]\n"无"=0\n')
    found, _ = records(form, str(path), Reading(mapping=said), zone)
    assert [(row["no"], row["level"]) for row in found] == [("A", ours), ("B", ours)]
    assert found[0]["share"] == 0


def test_a_year_is_put_to_dates_that_lack_one(tmp_path, form, mapped, zone):
    path = tmp_path / "list.csv"
    path.write_text("编号,日期\nA,5月1日\nB,2023年5月1日\nC,12/31\nD,2月30日\n", encoding="utf-8")
    found, _ = records(form, str(path), Reading(mapping=mapped("[dates]\nyear = 2024")), zone)
    assert [row["day"] for row in found[:3]] == [date(2024, 5, 1), date(2023, 5, 1), date(2024, 12, 31)]
    assert found[3] == ["E-date"]


# --- nested lists of a database --------------------------------------------------------------------------------------


@pytest.fixture
def base(tmp_path):
    path = tmp_path / "list.sqlite"
    in_sqlite(path, [["WT1", "甲"], ["WT2", "乙"]], ["编号", "名称"])
    in_sqlite(path, [["WT2", "a", "李"], ["WT1", "b", "王"], ["WT2", "c", "张"]], ["编号", "内容", "人"], "steps")
    return f"sqlite:///{path}"


def test_a_second_query_yields_the_rows_of_a_nested_list(base, form, zone):
    joins = (("过程", "SELECT * FROM steps"),)
    found, _ = records(form, base, Reading("SELECT * FROM list", joins=joins), zone)
    assert [[(step["what"], step["who"]) for step in row["steps"]] for row in found] == [
        [("b", "王")],
        [("a", "李"), ("c", "张")],
    ]


@pytest.mark.parametrize(
    ("joins", "code"),
    [
        ((("没有", "SELECT * FROM steps"),), "E-join-field"),
        ((("名称", "SELECT * FROM steps"),), "E-join-field"),
        ((("过程", "SELECT 内容 FROM steps"),), "E-join-number"),
        ((("过程", "DELETE FROM steps"),), "E-query-reads"),
        ((("过程", "SELECT * FROM nowhere"),), "E-query"),
    ],
)
def test_what_cannot_be_joined_is_told(base, form, zone, joins, code):
    with pytest.raises(BiaodanError) as caught:
        records(form, base, Reading("SELECT * FROM list", joins=joins), zone)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_rows_of_nobody_are_faults(base, form, zone):
    joins = (("过程", "SELECT 'WT9' AS 编号, 'x' AS 内容 UNION ALL SELECT NULL, 'y' UNION ALL SELECT 'WT1', 'z'"),)
    found, _ = records(form, base, Reading("SELECT * FROM list", joins=joins), zone)
    assert [row for row in found if isinstance(row, list)] == [["E-join-nobody"], ["E-join-nobody"]]
    assert [step["what"] for step in found[0]["steps"]] == ["z"]


def test_a_join_needs_a_database(tmp_path, form, zone):
    path = tmp_path / "list.json"
    path.write_text('[{"编号": "WT1"}]', encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        records(form, str(path), Reading(joins=(("过程", "SELECT 1"),)), zone)
    assert [fault.code for fault in caught.value.faults] == ["E-join-source"]


def test_a_map_speaks_of_the_columns_of_a_join_too(tmp_path, form, mapped, zone):
    path = tmp_path / "list.sqlite"
    in_sqlite(path, [["WT1", "甲"]], ["单号", "客户"])
    in_sqlite(path, [["WT1", "a", "x"]], ["单号", "做了什么", "多余"], "steps")
    said = mapped(MAP.replace("[columns]", '[columns]\n"做了什么" = "内容"'))
    reading = Reading("SELECT * FROM list", mapping=said, joins=(("过程", "SELECT * FROM steps"),))
    found, _ = records(form, f"sqlite:///{path}", reading, zone)
    assert [(row["no"], row["name"], row["steps"]) for row in found] == [("WT1", "甲", [{"what": "a"}])]


def test_rows_are_chosen_of_records_with_joined_lists(base, form, zone):
    joins = (("过程", "SELECT * FROM steps"),)
    found, _ = records(form, base, Reading("SELECT * FROM list", joins=joins, where=(("编号", "WT2"),)), zone)
    assert [len(row["steps"]) for row in found] == [2]


def test_place_is_kept(base, form):
    [first, _] = open_source(base, form, Reading("SELECT * FROM list", joins=(("过程", "SELECT * FROM steps"),)))
    assert isinstance(first[1], Place)
