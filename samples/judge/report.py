"""What a judge reports: offenders by kind, a table of counts, which of them are allowed, and the same as JSON."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ALLOWED = Path(__file__).parent / "allowed.toml"
MOST_ALLOWED = 10

INFORMATIVE = frozenset({"short-last-line", "short-last-line-3", "split-moment", "split-code"})
"""Kinds that are told and don't fail."""


@dataclass(frozen=True)
class Offender:
    """Something wrong on a page of a document in a format."""

    kind: str
    form: str
    sample: str
    lang: str
    format: str
    page: int
    what: str
    allowed: str = ""


@dataclass(frozen=True)
class Allowance:
    """Offenders that stand, and why: a kind, a pattern of forms (as of files), and of formats where it isn't all."""

    kind: str
    form: str
    reason: str
    format: str = "*"


def allowances(path: Path = ALLOWED) -> list[Allowance]:
    """Return what may stand.

    Raises ValueError for a list of more than ten, or an entry without a reason.
    """
    found = [Allowance(**entry) for entry in tomllib.loads(path.read_text("utf-8")).get("allowed", [])]
    if len(found) > MOST_ALLOWED:
        raise ValueError(f"{path}: {len(found)} entries; {MOST_ALLOWED} are the most")
    if without := [entry for entry in found if not entry.reason.strip()]:
        raise ValueError(f"{path}: {without[0]} says no reason")
    return found


def reason_of(kind: str, form: str, format: str, allowed: Iterable[Allowance]) -> str:
    """Return why an offender may stand; nothing where it may not."""
    stands = (a for a in allowed if a.kind == kind and _is_of(form, a.form) and fnmatchcase(format, a.format))
    return next((a.reason for a in stands), "")


def _is_of(form: str, patterns: str) -> bool:
    return any(fnmatchcase(form, pattern) for pattern in patterns.split())


def failing(offenders: Iterable[Offender]) -> list[Offender]:
    """Return the offenders that may not stand."""
    return [one for one in offenders if not one.allowed and one.kind not in INFORMATIVE]


def told(offenders: list[Offender], formats: Iterable[str]) -> str:
    """Return the report: each kind with its offenders, then counts by kind and format."""
    counts = Counter((one.kind, one.format) for one in offenders)
    kinds = sorted({one.kind for one in offenders}, key=lambda kind: (kind in INFORMATIVE, kind))
    parts = []
    for kind in kinds:
        some = [one for one in offenders if one.kind == kind]
        parts.append(f"\n{kind}: {len(some)}{_aside(kind, some)}")
        parts += [
            f"  {one.form} {one.sample} {one.lang} {one.format} p{one.page}: {one.what}"
            + (f" [allowed: {one.allowed}]" if one.allowed else "")
            for one in some
        ]
    columns = list(formats)
    parts.append(f"\n{'kind':20}" + "".join(f"{name:>14}" for name in columns) + f"{'documents':>12}")
    for kind in kinds:
        papers = {(one.form, one.sample, one.lang, one.format) for one in offenders if one.kind == kind}
        numbers = "".join(f"{counts[kind, name]:>14}" for name in columns)
        parts.append(f"{kind:20}{numbers}{len(papers):>12}")
    return "\n".join(parts)


def _aside(kind: str, some: list[Offender]) -> str:
    allowed = sum(1 for one in some if one.allowed)
    return " (told, doesn't fail)" if kind in INFORMATIVE else f" ({allowed} allowed)" if allowed else ""


def write(offenders: list[Offender], path: Path) -> None:
    """Write offenders as JSON."""
    path.write_text(json.dumps([asdict(one) for one in offenders], ensure_ascii=False, indent=1) + "\n", "utf-8")
