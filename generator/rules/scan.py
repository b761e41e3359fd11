"""Personal patterns in any text: numbers, however their digits are written and set apart, and addresses of e-mail.

A text is folded to as many plain letters first: a digit of any script to 0–9, one written in 汉字 to A–J, the mark to
`*`, plus to `+`, x to `X`, every other letter to `a`, and whatever may stand between digits to `-`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from generator.strict_json import JsonObject

_NUMBER = re.compile(r"\+?[0-9*](?:[-+]*[0-9*])*(?:-*X)?|[A-J](?:-*[A-J*])*")
_DIGIT = re.compile("[0-9A-J]")
_MORE = {"starts", "birth", "letters"}
_SEVERAL = re.compile(r"[^-+]+")
_HAN = str.maketrans("ABCDEFGHIJ", "0123456789")
_DAY = re.compile(r"((?:19|20)[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_HOUR = r"(?:[01]?[0-9]|2[0-3])"
_CLOCK = re.compile(rf"{_HOUR}:[0-5][0-9](?::[0-5][0-9])?(?:\s?[-–—~至]\s?{_HOUR}:[0-5][0-9])?")
_DAYS = re.compile(r"([0-9]{4}([-/.])[0-9]{1,2}\2[0-9]{1,2})\s?[-–—~]\s?([0-9]{4}\2[0-9]{1,2}\2[0-9]{1,2})")
_MOMENT = re.compile(r"([0-9]{4}([-/.])[0-9]{2}\2[0-9]{2})[ T]([0-2][0-9]:[0-5][0-9](?::[0-5][0-9])?)")
_AT = re.compile("[@＠﹫]")
_ENDS = frozenset("()<>[]{},;:\"'|（）〈〉《》【】「」、，；：。“”‘’＜＞｜@＠﹫")
_IN_DOMAIN = frozenset(".-_．－＿")
_OLD_ID, _NEW_ID = 15, 18


class Keep(NamedTuple):
    """How many characters stay at the beginning and at the end."""

    first: int
    last: int

    def within(self, count: int) -> "Keep":
        """Return what stays of so many characters: a third of them at the least is hidden, else nothing stays last."""
        if count - self.first - self.last < count / 3:
            return Keep(min(self.first, count // 3), 0)
        return self


class Number(NamedTuple):
    """A number in a text: the places of its digits and marks, and these as 0–9, `*`, with X of an identity card."""

    places: list[int]
    digits: str
    plus: bool
    starts: frozenset[int]
    """Places at which a group of digits begins, after something that stands between digits."""

    def is_plain(self, keep: Keep) -> bool:
        """Tell whether no digit of it is hidden, or all that `keep` hides; then it is one number and no two."""
        return "*" not in self.digits or not self.digits[keep.first : len(self.digits) - keep.last].strip("*")

    def groups(self) -> list[int]:
        """Return how many digits each group has."""
        begins = [n for n, place in enumerate(self.places) if place in self.starts]
        return [end - begin for begin, end in pairwise([*begins, len(self.places)])]

    def hidden(self, keep: Keep) -> set[int]:
        """Return the places that `keep` hides."""
        first, last = keep.within(len(self.places))
        return set(self.places[first : len(self.places) - last])


class _Folded(dict[int, str]):
    """The letter that each character of a text folds to, found once."""

    def __init__(self, mark: str) -> None:
        super().__init__({ord(mark): "*", ord("+"): "+", ord("＋"): "+", ord("﹢"): "+"})

    def __missing__(self, code: int) -> str:
        self[code] = found = _folded(chr(code))
        return found


def _folded(character: str) -> str:
    if unicodedata.normalize("NFKC", character).casefold() == "x":
        return "X"
    value = unicodedata.numeric(character, -1)
    if value in range(10):
        return "ABCDEFGHIJ"[int(value)] if unicodedata.category(character) in ("Lo", "Nl") else str(int(value))
    return "a" if character.isalnum() else "-"


@lru_cache(maxsize=16)
def _fold_of(mark: str) -> _Folded:
    return _Folded(mark)


def folded(text: str, mark: str) -> str:
    """Return the text folded, as long as it is."""
    return text.translate(_fold_of(mark))


def is_bare(text: str, policy: JsonObject) -> bool:
    """Tell whether a text has no at-sign, and so few digits that no number can stand in it."""
    if _AT.search(text):
        return False
    return len(_DIGIT.findall(folded(text, str(policy["mark"])))) <= int(policy["numbers"]["few"])


def keep_of_plain(count: int, sort: str, policy: JsonObject) -> Keep | None:
    """Return what stays of so many digits without anything between, where their number alone tells that."""
    shapes = (s for s in policy["numbers"]["shapes"] if s["sort"] == sort and not _MORE & s.keys())
    if "keep" in policy["rules"].get(sort, "keep") or not any(
        s["digits"][0] <= count <= s["digits"][1] for s in shapes
    ):
        return None
    keep = keep_of(policy["rules"][sort])
    return keep if keep.within(count) == keep else None


def numbers(text: str, mark: str) -> Iterator[Number]:
    """Yield what may be a number, from the first digit to the last with nothing but marks and signs between."""
    for found in _NUMBER.finditer(folded(text, mark)):
        yield _number(found[0], found.start())


def _number(piece: str, start: int) -> Number:
    places = [start + n for n, c in enumerate(piece) if c not in "-+"]
    if piece.endswith("X") and len(places) < _NEW_ID:
        piece, places = piece[:-1].rstrip("-"), places[:-1]
    groups = frozenset(start + group.start() for group in _SEVERAL.finditer(piece))
    digits = piece.replace("-", "").replace("+", "").translate(_HAN)
    return Number(places, digits, piece.startswith("+"), groups)


def whole_number(text: str, mark: str) -> Number | None:
    """Return the number that a text is, if it is one and no more."""
    plain = folded(text, mark)
    lead = len(plain) - len(plain.lstrip("-"))
    piece = plain.strip("-")
    return _number(piece, lead) if _NUMBER.fullmatch(piece) else None


def sorts_of(number: Number, policy: JsonObject) -> list[str]:
    """Return the sorts that a number may be of, by its shape; only the first where that one is sure."""
    sorts = []
    for shape in policy["numbers"]["shapes"]:
        if _fits(number, shape):
            sorts.append(str(shape["sort"]))
            if shape.get("sure"):
                break
    return sorts


def _fits(number: Number, shape: JsonObject) -> bool:
    least, most = shape["digits"]
    written = f"+{number.digits}" if number.plus else number.digits
    return (
        not shape.get("letters")
        and least <= len(number.digits) <= most
        and ("starts" not in shape or written.startswith(tuple(shape["starts"])))
        and number.digits.endswith("X") <= bool(shape.get("birth"))
        and (not shape.get("birth") or _has_birth(number.digits))
        and ("groups" not in shape or len(number.starts) < 2 or number.groups() in shape["groups"])
    )


def _has_birth(digits: str) -> bool:
    """Tell whether an identity card's number holds a day on which somebody may have been born, or hides it."""
    born = f"19{digits[6:12]}" if len(digits) == _OLD_ID else digits[6:14]
    if "*" in born:
        return True
    try:
        return born[:2] in ("18", "19", "20") and bool(date.fromisoformat(f"{born[:4]}-{born[4:6]}-{born[6:]}"))
    except ValueError:
        return False


def hidden_in(text: str, policy: JsonObject) -> tuple[set[int], set[int]]:
    """Return the places of a text that its patterns hide, and those after which a mark more is to stand."""
    mark = str(policy["mark"])
    hidden: set[int] = set()
    for number in numbers(text, mark):
        if _counts(number, policy["numbers"]) and not _is_time(text, number):
            hidden |= _hidden_of(number, policy)
    more: set[int] = set()
    first = Keep(int(policy["rules"]["email"].get("keep_first", 0)), 0)
    for local, _ in emails(text):
        hidden.update(local[first.first :])
        if len(local) <= first.first:
            more.add(local[-1])
    return hidden, more


def _counts(number: Number, rules: JsonObject) -> bool:
    """Tell whether there are as many digits as a number has, and not as few of them shown as any rule would keep."""
    digits = number.digits
    return bool(len(digits) >= rules["least"] and len(digits) - digits.count("*") > rules["few"])


def _hidden_of(number: Number, policy: JsonObject) -> set[int]:
    """Return the hidden places of a number; of several in a row, each is told apart only where that is certain."""
    rules = policy["numbers"]
    if len(number.digits) <= rules["most"]:
        return number.hidden(_strictest(sorts_of(number, policy), policy["rules"]))
    kept = [(part, _strictest(sorts_of(part, policy), policy["rules"])) for part in _parts(number)]
    if all(rules["alone"] <= len(part.digits) <= rules["most"] and part.is_plain(keep) for part, keep in kept):
        return set().union(*(part.hidden(keep) for part, keep in kept))
    return number.hidden(_strictest((), policy["rules"]))


def _parts(number: Number) -> Iterator[Number]:
    """Yield the groups of digits as numbers of their own."""
    begins = [n for n, place in enumerate(number.places) if place in number.starts]
    for first, end in zip(begins, [*begins[1:], len(number.places)], strict=True):
        places = number.places[first:end]
        yield Number(places, number.digits[first:end], number.plus and not first, frozenset(places[:1]))


def _strictest(sorts: Sequence[str], rules: Mapping[str, JsonObject]) -> Keep:
    """Return what every one of the sorts keeps; of none of them, what each sort of number keeps at its end."""
    kept = [keep_of(rules[sort]) for sort in sorts or ("phone", "id", "bank-card")]
    return Keep(min(k.first for k in kept) if sorts else 0, min(k.last for k in kept))


def keep_of(rule: JsonObject) -> Keep:
    """Return what a rule of masking keeps of a number."""
    return Keep(int(rule.get("keep_first", 0)), int(rule.get("keep_last", 0)))


def _is_time(text: str, number: Number) -> bool:
    """Tell whether digits are a day, a time of day or both, in the ways that nobody writes a number in."""
    written = unicodedata.normalize("NFKC", text[number.places[0] : number.places[-1] + 1])
    days, moment = _DAYS.fullmatch(written), _MOMENT.fullmatch(written)
    found = (days[1], days[3]) if days else (moment[1] if moment else written,)
    return all(map(_is_day, found)) or bool(_CLOCK.fullmatch(written))


def _is_day(written: str) -> bool:
    day = _DAY.fullmatch(written)
    try:
        return bool(day and date(int(day[1]), int(day[3]), int(day[4])))
    except ValueError:
        return False


def emails(text: str) -> Iterator[tuple[list[int], range]]:
    """Yield the places of the letters before each at-sign, and the range of the whole address."""
    for found in _AT.finditer(text):
        local = _before(text, found.start())
        if local:
            end = _end_of_domain(text, found.end())
            yield local, range(local[0], end)


def _before(text: str, at: int) -> list[int]:
    """Return the places of the word before an at-sign; letters that are set apart one by one are a word too."""
    words: list[range] = []
    while True:
        end = at
        while end and text[end - 1].isspace():
            end -= 1
        start = end
        while start and not text[start - 1].isspace() and text[start - 1] not in _ENDS:
            start -= 1
        if words and end - start > 1:
            start = end - 1 if not _is_latin(text[end - 2]) or not text[end - 2].isalnum() else end
        if start == end:
            break
        words.append(range(start, end))
        if end - start > 1 or (start and not text[start - 1].isspace()):
            break
        at = start
    return [place for word in reversed(words) for place in word]


def _end_of_domain(text: str, at: int) -> int:
    """Return where a domain ends that begins at a place, or behind blanks; one in Latin letters ends with them."""
    while at < len(text) and text[at].isspace():
        at += 1
    latin = _is_latin(text[at : at + 1])
    while at < len(text) and (text[at].isalnum() or text[at] in _IN_DOMAIN) and (_is_latin(text[at]) or not latin):
        at += 1
    return at


def _is_latin(character: str) -> bool:
    return unicodedata.normalize("NFKC", character).isascii()
