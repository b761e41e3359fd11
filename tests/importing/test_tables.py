"""Forms drafted from tables of databases: types, rules, remarks, defaults."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from generator.api import import_form
from generator.errors import BiaodanError

MYSQL = """CREATE TABLE `issues` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(50) NOT NULL COMMENT '客户名称',
  `level` enum('高','低') DEFAULT '低' COMMENT '等级',
  `fee` decimal(10,2) CHECK (`fee` BETWEEN 0 AND 1000),
  `state` varchar(10) NOT NULL CHECK (`state` IN ('open','closed')),
  `at` datetime DEFAULT CURRENT_TIMESTAMP,
  `face` blob,
  `done` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`), UNIQUE KEY `u` (`name`), CONSTRAINT `c` CHECK (length(`name`) > 2)
) COMMENT='问题表';"""
POSTGRES = """CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE public.people (nick serial PRIMARY KEY, m mood NOT NULL,
v text CHECK (v = ANY (ARRAY['a', 'b'])), t timestamptz);
COMMENT ON COLUMN people.m IS 'Mood';
CREATE TABLE other (a int);"""


def test_a_statement_of_mysql_gives_types_rules_and_remarks(draft: Any) -> None:
    made = draft(MYSQL, name="issues.sql")
    assert made.schema["title"] == "问题表"
    assert {s.key: (s.titles["zh-Hans"], s.kind.name, s.required) for s in made.form.rows.fields} == {
        "id": ("id", "text", False),
        "name": ("客户名称", "text", True),
        "level": ("等级", "choice", False),
        "fee": ("fee", "number", False),
        "state": ("state", "choice", True),
        "at": ("at", "datetime", False),
        "done": ("done", "boolean", False),
    }
    assert made.rows["fee"]["maximum"] == 1000
    assert made.rows["level"]["default"] == "低"
    lost = " ".join(made.told("W-import-lost"))
    assert all(word in lost for word in ("CURRENT_TIMESTAMP", "face", "UNIQUE", "LENGTH"))


def test_a_statement_of_postgresql_gives_its_types_and_one_table_of_several_is_named(draft: Any) -> None:
    with pytest.raises(BiaodanError, match="E-import-tables"):
        draft(POSTGRES, name="all.sql")
    made = draft(POSTGRES, name="all.sql", sheet="people")
    assert {s.key: [c.value for c in s.choices] for s in made.form.rows.fields if s.choices} == {
        "m": ["sad", "ok"],
        "v": ["a", "b"],
    }
    assert made.rows["m"]["title"] == "Mood"
    with pytest.raises(BiaodanError, match="E-import-table"):
        draft(POSTGRES, name="all.sql", sheet="none")


def test_a_batch_of_sql_server_is_read(draft: Any) -> None:
    made = draft(
        "CREATE TABLE [dbo].[jobs] ([nick] INT IDENTITY(1,1), [ok] BIT NOT NULL, [at] DATETIME2)\nGO\n", name="j.sql"
    )
    assert [(s.key, s.kind.name) for s in made.form.rows.fields] == [
        ("nick", "integer"),
        ("ok", "boolean"),
        ("at", "datetime"),
    ]


def test_a_table_of_a_database_tells_itself(draft: Any, tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE jobs (nick integer PRIMARY KEY, what text NOT NULL CHECK (what IN ('x', 'y')))"
        )
    connection.close()
    made = import_form([f"sqlite:///{path}"], form_id="jobs")
    assert list(made.schema["properties"]["rows"]["items"]["properties"]) == ["nick", "what"]


@pytest.mark.parametrize("text", ["", "SELECT 1", "CREATE TABLE (((", "何か", "DROP TABLE x"])
def test_what_makes_no_table_is_refused(draft: Any, text: str) -> None:
    with pytest.raises(BiaodanError, match="E-import-sql"):
        draft(text, name="x.sql")


def test_numbers_in_quotes_are_defaults_and_null_is_none_and_answers_stand_in_one_line(draft: Any) -> None:
    table = (
        "CREATE TABLE `t` (`amt` decimal(10,2) DEFAULT '0.50', `n` int DEFAULT '3', `st` tinyint(1) DEFAULT '0',"
        " `memo` varchar(20) DEFAULT NULL, `state` text CHECK (state IN ('开','关'))) ENGINE=InnoDB;"
    )
    made = draft(table, name="t.sql")
    assert [made.rows[key].get("default") for key in ("amt", "n", "st", "memo")] == [0.5, 3, False, None]
    assert made.form.rows.by_key["state"].kind.name == "choice"
    assert made.told("W-import-lost") == []
