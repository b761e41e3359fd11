"""A form as the rest of the toolkit sees it: the resolved schema read once into fields with kinds and titles."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from generator import wording
from generator.catalogue.blocks import Wording
from generator.catalogue.packed import REST, Packing, keys_of
from generator.document.face import FREE, Constraints
from generator.errors import Fault, Place, pointer_key, pointer_step
from generator.kinds import TEXT, Choice, Kind, Tone
from generator.kinds.pictures import is_picture
from generator.paper import Page
from generator.record import Values, value_at
from generator.wording import Lang

_ROW_NUMBER = "row_number"
"""The expression of a column that counts the rows."""

Shape = Literal["value", "section", "repeat"]
Presence = Literal["always", "unless-absent", "given"]
"""When a field is printed: always; on filled paper only with a value; on no paper without one."""

FORM_KINDS = ("form", "checklist", "table", "letter", "report", "survey", "score-sheet")


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """A choice of the schema: its value, and its label in each language."""

    value: Any
    titles: Mapping[str, str]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Derive:
    """How a value is computed, and what becomes of one that was given and disagrees."""

    value: str
    given: Literal["error", "warning", "keep"] = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """A rule across fields: an expression that must hold, and the field that is to blame.

    `severity`: an error, a warning, or that the field, which may be left out elsewhere, is required here.
    """

    that: str
    at: str
    messages: Mapping[str, str]
    severity: Literal["error", "warning", "required"] = "error"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """What `x-table` says of a repeating table."""

    serial: bool = False
    blank_rows: int = 5
    totals: tuple[str, ...] = ()
    key: str = ""
    overdue: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ()
    sparse: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """One property of the schema: a value, a section (object) or a repeat (array of objects) with its fields."""

    key: str
    pointer: str
    shape: Shape
    titles: Mapping[str, str]
    kind: Kind = TEXT
    hints: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    choices: tuple[ChoiceSpec, ...] = ()
    fields: tuple["FieldSpec", ...] = ()
    derive: Derive | None = None
    checks: tuple[Check, ...] = ()
    table: TableSpec = field(default_factory=TableSpec)
    sensitive: str = ""
    policy: Mapping[str, str] = field(default_factory=dict)
    """Tables of the policy's targets by what they limit; by "" one that the paper prints without a word."""

    levels: str = ""
    """The scale that its choices are of: the policy tells what they are on others."""

    unit: str = ""
    scale: tuple[Mapping[str, str], ...] = ()
    when: str = ""
    case: tuple[str, ...] = ()
    flows: bool = True
    revised: str = ""
    """Which value holds where records of a case may tell it anew: the `latest` or the `first`; empty for no such."""

    chart: Mapping[str, Any] = field(default_factory=dict)
    width: float = 0
    lines: int = 0
    squares: int = 0
    read_only: bool = False
    date_only: bool = False
    nullable: bool = False
    default: Any = None
    constraints: Constraints = FREE
    schema: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False
    beside: str = ""
    """The pointer of the field that it follows where a template places that one."""

    former: tuple[str, ...] = ()
    """Titles that it had before a desk gave it others."""

    inner: Packing | None = None
    """How JSON has the section, or a row of the repeat, where that is otherwise than paper has it."""

    is_map: bool = False
    """Whether JSON has the repeat as an object, its rows by name."""

    presence: Presence = "always"
    loose: bool = False
    """Whether days and times that RFC 3339 has, but nobody's paper, are taken as they are written, as for others."""

    extra: "FieldSpec | None" = None
    """The table of entries that the schema doesn't name, where it takes them; it is none of the section's fields."""

    step: str = field(init=False, default="")
    """The field's key as a step of a JSON Pointer."""

    by_key: Mapping[str, "FieldSpec"] = field(init=False, default_factory=dict)
    """The fields of a section or repeat by key."""

    shown: tuple["FieldSpec", ...] = field(init=False, default=())
    """The fields of a section or repeat that paper shows."""

    derives: bool = field(init=False, default=False)
    """Whether the field, or one beneath it, is computed."""

    checks_within: bool = field(init=False, default=False)
    """Whether the field, or one beneath it, has rules across fields."""

    packs: bool = field(init=False, default=False)
    """Whether JSON has the field, or one beneath it, in another shape than paper."""

    opens: bool = field(init=False, default=False)
    """Whether the field, or one beneath it, takes entries that the schema doesn't name."""

    personal: bool = field(init=False, default=False)
    """Whether the field, or one beneath it, is marked as personal."""

    holds_pictures: bool = field(init=False, default=False)
    """Whether the field, or one beneath it, is a picture."""

    def __post_init__(self) -> None:
        is_picture = self.shape == "value" and self.kind.takes_bytes
        object.__setattr__(self, "holds_pictures", is_picture or any(f.holds_pictures for f in self.fields))
        object.__setattr__(self, "personal", bool(self.sensitive) or any(f.personal for f in self.fields))
        packs = self.inner is not None or self.is_map or self.key == REST or any(f.packs for f in self.fields)
        object.__setattr__(self, "packs", packs)
        object.__setattr__(self, "opens", self.extra is not None or any(f.opens for f in self.fields))
        object.__setattr__(self, "derives", self.derive is not None or any(f.derives for f in self.fields))
        object.__setattr__(
            self,
            "checks_within",
            bool(self.checks) or any(f.checks_within for f in self.fields) or bool(self.table.unique),
        )
        object.__setattr__(self, "shown", tuple(f for f in self.fields if not f.hidden))
        object.__setattr__(self, "step", pointer_step(self.key))
        object.__setattr__(self, "by_key", {spec.key: spec for spec in self.fields})

    @property
    def is_derived(self) -> bool:
        """Tell whether a value is what the rules give: one that says otherwise is a fault."""
        return self.derive is not None and self.derive.given == "error"

    @property
    def is_running(self) -> bool:
        """Tell whether a column holds nothing but the rows' numbers."""
        return self.derive is not None and self.derive.value == _ROW_NUMBER

    def is_drawn(self, value: object) -> bool:
        """Tell whether a raw value is a signature that is drawn, and no name."""
        return self.shape == "value" and self.kind.is_drawn and is_picture(value)

    def title(self, lang: Lang) -> str:
        """Return the field's title in a language."""
        return wording.choose(self.titles, lang)

    def place(self, pointer: str = "", *, file: str = "", row: str = "") -> Place:
        """Return the place of this field in a record; `pointer` overrides the schema's pointer, which has no row."""
        return Place(titles=self.titles, pointer=pointer or self.pointer, file=file, row=row)

    def child(self, key: str) -> "FieldSpec | None":
        """Return the field of that key, if there is one."""
        return self.by_key.get(key)

    def within(self, step: str) -> "FieldSpec | None":
        """Return the field that a step of a record's JSON leads to, within alternatives too; None where it has none."""
        found = self.by_key.get(step)
        if found is not None or (self.inner is None and REST not in self.by_key and not self.is_map):
            return found or self.extra
        if self.is_map:
            return self.by_key.get("$value", self)
        parts = (self.by_key[key] for key in keys_of(self.inner) if key in self.by_key) if self.inner else ()
        within = next((spec for part in parts if (spec := part.within(step)) is not None), None)
        return within or self.by_key.get(REST) or self.extra

    @property
    def holds_parts(self) -> bool:
        """Tell whether a row holds sections or tables of its own: the rows then stand beneath each other."""
        return self.shape == "repeat" and any(spec.shape != "value" for spec in self.fields)

    def walk(self) -> Iterator["FieldSpec"]:
        """Yield every field beneath this one, in the order of the paper."""
        for spec in self.fields:
            yield spec
            yield from spec.walk()


@dataclass(frozen=True, slots=True)
class SignatureSpec:
    """A place to sign that the form ends with."""

    titles: Mapping[str, str]
    seal: bool = False


@dataclass(frozen=True, eq=False)
class Origin:
    """What a schema that others wrote says of a record: what is validated, while the form is what is printed.

    `whole`: a record is the value of the form's only field. `looks_around`: a pattern looks ahead or back.
    """

    schema: Mapping[str, Any]
    row: Mapping[str, Any] | None = None
    whole: bool = False
    looks_around: bool = False


@dataclass(frozen=True, eq=False)
class Form:
    """A form of the catalogue, or any JSON Schema made into one."""

    id: str
    kind: str
    titles: Mapping[str, str]
    root: FieldSpec
    schema: Mapping[str, Any]
    group: str = ""
    number: str = ""
    version: str = ""
    page: Page = field(default_factory=Page)
    template: str = ""
    identity: str = ""
    gives: str = ""
    """The shared number that its records are given where they have none: a pointer into the schema."""

    numbered: str = ""
    """The field that a pattern of the form's own numbers, a pointer; its identity where it says nothing."""

    recurs: bool = False
    """Whether several of its documents may be given out in one case, none of which corrects another."""

    mask: bool = False
    audience: str = "staff"
    """Whether customers fill in or sign it, or it stays in the office."""

    entitled: str = ""
    """The field by whose value a document is entitled otherwise, as `other_titles` say."""

    other_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    signatures: tuple[SignatureSpec, ...] = ()
    source: str = ""
    wording: Wording = ()
    """Blocks of its template that a desk words anew."""

    notes: tuple[Fault, ...] = ()
    """What is told of the changes that a desk makes to it: those that have nothing to change any more."""

    origin: Origin | None = None
    """What a schema that others wrote says itself."""

    def title(self, lang: Lang) -> str:
        """Return the form's title in a language."""
        return wording.choose(self.titles, lang)

    def title_of(self, typed: Values, lang: Lang) -> str:
        """Return the title of a document with some values."""
        chosen = value_at(typed, self.entitled) if self.entitled else None
        return wording.choose(self.other_titles.get(str(chosen), self.titles), lang)

    @property
    def is_table(self) -> bool:
        """Tell whether one document takes many records, a row each."""
        return self.kind == "table"

    @cached_property
    def rows(self) -> FieldSpec:
        """Return the repeat that holds a table form's records."""
        found = self.root.child("rows")
        if found is None:
            raise KeyError("rows")
        return found

    @property
    def record_spec(self) -> FieldSpec:
        """Return what a record of the form is: the form, or one row of a table."""
        return self.rows if self.is_table else self.root

    @property
    def own_number(self) -> str:
        """Return the pointer of the field that a pattern of the form's own numbers; empty where there is none."""
        at = self.numbered or self.identity
        return at if at and not self.is_table and self.spec_at(at) is not None else ""

    @cached_property
    def given_number(self) -> FieldSpec | None:
        """Return the field of the shared number that the form gives out, where it gives one."""
        return next((spec for spec in self.root.walk() if spec.pointer == self.gives), None) if self.gives else None

    def numbered_by(self, patterns: Container[str]) -> dict[str, str]:
        """Return the pointers in a record of the numbers that have a pattern, its own and a shared one, by its name."""
        found = {self.id: self.own_number} if self.id in patterns and self.own_number else {}
        shared = self.given_number
        if shared is not None and shared.key in patterns:
            found[shared.key] = shared.pointer.removeprefix("/rows/*") if self.is_table else shared.pointer
        return found

    @cached_property
    def head(self) -> tuple[FieldSpec, ...]:
        """Return the fields that stand beside a table form's rows."""
        return tuple(f for f in self.root.fields if f.key != "rows")

    @cached_property
    def holds_personal_data(self) -> bool:
        """Tell whether any field is marked as personal."""
        return any(f.sensitive for f in self.root.walk())

    def spec_at(self, pointer: str) -> FieldSpec | None:
        """Return the field that a JSON Pointer into a record names, `*` any row; None when it leads nowhere."""
        spec: FieldSpec | None = self.root
        for step in pointer.split("/")[1:]:
            if spec is None or (spec.shape == "repeat" and (step.isdigit() or step == "*")):
                continue
            key = pointer_key(step)
            spec = spec.child(key) or (spec.extra if key == REST else None)
        return spec


def choices_in(specs: tuple[ChoiceSpec, ...], lang: Lang) -> tuple[Choice, ...]:
    """Return the choices with their labels in one language."""
    return tuple(Choice(c.value, wording.choose(c.titles, lang), tone=c.tone) for c in specs)
