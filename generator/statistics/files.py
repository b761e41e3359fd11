"""Files that DuckDB reads by itself: Parquet, CSV and JSON Lines."""

import codecs
import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from generator.catalogue import Form
from generator.records import is_database
from generator.records.names import find_path
from generator.refusals import read_error
from generator.statistics.engine import DuckEngine
from generator.statistics.source import SourceRelation, numbered
from generator.statistics.sql import Sql, listed, literal, sql

_SAMPLE = 1 << 20
_MOST_CELL = 16 << 20
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def native_relation(name: str, form: Form, engine: DuckEngine) -> SourceRelation | None:
    """Return a file as DuckDB reads it by itself; None where it doesn't, or not so that all would be read right."""
    path = Path(name)
    opener = None if is_database(name) else _OPENERS.get(path.suffix.lower())
    if opener is None or not _is_utf8(name):
        return None
    try:
        return opener(path, form, engine)
    except OSError as error:
        raise read_error(error, path.name) from None


def _is_utf8(name: str) -> bool:
    """Tell whether a name can be told to a library that takes UTF-8 only."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parquet(path: Path, form: Form, engine: DuckEngine) -> SourceRelation:
    relation = sql("read_parquet({path})", path=literal(str(engine.led_to(path))))
    return SourceRelation(relation, path.name, list(engine.types(relation)), numbered)


def _csv(path: Path, form: Form, engine: DuckEngine) -> SourceRelation | None:
    """Return a CSV file, written anew in UTF-8 where it is in something else; None where its header isn't plain."""
    readable = engine.led_to(path) if _seems_utf8(path) else _in_utf8(path, form, engine)
    with readable.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline(_SAMPLE)
        delimiter = max(",\t;", key=line.count)
        file.seek(0)
        header = next(csv.reader(file, delimiter=delimiter), [])
    names = [name.strip() for name in header]
    if len(names) < 2 or len(set(names)) < len(names) or not _any_known(names, form):
        return None
    named = [name or f"column {n}" for n, name in enumerate(names, 1)]
    return SourceRelation(
        read_csv(readable, named, delimiter),
        path.name,
        names,
        lambda numbers: _csv_lines(readable, delimiter, numbers),
        read_csv(readable, named, delimiter, padded=True),
    )


def _in_utf8(path: Path, form: Form, engine: DuckEngine) -> Path:
    """Return a copy of a CSV file in UTF-8."""
    from generator.records.sheet import CsvSource

    copied = engine.folder / "utf-8.csv"
    source = CsvSource(path, form)
    try:
        with (
            path.open(encoding=source.encoding, newline="") as given,
            copied.open("w", encoding="utf-8", newline="") as copy,
        ):
            shutil.copyfileobj(given, copy, _SAMPLE)
    except UnicodeDecodeError as error:
        raise source.unreadable(error) from None
    return copied


def _any_known(names: Sequence[str], form: Form) -> bool:
    return any(name and find_path(form.record_spec, name) for name in names)


def _seems_utf8(path: Path) -> bool:
    """Tell whether a file begins like UTF-8; DuckDB refuses it where it goes on otherwise."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return not start.startswith(_MARKS)


def read_csv(path: Path, names: Sequence[str], delimiter: str, *, padded: bool = False) -> Sql:
    """Return a CSV file with a header as a relation of texts; `padded`: rows may be short."""
    return sql(
        "read_csv({path}, {padding}auto_detect = false, header = true, delim = {delimiter},"
        " quote = '\"', escape = '\"', max_line_size = {most}, columns = {{{columns}}})",
        path=literal(str(path)),
        padding=sql("null_padding = true, ") if padded else sql(""),
        delimiter=literal(delimiter),
        most=_MOST_CELL,
        columns=_texts(names),
    )


def _texts(names: Sequence[str]) -> Sql:
    """Return columns of texts as DuckDB is told of them."""
    return listed(sql("{name}: 'VARCHAR'", name=literal(name)) for name in names)


def _csv_lines(path: Path, delimiter: str, numbers: Sequence[int]) -> dict[int, str]:
    """Return the lines on which rows begin, by number; empty lines are no rows."""
    wanted, found, number = set(numbers), {}, 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, delimiter=delimiter)
        next(lines, None)
        line = lines.line_num + 1
        for cells in lines:
            if cells:
                if number in wanted:
                    found[number] = str(line)
                number += 1
            line = lines.line_num + 1
            if len(found) == len(wanted):
                break
    return found


def _json_lines(path: Path, form: Form, engine: DuckEngine) -> SourceRelation | None:
    """Return a file of JSON Lines by all keys that stand in it."""
    readable = engine.led_to(path)
    keys = sql(
        "SELECT DISTINCT unnest(json_keys(json)) FROM read_ndjson_objects({path}, maximum_object_size = {most})",
        path=literal(str(readable)),
        most=_MOST_CELL,
    )
    names = sorted(row[0] for row in engine.rows(keys))
    known = [name for name in names if find_path(form.record_spec, name)]
    if not known:
        return None
    relation = sql(
        "read_json({path}, maximum_object_size = {most}, format = 'newline_delimited', columns = {{{columns}}})",
        path=literal(str(readable)),
        most=_MOST_CELL,
        columns=_texts(known),
    )
    return SourceRelation(relation, path.name, known, lambda numbers: _json_lines_rows(path, numbers))


def _json_lines_rows(path: Path, numbers: Sequence[int]) -> dict[int, str]:
    wanted, found, number = set(numbers), {}, 0
    with path.open("rb") as file:
        for line, content in enumerate(file, 1):
            if content.strip(b" \t\r\n\xef\xbb\xbf"):
                if number in wanted:
                    found[number] = str(line)
                number += 1
    return found


_OPENERS: dict[str, Callable[[Path, Form, DuckEngine], SourceRelation | None]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}


def is_json_lines(name: str) -> bool:
    """Tell whether a source is a file of JSON Lines that DuckDB can be told of."""
    return not is_database(name) and _is_utf8(name) and Path(name).suffix.lower() in (".jsonl", ".ndjson")
