"""Issues loaded for counting: read quickly, then whatever the quick way refuses read as people write it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from generator.errors import Fault, RecordError
from generator.records.values import ValueFault, fold, reader
from generator.rules import Policy
from generator.rules.office import END_OF_DAY
from generator.rules.validate import record_validator
from generator.statistics.columns import Columns, not_given
from generator.statistics.engine import Engine
from generator.statistics.files import MOST_FAULTS, Rows
from generator.statistics.reading import CHOICES, MISSING, TIMES, Reading


class Reader:
    """Reads single cells as the house does."""

    def __init__(self, columns: Columns, policy: Policy) -> None:
        self.columns, self.policy = columns, policy
        self.validator = record_validator(columns.source)

    def value(self, key: str, raw: str) -> Any:
        """Return a cell's value as the issues have it: a moment, or a number; None where there is none.

        Raises RecordError with what is wrong with the cell.
        """
        if not_given(raw):
            return None
        spec = self.columns.spec(key)
        if key in CHOICES and (number := self.columns.folded_choices(key).get(fold(raw))):
            return number
        try:
            value = reader(spec, self.policy.zone)(raw)
        except (ValueFault, OverflowError) as error:
            code, params = (error.code, error.params) if isinstance(error, ValueFault) else ("E-date", {})
            raise RecordError(Fault(code, spec.place(f"/{key}"), params)) from None
        if key not in TIMES:
            if faults := self.validator.faults({key: value}):
                raise RecordError(fault for fault in faults if fault.place.pointer == f"/{key}")
            return value
        return self._moment(key, value)

    def _moment(self, key: str, value: Any) -> Any:
        if isinstance(value, datetime) or value is None:
            return value
        midnight = datetime.combine(value, time())
        return midnight + END_OF_DAY if key == "planned_at" else midnight


def load(engine: Engine, reading: Reading, reader: Reader, rows: Rows, file: str) -> None:
    """Name the issues of a source `biaodan_issues`.

    Raises RecordError with the faults of the first thousand cells that can't be read.
    """
    engine.name("biaodan_issues", reading.issues())
    refused = _refused(engine)
    if not refused:
        return
    read = {}
    for n, key in enumerate(reading.judged):
        if refused & (1 << n):
            values = _values(engine, reading, reader, key)
            read[key] = engine.pairs(f"read_{key}", values, "timestamp" if key in TIMES else "smallint")
    again = replace(reading, read=read)
    if read:
        engine.name("biaodan_issues", again.issues())
    if _refused(engine):
        raise RecordError(_faults(engine, again, reader, rows, file))


def _refused(engine: Engine) -> int:
    bits = next(iter(engine.rows("SELECT bit_or(refused) AS refused FROM biaodan_issues")))[0]
    return int(bits or 0)


def _values(engine: Engine, reading: Reading, reader: Reader, key: str) -> Iterator[tuple[str, Any]]:
    """Yield the texts of a column that can be read, with their values."""
    for (raw,) in engine.rows(reading.refused(key)):
        try:
            yield raw, reader.value(key, raw)
        except RecordError:
            continue


def _faults(engine: Engine, reading: Reading, reader: Reader, rows: Rows, file: str) -> Iterable[Fault]:
    cells = list(engine.rows(reading.faulty(MOST_FAULTS)))
    names = rows([cell[0] for cell in cells])
    for number, refused, *raw in cells:
        place = {"file": file, "row": names.get(number, "")}
        if refused & MISSING:
            yield Fault("E-required", reader.columns.spec("reported_at").place("/reported_at", **place))
        for n, key in enumerate(reading.judged):
            if refused & (1 << n):
                yield from _cell_faults(reader, key, raw[n], place)


def _cell_faults(reader: Reader, key: str, raw: str, place: Mapping[str, str]) -> Iterator[Fault]:
    try:
        reader.value(key, raw)
    except RecordError as error:
        yield from (fault.at(**place) for fault in error.faults)
