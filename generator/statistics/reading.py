"""The SQL that turns a source's columns into issues: times local to the desk, choices by number, texts trimmed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.statistics.columns import Columns
from generator.statistics.dialect import EMPTY, Dialect, literal, quoted
from generator.statistics.period import Period

TEXTS = ("issue_no", "customer_no", "customer_name", "issue_type", "problem", "channel", "department", "owner", "cause")
CHOICES = ("priority", "severity", "status")
TIMES = ("reported_at", "responded_at", "planned_at", "completed_at")
SCORES = ("satisfaction",)
GROUPS = {"customer": "customer_name", "department": "department"}
"""What a summary can be made for each of, and the column that says which."""

MISSING = 1 << 20
"""The bit of an issue that has no time of report."""

_COUNTED = ("issue_type", "channel", "department", "cause")
_LISTED = ("issue_no", "customer_name", "problem", "owner")
_FIRST_YEAR = "timestamp '1000-01-01 00:00:00'"
_END_OF_DAY = "interval '23 hours 59 minutes 59.999999 seconds'"
"""A day without a time lasts to its last microsecond; a time that somebody wrote is of whole seconds."""


@dataclass(frozen=True)
class Reading:
    """Which columns of a relation are read, how, and for what.

    `found`: the source's names for each column. `types`: the database's type of each name. `read`: relations
    (raw, value) of what the house's reader has read, by column.
    """

    columns: Columns
    relation: str
    found: Mapping[str, Sequence[str]]
    types: Mapping[str, str]
    dialect: Dialect
    zone: str
    period: Period
    by: str = ""
    same: Sequence[str] = ()
    same_since: str = ""
    targets_due: bool = False
    read: Mapping[str, str] = field(default_factory=dict)

    def has(self, *keys: str) -> bool:
        """Tell whether the source has one of the columns."""
        return any(key in self.found for key in keys)

    @property
    def judged(self) -> Sequence[str]:
        """Return the columns whose cells may be unreadable."""
        return [key for key in (*TIMES, *CHOICES, *SCORES) if key in self.found and not self._is_moment(key)]

    def issues(self) -> str:
        """Return the query of the issues. `refused` has a bit for each column of `judged` that couldn't be read."""
        kept = dict(self._kept())
        lines = [f"{sql} AS {name}" for name, sql in kept.items()]
        names = [name for name in kept if name != "alike"] + ([] if self.dialect.numbers_rows else ["0 AS place"])
        names += [f"{self.dialect.key('alike')} AS same"] if "alike" in kept else []
        texts = f"SELECT {', '.join(lines)} FROM ({self._texts()}) AS texts"  # noqa: S608
        return f"SELECT {', '.join(names)} FROM ({texts}) AS kept"  # noqa: S608

    def refused(self, key: str) -> str:
        """Return the query of the different texts in a column that couldn't be read."""
        bit = 1 << self.judged.index(key)
        return f"SELECT DISTINCT raw_{key} FROM ({self._parsed()}) AS parsed WHERE {self._refused()} & {bit} <> 0"  # noqa: S608

    def faulty(self, most: int) -> str:
        """Return the query of the first rows with unreadable cells: number from 0, bits, the texts of `judged`."""
        raw = "".join(f", raw_{key}" for key in self.judged)
        counted = f"(SELECT *, row_number() OVER () - 1 AS line FROM {self.relation}) AS counted"  # noqa: S608
        whole = replace(self, relation=counted)
        return (
            f"SELECT line, refused{raw} FROM (SELECT line, {self._refused()} AS refused{raw}"  # noqa: S608
            f" FROM ({whole._parsed('line')}) AS parsed) AS judged WHERE refused <> 0 ORDER BY line LIMIT {most}"
        )

    # --- raw columns ---

    def _is_moment(self, key: str) -> bool:
        """Tell whether a column holds times, not texts; days are that too where there must be a time."""
        if key not in TIMES:
            return False
        of_time = ("timestamp",) if self.columns.spec(key).date_only else ("timestamp", "date")
        return all(self.types[name].lower().startswith(of_time) for name in self.found[key])

    def _column(self, key: str) -> str:
        names = [self._cell(key, name) for name in self.found.get(key, ())]
        if not names:
            return "CAST(NULL AS timestamp)" if key in TIMES else "CAST(NULL AS varchar)"
        return names[0] if len(names) == 1 else f"coalesce({', '.join(names)})"

    def _cell(self, key: str, name: str) -> str:
        kind, cell = self.types[name].lower(), quoted(name)
        if not self._is_moment(key):
            return cell if kind in ("varchar", "text", "character varying") else f"CAST({cell} AS varchar)"
        return f"timezone({literal(self.zone)}, {cell})" if "with time zone" in kind else f"CAST({cell} AS timestamp)"

    def _raw(self, *more: str) -> str:
        columns = [*more]
        columns += [f"{self._column(key)} AS raw_{key}" for key in (*TIMES, *CHOICES, *SCORES, *TEXTS)]
        return f"SELECT {', '.join(columns)} FROM {self.relation}"  # noqa: S608

    # --- values ---

    def _parsed(self, *more: str) -> str:
        values = [f"{self._value(key)} AS {key}" for key in (*TIMES, *CHOICES, *SCORES)]
        raw = [f"raw_{key}" for key in (*TIMES, *CHOICES, *SCORES, *TEXTS)]
        raw += [f"read_{key}.raw IS NOT NULL AS is_read_{key}" for key in self.read]
        joins = "".join(f" LEFT JOIN {self.read[key]} AS read_{key} ON read_{key}.raw = raw_{key}" for key in self.read)
        return f"SELECT {', '.join((*more, *values, *raw))} FROM ({self._raw(*more)}) AS cells{joins}"  # noqa: S608

    def _value(self, key: str) -> str:
        raw = f"raw_{key}"
        if key not in self.found:
            return raw if key in TIMES else "CAST(NULL AS smallint)"
        if self._is_moment(key):
            return raw
        value = self._moment(key, raw) if key in TIMES else self._number(key, raw)
        return f"coalesce({value}, read_{key}.value)" if key in self.read else value

    def _moment(self, key: str, raw: str) -> str:
        moment = self.dialect.moment(raw, literal(self.zone))
        if not self.columns.spec(key).date_only:
            return moment
        day = f"CAST({self.dialect.day(raw)} AS timestamp)"
        return f"coalesce({moment}, {day} + {_END_OF_DAY})" if key == "planned_at" else f"coalesce({moment}, {day})"

    def _number(self, key: str, raw: str) -> str:
        numbers = self.columns.choices(key) or {str(n): n for n in range(1, 6)}
        cases = " ".join(f"WHEN {literal(name)} THEN {n}" for name, n in numbers.items())
        return f"CAST(CASE {raw} {cases} END AS smallint)"

    def _refused(self) -> str:
        bits = [f"CASE WHEN {self._is_refused(key)} THEN {1 << n} ELSE 0 END" for n, key in enumerate(self.judged)]
        no_report = f"(raw_reported_at IS NULL OR raw_reported_at IN ({EMPTY}))"
        if self._is_moment("reported_at"):
            no_report = "reported_at IS NULL"
        missing = f"CASE WHEN {no_report} AND {self._something()} THEN {MISSING}"
        return " + ".join((*bits, f"{missing} ELSE 0 END"))

    def _is_refused(self, key: str) -> str:
        no_value = f"{key} IS NULL"
        if key in TIMES:
            no_value = f"({key} IS NULL OR {key} < {_FIRST_YEAR})"
        given = f"raw_{key} IS NOT NULL AND raw_{key} NOT IN ({EMPTY})"
        known = f" AND NOT is_read_{key}" if key in self.read else ""
        return f"{no_value} AND {given}{known}"

    def _something(self) -> str:
        others = [f"raw_{key}" for key in (*TEXTS, *CHOICES) if key in self.found]
        return "(" + (" OR ".join(f"{raw} NOT IN ({EMPTY})" for raw in others) or "false") + ")"

    # --- issues ---

    def _marked(self) -> str:
        """Return the query that tells what each issue is needed for: a month, repeats, the list of overdue ones."""
        p = self.period
        this, last = (f"reported_at >= {a} AND reported_at < {b}" for a, b in ((p.start, p.end), (p.last, p.start)))
        marks = (
            f"CASE WHEN {this} THEN 1 WHEN {last} THEN 0 END AS month",
            f"reported_at >= {self.same_since} AND reported_at < {p.end} AS is_recent",
            f"{self._is_open()} AS is_open",
            f"{self._refused()} AS refused",
        )
        values = ", ".join((*TIMES, *CHOICES, *SCORES, *(f"raw_{key}" for key in TEXTS)))
        return f"SELECT {values}, {', '.join(marks)} FROM ({self._parsed()}) AS parsed"  # noqa: S608

    def _is_open(self) -> str:
        """Return whether an issue may be overdue at the end of the month."""
        done = f"completed_at IS NULL AND coalesce(status, 0) NOT IN ({self.columns.done})"
        late = "" if self.targets_due else f" AND planned_at < {self.period.end}"
        return f"reported_at < {self.period.end}{late} AND ({done} OR completed_at >= {self.period.end})"

    def _texts(self) -> str:
        """Return the query that trims the texts that are needed, and no others: there are many, and they are long."""
        texts = ", ".join(f"{self._text(key)} AS text_{key}" for key in TEXTS)
        values = ", ".join((*TIMES, *CHOICES, *SCORES, "month", "is_recent", "is_open", "refused"))
        values += "".join(f", raw_{key}" for key in _COUNTED)
        return f"SELECT {values}, {texts} FROM ({self._marked()}) AS marked"  # noqa: S608

    def _text(self, key: str) -> str:
        is_group = bool(self.by) and GROUPS[self.by] == key
        needed = ["month IS NOT NULL"] if is_group else []
        needed += ["is_open"] if key in _LISTED or is_group else []
        needed += ["is_recent"] if key in self.same or (is_group and self.same) else []
        if key not in self.found or not needed:
            return "CAST(NULL AS varchar)"
        return f"CASE WHEN {' OR '.join(needed)} THEN {self.dialect.trimmed(f'raw_{key}')} END"

    def _given(self, key: str, when: str) -> str:
        return f"CASE WHEN {when} AND text_{key} NOT IN ({EMPTY}) THEN text_{key} END"

    def _kept(self) -> Iterator[tuple[str, str]]:
        """Yield what is kept of an issue, by name; `alike` tells issues apart that aren't the same again."""
        yield "month", "month"
        yield "grp", self._given(GROUPS[self.by], "true") if self.by else "CAST(0 AS smallint)"
        yield from ((key, key) for key in (*TIMES, *CHOICES, *SCORES))
        yield from ((key, f"CASE WHEN month IS NOT NULL THEN raw_{key} END") for key in _COUNTED)
        yield from ((key, self._given(key, "is_open")) for key in _LISTED)
        if self.same and all(key in self.found for key in self.same):
            yield "alike", " || chr(31) || ".join(self._given(key, "is_recent") for key in self.same)
        yield "refused", "refused"
