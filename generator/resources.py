"""Where the shipped data lies: beside the package in a checkout, inside it in an installed wheel."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


@cache
def data_root() -> Path:
    """Return the folder that holds `schemas` and `templates`."""
    packed = PACKAGE / "_data"
    return packed if packed.is_dir() else PACKAGE.parent


def schemas() -> Path:
    """Return the folder of the shipped schemas."""
    return data_root() / "schemas"


def templates() -> Path:
    """Return the folder of the shipped templates, theme and wording."""
    return data_root() / "templates"
