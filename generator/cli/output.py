"""Where documents go: what -o and -f say, and the names of files."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from generator.cli.own import usual_formats
from generator.document import Document, Purpose
from generator.errors import Place, UsageError, fail
from generator.files import safe_name
from generator.wording import DEFAULT_LANG, Lang

DEFAULT_FORMATS = ("docx", "xlsx", "pdf")
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
_LETTER = re.compile("[a-z]")


@dataclass(frozen=True, slots=True)
class Target:
    """A file to be written."""

    path: Path
    format: str


@dataclass(frozen=True, slots=True)
class Output:
    """What -o and -f say: a folder and formats, or one file."""

    out: Path
    formats: tuple[str, ...]
    is_file: bool

    def targets(self, stems: Sequence[str], lang: Lang) -> list[list[Target]]:
        """Return for each document its files; names that collide are counted on.

        Raises UsageError (E-out-one) when one file is to take several documents.
        """
        if self.is_file:
            if len(stems) > 1:
                raise fail(UsageError, "E-out-one", Place(str(self.out)), count=len(stems))
            return [[Target(self.out, self.formats[0])] for _ in stems]
        suffix = "" if lang == DEFAULT_LANG else f".{lang}"
        return [
            [Target(self.out / f"{stem}{suffix}.{format}", format) for format in self.formats]
            for stem in _distinct(stems)
        ]


def _distinct(stems: Iterable[str]) -> Iterator[str]:
    """Yield names that differ even where upper and lower case don't."""
    taken: set[str] = set()
    for stem in stems:
        tries = chain([stem], (f"{stem}-{count}" for count in range(2, sys.maxsize)))
        name = next(name for name in tries if name.casefold() not in taken)
        taken.add(name.casefold())
        yield name


def output_of(out: str, formats: str | None, usual: tuple[str, ...] = ()) -> Output:
    """Return where to write; `usual`: the formats where none is named.

    Raises UsageError for a format (E-output-format) or suffix (E-out-format) that isn't known, or a suffix that isn't
    the format (E-out-suffix).
    """
    chosen, suffix = _chosen(formats), _file_suffix(out)
    if not suffix:
        return Output(Path(out), chosen or usual or _usual(), False)
    if chosen not in ((), (suffix,)):
        raise fail(UsageError, "E-out-suffix", Place(out))
    return Output(Path(out), (suffix,), True)


def _file_suffix(out: str) -> str:
    """Return the format that a file's suffix names; nothing for a folder.

    A suffix without a Latin letter is part of a folder's name, as in 2024.05 or v1.2; so is any but a format in a URL,
    where buckets have dots in their names. Raises UsageError (E-out-format) for one that names no format.
    """
    from generator.writers import formats, is_known

    suffix = Path(out).suffix.lstrip(".").lower()
    if out.endswith(_SEPARATORS) or not _LETTER.search(suffix) or _is_folder(out):
        return ""
    if is_known(suffix):
        return suffix
    if "://" in out:
        return ""
    raise fail(UsageError, "E-out-format", Place(out), known=list(formats()))


def _is_folder(out: str) -> bool:
    try:
        return Path(out).is_dir()
    except OSError:  # a name that no folder can have; writing says so
        return False


def formats_of(formats: str | None, usual: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the formats that -f names, else the usual ones: of the command, of the desk, or all three.

    Raises UsageError (E-output-format) for one that isn't known.
    """
    return _chosen(formats) or usual or _usual()


def _usual() -> tuple[str, ...]:
    return usual_formats() or DEFAULT_FORMATS


def _chosen(formats: str | None) -> tuple[str, ...]:
    from generator.writers import is_known, writer

    chosen = tuple(dict.fromkeys(f.strip().lower() for f in (formats or "").split(",") if f.strip()))
    for name in chosen:
        if not is_known(name):
            writer(name)
    return chosen


def stem_of(document: Document, identity: str = "") -> str:
    """Return a document's file name without suffix: the form, and what tells the record apart."""
    purpose = "" if document.purpose is Purpose.FILLED else str(document.purpose)
    parts = [document.form, purpose, safe_name(identity) if identity else "", document.mark]
    return "-".join(part for part in parts if part)
