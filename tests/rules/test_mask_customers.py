"""Customers' names: those of persons are masked, those of companies printed, as the record says or the name looks."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from generator import Catalogue
from generator.api import make_job
from generator.records import ListSource
from generator.rules import load_policy
from generator.rules.mask import mask, mask_tree
from generator.writers.html import write_html

COMPANIES = [
    "A公司",
    "甲公司",
    "𠮷田㙍 & <欧阳> 联合商行 (Shanghai) Ltd.",
    "金石（北京）科技有限公司",
    "张裕集团",
    "王府井百货",
    "东方航空",
    "江苏银行",
    "高德",
    "小米",
    "马记店",
    "安全部",
    "方正证券股份有限公司上海分公司",
    "云浦第12商贸有限公司",
    "Johnson & Johnson",
    "Wilson Trading",
    "Zhang Brothers Co., Ltd.",
    "Blue Ocean",
    "上海市第一中学",
    "成都路桥",
    "",
]
PERSONS = [
    ("张三", "张*"),
    ("欧阳晴", "欧阳*"),
    ("諸葛亮", "諸葛*"),
    ("張小明", "張**"),
    ("李建设", "李**"),
    ("王城", "王*"),
    ("张 伟", "张**"),
    ("张三先生", "张***"),
    ("王女士", "王**"),
    ("李总", "李*"),
    ("老王", "老*"),
    ("买买提·艾力", "买**·艾*"),
    ("张三、李四", "张*、李*"),
    ("张三（VIP）", "张*（VIP）"),
    ("张三（A公司）", "张*（A公司）"),
    ("A公司（张三）", "A公司（张*）"),
    ("A公司 张三", "A公司 张*"),
    ("A公司/张三丰", "A公司/张**"),
    ("Zhang Wei", "Z**** W**"),
    ("Wei ZHANG", "W** Z****"),
    ("Mr. Blue Ocean", "M** B*** O****"),
    ("John Smith", "J*** S****"),
]

LISTED = tomllib.loads((Path(__file__).parent / "customer_names.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", COMPANIES)
def test_companies_are_printed(name: str) -> None:
    assert mask(name, "customer") == name


@pytest.mark.parametrize(("name", "masked"), PERSONS)
def test_persons_are_masked_once_and_for_all(name: str, masked: str) -> None:
    assert mask(name, "customer") == masked
    assert mask(masked, "customer") == masked


def test_known_companies_of_few_letters_are_printed() -> None:
    assert len(LISTED["companies"]) > 100
    assert [name for name in LISTED["companies"] if mask(name, "customer") != name] == []


def test_no_name_of_a_person_is_printed_however_rare_the_surname() -> None:
    assert len(LISTED["persons"]) > 100
    assert [name for name in LISTED["persons"] if name[-1] in (mask(name, "customer") or "")] == []


def test_a_number_in_a_customers_name_is_hidden_as_anywhere() -> None:
    assert mask("A公司13856785678", "customer") == "A公司138****5678"


@pytest.mark.parametrize(
    ("kind", "name", "masked"),
    [
        ("individual", "高德", "高*"),
        ("individual", "桂圆公司", "桂***"),
        ("company", "张三", "张三"),
        ("company", "张三 13856785678", "张三 138****5678"),
        (None, "张三", "张*"),
        (None, "甲公司", "甲公司"),
    ],
)
@pytest.mark.parametrize("apart", [False, True])
def test_what_a_record_says_of_its_customer_decides(
    form_of: Any, kind: str | None, name: str, masked: str, *, apart: bool
) -> None:
    customer = {"type": "string", "x-sensitive": "customer"}
    told = {"customer_type": {"type": "string"}}
    parts = {"basic": {"type": "object", "properties": {"customer_name": customer} | ({} if apart else told)}}
    form = form_of(parts | ({"more": {"type": "object", "properties": told}} if apart else {}))
    said = {"customer_type": kind} if kind else {}
    typed: dict[str, Any] = {"basic": {"customer_name": name} | ({} if apart else said)}
    typed |= {"more": said} if apart else {}
    assert mask_tree(typed, form.root)["basic"]["customer_name"] == masked


def test_a_letter_calls_the_customer_by_name_unless_it_is_to_be_masked() -> None:
    form = Catalogue().form("progress-notice")
    raw = {"issue_no": "WT1", "customer_name": "李明", "customer_type": "individual", "salutation": "mr"}
    raw |= {
        "progress_made": "已定位",
        "expected_at": "2024-05-05 18:00",
    }

    def names(**how: Any) -> set[str]:
        [made] = make_job(form, **how).documents(ListSource([raw], form))
        assert made.document is not None
        text = write_html(made.document)
        return {name for name in ("李明", "李*") if name in text}

    assert names() == {"李明"}
    assert names(mask=True) == {"李*"}


def test_rows_are_told_by_themselves(form_of: Any) -> None:
    row = {"customer_name": {"type": "string", "x-sensitive": "customer"}, "customer_type": {"type": "string"}}
    form = form_of({"rows": {"type": "array", "items": {"type": "object", "properties": row}}})
    rows = [
        {"customer_name": "高德", "customer_type": "individual"},
        {"customer_name": "张三", "customer_type": "company"},
        {"customer_name": "张三"},
    ]
    shown = mask_tree({"rows": rows}, form.root)["rows"]
    assert [one["customer_name"] for one in shown] == ["高*", "张三", "张*"]


@pytest.mark.parametrize("form", list(Catalogue(())), ids=lambda form: form.id)
def test_every_form_masks_a_customer_who_is_a_person(form: Any) -> None:
    named = [spec for spec in form.root.walk() if spec.key == "customer_name"]
    assert all(spec.sensitive == "customer" for spec in named)


def test_a_policy_that_says_nothing_of_customers_has_the_shipped_words(tmp_path: Any) -> None:
    import json

    from generator.rules.policy import load_masking

    own = {key: value for key, value in load_masking().items() if key != "customers"}
    (tmp_path / "own.json").write_text(json.dumps(own), encoding="utf-8")
    assert mask("张三", "customer", load_policy(tmp_path / "own.json").masking) == "张*"
