"""A specimen: one document with every node of the model, and every kind of value."""

import base64
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from generator import kinds
from generator.document import (
    Beside,
    Block,
    Box,
    Caption,
    Category,
    ChartData,
    Choice,
    Column,
    Document,
    Drawn,
    Emphasis,
    Face,
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
    PageBreak,
    Paragraph,
    Picture,
    Purpose,
    Role,
    Room,
    Row,
    Scale,
    Section,
    Series,
    Signature,
    SignatureBlock,
    Stroke,
    Strong,
    Table,
    Text,
    Tone,
    Use,
    Value,
    WritingLines,
)
from generator.kinds.pictures import Photo
from generator.profile import Profile
from generator.units import Mm, Pt

URGENCY = (
    Choice("high", "甲级紧急", "一小时内", tone=Tone.ALERT),
    Choice("mid", "乙级一般", "当日内", tone=Tone.CAUTION),
    Choice("low", "丙级不急", "本周内", tone=Tone.GOOD),
)
CHANNELS = (Choice("tel", "打电话"), Choice("mail", "发邮件"), Choice("visit", "上门来"))
YES_NO = (Choice(True, "是的呀"), Choice(False, "不是呢"))
RATINGS = tuple(Choice(n, str(n)) for n in range(1, 6))

_WIDE = Room(span=12)


HAND = Drawn(
    Photo(
        base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABCAAAAADcV1ARAAAADUlEQVR4nGNg+P+fAQAFAAH/CXpGLQAAAABJRU5ErkJggg=="
        ),
        "image/png",
        4,
        1,
    ),
    "亲手所签",
    1,
)
"""A signature that is drawn."""


def _field(label: str, kind: Kind, value: object, *choices: Choice, ticks: bool = False, unit: str = "") -> Field:
    return Field(f"/{label}", Face(kind, label, choices, ticks, unit, required=True), value, _WIDE)


FIELDS: dict[Kind, Field] = {
    field.face.kind: field
    for field in (
        _field("客户名称", kinds.TEXT, 'A & B <连锁> "O\'Neil" 有限公司'),
        _field("问题描述", kinds.MULTILINE, "第一行\n第二行\t制表"),
        _field("出具日期", kinds.DATE, date(2024, 2, 29)),
        _field("反馈时间", kinds.DATETIME, datetime(2024, 5, 1, 14, 30)),
        _field("送达时刻", kinds.TIME, time(9, 5)),
        _field("影响用户", kinds.INTEGER, 320, unit="位"),
        _field("重量", kinds.NUMBER, 12.75, unit="公斤"),
        _field("达标率", kinds.PERCENT, 68),
        _field("退款", kinds.MONEY, 1234.5, unit="¥"),
        _field("外币", kinds.CURRENCY, 120.5, unit="USD"),
        _field("时长", kinds.DURATION, 1865),
        _field("已回访", kinds.BOOLEAN, True, *YES_NO, ticks=True),
        _field("紧急", kinds.CHOICE, "mid", *URGENCY, ticks=True),
        _field("渠道", kinds.CHOICES, ["tel", "visit"], *CHANNELS),
        _field("复现步骤", kinds.LIST, ["打开应用", "点击登录"]),
        _field("签收人", kinds.SIGNATURE, HAND),
        _field("统计月份", kinds.MONTH, "2024-02"),
        _field("金额大写", kinds.CAPITALS, "人民币壹拾柒元伍角整"),
        _field("邮箱", kinds.EMAIL, "zhao@example.com"),
        _field("网址", kinds.URI, "https://example.com/a?b=1"),
        _field("电话", kinds.PHONE, "010-5555 0100"),
        _field("截图", kinds.PICTURE, "截图一.png"),
        _field("其他内容", kinds.ANYTHING, "任意所填"),
        _field("数或是否", kinds.LITERAL, 17),
    )
}
"""A field of every kind, with a value."""

TABLE = Table(
    "/log",
    (
        Column("at", Face(kinds.DATETIME, "时刻栏"), 16.0),
        Column("by", Face(kinds.TEXT, "经办栏")),
        Column("what", Face(kinds.MULTILINE, "事由栏"), 30.0),
        Column("grade", Face(kinds.CHOICE, "轻重栏", URGENCY)),
        Column("count", Face(kinds.INTEGER, "件数栏")),
    ),
    rows=(
        Row((datetime(2024, 5, 1, 9, 0), "陈某", "首条 <b>内容</b>\n另起一行", "high", 12)),
        Row((datetime(2024, 4, 30, 9, 0), "林某", "次条 & 内容", "low", 34), Tone.ALERT, "已超期"),
    ),
    serial="顺序号",
    caption="表格的题目",
    overdue=Overdue(0, 0),
    summed=(4,),
    total="总计数",
)

SCALE = Scale(
    (
        Field("/服务态度", Face(kinds.CHOICE, "服务态度", RATINGS, ticks=True), 4, _WIDE),
        Field("/响应快慢", Face(kinds.CHOICE, "响应快慢", RATINGS, ticks=True), None, _WIDE),
    ),
    "很不满意",
    "非常满意",
)

PICTURE = Picture(
    (
        Stroke(((5, 20), (90, 20)), Pt(1.5)),
        Box(30, 5, 20, 10, 2, fill=Fill.TINT),
        Caption(40, 11, "图中文字", Pt(9), "middle", bold=True),
    ),
    Mm(100),
    Mm(40),
    "图的说明",
)

LINES = Picture(
    (
        Stroke(((10, 30), (35, 12), (60, 20)), Pt(1.0)),
        Stroke(((10, 34), (60, 16)), Pt(1.0)),
        Caption(62, 20, "折线其一", Pt(9)),
        Caption(62, 16, "折线其二", Pt(9)),
    ),
    Mm(100),
    Mm(40),
    "折线图的说明",
    ChartData(
        "line",
        "折线图的题目",
        "期次",
        (Category("首期"), Category("次期"), Category("末期")),
        (
            Series("折线其一", kinds.INTEGER, (3, 8, 6)),
            Series("折线其二", kinds.PERCENT, (Decimal("12.5"), None, 70)),
        ),
    ),
)
"""A line chart: two series, one with a gap."""

BESIDE = Beside(
    Table(
        "/by_type",
        (Column("name", Face(kinds.TEXT, "旁栏")), Column("cases", Face(kinds.INTEGER, "旁数"))),
        (Row(("旁格", 56)),),
    ),
    replace(PICTURE, width=Mm(60), alt="旁图的说明"),
)

INLINES: tuple[Inline, ...] = (
    Text("普通文字 & <b>原样</b>"),
    Strong((Text("着重文字"),)),
    Emphasis((Text("强调文字"),)),
    Value("/value", "填入的值 <i>", face=Face(kinds.TEXT, "所填")),
    LineBreak(),
)

BLOCKS: tuple[Block, ...] = (
    Heading("小标题在此", level=3, hint="小提示"),
    Paragraph((Text("前文"), *INLINES, Text("后文")), Role.BODY),
    ListBlock(((Text("列项其一"),), (Text("列项"), Strong((Text("其二"),)))), ordered=True),
    FieldGrid(tuple((field,) for field in FIELDS.values())),
    KeyFigures(
        (
            Figure("响应用时", "12 分钟", "目标之内", Tone.GOOD),
            Figure("处理历时", "31 小时", aim="至多 24 小时，超出", kept=Tone.ALERT),
        )
    ),
    SCALE,
    TABLE,
    PICTURE,
    LINES,
    BESIDE,
    SignatureBlock((Signature("客户签字"), Signature("经理签字", True, "2024-05-02", "周某某"))),
    SignatureBlock((Signature("函末署名", True, "2024-05-03", closing=True, note="盖章处"),)),
    WritingLines("/opinion", "客户意见处", 3),
    Note((Strong((Text("填写说明："),)), Text("请用正楷填写"))),
    PageBreak(),
    Section(Heading("章的标题", number="二"), (Paragraph((Text("章内的话"),)),)),
)
"""One of every block."""


def specimen(purpose: Purpose = Purpose.FILLED) -> Document:
    """Return the specimen; for a pen its boxes are empty."""
    blank = purpose is Purpose.BLANK
    return Document(
        form="specimen",
        kind="form",
        title="样张",
        lang="zh-Hans",
        purpose=purpose,
        blocks=tuple(map(_emptied, BLOCKS)) if blank else BLOCKS,
        number="KF-99",
        version="2.5",
        reference="BG-2024-7",
        footer="页脚的话",
        drawn=() if blank else (HAND,),
        profile=Profile.of({"zh-Hans": "某某中心"}),
    )


def _emptied(block: Block) -> Block:
    match block:
        case FieldGrid():
            return FieldGrid(tuple(tuple(map(_for_a_pen, line)) for line in block.lines))
        case Scale():
            return replace(block, fields=tuple(map(_for_a_pen, block.fields)))
        case Table():
            return _to_write_in(block)
        case Beside():
            return replace(block, table=_to_write_in(block.table))
    return block


def _to_write_in(block: Table) -> Table:
    return replace(block, rows=(), blank_rows=3, use=Use.PEN, columns=tuple(map(_ticked, block.columns)))


def _for_a_pen(field: Field) -> Field:
    face = replace(field.face, ticks=bool(field.face.choices))
    return replace(field, face=face, value=None, room=replace(field.room, use=Use.PEN, lines=2))


def _ticked(column: Column) -> Column:
    return replace(column, face=replace(column.face, ticks=bool(column.face.choices)))
