"""JSON that other readers would take in silence."""

import json
import re
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import RecordError
from generator.strict_json import load, parse


def refused(text, row=""):
    with pytest.raises(RecordError) as caught:
        parse(text, RecordError, "records.json", row)
    [fault] = caught.value.faults
    return fault


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": 1, "b": {"a": 1, "a": 1}}', '[{"a": null, "a": null}]'])
def test_a_key_given_twice_is_named(text):
    fault = refused(text)
    assert fault.code == "E-json-duplicate"
    assert '"a"' in fault.text("en")
    assert re.search('["“]a["”]', fault.text("en"))


def test_a_key_given_twice_is_told_by_the_line_of_the_second():
    assert refused('{"名称": 1,\n "b": 2,\n "名称": 3}').place.row == "3"


def test_in_json_lines_the_line_of_the_file_goes_before_the_line_of_the_text():
    assert refused('{"a": 1, "a": 2}', row="17").place.row == "17"


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_refused(name):
    assert refused(f'{{"a": [{name}]}}').code == "E-json-number"


@pytest.mark.parametrize(
    "number", ["123456789012345678", "-1234567890123456", "1.0000000000000001", "110105194912310023"]
)
def test_numbers_that_a_double_would_change_are_refused(number):
    fault = refused(f'{{"card": {number}}}')
    assert fault.code == "E-json-digits"
    assert number not in fault.text("zh-Hans") + fault.text("zh-Hant") + fault.text("en")


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400"])
def test_numbers_beyond_what_a_double_reaches_are_refused(number):
    assert refused(f'{{"a": {number}}}').code == "E-json-range"


@pytest.mark.parametrize(
    ("number", "value"),
    [("123456789012345", 123456789012345), ("-0", 0), ("1.10", Decimal("1.10")), ("2.5e3", Decimal("2.5e3"))],
)
def test_numbers_come_exactly_as_written(number, value):
    found = parse(number, RecordError, "records.json")
    assert (type(found), str(found)) == (type(value), str(value))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": 1,\n "b" 2}', 2, 6),
        ('\n\n{"a": 1,\n "b" 2}', 4, 6),
        ("", 1, 1),
        ('{"a": 1} x', 1, 10),
        ("{'a': 1}", 1, 2),
        ('{"a": "x\ny"}', 1, 9),
        ('{"a": 1,}', 1, None),
    ],
)
def test_what_is_not_json_is_told_by_line_and_column(text, line, column):
    fault = refused(text)
    assert (fault.code, fault.place.row, fault.params["line"]) == ("E-json", str(line), line)
    if column:
        assert fault.params["column"] == column
    assert fault.text("en").startswith(f"records.json:{line}: ")


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_hundred_thousand_levels_are_refused_and_no_crash(opening):
    assert refused(opening * 100_000).code == "E-json-depth"


def test_a_byte_order_mark_is_no_hindrance(tmp_path):
    path = tmp_path / "records.json"
    path.write_bytes(b'\xef\xbb\xbf{"\xe7\x94\xb2": 1}')
    assert load(path, RecordError) == {"甲": 1}


@pytest.mark.parametrize(
    ("content", "byte"),
    [(b'{"a": "\xff"}', 8), ('{"名": 1}'.encode("gbk"), 3), ('{"a": 1}'.encode("utf-16"), 1)],
    ids=["latin", "gbk", "utf-16"],
)
def test_another_encoding_is_told_with_the_byte(tmp_path, content, byte):
    path = tmp_path / "records.json"
    path.write_bytes(content)
    with pytest.raises(RecordError) as caught:
        load(path, RecordError)
    [fault] = caught.value.faults
    assert (fault.code, fault.params["byte"], fault.place.file) == ("E-encoding-json", byte, "records.json")


def test_a_file_that_is_not_there_is_a_fault_and_no_traceback(tmp_path):
    with pytest.raises(RecordError) as caught:
        load(tmp_path / "none.json", RecordError)
    assert [fault.code for fault in caught.value.faults] == ["E-file-read"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(_JSON)
def test_sound_json_comes_out_as_it_went_in(value):
    assert parse(json.dumps(value, ensure_ascii=False), RecordError, "x.json") == value


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_either_json_or_a_coded_fault(text):
    with suppress(RecordError):
        json.dumps(parse(text, RecordError, "x.json"), default=str)
