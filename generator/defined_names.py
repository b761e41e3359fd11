"""Names of cells in workbooks: the pointer of a field as Excel lets a name be written."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def defined_name(pointer: str) -> str:
    """Return the defined name of a JSON Pointer (18.2.5): /basic/customer_no is f_basic_customer_no."""
    parts = ["".join(c if c.isalnum() else "_" for c in part) for part in pointer.split("/")[1:]]
    return "f_" + "_".join(parts)
