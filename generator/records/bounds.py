"""How much a foreign file may ask for: of memory, time, cells and columns. The environment may say otherwise.

`BIAODAN_LIMITS` holds pairs such as `memory=1024,unpacked=2048`, by the names of the fields below.
"""

import os
from dataclasses import dataclass, fields
from functools import lru_cache

from generator.errors import Place, UsageError, fail

VARIABLE = "BIAODAN_LIMITS"
_MOST = 1 << 30


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one foreign file."""

    memory: int = 320
    """MB that the process that reads it may take beyond what it began with."""

    seconds: int = 8
    """Seconds of computing until the next rows are there, and ten times as many by the clock."""

    unpacked: int = 256
    """MB of all parts of a workbook together."""

    ratio: int = 100
    """Times as large as it was packed that a workbook of more than 64 MB may become."""

    parts: int = 10_000
    """Parts of a workbook."""

    cells: int = 8_000_000
    """Cells of a workbook's sheet, from the first row and column with a value to the last, empty ones too."""

    columns: int = 2_000
    """Columns of a list, or keys of an object."""

    record: int = 16
    """MB of a record, or of a JSON file that isn't a list."""

    document: int = 60
    """Seconds that a record of a batch may take in all of its formats."""


def bounds() -> Bounds:
    """Return the limits that hold.

    Raises UsageError (E-limits) where the environment's aren't any.
    """
    return _read(os.environ.get(VARIABLE, ""))


@lru_cache(maxsize=4)
def _read(text: str) -> Bounds:
    known = {field.name for field in fields(Bounds)}
    given = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = pair.partition("=")
        if name not in known or not (number.isascii() and number.isdigit()) or not 0 < int(number[:12]) <= _MOST:
            raise fail(UsageError, "E-limits", Place(VARIABLE), known=sorted(known))
        given[name] = int(number)
    return Bounds(**given)
