"""What an edited workbook says of fields, choices and words; all that is wrong with it is noted, cell by cell."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from generator.adapting.added_kinds import kind_called, takes_choices
from generator.adapting.cells import BookRow
from generator.adapting.lines import FORM, Line, Option, Words, kind_shown
from generator.adapting.values import CellReader
from generator.adapting.writing import FIELD_HEADS
from generator.errors import Fault, Place, pointer_step
from generator.importing.naming import slug
from generator.kinds.raw import fold
from generator.wording import LANGS, phrase, traditional

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_BETWEEN = re.compile(r"[|｜]")


@dataclass(frozen=True)
class Said:
    """A line as a workbook has it, the row that it stands in, and the place that is asked for within its group.

    `keyless`: whether the row doesn't say what the new field's key is, which its title then gives.
    """

    line: Line
    row: BookRow
    place: float | None = None
    is_new: bool = False
    keyless: bool = False


@dataclass
class BookReader(CellReader):
    """Reads the sheet of fields of an edited workbook."""

    # --- fields ---

    def fields(self) -> list[Said]:
        """Return the lines of all fields in the order that is asked for, the form's first."""
        said, above = [], FORM
        for row in self.book.rows("fields", FIELD_HEADS, self.faults):
            made = self._said(row, above)
            if made is not None:
                said.append(made)
                above = made.line.pointer
        said = self._with_own_keys(said)
        if said or not self.faults:
            self._complete(said)
        self._distinct(said)
        return said

    def _with_own_keys(self, said: Sequence[Said]) -> list[Said]:
        """Return the lines with a key of its own for each field whose row doesn't say one."""
        taken = {*self.book.kept.base, *(row.line.pointer for row in said if not row.keyless)}
        made = []
        for one in said:
            pointer, count = one.line.pointer, 1
            while one.keyless and pointer in taken:
                count += 1
                pointer = f"{one.line.pointer}_{count}"
            taken.add(pointer)
            made.append(replace(one, line=replace(one.line, pointer=pointer)))
        return made

    def _said(self, row: BookRow, above: str) -> Said | None:
        """Return what a row says; None for one that adds nothing."""
        pointer, *_ = [*row["pointer"].split(), ""]  # behind a new field's place stands that it is new
        known = self.now.get(pointer)
        if known is not None:
            return self._known(row, known)
        filled = [name for name in ("hans", "hant", "en", "kind", "options") if row[name]]
        if not filled:
            return None
        parent = self._parent(pointer, above)
        if parent is None:
            self.fault("E-adapt-strange", row, "pointer", pointer=pointer)
            return None
        return self._added(row, parent, pointer.rpartition("/")[2])

    def _parent(self, pointer: str, above: str) -> str | None:
        """Return what a new row's field stands in; None for a place that isn't there."""
        if pointer:
            parent = pointer.rpartition("/")[0]
            return parent if pointer.startswith("/") and self._is_group(parent) else None
        line = self.now.get(above)
        if line is not None and line.shape == "section":
            return above
        if line is not None and line.shape == "repeat":
            return f"{above}/*"
        return "" if above == FORM else above.rpartition("/")[0]

    def _is_group(self, parent: str) -> bool:
        if not parent:
            return not self.form.is_table
        line = self.now.get(parent.removesuffix("/*"))
        return line is not None and line.shape == ("repeat" if parent.endswith("/*") else "section")

    def _known(self, row: BookRow, known: Line) -> Said:
        titles, hints = self.titles(row, known.titles), self.hints(row, known.hints)
        shown = self.flag(row, "shown", default=known.shown) if known.pointer != FORM else True
        required = self.flag(row, "required", default=known.required) if known.shape == "value" else known.required
        base = self.book.kept.base.get(known.pointer)
        if not shown and required and known.shape == "value" and not (base and base.required):
            self.fault("E-adapt-both", row, "required")
        kind = self._kind_again(row, known)
        more = self._more_options(row, known) if known.shape == "value" else ()
        line = replace(known, titles=titles, hints=hints, shown=shown, required=required and shown, kind=kind)
        line = replace(line, options=(*known.options, *more))
        return Said(line, row, self.place(row))

    def _kind_again(self, row: BookRow, known: Line) -> str:
        """Return the kind of a field that is there: that of one of ours is what it is."""
        if not known.kind:
            spec = self.form.spec_at(known.pointer)
            titles = {fold(kind_shown(known, spec, lang)) for lang in LANGS} if spec else set()
            if titles and row["kind"] and fold(row["kind"]) not in titles:
                self.fault("E-adapt-kind-fixed", row, "kind")
            return ""
        return kind_called(row["kind"]) or self.unknown_kind(row) or known.kind

    # --- fields that are added ---

    def _added(self, row: BookRow, parent: str, key: str) -> Said | None:
        kind = kind_called(row["kind"]) or self.unknown_kind(row)
        if key and not _KEY.fullmatch(key):
            self.fault("E-adapt-key", row, "pointer")
        titles, hints = self.titles(row, Words()), self.hints(row, Words())
        options = self._typed_options(row, kind) if kind else ()
        required = self.flag(row, "required", default=False)
        pointer = f"{parent}/{pointer_step(key or slug(row['en']) or slug(titles.hans) or 'field')}"
        if not self.flag(row, "shown", default=True):
            return None
        line = Line(pointer, titles, hints, "value", required=required, options=options, kind=kind)
        return Said(line, row, self.place(row), is_new=True, keyless=not key)

    def _typed_options(self, row: BookRow, kind: str) -> tuple[Option, ...]:
        """Return the choices of a cell, one a line, maybe with English behind a bar."""
        lines = [line.strip() for line in re.split(r"[\n;；]", row["options"]) if line.strip()]
        if bool(lines) != takes_choices(kind):
            self.fault("E-adapt-options" if lines else "E-adapt-options-none", row, "options")
        made = [_option_typed(line) for line in lines]
        counts = Counter(option.titles.hans for option in made)
        if twice := [title for title, count in counts.items() if count > 1]:
            self.fault("E-adapt-option-twice", row, "options", title=twice[0])
        return tuple(made)

    def _more_options(self, row: BookRow, known: Line) -> list[Option]:
        """Return the choices that were written beneath those that are there."""
        lines = [line.strip() for line in row["options"].split("\n") if line.strip()]
        titles = [option.titles.of(self.lang) for option in known.options]
        if row["options"] and not set(titles) <= set(lines):
            self.fault("E-adapt-options-there", row, "options")
        if lines and not known.options:
            self.fault("E-adapt-options", row, "options")
        return [_option_typed(line) for line in dict.fromkeys(lines) if line not in titles]

    # --- what holds for all ---

    def _complete(self, said: Sequence[Said]) -> None:
        """Note fields of ours that have no row any more, and fields that have two."""
        there: set[str] = set()
        for one in said:
            if one.line.pointer in there:
                self.fault("E-adapt-twice", one.row, "pointer", pointer=one.line.pointer)
            there.add(one.line.pointer)
        sheet = phrase("sheet.fields", self.lang, "adapt")
        for pointer, line in self.book.kept.base.items():
            if pointer not in there and (pointer == FORM or self.form.spec_at(pointer) is not None):
                place = Place(self.book.place.file, sheet, line.titles.by_lang(), pointer)
                self.faults.append(Fault("E-adapt-row", place))

    def _distinct(self, said: Sequence[Said]) -> None:
        """Note titles that two fields of a group have, where one of them is new or worded anew."""
        taken: dict[tuple[str, str], Said] = {}
        for one in said:
            mark = (one.line.parent, fold(one.line.titles.hans))
            before = self.now.get(one.line.pointer)
            if mark in taken and (one.is_new or before is None or before.titles.hans != one.line.titles.hans):
                self.fault("E-adapt-title-twice", one.row, "hans", cell=taken[mark].row.at("hans"))
            taken.setdefault(mark, one)


def _option_typed(line: str) -> Option:
    hans, *more = (part.strip() for part in _BETWEEN.split(line, maxsplit=1))
    return Option(hans, Words(hans, traditional(hans), more[0] if more and more[0] else hans))


def in_order(said: Sequence[Said]) -> Iterator[tuple[str, list[Said]]]:
    """Yield the lines of each group by its pointer, in the order that rows and places ask for."""
    groups: dict[str, list[Said]] = {}
    for one in said:
        if one.line.pointer != FORM:
            groups.setdefault(one.line.parent, []).append(one)
    for parent, group in groups.items():
        placed = sorted((one for one in group if one.place is not None), key=lambda one: one.place or 0)
        made = [one for one in group if one.place is None]
        for one in placed:
            made.insert(max(0, int(-(-(one.place or 1) // 1)) - 1), one)
        yield parent, made
