"""File names from a pattern: `{issue_no}-{customer_name}` filled from a record, made safe for every system."""

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from string import Formatter
from typing import Any

from generator.api import Job, overlay
from generator.catalogue import FieldSpec
from generator.catalogue.form import choices_in
from generator.errors import BiaodanError, Place, UsageError, fail
from generator.files import MAX_NAME_BYTES, safe_name
from generator.formats import text_of
from generator.record import Record, value_at
from generator.records.normalise import find_path, normaliser
from generator.rules.mask import mask_tree
from generator.wording import choose

DEFAULT_PATTERN = "{form}-{number}"
EXAMPLE = "{number}-{customer_name}"
NUMBER, POSITION, FORM = "number", "n", "form"
POSITION_DIGITS = 6
MARK_DIGITS = 8
_ROOM = 40
"""Bytes kept for what follows a stem: the mark of a twin, the language, the format, a temporary file's ending."""

_BREAK = re.compile(r"\s+")


class Pattern:
    """A pattern of file names, read against a form.

    `{form}`, `{number}` (the record's own number), `{n}` (its place in the source), or any field by key or title.
    Raises UsageError (E-name-pattern, E-name-field) where it can't be read.
    """

    def __init__(self, text: str, job: Job) -> None:
        self.text, self.job = text, job
        form = job.form
        self.spec = form.rows if form.is_table else form.root
        self._masks = form.mask if job.mask is None else job.mask
        self._reader = normaliser(form, job.policy.zone)
        self._ways: dict[str, str | None] = {}
        self.folders = [self._parts(part) for part in text.split("/")]
        names = {name for parts in self.folders for _, name in parts if name}
        self._fields = {name: self._field(name) for name in sorted(names) if name not in (NUMBER, POSITION, FORM)}
        self.identity = self._identity()
        self._needed = {path[0].key for path in (*self._fields.values(), *filter(None, [self.identity]))}
        self._given = self._reader.record({k: v for k, v in job.given.items() if self._is_needed(k)}, Place())[0]
        self._computed = [p for p in (*self._fields.values(), *filter(None, [self.identity])) if p[-1].derive]

    def _parts(self, text: str) -> list[tuple[str, str | None]]:
        try:
            parts = _parse(text)
        except ValueError:
            raise fail(UsageError, "E-name-pattern", Place("--name"), example=EXAMPLE) from None
        if not text.strip(" ."):
            raise fail(UsageError, "E-name-pattern", Place("--name"), example=EXAMPLE)
        return parts

    def _field(self, name: str) -> tuple[FieldSpec, ...]:
        path = find_path(self.spec, name)
        if path is None or path[-1].shape != "value":
            known = [f.key for f in self.spec.fields] + [choose(f.titles, self.job.lang) for f in self.spec.fields]
            near = difflib.get_close_matches(name, known, 3, 0.5) or [NUMBER, POSITION, FORM]
            raise fail(UsageError, "E-name-field", Place("--name"), name=name, near=near)
        return path

    def _identity(self) -> tuple[FieldSpec, ...] | None:
        """Return the way to the record's own number, where the form has one."""
        if not self.job.form.identity:
            return None
        spec, path = self.job.form.root, []
        for step in self.job.form.identity.split("/")[1:]:
            child = spec.child(step)
            if child is None:
                return None
            path.append(child)
            spec = child
        return tuple(path)

    def read(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values that a name may need, typed; what can't be read is absent: the work itself will tell."""
        record, _ = self._reader.record({k: v for k, v in raw.items() if self._is_needed(k)}, Place())
        overlay(record, self._given)
        if any(_at(record.typed, path) is None for path in self._computed):
            return self._judged(raw, record)
        return record.typed

    def _judged(self, raw: Mapping[str, Any], record: Record) -> Mapping[str, Any]:
        """Return the whole record's values, for a number that the form computes."""
        try:
            judged = next(self.job.judged(self.job.source(raw)), None)
        except BiaodanError:
            judged = None
        return judged[0].typed if judged else record.typed

    def _is_needed(self, name: Any) -> bool:
        if name not in self._ways:
            path = find_path(self.spec, name) if isinstance(name, str) else None
            self._ways[name] = path[0].key if path else None
        return self._ways[name] in self._needed

    def number(self, values: Mapping[str, Any]) -> str:
        """Return the record's own number as text; empty where it has none."""
        value = _at(values, self.identity) if self.identity else None
        return "" if value is None else str(value)

    def stem(self, values: Mapping[str, Any], number: str, position: int) -> str:
        """Return the path of a record's files below the folder, with `/`, without language and format."""
        if self._masks:
            values = mask_tree(values, self.spec, self.job.policy.masking)
        words = {FORM: self.job.form.id, POSITION: f"{position:0{POSITION_DIGITS}}"}
        words[NUMBER] = number or words[POSITION]
        words |= {name: self._text(path, values) for name, path in self._fields.items()}
        segments = ["".join(lead + (words[name] if name else "") for lead, name in parts) for parts in self.folders]
        return "/".join(portable(segment) for segment in segments)

    def _text(self, path: tuple[FieldSpec, ...], values: Mapping[str, Any]) -> str:
        spec, value = path[-1], _at(values, path)
        if value is None:
            return ""
        return text_of(value, spec.kind, self.job.lang, choices_in(spec.choices, self.job.lang), spec.unit)


def _parse(text: str) -> list[tuple[str, str | None]]:
    """Return the parts of a pattern: text, and the name that follows it.

    Raises ValueError for a brace without its other, an empty name, or anything but a name between braces.
    """
    parts = []
    for literal, name, spec, conversion in Formatter().parse(text):
        if name is not None and (not name.strip() or spec or conversion or set(name) & set("[]!")):
            raise ValueError(name)
        parts.append((literal, name.strip() if name else None))
    return parts


def _at(values: Mapping[str, Any], path: tuple[FieldSpec, ...]) -> Any:
    return value_at(values, "".join(f"/{spec.step}" for spec in path))


def portable(text: str) -> str:
    """Return a name that Windows, macOS and Linux take, with room for what follows it."""
    return safe_name(_BREAK.sub(" ", text))


def marked(stem: str, mark: str) -> str:
    """Return a stem with a mark that tells it from its twins, within the length that names may have."""
    folder, slash, name = stem.rpartition("/")
    ending = f"-{mark}"
    while len((name + ending).encode()) > MAX_NAME_BYTES - _ROOM:
        name = name[:-1]
    return f"{folder}{slash}{name.rstrip(' .')}{ending}"


def key_of(stem: str) -> int:
    """Return what names have in common that some system takes for the same: case and composition of characters."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", stem).casefold())
    return fingerprint(folded.encode())


def fingerprint(content: bytes) -> int:
    """Return 63 bits that stand for a content."""
    return int.from_bytes(hashlib.sha256(content).digest()[:8]) >> 1
