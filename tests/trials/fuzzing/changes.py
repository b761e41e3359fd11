"""Changes to inputs: of bytes, of JSON trees, of markup, of the parts of a ZIP archive.

Each is drawn from a `random.Random`, so that a seed and a number give the same input again.
"""

import io
import json
import random
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

NUMBERS = (
    "0", "-1", "1", "00", "127", "128", "255", "256", "65535", "65536", "1048577", "2147483647", "2147483648",
    "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e999",
    "-1e-999", "1e308", "0.1", "NaN", "Infinity", "-0", "9" * 40, "9" * 5000, "1e99999999999999999999",
)  # fmt: skip
"""Numbers near the ends of types, and some that no type has."""

_SIZES = (0, 1, 2, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, (1 << 63) - 1)
_TEXTS = (
    "", " ", "\0", "\x1b", "\ufffe", "\u202e", "\ufeff", "𠮷", "é" * 300, "a\u0300" * 50, "../../../etc/passwd",
    "=1+1", "KANARY123456", "-", "2024-02-30", "9999-12-31T23:59:59.999999+14:00", "0001-01-01", "24:00", "{{ 1 }}",
    "<b>", "&x;", "x" * 40_000, "，" * 5000, "\r\n", "urn:biaodan:case", "无", "否",
)  # fmt: skip
_MOST_CHANGES = 6
_MOST_REPEATS = 2000
LARGEST = 1 << 20
"""Bytes beyond which an input isn't made longer."""

Tokens = Sequence[bytes]
Change = Callable[[bytes, random.Random, Tokens, bytes], bytes]
"""Takes the input, chance, the tokens of the format's dictionary, and another input to take from."""


def _span(content: bytes, chance: random.Random, most: int = 400) -> tuple[int, int]:
    begin = chance.randrange(len(content) + 1)
    return begin, min(len(content), begin + int(chance.expovariate(8 / most)) + 1)


def _flip(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _set(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return (
        content[:at]
        + bytes([chance.choice((0, 9, 10, 13, 32, 34, 0x7F, 0x80, 0xFF, chance.randrange(256)))])
        + content[at + 1 :]
    )


def _delete(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    begin, end = _span(content, chance)
    return content[:begin] + content[end:]


def _duplicate(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    begin, end = _span(content, chance)
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[begin:end] + content[at:]


def _repeat(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    begin, end = _span(content, chance, 60)
    return content[:begin] + content[begin:end] * chance.randrange(2, _MOST_REPEATS) + content[end:]


def _insert(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    token = chance.choice(tokens) if tokens else chance.choice(_TEXTS).encode()
    return content[:at] + token + content[at + chance.choice((0, 0, len(token))) :]


def _splice(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    begin, end = _span(other, chance, 2000)
    at, to = _span(content, chance)
    return content[:at] + other[begin:end] + content[to:]


def _size(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    """Overwrite a field of 1 to 8 bytes with a size that lies."""
    form = chance.choice(("<B", "<H", ">H", "<I", ">I", "<Q", ">Q"))
    width = struct.calcsize(form)
    at = chance.randrange(len(content) + 1)
    return content[:at] + struct.pack(form, chance.choice(_SIZES) & ((1 << 8 * width) - 1)) + content[at + width :]


def _number(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    """Replace a number that is written in digits."""
    found = list(re.finditer(rb"-?[0-9]+(?:\.[0-9]+)?", content[:100_000]))
    if not found:
        return _size(content, chance, tokens, other)
    one = chance.choice(found)
    return content[: one.start()] + chance.choice(NUMBERS).encode() + content[one.end() :]


def _cut(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


_OF_BYTES: Sequence[Change] = (
    _flip, _flip, _set, _delete, _duplicate, _repeat, _insert, _insert, _splice, _size, _number, _number, _cut,
)  # fmt: skip


def of_bytes(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    """Return an input with a few changes of its bytes, which know nothing of its format but the tokens."""
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        change = chance.choice(_OF_BYTES)
        if len(content) < LARGEST or change in (_delete, _cut):
            content = change(content, chance, tokens, other)
    return content


# --- JSON trees ---


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Return every place of a tree as its container and key."""
    found, stack = [], [tree]
    while stack:
        node = stack.pop()
        entries = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
        found += [(node, key) for key, _ in entries]
        stack += [value for _, value in entries if isinstance(value, (dict, list))]
    return found


def _drawn(chance: random.Random, places: Sequence[tuple[Any, Any]]) -> Any:
    """Return a value to put into a tree: odd, deep, or taken from elsewhere in it."""
    match chance.randrange(7):
        case 0:
            return chance.choice(_TEXTS)
        case 1:
            return chance.choice(
                (None, True, False, [], {}, [None], {"": ""}, "true", 0, -1, 10**14, 10**20, 0.5, 1e22)
            )
        case 2:
            return [chance.choice(_TEXTS)] * chance.choice((1, 3, 300))
        case 3:
            deep: Any = chance.choice(_TEXTS)
            for n in range(chance.choice((1, 2, 33, 70, 300))):
                deep = [deep] if n % 2 else {"a": deep}
            return deep
        case 4:
            return {f"k{n}": n for n in range(chance.choice((1, 3, 2500)))}
    node, key = chance.choice(places)
    return json.loads(json.dumps(node[key]))


_MOST_PLACES = 2_000


def _change_tree(tree: Any, chance: random.Random, other: Any) -> None:
    places = _places(tree)
    theirs = _places(other) if isinstance(other, (dict, list)) else []
    if not 0 < len(places) < _MOST_PLACES:
        return
    node, key = chance.choice(places)
    what = chance.randrange(6)
    if what == 0:
        del node[key]
    elif what == 1:
        node[key] = _drawn(chance, theirs or places)
    elif what == 2 and isinstance(node, dict):
        node[chance.choice([*_TEXTS[:18], *(str(k) for _, k in theirs or places)])] = node.pop(key)
    elif what == 3 and isinstance(node, dict):
        node[str(chance.choice(theirs or places)[1])] = _drawn(chance, places)
    elif what == 4 and isinstance(node, list):
        node[key:key] = [_drawn(chance, theirs or places)] * chance.choice((1, 2, 20))
    else:
        node[key] = chance.choice(([node[key]], {"value": node[key]}, str(node[key])[:5000], node[key]))


def of_json(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    """Return a JSON text with its tree changed, or, now and then and where it is none, with its bytes changed."""
    if chance.random() < _OF_TEXT:
        return of_bytes(content, chance, tokens, other)
    try:
        tree, second = json.loads(content.decode("utf-8-sig")), json.loads(other.decode("utf-8-sig"))
        for _ in range(chance.randint(1, _MOST_CHANGES)):
            _change_tree(tree, chance, second)
        return json.dumps(tree, ensure_ascii=chance.random() < _OF_TEXT).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError, AttributeError):
        return of_bytes(content, chance, tokens, other)


_OF_TEXT = 0.4


def of_json_lines(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    """Return JSON Lines with a line changed as JSON, or the whole as bytes."""
    lines, theirs = content.splitlines(keepends=True), other.splitlines(keepends=True)
    if not lines or not theirs or chance.random() < _OF_TEXT:
        return of_bytes(content, chance, tokens, other)
    at = chance.randrange(len(lines))
    lines[at] = of_json(lines[at], chance, tokens, chance.choice(theirs)) + chance.choice(
        (b"\n", b"\n", b"\r\n", b"\r", b"")
    )
    return b"".join(lines)


# --- markup and archives ---

_ELEMENT = re.compile(rb"<[^<>]{0,2000}>")
_ATTRIBUTE = re.compile(rb'\s([\w:]{1,40})="([^"]{0,300})"')


_WINDOW = 3000


def of_markup(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    """Return markup with elements and attributes changed, or its bytes."""
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        begin = chance.randrange(max(1, len(content) - _WINDOW // 2))
        elements = list(_ELEMENT.finditer(content, begin, begin + _WINDOW))
        attributes = list(_ATTRIBUTE.finditer(content, begin, begin + _WINDOW))
        what = chance.randrange(5)
        if what == 0 or not elements or len(content) > LARGEST:
            content = of_bytes(content, chance, tokens, other)
        elif what == 1 and attributes:
            one, two = chance.choice(attributes), chance.choice(attributes)
            value = chance.choice((two[2], chance.choice(NUMBERS).encode(), b"", chance.choice(tokens)))
            content = content[: one.start(2)] + value + content[one.end(2) :]
        elif what == 2:
            one = chance.choice(elements)
            content = content[: one.start()] + content[one.end() :]
        else:
            one, two = sorted((chance.choice(elements), chance.choice(elements)), key=lambda e: e.start())
            times = chance.choice((0, 2, 2, 50))
            content = content[: one.start()] + content[one.start() : two.start()] * times + content[two.start() :]
    return content


def of_archive(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    """Return a ZIP archive with parts changed, dropped, doubled or exchanged, or with its own bytes changed."""
    if chance.random() < _OF_ARCHIVE:
        return of_bytes(content, chance, tokens, other)
    parts, theirs = _parts(content), dict(_parts(other))
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.choice(
            [n for n, (name, _) in enumerate(parts) if "sheet" in name or chance.random() < _ANY_PART] or [0]
        )
        name, part = parts[at]
        what = chance.randrange(20)
        if what == 0:
            parts.append((name, theirs.get(name, part)))
        elif what == 1:
            parts[at] = (chance.choice(parts)[0], part)
        elif what == 2 and len(parts) > 1:
            del parts[at]
        else:
            parts[at] = (name, of_markup(part, chance, tokens, theirs.get(name, part)))
    return _zipped(parts)


_OF_ARCHIVE = 0.15
_ANY_PART = 0.3


def _parts(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _zipped(parts: Sequence[tuple[str, bytes]]) -> bytes:
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        warnings.simplefilter("ignore")  # two parts may have one name here
        for name, part in parts:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part)
    return made.getvalue()
