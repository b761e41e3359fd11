"""A desk's settings read: every fault at once, each with its line; relative paths are relative to the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator import strict_json
from generator.configuration.lines import line_of, lines_of
from generator.configuration.marks import Refused, read_mark
from generator.configuration.shape import faults_of_table
from generator.errors import Fault, Place, SchemaError
from generator.files import require_file
from generator.numbers import NumberPattern
from generator.paper import SIZES
from generator.profile import SEAL_WIDTH, Mark, Profile, shipped_profile
from generator.theme import Theme, changed_theme, parsed_toml, shipped_theme
from generator.units import Mm
from generator.wording import Lang


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is usual at a desk where a command says nothing else."""

    formats: tuple[str, ...] = ()
    lang: Lang | None = None
    engine: str = ""
    mask: bool | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """A desk's settings. `forms`: the folder of its own forms; `path`: where they lie; `numbers`: patterns by form."""

    profile: Profile = field(default_factory=shipped_profile)
    theme: Theme = field(default_factory=shipped_theme)
    defaults: Defaults = Defaults()
    forms: Path | None = None
    path: Path | None = None
    numbers: Mapping[str, NumberPattern] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def place(self, pointer: str) -> Place:
        """Return the place of a key, for what is found wrong with it later."""
        return Place(self.path.name if self.path else "", line_of(self.lines, pointer), pointer=pointer)


def load_configuration(path: Path | str) -> Configuration:
    """Return the settings of a file.

    Raises UsageError where it isn't there, SchemaError with every fault of what stands in it and of its pictures.
    """
    path = require_file(path)
    text = strict_json.text_of(path, SchemaError, path.name, strict_json.LARGEST_OWN)
    reader = _Reader(path, lines_of(text), parsed_toml(text, path.name))
    made = reader.configuration()
    if reader.faults:
        raise SchemaError(sorted(reader.faults, key=lambda fault: int(fault.place.row or 0)))
    return made


class _Reader:
    """Reads the content of one file and notes what is wrong with it."""

    def __init__(self, path: Path, lines: Mapping[str, int], given: Mapping[str, Any]) -> None:
        self.path, self.lines, self.given = path, lines, given
        self.faults: list[Fault] = []

    def configuration(self) -> Configuration:
        self.note(strict_json.text_faults(self.given, self.path.name))
        if not self.faults:
            self.note(faults_of_table(self.given, self.path.name))
        if self.faults:
            sound = {key: part for key, part in self.given.items() if key in ("organisation", "forms", "look")}
            self.pictures(sound)
            self.theme(sound)
            return Configuration()
        defaults = self.given.get("defaults", {})
        return Configuration(
            self.profile(),
            self.theme(self.given),
            Defaults(
                tuple(defaults.get("formats", ())),
                defaults.get("lang"),
                defaults.get("engine", ""),
                defaults.get("mask"),
            ),
            self.forms(),
            self.path.absolute(),
            {form: _pattern(given) for form, given in self.given.get("numbers", {}).items()},
            self.lines,
        )

    def note(self, faults: "list[Fault] | Iterator[Fault]") -> None:
        """Keep faults, each with its line; what stands in it is told once."""
        for fault in faults:
            row = line_of(self.lines, fault.place.pointer)
            self.faults.append(replace(fault, place=replace(fault.place, row=fault.place.row or row)))

    def profile(self) -> Profile:
        given, paper = self.given.get("organisation", {}), self.given.get("paper", {})
        marks = self.pictures(self.given)
        return Profile(
            names=_pairs(given.get("name")) or shipped_profile().names,
            addresses=_pairs(given.get("address")),
            phone=given.get("phone", ""),
            email=given.get("email", ""),
            website=given.get("website", ""),
            logo=marks.get("logo"),
            seal=marks.get("seal"),
            seal_width=Mm(float(given.get("seal_width", SEAL_WIDTH))),
            footers=_pairs(paper.get("footer")),
            confidentiality=_pairs(paper.get("confidentiality")),
            form_numbers=paper.get("form_numbers", "internal"),
            paper="" if (size := paper.get("size", "")) == next(iter(SIZES)) else size,
        )

    def pictures(self, given: Mapping[str, Any]) -> dict[str, Mark]:
        """Return logo and seal, as far as there are files of them."""
        part = given.get("organisation")
        named = part if isinstance(part, Mapping) else {}
        found = {key: self.picture(key, named[key]) for key in ("logo", "seal") if _is_name(named.get(key))}
        return {key: mark for key, mark in found.items() if mark}

    def picture(self, key: str, name: str) -> Mark | None:
        place = Place(self.path.name, pointer=f"/organisation/{key}")
        path = self.path.parent / name
        try:
            if not path.is_file():
                self.note([Fault("E-config-file", place, {"file": name})])
                return None
            return read_mark(path)
        except Refused as refused:
            self.note([Fault(refused.code, place, refused.params)])
        except OSError as error:
            self.note([Fault("E-config-unread", place, {"file": name, "why": error.strerror or "?"})])
        return None

    def theme(self, given: Mapping[str, Any]) -> Theme:
        changes = given.get("look")
        if not changes or not isinstance(changes, Mapping):
            return shipped_theme()
        try:
            return changed_theme(_bare_colours(changes), self.path.name)
        except SchemaError as error:
            moved = (replace(f, place=replace(f.place, pointer=f"/look{f.place.pointer}")) for f in error.faults)
            self.note(f for f in moved if f.code != "E-theme-keys")  # keys are looked through with all others
        return shipped_theme()

    def forms(self) -> Path | None:
        name = self.given.get("forms", {}).get("folder", "")
        if not name:
            return None
        folder = self.path.parent / str(name)
        if not folder.is_dir():
            self.note([Fault("E-config-folder", Place(self.path.name, pointer="/forms/folder"), {"folder": name})])
        return folder.absolute()


def _pattern(given: object) -> NumberPattern:
    if isinstance(given, Mapping):
        return NumberPattern(str(given["pattern"]), str(given.get("prefix", "")))
    return NumberPattern(str(given))


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(given: object) -> dict[str, str]:
    """Return a text by language; one that is given without a language is as good in all of them."""
    if isinstance(given, Mapping):
        return {lang: text for lang, text in given.items() if text}
    return {"zh-Hans": str(given)} if given else {}


def _pairs(given: object) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_texts(given).items()))


def _bare_colours(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes of the look with colours as themes have them: # before them is usual elsewhere."""
    made = dict(changes)
    if isinstance(colours := changes.get("colour"), Mapping):
        made["colour"] = {k: v.removeprefix("#") if isinstance(v, str) else v for k, v in colours.items()}
    return made
