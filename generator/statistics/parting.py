"""Cells that hold a department and a person, as 技术部/王强: which is which, in SQL and in Python.

A name of a person is never taken for a department's: it would be printed where names are masked.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from generator.rules.policy import load_masking
from generator.statistics.columns import NOT_GIVEN
from generator.statistics.dialect import WHITESPACE
from generator.statistics.setting import Setting
from generator.statistics.sql import Sql, join, literal, literals, regular, sql

_PARTS = 3
_NAME_LENGTHS = (2, 4)
_CAPITALS = "^[A-Z][A-Z0-9]{0,2}$"
_ASCII = 128
_SLASH = "/"
_HAN = "[一-鿿]"
_BETWEEN = (
    (f"({_HAN})[ 　]*[-－–—]+", r"\1/"),
    (f"[-－–—]+[ 　]*({_HAN})", r"/\1"),
    ("[ 　][-－–—]+[ 　]", "/"),
    (f"({_HAN}{{2}})[ 　]+({_HAN}{{2}})", r"\1/\2"),
    (f"({_HAN}{{2}})[ 　]+({_HAN}{{2}})", r"\1/\2"),
)
"""What stands between a department and a person beside signs: dashes at a Chinese letter, blanks between Chinese words;
blanks twice, for a word has one at either side. Every dialect has these patterns.
"""


def _surnames(setting: Setting) -> tuple[str, Sequence[str], Sequence[str]]:
    """Return the letters that are surnames, the surnames of two letters, those in Latin letters."""
    masking = setting.policy.masking or load_masking()
    customers = {**load_masking()["customers"], **masking.get("customers", {})}
    return "".join(customers["surnames"]), masking["compound_surnames"], customers["latin_surnames"]


def _described(setting: Setting) -> Mapping[str, Any]:
    described: Mapping[str, Any] = setting.columns.described["parted"]
    return described


# --- in Python ---


def department_of(setting: Setting, raw: str | None) -> str | None:
    """Return the department of a cell; None where there is none, or nothing tells that it is one."""
    parts = _parts_of(setting, raw)
    offices = [part for part in parts if _is_office(setting, part)]
    if offices:
        return offices[0]
    first, others = parts[0], parts[1:]
    return first if first and any(others) and not _is_person(setting, first) else None


def person_of(setting: Setting, raw: str | None) -> str | None:
    """Return the person of a cell, None where there is none."""
    department = department_of(setting, raw)
    parts = [part for part in _parts_of(setting, raw) if part and not _is_office(setting, part)]
    return parts[-1] if parts and parts[-1] != department else None


def _parts_of(setting: Setting, raw: str | None) -> Sequence[str]:
    text = raw or ""
    for pattern, instead in _BETWEEN:
        text = re.sub(pattern, instead, text)
    for separator in _described(setting)["separators"]:
        text = text.replace(separator, _SLASH)
    parts = [part.strip(WHITESPACE) for part in text.split(_SLASH)][:_PARTS]
    return [*("" if part in NOT_GIVEN else part for part in parts), *[""] * (_PARTS - len(parts))]


def _is_office(setting: Setting, part: str) -> bool:
    single, _, latin = _surnames(setting)
    names = tuple(name for names in _described(setting)["offices"] for name in names)
    is_called = any(part.lower().endswith(name) and len(part) > len(name) for name in names)
    if part.lower() in {known.lower() for known in _described(setting)["known"]}:
        return True
    if is_called:
        return not (len(part) == 2 and part[0] in single)
    return bool(re.fullmatch(_CAPITALS, part)) and part.lower() not in latin


def _is_person(setting: Setting, part: str) -> bool:
    described, (least, most), (single, compound, _) = _described(setting), _NAME_LENGTHS, _surnames(setting)
    is_named = least <= len(part) <= most and (part[0] in single or part[:2] in compound)
    is_named = is_named or (len(part) < most and part[0] in described["before"]) or "·" in part
    return is_named or part.endswith(tuple(described["titles"])) or ord(part[0]) < _ASCII


# --- in SQL ---


def sql_department(setting: Setting, cell: Sql) -> Sql:
    """Return the department of a cell."""
    return _told(setting, cell, _DEPARTMENT)


def sql_person(setting: Setting, cell: Sql) -> Sql:
    """Return the person of a cell."""
    return _told(setting, cell, _PERSON)


_DEPARTMENT = sql(
    "CASE WHEN office_1 THEN part_1 WHEN office_2 THEN part_2 WHEN office_3 THEN part_3"
    " WHEN part_1 <> '' AND (part_2 <> '' OR part_3 <> '') AND NOT person_1 THEN part_1 END"
)
_PERSON = sql(
    "CASE WHEN part_3 <> '' AND NOT office_3 THEN part_3 WHEN part_2 <> '' AND NOT office_2 THEN part_2"
    " WHEN part_1 <> '' AND NOT office_1 AND (part_2 = '' AND part_3 = '' OR person_1 OR office_2 OR office_3)"
    " THEN part_1 END"
)


def _told(setting: Setting, cell: Sql, told: Sql) -> Sql:
    parts = join(", ", (_named(_sql_part(setting, cell, n), "part", n) for n in range(1, _PARTS + 1)))
    offices = join(", ", (_named(_sql_office(setting, n), "office", n) for n in range(1, _PARTS + 1)))
    return sql(
        "(SELECT {told} FROM (SELECT {columns}, {offices}, {person} AS person_1 FROM (SELECT {parts}) AS parts)"
        " AS judged)",
        told=told,
        columns=join(", ", (regular(f"part_{n}") for n in range(1, _PARTS + 1))),
        offices=offices,
        person=_sql_person(setting),
        parts=parts,
    )


def _named(value: Sql, name: str, n: int) -> Sql:
    return sql("{value} AS {name}", value=value, name=regular(f"{name}_{n}"))


def _sql_part(setting: Setting, cell: Sql, n: int) -> Sql:
    separators = _described(setting)["separators"]
    text = sql("coalesce({cell}, '')", cell=cell)
    for pattern, instead in _BETWEEN:
        text = sql(
            "regexp_replace({text}, {pattern}, {instead}, 'g')",
            text=text,
            pattern=literal(pattern),
            instead=literal(instead),
        )
    plain = sql(
        "translate({text}, {separators}, {slashes})",
        text=text,
        separators=literal(separators),
        slashes=literal(_SLASH * len(separators)),
    )
    trimmed = setting.dialect.trimmed(sql("split_part({plain}, {slash}, {n})", plain=plain, slash=literal("/"), n=n))
    return sql("CASE WHEN {text} IN ({marks}) THEN '' ELSE {text} END", text=trimmed, marks=literals(NOT_GIVEN))


def _ends(part: Sql, names: Sequence[str]) -> Sql:
    """Return whether a part ends in one of some names."""
    lengths = sorted(set(map(len, names)))
    tests = (
        sql("right({part}, {n}) IN ({names})", part=part, n=n, names=literals([k for k in names if len(k) == n]))
        for n in lengths
    )
    return join(" OR ", tests)


def _sql_office(setting: Setting, n: int) -> Sql:
    part = regular(f"part_{n}")
    names = [name for names in _described(setting)["offices"] for name in names]
    tests = []
    for length in sorted({len(name) for name in names}):
        some = [name for name in names if len(name) == length]
        called = _ends(sql("lower({part})", part=part), some)
        tests.append(sql("length({part}) > {n} AND {called}", part=part, n=length, called=called))
    single, _, latin = _surnames(setting)
    return sql(
        "(lower({part}) IN ({known}) OR ({called}) AND NOT (length({part}) = 2 AND left({part}, 1) IN ({surnames}))"
        " OR NOT ({called}) AND {part} ~ {capitals} AND lower({part}) NOT IN ({latin}))",
        known=literals([name.lower() for name in _described(setting)["known"]]),
        called=join(" OR ", tests),
        part=part,
        surnames=literals(list(single)),
        capitals=literal(_CAPITALS),
        latin=literals(latin),
    )


def _sql_person(setting: Setting) -> Sql:
    part, described, (least, most) = regular("part_1"), _described(setting), _NAME_LENGTHS
    single, compound, _ = _surnames(setting)
    return sql(
        "(length({part}) BETWEEN {least} AND {most}"
        " AND (left({part}, 1) IN ({surnames}) OR left({part}, 2) IN ({pairs}))"
        " OR length({part}) < {most} AND left({part}, 1) IN ({before}) OR strpos({part}, '·') > 0 OR {titled}"
        " OR ascii({part}) < {ascii})",
        part=part,
        least=least,
        most=most,
        surnames=literals(list(single)),
        pairs=literals(compound),
        before=literals(list(described["before"])),
        titled=_ends(part, described["titles"]),
        ascii=_ASCII,
    )
