"""What `list` and `show` print: the catalogue by stage, and a form's fields, choices, rules and an example."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.case import Case
from generator.catalogue import GROUPS, FieldSpec, Form
from generator.cli.messages import message
from generator.kinds import CHOICES
from generator.record import value_at
from generator.wording import Lang, choose

_MINUTE = 16
"""Characters of a moment up to its minute."""


def _width(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    return sum(2 if ord(c) >= 0x2E80 else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def catalogue_lines(forms: Sequence[Form], lang: Lang) -> Iterator[str]:
    """Yield the forms by stage: number, id, title, kind."""
    columns = [max((_width(pick(f)) for f in forms), default=0) for pick in (_number, _id)]
    titles = max((_width(f.title(lang)) for f in forms), default=0)
    for group in (*GROUPS, ""):
        here = [f for f in forms if f.group == group or (not group and f.group not in GROUPS)]
        if here:
            yield message(f"group.{group or 'other'}", lang)
        for form in here:
            number, name = (_padded(pick(form), w) for pick, w in zip((_number, _id), columns, strict=True))
            yield f"  {number}  {name}  {_padded(form.title(lang), titles)}  {message(f'kind.{form.kind}', lang)}"


def _number(form: Form) -> str:
    return form.number


def _id(form: Form) -> str:
    return form.id


def form_lines(form: Form, lang: Lang) -> Iterator[str]:
    """Yield a form's description, line by line."""
    yield f"{form.title(lang)}  {form.id}"
    yield f"{message('say.number', lang)} {form.number}  {form.version}  {message(f'kind.{form.kind}', lang)}".rstrip()
    yield ""
    yield from _field_lines(form.root, lang, 0)
    if rules := _rules(form, lang):
        yield ""
        yield message("say.rules", lang)
        yield from (f"  {rule}" for rule in rules)
    yield ""
    yield message("say.example", lang)
    yield json.dumps(example(form.root), ensure_ascii=False, indent=2)


def _rules(form: Form, lang: Lang) -> list[str]:
    return [choose(check.messages, lang) for spec in (form.root, *form.root.walk()) for check in spec.checks]


def _field_lines(spec: FieldSpec, lang: Lang, depth: int) -> Iterator[str]:
    for child in spec.fields:
        marks = [child.kind.title(lang) if child.shape == "value" else message(f"value.{child.shape}", lang)]
        marks += [message("say.required", lang)] if child.required else []
        marks += [message("say.derived", lang)] if child.derive else []
        marks += [message("say.sensitive", lang)] if child.sensitive else []
        yield f"{'  ' * depth}{child.title(lang)}  {child.key}  [{' · '.join(marks)}]"
        if child.choices:
            labels = " / ".join(f"{choose(c.titles, lang)} ({c.value})" for c in child.choices)
            yield f"{'  ' * depth}    {labels}"
        yield from _field_lines(child, lang, depth + 1)


def example(spec: FieldSpec) -> dict[str, object]:
    """Return a record that shows the shape of a form's data; computed fields are left out."""
    made: dict[str, object] = {}
    for child in spec.fields:
        if child.shape == "section":
            made[child.key] = example(child)
        elif child.shape == "repeat":
            made[child.key] = [example(child)]
        elif not child.derive:
            made[child.key] = _example_value(child)
    return made


def _example_value(spec: FieldSpec) -> object:
    if spec.choices:
        return [spec.choices[0].value] if spec.kind is CHOICES else spec.choices[0].value
    return spec.kind.example


def form_as_json(form: Form, lang: Lang) -> str:
    """Return a form's description as JSON."""
    described = {
        "id": form.id,
        "title": form.title(lang),
        "kind": form.kind,
        "group": form.group,
        "number": form.number,
        "version": form.version,
        "fields": [_described(child, lang) for child in form.root.fields],
        "rules": _rules(form, lang),
        "example": example(form.root),
    }
    return json.dumps(described, ensure_ascii=False, indent=2)


def _described(spec: FieldSpec, lang: Lang) -> dict[str, object]:
    described: dict[str, object] = {
        "key": spec.key,
        "pointer": spec.pointer,
        "title": spec.title(lang),
        "type": str(spec.kind) if spec.shape == "value" else spec.shape,
        "required": spec.required,
        "derived": spec.derive is not None,
        "sensitive": spec.sensitive,
    }
    if spec.choices:
        described["choices"] = [{"value": c.value, "title": choose(c.titles, lang)} for c in spec.choices]
    if spec.fields:
        described["fields"] = [_described(child, lang) for child in spec.fields]
    return described


def _issued_lines(n: int, given: Mapping[str, Any], case: Case, lang: Lang) -> Iterator[str]:
    """Yield what a case holds of a document that was given out: when, what, the reason, its files with their sums."""
    form = case.catalogue.find(given["form"])
    title = form.title(lang) if form else given["form"]
    said = [given["at"][:_MINUTE].replace("T", " "), title, given.get("reference", ""), given.get("number", "")]
    if "revision" in given:
        said.append(message("case_show.corrected", lang).format(number=given["revision"]))
    if "voids" in given:
        said.append(message("case_show.voids", lang).format(number=given["voids"]))
    yield f"{n:>3}  {'  '.join(filter(None, [*said, given.get('reason', '')]))}"
    yield from (f"     {file['name']}  {file['sha256']}" for file in given["files"])


def case_lines(case: Case, lang: Lang) -> Iterator[str]:
    """Yield the records of a case in their order: number, form, what tells the record apart."""
    for n, entry in enumerate(case.entries, 1):
        form = case.form_of(n)
        spec = form.spec_at(form.identity) if form.identity else None
        identity = value_at(entry.record, form.identity) if spec and not spec.sensitive else None
        yield f"{n:>3}  {_padded(form.title(lang), 28)}  {entry.form}  {identity or ''}".rstrip()
    if case.issued:
        yield ""
        yield message("case_show.issued", lang)
    for n, given in enumerate(case.issued, 1):
        yield from _issued_lines(n, given, case, lang)
    if revised := case.revisions():
        yield ""
        yield message("case_show.revised", lang)
    for fact in revised:
        shown = str(fact.value)[:_MINUTE].replace("T", " ")
        yield f"{fact.number:>3}  {_padded(fact.form.title(lang), 28)}  {fact.spec.title(lang)}  {shown}"
