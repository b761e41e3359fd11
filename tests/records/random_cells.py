"""Values of every kind of field as desks write them into cells, with what a reader must make of them.

What is expected is decided here, from the value that is written, and never by asking a reader.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any, NamedTuple

REFUSED = object()
"""What is expected of a text that no longer says its value, as a weekday is no day: a fault."""


class Written(NamedTuple):
    """A cell: what it holds, its number format, what a person sees, the value that is meant, and that of the text."""

    value: Any
    format: str
    text: str
    expected: Any
    by_text: Any


def _same(value: Any, text: str, expected: Any, code: str = "General") -> Written:
    return Written(value, code, text, expected, expected)


_TEXTS = (
    "登录失败", "第一行\n第二行", "a,b;c", "他说“不行”", '5" 屏', "00123", "ＡＢ１２", "😀 已办", "TRUE", "1e5",
    "2024-05-01", "3.10", "张三 李四", "ok", "是", "100%", "1+1", "注销账户", "合计有误", "上海（浦东）", "1-2",
    "长" * 60, "#12", "¥5",
)  # fmt: skip


def text(draw: Random) -> Written:
    way = draw.randrange(10)
    if way == 0:
        number = draw.randrange(1, 99999)
        return _same(number, f"{number:06d}", f"{number:06d}", "000000")
    if way == 1:
        number = draw.randrange(1, 10**8)
        return _same(number, str(number), str(number))
    if way == 2:
        number = draw.randrange(0, 100)
        return _same(number, f"NO-{number:03d}", f"NO-{number:03d}", '"NO-"000')
    told = draw.choice(_TEXTS)
    return _same(told, told, told, draw.choice(("General", "@")))


CHOICES = ("甲类", "乙类", "高", "1", "2")


def choice(draw: Random) -> Written:
    told = draw.choice(CHOICES)
    if told.isdigit() and draw.random() < 0.5:
        return _same(int(told), told, told, draw.choice(("General", "0")))
    return _same(told, told, told)


_WEEKDAYS = "一二三四五六日"


def _day(draw: Random) -> date:
    return date(1990, 1, 1) + timedelta(days=draw.randrange(20000))


def _days(day: date) -> Mapping[str, str]:
    y, m, d = day.year, day.month, day.day
    weekday = f"星期{_WEEKDAYS[day.weekday()]}"
    return {
        "yyyy-mm-dd": f"{y}-{m:02d}-{d:02d}",
        "yyyy/m/d": f"{y}/{m}/{d}",
        "yyyy/mm/dd": f"{y}/{m:02d}/{d:02d}",
        "yyyy.mm.dd": f"{y}.{m:02d}.{d:02d}",
        'yyyy"年"m"月"d"日"': f"{y}年{m}月{d}日",
        '[$-804]yyyy"年"m"月"d"日";@': f"{y}年{m}月{d}日",
        "yyyymmdd": f"{y}{m:02d}{d:02d}",
        'm"月"d"日"': f"{m}月{d}日",
        "mm-dd-yy": f"{y}/{m}/{d}",  # number 14, which is the system's own
        "[$-804]aaaa": weekday,
        '[$-804]yyyy"年"m"月"d"日" aaaa': f"{y}年{m}月{d}日 {weekday}",
    }


_UNTOLD = ('m"月"d"日"', "[$-804]aaaa")


def day(draw: Random) -> Written:
    found = _day(draw)
    code, shown = draw.choice(list(_days(found).items()))
    if draw.random() < 0.3 and code not in _UNTOLD and "aaaa" not in code:
        return _same(shown, shown, found)
    return Written(found, code, shown, found, REFUSED if code in _UNTOLD or "aaaa" in code else found)


def moment(draw: Random) -> Written:
    found = datetime.combine(_day(draw), _clock(draw))
    days, h, m, s = _days(found.date()), found.hour, found.minute, found.second
    ways = {
        "yyyy-mm-dd hh:mm:ss": f"{days['yyyy-mm-dd']} {h:02d}:{m:02d}:{s:02d}",
        "yyyy/m/d h:mm": f"{days['yyyy/m/d']} {h}:{m:02d}",
        "yyyy-mm-dd hh:mm": f"{days['yyyy-mm-dd']} {h:02d}:{m:02d}",
        'yyyy"年"m"月"d"日" h"时"mm"分"': f"{days[_LONG]} {h}时{m:02d}分",
    }
    code, shown = draw.choice(list(ways.items()))
    if s and not code.endswith("ss"):
        found = found.replace(second=0)
    if draw.random() < 0.3:
        return _same(shown, shown, found)
    return Written(found, code, shown, found, found)


_LONG = 'yyyy"年"m"月"d"日"'


def _clock(draw: Random) -> time:
    return time(draw.randrange(24), draw.randrange(60), draw.choice((0, 0, draw.randrange(60))))


def clock(draw: Random) -> Written:
    found = _clock(draw)
    h, m, s = found.hour, found.minute, found.second
    if s:
        return _maybe_text(draw, found, "h:mm:ss", f"{h}:{m:02d}:{s:02d}")
    half, twelve = "上午" if h < 12 else "下午", h % 12 or 12
    ways = {
        "h:mm": f"{h}:{m:02d}",
        "hh:mm": f"{h:02d}:{m:02d}",
        'h"时"mm"分"': f"{h}时{m:02d}分",
        "h:mm AM/PM": f"{twelve}:{m:02d} {'AM' if h < 12 else 'PM'}",
        '上午/下午h"时"mm"分"': f"{half}{twelve}时{m:02d}分",
    }
    code, shown = draw.choice(list(ways.items()))
    return _maybe_text(draw, found, code, shown)


def _maybe_text(draw: Random, value: Any, code: str, shown: str) -> Written:
    return _same(shown, shown, value) if draw.random() < 0.3 else _same(value, shown, value, code)


def minutes(draw: Random) -> Written:
    count = draw.choice((draw.randrange(60), draw.randrange(60, 1440), draw.randrange(1440, 9000)))
    hours, rest = divmod(count, 60)
    ways = [
        _same(count, str(count), count),
        _same(f"{hours}小时{rest}分", f"{hours}小时{rest}分", count),
        _same(f"{count}分钟", f"{count}分钟", count),
        _same(count, f"{count}分钟", count, '0"分钟"'),
    ]
    span = timedelta(minutes=count)
    # a text 1:30 may be minutes and seconds
    ways.append(Written(span, "[h]:mm", f"{hours}:{rest:02d}", count, REFUSED))
    ways.append(_same(span, f"{hours}小时{rest:02d}分", count, '[h]"小时"mm"分"'))
    if hours < 24:
        ways.append(Written(time(hours, rest), "h:mm", f"{hours}:{rest:02d}", count, REFUSED))
    return draw.choice(ways)


# --- numbers ---


def _broken(draw: Random, places: int, most: int = 10**6) -> Decimal:
    made = Decimal(draw.randrange(most * 10**places)).scaleb(-places)
    return -made if draw.random() < 0.15 else made


def _fixed(number: Decimal, places: int, group: bool = True) -> tuple[str, Decimal]:
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    told = f"{rounded:,f}" if group else f"{rounded:f}"
    return (told.removeprefix("-") if not rounded else told), rounded


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def number(draw: Random) -> Written:
    exact = _broken(draw, draw.randrange(5))
    plain = f"{_number(exact)}"
    if draw.random() < 0.25:
        shown = draw.choice((plain, f"{exact:,}"))
        return _same(shown, shown, exact)
    code, places, group = draw.choice(
        (("0.00", 2, False), ("#,##0.00", 2, True), ("#,##0.0000", 4, True), ("#,##0.00_ ;[Red]-#,##0.00 ", 2, True),
         ("General", 9, False))
    )  # fmt: skip
    if code == "General":
        return _same(_number(exact), plain, exact)
    shown, rounded = _fixed(exact, places, group)
    return Written(_number(exact), code, shown, exact, rounded)


def integer(draw: Random) -> Written:
    count = draw.choice((draw.randrange(10), draw.randrange(10**7), -draw.randrange(1, 1000)))
    shown = draw.choice((str(count), f"{count:,}"))
    if draw.random() < 0.25:
        return _same(shown, shown, count)
    return _same(count, shown, count, "#,##0" if "," in shown else draw.choice(("General", "0", "0_ ")))


def percent(draw: Random) -> Written:
    exact = Decimal(draw.randrange(0, 12000)).scaleb(-2)
    way = draw.randrange(4)
    if way == 0:
        return _same(f"{exact}%", f"{exact}%", exact)
    if way == 1 and exact >= 1:
        return _same(_number(exact), f"{_number(exact)}", exact)
    code, places = draw.choice((("0%", 0), ("0.0%", 1), ("0.00%", 2)))
    shown, rounded = _fixed(exact, places, group=False)
    return Written(_number(exact.scaleb(-2)), code, f"{shown}%", exact, rounded)


_MONEY: Mapping[str, tuple[str, str]] = {
    "¥#,##0.00": ("¥{}", "-¥{}"),
    '"¥"#,##0.00;"¥"-#,##0.00': ("¥{}", "¥-{}"),
    "[$¥-804]#,##0.00": ("¥{}", "-¥{}"),
    "#,##0.00_);(#,##0.00)": ("{}", "({})"),
    '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ': ("¥{}", "¥-{}"),
    '#,##0.00"元"': ("{}元", "-{}元"),
    "#,##0.00": ("{}", "-{}"),
    "0.00": ("{}", "-{}"),
}


def money(draw: Random) -> Written:
    exact = _broken(draw, draw.choice((0, 2, 2, 2)))
    code, (above, below) = draw.choice(list(_MONEY.items()))
    shown, _ = _fixed(abs(exact), 2, group="," in code)
    told = (below if exact < 0 else above).format(shown)
    if not exact and "??" in code:
        told = "¥-"
    if draw.random() < 0.25 and told != "¥-":
        return _same(told, told, exact)
    return _same(_number(exact), told, exact, code) if told != "¥-" else Written(0, code, told, Decimal(0), REFUSED)


def yes_no(draw: Random) -> Written:
    value = draw.random() < 0.5
    yes, no = draw.choice((("是", "否"), ("√", "×"), ("有", "无"), ("Y", "N"), (1, 0), (True, False)))
    told = yes if value else no
    return _same(told, str(told).upper() if isinstance(told, bool) else str(told), value)


class Field(NamedTuple):
    """A field of the form: its schema, what writes values of it, how else its column may be called."""

    schema: Mapping[str, Any]
    written: Callable[[Random], Written]
    called: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return str(self.schema["title"])


def _plain(title: str, **more: Any) -> dict[str, Any]:
    return {"title": title, **({"type": "string"} | more)}


FIELDS: Mapping[str, Field] = {
    "code": Field(_plain("客户编号"), text, ("客户\n编号", "客户编号（必填）")),
    "name": Field(_plain("客户名称"), text, ("*客户名称",)),
    "sort": Field({"title": "客户类别", "enum": list(CHOICES)}, choice, ("客户类别*",)),
    "level": Field({"title": "等级", "enum": list(CHOICES)}, choice),
    "day": Field(_plain("登记日期", format="date"), day, ("登记\n日期",)),
    "until": Field(_plain("到期日", format="date"), day),
    "at": Field(_plain("反馈时间", format="date-time"), moment),
    "clock": Field(_plain("开始时刻", format="time"), clock),
    "spent": Field(_plain("用时", type="integer", **{"x-unit": "minute"}), minutes),
    "rate": Field(_plain("完成率", type="number", **{"x-unit": "percent"}), percent, ("完成率（%）",)),
    "amount": Field(
        _plain("合同金额", type="number", **{"x-unit": "yuan"}), money, ("合同金额（元）", "合同金额\n（元）")
    ),
    "paid": Field(_plain("已付金额", type="number", **{"x-unit": "yuan"}), money),
    "score": Field(_plain("得分", type="number"), number),
    "count": Field(_plain("数量", type="integer"), integer),
    "done": Field(_plain("是否完成", type="boolean"), yes_no),
    "remark": Field(_plain("备注"), text, ("备  注",)),
}
SCHEMA: Mapping[str, Any] = {
    "title": "客户登记表",
    "x-form": {"kind": "table"},
    "type": "object",
    "properties": {
        "counted_on": {"type": "string", "format": "date", "title": "统计日期"},
        "maker": {"type": "string", "title": "制表人"},
        "rows": {
            "type": "array",
            "title": "明细",
            "items": {"type": "object", "properties": {key: dict(field.schema) for key, field in FIELDS.items()}},
        },
    },
}
NUMERIC = frozenset({"spent", "amount", "paid", "score", "count"})
"""Fields that totals have figures of."""
