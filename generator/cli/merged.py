"""All documents of a command in one PDF, to be printed in one go."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from generator.cli.output import Output, Target, filled, output_of, say_planned
from generator.cli.own import is_dry
from generator.cli.progress import progress_of
from generator.cli.signals import end_if_asked
from generator.cli.telling import put, say_path, say_written
from generator.errors import Fault, Place, UsageError, fail, faults_of
from generator.files import refuse_existing, write_to
from generator.wording import DEFAULT_LANG, Lang
from generator.writers.pdf.merging import Part, merge_pdfs

if TYPE_CHECKING:
    from generator.cli.writing import Work
    from generator.writers import WritingOptions

FORMAT = "pdf"
_NAME = "merged"
MOST = 5_000
"""Documents of a batch that go into one PDF; all of them are held in memory."""


def merged_output(out: str, formats: str | None) -> Output:
    """Return where one PDF of all documents goes.

    Raises UsageError as `output_of` does, E-merge for formats that can't be merged.
    """
    output = output_of(out, formats, (FORMAT,)) if formats else output_of(out, FORMAT)
    if output.formats != (FORMAT,):
        raise fail(UsageError, "E-merge", Place("--merge"))
    return output


def merged_target(output: Output, lang: Lang) -> Target:
    """Return the file of one PDF of all documents: the one that is named, else one of our name in the folder."""
    if output.is_file:
        return output.one()
    suffix = "" if lang == DEFAULT_LANG else f".{lang}"
    return Target(output.out / f"{_NAME}{suffix}.{FORMAT}", FORMAT)


def write_merged(
    work: Sequence[Work],
    target: Target,
    *,
    force: bool,
    as_json: bool,
    lang: Lang,
    writing: WritingOptions | None = None,
) -> list[Fault]:
    """Write the documents into one PDF, all of them or none, and print its path; return the faults of documents."""
    if not (force or target.is_stdout):
        refuse_existing([target.path])
    if is_dry():
        say_planned(target, as_json=as_json)
        return []
    if any(one.document.is_fillable for one in work):
        raise fail(UsageError, "E-merge-fillable", Place("--merge"))
    parts, faults = _parts(work, lang, writing)
    if faults or not parts:
        return faults
    titles = list(dict.fromkeys(part.title for part in parts))
    names = _numbered(parts) if len(titles) < len(parts) else parts

    def write(file: BinaryIO) -> None:
        merge_pdfs(names, "、".join(titles) if lang != "en" else ", ".join(titles), lang, file)
        end_if_asked()

    if target.is_stdout:
        put(filled(write), FORMAT)
        return []
    write_to(target.path, write, replace=force)
    say_merged(target, len(parts), lang, as_json=as_json)
    return []


def say_merged(target: Target, count: int, lang: Lang, *, as_json: bool, event: str = "") -> None:
    """Print the path of one PDF of so many documents, or with --json what it is; `event`: of a batch that made it."""
    if not as_json:
        say_written(target.path)
        return
    details: dict[str, object] = {"event": event} if event else {}
    details |= {"format": FORMAT, "lang": lang, "documents": count, "bytes": target.path.stat().st_size}
    say_written(target.path, details)


def _numbered(parts: Sequence[Part]) -> list[Part]:
    """Return parts whose bookmarks are told apart by their order."""
    return [part._replace(title=f"{n}. {part.title}") for n, part in enumerate(parts, 1)]


def _parts(work: Sequence[Work], lang: Lang, writing: WritingOptions | None) -> tuple[list[Part], list[Fault]]:
    from generator.api import to_bytes

    parts: list[Part] = []
    faults: list[Fault] = []
    with progress_of(len(work), lang) as advance:
        for one in work:
            document = replace(one.document, record=None)
            try:
                parts.append(Part(_title(one), to_bytes(document, FORMAT, writing)))
            except BaseException as error:  # whatever is raised for one document leaves the others alone
                faults += faults_of(error, one.place)
            end_if_asked()
            advance()
    return parts, faults


def _title(one: Work) -> str:
    return " ".join(filter(None, (one.document.title, one.document.reference)))


def require_mergeable(out: str, formats: Sequence[str]) -> None:
    """Return if a batch can be merged: it makes PDF, in a folder of this machine.

    Raises UsageError (E-merge-batch) otherwise.
    """
    if FORMAT not in formats or "://" in out:
        raise fail(UsageError, "E-merge-batch", Place("--merge"))


def say_merge_planned(out: str, lang: Lang, *, as_json: bool) -> None:
    """Print the path of the one PDF that a batch would make beside its documents."""
    target = merged_target(Output(Path(out), (FORMAT,), False), lang)
    say_path(target.path, {"event": "planned"} if as_json else None)


def merge_batch(out: str, lang: Lang, *, replace: bool, as_json: bool) -> None:
    """Write one PDF of all that a batch has made, in the order of its source, beside them; print its path.

    Raises UsageError (E-merge-many) for more than a machine merges, E-exists.
    """
    from generator.batch import MANIFEST

    folder = Path(out)
    with (folder / MANIFEST).open(encoding="utf-8") as lines:
        files = [file["file"] for line in lines for file in json.loads(line).get("files", ())]
    named = [name for name in files if name.endswith(f".{FORMAT}")]
    if len(named) > MOST:
        raise fail(UsageError, "E-merge-many", Place(out), limit=MOST)
    parts = (Part(Path(name).stem, (folder / name).read_bytes()) for name in named)
    target = merged_target(Output(folder, (FORMAT,), False), lang)
    write_to(target.path, lambda file: merge_pdfs(parts, folder.resolve().name, lang, file), replace=replace)
    say_merged(target, len(named), lang, as_json=as_json, event="merged")
