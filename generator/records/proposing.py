"""A first proposal of a map: which column of a list is which field, told by titles, like words, and values.

It is for a person to correct: nothing is used before it has been named.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec, Form
from generator.catalogue.synonyms import similarity
from generator.errors import Place, RecordError, fail
from generator.kinds import reader
from generator.kinds.raw import CellNumber, ValueFault, fold
from generator.records.columns import Column, Columns, without_unit
from generator.records.header import Header
from generator.records.item import RawRecord
from generator.records.meant_choice import choice_headed
from generator.records.names import find_path
from generator.records.often_called import is_called, whole_names
from generator.records.reading import Reading
from generator.records.words import is_serial
from generator.wording import LANGS, Lang, choose, phrase

_NEAR, _SURE = 0.6, 0.9
_SAMPLED, _MOST_VALUES, _LONGEST_VALUE = 500, 30, 40
_UNREAD, _DOUBTED = 0.3, 0.85
_BY_VALUES, _BY_LIST = 0.62, 0.8
_MOST_READ = 0.5


@dataclass(frozen=True)
class Target:
    """A field that a column may be: its name in a map, and itself."""

    name: str
    spec: FieldSpec


@dataclass
class Proposal:
    """What was found: for each column of a list the names of fields, and values that no field knows, by column."""

    file: str
    sheet: str
    columns: dict[str, list[str]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    doubted: set[str] = field(default_factory=set)
    values: dict[str, dict[str, tuple[str, list[str]]]] = field(default_factory=dict)
    """By column and value: the choice that is proposed, which may be none, and those that there are."""

    lacks_year: bool = False
    lang: Lang = "zh-Hans"


class MeantColumns(Columns):
    """Columns that are known by what their names mean; with their help a header is found whose names no form has."""

    def __init__(self, form: Form, targets: Sequence[Target]) -> None:
        super().__init__(form, Reading(ignores_unknown=True))
        self.targets = targets
        self.found: dict[str, bool] = {}

    def knows(self, name: str) -> bool:
        if name not in self.found:
            self.found[name] = bool(name) and (
                is_serial(name) or any(score_of(name, target.spec) >= _NEAR for target in self.targets)
            )
        return self.found[name]

    def is_group(self, name: str) -> bool:
        return any(t.spec.shape == "repeat" and score_of(name, t.spec) >= _NEAR for t in self.targets)

    def column(self, name: str, at: int = 0) -> Column:
        return Column(name.strip() or f"#{at}", self.targets[0].spec)

    def table(self, name: str) -> FieldSpec | None:
        return None


def targets_of(form: Form, lang: Lang) -> list[Target]:
    """Return the fields of a form's records, those of its sections and nested lists among them."""
    return list(_targets(form.record_spec, lang, "", form.record_spec))


def _targets(spec: FieldSpec, lang: Lang, above: str, root: FieldSpec) -> Iterator[Target]:
    for child in spec.fields:
        if child.shape == "section":
            yield from _targets(child, lang, above, root)
            continue
        title = choose(child.titles, lang)
        path = find_path(root, title) if not above else None
        is_known = bool(above) or (path is not None and path[-1] is child)
        yield Target(above + title if is_known else child.pointer, child)
        if child.shape == "repeat":
            yield from _targets(child, lang, f"{title}/", root)


def score_of(name: str, spec: FieldSpec) -> float:
    """Return how near a column's name is to a field's titles and key, from 0 to 1."""
    above, _, last = without_unit(name)[0].rpartition("/")
    if fold(last) == fold(spec.key):
        return 1.0
    titles = {choose(spec.titles, lang) for lang in LANGS}
    names = [last, *whole_names(above.rpartition("/")[2], last)]
    called = any(is_called(one, titles) for one in names)
    return max(_BY_LIST if called else 0.0, *(similarity(one, title) for one in names for title in titles))


def propose(path: Path, forms: Sequence[Form], reading: Reading, lang: Lang, zone: ZoneInfo) -> Proposal:
    """Return a proposal for the columns of a file's list.

    Raises RecordError where the file can't be read or no header is found in it.
    """
    from generator.records.samples import sampled

    targets = [targets_of(form, lang) for form in forms]
    columns = MeantColumns(forms[0], [target for some in targets for target in some])
    sheet, header, rows = sampled(path, forms[0], columns, reading)
    values = _values(header, rows)
    proposal = Proposal(path.name, sheet, lang=lang)
    for some in targets:
        _Matching(some, values, zone).into(proposal)
    named = [name for name in values if not is_serial(name)]
    proposal.columns = {name: proposal.columns[name] for name in named if name in proposal.columns}
    proposal.ignored = [name for name in named if name not in proposal.columns]
    if not proposal.columns:
        raise fail(RecordError, "E-no-header", Place(path.name))
    return proposal


def _values(header: Header, rows: Iterator[RawRecord]) -> dict[str, list[object]]:
    """Return the values of the first rows by column."""
    values: dict[str, list[object]] = {name: [] for name in header.names if name}
    for row, _ in islice(rows, _SAMPLED):
        for name, value in row.items():
            if name in values:
                values[name].append(value)
    return values


class _Matching:
    """Matches the columns of a list with the fields of one form."""

    def __init__(self, targets: Sequence[Target], values: Mapping[str, Sequence[object]], zone: ZoneInfo) -> None:
        self.targets, self.values, self.zone = targets, values, zone

    def into(self, proposal: Proposal) -> None:
        """Add what is found to a proposal."""
        taken: set[str] = set()
        done: set[str] = set()
        for score, name, target in sorted(self._scores(), key=lambda one: (-one[0], one[1], one[2].name)):
            if score < _NEAR or name in done or target.name in taken:
                continue
            done.add(name)
            taken.add(target.name)
            names = proposal.columns.setdefault(name, [])
            if target.name not in names:
                names.append(target.name)
            if score < _SURE:
                proposal.doubted.add(name)
            self._add_values(proposal, name, target)

    def _scores(self) -> Iterator[tuple[float, str, Target]]:
        for name, values in self.values.items():
            if is_serial(name):
                continue
            for target in self.targets:
                if "/" in target.name and "/" not in name and not target.name.startswith("/"):
                    continue
                score = score_of(name, target.spec)
                if score > _FAR:
                    yield score * self._fits(values, target.spec), name, target
                elif target.spec.choices and self._are_choices(values, target.spec):
                    yield _BY_VALUES, name, target

    def _are_choices(self, values: Sequence[object], spec: FieldSpec) -> bool:
        texts = {fold(text) for value in values if (text := _text(value))}
        return len(texts) > 1 and texts <= _labels(spec)

    def _fits(self, values: Sequence[object], spec: FieldSpec) -> float:
        """Return a factor: less than 1 where the values aren't of the field's kind."""
        if not values or not (spec.kind.is_number or spec.kind.is_moment or spec.choices):
            return 1.0
        if spec.choices:
            return 1.0 if any(fold(_text(value)) in _labels(spec) for value in values) else _DOUBTED
        read = reader(spec.kind, spec, self.zone)
        good = sum(_reads(read, value) for value in values)
        return 1.0 if good >= _MOST_READ * len(values) else _UNREAD

    def _add_values(self, proposal: Proposal, name: str, target: Target) -> None:
        """Propose what values stand for that a field of choices doesn't know; tell whether dates lack their year."""
        spec = target.spec
        values = self.values[name]
        if spec.kind.is_moment and any(isinstance(v, str) and _lacks_year(v) for v in values):
            proposal.lacks_year = True
        if not spec.choices or spec.personal:
            return
        known = _labels(spec)
        unknown = dict.fromkeys(text for value in values if (text := _text(value)) and fold(text) not in known)
        if 0 < len(unknown) <= _MOST_VALUES and all(len(text) <= _LONGEST_VALUE for text in unknown):
            labels = [choose(choice.titles, proposal.lang) for choice in spec.choices]
            found = proposal.values.setdefault(target.name, {})
            for text in unknown:
                found.setdefault(text, (choice_headed(text, labels), labels))


_FAR = 0.4


def _labels(spec: FieldSpec) -> set[str]:
    named = {fold(choose(choice.titles, lang)) for choice in spec.choices for lang in LANGS}
    return named | {fold(str(choice.value)) for choice in spec.choices}


def _lacks_year(text: str) -> bool:
    from generator.records.mapping import ColumnMap

    return ColumnMap(year=2000).with_year(text) != text


def _text(value: object) -> str:
    if isinstance(value, CellNumber):
        return value.shown or str(value.number)
    return value.strip() if isinstance(value, str) else ""


def _reads(read: Any, value: object) -> bool:
    if isinstance(value, str) and _lacks_year(value):
        return True
    try:
        return not isinstance(read(value), str)
    except (ValueFault, OverflowError):
        return False


# --- as a file ---


def as_toml(proposal: Proposal, lang: Lang) -> str:
    """Return a proposal as the file of a map, with remarks for who corrects it."""
    lines = [f"# {line}" for line in _said("head", lang, file=proposal.file).splitlines()]
    if proposal.sheet:
        lines += ["", f"sheet = {_quoted(proposal.sheet)}"]
    lines += ["", "[columns]"]
    for theirs, ours in proposal.columns.items():
        names = _quoted(ours[0]) if len(ours) == 1 else f"[{', '.join(map(_quoted, ours))}]"
        remark = f"  # {_said('doubt', lang)}" if theirs in proposal.doubted else ""
        lines.append(f"{_quoted(theirs)} = {names}{remark}")
    for column, values in proposal.values.items():
        lines += ["", f"[values.{_quoted(column)}]", f"# {_said('values', lang, choices=_listed(values, lang))}"]
        for theirs, (choice, _) in values.items():
            lines.append(f"{'' if choice else '# '}{_quoted(theirs)} = {_quoted(choice)}")
    if proposal.lacks_year:
        lines += ["", "[dates]", f"# {_said('year', lang)}", "# year = 2024"]
    if proposal.ignored:
        ignored = [f"# {_said('ignore', lang)}", "ignore = [", *(f"  {_quoted(n)}," for n in proposal.ignored), "]", ""]
        at = lines.index("[columns]")
        lines[at:at] = ignored
    return "\n".join(lines) + "\n"


def _said(key: str, lang: Lang, **figures: object) -> str:
    return phrase(f"map.{key}", lang, "cli").format_map(figures)


def _listed(values: Mapping[str, tuple[str, list[str]]], lang: Lang) -> str:
    labels = next(iter(values.values()))[1]
    return (", " if lang == "en" else "、").join(labels)


def _quoted(text: str) -> str:
    """Return a text as TOML's basic strings have it, which escape as JSON does, and DEL besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
