"""Characters that show nothing, join others or have no place on paper: the same in every format, or refused by name."""

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from generator.api import Job, make_job, to_bytes
from generator.errors import WriteError
from generator.writers import WritingOptions

FORM = {
    "title": "plain",
    "type": "object",
    "properties": {
        "one": {"type": "string", "title": "One"},
        "note": {"type": "string", "title": "Note", "x-control": "multiline"},
        "r": {"type": "array", "items": {"type": "object", "properties": {"c": {"type": "string", "title": "C"}}}},
    },
}
AROUND = ["#", "a#", "#a", "a#b", "中#", "#中", "中#文", "ł#", "Ж#", "👍#", " #", "# ", "。#", "Z#", "é#", "q##"]
KEPT = [0x300, 0x301, 0x30C, 0x34F, 0x61C, 0x1160, 0x180B, 0x200B, 0x200D, 0x202E, 0x2060, 0x20E3, 0x302A]
KEPT += [0x3099, 0x3164, 0xA66F, 0xFE0F, 0xFE2F, 0xFFA0, 0xE0001, 0xE0041, 0xE0100, 0xE01EF, 0xAD]
REFUSED = [0xFEFF, 0xFFF9, 0xFFFB, 0x2065, 0xFFF0, 0x1D173, 0xE0000, 0xE0002, 0xE0080, 0xE0FFF]
REFUSED += [0x1, 0x7F, 0x80, 0xFDD0, 0xFFFE, 0xFFFF, 0x1FFFF, 0x10FFFE, 0xD800]
WRITERS = [("docx", ""), ("xlsx", ""), ("pdf", "typst")]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    path = tmp_path_factory.mktemp("form") / "plain.json"
    path.write_text(json.dumps(FORM), encoding="utf-8")
    return make_job(str(path))


def made(job: Job, texts: list[str], format: str, engine: str) -> bytes:
    record = {"one": texts[0], "note": "\n".join(texts), "r": [{"c": text} for text in texts]}
    composed = next(iter(job.documents(job.source(record))))
    assert composed.document is not None, [fault.text() for fault in composed.faults]
    return to_bytes(composed.document, format, WritingOptions(engine=engine))


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))


def words(content: bytes) -> str:
    parts = zipfile.ZipFile(BytesIO(content))
    return "".join(parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("point", KEPT, ids=lambda point: f"U+{point:04X}")
def test_what_shows_nothing_or_joins_others_is_kept_in_every_format(job: Job, point: int) -> None:
    texts = [around.replace("#", chr(point)) for around in AROUND]
    for format, engine in WRITERS:
        content = made(job, texts, format, engine)
        if format != "pdf":
            assert f"中{chr(point)}文" in words(content)


@pytest.mark.parametrize("point", [0x301, 0x3164, 0xFE0F, 0xE0041], ids=lambda point: f"U+{point:04X}")
def test_both_engines_draw_the_same(job: Job, point: int) -> None:
    assert made(job, [around.replace("#", chr(point)) for around in AROUND], "pdf", "weasyprint")


@pytest.mark.parametrize("point", REFUSED, ids=lambda point: f"U+{point:04X}")
def test_what_no_format_can_hold_is_refused_by_name_before_a_format_is_known(job: Job, point: int) -> None:
    for around in AROUND:
        composed = next(iter(job.documents(job.source({"one": around.replace("#", chr(point))}))))
        (fault,) = composed.faults
        assert fault.code in ("E-invisible", "E-control", "E-surrogate")
        assert fault.place.pointer == "/one"
        assert f"U+{point:04X}" in fault.text("en")


@pytest.mark.parametrize("engine", ["typst", "weasyprint"])
@pytest.mark.parametrize("text", ["Ź łódź", "Z\u0301", "Q\u0323\u0301", "a\u3164", "中\U000e0100文", "一\U000e0041"])
def test_a_chart_takes_what_a_text_takes(engine: str, text: str) -> None:
    job = make_job("root-cause")
    record = json.loads((Path(__file__).parents[2] / "samples/root-cause/ordinary.json").read_text(encoding="utf-8"))
    record["问题定义"]["变化情况"] = text
    composed = next(iter(job.documents(job.source(record))))
    assert composed.document is not None
    content = to_bytes(composed.document, "pdf", WritingOptions(engine=engine))
    assert re.search("[ŹZQa中一]", pdf_text(content))
    assert "◌" not in pdf_text(content)


def test_what_an_engine_cannot_set_is_told_by_field_and_character(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    class Broken:
        def compile_with_warnings(self, **options: object) -> bytes:
            raise typst.TypstError("the text `Geheim` could not be displayed")

    monkeypatch.setattr("generator.writers.typst.compiler", lambda *given: Broken())
    with pytest.raises(WriteError) as raised:
        made(job, ["Geheim\u0301"], "pdf", "typst")
    first = raised.value.faults[0]
    assert (first.code, first.place.pointer) == ("E-unset", "/one")
    assert "U+0301" in first.text("en")
    assert "Geheim" not in str(raised.value)


def test_a_compiler_that_panicked_is_not_used_again(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    import generator.writers.typst as writer

    class PanicException(BaseException):
        pass

    class Panicking:
        def compile_with_warnings(self, **options: object) -> bytes:
            raise PanicException

    made(job, ["x"], "pdf", "typst")
    kept = writer.compiler.cache_info().currsize
    assert kept
    with monkeypatch.context() as patched:
        patched.setattr("typst.Compiler", lambda *args, **named: Panicking())
        writer.compiler.cache_clear()
        with pytest.raises(PanicException):
            made(job, ["x"], "pdf", "typst")
    assert made(job, ["x"], "pdf", "typst")


def test_faults_of_a_library_in_rust_are_known(job: Job) -> None:
    from generator.errors import Place, faults_of

    class PanicException(BaseException):
        pass

    (fault,) = faults_of(PanicException("Geheim"), Place("a.jsonl", "3"))
    assert fault.code == "E-record-failed"
    assert "Geheim" not in fault.text()
    with pytest.raises(KeyboardInterrupt):
        faults_of(KeyboardInterrupt(), Place())
