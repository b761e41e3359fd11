"""A tracker's columns: a form's fields side by side, named so that the tracker can be read as a list again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.catalogue import Form
from generator.catalogue.form import FieldSpec, choices_in
from generator.document import Choice
from generator.kinds import BOOLEAN
from generator.record import Values
from generator.records.names import find_path
from generator.records.nested_text import rows_in
from generator.strict_json import written
from generator.wording import Lang, phrase


@dataclass(frozen=True, slots=True)
class TrackerColumn:
    """A column: its name in the header, the keys that lead to its field, and the field."""

    name: str
    path: tuple[str, ...]
    spec: FieldSpec
    choices: tuple[Choice, ...] = ()

    @property
    def key(self) -> str:
        """Return the column's name in a database."""
        return "_".join(self.path)

    def value(self, values: Values) -> Any:
        """Return the typed value of a record; None where it has none."""
        node: Any = values
        for key in self.path:
            node = node.get(key) if isinstance(node, Mapping) else None
        return node

    def text(self, values: Values, lang: Lang) -> str:
        """Return the value as a cell of text holds it; reading the cell gives the same value."""
        value = self.value(values)
        if value is None:
            return ""
        if self.spec.shape == "repeat":
            return _rows_text(value, self.spec, lang)
        return self.spec.kind.entry(value, lang, self.choices, self.spec.unit)


def columns_of(form: Form, lang: Lang) -> list[TrackerColumn]:
    """Return the columns of a form's tracker; of a table form those of its head, then those of its rows."""
    if not form.is_table:
        return list(_columns(form.root, form.root, (), lang))
    head = [_column(form.root, spec, (spec.key,), lang) for spec in form.head if spec.shape == "value"]
    return [*head, *_columns(form.rows, form.rows, (), lang)]


def _columns(root: FieldSpec, spec: FieldSpec, above: tuple[str, ...], lang: Lang) -> Iterator[TrackerColumn]:
    for child in spec.fields:
        path = (*above, child.key)
        if child.shape == "section":
            yield from _columns(root, child, path, lang)
        else:
            yield _column(root, child, path, lang)


def _column(root: FieldSpec, spec: FieldSpec, path: tuple[str, ...], lang: Lang) -> TrackerColumn:
    title = spec.title(lang)
    found = find_path(root, title)
    name = title if found and found[-1] is spec else ".".join(path)
    return TrackerColumn(name, path, spec, _choices(spec, lang))


def _choices(spec: FieldSpec, lang: Lang) -> tuple[Choice, ...]:
    if spec.kind is BOOLEAN:
        return (Choice(True, phrase("answer.yes", lang)), Choice(False, phrase("answer.no", lang)))
    return choices_in(spec.choices, lang)


def _rows_text(rows: Sequence[Values], spec: FieldSpec, lang: Lang) -> str:
    """Return the rows of a repeat in one cell: a line each, its parts between bars; as JSON where that is unclear."""
    fields = [f for f in spec.fields if f.shape == "value" and not f.derive]
    made = [{f.key: _entry(f, row.get(f.key), lang) for f in fields} for row in rows]
    text = "\n".join(" | ".join(row.values()) for row in made)
    plain = [{key: said for key, said in row.items() if said} for row in made]
    if len(fields) > 1 and "\n" not in "".join(map(str, plain)) and _reads_as(text, spec, plain):
        return text
    return written(plain)


def _reads_as(text: str, spec: FieldSpec, rows: Sequence[Mapping[str, str]]) -> bool:
    try:
        return rows_in(text, spec) == rows
    except ValueError:
        return False


def _entry(spec: FieldSpec, value: object, lang: Lang) -> str:
    return "" if value is None else spec.kind.entry(value, lang, _choices(spec, lang), spec.unit)
