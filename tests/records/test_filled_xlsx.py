"""Workbooks of ours that people have filled in: every answer is read where it stands, or told with its cell."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from generator.api import make_job, to_bytes
from generator.catalogue import Catalogue, Form
from generator.errors import RecordError
from generator.records.book_source import BookSource
from generator.records.filled.xlsx import book_answers
from generator.records.opened import open_book

DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
FIELDS: dict[str, Any] = {
    "no": {"title": "单号", "type": "string"},
    "phone": {"title": "电话", "type": "string"},
    "level": {"title": "等级", "oneOf": [{"const": "a", "title": "高"}, {"const": "b", "title": "低"}]},
    "done": {"title": "是否办结", "type": "boolean"},
    "since": {"title": "开始时间", **MOMENT},
    "until": {"title": "结束时间", **MOMENT},
    "span": {"title": "用时", "type": "integer", "x-unit": "minute", "x-derive": "minutes(since, until)"},
    "on": {"title": "日期", **DAY},
    "fee": {"title": "费用", "type": "number", "x-unit": "yuan"},
    "steps": {
        "title": "步骤",
        "type": "array",
        "x-table": {"serial": True, "blank_rows": 3, "totals": ["count"]},
        "items": {
            "type": "object",
            "properties": {
                "on": {"title": "何时", **DAY},
                "what": {"title": "做什么", "type": "string"},
                "count": {"title": "次数", "type": "integer"},
            },
        },
    },
}

Cells = Mapping[str, object]
Read = Callable[..., tuple[dict[str, Any], list[str]]]


@pytest.fixture(scope="module")
def form(form_of: Callable[..., Form]) -> Form:
    return form_of(FIELDS)


def blank(form: Form, *, fillable: bool) -> Workbook:
    job = make_job(form, lang="zh-Hans", fillable=fillable)
    return load_workbook(BytesIO(to_bytes(job.blank(), "xlsx")))


def place(book: Workbook, name: str, down: int = 0) -> Any:
    """Return the cell of a name, or one beneath the first of its area."""
    sheet, _, area = str(book.defined_names[name].attr_text).rpartition("!")
    first = book[sheet.strip("'")][area.replace("$", "").partition(":")[0]]
    return first.offset(down)


@pytest.fixture(params=[True, False], ids=["on screen", "flat"])
def book(form: Form, request: pytest.FixtureRequest) -> Workbook:
    return blank(form, fillable=request.param)


@pytest.fixture
def read(form: Form, tmp_path: Path) -> Read:
    """Return a function of a workbook to the record in it, and what is told, each with its cell."""

    def reading(book: Workbook, of: Form = form) -> tuple[dict[str, Any], list[str]]:
        path = tmp_path / "sent.xlsx"
        book.save(path)
        pipeline = make_job(of).pipeline
        judged = next(iter(pipeline.judged(BookSource(path, of))))
        return dict(judged.data), [f"{fault.place.row}: {fault.code}" for fault in judged.faults]

    return reading


def header(book: Workbook) -> Any:
    """Return the first cell of the row of the table's names."""
    return next(cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "何时")


def test_answers_typed_beneath_their_labels_are_the_record(book: Workbook, read: Read) -> None:
    typed = {
        "f_no": "ＷＴ００１",
        "f_phone": 13812345678,
        "f_level": "高",
        "f_done": "√",
        "f_since": "2024年5月1日 9时05分",
        "f_until": datetime(2024, 5, 1, 10, 35),
        "f_on": "２０２４/５/１",
        "f_fee": "1,234.50元",
    }
    for name, value in typed.items():
        place(book, name).value = value
    at = header(book)
    at.offset(1).value = date(2024, 5, 1)
    what = next(cell for cell in book.worksheets[0][at.row] if cell.value == "做什么")
    what.offset(1).value, what.offset(3).value = "登记", "办结"
    record, told = read(book)
    assert told == []
    assert record == {
        "no": "ＷＴ００１",
        "phone": "13812345678",
        "level": "a",
        "done": True,
        "since": "2024-05-01T09:05:00+08:00",
        "until": "2024-05-01T10:35:00+08:00",
        "span": 90,
        "on": "2024-05-01",
        "fee": 1234.5,
        "steps": [{"on": "2024-05-01", "what": "登记"}, {"what": "办结"}],
    }


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("f_no", 110105194912310021, "E-digits-lost"),
        ("f_no", "1.38123E+17", "E-number-shortened"),
        ("f_no", "=B1&C1", "E-cell-lost"),
        ("f_on", "不知道", "E-date"),
        ("f_level", "中", "E-choice"),
    ],
)
def test_a_damaged_answer_is_told_with_its_cell(book: Workbook, read: Read, name: str, typed: Any, code: str) -> None:
    cell = place(book, name)
    cell.value = typed
    place(book, "f_fee").value = 5
    record, told = read(book)
    assert (record["fee"], told) == (5, [f"{book.worksheets[0].title}!{cell.coordinate}: {code}"])


@pytest.mark.parametrize(
    ("name", "typed", "key", "value"),
    [
        ("f_level", "☑ 高　□ 低", "level", "a"),
        ("f_level", "□ 高　√低", "level", "b"),
        ("f_done", "□ 是　□ 否", "done", None),
        ("f_since", "2024　　年　5　月　1　日　9　时　30　分", "since", "2024-05-01T09:30:00+08:00"),
        ("f_on", "　　年　　月　　日", "on", None),
    ],
)
def test_what_is_printed_for_a_pen_may_be_typed_into(
    form: Form, read: Read, name: str, typed: str, key: str, value: object
) -> None:
    book = blank(form, fillable=False)
    place(book, name).value = typed
    place(book, "f_fee").value = 5
    record, told = read(book)
    assert (record.get(key), told) == (value, [])


def test_a_row_beneath_a_table_belongs_to_it_and_a_total_does_not(book: Workbook, read: Read) -> None:
    area = str(book.defined_names["f_steps"].attr_text).rpartition("$")[2]
    sheet, first = book.worksheets[0], header(book)
    what = next(cell for cell in sheet[first.row] if cell.value == "做什么").column
    total = sheet.cell(int(area) + 1, 1).value
    for merged in [m for m in sheet.merged_cells.ranges if m.min_row in (int(area) + 1, int(area) + 2)]:
        sheet.unmerge_cells(str(merged))
    sheet.cell(int(area), what).value = "最后一行"
    record, told = read(book)
    assert (record["steps"], told) == ([{"what": "最后一行"}], [])
    sheet.cell(int(area) + 1, 1).value = None
    sheet.cell(int(area) + 1, what).value = "又一行"
    assert total == "合计"
    assert [row["what"] for row in read(book)[0]["steps"]] == ["最后一行", "又一行"]


def test_answers_are_found_by_their_labels_where_names_are_lost(book: Workbook, form: Form, tmp_path: Path) -> None:
    place(book, "f_no").value, place(book, "f_on").value = "甲1", date(2024, 5, 1)
    header(book).offset(1).value = "2024-05-02"
    book.defined_names.clear()
    book.save(tmp_path / "copied.xlsx")
    ((raw, _),) = book_answers(open_book(tmp_path / "copied.xlsx"), form).items("copied.xlsx")
    assert raw == {"no": "甲1", "on": date(2024, 5, 1), "steps": [{"on": "2024-05-02"}]}


def test_a_table_goes_on_on_its_own_sheet(form: Form, read: Read) -> None:
    book = blank(form, fillable=True)
    place(book, "f_steps_what").value = "一"
    place(book, "more_f_steps_what").value, place(book, "more_f_steps_what", 4).value = "二", "三"
    place(book, "more_f_steps_what", 4).parent["C8"].value = "４"
    record, told = read(book)
    assert told == []
    assert record["steps"] == [{"what": "一"}, {"what": "二"}, {"what": "三", "count": 4}]


def test_a_computed_value_that_was_left_behind_is_computed_anew(form: Form, read: Read) -> None:
    job = make_job(form, lang="zh-Hans", fillable=True)
    record = {"since": "2024-05-01T09:00:00+08:00", "until": "2024-05-01T09:10:00+08:00"}
    document = next(iter(job.documents(job.source(record)))).document
    assert document is not None
    book = load_workbook(BytesIO(to_bytes(document, "xlsx")), data_only=True)
    assert place(book, "f_span").value is not None
    place(book, "f_until").value = datetime(2024, 5, 1, 11)
    found, told = read(book)
    assert (found["span"], told) == (120, [])


def test_a_form_of_another_kind_or_time_is_refused(form: Form, form_of: Callable[..., Form], tmp_path: Path) -> None:
    path = tmp_path / "sent.xlsx"
    book = blank(form, fillable=True)
    place(book, "f_no").value = "1"
    book.save(path)
    fewer = form_of({key: field for key, field in FIELDS.items() if key != "phone"})
    with pytest.raises(RecordError) as refused:
        list(BookSource(path, fewer))
    assert [fault.code for fault in refused.value.faults] == ["E-read-version"]
    with pytest.raises(RecordError) as refused:
        list(BookSource(path, Catalogue().form("root-cause")))
    assert [fault.code for fault in refused.value.faults] == ["E-read-other"]


def test_the_blank_report_typed_into_says_what_is_wrong_and_nothing_else(read: Read) -> None:
    report = Catalogue().form("closure-report")
    book = blank(report, fillable=False)
    typed: Cells = {
        "f_report_no": "BG20231017-001",
        "f_issue_no": "WT20231016-01",
        "f_customer_name": "A公司",
        "f_priority": "P1",
        "f_reported_at": "2023年10月16日 9:00",
        "f_closed_at": datetime(2023, 10, 17, 16),
        "f_problem_summary": "数据同步延迟",
        "f_root_cause": "写入量大",
        "f_solution": "扩容",
        "f_result": "恢复",
        "f_prevention": "评估容量",
    }
    for name, value in typed.items():
        place(book, name).value = value
    place(book, "f_root_cause", 1).value = "批量没有拆开"
    log = place(book, "f_log").parent
    at = next(cell for row in log.iter_rows() for cell in row if cell.value == "时间 *")
    content = next(cell for cell in log[at.row] if cell.value == "内容 *")
    at.offset(1).value = "前天"
    record, told = read(book, report)
    assert record["root_cause"] == "写入量大\n批量没有拆开"
    assert set(told) == {
        f"{log.title}!{at.offset(1).coordinate}: E-date",
        f"{log.title}!{content.offset(1).coordinate}: E-required",
    }


def test_a_register_goes_on_on_its_own_sheet_and_what_follows_from_a_change_is_computed(tmp_path: Path) -> None:
    register = Catalogue().form("archive-register")
    book = blank(register, fillable=True)
    place(book, "f_filing_department").value = "档案室"
    for more, title in (("", "甲卷"), ("more_", "乙卷")):
        for key, value in {
            "archive_title": title,
            "archive_class": "客户档案",
            "formed_on": "2024年1月5日",
            "retention": "10年",
        }.items():
            place(book, f"{more}f_rows_{key}").value = value
    place(book, "f_rows_expires_on").value = date(2030, 1, 1)
    path = tmp_path / "register.xlsx"
    book.save(path)
    table = make_job(register).pipeline.table(BookSource(path, register))
    assert [fault.text() for fault in table.errors] == []
    assert table.head.data == {"filing_department": "档案室"}
    assert [(row["archive_title"], row["expires_on"]) for row in table.rows] == [
        ("甲卷", date(2034, 1, 5)),
        ("乙卷", date(2034, 1, 5)),
    ]


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_what_is_printed_on_blank_letters_and_reports_is_no_answer(lang: Any, tmp_path: Path) -> None:
    catalogue = Catalogue()
    path = tmp_path / "blank.xlsx"
    for form in [form for form in catalogue if form.template and not form.is_table]:
        path.write_bytes(to_bytes(make_job(form, lang=lang, catalogue=catalogue).blank(), "xlsx"))
        try:
            found = [raw for raw, _ in BookSource(path, form)]  # type: ignore[misc]
        except RecordError as error:
            found = [{fault.code: None for fault in error.faults}]
            assert [*found[0]] == ["E-read-nothing"]  # a letter has no boxes
        assert not any(found[0].values()), form.id
