"""The number of a record where a printed document says it in the heads and feet of its pages alone."""

import re
from collections.abc import Iterator
from functools import cache

from generator.records.filled.answers import Answers
from generator.records.filled.packages import Package
from generator.wording import LANGS, phrase

_CUT = "…"
"""The mark of a number for which a head had no room."""

_IN_WORD = re.compile(r"word/(?:header|footer)[0-9]{1,3}\.xml")
_IN_EXCEL = re.compile(r"xl/worksheets/sheet[0-9]{1,4}\.xml")
_RUNNING = ("Header", "Footer")


def put_number(answers: Answers, package: Package) -> None:
    """Take the record's number from the heads and feet of pages where it stands nowhere else, and they agree on it."""
    at = answers.form.identity
    box = answers.boxes.get(at)
    if not at or answers.form.is_table or (box is not None and box.raw is not None) or answers.form.spec_at(at) is None:
        return
    told = {number for text in _texts(package) for number in _numbers(text)}
    if len(told) == 1:
        answers.put(at, told.pop(), box.at if box else "")


def _texts(package: Package) -> Iterator[str]:
    for name in package.names.values():
        if _IN_WORD.fullmatch(name):
            yield "".join(str(e.text or "") for e in package.root(name).iter() if str(e.tag).endswith("}t"))
        elif _IN_EXCEL.fullmatch(name) and b"headerFooter" in package.content(name):
            for element in package.root(name).iter():
                if str(element.tag).endswith(_RUNNING):
                    yield re.sub(r"&(?:[LCR]|[0-9]{1,2})", "\t", element.text or "").replace("&&", "&")


def _numbers(text: str) -> Iterator[str]:
    for found in _reference().finditer(text):
        number = next(filter(None, found.groups())).strip()
        if number and _CUT not in number:
            yield number


@cache
def _reference() -> re.Pattern[str]:
    """Return what stands before a record's number in a head, in all languages, and the number."""
    spoken = dict.fromkeys(phrase("head.reference", lang) for lang in LANGS)
    before = (re.escape(one.replace("{reference}", "").strip()) for one in spoken)
    return re.compile("|".join(rf"(?:^|[·\t ])\s*{one}\s+([^·\t]+)" for one in before))
