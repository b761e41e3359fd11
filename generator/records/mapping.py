"""What a list's columns and values are called there, and here: a file of TOML that a person writes or corrects."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.characters import ill_character
from generator.errors import Fault, Place, UsageError, fail
from generator.files import require_file
from generator.kinds.raw import fold

_KEYS = {"columns", "ignore", "values", "dates", "sheet"}
_MOST_BYTES = 1 << 20
_FIRST_YEAR, _LAST_YEAR = 1000, 9999
_NO_YEAR = re.compile(r"\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})(?!\d|\s*[月/.-]\s*\d)\s*日?(.*)", re.DOTALL)


@dataclass(frozen=True)
class ColumnMap:
    """A list's names of columns, each with ours; values by column; the year of dates that have none.

    `columns`: by their folded name the names of ours, of which the first goes that a form has; none for a column that
    is left out. `ignored`: columns that are left out where the form has none of that name. `values`: by the folded name
    of a field or column what its values stand for; the name of a field goes before that of a column.
    """

    file: str = ""
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    year: int | None = None
    sheet: str = ""

    def __hash__(self) -> int:
        return id(self)

    def ours(self, name: str) -> Sequence[str] | None:
        """Return the names of ours for one of theirs; None where the map doesn't speak of it."""
        return self.columns.get(fold(name))

    def values_of(self, *names: str) -> Mapping[str, Any]:
        """Return what the values of a column stand for, by any of its names."""
        return next((self.values[fold(name)] for name in names if fold(name) in self.values), {})

    def with_year(self, text: str) -> str:
        """Return a date with the year that the map says, where it is written without one."""
        found = _NO_YEAR.fullmatch(text) if self.year else None
        return f"{self.year}-{int(found[1]):02d}-{int(found[2]):02d}{_spaced(found[3])}" if found else text


def _spaced(rest: str) -> str:
    return f" {rest.strip()}" if rest.strip() else ""


NO_MAP = ColumnMap()


def load_map(name: str) -> ColumnMap:
    """Return the map of a file.

    Raises UsageError with everything that is wrong with it (E-map-…), as `require_file` does for one that isn't there.
    """
    path = require_file(name)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise fail(UsageError, "E-map-toml", Place(path.name), line="–")
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise fail(UsageError, "E-encoding-json", Place(path.name), byte=1) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise fail(UsageError, "E-map-toml", Place(path.name), line=line[1] if line else "–") from None
    except (RecursionError, ValueError):  # nested too deep, a number of too many digits
        raise fail(UsageError, "E-map-toml", Place(path.name), line="–") from None
    except OSError as error:
        raise fail(UsageError, "E-file-read", Place(path.name), why=error.strerror or "?") from None
    return _Loader(path.name, content).map()


class _Loader:
    """Reads the content of a map, and gathers what is wrong with it."""

    def __init__(self, file: str, content: Mapping[str, Any]) -> None:
        self.file, self.content = file, content
        self.faults: list[Fault] = []

    def wrong(self, at: str) -> None:
        self.faults.append(Fault("E-map-shape", Place(self.file, pointer=at)))

    def twice(self, at: str) -> None:
        self.faults.append(Fault("E-map-twice", Place(self.file, pointer=at)))

    def map(self) -> ColumnMap:
        for key in self.content.keys() - _KEYS:
            self.wrong(f"/{key}")
        made = ColumnMap(self.file, self._columns(), self._ignored(), self._values(), self._year(), self._text("sheet"))
        if self.faults:
            raise UsageError(self.faults)
        return made

    def _table(self, key: str) -> Mapping[str, Any]:
        found = self.content.get(key, {})
        if not isinstance(found, Mapping):
            self.wrong(f"/{key}")
            return {}
        return found

    def _text(self, key: str) -> str:
        found = self.content.get(key, "")
        if not isinstance(found, str):
            self.wrong(f"/{key}")
            return ""
        return found

    def _columns(self) -> dict[str, Sequence[str]]:
        made: dict[str, Sequence[str]] = {}
        for theirs, ours in self._table("columns").items():
            names = [ours] if isinstance(ours, str) else ours
            if not isinstance(names, list) or not all(isinstance(n, str) and not ill_character(n) for n in names):
                self.wrong(f"/columns/{theirs}")
            elif fold(theirs) in made:
                self.twice(f"/columns/{theirs}")
            else:
                made[fold(theirs)] = [name for name in names if name.strip()]
        return made

    def _ignored(self) -> frozenset[str]:
        listed = self.content.get("ignore", [])
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            self.wrong("/ignore")
            return frozenset()
        return frozenset(map(fold, listed))

    def _values(self) -> dict[str, Mapping[str, Any]]:
        made: dict[str, Mapping[str, Any]] = {}
        for column, pairs in self._table("values").items():
            if not isinstance(pairs, Mapping) or any(isinstance(v, (dict, list)) for v in pairs.values()):
                self.wrong(f"/values/{column}")
                continue
            if len({fold(theirs) for theirs in pairs}) < len(pairs) or fold(column) in made:
                self.twice(f"/values/{column}")
            made[fold(column)] = {fold(theirs): ours for theirs, ours in pairs.items()}
        return made

    def _year(self) -> int | None:
        dates = self._table("dates")
        for key in dates.keys() - {"year"}:
            self.wrong(f"/dates/{key}")
        year = dates.get("year")
        if year is None:
            return None
        if isinstance(year, bool) or not isinstance(year, int) or not _FIRST_YEAR <= year <= _LAST_YEAR:
            self.wrong("/dates/year")
            return None
        return year


BESIDE = (".map.toml",)


def map_beside(source: str) -> Path | None:
    """Return the map that lies beside a file under its name: issues.map.toml beside issues.xlsx."""
    path = Path(source)
    try:
        beside = [path.with_name(path.name + ending) for ending in BESIDE]
        beside += [path.with_suffix(ending) for ending in BESIDE] if path.suffix else []
        return next((one for one in beside if one.is_file()), None)
    except (OSError, ValueError):
        return None
