"""The query that turns a source's columns into issues: local times, choices by number, texts trimmed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from generator.statistics.cells import (
    CHOICES,
    TEXTS,
    TIMES,
    VALUES,
    sql_given,
    sql_given_text,
    sql_not_given,
)
from generator.statistics.columns import NOT_GIVEN
from generator.statistics.further_rules import COMPLETED_NTH, REPORTED_NTH, STANDING
from generator.statistics.rules import DONE, MONTH, PARTS
from generator.statistics.setting import Setting
from generator.statistics.sql import Sql, columns, identifier, join, listed, literals, moment, regular, sql

GROUPS = {"customer": "customer_name", "department": "department"}
"""What a summary can be made for each of, and the column that says which."""

LISTED = ("issue_no", "customer_name", "problem", "owner")
"""What the list of overdue issues says of each."""

MISSING = 1 << 20
"""The bit of an issue that has no time of report."""

SHOWN_ROWS = 3
"""Rows that are named where an issue stands in more than one."""

_COUNTED = ("issue_type", "channel", "department", "cause")
STANDING_COLUMNS = ("nth", "done_nth", "is_standing")
"""What is known of an issue beside its month: which periods of a trend it is of, whether it was open at the end."""

_TEXT_TYPES = ("varchar", "text", "character varying")
_NUMBER_TYPES = (
    *("double", "float", "real", "decimal", "numeric", "bigint", "integer", "smallint", "tinyint", "hugeint"),
    *("ubigint", "uinteger", "usmallint", "utinyint", "uhugeint"),
)


@dataclass(frozen=True)
class IssueQuery:
    """Which columns of a relation are read, how, and for what.

    `found`: the source's names for each column. `types`: the database's type of each name. `same`: the columns in which
    an issue is the same as an earlier one, that isn't from before `same_since`. `read`: relations (raw, value) of what
    has been read in Python, by column.
    """

    setting: Setting
    relation: Sql
    found: Mapping[str, Sequence[str]]
    types: Mapping[str, str]
    by: str
    same: Sequence[str]
    same_since: datetime
    read: Mapping[str, Sql] = field(default_factory=dict)

    @property
    def judged(self) -> Sequence[str]:
        """Return the columns whose cells may be unreadable."""
        return [key for key in VALUES if key in self.found]

    def is_number(self, key: str) -> bool:
        """Tell whether a column holds numbers, not texts."""
        return all(self.types[name].lower().startswith(_NUMBER_TYPES) for name in self.found[key])

    def issues(self) -> Sql:
        """Return the query of the issues. `refused` has a bit for each column of `judged` that couldn't be read."""
        kept = dict(self._kept())
        names = [regular(name) for name in kept if name not in ("alike", "numbered")]
        if not self.setting.dialect.numbers_rows:
            names.append(sql("0 AS place"))
        if "alike" in kept:
            names.append(sql("{key} AS same", key=self.setting.dialect.key(regular("alike"))))
        if "numbered" in kept:
            names.append(sql("{key} AS number", key=self.setting.dialect.key(regular("numbered"))))
        return sql(
            "SELECT {names} FROM (SELECT {kept} FROM ({texts}) AS texts) AS kept",
            names=listed(names),
            kept=_named(kept.items()),
            texts=self._texts(),
        )

    def refused(self, key: str) -> Sql:
        """Return the query of the different texts in a column that couldn't be read."""
        return sql(
            "SELECT DISTINCT {raw} FROM ({parsed}) AS parsed WHERE {refused} & {bit} <> 0",
            raw=self._raw_text(key),
            parsed=self._parsed(),
            refused=self._refused(),
            bit=1 << self.judged.index(key),
        )

    def faulty(self, most: int) -> Sql:
        """Return the query of the first rows with unreadable cells: number from 0, bits, the texts of `judged`."""
        counted = sql("(SELECT *, row_number() OVER () - 1 AS line FROM {relation}) AS counted", relation=self.relation)
        whole = replace(self, relation=counted)
        return sql(
            "SELECT line, refused{names} FROM"
            " (SELECT line, {refused} AS refused{raw} FROM ({parsed}) AS parsed) AS judged"
            " WHERE refused <> 0 ORDER BY line LIMIT {most}",
            names=join("", (sql(", {raw}", raw=_raw_name(key)) for key in self.judged)),
            raw=join("", (sql(", {raw} AS {name}", raw=self._raw_text(k), name=_raw_name(k)) for k in self.judged)),
            refused=self._refused(),
            parsed=whole._parsed(regular("line")),
            most=most,
        )

    def twice(self, most: int) -> Sql:
        """Return the query of the first rows whose issue's number stands twice: number from 0, the issue's first row,
        how many rows it has; of each issue the first three.
        """
        numbers = sql(
            "SELECT line, {number} AS number FROM"
            " (SELECT {cell} AS cell, row_number() OVER () - 1 AS line FROM {relation}) AS counted",
            number=sql_given_text(self.setting.dialect.trimmed(regular("cell")), sql("true")),
            cell=self._column("issue_no"),
            relation=self.relation,
        )
        ranked = sql(
            "SELECT line, min(line) OVER ({same}) AS first, count(*) OVER ({same}) AS lines,"
            " row_number() OVER ({same} ORDER BY line) AS nth FROM ({numbers}) AS numbers WHERE number IS NOT NULL",
            same=sql("PARTITION BY number"),
            numbers=numbers,
        )
        return sql(
            "SELECT line, first, lines FROM ({ranked}) AS ranked WHERE lines > 1 AND nth <= {shown}"
            " ORDER BY first, line LIMIT {most}",
            ranked=ranked,
            shown=SHOWN_ROWS,
            most=most * SHOWN_ROWS,
        )

    # --- raw columns ---

    def _is_moment(self, key: str) -> bool:
        """Tell whether a column holds times, not texts."""
        return key in TIMES and all(self.types[name].lower().startswith("timestamp") for name in self.found[key])

    def _raw_text(self, key: str) -> Sql:
        raw = _raw_name(key)
        return sql("CAST({raw} AS varchar)", raw=raw) if self._is_moment(key) else raw

    def _column(self, key: str) -> Sql:
        cells = [self._cell(key, name) for name in self.found.get(key, ())]
        if not cells:
            return sql("CAST(NULL AS timestamp)") if key in TIMES else sql("CAST(NULL AS varchar)")
        cell = cells[0] if len(cells) == 1 else sql("coalesce({cells})", cells=listed(cells))
        part = self.setting.columns.part(key, self.found)
        return PARTS[part](self.setting, cell) if part else cell

    def _cell(self, key: str, name: str) -> Sql:
        kind, cell = self.types[name].lower(), identifier(name)
        if self._is_moment(key):
            return self.setting.cells.sql_native(kind, cell)
        return cell if kind in _TEXT_TYPES else sql("CAST({cell} AS varchar)", cell=cell)

    def _raw(self, *more: Sql) -> Sql:
        named = (sql("{cell} AS {raw}", cell=self._column(key), raw=_raw_name(key)) for key in (*VALUES, *TEXTS))
        return sql("SELECT {columns} FROM {relation}", columns=listed((*more, *named)), relation=self.relation)

    # --- values ---

    def _parsed(self, *more: Sql) -> Sql:
        values = _named((key, self._value(key)) for key in VALUES)
        raw = [_raw_name(key) for key in (*VALUES, *TEXTS)]
        raw += [
            sql("{read}.raw IS NOT NULL AS {name}", read=_read_name(k), name=regular(f"is_read_{k}")) for k in self.read
        ]
        return sql(
            "SELECT {columns} FROM ({cells}) AS cells{joins}",
            columns=listed((*more, values, *raw)),
            cells=self._raw(*more),
            joins=join("", map(self._join, self.read)),
        )

    def _join(self, key: str) -> Sql:
        return sql(
            " LEFT JOIN {pairs} AS {read} ON {read}.raw = {raw}",
            pairs=self.read[key],
            read=_read_name(key),
            raw=self._raw_text(key),
        )

    def _value(self, key: str) -> Sql:
        raw = _raw_name(key)
        if key not in self.found:
            return raw if key in TIMES else sql("CAST(NULL AS smallint)")
        if self._is_moment(key):
            return self.setting.cells.sql_sure(raw)
        value = self.setting.cells.sql_value(key, raw)
        return sql("coalesce({value}, {read}.value)", value=value, read=_read_name(key)) if key in self.read else value

    def _refused(self) -> Sql:
        bits = (
            sql("CASE WHEN {refused} THEN {bit} ELSE 0 END", refused=self._is_refused(key), bit=1 << n)
            for n, key in enumerate(self.judged)
        )
        raw = _raw_name("reported_at")
        no_report = sql("{raw} IS NULL", raw=raw) if self._is_moment("reported_at") else sql_not_given(raw)
        missing = sql(
            "CASE WHEN {no_report} AND {something} THEN {missing} ELSE 0 END",
            no_report=no_report,
            something=self._something(),
            missing=MISSING,
        )
        return join(" + ", (*bits, missing))

    def _is_refused(self, key: str) -> Sql:
        return sql(
            "{name} IS NULL AND {given}{known}",
            name=regular(key),
            given=sql("{raw} IS NOT NULL", raw=_raw_name(key)) if self._is_moment(key) else sql_given(_raw_name(key)),
            known=sql(" AND NOT {name}", name=regular(f"is_read_{key}")) if key in self.read else sql(""),
        )

    def _something(self) -> Sql:
        """Return whether a row says anything, so that it must have a time of report."""
        marks = literals(NOT_GIVEN)
        given = [
            sql("{raw} NOT IN ({marks})", raw=_raw_name(key), marks=marks)
            for key in (*TEXTS, *CHOICES)
            if key in self.found
        ]
        return sql("({given})", given=join(" OR ", given) if given else sql("false"))

    # --- issues ---

    def _marked(self) -> Sql:
        """Return the query that tells what each issue is needed for: a month, repeats, the list of overdue ones."""
        return sql(
            "SELECT {values}, {raw}, {month} AS month, {nth} AS nth, {done_nth} AS done_nth,"
            " {standing} AS is_standing, reported_at >= {since} AND reported_at < {end} AS is_recent,"
            " {is_open} AS is_open, {refused} AS refused FROM (SELECT *, {done} AS done FROM ({parsed}) AS parsed)"
            " AS parsed",
            nth=REPORTED_NTH.sql(self.setting),
            done_nth=COMPLETED_NTH.sql(self.setting),
            standing=STANDING.sql(self.setting),
            done=DONE.sql(self.setting),
            values=columns(VALUES),
            raw=listed(map(_raw_name, TEXTS)),
            month=MONTH.sql(self.setting),
            since=moment(self.same_since),
            end=self._end,
            is_open=self._is_open(),
            refused=self._refused(),
            parsed=self._parsed(),
        )

    @property
    def _end(self) -> Sql:
        return moment(self.setting.period.following)

    def _is_open(self) -> Sql:
        """Return whether an issue may be overdue at the end of the month."""
        planned = sql(" AND planned_at < {end}", end=self._end)
        return sql(
            "reported_at < {end}{late} AND (completed_at IS NULL AND NOT {done} OR completed_at >= {end})",
            end=self._end,
            late=sql("") if self.setting.deadlines.resolves else planned,
            done=DONE.sql(self.setting),
        )

    def _texts(self) -> Sql:
        """Return the query that trims the texts that are needed, and no others: there are many, and they are long."""
        return sql(
            "SELECT {values}, month, {more}, is_recent, is_open, refused, {raw}, {texts} FROM ({marked}) AS marked",
            more=columns(STANDING_COLUMNS),
            values=columns(VALUES),
            raw=listed(map(_raw_name, _COUNTED)),
            texts=_named((f"text_{key}", self._text(key)) for key in TEXTS),
            marked=self._marked(),
        )

    def _text(self, key: str) -> Sql:
        is_group = bool(self.by) and GROUPS[self.by] == key
        needed = [sql("month IS NOT NULL OR nth IS NOT NULL OR done_nth IS NOT NULL")] if is_group else []
        needed += [sql("is_open")] if key in LISTED or is_group else []
        if key == "owner":
            needed.append(_OF_OWNERS)
        if key == "issue_no":
            needed = [sql("true")]
        needed += [sql("is_recent")] if key in self.same or (is_group and self.same) else []
        if key not in self.found or not needed:
            return sql("CAST(NULL AS varchar)")
        trimmed = self.setting.dialect.trimmed(_raw_name(key))
        return sql("CASE WHEN {needed} THEN {trimmed} END", needed=join(" OR ", needed), trimmed=trimmed)

    def _kept(self) -> Iterator[tuple[str, Sql]]:
        """Yield what is kept of an issue, by name; `alike` tells issues apart that aren't the same again."""
        yield "month", regular("month")
        yield from ((key, regular(key)) for key in STANDING_COLUMNS)
        yield "grp", _given(GROUPS[self.by], sql("true")) if self.by else sql("CAST(0 AS smallint)")
        yield from ((key, regular(key)) for key in VALUES)
        for key in _COUNTED:
            yield key, sql("CASE WHEN month IS NOT NULL THEN {raw} END", raw=_raw_name(key))
        yield from ((key, _given(key, regular("is_open"))) for key in LISTED)
        yield "handler", _given("owner", _OF_OWNERS)
        if self.same and all(key in self.found for key in self.same):
            yield "alike", join(" || chr(31) || ", (_given(key, regular("is_recent")) for key in self.same))
        if "issue_no" in self.found:
            yield "numbered", _given("issue_no", sql("true"))
        yield "refused", regular("refused")


_OF_OWNERS = sql("(month = 1 OR done_nth = 0 OR is_standing)")
"""Which issues are counted for those who deal with them."""


def _named(values: Iterable[tuple[str, Sql]]) -> Sql:
    return listed(sql("{value} AS {name}", value=value, name=regular(name)) for name, value in values)


def _raw_name(key: str) -> Sql:
    return regular(f"raw_{key}")


def _read_name(key: str) -> Sql:
    return regular(f"read_{key}")


def _given(key: str, when: Sql) -> Sql:
    return sql_given_text(regular(f"text_{key}"), when)
