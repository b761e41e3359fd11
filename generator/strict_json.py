"""JSON read strictly: no duplicate keys, no NaN, no number that a double can't hold exactly, no stray surrogates.

Python's `json` lets all of these pass in silence (RFC 8259 leaves them open); here each is a fault with its place.
"""

import json
import stat
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any

from generator.characters import ill_texts, is_surely_well
from generator.errors import BiaodanError, Fault, Place, SchemaError, fail, may_be_value, quoted, unnamed

JsonObject = Mapping[str, Any]
"""A JSON object: a schema, a policy, or another file of ours, of whose members nothing is known yet."""

MAX_DIGITS = 15
"""Significant digits that a double keeps for certain, and so Excel and every JSON reader."""


_LARGEST = 300
"""Powers of ten beyond which a double has no number."""


class _Bad(ValueError):
    """What is wrong, and the token that is, by which its line is found again; the token is never shown."""

    def __init__(self, code: str, token: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.token, self.params = code, token, params

    def line(self, text: str) -> str:
        """Return the line of the token, where it is the only one of its kind (a key stands twice: the second)."""
        first = text.find(self.token)
        at = text.find(self.token, first + 1) if self.code == "E-json-duplicate" else first
        alone = at >= 0 and text.find(self.token, at + 1) < 0
        return str(text.count("\n", 0, at) + 1) if alone else ""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        key = next(key for key in keys if keys.count(key) > 1)
        raise _Bad("E-json-duplicate", json.dumps(key, ensure_ascii=False), key=_shown(key))
    return result


def _shown(key: str) -> Mapping[str, str]:
    return unnamed("twice") if may_be_value(key) else quoted(key)


def _constant(name: str) -> Any:
    raise _Bad("E-json-number", name, what=name)


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise _Bad("E-json-digits", digits, count=len(digits.lstrip("-")), limit=MAX_DIGITS)
    return int(digits)


def _fraction(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:  # an exponent beyond all bounds
        raise _Bad("E-json-range", text) from None
    if abs(value.adjusted()) > _LARGEST:
        raise _Bad("E-json-range", text)
    if len(value.normalize().as_tuple().digits) > MAX_DIGITS:
        raise _Bad("E-json-digits", text, count=len(value.as_tuple().digits), limit=MAX_DIGITS)
    return value


def _wide_fraction(text: str) -> float | Decimal:
    """Return a fraction as exactly as it can be kept."""
    try:
        return _fraction(text)
    except _Bad:
        return float(text)


def _decoder(parse_int: Callable[[str], Any], parse_float: Callable[[str], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_pairs, parse_constant=_constant, parse_int=parse_int, parse_float=parse_float
    )  # fmt: skip


_DECODER = _decoder(_integer, _fraction)
_WIDE = _decoder(int, _wide_fraction)


def parse(
    text: str, kind: type[BiaodanError], file: str, row: str = "", *, decoder: json.JSONDecoder = _DECODER
) -> Any:
    """Return the value of a JSON text; fractions come as Decimal.

    Raises `kind` with E-json… and the line and column when the text isn't JSON or holds what can't be kept exactly.
    """
    try:
        return decoder.decode(text.strip(" \t\r\n"))
    except _Bad as bad:
        raise fail(kind, bad.code, Place(file, row or bad.line(text)), **bad.params) from None
    except json.JSONDecodeError as error:
        leading = len(text) - len(text.lstrip(" \t\r\n"))
        line = text.count("\n", 0, leading) + error.lineno
        shown = row if row.isdigit() else line
        raise fail(kind, "E-json", Place(file, row or str(line)), line=shown, column=error.colno) from None
    except RecursionError:
        raise fail(kind, "E-json-depth", Place(file, row)) from None


def written(content: Any, indent: int | None = None) -> str:
    """Return content as JSON, decimals as numbers with the digits that they have."""
    return json.dumps(content, ensure_ascii=False, indent=indent, default=_number)


def _number(value: object) -> float:
    """Return a decimal as a number of JSON; records hold none of more digits than it keeps."""
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return float(value)


def load(path: Path, kind: type[BiaodanError], name: str = "") -> Any:
    """Return the value of a UTF-8 JSON file, with or without a byte order mark."""
    shown = name or path.name
    return parse(text_of(path, kind, shown), kind, shown)


def text_of(path: Path, kind: type[BiaodanError], shown: str, most: int = 0) -> str:
    """Return the text of a UTF-8 file; `most`: its greatest size in bytes, where it has one.

    Raises `kind` (E-file-kind, E-file-large, E-file-read, E-encoding-json) where it can't be read.
    """
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise fail(kind, "E-file-kind", Place(shown))
        if 0 < most < state.st_size:
            raise fail(kind, "E-file-large", Place(shown), limit=f"{most >> 20} MB")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail(kind, "E-encoding-json", Place(shown), byte=error.start + 1) from None
    except OSError as error:
        raise fail(kind, "E-file-read", Place(shown), why=error.strerror or "?") from None


def load_own(path: Path, name: str = "", *, wide: bool = False) -> Any:
    """Return the value of a JSON file of schemas, policies and the like, whose texts all go on paper as they are.

    `wide`: numbers of any size are taken, as schemas of others have them for limits. Raises SchemaError as `load` does,
    E-file-large, and E-schema-text for every text that no document can hold.
    """
    shown = name or path.name
    text = text_of(path, SchemaError, shown, LARGEST_OWN)
    content = parse(text, SchemaError, shown, decoder=_WIDE if wide else _DECODER)
    if is_surely_well(text):
        return content
    faults = text_faults(content, shown)
    if faults:
        raise SchemaError(sorted(faults, key=lambda fault: fault.place.pointer))
    return content


def text_faults(content: object, file: str) -> list[Fault]:
    """Return a fault (E-schema-text) for every text or key of a tree that no document can hold."""
    return [
        Fault("E-schema-text", Place(file, pointer=pointer), {"character": ill.character, "position": ill.position})
        for pointer, ill in ill_texts(content)
    ]


LARGEST_OWN = 8 << 20
"""Bytes of a schema, policy or the like."""


_PIECE = 1 << 20
_LARGEST_ELEMENT = 16 << 20
"""Characters after which a value that has no end is given up, so that a broken file isn't held whole."""

_SPACE = " \t\r\n"


def elements(file: IO[str], kind: type[BiaodanError], name: str) -> Iterator[Any]:
    """Yield the elements of a JSON array one by one, as `parse` reads them, without holding the array.

    Raises `kind` as `parse` does, at the element that can't be read.
    """
    reader = _Pieces(file, kind, name)
    reader.expect("[")
    if reader.next_mark() == "]":
        reader.expect("]")
    else:
        mark = ","
        while mark == ",":
            yield reader.value()
            mark = reader.expect(",]")
    if reader.next_mark():
        raise reader.broken()


class _Pieces:
    """A text that is read in pieces, no more of which is held than a value needs."""

    def __init__(self, file: IO[str], kind: type[BiaodanError], name: str) -> None:
        self.file, self.kind, self.name = file, kind, name
        self.text, self.at, self.line, self.ended = "", 0, 1, False

    def more(self) -> bool:
        """Drop what has been read and read on; False at the end."""
        self.line += self.text.count("\n", 0, self.at)
        rest = self.text[self.at :]
        piece = "" if self.ended else self.file.read(max(_PIECE, len(rest)))
        self.ended = not piece
        self.text, self.at = rest + piece, 0
        return not self.ended

    def next_mark(self) -> str:
        """Return the next character that isn't white space, without reading it; nothing at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def expect(self, marks: str) -> str:
        """Read one of the marks."""
        mark = self.next_mark()
        if not mark or mark not in marks:
            raise self.broken()
        self.at += 1
        return mark

    def value(self) -> Any:
        """Read a value; one that reaches the end of what is held may go on, so more is read first."""
        self.next_mark()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except _Bad as bad:
                raise fail(self.kind, bad.code, Place(self.name, str(self._line(self.at))), **bad.params) from None
            except RecursionError:
                raise fail(self.kind, "E-json-depth", Place(self.name)) from None
            except json.JSONDecodeError as error:
                if len(self.text) - self.at > _LARGEST_ELEMENT or not self.more():
                    raise self.broken(error) from None
                continue
            if end < len(self.text) or self.ended:
                self.at = end
                return value
            self.more()

    def _line(self, at: int) -> int:
        return self.line + self.text.count("\n", 0, at)

    def broken(self, error: json.JSONDecodeError | None = None) -> BiaodanError:
        """Return the error of a text that isn't JSON."""
        at = error.pos if error else self.at
        line, column = self._line(at), at - (self.text.rfind("\n", 0, at) + 1) + 1
        return fail(self.kind, "E-json", Place(self.name, str(line)), line=line, column=column)
