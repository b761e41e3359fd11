"""Which of a field's choices another word for it means: 已办结 is 已关闭, Urgent is High."""

from collections.abc import Sequence

from generator.catalogue.synonyms import groups_of, plain, similarity, words_of

_NEAR = 0.6


def choice_headed(text: str, labels: Sequence[str]) -> str:
    """Return the label that a text means, of several the one by which its group of answers is called."""
    head = next((words[0] for words in words_of("answers")["groups"] if plain(text) in map(plain, words)), "")
    return choice_meant(text, labels) or next((label for label in labels if head and plain(label) == plain(head)), "")


def _group_of(text: str) -> frozenset[str]:
    return next((group for group in groups_of("answers") if plain(text) in group), frozenset())


def choice_meant(text: str, labels: Sequence[str]) -> str:
    """Return the label that a text means; nothing where it is none, or one of several."""
    group = _group_of(text)
    alike = [label for label in labels if plain(label) in group]
    if alike:
        return alike[0] if len(alike) == 1 else ""
    ranked = sorted(((similarity(text, label), label) for label in labels), reverse=True)
    is_clear = ranked[0][0] >= _NEAR and (len(ranked) == 1 or ranked[0][0] > ranked[1][0])
    return ranked[0][1] if is_clear else ""
