"""Letters and reports: what templates may say, and what a value can never do to them."""

import json
from pathlib import Path

import pytest

from generator.api import make_job
from generator.catalogue import Catalogue
from generator.document import (
    Emphasis,
    FieldGrid,
    Heading,
    KeyFigures,
    LineBreak,
    ListBlock,
    Note,
    PageBreak,
    Paragraph,
    Role,
    Section,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Value,
    WritingLines,
)
from generator.errors import BiaodanError, RecordError
from generator.records import ListSource
from generator.wording import LANGS

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LETTER = json.loads((SAMPLES / "solution-confirmation" / "ordinary.json").read_text(encoding="utf-8"))
PROPERTIES = {
    "name": {"type": "string", "title": "名称"},
    "day": {"type": "string", "format": "date", "title": "日期"},
    "amount": {"type": "number", "title": "数量"},
    "story": {"type": "string", "x-control": "multiline", "title": "经过"},
    "level": {"title": "等级", "oneOf": [{"const": "a", "title": "甲级"}, {"const": "b", "title": "乙级"}]},
    "part": {"type": "object", "title": "部分", "properties": {"inner": {"type": "string", "title": "内容"}}},
    "list": {"type": "array", "title": "清单", "items": {"type": "object", "properties": {"item": {"type": "string"}}}},
}


@pytest.fixture
def compose(tmp_path):
    """Return a function of a template's text and a record to the blocks that they make; no record: blank paper."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "templates").mkdir()
    schema = {"type": "object", "properties": PROPERTIES, "x-form": {"id": "own", "kind": "letter", "template": "own"}}
    (tmp_path / "schemas" / "own.json").write_text(json.dumps(schema), encoding="utf-8")

    def composing(text, record=None, lang="zh-Hans", written_in=None):
        if text is not None:
            path = tmp_path / "templates" / f"own.{written_in or lang}.html"
            path.write_text(text, encoding="utf-8")
        job = make_job("own", lang=lang, catalogue=Catalogue([tmp_path]))
        if record is None:
            return job.blank().blocks
        [made] = job.documents(ListSource(record, job.form))
        if made.document is None:
            raise RecordError(made.faults)
        return made.document.blocks

    return composing


@pytest.fixture
def refused(compose):
    """Return a function of a template's text to the code of the fault that it must raise."""

    def refusing(text, record=None):
        with pytest.raises(BiaodanError) as caught:
            compose(text, {"name": "甲"} if record is None else record)
        [fault] = caught.value.faults
        assert all(fault.text(lang).endswith(f"[{fault.code}]") for lang in LANGS)
        return fault

    return refusing


def plain(blocks):
    """Return the text of blocks, values included."""
    texts = []
    for block in blocks:
        if isinstance(block, Section):
            texts.append(f"{block.heading.number} {block.heading.text}")
            texts += plain(block.blocks)
        elif isinstance(block, Paragraph | Note):
            texts.append("".join(run(inline) for inline in block.children))
    return texts


def shown(inlines):
    """Return running text as strings, and values with the place that they show."""
    return [(inline.pointer, inline.text) if isinstance(inline, Value) else run(inline) for inline in inlines]


def run(inline):
    if isinstance(inline, Strong | Emphasis):
        return "".join(run(child) for child in inline.children)
    return "\n" if isinstance(inline, LineBreak) else inline.text


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "{{7*7}}",
        "{% for x in range(9) %}x{% endfor %}",
        "<b>粗</b>",
        "A & B <连锁> \"引\" 'O'",
        "&amp;&#65;&lt;",
        "</p><x n='0'/><p>",
        "]]><!--",
        "${jndi:x}",
        "<v p='/day'>伪</v>",
        "甲\n乙",
    ],
)
def test_a_value_arrives_as_the_text_that_it_is(compose, value):
    [paragraph] = compose("<p>{{ name }}</p>", {"name": value})
    assert shown(paragraph.children) == [("/name", value)]


def test_even_a_template_that_calls_a_value_safe_gets_text(compose):
    assert plain(compose("<p>{{ name|safe }}</p>", {"name": "<b>x</b>"})) == ["<b>x</b>"]


def test_a_value_keeps_its_place_in_sections_and_rows(compose):
    template = "<p>{{ part.inner }}</p>{% for row in list %}<p>{{ row.item }}</p>{% endfor %}"
    blocks = compose(template, {"part": {"inner": "一"}, "list": [{"item": "二"}, {"item": "三"}]})
    values = [shown(block.children) for block in blocks]
    assert values == [[("/part/inner", "一")], [("/list/0/item", "二")], [("/list/1/item", "三")]]


@pytest.mark.parametrize(
    ("lang", "text"), [("zh-Hans", "2024年5月1日"), ("zh-Hant", "2024年5月1日"), ("en", "1\u00a0May\u00a02024")]
)
def test_dates_in_running_text_are_written_as_sentences_have_them(compose, lang, text):
    assert plain(compose("<p>{{ day }}</p>", {"day": "2024-05-01"}, lang)) == [text]


def test_choices_are_shown_by_label_and_asked_for_by_value(compose):
    template = "<p>{{ level }}</p>{% if raw.level == 'a' %}<p>最高</p>{% endif %}"
    assert plain(compose(template, {"level": "甲级"})) == ["甲级", "最高"]


# --- clauses and gaps ------------------------------------------------------------------------------------------------

CLAUSES = """
<h2>概述</h2><p>一</p>
{% if name %}<h2>客户</h2><p>{{ name }}</p>{% endif %}
<h2>结论</h2><p>二</p>
<h2 class="plain">附</h2><p>三</p>
"""


def test_a_clause_vanishes_with_its_number_when_its_data_is_missing(compose):
    assert plain(compose(CLAUSES, {})) == ["一 概述", "一", "二 结论", "二", " 附", "三"]
    assert plain(compose(CLAUSES, {"name": "甲"})) == ["一 概述", "一", "二 客户", "甲", "三 结论", "二", " 附", "三"]


def test_sections_of_an_english_letter_count_in_figures(compose):
    headings = [block.heading.number for block in compose(CLAUSES, {"name": "A"}, "en")]
    assert headings == ["1", "2", "3", ""]


def test_the_shipped_letter_drops_the_compensation_that_nobody_offers():
    def sections(record):
        job = make_job("solution-confirmation")
        [made] = job.documents(ListSource(record, job.form))
        return [f"{b.heading.number}{b.heading.text}" for b in made.document.blocks if isinstance(b, Section)]

    without = {key: value for key, value in LETTER.items() if key != "compensation"}
    assert sections(without) == ["一问题概述", "二处理方案", "三客户意见"]
    assert sections({**without, "补偿措施": "减免一个月服务费"}) == [
        "一问题概述",
        "二处理方案",
        "三补偿措施",
        "四客户意见",
    ]


def test_blank_paper_has_gaps_to_write_in_and_every_clause(compose):
    text, day, level = compose("<p>{{ name }}</p><p>{{ day }}</p>{% if level %}<p>{{ level }}</p>{% endif %}")
    assert [value.pointer for value in text.children] == ["/name"]
    assert text.children[0].text == ""
    assert text.children[0].width > 4
    assert [run(inline) for inline in day.children] == ["", "年", "", "月", "", "日"]
    assert {inline.pointer for inline in day.children if isinstance(inline, Value)} == {"/day"}
    assert level.children[0].text == ""


@pytest.mark.parametrize("lang", LANGS)
def test_the_shipped_letter_is_printed_blank_in_every_language(lang):
    blocks = make_job("solution-confirmation", lang=lang).blank().blocks
    headings = [block.heading for block in blocks if isinstance(block, Section)]
    assert len(headings) == 4  # the compensation is there to be written
    assert isinstance(blocks[-1], SignatureBlock)


def test_traditional_chinese_is_made_of_the_simplified_template(compose):
    text = "<h2>客户反馈</h2><p>{{ name }} 的响应已达标。</p>"
    assert plain(compose(text, {"name": "后台"}, "zh-Hant", written_in="zh-Hans")) == [
        "一 客戶回饋",
        "后台 的回應已達標。",
    ]


def test_a_traditional_template_of_its_own_goes_first(compose, tmp_path):
    (tmp_path / "templates" / "own.zh-Hans.html").write_text("<p>简体</p>", encoding="utf-8")
    assert plain(compose("<p>繁體自撰</p>", {}, "zh-Hant")) == ["繁體自撰"]


# --- pieces ----------------------------------------------------------------------------------------------------------


def test_the_whole_vocabulary_becomes_nodes(compose):
    template = """
    <p class="addressee">{{ name }}：</p>
    <h3>小节</h3>
    <ul><li>一</li><li>{{ name }}</li></ul>
    <ol><li><strong>二</strong></li></ol>
    <aside>注</aside>
    <pagebreak/>
    <!-- 不印 -->
    <p>甲<br/><em>乙</em></p>
    """
    opening, heading, bullets, steps, note, page_break, closing = compose(template, {"name": "某"})
    assert (opening.role, shown(opening.children)) == (Role.ADDRESSEE, [("/name", "某"), "："])
    assert heading == Heading("小节", level=3)
    assert isinstance(bullets, ListBlock)
    assert (bullets.ordered, [shown(item) for item in bullets.items]) == (False, [["一"], [("/name", "某")]])
    assert (steps.ordered, steps.items) == (True, ((Strong((Text("二"),)),),))
    assert note == Note((Text("注"),))
    assert page_break == PageBreak()
    assert closing == Paragraph((Text("甲"), LineBreak(), Emphasis((Text("乙"),))))


def test_fields_tables_and_sections_of_the_schema_may_be_placed(compose):
    record = {"name": "甲", "part": {"inner": "乙"}, "list": [{"item": "丙"}]}
    grid, table, section = compose('{{ fields("name", "part.inner") }}{{ table("list") }}{{ section("part") }}', record)
    assert isinstance(grid, FieldGrid)
    assert [(f.pointer, f.value) for line in grid.lines for f in line] == [("/name", "甲"), ("/part/inner", "乙")]
    assert isinstance(table, Table)
    assert [tuple(row.values) for row in table.rows] == [("丙",)]
    assert section.heading.text == "部分"


def test_fields_without_a_value_are_left_out_of_filled_paper_and_printed_on_blank(compose):
    template = '{{ fields("name", "day") }}'
    [grid] = compose(template, {"name": "甲"})
    assert [f.pointer for line in grid.lines for f in line] == ["/name"]
    assert compose(template, {}) == ()
    [blank] = compose(template)
    assert [f.pointer for line in blank.lines for f in line] == ["/name", "/day"]


def test_prose_keeps_its_paragraphs_and_becomes_lines_on_blank_paper(compose):
    template = '{{ prose("story") }}'
    assert plain(compose(template, {"story": "第一段\n\n第二段"})) == ["经过：第一段", "第二段"]
    assert plain(compose('{{ prose("story", "") }}', {"story": "第一段"})) == ["第一段"]
    assert compose(template, {}) == ()
    assert compose(template) == (WritingLines("/story", "经过", 3),)


def test_key_figures_show_what_there_is(compose):
    template = '{{ figures(figure("amount", "目标 5"), figure("day")) }}'
    [band] = compose(template, {"amount": "12000.50"})
    assert isinstance(band, KeyFigures)
    assert [(f.label, f.text, f.note) for f in band.figures] == [("数量", "12,000.50", "目标 5")]
    assert compose(template, {}) == ()
    [blank] = compose(template)
    assert [(f.label, f.text, f.note) for f in blank.figures] == [("数量", "", ""), ("日期", "", "")]


def test_a_key_figure_tells_its_target_and_whether_it_is_met_without_colour(compose):
    rows = '[{"of": "amount", "target": "≥5", "met": "missed"}, {"of": "day", "target": "≤1", "met": "met"}]'
    template = (
        f'{{{{ figures(figure("amount", "本月", aims={rows}), figure("day", aims={rows}), figure("name", aims=[])) }}}}'
    )
    values = {"amount": "4", "day": "2024-05-01", "name": "甲"}
    [band] = compose(template, values)
    assert [f.beneath for f in band.figures] == [
        (("本月", ""), ("未达标（≥5）", "alert")),
        (("达标（≤1）", "good"),),
        (),
    ]
    [english] = compose(template, values, "en")
    assert [f.aim for f in english.figures] == ["Missed (≥5)", "Met (≤1)", ""]
    [blank] = compose(template)
    assert not any(f.beneath for f in blank.figures)


def test_places_to_sign_carry_a_date_that_is_known(compose):
    [block] = compose('{{ signature("甲方", sign("乙方", seal=true, date=day)) }}', {"day": "2024-05-01"})
    assert [(place.label, place.seal, place.date) for place in block.signatures] == [
        ("甲方", False, ""),
        ("乙方", True, "2024年5月1日"),
    ]
    [blank] = compose('{{ signature(sign("乙方", date=day)) }}')
    assert blank.signatures[0].date == ""


def test_a_target_of_the_policy_is_put_in_words(compose):
    template = (
        '<p>{{ target("priority", "P1") }}|{{ target("limits", "return_visit") }}|{{ target("priority", "P9") }}</p>'
    )
    assert plain(compose(template, {})) == ["4 小时|3 个工作日|"]
    assert plain(compose(template, {}, "en")) == ["4 hours|3 working days|"]


# --- where templates come from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    ["../secret.html", "a/../../secret.html", "/etc/passwd", "..\\\\secret.html", "C:/secret.html", "file:secret.html"],
)
@pytest.mark.parametrize("statement", ["include", "extends", "import"])
def test_a_template_outside_of_its_folder_is_refused(refused, tmp_path, statement, other):
    (tmp_path / "secret.html").write_text("<p>秘密</p>", encoding="utf-8")
    name = "{% import '" + other + "' as x %}" if statement == "import" else "{% " + f"{statement} '{other}'" + " %}"
    assert refused(name).code == "E-template-outside"


def test_a_link_that_leads_out_of_the_folder_is_refused(refused, tmp_path):
    (tmp_path / "secret.html").write_text("<p>秘密</p>", encoding="utf-8")
    (tmp_path / "templates" / "inner.html").symlink_to(tmp_path / "secret.html")
    assert refused("{% include 'inner.html' %}").code == "E-template-outside"


def test_a_form_whose_template_is_a_link_out_of_the_folder_is_refused(refused, tmp_path):
    (tmp_path / "secret.html").write_text("<p>秘密</p>", encoding="utf-8")
    (tmp_path / "templates" / "own.zh-Hans.html").symlink_to(tmp_path / "secret.html")
    assert refused(None).code == "E-template-outside"


def test_a_part_within_the_folder_may_be_included(compose, tmp_path):
    (tmp_path / "templates" / "parts").mkdir()
    (tmp_path / "templates" / "parts" / "foot.html").write_text("<p>{{ name }} 敬上</p>", encoding="utf-8")
    assert plain(compose("{% include 'parts/foot.html' %}", {"name": "甲"})) == ["甲 敬上"]


def test_a_template_that_is_not_there_is_named(refused):
    fault = refused(None)
    assert fault.code == "E-template-missing"
    assert "own" in fault.text()
    assert refused("{% include 'none.html' %}").code == "E-template-missing"


def test_a_users_template_replaces_the_shipped_one(tmp_path):
    (tmp_path / "templates" / "letters").mkdir(parents=True)
    path = tmp_path / "templates" / "letters" / "solution-confirmation.zh-Hans.html"
    path.write_text("<p>我们自己的信</p>", encoding="utf-8")
    job = make_job("solution-confirmation", catalogue=Catalogue([tmp_path]))
    [made] = job.documents(ListSource(LETTER, job.form))
    assert plain(made.document.blocks) == ["我们自己的信"]


# --- what templates may not do ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__",
        "''.__class__.__mro__[1].__subclasses__()",
        "name.__class__",
        "''|attr('__class__')|string",
        "cycler.__init__.__globals__.os.popen('id').read()",
        "fields.__globals__",
        "table.__self__",
        "table.__func__.__globals__",
        "'{0.__class__}'.format(name)",
        "raw.clear()",
        "raw.update(name='x')",
        "raw.pop('name')",
    ],
)
def test_a_template_cannot_leave_its_sandbox_nor_change_the_record(refused, expression):
    assert refused("<p>{{ " + expression + " }}</p>").code in (
        "E-template-forbidden",
        "E-template-name",
        "E-template-undefined",
    )


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("<p>{{ day }}</p>", "E-template-undefined"),
        ("<p>{{ part.inner }}</p>", "E-template-undefined"),
        ("<p>{{ no_such_field }}</p>", "E-template-undefined"),
        ("<p>{{ no_such_function() }}</p>", "E-template-undefined"),
        ("{{ fields('no_such_field') }}", "E-template-field"),
        ("{{ table('part.no_such_field') }}", "E-template-field"),
        ("{{ prose('nothing') }}", "E-template-field"),
        ("<p>{{ raw.name / 0 }}</p>", "E-template-fails"),
        ("<p>{{ name + 1 }}</p>", "E-template-fails"),
        ("{% for x in range(10 ** 9) %}{% endfor %}", "E-template-limit"),
        ("<p class='shouting'>甲</p>", "E-template-class"),
        ("<div>甲</div>", "E-template-element"),
        ("<p><i>甲</i></p>", "E-template-element"),
        ("<p><script>alert(1)</script></p>", "E-template-element"),
        ("<img src='file:///etc/passwd'/>", "E-template-element"),
        ("<p>甲<img src='http://127.0.0.1/x'/></p>", "E-template-element"),
        ("<table><tr><td>甲</td></tr></table>", "E-template-element"),
        ("<p>甲</p>乙", "E-template-text"),
        ("<p>甲", "E-template-syntax"),
        ("<p>甲</b></p>", "E-template-syntax"),
        ("<p>&nbsp;</p>", "E-template-syntax"),
        ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>&a;</p>", "E-template-syntax"),
        ("{% if %}", "E-template-syntax"),
        ("{% for x in list %}", "E-template-syntax"),
        ("{{ name", "E-template-syntax"),
        ("<p>{{ name|no_such_filter }}</p>", "E-template-name"),
    ],
)
def test_what_is_wrong_with_a_template_has_its_code(refused, template, code):
    assert refused(template).code == code


def test_a_syntax_error_names_the_template_and_its_line(refused):
    fault = refused("<p>一</p>\n<p>二</p>\n{% endif %}\n")
    assert (fault.code, fault.params["line"]) == ("E-template-syntax", 3)
    assert fault.place.file == "own.zh-Hans.html"


def test_a_missing_field_is_false_in_a_condition_and_equal_to_nothing(compose):
    template = "{% if day %}<p>一</p>{% endif %}{% if level == 'a' %}<p>二</p>{% else %}<p>三</p>{% endif %}"
    assert plain(compose(template, {})) == ["三"]


def test_line_breaks_of_the_template_itself_vanish_between_chinese_and_are_a_space_between_words(compose):
    assert plain(compose("<p>\n  第一行\n  第二行\n</p>", {})) == ["第一行第二行"]
    assert plain(compose("<p>\n  two\n  words\n</p>", {})) == ["two words"]
