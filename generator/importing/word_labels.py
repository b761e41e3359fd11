"""What stands in a line or cell of a form: labels with the room behind them, boxes to tick, gaps for days."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.importing import evidence
from generator.importing.draft import Schema
from generator.importing.titles import by_title
from generator.importing.word_blocks import CONTROL, Control
from generator.kinds.raw import fold
from generator.records.columns import without_unit

BOXES = "□☐◻⬜○◯☑☒■●◉〇"
_BOX = re.compile(rf"[{BOXES}]")
_ROOM = re.compile(
    rf"(?:_{{2,}}|＿+|[{CONTROL}]|\.{{5,}}|…{{2,}}|(?<=[：:])\s*\t+|[（(]\s{{2,}}[）)]|[\u3000 ]{{4,}}$"
    r"|(?<=[：:])[ \u3000]{2,}(?=[^：:\s]{1,20}[：:]))+"
)
_DAY = re.compile(
    r"(?:[\s_＿\u3000]+|(?<![\u4e00-\u9fff]))年[\s_＿\u3000]*月(?:[\s_＿\u3000]*日)?(?:[\s_＿\u3000]*[时時](?:[\s_＿\u3000]*分)?)?"
)
_TIME = re.compile(r"[\s_＿\u3000]{2,}[时時点點][\s_＿\u3000]*分")
_DAY_EN = re.compile(r"[_\s/]*(?:DD[_\s/]*)?MM[_\s/]*YYYY(?:[_\s:]*hh[_\s:]*min)?", re.IGNORECASE)
_LABEL = re.compile(r"[^：:_＿\n]{1,60}$")
_MANY = re.compile(r"[（(]?(?:可多选|多选|可复选|複選|可複選|select all|multiple|tick all)[^）)]*[）)]?", re.IGNORECASE)
_REQUIRED = re.compile(r"\s*[*＊★]\s*$|^\s*[*＊★]\s*|[（(]\s*必填\s*[）)]")
_SIGN = re.compile(r"签字|签名|签章|盖章|簽字|簽名|簽章|蓋章|签收|signature|signed by|\bsign\b|seal", re.IGNORECASE)
_SEAL = re.compile(r"盖章|蓋章|公章|seal|stamp", re.IGNORECASE)
_HINT = re.compile(r"[（(](?:请|注[:：]|如|须|应|不得|填|例|please|e\.g\.|if )[^（()）]{2,60}[）)]\s*$", re.IGNORECASE)
LONGEST_LABEL = 60
_UNIT = re.compile(
    r"^\s*(元|万元|%|％|天|日(?!期)|小时|分钟|人|件|次|个|岁|年(?!\s*[\d_月])|m2|㎡|kg|cm|万|亿元|yuan|days?|hours?|minutes?|persons?)(?![a-z])",
    re.IGNORECASE,
)
_CHINESE_YES = ({"是", "否"}, {"yes", "no"}, {"有", "无"})


@dataclass
class Asked:
    """A place to fill in: its label, and what is known of what goes there."""

    label: str
    schema: Schema = field(default_factory=dict)
    required: bool = False
    hint: str = ""
    is_signature: bool = False
    has_seal: bool = False
    guessed: str = ""
    """Why it is of its kind: `title`, or nothing where the form itself says it."""

    has_other: bool = False
    """Whether room for words stands behind one of its boxes."""


_GAP = re.compile(rf"{_DAY.pattern}|{_TIME.pattern}|{_ROOM.pattern}")
"""Room in running text: the gaps of a day are one."""


_OPENED = re.compile(r"^.*[（(](?=[^（()）]*$)", re.DOTALL)
"""What stands before a label in brackets that are closed behind its room: （身份证号：____）."""


def clean_label(text: str) -> tuple[str, bool]:
    """Return a label without marks and numbering around it, and whether it is marked as required."""
    required = bool(_REQUIRED.search(text))
    plain = _REQUIRED.sub("", text)
    plain = re.sub(r"^\s*(?:[（(]?\d{1,2}[)）.、．]\s*|[一二三四五六七八九十]{1,3}[、.．]\s*)", "", plain)
    plain = plain.replace(CONTROL, " ").strip(" \t\u3000\xa0：:_＿，,；;。")
    plain = plain if re.search(r"\b(?:no|tel|ref|etc)\.$", plain, re.IGNORECASE) else plain.rstrip(".")
    plain = _OPENED.sub("", plain)
    plain = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff/（])", "", plain)
    return " ".join(plain.split())[:LONGEST_LABEL], required


def is_blank(text: str) -> bool:
    """Tell whether a text is room to write in: nothing, underscores, a control, gaps for a day."""
    left = _DAY_EN.sub("", _DAY.sub("", _ROOM.sub("", text)))
    return not left.strip(" \t\n\u3000\xa0_＿/：:¥￥元,.。()（）-—")


def is_label(text: str) -> bool:
    """Tell whether a text is a label and no more."""
    label, _ = clean_label(text)
    return (
        bool(label) and len(text) <= LONGEST_LABEL and not _BOX.search(text) and not has_room(text) and _is_words(label)
    )


def _is_words(text: str) -> bool:
    return any(map(str.isalpha, text)) and not text.endswith(("。", "；", "！"))


def has_room(text: str) -> bool:
    """Tell whether a text holds room to write in."""
    return bool(_ROOM.search(text) or _DAY.search(text) or _DAY_EN.search(text))


def choices_of(text: str) -> tuple[list[str], bool, str]:
    """Return the answers that boxes stand before, whether room for words follows one, and what stands before them."""
    parts = _BOX.split(text)
    made: list[str] = []
    has_other = False
    for part in parts[1:]:
        has_other = has_other or bool(_ROOM.search(part))
        plain = _ROOM.sub("", part).strip(" \u3000\t\n、,，；;/|").strip()
        first = re.split(r"\xa0(?=\d|[^\s])| {3,}|\u3000{2,}", plain.lstrip("\xa0"), maxsplit=1)[0]
        answer = re.sub(r"[：:]$|[（(]\s*[）)]", "", first.strip("\xa0 ")).strip()
        answer = answer.splitlines()[0].strip() if answer else ""
        if answer and answer not in made and len(answer) <= LONGEST_LABEL:
            made.append(answer)
    return made, has_other, parts[0]


def schema_of_choices(answers: Sequence[str], *, many: bool) -> Schema:
    """Return the schema of answers to tick."""
    if not many and {fold(answer) for answer in answers} in _CHINESE_YES[:2]:
        return {"type": "boolean"}
    if many:
        return {"type": "array", "items": {"type": "string", "enum": list(answers)}, "uniqueItems": True}
    return {"type": "string", "enum": list(answers)}


def asked(label: str, room: str, controls: Sequence[Control] = ()) -> Asked | None:
    """Return what a label with the room behind it asks; None where there is no label."""
    many = bool(_MANY.search(label) or _MANY.search(room.partition("\n")[0] if _BOX.search(room) else ""))
    plain, required = clean_label(_MANY.sub("", label))
    hint = ""
    if (found := _HINT.search(plain)) and not without_unit(plain)[1] and not _SIGN.search(found[0]):
        hint, plain = found[0].strip("（()） "), plain[: found.start()].strip()
    if not plain:
        return None
    made = Asked(plain, {"type": "string"}, required, hint)
    answers, has_other, _ = choices_of(room)
    if len(answers) > 1 or (len(answers) == 1 and not controls):
        made.schema, made.has_other = schema_of_choices(answers, many=many), has_other
        if len(answers) == 1:
            made.schema = {"type": "boolean"}
        return made
    if controls:
        made.schema = _of_control(controls[0])
        if made.schema != {"type": "string"}:
            return made
    if _SIGN.search(plain):
        made.is_signature, made.has_seal = True, bool(_SEAL.search(plain))
        made.schema = {"type": "string", "x-control": "signature"}
        return made
    made.schema, made.guessed = _by_room(plain, room)
    title, unit = without_unit(plain)
    made.label = title if unit else plain
    return made


def _of_control(control: Control) -> Schema:
    if control.sort == "choice" and control.choices:
        return schema_of_choices(list(dict.fromkeys(control.choices)), many=False)
    return {
        "date": {"type": "string", "format": "date"},
        "datetime": {"type": "string", "format": "date-time"},
        "multiline": {"type": "string", "x-control": "multiline"},
        "picture": {"type": "string", "x-control": "picture"},
        "number": {"type": "number"},
        "check": {"type": "boolean"},
    }.get(control.sort, {"type": "string"})


def _by_room(label: str, room: str) -> tuple[Schema, str]:
    """Return the schema that gaps for days, units behind a gap, or the label itself tell; and why."""
    if found := _DAY.search(room) or _DAY_EN.search(room):
        has_time = re.search(r"[时時]|hh", found[0])
        if "日" not in found[0] and "DD" not in found[0].upper():
            return {"type": "string", "x-control": "month", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}, ""
        return {"type": "string", "format": "date-time" if has_time else "date"}, ""
    if _TIME.search(room):
        return {"type": "string", "format": "time"}, ""
    _, unit = without_unit(label)
    behind = _UNIT.match(_ROOM.sub("", room))
    word = unit or (behind[1] if behind else "")
    if word:
        return _of_unit(word), ""
    if told := by_title(label):
        return told, "title"
    if evidence.is_long(label) or room.count("\n") > 1:
        return {"type": "string", "x-control": "multiline"}, ""
    return {"type": "string"}, ""


def _of_unit(word: str) -> Schema:
    plain = fold(word)
    if plain in ("元", "yuan", "rmb"):
        return {"type": "number", "x-unit": "yuan"}
    if plain in ("%", "百分比"):
        return {"type": "number", "x-unit": "percent"}
    if plain in ("分钟", "minute", "minutes"):
        return {"type": "integer", "x-unit": "minute"}
    return {"type": "number", "x-unit": word}


def in_line(text: str, controls: Sequence[Control]) -> Iterator[Asked]:
    """Yield what a line of labels and gaps asks: 姓名：____ 性别：□男 □女."""
    left = list(controls)
    for label, room in _pairs(text):
        own = [left.pop(0) for _ in range(room.count(CONTROL)) if left]
        found = asked(label, room, own)
        if found is not None:
            yield found


_STEP = re.compile(rf"([^：:_＿{BOXES}{CONTROL}\n\t]{{1,60}}?)\s*[：:]\s*")


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield labels with the room behind each: up to the next label."""
    labels = [found for match in _STEP.finditer(text) if (found := _own_label(text, match))]
    if not labels:
        yield from _without_colons(text)
        return
    for n, (_, end, label) in enumerate(labels):
        yield label, text[end : labels[n + 1][0] if n + 1 < len(labels) else len(text)]


def _own_label(text: str, match: re.Match[str]) -> tuple[int, int, str] | None:
    """Return where a label before a colon begins and ends, and itself; None for an answer to tick: □其他：____."""
    pieces = [*_APART.finditer(match[1])]
    start = match.start(1)
    is_answer = bool(re.search(rf"[{BOXES}]\s*$", text[:start]))
    if pieces:
        last = pieces[-1]
        label = match[1][last.end() :]
        is_spaced = len(label) == 1 and len(match[1][: pieces[0].start()]) == 1 and not is_answer
        if is_spaced:  # 姓　　名
            return start, match.end(), match[1]
        return start + last.end(), match.end(), label
    return None if is_answer else (start, match.end(), match[1])


_APART = re.compile(r"[；;。，,]\s*|[ \xa0]{2,}|\u3000+|(?<=[日月分时])\s+")


def _without_colons(text: str) -> Iterator[tuple[str, str]]:
    """Yield labels with gaps that no colon parts: 兹有____于____到我处."""
    at = 0
    boxes = _BOX.search(text)
    if boxes:
        yield text[: boxes.start()], text[boxes.start() :]
        return
    for found in _GAP.finditer(text):
        before = re.split(r"[，。；,;.（(）)]", text[at : found.start()])[-1]
        label = _LABEL.search(before)
        if label and label[0].strip():
            yield label[0], text[found.start() : found.end() + 3]
        at = found.end()


def gaps_in(text: str) -> int:
    """Return how many gaps stand in running text; those of one day are one."""
    return sum(1 for _ in _GAP.finditer(text.strip()))


def is_sign(text: str) -> bool:
    """Tell whether a text asks for a signature or a seal."""
    return bool(_SIGN.search(text))
