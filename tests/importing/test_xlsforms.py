"""Forms drafted from XLSForms: types, groups, repeats, languages, and logic as far as our expressions say it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from generator.api import check
from generator.importing.xpath import Named, Untold, translated

HEAD = ("type", "name", "label", "required", "relevant", "constraint", "calculation", "appearance", "default")
CHOICES = (
    ("list_name", "name", "label::中文", "label::English (en)"),
    ("yn", "yes", "是", "Yes"),
    ("yn", "no", "否", "No"),
    ("ways", "1", "电话", "Phone"),
    ("ways", "2", "邮件", "Mail"),
)


def write(path: Path, survey: Sequence[Sequence[object]], **sheets: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in {"survey": survey, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    book.save(path)
    return path


@pytest.fixture
def form(draft: Any, tmp_path: Path) -> Any:
    def make(*rows: Sequence[object], head: Sequence[str] = HEAD, **sheets: Sequence[Sequence[object]]) -> Any:
        return draft(write(tmp_path / "form.xlsx", [head, *rows], choices=CHOICES, **sheets))

    return make


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", "text"),
        ("integer", "integer"),
        ("decimal", "number"),
        ("date", "date"),
        ("time", "time"),
        ("dateTime", "datetime"),
        ("select_one yn", "choice"),
        ("select one from ways", "choice"),
        ("select_multiple ways", "choices"),
        ("rank ways", "choices"),
        ("acknowledge", "boolean"),
        ("image", "picture"),
        ("range", "integer"),
        ("geopoint", "text"),
        ("audio", "text"),
    ],
)
def test_each_type_of_question_is_a_kind(form: Any, kind: str, expected: str) -> None:
    made = form((kind, "q", "问"))
    assert [spec.kind.name for spec in made.form.root.fields] == [expected if kind != "range" else "choice"]


def test_groups_are_sections_and_repeats_are_tables(form: Any) -> None:
    made = form(
        ("begin_group", "basic", "基本情况"),
        ("text", "who", "姓名", "yes"),
        ("end_group",),
        ("begin repeat", "visits", "走访"),
        ("date", "day", "日期", "yes"),
        ("begin group", "inner", "细节"),
        ("text", "what", "内容"),
        ("end group",),
        ("end repeat",),
    )
    basic, visits = made.form.root.fields
    assert (basic.shape, [(s.key, s.required) for s in basic.fields]) == ("section", [("who", True)])
    assert (visits.shape, [(s.key, s.required) for s in visits.fields]) == ("repeat", [("day", True), ("what", False)])
    assert any("细节" in told for told in made.told("W-import-as"))


def test_languages_go_into_titles_and_others_are_named(form: Any) -> None:
    head = ("type", "name", "label::中文 (zh)", "label::English (en)", "label::Français (fr)", "hint::中文 (zh)")
    made = form(("select_one yn", "q", "好吗", "All right?", "Ça va ?", "只选一个"), head=head)
    (spec,) = made.form.root.fields
    assert (spec.titles["zh-Hans"], spec.titles["en"], spec.hints["zh-Hans"]) == ("好吗", "All right?", "只选一个")
    assert [choice.titles["en"] for choice in spec.choices] == ["Yes", "No"]
    assert any("Français" in told for told in made.told("W-import-lost"))


def test_logic_holds_in_the_form(form: Any) -> None:
    made = form(
        ("select_one yn", "has", "有无", "yes"),
        ("text", "which", "哪些", "yes", "${has} = 'yes'"),
        ("integer", "age", "年龄", "", "", ". >= 18 and . <= 99"),
        ("integer", "years", "工龄", "", "", ". < ${age}"),
        ("text", "code", "代码", "", "", "regex(., '[A-Z]{3}')"),
        ("calculate", "left", "余下", "", "", "", "${age} - ${years}"),
    )
    assert made.schema["properties"]["which"]["x-when"] == "has == 'yes'"
    assert made.schema["properties"]["age"]["minimum"] == 18
    record = {"has": "no", "age": 30, "years": 40, "code": "ABC"}
    assert [fault.place.pointer for fault in check(made.form, record)] == ["/years"]
    assert [fault.place.pointer for fault in check(made.form, {"has": "yes", "age": 30})] == ["/which"]
    assert [fault.code for fault in check(made.form, {"has": "no", "code": "abc"})] == ["E-pattern"]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (("text", "q", "问", "", "selected(jr:choice-name(${q}, 'x'), 'y')"), "jr:choice-name"),
        (("date", "q", "问", "", "", ". <= today()"), "today()"),
        (("date", "q", "问", "", "", "", "", "", "today()"), "today()"),
        (("text", "q", "问", "", "", "", "", "w4 thousands-sep"), "thousands-sep"),
        (("start", "begun"), "start"),
        (("select_one_from_file a.csv", "q", "问"), "a.csv"),
        (("wonder", "q", "问"), "wonder"),
    ],
)
def test_what_paper_cannot_say_is_named(form: Any, row: Sequence[object], named: str) -> None:
    made = form(("text", "first", "先"), row)
    assert any(named in told for told in made.told("W-import-lost"))


FIELDS = {
    "a": Named("part.a", "number", "", "a"),
    "one": Named("one", "choice", "", "one"),
    "many": Named("many", "choices", "", "many"),
    "day": Named("day", "moment", "", "day"),
    "other": Named("other", "moment", "", "other"),
    "cost": Named("rows.cost", "number", "rows", "cost"),
    "rows": Named("rows", "rows", "", "rows"),
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${a} > 3 and ${one} = 'x'", "part.a > 3 and one == 'x'"),
        ("selected(${many}, 'x') or selected(${one}, 1)", "'x' in many or one == '1'"),
        ("not(${one} != '')", "not (one is defined)"),
        ("${day} >= ${other}", "not before(day, other)"),
        ("sum(${cost}) * 2", "total(rows, 'cost') * 2"),
        ("if(${a} = 1, 'x', 'y')", "('x' if part.a == 1 else 'y')"),
        ("count(${rows}) div 2", "rows|length / 2"),
        ("../a + 1", "part.a + 1"),
        ("concat(${one}, '-', ${a})", "one ~ '-' ~ part.a"),
    ],
)
def test_an_expression_is_said_in_our_dialect(source: str, expected: str) -> None:
    assert translated(source, FIELDS) == expected


@pytest.mark.parametrize(
    "source", ["pulldata('a','b')", "${nobody} = 1", "${a} * 0.5", "today() > ${day}", "((", "a b"]
)
def test_an_expression_that_cannot_be_said_is_refused(source: str) -> None:
    with pytest.raises(Untold):
        translated(source, FIELDS)
