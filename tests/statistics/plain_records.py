"""Figures of a form's records, computed in the plainest way: by going through records as JSON has them.

It shares nothing with the package; what a form says of figures is read from its schema.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

Record = Mapping[str, Any]
ZONE = ZoneInfo("Asia/Shanghai")
MOST = 12


def figures(
    records: Sequence[Record], said: Mapping[str, Any], months: Sequence[str], labels: Mapping[str, str]
) -> dict[str, Any]:
    """Return what is printed of the last of some months: figures as numbers, by key, and rows of tables.

    `labels`: what values of groups are called.
    """
    by_month = {month: [one for one in records if month_of(one, said) == month] for month in months}
    now, main = by_month[months[-1]], said["figures"][0]
    first = min(filter(None, (month_of(one, said) for one in records)), default="9999")
    made: dict[str, Any] = {f["key"]: value(f, now) for f in said["figures"]}
    made["last"] = {f["key"]: value(f, by_month[months[-2]]) for f in said["figures"]}
    made["groups"] = list(groups(now, said, labels))
    made["items"] = list(items(now, said))
    known = [month for month in months if month >= first]
    if len(known) > 2:
        made["trend"] = [(month, len(by_month[month]), value(main, by_month[month])) for month in known]
    return made


def month_of(record: Record, said: Mapping[str, Any]) -> str | None:
    days = [day for pointer in said["dated"] for text in at(record, pointer) if (day := day_of(text))]
    return f"{max(days):%Y-%m}" if days else None


def day_of(text: Any) -> date | None:
    if not text:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(ZONE).date()


def at(node: Any, pointer: str) -> Iterator[Any]:
    step, _, rest = pointer[1:].partition("/")
    inner = node if step == "*" else [node.get(step)] if isinstance(node, Mapping) else []
    for one in inner or ():
        if rest:
            yield from at(one, f"/{rest}")
        else:
            yield one


def value(figure: Mapping[str, Any], records: Iterable[Record]) -> Decimal | int | None:
    """Return a figure of some records; None of none."""
    found = [[v for pointer in figure["of"] for v in at(record, pointer)] for record in records]
    return of_values(figure, found)


def of_values(figure: Mapping[str, Any], found: Sequence[Sequence[Any]]) -> Decimal | int | None:
    kind, good = figure["kind"], figure.get("good", ())
    digits = figure.get("digits", 2 if kind in ("mean", "rise") else 1)
    told = [v for some in found for v in some if v is not None]
    if kind == "count":
        return sum(v in good for v in told) if found else None
    if kind == "share":
        return rounded(100 * sum(v in good for v in told), sum(v in figure["among"] for v in told), digits)
    if kind == "rise":
        rises = [Decimal(str(after)) - Decimal(str(before)) for before, after in found if None not in (before, after)]
        return rounded(sum(rises), len(rises), digits)
    return rounded(sum(Decimal(str(v)) for v in told), len(told), digits)


def rounded(total: Decimal | int, count: int, digits: int) -> Decimal | None:
    exact = Decimal(total) / count if count else None
    return None if exact is None else exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def groups(
    records: Sequence[Record], said: Mapping[str, Any], labels: Mapping[str, str]
) -> Iterator[tuple[Any, int, Any]]:
    """Yield each group with how many records it has and the main figure; None is that of no group."""
    if not said.get("groups"):
        return
    main, found = said["figures"][0], [next(at(one, said["groups"]), None) or None for one in records]
    names = [labels.get(name, name) for name in found]
    sizes = Counter(name for name in names if name)
    ranked = sorted(sizes, key=lambda name: (-sizes[name], name))
    alone = ranked if len(ranked) <= MOST else ranked[: MOST - 1]
    for name in alone:
        yield name, sizes[name], value(main, [r for r, own in zip(records, names, strict=True) if own == name])
    rest = [r for r, own in zip(records, names, strict=True) if own and own not in alone]
    if rest:
        yield "…", len(rest), value(main, rest)
    none = [r for r, own in zip(records, names, strict=True) if own is None]
    if none:
        yield None, len(none), value(main, none)


def items(records: Sequence[Record], said: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the items of the main figure with what it is of each: by fields, or by what stands beside the values."""
    main = said["figures"][0]
    if said.get("items") == "" and records:
        for pointer in main["of"]:
            yield pointer, of_values(main, [list(at(record, pointer)) for record in records])
    elif said.get("items"):
        rows, _, key = said["items"].rpartition("/*/")
        of = main["of"][0].rpartition("/")[2]
        all_rows = [row for record in records for row in at(record, f"{rows}/*")]
        for name in dict.fromkeys(row.get(key) for row in all_rows):
            yield name, of_values(main, [[row.get(of)] for row in all_rows if row.get(key) == name])
