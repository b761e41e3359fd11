"""Where a list stands on a sheet, and which of its rows are records: a small list for each habit of desks."""

import csv
import zipfile

import openpyxl
import pytest

from generator.errors import RecordError
from generator.records import open_source, warnings_of

FIELDS = ("客户", "登记日期", "金额", "说明", "完成")


@pytest.fixture
def form(form_of):
    kinds = {"登记日期": {"type": "string", "format": "date"}, "金额": {"type": "number"}, "完成": {"type": "boolean"}}
    items = {f"f{n}": {"type": "string", "title": name} | kinds.get(name, {}) for n, name in enumerate(FIELDS)}
    head = {"counted_on": {"type": "string", "format": "date", "title": "统计日期"}}
    rows = {"rows": {"type": "array", "items": {"type": "object", "properties": items}}}
    return form_of({**head, **rows}, **{"x-form": {"kind": "table"}})


def read(path, form):
    """Return the rows that are records, by their numbers, as texts; and the numbers of those that aren't, by code."""
    source = open_source(str(path), form)
    rows = {}
    for item in source:
        assert not isinstance(item, RecordError), item.faults
        values, place = item
        rows[int(place.row.rpartition("!")[2])] = {name: str(value) for name, value in values.items()}
    return rows, {fault.code: fault.params.get("rows", fault.params.get("columns")) for fault in warnings_of(source)}


def sheet(path, rows, *merged):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(path)
    return path


def text(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def ods(path, rows):
    name = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{short}="{name}:{short}:1.0"' for short in ("office", "table", "text", "style"))
    table = f'<office:body><office:spreadsheet><table:table table:name="1">{rows}</table:table>'
    content = f"<office:document-content {spaces}>{table}</office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<m/>")
        archive.writestr("content.xml", content)
    return path


A = ["甲", "2024-05-01", "5", "一", "是"]
B = ["乙", "2024-05-02", "6", "二", "否"]


def named(cells):
    return {name: cell for name, cell in zip(FIELDS, cells, strict=False) if cell}


GROUPED = [["基本情况", None, "费用", None, "完成"], ["客户", "登记日期", "金额", "说明", None]]


def test_groups_that_the_form_does_not_know_are_told_and_their_columns_read(tmp_path, form):
    path = sheet(tmp_path / "a.xlsx", [*GROUPED, A], "A1:B1", "C1:D1", "E1:E2")
    rows, told = read(path, form)
    assert rows == {3: named(A)}
    assert told == {"W-columns-group": ["客户", "登记日期", "金额", "说明"]}


def test_a_title_over_the_list_is_no_group(tmp_path, form):
    path = sheet(tmp_path / "a.xlsx", [["登记表"], list(FIELDS), A], "A1:E1")
    assert read(path, form) == ({3: named(A)}, {})


def test_what_is_said_above_the_list_is_no_group(tmp_path, form):
    path = text(tmp_path / "a.csv", [["统计日期：2024-05-31", "", "制表人：李四", "", ""], FIELDS, A])
    assert read(path, form) == ({3: named(A)}, {})
    assert open_source(str(path), form).head[0]["统计日期"] == "2024-05-31"


def test_a_column_that_two_groups_have_is_refused(tmp_path, form):
    above, below = ["甲方", None, "乙方", None, None], ["客户", "金额", "客户", "说明", None]
    path = sheet(tmp_path / "a.xlsx", [above, below, A], "A1:B1", "C1:D1")
    with pytest.raises(RecordError) as caught:
        list(open_source(str(path), form))
    assert [fault.code for fault in caught.value.faults] == ["E-column-twice"]


def test_names_of_two_lines_belong_to_a_header_of_two_rows_in_a_file_of_text(tmp_path, form):
    lines = [["基本\n情况", "", "费\n用", "", "完成"], ["客户", "登记日期", "金额", "说明", ""], A]
    rows, _ = read(text(tmp_path / "a.csv", lines), form)
    assert rows == {5: named(A)}


@pytest.mark.parametrize("write", [sheet, text])
def test_a_header_of_two_rows_that_is_repeated_is_left_out(tmp_path, form, write):
    path = write(tmp_path / f"a.{'xlsx' if write is sheet else 'csv'}", [*GROUPED, A, *GROUPED, B])
    rows, told = read(path, form)
    assert (rows, told["W-rows-header"]) == ({3: named(A), 6: named(B)}, ["4–5"])


def test_a_row_of_groups_is_left_out_where_it_is_repeated_with_the_header(tmp_path, form):
    groups = ["基本情况", None, "费用", None, None]
    path = sheet(tmp_path / "a.xlsx", [groups, FIELDS, A, groups, FIELDS, B], "A1:B1", "C1:E1")
    rows, told = read(path, form)
    assert (rows, told) == ({3: named(A), 6: named(B)}, {"W-rows-header": ["4–5"]})


@pytest.mark.parametrize("label", ["5月合计", "张三小计", "合计（元）", "本组 小计："])
@pytest.mark.parametrize("write", [sheet, text])
def test_what_ends_as_a_total_is_one_where_figures_follow(tmp_path, form, write, label):
    path = write(tmp_path / f"a.{'xlsx' if write is sheet else 'csv'}", [FIELDS, A, [label, "", "1,234.50", "", ""], B])
    rows, told = read(path, form)
    assert (rows, told) == ({2: named(A), 4: named(B)}, {"W-rows-total": ["3"]})


@pytest.mark.parametrize("write", [sheet, text])
def test_what_ends_as_a_total_is_a_record_where_texts_follow(tmp_path, form, write):
    record = ["某某合计", "2024-05-01", "5", "一", "是"]
    path = write(tmp_path / f"a.{'xlsx' if write is sheet else 'csv'}", [FIELDS, A, record])
    assert read(path, form) == ({2: named(A), 3: named(record)}, {})


@pytest.mark.parametrize("end", ["以下空白", "（以下空白）", "——以下空白——"])
def test_the_words_that_end_a_list_are_a_note(tmp_path, form, end):
    path = sheet(tmp_path / "a.xlsx", [FIELDS, A, [end]])
    assert read(path, form) == ({2: named(A)}, {"W-rows-note": ["3"]})


@pytest.mark.parametrize("write", [sheet, text])
@pytest.mark.parametrize("told", ["注：以上已办结。", "备注2：含税", "一、华东区", "（二）续签"])
def test_a_note_between_records_is_left_out(tmp_path, form, write, told):
    path = write(tmp_path / f"a.{'xlsx' if write is sheet else 'csv'}", [FIELDS, A, [told], B])
    assert read(path, form) == ({2: named(A), 4: named(B)}, {"W-rows-note": ["3"]})


def test_a_cell_merged_downwards_at_the_end_of_a_row_is_that_of_each_row_of_ods(tmp_path, form):
    def cell(text, more=""):
        return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'

    header, top = "".join(map(cell, FIELDS[:4])), "".join(map(cell, A[:3]))
    merged = cell("一", ' table:number-rows-spanned="2" table:number-columns-spanned="1"')
    below = "".join(map(cell, B[:3])) + "<table:covered-table-cell/>"
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in (header, top + merged, below))
    path = ods(tmp_path / "a.ods", rows)
    assert read(path, form)[0] == {2: named(A[:4]), 3: named([*B[:3], "一"])}


def test_a_remark_alone_in_its_own_column_is_no_note(tmp_path, form):
    remark = ["", "", "", "注：以上已办结。", ""]
    path = sheet(tmp_path / "a.xlsx", [FIELDS, A, remark, B])
    assert read(path, form) == ({2: named(A), 3: named(remark), 4: named(B)}, {})


def test_notes_stay_notes_where_only_rows_follow_that_are_no_records(tmp_path, form):
    below = [["制表人：李四", "", "审核人：王五"], ["合计：", "", "11"], ["以下空白"]]
    rows, told = read(sheet(tmp_path / "a.xlsx", [FIELDS, A, *below]), form)
    assert (rows, told) == ({2: named(A)}, {"W-rows-total": ["4"], "W-rows-note": ["3", "5"]})


def test_the_head_of_several_sheets_is_read_once_however_it_is_written(tmp_path, form):
    from generator.records.reading import Reading

    book = openpyxl.Workbook()
    for page, line in ((book.active, ["统计日期：2024-05-31"]), (book.create_sheet(), ["统计日期：", "2024-05-31"])):
        for row in (line, FIELDS, A):
            page.append(row)
    book.save(tmp_path / "a.xlsx")
    assert open_source(str(tmp_path / "a.xlsx"), form, Reading(sheet="all")).head[0] == {"统计日期": "2024-05-31"}
