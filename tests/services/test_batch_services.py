"""Batches with real servers: records from PostgreSQL, work by a Dask cluster, documents on S3."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from generator.api import Job, make_job
from generator.batch import FAILED, MANIFEST
from generator.errors import BiaodanError, UsageError
from tests.batch.conftest import contents, documents, faulty, reports, run

pytestmark = pytest.mark.services


@pytest.fixture
def table(postgres: str) -> str:
    """Return the URL of a database with a table of reports, each value as JSON."""
    import psycopg

    keys = list(reports(1)[0])
    columns = ", ".join(f'"{key}" jsonb' for key in keys)
    with psycopg.connect(postgres) as base:
        base.execute(f"DROP TABLE IF EXISTS wide; CREATE TABLE wide ({columns})")
        for record in reports(60):
            values = [json.dumps(record[key], ensure_ascii=False) for key in keys]
            base.execute(f"INSERT INTO wide VALUES ({', '.join(['%s'] * len(keys))})", values)
    return postgres


# --- PostgreSQL ---


def test_records_of_a_database_give_the_documents_of_a_file(job: Job, table: str, lines, tmp_path: Path) -> None:
    run(job, lines(reports(60)), tmp_path / "file")
    outcome = run(job, table, tmp_path / "base", query="SELECT * FROM wide")
    assert (outcome.done, outcome.failed) == (60, 0)
    assert documents(tmp_path / "base") == documents(tmp_path / "file")


def test_a_query_of_a_database_only_reads(job: Job, table: str, tmp_path: Path) -> None:
    for query in ("DELETE FROM wide", "DROP TABLE wide", "SELECT nothing FROM wide", "SELECT 1/0"):
        with pytest.raises(BiaodanError, match="E-query"):
            run(job, table, tmp_path / "out", query=query)
    assert run(job, table, tmp_path / "out", query="SELECT * FROM wide WHERE 1=1 -- :not a parameter").done == 60


def test_a_database_that_dies_half_way_leaves_nothing_half_written(postgres: str, tmp_path: Path) -> None:
    import psycopg

    query = (
        "SELECT 'WT' || n AS issue_no, 'A' AS customer_name, 'x' AS problem, 'high' AS severity, "
        "'2024-05-01 09:00' AS reported_at, 'open' AS status FROM generate_series(1, 5000000) n"
    )
    ours = "pid <> pg_backend_pid() AND backend_type = 'client backend'"

    def kill() -> None:
        time.sleep(1.5)
        with psycopg.connect(postgres, autocommit=True) as base:
            base.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(BiaodanError) as caught:
        run(make_job("issue-tracker"), postgres, tmp_path / "out", query=query)
    killer.join()
    assert caught.value.faults[0].code in ("E-database", "E-query")
    assert "not-asked-for" not in str(caught.value)
    assert contents(tmp_path / "out") == {}


# --- Dask ---


def test_a_cluster_makes_the_same_files(job: Job, dask: Any, lines, tmp_path: Path) -> None:
    source = lines([faulty(r) if n == 30 else r for n, r in enumerate(reports(120))])
    run(job, source, tmp_path / "here")
    outcome = run(job, source, tmp_path / "there", cluster=dask[0])
    assert (outcome.done, outcome.failed) == (119, 1)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_a_worker_killed_in_mid_run_changes_nothing(job: Job, dask: Any, lines, tmp_path: Path) -> None:
    source, (address, workers) = lines(reports(1500)), dask
    run(job, source, tmp_path / "here")
    killed: list[int] = []

    def kill(outcome: Any, results: Any) -> None:
        if outcome.done > 100 and not killed:
            killed.append(workers[0].pid)
            workers[0].send_signal(signal.SIGKILL)

    outcome = run(job, source, tmp_path / "there", cluster=address, watch=kill)
    assert killed
    assert outcome.done == 1500
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_a_cluster_that_does_not_answer_is_named(job: Job, lines, tmp_path: Path) -> None:
    with pytest.raises(BiaodanError) as caught:
        run(job, lines(reports(1)), tmp_path / "out", cluster="tcp://127.0.0.1:9")
    assert caught.value.faults[0].code == "E-cluster"
    assert "127.0.0.1:9" in str(caught.value)


# --- S3 ---


def objects(bucket: str, prefix: str) -> dict[str, bytes]:
    import fsspec

    fs = fsspec.filesystem("s3", skip_instance_cache=True)
    root = f"{bucket}/{prefix}/"
    return {path.removeprefix(root): fs.cat_file(path) for path in fs.find(root)}


def test_an_object_store_takes_a_run_and_nothing_is_left_over(job: Job, s3: str, lines, tmp_path: Path) -> None:
    source = lines([faulty(r) if n == 30 else r for n, r in enumerate(reports(60))])
    run(job, source, tmp_path / "here")
    outcome = run(job, source, f"s3://{s3}/may")
    assert (outcome.done, outcome.failed) == (59, 1)
    assert objects(s3, "may") == contents(tmp_path / "here")


@pytest.mark.parametrize("after", [1.0, 1.8, 2.6])
def test_killed_on_its_way_to_an_object_store_a_run_goes_on(job: Job, s3: str, lines, tmp_path: Path, after) -> None:
    source = lines([faulty(r) if n == 30 else r for n, r in enumerate(reports(240))])
    run(job, source, tmp_path / "here")
    command = [sys.executable, "-m", "generator", "batch", "closure-report", str(source), "-o", f"s3://{s3}/may"]
    begun = subprocess.Popen(
        [*command, "-f", "docx"], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(after)
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    outcome = run(job, source, f"s3://{s3}/may", resume=True)
    assert outcome.done + outcome.kept == 239
    assert objects(s3, "may") == contents(tmp_path / "here")


def test_two_runs_do_not_share_a_prefix(job: Job, s3: str, lines) -> None:
    source, seen = lines(reports(3)), []

    def meanwhile(outcome: Any, results: Any) -> None:
        if not seen:
            with pytest.raises(UsageError) as caught:
                run(job, source, f"s3://{s3}/may", resume=True)
            seen.append(caught.value.faults[0].code)

    run(job, source, f"s3://{s3}/may", watch=meanwhile)
    assert seen == ["E-batch-lock-file"]


def test_an_object_that_was_changed_is_made_again(job: Job, s3: str, lines) -> None:
    import fsspec

    source = lines([*reports(3), faulty(reports(4)[3])])
    run(job, source, f"s3://{s3}/may")
    before = objects(s3, "may")
    name = next(name for name in before if name not in (MANIFEST, FAILED))
    assert hashlib.sha256(before[name]).hexdigest() in before[MANIFEST].decode()
    fsspec.filesystem("s3", skip_instance_cache=True).pipe_file(f"{s3}/may/{name}", b"changed")
    outcome = run(job, source, f"s3://{s3}/may", resume=True)
    assert (outcome.kept, outcome.done) == (2, 1)
    assert objects(s3, "may") == before
