"""A nested list that stands in one cell, a line each: 2024-05-02 09:00 已电话联系客户."""

import re
from collections.abc import Sequence

from generator import strict_json
from generator.catalogue.form import FieldSpec
from generator.errors import RecordError
from generator.kinds.raw import ValueFault
from generator.records.names import find_path

_NUMBERED = re.compile(r"^\s*(?:\d{1,3}(?:[.．](?!\d)|[、)）])|[（(]\d{1,3}[）)]|[-•·●](?=\s))\s*")
_CELLS = re.compile(r"\s*[\t|｜]\s*")
_PAIRS = re.compile(r"\s*[；;]\s*")
_PAIR = re.compile(r"([^：:]{1,20})[：:]\s*(.*)", re.DOTALL)
_MOMENT = re.compile(
    r"(\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:[T\s]*\d{1,2}\s*(?:[:：]\s*\d{2}(?:[:：]\d{2})?|[时時点點](?:\d{1,2}分)?))?)"
    r"\s*[，,：:、—-]*\s*(\S.*)",
    re.DOTALL,
)


def rows_in(text: str, spec: FieldSpec) -> list[dict[str, str]]:
    """Return the rows of a nested list that a text has, a line each, by the keys of its fields.

    A line is cells between bars or tabs in the order of the fields, or pairs such as 时间：…；内容：…, or the moment
    that it begins with and its text, or its text alone; all of them may be a list of JSON instead. Raises ValueFault
    (E-nested-line) for one that is none of them.
    """
    if text.lstrip().startswith("[{"):
        return _of_json(text)
    lines = (_NUMBERED.sub("", line).strip() for line in text.splitlines())
    return [_row(line, spec) for line in lines if line]


def _row(line: str, spec: FieldSpec) -> dict[str, str]:
    fields = [f for f in spec.fields if f.shape == "value" and not f.derive]
    cells = _CELLS.split(line)
    if len(cells) > 1:
        return _in_order(cells, fields)
    return _by_names(line, spec) or _by_moment(line, fields)


def _in_order(cells: Sequence[str], fields: Sequence[FieldSpec]) -> dict[str, str]:
    if len(cells) > len(fields):
        raise ValueFault("E-nested-line")
    return {field.key: cell for field, cell in zip(fields, cells, strict=False) if cell}


def _by_names(line: str, spec: FieldSpec) -> dict[str, str]:
    row: dict[str, str] = {}
    for part in _PAIRS.split(line):
        found = _PAIR.fullmatch(part)
        path = find_path(spec, found[1]) if found else None
        if not found or not path or path[-1].key in row:
            return {}
        row[path[-1].key] = found[2]
    return row


def _by_moment(line: str, fields: Sequence[FieldSpec]) -> dict[str, str]:
    moment = next((f for f in fields if f.kind.is_moment), None)
    texts = [f for f in fields if f.kind.is_free_text]
    text = next((f for f in texts if f.required), next(iter(texts), None))
    if text is None:
        raise ValueFault("E-nested-line")
    found = _MOMENT.fullmatch(line) if moment else None
    return {moment.key: found[1], text.key: found[2]} if moment and found else {text.key: line}


def _of_json(text: str) -> list[dict[str, str]]:
    """Return the rows of a list of JSON; ValueFault (E-nested-line) where it isn't one."""
    try:
        rows = strict_json.parse(text, RecordError, "")
    except RecordError:
        raise ValueFault("E-nested-line") from None
    if not all(isinstance(row, dict) for row in rows):
        raise ValueFault("E-nested-line")
    return list(rows)
