"""Which field a name means: its key, its title in any language, its pointer."""

from collections.abc import Mapping
from functools import lru_cache

from generator.catalogue.form import FieldSpec
from generator.kinds.former import todays
from generator.kinds.raw import fold
from generator.wording import LANGS, Lang, choose, simplified

SpecPath = tuple[FieldSpec, ...]
"""The way from a part of a form to a field: the sections, then the field."""


@lru_cache(maxsize=4096)
def _own_names(spec: FieldSpec, langs: tuple[Lang, ...]) -> Mapping[str, FieldSpec]:
    """Return the fields of a section by every name they go by; a key goes before a title, that before a former one."""
    former = {fold(title): f for f in reversed(spec.fields) for title in f.former}
    titles = {fold(choose(f.titles, lang)): f for f in reversed(spec.fields) for lang in langs}
    return former | titles | {fold(f.key): f for f in spec.fields}


@lru_cache(maxsize=1024)
def _deep_names(spec: FieldSpec, langs: tuple[Lang, ...]) -> Mapping[str, SpecPath]:
    """Return the fields in sections beneath by name, where the name is the only one of its kind, and by pointer."""
    found: dict[str, list[SpecPath]] = {}
    former: dict[str, list[SpecPath]] = {}
    for path in _leaves(spec, ()):
        for title in path[-1].former:
            former.setdefault(fold(title), []).append(path)
        names = {fold(path[-1].key), *(fold(choose(path[-1].titles, lang)) for lang in langs)}
        names |= {fold(path[-1].pointer), fold(".".join(f.key for f in path))}
        for name in names:
            found.setdefault(name, []).append(path)
    return {name: paths[0] for name, paths in {**former, **found}.items() if len(paths) == 1}


def _leaves(spec: FieldSpec, above: SpecPath) -> list[SpecPath]:
    paths = []
    for child in spec.fields:
        path = (*above, child)
        paths += _leaves(child, path) if child.shape == "section" else [path]
    return paths


def find_path(spec: FieldSpec, name: str) -> SpecPath | None:
    """Return the way from `spec` to the field of that name; traditional Chinese titles are tried last.

    A name in traditional Chinese may be written otherwise than ours: what it is in simplified Chinese counts, too. So
    does a name that the field had on earlier papers of ours.
    """
    exact = spec.by_key.get(name)
    if exact is not None:
        return (exact,)
    found = _found(spec, fold(name), ("zh-Hans", "en")) or _found(spec, fold(name), LANGS)
    if found is None and not name.isascii() and len(name) <= _LONGEST:
        found = _found(spec, fold(simplified(name)), ("zh-Hans",))
    if found is None:
        found = next(filter(None, (_found(spec, now, LANGS) for now in todays(fold(name)))), None)
    return found


_LONGEST = 100
"""Characters of a name that may be one in traditional Chinese."""


def _found(spec: FieldSpec, wanted: str, langs: tuple[Lang, ...]) -> SpecPath | None:
    own = _own_names(spec, langs).get(wanted)
    return (own,) if own else _deep_names(spec, langs).get(wanted)
