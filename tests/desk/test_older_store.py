"""A store that an older version has written is brought up to date, with all that is in it."""

import json
from pathlib import Path

import sqlalchemy as sa

from generator.desk.store import STORE, Store
from generator.desk.store import tables as t

NEW = {"case_entries", "case_issues"}
RECORD = {"form": "progress-notice", "lang": "zh-Hans", "title": "", "created_by": "desk", "updated_by": "desk"}
AT = "2024-09-10T09:00:00.000+00:00"


def first(folder: Path) -> None:
    """Write a store as the first version did: no two records of a form with one number."""
    folder.mkdir()
    engine = sa.create_engine(f"sqlite:///{folder / STORE}")
    old = sa.MetaData()
    for table in t.metadata.sorted_tables:
        if table.name not in NEW:
            table.to_metadata(old)
    records = old.tables["records"]
    records.append_constraint(sa.UniqueConstraint("form", "number", name="records_number"))
    records.indexes = {index for index in records.indexes if index.name != "records_by_number"}
    with engine.begin() as connection:
        old.create_all(connection)
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('0001')"))
        made = {"status": "draft", "revision": 1, "version": 0, "position": 0, "raw": {"issue_no": "WT1"}}
        for n in (1, 2):
            at = {"created_at": AT, "updated_at": AT}
            connection.execute(records.insert().values(id=f"r{n}", **RECORD, **made, **at))
            draft = {"record_id": f"r{n}", "revision": 1, "raw": made["raw"], "by": "desk", "at": AT}
            connection.execute(old.tables["drafts"].insert().values(**draft))
    engine.dispose()


def test_its_records_stay_and_two_of_one_number_may_be_final(tmp_path: Path) -> None:
    first(tmp_path / "data")
    store = Store.open(str(tmp_path / "data"))
    try:
        for name in ("r1", "r2"):
            row = store.record(name)
            assert row is not None
            assert json.dumps(row.raw) == '{"issue_no": "WT1"}'
            assert store.finish(name, 1, row.raw, [], "desk", "WT1", "") == 1
        with store.reading() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(t.drafts)).scalar() == 2
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    finally:
        store.close()
    Store.open(str(tmp_path / "data")).close()
