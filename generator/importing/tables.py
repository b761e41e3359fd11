"""A form drafted from a table of a database: its `CREATE TABLE` statement, read from a file or told by the database."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.importing.draft import Draft, Notes, Schema
from generator.importing.naming import Keys
from generator.importing.sql_rules import bounds_of, choices_of, literal_of, named_column

if TYPE_CHECKING:
    from sqlglot import exp

DIALECTS = ("mysql", "postgres", "sqlite", "tsql", "oracle", "duckdb", "")
_LARGEST = 4 << 20
_BATCH_END = re.compile(r"^\s*GO\s*;?\s*$", re.IGNORECASE | re.MULTILINE)
"""A line of SQL Server's tools that ends a batch."""

_LONG = 200


class TableDraft:
    """Drafts the form of a table."""

    def __init__(
        self, statement: "exp.Create", types: Mapping[str, Sequence[str]], comments: Mapping[str, str], file: str
    ) -> None:
        self.statement, self.types, self.comments = statement, types, comments
        self.notes = Notes(file)
        self.keys = Keys()
        self.properties: Schema = {}
        self.required: list[str] = []
        self.names: dict[str, str] = {}
        """Keys by the names of columns in small letters."""

    def draft(self) -> Draft:
        """Return the draft."""
        from sqlglot import exp

        schema = self.statement.this
        name = schema.this.name
        parts = schema.expressions
        for part in parts:
            if isinstance(part, exp.ColumnDef):
                self._column(part)
        for part in parts:
            if not isinstance(part, exp.ColumnDef):
                self._constraint(part)
        title = self.comments.get("") or self._own_comment() or name
        items: Schema = {"type": "object", "additionalProperties": False, "properties": self.properties}
        if self.required:
            items["required"] = self.required
        rows = {"title": title, "type": "array", "items": items}
        page = {"page": {"size": "A4", "orientation": "landscape"}} if len(self.properties) >= _WIDE else {}
        made = Draft(title, {"rows": rows}, ["rows"], {"kind": "table", **page})
        made.form_id = name
        head = Fault("W-import-form", self.notes.place(name), {"count": len(self.properties), "sort": "SQL"})
        made.report = [head, *self.notes.lines]
        return made

    def _own_comment(self) -> str:
        from sqlglot import exp

        found = self.statement.find(exp.SchemaCommentProperty)
        return found.this.name if found is not None else ""

    # --- columns ---

    def _column(self, column: "exp.ColumnDef") -> None:
        from sqlglot import exp

        name = column.name
        key = self.keys.exactly(name)
        self.names[name.casefold()] = key
        node = self._type(column)
        if node is None:
            self.notes.lost(f"{name} {column.args['kind'].sql() if column.args.get('kind') else ''}", "sql_type")
            return
        comment = self.comments.get(name.casefold(), "")
        must, fills_itself = False, bool(node.pop("serial", False))
        for constraint in column.constraints:
            kind = constraint.kind
            if isinstance(kind, exp.NotNullColumnConstraint):
                must = must or not kind.args.get("allow_null")
            elif isinstance(kind, exp.CommentColumnConstraint):
                comment = comment or kind.this.name
            elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
                must = True
                self.notes.became(name, "primary")
            elif isinstance(kind, (exp.AutoIncrementColumnConstraint, exp.GeneratedAsIdentityColumnConstraint)):
                fills_itself = True
            elif isinstance(kind, exp.DefaultColumnConstraint):
                fills_itself = True
                self._default(node, kind.this, name)
            elif isinstance(kind, exp.CheckColumnConstraint):
                self._check(kind.this, node, name)
            elif isinstance(kind, (exp.CollateColumnConstraint, exp.CharacterSetColumnConstraint)):
                continue
            else:
                self.notes.lost(f"{name}: {kind.sql()}", "sql_constraint")
        made: Schema = {"title": comment.strip() or name, **node}
        self.properties[key] = made
        if must and not fills_itself:
            self.required.append(key)

    def _type(self, column: "exp.ColumnDef") -> Schema | None:
        """Return the schema of a column's type; None for one whose values no paper shows."""
        kind = column.args.get("kind")
        if kind is None:
            return {"type": "string"}
        word = kind.this.name if hasattr(kind.this, "name") else str(kind.this)
        sizes = [int(e.name) for e in kind.expressions if e.name.isdigit()]
        if word == "ENUM":
            return {"type": "string", "enum": [e.name for e in kind.expressions]}
        if word == "SET":
            answers = [e.name for e in kind.expressions]
            return {"type": "array", "items": {"type": "string", "enum": answers}, "uniqueItems": True}
        if word == "USERDEFINED":
            named = str(kind.args.get("kind") or "").strip('"').rpartition(".")[2].casefold()
            if named in self.types:
                return {"type": "string", "enum": list(self.types[named])}
            self.notes.became(f"{column.name} {named}", "sql_text")
            return {"type": "string"}
        if word in ("TINYINT", "UTINYINT", "BIT") and (sizes == [1] or word == "BIT"):
            return {"type": "boolean"}
        if word == "ARRAY" or word == "LIST":
            return {"type": "array", "items": {"type": "string"}}
        if word in _SERIALS:
            return {"type": "integer", "serial": True}
        if word in _TYPES:
            made = dict(_TYPES[word])
            if word == "TEXT" or (sizes and made == {"type": "string"} and sizes[0] > _LONG):
                made["x-control"] = "multiline"
            if sizes and made.get("type") == "string" and "format" not in made and 0 < sizes[0] <= _LONGEST:
                made["maxLength"] = sizes[0]
            return made
        if word in _BYTES:
            return None
        self.notes.became(f"{column.name} {kind.sql()}", "sql_text")
        return {"type": "string"}

    def _default(self, node: Schema, value: Any, name: str) -> None:
        if value.sql().upper() == "NULL":
            return  # that is what nothing means anyway
        told = literal_of(value)
        if isinstance(told, str) and node.get("type") in ("integer", "number", "boolean"):
            told = _number(told)  # MySQL writes numbers in quotes
        kinds: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": (bool, int)}
        expected = kinds.get(str(node.get("type")))
        if (
            told is None
            or expected is None
            or not isinstance(told, expected)
            or ("enum" in node and told not in node["enum"])
        ):
            self.notes.lost(f"{name} DEFAULT {value.sql()}", "default")
        elif told != "":
            node["default"] = bool(told) if node["type"] == "boolean" else told

    # --- rules ---

    def _check(self, rule: Any, node: Schema, name: str) -> None:
        answers = choices_of(rule)
        limits = bounds_of(rule)
        if answers and named_column(rule) in (name.casefold(), ""):
            node["enum"] = answers
            for word in ("maxLength", "x-control"):
                node.pop(word, None)
        elif limits is not None and node.get("type") in ("integer", "number"):
            node |= limits
        else:
            self.notes.lost(f"CHECK ({rule.sql()})", "sql_constraint")

    def _constraint(self, part: Any) -> None:
        from sqlglot import exp

        inner = part.expressions if isinstance(part, exp.Constraint) else [part]
        for one in inner:
            if isinstance(one, exp.PrimaryKey):
                columns = [e.name for e in one.expressions]
                self.notes.became(", ".join(columns), "primary")
                for name in columns:
                    self._must(name)
            elif isinstance(one, (exp.CheckColumnConstraint, exp.Check)):
                name = named_column(one.this)
                node = self.properties.get(self.names.get(name, ""))
                if node is None:
                    self.notes.lost(f"CHECK ({one.this.sql()})", "sql_constraint")
                else:
                    self._check(one.this, node, name)
            else:
                self.notes.lost(one.sql(), "sql_constraint")

    def _must(self, name: str) -> None:
        key = self.names.get(name.casefold(), "")
        definition = next((c for c in self._definitions() if c.name.casefold() == name.casefold()), None)
        if key and key not in self.required and definition is not None and not _fills_itself(definition):
            self.required.append(key)

    def _definitions(self) -> Iterator["exp.ColumnDef"]:
        from sqlglot import exp

        yield from (part for part in self.statement.this.expressions if isinstance(part, exp.ColumnDef))


def _fills_itself(column: "exp.ColumnDef") -> bool:
    from sqlglot import exp

    kinds = (exp.AutoIncrementColumnConstraint, exp.GeneratedAsIdentityColumnConstraint, exp.DefaultColumnConstraint)
    word = str(getattr(column.args.get("kind"), "this", ""))
    return any(isinstance(c.kind, kinds) for c in column.constraints) or word.rpartition(".")[2] in _SERIALS


_WIDE, _LONGEST = 7, 10_000
_SERIALS = frozenset({"SERIAL", "BIGSERIAL", "SMALLSERIAL"})
_INTEGERS = (
    "INT",
    "BIGINT",
    "SMALLINT",
    "TINYINT",
    "MEDIUMINT",
    "UINT",
    "UBIGINT",
    "USMALLINT",
    "UTINYINT",
    "UMEDIUMINT",
)
_NUMBERS = ("DECIMAL", "FLOAT", "DOUBLE", "BIGDECIMAL", "UDOUBLE", "UDECIMAL")
_TEXTS = ("VARCHAR", "CHAR", "NVARCHAR", "NCHAR", "NAME", "BPCHAR", "UUID", "INET")
_MOMENTS = ("DATETIME", "DATETIME2", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPLTZ", "TIMESTAMPNTZ", "SMALLDATETIME")
_TYPES: Mapping[str, Schema] = {
    **{key: {"type": "integer"} for key in _INTEGERS},
    **{key: {"type": "number"} for key in _NUMBERS},
    **{key: {"type": "string"} for key in _TEXTS},
    **{key: {"type": "string", "x-control": "multiline"} for key in ("TEXT", "MEDIUMTEXT", "LONGTEXT", "TINYTEXT")},
    **{key: {"type": "string", "format": "date-time"} for key in _MOMENTS},
    "DATE": {"type": "string", "format": "date"},
    "TIME": {"type": "string", "format": "time"},
    "TIMETZ": {"type": "string", "format": "time"},
    "BOOLEAN": {"type": "boolean"},
    "YEAR": {"type": "integer"},
    "MONEY": {"type": "number"},
    "SMALLMONEY": {"type": "number"},
}
_BYTES = frozenset({"BINARY", "VARBINARY", "BLOB", "LONGBLOB", "MEDIUMBLOB", "TINYBLOB", "IMAGE", "BYTEA"})


def statements_of(text: str, place: Place) -> Any:
    """Return the parsed statements of a file, by the dialect that knows most of them.

    Raises RecordError (E-import-sql) where none parses.
    """
    import logging

    import sqlglot
    from sqlglot.errors import SqlglotError

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    best: tuple[int, Any] = (-1, None)
    for dialect in _likely(text):
        try:
            found = [one for one in sqlglot.parse(text, read=dialect or None) if one is not None]
        except (SqlglotError, RecursionError, ValueError):
            continue
        known = sum(one.key != "command" for one in found)
        if known > best[0]:
            best = (known, found)
    if best[1] is None:
        raise fail(RecordError, "E-import-sql", place)
    return best[1]


def _likely(text: str) -> list[str]:
    """Return the dialects in the order in which a file's marks speak for them."""
    lowered = text.casefold()
    signs = {
        "mysql": ("`", "auto_increment", "engine=", "enum("),
        "postgres": ("serial", "comment on", "timestamptz", " as enum", "::"),
        "tsql": ("[", "nvarchar", "identity(", "datetime2"),
        "oracle": ("varchar2", "number("),
        "sqlite": ("autoincrement",),
    }
    scores = {dialect: sum(sign in lowered for sign in signs.get(dialect, ())) for dialect in DIALECTS}
    return sorted(DIALECTS, key=lambda dialect: -scores[dialect])


def sql_draft(path: Path, table: str = "") -> Draft:
    """Return the draft of a table that a file's statement makes.

    Raises RecordError (E-import-sql) for a file without such a statement, (E-import-tables) where it makes several and
    none is named, UsageError (E-import-table) for a name that it doesn't make.
    """
    place = Place(path.name)
    if path.stat().st_size > _LARGEST:
        raise fail(RecordError, "E-import-sql", place)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="gb18030", errors="replace")
    return text_draft(text, path.name, table)


def text_draft(text: str, file: str, table: str = "") -> Draft:
    """Return the draft of a table that a statement makes; raises as `sql_draft`."""
    from sqlglot import exp

    place = Place(file)
    parsed = statements_of(_BATCH_END.sub(";", text), place)
    made = [
        one
        for one in parsed
        if isinstance(one, exp.Create) and one.kind == "TABLE" and isinstance(one.this, exp.Schema)
    ]
    if not made:
        raise fail(RecordError, "E-import-sql", place)
    names = [one.this.this.name for one in made]
    chosen = [one for one in made if not table or one.this.this.name.casefold() == table.casefold()]
    if not chosen:
        raise fail(UsageError, "E-import-table", place, tables=names)
    if len(chosen) > 1:
        raise fail(RecordError, "E-import-tables", place, tables=names)
    statement = chosen[0]
    return TableDraft(statement, _enums(parsed), _comments(parsed, statement.this.this.name), file).draft()


def _enums(parsed: Sequence[Any]) -> dict[str, list[str]]:
    """Return the answers of types that a file makes, by their names."""
    from sqlglot import exp

    types = [one for one in parsed if isinstance(one, exp.Create) and one.kind == "TYPE" and one.expression is not None]
    return {one.this.name.casefold(): [e.name for e in one.expression.expressions] for one in types}


def _comments(parsed: Sequence[Any], table: str) -> dict[str, str]:
    """Return what is said of a table's columns by name, of the table itself by none."""
    from sqlglot import exp

    found: dict[str, str] = {}
    for one in parsed:
        if not isinstance(one, exp.Comment):
            continue
        if isinstance(one.this, exp.Column) and one.this.table.casefold() == table.casefold():
            found[one.this.name.casefold()] = one.expression.name
        elif isinstance(one.this, exp.Table) and one.this.name.casefold() == table.casefold():
            found[""] = one.expression.name
    return found


def _number(text: str) -> int | float | str:
    """Return a number that is written as a text; the text where it is none."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text
