"""Amounts in Chinese capitals: each reading written by hand, after the rules for cheques (会计基础工作规范 §52)."""

from decimal import Decimal

import pytest

from generator.api import make_job, render
from generator.records import ListSource
from generator.rules.capitals import capitals

READINGS = {
    "0": "零元整",
    "0.01": "壹分",
    "0.05": "伍分",
    "0.1": "壹角整",
    "0.5": "伍角整",
    "0.55": "伍角伍分",
    "1": "壹元整",
    "1.01": "壹元零壹分",
    "1.10": "壹元壹角整",
    "9.99": "玖元玖角玖分",
    "10": "壹拾元整",
    "10.05": "壹拾元零伍分",
    "11": "壹拾壹元整",
    "20": "贰拾元整",
    "100": "壹佰元整",
    "101": "壹佰零壹元整",
    "110": "壹佰壹拾元整",
    "325.04": "叁佰贰拾伍元零肆分",
    "1000": "壹仟元整",
    "1001": "壹仟零壹元整",
    "1010": "壹仟零壹拾元整",
    "1100": "壹仟壹佰元整",
    "1101": "壹仟壹佰零壹元整",
    "1409.50": "壹仟肆佰零玖元伍角整",
    "1680.32": "壹仟陆佰捌拾元叁角贰分",
    "6007.14": "陆仟零柒元壹角肆分",
    "10000": "壹万元整",
    "10001": "壹万零壹元整",
    "10010": "壹万零壹拾元整",
    "10100": "壹万零壹佰元整",
    "11000": "壹万壹仟元整",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "20005000": "贰仟万伍仟元整",
    "20000500": "贰仟万零伍佰元整",
    "100000": "壹拾万元整",
    "100001": "壹拾万零壹元整",
    "107000.53": "壹拾万柒仟元伍角叁分",
    "1010000": "壹佰零壹万元整",
    "1234567.80": "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角整",
    "100000000": "壹亿元整",
    "100000001": "壹亿零壹元整",
    "100001000": "壹亿零壹仟元整",
    "100010001": "壹亿零壹万零壹元整",
    "100100000": "壹亿零壹拾万元整",
    "110000000": "壹亿壹仟万元整",
    "1000000000": "壹拾亿元整",
    "100000000000": "壹仟亿元整",
    "999999999999.99": "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
}
AMOUNT = {"type": "number", "title": "金额", "x-unit": "yuan"}
WORDS = {"type": "string", "title": "大写", "x-control": "capitals", "x-derive": "capitals(amount)"}


@pytest.mark.parametrize(("amount", "reading"), READINGS.items())
def test_an_amount_reads_as_a_cheque_has_it(amount, reading):
    assert capitals(Decimal(amount)) == f"人民币{reading}"


@pytest.mark.parametrize(
    ("amount", "reading"),
    [
        (1234.5, "壹仟贰佰叁拾肆元伍角整"),
        (0.29, "贰角玖分"),
        (1.15, "壹元壹角伍分"),
        (3, "叁元整"),
        (100.0, "壹佰元整"),
    ],
)
def test_a_binary_fraction_reads_as_it_was_written(amount, reading):
    assert capitals(amount) == f"人民币{reading}"


@pytest.mark.parametrize(
    "amount", ["-0.01", "-1", "-100000", "1000000000000", "9E+20", "0.001", "0.005", "1.005", "107000.531"]
)
def test_what_no_cheque_can_say_has_no_reading(amount):
    assert capitals(Decimal(amount)) is None


def test_no_two_amounts_read_alike():
    amounts = [Decimal(n) / 100 for n in range(30_000)] + [Decimal(n) * 1_001 for n in range(300, 10_000)]
    assert len({capitals(amount) for amount in amounts}) == len(set(amounts))


# --- in records ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def form(form_of):
    return form_of({"amount": AMOUNT, "words": WORDS})


def judged(form, **raw):
    job = make_job(form)
    [found] = job.pipeline.judged(ListSource(raw, form))
    return found.values.get("words"), [(fault.code, fault.place.pointer) for fault in found.faults]


def test_the_words_follow_from_the_amount(form):
    assert judged(form, amount="¥107,000.53") == ("人民币壹拾万柒仟元伍角叁分", [])


@pytest.mark.parametrize("amount", [None, -5, "1.005"])
def test_without_an_amount_that_can_be_said_there_are_no_words(form, amount):
    assert judged(form, amount=amount) == (None, [])


@pytest.mark.parametrize(
    "written",
    [
        "人民币壹佰贰拾万元整",
        "人民币壹佰贰拾万圆整",
        "人民币壹佰贰拾万元正",
        "人民币 壹佰贰拾万元整",
        " 人民币壹佰贰拾万元整　",
        "人民幣壹佰貳拾萬元整",
        "人民幣壹佰貳拾萬圓整",
        "人民幣壹佰貳拾萬圓正",
    ],
)
def test_given_words_that_agree_are_accepted_however_spelt(form, written):
    assert judged(form, amount=1_200_000, words=written)[1] == []


@pytest.mark.parametrize("written", ["壹佰貳拾萬元整", "壹佰贰拾万元整", "壹佰贰拾万圆整"])
def test_given_words_need_not_name_the_currency(form, written):
    assert judged(form, amount=1_200_000, words=written)[1] == []


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (365_000_000, "人民幣參億陸仟伍佰萬元整"),
        (365_000_000, "人民幣叁億陸仟伍佰萬圓整"),
        ("1680.32", "人民幣壹仟陸佰捌拾圓叁角貳分"),
    ],
)
def test_every_traditional_numeral_is_understood(form, amount, written):
    assert judged(form, amount=amount, words=written)[1] == []


@pytest.mark.parametrize(
    "written", ["人民币壹佰贰拾壹万元整", "人民币壹佰贰拾万元", "一百二十万元", "人民币壹佰贰拾万元壹角整"]
)
def test_given_words_that_disagree_are_an_error(form, written):
    assert judged(form, amount=1_200_000, words=written)[1] == [("E-derived", "/words")]


def test_traditional_paper_has_traditional_words(form):
    made = render(form, {"amount": "16409.02"}, "xlsx", lang="zh-Hant")
    assert "人民幣壹萬陸仟肆佰零玖元零貳分" in _cells(made)
    assert "人民币壹万陆仟肆佰零玖元零贰分" in _cells(render(form, {"amount": "16409.02"}, "xlsx", lang="en"))


def _cells(workbook):
    from io import BytesIO

    from openpyxl import load_workbook

    sheet = load_workbook(BytesIO(workbook)).worksheets[0]
    return {cell.value for row in sheet.iter_rows() for cell in row}
