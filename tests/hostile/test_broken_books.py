"""Workbooks cut short, with parts missing, emptied or made to explode: refused by name, never half read."""

import time
from pathlib import Path

import openpyxl
import pytest

from generator.catalogue.build import build_form
from generator.catalogue.resolve import resolve
from generator.errors import BiaodanError
from generator.kinds.raw import CellNumber
from generator.records.book_source import BookSource
from tests.records.books import FILES, packed, parts_of, saved

ESSENTIAL = {
    "book.xlsx": [
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
    ],
    "book.ods": ["content.xml", "META-INF/manifest.xml"],
}
HARMLESS = ("[Content_Types].xml", "META-INF/manifest.xml")
CODES = {"E-xlsx", "E-no-header", "E-sheet-hidden", "E-xlsx-cells", "E-columns-many", "E-book-kind"}


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["编号", "数"])
    book.active.append(["甲", 0.25])
    book.active["B2"].number_format = "0%"
    return saved(book)


def told(item):
    if isinstance(item, BiaodanError):
        return [fault.code for fault in item.faults]
    return {name: (str(v.number), v.shown) if isinstance(v, CellNumber) else v for name, v in item[0].items()}


def is_refused(found):
    return isinstance(found, str) and found in CODES


WHOLE = {
    "book.xlsx": workbook(),
    "book.ods": (FILES / "kinds.ods").read_bytes(),
    "book.xls": (FILES / "kinds.xls").read_bytes(),
}


def plain(properties):
    return build_form(resolve({"type": "object", "properties": properties}, "own.json"), "own", "own.json")


@pytest.fixture
def read(tmp_path: Path):
    """Return a function of a file to its records, in this process, or the code for which it is refused."""
    titles = ["编号", "数", "百分", "日期", "时刻", "文本", "布尔", "编码"]
    form = plain({f"f{n}": {"type": "string", "title": title} for n, title in enumerate(titles)})

    def reading(content: bytes, name: str):
        path = tmp_path / name
        path.write_bytes(content)
        began = time.process_time()
        try:
            return [told(item) for item in BookSource(path, form)]
        except BiaodanError as error:
            return error.faults[0].code
        finally:
            assert time.process_time() - began < 3

    return reading


@pytest.mark.parametrize("name", WHOLE)
def test_a_workbook_cut_short_anywhere_is_refused_or_read_whole(read, name):
    whole = read(WHOLE[name], name)
    assert isinstance(whole, list)
    for end in range(0, len(WHOLE[name]), 500):
        found = read(WHOLE[name][:end], name)
        assert is_refused(found) or found == whole, end


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">{ENTITIES}]><a>&e9;</a>'.encode()
WORSE = {
    "empty": lambda part: b"",
    "half": lambda part: part[: len(part) // 2],
    "no XML": lambda part: b"hello",
    "another root": lambda part: b"<a/>",
    "bomb": lambda part: BOMB,
    "deep": lambda part: b"<a>" * 100_000 + b"</a>" * 100_000,
    "entity": lambda part: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]>' + part.split(b"?>", 1)[-1],
}


@pytest.mark.parametrize("name", ESSENTIAL)
def test_a_part_missing_is_refused_or_no_matter(read, name):
    whole, parts = read(WHOLE[name], name), parts_of(WHOLE[name])
    for part in parts:
        found = read(packed({other: content for other, content in parts.items() if other != part}), name)
        assert is_refused(found) or (found == whole and part not in ESSENTIAL[name][1:]), part


@pytest.mark.parametrize("worse", WORSE)
@pytest.mark.parametrize(("name", "part"), [(name, part) for name, parts in ESSENTIAL.items() for part in parts])
def test_a_part_made_worse_is_refused_or_no_matter(read, name, part, worse):
    whole, parts = read(WHOLE[name], name), parts_of(WHOLE[name])
    found = read(packed({**parts, part: WORSE[worse](parts[part])}), name)
    assert is_refused(found) or (found == whole and (part in HARMLESS or worse == "entity")), found


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('number-rows-repeated="1048577"', "E-xlsx-cells"),
        ('number-rows-repeated="9000000"', "E-xlsx-cells"),
        ('number-rows-repeated="999999999999999999999"', "E-xlsx"),
        ('number-rows-repeated="-5"', "E-xlsx"),
        ('number-rows-repeated="x"', "E-xlsx"),
        ('number-columns-repeated="1000000"', "E-columns-many"),
        ('number-columns-repeated="99999999999999999999"', "E-xlsx"),
        ('number-columns-spanned="99999999999999999999"', "E-xlsx"),
    ],
)
def test_counts_of_ods_are_not_believed(read, said, code):
    parts = parts_of(WHOLE["book.ods"])
    tag = b"<table:table-row " if "rows-rep" in said else b"<table:table-cell "
    content = parts["content.xml"]
    at = content.rindex(tag, 0, content.index("甲2".encode()))
    parts["content.xml"] = content[:at] + tag + f"table:{said} ".encode() + content[at + len(tag) :]
    assert read(packed(parts), "book.ods") == code


@pytest.mark.parametrize("count", ["999999999", "x", "-1", "9" * 30])
def test_blanks_of_ods_are_not_believed(read, count):
    parts = parts_of(WHOLE["book.ods"])
    parts["content.xml"] = parts["content.xml"].replace(b">b<", f'>b<text:s text:c="{count}"/><'.encode())
    assert read(packed(parts), "book.ods") == "E-xlsx"


@pytest.mark.parametrize("name", ["book.ods", "book.xlsx"])
def test_a_bomb_is_refused_before_it_is_unpacked(read, name):
    part = "content.xml" if name == "book.ods" else "xl/worksheets/sheet1.xml"
    assert read(packed({**parts_of(WHOLE[name]), part: b" " * (300 << 20)}), name) == "E-xlsx-bomb"


@pytest.mark.parametrize("quote", ["'", '"'])
def test_far_cells_cost_nothing_whatever_their_quotes(read, quote):
    parts = parts_of(WHOLE["book.xlsx"])
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace('r="B2"', f"r={quote}XFD1048576{quote}").encode()
    assert read(packed(parts), "book.xlsx") == "E-xlsx-cells"


def test_an_entity_in_a_cell_is_refused(read):
    parts = parts_of(WHOLE["book.xlsx"])
    [name] = [name for name, content in parts.items() if b"&#30002;" in content]
    parts[name] = WORSE["entity"](b"<?xml version='1.0'?>" + parts[name].removeprefix(b"<?xml version='1.0'?>"))
    parts[name] = parts[name].replace(b"&#30002;", b"&e;")
    assert read(packed(parts), "book.xlsx") == "E-xlsx"
