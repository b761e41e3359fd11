"""Values as templates see them: a text that keeps its pointer, and on blank paper a gap to write in."""

from collections.abc import Iterator
from typing import Any

from jinja2 import Undefined
from markupsafe import escape

from generator.catalogue.form import FieldSpec
from generator.catalogue.values import plain
from generator.compose.layout import Layout
from generator.kinds.pictures import Drawn, Photo
from generator.record import Values
from generator.wording import Lang, has_phrase, phrase


class Shown(str):
    """A value's text; where a template prints it, it stays marked with its pointer."""

    __slots__ = ("drawn", "pointer")
    pointer: str
    drawn: Drawn | None
    """The signature that is drawn, of which the text says no more than that it is there."""

    def __new__(cls, text: str, pointer: str, drawn: Drawn | None = None) -> "Shown":
        made = super().__new__(cls, text)
        made.pointer, made.drawn = pointer, drawn
        return made

    def __html__(self) -> str:
        return f'<v p="{escape(self.pointer)}">{escape(str(self))}</v>'


class Gap(Shown):
    """What a blank form has instead of a value: room to write; true in a condition, so that its clause is printed."""

    __slots__ = ("markup",)
    markup: str

    def __new__(cls, pointer: str, markup: str) -> "Gap":
        made = super().__new__(cls, "", pointer)
        assert isinstance(made, Gap)
        made.markup = markup
        return made

    def __html__(self) -> str:
        return self.markup

    def __bool__(self) -> bool:
        return True


def gap(spec: FieldSpec, pointer: str, lang: Lang) -> Gap:
    """Return the gap of a field on blank paper; a date's has its units printed."""
    at = escape(pointer)
    units = f"blank.prose_{spec.kind}"
    if spec.kind.is_moment and has_phrase(units):
        parts = [f'<v p="{at}" w="{width}"/>' for width in (4, 3, 3, 3, 3)]
        return Gap(pointer, phrase(units, lang).format(*parts))
    return Gap(pointer, f'<v p="{at}" w="{spec.kind.gap}"/>')


def shown(spec: FieldSpec, value: object, pointer: str, layout: Layout) -> Shown:
    """Return a value as running text has it."""
    text = spec.kind.prose(value, layout.lang, layout.faces.choices(spec), spec.unit)
    return Shown(text, pointer, Drawn(value, text) if isinstance(value, Photo) and spec.kind.is_drawn else None)


class TemplateNames(dict[str, Any]):
    """What a template may name of a section, made when it is named: fields by key, sections as mappings, repeats as
    lists of mappings. On blank paper every field is there, as a gap.
    """

    def __init__(self, spec: FieldSpec, typed: Values, pointer: str, layout: Layout) -> None:
        super().__init__()
        self.spec, self.typed, self.pointer, self.layout = spec, typed, pointer, layout

    def __contains__(self, key: object) -> bool:
        if dict.__contains__(self, key):
            return True
        child = self.spec.by_key.get(str(key))
        return child is not None and self._is_there(child)

    def _is_there(self, child: FieldSpec) -> bool:
        return self.layout.is_blank or child.shape != "value" or self.typed.get(child.key) is not None

    def __missing__(self, key: str) -> Any:
        child = self.spec.by_key.get(key)
        if child is None or not self._is_there(child):
            raise KeyError(key)
        made = self[key] = self._made(child)
        return made

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default

    def _made(self, child: FieldSpec) -> Any:
        at, value = f"{self.pointer}/{child.step}", self.typed.get(child.key)
        if child.shape == "section":
            return TemplateNames(child, value or {}, at, self.layout)
        if child.shape == "repeat":
            return [TemplateNames(child, row, f"{at}/{n}", self.layout) for n, row in enumerate(value or ())]
        return gap(child, at, self.layout.lang) if value is None else shown(child, value, at, self.layout)

    def __iter__(self) -> Iterator[str]:
        return (child.key for child in self.spec.fields if self._is_there(child))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def known(value: Any) -> str:
    """Return a value's text; nothing for a gap or a field that isn't there.

    Raises TypeError for what has no text.
    """
    return "" if isinstance(value, (Gap, Undefined)) else str(plain(value))
