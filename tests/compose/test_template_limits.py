"""Templates that would use up the machine: each ends at a limit, told with the file and the line."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.api import make_job
from generator.catalogue import Catalogue, limits
from generator.errors import Fault, RecordError, SchemaError
from generator.job import template_faults
from generator.records import ListSource
from generator.wording import LANGS

RECORD = {"name": "甲", "list": [{"item": "a"}, {"item": "b"}]}
FILE = "own.zh-Hans.html"
Writing = Callable[..., Catalogue]


@pytest.fixture
def catalogue(tmp_path: Path) -> Writing:
    """Return a function of a template, and of others by name, to the catalogue that has them."""
    rows = {"type": "array", "items": {"type": "object", "properties": {"item": {"type": "string"}}}}
    fields = {"name": {"type": "string"}, "n": {"type": "integer"}, "list": rows}
    schema = {"type": "object", "properties": fields, "x-form": {"id": "own", "kind": "letter", "template": "own"}}
    for folder in ("schemas", "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / "schemas" / "own.json").write_text(json.dumps(schema), encoding="utf-8")

    def writing(text: str, others: Mapping[str, str] | None = None) -> Catalogue:
        for name, content in {FILE: text, **(others or {})}.items():
            (tmp_path / "templates" / name).write_text(content, encoding="utf-8")
        return Catalogue([tmp_path])

    return writing


def made(catalogue: Catalogue, record: Any = RECORD) -> list[Any]:
    """Return the documents of a record, or of a list of them; faults in place of those that can't be made."""
    job = make_job("own", catalogue=catalogue)
    return [one.document or one.faults for one in job.documents(ListSource(record, job.form))]


def fault_of(catalogue: Catalogue) -> Fault:
    """Return the fault of a record's document."""
    try:
        [[fault]] = made(catalogue)
    except SchemaError as error:
        [fault] = error.faults
    assert all(fault.text(lang).endswith(f"[{fault.code}]") for lang in LANGS)
    return fault


def english(fault: Fault) -> str:
    return str(fault.params["limit"]["en"])


def growing(statement: str, start: str = "'x'") -> str:
    """Return a template that does something a hundred times to what it has made so far."""
    loop = "{% for i in range(100) %}" + statement + "{% endfor %}"
    return "{% set ns = namespace(x=" + start + ") %}" + loop + "<p>{{ ns.x|length }}</p>"


SETS = "{% set ns.x = "


@pytest.mark.parametrize(
    ("template", "limit"),
    [
        (growing(SETS + "ns.x ~ ns.x %}"), "length of a text"),
        (growing(SETS + "[ns.x, ns.x]|join(ns.x) %}"), "length of a text"),
        (growing(SETS + "ns.x + ns.x %}"), "length of a text"),
        (growing(SETS + "ns.x.replace('x', 'xx') %}"), "length of a text"),
        (growing(SETS + "ns.x|replace('x', 'xx') %}"), "length of a text"),
        (growing(SETS + "'%s%s'|format(ns.x, ns.x) %}"), "length of a text"),
        (growing("{% set ns.x %}{{ ns.x }}{{ ns.x }}{% endset %}"), "characters"),
        (growing(SETS + "ns.x + ns.x %}", "[1]"), "items of a list"),
        (growing(SETS + "[ns.x, ns.x] %}", "[1]"), "items of a list"),
        (growing(SETS + "{'a': ns.x, 'b': ns.x} %}", "{}"), "items of a list"),
        (growing(SETS + "ns.x ** 64 %}", "9"), "digits"),
        (growing(SETS + "ns.x * ns.x %}", "9"), "digits"),
        ("{% for a in range(10 ** 9) %}{% endfor %}", "items of a list"),
        ("{% for a in range(999) %}" * 5 + "{% endfor %}" * 5, "steps"),
        ("{% for a in range(99999) %}" * 3 + "<p>x</p>" + "{% endfor %}" * 3, "steps"),
        (
            "{% set a = [1] * 99999 %}{% for i in range(9999) %}{% if a == [1] * 99999 %}{% endif %}{% endfor %}",
            "steps",
        ),
        (
            "{% set a = [1] * 99999 %}{% set b = [1] * 99999 %}"
            "{% for i in range(9999) %}{% if a == b %}{% endif %}{% endfor %}",
            "steps",
        ),
        (
            "{% macro m() %}" + "{% set x = 1 %}" * 200 + "{% endmacro %}{% for i in range(300) %}"
            "{% for j in range(300) %}{% set y = m() %}{% endfor %}{% endfor %}",
            "steps",
        ),
        ("{% set a = [1] * 99999 %}{% for i in range(9999) %}{% set b = a[::-1] %}{% endfor %}", "steps"),
        ("{% for i in range(9999) %}{% set b = ([3, 1] * 9999)|sort %}{% endfor %}", "steps"),
        ("{% for i in range(99) %}<p>{{ '&' * 99999 }}</p>{% endfor %}", "characters"),
        ("{% for i in range(30000) %}<p/>{% endfor %}", "number of paragraphs"),
        ("<p>" + "<br/>" * 30000 + "</p>", "number of paragraphs"),
        (
            "{% for i in range(15000) %}<pagebreak/>{% endfor %}{% for i in range(15000) %}<h3>x</h3>{% endfor %}",
            "number",
        ),
        ("{% set t = table('list') %}{% for i in range(30000) %}{{ t }}{% endfor %}", "number of paragraphs"),
        ("<p>" + "<strong>" * 60 + "x" + "</strong>" * 60 + "</p>", "depth of tags within"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "depth of macros"),
        ("{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}", "depth of macros"),
        ("{% macro a(n) %}{% if n %}{{ a(n-1) ~ a(n-1) ~ a(n-1) }}{% endif %}{% endmacro %}{{ a(18) }}", "steps"),
        (
            "{% macro m() %}{{ caller() }}{% endmacro %}" + "{% call m() %}" * 12 + "{% endcall %}" * 12,
            "depth of macros",
        ),
        ("{% block a %}{{ self.a() }}{% endblock %}", "depth of macros"),
        ("{% include '" + FILE + "' %}", "depth of macros"),
        ("{% extends '" + FILE + "' %}", "depth of macros"),
        ("{% import '" + FILE + "' as x %}", "depth of macros"),
        ("{% from '" + FILE + "' import x with context %}", "depth of macros"),
        ("{% if 1 %}" * 150 + "{% endif %}" * 150, "depth of tags"),
        ("<p>{{ " + "(" * 150 + "1" + ")" * 150 + " }}</p>", "depth of brackets"),
        ("{% if 0 %}" + "{% elif 0 %}" * 4000 + "{% endif %}", "depth of brackets"),
        ("{{ n }}" * 19000, "number of parts"),
        ("<p>" + "x" * 300_000 + "</p>", "length in characters"),
        ("<p>{{ " + "9" * 5000 + " }}</p>", "digits"),
    ],
)
def test_what_would_use_up_the_machine_runs_into_a_limit(catalogue: Writing, template: str, limit: str) -> None:
    fault = fault_of(catalogue(template))
    assert fault.code == "E-template-limit"
    assert english(fault).startswith(limit)
    assert fault.place.file == FILE


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("<p>一</p>\n<p>{{ 'x' * 10 ** 9 }}</p>", "E-template-limit"),
        ("<p>一</p>\n<p>{{ name|tojson }}</p>", "E-template-name"),
        ("<p>一</p>\n<p>{{ name.ljust(9) }}</p>", "E-template-forbidden"),
        ("<p>一</p>\n{% autoescape false %}{{ name }}{% endautoescape %}", "E-template-forbidden"),
        ("<p>一</p>\n{% for x in list recursive %}{% endfor %}", "E-template-forbidden"),
        ("<p>一</p>\n<p>{{ lipsum(n=10 ** 7) }}</p>", "E-template-forbidden"),
        ("<p>一</p>\n<p>{{ fields.__func__ }}</p>", "E-template-forbidden"),
        ("<p>一</p>\n<p>{{ '\\x07' }}</p>", "E-template-forbidden"),
    ],
)
def test_it_is_told_with_the_file_and_the_line(catalogue: Writing, template: str, code: str) -> None:
    fault = fault_of(catalogue(template))
    assert (fault.code, fault.place.file, fault.place.row) == (code, FILE, "2")
    fault = fault_of(catalogue("{% include 'part.html' %}", {"part.html": template}))
    assert (fault.code, fault.place.file, fault.place.row) == (code, "part.html", "2")


@pytest.mark.parametrize(
    "template",
    [
        "<p>{{ name.ljust }}</p>",
        "{{ signature([1]) }}",
        "{{ figures(figure('n', note={'a': 1})) }}",
        "<p>{{ namespace() ~ '' }}</p>",
        "<p>{{ 'abc'|truncate(1) }}</p>",
        "{% macro m(a, a) %}{% endmacro %}",
        "{{ fields(a=1, a=2) }}",
        "{% include '" + "x" * 3000 + "' %}",
        "{% set ns = namespace() %}{% set ns.is_template_function = 1 %}{{ ns() }}",
    ],
)
def test_what_fails_in_python_is_a_coded_fault(catalogue: Writing, template: str) -> None:
    fault = fault_of(catalogue(template))
    assert fault.code.startswith("E-template-")
    assert len(fault.text("en")) < 500


def test_what_a_letter_does_goes_on(catalogue: Writing) -> None:
    [document] = made(
        catalogue(
            "{% from 'parts.html' import line %}{% set sep = joiner('、') %}{% set ns = namespace(count=0) %}"
            "<p>{% for row in list %}{{ sep() }}{{ row.item }}{% set ns.count = ns.count + 1 %}{% endfor %}</p>"
            "{{ line(ns.count) }}<p>{% filter upper %}x{% endfilter %}</p>"
            "{% for kind, rows in raw.list|groupby('item') %}<p>{{ loop.index }}{{ kind }}{{ rows|length }}</p>"
            "{% endfor %}"
            "{% for row in list %}<p>{{ target('priority', 'P1') }}</p>{% endfor %}"
            "<p>{{ '%.2f'|format(1.5) }}{{ '{:,}'.format(1234) }}{{ list|map(attribute='item')|join('/') }}</p>",
            {"parts.html": "{% macro line(n) %}<p>{{ n }} 项</p>{% endmacro %}"},
        )
    )
    texts = ["".join(run.text for run in block.children) for block in document.blocks if hasattr(block, "children")]
    assert texts[:2] == ["a、b", "2 项"]
    assert texts[3:5] == ["1a1", "2b1"]
    assert texts[-1] == "1.501,234a/b"


@pytest.mark.parametrize(("times", "fits"), [(90, True), (150, False)])
def test_a_table_that_stands_many_times_counts_with_its_rows(catalogue: Writing, times: int, fits: bool) -> None:
    again = f"{{% set t = table('list') %}}{{% for i in range({times}) %}}{{{{ t }}}}{{% endfor %}}"
    [result] = made(catalogue(again), {**RECORD, "list": [{"item": "a"}] * 200})
    assert hasattr(result, "blocks") == fits


def test_one_record_that_runs_into_a_limit_leaves_the_others_alone(catalogue: Writing) -> None:
    records = [{"name": "x" * length} for length in (1, 90, 2)]
    first, second, third = made(catalogue("<p>{{ (raw.name * 2000)|length }}</p>"), records)
    assert [fault.code for fault in second] == ["E-template-limit"]
    assert first.blocks
    assert third.blocks


def test_the_budget_is_a_documents_own(catalogue: Writing) -> None:
    template = "{% for i in range(9999) %}{% if i == 7 %}{% endif %}{% endfor %}<p>x</p>"
    assert all(document.blocks for document in made(catalogue(template), [RECORD] * 30))


def test_blank_paper_has_the_same_limits(catalogue: Writing) -> None:
    with pytest.raises(RecordError) as caught:
        make_job("own", catalogue=catalogue("{% for i in range(30000) %}<p/>{% endfor %}")).blank()
    assert [fault.code for fault in caught.value.faults] == ["E-template-limit"]


@pytest.mark.parametrize(
    ("count", "fits"), [(limits.MOST_CALLS - 2, True), (limits.MOST_CALLS - 1, True), (limits.MOST_CALLS, False)]
)
def test_the_last_macro_that_fits_is_called(catalogue: Writing, count: int, fits: bool) -> None:
    macro = "{% macro m(n) %}{% if n > 1 %}{{ m(n - 1) }}{% else %}<p>x</p>{% endif %}{% endmacro %}"
    [result] = made(catalogue(f"{macro}{{{{ m({count}) }}}}"))
    assert hasattr(result, "blocks") == fits


def test_lint_looks_into_a_forms_templates(catalogue: Writing) -> None:
    found = catalogue("<p>\n{{ name|uper }}</p>")
    [fault] = template_faults(found.form("own"), found)
    assert (fault.code, fault.place.file, fault.place.row) == ("E-template-name", FILE, "2")
    assert "upper" in fault.params["near"]
    found = catalogue("<p>{{ name }}</p>")
    assert template_faults(found.form("own"), found) == []
