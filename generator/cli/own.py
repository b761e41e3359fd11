"""The desk's own settings as commands use them: found once, its defaults beneath what the command line says."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from click.core import ParameterSource

from generator.cli.telling import say_written
from generator.configuration import CONFIG_VARIABLE, Configuration, find_configuration, load_configuration
from generator.errors import BiaodanError, Fault, Place, SchemaError, UsageError, fail

if TYPE_CHECKING:
    from generator.catalogue import Catalogue
    from generator.numbers import Numbers

NONE = "-"
"""What --config and its variable say for no settings at all."""


@dataclass
class Own:
    """The settings of this run. `named`: the file that the command line or the environment names, if any."""

    named: str | None = None

    @cached_property
    def path(self) -> Path | None:
        """Return the file that holds; None where none does. Raises UsageError (E-config-none) for a missing one."""
        if self.named is None:
            return find_configuration(Path.cwd())
        if self.named == NONE:
            return None
        if not Path(self.named).is_file():
            raise fail(UsageError, "E-config-none", Place(self.named))
        return Path(self.named)

    @cached_property
    def configuration(self) -> Configuration:
        """Return the settings, those of nobody where there are none; raises as `load_configuration` does."""
        made = load_configuration(self.path) if self.path else Configuration()
        if unknown := _unknown_formats(made):
            raise SchemaError(unknown)
        return made

    def defaults(self) -> dict[str, dict[str, Any]]:
        """Return what is usual for each command, as click takes it; nothing of settings that can't be used."""
        try:
            usual = _by_option(self.configuration)
        except BiaodanError:
            return {}  # the command that needs them tells why
        made: dict[str, dict[str, Any]] = {command: dict(usual) for command in _WITH_LANG}
        return {**made, "case": {"add": dict(usual), "show": dict(usual)}} if usual else {}


_WITH_LANG = ["blank", "render", "batch", "summary", "satisfaction", "check", "read", "collect", "lint", "list"]
_WITH_LANG += ["show", "doctor", "map"]


def _by_option(found: Configuration) -> Mapping[str, object]:
    usual = found.defaults
    given = {
        "lang": usual.lang,
        "pdf_engine": usual.engine or None,
        "mask": usual.mask,
    }
    return {name: value for name, value in given.items() if value is not None}


def _unknown_formats(found: Configuration) -> list[Fault]:
    if not found.defaults.formats:
        return []
    from generator.writers import formats, is_known

    place = found.place("/defaults/formats")
    unknown = [name for name in found.defaults.formats if not is_known(name)]
    return [Fault("E-config-choice", place, {"known": list(formats())}) for _ in unknown[:1]]


def own() -> Own:
    """Return the settings of the command that runs."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context else None
    return found if isinstance(found, Own) else Own(os.environ.get(CONFIG_VARIABLE) or None)


def configuration() -> Configuration:
    """Return the settings of the command that runs; raises as `Own.configuration`."""
    return own().configuration


def numbers(*, keeps: bool = True) -> Numbers | None:
    """Return what gives out the desk's numbers; None where it has no patterns of them.

    Raises SchemaError (E-config-form) for a pattern of no form, and of no number that forms give out.
    """
    desk = configuration()
    if not desk.numbers or desk.path is None:
        return None
    from generator.numbers import STORE, Numbers

    known = catalogue()
    strange = [name for name in desk.numbers if known.find(name) is None]
    if strange:
        shared = {form.given_number.key for form in known if form.given_number}
        strange = [name for name in strange if name not in shared]
    faults = [Fault("E-config-form", desk.place(f"/numbers/{name}"), {"near": known.near(name)}) for name in strange]
    if faults:
        raise SchemaError(faults)
    return Numbers(desk.path.with_name(STORE), desk.numbers, keeps)


def usual_formats() -> tuple[str, ...]:
    """Return the formats that the desk usually wants; none where it doesn't say."""
    return configuration().defaults.formats


def is_usual(option: str) -> bool:
    """Tell whether an option has the value that the desk usually wants, which nobody has asked for this time."""
    context = click.get_current_context(silent=True)
    return context is not None and context.get_parameter_source(option) is ParameterSource.DEFAULT_MAP


def is_dry() -> bool:
    """Tell whether the command that runs is only to say what it would write."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("dry_run"))


def catalogue() -> Catalogue:
    """Return the catalogue with the desk's own forms."""
    from generator.catalogue import Catalogue

    folder = configuration().forms
    return Catalogue() if folder is None else Catalogue(own=folder)


def write_own(files: Sequence[tuple[Path, str]], folder: str) -> None:
    """Write files of a desk's own into a folder, all of them or none, over no other, and print their paths."""
    from generator.files import Write, write_together

    def writes(text: str) -> Write:
        def write(file: BinaryIO) -> None:
            file.write(text.encode())

        return write

    placed = [(Path(folder) / path, text) for path, text in files]
    if there := [path for path, _ in placed if path.exists()]:
        raise UsageError(Fault("E-own-there", Place(str(path))) for path in there)
    write_together([(path, writes(text)) for path, text in placed], replace=False)
    for path, _ in placed:
        say_written(path)
