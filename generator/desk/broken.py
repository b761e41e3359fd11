"""Forms of the user's own that can't be used, or not wholly: what is wrong with them, as `biaodan lint` says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generator import strict_json
from generator.catalogue.adapt import EXTENDS
from generator.desk.office import Office, Setup
from generator.desk.work import office_of
from generator.errors import BiaodanError, Fault, SchemaError
from generator.job import findings
from generator.wording import LANGS, Lang, choose

MOST_LINES = 8
"""Faults of a form that are told; `lint` has the rest."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A form with faults. `lines`: what is wrong and where, in words; `more`: how many aren't told."""

    id: str
    group: str
    title: str
    file: str
    lines: tuple[str, ...]
    more: int = 0


def broken(setup: Setup, lang: Lang) -> list[Broken]:
    """Return the faulty forms among the user's own, by their files."""
    office = office_of(setup)
    found = (_broken(office, name, path, lang) for name, path in office.catalogue.own_paths().items())
    return sorted((one for one in found if one is not None), key=lambda one: one.file)


def _broken(office: Office, name: str, path: Path, lang: Lang) -> Broken | None:
    faults = [fault for fault in _faults(office, path) if not fault.is_warning]
    if not faults:
        return None
    lines = dict.fromkeys(_line(fault, path, lang) for fault in faults)
    group, title = _called(office, name, path, lang)
    return Broken(name, group, title, path.name, tuple(lines)[:MOST_LINES], max(0, len(lines) - MOST_LINES))


def _faults(office: Office, path: Path) -> list[Fault]:
    try:
        return findings(path, office.catalogue)
    except BiaodanError as error:
        return list(error.faults)


def _line(fault: Fault, path: Path, lang: Lang) -> str:
    """Return a fault with its place, the file without the folders that it lies in."""
    place = fault.place
    name = path.name if place.file.endswith(path.name) else Path(place.file).name
    return replace(fault, place=replace(place, file=name)).text(lang)


def _called(office: Office, name: str, path: Path, lang: Lang) -> tuple[str, str]:
    """Return the stage and title of a faulty form, as far as its file, or that of the form it changes, says them."""
    schema = _written(path)
    base = office.find(str(schema.get(EXTENDS, ""))) or office.shipped(name)
    said = schema.get("x-form")
    group = said.get("group") if isinstance(said, Mapping) else None
    own, others = schema.get("title"), schema.get("x-title")
    titles = {"zh-Hans": own, **(others if isinstance(others, Mapping) else {})}
    known = {one: text for one, text in titles.items() if one in LANGS and isinstance(text, str) and text}
    title = choose(known, lang) if known else base.title(lang) if base else name
    return (group if isinstance(group, str) else base.group if base else ""), title


def _written(path: Path) -> Mapping[str, Any]:
    try:
        found = strict_json.load(path, SchemaError)
    except BiaodanError:
        return {}
    return found if isinstance(found, Mapping) else {}
