"""Keys of fields: those that our forms have for a title, else words of Latin letters, Chinese ones by their sound."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from generator.catalogue import Catalogue, FieldSpec
from generator.catalogue.resolve import vocabularies
from generator.errors import BiaodanError
from generator.kinds.raw import fold
from generator.wording import LANGS, Lang, choose, simplified

_LONGEST = 40
_NUMBER = re.compile(r"^(?:单号|编号|序号|no\.?|number)$", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_RESERVED = re.compile(
    "and|or|not|in|is|if|else|true|false|none|rows|head|row_number|earlier|lang|raw|blank|office|loop|self|items|keys|"
    "values|get|range|namespace|joiner|target|minutes|deadline|before|running|met|total|mean|count|where|column|latest|"
    "earliest|share|growth|rounded|weighted|capitals|all_in|month_before|now"
)
"""Names that expressions have for something else."""


class Known(NamedTuple):
    """How our forms call a field of some title: its key, and its titles in other languages."""

    key: str
    titles: Mapping[str, str]


@cache
def shared() -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """Return the fields of the vocabulary by key: where each is referred to, and its schema."""
    return {key: (f"{uri}#/$defs/{key}", node) for uri, v in vocabularies().items() for key, node in v["$defs"].items()}


@cache
def shared_by_title() -> Mapping[str, tuple[str, ...]]:
    """Return the keys of the vocabulary by folded title, in any language."""
    found: dict[str, list[str]] = {}
    for key, (_, node) in shared().items():
        titles = {"zh-Hans": str(node.get("title", key)), **node.get("x-title", {})}
        for lang in LANGS:
            keys = found.setdefault(fold(choose(titles, lang)), [])
            if key not in keys:
                keys.append(key)
    return {title: tuple(keys) for title, keys in found.items()}


def shared_called(title: str) -> tuple[str, ...]:
    """Return the keys of the vocabulary that a title may mean."""
    found = shared_by_title()
    return found.get(fold(title)) or found.get(fold(simplified(title))) or ()


@cache
def known_titles(form_id: str = "") -> Mapping[str, Known]:
    """Return what our forms call the fields of a folded title; `form_id`: of that form before all others."""
    counts: dict[str, Counter[str]] = {}
    named: dict[tuple[str, str], Mapping[str, str]] = {}
    for weight, spec in _fields(form_id):
        for lang in LANGS:
            title = fold(choose(spec.titles, lang))
            counts.setdefault(title, Counter())[spec.key] += weight
            named.setdefault((title, spec.key), spec.titles)
    return {title: Known(best := keys.most_common(1)[0][0], named[title, best]) for title, keys in counts.items()}


_OWN_FORM = 1000


def _fields(form_id: str) -> Iterator[tuple[int, FieldSpec]]:
    try:
        forms, _ = Catalogue().forms()
    except BiaodanError:  # a folder of the user's that is named and isn't there
        forms, _ = Catalogue(()).forms()
    for form in forms:
        for spec in form.root.walk():
            yield (_OWN_FORM if form.id == form_id else 1), spec


def other_titles(title: str, known: Known | None) -> dict[str, str]:
    """Return what a field is called in English, where our forms call one of that title so."""
    english = known.titles.get("en", "") if known else ""
    return {"en": english} if english and fold(english) != fold(title) and not _HAN.search(english) else {}


class Keys:
    """Gives the fields of one object their keys: the same names give the same keys, and no key comes twice."""

    def __init__(self, form_id: str = "") -> None:
        self.form_id = form_id
        self.taken: set[str] = set()

    def known(self, title: str) -> Known | None:
        """Return what our forms call a field of this title; numbers are called by what they number."""
        if not self.form_id and _NUMBER.search(title):
            return None
        known = known_titles(self.form_id)
        return known.get(fold(title)) or known.get(fold(simplified(title)))

    def shared(self, key: str) -> bool:
        """Take the key of a shared field; False where it is taken."""
        if key in self.taken:
            return False
        self.taken.add(key)
        return True

    def own(self, title: str, wanted: str = "") -> str:
        """Return the key of a field that isn't a shared one; `wanted`: what the source calls it."""
        known = None if wanted else self.known(title)
        told = known.key if known and self.form_id else slug(known.titles.get("en", "")) if known else ""
        first = slug(wanted) if wanted else told or slug(title)
        if first in shared():
            first = slug(title) if slug(title) not in shared() else f"{first}_text"
        return self._free(first or "field")

    def exactly(self, name: str) -> str:
        """Return a key as the source has it, where it is one already: data goes by it."""
        if name and name not in self.taken:
            self.taken.add(name)
            return name
        return self._free(name or "field")

    def _free(self, first: str) -> str:
        key, count = first, 1
        while key in self.taken:
            count += 1
            key = f"{first}_{count}"
        self.taken.add(key)
        return key


@cache
def slug(title: str) -> str:
    """Return a title as a key: small Latin letters, digits and underscores, Chinese letters by their sound."""
    text = unicodedata.normalize("NFKC", title)
    text = _HAN.sub(lambda found: f" {_sound(found[0])} ", text)
    text = (
        unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)).encode("ascii", "ignore").decode()
    )
    words = re.findall(r"[a-z0-9]+", text.lower())
    made = ""
    for word in words:
        if made and len(made) + len(word) >= _LONGEST:
            break
        made = f"{made}_{word}" if made else word
    made = made[:_LONGEST].rstrip("_")
    if made and made[0].isdigit():
        made = f"n_{made}"
    return f"{made}_" if _RESERVED.fullmatch(made) else made


def _sound(han: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return " ".join(lazy_pinyin(han, style=Style.NORMAL, errors="ignore"))


def form_slug(text: str) -> str:
    """Return a text as the id of a form."""
    return slug(text).strip("_").replace("_", "-")


def title_lang(titles: list[str]) -> Lang:
    """Return the language that titles are in."""
    return "zh-Hans" if any(_HAN.search(title) for title in titles) else "en"
