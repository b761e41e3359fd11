"""Form and record composed into a document: the one way for blank and filled paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from generator.catalogue.form import Form
from generator.compose.layout import Layout
from generator.document import Block, Document, Note, Purpose, Signature, SignatureBlock, Strong, Text
from generator.record import value_at
from generator.rules import Policy
from generator.rules.mask import mask_tree
from generator.wording import Lang, choose, phrase

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Composer:
    """Composes documents of one form in one language under one policy; what they share is prepared once.

    `blank_rows`: empty rows of repeating tables on blank paper; by default what each table's schema says.
    """

    form: Form
    lang: Lang
    policy: Policy
    folders: tuple[Path, ...]
    mask: bool = False
    blank_rows: int | None = None

    @cached_property
    def _filled(self) -> Layout:
        return Layout(self.form, self.lang, self.policy, blank=False)

    @cached_property
    def _blank(self) -> Layout:
        return Layout(self.form, self.lang, self.policy, blank=True, blank_rows=self.blank_rows)

    def blank(self) -> Document:
        """Return the blank form."""
        return self._document(self._blank, {}, ())

    def filled(self, typed: Mapping[str, Any]) -> Document:
        """Return the document of one typed record."""
        shown = mask_tree(typed, self.form.root, self.policy.masking) if self.mask else typed
        return self._document(self._filled, shown, ())

    def register(self, head: Mapping[str, Any], rows: Rows) -> Document:
        """Return the document of a table form: its head, and rows that are read when they are written."""
        if self.mask:
            masking = self.policy.masking
            head, rows = mask_tree(head, self.form.root, masking), _Masked(rows, self.form, masking)
        return self._document(self._filled, head, rows)

    def _document(self, layout: Layout, typed: Mapping[str, Any], rows: Rows) -> Document:
        form, lang = self.form, self.lang
        reference = value_at(typed, form.identity) if form.identity else None
        return Document(
            form=form.id,
            kind=form.kind,
            title=form.title(lang),
            lang=lang,
            purpose=Purpose.BLANK if layout.blank else Purpose.FILLED,
            blocks=tuple(self._blocks(layout, typed, rows)),
            page=form.page,
            office=phrase("office", lang),
            number=form.number,
            version=form.version,
            reference="" if reference is None or self._is_personal(form.identity) else str(reference),
            footer=self._footer(),
        )

    def _is_personal(self, pointer: str) -> bool:
        spec = self.form.spec_at(pointer)
        return bool(spec and spec.sensitive)

    def _footer(self) -> str:
        if self.form.kind in ("letter", "report"):
            return self.form.title(self.lang)
        return phrase("confidential" if self.form.holds_personal_data else "internal", self.lang)

    def _blocks(self, layout: Layout, typed: Mapping[str, Any], rows: Rows) -> Iterable[Block]:
        yield from self._hint(layout)
        if self.form.is_table:
            shown = [f for f in self.form.head if layout.blank or typed.get(f.key) is not None]
            head = layout.printed(shown, typed)
            if head:
                yield layout.grid(head, typed, "")
            legend = layout.legend()
            yield from [legend] if legend else []
            yield layout.register(rows, typed)
            chart = layout.chart(self.form.rows, rows, "/rows", typed)
            yield from [chart] if chart else []
        elif self.form.template:
            from generator.compose.template import compose_template

            yield from compose_template(layout, typed, self.folders)
        else:
            yield from layout.body(typed)
        if self.form.signatures:
            places = (Signature(choose(s.titles, self.lang), s.seal) for s in self.form.signatures)
            yield SignatureBlock(tuple(places))

    def _hint(self, layout: Layout) -> Iterable[Block]:
        """Yield how to fill in the form, on blank paper."""
        if layout.blank and self.form.hints:
            lead = Strong((Text(phrase("how_to_fill", self.lang)),))
            yield Note((lead, Text(choose(self.form.hints, self.lang))))


class _Masked:
    """Rows of a register, masked as they are read."""

    def __init__(self, rows: Rows, form: Form, masking: Mapping[str, Any]) -> None:
        self.rows, self.form, self.masking = rows, form, masking

    def __iter__(self) -> Any:
        return (mask_tree(row, self.form.rows, self.masking) for row in self.rows)
