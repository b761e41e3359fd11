"""What a workbook of Excel 97 asks of the cells of its columns ([MS-XLS] 2.4.89, Dv)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.importing.rules_of_cells import Asked, CellRules, Offered, asked_of
from generator.records.workbooks import Book
from generator.records.workbooks.xls import stream_of

_FILEPASS, _BOUNDSHEET, _EXTERNSHEET, _NAME, _DV, _EOF = 0x2F, 0x85, 0x17, 0x18, 0x1BE, 0x0A
_KINDS = ("none", "whole", "decimal", "list", "date", "time", "textLength", "custom")
_OPERATORS = (
    "between",
    "notBetween",
    "equal",
    "notEqual",
    "greaterThan",
    "lessThan",
    "greaterThanOrEqual",
    "lessThanOrEqual",
)
_MOST_COLUMNS, _MOST_RULES = 400, 2000
_STOP_SHOWN = 1 << 19


def rules_of_xls(path: Path, book: Book) -> dict[str, CellRules]:
    """Return the rules of a workbook's sheets by name; of a rule that can't be followed nothing.

    Raises struct.error and IndexError for a damaged file.
    """
    return _Reader(stream_of(path.read_bytes()), book).rules()


@dataclass
class _Reader:
    """Reads the stream of a workbook. `tabs`: the sheets that formulas name by number; `names`: areas of names."""

    stream: bytes
    book: Book
    sheets: list[tuple[str, int]] = field(default_factory=list)
    tabs: list[int] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)

    def rules(self) -> dict[str, CellRules]:
        """Return the rules by sheet."""
        for kind, body in self._records(0):
            if kind == _FILEPASS:
                return {}  # what follows is encrypted
            if kind == _BOUNDSHEET:
                at, count = struct.unpack_from("<I", body)[0], body[6]
                self.sheets.append((_text(body, 7, count)[0], at))
            elif kind == _EXTERNSHEET:
                count = struct.unpack_from("<H", body)[0]
                self.tabs = [struct.unpack_from("<H", body, 4 + 6 * n)[0] for n in range(count)]
            elif kind == _NAME:
                length, size = body[3], struct.unpack_from("<H", body, 4)[0]
                behind = _text(body, 14, length)[1]
                self.names.append(body[behind : behind + size])
        return {name: self._sheet(name, at) for name, at in self.sheets}

    def _records(self, at: int) -> Iterator[tuple[int, bytes]]:
        """Yield the records from a place on, up to the end of what begins there."""
        while at + 4 <= len(self.stream):
            kind, size = struct.unpack_from("<HH", self.stream, at)
            yield kind, self.stream[at + 4 : at + 4 + size]
            at += 4 + size
            if kind == _EOF:
                return

    def _sheet(self, name: str, at: int) -> CellRules:
        made = CellRules()
        for count, (_, body) in enumerate(one for one in self._records(at) if one[0] == _DV):
            if count > _MOST_RULES:
                break
            asked, columns = self._rule(body, Offered(self.book, name))
            for column in columns:
                if asked is not None:
                    made.columns.setdefault(column, asked)
        return made

    def _rule(self, body: bytes, offered: Offered) -> tuple[Asked | None, list[int]]:
        flags, at = struct.unpack_from("<I", body)[0], 4
        texts = []
        for _ in range(4):
            count = struct.unpack_from("<H", body, at)[0]
            text, at = _text(body, at + 2, count)
            texts.append(text.strip("\0"))
        formulas = []
        for _ in range(2):
            size = struct.unpack_from("<H", body, at)[0]
            formulas.append(body[at + 4 : at + 4 + size])
            at += 4 + size
        kind = _KINDS[min(flags & 15, 7)]
        operator = _OPERATORS[min(flags >> 20 & 15, 7)]
        strict = not flags >> 4 & 7 and bool(flags & _STOP_SHOWN)
        columns = _columns(body, at)
        if kind == "list" and formulas[0][:1] == b"\x17":
            answers = _text(formulas[0], 2, formulas[0][1])[0].split("\0")
            return Asked(tuple(a.strip() for a in answers if a.strip()), {}, texts[2], "", strict), columns
        told = [self._formula(one, offered.sheet) for one in formulas]
        return asked_of(kind, operator, told, texts[2], strict, offered), columns

    def _formula(self, tokens: bytes, sheet: str, depth: int = 0) -> str:
        """Return a formula that is one number, area or name as Excel writes it; "?" for any other."""
        if not tokens:
            return ""
        kind = tokens[0] if tokens[0] < 0x20 else tokens[0] & 0x1F | 0x20
        if kind == 0x1E:
            return str(struct.unpack_from("<H", tokens, 1)[0])
        if kind == 0x1F:
            return f"{struct.unpack_from('<d', tokens, 1)[0]:.15g}"
        if kind in (0x25, 0x2D):
            return _area(tokens, 1, sheet)
        if kind == 0x3B:
            tab = self.tabs[struct.unpack_from("<H", tokens, 1)[0]]
            return _area(tokens, 3, self.sheets[tab][0])
        if kind == 0x23 and depth < 2:
            number = struct.unpack_from("<H", tokens, 1)[0]
            return self._formula(self.names[number - 1], sheet, depth + 1)
        return "?"


def _area(tokens: bytes, at: int, sheet: str) -> str:
    top, bottom, left, right = struct.unpack_from("<4H", tokens, at)
    first, last = (_letters(column & 0xFF) for column in (left, right))
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!${first}${top + 1}:${last}${bottom + 1}"


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def _columns(body: bytes, at: int) -> list[int]:
    """Return the columns of the areas that a rule holds for."""
    count = struct.unpack_from("<H", body, at)[0]
    areas = [struct.unpack_from("<4H", body, at + 2 + 8 * n) for n in range(count)]
    return [column for _, _, left, right in areas for column in range(left, min(right, _MOST_COLUMNS) + 1)]


def _text(body: bytes, at: int, count: int) -> tuple[str, int]:
    """Return a text of so many letters, whose flags stand before it, and where it ends."""
    is_wide = body[at] & 1
    end = at + 1 + count * (2 if is_wide else 1)
    return body[at + 1 : end].decode("utf-16-le" if is_wide else "latin-1", "replace"), end
