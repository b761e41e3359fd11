"""Workbooks of every kind that Excel, WPS and LibreOffice write, read as what a person sees in them."""

import datetime as days
import os
import subprocess
import sys
from io import BytesIO

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.worksheet.table import Table

from generator.errors import BiaodanError, RecordError
from generator.kinds.raw import CellNumber
from generator.records import open_source, warnings_of
from generator.records.reading import Reading
from tests.records.books import FILES, packed, parts_of, saved, strict, xlsx

TITLES = ["编号", "数", "百分", "日期", "时刻", "文本", "布尔", "编码"]


def inline(text, reference="", kind="c"):
    at = f' r="{reference}"' if reference else ""
    return f'<{kind}{at} t="inlineStr"><is><t>{text}</t></is></{kind}>'


@pytest.fixture
def form(form_of):
    kinds = {"编号": "string", "数": "number", "百分": "string", "文本": "string", "布尔": "boolean", "编码": "string"}
    properties = {f"f{n}": {"title": title, "type": kind} for n, (title, kind) in enumerate(kinds.items())}
    properties["day"] = {"title": "日期", "type": "string", "format": "date"}
    properties["at"] = {"title": "时刻", "type": "string", "format": "date-time"}
    return form_of(properties)


@pytest.fixture
def read(tmp_path, form):
    """Return a function of the bytes of a workbook to its rows, each as values by title or its faults by place."""

    def reading(content, name="book.xlsx", **said):
        path = tmp_path / name
        path.write_bytes(content)
        source = open_source(str(path), form, Reading(**said))
        rows = [told(item) for item in source]
        reading.warnings = [fault.code for fault in warnings_of(source)]
        return rows

    return reading


def told(item):
    if isinstance(item, RecordError):
        return [(fault.code, fault.place.row) for fault in item.faults]
    return {name: seen(value) for name, value in item[0].items()}


def seen(value):
    return (value.shown or str(value.number)) if isinstance(value, CellNumber) else value


def code_of(read, *args, **said):
    with pytest.raises(BiaodanError) as caught:
        read(*args, **said)
    [fault] = caught.value.faults
    return fault.code


TWO = [
    {
        "编号": "甲1",
        "数": "1.5",
        "百分": "25%",
        "日期": days.date(2024, 5, 1),
        "时刻": days.datetime(2024, 5, 1, 14, 30),
        "文本": "多\n行",
        "编码": "WT0042",
    },
    {
        "编号": "甲2",
        "数": "-2",
        "百分": "50.0%",
        "日期": days.date(2024, 5, 2),
        "时刻": days.datetime(2024, 5, 2, 9, 0, 5),
        "文本": "b",
        "编码": "WT0007",
    },
]


@pytest.mark.parametrize("name", ["kinds.xls", "kinds.ods"])
def test_a_list_saved_by_libreoffice_reads_as_it_is_shown(read, name):
    first, second, faulty = read((FILES / name).read_bytes(), name)
    assert [{k: v for k, v in row.items() if k != "布尔"} for row in (first, second)] == TWO
    assert [str(row["布尔"]).upper() for row in (first, second)] == ["TRUE", "FALSE"]
    assert faulty == [("E-cell-lost", "数据!B4")]
    assert read.warnings == ["W-rows-hidden"]


def test_an_old_workbook_is_known_by_what_it_is_whatever_it_is_called(read):
    content = (FILES / "kinds.xls").read_bytes()
    assert read(content, "list.et")[:2] == read(content, "list.xlsx")[:2] == read(content, "list.xls")[:2]


# --- XLSX -------------------------------------------------------------------------------------------------------------


def test_cells_and_rows_without_references_stand_one_after_the_other(read):
    rows = f"<row>{inline('编号')}{inline('数')}</row><row>{inline('甲')}<c><v>5</v></c></row>"
    assert read(xlsx(rows)) == [{"编号": "甲", "数": "5"}]


def test_prefixed_elements_are_read(read):
    rows = (
        '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>编号</x:t></x:is></x:c>'
        '<x:c r="B1" t="inlineStr"><x:is><x:t>数</x:t></x:is></x:c></x:row>'
        '<x:row r="2" hidden="1"><x:c r="A2" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c>'
        '<x:c r="B2"><x:f ca="1">1+1</x:f></x:c></x:row>'
    )
    assert read(xlsx(rows, prefix="x")) == [[("E-cell-lost", "Sheet!B2")]]


def test_strict_workbooks_are_read(read):
    book = openpyxl.Workbook()
    book.active.append(["编号", "日期", "百分"])
    book.active.append(["甲", days.date(2024, 5, 1), 0.25])
    book.active["C2"].number_format = "0%"
    assert (
        read(strict(saved(book))) == read(saved(book)) == [{"编号": "甲", "日期": days.date(2024, 5, 1), "百分": "25%"}]
    )


def test_days_are_counted_from_1904_where_the_workbook_says_so(read):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["编号", "日期"])
    book.active.append(["甲", days.date(2024, 5, 1)])
    book.active["B2"].number_format = 'yyyy"年"m"月"d"日"'
    assert read(saved(book)) == [{"编号": "甲", "日期": days.date(2024, 5, 1)}]


STRINGS = (
    "<si><t>编号</t></si><si><t>文本</t></si>"
    "<si><r><t>甲</t></r><r><rPr><b/></rPr><t>乙</t></r><rPh sb='0' eb='1'><t>JIA</t></rPh></si>"
    "<si><t xml:space='preserve'> a  b </t><phoneticPr fontId='1'/></si>"
)


def test_rich_texts_are_joined_without_how_they_are_pronounced(read):
    cells = "".join(f'<c r="{at}" t="s"><v>{n}</v></c>' for n, at in enumerate(("A1", "B1")))
    more = '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>3</v></c></row>'
    found = read(shared(f'<row r="1">{cells}</row>{more}'))
    assert found == [{"编号": "甲乙", "文本": " a  b "}]


def shared(rows):
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    parts = parts_of(saved(book))
    made = parts_of(xlsx(rows, STRINGS))
    for name in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
        parts[name] = made[name]
    return packed(parts)


def test_a_text_within_a_cell_has_rich_runs_too(read):
    rich = '<c r="B2" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r><rPh sb="0" eb="1"><t>J</t></rPh></is></c>'
    rows = f'<row r="1">{inline("编号", "A1")}{inline("文本", "B1")}</row><row r="2">{inline("1", "A2")}{rich}</row>'
    assert read(xlsx(rows)) == [{"编号": "1", "文本": "甲乙"}]


def test_a_list_far_below_and_to_the_right_is_found(read):
    book = openpyxl.Workbook()
    for column, (title, value) in enumerate((("编号", "甲"), ("百分", 0.25), ("日期", days.date(2024, 5, 1)))):
        book.active.cell(5001, 60 + column, title)
        book.active.cell(5002, 60 + column, value)
    book.active["BI5002"].number_format = "0%"
    assert read(saved(book)) == [{"编号": "甲", "百分": "25%", "日期": days.date(2024, 5, 1)}]


FORMULAS = {
    '<c r="B2" t="str"><f>"x"&amp;1</f><v>x1</v></c>': "x1",
    '<c r="B2"><f>1+1</f><v>2</v></c>': "2",
    '<c r="B2" t="b"><f>TRUE()</f><v>1</v></c>': "TRUE",
    '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>': "E-cell-lost",
    "<c r='B2' t='e'><v>#N/A</v></c>": "E-cell-lost",
    '<c r="B2"><f>1+1</f></c>': "E-cell-lost",
    '<c r="B2"><f t="shared" si="0"/></c>': "E-cell-lost",
    '<c r="B2"><f>1+1</f><v></v></c>': "E-cell-lost",
    '<c r="B2" s="9"><v>2</v></c>': "E-cell-format",
    '<c r="B2" t="str"><f>_xlfn.DISPIMG("ID_1A",1)</f><v>=DISPIMG("ID_1A",1)</v></c>': "E-cell-picture",
}


@pytest.mark.parametrize(("cell", "expected"), FORMULAS.items())
def test_a_formula_is_its_result_or_a_fault_of_its_cell(read, cell, expected):
    rows = f'<row r="1">{inline("编号", "A1")}{inline("文本", "B1")}</row><row r="2">{inline("1", "A2")}{cell}</row>'
    [found] = read(xlsx(rows))
    assert found == ([(expected, "Sheet!B2")] if expected[0] == "E" else {"编号": "1", "文本": expected})


def test_hidden_sheets_are_told_and_read_when_they_are_named(read):
    book = openpyxl.Workbook()
    book.active["A1"] = "封面"
    hidden = book.create_sheet("底稿")
    hidden.append(["编号", "数"])
    hidden.append(["甲", 1])
    hidden.sheet_state = "veryHidden"
    assert code_of(read, saved(book)) == "E-sheet-hidden"
    assert read(saved(book), sheet="底稿") == read(saved(book), sheet="2") == [{"编号": "甲", "数": "1"}]


@pytest.mark.parametrize("name", ["book.xlsx", "book.xlsm"])
def test_a_table_is_read_by_its_name_and_nothing_beside_it(read, name):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["x", None, "编号", "数"], ["x", None, "甲", 1], ["x", None, "乙", 2], ["x", None, "丙", 3]):
        sheet.append(row)
    sheet.add_table(Table(displayName="问题表", ref="C1:D3"))
    assert read(saved(book), name, sheet="问题表") == [{"编号": "甲", "数": "1"}, {"编号": "乙", "数": "2"}]
    assert code_of(read, saved(book), name, sheet="没有的表") == "E-sheet-missing"


# --- ODS --------------------------------------------------------------------------------------------------------------


def ods(rows, more=""):
    parts = parts_of((FILES / "kinds.ods").read_bytes())
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    parts["content.xml"] = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="表">{rows}'
        f"</table:table>{more}</office:spreadsheet></office:body></office:document-content>"
    ).encode()
    return packed(parts)


def line(*cells, **more):
    said = "".join(f' table:{name}="{value}"' for name, value in more.items())
    return f"<table:table-row{said}>{''.join(cells)}</table:table-row>"


def held(text, said=""):
    return f"<table:table-cell {said}><text:p>{text}</text:p></table:table-cell>"


def typed(kind, value, text, name="value"):
    return held(text, f'office:value-type="{kind}" office:{name}="{value}"')


HEAD = line(held("编号"), held("文本"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (typed("percentage", "0.25", "25%"), "25%"),
        (typed("currency", "1234.5", "¥1,234.50"), "¥1,234.50"),
        (typed("float", "5", "5"), "5"),
        (typed("date", "2024-05-01", "2024年5月1日", "date-value"), "2024年5月1日"),
        (typed("time", "PT09H30M00S", "9:30", "time-value"), "9:30"),
        (typed("boolean", "true", "TRUE", "boolean-value"), "TRUE"),
        (held('a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d'), "a  b\tc\nd"),
        (held("a</text:p><text:p>b"), "a\nb"),
        (held("甲<text:span>乙</text:span>丙"), "甲乙丙"),
        (held("甲<!-- x -->乙"), "甲乙"),
        (held("<text:ruby><text:ruby-base>甲</text:ruby-base><text:ruby-text>JIA</text:ruby-text></text:ruby>"), "甲"),
        (
            "<table:table-cell><office:annotation><text:p>批注</text:p></office:annotation><text:p>甲</text:p></table:table-cell>",
            "甲",
        ),
        (held("#DIV/0!", 'table:formula="of:=1/0"'), "E-cell-lost"),
        (typed("float", "abc", "5"), "E-cell-lost"),
    ],
)
def test_a_cell_of_ods_is_what_it_shows(read, cell, expected):
    [found] = read(ods(HEAD + line(held("1"), cell)), "list.ods")
    assert found == ([(expected, "表!B2")] if expected.startswith("E-") else {"编号": "1", "文本": expected})


@pytest.mark.parametrize(
    ("span", "clock"),
    [
        ("PT08H59M59.999999997S", "09:00"),
        ("PT14H30M05S", "14:30:05"),
        ("PT99999999999999H", "E-cell-old"),
        ("-PT1H", "E-cell-old"),
        ("P1D", "E-cell-old"),
    ],
)
def test_a_time_of_ods_is_read_to_the_second(read, span, clock):
    cells = line(held("编号"), held("数")), line(held("1"), typed("time", span, "?", "time-value"))
    [found] = read(ods("".join(cells)), "list.ods")
    assert found == ([(clock, "表!B2")] if clock.startswith("E-") else {"编号": "1", "数": clock})


def test_repeated_rows_and_columns_and_filtered_rows_count(read):
    blank = '<table:table-cell table:number-columns-repeated="2"/>'
    head = line(blank, held("编号"), held("文本"), '<table:table-cell table:number-columns-repeated="16380"/>')
    rows = (
        line('<table:table-cell table:number-columns-repeated="16384"/>', **{"number-rows-repeated": 3})
        + head
        + line(blank, held("甲", 'table:number-columns-repeated="2"'), **{"number-rows-repeated": 2})
        + line(blank, held("乙"), held("x"), visibility="filter")
        + line("<table:table-cell/>", **{"number-rows-repeated": 1048560})
    )
    assert read(ods(rows), "list.ods") == [{"编号": "甲", "文本": "甲"}] * 2 + [{"编号": "乙", "文本": "x"}]
    assert read.warnings == ["W-rows-hidden"]


def test_cells_merged_downwards_stand_in_all_of_their_rows(read):
    rows = (
        HEAD
        + line(held("甲", 'table:number-rows-spanned="2"'), held("x"))
        + line("<table:covered-table-cell/>", held("y"))
    )
    assert read(ods(rows), "list.ods") == [{"编号": "甲", "文本": "x"}, {"编号": "甲", "文本": "y"}]


# --- what isn't read --------------------------------------------------------------------------------------------------


def test_xlsb_and_encrypted_ods_are_refused_by_name(read):
    assert (
        code_of(read, packed({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<a/>"}), "list.xlsx") == "E-book-kind"
    )
    parts = parts_of((FILES / "kinds.ods").read_bytes())
    parts["META-INF/manifest.xml"] = b"<m><manifest:encryption-data/></m>"
    assert code_of(read, packed(parts), "list.ods") == "E-book-kind"


# --- passwords --------------------------------------------------------------------------------------------------------

SECRET = "geheim-9876"


def locked(content):
    made = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(SECRET, made)
    return made.getvalue()


@pytest.fixture
def protected(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["客户名称", "问题描述", "紧急程度", "反馈时间", "状态"])
    book.active.append(["甲公司", "登录失败", "高", "2024-05-01 14:30", "处理中"])
    path = tmp_path / "locked.xlsx"
    path.write_bytes(locked(saved(book)))
    return path


@pytest.mark.parametrize(
    ("given", "code"), [("", "E-password-needed"), ("wrong-1234", "E-password-wrong"), (SECRET, "")]
)
def test_a_password_comes_from_the_environment_and_is_in_no_message(protected, given, code):
    line = [sys.executable, "-m", "generator", "check", "issue-tracker", str(protected), "--lang", "en"]
    done = subprocess.run(
        line, env={**os.environ, "BIAODAN_PASSWORD": given}, capture_output=True, stdin=subprocess.DEVNULL
    )
    told = (done.stdout + done.stderr).decode()
    assert (done.returncode != 0) == bool(code), told
    assert {"E-password-needed": "has a password", "E-password-wrong": "doesn't fit", "": ""}[code] in told
    assert not given or given not in told
    assert "Traceback" not in told


def test_what_a_protected_file_holds_is_read_as_what_it_is(tmp_path, form):
    path = tmp_path / "locked.xlsx"
    book = openpyxl.load_workbook(
        BytesIO(xlsx(f'<row r="1">{inline("编号", "A1")}</row><row r="2">{inline("甲", "A2")}</row>'))
    )
    path.write_bytes(locked(saved(book)))
    assert [told(item) for item in open_source(str(path), form, Reading(password=SECRET))] == [{"编号": "甲"}]


def test_a_broken_protected_workbook_is_no_traceback(read):
    content = locked(saved(openpyxl.Workbook()))
    for end in range(600, len(content), 1500):
        assert code_of(read, content[:end], password=SECRET) in ("E-xlsx", "E-password-wrong")
