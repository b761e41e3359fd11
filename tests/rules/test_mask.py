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
        ("张", "name", "张*"),
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
