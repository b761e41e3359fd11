"""A wrong choice as a message may show it, and the choice that may be meant.

A value in the wrong column may stand there: a person's name, a number, an address. So a text is shown only where it is
short and looks like an answer: `templates/wording/answers.toml` says what does.
"""

import difflib
import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from generator import resources
from generator.catalogue.form import FieldSpec, choices_in
from generator.catalogue.synonyms import best, plain, words_of
from generator.errors import quoted, unnamed
from generator.formats import join
from generator.rules.scan import folded

_CHINESE: tuple[Literal["zh-Hans"], Literal["zh-Hant"]] = ("zh-Hans", "zh-Hant")
_LANGS: tuple[Literal["zh-Hans", "zh-Hant", "en"], ...] = (*_CHINESE, "en")
_LONGEST_NUMBER = 999
_LONGEST, _LONGEST_CHINESE = 40, 8
_FEW_DIGITS = 3
_SHORT = 4
"""Latin letters that are no word of their own beside Chinese: P1级, VIP客户."""

_MOST_CHOICES = 12
_NEAR, _WORD_NEAR = 0.6, 0.75
_LONGEST_NAME = 3
_NAME = range(2, _LONGEST_NAME + 1)
"""Letters of a person's name whose surname has one."""

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_TEXT = re.compile(rf"[A-Za-z0-9{_HAN} ()（）/、，,.+&_-]+")
_RUN = re.compile(rf"[{_HAN}]+")
_WORD = re.compile(r"[A-Za-z]+")


@cache
def _known() -> frozenset[str]:
    """Return the answers that are known, and the words of those that have several."""
    answers = [*words_of("answers")["words"], *(word for group in words_of("answers")["groups"] for word in group)]
    return frozenset([*answers, *(word for answer in answers for word in _WORD.findall(answer))])


@cache
def _compound_surnames() -> frozenset[str]:
    path = resources.schemas() / "policies" / "masking.json"
    return frozenset(json.loads(path.read_text(encoding="utf-8"))["compound_surnames"])


def params_of(value: object, spec: FieldSpec, longest_code: int) -> dict[str, Any]:
    """Return what the sentence about a wrong choice says: what was given, and what there is to choose from.

    `longest_code`: letters and digits of a code, which is shown whatever it is.
    """
    is_code = isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= longest_code
    text = str(value) if is_code and not spec.sensitive else shown(value, spec)
    if text is None:
        return {"choices": _listed(spec, None), "value": {"zh-Hans": "所填内容", "en": "what is given"}}
    given = dict.fromkeys(_CHINESE, f'"{text}" ') | {"en": f'"{text}"'} if is_code else quoted(text)
    return {"choices": _listed(spec, _nearest(text, spec, is_code=is_code)), "value": given}


def shown(value: object, spec: FieldSpec) -> str | None:
    """Return a wrong choice as a message may show it; None where it may be a value of another field."""
    if spec.sensitive:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 <= value <= _LONGEST_NUMBER else None
    if not isinstance(value, str):
        return None
    text = unicodedata.normalize("NFKC", value).strip()
    return text if _is_answer(text, _titles(spec)) else None


@lru_cache(maxsize=1024)
def _titles(spec: FieldSpec) -> tuple[str, ...]:
    """Return all titles of a field's choices, as texts are compared."""
    labels = (choice.label for lang in _LANGS for choice in choices_in(spec.choices, lang))
    return tuple(dict.fromkeys(plain(text) for text in (*labels, *(str(choice.value) for choice in spec.choices))))


@lru_cache(maxsize=4096)
def _is_answer(text: str, titles: tuple[str, ...]) -> bool:
    """Tell whether a text looks like an answer and not like the value of a person."""
    if not text or len(text) > _LONGEST or not _TEXT.fullmatch(text):
        return False
    if sum(character in _DIGITS for character in folded(text, "*")) > _FEW_DIGITS:
        return False
    chinese = _RUN.findall(plain(text))
    if sum(map(len, chinese)) > _LONGEST_CHINESE:
        return False
    words = [word for word in _WORD.findall(text.casefold()) if not chinese or len(word) > _SHORT]
    return all(_is_no_name(run, titles) for run in chinese) and all(_is_known(word, titles) for word in words)


_DIGITS = frozenset("0123456789ABCDEFGHIJ")
"""Digits as texts are folded: those of 汉字 to letters."""


def _is_no_name(run: str, titles: Sequence[str]) -> bool:
    if run in _known() or any(run[n : n + 2] in title for title in titles for n in range(len(run) - 1)):
        return True
    name = run[1:] if run[0] in words_of("answers")["before"] else run
    if name[:2] in _compound_surnames():
        return len(name) > _LONGEST_NAME + 1
    is_called = len(name) in _NAME or name != run or name.endswith(tuple(words_of("answers")["behind"]))
    return not (name and name[0] in words_of("answers")["surnames"] and is_called)


def _is_known(word: str, titles: Sequence[str]) -> bool:
    """Tell whether a word in Latin letters is one of an answer, or nearly one of the choices."""
    if word in _known():
        return True
    offered = [known for title in titles for known in _WORD.findall(title)]
    return bool(difflib.get_close_matches(word, offered, 1, _WORD_NEAR))


# --- what may be meant ---


@lru_cache(maxsize=4096)
def _nearest(text: str, spec: FieldSpec, *, is_code: bool) -> int | None:
    """Return which of the choices, from 0, a text may mean; None where it is none, or one of several."""
    labels = [choice.label for lang in _LANGS for choice in choices_in(spec.choices, lang)]
    group = next((group for group in words_of("answers")["groups"] if plain(text) in group), ())
    near = {label for label in labels if plain(label) in group}
    if not near and not is_code:
        ranked = best(text, labels)
        near = {label for score, label in ranked if score >= _NEAR and score == ranked[0][0]}
    places = {n % len(spec.choices) for n, label in enumerate(labels) if label in near}
    return places.pop() if len(places) == 1 else None


@lru_cache(maxsize=4096)
def _listed(spec: FieldSpec, near: int | None) -> Any:
    """Return the choices as a sentence lists them, twelve at most, with the one that may be meant."""
    if near is None:
        return [
            *(choice.titles for choice in spec.choices[:_MOST_CHOICES]),
            *["…"] * (len(spec.choices) > _MOST_CHOICES),
        ]
    return {
        lang: _with_meant([choice.label for choice in choices_in(spec.choices, lang)], near, lang) for lang in _LANGS
    }


def _with_meant(labels: Sequence[str], near: int, lang: Literal["zh-Hans", "zh-Hant", "en"]) -> str:
    listed = [*labels[:_MOST_CHOICES], *["…"] * (len(labels) > _MOST_CHOICES)]
    return join(listed, lang) + unnamed("meant", choice=labels[near])[lang]
