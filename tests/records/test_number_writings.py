"""Numbers as people write them, read alike from every source; and no digit that is ever another."""

import csv
import json
import re
import sqlite3
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.catalogue import Form
from generator.kinds import reader
from generator.kinds.raw import ValueFault
from generator.kinds.written_numbers import currency_measure, of_text
from generator.records import open_source
from generator.records.normalise import normaliser

SHANGHAI = ZoneInfo("Asia/Shanghai")
TABLE = tomllib.loads(Path(__file__).with_name("number_writings.toml").read_text(encoding="utf-8"))


class Writing(NamedTuple):
    field: str
    text: str
    meant: str


WRITINGS = [Writing(name, *item) for name, kind in TABLE.items() for item in kind["writings"].items()]
FIELDS = ["line", *TABLE]
COLUMNS = ", ".join(f'"{name}" text' for name in FIELDS)


@pytest.fixture(scope="module")
def form(form_of: Callable[..., Form]) -> Form:
    return form_of({"line": {"type": "string"}} | {name: kind["schema"] for name, kind in TABLE.items()})


def rows() -> Iterator[dict[str, str]]:
    for number, writing in enumerate(WRITINGS):
        yield {"line": f"n{number}", writing.field: writing.text}


def cells() -> list[list[str | None]]:
    return [[row.get(name) for name in FIELDS] for row in rows()]


# --- a file of each format ---


def as_json(path: Path) -> None:
    path.write_text(json.dumps(list(rows()), ensure_ascii=False), encoding="utf-8")


def as_lines(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")


def as_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([FIELDS, *cells()])


def as_xlsx(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [FIELDS, *cells()]:
        sheet.append(row)
    book.save(path)


def as_parquet(path: Path) -> None:
    import duckdb

    lines = path.with_suffix(".jsonl")
    as_lines(lines)
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in FIELDS)
    read = f"read_json('{lines}', format = 'newline_delimited', columns = {{{columns}}})"
    duckdb.execute(f"COPY (SELECT * FROM {read}) TO '{path}' (FORMAT parquet)")


def as_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE TABLE list ({COLUMNS})")
        base.executemany(f"INSERT INTO list VALUES ({', '.join('?' * len(FIELDS))})", cells())
    base.close()


FILES = {
    "a.json": as_json,
    "a.jsonl": as_lines,
    "a.csv": as_csv,
    "a.xlsx": as_xlsx,
    "a.parquet": as_parquet,
    "a.sqlite": as_sqlite,
}


def readings(form: Form, source: str, query: str = "") -> Sequence[str]:
    """Return what a source's rows are read as, as the table writes it."""
    reading = normaliser(form, SHANGHAI)
    found = {}
    for item in open_source(source, form, query):
        assert isinstance(item, tuple)
        record, faults = reading.record(*item)
        line = record.values.pop("line")
        value = next(iter(record.values.values()), None)
        found[line] = faults[0].code if faults else "" if value is None else str(value)
    return [found[f"n{number}"] for number in range(len(WRITINGS))]


def differing(found: Sequence[str]) -> dict[Writing, str]:
    assert len(found) == len(WRITINGS)
    return {writing: came for writing, came in zip(WRITINGS, found, strict=True) if came != writing.meant}


@pytest.mark.parametrize("name", FILES)
def test_a_writing_means_the_same_in_every_source(form: Form, name: str, tmp_path: Path) -> None:
    FILES[name](tmp_path / name)
    source = f"sqlite:///{tmp_path / name}" if name.endswith("sqlite") else str(tmp_path / name)
    assert differing(readings(form, source)) == {}


@pytest.mark.services
def test_a_writing_means_the_same_in_a_database_server(form: Form, postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres) as base:
        base.execute("DROP TABLE IF EXISTS writings")
        base.execute(f"CREATE TABLE writings ({COLUMNS})")
        with base.cursor() as cursor:
            cursor.executemany(f"INSERT INTO writings VALUES ({', '.join(['%s'] * len(FIELDS))})", cells())
    assert differing(readings(form, postgres, "SELECT * FROM writings")) == {}


def test_the_table_has_enough_in_it() -> None:
    assert len(WRITINGS) > 400
    assert sum(writing.meant.startswith("E-") for writing in WRITINGS) > 150


# --- any number, any text ---

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**11), max_value=10**11, places=3)
MARKED = [
    ({"type": "number"}, "{}", 0),
    ({"type": "number"}, "{}万", 4),
    ({"type": "number"}, " {}　", 0),
    ({"type": "number", "x-unit": "件"}, "{} 件", 0),
    ({"type": "number", "x-unit": "percent"}, "{}%", 0),
    ({"type": "number", "x-unit": "percent"}, "{} ％", 0),
    ({"type": "number", "x-unit": "yuan"}, "¥{}", 0),
    ({"type": "number", "x-unit": "yuan"}, "人民币{}元整", 0),
    ({"type": "number", "x-unit": "yuan"}, "{}亿元", 8),
    ({"type": "number", "x-unit": "USD"}, "US${}", 0),
    ({"type": "number", "x-unit": "USD"}, "{} USD", 0),
    ({"type": "number", "x-unit": "JPY"}, "{}日元", 0),
]


@settings(deadline=None)
@given(NUMBERS, st.sampled_from(MARKED), st.booleans(), st.booleans(), st.booleans())
def test_any_number_with_its_groups_and_marks_reads_back_exactly(
    form_of: Callable[..., Form], number: Decimal, marked: Any, grouped: bool, wide: bool, bracketed: bool
) -> None:
    schema, pattern, power = marked
    digits = f"{abs(number):,f}" if grouped else f"{abs(number):f}"
    text = pattern.format(digits)
    if number.is_signed():
        text = f"({text.strip()})" if bracketed else f"-{text.strip()}"
    if wide:
        text = "".join(chr(ord(c) + 0xFEE0) if c in "0123456789,.()" else c for c in text)
    spec = form_of({"x": schema}).root.by_key["x"]
    read = reader(spec.kind, spec, SHANGHAI)
    if power and abs(number.scaleb(power)) >= 10**15:
        with pytest.raises(ValueFault, match="E-json-digits"):
            read(text)
    else:
        assert read(text) == number.scaleb(power)


def significant(text: str) -> str:
    """Return the digits of a text without those that only hold a place."""
    return re.sub("[^0-9]", "", unicodedata.normalize("NFKC", text)).strip("0")


ODD = st.text(st.sampled_from("0123456789012,.，．-+−() %¥$元整²½①٣Ee_'\u00a0\u2009件"), min_size=1, max_size=12)
MEASURES = [{"type": "number"}, *(schema for schema, _, power in MARKED if not power)]


@settings(deadline=None, max_examples=500)
@given(ODD | st.text(max_size=12), st.sampled_from(MEASURES))
@example("5²", {"type": "number"})
@example("1.234,50", {"type": "number"})
def test_no_digit_of_a_text_is_ever_another(form_of: Callable[..., Form], text: str, schema: dict[str, Any]) -> None:
    spec = form_of({"x": schema}).root.by_key["x"]
    try:
        value = reader(spec.kind, spec, SHANGHAI)(text)
    except ValueFault:
        return
    if isinstance(value, (int, Decimal)):
        mantissa, _, exponent = text.casefold().partition("e")
        assert significant(f"{value:f}" if isinstance(value, Decimal) else str(value)) == significant(mantissa)
        assert not exponent or value == 0 or value.__class__ in (int, Decimal)


@settings(deadline=None, max_examples=500)
@given(st.text(st.sampled_from("0123456789,.eE+- 万亿元¥()%"), max_size=14))
def test_what_is_read_is_what_a_calculator_would_read(text: str) -> None:
    """Whatever is read as an amount is, without its marks, a number of the plain grammar of JSON and times its word."""
    try:
        value = of_text(text, currency_measure("CNY"))
    except ValueFault:
        return
    if isinstance(value, str):
        assert not any(c.isdigit() for c in text)
        return
    bare = re.sub(r"[\s¥元()+-]", "", re.sub(r"e([+-]?\d+)", r"E\1", text, flags=re.IGNORECASE).split("E")[0])
    word = re.sub(r"[^万亿]", "", bare)
    plain = re.sub(r"[,万亿]", "", bare)
    exponent = re.search(r"e([+-]?\d+)", text, re.IGNORECASE)
    power = {"": 0, "万": 4, "亿": 8, "万亿": 12}[word] + int(exponent[1] if exponent else 0)
    is_below = "-" in text.casefold().replace("e-", "") or "(" in text
    assert value == Decimal(plain).scaleb(power) * (-1 if is_below else 1)
    assert "," not in bare or re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?[万亿]*", bare)
