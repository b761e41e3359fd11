"""Forms that a desk changes without copying them, and forms that it copies whole."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from generator import Catalogue, blank, render
from generator.api import make_job
from generator.catalogue.dialect import lint
from generator.catalogue.own import begun, copied
from generator.document import walk
from generator.errors import SchemaError
from generator.job import template_faults, unplaced
from generator.writers.html import write_html

ROOT = Path(__file__).parents[2]
BRANCH = {"title": "网点", "x-title": {"en": "Branch"}, "type": "string", "maxLength": 40, "after": "/customer_name"}
REPORT = json.loads((ROOT / "samples/closure-report/ordinary.json").read_text(encoding="utf-8"))
LETTER = json.loads((ROOT / "samples/delay-notice/ordinary.json").read_text(encoding="utf-8"))


def own(folder: Path, base: str = "closure-report", name: str = "", **patch: Any) -> Catalogue:
    """Return the catalogue of a desk with one file of changes."""
    content = {"x-extends": base, **{key.replace("x_", "x-"): value for key, value in patch.items()}}
    (folder / f"{name or base}.patch.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return Catalogue((), folder)


def words(docx: bytes, folder: Path) -> str:
    (folder / "made.docx").write_bytes(docx)
    with zipfile.ZipFile(folder / "made.docx") as archive:
        return archive.read("word/document.xml").decode()


def pointers(form: str, catalogue: Catalogue) -> list[str]:
    document = make_job(form, catalogue=catalogue).blank()
    return [node.pointer for node in walk(document.blocks) if getattr(node, "pointer", "")]


# --- changes ---


def test_a_form_takes_the_place_of_the_one_that_it_changes(tmp_path: Path) -> None:
    changed = own(
        tmp_path,
        title="江北问题关闭报告",
        x_change={"/root_cause": {"title": "原因"}, "/log/*/content": {"title": "内容与结果"}},
    )
    form = changed.form("closure-report")
    assert (form.title("zh-Hans"), form.title("en")) == ("江北问题关闭报告", "Issue closure report")
    assert form.spec_at("/root_cause").title("zh-Hant") == "原因"  # type: ignore[union-attr]
    assert form.notes == ()
    for format in ("docx", "xlsx", "pdf"):
        assert render("closure-report", REPORT, format, catalogue=changed)
    made = words(render("closure-report", REPORT, "docx", catalogue=changed), tmp_path)
    assert "江北问题关闭报告" in made
    assert "内容与结果" in made


def test_a_field_is_added_beside_another_in_a_report_too(tmp_path: Path) -> None:
    changed = own(tmp_path, x_add={"/branch": {**BRANCH, "required": True}})
    with pytest.raises(Exception, match="E-required"):
        render("closure-report", REPORT, "docx", catalogue=changed)
    made = words(render("closure-report", {**REPORT, "branch": "城东网点"}, "docx", catalogue=changed), tmp_path)
    assert made.index("客户名称") < made.index("城东网点") < made.index("响应是否达标")
    assert "/branch" in pointers("closure-report", changed)
    assert unplaced(changed.form("closure-report"), changed) == []


def test_hidden_fields_are_neither_printed_nor_asked_for(tmp_path: Path) -> None:
    changed = own(tmp_path, x_change={"/prevention": {"hidden": True}, "/log/*/handler": {"hidden": True}})
    record = {key: value for key, value in REPORT.items() if key != "prevention"}
    made = words(render("closure-report", record, "docx", catalogue=changed), tmp_path)
    assert "预防" not in made
    assert "经办人" not in made
    assert render("closure-report", REPORT, "docx", catalogue=changed)  # who has it still is no worse for it


def test_fields_are_moved_and_choices_added_on_forms(tmp_path: Path) -> None:
    first, second, *_ = [spec.pointer for spec in Catalogue(()).form("service-request").root.fields]
    changed = own(tmp_path, "service-request", x_change={second: {"before": first, "required": True}})
    assert [spec.pointer for spec in changed.form("service-request").root.fields][:2] == [second, first]
    changed = own(tmp_path, x_change={"/priority": {"choices": [{"const": "P9", "title": "特急"}]}})
    choices = changed.form("closure-report").spec_at("/priority").choices  # type: ignore[union-attr]
    assert (choices[-1].value, choices[-1].titles["zh-Hans"]) == ("P9", "特急")


def test_a_letters_paragraph_is_worded_anew_and_in_traditional_chinese_too(tmp_path: Path) -> None:
    text = "<p>关于问题 {{ issue_no }}，因系统升级需要延期。</p>"
    changed = own(tmp_path, "delay-notice", x_wording={"zh-Hans": {"opening": {"text": text}}})
    assert "因系统升级需要延期" in words(render("delay-notice", LETTER, "docx", catalogue=changed), tmp_path)
    made = words(render("delay-notice", LETTER, "docx", lang="zh-Hant", catalogue=changed), tmp_path)
    assert "因系統升級需要延期" in made
    assert "展延後完成時間" in made  # the rest is as it was
    assert make_job("delay-notice", lang="en", catalogue=changed).blank()


def test_a_form_of_another_id_stands_beside_its_base(tmp_path: Path) -> None:
    changed = own(tmp_path, name="closure-branch", x_add={"/branch": BRANCH})
    assert {"closure-report", "closure-branch"} <= {form.id for form in changed}
    assert changed.form("closure-report").spec_at("/branch") is None


# --- the base moves under it ---


def test_changes_that_have_lost_their_field_are_told_and_passed_over(tmp_path: Path) -> None:
    changed = own(
        tmp_path,
        x_change={"/prioritty": {"title": "x"}, "/zzz": {"hidden": True}, "/log/*/time": {"after": "/nowhere"}},
        x_add={"/issue_no": BRANCH, "/branch": BRANCH},
        x_wording={"zh-Hans": {"nix": {"text": ""}, "actions-taken": {"replaces": "0", "text": "<h2>经过</h2>"}}},
    )
    form = changed.form("closure-report")
    assert sorted(note.code.removeprefix("W-adapt-") for note in form.notes) == [
        "block", "lost", "lost", "moved", "near", "order", "there",
    ]  # fmt: skip
    assert all(note.place.file == "closure-report.patch.json" and note.place.pointer for note in form.notes)
    assert form.spec_at("/branch") is not None


def test_a_column_that_its_table_is_built_on_is_not_hidden(tmp_path: Path) -> None:
    changed = own(tmp_path, "issue-tracker", x_change={"/rows/*/issue_no": {"hidden": True}})
    form = changed.form("issue-tracker")
    assert [note.code for note in form.notes] == ["W-adapt-needed"]
    assert form.rows.by_key["issue_no"] in form.rows.shown
    assert blank("issue-tracker", "xlsx", catalogue=changed)


def test_an_added_field_that_the_template_does_not_place_is_told(tmp_path: Path) -> None:
    changed = own(tmp_path, "delay-notice", x_add={"/branch": {**BRANCH, "after": "/issued_on"}})
    assert [fault.code for fault in unplaced(changed.form("delay-notice"), changed)] == ["W-adapt-unplaced"]


def test_a_file_of_changes_that_is_wrong_is_refused_at_once(tmp_path: Path) -> None:
    changed = own(tmp_path, x_change={"/root_cause": {"titel": "x"}, "/solution": {"hidden": "yes"}})
    with pytest.raises(SchemaError) as caught:
        changed.form("closure-report")
    assert len(caught.value.faults) == 2
    assert [fault.code for fault in lint(tmp_path / "closure-report.patch.json")] == ["E-schema-keyword"] * 2


# --- begun, and copied whole ---


@pytest.mark.parametrize("name", ["closure-report", "delay-notice", "issue-tracker", "root-cause"])
def test_a_file_of_changes_as_it_is_begun_changes_nothing(name: str, tmp_path: Path) -> None:
    shipped = Catalogue(())
    for path, text in begun(shipped.form(name), shipped, "…"):
        (tmp_path / path).write_text(text, encoding="utf-8")
    changed = Catalogue((), tmp_path)
    assert changed.form(name).notes == ()
    for lang in ("zh-Hans", "zh-Hant", "en"):
        assert blank(name, "docx", lang=lang, catalogue=changed) == blank(name, "docx", lang=lang, catalogue=shipped)


@pytest.mark.parametrize("name", sorted(form.id for form in Catalogue(())))
def test_a_copied_form_lints_clean(name: str, tmp_path: Path) -> None:
    shipped = Catalogue(())
    for path, text in copied(shipped.form(name), shipped):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert lint(tmp_path / f"{name}.json") == []
    kept = Catalogue((), tmp_path)
    assert template_faults(kept.form(name), kept) == []
    assert write_html(make_job(name, catalogue=kept).blank()) == write_html(make_job(name, catalogue=shipped).blank())


def test_a_copied_form_makes_the_same_pages(tmp_path: Path) -> None:
    shipped = Catalogue(())
    for path, text in copied(shipped.form("closure-report"), shipped):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    kept = Catalogue((), tmp_path)
    for format in ("docx", "xlsx", "pdf"):
        made = render("closure-report", REPORT, format, catalogue=kept)
        assert made == render("closure-report", REPORT, format, catalogue=shipped)
