"""What a form takes from the records of its case: which fact goes into which field, and as what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.catalogue.resolve import vocabularies
from generator.kinds import MULTILINE, TEXT
from generator.rules import Policy
from generator.rules.customers import CUSTOMER
from generator.rules.mask import mask
from generator.wording import Lang, choose


@dataclass(frozen=True, slots=True)
class Fact:
    """What a record of the case says under a key: the value as JSON, its field, the form and the record's number."""

    value: Any
    spec: FieldSpec
    form: Form
    number: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a case knows by key: told last, and told first; `lang`: that of words for choices."""

    last: Mapping[str, Fact]
    first: Mapping[str, Fact]
    lang: Lang
    policy: Policy


def is_shared(spec: FieldSpec) -> bool:
    """Tell whether a field is one of the shared vocabulary, and so means the same in every form."""
    return spec.flows and any(spec.key in vocabulary["$defs"] for vocabulary in vocabularies().values())


def fill(spec: FieldSpec, data: dict[str, Any], facts: Facts) -> None:
    """Fill the fields of a section, or of a record, that have no value from what the case knows."""
    for child in spec.fields:
        if child.shape == "section":
            inner = dict(data.get(child.key) or {})
            fill(child, inner, facts)
            if inner:
                data[child.key] = inner
        elif child.key not in data and (fact := _source(child, facts)):
            data[child.key] = _fitting(child, fact, facts.lang)


def _source(spec: FieldSpec, known: Facts) -> Fact | None:
    """Return the fact that a field takes: its own key where that is shared, else the first that `x-case` names.

    Personal data goes into fields only that are marked as personal, so that it is masked there too. What another key
    tells is taken only where it is a value of the field. A choice of levels takes the latest one of any other scale. Of
    what may be estimated anew, it is the one told last, or first where the field says so.
    """
    facts = known.first if spec.revised == "first" else known.last
    own = facts.get(spec.key) if is_shared(spec) else None
    others = (facts[key] for key in spec.case if key in facts)
    found = [*([own] if own else []), *(fact for fact in others if _takes(spec, fact.value))]
    if not found and spec.levels:
        found = list(_on_scale(spec, known))
    if spec.revised:
        found.sort(key=lambda fact: fact.number if spec.revised == "first" else -fact.number)
    return next((f for f in found if f.spec.shape == spec.shape and _may_take(spec, f, known.policy)), None)


def _may_take(spec: FieldSpec, fact: Fact, policy: Policy) -> bool:
    """Tell whether a field may take what a fact says: personal data only where it is masked, too; a company is none."""
    if spec.sensitive or not fact.spec.sensitive:
        return True
    return fact.spec.sensitive == CUSTOMER and mask(str(fact.value), CUSTOMER, policy.masking) == fact.value


def _on_scale(spec: FieldSpec, known: Facts) -> Iterator[Fact]:
    """Yield what levels of other scales are on that of a field, the latest first."""
    for fact in sorted(known.last.values(), key=lambda fact: -fact.number):
        level = known.policy.on_scale(fact.value, fact.spec.levels, spec.levels) if fact.spec.levels else None
        if fact.spec.levels == spec.levels:
            level = fact.value
        if level is not None and any(choice.value == level for choice in spec.choices):
            yield replace(fact, value=level)


def _takes(spec: FieldSpec, value: Any) -> bool:
    """Tell whether a text may stand in a field: an e-mail address is no telephone number."""
    pattern = spec.constraints.pattern
    return not (pattern and isinstance(value, str)) or _matcher(pattern).is_valid(value)


@cache
def _matcher(pattern: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())


def _fitting(spec: FieldSpec, fact: Fact, lang: Lang) -> Any:
    """Return a fact as a field takes it: of a table's rows the columns that both have, for a text a choice's title."""
    if spec.shape != "repeat":
        chosen = next((choice for choice in fact.spec.choices if choice.value == fact.value), None)
        return (
            choose(chosen.titles, lang)
            if chosen and spec.kind in (TEXT, MULTILINE) and not spec.choices
            else fact.value
        )
    theirs = {child.key: child for child in fact.spec.fields}
    keys = {c.key for c in spec.fields if c.key in theirs and (c.sensitive or not theirs[c.key].sensitive)}
    return [{key: value for key, value in row.items() if key in keys} for row in fact.value]
