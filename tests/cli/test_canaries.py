"""Personal values that are like no others, in every field that is marked, looked for in all that a command leaves.

Everyday runs take a few forms; `make sweep` takes all of them. `failed.jsonl` is left out: it holds a faulty record as
it was given, so that it can be mended and fed again.
"""

import io
import json
import random
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from generator import Catalogue
from generator.api import make_job
from generator.catalogue.form import FieldSpec
from generator.catalogue.serialise import serialiser
from tests.rules.test_mask_sweep import card, identity, mobile

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FORMS = sorted(form.id for form in Catalogue([]) if form.holds_personal_data)
SOME = random.Random(7).sample(FORMS, 6)
PRINTED = SOME[:2]
WINDOW = 7
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


class Canaries:
    """Values that are right for their fields, none of them given twice; a name's first letter and an address's city are
    known to all."""

    def __init__(self, seed: int) -> None:
        self.rng, self.given = random.Random(seed), list[str]()

    def __call__(self, sort: str, schema: Any) -> str:
        made = {
            "name": lambda: "甄" + self.letters(),
            "phone": lambda: mobile(self.rng),
            "contact": lambda: mobile(self.rng),
            "id": self.identity,
            "bank-card": lambda: card(self.rng),
            "email": lambda: f"q{self.rng.randrange(10**9, 10**10)}@x.com",
            "address": lambda: "上海市" + self.letters(),
            "customer": lambda: "甄" + self.letters()[:2],
            "text": lambda: f"来电 {mobile(self.rng)}",
        }[sort]()
        self.given.append(made)
        return made

    def letters(self) -> str:
        return "".join(chr(n) for n in self.rng.sample(range(0x5300, 0x5600), 9))

    def identity(self) -> str:
        made = iter(lambda: identity(self.rng), "")
        return next(number for number in made if len(number) == 18 and "000" not in number)  # as offsets in a PDF have

    def pieces(self) -> Iterator[str]:
        """Yield every piece that mustn't be found: no rule keeps as much in a row."""
        for value in self.given:
            secret = value.removeprefix("上海市").removeprefix("来电 ").removesuffix("@x.com")
            size = (
                min(5, len(secret) - 1) if not secret.isascii() else WINDOW
            )  # of a short name all but its first letter
            yield from (secret[n : n + size] for n in range(len(secret) - size + 1))


@cache
def sample(form: str) -> str:
    """Return the ordinary sample of a form by keys, as JSON."""
    job = make_job(form)
    source = job.open(str(SAMPLES / form / "ordinary.json"))
    spec = job.form.record_spec
    rows = [serialiser(spec, job.policy.zone).record(_record(judged)) for judged in job.pipeline.judged(source)]
    head = dict(source.head[0]) if job.form.is_table else {}
    return json.dumps({**head, "rows": rows[:3]} if job.form.is_table else rows[0], ensure_ascii=False, default=str)


def _record(judged: Any) -> Any:
    from generator.record import Record

    return Record(values=dict(judged.values))


TOLD_BY_NUMBER = ("gender", "birth_date")
"""What an identity number tells too, and so can't stand beside one that was made up."""


def filled(form: str, make: Callable[[FieldSpec], Any]) -> Any:
    """Return the sample of a form, with every personal value that it holds made anew."""
    told: list[str] = []

    def noted(spec: FieldSpec) -> Any:
        told.append(spec.key)
        return make(spec)

    root = make_job(form).form.root
    values = _filled(json.loads(sample(form)), root, noted)
    if not told and values.get("customer_type") != "company":  # a report names its customer only where it is on one
        values |= {child.key: make(child) for child in root.fields if child.shape == "value" and child.sensitive}
    return {key: value for key, value in values.items() if key not in TOLD_BY_NUMBER}


def _filled(values: Any, spec: FieldSpec, make: Callable[[FieldSpec], Any]) -> Any:
    for child in spec.fields:
        value = values.get(child.key)
        if value is None:
            continue
        if child.shape == "value":
            is_company = child.sensitive == "customer" and values.get("customer_type") == "company"
            if child.sensitive and not child.derive and not is_company:
                values[child.key] = make(child)
        else:
            for part in value if isinstance(value, list) else [value]:
                _filled(part, child, make)
    return values


def told(content: bytes) -> Iterator[bytes]:
    """Yield the content of a file and of all that is packed in it."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield " ".join(archive.namelist()).encode()
            for name in archive.namelist():
                yield from told(archive.read(name))
    if content.startswith(b"%PDF"):
        pdf = pypdfium2.PdfDocument(content)
        yield "\n".join(page.get_textpage().get_text_range() for page in pdf).encode()
        yield json.dumps(pdf.get_metadata_dict(), ensure_ascii=False).encode()
        pdf.close()
        for packed in STREAM.findall(content):
            try:
                yield zlib.decompress(packed)
            except zlib.error:
                yield packed


def found(canaries: Canaries, contents: Iterator[bytes] | list[bytes]) -> set[str]:
    """Return the pieces of canaries that stand in any of the contents, as UTF-8 or UTF-16."""
    everything = b"\0".join(contents)
    told_in_hex = everything.upper()
    return {
        piece
        for piece in set(canaries.pieces())
        if piece.encode() in everything
        or piece.encode("utf-16-be") in everything
        or piece.encode("utf-16-be").hex().upper().encode() in told_in_hex
    }


def left_in(folder: Path, without: str = "failed.jsonl") -> Iterator[bytes]:
    """Yield names and contents of all files of a folder."""
    for path in sorted(folder.rglob("*")):
        yield str(path.relative_to(folder)).encode()
        if path.is_file() and path.name != without:
            yield from told(path.read_bytes())


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that temporary files go to."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("SQLITE_TMPDIR", str(folder))
    return folder


def every(some: list[str]) -> list[Any]:
    return [pytest.param(f, marks=() if f in some else pytest.mark.sweep) for f in FORMS]


def canaries_of(form: str, seed: int = 0) -> tuple[Canaries, Any]:
    canaries = Canaries(sum(form.encode()) + seed)
    return canaries, filled(form, lambda spec: canaries(spec.sensitive, spec.schema))


@pytest.mark.parametrize("form", every(SOME))
def test_masked_documents_hold_no_personal_value(
    cli: Any, save: Any, tmp_path: Path, temporary: Path, form: str
) -> None:
    canaries, record = canaries_of(form)
    save("r.json", record)
    made = [cli("render", form, "r.json", "-o", "out/a", "-f", "docx,xlsx", "--mask", "--json")]
    made += [cli("render", form, "r.json", "-o", "out/b", "-f", "pdf", "--pdf-engine", "typst", "--mask")]
    if form in PRINTED:
        made += [cli("render", form, "r.json", "-o", "out/c", "-f", "pdf", "--mask")]
    assert [done.code for done in made] == [0] * len(made), made[0].err
    if not canaries.given:
        pytest.skip("its sample names a company alone")
    streams = [f"{done.out}{done.err}".encode() for done in made]
    assert found(canaries, [*streams, *left_in(tmp_path / "out"), *left_in(temporary)]) == set()


@pytest.mark.parametrize("form", every(SOME[:3]))
def test_a_masked_batch_leaves_no_personal_value(
    cli: Any, save: Any, tmp_path: Path, temporary: Path, form: str
) -> None:
    made = [canaries_of(form, seed) for seed in (1, 2)]
    if not made[0][0].given:
        pytest.skip("its sample names a company alone")
    faulty = {**made[1][1], **dict.fromkeys(made[1][0].given, 1)}
    records = [made[0][1], made[1][1], faulty]
    save("r.jsonl", "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))
    done = cli("batch", form, "r.jsonl", "-o", "out", "-f", "xlsx", "--mask", "--json", "--duplicates", "keep")
    assert done.code == 1
    everything = [done.out.encode(), done.err.encode(), *left_in(tmp_path / "out"), *left_in(temporary)]
    for canaries, _ in made:
        assert found(canaries, everything) == set()
    assert found(made[1][0], [(tmp_path / "out" / "failed.jsonl").read_bytes()])


FAULTS: dict[str, Callable[[str], Any]] = {
    "a list": lambda value: [value],
    "an object": lambda value: {value: value},
    "a control character": lambda value: f"{value}\x07",
    "too long": lambda value: value * 500,
    "with a letter that no card has": lambda value: f"{value}\U0001f600",
}


@pytest.mark.parametrize("form", every(SOME))
@pytest.mark.parametrize("fault", FAULTS)
def test_no_message_about_a_personal_value_holds_it(cli: Any, save: Any, form: str, fault: str) -> None:
    canaries = Canaries(3)
    save("r.json", filled(form, lambda spec: FAULTS[fault](canaries(spec.sensitive, spec.schema))))
    for lang in ("zh-Hans", "en"):
        done = cli("check", form, "r.json", "--lang", lang)
        assert found(canaries, [done.out.encode(), done.err.encode()]) == set()


@pytest.mark.parametrize("form", every(SOME))
def test_no_message_holds_a_personal_value_that_stands_in_the_wrong_place(cli: Any, save: Any, form: str) -> None:
    canaries = Canaries(4)
    sorts = ("name", "phone", "id", "bank-card", "email", "address")
    wrong = {canaries(sort, {}): canaries(sort, {}) for sort in sorts}
    root = make_job(form).form.root
    keys = [child.key for child in root.fields]
    save("keys.json", {**json.loads(sample(form)), **wrong})
    save("values.json", {key: canaries(sorts[n % len(sorts)], {}) for n, key in enumerate(keys)})
    title = next(s for s in make_job(form).form.record_spec.walk() if s.shape == "value").title("zh-Hans")
    save("header.csv", ",".join([title, *wrong, *wrong]) + "\n" + "甲" + ",1" * 12 + "\n")
    save("row.csv", ",".join([title, *wrong]) + "\n" + "甲" + ",1" * 6 + "\n")
    save("twice.json", json.dumps(wrong, ensure_ascii=False).replace("{", "{" + f'"{canaries.given[0]}": 1, ', 1))
    for name in ("keys.json", "values.json", "header.csv", "row.csv", "twice.json"):
        done = cli("check", form, name)
        assert done.code == 1
        assert found(canaries, [done.out.encode(), done.err.encode()]) == set(), name


@pytest.mark.parametrize("form", every(SOME[:4]))
def test_neither_names_nor_properties_of_open_documents_hold_a_personal_value(
    cli: Any, save: Any, tmp_path: Path, form: str
) -> None:
    canaries, record = canaries_of(form)
    if not canaries.given:
        pytest.skip("its sample names a company alone")
    save("r.json", record)
    done = cli("render", form, "r.json", "-o", "out", "-f", "docx,xlsx", "--no-mask")
    done_pdf = cli("render", form, "r.json", "-o", "out", "-f", "pdf", "--pdf-engine", "typst", "--no-mask")
    assert (done.code, done_pdf.code) == (0, 0)
    contents = [done.out.encode(), done_pdf.out.encode()]
    for path in [*done.paths, *done_pdf.paths]:
        content = path.read_bytes()
        if path.suffix == ".pdf":
            with pypdfium2.PdfDocument(content) as pdf:
                contents.append(json.dumps(pdf.get_metadata_dict(), ensure_ascii=False).encode())
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            contents += [archive.read(name) for name in archive.namelist() if name.startswith("docProps/")]
    assert len(contents) > 6
    assert found(canaries, contents) == set()
    assert found(canaries, left_in(tmp_path / "out"))  # the judge sees them where they may stand
