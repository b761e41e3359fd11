"""Values of fields, drawn at random within what their schema asks: by kind, as people write them, and harder ones."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from generator.catalogue import FieldSpec
from samples.random_patterns import matching

_NAMES = ("张", "王", "李", "赵", "𠮷田", "欧阳", "司马", "O'Neil", "Müller", "Min", "Ny", "㙍", "龘")
_GIVEN = ("伟", "芳", "娜", "秀英", "丽华", "𠀋", "某某", " A.", "·努尔", "")
_PIECES = (
    *("客户反馈同一订单扣费两次", "已登记", "经核实属实，同意退款。", "系统超时", "请于三个工作日内答复；逾期升级。"),
    *("（见附件）", "“引号”与『書名』", '"', "'", "<b>粗</b>", "{{ x }}", "{% if %}", "&amp;", "a < b & c > d", "]]>"),
    *("_x000D_", "=1+1", "+86", "-5", "@me", "#N/A", "0012", "50%", "1.", "2、", "- 条", "（一）", "•", "%s", "\\n"),
    *(
        "☐",
        "☑ 已",
        "√",
        "×",
        "□",
        "是",
        "否",
        "无",
        "無",
        "/",
        "-",
        "年",
        "月 日",
        "合计",
        "备注：",
        "a: b",
        "Y",
        "N",
        "Min",
    ),
    *("第 3 行", "𠮷", "㙍", "éü", "Ａ１２", "１２３", "³√2", "10:30", "2024-05-01", "110105199003077654", "[ ]"),
    *("6222 0212 3456 7890 123", "The quick brown fox", "e.g.", "〔2024〕5号", "null", "None", "true", "NaN", "1e5"),
    *("😀", "\u3000全角", "\u00a0"),
)
_WORDS = ("订单", "退款", "登录", "客户", "系统", "核对", "延期", "升级", "会议", "培训", "order", "refund", "login")
CHARACTERS = "".join(sorted(set("".join((*_NAMES, *_GIVEN, *_PIECES, *_WORDS)))))
"""All that stand in texts."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_LONG, _LONGEST = 0.03, 1500
_DIGITS = 15
"""Those of a number; more a double doesn't keep."""

_MINUTES_A_YEAR = 365 * 24 * 60
_FIRST = datetime(2019, 1, 1, 8, 0)


class Values:
    """Draws the values of one record. Days and moments mostly follow each other, as those of a matter do.

    `spared`: characters that no text has.
    """

    def __init__(self, chance: random.Random, spared: str = "") -> None:
        self.chance = chance
        self.spared = str.maketrans("", "", spared)
        self.now = _FIRST + timedelta(minutes=chance.randrange(7 * _MINUTES_A_YEAR))

    def of(self, spec: FieldSpec) -> Any:
        """Return a value of a field as JSON has it."""
        if spec.kind.name in _MANY:
            return self.several(spec)
        if spec.choices:
            return self.chance.choice(spec.choices).value
        return _DRAWN.get(spec.kind.name, Values.text)(self, spec)

    # --- chosen ---

    def several(self, spec: FieldSpec) -> list[Any]:
        least, most = int(spec.schema.get("minItems", 0)), int(spec.schema.get("maxItems", 5))
        if spec.choices:
            values = [choice.value for choice in spec.choices]
            count = self.chance.randint(min(least or 1, len(values)), min(most, len(values)))
            return sorted(self.chance.sample(values, count), key=values.index)
        items = [self.item(spec) for _ in range(self.chance.randint(max(1, least), max(1, min(most, 5))))]
        return list(dict.fromkeys(items)) if spec.schema.get("uniqueItems") else items

    def item(self, spec: FieldSpec) -> str:
        schema = spec.schema.get("items", {})
        if schema.get("pattern"):
            return matching(schema["pattern"], self.chance)
        return self.within(self.line(), schema.get("minLength", 1), schema.get("maxLength"))

    def boolean(self, spec: FieldSpec) -> bool:
        return self.chance.random() < 0.5

    # --- texts ---

    def text(self, spec: FieldSpec) -> str:
        asked = spec.constraints
        if spec.sensitive == "id" and self.chance.random() < 0.7:
            return self.identity()
        if asked.pattern:
            return matching(asked.pattern, self.chance)
        format = str(spec.schema.get("format", ""))
        if format in _FORMATS:
            return self.chance.choice(_FORMATS[format])
        drawn = self.name() if spec.sensitive == "name" else self.line()
        if self.chance.random() < _LONG:
            drawn = self.paragraph(self.chance.randrange(_LONGEST))
        elif self.chance.random() < 0.02:
            drawn = self.chance.choice(("{}\n{}", "{}\t{}", " {}{}", "{}{} ")).format(drawn, self.line())
        return self.within(drawn, asked.min_length or 0, asked.max_length)

    def multiline(self, spec: FieldSpec) -> str:
        asked = spec.constraints
        lines = [self.paragraph(self.chance.randrange(80)) for _ in range(self.chance.choice((1, 1, 1, 2, 3, 6)))]
        if self.chance.random() < 0.1:
            lines.insert(self.chance.randrange(len(lines) + 1), "")
        if self.chance.random() < 0.1:
            lines[-1] += "\t" + self.line()
        return self.within("\n".join(lines), asked.min_length or 0, asked.max_length)

    def within(self, text: str, least: int, most: int | None) -> str:
        """Return a text as long as it may be; texts of blanks alone are none."""
        text = text.translate(self.spared)
        text = text if text.strip() else f"{text}某"
        while len(text) < least:
            text += self.chance.choice(_WORDS)
        text = text[:most] if most else text
        return text if text.strip() else "某"[: most or 1]

    def name(self) -> str:
        return (self.chance.choice(_NAMES) + self.chance.choice(_GIVEN)).strip()

    def line(self) -> str:
        if self.chance.random() < 0.5:
            return "".join(self.chance.choices(_WORDS, k=self.chance.randint(1, 5)))
        pieces = self.chance.choices(_PIECES, k=self.chance.choice((1, 1, 1, 2, 3)))
        return self.chance.choice(("", " ", "、")).join(pieces)

    def paragraph(self, length: int) -> str:
        made = self.line()
        while len(made) < length:
            made += self.chance.choice(("，", "。", " ", "")) + self.line()
        return made

    def identity(self) -> str:
        """Return the number of an identity card with its check digit (GB 11643)."""
        born = _FIRST - timedelta(days=self.chance.randrange(365 * 60) + 365)
        digits = f"{self.chance.choice(('110105', '310101', '440305'))}{born:%Y%m%d}{self.chance.randrange(1000):03d}"
        return digits + _CHECKS[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % len(_CHECKS)]

    # --- numbers ---

    def number(self, spec: FieldSpec) -> int | Decimal:
        asked = spec.constraints
        step = spec.schema.get("multipleOf")
        is_whole = spec.schema.get("type") == "integer" or spec.kind.name in _WHOLE
        low, high = _ends(asked.minimum, asked.above, 1), _ends(asked.maximum, asked.below, -1)
        low, high = _span(low, high, self.chance)
        places = 0 if is_whole else self.chance.choice((0, 0, 1, 2, 2, 3, 6))
        places = min(places, _DIGITS - 1 - max(abs(low), abs(high)).adjusted())
        unit = Decimal(str(step)) if step else Decimal(1).scaleb(-places)
        first, last = (low / unit).to_integral_value(ROUND_CEILING), (high / unit).to_integral_value(ROUND_FLOOR)
        drawn = self.chance.randint(int(first), max(int(first), int(last))) * unit
        return int(drawn) if drawn == drawn.to_integral_value() else drawn

    # --- times ---

    def moment(self) -> datetime:
        if self.chance.random() < 0.06:
            return self.far()
        self.now += timedelta(minutes=self.chance.choice((0, 1, 7, 45, 180, 1440, 4000)))
        seconds = self.chance.randrange(60) if self.chance.random() < 0.2 else 0
        return self.now.replace(second=seconds)

    def far(self) -> datetime:
        """Return a moment out of the order: of a life, and now and then of any age."""
        years = range(1000, 9999) if self.chance.random() < 0.05 else range(1930, 2040)
        return self.now.replace(year=self.chance.choice(years), day=min(self.now.day, 28))

    def datetime(self, spec: FieldSpec) -> str:
        moment = self.moment()
        if spec.date_only and self.chance.random() < 0.5:
            return f"{moment.date()}"
        if self.chance.random() < 0.05:
            moment = moment.replace(hour=0, minute=0, second=0)
        return moment.isoformat(sep=" ")

    def date(self, spec: FieldSpec) -> str:
        return f"{self.moment().date()}"

    def time(self, spec: FieldSpec) -> str:
        moment = self.moment()
        return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"

    def month(self, spec: FieldSpec) -> str:
        moment = self.moment()
        return f"{moment.year:04d}-{moment.month:02d}"


_MANY, _WHOLE = frozenset({"choices", "list"}), frozenset({"integer", "duration"})
_DRAWN: Mapping[str, Callable[[Values, FieldSpec], Any]] = {
    "boolean": Values.boolean,
    "multiline": Values.multiline,
    "date": Values.date,
    "datetime": Values.datetime,
    "time": Values.time,
    "month": Values.month,
    **dict.fromkeys(("integer", "number", "percent", "money", "currency", "duration"), Values.number),
}
_FORMATS: Mapping[str, Sequence[str]] = {
    "email": ("zhang.san@example.com", "a+b@example.org", "x_1@mail.example.cn"),
    "idn-email": ("张三@例子.公司", "a@example.com"),
    "uri": ("https://example.com/a?b=1&c=%20#d", "urn:isbn:0451450523", "mailto:a@example.com"),
    "iri": ("https://例子.公司/路径",),
    "url": ("https://example.com/",),
    "uuid": ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6",),
    "ipv4": ("192.0.2.17",),
    "ipv6": ("2001:db8::1",),
    "hostname": ("example.com", "desk-1.example.cn"),
    "phone": ("010-5555 0100", "+86 138 0000 0000", "13800000000"),
    "duration": ("P1DT2H",),
}


def _ends(given: Any, beyond: Any, way: int) -> Decimal | None:
    """Return an end of a range of numbers; of an open one the nearest number of four decimals."""
    if given is not None:
        return Decimal(str(given))
    return None if beyond is None else Decimal(str(beyond)) + way * Decimal("0.0001")


def _span(low: Decimal | None, high: Decimal | None, chance: random.Random) -> tuple[Decimal, Decimal]:
    """Return a range of numbers where a schema leaves an end open: mostly small ones, of up to twelve digits."""
    size = Decimal(10) ** chance.choice((1, 2, 3, 4, 5, 7, 12))
    if low is None:
        low = high - size if high is not None else -size if chance.random() < 0.2 else Decimal(0)
    return low, high if high is not None else low + size
