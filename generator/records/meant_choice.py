"""Which of a field's choices another word for it means: 已办结 is 已关闭, Urgent is High."""

import tomllib
from collections.abc import Sequence
from functools import cache

from generator import resources
from generator.catalogue.synonyms import plain, similarity

_NEAR = 0.6


@cache
def _groups() -> tuple[frozenset[str], ...]:
    """Return the answers that say much the same, a group each."""
    path = resources.templates() / "wording" / "answers.toml"
    groups = tomllib.loads(path.read_text(encoding="utf-8"))["groups"]
    return tuple(frozenset(map(plain, group)) for group in groups)


def choice_meant(text: str, labels: Sequence[str]) -> str:
    """Return the label that a text means; nothing where it is none, or one of several."""
    group = next((group for group in _groups() if plain(text) in group), frozenset())
    alike = [label for label in labels if plain(label) in group]
    if alike:
        return alike[0] if len(alike) == 1 else ""
    ranked = sorted(((similarity(text, label), label) for label in labels), reverse=True)
    is_clear = ranked[0][0] >= _NEAR and (len(ranked) == 1 or ranked[0][0] > ranked[1][0])
    return ranked[0][1] if is_clear else ""
