"""Pictures that records name by their files, put in their place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.errors import Fault
from generator.kinds.pictures import LARGEST, Photo, is_file
from generator.kinds.raw import ValueFault
from generator.record import Record

MOST = 200
"""Pictures of a record."""


class Evidence:
    """Puts pictures into the records of one part of a form: the whole of it, or a table's rows."""

    def __init__(self, spec: FieldSpec) -> None:
        self.spec = spec
        self.is_wanted = spec.holds_pictures

    def put(self, record: Record, folders: Sequence[Path]) -> list[Fault]:
        """Put the pictures of a record's files into it, looked for in `folders`, and there alone; return the faults."""
        faults: list[Fault] = []
        for count, (spec, values, pointer) in enumerate(list(_places(self.spec, record.values, record.pointer)), 1):
            try:
                if count > MOST:
                    raise ValueFault("E-picture-many", limit=MOST)
                values[spec.key] = _photo(spec, values[spec.key], folders)
            except ValueFault as error:
                values[spec.key] = None
                place = replace(spec.place(pointer), file=record.place.file, row=record.place.row)
                faults.append(Fault(error.code, place, error.params))
        return faults


def _places(spec: FieldSpec, values: dict[str, Any], pointer: str) -> Iterator[tuple[FieldSpec, dict[str, Any], str]]:
    """Yield the fields of pictures that have a value, each with the values that it lies among and its pointer."""
    for child in spec.fields:
        value, at = values.get(child.key), f"{pointer}/{child.step}"
        if value is None or not child.holds_pictures:
            continue
        if child.shape == "section":
            yield from _places(child, value, at)
        elif child.shape == "repeat":
            for number, row in enumerate(value):
                yield from _places(child, row, f"{at}/{number}")
        else:
            yield child, values, at


def _photo(spec: FieldSpec, value: object, folders: Sequence[Path]) -> object:
    """Return the picture of a file's name; what is no file's name as it is.

    Raises ValueFault as `read_picture`, and E-picture-file where there is no such file.
    """
    from generator.kinds.picture_reading import read_picture

    if not isinstance(value, str) or (spec.kind.is_drawn and not is_file(value)):
        return value
    path = _found(value, folders)
    if path is None:
        raise ValueFault("E-picture-file")
    try:
        if path.stat().st_size > LARGEST:
            raise ValueFault("E-picture-large", limit=LARGEST >> 20)
        made: Photo = read_picture(path.read_bytes())
    except OSError as error:
        raise ValueFault("E-file-read", why=error.strerror or "?") from None
    return replace(made, name=path.name)


def _found(name: str, folders: Sequence[Path]) -> Path | None:
    """Return the file that a record means, by its path from one of the folders, else by its name in one of them."""
    path = PureWindowsPath(name)  # takes slashes of both kinds
    is_within = not path.anchor and ".." not in path.parts
    for inner in ([Path(*path.parts)] if is_within and path.parts else []) + [Path(path.name)]:
        for folder in folders:
            try:
                found = (folder / inner).resolve()
                if found.is_file() and found.is_relative_to(folder.resolve()):
                    return found
            except (OSError, ValueError, RuntimeError):
                continue
    return None
