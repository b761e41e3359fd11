"""Every limit at its last figure: what is one less and what is just as much is taken, what is one more is refused."""

# ruff: noqa: F811  # fixtures of other files

import json
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator import pipeline, strict_json
from generator.api import check, make_job
from generator.batch import MOST_JOBS, Options, batch
from generator.catalogue import Catalogue, limits
from generator.catalogue.build import MOST_MARKS
from generator.catalogue.dialect import lint
from generator.catalogue.expressions import ExpressionError, compiled
from generator.document import Row, Table
from generator.errors import BiaodanError, Fault, Place, RecordError, WriteError
from generator.files import MAX_NAME_BYTES, safe_name
from generator.job import MAX_BLANK_ROWS
from generator.kinds.raw import ValueFault, clean
from generator.record import Judged
from generator.records.bounds import VARIABLE, bounds
from generator.rules.functions import plain_functions
from generator.writers.xlsx import register, write_xlsx
from generator.writers.xlsx.cells import MAX_CHARACTERS, MAX_LINE_FEEDS, text_faults
from tests.compose.test_template_limits import catalogue, made  # noqa: F401  # a fixture
from tests.hostile.test_foreign_files import book, cell, codes, form  # noqa: F401  # a fixture
from tests.writers.specimen import column, document

AROUND = (-1, 0, 1)
MB = 1 << 20

around = pytest.mark.parametrize("more", AROUND, ids=["n-1", "n", "n+1"])


def expected(code: str, more: int) -> list[str]:
    return [code] if more > 0 else []


def found(act: Callable[[], Any]) -> list[str]:
    """Return the codes of what an act raises."""
    try:
        act()
    except BiaodanError as error:
        return sorted({fault.code for fault in error.faults})
    return []


# --- foreign files ---


def line_of(size: int) -> str:
    """Return a record of JSON on a line of so many bytes, its end among them."""
    return '{"One": "' + "y" * 9 + '"}' + " " * (size - 21) + "\n"


def rows_of(size: int) -> str:
    """Return a row of CSV of so many characters, its end among them, of cells that aren't too long themselves."""
    return "x," + "y" * (size // 2) + "," + "z" * (size - size // 2 - 4) + "\n"


@around
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "first.csv", "second.csv"])
def test_a_record_has_its_size(
    form: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    more: int,
) -> None:
    monkeypatch.setenv(VARIABLE, "record=1")
    size, header = MB + more, "One,Note,x\n" if name.endswith(".csv") else ""
    before = "a,b,\n" if name == "second.csv" else ""
    (tmp_path / name).write_text(header + before + (rows_of(size) if header else line_of(size)), encoding="utf-8")
    assert ("E-record-large" in codes(form, tmp_path / name)) == (more > 0)


@around
def test_so_has_one_of_standard_input(monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    import io
    import sys

    from generator import records

    monkeypatch.setenv(VARIABLE, "record=1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line_of(MB + more).encode())))
    assert found(records._standard_input) == expected("E-record-large", more)


def test_a_list_may_be_larger_than_a_record(
    form: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "record=1")
    path = tmp_path / "list.json"
    path.write_text("[" + ",".join([line_of(100_000)] * 20) + "]", encoding="utf-8")
    assert codes(form, path) == []


@around
def test_a_cell_of_csv_has_its_length(form: str, tmp_path: Path, more: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"One,Note\nx,{'y' * (MB + more)}\n", encoding="utf-8")
    assert codes(form, path) == (["E-csv"] if more > 0 else ["E-text-long"])


@around
@pytest.mark.parametrize("last", ["A{n}", "B{n}", "{letters}2"])
def test_a_sheet_has_so_many_cells_between_the_first_and_the_last(
    form: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    last: str,
    more: int,
) -> None:
    monkeypatch.setenv(VARIABLE, "cells=24")
    reference = last.format(n=24 // (2 if "B" in last else 1) + more, letters="KLM"[more + 1])
    path = book(tmp_path / "far.xlsx", cell("A2", "x"), f'<c r="{reference}" t="inlineStr"><is><t>y</t></is></c>')
    assert ("E-xlsx-cells" in codes(form, path)) == (more > 0)


@pytest.mark.parametrize(("wide", "long"), [("CC1", "A99999"), ("ZZ1", "Z99999"), ("CB1", "CB100001")])
def test_cells_that_are_only_together_too_far_are_seen(
    form: str,
    tmp_path: Path,
    wide: str,
    long: str,
) -> None:
    path = book(tmp_path / "far.xlsx", cell("A2", "x"), cell(wide, "y"), cell(long, "y"))
    assert codes(form, path) == ["E-xlsx-cells"]


@around
def test_a_workbook_has_so_many_parts(
    form: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: int,
) -> None:
    import zipfile

    path = book(tmp_path / "a.xlsx", cell("A2", "x"))
    with zipfile.ZipFile(path) as archive:
        parts = len(archive.namelist())
    monkeypatch.setenv(VARIABLE, f"parts={parts - more}")
    assert codes(form, path) == expected("E-xlsx-parts", more)


@around
def test_a_workbook_is_so_large_when_unpacked(
    form: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: int,
) -> None:
    import zipfile

    path = book(tmp_path / "a.xlsx", cell("A2", "x"))
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    book(path, cell("A2", "x"), more={"xl/a.bin": "ab" * ((MB - size + more) // 2) + "c" * ((MB - size + more) % 2)})
    monkeypatch.setenv(VARIABLE, "unpacked=1")
    assert codes(form, path) == expected("E-xlsx-bomb", more)


@around
def test_an_object_has_so_many_keys(more: int, form: str) -> None:
    faults = check(form, {f"k{n}": 1 for n in range(bounds().columns + more)})
    assert ("E-columns-many" in {fault.code for fault in faults}) == (more > 0)


@around
def test_so_many_cells_without_a_value_are_named(form: str, tmp_path: Path, more: int) -> None:
    lost = [f'<c r="A{n}"><f>1+1</f></c>' for n in range(2, 102 + more)]
    path = book(tmp_path / "a.xlsx", *lost)
    assert codes(form, path) == ["E-cell-lost"] * (100 + more)


@around
def test_a_name_is_so_long(form: str, tmp_path: Path, more: int) -> None:
    """A title is found with space around it, as long as the whole isn't longer than a name."""
    path = tmp_path / "a.csv"
    path.write_text(" " * (497 + more) + "One\nx\n", encoding="utf-8")
    assert codes(form, path) == expected("E-no-header", more)


@around
def test_an_unknown_name_is_compared_up_to_its_length(form: str, more: int) -> None:
    from generator.records import unknown

    name = "Noted" + "x" * (unknown._LONGEST - 5 + more)
    spec = make_job(form).form.root
    near = unknown.unknown(spec, name, 1, "")
    assert near.code == "E-unknown-key"
    unknown._nearest.cache_clear()
    unknown.unknown(spec, name, 1, "")
    assert unknown._nearest.cache_info().currsize == (0 if more > 0 else 1)


@pytest.mark.parametrize(
    ("given", "taken"), [("record=1", True), (f"record={1 << 30}", True), (f"record={(1 << 30) + 1}", False)]
)
def test_the_environments_figures_end_as_well(monkeypatch: pytest.MonkeyPatch, given: str, taken: bool) -> None:
    monkeypatch.setenv(VARIABLE, given)
    assert found(bounds) == ([] if taken else ["E-limits"])


# --- values ---


@around
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_has_its_digits(more: int, sign: str) -> None:
    digits = "9" * (strict_json.MAX_DIGITS + more)
    for text in (f"{sign}{digits}", f"{sign}1.{digits[1:]}"):
        assert found(lambda text=text: strict_json.parse(text, RecordError, "a.json")) == expected(
            "E-json-digits", more
        )


@around
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_has_its_powers_of_ten(more: int, sign: str) -> None:
    text = f"1.5e{sign}{strict_json._LARGEST + more}"
    assert found(lambda: strict_json.parse(text, RecordError, "a.json")) == expected("E-json-range", more)


@around
def test_a_field_of_numbers_takes_the_same(form_file: Callable[..., str], more: int) -> None:
    path = form_file({"n": {"type": "number"}})
    assert [f.code for f in check(path, {"n": "9" * (15 + more)})] == expected("E-json-digits", more)
    assert [f.code for f in check(path, {"n": Decimal(f"1e{300 + more}")})] in ([], expected("E-json-range", more))
    assert [f.code for f in check(path, {"n": f"1e{300 + more}"})] == expected("E-json-range", more)


@around
def test_a_value_is_so_deep(more: int) -> None:
    value: object = "x"
    for _ in range(31 + more):
        value = [value]
    if more > 0:
        with pytest.raises(ValueFault) as caught:
            clean(value)
        assert caught.value.code == "E-json-depth"
    else:
        assert clean(value) == value


@around
def test_a_file_of_ours_has_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    monkeypatch.setattr(strict_json, "LARGEST_OWN", 100)
    path = tmp_path / "own.json"
    path.write_text("{}" + " " * (98 + more), encoding="utf-8")
    assert found(lambda: strict_json.load_own(path)) == expected("E-file-large", more)


# --- schemas ---


@pytest.fixture
def form_file(tmp_path: Path) -> Callable[..., str]:
    """Return what writes a schema of some properties into a file, and returns that."""

    def write(properties: dict[str, Any], **more: Any) -> str:
        path = tmp_path / "own.json"
        path.write_text(json.dumps({"type": "object", "properties": properties, **more}), encoding="utf-8")
        return str(path)

    return write


def many(keyword: str, count: int) -> dict[str, Any]:
    """Return a field with so much of a keyword."""
    if keyword == "enum":
        return {"type": "string", "enum": [f"k{n}" for n in range(count)]}
    if keyword in ("oneOf", "anyOf"):
        return {"type": "string", keyword: [{"const": f"k{n}", "title": "x"} for n in range(count)]}
    if keyword in ("title", "description", "x-unit"):
        return {"type": "number", "title": "t", keyword: "x" * count}
    if keyword == "blank_rows":
        items = {"type": "object", "properties": {"a": {"type": "string"}}}
        return {"type": "array", "items": items, "x-table": {"blank_rows": count}}
    return {"type": "string", keyword: count}


DIALECT = {"title": 500, "description": 5000, "enum": 2000, "oneOf": 2000, "anyOf": 2000}
DIALECT |= {"x-unit": 20, "x-lines": 40, "x-width": 100, "blank_rows": 200}


@around
@pytest.mark.parametrize("keyword", DIALECT)
def test_a_keyword_has_its_limit(form_file: Callable[..., str], keyword: str, more: int) -> None:
    own = {"x-form": {"id": "own"}}  # in a schema of others, what isn't as our dialect has it is passed over
    path = Path(form_file({"a": many(keyword, DIALECT[keyword] + more)}, **own))
    assert (not [fault for fault in lint(path) if not fault.is_warning]) == (more <= 0)
    assert found(lambda: make_job(str(path))) == expected("E-schema-keyword", more) or more > 0


@around
def test_a_form_is_signed_by_so_many(form_file: Callable[..., str], more: int) -> None:
    path = form_file(
        {"a": {"type": "string"}}, **{"x-form": {"id": "own", "signatures": [{"title": "x"}] * (4 + more)}}
    )
    assert bool(found(lambda: make_job(path))) == (more > 0)


@around
def test_a_rating_has_so_many_marks(form_file: Callable[..., str], more: int) -> None:
    rating = {"type": "integer", "x-control": "rating", "minimum": 1, "maximum": MOST_MARKS + more}
    assert found(lambda: make_job(form_file({"r": rating}))) == expected("E-schema-rating", more)


@around
def test_a_schema_has_so_many_parts(form_file: Callable[..., str], more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("generator.catalogue.foreign.standard"), "MAX_NODES", 20)
    path = form_file({f"f{n}": {"type": "string"} for n in range(19 + more)})
    assert found(lambda: make_job(path)) == expected("E-schema-size", more)


# --- expressions and templates ---


def refusal(expression: str, **names: Any) -> str:
    """Return the limit that an expression runs into; nothing where it has a value."""
    try:
        compiled(expression)({"n": 1, **names}, plain_functions())
    except ExpressionError as error:
        return str(getattr(error.refusal, "limit", error.refusal))
    return ""


EXPRESSIONS: dict[str, tuple[int, Callable[[int], str]]] = {
    "source": (limits.MOST_EXPRESSION, lambda n: "'" + "x" * (n - 2) + "'"),
    "brackets": (limits.MOST_BRACKETS, lambda n: "(" * n + "1" + ")" * n),
    "depth": (limits.MOST_DEPTH, lambda n: "+".join(["n"] * n)),
    "digits": (limits.MOST_DIGITS, lambda n: "9" * n),
    "power": (limits.MOST_POWER, lambda n: f"2 ** {n}"),
    "width": (limits.MOST_WIDTH, lambda n: f"'%{n}d' % 1"),
    "filled": (limits.MOST_WIDTH, lambda n: f"'1'.zfill({n})"),
    "places": (limits.MOST_DIGITS, lambda n: f"1.5|round({n})"),
    "text": (limits.MOST_TEXT, lambda n: f"('x' * {n})|length"),
    "joined": (limits.MOST_TEXT, lambda n: f"(('x' * {n - 1}) ~ 'y')|length"),
    "replaced": (limits.MOST_TEXT, lambda n: f"('a' * {n - 1}).replace('a', 'a') ~ 'b'"),
    "items": (limits.MOST_ITEMS, lambda n: f"([1] * {n})|length"),
}
_SAME = {"brackets": "depth", "filled": "width", "places": "digits", "joined": "text", "replaced": "text"}


@around
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_has_its_limit(name: str, more: int) -> None:
    most, make = EXPRESSIONS[name]
    assert refusal(make(most + more)) == (_SAME.get(name, name) if more > 0 else "")


@around
def test_an_expression_has_so_many_parts(more: int) -> None:
    """A list of n numbers has four parts more: the template, what it sets, its name, and the list."""
    numbers = limits.MOST_EXPRESSION_PARTS - 4 + more
    assert refusal("[" + ",".join(["1"] * numbers) + "]") == ("parts" if more > 0 else "")


@around
@pytest.mark.parametrize(("name", "most"), [("steps", limits.MOST_STEPS), ("letters", limits.MOST_LETTERS)])
def test_an_evaluation_has_its_budget(name: str, most: int, more: int) -> None:
    with limits.budget():
        spending = {"steps": (most + more, 0), "letters": (0, most + more)}[name]
        if more > 0:
            with pytest.raises(limits.OutOfBounds) as caught:
                limits.spend(*spending)
            assert caught.value.limit == name
        else:
            limits.spend(*spending)


TEMPLATES: dict[str, tuple[int, Callable[[int], str]]] = {
    "source": (limits.MOST_TEMPLATE, lambda n: "<p>" + "x" * (n - 7) + "</p>"),
    "blocks": (limits.MOST_BLOCKS, lambda n: "{% if 1 %}" * n + "<p>x</p>" + "{% endif %}" * n),
    "brackets": (limits.MOST_BRACKETS, lambda n: "<p>{{ " + "(" * n + "1" + ")" * n + " }}</p>"),
    "nodes": (limits.MOST_NODES, lambda n: f"{{% for i in range({n}) %}}<pagebreak/>{{% endfor %}}"),
    "items": (limits.MOST_ITEMS, lambda n: f"{{% set a = range({n}) %}}<p>x</p>"),
    "markup": (limits.MOST_MARKUP, lambda n: "<p>" + "<b>" * n + "x" + "</b>" * n + "</p>"),
}


@around
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_its_limit(catalogue: Callable[..., Catalogue], name: str, more: int) -> None:
    most, make = TEMPLATES[name]
    wrong = found(lambda: _first(made(catalogue(make(most + more)))))
    assert wrong == expected("E-template-limit", more)


def _first(results: list[Any]) -> None:
    if isinstance(results[0], tuple):
        raise RecordError(results[0])


# --- commands ---


@around
def test_a_blank_table_has_so_many_rows(more: int) -> None:
    job = make_job("issue-tracker", rows=MAX_BLANK_ROWS + more)
    assert found(job.blank) == expected("E-rows", more)


@around
def test_a_batch_has_so_many_processes(tmp_path: Path, form: str, more: int) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text('{"One": "x"}\n', encoding="utf-8")
    options = Options(formats=("docx",), jobs=MOST_JOBS + more)
    assert found(lambda: batch(make_job(form), str(source), str(tmp_path / "out"), options)) == expected("E-jobs", more)


@around
@pytest.mark.parametrize("letter", ["x", "中", "👍"])
def test_a_name_is_cut_after_its_last_whole_letter(letter: str, more: int) -> None:
    most = MAX_NAME_BYTES - 40
    size = len(letter.encode())
    count = most // size + more
    assert safe_name(letter * count) == letter * min(count, most // size)


@around
def test_a_table_keeps_so_many_faults(monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    monkeypatch.setattr(pipeline, "MAX_FAULTS", 10)
    table = pipeline.JudgedTable(Judged({}, {}))
    three = (Fault("E-type"), Fault("E-type"), Fault("W-computed"))
    for _ in range(5 + more):
        table.add(Judged({}, {}, three, Place()))
    assert (len(table.errors), len(table.warnings)) == (min(10, 2 * (5 + more)), 5 + more)
    table.add(Judged({}, {}, three * 9, Place()))
    assert (len(table.errors), len(table.warnings)) == (10, 10)


# --- Excel ---


@around
@pytest.mark.parametrize("letter", ["x", "👍"])
def test_a_cell_has_so_many_characters(letter: str, more: int) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    text = letter * ((MAX_CHARACTERS - 1) // units) + "y" * (1 + more + (MAX_CHARACTERS - 1) % units)
    assert [fault.code for fault in text_faults(text, "/a", "A")] == expected("E-xlsx-long", more)


@around
def test_a_cell_has_so_many_line_feeds(more: int) -> None:
    text = "x\n" * (MAX_LINE_FEEDS + more)
    assert [fault.code for fault in text_faults(text, "/a", "A")] == expected("E-xlsx-lines", more)


@around
def test_a_sheet_has_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    table = Table("/rows", (column("甲"),), rows=(Row((None,)),) * (6 + more), register=True)
    header = _rows_above(tmp_path)
    monkeypatch.setattr(register, "MAX_ROWS", header + 6)

    def write() -> None:
        with (tmp_path / "many.xlsx").open("w+b") as file:
            write_xlsx(document(table), file)

    assert found(write) == expected("E-xlsx-rows", more)


def _rows_above(folder: Path) -> int:
    """Return how many rows a register's sheet has above the first of its table."""
    import openpyxl

    with (folder / "one.xlsx").open("w+b") as file:
        write_xlsx(document(Table("/rows", (column("甲"),), rows=(Row(("7",)),), register=True)), file)
    sheet = openpyxl.load_workbook(folder / "one.xlsx").worksheets[0]
    return next(row[0].row - 1 for row in sheet.iter_rows() if any(str(c.value) == "7" for c in row))


def test_a_text_of_two_faults_does_not_go_beyond_a_sheets_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x\n" * MAX_CHARACTERS
    table = Table("/rows", (column("甲"),), rows=(Row((long,)),) * 4, register=True)
    monkeypatch.setattr(register, "_MAX_FAULTS", 5)
    with pytest.raises(WriteError) as caught, Path("/dev/null").open("w+b") as file:
        write_xlsx(document(table), file)
    assert len(caught.value.faults) == 5


@pytest.mark.parametrize(("count", "told"), [(4, 4), (5, 5), (6, 6), (50, 6)])
def test_check_ends_at_so_many_faults_and_says_so(monkeypatch: pytest.MonkeyPatch, count: int, told: int) -> None:
    from generator.api import check

    monkeypatch.setattr("generator.api.MAX_FAULTS", 5)
    found = [fault for fault in check("closure-report", [["x"]] * count) if not fault.is_warning]
    assert len(found) == told
    assert (found[-1].code == "E-faults-many") == (count > 5)


def test_warnings_beyond_are_counted_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.api import _most

    monkeypatch.setattr("generator.api.MAX_FAULTS", 2)
    some = [Fault("W-total"), Fault("E-type"), Fault("W-total"), Fault("W-total"), Fault("W-total"), Fault("E-type")]
    assert [fault.code for fault in _most(some, Place())] == [
        "W-total",
        "E-type",
        "W-total",
        "E-type",
        "W-faults-many",
    ]
    assert [fault.code for fault in _most([*some, Fault("E-type"), Fault("E-type")], Place())][-2:] == [
        "E-faults-many",
        "W-faults-many",
    ]
