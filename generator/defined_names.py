"""Names of cells in workbooks: the pointer of a field as Excel lets a name be written."""

from functools import lru_cache
from hashlib import sha256

_MAX_NAME, _CUT_NAME, _DIGITS = 255, 200, 16
"""Letters of a defined name; those that are kept of a longer one, and digits that tell it from its like."""


@lru_cache(maxsize=4096)
def defined_name(pointer: str) -> str:
    """Return the defined name of a JSON Pointer (18.2.5): /basic/customer_no is f_basic_customer_no."""
    parts = ["".join(c if _is_of_names(c) else "_" for c in part) for part in pointer.split("/")[1:]]
    name = "f_" + "_".join(parts)
    return name if len(name) <= _MAX_NAME else f"{name[:_CUT_NAME]}_{sha256(pointer.encode()).hexdigest()[:_DIGITS]}"


def texts_name(pointer: str) -> str:
    """Return the defined name of the rows that hold what is too long for the cells of a table."""
    return f"x{defined_name(pointer)}"


def more_name(pointer: str) -> str:
    """Return the defined name of the rows of a table, or of the cells of its column, on a sheet of their own."""
    return f"more_{defined_name(pointer)}"


def table_name(pointer: str) -> str:
    """Return the name of the Excel table that these rows are."""
    return f"table_{defined_name(pointer)}"


def _is_of_names(character: str) -> bool:
    """Tell whether names may have a character: the letters and digits of Unicode's first plane."""
    return character.isalpha() or character.isdecimal() if character < "\U00010000" else False
