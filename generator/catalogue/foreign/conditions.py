"""When a field is wanted, in words; and which fields an object has, all its branches taken together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.catalogue.choice_words import choice_titles
from generator.catalogue.foreign.view import View, Viewer, united
from generator.catalogue.key_titles import title_of_key
from generator.wording import LANGS, Lang, phrase

Texts = dict[str, str]
_FEW_VALUES = 3
"""Values by which an alternative is called that has no other name."""

_MOST_VALUES = 6


@dataclass(slots=True)
class Found:
    """A field of an object: its schema, and under which conditions it is wanted; none where it always may be there."""

    schema: Any
    conditions: list[Texts] = field(default_factory=list)


@dataclass(slots=True)
class Fields:
    """The fields of an object, its groups of alternatives, and what is to be told of all of it."""

    fields: dict[str, Found] = field(default_factory=dict)
    groups: list[tuple[str, list[Any]]] = field(default_factory=list)
    notes: list[Texts] = field(default_factory=list)


class Describer:
    """Says in words what the schemas of one form are about."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    # --- fields ---

    def fields(self, view: View) -> Fields:
        """Return the fields of an object with those of its branches."""
        made = Fields({key: Found(child) for key, child in view.properties.items()})
        later: dict[str, list[tuple[Any, Texts]]] = {}
        self._branches(view, view, [], later)
        for word, parts in view.groups:
            self._group(word, parts, view, made, later)
        for key, found in later.items():
            own = made.fields.get(key)
            schema = united(child for child, _ in found)
            if own is None:
                conditions = [text for _, text in found]
                made.fields[key] = Found(schema, [c for n, c in enumerate(conditions) if c not in conditions[:n]])
            elif self.viewer.view(own.schema).says_nothing:
                own.schema = schema
        for key, needed in view.needs.items():
            titles = [self.title(view, name) for name in needed if name in made.fields]
            if key in made.fields and titles:
                made.notes.append(_told("needs", name=self.title(view, key), values=_listed(titles)))
        return made

    def _branches(self, view: View, base: View, above: list[Texts], later: dict[str, list[tuple[Any, Texts]]]) -> None:
        for condition, then, other in view.branches:
            text, contrary = self.condition(condition, base)
            self._branch(then, base, [*above, text], later)
            self._branch(other, base, [*above, contrary], later)
        for key, schema in view.dependents.items():
            self._branch(schema, base, [*above, _told("given", name=self.title(base, key))], later)

    def _branch(self, schema: Any, base: View, above: list[Texts], later: dict[str, list[tuple[Any, Texts]]]) -> None:
        if not isinstance(schema, Mapping) or len(above) > _DEEPEST:
            return
        view = self.viewer.view(schema)
        tags = {key for key in view.properties if self._is_tag(key, view, base)} if above else set()
        for key, child in view.properties.items():
            if key not in tags and child is not False:
                later.setdefault(key, []).append((child, joined(above, "and")))
        self._branches(view, base, above, later)
        for _, parts in view.groups:
            for part in parts:
                one = self.viewer.view(part)
                tag = self._tag(one, base)
                self._branch(part, base, [*above, tag] if tag else above, later)

    def _is_tag(self, key: str, view: View, base: View) -> bool:
        return key in base.properties and self.viewer.view(view.properties[key]).enum is not None

    def _tag(self, view: View, base: View) -> Texts | None:
        """Return the condition of an alternative: which values fields of the base have there."""
        texts = [
            self._is(base, key, found.enum)
            for key, child in view.properties.items()
            if key in base.properties and (found := self.viewer.view(child)).enum
        ]
        return joined(texts, "and") if texts else None

    def _group(
        self, word: str, parts: list[Any], base: View, made: Fields, later: dict[str, list[tuple[Any, Texts]]]
    ) -> None:
        """Take a list of alternatives: as branches where a field of the base tells them apart, else as a choice."""
        views = [self.viewer.view(part) for part in parts]
        if all(
            not set(one.properties) - set(base.properties) and not one.groups and self._is_part(one) for one in views
        ):
            needed = [[self.title(base, key) for key in one.required if key in base.properties] for one in views]
            if all(needed):
                made.notes.append(
                    _told("one_of" if word == "anyOf" else "just_one_of", values=_listed(map(_joined_and, needed)))
                )
            for part, one in zip(parts, views, strict=True):
                if tag := self._tag(one, base):
                    self._branch(part, base, [tag], later)
            return
        if all(self._is_part(one) and (self._tag(one, base) or one.only_demands) for one in views):
            for part, one in zip(parts, views, strict=True):
                self._branch(part, base, [self._tag(one, base) or _told("some")], later)
            return
        made.groups.append((word, parts))

    @staticmethod
    def _is_part(view: View) -> bool:
        return "object" in view.types and view.enum is None

    # --- words ---

    def title(self, view: View, key: str) -> Texts:
        """Return what a field is called."""
        child = view.properties.get(key)
        found = self.viewer.view(child) if child is not None else View()
        plain = found.title.strip() or title_of_key(key)
        return {"zh-Hans": plain, "zh-Hant": plain, "en": plain, **found.said.get("x-title", {})}

    def name(self, view: View, number: int) -> Texts:
        """Return what an alternative is called: by title, the value that marks it, its definition, or its number."""
        plain = view.title.strip()
        if not plain:
            consts = [values for values in self.consts(view).values() if isinstance(values, str) and values.strip()]
            plain = consts[0] if consts else title_of_key(view.names[0]) if view.names else ""
        if not plain and len(view.types) == 1 and view.types != {"object"} and view.enum is None:
            return {lang: phrase(f"foreign.type.{next(iter(view.types))}", lang) for lang in LANGS}
        if not plain and view.enum is not None and 0 < len(view.enum) <= _FEW_VALUES:
            return _listed([dict(choice_titles(value)) for value in view.enum])
        if plain:
            return {**dict.fromkeys(LANGS, plain), **view.said.get("x-title", {})}
        return {lang: phrase("foreign.option", lang).format(n=number) for lang in LANGS}

    def consts(self, view: View) -> dict[str, Any]:
        """Return the fields of an alternative that can have one value only, with that value."""
        found = {key: self.viewer.view(child) for key, child in view.properties.items()}
        return {key: one.enum[0] for key, one in found.items() if one.enum is not None and len(one.enum) == 1}

    def condition(self, schema: Any, base: View) -> tuple[Texts, Texts]:
        """Return a condition in words, and the contrary."""
        view = self.viewer.view(schema)
        texts: list[tuple[Texts, Texts]] = []
        for key, child in view.properties.items():
            found = self.viewer.view(child)
            if found.enum is not None:
                texts.append((self._is(base, key, found.enum), self._is(base, key, found.enum, "is_not")))
            else:
                texts += [(text, _told("not", condition=text)) for text in self._limits(base, key, found)]
        for key in view.required if not view.properties else ():
            texts.append((_told("given", name=self.title(base, key)), _told("not_given", name=self.title(base, key))))
        if not texts:
            return _told("some"), _told("else")
        if len(texts) == 1:
            return texts[0]
        whole = joined([text for text, _ in texts], "and")
        return whole, _told("not", condition=whole)

    def _is(self, base: View, key: str, values: list[Any], word: str = "is") -> Texts:
        names = self._labels(base, key)
        shown = [names.get(repr(value)) or choice_titles(value) for value in values[:_MOST_VALUES]]
        return _told(word, name=self.title(base, key), values=_listed([dict(one) for one in shown]))

    def _labels(self, base: View, key: str) -> dict[str, Texts]:
        from generator.catalogue.foreign.values import value_node

        if key not in base.properties:
            return {}
        node = value_node(self.viewer.view(base.properties[key]), self.viewer) or {}
        options = [option for option in node.get("oneOf", ()) if option.get("title")]
        return {repr(option["const"]): dict.fromkeys(LANGS, option["title"]) for option in options}

    def _limits(self, base: View, key: str, found: View) -> list[Texts]:
        signs = {"minimum": "≥", "maximum": "≤", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
        name = self.title(base, key)
        return [
            {lang: f"{name[lang]} {sign} {found.said[word]}" for lang in LANGS}
            for word, sign in signs.items()
            if word in found.said
        ]


_DEEPEST = 8


def when(conditions: list[Texts]) -> Texts:
    """Return when a field is wanted, by the conditions of which one must hold."""
    return _told("when", condition=joined(conditions))


def _told(key: str, **params: Mapping[str, str]) -> Texts:
    return {
        lang: phrase(f"foreign.{key}", lang).format(**{name: _in(texts, lang) for name, texts in params.items()})
        for lang in LANGS
    }


def _in(texts: Mapping[str, str], lang: Lang) -> str:
    return texts.get(lang) or texts["zh-Hans"]


def joined(texts: list[Texts], word: str = "or") -> Texts:
    """Return several texts as one."""
    return {lang: phrase(f"foreign.{word}", lang).join(dict.fromkeys(_in(t, lang) for t in texts)) for lang in LANGS}


def _listed(texts: Any) -> Texts:
    return joined(list(texts), "or_value")


def _joined_and(texts: list[Texts]) -> Texts:
    return joined(texts, "and_value")


def with_value(key: str, values: list[str]) -> Texts:
    """Return a phrase that tells values."""
    return _told(key, values=_listed([dict.fromkeys(LANGS, value) for value in values]))
