"""The store as it was first: users, records with their drafts and versions, cases, numbers, what was looked at."""

from alembic import op

from generator.desk.store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    metadata.create_all(op.get_bind())
