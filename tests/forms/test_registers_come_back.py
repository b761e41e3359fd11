"""Registers that we wrote are lists that we read: as they are, saved by another program, filled in by a person."""

import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from generator import Catalogue, check
from generator.api import Job, make_job, to_bytes
from generator.catalogue import Form
from generator.defined_names import defined_name
from generator.errors import BiaodanError, Fault

SAMPLES = Path(__file__).parents[2] / "samples"
FORMS = {form.id: form for form in Catalogue() if form.is_table}
FILES = [(form, sample) for form in FORMS for sample in sorted((SAMPLES / form).glob("*.json"))]
CASES = [(form, sample, lang) for form, sample in FILES for lang in ("zh-Hans", "en")]
CASES += [(form, sorted((SAMPLES / form).glob("*.json"))[0], "zh-Hant") for form in FORMS]
ORDINARY = [(form, SAMPLES / form / "ordinary.json") for form in FORMS]
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"


class Said(NamedTuple):
    """What a list says: its head, its records, what is wrong with them, what was told of the list."""

    head: Mapping[str, Any]
    rows: list[Mapping[str, Any]]
    errors: list[str]
    warnings: list[str]


def name_of(case: tuple[Any, ...]) -> str:
    return "-".join(part.stem if isinstance(part, Path) else part for part in case)


def job_of(form: "Form | str", lang: str = "zh-Hans", rows: int | None = None) -> Job:
    return make_job(form, lang=lang, mask=False, rows=rows)


def said_by(job: Job, file: Path) -> Said:
    source = job.open(str(file))
    try:
        head = job.pipeline.head(source)
        judged = list(job.pipeline.judged(source))
    except BiaodanError as error:
        return Said({}, [], [fault.code for fault in error.faults], [])
    errors = [fault.code for one in (head, *judged) for fault in one.errors]
    told: Sequence[Fault] = getattr(source, "warnings", ())
    return Said(head.values, [one.values for one in judged], errors, [fault.code for fault in told])


def same(one: Said, other: Said) -> bool:
    return (one.head, one.rows, one.errors) == (other.head, other.rows, other.errors)


def register(job: Job, file: Path) -> bytes:
    (made,) = job.documents(job.open(str(file)))
    assert made.document is not None, [fault.text("en") for fault in made.faults]
    return to_bytes(made.document, "xlsx")


@cache
def written(form: str, sample: Path, lang: str, rows: int | None = None) -> bytes:
    return register(job_of(form, lang, rows), sample)


# --- as they are -----------------------------------------------------------------------------------------------------


def test_every_table_form_is_tried() -> None:
    assert len(FORMS) >= 17
    assert {form for form, _ in FILES} == set(FORMS)
    assert all(sample.is_file() for _, sample in ORDINARY)


@pytest.mark.parametrize(("form", "sample", "lang"), CASES, ids=map(name_of, CASES))
def test_a_register_read_again_is_the_same_to_the_byte(form: str, sample: Path, lang: str, tmp_path: Path) -> None:
    job, file = job_of(form, lang), tmp_path / "register.xlsx"
    file.write_bytes(written(form, sample, lang))
    before, after = said_by(job, sample), said_by(job, file)
    assert [fault for fault in check(form, file) if not fault.is_warning] == []
    assert after.warnings == []
    assert len(before.rows) >= 1
    assert same(after, before)
    assert register(job, file) == file.read_bytes()


@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_empty_rows_beneath_the_records_are_none(form: str, sample: Path, tmp_path: Path) -> None:
    job, file = job_of(form), tmp_path / "register.xlsx"
    file.write_bytes(written(form, sample, "zh-Hans", 3))
    assert written(form, sample, "zh-Hans", 3) != written(form, sample, "zh-Hans")
    assert same(said_by(job, file), said_by(job, sample))


# --- saved by another program ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, tuple[Any, ...]], Path]:
    """Return a function to the file that LibreOffice made of a register."""
    folder = tmp_path_factory.mktemp("saved")
    for n, case in enumerate(CASES):
        (folder / f"{n}.xlsx").write_bytes(written(*case))
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    for kind in ("xlsx", CSV):
        out = str(folder / kind.partition(":")[0])
        files = [str(folder / f"{n}.xlsx") for n in range(len(CASES))]
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", out, *files]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return lambda kind, case: folder / kind / f"{CASES.index(case)}.{kind}"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice isn't installed")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("case", CASES, ids=map(name_of, CASES))
def test_a_register_that_libreoffice_saved_says_the_same(
    case: tuple[str, Path, str], kind: str, saved: Callable[[str, tuple[Any, ...]], Path]
) -> None:
    form, sample, lang = case
    job = job_of(form, lang)
    assert same(said_by(job, saved(kind, case)), said_by(job, sample))


# --- filled in and changed by a person -------------------------------------------------------------------------------


class Book:
    """A register in openpyxl, its columns and rows by the names of its cells."""

    def __init__(self, content: bytes, form: Form) -> None:
        self.book, self.form = openpyxl.load_workbook(io.BytesIO(content)), form
        self.sheet: Worksheet = self.book[self.book.sheetnames[0]]
        self.first, self.last = self._rows(defined_name(form.rows.pointer))

    def area(self, name: str) -> str:
        return str(self.book.defined_names[name].attr_text).rpartition("!")[2].replace("$", "")

    def _rows(self, name: str) -> tuple[int, int]:
        ends = self.area(name).split(":")
        first, last = (int("".join(c for c in end if c.isdigit())) for end in (ends[0], ends[-1]))
        return first, last

    def columns(self) -> Iterator[tuple[str, int]]:
        """Yield the keys of the columns that the register has, with their numbers from 1."""
        for spec in self.form.rows.fields:
            name = defined_name(f"{self.form.rows.pointer}/{spec.step}")
            if name in self.book.defined_names:
                yield spec.key, self.sheet[self.area(name).partition(":")[0]].column

    def head(self) -> dict[str, str]:
        """Return the cells beside the rows by key."""
        names = {spec.key: defined_name(spec.pointer) for spec in self.form.head}
        return {key: self.area(name) for key, name in names.items() if name in self.book.defined_names}

    def save(self, file: Path) -> Path:
        self.book.save(file)
        return file


def filled_in(form: Form, blank: bytes, filled: bytes) -> Book:
    """Return blank paper with the values of a filled register, as a person enters them: by the cells' own formats."""
    paper, source = Book(blank, form), Book(filled, form)
    for key, at in source.head().items():
        paper.sheet[paper.head()[key]] = source.sheet[at].value
    columns = dict(paper.columns())
    for key, at in source.columns():
        for n in range(source.last - source.first + 1):
            value = source.sheet.cell(source.first + n, at).value
            if value is not None:
                paper.sheet.cell(paper.first + n, columns[key]).value = value
    return paper


def blank_of(form: str, rows: int) -> bytes:
    return to_bytes(job_of(form, rows=rows).blank(), "xlsx")


def record_count(form: str, sample: Path) -> int:
    return len(said_by(job_of(form), sample).rows)


@pytest.mark.parametrize("spare", [0, 4])
@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_blank_paper_that_was_filled_in_is_read(form: str, sample: Path, spare: int, tmp_path: Path) -> None:
    blank = blank_of(form, record_count(form, sample) + spare)
    file = filled_in(FORMS[form], blank, written(form, sample, "zh-Hans")).save(tmp_path / "filled.xlsx")
    after, before = said_by(job_of(form), file), said_by(job_of(form), sample)
    assert (after.errors, after.head) == ([], before.head)
    assert list(map(by_the_minute, after.rows)) == list(map(by_the_minute, before.rows))


def by_the_minute(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with midnight for days: an empty cell for a moment shows a day that is entered as that."""
    midnight = time()
    return {key: datetime.combine(value, midnight) if type(value) is date else value for key, value in row.items()}


def renamed(book: Book) -> None:
    book.sheet.title = "五月 最终版"


def widened(book: Book) -> None:
    for letters in "ABCDE":
        book.sheet.column_dimensions[letters].width = 33


def with_another_sheet(book: Book) -> None:
    book.book.create_sheet("说明", 0).append(["本表由客服部填写"])


@pytest.mark.parametrize("change", [widened, with_another_sheet], ids=lambda change: change.__name__)
@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_what_changes_no_cell_changes_no_record(
    form: str, sample: Path, change: Callable[[Book], None], tmp_path: Path
) -> None:
    book = Book(written(form, sample, "zh-Hans"), FORMS[form])
    change(book)
    assert same(said_by(job_of(form), book.save(tmp_path / "changed.xlsx")), said_by(job_of(form), sample))


def right_or_named(before: Said, after: Said, rows: Sequence[Mapping[str, Any]]) -> None:
    """Assert that a list says these rows, or that something is told to be wrong with it."""
    assert after.errors or (after.rows == list(rows) and after.head == before.head)


@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_a_sheet_renamed_without_its_names_is_read_or_refused(form: str, sample: Path, tmp_path: Path) -> None:
    book = Book(written(form, sample, "zh-Hans"), FORMS[form])
    renamed(book)
    before = said_by(job_of(form), sample)
    right_or_named(before, said_by(job_of(form), book.save(tmp_path / "renamed.xlsx")), before.rows)


@pytest.mark.parametrize("at", ["first", "last"])
@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_a_deleted_row_takes_no_other_with_it(form: str, sample: Path, at: str, tmp_path: Path) -> None:
    job, before = job_of(form), said_by(job_of(form), sample)
    book = Book(written(form, sample, "zh-Hans"), FORMS[form])
    book.sheet.delete_rows(book.first if at == "first" else book.last)
    after = said_by(job, book.save(tmp_path / "deleted.xlsx"))
    wanted = before.rows[1:] if at == "first" else before.rows[:-1]
    assert after.errors or plain_of(after.rows, job) == plain_of(wanted, job)


@pytest.mark.parametrize("above", [1, 2])
@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_a_row_deleted_above_the_list_takes_no_record_with_it(
    form: str, sample: Path, above: int, tmp_path: Path
) -> None:
    before = said_by(job_of(form), sample)
    book = Book(written(form, sample, "zh-Hans"), FORMS[form])
    book.sheet.delete_rows(above)
    after = said_by(job_of(form), book.save(tmp_path / "deleted.xlsx"))
    assert after.errors or after.rows == before.rows


def plain_of(rows: Sequence[Mapping[str, Any]], job: Job) -> list[dict[str, Any]]:
    """Return rows without what is computed of others."""
    derived = {spec.key for spec in job.form.rows.fields if spec.derives}
    return [{key: value for key, value in row.items() if key not in derived} for row in rows]


@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_a_record_typed_beneath_the_table_is_one(form: str, sample: Path, tmp_path: Path) -> None:
    """The last record is moved to where a person goes on: under the last row, above the totals."""
    job, before = job_of(form), said_by(job_of(form), sample)
    book = Book(written(form, sample, "zh-Hans"), FORMS[form])
    book.sheet.insert_rows(book.last + 1)
    for column in range(1, book.sheet.max_column + 1):
        cell = book.sheet.cell(book.last, column)
        if cell.value is not None:
            book.sheet.cell(book.last + 1, column).value = cell.value
            cell.value = None
        book.sheet.cell(book.last + 1, column).number_format = cell.number_format
    right_or_named(before, said_by(job, book.save(tmp_path / "more.xlsx")), before.rows)


@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_a_moved_column_keeps_its_name(form: str, sample: Path, tmp_path: Path) -> None:
    """Another program may leave the names of cells behind when a column goes elsewhere."""
    before = said_by(job_of(form), sample)
    book = Book(written(form, sample, "zh-Hans"), FORMS[form])
    (_, one), (_, other) = list(book.columns())[:2]
    for row in range(book.first - 1, book.last + 1):
        a, b = book.sheet.cell(row, one), book.sheet.cell(row, other)
        a.value, b.value = b.value, a.value
        a.number_format, b.number_format = b.number_format, a.number_format
    right_or_named(before, said_by(job_of(form), book.save(tmp_path / "moved.xlsx")), before.rows)


@pytest.mark.parametrize(("form", "sample"), ORDINARY, ids=map(name_of, ORDINARY))
def test_names_that_lead_nowhere_are_no_names(form: str, sample: Path, tmp_path: Path) -> None:
    before = said_by(job_of(form), sample)
    book = Book(written(form, sample, "zh-Hans"), FORMS[form])
    for name in list(book.book.defined_names):
        book.book.defined_names[name].attr_text = "#REF!"
    right_or_named(before, said_by(job_of(form), book.save(tmp_path / "lost.xlsx")), before.rows)


# --- what stands beneath the rows ------------------------------------------------------------------------------------

FEES = {
    "title": "费用登记表",
    "x-form": {
        "id": "own-fees",
        "kind": "table",
        "group": "records",
        "signatures": [{"title": "制表人", "x-title": {"en": "Compiled by"}}, {"title": "审核人"}, {"title": "批准人"}],
    },
    "type": "object",
    "properties": {
        "rows": {
            "title": "费用",
            "type": "array",
            "x-table": {"totals": ["fee", "count"]},
            "items": {
                "type": "object",
                "required": ["item"],
                "properties": {
                    "fee": {"title": "费用", "type": "number", "x-unit": "CNY"},
                    "item": {"title": "事项", "type": "string"},
                    "count": {"title": "数量", "type": "integer"},
                    "note": {"title": "备注", "type": "string"},
                },
            },
        }
    },
}
POSTAGE: list[Any] = [3, "邮寄", 4]
RECORDS = [{"fee": 12.5, "item": "差旅", "count": 2}, {"fee": 7, "item": "合计差额", "count": 1, "note": "注：待核"}]


@pytest.fixture
def fees(tmp_path: Path) -> tuple[Job, Path]:
    """Return a register whose first column is summed, with places to sign beneath."""
    schema = tmp_path / "own-fees.json"
    schema.write_text(json.dumps(FEES, ensure_ascii=False), encoding="utf-8")
    job = job_of(Catalogue().form(str(schema)))
    (made,) = job.documents(job.source(RECORDS))
    file = tmp_path / "fees.xlsx"
    assert made.document is not None, [fault.text("en") for fault in made.faults]
    file.write_bytes(to_bytes(made.document, "xlsx"))
    return job, file


def test_totals_without_a_label_and_places_to_sign_are_no_records(fees: tuple[Job, Path]) -> None:
    job, file = fees
    after = said_by(job, file)
    assert (after.errors, after.warnings) == ([], [])
    assert [row["item"] for row in after.rows] == ["差旅", "合计差额"]
    assert register(job, file) == file.read_bytes()


def changed(fees: tuple[Job, Path], change: Callable[[Book], None]) -> Said:
    job, file = fees
    book = Book(file.read_bytes(), job.form)
    change(book)
    return said_by(job, book.save(file))


def items_of(said: Said) -> list[str]:
    return [row["item"] for row in said.rows]


def test_totals_whose_formulas_lost_their_values_are_passed_over(fees: tuple[Job, Path]) -> None:
    after = changed(fees, lambda book: None)
    assert (after.errors, after.warnings, items_of(after)) == ([], [], ["差旅", "合计差额"])


def test_a_signed_register_is_read_without_its_signatures(fees: tuple[Job, Path]) -> None:
    def sign(book: Book) -> None:
        (row,) = [r for r in range(book.last + 1, book.sheet.max_row + 1) if book.sheet.cell(r, 1).value == "制表人"]
        book.sheet.cell(row, 1).value = "制表人：张敏"
        book.sheet.cell(row + 1, 1).value = "2024年5月31日"

    after = changed(fees, sign)
    assert (after.errors, items_of(after)) == ([], ["差旅", "合计差额"])


def test_a_record_above_the_totals_is_read(fees: tuple[Job, Path]) -> None:
    def insert(book: Book) -> None:
        book.sheet.insert_rows(book.last + 1)
        for column, value in enumerate(POSTAGE, 1):
            book.sheet.cell(book.last + 1, column).value = value

    after = changed(fees, insert)
    assert (after.errors, items_of(after)) == ([], ["差旅", "合计差额", "邮寄"])


def test_records_instead_of_the_totals_and_further_down_are_read(fees: tuple[Job, Path]) -> None:
    def type_on(book: Book) -> None:
        for row in (book.last + 1, book.last + 6):
            for column, value in enumerate(POSTAGE, 1):
                book.sheet.cell(row, column).value = value

    after = changed(fees, type_on)
    assert (after.errors, items_of(after)) == ([], ["差旅", "合计差额", "邮寄", "邮寄"])


def test_a_record_that_lacks_its_name_is_told_although_it_looks_like_totals(fees: tuple[Job, Path]) -> None:
    def forget(book: Book) -> None:
        book.sheet.cell(book.first, 2).value = None

    assert changed(fees, forget).errors == ["E-required"]


def test_numbers_in_place_of_the_totals_that_arent_them_are_told(fees: tuple[Job, Path]) -> None:
    def type_on(book: Book) -> None:
        book.sheet.cell(book.last + 1, 1).value = 99
        book.sheet.cell(book.last + 1, 3).value = 3

    assert changed(fees, type_on).warnings == ["W-rows-total"]


def test_a_value_may_begin_as_a_total_does(fees: tuple[Job, Path]) -> None:
    def call_it_total(book: Book) -> None:
        book.sheet.cell(book.first, 1).value = None
        book.sheet.cell(book.first, 2).value = "合计"
        book.sheet.cell(book.first, 4).value = "注：按季度"

    after = changed(fees, call_it_total)
    assert (after.errors, items_of(after)) == ([], ["合计", "合计差额"])
