"""What charts have in common: what they are drawn of, lines of text. Lengths are millimetres, sizes of type points."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generator.catalogue.form import FieldSpec, choices_in
from generator.compose.faces import Faces
from generator.document import Caption, Choice
from generator.errors import pointer_step
from generator.record import Values
from generator.units import MM_PER_POINT, Mm, Pt
from generator.wording import Lang, phrase

Rows = Sequence[Values]
EM = MM_PER_POINT
"""Millimetres of one point: a Han character is its size times this wide."""

SIZE, LEADING = Pt(8.5), 1.3
"""Size of a chart's words in points, and how far its lines are apart."""


@dataclass(frozen=True)
class Chart:
    """What a chart is drawn of."""

    faces: Faces
    spec: FieldSpec
    rows: Rows
    pointer: str
    typed: Values

    @property
    def width(self) -> Mm:
        return self.faces.width

    @property
    def lang(self) -> Lang:
        return self.faces.lang

    def given(self, name: str) -> Any:
        return self.spec.chart.get(name)

    def column(self, name: str) -> FieldSpec:
        found = self.spec.child(self.given(name))
        assert found is not None
        return found

    def choices(self, name: str) -> tuple[Choice, ...]:
        return choices_in(self.column(name).choices, self.lang)

    def text(self, row: Values, name: str) -> str:
        spec = self.column(name)
        return self.faces.text(spec, row.get(spec.key))

    def at(self, n: int, name: str) -> str:
        return f"{self.pointer}/{n}/{pointer_step(self.given(name))}"

    def alt(self, kind: str, details: Sequence[str]) -> str:
        """Return what the picture shows, in words."""
        lang = self.lang
        lead = phrase(f"chart.{kind}", lang).format(title=self.spec.title(lang))
        return lead + phrase("separator", lang) + phrase("chart.between", lang).join(details) if details else lead


def block(x: float, y: float, lines: Sequence[str], size: Pt, **look: Any) -> list[Caption]:
    """Return lines of text one beneath the other; `y` is the top of the first."""
    return [
        Caption(x, y + size * EM * (0.88 + n * LEADING), line, size, **look) for n, line in enumerate(lines) if line
    ]


def height_of(lines: Sequence[str], size: Pt) -> float:
    """Return the height that lines of text take."""
    return len(lines) * size * EM * LEADING
