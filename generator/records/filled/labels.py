"""Fields found by what is printed beside their boxes: labels, sections, columns, boxes that were ticked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from generator.catalogue.form import FieldSpec, Form
from generator.kinds.raw import fold
from generator.wording import LANGS, Lang, choose, phrase

EMPTY, TICKED = "☐□◻⬜○", "☑☒■✓✔√✅●◉◼Vvx×XＸｘ"
"""Marks of boxes that aren't ticked, and of those that are, as programs and people make them."""

_HINT = "\u2003"
"""What parts a heading from the hint behind it."""

_SURE = "☑☒■✓✔√✅●◉◼×"
"""Those that stand in no label."""

_LETTERS = frozenset(TICKED) - frozenset(_SURE)
"""Those that are letters: where one stands before each label, none of whose boxes is left, all were ticked."""


@dataclass(slots=True)
class Labels:
    """The fields of a form by their labels; of several with one label each is found once, in the order of the form."""

    form: Form
    section: str = ""
    """Pointer of the section that is being read."""

    _found: set[str] = field(default_factory=set)
    _named: dict[str, list[tuple[str, FieldSpec]]] = field(default_factory=dict)
    _sections: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for pointer, spec in _walk(self.form.root, ""):
            for name in names_of(spec):
                if spec.shape == "value":
                    self._named.setdefault(name, []).append((pointer, spec))
                else:
                    self._sections.setdefault(name, pointer)

    def enter(self, heading: str) -> None:
        """Take note of a heading that was passed."""
        name = fold(heading.partition(_HINT)[0])
        titles = [title for title in self._sections if name.endswith(title)]
        self.section = self._sections[max(titles, key=len)] if titles else self.section

    def take(self, label: str) -> tuple[str, FieldSpec] | None:
        """Return the next field of a label; None where no field has it, or each of them was found."""
        named = [one for one in self._named.get(fold(label), ()) if one[0] not in self._found]
        if not named:
            return None
        inside = [one for one in named if self.section and one[0].startswith(f"{self.section}/")]
        found = (inside or named)[0]
        self._found.add(found[0])
        return found

    def mark(self, pointer: str) -> None:
        """Take note that a field was found otherwise."""
        self._found.add(pointer)

    def leading(self, text: str) -> tuple[str, FieldSpec, str] | None:
        """Return the field whose label a text begins with, and what follows it; None where it begins with none."""
        for mark in ("：", ": ", ":"):
            label, found, rest = text.partition(mark)
            if found and (taken := self.take(label)):
                return (*taken, rest.strip())
        return None

    def parts(self, text: str) -> list[tuple[str, FieldSpec, str]]:
        """Return the fields whose labels stand in a line, parted by semicolons, each with what follows its label."""
        parts: list[tuple[str, FieldSpec, str]] = []
        for piece in _PIECES.split(text):
            found = None if _PIECES.fullmatch(piece) else self.leading(piece.strip())
            if found:
                parts.append(found)
            elif parts:
                parts[-1] = (*parts[-1][:2], parts[-1][2] + piece)
            elif piece.strip():
                return []
        return [(pointer, spec, rest.rstrip("；;")) for pointer, spec, rest in parts]

    def knows(self, label: str) -> bool:
        """Tell whether a text is the label of a field that wasn't found yet."""
        return any(pointer not in self._found for pointer, _ in self._named.get(fold(label), ()))

    def is_label(self, text: str) -> bool:
        """Tell whether a text is the label of any field."""
        return fold(text) in self._named

    def beginning(self, text: str) -> tuple[str, FieldSpec, str] | None:
        """Return the field whose label a line begins with, with its answer behind it in the same line."""
        for found in _LABEL_ENDS.finditer(text):
            if self.knows(text[: found.start()]) and text[found.end() :].strip():
                taken = self.take(text[: found.start()])
                return (*taken, text[found.end() :].strip()) if taken else None
        return None

    def headed(self, heading: str) -> tuple[str, FieldSpec] | None:
        """Return the field of a heading that has lines to write on beneath it."""
        return self.take(_NUMBERING.sub("", heading)) if heading else None


_PIECES = re.compile("([；;])")
_LABEL_ENDS = re.compile(r"\s*[*＊]\s*[:：]?|\s*[:：]\s*|\s+")
_NUMBERING = re.compile(r"^\s*(?:[一二三四五六七八九十]+|\d+)[、.．\s]\s*")


def _walk(spec: FieldSpec, above: str) -> Iterator[tuple[str, FieldSpec]]:
    for child in spec.fields:
        at = f"{above}/{child.step}"
        yield at, child
        if child.shape == "section":
            yield from _walk(child, at)


def repeats_of(form: Form) -> dict[str, FieldSpec]:
    """Return the repeats of a form by their pointers; the rows of a table form are one.

    Left out are those whose rows hold sections or tables: what stands in these has boxes of its own.
    """
    return {at: spec for at, spec in _walk(form.root, "") if spec.shape == "repeat" and not spec.holds_parts}


def repeat_of(form: Form, pointer: str) -> tuple[str, FieldSpec] | None:
    """Return the innermost repeat, and its pointer, in whose rows a box stands; None for a box that is in none."""
    at = pointer
    while at:
        at, _, step = at.rpartition("/")
        spec = form.spec_at(at) if step.isdecimal() and at else None
        if spec is not None and spec.shape == "repeat":
            return None if spec.holds_parts else (at, spec)
    return None


@lru_cache(maxsize=8192)
def names_of(spec: FieldSpec) -> frozenset[str]:
    """Return what a field is called on paper of any language."""
    return frozenset(fold(choose(spec.titles, lang)) for lang in LANGS)


def columns_of(spec: FieldSpec, labels: Sequence[str]) -> dict[int, str]:
    """Return the keys of a repeat's fields by the places of the columns whose labels they are."""
    named = _keys_by_name(spec)
    return {at: named[name] for at, label in enumerate(labels) if label and (name := folded(label)) in named}


def sides_of(columns: Mapping[int, str]) -> list[Mapping[int, str]]:
    """Return the columns of each side of a table that has two rows side by side, under the same labels."""
    sides: list[dict[int, str]] = []
    for at, key in sorted(columns.items()):
        if not sides or key in sides[-1].values():
            sides.append({})
        sides[-1][at] = key
    alike = len({frozenset(side.values()) for side in sides}) == 1
    return list[Mapping[int, str]](sides) if alike else [columns]


def folded(text: str) -> str:
    """Return a text as labels are compared: the same short ones stand on all papers of a form."""
    return _kept(text) if len(text) <= _SHORT else fold(text)


_SHORT = 60
_kept = lru_cache(maxsize=8192)(fold)


@lru_cache(maxsize=1024)
def _keys_by_name(spec: FieldSpec) -> dict[str, str]:
    named: dict[str, str] = {}
    for child in spec.fields:
        for name in names_of(child):
            named.setdefault(name, child.key)
    return named


def is_total(text: str) -> bool:
    """Tell whether a row's first cell says that the row is a sum."""
    return fold(text) in _totals()


@lru_cache(maxsize=1)
def _totals() -> frozenset[str]:
    return frozenset(fold(phrase("total", lang)) for lang in LANGS)


def ticked(spec: FieldSpec, text: str) -> list[str] | None:
    """Return the labels that are ticked in a text with boxes before them; None where it isn't such a text.

    People tick before a label or behind it, over the box or beside it.
    """
    has_boxes = any(mark in text for mark in EMPTY + _SURE)
    for lang in LANGS:
        labels = labels_of(spec, lang)
        gaps = _gaps(text, labels)
        if gaps is None:
            continue
        if has_boxes:
            numbers = _chosen(gaps)
            if numbers is None:
                return None
            chosen = [label for n, label in enumerate(labels) if n in numbers]
            return chosen or [label for label in labels if any(_bare(gap) == fold(label) for gap in gaps)]
        if all(gap.strip() in _LETTERS for gap in gaps[:-1]):
            return labels
    return None


def _bare(gap: str) -> str:
    """Return what stands between labels besides boxes: it may be an answer that was typed beside them."""
    return fold("".join(c for c in gap if c not in EMPTY))


def labels_of(spec: FieldSpec, lang: Lang) -> list[str]:
    """Return the labels of a field's choices in a language, those of yes and no where it has none of its own."""
    if not spec.choices:
        return [phrase("answer.yes", lang), phrase("answer.no", lang)]
    return [choose(choice.titles, lang) for choice in spec.choices]


def _gaps(text: str, labels: Sequence[str]) -> list[str] | None:
    """Return what stands before each label, and behind the last; None where the labels don't all follow each other."""
    gaps, at = [], 0
    for label in labels:
        found = text.find(label, at)
        if found < 0:
            return None
        gaps.append(text[at:found])
        at = found + len(label)
    return [*gaps, text[at:]]


def _chosen(gaps: Sequence[str]) -> set[int] | None:
    """Return the numbers of the labels that are ticked; None where it can't be told whose a tick is.

    Where a mark stands before each label, or behind each, they are the labels' own. Else one behind a box is that of
    the label that follows, and another that of what it touches: a label, or the next box.
    """
    marks = [_MARK.findall(gap) for gap in gaps]
    counts = [len(found) for found in marks]
    if set(counts[:-1]) == {1} and not counts[-1]:
        return {n for n, (mark,) in enumerate(marks[:-1]) if mark[0] in TICKED}
    if set(counts[1:]) == {1} and not counts[0]:
        return {n for n, (mark,) in enumerate(marks[1:]) if mark[0] in TICKED}
    chosen = {0} if _TICK.search(gaps[0]) else set()
    for n, gap in enumerate(gaps[1:], 1):
        claimed = _claimed(gap, is_last=n == len(gaps) - 1)
        if claimed is None:
            return None
        chosen |= {n + step for step in claimed}
    return chosen


def _claimed(gap: str, *, is_last: bool) -> set[int] | None:
    """Return which labels are ticked in a gap: -1 the one before it, 0 the one behind; None where it is unclear."""
    found = set[int]()
    if _has_box(gap) and not is_last and _TICK.search(gap[_last_box(gap) :]):
        found.add(0)
    part = gap[: _first_box(gap)] if _has_box(gap) else gap
    for tick in _TICK.finditer(part):
        before, behind = part[: tick.start()][-1:], part[tick.end() :]
        to_left = not before.isspace() or before == _BOND
        to_right = not is_last and not behind.strip(_BOND)
        if to_left == to_right:
            return None
        found.add(-1 if to_left else 0)
    return found


_BOND = "\u00a0"
"""What keeps a box beside its label."""

_TICK = re.compile(f"[{_SURE}]+|(?<![A-Za-z0-9])[{''.join(sorted(_LETTERS))}](?![A-Za-z0-9])")
"""A tick; a letter is one where it stands alone."""

_MARK = re.compile(f"[{EMPTY}]|{_TICK.pattern}")


def _has_box(text: str) -> bool:
    return any(mark in text for mark in EMPTY)


def _first_box(text: str) -> int:
    """Return where the first mark of a box is: what stands before it belongs to the label before."""
    places = [text.find(mark) for mark in EMPTY if mark in text]
    return min(places) if places else 0


def _last_box(text: str) -> int:
    """Return where the last mark of a box begins; the start where there is none."""
    return max((text.rfind(mark) for mark in EMPTY), default=0) if _has_box(text) else 0
