"""Titles are near by what they say, never by a beginning that they share."""

import tomllib
from collections import Counter
from typing import Any

import pytest

from generator import resources
from generator.catalogue.synonyms import best, similarity

NEAR = """\
客户号 = 客户编号
客户编码 = 客户编号
客户ID = 客户编号
用户编号 = 客户编号
顾客名称 = 客户名称
客户姓名 = 客户名称
客户名字 = 客户姓名
客户名 = 客户名称
工单编号 = 问题编号
工单号 = 问题编号
工单流水号 = 问题编号
故障单号 = 问题编号
事项编号 = 问题编号
电话 = 联系电话
手机 = 联系电话
手机号码 = 联系方式
联系方式 = 联系电话
客户电话 = 客户联系电话
邮箱 = 电子邮件
完成日期 = 完成时间
完工日期 = 完成时间
办结时间 = 完成时间
关闭时间 = 解决时间
结案日期 = 关闭时间
受理时间 = 登记时间
上报日期 = 反馈时间
提交时间 = 反馈时间
报修时间 = 提出时间
预计完成时间 = 计划完成时间
计划完成日期 = 预计完成时间
实际办结时间 = 实际完成时间
负责人员 = 负责人
经办人 = 负责人
处理人 = 责任人
跟进人员 = 负责人
当前状态 = 状态
处理进度 = 处理状态
紧急程度 = 优先级
优先级别 = 严重程度
问题等级 = 问题级别
备注说明 = 备注
问题描述 = 问题内容
故障详情 = 问题描述
责任单位 = 责任部门
负责部门 = 责任部门
受理科室 = 受理部门
解决方法 = 解决方案
处理措施 = 解决方案
故障原因 = 问题原因
产品类别 = 产品类型
规格型号 = 型号
设备型号 = 设备规格
身份证号 = 证件号码
银行卡号 = 银行账号
时间（完成） = 日期
金额（元） = 金额
金额(必填) = 金额
金额/元 = 金额
处理时长_分钟 = 处理用时
*客户名称： = 客户名称
客户 名称 = 客户名称
名称客户 = 客户名称
客户的名称 = 客户名称
ＩＤ = 编号
基本信 = 基本信息
签约时间 = 签约日期
門店編號 = 门店编号
問題單號 = 问题编号
聯絡電話 = 联系电话
負責人 = 经办人
資料類型 = 信息类别
Customer No. = 客户编号
customer_no = customer number
customerNumber = Customer No.
Client name = customer_name
Phone = 联系电话
Mobile number = phone
E-mail address = email
Reported at = 反馈时间
date reported = reported_at
Date of completion = completion_date
due_date = 截止日期
Owner = 负责人
assigned to = owner
Urgency = priority
Status = 当前状态
Remarks = 备注
ticket id = issue_no
basik = basic
severty = severity
custmer_name = customer_name
"""

FAR = """\
客户编号 ≠ 客户名称
客户编号 ≠ 客户电话
客户编号 ≠ 客户地址
客户 ≠ 客户名称
客户 ≠ 客户编号
客户名称 ≠ 联系人
客户类型 ≠ 客户名称
问题编号 ≠ 问题描述
问题 ≠ 问题编号
问题状态 ≠ 问题描述
完成时间 ≠ 开始时间
完成时间 ≠ 完成情况
计划完成时间 ≠ 实际完成时间
反馈时间 ≠ 反馈内容
反馈时间 ≠ 完成时间
处理人 ≠ 处理时间
处理人 ≠ 处理方案
负责人 ≠ 负责人电话
负责人 ≠ 提出人
责任部门 ≠ 责任人
部门 ≠ 部门电话
入库单号 ≠ 出库单号
甲方电话 ≠ 乙方电话
甲方名称 ≠ 乙方名称
电话1 ≠ 电话2
联系人 ≠ 联系电话
申请人 ≠ 审批人
审批人 ≠ 审批时间
产品名称 ≠ 产品型号
产品数量 ≠ 产品价格
单价 ≠ 合计
设备编号 ≠ 设备名称
合同编号 ≠ 合同金额
金额 ≠ 数量
地址 ≠ 邮箱
年龄 ≠ 性别
满意度 ≠ 状态
备注 ≠ 状态
张伟 ≠ 姓名
甲公司 ≠ 公司名称
编号 ≠ 名称
签约时间 ≠ 签约地点
customer_no ≠ customer_name
customer ≠ customer_name
reported_at ≠ closed_at
start_date ≠ due_date
issue_no ≠ issue_status
Phone ≠ email
party_a ≠ party_b
zhangsan ≠ name
xyzzy ≠ status
bank_flow ≠ amount
"""

NEAR_PAIRS = [tuple(line.split(" = ")) for line in NEAR.splitlines()]
FAR_PAIRS = [tuple(line.split(" ≠ ")) for line in FAR.splitlines()]


@pytest.mark.parametrize(("one", "other"), NEAR_PAIRS)
def test_titles_that_say_the_same_are_near(one: str, other: str) -> None:
    assert similarity(one, other) >= 0.75
    assert similarity(other, one) == pytest.approx(similarity(one, other))


@pytest.mark.parametrize(("one", "other"), FAR_PAIRS)
def test_titles_that_say_something_else_are_not_near_whatever_they_begin_with(one: str, other: str) -> None:
    assert similarity(one, other) <= 0.5
    assert similarity(other, one) == pytest.approx(similarity(one, other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("客户编号", "客户编号"), ("名称客户", "客户名称"), ("金额（元）", "金额"), ("Due date", "due_date")],
)
def test_the_same_words_are_as_near_as_can_be(one: str, other: str) -> None:
    assert similarity(one, other) == 1.0


@pytest.mark.parametrize("text", ["", "（）", "—", "🙂", "\ud800", "x" * 10_000, "的", "1", " ", "[a](b)", "元"])
@pytest.mark.parametrize("other", ["", "客户名称", "的", "1", "\ud800"])
def test_no_text_breaks_it(text: str, other: str) -> None:
    assert 0 <= similarity(text, other) <= 1
    assert 0 <= similarity(other, text) <= 1


def test_synonyms_are_a_little_less_near_than_the_same_word() -> None:
    assert 0.9 <= similarity("客户号", "客户编号") < 1
    assert similarity("客户号", "客户编号") > similarity("用户号", "客户编号") > similarity("客户名", "客户编号")


def test_what_says_more_is_clearly_less_near() -> None:
    assert similarity("完成时间", "计划完成时间") < 0.7
    ranked = best("完成时间", ["计划完成时间", "实际完成时间", "办结日期", "完成时间", "客户"])
    assert [candidate for _, candidate in ranked] == ["完成时间", "办结日期", "实际完成时间", "计划完成时间", "客户"]
    assert [score for score, _ in ranked] == sorted((score for score, _ in ranked), reverse=True)
    assert best("x", []) == []


def test_of_equals_the_first_comes_first() -> None:
    assert [found for _, found in best("号", ["编码", "编号"])] == ["编码", "编号"]


def table() -> Any:
    return tomllib.loads((resources.templates() / "wording" / "synonyms.toml").read_text(encoding="utf-8"))


def test_a_word_is_in_one_group_only_and_written_as_titles_are_compared() -> None:
    words = [word for group in table()["names"] for word in group]
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert [word for word in words if word != word.strip().lower() or "-" in word or "_" in word] == []
    assert not set(words) & set(table()["dropped"])
    for group in table()["names"]:
        for word in group:
            assert similarity(word, group[0]) >= 0.9, word
