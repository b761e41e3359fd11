"""Filled PDFs are read back: those with fields by their fields, flat ones by the record that they carry."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from generator.api import blank, make_job, render
from generator.catalogue import Catalogue, Form
from generator.errors import Place, RecordError
from generator.records.filled import FilledSource, answers_of, identity_of
from generator.records.filled.pdf import pdf_answers

SAMPLES = Path(__file__).parents[2] / "samples"
CATALOGUE = Catalogue()


def sample(form: str, name: str = "ordinary") -> Any:
    return json.loads((SAMPLES / form / f"{name}.json").read_text(encoding="utf-8"))


def without_nothing(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            k: v for key, inner in value.items() if (v := without_nothing(inner)) not in ({}, [], None) for k in [key]
        }
    return [without_nothing(item) for item in value] if isinstance(value, list) else value


def judged(form: Form, source: Any) -> Any:
    job = make_job(form, catalogue=CATALOGUE)
    if form.is_table:
        table = job.pipeline.table(source)
        return without_nothing(dict(table.head.data)), [without_nothing(dict(row)) for row in table.rows], table.errors
    (one,) = job.pipeline.judged(source)
    return without_nothing(one.data), one.errors


def given(form: Form, record: Any) -> Any:
    return judged(form, make_job(form, catalogue=CATALOGUE).source(record))


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "filled.pdf"
    path.write_bytes(content)
    return path


def changed(content: bytes, change: Callable[[pikepdf.Pdf], None], **how: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(out, **how)
    return out.getvalue()


FILLED = [
    ("closure-report", "awkward", "zh-Hans"),
    ("satisfaction-survey", "ordinary", "zh-Hant"),
    ("needs-analysis", "ordinary", "en"),
    ("sync-test", "ordinary", "en"),
]


@pytest.mark.parametrize(("form", "name", "lang"), FILLED)
def test_what_stands_in_the_fields_is_the_record(form: str, name: str, lang: str, tmp_path: Path) -> None:
    spec, record = CATALOGUE.form(form), sample(form, name)
    path = kept(tmp_path, render(spec, record, "pdf", lang=lang, fillable=True))
    assert judged(spec, FilledSource(path, spec)) == given(spec, record)
    said = identity_of(path)
    assert (said.form, said.version, said.lang) == (form, spec.version, lang)


FLAT = [("closure-report", "weasyprint"), ("transfer-check", "typst"), ("customer-register", "typst")]


@pytest.mark.parametrize(("form", "engine"), FLAT)
def test_a_flat_one_is_read_by_its_attached_record_which_is_told(form: str, engine: str, tmp_path: Path) -> None:
    spec, record = CATALOGUE.form(form), sample(form)
    path = kept(tmp_path, render(spec, record, "pdf", mask=False, engine=engine))
    source = FilledSource(path, spec)
    assert judged(spec, source) == given(spec, record)
    assert [fault.code for fault in source.warnings] == ["W-read-attached"]
    assert identity_of(path).form == form


def test_a_masked_one_carries_no_record(tmp_path: Path) -> None:
    spec = CATALOGUE.form("closure-report")
    path = kept(tmp_path, render(spec, sample("closure-report"), "pdf", mask=True))
    with pytest.raises(RecordError) as caught:
        answers_of(path, spec)
    assert [fault.code for fault in caught.value.faults] == ["E-read-flat"]


BLANK = blank("closure-report", "pdf", fillable=True)


def with_value(name: str, value: Any) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        (field,) = [one for one in pdf.Root.AcroForm.Fields if str(one.T) == name]
        field.V = value

    return changed(BLANK, change)


def read(content: bytes, folder: Path) -> Any:
    return answers_of(kept(folder, content), CATALOGUE.form("closure-report"))


def test_an_empty_form_is_known_and_what_is_missing_is_told_by_its_page(tmp_path: Path) -> None:
    spec = CATALOGUE.form("closure-report")
    data, errors = judged(spec, FilledSource(kept(tmp_path, BLANK), spec))
    assert data == {}
    assert {fault.code for fault in errors} <= {"E-required", "E-too-few"}
    assert {fault.place.row for fault in errors} == {"page:1", "page:2"}


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        (pikepdf.String("一\r\n二\r三"), "一\n二\n三"),
        (pikepdf.String("plain"), "plain"),
        (b"\xef\xbb\xbf" + "乙".encode(), "乙"),
        (b"\xff\xfe" + "丙".encode("utf-16-le"), "丙"),
        (pikepdf.String("𠮷野"), "𠮷野"),
        (pikepdf.String(""), None),
    ],
)
def test_texts_are_read_as_viewers_store_them(value: Any, read_as: str | None, tmp_path: Path) -> None:
    stored = pikepdf.String(value) if isinstance(value, bytes) else value
    assert read(with_value("/root_cause", stored), tmp_path).boxes["/root_cause"].raw == read_as


def test_half_a_character_is_damage_and_never_left_out(tmp_path: Path) -> None:
    answers = read(with_value("/root_cause", pikepdf.String(b"\xfe\xff\xd8\x42\x91\xce")), tmp_path)
    (fault,) = answers.faults
    assert (fault.code, fault.place.pointer, fault.place.row) == ("E-damaged-text", "/root_cause", "page:1")


def test_a_field_that_the_form_has_not_is_of_another_version(tmp_path: Path) -> None:
    def rename(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.Fields[0].T = "/no_such_field"

    assert read(changed(BLANK, rename), tmp_path).unknown == {"/no_such_field"}


def dynamic(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp/>")


def looping(pdf: pikepdf.Pdf) -> None:
    field = pdf.Root.AcroForm.Fields[0]
    field.Kids = pikepdf.Array([field, field, field])


def odd(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm.Fields = pikepdf.Array([1, pikepdf.Name("/X"), pikepdf.Array([])])


def as_it_is(pdf: pikepdf.Pdf) -> None:
    pass


def foreign() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


LOCK = pikepdf.Encryption(owner="o", user="u")
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "locked": ("E-read-locked", lambda: changed(BLANK, as_it_is, encryption=LOCK)),
    "cut": ("E-read-broken", lambda: BLANK[:2000]),
    "nothing but a head": ("E-read-broken", lambda: b"%PDF-1.7\n"),
    "dynamic": ("E-read-xfa", lambda: changed(BLANK, dynamic)),
    "looping": ("E-read-broken", lambda: changed(BLANK, looping)),
    "odd": ("E-read-broken", lambda: changed(BLANK, odd)),
    "not ours": ("E-read-foreign", foreign),
}


def test_a_document_that_is_locked_for_changes_alone_is_read(tmp_path: Path) -> None:
    content = changed(BLANK, as_it_is, encryption=pikepdf.Encryption(owner="o"))
    answers = pdf_answers(kept(tmp_path, content), CATALOGUE.form("closure-report"), Place("filled.pdf"))
    assert answers.faults == []


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("attack", REFUSED)
def test_it_is_refused_with_its_cause(attack: str, tmp_path: Path) -> None:
    code, make = REFUSED[attack]
    with pytest.raises(RecordError) as caught:
        pdf_answers(kept(tmp_path, make()), CATALOGUE.form("closure-report"), Place("filled.pdf"))
    assert [fault.code for fault in caught.value.faults] == [code]
