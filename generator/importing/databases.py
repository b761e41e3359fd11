"""The `CREATE TABLE` statement of a table as its database tells it."""

from collections.abc import Iterator
from typing import Any

from generator.errors import Place, UsageError, fail
from generator.importing.draft import Draft
from generator.records.database import engine, reported, shown


def database_draft(url: str, table: str = "") -> Draft:
    """Return the draft of a database's table; its only one where none is named.

    Raises UsageError (E-import-tables, E-import-table) where the table isn't clear, and as `engine` does.
    """
    import sqlalchemy as sa

    from generator.importing.tables import text_draft

    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise fail(UsageError, "E-database-url", Place(url.partition(":")[0])) from None
    name = shown(parsed)
    with reported(name), engine(parsed).connect() as connection:
        if parsed.get_backend_name() == "sqlite":
            told = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
            made = {row[0]: row[1] for row in told if row[1] and not row[0].startswith("sqlite_")}
            chosen = _chosen(list(made), table, name)
            text = made[chosen]
        else:
            inspector = sa.inspect(connection)
            chosen = _chosen(inspector.get_table_names(), table, name)
            text = ";\n".join(_told(connection, inspector, chosen))
    return text_draft(text, name, chosen)


def _chosen(names: list[str], table: str, name: str) -> str:
    found = [one for one in names if not table or one.casefold() == table.casefold()]
    if table and not found:
        raise fail(UsageError, "E-import-table", Place(name), tables=names[:_MOST])
    if len(found) != 1:
        raise fail(UsageError, "E-import-tables", Place(name), tables=names[:_MOST])
    return found[0]


_MOST = 30


def _told(connection: Any, inspector: Any, name: str) -> Iterator[str]:
    """Yield the statements that make a table, with the rules and remarks that SQLAlchemy keeps beside it."""
    import sqlalchemy as sa
    from sqlalchemy.schema import CreateTable

    table = sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
    for check in inspector.get_check_constraints(name):
        table.append_constraint(sa.CheckConstraint(sa.text(check["sqltext"])))
    for index in list(table.indexes):
        table.indexes.discard(index)
    kinds = {c.type.name: c.type.enums for c in table.columns if isinstance(c.type, sa.Enum) and c.type.name}
    for kind, answers in kinds.items():
        listed = ", ".join("'" + answer.replace("'", "''") + "'" for answer in answers)
        yield f"CREATE TYPE {kind} AS ENUM ({listed})"
    for foreign in list(table.foreign_key_constraints):
        table.constraints.discard(foreign)
    yield str(CreateTable(table).compile(dialect=connection.dialect))
    if table.comment:
        yield f"COMMENT ON TABLE {name} IS '{_escaped(table.comment)}'"
    for column in table.columns:
        if column.comment:
            yield f"COMMENT ON COLUMN {name}.{column.name} IS '{_escaped(column.comment)}'"


def _escaped(text: str) -> str:
    return text.replace("'", "''")
