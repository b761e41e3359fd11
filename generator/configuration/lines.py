"""On which line of a TOML file each key stands: its reader keeps none, but whoever mends the file asks for it."""

import re
from collections.abc import Mapping

from generator.errors import pointer_step

_HEAD = re.compile(r"\s*\[\[?\s*(?P<name>[^\]]+?)\s*\]\]?\s*(#.*)?$")
_WORD = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_KEY = re.compile(rf"\s*(?P<name>{_WORD}(?:\s*\.\s*{_WORD})*)\s*=(?P<value>.*)")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*\.?""")
_STRING = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"|\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")


def lines_of(text: str) -> Mapping[str, int]:
    """Return the line of each table and key of a TOML text, by its JSON Pointer."""
    found: dict[str, int] = {}
    table, quotes, depth = "", "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if quotes:  # within a text of several lines
            quotes = "" if quotes in line else quotes
            continue
        if depth > 0:  # within a list or table of several lines
            depth += _opened(line)
            continue
        if head := _HEAD.match(line):
            table = _pointer(head["name"])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(table + _pointer(key["name"]), number)
            quotes, depth = _unclosed(key["value"]), _opened(key["value"])
    return found


def line_of(lines: Mapping[str, int], pointer: str) -> str:
    """Return the line of a key, or of what it stands in; nothing where that isn't known."""
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return str(lines[pointer]) if pointer else ""


def _pointer(name: str) -> str:
    return "".join(f"/{pointer_step(a or b or c)}" for a, b, c in _PART.findall(name))


def _unclosed(value: str) -> str:
    """Return the quotation marks of a text that goes on beyond its line."""
    for quotes in ('"""', "'''"):
        if value.strip().startswith(quotes) and quotes not in value.strip()[3:]:
            return quotes
    return ""


def _opened(line: str) -> int:
    """Return how many more brackets a line opens than it closes, outside of texts and comments."""
    bare = _STRING.sub("", line)
    return sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")
