"""How a file of text is written: in which encoding, with which marks between its cells."""

import codecs
import csv
import re
from collections.abc import Sequence
from pathlib import Path

from generator.errors import Place, RecordError, fail
from generator.records.bounds import bounds
from generator.records.columns import Columns
from generator.records.layout import SEARCHED, Layout, find_layout
from generator.records.workbooks import Row

ENCODINGS = ("utf-8", "gb18030", "big5hkscs")
"""Encodings tried in this order for a file without a byte order mark; Excel in China saves CSV as GBK."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; those of UTF-32 begin like those of UTF-16."""

_CHUNK = 1 << 16
MAX_CELL = 1 << 20
"""Characters of a cell."""

_DELIMITERS = ",\t;|"
_MANY = 0.3


def marked_encoding(path: Path) -> str:
    """Return the encoding that a file's first bytes tell; nothing where they don't."""
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "")
    return marked or _wide(start)


def _wide(start: bytes) -> str:
    """Return the encoding of UTF-16 or UTF-32 without a mark: the one in which there is text, where bytes are zero."""
    zeros = start.count(0)
    if not zeros or (zeros < _MANY * len(start) and _text(start, "utf-8")):
        return ""
    shares = {encoding: _sense(_text(start[:_LOOKED_AT], encoding)) for encoding in _WIDE}
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] > _ENOUGH else ""


_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_LOOKED_AT, _ENOUGH = 1 << 13, 0.7
_USUAL = re.compile(r"[\t\r\n -~\xa0-\u052f\u2000-\u22ff\u2460-\u257f\u3000-\u33ff\u4e00-\u9fff\uff00-\uffef]")


def _text(content: bytes, encoding: str) -> str:
    """Return what the beginning of a file says in an encoding; nothing where it isn't written in that."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content)
    except UnicodeDecodeError:
        return ""


def _sense(text: str) -> float:
    """Return how much of a text is letters that lists are written in; nothing of one that has no ends of cells."""
    if "\0" in text or not any(end in text for end in "\r\n\t,;|"):
        return 0.0
    return len(_USUAL.findall(text)) / len(text)


def decodes(path: Path, encoding: str) -> bool:
    """Tell whether a whole file can be read in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class TextLayout:
    """What was found out of a file: encoding, delimiter, lines before the first cell, and the header of its list."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self.path, self.columns = path, columns
        self.broken = 0
        """The line at which the file stops being well-formed, if that was seen; 0 otherwise."""
        marked = marked_encoding(path)
        possible = [marked] if marked else [encoding for encoding in ENCODINGS if decodes(path, encoding)]
        if not possible:
            raise fail(RecordError, "E-encoding", Place(path.name), tried=list(ENCODINGS))
        tried = [self._tried(encoding) for encoding in possible]
        best = max(range(len(tried)), key=lambda n: tried[n][0])
        self.encoding = possible[best]
        _, self.delimiter, self.rows, self.layout, self.is_declared = tried[best]

    def _tried(self, encoding: str) -> tuple[int, str, list[Row], Layout | None, bool]:
        """Return how many names are known in an encoding, by the delimiter that makes most of them known."""
        lines = self._lines(encoding)
        declared = _declared(lines[0]) if lines else ""
        best: tuple[int, str, list[Row], Layout | None, bool] = (-1, ",", [], None, False)
        for delimiter in declared or sorted(_DELIMITERS, key=lambda c: -lines[0].count(c) if lines else 0):
            rows = self._rows(lines[1:] if declared else lines, delimiter, 1 if declared else 0)
            layout = find_layout(rows, (), self.columns)
            known = layout.known if layout else 0
            if known > best[0]:
                best = (known, delimiter, rows, layout, bool(declared))
        return best

    def _lines(self, encoding: str) -> list[str]:
        """Return the first lines of the file, as far as a record may be long."""
        most, lines = bounds().record << 20, list[str]()
        with self.path.open(encoding=encoding, newline="") as file:
            while len(lines) < _LINES and most > 0 and (line := file.readline(most)):
                most -= len(line)
                lines.append(line)
        return lines

    def _rows(self, lines: Sequence[str], delimiter: str, before: int) -> list[Row]:
        csv.field_size_limit(MAX_CELL)
        reader, rows, number = csv.reader(lines, delimiter=delimiter), list[Row](), before + 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    rows.append(Row(number, cells))
                number = before + reader.line_num + 1
                if len(rows) >= SEARCHED:
                    break
        except csv.Error:
            self.broken = number
        return rows


_LINES = 200


def _declared(line: str) -> str:
    """Return the delimiter that the first line declares, as Excel reads it, with `sep=;` for instance."""
    text = line.strip().strip('"')
    declared = text[len("sep=") :] if text.lower().startswith("sep=") else ""
    return declared if len(declared) == 1 else "\t" if text.lower() == "sep=" else ""
