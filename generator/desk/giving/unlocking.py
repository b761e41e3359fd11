"""A file that is protected by a password, taken out of its protection; the password is kept nowhere."""

from pathlib import Path

from generator.desk.office import Setup
from generator.errors import Place, RecordError
from generator.records.filled import locked

UNLOCKED = (".xlsx", ".xlsm", ".xls", ".docx", ".pdf")
"""Endings of files whose protection is known."""


def is_locked(file: Path) -> bool:
    """Tell whether a password may open a file."""
    try:
        return file.suffix.lower() in UNLOCKED and locked.is_locked(file, Place(file.name))
    except RecordError:
        return False


def unlocked(setup: Setup, path: str, password: str) -> None:
    """Put what a protected file holds in its place, whole or not at all.

    Raises RecordError (E-password-wrong) where the password doesn't fit.
    """
    file = Path(path)
    content = locked.unlocked(file, password, Place(file.name))
    made = file.with_name("unlocked")
    made.write_bytes(content.getbuffer())
    made.replace(file)
