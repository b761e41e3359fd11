"""The workbook in which a form is adapted: written, left alone, read back; what earlier changes said stays."""

import json
from typing import Any

import pytest

from generator.adapting.added_kinds import kind_titles
from generator.adapting.texts import meant, names_of, pieces, shown
from generator.catalogue import Catalogue
from generator.wording import LANGS
from tests.adapting.conftest import Desk

FORMS = ["closure-report", "delay-notice", "issue-tracker", "troubleshooting-checklist", "satisfaction-survey"]
CHANGES: dict[str, Any] = {
    "title": "江北问题关闭报告",
    "x_form": {"version": "1.1"},
    "x_change": {
        "/root_cause": {"title": "原因", "x-title": {"en": "Cause"}, "x-lines": 5},
        "/temporary_measure": {"hidden": True},
        "/log/*/content": {"title": "内容与结果", "x-width": 6},
        "/priority": {"choices": [{"const": "P9", "title": "特急", "x-title": {"en": "Emergency"}, "x-tone": "alert"}]},
    },
    "x_add": {
        "/branch": {"title": "网点", "x-title": {"en": "Branch"}, "type": "string", "after": "/customer_name"},
        "/site": {"title": "网址", "type": "string", "format": "uri", "before": "/root_cause"},
        "/team": {"title": "班组", "type": "object", "properties": {"lead": {"title": "班长", "type": "string"}}},
    },
    "x_wording": {
        "zh-Hans": {"actions-taken": {"replaces": "0", "text": '<h2>办理经过</h2>\n{{ table("log") }}'}},
    },
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("lang", LANGS)
def test_a_workbook_left_alone_changes_nothing(name: str, lang: Any, desk: Desk) -> None:
    made = desk.read(desk.write(name, lang))
    assert made.is_unchanged
    assert made.warnings == []


def test_the_same_form_gives_the_same_workbook(desk: Desk) -> None:
    first, second = (desk.write("delay-notice", file=name).path.read_bytes() for name in ("甲.xlsx", "甲.xlsx"))
    assert first == second


def test_it_tells_every_field_in_the_order_of_the_paper_with_room_for_more(desk: Desk) -> None:
    told = [
        row[:7] for row in desk.write("closure-report", "en").sheet("fields").iter_rows(min_row=4, values_only=True)
    ]
    assert told[0][:5] == ("#", "Form", "问题处理总结报告", "問題處理結案報告", "Issue closure report")
    assert told[1][0] == "/report_no"
    assert ("/log/*/content", "long text", "内容", "內容", "Details", "Yes", "Yes") in told
    assert [row[0] for row in told].count("/log/*/ New") == 2
    assert told[-1][0] == "/ New"


def test_kinds_and_answers_are_chosen_from_lists(desk: Desk) -> None:
    edited = desk.write("closure-report")
    rules = {str(rule.sqref): rule.formula1 for rule in edited.sheet("fields").data_validations.dataValidation}
    yes_no, kinds = (next(f for cells, f in rules.items() if cells.startswith(column)) for column in "FB")
    assert yes_no == '"是,否"'
    assert kinds.startswith("biaodan!$C$1")
    hidden = edited.book["biaodan"]
    listed = [hidden.cell(row, 3).value for row in range(1, len(kind_titles("zh-Hans")) + 1)]
    assert {"文字", "日期", "金额", "单选", "多选", "电话", "身份证号"} <= set(listed)
    assert hidden.sheet_state == "veryHidden"


def test_words_of_letters_stand_there_without_markup(desk: Desk) -> None:
    rows = list(desk.write("delay-notice").sheet("words").iter_rows(min_row=4, values_only=True))
    assert ("planned", "简体", "原定完成时间：【原定完成时间】。", "原定完成时间：【原定完成时间】。") in rows
    assert {row[1] for row in rows} == {"简体", "繁体", "英文"}
    assert not [row for row in rows if "<" in row[3] or "{" in row[3]]


def test_what_earlier_changes_said_stays(desk: Desk) -> None:
    path = desk.patch("closure-report", **CHANGES)
    before = json.loads(path.read_text(encoding="utf-8"))
    made = desk.read(desk.write("closure-report"))
    assert made.is_unchanged
    assert _bare(json.loads(made.text)) == before


def test_what_a_workbook_does_not_show_outlives_a_change(desk: Desk) -> None:
    desk.patch("closure-report", **CHANGES)
    edited = desk.write("closure-report")
    edited.put("/prevention", hans="怎样预防")
    form = desk.apply(edited)
    assert form.version == "1.1"
    cause, priority = form.spec_at("/root_cause"), form.spec_at("/priority")
    assert cause is not None
    assert cause.lines == 5
    assert priority is not None
    assert (priority.choices[-1].value, priority.choices[-1].tone) == ("P9", "alert")


def _bare(patch: Any) -> Any:
    """Return changes without where they were made."""
    if isinstance(patch, dict):
        return {key: _bare(value) for key, value in patch.items() if key not in ("x-cell", "x-workbook")}
    return [_bare(value) for value in patch] if isinstance(patch, list) else patch


# --- the words of templates ---

WORDED = [form.id for form in Catalogue(()) if form.template]


@pytest.mark.parametrize("name", WORDED)
def test_what_is_shown_of_a_template_means_the_same_again(name: str) -> None:
    shipped = Catalogue(())
    form = shipped.form(name)
    seen = 0
    for lang in LANGS:
        names = names_of(form, lang)
        for block in shipped.blocks(form, lang).values():
            for piece in pieces(block):
                again = meant(shown(piece.text, names, lang), piece, names)
                assert again.split() == piece.text.split()
                seen += 1
    assert seen >= len(LANGS)


@pytest.mark.parametrize("name", [name for name in WORDED if Catalogue(()).form(name).kind == "letter"])
def test_every_heading_of_a_letter_can_be_worded(name: str) -> None:
    shipped = Catalogue(())
    form = shipped.form(name)
    for lang in LANGS:
        source = shipped.template(form, lang)
        within = "".join(shipped.blocks(form, lang).values())
        assert source.count("<h2>") == within.count("<h2>") > 0


def test_long_words_and_many_choices_fit_into_the_workbook(desk: Desk) -> None:
    """A cell of Excel takes 32,767 characters and 253 lines."""
    choices = [{"const": f"P{n}", "title": f"等级{n}"} for n in range(10, 400)]
    text = "<p>" + "长" * 19_900 + "</p>"
    desk.patch(
        "delay-notice",
        x_change={"/customer_type": {"choices": choices}},
        x_wording={"zh-Hans": {"opening": {"text": text}, "next": {"text": text.replace("长", "久")}}},
    )
    assert desk.read(desk.write("delay-notice")).is_unchanged
