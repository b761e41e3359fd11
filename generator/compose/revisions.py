"""Corrections: a document that says what it corrects and why, field by field, or that it is void."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.compose.faces import Faces
from generator.document import Block, Document, Inline, ListBlock, Note, Strong, Text
from generator.record import Values
from generator.wording import phrase

TOLD = 100
"""Changes that the head of a document lists; of more it says how many."""


@dataclass(frozen=True)
class Revision:
    """Why documents take the place of earlier ones, for the n-th time; or why they are `void`.

    `formers`: what the earlier ones said, typed, by the number of the record; by an empty one where there is but one.
    """

    reason: str
    number: int = 0
    void: bool = False
    formers: Mapping[str, Values] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Return what the names of the files end with."""
        return "void" if self.void else f"r{self.number}"

    def former(self, identity: str) -> Values | None:
        """Return what the earlier document of a number said, None where that isn't known."""
        return self.formers.get(identity, self.formers.get(""))


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was corrected: what it is called, what it was and what it is, as paper shows it."""

    label: str
    before: str
    after: str


def revised(document: Document, revision: Revision, faces: Faces, former: Values | None, now: Values) -> Document:
    """Return a document that says at its head what it is a correction of; `former` and `now`: as paper shows them."""
    lang = faces.lang
    name = "revision.void" if revision.void else "revision.corrected"
    said = phrase(f"{name}_note", lang).format(number=revision.number)
    lead = (Strong((Text(phrase(f"{name}_lead", lang).format(number=revision.number)),)), Text(said))
    why = Text(phrase("revision.reason", lang).format(reason=revision.reason.rstrip("。.")))
    blocks: list[Block] = [Note((*lead, why))]
    changed = list(changes(faces.form.root, former, now, faces)) if former is not None and not revision.void else []
    told = [_told(change, faces) for change in changed[:TOLD]]
    if len(changed) > TOLD:
        told.append((Text(phrase("revision.more", lang).format(count=len(changed) - TOLD)),))
    if told:
        blocks.append(ListBlock(tuple(told), ordered=len(told) > 1))
    title = phrase(f"{name}_title", lang).format(title=document.title)
    return replace(document, title=title, mark=revision.mark, blocks=(*blocks, *document.blocks))


def _told(change: Change, faces: Faces) -> tuple[Inline, ...]:
    nothing = phrase("revision.nothing", faces.lang)
    said = phrase("revision.change", faces.lang)
    text = said.format(before=change.before or nothing, after=change.after or nothing)
    return (Strong((Text(change.label),)), Text(text))


def changes(spec: FieldSpec, former: Values, now: Values, faces: Faces, above: str = "") -> Iterator[Change]:
    """Yield the printed values of a section, or of a record, that differ; within a table by the number of the row."""
    for child in spec.shown:
        before, after = former.get(child.key), now.get(child.key)
        if before == after or _counts(child):
            continue
        label = f"{above}{child.title(faces.lang)}"
        if child.shape == "value":
            yield Change(label, faces.text(child, before), faces.text(child, after))
        elif child.shape == "section":
            yield from changes(child, before or {}, after or {}, faces, f"{label} · ")
        else:
            yield from _of_rows(child, list(before or ()), list(after or ()), faces, label)


def _of_rows(
    spec: FieldSpec, before: Sequence[Any], after: Sequence[Any], faces: Faces, label: str
) -> Iterator[Change]:
    """Yield the rows that were changed, put in or taken out; each by the number that it has, or had."""
    ours, theirs = [[_sign(spec, row) for row in rows] for rows in (before, after)]
    for _, i, until_i, j, until_j in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        both = min(until_i - i, until_j - j)
        for n in range(both):
            yield from _of_row(spec, before[i + n], after[j + n], faces, _row(label, j + n, faces))
        yield from (Change(_row(label, n, faces), _line(spec, before[n], faces), "") for n in range(i + both, until_i))
        yield from (Change(_row(label, n, faces), "", _line(spec, after[n], faces)) for n in range(j + both, until_j))


def _sign(spec: FieldSpec, row: Any) -> str:
    """Return what a row is known by: the columns that tell rows apart, else all that it says but for its number."""
    if not isinstance(row, Mapping):
        return repr(row)
    told = [row.get(key) for key in spec.table.unique]
    if told and None not in told:
        return repr(told)
    return repr({key: value for key, value in row.items() if not _counts(spec.child(key))})


def _counts(spec: FieldSpec | None) -> bool:
    """Tell whether a column is the running number of its rows."""
    return bool(spec and spec.derive and spec.derive.value == "row_number")


def _of_row(spec: FieldSpec, before: Any, after: Any, faces: Faces, label: str) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from changes(spec, before, after, faces, f"{label} · ")
    else:
        yield Change(label, _line(spec, before, faces), _line(spec, after, faces))


def _row(label: str, index: int, faces: Faces) -> str:
    return phrase("revision.row", faces.lang).format(label=label, number=index + 1)


def _line(spec: FieldSpec, row: Any, faces: Faces) -> str:
    """Return a row as a line of text."""
    if not isinstance(row, Mapping):
        return str(row)
    texts = (faces.text(child, row[child.key]) for child in spec.shown if child.shape == "value" and child.key in row)
    return phrase("logged", faces.lang).join(filter(None, texts))
