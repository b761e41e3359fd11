"""How a list is to be read: what its columns are called, which sheet and rows are meant, what may be left out."""

from dataclasses import dataclass, replace
from pathlib import Path

from generator.errors import Fault, Place
from generator.records.mapping import NO_MAP, ColumnMap, load_map, map_beside


@dataclass(frozen=True)
class Reading:
    """What a caller says of a source.

    `query`: of a database. `sheet`: the name or number of a sheet, the name of a table, or `all`. `where`: columns with
    the values that rows must have. `ignores_unknown`: columns that no field has are left out. `joins`: for the name of
    a table within the form, the query that yields its rows, with the number of the record that each belongs to.
    `password`: of a workbook. `pictures`: folders in which the pictures lie that records name, besides the source's.
    """

    query: str = ""
    sheet: str = ""
    mapping: ColumnMap = NO_MAP
    where: tuple[tuple[str, str], ...] = ()
    ignores_unknown: bool = False
    joins: tuple[tuple[str, str], ...] = ()
    password: str = ""
    pictures: tuple[str, ...] = ()

    @property
    def renames(self) -> bool:
        """Tell whether columns may go by other names than the form's, or be left out."""
        return bool(self.mapping.file) or self.ignores_unknown

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is said but which query, so that a database may read the source by itself."""
        return replace(self, pictures=()) == Reading(self.query)


PLAIN = Reading()


def beside(source: str) -> tuple[Reading, list[Fault]]:
    """Return how a list is read that has a map of its name beside it, and that this was used; else the plain way."""
    found = map_beside(source) if "://" not in source else None
    if found is None:
        return PLAIN, []
    return Reading(mapping=load_map(str(found))), [Fault("W-map-beside", Place(Path(source).name), {"map": found.name})]
