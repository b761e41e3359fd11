"""Where documents go: what -o and -f say, and the names of files."""

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from generator.cli.faults import speaks_json
from generator.cli.own import usual_formats
from generator.cli.telling import put, say_path, say_written
from generator.document import Document, Purpose
from generator.errors import Place, UsageError, fail
from generator.files import Write, safe_name, write_to, write_whole
from generator.wording import DEFAULT_LANG, Lang

DEFAULT_FORMATS = ("docx", "xlsx", "pdf")
STDOUT = "-"
"""What -o says for standard output; a file of that name is `./-`."""

TEXT = "text"
"""What a text on standard output is counted as."""

_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
_LETTER = re.compile("[a-z]")


@dataclass(frozen=True, slots=True)
class Target:
    """A file to be written."""

    path: Path
    format: str
    is_stdout: bool = False
    """Whether it is no file, but standard output."""


@dataclass(frozen=True, slots=True)
class Output:
    """What -o and -f say: a folder and formats, or one file."""

    out: Path
    formats: tuple[str, ...]
    is_file: bool
    is_stdout: bool = False

    def targets(self, stems: Sequence[str], lang: Lang) -> list[list[Target]]:
        """Return for each document its files; names that collide are counted on.

        Raises UsageError (E-out-one) when one file is to take several documents.
        """
        if self.is_file:
            if len(stems) > 1:
                raise fail(UsageError, "E-out-one", Place(str(self.out)), count=len(stems))
            return [[self.one()] for _ in stems]
        suffix = "" if lang == DEFAULT_LANG else f".{lang}"
        return [
            [Target(self.out / f"{stem}{suffix}.{format}", format) for format in self.formats]
            for stem in _distinct(stems)
        ]

    def one(self) -> Target:
        """Return the one file, or standard output."""
        return Target(self.out, self.formats[0], self.is_stdout)


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
    the format (E-out-suffix); for standard output that can't take a document as `_standard_output` does.
    """
    chosen = _chosen(formats)
    if out == STDOUT:
        return _standard_output(chosen or usual or _usual())
    suffix = _file_suffix(out)
    if not suffix:
        return Output(Path(out), chosen or usual or _usual(), False)
    if chosen not in ((), (suffix,)):
        raise fail(UsageError, "E-out-suffix", Place(out))
    return Output(Path(out), (suffix,), True)


def _standard_output(formats: tuple[str, ...]) -> Output:
    """Return standard output as the place of one document.

    Raises UsageError for several formats (E-out-stdout), together with --json (E-out-json), on a terminal
    (E-out-terminal).
    """
    if len(formats) != 1:
        raise fail(UsageError, "E-out-stdout", Place("-o"), known=list(formats))
    if speaks_json():
        raise fail(UsageError, "E-out-json", Place("-o"))
    refuse_terminal()
    return Output(Path(STDOUT), formats, True, True)


def refuse_terminal() -> None:
    """Raise UsageError (E-out-terminal) where standard output is a terminal, which shows no document."""
    if sys.stdout.isatty():
        raise fail(UsageError, "E-out-terminal", Place("-o"))


def refuse_suffix(out: str, known: Sequence[str]) -> None:
    """Return if a file's suffix is one of the known ones, or it is standard output.

    Raises UsageError (E-out-text) otherwise, and for standard output together with --json (E-out-json).
    """
    if out == STDOUT:
        if speaks_json():
            raise fail(UsageError, "E-out-json", Place("-o"))
    elif Path(out).suffix.lower() not in known:
        raise fail(UsageError, "E-out-text", Place(out), known=list(known))


def write_text(out: str, text: str, *, replace: bool) -> None:
    """Write a text into a file, and print its path; or print the text itself to standard output."""
    if out == STDOUT:
        put(text.encode(), TEXT)
        return
    write_whole(Path(out), text.encode(), replace=replace)
    say_written(out)


def write_document(out: str, format: str, write: Write, *, replace: bool) -> None:
    """Write a document that isn't of a record into a file, and print its path; or the document to standard output."""
    if out == STDOUT:
        refuse_terminal()
        put(filled(write), format)
        return
    write_to(Path(out), write, replace=replace)
    say_written(out)


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


def filled(write: Write) -> bytes:
    """Return what fills a file, for standard output."""
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def say_planned(target: Target, *, as_json: bool) -> None:
    """Print the path of a file that would be written."""
    say_path(target.path, {"format": target.format, "planned": True} if as_json else None)


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
    return stem_of_form(document.form, identity, purpose, document.mark)


def stem_of_form(form: str, identity: str, purpose: str = "", mark: str = "") -> str:
    """Return a file name without suffix of a form's id, what the document is for, and what tells it apart."""
    return "-".join(filter(None, (form, purpose, safe_name(identity) if identity else "", mark)))
