"""A wrong choice is shown where it looks like an answer, and the choice that may be meant; never a person's value."""

from typing import Any

import pytest

from generator.rules.validate import record_validator
from generator.wording import LANGS

LEVELS = [
    {"const": k, "title": zh, "x-title": {"en": en}} for k, zh, en in (("h", "高", "High"), ("m", "中", "Medium"))
]
STATES = ["处理中", "已关闭", "暂停"]


def texts(form_of: Any, given: Any, choices: list[Any], **more: Any) -> list[str]:
    field = {"oneOf": choices} if isinstance(choices[0], dict) else {"enum": choices}
    [fault] = record_validator(form_of({"x": {**field, "title": "选项", **more}})).faults({"x": given})
    assert fault.code == "E-choice"
    return [fault.text(lang) for lang in LANGS]


SHOWN = [
    "一般",
    "紧急",
    "特急",
    "不紧急",
    "已办结",
    "办结",
    "正在处理",
    "高级",
    "高危",
    "严重",
    "常规",
    "关闭",
    "已关闭了",
    "待客户确认",
    "3级",
    "P1级",
    "VIP客户",
    "无",
    "其他（见备注）",
    "较高/紧急",
    "万元以上",
    "和客户确认中",
    "red",
    "P9",
    "ABC",
    "urgent",
    "In progress",
    "not started",
    "Mediun",
    "Closed",
    7,
    120,
]


@pytest.mark.parametrize("given", SHOWN)
@pytest.mark.parametrize("choices", [LEVELS, STATES], ids=["levels", "states"])
def test_what_looks_like_an_answer_is_shown(form_of: Any, given: Any, choices: list[Any]) -> None:
    if given in ("red", "Mediun") and choices is STATES:
        given = "P7"
    if given == "已关闭了" and choices is LEVELS:
        given = "已关闭"
    assert all(str(given).replace("（", "(").replace("）", ")") in text for text in texts(form_of, given, choices))


HIDDEN = [
    "张三",
    "张三丰",
    "李明",
    "高伟",
    "安宁",
    "关羽",
    "欧阳娜娜",
    "司马光",
    "欧阳锋",
    "小王",
    "老李",
    "阿黄",
    "王先生",
    "张三先生",
    "李经理",
    "陳大文",
    "劉備",
    "张三(客户)",
    "王伟 李娜",
    "张三、李四",
    "上海市浦东新区世纪大道",
    "13800138000",
    "１３８００",
    "一三八零零",
    "1380-0138",
    "zhang@x.com",
    "a＠b",
    "zhangsan",
    "Li Wei",
    "John Smith",
    "smith",
    "Wang",
    "Café",
    "Иванов",
    "やまだ",
    "迪丽·热巴",
    "110105 1949",
    "2024-05-01",
    "x" * 50,
    "甲" * 9,
    "a\u0007b",
    "",
    " ",
    12345,
    -5,
    1.5,
    True,
    None,
    ["张三"],
    {"a": "张三"},
]


@pytest.mark.parametrize("given", HIDDEN, ids=repr)
@pytest.mark.parametrize("choices", [LEVELS, STATES], ids=["levels", "states"])
def test_what_may_be_a_value_in_the_wrong_column_is_not_shown(form_of: Any, given: Any, choices: list[Any]) -> None:
    if given == "Wang":  # a code of four letters is always shown
        given = "Wangs"
    said = texts(form_of, given, choices)
    assert said[0].startswith("选项 (/x): 所填内容不在可选范围内，请从中选择：")
    assert said[2].startswith("选项 (/x): what is given is not one of ")


@pytest.mark.parametrize("given", ["一般", "P9", 7, "已办结"])
def test_no_answer_of_a_personal_field_is_shown_nor_what_it_may_mean(form_of: Any, given: Any) -> None:
    said = texts(form_of, given, STATES, **{"x-sensitive": "text"})
    assert said[0] == "选项 (/x): 所填内容不在可选范围内，请从中选择：处理中、已关闭、暂停 [E-choice]"


@pytest.mark.parametrize(
    ("given", "choices", "zh", "en"),
    [
        ("已办结", STATES, "已关闭", "已关闭"),
        ("结案", STATES, "已关闭", "已关闭"),
        ("办理中", STATES, "处理中", "处理中"),
        ("done", STATES, "已关闭", "已关闭"),
        ("紧急", LEVELS, "高", "High"),
        ("一般", LEVELS, "中", "Medium"),
        ("Mediun", LEVELS, "中", "Medium"),
        ("normal", LEVELS, "中", "Medium"),
    ],
)
def test_the_choice_that_may_be_meant_is_suggested(form_of: Any, given: str, choices: Any, zh: str, en: str) -> None:
    said = texts(form_of, given, choices)
    assert said[0].endswith(f"（是不是“{zh}”？） [E-choice]")
    assert "（是不是「" in said[1]
    assert said[2].endswith(f' (did you mean "{en}"?) [E-choice]')


@pytest.mark.parametrize(("given", "choices"), [("红色", STATES), ("P9", ["P0", "P1"]), ("加急", ["紧急", "高", "低"])])
def test_nothing_is_suggested_where_nothing_or_too_much_is_near(form_of: Any, given: str, choices: Any) -> None:
    assert not any("是不是" in text or "did you mean" in text for text in texts(form_of, given, choices))


def test_twelve_choices_are_listed_at_most(form_of: Any) -> None:
    many = [f"第{n}项" for n in range(1, 20)]
    assert "第12项、… [E-choice]" in texts(form_of, "红色", many)[0]
    assert "…" not in texts(form_of, "红色", many[:12])[0]
    named = [*many, "已关闭"]
    assert "第12项、…（是不是“已关闭”？）" in texts(form_of, "已办结", named)[0]


def test_a_short_code_stands_as_it_always_did(form_of: Any) -> None:
    assert texts(form_of, "P9", ["P0", "P1"]) == [
        '选项 (/x): "P9" 不在可选范围内，请从中选择：P0、P1 [E-choice]',
        '選項 (/x): "P9" 不在可選範圍內，請從中選擇：P0、P1 [E-choice]',
        '选项 (/x): "P9" is not one of P0, P1 [E-choice]',
    ]
    assert texts(form_of, "红色", ["P0", "P1"])[0] == "选项 (/x): “红色”不在可选范围内，请从中选择：P0、P1 [E-choice]"
