"""Which of a field's choices another word for it means: 已办结 is 已关闭, Urgent is High."""

from collections.abc import Mapping, Sequence
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.catalogue.synonyms import groups_of, plain, similarity, words_of
from generator.kinds import BOOLEAN
from generator.kinds.raw import fold
from generator.wording import LANGS, Lang, choose, phrase

_NEAR = 0.6


def choices_listed(words: Sequence[str], spec: FieldSpec) -> dict[str, Any]:
    """Return what the words that a list offers for a field stand for, by their folded texts.

    Those that mean none of its choices are left out; so are all, where two mean the same one.
    """
    offered = [_labels(spec, lang) for lang in LANGS]
    meant: dict[str, Any] = {}
    for word in words:
        found = [labels[label] for labels in offered if (label := _label_of(word, labels)) is not None]
        if found:
            meant[fold(word)] = found[0]
    values = [repr(value) for value in meant.values()]
    return meant if len(set(values)) == len(values) else {}


def _labels(spec: FieldSpec, lang: Lang) -> dict[str, Any]:
    """Return the values of a field's choices by their titles in a language."""
    if spec.kind is BOOLEAN:
        return {phrase("answer.yes", lang): True, phrase("answer.no", lang): False}
    return {choose(choice.titles, lang): choice.value for choice in spec.choices}


def _label_of(word: str, labels: Mapping[str, Any]) -> str | None:
    """Return the label that a word is, or begins as no other does (功能 of 功能需求 and 服务需求), or means."""
    same = next((label for label in labels if fold(label) == fold(word)), None)
    if same is not None or not labels:
        return same
    begun = [label for label in labels if fold(label).startswith(fold(word))]
    return begun[0] if len(begun) == 1 else choice_meant(word, list(labels)) or None


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
