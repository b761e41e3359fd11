"""Days and times written into printed gaps: between 年, 月 and 日, before DD, MM and YYYY, or beside gaps left empty.

What is printed is taken off where nothing was written into it. What remains is read as any day is: nothing is guessed.
"""

import re

from generator.kinds.raw import narrow

_PRINTED = re.compile(r"(?:[\s_年月日时時分前/:：,()。.]|DD|MM|YYYY|hh|min)*")
"""What is printed in an empty box for a day, a time or a month."""

_MARKS = re.compile(r"\s*\(?(?:(?P<day>DD[\s/]*)?MM[\s/]*YYYY)?(?P<time>\s*hh\s*min)?\)?\s*$")
"""What stands beneath the gaps of English paper, which tells the order of what is written into them."""

_IN_GAPS = re.compile(
    r"(?:(?:(?P<d>\d{1,2})\s*/\s*)?(?P<m>\d{1,2})\s*/\s*(?P<y>\d{4}))?[\s,]*"
    r"(?:(?P<H>\d{1,2})\s*:\s*(?P<M>\d{1,2}))?[\s:/,]*",
    re.ASCII,
)
_EMPTY = re.compile(
    r"(?:年\s*月(?:\s*日)?(?:\s*[时時]\s*分)?|(?<=[日号號])\s*[时時]\s*分|(?<=:\d\d)\s*[时時]\s*分|[\s/:]+)$"
)
"""Gaps that nothing was written into, behind an answer."""

_LEADING = re.compile(r"^(?:年\s*月(?:\s*日)?(?:\s*[时時]\s*分)?|[时時]\s*分|[\s/:]+)")
_NO_MINUTES = re.compile(r"(?<=\d)\s*([时時])\s*分$")


def without_gaps(text: str) -> str:
    """Return a day or time as it was written, without what was printed in its box; nothing where nothing was."""
    if _PRINTED.fullmatch(text):
        return ""
    bare = narrow(text).rstrip("。.;； ")
    marks = _MARKS.search(bare)
    if marks and marks[0].strip():
        bare = bare[: marks.start()].strip()
        written = _IN_GAPS.fullmatch(bare)
        if written and (written["d"] or not marks["day"]):
            return _as_iso(written)
    bare = _LEADING.sub("", bare)
    bare = _NO_MINUTES.sub(r"\1", _EMPTY.sub("", bare)).strip()
    return bare or text


def _as_iso(written: re.Match[str]) -> str:
    day = [written["y"], *(f"{int(written[name]):02d}" for name in ("m", "d") if written[name])] if written["y"] else []
    clock = f"{int(written['H']):02d}:{int(written['M']):02d}" if written["H"] else ""
    return " ".join(filter(None, ("-".join(day), clock)))
