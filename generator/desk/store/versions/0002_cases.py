"""Cases: their records as they were given out, and what was given out."""

from alembic import op

from generator.desk.store.tables import case_entries, case_issues

revision = "0002_cases"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, where the first version hasn't made all that there are today."""
    for table in (case_entries, case_issues):
        table.create(op.get_bind(), checkfirst=True)
