"""A specimen of every node of the document model, and what each says: an own walk, written once more on purpose."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from generator import kinds
from generator.document import (
    Beside,
    Block,
    Box,
    Caption,
    Choice,
    Column,
    Document,
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
    Page,
    PageBreak,
    Paragraph,
    Picture,
    Purpose,
    Role,
    Room,
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
    Use,
    Value,
    WritingLines,
    gaps_of,
)
from generator.profile import Profile
from generator.theme import shipped_theme
from generator.writers import WritingOptions, writer

URGENCY = (
    Choice("high", "甲级紧急", tone=Tone.ALERT),
    Choice("mid", "乙级一般", tone=Tone.CAUTION),
    Choice("low", "丙级不急", tone=Tone.GOOD),
)
CHANNELS = (Choice("tel", "打电话"), Choice("mail", "发邮件"), Choice("visit", "上门来"))
YES_NO = (Choice(True, "是的呀"), Choice(False, "不是呢"))


def document(*blocks: Block, **given: Any) -> Document:
    """Return a filled document of some blocks; whatever else is given replaces the usual."""
    if given.get("purpose") is Purpose.BLANK:
        blocks = tuple(map(penned, blocks))
    usual = {
        "form": "specimen",
        "kind": "form",
        "title": "样张 & <标题>",
        "lang": "zh-Hans",
        "purpose": Purpose.FILLED,
        "blocks": tuple(blocks),
        "profile": profile(given.pop("office", "某某中心")),
        "number": "KF-99",
        "version": "2.5",
        "footer": "内部资料样张",
    }
    return Document(**{**usual, **given})


def profile(office: str) -> Profile:
    """Return the profile of an organisation that has one name."""
    return Profile.of(dict.fromkeys(("zh-Hans", "zh-Hant", "en"), office))


def written(made: Document, format: str) -> bytes:
    """Return a document in a format; `typst` is PDF by that engine."""
    buffer = BytesIO()
    write = writer("pdf", WritingOptions(engine="typst")) if format == "typst" else writer(format)
    write(made, buffer)
    return buffer.getvalue()


_OF_FACES = ("choices", "ticks", "unit", "hint", "required", "read_only")
_OF_ROOMS = ("use", "span", "lines")


def _some(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given.pop(name) for name in names if name in given}


def field(label: str, value: Any = None, kind: Kind = kinds.TEXT, *, pointer: str = "", **given: Any) -> Field:
    face = Face(kind, label, **_some(given, _OF_FACES))
    room = Room(**{"span": 12, **_some(given, _OF_ROOMS)})
    assert not given, given
    return Field(pointer or f"/{label}", face, value, room)


def grid(*fields: Field) -> FieldGrid:
    """Return a grid of fields, each on a line of its own."""
    return FieldGrid(tuple((replace(f, room=replace(f.room, span=12)),) for f in fields))


def column(key: str, kind: Kind = kinds.TEXT, *, label: str = "", **given: Any) -> Column:
    return Column(key, Face(kind, label or f"{key}栏", **_some(given, _OF_FACES)), **given)


def penned(block: Any) -> Any:
    """Return a block as composition makes it for a pen."""
    match block:
        case FieldGrid():
            return FieldGrid(tuple(tuple(_penned(f) for f in line) for line in block.lines))
        case Scale():
            return replace(block, fields=tuple(_penned(f) for f in block.fields))
        case Table():
            return replace(block, use=Use.PEN)
        case Section():
            return Section(block.heading, tuple(penned(b) for b in block.blocks))
    return block


def _penned(field: Field) -> Field:
    gaps = gaps_of(f"blank.{field.face.kind}", "zh-Hans", shipped_theme()) if field.value is None else ()
    return replace(field, room=replace(field.room, use=Use.PEN, gaps=gaps))


FIELDS = {
    kinds.TEXT: field("客户名称", 'A & B <连锁> "O\'Neil" 有限公司'),
    kinds.MULTILINE: field("问题描述", "第一行\n第二行\t制表", kinds.MULTILINE, lines=3),
    kinds.DATE: field("出具日期", date(2024, 2, 29), kinds.DATE),
    kinds.DATETIME: field("反馈时间", datetime(2024, 5, 1, 14, 30), kinds.DATETIME),
    kinds.INTEGER: field("影响用户", 320, kinds.INTEGER, unit="位"),
    kinds.NUMBER: field("重量", 12.75, kinds.NUMBER, unit="公斤"),
    kinds.PERCENT: field("达标率", 68, kinds.PERCENT),
    kinds.MONEY: field("退款", 1234.5, kinds.MONEY, unit="¥"),
    kinds.DURATION: field("时长", 1865, kinds.DURATION),
    kinds.BOOLEAN: field("已回访", True, kinds.BOOLEAN, choices=YES_NO, ticks=True),
    kinds.CHOICE: field("紧急", "mid", kinds.CHOICE, choices=URGENCY, ticks=True),
    kinds.CHOICES: field("渠道", ["tel", "visit"], kinds.CHOICES, choices=CHANNELS),
    kinds.LIST: field("复现步骤", ["打开应用", "点击登录"], kinds.LIST, lines=3),
    kinds.SIGNATURE: field("签收人", "赵某某", kinds.SIGNATURE),
    kinds.MONTH: field("统计月份", "2024-02", kinds.MONTH),
    kinds.CAPITALS: field("金额大写", "壹拾柒元伍角整", kinds.CAPITALS),
    kinds.TIME: field("送达时刻", time(9, 5), kinds.TIME),
    kinds.CURRENCY: field("外币", 1120.5, kinds.CURRENCY, unit="USD"),
    kinds.EMAIL: field("邮箱", "zhao@example.com", kinds.EMAIL),
    kinds.URI: field("网址", "https://example.com/a?b=1", kinds.URI),
    kinds.PHONE: field("电话", "010-5555 0100", kinds.PHONE),
    kinds.PICTURE: field("截图", "截图一.png", kinds.PICTURE),
    kinds.ANYTHING: field("其他内容", "任意所填", kinds.ANYTHING),
    kinds.LITERAL: field("数或是否", 17, kinds.LITERAL),
}
"""A field of every kind, with a value."""

TABLE = Table(
    "/log",
    (
        column("时刻", kinds.DATETIME, share=16),
        column("经办"),
        column("事由", kinds.MULTILINE, share=30),
        column("轻重", kinds.CHOICE, choices=URGENCY),
        column("件数", kinds.INTEGER),
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
        field("服务态度", 4, kinds.CHOICE, choices=RATINGS, ticks=True),
        field("响应快慢", None, kinds.CHOICE, choices=RATINGS, ticks=True),
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

BESIDE = Beside(
    Table(
        "/by_type",
        (column("name", label="旁边的名称"), column("cases", kinds.INTEGER, label="旁边的件数")),
        [Row(("旁边的一行", 56))],
    ),
    replace(PICTURE, width=60, alt="旁边的图"),
)
BLOCKS: dict[type, Block] = {
    Heading: Heading("小标题在此", level=3, hint="小提示"),
    Paragraph: Paragraph((Text("前文"), *INLINES.values(), Text("后文")), Role.BODY),
    ListBlock: ListBlock(((Text("列项其一"),), (Text("列项"), Strong((Text("其二"),)))), ordered=True),
    FieldGrid: grid(*FIELDS.values()),
    KeyFigures: KeyFigures(
        (
            Figure("响应用时", "12 分钟", "目标之内", Tone.GOOD),
            Figure("处理时长", "31 小时", aim="未达标（≤24 小时）", kept=Tone.ALERT),
        )
    ),
    Scale: SCALE,
    Table: TABLE,
    Picture: PICTURE,
    Beside: BESIDE,
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
                tuple(tuple(replace(f, value=None, face=ticked(f.face)) for f in line) for line in block.lines)
            )
        case Table():
            columns = tuple(replace(c, face=ticked(c.face)) for c in block.columns)
            return replace(block, rows=(), columns=columns)
        case Scale():
            return replace(block, fields=tuple(replace(f, value=None) for f in block.fields))
        case Section():
            return Section(block.heading, tuple(emptied(b) for b in block.blocks))
        case KeyFigures():
            return KeyFigures(tuple(replace(f, text="", note="", aim="") for f in block.figures))
        case Paragraph():
            gaps = (replace(c, text="") if isinstance(c, Value) else c for c in block.children)
            return replace(block, children=tuple(gaps))
    return block


def ticked(face: Face) -> Face:
    return replace(face, ticks=bool(face.choices))


# --- what a document says --------------------------------------------------------------------------------------------


def said(made: Document) -> Iterator[str]:
    """Yield every text that a reader of the document must find, whatever the format."""
    codes = (made.number, made.version) if made.is_numbered else ()
    yield from (t for t in (made.title, made.office, *codes, made.reference, made.footer) if t)
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
            yield node.face.label
            yield from _value(node.face, node.value)
        case KeyFigures():
            yield from (text for f in node.figures for text in (f.label, f.text, f.note, f.aim))
        case SignatureBlock():
            yield from (text for s in node.signatures for text in (s.label, s.note, s.date, s.name))
        case WritingLines():
            yield node.label
        case Table():
            yield from (node.caption, node.serial, node.total, *(c.face.label for c in node.columns))
            for row in node.rows:
                for shape, value in zip(node.columns, row.values, strict=True):
                    yield from _value(shape.face, value)
            for shape in node.columns if node.blank_rows else ():
                yield from _value(shape.face, None)
        case Scale():
            yield from (node.low, node.high, *(f.face.label for f in node.fields))
        case Beside():
            yield from said_by(node.table)
        case Picture():
            return  # drawn, not written: what it shows is tested where pictures are
        case _:
            raise AssertionError(f"what does a {type(node).__name__} say?")


def said_by_all(nodes: Iterable[Any]) -> Iterator[str]:
    for node in nodes:
        yield from said_by(node)


def _value(shape: Face, value: Any) -> Iterator[str]:
    """Yield the texts of a value by its kind; of an empty place, the choices that it offers to tick."""
    labels = {choice.value: choice.label for choice in shape.choices}
    if value is None:
        yield from (text for c in shape.choices if shape.ticks for text in (c.label, c.note))
        return
    match shape.kind:
        case kinds.DATE:
            yield f"{value:%Y-%m-%d}"
        case kinds.DATETIME:
            yield f"{value:%Y-%m-%d %H:%M}"
        case kinds.TIME:
            yield f"{value:%H:%M}"
        case kinds.CHOICE:
            yield labels[value]
        case kinds.BOOLEAN:
            yield labels[value] if labels and shape.ticks else ""
        case kinds.CHOICES:
            yield from (labels[item] for item in value)
        case kinds.LIST:
            yield from value
        case kinds.INTEGER | kinds.NUMBER:
            yield from (str(value), shape.unit)
        case kinds.MONEY | kinds.DURATION | kinds.PERCENT | kinds.CURRENCY:
            return  # a number with a format of its own in each writer: tested where the writers are
        case _:
            yield str(value)


REGISTER = Table(
    "/rows",
    (
        column("客户", share=12),
        column("身份证号", share=12),
        column("问题", kinds.MULTILINE, share=20),
        column("紧急", kinds.CHOICE, choices=URGENCY),
        column("计划", kinds.DATETIME, share=12),
        column("完成", kinds.DATETIME, share=12),
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
