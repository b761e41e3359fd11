"""Form and record composed into a document: the one way for blank and filled paper."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from generator.catalogue.form import FieldSpec, Form
from generator.compose.layout import Layout
from generator.compose.seals import stamped
from generator.document import Block, Document, FieldGrid, Note, Purpose, Signature, SignatureBlock, Strong, Table, Text
from generator.profile import Profile, shipped_profile
from generator.record import Values, value_at
from generator.rules import Policy
from generator.theme import LETTER, Theme, shipped_theme
from generator.wording import Lang, choose, phrase

if TYPE_CHECKING:
    from generator.compose.revisions import Revision

Rows = Iterable[Values]


@dataclass(frozen=True, eq=False)
class Composer:
    """Composes documents of one form in one language under one policy; what they share is prepared once.

    `blank_rows`: empty rows of repeating tables: on blank paper, by default what each table's schema says; on filled
    paper beneath the filled ones, by default none.
    """

    form: Form
    lang: Lang
    policy: Policy
    folders: tuple[Path, ...]
    mask: bool = False
    blank_rows: int | None = None
    theme: Theme = field(default_factory=shipped_theme)
    profile: Profile = field(default_factory=shipped_profile)
    addresses: bool = False
    """Whether it is addressed to the customer, whose own name is no secret to them."""

    @cached_property
    def _filled(self) -> Layout:
        return self._layout(Purpose.FILLED)

    @cached_property
    def _fillable(self) -> Layout:
        return self._layout(Purpose.FILLABLE)

    @cached_property
    def _blank(self) -> Layout:
        return self._layout(Purpose.BLANK)

    def _layout(self, purpose: Purpose) -> Layout:
        return Layout.of(self.form, self.lang, self.policy, purpose, self.theme, self.blank_rows)

    def prepare(self) -> None:
        """Prepare what every document needs.

        Raises SchemaError for a template that no document can be made with.
        """
        if self.form.template and not self.form.is_table:
            from generator.compose.template import prepare_template

            prepare_template(self.form, self.folders, self.lang)

    def blank(self, known: Values | None = None, row: Values | None = None) -> Document:
        """Return the blank form, printed with what is known already; `row`: what is known of each row of a table form.

        What is known is read, and everything else has the room that a pen takes.
        """
        rows = (_masked(row, self.form.rows, self.policy.masking) if self.mask else row,) if row else ()
        return self._document(self._blank, self.shown(known or {}), rows)

    def fillable(self, typed: Values, rows: Rows = ()) -> Document:
        """Return the form to be filled in on screen, with what is known already; `rows`: those of a table form.

        All its fields are on it, whatever its template says, and nothing is masked: what stands on it is read back.
        """
        return self._document(self._fillable, typed, rows)

    def filled(self, typed: Values) -> Document:
        """Return the document of one typed record."""
        return self._document(self._filled, self.shown(typed), ())

    def shown(self, typed: Values) -> Values:
        """Return a typed record as documents show it: masked where that is asked for."""
        return _masked(typed, self.form.root, self.policy.masking, names=self.addresses) if self.mask else typed

    def revised(self, document: Document, revision: "Revision", identity: str, typed: Values) -> Document:
        """Return the document of a typed record as a correction of an earlier one, or as void."""
        from generator.compose.revisions import revised

        former = revision.former(identity)
        shown = None if former is None else self.shown(former)
        return revised(document, revision, self._filled.faces, shown, self.shown(typed))

    def cover(self, shown: Values) -> Document:
        """Return the document of a record without its blocks, which stand elsewhere."""
        return self._with_blocks(self._filled, shown, ())

    def register(self, head: Values, rows: Rows) -> Document:
        """Return the document of a table form: its head, and rows that are read when they are written."""
        if self.mask:
            masking = self.policy.masking
            head, rows = _masked(head, self.form.root, masking), _Masked(rows, self.form, masking)
        return self._document(self._filled, head, rows)

    def _document(self, layout: Layout, typed: Values, rows: Rows) -> Document:
        blocks = self._sealed(layout, typed, rows)
        if not self.form.root.holds_pictures or layout.faces.purpose is Purpose.BLANK:
            return self._with_blocks(layout, typed, tuple(blocks))
        from generator.compose.evidence import Figures

        figures = Figures(layout.faces)
        made = self._with_blocks(layout, typed, tuple(figures.placed(blocks)))
        return replace(made, drawn=tuple(figures.drawn)) if figures.drawn else made

    def _with_blocks(self, layout: Layout, typed: Values, blocks: tuple[Block, ...]) -> Document:
        form, lang = self.form, self.lang
        reference = value_at(typed, form.identity) if form.identity else None
        return Document(
            form=form.id,
            kind=layout.faces.kind,
            title=form.title_of(typed, lang),
            lang=lang,
            purpose=layout.faces.purpose,
            blocks=blocks,
            page=form.page,
            number=form.number,
            version=form.version,
            reference="" if reference is None or self._is_personal(form.identity) else str(reference),
            footer=self._footer(),
            theme=self.theme,
            profile=self.profile,
        )

    def _sealed(self, layout: Layout, typed: Values, rows: Rows) -> Iterable[Block]:
        """Yield the blocks; a filled letter bears the organisation's seal, where it has a picture of it."""
        blocks = self._blocks(layout, typed, rows)
        seals = self.profile.seal and self.form.kind == LETTER and not layout.is_blank
        return stamped(blocks, self.profile.name(self.lang)) if seals else blocks

    def _is_personal(self, pointer: str) -> bool:
        spec = self.form.spec_at(pointer)
        return bool(spec and spec.sensitive)

    def _footer(self) -> str:
        """Return what stands at the foot: whom the paper is for, then what the organisation has there."""
        return " · ".join(filter(None, (self._confidentiality(), self.profile.footer(self.lang))))

    def _confidentiality(self) -> str:
        if self.form.kind in ("letter", "report") or self.form.audience == "customer":
            return phrase("personal", self.lang) if self.form.holds_personal_data else ""
        usual = phrase("confidential" if self.form.holds_personal_data else "internal", self.lang)
        return self.profile.confidential(self.lang) or usual

    def _blocks(self, layout: Layout, typed: Values, rows: Rows) -> Iterable[Block]:
        yield from self._hint(layout)
        if self.form.is_table:
            shown = [f for f in self.form.head if layout.is_blank or typed.get(f.key) is not None]
            fields = layout.printed(shown, typed)
            head = layout.grid(fields, typed, "") if fields else None
            yield from [head] if head else []
            legend = layout.tables.legend()
            yield from [legend] if legend else []
            table = layout.tables.register(rows, typed)
            yield table
            chart = layout.chart(self.form.rows, rows, "/rows", typed, room=self._left(layout, head, table))
            yield from [chart] if chart else []
        elif self.form.template and not layout.faces.is_fillable:
            from generator.compose.template import compose_template

            yield from compose_template(layout, typed, self.folders, self.profile.name(self.lang))
        else:
            yield from layout.body(typed)
        if self.form.signatures:
            places = (Signature(choose(s.titles, self.lang), s.seal) for s in self.form.signatures)
            yield SignatureBlock(tuple(places))

    def _left(self, layout: Layout, head: FieldGrid | None, table: Table) -> float | None:
        """Return the millimetres that a register and its head leave of their page for a chart; None on blank paper."""
        if layout.is_blank or not self.form.rows.chart:
            return None
        from generator.compose.beside import left_beneath

        room = layout.faces.width, self.theme.text_height(self.form.page)
        return left_beneath(self.theme, room, len(head.lines) if head else 0, table, self.lang)

    def _hint(self, layout: Layout) -> Iterable[Block]:
        """Yield how to fill in the form, on blank paper; that of a letter is its writer's, and goes to no customer."""
        if layout.is_blank and self.form.hints and self.form.kind != "letter":
            lead = Strong((Text(phrase("how_to_fill", self.lang)),))
            yield Note((lead, Text(choose(self.form.hints, self.lang))))


def _masked(typed: Values, spec: FieldSpec, masking: Values, *, names: bool = False) -> Values:
    """Return values with the personal ones masked, but for `names` of customers; what that takes is loaded when it is
    needed.
    """
    from generator.rules.mask import mask_tree

    return mask_tree(typed, spec, masking, names=names)


class _Masked:
    """Rows of a register, masked as they are read."""

    def __init__(self, rows: Rows, form: Form, masking: Values) -> None:
        self.rows, self.form, self.masking = rows, form, masking

    def __iter__(self) -> Iterator[Values]:
        return (_masked(row, self.form.rows, self.masking) for row in self.rows)
