"""What a cell shows that holds a day, a moment, a time of day or a span of time."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from generator.records.workbooks.number_format import ACROSS_NOON, Section, Token, sections_of, words_of_formats

_NOON = 12


def shown_moment(value: date | time | timedelta, code: str) -> str | None:
    """Return how a cell of a format shows a day or a time; None where the format isn't understood."""
    sections = sections_of(code)
    if not sections or not sections[0].is_moment or not _is_clear(sections[0]):
        return None
    section = sections[0]
    if isinstance(value, timedelta) or section.has("span"):
        return _span(section, value)
    if isinstance(value, time) and any(_is_of_day(section, n) for n in range(len(section.tokens))):
        return None  # the day 0 of January 1900
    moment = _as_shown(_as_moment(value), section)
    if moment is None:
        return None
    return "".join(_piece(section, n, moment) for n in range(len(section.tokens))).strip()


def _is_clear(section: Section) -> bool:
    """Tell whether all of a format is known to show a moment in one way."""
    if section.when or section.locale in ("other", "odd"):
        return False
    if any(t.kind in ("digit", "exponent", "general") or t in _NOT_OF_MOMENTS for t in section.tokens):
        return False
    if section.locale in ("zh", "tw") and any(t.kind == "half" and t.text.isascii() for t in section.tokens):
        return False  # AM/PM in another language's words
    return all(_is_known(t, section.locale) for t in section.tokens)


_NOT_OF_MOMENTS = (Token("mark", "%"), Token("mark", "@"))
_LONGEST = {"y": 4, "e": 1, "m": 5, "d": 4, "a": 4, "h": 2, "s": 2, ".": 4}


def _is_known(token: Token, locale: str) -> bool:
    """Tell whether a piece shows the same everywhere: years of an era and short names of days and months don't."""
    if token.kind == "half":
        return token.text.isupper() or not token.text.isascii()
    if token.kind != "date":
        return True
    letter, length = token.text[0].lower(), len(token.text)
    is_short = (letter, length) in (("d", 3), ("a", 3), ("m", 3), ("m", 5))
    return length <= _LONGEST[letter] and not (
        (locale == "tw" and letter == "e") or (locale in ("zh", "tw") and is_short)
    )


def _is_of_day(section: Section, n: int) -> bool:
    token = section.tokens[n]
    letter = token.text[0].lower() if token.kind == "date" else ""
    return letter in ("y", "e", "d", "a") or (letter == "m" and not _is_minute(section.tokens, n))


def _as_shown(moment: datetime, section: Section) -> datetime | None:
    """Return a moment with its seconds rounded to as many places as are shown; None beyond the last year."""
    places = max((len(t.text) - 1 for t in section.tokens if t.kind == "date" and t.text[0] == "."), default=0)
    if not any(t.kind == "date" and t.text[0] in "sS" for t in section.tokens):
        return moment
    step = 10 ** (6 - places)
    over = moment.microsecond % step
    try:
        return moment + timedelta(microseconds=step - over if 2 * over >= step else -over)
    except OverflowError:
        return None


def _as_moment(value: date | time | timedelta) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, time):
        return datetime.combine(date(1900, 1, 1), value)
    assert isinstance(value, date)
    return datetime.combine(value, time())


def _piece(section: Section, n: int, moment: datetime) -> str:
    token = section.tokens[n]
    if token.kind == "half":
        return ACROSS_NOON[token.text.upper()][moment.hour >= _NOON]
    if token.kind != "date":
        return token.text
    letter, length = token.text[0].lower(), len(token.text)
    if letter == ".":
        return f".{moment.microsecond // 1000:03d}"[:length]
    if letter == "m" and _is_minute(section.tokens, n):
        return _padded(moment.minute, length)
    if letter == "h":
        hour = (moment.hour % _NOON or _NOON) if section.has("half") else moment.hour
        return _padded(hour, length)
    if letter == "s":
        return _padded(moment.second, length)
    return _day_piece(letter, length, moment, "zh" if section.locale in ("zh", "tw") else "en")


def _day_piece(letter: str, length: int, moment: datetime, lang: str) -> str:
    if letter in "ye":
        return f"{moment.year % 100:02d}" if letter == "y" and length <= 2 else str(moment.year)
    if letter == "a":
        name: str = words_of_formats()["weekdays"]["zh"][moment.weekday()]
        return name if length > 3 else name[-1]  # aaaa in full
    numbers, names = (
        (moment.month, words_of_formats()["months"]) if letter == "m" else (moment.day, words_of_formats()["weekdays"])
    )
    if length <= 2:  # m, mm, d, dd
        return _padded(numbers, length)
    full: str = names[lang][moment.month - 1 if letter == "m" else moment.weekday()]
    if length == 5:  # mmmmm
        return full[0]
    return full[:3] if length == 3 and lang == "en" else full  # mmm, ddd


def _is_minute(tokens: Sequence[Token], n: int) -> bool:
    """Tell whether an m means minutes: behind hours, or before seconds."""
    times = [(t.text.strip("[]")[0].lower(), at) for at, t in enumerate(tokens) if t.kind in ("date", "span")]
    at = next(k for k, (_, place) in enumerate(times) if place == n)
    before = times[at - 1][0] if at else ""
    after = times[at + 1][0] if at + 1 < len(times) else ""
    return before == "h" or after == "s"


def _padded(number: int, length: int) -> str:
    return f"{number:02d}" if length > 1 else str(number)


def _span(section: Section, value: date | time | timedelta) -> str | None:
    if isinstance(value, timedelta):
        length = value
    elif isinstance(value, time):
        length = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    else:
        length = _as_moment(value) - datetime(1899, 12, 30)
    seconds = round(length.total_seconds())
    if seconds < 0:
        return None
    shown = []
    for n, token in enumerate(section.tokens):
        letter = token.text.strip("[]")[:1].lower()
        if token.kind == "half":
            return None
        if token.kind == "span":
            whole = seconds // {"h": 3600, "m": 60, "s": 1}[letter]
            shown.append(f"{whole:0{len(token.text) - 2}d}")
        elif token.kind == "date":
            part = {"h": seconds // 3600 % 24, "m": seconds // 60 % 60, "s": seconds % 60}.get(letter)
            if part is None or (letter == "m" and not _is_minute(section.tokens, n)):
                return None
            shown.append(_padded(part, len(token.text)))
        else:
            shown.append(token.text)
    return "".join(shown).strip()
