"""What a person changes in the workbook, and what comes of it on paper and in what is asked for."""

import json
import re
from typing import Any

import pytest

from generator import blank, render
from generator.adapting.added_kinds import kind_titles
from generator.api import make_job
from generator.catalogue.form import FieldSpec, Form
from generator.document import walk
from generator.wording import LANGS
from generator.writers.html import write_html
from tests.adapting.conftest import Desk
from tests.catalogue.test_adapted_forms import LETTER, REPORT


def spec(form: Form, pointer: str) -> FieldSpec:
    found = form.spec_at(pointer)
    assert found is not None, pointer
    return found


def order(form: Form, parent: str = "") -> list[str]:
    group = spec(form, parent) if parent else form.root
    return [field.key for field in group.fields]


def page(form: str, desk: Desk, lang: Any = "zh-Hans") -> str:
    return write_html(make_job(form, lang=lang, catalogue=desk.catalogue).blank())


def filled(form: str, record: Any, desk: Desk, lang: Any = "zh-Hans") -> str:
    """Return the words of a document."""
    job = make_job(form, lang=lang, catalogue=desk.catalogue, mask=False)
    (made,) = job.documents(job.source(record))
    assert made.document is not None, made.faults
    return re.sub(r"<[^>]*>", "", write_html(made.document))


# --- fields that are there ---


def test_titles_hints_shown_and_required_are_changed(desk: Desk) -> None:
    edited = desk.write("closure-report")
    edited.put("#", hans="云海关闭报告", en="Yunhai closure report")
    edited.put(
        "/root_cause", hans="原因", en="Cause", hint_hans="写到能改的那一步", hint_en="Down to what can be changed"
    )
    edited.put("/temporary_measure", shown="否")
    edited.put("/visit_due", required="是")
    edited.put("/log/*/content", hans="内容与结果", hant="內容及結果")
    form = desk.apply(edited)
    assert [form.title(lang) for lang in ("zh-Hans", "zh-Hant", "en")] == [
        "云海关闭报告", "雲海關閉報告", "Yunhai closure report",
    ]  # fmt: skip
    cause, content = spec(form, "/root_cause"), spec(form, "/log/*/content")
    assert (cause.title("zh-Hant"), cause.title("en")) == ("原因", "Cause")
    assert cause.hints == {"zh-Hans": "写到能改的那一步", "en": "Down to what can be changed"}
    assert (content.title("zh-Hans"), content.title("zh-Hant"), content.title("en")) == (
        "内容与结果", "內容及結果", "Details",
    )  # fmt: skip
    assert spec(form, "/visit_due").required
    assert "临时措施" not in page("closure-report", desk)


def test_a_field_that_is_hidden_is_no_longer_asked_for_by_rules_either(desk: Desk) -> None:
    """A report that the customer doesn't agree to wants their comments; nobody can give them where there is no box."""
    record = {key: value for key, value in REPORT.items() if key not in ("closed_at", "handling_minutes", "visit_due")}
    record["confirmation"] = {"decision": "disagree"}
    with pytest.raises(Exception, match="opinion"):
        render("closure-report", record, "docx", catalogue=desk.catalogue)
    edited = desk.write("closure-report")
    edited.put("/confirmation/opinion", shown="否")
    desk.apply(edited)
    assert render("closure-report", record, "docx", catalogue=desk.catalogue)


def test_a_field_that_ours_hides_is_shown(desk: Desk) -> None:
    edited = desk.write("issue-tracker")
    edited.put("/rows/*/response_due", shown="是")
    assert "response_due" in [column.key for column in desk.apply(edited).rows.shown]
    assert "响应时限" in page("issue-tracker", desk)


def test_lists_are_still_read_by_the_titles_that_fields_had(desk: Desk) -> None:
    edited = desk.write("delay-notice")
    edited.put("/remedy", hans="补救办法")
    desk.apply(edited)
    given = {("补救措施" if key == "remedy" else key): value for key, value in LETTER.items()}
    assert render("delay-notice", given, "docx", catalogue=desk.catalogue)


# --- order ---


def test_rows_that_are_moved_move_the_fields(desk: Desk) -> None:
    before = order(desk.catalogue.form("service-request"))
    edited = desk.write("service-request")
    edited.move(f"/{before[3]}", f"/{before[0]}")
    form = desk.apply(edited)
    assert order(form) == [before[3], *before[:3], *before[4:]]
    patch = json.loads((desk.folder / "service-request.patch.json").read_text(encoding="utf-8"))
    assert list(patch["x-change"]) == [f"/{before[3]}"], "the others stay where they are"


def test_a_number_under_place_moves_a_field(desk: Desk) -> None:
    before = order(desk.catalogue.form("satisfaction-survey"))
    edited = desk.write("satisfaction-survey")
    edited.put("/nps", place="2")
    assert order(desk.apply(edited))[:3] == [before[0], "nps", before[1]]


def test_sorted_rows_are_read_by_what_stands_in_them(desk: Desk) -> None:
    """Sorting mixes the sections; every field stays in its own, in the new order."""
    edited = desk.write("troubleshooting-checklist")
    edited.put("/problem/frequency", shown="否")
    edited.sort("fields", "en")
    edited.sort("choices", "hans")
    form = desk.apply(edited)
    titles = [field.title("en") for field in spec(form, "/basic").fields]
    assert titles == sorted(titles)
    assert spec(form, "/problem/frequency").hidden
    assert len(list(form.root.walk())) == len(list(desk.catalogue.base_of(desk.folder / "x", form.id).root.walk()))


# --- fields that are added ---


def test_a_field_is_added_where_its_row_stands(desk: Desk) -> None:
    edited = desk.write("troubleshooting-checklist")
    edited.add("/basic", hans="网点", en="Branch", kind="单选", required="是", options="江北 | North\n江南", place="1")
    edited.add("/steps/*", hans="用时", kind="时长")
    form = desk.apply(edited)
    branch, time = spec(form, "/basic/branch"), spec(form, "/steps/*/yong_shi")
    assert order(form, "/basic")[0] == "branch"
    assert branch.required
    assert [(choice.value, choice.titles.get("en")) for choice in branch.choices] == [
        ("江北", "North"),
        ("江南", "江南"),
    ]
    assert order(form, "/steps")[-1] == "yong_shi"
    assert time.kind.name == "duration"
    for format in ("docx", "xlsx", "pdf"):
        assert blank("troubleshooting-checklist", format, catalogue=desk.catalogue)


def test_a_row_that_is_inserted_belongs_to_the_section_above_it(desk: Desk) -> None:
    edited = desk.write("troubleshooting-checklist")
    row = edited.row("/problem/symptom")
    edited.sheet("fields").insert_rows(row)
    edited.put_row(row, hans="首次出现", kind="日期")
    assert order(desk.apply(edited), "/problem")[:2] == ["shou_ci_chu_xian", "symptom"]


@pytest.mark.parametrize("title", kind_titles("zh-Hans"))
def test_every_kind_can_be_added_and_printed(title: str, desk: Desk) -> None:
    edited = desk.write("satisfaction-survey")
    edited.add(hans="新的一项", kind=title, options="甲\n乙" if title in ("单选", "多选") else "")
    form = desk.apply(edited)
    added = next(field for field in form.root.fields if field.title("zh-Hans") == "新的一项")
    pointers = [
        getattr(node, "pointer", "") for node in walk(make_job(form.id, catalogue=desk.catalogue).blank().blocks)
    ]
    assert added.pointer in pointers
    again = desk.write("satisfaction-survey", file="again.xlsx")
    assert again.sheet("fields").cell(again.row(added.pointer), 2).value == title
    assert desk.read(again).is_unchanged


def test_a_row_of_the_desks_own_that_is_deleted_takes_its_field_away(desk: Desk) -> None:
    edited = desk.write("closure-report")
    edited.add(hans="网点", en="Branch", kind="文字")
    assert "branch" in order(desk.apply(edited))
    again = desk.write("closure-report")
    again.sheet("fields").delete_rows(again.row("/branch"))
    assert "branch" not in order(desk.apply(again))


def test_an_added_rating_stands_in_the_grid_of_those_beside_it(desk: Desk) -> None:
    edited = desk.write("training-evaluation")
    edited.add("/ratings", hans="场地", kind="评分")
    added = spec(desk.apply(edited), "/ratings/chang_di")
    assert added.scale == spec(desk.catalogue.form("training-evaluation"), "/ratings/content_rating").scale


def test_a_field_that_is_added_to_a_report_stands_on_blank_and_on_filled_paper(desk: Desk) -> None:
    """The number of the report is listed on blank paper alone; what follows it follows the next one instead."""
    edited = desk.write("closure-report")
    edited.add(hans="网点", en="Branch", kind="文字", place="2")
    made = desk.read(edited)
    assert made.warnings == []
    desk.apply(edited)
    record = {**REPORT, "branch": "城东网点"}
    assert "城东网点" in filled("closure-report", record, desk)
    assert "网点" in page("closure-report", desk)


# --- choices ---


def test_choices_are_added_and_worded_anew(desk: Desk) -> None:
    edited = desk.write("issue-tracker")
    edited.choice("/rows/*/severity", None, hans="特急", en="Emergency")
    value = desk.catalogue.form("issue-tracker").rows.by_key["severity"].choices[0].value
    edited.choice("/rows/*/severity", value, hans="紧急")
    edited.put("/rows/*/status", options="处理中\n已关闭\n挂起 | On hold")
    rows = desk.apply(edited).rows.by_key
    assert [choice.titles["zh-Hans"] for choice in rows["severity"].choices] == ["紧急", "中", "低", "特急"]
    assert rows["severity"].choices[0].value == value, "records keep what they have"
    assert (rows["status"].choices[-1].value, rows["status"].choices[-1].titles["en"]) == ("挂起", "On hold")


def test_items_of_a_checklist_are_added_left_out_and_moved(desk: Desk) -> None:
    edited = desk.write("troubleshooting-checklist")
    edited.choice("/steps/*/step", "reproduce", shown="否")
    edited.choice("/steps/*/step", None, hans="回访确认", en="Call back")
    steps = spec(desk.apply(edited), "/steps")
    assert [row["step"] for row in steps.default] == [
        "verify_customer", "clarify_problem", "assess_priority", "collect_evidence", "locate_cause", "resolve_verify",
        "customer_confirm", "回访确认",
    ]  # fmt: skip
    made = page("troubleshooting-checklist", desk)
    assert "回访确认" in made
    assert "复现验证" not in made
    again = desk.write("troubleshooting-checklist")
    again.choice("/steps/*/step", "reproduce", shown="是")
    again.sheet("choices").delete_rows(
        next(row[2].row for row in again.sheet("choices").iter_rows(min_row=4) if row[2].value == "回访确认")
    )
    assert spec(desk.apply(again), "/steps").default == [
        {"step": choice} for choice in (
            "verify_customer", "clarify_problem", "assess_priority", "reproduce", "collect_evidence", "locate_cause",
            "resolve_verify", "customer_confirm",
        )
    ]  # fmt: skip


# --- words ---


def test_a_letters_words_are_changed_in_each_language(desk: Desk) -> None:
    edited = desk.write("delay-notice")
    edited.add(hans="网点", en="Branch", kind="文字")
    edited.word(
        "opening",
        "zh-Hans",
        "【您或贵公司】的问题由【网点】受理，A & B < C。\n**请放心**，〈如 问题编号〉编号【问题编号】〈完〉。",
    )
    edited.word("next", "en", "Our branch 【Branch】 is working to the revised date.")
    edited.word("planned", "zh-Hant", lambda text: text.replace("原訂", "原定"))
    made = desk.read(edited)
    assert made.warnings == []
    desk.apply(edited)
    record = {**LETTER, "branch": "城东网点"}
    hans, hant, en = (filled("delay-notice", record, desk, lang) for lang in LANGS)
    assert "由城东网点受理，A &amp; B &lt; C。" in hans
    assert f"请放心，编号{LETTER['问题编号']}。" in hans
    assert "原定完成時間" in hant
    assert "受理" in hant, "what is worded in simplified Chinese goes for traditional, too"
    assert "Our branch 城东网点 is working" in en


def test_a_paragraph_that_is_emptied_is_not_printed_and_that_is_told(desk: Desk) -> None:
    edited = desk.write("delay-notice")
    cell = edited.word("planned", "zh-Hans", "")
    made = desk.read(edited)
    assert [(fault.code, fault.place.row) for fault in made.warnings] == [("W-adapt-dropped", cell)]
    desk.apply(edited)
    assert "原定完成时间" not in page("delay-notice", desk)


# --- once more ---


def test_the_same_workbook_is_changed_again_and_again(desk: Desk) -> None:
    """Who looks at the page and thinks better of it goes on in the same workbook; what is put back is back."""
    edited = desk.write("closure-report")
    edited.put("/temporary_measure", shown="否")
    edited.add(hans="网点", en="Branch", kind="文字")
    assert spec(desk.apply(edited), "/temporary_measure").hidden
    assert desk.read(edited).is_unchanged
    edited.put("/temporary_measure", shown="是")
    form = desk.apply(edited)
    assert not spec(form, "/temporary_measure").hidden
    assert order(form).count("branch") == 1


def test_a_workbook_that_does_not_know_later_changes_is_refused(desk: Desk) -> None:
    first, second = desk.write("closure-report", file="甲.xlsx"), desk.write("closure-report", file="乙.xlsx")
    first.put("/root_cause", hans="原因")
    desk.apply(first)
    second.put("/solution", hans="办法")
    assert [code for code, _ in desk.faults(second)] == ["E-adapt-newer"]
    form = desk.apply(second, force=True)
    assert (spec(form, "/root_cause").title("zh-Hans"), spec(form, "/solution").title("zh-Hans")) == (
        "根本原因",
        "办法",
    )


def test_forms_of_the_desks_own_are_adapted_by_id_and_by_file(desk: Desk) -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "投诉台账",
        "x-form": {"id": "complaints", "kind": "form", "identity": "/no"},
        "type": "object",
        "properties": {"no": {"title": "编号", "type": "string"}, "fee": {"title": "费用", "type": "number"}},
    }
    path = desk.folder / "complaints.json"
    path.write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")
    edited = desk.write("complaints")
    edited.put("/fee", hans="收费")
    edited.add(hans="回访日期", kind="日期")
    form = desk.apply(edited)
    assert [field.title("zh-Hans") for field in form.root.fields] == ["编号", "收费", "回访日期"]
    assert desk.read(desk.write(str(path), file="again.xlsx")).is_unchanged


@pytest.mark.parametrize(
    ("lang", "no", "kind"), [("en", "No", "telephone"), ("zh-Hant", "否", "電話"), ("en", "否", "手机")]
)
def test_a_workbook_of_any_language_takes_words_of_any(lang: Any, no: str, kind: str, desk: Desk) -> None:
    edited = desk.write("closure-report", lang)
    edited.put("/temporary_measure", shown=no)
    edited.add("/confirmation", hans="回访电话", en="Call back", kind=kind)
    form = desk.apply(edited)
    assert spec(form, "/temporary_measure").hidden
    assert spec(form, "/confirmation/call_back").sensitive == "phone"
