"""File names from a pattern: `{issue_no}-{customer_name}` filled from a record, made safe for every system."""

import difflib
import hashlib
import re
import unicodedata
from string import Formatter
from typing import Any

from generator.catalogue import FieldSpec
from generator.catalogue.form import choices_in
from generator.errors import BiaodanError, Place, UsageError, fail
from generator.files import MAX_NAME_BYTES, safe_name
from generator.job import Job
from generator.record import Values, lay_over, value_at
from generator.records.item import RawValues
from generator.records.names import find_path
from generator.records.normalise import normaliser
from generator.rules.mask import mask, mask_tree
from generator.wording import choose

DEFAULT_PATTERN = "{form}-{number}"
EXAMPLE = "{number}-{customer_name}"
NUMBER, POSITION, FORM = "number", "n", "form"
POSITION_DIGITS = 6
MARK_DIGITS = 8
_ROOM = 40
"""Bytes kept for what follows a stem: the mark of a twin, the language, the format, a temporary file's ending."""

_BREAK = re.compile(r"\s+")


class NamePattern:
    """A pattern of file names, read against a form.

    `{form}`, `{number}` (the record's own number), `{n}` (its place in the source), or any field by key or title.
    Raises UsageError (E-name-pattern, E-name-field) where it can't be read.
    """

    def __init__(self, text: str, job: Job) -> None:
        self.text, self.job = text, job
        form = job.form
        self.spec = form.record_spec
        self._reader = normaliser(form, job.policy.zone)
        self._keys: dict[object, str | None] = {}
        self.folders = [self._parts(part) for part in text.split("/")]
        names = {name for parts in self.folders for _, name in parts if name}
        self._fields = {name: self._field(name) for name in sorted(names) if name not in (NUMBER, POSITION, FORM)}
        self.identity = self._identity()
        self._needed = {path[0].key for path in (*self._fields.values(), *filter(None, [self.identity]))}
        wanted = {key: value for key, value in job.overrides.items() if self._is_needed(key)}
        self._overrides = self._reader.record(wanted, Place())[0].values
        wanted_of = (*self._fields.values(), *filter(None, [self.identity]))
        self._computed = [path for path in wanted_of if path[-1].derive or self._is_given(path)]

    def _is_given(self, path: tuple[FieldSpec, ...]) -> bool:
        """Tell whether a record that has no number is given one."""
        numbers = self.job.numbers
        return path == self.identity and numbers is not None and self.job.form.id in numbers.patterns

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

    def read(self, raw: RawValues) -> Values:
        """Return the values that a name may need, typed; what can't be read is absent: the work itself will tell."""
        record, _ = self._reader.record({k: v for k, v in raw.items() if self._is_needed(k)}, Place())
        lay_over(record.values, self._overrides)
        if any(_at(record.values, path) is None for path in self._computed):
            return self._derived(raw) or record.values
        return record.values

    def _derived(self, raw: RawValues) -> Values | None:
        """Return the whole record's values, for a number that the form computes; None where it can't be."""
        try:
            return self.job.pipeline.derived(self.job.source(raw))
        except BiaodanError:
            return None

    def _is_needed(self, name: object) -> bool:
        if name not in self._keys:
            path = find_path(self.spec, name) if isinstance(name, str) else None
            self._keys[name] = path[0].key if path else None
        return self._keys[name] in self._needed

    def number(self, values: Values) -> str:
        """Return the record's own number as text; empty where it has none."""
        value = _at(values, self.identity) if self.identity else None
        return "" if value is None else str(value)

    @property
    def hides_number(self) -> bool:
        """Tell whether the record's own number is masked."""
        return bool(self.job.masks and self.identity and self.identity[-1].sensitive)

    def shown(self, number: str) -> str:
        """Return the record's own number as names and the manifest have it; empty where masking leaves none of it."""
        if not number or not self.identity or not self.hides_number:
            return number
        masked = mask(number, self.identity[-1].sensitive, self.job.policy.masking)
        left = masked.replace(str(self.job.policy.masking["mark"]), "")
        return masked if any(character.isalnum() for character in left) else ""

    def stem(self, values: Values, number: str, position: int) -> str:
        """Return the path of a record's files below the folder, with `/`, without language and format.

        `number`: the record's own, as it is shown.
        """
        if self.job.masks:
            values = mask_tree(values, self.spec, self.job.policy.masking)
        words = {FORM: self.job.form.id, POSITION: f"{position:0{POSITION_DIGITS}}"}
        words[NUMBER] = number or words[POSITION]
        words |= {name: self._text(path, values) for name, path in self._fields.items()}
        segments = ["".join(lead + (words[name] if name else "") for lead, name in parts) for parts in self.folders]
        return "/".join(portable(segment) for segment in segments)

    def _text(self, path: tuple[FieldSpec, ...], values: Values) -> str:
        spec, value = path[-1], _at(values, path)
        if value is None:
            return ""
        return spec.kind.text(value, self.job.lang, choices_in(spec.choices, self.job.lang), spec.unit)


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


def _at(values: Values, path: tuple[FieldSpec, ...]) -> Any:
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


def fingerprint(content: bytes, secret: bytes = b"") -> int:
    """Return 63 bits that stand for a content; with a secret, only for those who know it."""
    return int.from_bytes(hashlib.sha256(secret + content).digest()[:8]) >> 1
