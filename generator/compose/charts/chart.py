"""What charts have in common: what they are drawn of, lines of text. Lengths are millimetres, sizes of type points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator.catalogue.form import FieldSpec, choices_in
from generator.compose.faces import Faces
from generator.document import Caption, Choice
from generator.errors import pointer_step
from generator.formats import exact_number, number_text
from generator.kinds.numbers import is_number
from generator.record import Values, value_at
from generator.text_measure import lines_of
from generator.units import MM_PER_POINT, Mm, Pt
from generator.wording import Lang, choose, phrase

Rows = Sequence[Values]
EM = MM_PER_POINT
"""Millimetres of one point: a Han character is its size times this wide."""

SIZE, SMALL, LEADING = Pt(8.5), Pt(8.0), 1.3
"""Sizes of a chart's words and of its values and notes in points, and how far lines are apart."""

_TALLEST = {False: 205.0, True: 118.0}
"""Height above which a chart wouldn't fit on a page with its heading, upright or lying."""


@dataclass(frozen=True)
class Chart:
    """What a chart is drawn of, and how wide it is."""

    faces: Faces
    spec: FieldSpec
    rows: Rows
    pointer: str
    typed: Values
    width: Mm
    room: float | None = None
    """Millimetres that the page has left beneath what stands above, where that is known."""

    @property
    def lang(self) -> Lang:
        return self.faces.lang

    @property
    def stands_beside(self) -> bool:
        """Tell whether something stands beside the chart: then it is no higher than it must be."""
        return self.width < self.faces.width

    @property
    def tallest(self) -> float:
        """Return the height that a chart may have."""
        return _TALLEST[self.faces.form.page.landscape]

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

    def note(self, counted: int | None = None) -> str:
        """Return what a chart was counted of: how many, over which period, from where; as far as that is known."""
        if self.faces.is_blank:
            return ""
        number = number_text(counted) if counted else ""
        parts = (phrase("chart.n", self.lang).format(number) if number else self._counted(), self._period())
        source = {"zh-Hans": self.given("source") or "", **(self.given("x-source") or {})}
        told = phrase("chart.source", self.lang).format(choose(source, self.lang)) if self.given("source") else ""
        return phrase("chart.between", self.lang).join(part for part in (*parts, told) if part)

    def _counted(self) -> str:
        """Return the n of a chart: a field of the record, or what the columns named have together."""
        given, pattern = self.given("n"), phrase("chart.n", self.lang)
        if isinstance(given, str):
            value = value_at(self.typed, given)
            return pattern.format(number_text(value)) if _is_count(value) else ""
        sums = list(self._sums(given or ()))
        if len(sums) < 2:
            return "".join(pattern.format(number_text(total)) for _, total in sums)
        each = (phrase("chart.n_of", self.lang).format(title, number_text(total)) for title, total in sums)
        return phrase("chart.and", self.lang).join(each)

    def _sums(self, keys: Sequence[str]) -> Iterator[tuple[str, Decimal]]:
        for spec in filter(None, map(self.spec.child, keys)):
            values = [exact_number(row[spec.key]) for row in self.rows if _is_count(row.get(spec.key))]
            if values and all(value >= 0 and value == int(value) for value in values):
                yield spec.title(self.lang), sum(values, Decimal())

    def _period(self) -> str:
        given = self.given("period") or ()
        for pointer in [given] if isinstance(given, str) else given:
            spec, value = self.faces.form.spec_at(pointer), value_at(self.typed, pointer)
            if spec is not None and value is not None:
                return spec.title(self.lang) + phrase("separator", self.lang) + self.faces.text(spec, value)
        return ""

    def foot(self, texts: Sequence[str], y: float) -> tuple[list[Caption], float]:
        """Return notes beneath a chart, one after the other, and the height that they take."""
        lines = [line for text in texts if text for line in self._parts_in_lines(text)]
        return block(0.5, y, lines, SMALL), height_of(lines, SMALL)

    def _parts_in_lines(self, text: str) -> Iterator[str]:
        """Yield a note in lines, broken between its parts where that is possible."""
        between, room = phrase("chart.between", self.lang), Mm(self.width - 1.5)
        line = ""
        for part in text.split(between):
            longer = line + between + part if line else part
            if line and len(lines_of(longer, room, SMALL)) > 1:
                yield from lines_of(line + between.rstrip(), room, SMALL)
                longer = part
            line = longer
        yield from lines_of(line, room, SMALL)

    def left_out(self, numbers: Sequence[int], pattern: str) -> str:
        """Return which rows a chart doesn't show: by number and name, of many the numbers alone; nothing for none."""
        if not numbers:
            return ""
        between = phrase("chart.and", self.lang)
        names = between.join(f"{n + 1} {self.text(self.rows[n], 'label')}".rstrip() for n in numbers)
        told = names if len(names) <= _MOST_NAMES else between.join(str(n + 1) for n in numbers[:_MOST_NUMBERS])
        more = phrase("chart.etc", self.lang) if len(names) > _MOST_NAMES and len(numbers) > _MOST_NUMBERS else ""
        return phrase(pattern, self.lang).format(count=len(numbers), names=told + more)


_MOST_NAMES, _MOST_NUMBERS = 240, 60
"""Letters of names that a note has, and numbers."""


def _is_count(value: object) -> bool:
    return is_number(value) and not isinstance(value, bool)


def block(x: float, y: float, lines: Sequence[str], size: Pt, **look: Any) -> list[Caption]:
    """Return lines of text one beneath the other; `y` is the top of the first."""
    return [
        Caption(x, y + size * EM * (0.88 + n * LEADING), line, size, **look) for n, line in enumerate(lines) if line
    ]


def height_of(lines: Sequence[str], size: Pt) -> float:
    """Return the height that lines of text take."""
    return len(lines) * size * EM * LEADING
