"""Word and Excel files of users that mean harm: refused with a word, in time, and nothing of them runs."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest

from generator import BiaodanError
from generator.api import render
from generator.tagged import Own
from tests.tagged.word import REPORT, template

RECORD = {"report_no": "BG1"}


def changed(change: Callable[[dict[str, bytes]], None], content: bytes = b"") -> Own:
    """Return a Word file whose parts have been changed."""
    with zipfile.ZipFile(io.BytesIO(content or template("{{ report_no }}"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return Own("own.docx", out.getvalue())


def codes(own: Own) -> set[str]:
    from generator.api import make_job

    return {fault.code for fault in own.faults(make_job(REPORT).form, "en") if not fault.is_warning}


def made(tag: str) -> set[str]:
    """Return the codes of what becomes of a template when it is filled in."""
    from generator.api import make_job

    job = make_job(REPORT, template=Own("own.docx", template(tag)))
    document = job.composer.cover({})
    try:
        job.own.filled(job.form, job.lang, {"log": [{}] * 100}).write(document, "docx", io.BytesIO())  # type: ignore[union-attr]
    except BiaodanError as error:
        return {fault.code for fault in error.faults}
    return set()


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("{{ 'x' * 1000000000 }}", "E-template-limit"),
        ("{% for a in range(90000) %}{% for b in range(90000) %}x{% endfor %}{% endfor %}", "E-template-limit"),
        ("{% for a in log %}{% for b in log %}{{ 'x' * 99999 }}{% endfor %}{% endfor %}", "E-template-limit"),
        ("{{ report_no.__class__.__mro__ }}", "E-template-forbidden"),
        ("{{ record.clear() }}", "E-template-forbidden"),
        ("{{ 1e999 }}", "E-template-limit"),
        ("{{ R('x', color='\"/><w:object/>') }}", "E-own-fails"),
        ("{% raw %}{{ x }}{% endraw %}", "E-own-unknown-tag"),
        ("{{ (((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))) }}", "E-template-limit"),
    ],
)
def test_what_a_tag_may_not_do_or_use_up(tag: str, code: str) -> None:
    began = time.monotonic()
    assert code in made(tag)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("text", ["{{" * 50_000, "{#" * 50_000, "{% " * 50_000 + "%}", "{{ {% }} " * 20_000])
def test_braces_without_end_are_looked_through_in_time(text: str) -> None:
    began = time.monotonic()
    assert codes(Own("own.docx", template(text)))
    assert time.monotonic() - began < 20


def with_macros(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"x"


def with_entities(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = b'<!DOCTYPE a [<!ENTITY e "x">]>' + parts["word/document.xml"]


def with_a_picture_elsewhere(parts: dict[str, bytes]) -> None:
    link = b'<Relationship Id="rId99" Type="http://x/image" Target="http://x/y.png" TargetMode="External"/>'
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", link + b"</Relationships>")


def broken(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = parts["word/document.xml"][:-20]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (with_macros, "E-read-macros"),
        (with_entities, "E-read-doctype"),
        (with_a_picture_elsewhere, "E-read-outside"),
        (broken, "E-read-broken"),
    ],
)
def test_files_that_do_more_are_not_opened(change: Callable[[dict[str, bytes]], None], code: str) -> None:
    assert codes(changed(change)) == {code}


def test_a_template_that_it_was_made_from_is_left_out() -> None:
    def attached(parts: dict[str, bytes]) -> None:
        head = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        link = (
            b'<Relationship Id="rId1" Type="http://x/attachedTemplate" TargetMode="External" Target="http://x/n.dotm"/>'
        )
        parts["word/_rels/settings.xml.rels"] = head + link + b"</Relationships>"

    content = render(REPORT, _whole(), "docx", template=changed(attached))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"x/n.dotm" not in b"".join(archive.read(name) for name in archive.namelist())


def _whole() -> dict[str, object]:
    import json
    from pathlib import Path

    path = Path(__file__).parents[2] / "samples" / REPORT / "ordinary.json"
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found
