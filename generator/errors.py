"""Faults and the exceptions that carry them.

A fault has a code, a place, what is wrong and what to do. Its sentence is looked up when it is shown, so that one fault
reads well in every language; it never holds a personal value.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, TypeVar

from generator import wording
from generator.wording import DEFAULT_LANG, Lang


def pointer_step(part: str | int) -> str:
    """Return a key or index as a step of a JSON Pointer (RFC 6901, 3)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def pointer_key(step: str) -> str:
    """Return the key that a step of a JSON Pointer stands for."""
    return step.replace("~1", "/").replace("~0", "~")


def at_pointer(root: Any, pointer: str) -> Any:
    """Return what a JSON Pointer names in mappings and lists; None where that is nothing."""
    node = root
    for step in pointer.split("/")[1:]:
        key = pointer_key(step)
        if isinstance(node, Mapping):
            node = node.get(key)
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault lies: a file, a row or cell in it, and the field (title by language, JSON Pointer)."""

    file: str = ""
    row: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    pointer: str = ""
    boxes: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Of a filled document: where in it each field stands, by pointer."""

    def text(self, lang: Lang) -> str:
        """Return for instance `issues.csv:3: 优先级 (/priority)`."""
        row = _spoken_row(self.row, lang)
        where = f"{self.file}:{row}" if self.file and row else self.file or row
        title = wording.choose(self.titles, lang) if self.titles else ""
        what = f"{title} ({self.pointer})" if title and self.pointer else title or self.pointer
        return ": ".join(part for part in (where, what) if part)


def _spoken_row(row: str, lang: Lang) -> str:
    """Return where something is: a document's paragraph, page or row of a table by its number, else as it stands."""
    name, *numbers = row.split(":")
    known = name in _PARTS and numbers and all(number.isdigit() for number in numbers)
    return wording.phrase(f"where.{name}", lang, "faults").format(*numbers) if known else row


_PARTS = frozenset({"table", "paragraph", "page", "paged", "header", "footer", "footnote", "endnote", "property"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with its code (`E-…` stops, `W-…` warns), place and the figures of its sentence."""

    code: str
    place: Place = field(default_factory=Place)
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """Tell whether the work goes on in spite of this fault."""
        return self.code.startswith("W-")

    def text(self, lang: Lang = DEFAULT_LANG) -> str:
        """Return the whole line that a user reads, ending in the code."""
        place, sentence = self.place.text(lang), self.sentence(lang)
        return f"{place}: {sentence} [{self.code}]" if place else f"{sentence} [{self.code}]"

    def sentence(self, lang: Lang = DEFAULT_LANG) -> str:
        """Return what is wrong and what to do, without the place."""
        return wording.phrase(self.code, lang, "faults").format_map(_Worded(self.params, lang))

    def at(self, *, file: str = "", row: str = "") -> "Fault":
        """Return the same fault with the file and row that only an outer layer knows."""
        place = replace(self.place, file=self.place.file or file, row=self.place.row or row)
        return replace(self, place=place)

    def in_document(self, boxes: Mapping[str, str]) -> "Fault":
        """Return the same fault with the box that it lies in: its own, or that of what it is part of."""
        at = self.place.pointer
        while at and at not in boxes:
            at = at.rpartition("/")[0]
        return replace(self, place=replace(self.place, row=boxes[at])) if at else self


class _Worded(dict[str, Any]):
    """Parameters of a sentence, each in the language of the sentence."""

    def __init__(self, params: Mapping[str, Any], lang: Lang) -> None:
        super().__init__({name: _spoken(value, lang) for name, value in params.items()})


def _spoken(value: Any, lang: Lang) -> Any:
    if isinstance(value, Mapping):
        return wording.choose(value, lang)
    if isinstance(value, (list, tuple)):
        separator = ", " if lang == "en" else "、"
        return separator.join(str(_spoken(item, lang)) for item in value)
    return value


_PLAIN = re.compile(r"/?[A-Za-z_][A-Za-z0-9_./$-]*")
_FEW_DIGITS, _SHOWN = 3, 40


def may_be_value(name: str) -> bool:
    """Tell whether the name of a key may be a value in the wrong place: a person's name, a number, an address.

    A word of ASCII letters that holds hardly a digit is taken for a name.
    """
    return not _PLAIN.fullmatch(name) or sum(map(str.isdigit, name)) > _FEW_DIGITS


def quoted(name: str) -> Mapping[str, str]:
    """Return a name as the sentences of faults quote it, a long one cut; by language."""
    cut = name if len(name) <= _SHOWN else name[:_SHOWN] + "…"
    safe = cut.encode("utf-8", "replace").decode("utf-8")
    return {"zh-Hans": f"“{safe}”", "zh-Hant": f"「{safe}」", "en": f'"{safe}"'}


def unnamed(phrase: str, **figures: object) -> Mapping[str, str]:
    """Return what stands in a sentence for a name that isn't shown; by language."""
    return {lang: wording.phrase(f"unnamed.{phrase}", lang, "cli").format_map(figures) for lang in wording.LANGS}


class BiaodanError(Exception):
    """Root of all errors that a user can mend; carries every fault that was found."""

    exit_code = 1

    def __init__(self, faults: Iterable[Fault] | Fault) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(fault.text() for fault in self.faults)


class RecordError(BiaodanError):
    """A record, or the file that holds it, is wrong.

    `raw`: the record as its source gave it, as far as it could be read, or what stood in its place; None where
    the whole file is wrong.
    """

    raw: Any = None


class SchemaError(BiaodanError):
    """A schema, policy or template is wrong."""


class WriteError(BiaodanError):
    """A document can't be written: what it holds doesn't fit the format, or the place can't take it."""


class UsageError(BiaodanError):
    """The command or function was called wrongly."""

    exit_code = 2


class MachineError(BiaodanError):
    """The machine lacks something that must be installed."""

    exit_code = 3


def is_unforeseen(error: BaseException) -> bool:
    """Tell whether an exception is a fault of the work at hand that no code of ours has named.

    A panic of a library in Rust is one too, although it isn't an Exception; an interrupt isn't.
    """
    return isinstance(error, Exception) or type(error).__name__ == _PANIC


_PANIC = "PanicException"


def faults_of(error: BaseException, place: Place) -> tuple[Fault, ...]:
    """Return what an exception says of the record at a place: its faults, or that the record can't be made.

    Raises the exception again where not the record is at fault: a machine that lacks something, an interrupt.
    """
    if isinstance(error, MachineError) or not is_unforeseen(error):
        raise error
    if isinstance(error, BiaodanError):
        return tuple(fault.at(file=place.file, row=place.row) for fault in error.faults)
    where = _innermost(error.__traceback__)
    return (Fault("E-record-failed", place, {"what": type(error).__name__, "where": where}),)


def _innermost(trace: TracebackType | None) -> str:
    """Return module and line of ours where an exception arose; nothing that it was given."""
    where = ""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith(f"{__package__}."):
            where = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where


Kind = TypeVar("Kind", bound=BiaodanError)


def fail(kind: type[Kind], code: str, place: Place | None = None, **params: object) -> Kind:
    """Return an error of `kind` with a single fault, to be raised by the caller."""
    return kind(Fault(code, place or Place(), params))
