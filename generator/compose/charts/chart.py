"""What charts have in common: what they are drawn of, lines of text. Lengths are millimetres, sizes of type points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.catalogue.form import FieldSpec, choices_in
from generator.compose.layout import Layout
from generator.document import Caption, Choice
from generator.errors import pointer_step
from generator.formats import text_of
from generator.theme import MM_PER_INCH, text_width_of
from generator.wording import phrase

Rows = Sequence[Mapping[str, Any]]
EM = MM_PER_INCH / 72
"""Millimetres of one point: a Han character is its size times this wide."""

SIZE, LEADING = 8.5, 1.3
"""Size of a chart's words in points, and how far its lines are apart."""


@dataclass(frozen=True)
class Chart:
    """What a chart is drawn of."""

    layout: Layout
    spec: FieldSpec
    rows: Rows
    pointer: str
    typed: Mapping[str, Any]

    @property
    def width(self) -> float:
        return text_width_of(self.layout.form.page, self.layout.form.kind)

    def given(self, name: str) -> Any:
        return self.spec.chart.get(name)

    def column(self, name: str) -> FieldSpec:
        found = self.spec.child(self.given(name))
        assert found is not None
        return found

    def choices(self, name: str) -> tuple[Choice, ...]:
        return choices_in(self.column(name).choices, self.layout.lang)

    def text(self, row: Mapping[str, Any], name: str) -> str:
        spec = self.column(name)
        return text_of(row.get(spec.key), spec.kind, self.layout.lang, self.layout.choices(spec), spec.unit)

    def at(self, n: int, name: str) -> str:
        return f"{self.pointer}/{n}/{pointer_step(self.given(name))}"

    def alt(self, kind: str, details: Sequence[str]) -> str:
        """Return what the picture shows, in words."""
        lang = self.layout.lang
        lead = phrase(f"chart.{kind}", lang).format(title=self.spec.title(lang))
        return lead + phrase("separator", lang) + phrase("chart.between", lang).join(details) if details else lead


def block(x: float, y: float, lines: Sequence[str], size: float, **look: Any) -> list[Caption]:
    """Return lines of text one beneath the other; `y` is the top of the first."""
    return [
        Caption(x, y + size * EM * (0.88 + n * LEADING), line, size, **look) for n, line in enumerate(lines) if line
    ]


def height_of(lines: Sequence[str], size: float) -> float:
    """Return the height that lines of text take."""
    return len(lines) * size * EM * LEADING
