"""SQLite connections that only read: SQLite asks for leave before each step of a statement, and gets it for these."""

import sqlite3
from typing import Any

_STEPS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}

_NOT_CALLED = {
    "load_extension",
    "fts3_tokenizer",
    "readfile",
    "writefile",
    "edit",
    "eval",
    "zipfile",
    "lsmode",
    "fsdir",
}
"""Functions that reach beyond the database; most of them are there in shells and special builds only."""

_ASKED = {
    "database_list",
    "encoding",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "read_uncommitted",
    "table_info",
    "table_list",
    "table_xinfo",
}
"""Pragmas that tell of a database and change nothing; SQLAlchemy asks for them."""

_VALUED = {"encoding", "read_uncommitted"}
"""Those of them that a value would change."""

LONGEST = 16 << 20
"""Bytes that a text or a row may have."""


def restrict(connection: Any) -> None:
    """Let a connection of the sqlite3 module read from now on, and do nothing else."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.execute("PRAGMA query_only = ON").close()
    connection.execute("PRAGMA trusted_schema = OFF").close()
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_leave)


def _leave(step: int, first: str | None, second: str | None, database: str | None, within: str | None) -> int:
    allowed = step in _STEPS
    if step == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() not in _NOT_CALLED
    elif step == sqlite3.SQLITE_PRAGMA:
        name = (first or "").lower()
        allowed = name in _ASKED and not (name in _VALUED and second)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def is_refused(error: Any) -> bool:
    """Tell whether SQLite was refused a step, or more than one statement, by its own error."""
    return isinstance(error, sqlite3.Error | sqlite3.Warning) and str(error).startswith(_REFUSALS)


_REFUSALS = (
    "not authorized",
    "authorization denied",
    "You can only execute one statement",
    "attempt to write",
    "access to ",
)
