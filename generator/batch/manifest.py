"""What a run has done: `manifest.jsonl`, of lines that only grow, each with a sum over itself and all before it.

The first line says what is made of what; then comes a line for each record, in the order of the source; the last line
says that the run is complete. Where a source that has changed is gone on with, the same begins anew behind that: lines
with the same sum of their record (`of`) name the same files. `failed.jsonl` holds the records that couldn't be made.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.batch.log import Log, open_log
from generator.batch.store import Store
from generator.errors import Fault, Place, UsageError, fail
from generator.records import UNREAD
from generator.records.given import unread_in
from generator.wording import Lang

MANIFEST, FAILED = "manifest.jsonl", "failed.jsonl"
VERSION = 1
_BEGINNING = b'{"manifest":'
_SUM = ',"sum":"'
_SUM_DIGITS = 16


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was written: its name below the folder, bytes, SHA-256 in hexadecimal."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RecordResult:
    """What became of a record: its files, or its faults; and the warnings about it."""

    n: int
    files: tuple[StoredFile, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


@dataclass(slots=True)
class ManifestState:
    """What a manifest tells of an earlier run: records done, and those whose files aren't whole any more."""

    header: Mapping[str, Any] | None = None
    records: int = 0
    failed: int = 0
    broken: dict[int, tuple[StoredFile, ...]] = field(default_factory=dict)
    complete: bool = False
    made: dict[str, tuple[StoredFile, ...]] = field(default_factory=dict)
    """The files of each record that are as they were written, by the sum of the record, where that is kept."""

    former: set[str] = field(default_factory=set)
    """Names of files of the records that an earlier source had."""

    current: set[str] = field(default_factory=set)
    """Names of files of this source's records, where sums are kept."""

    def start_over(self) -> None:
        """Forget the records, but not what was made of them: another source comes now."""
        self.former |= self.current
        self.current = set()
        self.records, self.failed, self.broken, self.complete = 0, 0, {}, False


class Manifest:
    """The manifest of a folder, held by one run.

    Raises UsageError (E-batch-locked) while another run holds it.
    """

    def __init__(self, store: Store, lang: Lang) -> None:
        self.store, self.lang = store, lang
        self._failed: Log = open_log(store, FAILED)
        self._log: Log = open_log(store, MANIFEST, locked=True)
        self._sum, self._whole = "", 0
        self.pause = self._log.pause

    def load(self, *, verify: bool) -> ManifestState:
        """Return what is known.

        With `verify`, as for a run that is to go on, files that aren't as they were written are looked for, and what a
        killed run left torn at the end is dropped. Raises UsageError (E-manifest) for a file that isn't such a
        manifest.
        """
        known, length = ManifestState(), 0
        for line in self._log.lines():
            content = self._verified(line)
            if content is None:
                if known.header is None and not line.startswith(_BEGINNING):
                    raise fail(UsageError, "E-manifest", Place(MANIFEST))
                break
            length += len(line)
            self._take(content, known, verify=verify)
        self._whole = length
        if verify or known.header is None:
            self._log.cut(length)
        if verify and known.header is not None:
            self._failed.cut(self._length_of_failed(known.records))
        return known

    def wipe(self) -> None:
        """Remove what an earlier run has stored, and what it wrote down."""
        next(self._failed.lines(), None)  # a link in its place is refused before anything is removed
        self._log.cut(self._whole)
        for line in self._log.lines():
            self.store.remove(file["file"] for file in json.loads(line).get("files", ()))
        self._log.cut(0)
        self._failed.cut(0)
        self._sum = ""

    def _verified(self, line: bytes) -> Mapping[str, Any] | None:
        """Return a line's content; None where it isn't whole, or doesn't follow on those before it."""
        text = line.decode("utf-8", "replace")
        body, mark, end = text.rpartition(_SUM)
        total = self._next_sum(f"{body}}}")
        if not mark or end != f'{total}"}}\n':
            return None
        self._sum = total
        return _parsed(f"{body}}}")

    def _next_sum(self, body: str) -> str:
        return hashlib.sha256(f"{self._sum}{body}".encode()).hexdigest()[:_SUM_DIGITS]

    def _take(self, content: Mapping[str, Any], known: ManifestState, *, verify: bool) -> None:
        if "manifest" in content:
            known.header = _header(content)
            known.start_over()
        elif known.header is None:
            raise _other()
        elif "end" in content:
            known.complete = True
        else:
            files = _files(content, known.records + 1)
            known.records += 1
            known.failed += "faults" in content
            known.current.update(file.file for file in files if "of" in content)
            if verify and not all(self.store.is_whole(f.file, f.bytes, f.sha256) for f in files):
                known.broken[known.records] = files
            elif "of" in content and files and "warnings" not in content:
                known.made[str(content["of"])] = files

    def _length_of_failed(self, records: int) -> int:
        """Return how many bytes of `failed.jsonl` belong to the records that the manifest names."""
        length = 0
        for line in self._failed.lines():
            try:
                n = json.loads(line)["n"]
            except (ValueError, KeyError, TypeError, RecursionError):
                break
            if not isinstance(n, int) or n > records or not line.endswith(b"\n"):
                break
            length += len(line)
        return length

    def begin(self, header: Mapping[str, Any]) -> None:
        """Write the first line."""
        self._append([{"manifest": VERSION, **header}])

    def renew(self, header: Mapping[str, Any]) -> None:
        """Write a first line once more, for a source that has changed."""
        self._failed.cut(0)
        self.begin(header)

    def add(self, results: Sequence[tuple[RecordResult, Mapping[str, Any]]]) -> None:
        """Append records, each with what is to be said of it beside its result: number, place, record if it failed.

        Their files must be durable by now.
        """
        failed = [self._failure(result, about) for result, about in results if result.faults]
        if failed:
            self._failed.append(b"".join(failed))
        self._append([_line(result, about) for result, about in results])

    def _append(self, contents: Iterable[Mapping[str, Any]]) -> None:
        lines = []
        for content in contents:
            told = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            body = told.encode("utf-8", "backslashreplace").decode()  # a file's name may hold what isn't UTF-8
            self._sum = self._next_sum(body)
            lines.append(f'{body[:-1]}{_SUM}{self._sum}"}}\n')
        self._log.append("".join(lines).encode())

    def _failure(self, result: RecordResult, about: Mapping[str, Any]) -> bytes:
        faults = [{"code": f.code, "pointer": f.place.pointer, "text": f.text(self.lang)} for f in result.faults]
        content = {
            "n": result.n,
            "number": about["number"],
            "at": about["at"],
            "faults": faults,
            "record": about["raw"],
        }
        unread = unread_in(about["raw"])
        if unread:
            content[UNREAD] = unread
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"

    def finish(self, **totals: int) -> None:
        """Write the last line."""
        self._append([{"end": totals}])

    def close(self) -> None:
        """Leave the folder to the next run; a manifest that was never begun is removed."""
        self._failed.close()
        self._log.close()


# --- what others may have written ---


def _other() -> UsageError:
    return fail(UsageError, "E-manifest", Place(MANIFEST))


def _parsed(body: str) -> Mapping[str, Any]:
    """Return a line whose sum fits; such sums anybody can make, so that it may still be anything."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise _other() from None
    if not isinstance(content, Mapping):
        raise _other()
    return content


def _header(content: Mapping[str, Any]) -> Mapping[str, Any]:
    parts = (content.get("made_with"), content.get("source"))
    if content["manifest"] != VERSION or not all(isinstance(part, Mapping) for part in parts):
        raise _other()
    return content


def _files(content: Mapping[str, Any], n: int) -> tuple[StoredFile, ...]:
    """Return the files that the line of the n-th record names."""
    files = content.get("files", [])
    if content.get("n") != n or not isinstance(files, list) or not all(map(_is_file, files)):
        raise _other()
    return tuple(StoredFile(**file) for file in files)


def _is_file(file: object) -> bool:
    if not isinstance(file, Mapping) or file.keys() != _FILE.keys():
        return False
    return all(isinstance(file[key], kind) for key, kind in _FILE.items()) and "\0" not in file["file"]


_FILE: Mapping[str, type] = {"file": str, "bytes": int, "sha256": str}


# --- lines as they are written ---


def _line(result: RecordResult, about: Mapping[str, Any]) -> dict[str, Any]:
    line: dict[str, Any] = {"n": result.n, "number": about["number"], "at": about["at"]}
    if about.get("of"):
        line["of"] = about["of"]
    if result.faults:
        line["faults"] = [_named(fault) for fault in result.faults]
    else:
        line["files"] = [{"file": f.file, "bytes": f.bytes, "sha256": f.sha256} for f in result.files]
    if result.warnings:
        line["warnings"] = [_named(fault) for fault in result.warnings]
    return line


def _named(fault: Fault) -> dict[str, str]:
    return {"code": fault.code, "pointer": fault.place.pointer}
