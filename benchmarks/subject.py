"""What the figures are taken of: records of the samples, each with words of its own, and the documents of them."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measure import NotThereError

HOME = Path(__file__).parent.parent
POOL = 400
"""Different records that a contender goes through, so that no memory of an earlier document answers for it."""

_LONG = 10
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
_NUMBER = re.compile(r"[A-Z]*[0-9]{10,}")
_HAN = "\u2e80"


@dataclass(frozen=True, slots=True)
class Subject:
    """A form by its id, and one record of it."""

    form: str
    sample: Path

    def record(self) -> dict[str, Any]:
        """Return the sample as JSON says it."""
        content: dict[str, Any] = json.loads(self.sample.read_text(encoding="utf-8"))
        return content

    def records(self, count: int = POOL) -> list[dict[str, Any]]:
        """Return so many records, the long texts of each different from those of the others."""
        record = self.record()
        return [varied(record, n) for n in range(count)]


@cache
def _content() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("subject.toml").read_text(encoding="utf-8"))


def _subject(entry: Mapping[str, str]) -> Subject:
    return Subject(entry["form"], HOME / entry["sample"])


def report() -> Subject:
    """Return the report that documents are made of."""
    return _subject(_content()["report"])


def earlier() -> str:
    """Return the commit that ours is held beside."""
    return str(_content()["earlier"]["commit"])


def register() -> Subject:
    """Return the register that tables are made of."""
    return _subject(_content()["register"])


def ruled() -> list[Subject]:
    """Return forms of different size."""
    return [_subject(entry) for entry in _content()["rules"]]


def peer_file(name: str) -> Path:
    """Return a file that belongs to a peer: `typst`, `style`."""
    return HOME / str(_content()["report"][name])


def varied(value: Any, n: int) -> Any:
    """Return a record with a number put to each long Chinese text; whatever has a form of its own stays."""
    if isinstance(value, dict):
        return {key: varied(item, n) for key, item in value.items()}
    if isinstance(value, list):
        return [varied(item, n) for item in value]
    return f"{value}（{n}）" if is_long(value) else value


def is_long(value: Any) -> bool:
    """Tell whether a value is a Chinese text that may be of any wording."""
    return isinstance(value, str) and len(value) >= _LONG and sum(c > _HAN for c in value) * 2 > len(value)


def visits_form() -> str:
    """Return the form of the records whose figures are made."""
    return str(_content()["visits"]["form"])


def documents(subject: Subject, count: int = POOL) -> list[Any]:
    """Return the composed documents of so many records."""
    from generator.api import make_job

    job = make_job(subject.form)
    composed = list(job.documents(job.source(subject.records(count))))
    fault = next((fault for one in composed for fault in one.faults), None)
    if fault is not None:
        raise NotThereError(f"the sample has faults: {fault.code}")
    return [one.document for one in composed]


def raw_rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield so many raw rows of the register, the sample's over and over, each with its own words and times."""
    rows = register().record()["rows"]
    for n in range(count):
        yield {key: _renumbered(varied(value, n), n) for key, value in rows[n % len(rows)].items()}


def _renumbered(value: Any, n: int) -> Any:
    """Return a value with its time later by so many minutes, or a running number in its last six digits."""
    if not isinstance(value, str):
        return value
    if _MOMENT.fullmatch(value):
        return (datetime.fromisoformat(value) + timedelta(minutes=n)).isoformat(" ", "minutes")
    return f"{value[:-6]}{n % 1_000_000:06}" if _NUMBER.fullmatch(value) else value
