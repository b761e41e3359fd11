"""Filled documents that are protected by a password: whether one is, and what it holds."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from generator.errors import Place, RecordError, fail, is_unforeseen
from generator.records.filled.packages import refuse_size
from generator.records.item import RawRecord, SourceItem

_BEGINS = 1024


def is_locked(path: Path, place: Place) -> bool:
    """Tell whether a file can't be read without a password.

    Raises RecordError (E-xlsx, E-read-broken) for what is neither an Office file nor a PDF.
    """
    if not is_pdf(path):
        from generator.records.workbooks.protected import is_protected

        return is_protected(path, place)
    import pikepdf

    try:
        pikepdf.open(path).close()
    except pikepdf.PasswordError:
        return True
    except Exception as error:
        raise _broken(error, place) from None
    return False


def unlocked(path: Path, password: str, place: Place) -> BytesIO:
    """Return what a protected file holds, in memory alone.

    Raises RecordError (E-read-large; E-password-wrong where the password doesn't fit; E-read-broken).
    """
    refuse_size(path, place)
    if not is_pdf(path):
        from generator.records.workbooks.protected import decrypted

        return decrypted(path, password, place)
    import pikepdf

    made = BytesIO()
    try:
        with pikepdf.open(path, password=password, suppress_warnings=True) as pdf:
            pdf.save(made, static_id=True)
    except pikepdf.PasswordError:
        raise fail(RecordError, "E-password-wrong", place) from None
    except Exception as error:
        raise _broken(error, place) from None
    made.seek(0)
    return made


def is_pdf(path: Path) -> bool:
    """Tell whether a file begins as a PDF does."""
    with path.open("rb") as file:
        return b"%PDF-" in file.read(_BEGINS)


def _broken(error: Exception, place: Place) -> BaseException:
    """Return what is said of a file at which its library fails; what isn't the file's fault stays what it is."""
    if isinstance(error, MemoryError) or not is_unforeseen(error):
        return error
    return fail(RecordError, "E-read-broken", place)


@dataclass(frozen=True)
class Unlocking:
    """What a protected file holds, as the process that reads foreign files is asked for it."""

    path: Path
    password: str

    @property
    def head(self) -> RawRecord:
        """Return the content."""
        place = Place(self.path.name)
        return {"content": unlocked(self.path, self.password, place).getvalue()}, place

    def __iter__(self) -> Any:
        rows: list[SourceItem] = []
        return iter(rows)
