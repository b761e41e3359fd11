"""Records of a form where a database reads them by itself: the fields that figures need, and no others.

Times are read where they are plain ISO 8601; every other text is read once, in Python, by the reader of its field. What
isn't as it should be, or can't be told in SQL, raises NotPlain: then records are judged one by one, and faults named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from generator.catalogue import FieldSpec
from generator.catalogue.figures import FigureSpec
from generator.catalogue.serialise import serialiser
from generator.kinds import DATE, DATETIME, reader
from generator.kinds.raw import ValueFault
from generator.record import put_at
from generator.records.names import find_path
from generator.rules import Policy
from generator.rules.validate import record_validator
from generator.statistics.engine import DuckEngine, Engine
from generator.statistics.expressed import Expressed, NotPlain
from generator.statistics.long_records import EVERY, NUMBERED, Counted, number_of, said
from generator.statistics.sql import Sql, identifier, join, listed, literal, regular, sql

_MOST_TEXTS = 50_000
"""Different texts of a field that are read in Python; whoever has more of them is judged record by record."""

_TEXT_TYPES = ("varchar", "text", "character varying")
_NESTED = ("struct", "map", "union", "blob", "time")
_TIMES = (DATE, DATETIME)


@dataclass(frozen=True)
class Cells:
    """A relation, and what its columns are: the text, or the moment, of each field by its pointer."""

    relation: Sql
    texts: Mapping[str, Sql]
    moments: frozenset[str] = frozenset()


def cells_of_columns(
    relation: Sql, names: Sequence[str], types: Mapping[str, str], counted: Counted, policy: Policy
) -> Cells:
    """Return what the columns of a relation are; raises NotPlain for one that no field is called, or two are."""
    found: dict[str, Sql] = {}
    moments = set[str]()
    for name in names:
        pointer, kind = _pointer(counted, [name]), types.get(name, "").lower()
        if pointer in found:
            raise NotPlain
        cell = identifier(name)
        if kind.startswith(("timestamp", "date")):
            moments.add(pointer)
            found[pointer] = _local(kind, cell, policy)
        elif kind.startswith(_NESTED) or kind.endswith("]"):
            raise NotPlain
        else:
            found[pointer] = cell if kind in _TEXT_TYPES else sql("CAST({cell} AS varchar)", cell=cell)
    return Cells(relation, found, frozenset(moments))


def _local(kind: str, cell: Sql, policy: Policy) -> Sql:
    """Return the local moment of a cell that is a time, or a day, in its source."""
    if "with time zone" in kind:
        return sql("timezone({zone}, {cell})", zone=literal(policy.zone_name), cell=cell)
    return sql("CAST({cell} AS timestamp)", cell=cell)


def cells_of_json(path: Path, counted: Counted, engine: DuckEngine) -> Cells:
    """Return what the keys of a file of JSON Lines are, nested or flat; raises NotPlain as `cells_of_columns` does."""
    readable = literal(str(engine.led_to(path)))
    found: dict[str, Sql] = {}
    read: dict[str, Any] = {}
    for names in _ways(readable, counted, engine):
        pointer = _pointer(counted, names)
        if pointer in found:
            raise NotPlain
        found[pointer] = join(".", map(identifier, names))
        if pointer in _wanted(counted) or not pointer.count(EVERY):
            _put(read, names)
    relation = sql(
        "read_json({path}, maximum_object_size = 16777216, format = 'newline_delimited', columns = {{{columns}}})",
        path=readable,
        columns=listed(sql("{n}: {type}", n=literal(n), type=literal(_type(inner).text)) for n, inner in read.items()),
    )
    return Cells(relation, found)


def _ways(readable: Sql, counted: Counted, engine: DuckEngine) -> Iterator[list[str]]:
    """Yield the way to each value, by the names of keys; level by level, those of the sections beneath."""
    sections: list[list[str]] = [[]]
    while sections:
        keys = (
            sql("json_keys(json, {at}) AS {k}", at=literal(_json_path(way)), k=regular(f"keys_{n}"))
            for n, way in enumerate(sections)
        )
        query = sql(
            "SELECT DISTINCT {keys} FROM read_ndjson_objects({path}, maximum_object_size = 16777216)",
            keys=listed(keys),
            path=readable,
        )
        found: list[dict[str, None]] = [{} for _ in sections]
        for row in engine.rows(query):
            for names, more in zip(found, row, strict=True):
                names.update(dict.fromkeys(more or ()))
        ways = [[*way, name] for way, names in zip(sections, found, strict=True) for name in names]
        sections = [way for way in ways if _spec(counted, way).shape == "section"]
        yield from (way for way in ways if way not in sections)


def _json_path(names: Sequence[str]) -> str:
    """Return the path of a key as DuckDB has it.

    Raises NotPlain where it can't be written.
    """
    if any(set(name) & {'"', "\\", "*"} for name in names):
        raise NotPlain
    return "$" + "".join(f'."{name}"' for name in names)


def _put(read: dict[str, Any], names: Sequence[str]) -> None:
    *above, last = names
    for name in above:
        read = read.setdefault(name, {})
    read[last] = None


def _type(inner: Mapping[str, Any] | None) -> Sql:
    """Return the type of a key's value: a text, or a structure of texts."""
    if inner is None:
        return sql("VARCHAR")
    return sql("STRUCT({fields})", fields=listed(sql("{n} {t}", n=identifier(n), t=_type(t)) for n, t in inner.items()))


def _pointer(counted: Counted, names: Sequence[str]) -> str:
    """Return the pointer of the field that is called so.

    Raises NotPlain where there is none.
    """
    spec = _spec(counted, names)
    if spec.shape == "section":
        raise NotPlain
    return spec.pointer


def _spec(counted: Counted, names: Sequence[str]) -> FieldSpec:
    spec: FieldSpec | None = counted.form.record_spec
    for name in names:
        path = find_path(spec, name) if spec else None
        spec = path[-1] if path else None
    if spec is None:
        raise NotPlain
    return spec


def _wanted(counted: Counted) -> list[str]:
    """Return the fields that the figures are made of.

    Raises NotPlain for rows of tables.
    """
    told = counted.said
    wanted = [*told.dated, *(pointer for figure in told.figures for pointer in figure.of), told.groups]
    if any(EVERY in pointer for pointer in wanted) or told.items or counted.form.is_table:
        raise NotPlain
    return list(dict.fromkeys(filter(None, wanted)))


@dataclass
class NativeRecords:
    """Loads what is counted of records that an engine reads by itself."""

    engine: Engine
    cells: Cells
    counted: Counted
    policy: Policy
    fields: list[str] = field(default_factory=list)
    """Pointers of the fields that are read; a field's number is its place."""

    def load(self) -> None:
        """Name the relations that are counted.

        Raises NotPlain.
        """
        for pointer in _wanted(self.counted):
            self._number(pointer)
        computed = {pointer: self._computed(pointer) for pointer in list(self.fields)}
        checks = list(self._checks())
        limits = [limit for expressed, _ in (*computed.values(), *checks) if expressed for limit in expressed.limits]
        self.engine.name("biaodan_raw", self._raw())
        self.engine.name("biaodan_typed", self._typed())
        for limit in limits:
            self._load_ends(limit.name, limit.table, limit.key, limit.start)
        values = {pointer: value for pointer, (expressed, value) in computed.items() if expressed}
        self._refuse([check for _, check in checks], values)
        self._name(values)

    def _number(self, pointer: str) -> Sql:
        """Return the name of a field's value."""
        if pointer not in self.fields:
            self.fields.append(pointer)
        return regular(f"value_{self.fields.index(pointer)}")

    # --- rules ---

    def _expressed(self, name: str, section: FieldSpec) -> Expressed:
        return Expressed(section, self.counted.form.record_spec, self.policy, self._number, name)

    def _section(self, pointer: str) -> FieldSpec:
        above = pointer.rpartition("/")[0]
        return self.counted.spec(above) if above else self.counted.form.record_spec

    def _computed(self, pointer: str) -> tuple[Expressed | None, Sql]:
        """Return what a field is computed as, where it is."""
        spec = self.counted.spec(pointer)
        if spec.derive is None:
            return None, sql("NULL")
        expressed = self._expressed(f"due_{self.fields.index(pointer)}", self._section(pointer))
        made = expressed.value(spec.derive.value)
        if made.type != "text":
            raise NotPlain
        return expressed, made.sql

    def _checks(self) -> Iterator[tuple[Expressed, Sql]]:
        """Yield the rules across fields that blame a field which is read."""
        sections = [self.counted.form.record_spec, *{s.pointer: s for s in map(self._section, self.fields)}.values()]
        for section in {id(one): one for one in sections}.values():
            for n, check in enumerate(section.checks):
                blamed = f"{section.pointer}/{check.at}"
                if check.severity != "warning" and blamed in self.fields:
                    expressed = self._expressed(f"due_check_{n}", section)
                    made = expressed.value(check.that)
                    if made.type != "truth":
                        raise NotPlain
                    yield expressed, made.sql

    def _load_ends(self, name: str, table: str, key: str, start: Sql) -> None:
        days = sql(
            "SELECT DISTINCT CAST({start} AS date) AS day FROM biaodan_typed WHERE {start} IS NOT NULL", start=start
        )
        ends = [(row[0].isoformat(), self.policy.deadline(row[0], key, table)) for row in self.engine.rows(days)]
        pairs = self.engine.pairs(f"pairs_{name}", ends, "date")
        self.engine.name(name, sql("SELECT raw, value FROM {pairs} AS pairs", pairs=pairs))

    # --- cells ---

    def _raw(self) -> Sql:
        none = sql("CAST(NULL AS varchar)")
        named = (
            sql("{cell} AS {name}", cell=self.cells.texts.get(pointer, none), name=regular(f"raw_{n}"))
            for n, pointer in enumerate(self.fields)
        )
        return sql("SELECT {named} FROM {relation}", named=listed(named), relation=self.cells.relation)

    def _typed(self) -> Sql:
        """Return the query of the values: moments and days, all others as texts; of some also their numbers."""
        made: list[Sql] = []
        joins: list[Sql] = []
        for n, pointer in enumerate(self.fields):
            values, joined = self._time(n, pointer) if self._is_time(pointer) else self._text(n, pointer)
            made += values
            joins += joined
        return sql("SELECT {made} FROM biaodan_raw{joins}", made=listed(made), joins=join("", joins))

    def _is_time(self, pointer: str) -> bool:
        return self.counted.spec(pointer).kind in _TIMES

    def _time(self, n: int, pointer: str) -> tuple[list[Sql], list[Sql]]:
        raw, kind = regular(f"raw_{n}"), self.counted.spec(pointer).kind
        if pointer in self.cells.moments:
            day = raw if kind is DATETIME else sql("CAST({raw} AS date)", raw=raw)
            return [sql("{day} AS {name}", day=day, name=regular(f"value_{n}"))], []
        dialect = self.engine.dialect
        plain = dialect.moment(raw, literal(self.policy.zone_name)) if kind is DATETIME else dialect.day(raw)
        rest = sql("{raw} <> '' AND ({plain}) IS NULL", raw=raw, plain=plain)
        pairs = [(text, value) for text, value in self._read(n, pointer, rest) if isinstance(value, date)]
        if any(isinstance(value, datetime) != (kind is DATETIME) for _, value in pairs):
            raise NotPlain  # a day where a moment belongs is compared as a day
        read = self.engine.pairs(f"read_{n}", pairs, "timestamp" if kind is DATETIME else "date")
        value = sql("coalesce({plain}, {n}.value) AS {name}", plain=plain, n=_alias(n), name=regular(f"value_{n}"))
        return [value], [_joined(read, n)]

    def _text(self, n: int, pointer: str) -> tuple[list[Sql], list[Sql]]:
        if pointer in self.cells.moments:
            raise NotPlain
        read = list(self._read(n, pointer, sql("{raw} <> ''", raw=regular(f"raw_{n}"))))
        texts = self.engine.pairs(f"read_{n}", [(raw, self._word(pointer, value)) for raw, value in read], "varchar")
        numbers = self.engine.pairs(f"numbers_{n}", [(raw, number_of(value)) for raw, value in read], "number")
        value = sql("{n}.value AS {name}", n=_alias(n), name=regular(f"value_{n}"))
        number = sql("{n}_number.value AS {name}", n=_alias(n), name=regular(f"number_{n}"))
        return [value, number], [_joined(texts, n), _joined(numbers, n, "_number")]

    def _word(self, pointer: str, value: object) -> str | None:
        is_group = pointer == self.counted.said.groups
        return self.counted.text(pointer, value) if is_group else said(value)

    def _read(self, n: int, pointer: str, where: Sql) -> Iterator[tuple[str, object]]:
        """Yield the different texts of a field with what they are.

        Raises NotPlain where one of them isn't what the field takes.
        """
        spec, zone = self.counted.spec(pointer), self.policy.zone
        if pointer not in self.cells.texts:
            return
        query = sql(
            "SELECT DISTINCT {raw} AS raw FROM biaodan_raw WHERE {where} LIMIT {most}",
            raw=regular(f"raw_{n}"),
            where=where,
            most=_MOST_TEXTS + 1,
        )
        read = reader(spec.kind, spec, zone)
        for count, (raw,) in enumerate(self.engine.rows(query)):
            try:
                value = read(raw)
            except (ValueFault, OverflowError):
                raise NotPlain from None
            if raw.startswith(("[", "{")):
                raise NotPlain  # a list, an object or an array
            if count >= _MOST_TEXTS or (value is not None and self._is_wrong(pointer, value)):
                raise NotPlain
            yield raw, value

    def _is_wrong(self, pointer: str, value: object) -> bool:
        """Tell whether the schema has something against a value where it stands."""
        form = self.counted.form
        record: dict[str, Any] = {}
        put_at(record, pointer, value)
        data = serialiser(form.record_spec, self.policy.zone).data(record)
        return any(fault.place.pointer == pointer for fault in record_validator(form).faults(data))

    # --- what is counted ---

    def _refuse(self, checks: Sequence[Sql], computed: Mapping[str, Sql]) -> None:
        """Raise NotPlain where a record has no day, lacks a field that is required, or breaks a rule."""
        wrong = [sql("{day} IS NULL", day=self._day())]
        wrong += [sql("{v} IS NULL", v=self._number(p)) for p in self.fields if self._is_required(p)]
        wrong += [sql("NOT ({check})", check=check) for check in checks]
        wrong += [
            sql("{value} <> {made}", value=self._number(pointer), made=made)
            for pointer, made in computed.items()
            if self._disagrees(pointer)
        ]
        wrong += [
            sql("{v} <> date_trunc('second', {v})", v=self._number(pointer))
            for pointer in self.fields
            if pointer in self.cells.moments and self.counted.spec(pointer).kind is DATETIME
        ]
        query = sql("SELECT 1 AS one FROM biaodan_typed WHERE {wrong} LIMIT 1", wrong=join(" OR ", wrong))
        if any(self.engine.rows(query)):
            raise NotPlain

    def _disagrees(self, pointer: str) -> bool:
        derive = self.counted.spec(pointer).derive
        return derive is not None and derive.given == "error"

    def _is_required(self, pointer: str) -> bool:
        """Tell whether a record must have a field: the sections around it are taken to be there."""
        spec = self.counted.spec(pointer)
        return spec.required and spec.derive is None and not spec.nullable

    def _day(self) -> Sql:
        days = [sql("CAST({v} AS date)", v=self._number(pointer)) for pointer in self.counted.said.dated]
        return days[0] if len(days) == 1 else sql("greatest({days})", days=listed(days))

    def _name(self, computed: Mapping[str, Sql]) -> None:
        group = self._number(self.counted.said.groups) if self.counted.said.groups else sql("CAST(NULL AS varchar)")
        made = [sql("{day} AS day", day=self._day()), sql("{group} AS grp", group=group)]
        for n, pointer in enumerate(self.fields):
            value = self._number(pointer)
            if pointer in computed:
                value = sql("coalesce({value}, {made})", value=value, made=computed[pointer])
            if not self._is_time(pointer):
                made += [sql("{v} AS {name}", v=value, name=regular(f"said_{n}")), regular(f"number_{n}")]
        self.engine.name(
            "biaodan_judged",
            sql("SELECT {made} FROM biaodan_typed", made=listed(made)),
        )
        self.engine.name("biaodan_records", sql("SELECT day, grp FROM biaodan_judged"))
        parts = [part for n, figure in enumerate(self.counted.said.figures) for part in self._parts(n, figure)]
        self.engine.name("biaodan_values", join(" UNION ALL ", parts))

    def _parts(self, n: int, figure: FigureSpec) -> Iterator[Sql]:
        numbers = [self.fields.index(pointer) for pointer in figure.of]
        if figure.kind == "rise":
            before, after = (regular(f"number_{at}") for at in numbers)
            yield self._part(n, 0, sql("CAST(NULL AS varchar)"), sql("{b} - {a}", b=after, a=before))
            return
        for at, number in enumerate(numbers):
            counts = figure.kind in NUMBERED
            yield self._part(
                n,
                at,
                regular(f"said_{number}"),
                regular(f"number_{number}") if counts else sql("CAST(NULL AS {type})", type=self._exact),
            )

    @property
    def _exact(self) -> Sql:
        return sql("DECIMAL(38, 12)")

    def _part(self, figure: int, at: int, text: Sql, number: Sql) -> Sql:
        return sql(
            "SELECT day, grp, {figure} AS figure, {at} AS part, {text} AS said, {number} AS number,"
            " CAST(NULL AS varchar) AS item FROM biaodan_judged",
            figure=figure,
            at=at,
            text=text,
            number=number,
        )


def _alias(n: int) -> Sql:
    return regular(f"r_{n}")


def _joined(pairs: Sql, n: int, more: str = "") -> Sql:
    name = regular(f"r_{n}{more}")
    return sql(" LEFT JOIN {pairs} AS {name} ON {name}.raw = {raw}", pairs=pairs, name=name, raw=regular(f"raw_{n}"))
