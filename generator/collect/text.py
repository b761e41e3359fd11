"""Trackers of text: CSV that Excel opens as it is, and JSON Lines."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from generator import strict_json
from generator.catalogue import Form
from generator.catalogue.serialise import serialiser
from generator.collect import Outcome, key_of
from generator.collect.columns import TrackerColumn
from generator.collect.grid import Cells, Grid
from generator.errors import Fault, Place, UsageError, fail
from generator.files import write_whole
from generator.record import Record, Values
from generator.records.text_files import ENCODINGS, decodes, marked_encoding
from generator.wording import Lang

_FORMULAS = ("=", "+", "-", "@")
"""How texts begin that Excel takes for formulas when it opens CSV."""


class CsvTracker:
    """A file of comma-separated values (RFC 4180), in UTF-8 with the mark by which Excel knows it."""

    def __init__(self, path: Path, form: Form, columns: Sequence[TrackerColumn], lang: Lang) -> None:
        self.path, self.columns, self.lang = path, columns, lang
        lines = _lines(path) if path.exists() else []
        rows: list[Cells] = [list(line) for line in lines[1:]]
        self.grid = Grid(lines[0] if lines else [], rows, form, columns, path.name, _shown)
        self.warnings: list[Fault] = []
        self._risky = 0

    def put(self, key: str, values: Values) -> Outcome:
        """Take in a record."""
        cells = [column.text(values, self.lang) for column in self.columns]
        self._risky += sum(text.startswith(_FORMULAS) and not _is_number(text) for text in cells)
        return self.grid.put(cells)[0]

    def save(self) -> None:
        """Write the file whole."""
        out = io.StringIO(newline="")
        csv.writer(out).writerows([self.grid.head, *([_shown(cell) for cell in row] for row in self.grid.rows)])
        write_whole(self.path, b"\xef\xbb\xbf" + out.getvalue().encode(), replace=True)
        if self._risky:
            self.warnings.append(Fault("W-collect-formula", Place(self.path.name), {"count": self._risky}))


def _shown(cell: object) -> str:
    return "" if cell is None else str(cell)


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdigit()


def _lines(path: Path) -> list[list[str]]:
    encoding = marked_encoding(path) or next((one for one in ENCODINGS if decodes(path, one)), "")
    if not encoding:
        raise fail(UsageError, "E-encoding", Place(path.name), tried=list(ENCODINGS))
    with path.open(encoding=encoding, newline="") as file:
        try:
            return [row for row in csv.reader(file) if row]
        except csv.Error:
            raise fail(UsageError, "E-csv", Place(path.name)) from None


class JsonLinesTracker:
    """A record a line, as JSON."""

    def __init__(self, path: Path, form: Form, zone: ZoneInfo) -> None:
        self.path, self.form = path, form
        self.lines: list[str] = []
        self.known: dict[str, int] = {}
        self.warnings: list[Fault] = []
        self._serialiser = serialiser(form.record_spec, zone)
        text = strict_json.text_of(path, UsageError, path.name) if path.exists() else ""
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                self._add(line, strict_json.parse(line, UsageError, path.name, str(number)))

    def _add(self, line: str, data: Any) -> None:
        self.known[key_of(self.form, data) if isinstance(data, dict) else line] = len(self.lines)
        self.lines.append(line)

    def put(self, key: str, values: Values) -> Outcome:
        """Take in a record."""
        data = self._serialiser.record(Record(dict(values)))
        line = strict_json.written(data)
        key = key_of(self.form, data)
        known = self.known.get(key)
        if known is None:
            self._add(line, data)
            return Outcome.NEW
        if self.lines[known] == line:
            return Outcome.SAME
        self.lines[known] = line
        return Outcome.CHANGED

    def save(self) -> None:
        """Write the file whole."""
        write_whole(self.path, "".join(f"{line}\n" for line in self.lines).encode(), replace=True)
