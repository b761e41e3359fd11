"""What templates place by functions: grids of fields, tables, sections, prose, key figures, signatures."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup

from generator.catalogue.form import FieldSpec
from generator.compose.layout import Layout, pack
from generator.compose.shown import known
from generator.document import (
    Block,
    Figure,
    KeyFigures,
    Paragraph,
    Signature,
    SignatureBlock,
    Strong,
    Text,
    Tone,
    Value,
    WritingLines,
)
from generator.errors import Place, SchemaError, fail
from generator.formats import span_text, text_of
from generator.wording import phrase


class Pieces:
    """The functions that a template calls; each puts blocks aside and leaves a mark where they belong."""

    def __init__(self, layout: Layout, typed: Mapping[str, Any]) -> None:
        self.layout, self.typed = layout, typed
        self.placed: list[tuple[Block, ...]] = []

    def functions(self) -> dict[str, Any]:
        names = [
            "fields",
            "ask",
            "table",
            "chart",
            "section",
            "prose",
            "figure",
            "figures",
            "sign",
            "signature",
            "target",
        ]
        return {name: getattr(self, name) for name in names}

    def _place(self, *blocks: Block) -> Markup:
        self.placed.append(blocks)
        return Markup(f'<x n="{len(self.placed) - 1}"/>')  # noqa: S704  # a number of our own

    def _spec(self, key: str, *shapes: str) -> tuple[FieldSpec, Mapping[str, Any], str]:
        """Return a field by key or path (`confirmation.decision`), the values around it, and their pointer.

        Raises SchemaError (E-template-field) where there is none, or none of these shapes.
        """
        spec, typed, pointer = self.layout.form.root, self.typed, ""
        steps = key.split(".")
        for n, step in enumerate(steps, 1):
            child = spec.child(step)
            if child is None:
                raise fail(SchemaError, "E-template-field", Place(self.layout.form.template), key=key)
            if n < len(steps):
                typed, pointer = typed.get(step, {}), f"{pointer}/{child.step}"
            spec = child
        if spec.shape not in (shapes or ("value",)):
            raise fail(SchemaError, "E-template-field", Place(self.layout.form.template), key=key)
        return spec, typed, pointer

    def fields(self, *keys: str) -> Markup:
        """Place a grid of fields; on filled paper those without a value are left out."""
        found = [self._spec(key) for key in keys]
        made = [
            self.layout.field(spec, typed.get(spec.key), f"{pointer}/{spec.step}")
            for spec, typed, pointer in found
            if (self.layout.blank or typed.get(spec.key) is not None)
            and self.layout.printed([spec], {**self.typed, **typed})
        ]
        return self._place(pack(made)) if made else Markup("")

    def ask(self, *keys: str) -> Markup:
        """Place a grid of fields that the reader is to fill in: choices with boxes to tick, empty or not."""
        found = [self._spec(key) for key in keys]
        made = [
            self.layout.field(spec, typed.get(spec.key), f"{pointer}/{spec.step}") for spec, typed, pointer in found
        ]
        return self._place(pack([replace(field, ticks=bool(field.choices)) for field in made]))

    def table(self, key: str) -> Markup:
        """Place the table of a repeat."""
        spec, typed, pointer = self._spec(key, "repeat")
        return self._place(self.layout.table(spec, typed.get(spec.key, ()), f"{pointer}/{spec.step}"))

    def chart(self, key: str) -> Markup:
        """Place the chart that `x-chart` draws of a repeat's rows."""
        spec, typed, pointer = self._spec(key, "repeat")
        made = self.layout.chart(spec, typed.get(spec.key, ()), f"{pointer}/{spec.step}", self.typed)
        return self._place(made) if made else Markup("")

    def section(self, key: str) -> Markup:
        """Place a section with its heading."""
        spec, typed, pointer = self._spec(key, "section", "repeat")
        return self._place(self.layout.section(spec, typed, pointer))

    def prose(self, key: str, label: str | None = None) -> Markup:
        """Place a long text as paragraphs, led by its label (the field's title; "" for none); on blank paper lines to
        write on.
        """
        spec, typed, pointer = self._spec(key)
        at, lang = f"{pointer}/{spec.step}", self.layout.lang
        label = spec.title(lang) if label is None else label
        if self.layout.blank:
            return self._place(WritingLines(at, label, spec.lines or 3))
        value = typed.get(spec.key)
        if value is None:
            return Markup("")
        text = text_of(value, spec.kind, lang, self.layout.choices(spec), spec.unit)
        first, *rest = [line for line in text.split("\n") if line.strip()]
        lead = (Strong((Text(label + phrase("separator", lang)),)),) if label else ()
        values = [Value(at, line, label=spec.title(lang)) for line in (first, *rest)]
        return self._place(Paragraph((*lead, values[0])), *(Paragraph((value,)) for value in values[1:]))

    def figure(self, key: str, note: str = "", tone: str = "", label: str = "") -> Figure:
        """Return a key figure for `figures`; a note is dropped on blank paper."""
        spec, typed, pointer = self._spec(key)
        lang, value = self.layout.lang, typed.get(spec.key)
        text = text_of(value, spec.kind, lang, self.layout.choices(spec), spec.unit)
        note = "" if self.layout.blank else known(note)
        return Figure(label or spec.title(lang), text, note, Tone(tone or ""), f"{pointer}/{spec.step}")

    def figures(self, *figures: Figure) -> Markup:
        """Place a band of key figures; those without a value are left out of filled paper."""
        shown = tuple(f for f in figures if f.text or self.layout.blank)
        return self._place(KeyFigures(shown)) if shown else Markup("")

    def sign(self, label: str, seal: bool = False, date: Any = "", name: Any = "") -> Signature:
        """Return a place to sign for `signature`; a date and name already known are printed."""
        return Signature(label, seal, known(date), known(name))

    def signature(self, *places: Signature | str) -> Markup:
        """Place a signature block."""
        return self._place(SignatureBlock(tuple(p if isinstance(p, Signature) else Signature(p) for p in places)))

    def target(self, table: str, key: Any) -> str:
        """Return a target of the policy in words; empty when it has none."""
        span = None if isinstance(key, Undefined) else self.layout.policy.span(table, key)
        return span_text(*span, self.layout.lang) if span else ""
