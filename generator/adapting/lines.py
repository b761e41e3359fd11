"""What a form says of its fields, as the lines of a workbook: titles in three languages, shown, required, choices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.adapting.added_kinds import kind_of_schema, kind_title
from generator.catalogue import ChoiceSpec, FieldSpec, Form
from generator.wording import LANGS, Lang, choose, phrase, traditional

FORM = "#"
"""What stands in a field's place for the form itself."""


class Words(NamedTuple):
    """A text in simplified Chinese, traditional Chinese and English."""

    hans: str = ""
    hant: str = ""
    en: str = ""

    def of(self, lang: Lang) -> str:
        """Return the text of a language."""
        return self[LANGS.index(lang)]

    def by_lang(self) -> dict[str, str]:
        """Return the texts by language."""
        return dict(zip(LANGS, self, strict=True))


NO_WORDS = Words()


class Option(NamedTuple):
    """A choice: its value, its titles, and whether it has a row of a table whose rows are preset."""

    value: Any
    titles: Words
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of a field. `presets`: whether its choices are the rows that its table is printed with.

    `kind`: the name of a kind to be added, which only fields that a desk adds have.
    """

    pointer: str
    titles: Words
    hints: Words = NO_WORDS
    shape: str = "value"
    shown: bool = True
    required: bool = False
    options: tuple[Option, ...] = ()
    presets: bool = False
    kind: str = ""

    @property
    def parent(self) -> str:
        """Return the pointer of what the field stands in; a table's columns stand in its rows."""
        return self.pointer.rpartition("/")[0]

    @property
    def key(self) -> str:
        """Return the last step of the field's pointer."""
        return self.pointer.rpartition("/")[2]

    def as_json(self) -> list[Any]:
        """Return the line as JSON keeps it."""
        said = [self.shape, self.shown, self.required, self.options, self.presets, self.kind]
        return [self.pointer, self.titles, self.hints, *said]


def line_of_json(given: Sequence[Any]) -> Line:
    """Return a line that was kept as JSON."""
    pointer, titles, hints, shape, shown, required, options, presets, kind = given
    kept = tuple(Option(value, Words(*said), printed) for value, said, printed in options)
    return Line(pointer, Words(*titles), Words(*hints), shape, shown, required, kept, presets, kind)


def words_of(texts: Mapping[str, str]) -> Words:
    """Return texts by language as a person sees them: traditional Chinese is made where it isn't given."""
    return Words(*(choose(texts, lang) for lang in LANGS)) if texts else Words()


def retold(before: Words, hans: str, hant: str, en: str) -> Words:
    """Return words of which some are written anew: what was left alone or is empty goes with simplified Chinese."""
    made = before.hant if hans == before.hans else traditional(hans)
    return Words(hans, hant if hant and hant != before.hant else made, en or before.en or hans)


def form_line(form: Form) -> Line:
    """Return what is said of the form itself."""
    return Line(FORM, words_of(form.titles), words_of(form.hints), "form")


def lines_of(form: Form, added: Mapping[str, Any] | None = None) -> list[Line]:
    """Return the form's line, then those of all fields in the order of the paper.

    `added`: the schemas of fields that a desk has added, by pointer; what lies beneath one isn't told.
    """
    own = added or {}
    return [form_line(form), *_lines(form.root, own)]


def _lines(group: FieldSpec, added: Mapping[str, Any]) -> Iterator[Line]:
    for spec in group.fields:
        yield _line(spec, group, added)
        if spec.pointer not in added:
            yield from _lines(spec, added)


def _line(spec: FieldSpec, group: FieldSpec, added: Mapping[str, Any]) -> Line:
    printed = printed_values(group, spec)
    return Line(
        spec.pointer,
        words_of(spec.titles),
        words_of(spec.hints),
        spec.shape,
        not spec.hidden,
        spec.required,
        tuple(_option(choice, printed) for choice in spec.choices) if not is_rating(spec) else (),
        bool(printed),
        kind_of_schema(added[spec.pointer]) if spec.pointer in added else "",
    )


def is_rating(spec: FieldSpec) -> bool:
    """Tell whether a field is a scale, whose marks are no choices that could be added to."""
    return not any(key in spec.schema.get("items", spec.schema) for key in ("oneOf", "anyOf", "enum"))


def _option(choice: ChoiceSpec, printed: Sequence[Any]) -> Option:
    return Option(choice.value, words_of(choice.titles), not printed or choice.value in printed)


def printed_values(table: FieldSpec, spec: FieldSpec) -> list[Any]:
    """Return the choices of a column that the preset rows of its table are about, each of a row; nothing of others."""
    rows = table.default if table.shape == "repeat" and isinstance(table.default, list) else []
    values = [row.get(spec.key) for row in rows]
    known = [choice.value for choice in spec.choices]
    is_item = bool(values) and spec.read_only and all(value in known for value in values)
    return values if is_item and len(values) == len({str(value) for value in values}) else []


def kind_shown(line: Line, spec: FieldSpec | None, lang: Lang) -> str:
    """Return what kind of field a line is about, as a person calls it."""
    if line.kind:
        return kind_title(line.kind, lang)
    if spec is not None and spec.choices and is_rating(spec):
        return phrase("shape.rating", lang, "adapt")
    return (
        spec.kind.title(lang)
        if spec is not None and line.shape == "value"
        else phrase(f"shape.{line.shape}", lang, "adapt")
    )
