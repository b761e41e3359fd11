"""Lists in files of text: in every encoding, with every mark between cells, with what people write around a list."""

from zoneinfo import ZoneInfo

import pytest

from generator.errors import BiaodanError, Place, RecordError
from generator.records import open_source, warnings_of
from generator.records.normalise import normaliser

ROWS = [["编号", "名称", "数"], ["甲1", "黄河", "5"], ["甲2", "长江，东", "6"]]
READ = [{"编号": "甲1", "名称": "黄河", "数": "5"}, {"编号": "甲2", "名称": "长江，东", "数": "6"}]
HAN = [["编号", "名称"], ["甲一", "黄河"], ["甲二", "长江"]]


@pytest.fixture
def form(form_of):
    return form_of({key: {"type": "string", "title": title} for key, title in zip("abc", ROWS[0], strict=True)})


@pytest.fixture
def read(tmp_path, form):
    """Return a function of the bytes of a file to its records by title, or the code of what is wrong with it."""

    def reading(content, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        try:
            source = open_source(str(path), form)
            items = list(source)
        except BiaodanError as error:
            return error.faults[0].code
        reading.warnings = [fault.code for fault in warnings_of(source)]
        return [item.faults[0].code if isinstance(item, RecordError) else item[0] for item in items]

    return reading


def text(rows, mark=",", end="\r\n"):
    return "".join(mark.join(row) + end for row in rows)


ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "gbk",
    "gb18030",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_is_told(read, encoding, end):
    assert read(text(ROWS, end=end).encode(encoding)) == READ


def test_big5_is_told(read):
    found = read("編號,名稱,數\r\n甲1,黃河,5\r\n".encode("big5"))
    assert [list(row.values()) for row in found] == [["甲1", "黃河", "5"]]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_a_byte_order_mark_says_which_way_round(read, mark):
    encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert read(mark + text(ROWS).encode(encoding)) == READ


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gbk", "utf-8"])
@pytest.mark.parametrize("mark", ["\t", ","])
def test_a_list_of_nothing_but_chinese_is_told_too(read, encoding, mark):
    assert read(text(HAN, mark).encode(encoding), "list.txt") == [
        dict(zip(HAN[0], row, strict=True)) for row in HAN[1:]
    ]


@pytest.mark.parametrize("mark", ["\t", ";", "|", ","])
@pytest.mark.parametrize("name", ["list.csv", "list.tsv", "list.txt", "LIST.CSV"])
def test_the_mark_between_cells_is_found_whatever_the_file_is_called(read, mark, name):
    assert read(text(ROWS, mark).encode(), name) == READ


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_declared_mark_is_kept_to(read, first):
    rows = [ROWS[0], ["甲1", "1,5|2,5", "5"]]
    assert read(f"{first}\r\n{text(rows, ';')}".encode()) == [{"编号": "甲1", "名称": "1,5|2,5", "数": "5"}]


def test_what_excel_saves_as_unicode_text_is_read(read):
    content = '编号\t名称\t数\r\n甲1\t"他说""好""\n再见"\t5\r\n'
    assert read(content.encode("utf-16"), "list.txt") == [{"编号": "甲1", "名称": '他说"好"\n再见', "数": "5"}]


def test_titles_blank_lines_totals_and_notes_are_no_records(read):
    before = "2024年登记表,,\r\n\r\n单位：甲公司,,\r\n"
    after = ",,\r\n\r\n合计,,11\r\n制表人：李四,,\r\n注：数以件计,,\r\n"
    assert read((before + text(ROWS) + after).encode()) == READ
    assert read.warnings == ["W-rows-total", "W-rows-note"]


def test_a_broken_quote_is_told_and_no_row_is_swallowed(read):
    assert read('编号,名称,数\n甲1,"黄河,5\n甲2,长江,6\n'.encode()) == "E-csv"


@pytest.mark.parametrize("content", [b"\0" * 400, b"a\0" * 99])
def test_bytes_of_zero_that_are_no_encoding_are_refused(read, content):
    assert read(content) in ("E-encoding", "E-no-header", "E-csv")


def test_a_byte_of_zero_within_a_list_is_the_fault_of_its_cell(read, form):
    [row] = read("编号,名称\n甲\0,乙\n".encode())
    _, faults = normaliser(form, ZoneInfo("Asia/Shanghai")).record(row, Place())
    assert [(fault.code, fault.place.pointer) for fault in faults] == [("E-control", "/a")]


def test_a_file_of_no_encoding_is_refused(read):
    assert read("编号,名称\n".encode() + bytes(range(128, 256)) * 3) == "E-encoding"


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"sep=;"])
def test_an_empty_file_has_no_header(read, content):
    assert read(content) == "E-no-header"


def test_a_cut_off_file_of_two_bytes_a_letter_is_told(read):
    assert read(text(ROWS).encode("utf-16")[:-1]) == "E-encoding"
