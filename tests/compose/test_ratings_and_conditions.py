"""Ratings on scales, fields under a condition, sums and numbers of tables: what the dialect's later words lay out."""

import json

import pytest

from generator import kinds
from generator.api import blank, check, make_job, render
from generator.catalogue import Catalogue
from generator.document import Choice, Field, FieldGrid, Heading, Paragraph, Scale, Section, Table
from generator.errors import SchemaError
from generator.records import ListSource

TEXT = {"type": "string"}
COUNT = {"type": "integer"}
ENDS = [{"title": "很不满意", "x-title": {"en": "Very poor"}}, {"title": "非常满意", "x-title": {"en": "Very good"}}]
OTHER = [{"title": "不会", "x-title": {"en": "Never"}}, {"title": "一定会", "x-title": {"en": "Surely"}}]
RATING = {"type": "integer", "minimum": 1, "maximum": 5, "x-control": "rating", "x-scale": ENDS}


def document_of(form, raw=None, **options):
    """Return the document of a record, or the blank form."""
    job = make_job(form, **options)
    return job.blank() if raw is None else next(iter(job.documents(ListSource(raw, form)))).document


def walk(blocks):
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield block.heading
            yield from walk(block.blocks)


def printed(document):
    """Return the pointers of fields and tables, in the order of the paper."""
    found = []
    for block in walk(document.blocks):
        if isinstance(block, FieldGrid):
            found += [field.pointer for line in block.lines for field in line]
        elif isinstance(block, Scale):
            found += [field.pointer for field in block.fields]
        elif isinstance(block, Table):
            found.append(block.pointer)
    return found


def shape(document):
    """Return the grids and scales with the pointers in them."""
    found = []
    for block in walk(document.blocks):
        if isinstance(block, FieldGrid):
            found.append(("grid", [field.pointer for line in block.lines for field in line]))
        elif isinstance(block, Scale):
            found.append(("scale", [field.pointer for field in block.fields]))
    return found


def scales(document):
    return [block for block in walk(document.blocks) if isinstance(block, Scale)]


def tables(document):
    return [block for block in walk(document.blocks) if isinstance(block, Table)]


def own(**meta):
    return {"x-form": {"id": "own", **meta}}


def repeat(properties, **more):
    return {"type": "array", "items": {"type": "object", "properties": properties}, **more}


# --- ratings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "steps"), [(1, 5, "1 2 3 4 5"), (0, 10, "0 1 2 3 4 5 6 7 8 9 10"), (-1, 1, "-1 0 1")]
)
def test_a_rating_is_a_choice_of_its_whole_numbers(form_of, low, high, steps):
    form = form_of({"r": {**RATING, "minimum": low, "maximum": high}})
    spec = form.root.child("r")
    assert spec.kind is kinds.CHOICE
    assert [choice.value for choice in spec.choices] == list(range(low, high + 1))
    for lang in ("zh-Hans", "zh-Hant", "en"):
        [field] = scales(document_of(form, lang=lang))[0].fields
        assert " ".join(choice.label for choice in field.face.choices) == steps


def test_a_rating_without_ends_to_its_scale_stays_a_number(form_of):
    form = form_of({"r": {"type": "integer", "minimum": 1, "x-control": "rating"}})
    assert form.root.child("r").kind is kinds.INTEGER


@pytest.mark.parametrize("given", [4, "4", " 4 ", "４"])
def test_a_rating_is_read_as_a_number_however_it_is_written(form_of, given):
    [scale] = scales(document_of(form_of({"r": RATING}), {"r": given}))
    assert scale.fields[0].value == 4


@pytest.mark.parametrize(("given", "code"), [(0, "E-minimum"), (6, "E-maximum"), ("好", "E-choice"), (4.5, "E-choice")])
def test_a_mark_off_the_scale_is_refused(form_of, given, code):
    assert [(f.code, f.place.pointer) for f in check(form_of({"r": RATING}), {"r": given})] == [(code, "/r")]


def test_ratings_of_one_scale_that_follow_each_other_form_one(form_of):
    form = form_of(
        {
            "a": RATING,
            "b": RATING,
            "note": TEXT,
            "c": RATING,
            "d": {**RATING, "x-scale": OTHER},
            "e": {**RATING, "x-scale": [dict(end) for end in OTHER]},
        }
    )
    for raw in (None, {"a": 1}):
        assert shape(document_of(form, raw)) == [
            ("scale", ["/a", "/b"]),
            ("grid", ["/note"]),
            ("scale", ["/c"]),
            ("scale", ["/d", "/e"]),
        ]


@pytest.mark.parametrize(
    ("lang", "ends"),
    [
        ("zh-Hans", [("很不满意", "非常满意"), ("不会", "一定会")]),
        ("zh-Hant", [("很不滿意", "非常滿意"), ("不會", "一定會")]),
        ("en", [("Very poor", "Very good"), ("Never", "Surely")]),
    ],
)
def test_the_ends_of_a_scale_are_named_in_the_readers_language(form_of, lang, ends):
    form = form_of({"a": RATING, "b": {**RATING, "x-scale": OTHER}})
    assert [(scale.low, scale.high) for scale in scales(document_of(form, lang=lang))] == ends


def test_ratings_within_a_section_form_scales_too_and_keep_their_values(form_of):
    inner = {"a": RATING, "b": RATING, "note": TEXT}
    form = form_of({"name": TEXT, "marks": {"type": "object", "title": "评分", "properties": inner}})
    document = document_of(form, {"name": "甲", "marks": {"b": 3}})
    assert shape(document) == [("grid", ["/name"]), ("scale", ["/marks/a", "/marks/b"]), ("grid", ["/marks/note"])]
    assert [field.value for field in scales(document)[0].fields] == [None, 3]
    assert all(field.face.ticks for field in scales(document)[0].fields)


def test_ratings_without_words_for_their_ends_are_boxes_in_a_grid(form_of):
    plain = {key: value for key, value in RATING.items() if key != "x-scale"}
    [grid] = document_of(form_of({"a": plain, "b": TEXT})).blocks
    field = grid.lines[0][0]
    assert isinstance(field, Field)
    assert field.face.ticks
    assert field.face.choices == tuple(Choice(n, str(n)) for n in range(1, 6))


def test_scales_of_different_length_stand_apart_though_their_ends_are_called_alike(form_of):
    form = form_of({"a": RATING, "b": {**RATING, "minimum": 0, "maximum": 10}})
    assert shape(document_of(form)) == [("scale", ["/a"]), ("scale", ["/b"])]


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_scales_of_different_length_can_be_printed(form_of, format):
    form = form_of({"a": RATING, "b": {**RATING, "minimum": 0, "maximum": 10}})
    assert blank(form, format)


def test_a_report_tells_a_mark_instead_of_a_scale(form_of):
    form = form_of({"a": RATING}, **own(kind="report"))
    assert shape(document_of(form, {"a": 4})) == [("grid", ["/a"])]
    assert shape(document_of(form)) == [("scale", ["/a"])]


# --- conditions ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def conditional(form_of):
    return form_of(
        {
            "kind": {"enum": ["a", "b"]},
            "only_a": {**TEXT, "x-when": "kind == 'a'"},
            "part": {
                "type": "object",
                "title": "部分",
                "x-when": "kind == 'a'",
                "properties": {"inner": TEXT},
            },
            "always": {
                "type": "object",
                "title": "总有",
                "properties": {
                    "sub": {"enum": ["x", "y"]},
                    "only_x": {**TEXT, "x-when": "sub == 'x'"},
                    "only_b": {**TEXT, "x-when": "kind == 'b'"},
                    "lines": repeat({"n": COUNT}, **{"x-when": "sub == 'x'"}),
                },
            },
            "list": repeat({"n": COUNT}, title="清单", **{"x-when": "kind == 'b'"}),
            "last": {"type": "object", "title": "最后", "properties": {"end": TEXT}},
        }
    )


ALL = ["/kind", "/only_a", "/part/inner", "/always/sub", "/always/only_x", "/always/only_b", "/always/lines", "/list"]


@pytest.mark.parametrize(
    ("raw", "hidden"),
    [
        ({"kind": "a", "always": {"sub": "x"}}, {"/always/only_b", "/list"}),
        ({"kind": "b", "always": {"sub": "x"}}, {"/only_a", "/part/inner"}),
        ({"kind": "b", "always": {"sub": "y"}}, {"/only_a", "/part/inner", "/always/only_x", "/always/lines"}),
        ({}, set()),  # where nobody knows, everything is printed
        (None, set()),
    ],
    ids=["a-x", "b-x", "b-y", "nothing", "blank"],
)
def test_what_doesnt_apply_isnt_printed(conditional, raw, hidden):
    assert printed(document_of(conditional, raw)) == [p for p in [*ALL, "/last/end"] if p not in hidden]


def test_sections_are_numbered_as_they_are_printed(conditional):
    def numbers(raw):
        headings = [b.heading for b in document_of(conditional, raw).blocks if isinstance(b, Section)]
        return [(heading.number, heading.text) for heading in headings]

    assert numbers({"kind": "a"}) == [("一", "基本信息"), ("二", "部分"), ("三", "总有"), ("四", "最后")]
    assert numbers({"kind": "b"}) == [("一", "基本信息"), ("二", "总有"), ("三", "清单"), ("四", "最后")]


def test_the_heading_of_a_hidden_table_within_a_section_isnt_printed(form_of):
    lines = repeat({"n": COUNT}, title="明细", **{"x-when": "kind == 'a'"})
    form = form_of({"kind": TEXT, "part": {"type": "object", "properties": {"note": TEXT, "lines": lines}}})

    def headings(kind):
        return [
            b.text for b in walk(document_of(form, {"kind": kind}).blocks) if isinstance(b, Heading) and b.level == 3
        ]

    assert (headings("a"), headings("b")) == (["明细"], [])


@pytest.mark.parametrize(
    ("when", "raw", "shown"),
    [
        ("flag", {"flag": True}, True),
        ("flag", {"flag": False}, False),
        ("flag", {}, True),
        ("not flag", {"flag": True}, False),
        ("n > 5", {"n": 6}, True),
        ("n > 5", {"n": 5}, False),
        ("flag and n > 5", {"flag": True, "n": 1}, False),
        ("flag is defined", {}, False),
        ("part.inner == 'x'", {"part": {"inner": "x"}}, True),
        ("part.inner == 'x'", {"part": {"inner": "y"}}, False),
        ("part.inner == 'x'", {}, True),
    ],
)
def test_a_condition_hides_only_when_it_is_false(form_of, when, raw, shown):
    properties = {"flag": {"type": "boolean"}, "n": COUNT, "part": {"type": "object", "properties": {"inner": TEXT}}}
    form = form_of({**properties, "x": {**TEXT, "x-when": when}})
    assert ("/x" in printed(document_of(form, raw))) is shown


def test_a_hidden_value_is_still_checked_and_kept(form_of):
    form = form_of({"kind": TEXT, "n": {"type": "integer", "maximum": 5, "x-when": "kind == 'a'"}})
    assert [(f.code, f.place.pointer) for f in check(form, {"kind": "b", "n": 6})] == [("E-maximum", "/n")]


LANGUAGES = [("zh-Hans", ["/both", "/chinese"]), ("zh-Hant", ["/both", "/chinese"]), ("en", ["/both", "/english"])]


@pytest.mark.parametrize(("lang", "pointers"), LANGUAGES)
def test_a_field_may_be_for_readers_of_one_language(form_of, lang, pointers):
    form = form_of(
        {"both": TEXT, "chinese": {**TEXT, "x-when": "lang != 'en'"}, "english": {**TEXT, "x-when": "lang == 'en'"}}
    )
    assert printed(document_of(form, lang=lang)) == pointers
    assert printed(document_of(form, {"both": "甲", "chinese": "乙", "english": "c"}, lang=lang)) == pointers


def test_what_stands_beside_a_registers_rows_may_have_a_condition(form_of):
    form = form_of(
        {"kind": TEXT, "extra": {**TEXT, "x-when": "kind == 'a'"}, "rows": repeat({"n": COUNT})}, **own(kind="table")
    )
    for kind, pointers in (("a", ["/kind", "/extra", "/rows"]), ("b", ["/kind", "/rows"])):
        assert printed(document_of(form, {"kind": kind, "extra": "有", "rows": [{"n": 1}]})) == pointers


@pytest.fixture
def template(tmp_path):
    """Return a function of properties and a template's text to the function of a record to its blocks."""

    def make(properties, text):
        for folder in ("schemas", "templates"):
            (tmp_path / folder).mkdir()
        schema = {"type": "object", "properties": properties, **own(kind="letter", template="own")}
        (tmp_path / "schemas" / "own.json").write_text(json.dumps(schema), encoding="utf-8")
        for lang in ("zh-Hans", "en"):
            (tmp_path / "templates" / f"own.{lang}.html").write_text(text, encoding="utf-8")
        catalogue = Catalogue([tmp_path])
        form = catalogue.form("own")
        return lambda raw=None, lang="zh-Hans": document_of(form, raw, lang=lang, catalogue=catalogue)

    return make


def test_a_template_leaves_out_fields_that_dont_apply(template):
    compose = template(
        {"kind": TEXT, "a": {**TEXT, "x-when": "kind == 'a'"}, "b": TEXT, "c": {**TEXT, "x-when": "lang != 'en'"}},
        "<p>信</p>{{ fields('kind', 'a', 'b', 'c') }}",
    )
    whole = {"a": "甲", "b": "乙", "c": "丙"}
    assert printed(compose({"kind": "a", **whole})) == ["/kind", "/a", "/b", "/c"]
    assert printed(compose({"kind": "b", **whole})) == ["/kind", "/b", "/c"]
    assert printed(compose({"kind": "b", **whole}, "en")) == ["/kind", "/b"]
    assert printed(compose()) == ["/kind", "/a", "/b", "/c"]
    assert printed(compose(None, "en")) == ["/kind", "/a", "/b"]


def test_a_template_whose_fields_are_all_hidden_places_none(template):
    compose = template({"kind": TEXT, "a": {**TEXT, "x-when": "kind == 'a'"}}, "<p>信</p>{{ fields('a') }}")
    assert [type(block) for block in compose({"kind": "b", "a": "甲"}).blocks] == [Paragraph]


def test_a_section_of_a_template_leaves_out_what_doesnt_apply(template):
    part = {"sub": TEXT, "x": {**TEXT, "x-when": "sub == 'x'"}, "a": {**TEXT, "x-when": "kind == 'a'"}}
    compose = template({"kind": TEXT, "part": {"type": "object", "properties": part}}, "{{ section('part') }}")
    raw = {"kind": "b", "part": {"sub": "x", "x": "有", "a": "有"}}
    assert printed(compose(raw)) == ["/part/sub", "/part/x"]


def test_a_condition_within_a_section_holds_in_templates_as_in_forms(template):
    part = {"sub": TEXT, "x": {**TEXT, "x-when": "sub == 'x'"}}
    compose = template({"part": {"type": "object", "properties": part}}, "{{ fields('part.sub', 'part.x') }}")
    assert printed(compose({"part": {"sub": "x", "x": "有"}})) == ["/part/sub", "/part/x"]
    assert printed(compose({"part": {"sub": "y", "x": "有"}})) == ["/part/sub"]


# --- sums and numbers of tables --------------------------------------------------------------------------------------


MONEY = {"name": TEXT, "n": COUNT, "amount": {"type": "number", "x-unit": "yuan"}}


@pytest.mark.parametrize(("lang", "word"), [("zh-Hans", "合计"), ("zh-Hant", "合計"), ("en", "Total")])
def test_the_schema_says_which_columns_are_summed(form_of, lang, word):
    table = {"totals": ["amount", "n"], "key": "name"}
    form = form_of({"title": TEXT, "lines": repeat(MONEY, **{"x-table": table})})
    for raw in (None, {"title": "甲", "lines": [{"n": 1}]}):
        [made] = tables(document_of(form, raw, lang=lang))
        assert sorted(made.summed) == [1, 2]
        assert (made.total, made.key) == (word, 0)


def test_registers_and_templates_have_sums_too(form_of, template):
    rows = repeat(MONEY, **{"x-table": {"totals": ["n"], "key": "n"}})
    [made] = tables(document_of(form_of({"rows": rows}), [{"n": 1}]))
    assert (made.summed, made.total, made.key) == ((1,), "合计", 1)
    compose = template({"lines": rows}, "{{ table('lines') }}")
    [made] = tables(compose({"lines": [{"n": 1}]}))
    assert (made.summed, made.total, made.key) == ((1,), "合计", 1)


def test_without_sums_there_is_no_word_for_them(form_of):
    [made] = tables(document_of(form_of({"title": TEXT, "lines": repeat(MONEY)})))
    assert (made.summed, made.total, made.key) == ((), "", 0)


@pytest.mark.parametrize("table", [{"totals": ["no_such"]}, {"key": "no_such"}], ids=str)
def test_a_column_that_isnt_there_is_a_fault_of_the_schema(form_of, table):
    with pytest.raises(SchemaError) as caught:
        form_of({"title": TEXT, "lines": repeat(MONEY, **{"x-table": table})})
    assert [(f.code, f.place.pointer) for f in caught.value.faults] == [("E-schema-column", "/lines")]


@pytest.fixture(scope="module")
def numbered(form_of):
    number = {"type": "integer", "x-derive": {"value": "row_number", "given": "keep"}}
    code = {"type": "string", "x-derive": {"value": "running('A', day)", "given": "keep"}}
    columns = {"no": number, "code": code, "name": TEXT, "day": {"type": "string", "format": "date"}}
    return form_of({"rows": repeat(columns, **{"x-table": {"blank_rows": 4}})})


def test_blank_registers_have_their_running_numbers_printed(numbered):
    [made] = tables(document_of(numbered))
    assert [tuple(row.values) for row in made.rows] == [(n, None, None, None) for n in range(1, 5)]
    assert made.blank_rows == 0


@pytest.mark.parametrize("rows", [0, 1, 25])
def test_as_many_numbers_are_printed_as_rows_are_asked_for(numbered, rows):
    [made] = tables(document_of(numbered, rows=rows))
    assert [row.values[0] for row in made.rows] == list(range(1, rows + 1))
    assert made.blank_rows == 0


def test_filled_registers_have_the_numbers_of_their_rows_and_no_more(numbered):
    [made] = tables(document_of(numbered, [{"name": "甲"}, {"name": "乙", "no": 7}, {"name": "丙"}]))
    assert [row.values[0] for row in made.rows] == [1, 7, 3]
    assert made.blank_rows == 0


def test_a_register_without_running_numbers_has_empty_rows(form_of):
    [made] = tables(document_of(form_of({"rows": repeat(MONEY, **{"x-table": {"blank_rows": 4}})})))
    assert (list(made.rows), made.blank_rows) == ([], 4)


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_registers_with_numbers_can_be_printed_blank_and_filled(numbered, format):
    assert blank(numbered, format)
    assert render(numbered, [{"name": "甲", "day": "2024-05-01"}], format)
