"""How one cell is read: by the database where it is written plainly, by the readers of fields wherever it isn't.

The database leaves a cell unread rather than read it otherwise than they would; `rules.py` says what both do.
"""

from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import cast

from generator.catalogue import FieldSpec
from generator.errors import Fault, RecordError
from generator.formats import date_text
from generator.kinds import DATETIME, reader
from generator.kinds.raw import CellMoment, CellNumber, ValueFault, fold
from generator.rules import Policy
from generator.rules.validate import SchemaValidator, record_validator
from generator.rules.working_hours import END_OF_DAY
from generator.statistics.columns import NOT_GIVEN, Columns
from generator.statistics.dialect import Dialect
from generator.statistics.period import FIRST_YEAR
from generator.statistics.sql import Sql, join, literal, literals, moment, sql

TEXTS = ("issue_no", "customer_no", "customer_name", "issue_type", "problem", "channel", "department", "owner", "cause")
CHOICES = ("priority", "severity", "status", "first_contact", "escalated")
TIMES = ("reported_at", "responded_at", "planned_at", "completed_at", "visited_at", "escalated_at")
SCORES = ("satisfaction", "nps")
VALUES = (*TIMES, *CHOICES, *SCORES)
"""The columns whose cells are more than texts."""

CellValue = datetime | int
"""A local moment; the number of a choice among its column's, from 1; or a score."""

MARKS = literals(NOT_GIVEN)
_END_OF_DAY = sql("interval '23 hours 59 minutes 59.999999 seconds'")


def not_given(text: str) -> bool:
    """Tell whether a text says that there is nothing."""
    return text.strip() in NOT_GIVEN


def sql_not_given(raw: Sql) -> Sql:
    """Return whether a cell says plainly that there is nothing."""
    return sql("({raw} IS NULL OR {raw} IN ({marks}))", raw=raw, marks=MARKS)


def sql_given(raw: Sql) -> Sql:
    """Return whether there is something in a cell."""
    return sql("{raw} IS NOT NULL AND {raw} NOT IN ({marks})", raw=raw, marks=MARKS)


def sql_given_text(text: Sql, when: Sql) -> Sql:
    """Return a trimmed text under a condition, NULL where it says that there is nothing."""
    return sql("CASE WHEN {when} AND {text} NOT IN ({marks}) THEN {text} END", when=when, text=text, marks=MARKS)


def first_moment(day: date) -> datetime:
    """Return the midnight on which a day begins."""
    return datetime.combine(day, time())


class CellReader:
    """Reads the cells of issues, in SQL and in Python."""

    def __init__(self, columns: Columns, policy: Policy, dialect: Dialect) -> None:
        self.columns, self.policy, self.dialect = columns, policy, dialect

    # --- in SQL ---

    def sql_value(self, key: str, raw: Sql) -> Sql:
        """Return a cell's value; NULL where there is none, or where it isn't written plainly."""
        return self._sql_moment(key, raw) if key in TIMES else self._sql_number(key, raw)

    def sql_native(self, kind: str, cell: Sql) -> Sql:
        """Return the local moment of a cell that is a time in its source, of a type of the database."""
        if "with time zone" in kind:
            return sql("timezone({zone}, {cell})", zone=literal(self.policy.zone_name), cell=cell)
        return sql("CAST({cell} AS timestamp)", cell=cell)

    def sql_sure(self, local: Sql) -> Sql:
        """Return a local moment of a source; NULL where it has a fraction of a second, or a year of not four digits."""
        return sql(
            "CASE WHEN {local} >= {first} AND {local} < {last} AND {local} = date_trunc('second', {local})"
            " THEN {local} END",
            local=local,
            first=moment(date(FIRST_YEAR, 1, 1)),
            last=sql("timestamp '10000-01-01 00:00:00'"),
        )

    def _sql_moment(self, key: str, raw: Sql) -> Sql:
        read = self.dialect.moment(raw, literal(self.policy.zone_name))
        if not self.columns.spec(key).date_only:
            return read
        day = sql("CAST({day} AS timestamp)", day=self.dialect.day(raw))
        if key == "planned_at":
            day = sql("{day} + {end}", day=day, end=_END_OF_DAY)
        return sql("coalesce({read}, {day})", read=read, day=day)

    def _sql_number(self, key: str, raw: Sql) -> Sql:
        numbers = self.columns.choices(key) or {str(n): n for n in self.columns.scores(key)}
        cases = (sql("WHEN {name} THEN {n}", name=literal(name), n=n) for name, n in numbers.items())
        return sql("CAST(CASE {raw} {cases} END AS smallint)", raw=raw, cases=join(" ", cases))

    # --- in Python ---

    @cached_property
    def _validator(self) -> SchemaValidator:
        return record_validator(self.columns.source)

    def value(self, key: str, raw: str, *, is_number: bool = False) -> CellValue | None:
        """Return a cell's value; None where there is none. `is_number`: its column holds numbers, not texts.

        Raises RecordError with what is wrong with the cell.
        """
        if not_given(raw):
            return None
        if key in CHOICES and (number := self.columns.folded_choices(key).get(fold(raw))):
            return number
        value = self._read(key, raw, is_number=is_number and key in TIMES)
        if key in TIMES:
            return _moment(key, cast("date | None", value))
        if value is None:
            return None
        if faults := self._validator.faults({key: value}):
            raise RecordError(fault for fault in faults if fault.place.pointer == f"/{key}")
        return cast("int | None", value)

    def plain(self, spec: FieldSpec, value: object) -> object:
        """Return a value of a source as text, or what has one, that a database reads.

        Raises ValueFault where a time can't be read.
        """
        if spec.kind is DATETIME and value is not None and not isinstance(value, str):
            return self._plain_time(spec, value)
        if isinstance(value, CellMoment):
            return value.shown
        if isinstance(value, CellNumber):
            return self._plain_number(spec, value)
        return date_text(value) if isinstance(value, date) else value

    def _plain_number(self, spec: FieldSpec, cell: CellNumber) -> object:
        """Return what a cell's number says in a field; what it shows where it can't be read there."""
        try:
            return reader(spec.kind, spec, self.policy.zone)(cell)
        except (ValueFault, OverflowError):
            return cell.shown or cell.number

    def _plain_time(self, spec: FieldSpec, value: object) -> str:
        try:
            read = reader(spec.kind, spec, self.policy.zone)(value)
        except OverflowError:
            raise ValueFault("E-date") from None
        if not isinstance(read, date):
            raise ValueFault("E-type")
        return read.isoformat()

    def _read(self, key: str, raw: str, *, is_number: bool) -> object:
        spec = self.columns.spec(key)
        try:
            return reader(spec.kind, spec, self.policy.zone)(CellNumber(Decimal(raw)) if is_number else raw)
        except ValueFault as error:
            fault = Fault(error.code, spec.place(f"/{key}"), error.params)
        except OverflowError:
            fault = Fault("E-date", spec.place(f"/{key}"), {})
        raise RecordError(fault)


def _moment(key: str, value: date | None) -> datetime | None:
    if isinstance(value, datetime) or value is None:
        return value
    return first_moment(value) + END_OF_DAY if key == "planned_at" else first_moment(value)
