"""The options that say how a list is to be read, and what becomes of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from generator.cli.faults import print_faults
from generator.cli.messages import message
from generator.errors import Fault, Place, UsageError, fail
from generator.records.mapping import NO_MAP, ColumnMap, load_map, map_beside
from generator.records.reading import Reading
from generator.wording import Lang

if TYPE_CHECKING:
    from generator.returned import Returned

PASSWORD = "BIAODAN_PASSWORD"  # noqa: S105  # the name of the variable
_OLE, _PROTECTED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")

_BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et"})

Command = TypeVar("Command", bound=Callable[..., Any])


class ReadingOptions(TypedDict):
    """What a command is given that reads a list."""

    sheet: str
    map_file: str | None
    where: tuple[str, ...]
    ignore_unknown: bool
    joins: tuple[str, ...]
    pictures: tuple[str, ...]


SHEET_OPTION = click.option("--sheet", default="", metavar="NAME|N|all", help=message("option.sheet"))
_OPTIONS = (
    click.option("--map", "map_file", metavar="FILE", help=message("option.map")),
    SHEET_OPTION,
    click.option("--where", multiple=True, metavar="COLUMN=VALUE", help=message("option.where")),
    click.option("--ignore-unknown", is_flag=True, help=message("option.ignore_unknown")),
    click.option("--join", "joins", multiple=True, metavar="TABLE=SQL", help=message("option.join")),
    click.option("--pictures", multiple=True, metavar="DIR", help=message("option.pictures")),
)


def reading_options(command: Command) -> Command:
    """Give a command the options that say how a list is to be read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def reading_of(options: ReadingOptions, source: str, lang: Lang, query: str = "") -> Reading:
    """Return how a source is to be read.

    A map that lies beside the source is used and told of. Raises UsageError for options that can't be understood, a
    missing or faulty map.
    """
    return Reading(
        query,
        options["sheet"],
        _map(options["map_file"], source, lang),
        tuple(_where(options["where"])),
        options["ignore_unknown"],
        tuple(_joins(options["joins"])),
        password_of(source),
        tuple(map(_folder, options["pictures"])),
    )


def _folder(name: str) -> str:
    """Return a folder of pictures.

    Raises UsageError (E-picture-folder) where there is none.
    """
    if not Path(name).is_dir():
        raise fail(UsageError, "E-picture-folder", Place("--pictures"), folder=name)
    return str(Path(name).absolute())


def _map(name: str | None, source: str, lang: Lang) -> ColumnMap:
    if name is not None:
        return load_map(name)
    beside = map_beside(source) if source != "-" and "://" not in source else None
    if beside is None:
        return NO_MAP
    print_faults([Fault("W-map-beside", Place(Path(source).name), {"map": beside.name})], lang)
    return load_map(str(beside))


def _pairs(given: Sequence[str]) -> list[tuple[str, str] | None]:
    """Return what stands before and behind the first equals sign of each, a full-width one too; None without one."""
    pairs: list[tuple[str, str] | None] = []
    for text in given:
        marks = [at for at in (text.find("="), text.find("＝")) if at > 0]
        name = text[: min(marks)].strip() if marks else ""
        pairs.append((name, text[min(marks) + 1 :].strip()) if name else None)
    return pairs


def _where(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    for pair in _pairs(given):
        if pair is None:
            raise fail(UsageError, "E-where", Place("--where"))
        yield pair


def _joins(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    for pair in _pairs(given):
        if pair is None:
            raise fail(UsageError, "E-join", Place("--join"))
        yield pair


def password_of(source: str) -> str:
    """Return the password of a protected workbook: from the environment, or asked for on a terminal."""
    given = os.environ.get(PASSWORD, "")
    if given or not _is_protected(Path(source)) or not os.isatty(0):
        return given
    asked: str = click.prompt(message("say.password"), hide_input=True, err=True)
    return asked


def unlocking(
    read: Callable[..., Iterator[Returned]], files: Sequence[str], how: Mapping[str, Any]
) -> Iterator[Returned]:
    """Yield what each file says; of one with a password the environment has it, or it is asked for on a terminal."""
    given = os.environ.get(PASSWORD, "")
    for one in read(files, password=given, **how):
        if one.is_locked and not given and os.isatty(0):
            asked = click.prompt(message("say.password_of").format(file=one.path.name), hide_input=True, err=True)
            yield from read([one.path], password=asked, **how)
        else:
            yield one


def _is_protected(path: Path) -> bool:
    try:
        if path.suffix.lower() not in _BOOKS or not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_OLE)) == _OLE and _PROTECTED in file.read(1 << 24)
    except OSError:
        return False
