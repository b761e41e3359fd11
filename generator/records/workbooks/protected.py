"""Workbooks that are protected by a password: whether one is, and what it holds (MS-OFFCRYPTO)."""

from io import BytesIO
from pathlib import Path

from generator.errors import Place, RecordError, fail, is_unforeseen


def is_protected(path: Path, place: Place) -> bool:
    """Tell whether a file can't be read without a password.

    Raises RecordError (E-xlsx) for what is no workbook.
    """
    import msoffcrypto

    try:
        with path.open("rb") as file:
            return bool(msoffcrypto.OfficeFile(file).is_encrypted())
    except BaseException as error:  # the library has many types for what is broken
        if isinstance(error, MemoryError) or not is_unforeseen(error):
            raise
        raise fail(RecordError, "E-xlsx", place) from None


def decrypted(path: Path, password: str, place: Place) -> BytesIO:
    """Return what a protected file holds, in memory alone.

    Raises RecordError (E-password-wrong) where the password doesn't fit.
    """
    import msoffcrypto

    made = BytesIO()
    try:
        with path.open("rb") as file:
            office = msoffcrypto.OfficeFile(file)
            office.load_key(password=password, verify_password=True)
            office.decrypt(made)
    except BaseException as error:
        if isinstance(error, MemoryError) or not is_unforeseen(error):
            raise
        raise fail(RecordError, "E-password-wrong", place) from None
    made.seek(0)
    return made
