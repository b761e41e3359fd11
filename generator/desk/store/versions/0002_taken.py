"""What was taken in from files, so that nothing is taken twice."""

from alembic import op

from generator.desk.store.tables import taken

revision = "0002_taken"
down_revision = "0001"


def upgrade() -> None:
    """Make the table, where the store is older than it."""
    taken.create(op.get_bind(), checkfirst=True)
