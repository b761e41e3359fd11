"""`doctor`: what the machine has, and what to install where it lacks something."""

import json
from typing import Any

import pytest


def test_this_machine_has_all_that_is_needed(process: Any) -> None:
    done = process("doctor", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert all(line.startswith("ok  ") for line in lines)
    for name in ("Python", "weasyprint", "Pango", "HarfBuzz subset", "DOCX", "XLSX", "PDF"):
        assert any(line.split("  ")[1] == name for line in lines)


@pytest.mark.parametrize(("lang", "missing"), [("zh-Hans", "缺少"), ("en", "missing")])
def test_a_cache_that_cannot_be_written_is_told_with_a_remedy(
    process: Any, save: Any, tmp_path: Any, lang: str, missing: str
) -> None:
    save("file", "mine")
    done = process("doctor", "--lang", lang, env={"BIAODAN_CACHE": str(tmp_path / "file" / "cache")})
    assert done.code == 3
    (line,) = [line for line in done.out.splitlines() if line.startswith(missing)]
    assert line.split("  ")[1] == "PDF"
    assert "BIAODAN_CACHE" in line
    assert line.endswith("[E-cache]")


def test_rendering_without_a_cache_ends_with_three_and_leaves_no_pdf(
    process: Any, save: Any, report: Any, tmp_path: Any
) -> None:
    save("r.json", report)
    save("file", "mine")
    env = {"BIAODAN_CACHE": str(tmp_path / "file" / "cache")}
    done = process("render", "closure-report", "r.json", "-o", "out", "-f", "pdf", "--lang", "en", env=env)
    assert (done.code, done.out, done.codes) == (3, "", ["E-cache"])
    assert "make it writable" in done.err
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
    docx = process("render", "closure-report", "r.json", "-o", "out", "-f", "docx,xlsx", env=env)
    assert docx.code == 0, "other formats need no fonts"


def test_list_and_check_need_no_fonts(process: Any, save: Any, report: Any, tmp_path: Any) -> None:
    save("r.json", report)
    env = {"BIAODAN_CACHE": str(tmp_path / "r.json" / "cache")}
    assert json.loads(process("list", "--json", env=env).out)
    assert process("check", "closure-report", "r.json", env=env).code == 0
