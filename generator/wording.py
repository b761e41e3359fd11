"""The toolkit's own sentences in three languages, and the way from simplified to traditional Chinese.

Sentences live in `templates/wording/*.toml`, keyed by language. Traditional Chinese that a file doesn't give comes from
OpenCC (`s2twp`), corrected by the terms in `templates/wording/zh-Hant.toml`.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, Literal, cast, get_args

from generator import resources

Lang = Literal["zh-Hans", "zh-Hant", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
DEFAULT_LANG: Lang = "zh-Hans"


@cache
def _table(name: str) -> Mapping[str, Any]:
    path = resources.templates() / "wording" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _overrides() -> tuple[re.Pattern[str], Mapping[str, str]]:
    terms = cast(Mapping[str, str], _table("zh-Hant")["terms"])
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")"), terms


@cache
def _opencc() -> Any:
    import opencc

    return opencc.OpenCC("s2twp")


@lru_cache(maxsize=16_384)
def traditional(text: str) -> str:
    """Return simplified Chinese `text` in traditional Chinese; text without Chinese comes back as it is."""
    if text.isascii():
        return text
    pattern, terms = _overrides()
    pieces = pattern.split(text)
    return "".join(terms[p] if p in terms else _opencc().convert(p) for p in pieces if p)


@cache
def _opencc_back() -> tuple[Any, Any]:
    import opencc

    return opencc.OpenCC("tw2sp"), opencc.OpenCC("t2s")


@lru_cache(maxsize=16_384)
def simplified(text: str) -> str:
    """Return traditional Chinese `text`, of Taiwan or elsewhere, in simplified Chinese; half a character as `?`."""
    if text.isascii():
        return text
    by_words, by_letters = _opencc_back()
    return str(by_letters.convert(by_words.convert(text.encode("utf-8", "replace").decode())))


def choose(texts: Mapping[str, str], lang: Lang) -> str:
    """Return the text of `lang`; traditional Chinese is made from simplified when it isn't given."""
    if lang in texts:
        return texts[lang]
    if lang == "zh-Hant":
        return traditional(texts["zh-Hans"])
    return texts["zh-Hans"]


@cache
def phrase(key: str, lang: Lang, table: str = "paper") -> str:
    """Return the phrase `key` of a wording table, for instance `phrase("signature.date", "en")`.

    Raises KeyError when the table has no such phrase: a fault of ours, not of the user's.
    """
    entry: Any = _table(table)
    for part in key.split("."):
        entry = entry[part]
    return choose(entry, lang)


def said_together(texts: Iterable[str], lang: Lang) -> str:
    """Return texts as sentences one behind the other, empty ones left out; none ends with two stops."""
    made = ""
    for text in filter(None, texts):
        stop = "" if not made or made.endswith(("。", "；", "！", "？")) else phrase("foreign.stop", lang)
        made = f"{made.rstrip().removesuffix('.')}{stop}{text}"
    return made


def sentences(table: str, part: str = "") -> Collection[str]:
    """Return the names of all phrases at the top of a wording table, or of a part of it: of `faults`, the codes."""
    return (_table(table)[part] if part else _table(table)).keys()


@cache
def former_words() -> Mapping[str, list[str]]:
    """Return the titles and answers that our paper had once, each with what may stand for it today."""
    return cast(Mapping[str, list[str]], _table("former")["words"])


@cache
def surname_readings() -> Mapping[str, str]:
    """Return how surnames are written in Latin letters that are read otherwise than their characters usually are."""
    return cast(Mapping[str, str], _table("surnames")["readings"])


@cache
def has_phrase(key: str, table: str = "paper") -> bool:
    """Tell whether the wording table has the phrase."""
    try:
        phrase(key, DEFAULT_LANG, table)
    except KeyError:
        return False
    return True
