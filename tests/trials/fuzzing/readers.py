"""The readers that are tried: what each begins with, how its inputs are changed, and how one of them is read."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from generator import resources
from generator.api import make_job, make_policy, to_bytes
from generator.batch import FAILED, MANIFEST, Options, batch
from generator.case import load_case
from generator.catalogue import Catalogue, load_form
from generator.catalogue.dialect import lint
from generator.errors import BiaodanError, Fault, is_unforeseen
from generator.job import template_faults
from generator.kinds.raw import CellNumber, ValueFault
from generator.prepared import cache_folder, prepared
from generator.records.book_source import BookSource
from generator.records.database import DatabaseSource, ParquetSource
from generator.records.foreign import ForeignSource
from generator.theme import load_theme
from tests.trials.fuzzing import changes, seeds, tokens
from tests.trials.fuzzing.changes import Change, Tokens
from tests.trials.fuzzing.seeds import CANARY, Seed

Read = Callable[[str, Path], Iterable[Fault]]
"""Takes the form's id and the input's path; yields the faults of the input, or raises BiaodanError with them."""


@dataclass(frozen=True)
class Reader:
    """A reader, and what it is tried with. `holds_values`: its inputs hold values, which no fault may tell."""

    suffix: str
    seeds: Callable[[], Iterable[Seed]]
    change: Change
    tokens: Tokens
    read: Read
    holds_values: bool = True


def _source(form: str, path: Path) -> Iterable[Fault]:
    job = seeds.job_of(form)
    return job.pipeline.faults(job.open(str(path)))


def _foreign(inner: Callable[[Path, Any], Any]) -> Read:
    """Return how a file of a foreign format is read: here for speed; what ends that is read as commands read it."""

    def read(form: str, path: Path) -> Iterable[Fault]:
        job = seeds.job_of(form)
        try:
            return list(job.pipeline.faults(inner(path, job.form)))
        except BiaodanError:
            raise
        except BaseException as error:
            if not is_unforeseen(error):
                raise
            return list(job.pipeline.faults(ForeignSource(inner(path, job.form), path)))

    return read


def _database(form: str, path: Path) -> Iterable[Fault]:
    job = seeds.job_of(form)
    return job.pipeline.faults(DatabaseSource(f"sqlite:///{path}", job.form))


def _case(form: str, path: Path) -> Iterator[Fault]:
    job = seeds.job_of(form)
    case = load_case(path, job.catalogue, job.policy)
    yield from job.pipeline.faults(job.open(str(path)))
    yield from case.missing(job.form)
    yield from case.conflicts(job.form, case.content(job.form))


def _schema(form: str, path: Path) -> Iterator[Fault]:
    faults = lint(path)
    yield from faults
    made = load_form(path)
    yield from template_faults(made)
    if not any(fault.code.startswith("E-") for fault in faults):
        to_bytes(make_job(made, catalogue=Catalogue(())).blank(), "docx")


def _policy(form: str, path: Path) -> Iterator[Fault]:
    policy = make_policy(path)
    for name in ("issue-tracker", "customer-profile", "service-request"):
        job = make_job(seeds.form(name), policy=path, mask=True, catalogue=Catalogue(()))
        yield from job.pipeline.faults(job.source(seeds.samples(name)[0]))
    yield from (fault for one in job.documents(job.source(seeds.samples(name)[0])) for fault in one.faults)
    assert policy.source


def _template(form: str, path: Path) -> Iterator[Fault]:
    """Read a template in the place of the shipped one."""
    folder = path.parent / "own"
    shipped = seeds.form(form).template
    own = folder / "templates" / f"{shipped}.zh-Hans.html"
    own.parent.mkdir(parents=True, exist_ok=True)
    try:
        own.write_bytes(path.read_bytes())
        catalogue = Catalogue([folder])
        yield from template_faults(seeds.form(form), catalogue)
        job = make_job(seeds.form(form), catalogue=catalogue)
        for record in seeds.samples(form)[:2]:
            for one in job.documents(job.source(record)):
                yield from one.faults
                if one.document is not None:
                    to_bytes(one.document, "docx")
    finally:
        own.unlink()


def _theme(form: str, path: Path) -> Iterator[Fault]:
    theme = load_theme(path)
    to_bytes(make_job(seeds.form("closure-report"), theme=theme, catalogue=Catalogue(())).blank(), "docx")
    to_bytes(make_job(seeds.form("issue-tracker"), theme=theme, catalogue=Catalogue(())).blank(), "xlsx")
    yield from ()


@cache
def _finished(folder: Path) -> dict[str, bytes]:
    """Return the files of a batch of three records, one of them faulty."""
    _resume(folder, force=True)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _resume(folder: Path, *, force: bool = False) -> None:
    records = [seeds.marked(one) for one in list(seeds.records("training-signin"))[:2]]
    job = seeds.job_of("return-visit")
    given = [*seeds.samples("return-visit")[:2], *records[:1]]
    batch(job, job.source(given), str(folder), Options(formats=("docx",), name="{form}-{n}", resume=True, force=force))


def _manifest(form: str, path: Path) -> Iterator[Fault]:
    """Go on with a finished batch whose manifest, or list of failures, was changed: which, its first byte says."""
    folder = path.parent / "batch"
    whole = _finished(folder)
    seed, name = path.read_bytes(), (MANIFEST, FAILED)[path.read_bytes()[:1] == b"f"]
    chance = random.Random(seed)
    changed = changes.of_json_lines(whole[name], chance, tokens.JSON, whole[name])
    for other, content in whole.items():
        (folder / other).write_bytes(content)
    (folder / name).write_bytes(_sealed(changed) if chance.random() < _RESEALED else changed)
    _resume(folder, force=chance.random() < _FORCED)
    yield from ()


_RESEALED, _FORCED = 0.7, 0.3


def _sealed(content: bytes) -> bytes:
    """Return a manifest with the sums that fit its lines."""
    import hashlib

    total, lines = "", []
    for line in content.splitlines():
        body = line.rpartition(b',"sum":"')[0] or line.rstrip(b"}")
        text = body.decode("utf-8", "replace") + "}"
        total = hashlib.sha256(f"{total}{text}".encode()).hexdigest()[:16]
        lines.append(f'{text[:-1]},"sum":"{total}"}}\n')
    return "".join(lines).encode()


def _kept(form: str, path: Path) -> Iterator[Fault]:
    """Read a file of the cache, put there under the name under which it was kept."""
    made = {"years": {"2024": ["2024-02-10"]}}
    kept = next(iter(cache_folder().glob("fuzzed-*.kept")), None)
    if kept is None:
        prepared("fuzzed", "lxml", (), lambda: made)
        kept = next(iter(cache_folder().glob("fuzzed-*.kept")))
    kept.write_bytes(path.read_bytes())
    assert prepared("fuzzed", "lxml", (), lambda: made) == made
    yield from ()


# --- values ---

_VALUES: Sequence[Callable[[random.Random], Any]] = (
    lambda c: None,
    lambda c: c.choice(
        (True, False, float("nan"), float("inf"), -0.0, 1e308, 5e-324, 10**400, -(10**20), b"KANARY123456")
    ),
    lambda c: Decimal(c.choice(("NaN", "sNaN", "Infinity", "1e999999", "-1E-999999", "0.1", "1" * 60, "-0"))),
    lambda c: CellNumber(c.choice((0.1, 1, -5, 1e300, 20240101, 45000.5, Decimal("1.10"), float("inf")))),
    lambda c: datetime(*c.choice(((1, 1, 1), (9999, 12, 31, 23, 59, 59, 999999), (2024, 2, 29)))),  # type: ignore[arg-type]
    lambda c: c.choice((datetime.min, datetime.max)).replace(tzinfo=UTC),
    lambda c: c.choice((date.min, date.max, date(1899, 12, 31), time(8, 5), time.max, timedelta.max, timedelta(-1))),
    lambda c: c.choice(changes._TEXTS) + c.choice(("", CANARY)),
    lambda c: "".join(
        chr(c.choice((c.randrange(0xD7FF), c.randrange(0xE000, 0x110000), c.randrange(128))))
        for _ in range(c.randrange(40))
    ),
    lambda c: chr(c.randrange(0xD800, 0xE000)) + CANARY,
    lambda c: c.choice(changes.NUMBERS) + c.choice(("", "元", "万", "%", " h", "分钟", "天")),
    lambda c: f"{c.randrange(10000)}{c.choice('-/.年')}{c.randrange(14)}{c.choice('-/.月')}{c.randrange(33)}{_time(c)}",
    lambda c: [_value(c)] * c.choice((0, 1, 3, 20)),
    lambda c: {c.choice(changes._TEXTS[:18]): _value(c)},
    lambda c: {_value(c) if c.random() < 0.3 else n: 1 for n in range(3)} if c.random() < 0.2 else {},
    lambda c: c.choice((object(), set(), (1,), frozenset({1}), range(3), Ellipsis, int, 1j)),
)


def _time(chance: random.Random) -> str:
    return chance.choice(("", "日", " 25:61", "T10:00Z"))


def _value(chance: random.Random) -> Any:
    try:
        return chance.choice(_VALUES)(chance)
    except (TypeError, ValueFault):  # no key of a mapping, no number of a cell
        return {}


def _values(form: str, path: Path) -> Iterable[Fault]:
    """Check records of any values; what they are is drawn by the input's bytes."""
    chance = random.Random(path.read_bytes())
    job = seeds.job_of(chance.choice(_all_forms()))
    records = [_filled(job.form.record_spec, chance) for _ in range(chance.randint(1, 4))]
    content: Any = records
    if job.form.is_table and chance.random() < 0.5:
        content = {**_filled(job.form.root, chance), job.form.rows.key: records}
    return job.pipeline.faults(job.source(content))


@cache
def _all_forms() -> tuple[str, ...]:
    return tuple(form.id for form in Catalogue(()))


def _filled(spec: Any, chance: random.Random) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for child in spec.fields:
        draw = chance.random()
        if draw < 0.3:
            continue
        if child.shape == "value" or draw > 0.9:
            filled[child.key] = _value(chance)
        elif child.shape == "section":
            filled[child.key] = _filled(child, chance)
        else:
            filled[child.key] = [_filled(child, chance) for _ in range(chance.randrange(4))]
    return filled


def _nothing() -> Iterator[Seed]:
    yield Seed("", b"m0000")
    yield Seed("", b"f0000")


def _drawn(content: bytes, chance: random.Random, tokens: Tokens, other: bytes) -> bytes:
    return content[:1] + str(chance.getrandbits(60)).encode()


def _kept_seeds() -> Iterator[Seed]:
    folder = cache_folder()
    prepared("fuzzed", "lxml", (), lambda: {"years": {"2024": ["2024-02-10"]}})
    yield from (Seed("", path.read_bytes()) for path in sorted(folder.glob("fuzzed-*.kept")))


def _policies() -> Iterator[Seed]:
    for name in ("response.json", "masking.json"):
        yield Seed("", (resources.schemas() / "policies" / name).read_bytes())
        yield Seed("", (resources.schemas() / "policies" / name).read_bytes())


def _themes() -> Iterator[Seed]:
    yield Seed("", (resources.templates() / "theme" / "theme.toml").read_bytes())


READERS: dict[str, Reader] = {
    "json": Reader(".json", seeds.json_seeds, changes.of_json, tokens.JSON, _source),
    "jsonl": Reader(".jsonl", seeds.json_lines_seeds, changes.of_json_lines, tokens.JSON, _source),
    "csv": Reader(".csv", seeds.csv_seeds, changes.of_bytes, tokens.CSV, _source),
    "xlsx": Reader(".xlsx", seeds.xlsx_seeds, changes.of_archive, tokens.XML, _foreign(BookSource)),
    "parquet": Reader(".parquet", seeds.parquet_seeds, changes.of_bytes, tokens.PARQUET, _foreign(ParquetSource)),
    "sqlite": Reader(".db", seeds.sqlite_seeds, changes.of_bytes, tokens.SQLITE, _database),
    "case": Reader(".json", seeds.case_seeds, changes.of_json, tokens.JSON, _case),
    "schema": Reader(".json", seeds.schema_seeds, changes.of_json, tokens.SCHEMA, _schema, holds_values=False),
    "policy": Reader(".json", _policies, changes.of_json, tokens.POLICY, _policy, holds_values=False),
    "template": Reader(
        ".html", seeds.template_seeds, changes.of_markup, tokens.TEMPLATE, _template, holds_values=False
    ),
    "theme": Reader(".toml", _themes, changes.of_bytes, tokens.TOML, _theme, holds_values=False),
    "manifest": Reader(".txt", _nothing, _drawn, (), _manifest),
    "cache": Reader(".kept", _kept_seeds, changes.of_bytes, tokens.JSON, _kept, holds_values=False),
    "values": Reader(".txt", _nothing, _drawn, (), _values),
}
