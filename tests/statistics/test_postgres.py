"""PostgreSQL computes the same figures by itself, for an account that may only read."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from test_against_plain import COLUMNS, Awkward, write

from generator.errors import RecordError, UsageError
from generator.statistics import monthly

SAMPLE = Path(__file__).parents[2] / "samples" / "month" / "issues.jsonl"
KEYS = "issue_no customer_name issue_type problem priority severity status channel department owner reported_at"
KEYS += " responded_at planned_at completed_at analysis satisfaction"
TIMES = {key for key in KEYS.split() if key.endswith("_at")}

pytestmark = pytest.mark.services


@pytest.fixture(params=["text", "timestamp", "timestamptz"])
def query(request: Any, postgres: str) -> Any:
    """Yield the query of a table with the sample month, its times as text or as times."""
    from sqlalchemy import create_engine, make_url, text

    url = make_url(postgres)
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    kinds = {key: request.param if key in TIMES else "text" for key in KEYS.split()}
    with engine.begin() as base:
        base.execute(text("DROP TABLE IF EXISTS biaodan_sample"))
        base.execute(text(f"CREATE TABLE biaodan_sample ({', '.join(f'{k} {t}' for k, t in kinds.items())})"))
        if request.param == "timestamp":
            rows = [{k: v[:19] if k in TIMES else v for k, v in row.items()} for row in rows]
        marks = ", ".join(f"CAST(:{key} AS {kind})" for key, kind in kinds.items())
        base.execute(
            text(f"INSERT INTO biaodan_sample VALUES ({marks})"),
            [{key: None if row.get(key) is None else str(row[key]) for key in kinds} for row in rows],
        )
    yield "SELECT * FROM biaodan_sample;"
    with engine.begin() as base:
        base.execute(text("DROP TABLE biaodan_sample"))


@pytest.mark.parametrize("by", ["", "customer", "department"])
def test_the_figures_are_those_of_the_file(postgres: str, query: str, by: Any) -> None:
    assert list(monthly("2024-05", postgres, query=query, by=by).records) == list(
        monthly("2024-05", str(SAMPLE), by=by).records
    )


def test_working_time_is_counted_there_too(postgres: str, query: str, policy: Any) -> None:
    rules = policy(
        {"priority": {"P0": {"value": 3, "unit": "working_hour"}, "P1": {"value": 1, "unit": "working_day"}}}
    )
    assert list(monthly("2024-05", postgres, query=query, policy=rules).records) == list(
        monthly("2024-05", str(SAMPLE), policy=rules).records
    )


@pytest.mark.parametrize("limit", [None, {"value": 5, "unit": "working_hour"}])
@pytest.mark.parametrize("by", ["", "department"])
@pytest.mark.parametrize("period", ["2024-05", "2024-04-16..2024-05-15"])
def test_awkward_issues_have_the_figures_of_the_file(
    postgres: str, policy: Any, tmp_path: Path, period: str, by: Any, limit: Any
) -> None:
    """Every column there is: trends, owners, first contacts, return visits, escalations, recommending."""
    from sqlalchemy import create_engine, make_url, text

    rules = policy({"limits": {"return_visit": limit}} if limit else {})
    file = write(tmp_path / "issues.jsonl", Awkward(4).issues(300), COLUMNS)
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    given = [{key: None if value is None else str(value) for key, value in row.items()} for row in rows]
    engine = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"))
    with engine.begin() as base:
        base.execute(text("DROP TABLE IF EXISTS biaodan_awkward"))
        base.execute(text(f"CREATE TABLE biaodan_awkward ({', '.join(f'{key} text' for key in COLUMNS)})"))
        base.execute(text(f"INSERT INTO biaodan_awkward VALUES ({', '.join(f':{key}' for key in COLUMNS)})"), given)
    query = "SELECT * FROM biaodan_awkward"
    ours = list(monthly(period, postgres, query=query, by=by, policy=rules).records)
    assert all(len(one["trend"]) > 2 and one["owners"] for one in ours)
    assert ours == list(monthly(period, file, by=by, policy=rules).records)
    with engine.begin() as base:
        base.execute(text("DROP TABLE biaodan_awkward"))


def test_other_spellings_are_read_and_faults_named(postgres: str) -> None:
    odd = "SELECT '2024年5月1日 9时' AS reported_at, 'P1 ' AS priority UNION ALL SELECT '2024/5/2 9:30', 'p2'"
    assert next(monthly("2024-05", postgres, query=odd).records)["volume"] == 2
    with pytest.raises(RecordError) as error:
        monthly("2024-05", postgres, query="SELECT 'soon' AS reported_at")
    assert [fault.code for fault in error.value.faults] == ["E-date"]


def test_a_wrong_query_and_a_silent_server_are_faults_without_secrets(postgres: str) -> None:
    with pytest.raises(RecordError) as error:
        monthly("2024-05", postgres, query="SELECT * FROM no_such_table")
    assert error.value.faults[0].code == "E-query"
    with pytest.raises(RecordError) as error:
        monthly("2024-05", "postgresql://desk:secret@127.0.0.1:1/desk", query="SELECT 1")
    assert error.value.faults[0].code == "E-database"
    assert "secret" not in str(error.value)


def test_a_database_needs_a_query(postgres: str) -> None:
    with pytest.raises(UsageError):
        monthly("2024-05", postgres)


MEDDLING = [
    "SELECT 1; CREATE TABLE biaodan_made (a int)",
    "SELECT 1) AS q; COMMIT; CREATE TABLE biaodan_made (a int); SELECT * FROM (SELECT 1",
    "SELECT 1; COMMIT; CREATE TABLE biaodan_made (a int); COMMIT",
    "COMMIT; CREATE TABLE biaodan_made (a int)",
    "SET TRANSACTION READ WRITE",
    "CREATE TABLE biaodan_made (a int)",
    "CREATE TEMP TABLE biaodan_made (a int)",
    "WITH gone AS (DELETE FROM biaodan_kept RETURNING a) SELECT * FROM gone",
    "DELETE FROM biaodan_kept RETURNING a",
    "SELECT nextval('biaodan_numbers')",
    "SELECT setval('biaodan_numbers', 99)",
    "SELECT lo_create(4711)",
    "SELECT a FROM biaodan_kept FOR UPDATE",
    "COPY biaodan_kept TO PROGRAM 'touch /tmp/biaodan-made'",
    "COPY (SELECT 1) TO '/tmp/biaodan-made'",
    "SELECT set_config('transaction_read_only', 'off', true), nextval('biaodan_numbers')",
    "DO $$ BEGIN EXECUTE 'CREATE TABLE biaodan_made (a int)'; END $$",
    "EXPLAIN ANALYZE DELETE FROM biaodan_kept",
]


@pytest.fixture
def kept(postgres: str) -> Any:
    """Yield what tells of the server's state, which no query of a user may change."""
    from sqlalchemy import create_engine, make_url, text

    engine = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"))
    with engine.begin() as base:
        base.execute(text("DROP TABLE IF EXISTS biaodan_made"))
        base.execute(text("CREATE TABLE biaodan_kept AS SELECT 1 AS a"))
        base.execute(text("CREATE SEQUENCE biaodan_numbers"))

    def state() -> Any:
        with engine.begin() as base:
            tables = base.execute(text("SELECT count(*) FROM pg_class WHERE relname = 'biaodan_made'")).scalar()
            objects = base.execute(text("SELECT count(*) FROM pg_largeobject_metadata")).scalar()
            numbers = base.execute(text("SELECT last_value, is_called FROM biaodan_numbers")).one()
            rows = base.execute(text("SELECT count(*) FROM biaodan_kept")).scalar()
            return tables, objects, tuple(numbers), rows, Path("/tmp/biaodan-made").exists()

    yield state
    with engine.begin() as base:
        for statement in ("TABLE IF EXISTS biaodan_made", "TABLE biaodan_kept", "SEQUENCE biaodan_numbers"):
            base.execute(text(f"DROP {statement}"))


@pytest.mark.parametrize("query", MEDDLING)
def test_a_query_changes_nothing_on_the_server(postgres: str, kept: Any, query: str) -> None:
    from generator.catalogue import Catalogue
    from generator.records.database import DatabaseSource

    before = kept()
    with suppress(RecordError) if "lo_create" in query else pytest.raises(RecordError):  # undone, if not refused
        list(DatabaseSource(postgres, Catalogue().form("customer-profile"), query))
    assert kept() == before
    with pytest.raises(RecordError):
        monthly("2024-05", postgres, query=query)
    assert kept() == before


@pytest.mark.parametrize("kind", ["text", "timestamptz"])
def test_return_visits_are_counted_there_with_the_figures_of_the_file(postgres: str, tmp_path: Path, kind: str) -> None:
    import random

    from plain_records import figures
    from sqlalchemy import create_engine, make_url, text
    from test_records_against_plain import (
        FLAT,
        MONTHS,
        flat,
        labels_of,
        return_visit,
        told,
        with_rules,
        without_names,
        without_none,
    )

    from generator import Catalogue
    from generator.statistics import record_figures

    form, dice = Catalogue().form("return-visit"), random.Random(5)
    records = [with_rules("return-visit", without_none(return_visit(dice))) for _ in range(300)]
    said = form.schema["x-figures"]
    kinds = {key: kind if key.endswith("_at") else "text" for key in FLAT} | {"resolved": "boolean"}
    kinds |= {"service_score": "integer"}
    engine = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"))
    rows = [dict.fromkeys(FLAT) | {k: v for k, v in flat(one).items() if k in FLAT} for one in records]
    with engine.begin() as base:
        base.execute(text("DROP TABLE IF EXISTS biaodan_visits"))
        base.execute(text(f"CREATE TABLE biaodan_visits ({', '.join(f'{k} {t}' for k, t in kinds.items())})"))
        marks = ", ".join(f"CAST(:{key} AS {t})" for key, t in kinds.items())
        base.execute(text(f"INSERT INTO biaodan_visits VALUES ({marks})"), rows)
    wanted = without_names(figures(records, said, MONTHS, labels_of(said, form)))
    query = "SELECT * FROM biaodan_visits"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.statistics.records.open_source", None)  # no record leaves the server
        ours = record_figures("2024-05", postgres, "return-visit", query=query)
    assert told(ours, said) == wanted
    file = tmp_path / "visits.jsonl"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    assert told(record_figures("2024-05", str(file), "return-visit"), said) == wanted
    late = "SELECT *, CASE WHEN within_limit = 'late' THEN 'on_time' ELSE within_limit END AS said FROM biaodan_visits"
    wrong = f"SELECT issue_no, closed_at, visited_at, resolved, said AS within_limit FROM ({late}) AS q"
    with pytest.raises(RecordError) as error:
        record_figures("2024-05", postgres, "return-visit", query=wrong)
    assert {fault.code for fault in error.value.faults} == {"E-derived"}
    with engine.begin() as base:
        base.execute(text("DROP TABLE biaodan_visits"))
