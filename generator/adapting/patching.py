"""The file of changes that an edited workbook comes to: what it says otherwise than the form as it comes."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.adapting.added_kinds import kind_of_schema, offered, schema_of
from generator.adapting.likening import likened
from generator.adapting.lines import FORM, Line, Option, Words
from generator.adapting.origin import Origin
from generator.adapting.placing import beside_listed
from generator.adapting.reading import Said, in_order
from generator.adapting.rewording import Reworded
from generator.catalogue import Form
from generator.catalogue.adapt import ADD, CELL, CHANGE, EXTENDS, PLACES, WORDING
from generator.catalogue.blocks import digest_of
from generator.wording import traditional

_SAID = ("title", "x-title", "description", "x-description", "required", "hidden", "choices", CELL, *PLACES)
_ADDED = ("title", "x-title", "description", "x-description", "required", CELL, *PLACES)

Node = dict[str, Any]


@dataclass
class PatchMaker:
    """Makes the changes of an edited workbook.

    `base`: the form's fields as they come, by pointer; `listed`: how often its template lists each.
    """

    origin: Origin
    base: Mapping[str, Line]
    said: Sequence[Said]
    options: Mapping[str, tuple[Option, ...]]
    blocks: Sequence[Reworded]
    listed: Mapping[str, int]

    def patch(self) -> Node:
        """Return the changes, with what the desk's earlier ones say of things that the workbook doesn't show."""
        earlier = self.origin.patch
        made: Node = {EXTENDS: self.origin.extends}
        made |= {key: earlier[key] for key in ("x-form",) if earlier.get(key)}
        form = next((one.line for one in self.said if one.line.pointer == FORM), None)
        if form is not None:
            made |= _texts(form.titles, form.hints, self.base[FORM])
        changes, added = self._changes(), self._added()
        moved = self._move(changes, added)
        if self.listed:
            added = beside_listed(added, moved, self.listed)
        parts = {CHANGE: {at: change for at, change in changes.items() if change.keys() - {CELL}}, ADD: added}
        parts[WORDING] = self._wording()
        return {**made, **{name: part for name, part in parts.items() if part}}

    # --- fields that are there ---

    def _changes(self) -> dict[str, Node]:
        earlier = self.origin.patch.get(CHANGE, {})
        made = {
            one.line.pointer: self._change(one, earlier.get(one.line.pointer, {}))
            for one in self.said
            if self._is_base(one)
        }
        self._preset(made)
        lost = {at: dict(change) for at, change in earlier.items() if at not in self.base and at not in made}
        return {**made, **lost}

    def _is_base(self, one: Said) -> bool:
        return one.line.pointer in self.base and one.line.pointer != FORM and not one.line.kind

    def _change(self, one: Said, earlier: Mapping[str, Any]) -> Node:
        line, base = one.line, self.base[one.line.pointer]
        made = {key: value for key, value in earlier.items() if key not in (*_SAID, "$comment")}
        made |= _texts(line.titles, line.hints, base)
        if line.shown != base.shown:
            made["hidden"] = not line.shown
        if line.required != base.required and line.shown:
            made["required"] = line.required
        if choices := self._choices(line, base, earlier.get("choices", ())):
            made["choices"] = choices
        return {**made, CELL: one.row.at("hans")} if made else made

    def _choices(self, line: Line, base: Line, earlier: Sequence[Node]) -> list[Node]:
        known = {option.value: option.titles for option in base.options}
        tones = {choice["const"]: choice["x-tone"] for choice in earlier if "x-tone" in choice}
        found = self.options.get(line.pointer, base.options)
        return [
            _choice(option, known.get(option.value), tones)
            for option in found
            if option.titles != known.get(option.value) or option.value in tones
        ]

    def _preset(self, made: dict[str, Node]) -> None:
        """Let the preset rows of a table be those of the choices that are printed, in their order."""
        for pointer, base in self.base.items():
            if not base.presets or not (options := self.options.get(pointer, ())):
                continue
            at, before = base.parent.removesuffix("/*"), _rows(self.origin.base, base)
            printed = [option.value for option in options if option.printed]
            change = {key: value for key, value in made.get(at, {}).items() if key != "default"}
            if printed != list(before):
                rows = {**before, **_rows(self.origin.form, base)}
                change["default"] = [rows.get(value, {base.key: value}) for value in printed]
            made[at] = change

    # --- fields that are added ---

    def _added(self) -> dict[str, Node]:
        earlier = self.origin.patch.get(ADD, {})
        ours = [one for one in self.said if one.line.kind or one.line.pointer in self.origin.added]
        return {one.line.pointer: self._node(one, earlier.get(one.line.pointer)) for one in ours}

    def _node(self, one: Said, earlier: Node | None) -> Node:
        line = one.line
        same = earlier is not None and kind_of_schema(earlier) == line.kind
        kept = {k: v for k, v in (earlier or {}).items() if k not in _ADDED}
        schema = kept if same else likened(schema_of(line.kind), line.parent, self.origin.base)
        made = {**_texts(line.titles, line.hints, Line(line.pointer, Words())), **schema}
        choices = offered(made)
        if choices is not None:
            tones = {choice["const"]: choice["x-tone"] for choice in choices if "x-tone" in choice}
            options = line.options if one.is_new else self.options.get(line.pointer, line.options)
            choices[:] = [_choice(option, None, tones) for option in options]
        if line.required:
            made["required"] = True
        return {**made, CELL: one.row.at("hans")}

    # --- order ---

    def _move(self, changes: dict[str, Node], added: dict[str, Node]) -> dict[str, list[str]]:
        """Say where fields go: as it was said before where the order is what it was, else anew; return those groups."""
        now, moved = _orders(self.origin.form), {}
        for parent, group in in_order(self.said):
            wanted = [one.line.pointer for one in group]
            if wanted == [at for at in now.get(parent, ()) if at in wanted] == now.get(parent):
                self._as_before(wanted, changes, added)
            else:
                moved[parent] = wanted
                self._anew(wanted, changes, added, {one.line.pointer: one.row.at("hans") for one in group})

        return moved

    def _as_before(self, wanted: Sequence[str], changes: dict[str, Node], added: dict[str, Node]) -> None:
        for part, made in ((CHANGE, changes), (ADD, added)):
            for at in wanted:
                before = self.origin.patch.get(part, {}).get(at, {})
                if at in made and (places := {key: before[key] for key in PLACES if key in before}):
                    made[at] |= places

    def _anew(
        self, wanted: Sequence[str], changes: dict[str, Node], added: dict[str, Node], cells: Mapping[str, str]
    ) -> None:
        ours = [at for at in wanted if at not in added]
        base = _orders(self.origin.base).get(wanted[0].rpartition("/")[0], []) if wanted else []
        stay = _standing([base.index(at) for at in ours if at in base])
        kept = {at for at in ours if at in base and base.index(at) in stay}
        for at, before in zip(ours, ["", *ours], strict=False):
            if at not in kept:
                changes[at] = {**changes.pop(at, {}), **_place(before), CELL: cells[at]}
        for at, before in zip(wanted, ["", *wanted], strict=False):
            if at in added:
                added[at] = {**added.pop(at), **_place(before)}

    # --- words ---

    def _wording(self) -> Node:
        made: Node = {}
        for one in self.blocks:
            lang, name, text, base = one.block
            if digest_of(one.text) == digest_of(base):
                continue
            said = {"replaces": digest_of(base), "text": one.text}
            before = self.origin.patch.get(WORDING, {}).get(lang, {}).get(name)
            is_as_before = one.text == text and before is not None and before["text"] == text
            made.setdefault(lang, {})[name] = before if is_as_before else said | ({CELL: one.cell} if one.cell else {})
        return made


def _texts(titles: Words, hints: Words, base: Line) -> Node:
    """Return what a schema says of titles and hints that are others than before."""
    made: Node = {}
    for name, now, before in (("title", titles, base.titles), ("description", hints, base.hints)):
        if now.hans != before.hans:
            made[name] = now.hans
        if now.hans and (more := dict(_other_languages(now, before))):
            made[f"x-{name}"] = more
    return made


def _other_languages(now: Words, before: Words) -> Iterator[tuple[str, str]]:
    expected = before.hant if now.hans == before.hans else traditional(now.hans)
    if now.hant != expected:
        yield "zh-Hant", now.hant
    if now.en != before.en and (now.en != now.hans or before.en not in ("", before.hans)):
        yield "en", now.en


def _choice(option: Option, before: Words | None, tones: Mapping[Any, str]) -> Node:
    made: Node = {"const": option.value, "title": option.titles.hans}
    if more := dict(_other_languages(option.titles, before or Words())):
        made["x-title"] = more
    return {**made, "x-tone": tones[option.value]} if option.value in tones else made


def _rows(form: Form, column: Line) -> dict[Any, Node]:
    """Return the preset rows of a column's table, by what stands in the column."""
    table = form.spec_at(column.parent.removesuffix("/*"))
    return {row.get(column.key): row for row in (table.default if table else None) or ()}


def _orders(form: Form) -> dict[str, list[str]]:
    """Return the fields of each group by its pointer, in the order of the paper."""
    made: dict[str, list[str]] = {}
    for spec in form.root.walk():
        made.setdefault(spec.pointer.rpartition("/")[0], []).append(spec.pointer)
    return made


def _standing(places: Sequence[int]) -> set[int]:
    """Return the most that may stay where they are: a longest rising run of places."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(tails, place)
        before[place] = tails[at - 1] if at else None
        tails[at:] = [place, *tails[at + 1 :]] if at < len(tails) else [place]
    found, last = set(), tails[-1] if tails else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def _place(before: str) -> Node:
    return {"after": before} if before else {"first": True}
