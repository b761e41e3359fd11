"""Masking of personal values: the catalogue's examples, what was masked before, and whole documents."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.api import make_job
from generator.records import ListSource
from generator.rules.mask import mask, mask_tree

CHECKLIST = Path(__file__).resolve().parents[2] / "samples" / "troubleshooting-checklist" / "ordinary.json"


@pytest.mark.parametrize(
    ("value", "sort", "masked"),
    [
        ("张三丰", "name", "张**"),
        ("欧阳修", "name", "欧阳*"),
        ("王强", "name", "王*"),
        ("司马相如", "name", "司马**"),
        ("張三丰", "name", "張**"),
        ("諸葛亮", "name", "諸葛*"),
        ("张", "name", "*"),
        ("欧阳", "name", "欧*"),
        ("John Smith", "name", "J*** S****"),
        ("13856785678", "phone", "138****5678"),
        ("110105194912310023", "id", "110105********0023"),
        ("11010519491231002X", "id", "110105********002X"),
        ("110105491231002", "id", "110105*****1002"),
        ("6222020200112345678", "bank-card", "***************5678"),
        ("zhang.san@example.com", "email", "z********@example.com"),
        ("x@example.cn", "email", "x*@example.cn"),
        ("广东省深圳市南山区科技园一号", "address", "广东省深圳市********"),
        ("上海市浦东新区世纪大道1号", "address", "上海市**********"),
        ("新疆维吾尔自治区乌鲁木齐市天山区", "address", "新疆维吾尔自治区乌鲁木齐市***"),
        ("湖南省湘西土家族苗族自治州吉首市", "address", "湖南省湘西土家族苗族自治州***"),
        ("廣東省深圳市南山區", "address", "廣東省深圳市***"),
        ("解放路12号", "address", "******"),
        ("13856785678", "contact", "138****5678"),
        ("zhang.san@example.com", "contact", "z********@example.com"),
    ],
)
def test_what_stays_of_a_personal_value(value, sort, masked):
    assert mask(value, sort) == masked


@pytest.mark.parametrize(
    ("value", "sort"),
    [
        ("张**", "name"),
        ("欧阳*", "name"),
        ("138****5678", "phone"),
        ("110105********0023", "id"),
        ("***************5678", "bank-card"),
        ("z********@example.com", "email"),
        ("广东省深圳市********", "address"),
        ("138****5678", "contact"),
    ],
)
def test_what_is_masked_already_stays_as_it_is(value, sort):
    assert mask(value, sort) == value


@pytest.mark.parametrize(
    ("value", "sort"), [("12345", "phone"), ("1234567", "phone"), ("1234567890", "id"), ("622", "bank-card")]
)
def test_a_short_number_is_not_shown_whole(value, sort):
    masked = mask(value, sort)
    assert len(masked) == len(value)
    assert masked.count("*") >= len(value) / 2


_DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=30)
_NAMES = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)


@settings(deadline=None)
@given(_DIGITS, st.sampled_from(["phone", "id", "bank-card", "contact"]))
def test_no_number_ever_comes_through_unmasked(value, sort):
    masked = mask(value, sort)
    assert "*" in masked
    assert masked != value
    assert mask(masked, sort) == masked


@settings(deadline=None)
@given(_NAMES, st.sampled_from(["name", "address"]))
def test_no_name_or_place_ever_comes_through_unmasked(value, sort):
    masked = mask(value, sort)
    assert masked.endswith("*")
    assert mask(masked, sort) == masked


def test_a_record_is_masked_in_sections_and_rows_and_is_itself_left_alone(form_of):
    phone = {"type": "string", "x-sensitive": "phone"}
    row = {
        "type": "object",
        "properties": {"who": {"type": "string", "x-sensitive": "name"}, "what": {"type": "string"}},
    }
    form = form_of(
        {
            "phone": phone,
            "caller": {"type": "object", "properties": {"phone": phone}},
            "log": {"type": "array", "items": row},
        }
    )
    typed = {
        "phone": "13856785678",
        "caller": {"phone": "13956785678"},
        "log": [{"who": "张三丰", "what": "张三丰来电"}, {"what": "无"}],
    }
    kept = json.dumps(typed)
    assert mask_tree(typed, form.root) == {
        "phone": "138****5678",
        "caller": {"phone": "139****5678"},
        "log": [{"who": "张**", "what": "张三丰来电"}, {"what": "无"}],
    }
    assert json.dumps(typed) == kept


def rendered(form, raw, hide=None):
    job = make_job(form, mask=hide)
    [made] = job.documents(ListSource(raw, job.form))
    blocks = made.document.blocks
    return repr(blocks) + "".join(repr(list(block.rows)) for block in blocks if hasattr(block, "rows"))


def test_an_internal_form_shows_its_data_and_hides_it_when_asked():
    raw = json.loads(CHECKLIST.read_text(encoding="utf-8"))
    assert "张三丰" in rendered("troubleshooting-checklist", raw)
    hidden = rendered("troubleshooting-checklist", raw, hide=True)
    assert "张三丰" not in hidden
    assert "13856785678" not in hidden
    assert "张**" in hidden


def test_a_report_hides_the_signer_unless_told_otherwise():
    report = CHECKLIST.parents[1] / "closure-report" / "ordinary.json"
    raw = json.loads(report.read_text(encoding="utf-8"))
    raw["confirmation"] = {"decision": "agree", "signed_by": "欧阳修"}
    assert "欧阳修" not in rendered("closure-report", raw)
    assert "欧阳修" in rendered("closure-report", raw, hide=False)


def test_a_registers_rows_are_masked_as_they_are_read():
    row = {"客户名称": "甲", "问题描述": "无", "紧急程度": "高", "反馈时间": "2024-05-01 08:00", "状态": "处理中"}
    rows = [{**row, "负责人": "司马相如"}]
    assert "司马相如" in rendered("issue-tracker", rows)
    hidden = rendered("issue-tracker", rows, hide=True)
    assert "司马相如" not in hidden
    assert "司马**" in hidden


@pytest.mark.parametrize(
    ("value", "sort", "masked"),
    [
        ("zhang@x.com 13800138000", "contact", "z****@x.com 138****8000"),
        ("* 1 3 8 0 0 1 3 8 0 0 0", "contact", "* 1 3 * * * * * 8 0 0 0"),
        ("微信zhangsan123", "contact", "微信z******n123"),
        ("QQ 12345678", "contact", "QQ 1*******"),
        ("@zhangsan", "contact", "@zh******"),
        ("+86 138-0013-8000", "contact", "+86 *********8000"),
        ("62345678", "phone", "62******"),
        ("0755-82345678", "phone", "075******5678"),
        ("来电 １３８　００１３　８０００。", "text", "来电 １３８　****　８０００。"),
        ("138\u200b0013\u00a08000", "text", "138\u200b****\u00a08000"),
        ("一三八零零一三八零零零", "text", "一三八****八零零零"),
        ("(010) 6234-5678 转 801", "text", "(010) ****-5678 转 801"),
        ("+852 9123 4567", "text", "+852 **** 4567"),
        ("6222 0202 0011 2345 678", "text", "**** **** **** ***5 678"),
        ("11010519491231002X", "text", "110105********002X"),
        ("13800138000、13900139000", "text", "138****8000、139****9000"),
        ("2024-05-01 08:30 至 2024.6.1 止，每天 09:00-18:00 共 120 份", "text", None),
        ("z h a n g @ x.com", "text", "z * * * * @ x.com"),
        ("ｚｈａｎｇ＠ｘ．ｃｏｍ", "text", "ｚ****＠ｘ．ｃｏｍ"),
        ("张三丰13800138000", "name", "张*************"),
        ("Z H A N G", "name", "* * * * *"),
        ("J Smith", "name", "* S****"),
        ("O'Neil & Sons", "name", "O***** & S***"),
        ("阿卜杜拉·买买提", "name", "阿***·买**"),
        ("13800138000", "id", "138********"),
        ("91110000600037341L", "id", "911100********341L"),
        ("北京市13800138000号", "address", "北京市************"),
        ("上海市", "address", "上海市*"),
        ("", "name", ""),
    ],
)
def test_every_pattern_is_masked_in_texts_of_every_sort(value, sort, masked):
    assert mask(value, sort) == (value if masked is None else masked)
    assert mask(mask(value, sort), sort) == mask(value, sort)


@pytest.mark.parametrize("sort", ["name", "phone", "id", "bank-card", "email", "address", "contact", "text"])
@pytest.mark.parametrize("value", ["138*0013*8000", "1*3*8*0*0*1*3*8*0*0*0", "*13800138000*", "13800138000 ****"])
def test_a_mark_that_is_there_proves_nothing(value, sort):
    shown = [c for c in mask(value, sort) if c.isdigit()]
    assert len(shown) <= 7


def masked_of(form, raw):
    job = make_job(form, mask=True)
    [judged] = job.pipeline.judged(ListSource(raw, job.form))
    assert not judged.errors
    return mask_tree(judged.values, job.form.root)


def test_numbers_days_lists_and_loose_data_are_masked_too(form_of):
    form = form_of(
        {
            "number": {"type": "integer", "x-sensitive": "phone"},
            "amount": {"type": "number", "x-sensitive": "bank-card"},
            "born": {"type": "string", "format": "date", "x-sensitive": "id"},
            "several": {"type": "array", "items": {"type": "string"}, "x-sensitive": "phone"},
            "within": {"type": "array", "items": {"type": "string", "x-sensitive": "phone"}},
            "either": {"anyOf": [{"type": "string", "x-sensitive": "phone"}, {"type": "integer"}]},
            "loose": {"x-sensitive": "text"},
            "sure": {"type": "boolean", "x-sensitive": "name"},
            "notes": {"type": "string", "maxLength": 4000, "x-sensitive": "text"},
            "part": {
                "type": "object",
                "x-sensitive": "text",
                "properties": {"a": {"type": "string"}, "b": {"type": "string", "x-sensitive": "name"}},
            },
        }
    )
    raw = {
        "number": 13800138000,
        "amount": 12345.5,
        "born": "1990-01-12",
        "several": ["13800138000", "12345"],
        "within": ["13800138000"],
        "either": "13800138000",
        "loose": {"13800138000": [13900139000, "x"]},
        "sure": True,
        "notes": "第一行\n13800138000",
        "part": {"a": "电话 13800138000", "b": "张三丰"},
    }
    assert masked_of(form, raw) == {
        "number": "138****8000",
        "amount": "***45.5",
        "born": "199*******",
        "several": ["138****8000", "1****"],
        "within": ["138****8000"],
        "either": "138****8000",
        "loose": {"138****8000": ["139****9000", "x"]},
        "sure": True,
        "notes": "第一行\n138****8000",
        "part": {"a": "电话 138****8000", "b": "张**"},
    }
    printed = rendered(form, raw, hide=True)
    assert "13800138000" not in printed
    assert "138****8000" in printed


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_masked_numbers_are_no_part_of_sums_and_charts(form_of, format):
    from generator.api import to_bytes

    amount = {"type": "number", "x-sensitive": "bank-card"}
    rows = {
        "type": "array",
        "items": {"type": "object", "properties": {"who": {"type": "string"}, "amount": amount}},
        "x-table": {"totals": ["amount"]},
        "x-chart": {"kind": "bar", "label": "who", "values": ["amount"]},
    }
    job = make_job(form_of({"rows": rows}, **{"x-form": {"kind": "form", "id": "own"}}), mask=True)
    [made] = job.documents(ListSource({"rows": [{"who": "甲", "amount": 1234567}]}, job.form))
    assert to_bytes(made.document, format)
    assert "1234567" not in repr(made.document)
