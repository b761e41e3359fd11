"""A tracker as a table of SQLite or PostgreSQL: a row a record, brought up to date by the record's number."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from generator.catalogue import Form
from generator.catalogue.serialise import serialiser
from generator.collect import Outcome
from generator.collect.columns import TrackerColumn
from generator.errors import Fault, Place, UsageError, fail
from generator.record import Record, Values

KEY = "record_id"
"""The column of the key: the record's number, or a digest of a record that has none."""

_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class DatabaseTracker:
    """A table named after its form; what it has of other columns stays.

    Raises UsageError (E-collect-database) where the database can't be reached, or its table has not the columns.
    """

    def __init__(self, url: str, form: Form, columns: Sequence[TrackerColumn], zone: ZoneInfo) -> None:
        self.columns, self.form = columns, form
        self.warnings: list[Fault] = []
        self._serialiser = serialiser(form.record_spec, zone)
        self.rows: dict[str, dict[str, Any]] = {}
        try:
            parsed = sa.make_url(url)
            self.name = parsed.render_as_string(hide_password=True)
            driver = _DRIVERS.get(parsed.drivername, parsed.drivername)
            self.engine = sa.create_engine(parsed.set(drivername=driver))
            self.table = self._table()
            self.there = self._columns_there()
            self.known = self._rows_there()
        except (sa.exc.SQLAlchemyError, ImportError, ValueError) as error:
            raise self._failed(error) from None

    def _table(self) -> sa.Table:
        """Return the table as it is to be."""
        wanted = [sa.Column(column.key, _type_of(column)) for column in self.columns]
        name, key = self.form.id.replace("-", "_"), sa.Column(KEY, sa.String, primary_key=True)
        return sa.Table(name, sa.MetaData(), key, *wanted)

    def _columns_there(self) -> frozenset[str]:
        """Return the columns that the table has; none where it isn't there yet."""
        inspected, name = sa.inspect(self.engine), self.table.name
        if not inspected.has_table(name):
            return frozenset()
        there = frozenset(column["name"] for column in inspected.get_columns(name))
        if KEY not in there:
            raise fail(UsageError, "E-collect-table", Place(self.name), table=name, column=KEY)
        return there

    def _rows_there(self) -> dict[str, dict[str, Any]]:
        """Return the rows of the table by their keys."""
        if not self.there:
            return {}
        columns = [column for column in self.table.columns if column.name in self.there]
        with self.engine.connect() as connection:
            return {row[KEY]: dict(row) for row in connection.execute(sa.select(*columns)).mappings()}

    def _make_ready(self, connection: sa.Connection) -> None:
        """Make the table where it isn't there, and give it the columns that it lacks."""
        self.table.create(connection, checkfirst=True)
        quoted = self.engine.dialect.identifier_preparer.quote
        for column in self.table.columns if self.there else ():
            if column.name not in self.there:
                kind = column.type.compile(self.engine.dialect)
                added = f"ALTER TABLE {quoted(self.table.name)} ADD COLUMN {quoted(column.name)} {kind}"
                connection.execute(sa.text(added))

    def put(self, key: str, values: Values) -> Outcome:
        """Take in a record; it is kept with the others by `save`."""
        data = self._serialiser.record(Record(dict(values)))
        row = {KEY: key, **{column.key: self._value(column, values, data) for column in self.columns}}
        known = self.known.get(key)
        if known is not None and all(_same(known.get(name), value) for name, value in row.items()):
            return Outcome.SAME
        self.rows[key] = row
        return Outcome.NEW if known is None else Outcome.CHANGED

    def _value(self, column: TrackerColumn, values: Values, data: Mapping[str, Any]) -> Any:
        value = column.value(values)
        if column.spec.shape == "repeat" or isinstance(value, (list, tuple)):
            return column.value(data) if value is not None else None
        return value

    def save(self) -> None:
        """Keep the records in one transaction."""
        insert = _INSERTS[self.engine.dialect.name]
        try:
            with self.engine.begin() as connection:
                self._make_ready(connection)
                for row in self.rows.values():
                    statement = insert(self.table).values(row)
                    others = {name: statement.excluded[name] for name in row if name != KEY}
                    connection.execute(statement.on_conflict_do_update(index_elements=[KEY], set_=others))
        except sa.exc.SQLAlchemyError as error:
            raise self._failed(error) from None
        finally:
            self.engine.dispose()

    def _failed(self, error: Exception) -> UsageError:
        """Return the error of a database; what it says may hold a value, so that its kind alone is told."""
        return fail(UsageError, "E-collect-database", Place(getattr(self, "name", "")), why=type(error).__name__)


def _type_of(column: TrackerColumn) -> Any:
    """Return the type of a column: days, moments and numbers as such, lists as JSON, all else as text."""
    spec = column.spec
    if spec.shape == "repeat" or spec.schema.get("type") == "array":
        return sa.JSON()
    found: Mapping[str, Any] = {"date": sa.Date(), "datetime": sa.DateTime(), "time": sa.Time()}
    if spec.kind.control in found:
        return found[spec.kind.control]
    named = spec.schema.get("type")
    if named == "boolean":
        return sa.Boolean()
    if named == "integer":
        return sa.BigInteger()
    return sa.Numeric(asdecimal=True) if named == "number" else sa.Text()


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return one is not None and other is not None and Decimal(str(one)) == Decimal(str(other))
    if isinstance(one, datetime.datetime) and isinstance(other, datetime.datetime):
        return one.replace(tzinfo=None) == other.replace(tzinfo=None)
    return bool(one == other)
