"""Every form of the catalogue, blank and with each of its samples, in every language and format: built, opened, read.

What a record says is taken from the sample itself, read and completed by the rules, and looked for in the file: every
text, date, number, and the label of every choice.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from writers.reading import READERS, Pdf, Xlsx, pieces_needed, squeezed, unhyphenated
from writers.specimen import said

from generator import Catalogue, kinds, render
from generator.api import make_job, to_bytes
from generator.catalogue import FieldSpec, Form
from generator.catalogue.expressions import compiled
from generator.formats import money_text, number_text
from generator.records import ListSource
from generator.rules.mask import mask
from generator.wording import DEFAULT_LANG, LANGS, Lang, choose, phrase, traditional
from generator.writers import SHIPPED, WritingOptions

SAMPLES = Path(__file__).parents[1] / "samples"
FORMS = {form.id: form for form in Catalogue()}
CASES = [(form, sample.stem) for form in FORMS for sample in sorted((SAMPLES / form).glob("*.json"))]
LONG = 60
"""A text longer than this may be cut by the end of a page, or of pages; a shorter one stands in one piece."""

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def sample(form: str, name: str) -> Any:
    return json.loads((SAMPLES / form / f"{name}.json").read_text(encoding="utf-8"))


@cache
def completed(form: str, name: str) -> tuple[tuple[FieldSpec, Mapping[str, Any]], ...]:
    """Return the typed records of a sample with their specs: one, or a table's head and rows."""
    job = make_job(form)
    source = ListSource(sample(form, name), job.form)
    records = [judged.values for judged in job.pipeline.judged(source) if not judged.errors]
    if not job.form.is_table:
        return tuple((job.form.root, typed) for typed in records)
    head = job.pipeline.head(source).values
    return ((job.form.root, head), *((job.form.rows, typed) for typed in records))


def values_of(spec: FieldSpec, typed: Mapping[str, Any], lang: Lang | None = None) -> Iterator[tuple[FieldSpec, Any]]:
    """Yield every value of a typed record with its field; in a language, without those that it doesn't print.

    What is hidden is on no paper.
    """
    for child in spec.fields:
        value = typed.get(child.key)
        if value is None or child.hidden or is_left_out(child, typed, lang):
            continue
        if child.shape == "section":
            yield from values_of(child, value, lang)
        elif child.shape == "repeat":
            for row in value:
                yield from values_of(child, row, lang)
        else:
            yield child, value


def is_left_out(spec: FieldSpec, typed: Mapping[str, Any], lang: Lang | None) -> bool:
    if lang and spec.schema.get("x-hidden") == "template":
        return True
    return bool(lang and spec.when) and compiled(spec.when)({**typed, "lang": lang}) is False


def wanted(spec: FieldSpec, value: Any, lang: Lang) -> list[tuple[str, ...]]:
    """Return what must be found for a value: texts, each with the ways in which a format may write it."""
    labels = {choice.value: choose(choice.titles, lang) for choice in spec.choices}
    match spec.kind:
        case kinds.DATE | kinds.DATETIME:
            return [moments(value, lang)]
        case kinds.CHOICE:
            return [(labels[value],)]
        case kinds.CHOICES:
            return [(labels[item],) for item in value]
        case kinds.LIST:
            return [(line,) for item in value for line in item.split("\n")]
        case kinds.BOOLEAN:
            return [(phrase("answer.yes" if value else "answer.no", lang),)]
        case kinds.MONEY:
            return [(money_text(value, spec.unit), str(value), str(float(value)))]
        case kinds.DURATION:
            return [(*durations(value), str(timedelta(minutes=value)))]
        case kinds.PERCENT:
            return [(number_text(value), str(value), f"{Decimal(str(value)) / 100:f}")]
        case kinds.INTEGER | kinds.NUMBER:
            return [(number_text(value), str(value))]
        case kinds.MONTH:
            year, month = map(int, value.split("-"))
            return [(value, f"{MONTHS[month - 1]} {year}", f"{year}年{month}月")]
        case kinds.CAPITALS:
            return [(traditional(value) if lang == "zh-Hant" else value,)]
        case _:
            return [(line,) for line in value.split("\n")]


def moments(value: date, lang: Lang) -> tuple[str, ...]:
    """Return the ways of writing a moment: in a table, and in a sentence of the language."""
    clock = value.strftime(" %H:%M") if isinstance(value, datetime) else ""
    prose = (
        f"{value.day} {MONTHS[value.month - 1]} {value.year}"
        if lang == "en"
        else f"{value.year}年{value.month}月{value.day}日"
    )
    return f"{value:%Y-%m-%d}{clock}", prose + (f",{clock}" if clock and lang == "en" else clock)


def durations(minutes: int) -> tuple[str, ...]:
    """Return the ways of writing a span of time: with days or without, by any of the units' names."""
    hours, rest = divmod(minutes, 60)
    days, left = divmod(hours, 24)
    names = [
        ("天", "小时", "分钟"),
        ("天", "小時", "分鐘"),
        *((d, h, "min") for d in ("days", "day") for h in ("hours", "hour")),
    ]
    counts = ((0, hours, rest), (days, left, rest))
    return tuple(
        "".join(f"{n} {unit} " for n, unit in zip(count, units, strict=True) if n) or f"0 {units[-1]}"
        for count in counts
        for units in names
    )


FORMATS = (*SHIPPED, "typst")
"""The formats, and PDF once more by its second engine."""

TYPST = WritingOptions(engine="typst")


Paper = Callable[[str, Lang, str], bytes]


def made_of(form: str, content: Any, format: str, lang: Lang) -> bytes:
    """Return a form filled with a record; `typst` is PDF by that engine."""
    job = make_job(form, lang=lang, mask=False)
    document = next(job.documents(job.source(content))).document
    return to_bytes(document, "pdf", TYPST) if format == "typst" else to_bytes(document, format)


def text_of(content: bytes, format: str) -> str:
    return str(READERS[format](content).text)


def missing(wants: list[tuple[str, ...]], text: str, format: str) -> list[str]:
    """Return the first way of writing each thing that isn't in the text; long texts may be cut by pages in PDF."""
    clean = unhyphenated if format in ("pdf", "typst") else squeezed
    stock = clean(text)
    return [ways[0] for ways in wants if not any(is_in(clean(way), stock, format) for way in ways)]


def is_in(text: str, stock: str, format: str) -> bool:
    if text in stock:
        return True
    pages = 1 + len(text) // 100  # a narrow column of a register holds no more on a page
    return format in ("pdf", "typst") and len(text) > LONG and pieces_needed(text, stock) <= 1 + pages


@pytest.mark.parametrize(("form", "name"), CASES, ids=[f"{form}/{name}" for form, name in CASES])
def test_every_sample_is_right(form: str, name: str) -> None:
    job = make_job(form)
    source = ListSource(sample(form, name), job.form)
    assert [fault for judged in job.pipeline.judged(source) for fault in judged.errors] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_samples(form: str) -> None:
    assert [name for of, name in CASES if of == form]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("form", "name"), CASES, ids=[f"{form}/{name}" for form, name in CASES])
def test_everything_that_a_record_says_comes_back(form: str, name: str, lang: Lang, format: str) -> None:
    text = text_of(made_of(form, sample(form, name), format, lang), format)
    wants = [
        want
        for spec, typed in completed(form, name)
        for at, value in values_of(spec, typed, lang)
        for want in wanted(at, value, lang)
    ]
    assert len(wants) >= len(completed(form, name))
    assert missing(wants, text, format) == []


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", FORMS)
def test_everything_that_blank_paper_says_comes_back(form: str, lang: Lang, format: str, blank_paper: Paper) -> None:
    text = text_of(blank_paper(form, lang, format), format)
    wants = [*said(make_job(form, lang=lang).blank()), *titles_of(FORMS[form].root, FORMS[form], lang)]
    assert len(wants) > 10
    assert missing([(want,) for want in wants], text, format) == []


def titles_of(spec: FieldSpec, form: Form, lang: Lang) -> Iterator[str]:
    """Yield the titles of all fields and choices that paper shows; what a template says of them is its own affair."""
    if spec is form.root:
        yield form.title(lang)
    for child in () if form.template else spec.fields:
        if child.hidden:
            continue
        if is_left_out(child, {}, lang):
            continue
        if child.pointer != "/rows":
            yield child.title(lang)
        yield from (choose(choice.titles, lang) for choice in child.choices)
        yield from titles_of(child, form, lang)


@pytest.mark.parametrize("format", SHIPPED)
@pytest.mark.parametrize("form", [form for form in FORMS if FORMS[form].holds_personal_data])
def test_masked_paper_shows_no_personal_value_anywhere_in_the_file(form: str, format: str) -> None:
    sensitive: set[str] = set()
    for name in (name for of, name in CASES if of == form):
        file = READERS[format](render(form, sample(form, name), format, mask=True))
        sensitive = {
            v
            for spec, typed in completed(form, name)
            for at, v in values_of(spec, typed)
            if at.sensitive not in ("", "text")
            and "*" not in v  # of a text, what is no number stays
            and not (at.sensitive == "customer" and mask(v, "customer") == v)  # a company is printed
        }
        inside = "\n".join(part.decode("utf-8", "replace") for part in getattr(file, "parts", {}).values())
        stock = squeezed(file.text + inside)
        exposed = [value for value in sensitive if len(value) > 2 and squeezed(value) in stock]
        assert exposed == []


@pytest.mark.parametrize("form", FORMS)
def test_forms_to_be_filled_in_by_pen_are_on_a4(form: str, blank_paper: Paper) -> None:
    pdf = Pdf(blank_paper(form, DEFAULT_LANG, "pdf"))
    assert {tuple(sorted(size)) for size in pdf.sizes_mm} == {(210, 297)}
    assert pdf.sizes_mm[0] == ((297, 210) if FORMS[form].page.landscape else (210, 297))


@pytest.mark.parametrize("form", FORMS)
def test_every_blank_workbook_offers_its_choices_as_lists(form: str, blank_paper: Paper) -> None:
    book = Xlsx(blank_paper(form, DEFAULT_LANG, "xlsx"))
    closed = [
        spec for spec in FORMS[form].root.walk() if spec.choices and spec.kind is kinds.CHOICE and not spec.read_only
    ]
    assert not closed or FORMS[form].template or book.sheet.data_validations.dataValidation
