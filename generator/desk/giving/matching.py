"""Which column of a list is which field: as proposed, as somebody put it right once, as it is put right now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.catalogue import Form
from generator.desk.office import Office
from generator.errors import RecordError
from generator.kinds.raw import fold
from generator.records.mapping import ColumnMap
from generator.records.names import find_path
from generator.records.proposing import Proposal, propose, targets_of
from generator.records.reading import Reading
from generator.wording import choose

LEFT_OUT = ""
_VALUE = "\t"
"""What stands between the pointer of a field and a value, where a value of a list is remembered."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list, the pointer of the field that it is (none: it is left out), and how that is known."""

    name: str
    pointer: str = LEFT_OUT
    doubted: bool = False
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a column that its field doesn't know, the choice that it stands for, and those that there are."""

    pointer: str
    text: str
    choice: str
    choices: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return under what it is remembered."""
        return value_name(self.pointer, self.text)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a list is to be read: as which form, of which sheet, what was said of its columns and values, in which year.

    `said`: the pointers of fields by folded names of columns, and choices by `value_name`.
    """

    form: str
    sheet: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    own: bool = False
    """Whether the list says by itself what its columns are: a register of ours."""

    letters: Mapping[str, str] = field(default_factory=dict)
    """Those of the columns, by their names."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The columns and values of a list; `lacks_year`: whether days are written without their year."""

    columns: tuple[Column, ...] = ()
    values: tuple[Value, ...] = ()
    lacks_year: bool = False


def value_name(pointer: str, text: str) -> str:
    """Return under what a value of a column is remembered."""
    return f"{pointer}{_VALUE}{fold(text)}"


def matched(office: Office, path: Path, form: Form, names: Sequence[str], wanted: Wanted) -> Matched:
    """Return what a list's columns are to a form.

    Raises RecordError where the list can't be read.
    """
    targets = {target.name: target.spec.pointer for target in targets_of(form, "zh-Hans")}
    proposal = _proposal(office, path, form, wanted)
    known = list(dict.fromkeys([*proposal.columns, *proposal.ignored])) or list(names)
    known = [name for name in known if not _is_section(form, name)]
    order = {name: at for at, name in enumerate(names)}
    known.sort(key=lambda name: order.get(name, len(order)))
    columns = _columns(known, proposal, targets, wanted)
    used = {column.pointer for column in columns}
    values = tuple(
        Value(pointer, text, wanted.said.get(value_name(pointer, text), choice), tuple(labels))
        for target, pairs in proposal.values.items()
        for text, (choice, labels) in pairs.items()
        if (pointer := targets.get(target, "")) in used
    )
    return Matched(columns, values, proposal.lacks_year)


def _is_section(form: Form, name: str) -> bool:
    """Tell whether a name is that of a section, which JSON has as one thing: it is read as it is."""
    path = find_path(form.record_spec, name)
    return path is not None and path[-1].shape == "section"


def _proposal(office: Office, path: Path, form: Form, wanted: Wanted) -> Proposal:
    """Return what is proposed; nothing where no column is like any field, for then people say it."""
    reading = Reading(sheet=wanted.sheet)
    try:
        return propose(path, [form], reading, "zh-Hans", office.policy.zone)
    except RecordError as error:
        if {fault.code for fault in error.faults} != {"E-no-header"}:
            raise
        return Proposal(path.name, wanted.sheet)


def _columns(
    names: Sequence[str], proposal: Proposal, targets: Mapping[str, str], wanted: Wanted
) -> tuple[Column, ...]:
    """Return the columns; what was said goes before what is proposed, and no two are one field."""
    known = set(targets.values())
    said = {name: wanted.said[fold(name)] for name in names if wanted.said.get(fold(name)) in {LEFT_OUT, *known}}
    taken = {pointer for pointer in said.values() if pointer}
    made = []
    for name in names:
        if name in said:
            made.append(Column(name, said[name], remembered=True))
            continue
        pointer = next((targets.get(ours, LEFT_OUT) for ours in proposal.columns.get(name, ())), LEFT_OUT)
        is_free = pointer not in taken
        made.append(Column(name, pointer if is_free else LEFT_OUT, name in proposal.doubted and is_free))
    return tuple(made)


def reading_of(form: Form, found: Matched, wanted: Wanted) -> Reading:
    """Return how a list is read whose columns are known."""
    if wanted.own:
        return Reading()
    names = {target.spec.pointer: target.name for target in targets_of(form, "zh-Hans")}
    columns = {fold(one.name): [names[one.pointer]] if one.pointer in names else [] for one in found.columns}
    values: dict[str, dict[str, str]] = {}
    for one in found.values:
        if one.choice and one.pointer in names:
            values.setdefault(_called(form, one.pointer, names), {})[fold(one.text)] = one.choice
    ignored = frozenset(fold(one.name) for one in found.columns if not one.pointer)
    return Reading(sheet=wanted.sheet, mapping=ColumnMap("list", columns, ignored, values, wanted.year))


def _called(form: Form, pointer: str, names: Mapping[str, str]) -> str:
    """Return the name by which a map speaks of a column's values."""
    spec = form.spec_at(pointer)
    return fold(choose(spec.titles, "zh-Hans") if spec is not None else names[pointer])
