"""Cases: their records as they were given out, and what was given out; several papers may be of one number."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from generator.desk.store.tables import case_entries, case_issues

revision = "0003_cases"
down_revision = "0002_taken"


def upgrade() -> None:
    """Make the tables, where the first version hasn't made all that there are today."""
    bind = op.get_bind()
    for table in (case_entries, case_issues):
        table.create(bind, checkfirst=True)
    held = sa.inspect(bind)
    if any(one["name"] == "records_number" for one in held.get_unique_constraints("records")):
        with _at_once(bind), op.batch_alter_table("records") as records:
            records.drop_constraint("records_number", type_="unique")
    if not any(one["name"] == "records_by_number" for one in held.get_indexes("records")):
        op.create_index("records_by_number", "records", ["form", "number"])


@contextmanager
def _at_once(bind: sa.Connection) -> Iterator[None]:
    """Let a table of SQLite be made anew, which other tables refer to: all of it happens, or nothing."""
    if bind.dialect.name != "sqlite":
        yield
        return
    bind.exec_driver_sql("PRAGMA foreign_keys = OFF")
    bind.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
        bind.exec_driver_sql("COMMIT")
    except BaseException:
        bind.exec_driver_sql("ROLLBACK")
        raise
    finally:
        bind.exec_driver_sql("PRAGMA foreign_keys = ON")
