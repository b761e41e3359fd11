"""What the fields of one form look like in one language and for one purpose: made once each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.catalogue.expressions import ExpressionError, compiled
from generator.catalogue.form import FieldSpec, Form, choices_in
from generator.document import Choice, Face, Purpose, Use
from generator.document.formulas import Formula
from generator.errors import RecordError, SchemaError
from generator.formats import join, span_text
from generator.kinds import BOOLEAN
from generator.record import Values
from generator.rules import Policy
from generator.rules.functions import plain_functions
from generator.text_measure import ems
from generator.theme import Theme
from generator.units import Mm
from generator.wording import Lang, choose, phrase

_USES: Mapping[Purpose, Use] = {
    Purpose.BLANK: Use.PEN,
    Purpose.FILLED: Use.SHOWN,
    Purpose.FILLABLE: Use.CONTROL,
}
_HEAD_EMS = 16
"""Ems of a hint that stands in the head of a column; a longer one stands above the table."""

_TICKING = ("form", "checklist", "survey", "score-sheet")
"""Kinds of forms whose choices are shown as boxes to tick when they are filled too."""


@dataclass(slots=True)
class Faces:
    """The faces of a form's fields, and what else all parts of a document have in common."""

    form: Form
    lang: Lang
    policy: Policy
    purpose: Purpose
    theme: Theme
    _faces: dict[FieldSpec, Face] = field(default_factory=dict)
    _choices: dict[FieldSpec, tuple[Choice, ...]] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Tell whether the paper is to be filled in, by pen or on screen: then all fields are on it."""
        return self.purpose is not Purpose.FILLED

    @property
    def is_fillable(self) -> bool:
        """Tell whether the paper is to be filled in on screen."""
        return self.purpose is Purpose.FILLABLE

    @property
    def kind(self) -> str:
        """Return the kind of paper: what is filled in on screen is a form, whatever becomes of it."""
        return self.form.kind if not self.is_fillable or self.form.is_table else "form"

    @property
    def use(self) -> Use:
        """Return what boxes are for."""
        return _USES[self.purpose]

    @property
    def width(self) -> Mm:
        """Return the width between the margins."""
        return self.theme.text_width(self.form.page, self.kind)

    def of(self, spec: FieldSpec) -> Face:
        """Return the face of a field."""
        found = self._faces.get(spec)
        if found is None:
            found = self._faces[spec] = self._made(spec)
        return found

    def _made(self, spec: FieldSpec) -> Face:
        return Face(
            kind=spec.kind,
            label=self._label(spec),
            choices=self.choices(spec),
            ticks=self.ticks(spec),
            unit=spec.unit,
            hint=choose(spec.hints, self.lang) if spec.hints else "",
            required=spec.required or self._is_asked(spec),
            read_only=spec.read_only or self.computes(spec),
            constraints=spec.constraints,
            date_only=spec.date_only,
            computed=self.computes(spec),
            formula=self._formula(spec) if self.computes(spec) else None,
        )

    def _is_asked(self, spec: FieldSpec) -> bool:
        """Tell whether a rule of the form asks for a field, as it does but for what the rule says."""
        return any(check.severity == "required" and spec.pointer == f"/{check.at}" for check in self.form.root.checks)

    def _label(self, spec: FieldSpec) -> str:
        """Return a field's label; for a pen a schema of others has its hints printed behind it."""
        title = spec.title(self.lang)
        if self.purpose is not Purpose.BLANK or self.form.origin is None or not spec.hints:
            return title
        return f"{title}\u2003{self.hint(spec)}"

    def hint(self, spec: FieldSpec) -> str:
        """Return how to fill in a field, in a line."""
        return " ".join(choose(spec.hints, self.lang).split()) if spec.hints else ""

    def long_hint(self, spec: FieldSpec) -> str:
        """Return the hint that a column of a table for a pen has no room for in its head; nothing where it has."""
        is_told = self.purpose is Purpose.BLANK and self.form.origin is not None
        hint = self.hint(spec) if is_told else ""
        return hint if ems(hint) > _HEAD_EMS else ""

    def _formula(self, spec: FieldSpec) -> Formula | None:
        from generator.compose.formulas import formula_of  # what it takes is loaded for paper on screen alone

        return formula_of(self.form, spec, self.lang)

    def computes(self, spec: FieldSpec) -> bool:
        """Tell whether a value on screen is one that the rules alone give."""
        return self.is_fillable and spec.is_derived

    def text(self, spec: FieldSpec, value: object) -> str:
        """Return a field's value as a table cell or a box shows it; nothing for None."""
        return self.of(spec).text(value, self.lang)

    def ticks(self, spec: FieldSpec) -> bool:
        """Tell whether a field's choices are shown as boxes to tick."""
        shown = self.is_blank or self.form.kind in _TICKING
        return shown and not spec.read_only and not self.computes(spec) and spec.kind.offers_choices

    def choices(self, spec: FieldSpec) -> tuple[Choice, ...]:
        """Return a field's choices; on blank paper each with the time limit that the policy gives it."""
        if spec not in self._choices:
            self._choices[spec] = self._offers(spec)
        return self._choices[spec]

    def _offers(self, spec: FieldSpec) -> tuple[Choice, ...]:
        if spec.kind is BOOLEAN:
            return (Choice(True, phrase("answer.yes", self.lang)), Choice(False, phrase("answer.no", self.lang)))
        offered = choices_in(spec.choices, self.lang)
        if not (spec.policy and self.is_blank) or self.form.is_table:
            return offered
        return tuple(Choice(c.value, c.label, self._limits(spec.policy, c.value), c.tone) for c in offered)

    def _limits(self, tables: Mapping[str, str], value: object) -> str:
        """Return the limits that the policy gives a choice, each with what it limits, where the schema says that."""
        limits = []
        for limited, table in tables.items():
            span = self.policy.span(table, value)
            if span:
                text = span_text(*span, self.lang)
                limits.append(phrase(f"limited.{limited}", self.lang).format(span=text) if limited else text)
        return join(limits, self.lang)

    def holds(self, spec: FieldSpec, values: Values) -> bool:
        """Tell whether a field that has an `x-when` is printed beside these values.

        Raises SchemaError (E-lint-expression, E-expression-…) where that is no expression that may be, RecordError
        (E-expression-limit) where it would take too much with these values.
        """
        try:
            return compiled(spec.when)({"lang": self.lang}, values, plain_functions()) is not False
        except ExpressionError as error:
            kind = RecordError if error.of_record else SchemaError
            raise kind(error.fault(spec.place(file=self.form.source))) from None
