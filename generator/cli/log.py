"""The log of `--log`: a JSON object a line, appended, of what no reader may take for a personal value."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.messages import json_text
from generator.errors import Place, UsageError, fail, may_be_value

if TYPE_CHECKING:
    from generator.errors import Fault

_MACHINE_REFUSES = 3
_ROW = re.compile(r"[A-Z]{0,3}[0-9]+|\[[0-9]+\]|[a-z]+(?::[0-9]+)+")
"""A row, cell, or place in a document as faults name it, without the name of its sheet."""

_ENDINGS = {".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".docx"}
_ENDINGS |= {".docm", ".pdf", ".parquet", ".db", ".sqlite", ".sql", ".toml"}
"""Endings of files that are told; any other may be the end of somebody's name."""


class Log:
    """A file to which a command's story is appended: when it began and ended, and every fault in between.

    Names of files, sheets and keys may be somebody's name, so that a file is told by its ending and by which word of
    the command line it is. Raises UsageError (E-log) for a file that can't be appended to.
    """

    def __init__(self, path: str, command: str, words: Sequence[str]) -> None:
        self.path, self.command, self.words = path, command, words
        self._refused = ""
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        except (OSError, ValueError) as error:
            raise fail(UsageError, "E-log", Place("--log"), why=getattr(error, "strerror", "") or "?") from None
        self._append("info", event="begin")

    def fault(self, fault: Fault) -> None:
        """Append a fault with its code and place; of its figures those that are whole numbers."""
        figures = {name: value for name, value in fault.params.items() if type(value) is int}
        level = "warning" if fault.is_warning else "error"
        self._append(level, code=fault.code, **dict(_place(fault.place, self.words)), **_given(params=figures))

    def end(self, code: int, counts: Mapping[str, int], files: Mapping[str, int]) -> None:
        """Append how the command ended: its exit code, faults by their sort, files by format."""
        self._append("error" if code else "info", event="end", exit=code, counts=counts, **_given(files=files))

    def exit_code(self, code: int) -> int:
        """Return the code with which a command ends, that of a machine that refuses something if the log was refused.

        What was refused is told on standard error, for the log can't tell it.
        """
        os.close(self._file)
        if not self._refused:
            return code
        from generator.cli.faults import print_refused_log

        print_refused_log(self._refused)
        return code or _MACHINE_REFUSES

    def _append(self, level: str, **content: Any) -> None:
        """Append a line in one step, so that commands that run side by side can share a log."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = json_text({"time": at, "level": level, "command": self.command, **content}) + "\n"
        try:
            os.write(self._file, line.encode())
        except OSError as error:  # the work itself goes on
            self._refused = error.strerror or "?"


def _given(**content: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    return {name: value for name, value in content.items() if value}


def _place(place: Place, words: Sequence[str]) -> Iterator[tuple[str, object]]:
    """Yield what is told of a place: an option's name, a file's ending and word, the row, the field's pointer."""
    if place.file.startswith("--"):
        yield "option", place.file
    elif place.file:
        ending = Path(place.file).suffix.lower()
        yield "file", f"*{ending}" if ending in _ENDINGS else "*"
        found = [n for n, word in enumerate(words, 1) if word == place.file or Path(word).name == place.file]
        if found:
            yield "argument", found[0]
    row = place.row.rpartition("!")[2]
    if _ROW.fullmatch(row):
        yield "row", row
    if place.pointer:
        yield "pointer", "/".join(map(_step, place.pointer.split("/")))


def _step(step: str) -> str:
    """Return a step of a pointer, unless it may be what somebody wrote where a key was to stand."""
    return "*" if step and not step.isdigit() and may_be_value(step) else step
