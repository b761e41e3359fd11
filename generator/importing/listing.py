"""A form drafted from a list: a table with a field for each column, as its rows show what they are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.errors import Fault, Place
from generator.importing import evidence
from generator.importing.above import said_above, title_above
from generator.importing.draft import Draft, Notes, named
from generator.importing.guessing import Guess, Values, guessed, is_unique, spec_of
from generator.importing.heading import is_name
from generator.importing.naming import Keys, other_titles, shared, shared_called
from generator.importing.own import OwnForm
from generator.importing.rules_of_cells import Asked
from generator.importing.sheets import Listed
from generator.kinds.raw import fold
from generator.records.columns import without_unit
from generator.records.table_rows import TableRows
from generator.records.unknown import letters
from generator.records.words import is_blank, is_serial
from generator.records.workbooks import Row
from generator.records.workbooks.xlsx import Unclear

MOST_ROWS = 20_000
_REQUIRED_FROM = 10
_WIDE, _LEAST_BEFORE = 7, 2
_LONGEST_TITLE = 100
_STARRED = re.compile(r"^\s*[*＊★]|[*＊★]\s*$|[（(]必填[）)]")
"""A title that says itself that something must stand there."""


@dataclass
class _Found:
    """A column: its place from 0, its name in the list, its title in the form, its values."""

    at: int
    name: str
    title: str
    values: Values
    asked: Asked
    blank: int = 0
    key: str = ""
    schema: dict[str, Any] = field(default_factory=dict)


class _Rows(TableRows):
    """The rows of a list, with the columns that its rows of totals add up."""

    def __init__(self, layout: Any, merged: Any, serial: int | None) -> None:
        super().__init__(layout, merged, serial)
        self.totalled: set[int] = set()

    def _take_total(self, row: Row, filled: Sequence[int]) -> None:
        super()._take_total(row, filled)
        self.totalled |= {n for n in filled if isinstance(row.cells[n], (int, float))}


def _take_row(row: Row, columns: Sequence[_Found], unclear: dict[str, int]) -> None:
    """Give each column its cell of a row; `unclear`: counts those that say nothing."""
    for column in columns:
        cell = row.cells[column.at] if column.at < len(row.cells) else ""
        if isinstance(cell, Unclear):
            unclear[column.name] = unclear.get(column.name, 0) + 1
            column.blank += 1
        elif is_blank(cell):
            column.blank += 1
        else:
            column.values.add(cell, row.formats.get(column.at, ""), row.shown.get(column.at, ""), row.number)


class ListDraft:
    """Drafts the form of a list."""

    def __init__(self, found: Listed, path: Path, own: OwnForm | None = None) -> None:
        self.found, self.path, self.own = found, path, own
        self.notes = Notes(path.name)
        self.keys = Keys(found.form)
        self.head_keys = Keys(found.form)
        serials = [n for n, name in enumerate(found.layout.names) if is_serial(name) and not (own and own.field(name))]
        self.serial = serials[0] if serials else None
        self.count = self.looked_at = 0
        self.is_cut = False

    def draft(self) -> Draft:
        """Return the draft."""
        columns = self._columns()
        totalled = self._fill(columns)
        kept = [column for column in columns if not self._is_odd(column)]
        others = [column for column in kept if not self._is_own(column)]
        for column in others:
            self._take(column)
        required = [c.key for c in others if self._is_required(c)]
        self._tell_required([c.title for c in others if c.key in required])
        required += [key for key in (self.own.items.get("required", ()) if self.own else ()) if key in self.keys.taken]
        items: dict[str, Any] = {"type": "object", "additionalProperties": False}
        if required:
            items["required"] = required
        items["properties"] = {column.key: column.schema for column in kept}
        title, head = self._above()
        table = self._table([c.key for c in kept if c.at in totalled and _is_number(c.schema)])
        rows = {"title": title, "type": "array", **({"x-table": table} if table else {}), "items": items}
        made = Draft(title, {**head, "rows": rows}, ["rows"], {"kind": "table", **self._page(kept)})
        if self.own:
            self._as_own(made, items)
        self.notes.lines.insert(0, self._told(len(kept)))
        made.report = self.notes.lines
        made.is_list = True
        made.sheet = "all" if self.found.is_several else ""
        return made

    # --- what stands there ---

    def _columns(self) -> list[_Found]:
        made: list[_Found] = []
        seen: dict[str, int] = {}
        for at, name in enumerate(self.found.layout.names):
            if not name or at == self.serial:
                continue
            if fold(name) in seen:
                self.notes.lost(name, "twice", row=self._cell(at), column=letters(seen[fold(name)] + 1))
                continue
            seen[fold(name)] = at
            title, unit = without_unit(name)
            title = " ".join(title.split())[:_LONGEST_TITLE]
            made.append(_Found(at, name, title, Values(title, unit), self.found.rules.columns.get(at, Asked())))
        return made

    def _cell(self, at: int) -> str:
        return f"{self.found.sheet}!{letters(at + 1)}" if self.found.sheet else letters(at + 1)

    def _fill(self, columns: Sequence[_Found]) -> set[int]:
        unclear: dict[str, int] = {}
        beyond: set[int] = set()
        totalled: set[int] = set()
        known = {column.at for column in columns} | {self.serial}
        for part in self.found.others or [self.found]:
            table = _Rows(part.layout, part.merged, self.serial)
            for row in table.records(self._limited(part)):
                self.count += 1
                _take_row(row, columns, unclear)
                beyond |= {n for n, cell in enumerate(row.cells) if n not in known and not is_blank(cell)}
            totalled |= table.totalled
            self.notes.lines += table.left_out.warnings(Place(self.path.name, part.sheet))
        for name, count in unclear.items():
            self.notes.lost(name, "unclear", count=count)
        self._tell_nameless(beyond)
        self._tell_gap(beyond)
        return totalled

    def _limited(self, part: Listed) -> Iterator[Row]:
        for row in part.rows():
            if self.looked_at >= MOST_ROWS:
                self.is_cut = True
                return
            self.looked_at += 1
            yield row

    def _tell_nameless(self, beyond: set[int]) -> None:
        named_columns = {n for n, name in enumerate(self.found.layout.names) if name}
        for at in sorted(beyond - named_columns):
            self.notes.lost(letters(at + 1), "nameless", row=self._cell(at))

    def _tell_gap(self, beyond: set[int]) -> None:
        """Tell of columns behind a blank one: they may be another table's, beside this."""
        names = self.found.layout.names
        last = max((n for n, name in enumerate(names) if name), default=0)
        blank = [n for n in range(_LEAST_BEFORE, last - 1) if not names[n] and n not in beyond]
        if blank:
            behind = [name for name in names[blank[0] :] if name]
            self.notes.became("、".join(behind), "beside", row=self._cell(blank[0]))

    def _is_odd(self, column: _Found) -> bool:
        """Tell whether a column has a name that can't be one, and nothing beneath it."""
        return not len(column.values) and not is_name(column.name.rpartition("/")[2])

    # --- a list of ours ---

    def _is_own(self, column: _Found) -> bool:
        """Take a column as the field that the list's own form has; False where it has none, or the rows disagree."""
        found = self.own.field(column.name) if self.own else None
        if found is None or found[0].key in self.keys.taken:
            return False
        spec, node = found
        reads = column.values.read_by(spec.schema)
        if reads.bad:
            place = self.notes.place(column.title, f"/rows/{spec.key}", self._cell(column.at))
            self.notes.lines.append(Fault("W-import-changed", place, {"bad": reads.bad}))
            return False
        self.keys.taken.add(spec.key)
        column.key, column.schema = spec.key, dict(node)
        return True

    def _as_own(self, made: Draft, items: dict[str, Any]) -> None:
        """Give a draft what its own form says beside the fields: rules, totals, what stands above the rows."""
        assert self.own is not None
        form = self.own.schema
        head = self.own.head
        added = {k: n for k, n in made.properties.items() if k != "rows" and k not in head}
        rows = {k: v for k, v in form["properties"]["rows"].items() if k != "items"}
        items["properties"] = self._with_hidden(items["properties"])
        has_all = self.own.items["properties"].keys() <= items["properties"].keys()
        rules = {k: v for k, v in self.own.items.items() if k not in ("properties", "required") and has_all}
        made.properties = {**head, **added, "rows": {**rows, "items": {**items, **rules}}}
        made.title, made.required = form["title"], form.get("required", ["rows"])
        made.extra = {k: form[k] for k in ("x-title", "description", "x-description", "x-check") if k in form}
        made.meta |= {"page": form["x-form"]["page"]} if "page" in form["x-form"] else {}
        self.notes.lines.insert(0, Fault("W-import-ours", self.notes.place(), {"form": self.own.form.id}))
        if not has_all:
            gone = [n for n in self.own.items["properties"] if n not in items["properties"]]
            self.notes.lost(", ".join(gone), "own_gone", count=len(gone))

    def _with_hidden(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Return columns with those fields of the list's own form that no paper shows, in the form's order."""
        assert self.own is not None
        known = self.own.items["properties"]
        kept = {key: columns.get(key, node) for key, node in known.items() if key in columns or node.get("x-hidden")}
        return kept if len(kept) == len(known) and not columns.keys() - kept.keys() else {**columns}

    # --- what it is ---

    def _take(self, column: _Found) -> None:
        """Give a column its key and schema, and tell how it came to them."""
        guess = guessed(column.values, column.asked.answers, column.asked.limits)
        key = self._shared(column, guess)
        if key:
            ref, node = shared()[key]
            column.key, column.schema = key, {"$ref": ref}
            if fold(str(node.get("title", ""))) != fold(column.title):
                column.schema["title"] = column.title
            column.schema |= {word: limit for word, limit in guess.schema.items() if word in column.asked.limits}
            self._note(column, guess, ref=key)
        else:
            column.key = self.keys.own(column.title)
            titles = other_titles(column.title, self.keys.known(column.title))
            column.schema = {"title": column.title, **({"x-title": titles} if titles else {}), **guess.schema}
            self._note(column, guess)
        if column.asked.hint:
            column.schema["description"] = column.asked.hint
        if width := self._width(column):
            column.schema["x-width"] = width
        self._tell_rules(column)

    def _shared(self, column: _Found, guess: Guess) -> str:
        """Return the key of the shared field that a column is; nothing where none of its title agrees with it."""
        for key in shared_called(column.title):
            _, node = shared()[key]
            if self._agrees(column.values, guess, node, column.asked) and self.keys.shared(key):
                return key
        return ""

    def _agrees(self, values: Values, guess: Guess, node: Mapping[str, Any], asked: Asked) -> bool:
        spec, own = spec_of(node), spec_of(guess.schema)
        if asked.answers and not _offers(spec, asked.answers):
            return False
        if not len(values):
            return True
        reads = values.read_by(node)
        if reads.bad or not reads.good or (own.sensitive and not spec.sensitive):
            return False
        if own.choices and spec.choices:
            return len(own.choices) <= len(spec.choices)
        if own.choices:
            return not (guess.choices or {}) or not spec.kind.is_moment
        return spec.kind.is_moment == own.kind.is_moment and not own.kind.is_number

    def _is_required(self, column: _Found) -> bool:
        return (
            (self.count >= _REQUIRED_FROM or bool(_STARRED.search(column.name)))
            and not column.blank
            and len(column.values) > 0
            and not any(evidence.is_none(cell) for cell in column.values.counts)
        )

    def _width(self, column: _Found) -> float:
        width = self.found.rules.widths.get(column.at, 0)
        return min(100, max(1, round(width / 2) * 2 // 2)) if width else 0

    # --- what is around it ---

    def _above(self) -> tuple[str, dict[str, Any]]:
        """Return the title above a list, and the fields that stand beside its rows."""
        head: dict[str, Any] = {}
        for label, value in said_above(list(self.found.above)):
            self._add_head(head, label.strip("：: "), value)
        titles = {title_above(one.above) for one in self.found.others or [self.found]}
        title = titles.pop() if len(titles) == 1 else ""
        sheet = self.found.sheet
        return title or ("" if self.found.is_several or _NO_NAME.fullmatch(sheet) else sheet) or self.path.stem, head

    def _add_head(self, head: dict[str, Any], label: str, value: object) -> None:
        if any(node["title"] == label for node in head.values()):
            return
        values = Values(label)
        if value is not None:
            values.add(value, "", "", 0)
        schema = guessed(values).schema
        key = self.head_keys.own(label)
        titles = other_titles(label, self.head_keys.known(label))
        head[key] = {"title": label, **({"x-title": titles} if titles else {}), **schema}

    def _table(self, totals: list[str]) -> dict[str, Any]:
        made: dict[str, Any] = {"serial": True} if self.serial is not None else {}
        return {**made, **({"totals": totals} if totals else {})}

    def _page(self, columns: Sequence[_Found]) -> dict[str, Any]:
        return {"page": {"size": "A4", "orientation": "landscape"}} if len(columns) >= _WIDE else {}

    # --- what is told ---

    def _told(self, count: int) -> Fault:
        sheet = self.found.sheet
        place = Place(self.path.name, sheet)
        header = f"{self.found.layout.first}–{self.found.layout.last}"
        if self.found.layout.first == self.found.layout.last:
            header = str(self.found.layout.first)
        if self.is_cut:
            return Fault(
                "W-import-list-cut",
                place,
                {"count": count, "rows": self.count, "header": header, "limit": MOST_ROWS},
            )
        return Fault("W-import-list", place, {"count": count, "rows": self.count, "header": header})

    def _tell_required(self, titles: Sequence[str]) -> None:
        if titles:
            self.notes.lines.append(
                Fault("W-import-required", self.notes.place(), {"fields": named(titles), "rows": self.count})
            )

    def _note(self, column: _Found, guess: Guess, ref: str = "") -> None:
        place = self.notes.place(column.title, f"/rows/{column.key}", self._cell(column.at))
        rows = guess.reads.good
        if ref:
            self.notes.lines.append(Fault("W-import-shared", place, {"key": ref, "rows": rows}))
            return
        spec = spec_of(guess.schema)
        titles = dict(spec.kind.titles)
        if not len(column.values) and guess.is_by_title:
            self.notes.lines.append(Fault("W-import-title", place, {"kind": titles}))
        elif not len(column.values) and not guess.schema.get("enum"):
            self.notes.lines.append(Fault("W-import-empty", place))
        elif guess.choices and not spec.sensitive:
            shown = [f"{text} {count}" for text, count in sorted(guess.choices.items(), key=lambda one: -one[1])]
            self.notes.lines.append(Fault("W-import-choices", place, {"choices": shown, "rows": rows}))
        elif spec.sensitive:
            self.notes.lines.append(Fault("W-import-personal", place, {"kind": titles, "sort": spec.sensitive}))
        elif guess.schema != {"type": "string"}:
            self.notes.lines.append(Fault("W-import-kind", place, {"kind": titles, "rows": rows}))
        if guess.checked and guess.checked[1]:
            right, all_of = guess.checked
            self.notes.lines.append(Fault("W-import-digits", place, {"right": right, "count": all_of}))
        if guess.nearly:
            schema, reads = guess.nearly
            wanted = dict(spec_of(schema).kind.titles)
            rows_of_bad = [str(n) for n in reads.rows]
            self.notes.lines.append(
                Fault(
                    "W-import-mixed",
                    place,
                    {"kind": wanted, "good": reads.good, "bad": reads.bad, "rows": rows_of_bad},
                )
            )
        if is_unique(column.values) and evidence.is_numbering(column.title) and self.count >= _REQUIRED_FROM:
            self.notes.lines.append(Fault("W-import-unique", place, {"rows": rows}))

    def _tell_rules(self, column: _Found) -> None:
        asked = column.asked
        formula = self.found.rules.formulas.get(column.at, "")
        if formula:
            self.notes.lost(formula, "formula", title=column.title, row=self._cell(column.at))
        unit = fold(column.values.unit)
        if column.schema.get("x-unit") == "yuan" and unit.endswith("元") and unit != "元":
            self.notes.became(column.name, "yuan", title=column.title, row=self._cell(column.at))
        if column.at in self.found.rules.hidden:
            self.notes.became(column.name, "seen", title=column.title, row=self._cell(column.at))
        if asked.unknown:
            self.notes.lost(asked.unknown, "validation", title=column.title, row=self._cell(column.at))


_NO_NAME = re.compile(r"(?:sheet|table|工作表|表格?)\s*\d*", re.IGNORECASE)
"""What programs call a sheet that nobody has named."""


def _offers(spec: FieldSpec, answers: Sequence[str]) -> bool:
    """Tell whether a field has all answers that a workbook offers."""
    titles = {fold(title) for choice in spec.choices for title in (str(choice.value), *choice.titles.values())}
    return {fold(answer) for answer in answers} <= titles


def _is_number(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") in ("number", "integer")
