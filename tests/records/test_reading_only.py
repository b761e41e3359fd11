"""A query reads, and does nothing else; names of files are names, not patterns or addresses."""

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from generator.catalogue import Catalogue
from generator.errors import RecordError
from generator.records.database import DatabaseSource, ParquetSource
from generator.records.sqlite_reading import restrict
from generator.statistics.engine import duckdb_engine
from generator.statistics.sql import literal, sql

FORM = Catalogue().form("customer-profile")


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect(tmp_path / "base.sqlite") as connection:
        connection.execute("CREATE TABLE kept (a, b)")
        connection.executemany("INSERT INTO kept VALUES (?, ?)", [(1, "x"), (2, "y")])
        connection.execute("CREATE VIEW seen AS SELECT a FROM kept")
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        connection.execute("CREATE TABLE secret (a)")
    return tmp_path / "base.sqlite"


def rows(base, query):
    return [row for row, _ in DatabaseSource(f"sqlite:///{base}", FORM, query)]


READS = {
    "SELECT a FROM kept": 2,
    "select count(*), upper(b), json_extract('{\"a\": 1}', '$.a') from kept group by b -- ; two": 2,
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT x FROM n": 5,
    "SELECT * FROM seen JOIN kept USING (a) ORDER BY strftime('%Y', '2024-05-01')": 2,
    "VALUES (1), (2);": 2,
    "SELECT name FROM sqlite_schema": 2,
}


@pytest.mark.parametrize("query", READS)
def test_what_reads_is_read(base, query):
    assert len(rows(base, query)) == READS[query]


def test_the_only_table_is_found(tmp_path, base):
    assert rows(tmp_path / "other.sqlite", "") == []


@pytest.mark.parametrize(
    "query",
    [
        "ATTACH 'other.sqlite' AS o",
        "ATTACH 'made.sqlite' AS o",
        "VACUUM INTO 'made.sqlite'",
        "VACUUM",
        "SELECT load_extension('x.so')",
        "SELECT LOAD_EXTENSION('x.so')",
        "SELECT fts3_tokenizer('simple')",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA encoding = 'UTF-16'",
        "PRAGMA temp_store_directory = '/tmp'",
        "SELECT * FROM pragma_journal_mode('wal')",
        "CREATE TABLE more (a)",
        "CREATE TEMP TABLE more (a)",
        "CREATE VIRTUAL TABLE temp.t USING fts5(a)",
        "INSERT INTO kept VALUES (3, 'z')",
        "UPDATE kept SET a = 9 RETURNING a",
        "DELETE FROM kept",
        "DROP TABLE kept",
        "REINDEX",
        "ANALYZE",
        "BEGIN IMMEDIATE",
        "SELECT 1; DELETE FROM kept",
        "SELECT 1; SELECT 2",
    ],
)
def test_whatever_else_a_query_does_is_refused(tmp_path, base, query):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(RecordError) as caught:
        rows(base, query)
    assert [fault.code for fault in caught.value.faults] == ["E-query-reads"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("pragma", ["encoding = 'UTF-16'", "read_uncommitted = 1", "READ_UNCOMMITTED(1)"])
def test_what_may_be_asked_may_not_be_set(pragma):
    with closing(sqlite3.connect(":memory:")) as connection:
        restrict(connection)
        connection.execute(f"PRAGMA {pragma.split()[0].partition('(')[0]}").fetchall()
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(f"PRAGMA {pragma}")


def test_a_value_that_grows_without_end_is_refused(base):
    with pytest.raises(RecordError) as caught:
        rows(base, "SELECT length(zeroblob(100000000)) AS a")
    assert [fault.code for fault in caught.value.faults] == ["E-query"]


# --- DuckDB ---

NAMES = ["a*.parquet", "a[1].parquet", "a?.parquet", "**.parquet", "o'clock.parquet", "一.parquet", "a%20.parquet"]


def parquet(path, value):
    with duckdb.connect() as base:
        base.execute(f"CREATE TABLE t AS SELECT {value} AS a")
        base.table("t").write_parquet(str(path.parent / "written"))
    (path.parent / "written").rename(path)


@pytest.mark.parametrize("name", NAMES)
def test_the_file_of_that_name_is_read_and_no_other(tmp_path, name):
    parquet(tmp_path / "a1.parquet", 1)
    parquet(tmp_path / name, 2)
    [(row, _)] = ParquetSource(tmp_path / name, FORM)
    assert int(row["a"].number) == 2
    assert ParquetSource(tmp_path / name, FORM).columns == ["a"]


@pytest.mark.parametrize("name", ["a[1].csv", "a*.csv"])
def test_statistics_read_the_file_of_that_name_and_no_other(tmp_path, name):
    (tmp_path / "a1.csv").write_text("a\n1\n")
    (tmp_path / name).write_text("a\n2\n")
    with duckdb_engine("Asia/Shanghai") as engine:
        read = sql("SELECT * FROM read_csv({path})", path=literal(str(engine.led_to(tmp_path / name))))
        assert list(engine.rows(read)) == [(2,)]


def test_duckdb_reaches_no_other_file_and_cant_be_told_to(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n")
    (tmp_path / "b.csv").write_text("a\n1\n")
    other = literal(str(tmp_path / "a.csv"))
    with duckdb_engine("Asia/Shanghai") as engine:
        engine.led_to(tmp_path / "b.csv")
        for refused in (
            sql("SELECT * FROM read_csv({path})", path=other),
            sql("SELECT * FROM read_text('/etc/hostname')"),
            sql("COPY (SELECT 1) TO {path}", path=other),
            sql("ATTACH {path}", path=literal(str(Path(tmp_path, "made.db")))),
            sql("SET enable_external_access = true"),
            sql("SET memory_limit = '9GB'"),
        ):
            with pytest.raises(duckdb.Error):
                list(engine.rows(refused))
