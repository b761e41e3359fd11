"""A file opened as the workbook that it is, whatever its name says, with a password where it has one."""

from io import BytesIO
from pathlib import Path

from generator.errors import Place, RecordError, fail
from generator.records.workbooks import Book

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_book(path: Path, password: str = "") -> Book:
    """Return a workbook.

    Raises RecordError for what is none (E-xlsx), of a kind that isn't read (E-book-kind), or protected by a password
    that isn't given or is wrong (E-password-needed, E-password-wrong).
    """
    place = Place(path.name)
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise fail(RecordError, "E-file-read", place, why=error.strerror or "?") from None
    if start == _OLE:
        return _ole(path, password, place)
    if not start.startswith(_ZIP):
        raise fail(RecordError, "E-xlsx", place)
    return _zipped(path, path, place)


def _zipped(content: Path | BytesIO, path: Path, place: Place) -> Book:
    """Return a workbook that is a package of parts."""
    import zipfile

    from generator.records.workbooks.xlsx import open_xlsx

    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        raise fail(RecordError, "E-xlsx", place) from None
    if "content.xml" in names and "mimetype" in names:
        from generator.records.workbooks.ods import open_ods

        return open_ods(content, place)
    if any(name.endswith(".bin") and name.startswith("xl/workbook") for name in names):
        raise fail(RecordError, "E-book-kind", place, sort=".xlsb")
    return open_xlsx(content, path.name)


def _ole(path: Path, password: str, place: Place) -> Book:
    from generator.records.workbooks.protected import decrypted, is_protected
    from generator.records.workbooks.xls import open_xls

    if not is_protected(path, place):
        return open_xls(path.read_bytes(), place)
    if not password:
        raise fail(RecordError, "E-password-needed", place)
    content = decrypted(path, password, place)
    start = content.getvalue()[:8]
    return open_xls(content.getvalue(), place) if start == _OLE else _zipped(content, path, place)
