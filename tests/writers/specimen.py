"""A specimen of every node of the document model, and what each says: an own walk, written once more on purpose."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

from generator.document import (
    Block,
    Box,
    Caption,
    Choice,
    Column,
    Document,
    Emphasis,
    Field,
    FieldGrid,
    Figure,
    Fill,
    Heading,
    Inline,
    KeyFigures,
    Kind,
    LineBreak,
    ListBlock,
    Note,
    Overdue,
    Page,
    PageBreak,
    Paragraph,
    Picture,
    Purpose,
    Role,
    Row,
    Scale,
    Section,
    Signature,
    SignatureBlock,
    Stroke,
    Strong,
    Table,
    Text,
    Tone,
    Value,
    WritingLines,
)
from generator.writers import writer

URGENCY = (
    Choice("high", "甲级紧急", tone=Tone.ALERT),
    Choice("mid", "乙级一般", tone=Tone.CAUTION),
    Choice("low", "丙级不急", tone=Tone.GOOD),
)
CHANNELS = (Choice("tel", "打电话"), Choice("mail", "发邮件"), Choice("visit", "上门来"))
YES_NO = (Choice(True, "是的呀"), Choice(False, "不是呢"))


def document(*blocks: Block, **given: Any) -> Document:
    """Return a filled document of some blocks; whatever else is given replaces the usual."""
    usual = {
        "form": "specimen",
        "kind": "form",
        "title": "样张 & <标题>",
        "lang": "zh-Hans",
        "purpose": Purpose.FILLED,
        "blocks": tuple(blocks),
        "office": "某某中心",
        "number": "KF-99",
        "version": "2.5",
        "footer": "内部资料样张",
    }
    return Document(**{**usual, **given})


def written(made: Document, format: str) -> bytes:
    """Return a document in a format; `typst` is PDF by that engine."""
    buffer = BytesIO()
    write = writer("pdf", "typst") if format == "typst" else writer(format)
    write(made, buffer)
    return buffer.getvalue()


def field(label: str, value: Any = None, kind: Kind = Kind.TEXT, **given: Any) -> Field:
    return Field(**{"pointer": f"/{label}", "kind": kind, "label": label, "value": value, "span": 12, **given})


def grid(*fields: Field) -> FieldGrid:
    """Return a grid of fields, each on a line of its own."""
    return FieldGrid(tuple((replace(f, span=12),) for f in fields))


def column(key: str, kind: Kind = Kind.TEXT, **given: Any) -> Column:
    return Column(**{"key": key, "kind": kind, "label": f"{key}栏", **given})


FIELDS = {
    Kind.TEXT: field("客户名称", 'A & B <连锁> "O\'Neil" 有限公司'),
    Kind.MULTILINE: field("问题描述", "第一行\n第二行\t制表", Kind.MULTILINE, lines=3),
    Kind.DATE: field("出具日期", date(2024, 2, 29), Kind.DATE),
    Kind.DATETIME: field("反馈时间", datetime(2024, 5, 1, 14, 30), Kind.DATETIME),
    Kind.INTEGER: field("影响用户", 320, Kind.INTEGER, unit="位"),
    Kind.NUMBER: field("重量", 12.75, Kind.NUMBER, unit="公斤"),
    Kind.PERCENT: field("达标率", 68, Kind.PERCENT),
    Kind.MONEY: field("退款", 1234.5, Kind.MONEY, unit="¥"),
    Kind.DURATION: field("时长", 1865, Kind.DURATION),
    Kind.BOOLEAN: field("已回访", True, Kind.BOOLEAN, choices=YES_NO, ticks=True),
    Kind.CHOICE: field("紧急", "mid", Kind.CHOICE, choices=URGENCY, ticks=True),
    Kind.CHOICES: field("渠道", ["tel", "visit"], Kind.CHOICES, choices=CHANNELS),
    Kind.LIST: field("复现步骤", ["打开应用", "点击登录"], Kind.LIST, lines=3),
    Kind.SIGNATURE: field("签收人", "赵某某", Kind.SIGNATURE),
    Kind.MONTH: field("统计月份", "2024-02", Kind.MONTH),
    Kind.CAPITALS: field("金额大写", "壹拾柒元伍角整", Kind.CAPITALS),
}
"""A field of every kind, with a value."""

TABLE = Table(
    "/log",
    (
        column("时刻", Kind.DATETIME, share=16),
        column("经办"),
        column("事由", Kind.MULTILINE, share=30),
        column("轻重", Kind.CHOICE, choices=URGENCY),
        column("件数", Kind.INTEGER),
    ),
    summed=(4,),
    total="总计数",
    rows=(
        Row((datetime(2024, 5, 1, 9, 0), "陈某", "首条 <b>内容</b>\n另起一行", "high", 12)),
        Row((None, "林某", "次条 & 内容", "low", 34)),
    ),
    blank_rows=2,
    serial="顺序号",
    caption="表格的题目",
)

RATINGS = tuple(Choice(n, str(n)) for n in range(1, 6))
SCALE = Scale(
    (
        field("服务态度", 4, Kind.CHOICE, choices=RATINGS, ticks=True),
        field("响应快慢", None, Kind.CHOICE, choices=RATINGS, ticks=True),
    ),
    "很不满意",
    "非常满意",
)
PICTURE = Picture(
    (
        Stroke(((5, 20), (90, 20)), 1.5),
        Stroke(((10, 5), (20, 15), (15, 18)), dashed=True, closed=True, fill=Fill.GREY),
        Box(30, 5, 20, 10, 2, fill=Fill.TINT),
        Caption(40, 11, "图中文字 & <甲>", 9, "middle", bold=True),
    ),
    100,
    40,
    "图的说明 & <乙>",
)

INLINES: dict[type, Inline] = {
    Text: Text("普通文字 & <b>原样</b>"),
    Strong: Strong((Text("着重文字"),)),
    Emphasis: Emphasis((Text("强调文字"),)),
    Value: Value("/value", "填入的值 <i>"),
    LineBreak: LineBreak(),
}
"""One of every inline node."""

BLOCKS: dict[type, Block] = {
    Heading: Heading("小标题在此", level=3, hint="小提示"),
    Paragraph: Paragraph((Text("前文"), *INLINES.values(), Text("后文")), Role.BODY),
    ListBlock: ListBlock(((Text("列项其一"),), (Text("列项"), Strong((Text("其二"),)))), ordered=True),
    FieldGrid: grid(*FIELDS.values()),
    KeyFigures: KeyFigures((Figure("响应用时", "12 分钟", "目标之内", Tone.GOOD), Figure("处理时长", "31 小时"))),
    Scale: SCALE,
    Table: TABLE,
    Picture: PICTURE,
    SignatureBlock: SignatureBlock((Signature("客户签字"), Signature("经理签字", True, "2024-05-02", "周某某"))),
    WritingLines: WritingLines("/opinion", "客户意见处", 3),
    Note: Note((Strong((Text("填写说明："),)), Text("请用正楷填写"))),
    PageBreak: PageBreak(),
    Section: Section(Heading("章的标题", number="二"), (Paragraph((Text("章内的话"),)), TABLE)),
}
"""One of every block node."""


def emptied(block: Any) -> Any:
    """Return a block as blank paper has it: no values."""
    match block:
        case FieldGrid():
            return FieldGrid(
                tuple(tuple(replace(f, value=None, ticks=bool(f.choices)) for f in line) for line in block.lines)
            )
        case Table():
            columns = tuple(replace(c, ticks=bool(c.choices)) for c in block.columns)
            return replace(block, rows=(), columns=columns)
        case Scale():
            return replace(block, fields=tuple(replace(f, value=None) for f in block.fields))
        case Section():
            return Section(block.heading, tuple(emptied(b) for b in block.blocks))
        case KeyFigures():
            return KeyFigures(tuple(replace(f, text="", note="") for f in block.figures))
        case Paragraph():
            gaps = (replace(c, text="") if isinstance(c, Value) else c for c in block.children)
            return replace(block, children=tuple(gaps))
    return block


# --- what a document says --------------------------------------------------------------------------------------------


def said(made: Document) -> Iterator[str]:
    """Yield every text that a reader of the document must find, whatever the format."""
    yield from (t for t in (made.title, made.office, made.number, made.version, made.reference, made.footer) if t)
    for block in made.blocks:
        yield from said_by(block)


def said_by(node: Any) -> Iterator[str]:
    match node:
        case Text() | Value():
            yield node.text
        case Strong() | Emphasis() | Paragraph() | Note():
            yield from said_by_all(node.children)
        case LineBreak() | PageBreak():
            return
        case Heading():
            yield from (node.number, node.text, node.hint)
        case Section():
            yield from said_by_all((node.heading, *node.blocks))
        case ListBlock():
            for item in node.items:
                yield from said_by_all(item)
        case FieldGrid():
            yield from said_by_all(f for line in node.lines for f in line)
        case Field():
            yield node.label
            yield from _value(node, node.value)
        case KeyFigures():
            yield from (text for f in node.figures for text in (f.label, f.text, f.note))
        case SignatureBlock():
            yield from (text for s in node.signatures for text in (s.label, s.date, s.name))
        case WritingLines():
            yield node.label
        case Table():
            yield from (node.caption, node.serial, node.total, *(c.label for c in node.columns))
            for row in node.rows:
                for shape, value in zip(node.columns, row.values, strict=True):
                    yield from _value(shape, value)
            for shape in node.columns if node.blank_rows else ():
                yield from _value(shape, None)
        case Scale():
            yield from (node.low, node.high, *(f.label for f in node.fields))
        case Picture():
            return  # drawn, not written: what it shows is tested where pictures are
        case _:
            raise AssertionError(f"what does a {type(node).__name__} say?")


def said_by_all(nodes: Iterable[Any]) -> Iterator[str]:
    for node in nodes:
        yield from said_by(node)


def _value(shape: Field | Column, value: Any) -> Iterator[str]:
    """Yield the texts of a value by its kind; of an empty place, the choices that it offers to tick."""
    labels = {choice.value: choice.label for choice in shape.choices}
    if value is None:
        yield from (text for c in shape.choices if shape.ticks for text in (c.label, c.note))
        return
    match shape.kind:
        case Kind.DATE:
            yield f"{value:%Y-%m-%d}"
        case Kind.DATETIME:
            yield f"{value:%Y-%m-%d %H:%M}"
        case Kind.CHOICE:
            yield labels[value]
        case Kind.BOOLEAN:
            yield labels[value] if labels and shape.ticks else ""
        case Kind.CHOICES:
            yield from (labels[item] for item in value)
        case Kind.LIST:
            yield from value
        case Kind.INTEGER | Kind.NUMBER:
            yield from (str(value), shape.unit)
        case Kind.MONEY | Kind.DURATION | Kind.PERCENT:
            return  # a number with a format of its own in each writer: tested where the writers are
        case _:
            yield str(value)


REGISTER = Table(
    "/rows",
    (
        column("客户", share=12),
        column("身份证号", share=12),
        column("问题", Kind.MULTILINE, share=20),
        column("紧急", Kind.CHOICE, choices=URGENCY),
        column("计划", Kind.DATETIME, share=12),
        column("完成", Kind.DATETIME, share=12),
    ),
    rows=(
        Row(("甲公司", "11010519491231002X", "=1+1", "high", datetime(2024, 5, 1), datetime(2024, 5, 2, 9, 30))),
        Row(("乙公司", "440524188001010014", "普通", "low", datetime(2024, 5, 1, 12, 0), None)),
    ),
    register=True,
    overdue=Overdue(4, 5, date(2024, 5, 3)),
)


def register(*rows: tuple[Any, ...], **given: Any) -> Document:
    """Return the document of a register; `given` may replace the table's parts."""
    table = replace(REGISTER, **{**({"rows": tuple(Row(r) for r in rows)} if rows else {}), **given})
    return document(table, kind="table", page=Page("A4", landscape=True))
