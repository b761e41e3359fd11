"""The tables of a desk's store. Whoever changes them writes a migration beside it, in `versions/`."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("password", Text, nullable=False),
    Column("role", String(10), nullable=False),
    Column("is_off", Boolean, nullable=False, default=False),
    Column("created_at", String(32), nullable=False),
)
"""`role`: reader, writer or admin."""

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("expires_at", String(32), nullable=False),
)
"""`token`: the SHA-256 of what the browser holds."""

attempts = Table(
    "attempts",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", String(32), nullable=False),
)
"""Logins that failed, by the name that was given."""

cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("form", String(100), nullable=False),
    Column("lang", String(10), nullable=False),
    Column("case_id", String(32), ForeignKey("cases.id")),
    Column("position", Integer, nullable=False, default=0),
    Column("number", String(200)),
    Column("title", Text, nullable=False, default=""),
    Column("status", String(10), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("raw", JSON, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_by", String(100), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Index("records_by_form", "form", "updated_at"),
    Index("records_by_case", "case_id", "position"),
    Index("records_by_number", "form", "number"),
)
"""`status`: draft, final or void; `raw`: the record as it is being written, its values as they were typed; `revision`:
counts what was typed, `version` what was made final; `position`: the place in its case; `number`: what the form's
records are known by, which several may share (the notices of one issue)."""

drafts = Table(
    "drafts",
    metadata,
    Column("record_id", String(32), ForeignKey("records.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("raw", JSON, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", String(32), nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("record_id", String(32), ForeignKey("records.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("raw", JSON, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("by", String(100), nullable=False),
    Column("at", String(32), nullable=False),
)
"""What was made final; `changes`: pointers with what stood there and what stands there now."""

numbers = Table(
    "numbers",
    metadata,
    Column("form", String(100), primary_key=True),
    Column("stem", String(200), primary_key=True),
    Column("last", Integer, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("form", String(100), primary_key=True),
    Column("column", String(300), primary_key=True),
    Column("pointer", String(300), nullable=False),
)
"""Which field a column of people's lists is, as somebody put it right."""

files = Table(
    "files",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("media", String(100), nullable=False),
)
"""Signatures and pictures, by the SHA-256 of their bytes."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("who", String(100), nullable=False),
    Column("action", String(40), nullable=False),
    Column("record_id", String(32), nullable=False, default=""),
    Column("form", String(100), nullable=False, default=""),
    Column("detail", String(200), nullable=False, default=""),
    Column("seal", String(64), nullable=False),
)
"""Who looked at or took what; `seal`: the SHA-256 of the line and of the seal before it."""

taken = Table(
    "taken",
    metadata,
    Column("form", String(100), primary_key=True),
    Column("mark", String(64), primary_key=True),
    Column("content", String(64), nullable=False),
    Column("record_id", String(32), ForeignKey("records.id"), nullable=False),
    Column("file", Text, nullable=False, default=""),
    Column("row", String(100), nullable=False, default=""),
    Column("at", String(32), nullable=False),
    Index("taken_by_record", "record_id"),
)
"""What was read from files: `mark` the SHA-256 of what a record is known by, its number or else all that it says,
`content` of all that it says; `file` and `row`: where it stood.
"""

case_entries = Table(
    "case_entries",
    metadata,
    Column("case_id", String(32), ForeignKey("cases.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("record_id", String(32), nullable=False),
    Column("form", String(100), nullable=False),
    Column("raw", JSON, nullable=False),
)
"""The records of a case as they were when a document was given out from it; never changed, only added to."""

case_issues = Table(
    "case_issues",
    metadata,
    Column("case_id", String(32), ForeignKey("cases.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("record_id", String(32), nullable=False, default=""),
    Column("note", JSON, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", String(32), nullable=False),
)
"""What was given out from a case, as its case file notes it; `record_id`: the record that was printed."""
