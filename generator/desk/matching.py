"""Which column of a list of issues is what, and what its words stand for: drafted, then put right by people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalogue import Form
from generator.records.proposing import Proposal, propose
from generator.records.reading import Reading
from generator.statistics.columns import Columns, load_columns
from generator.wording import Lang, choose


@dataclass(frozen=True, slots=True)
class Word:
    """A word of theirs for a choice: of which field, what it stands for, and what it may stand for."""

    field: str
    theirs: str
    ours: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Matching:
    """Columns of a list with the fields that they are, nothing where they are left out; `fields`: what they may be."""

    columns: Sequence[tuple[str, str]] = ()
    fields: Sequence[str] = ()
    words: Sequence[Word] = ()

    @property
    def matched(self) -> int:
        """Return how many columns are read."""
        return sum(bool(ours) for _, ours in self.columns)

    def corrected(self, columns: Mapping[str, str], words: Mapping[tuple[str, str], str]) -> "Matching":
        """Return the matching as somebody put it right: fields by column, and choices by field and word."""
        ours = [(theirs, columns.get(theirs, field)) for theirs, field in self.columns]
        told = [replace(word, ours=words.get((word.field, word.theirs), word.ours)) for word in self.words]
        return replace(self, columns=ours, words=told)

    @property
    def text(self) -> str:
        """Return the matching as a map of the command line."""
        left = [_quoted(theirs) for theirs, ours in self.columns if not ours]
        lines = [f"ignore = [{', '.join(left)}]", "", "[columns]"]
        lines += [f"{_quoted(theirs)} = {_quoted(ours)}" for theirs, ours in self.columns if ours]
        for field in dict.fromkeys(word.field for word in self.words):
            lines += ["", f"[values.{_quoted(field)}]"]
            lines += [f"{_quoted(w.theirs)} = {_quoted(w.ours)}" for w in self.words if w.field == field and w.ours]
        return "\n".join(lines) + "\n"


def drafted(path: Path, registers: Sequence[Form], lang: Lang, zone: ZoneInfo) -> Matching:
    """Return what the columns of a file seem to be. `registers`: forms of lists that are like it.

    Raises RecordError where the file can't be read or no header is found in it.
    """
    counted = load_columns("issues")
    made = propose(path, [counted.source, *registers], Reading(), lang, zone)
    titles = _titles(counted, lang)
    columns = [(theirs, _field(names, titles)) for theirs, names in made.columns.items()]
    used = {ours for _, ours in columns}
    fields = [title for title, is_own in titles.items() if is_own or title in used]
    return Matching([*columns, *((theirs, "") for theirs in made.ignored)], fields, list(_words(made, used)))


def _titles(counted: Columns, lang: Lang) -> dict[str, bool]:
    """Return the titles of what is counted, and whether each is a field of its own, no other name of one."""
    others = {name for names in counted.described.get("other_names", {}).values() for name in names}
    return {choose(spec.titles, lang): spec.key not in others for spec in counted.source.rows.fields}


def _field(names: Sequence[str], titles: Mapping[str, bool]) -> str:
    known = [name for name in names if name in titles]
    return next((name for name in known if titles[name]), known[0] if known else "")


def _words(made: Proposal, used: set[str]) -> Any:
    for field, words in made.values.items():
        if field in used:
            for theirs, (ours, choices) in words.items():
                yield Word(field, theirs, ours, tuple(choices))


def _quoted(text: str) -> str:
    """Return a text as TOML's basic strings have it, which escape as JSON does, and DEL besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
