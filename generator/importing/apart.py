"""Drafts made in the process that reads foreign files, under its limits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.errors import Place
from generator.importing.draft import Draft
from generator.records.foreign import ForeignSource
from generator.records.item import RawRecord, SourceItem

_DRAFT = "draft"


@dataclass
class _Drafted:
    """A draft as a source of one record, which is how that process answers."""

    make: Callable[..., Draft]
    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def head(self) -> RawRecord:
        return {}, Place(self.path.name)

    def __iter__(self) -> Iterator[SourceItem]:
        yield {_DRAFT: self.make(self.path, **self.options)}, Place(self.path.name)


def drafted_apart(make: Callable[..., Draft], path: Path, **options: Any) -> Draft:
    """Return what a function of a module makes of a file, in the process for foreign files.

    Raises what it raises, and RecordError (E-read-memory, E-read-time, E-read-died) where the process ends over it.
    """
    source = ForeignSource(_Drafted(make, path.absolute(), options), path)
    for item in source:
        assert isinstance(item, tuple)
        made: Draft = item[0][_DRAFT]
        return made
    raise AssertionError
