"""How people call a form: by its title in any language, its number, or the initials of its title's sound."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from generator.catalogue.form import Form
from generator.kinds.raw import fold
from generator.wording import LANGS, choose, simplified

_INITIALS = re.compile(r"[a-z0-9]{3,40}")
_NEAR, _LEAST = 3, 0.3


def called(name: str, forms: Iterable[Form]) -> list[Form]:
    """Return the forms that a name may mean: those of that title or number, else those of such initials."""
    wanted, known = _plain(name), list(forms)
    found = [form for form in known if wanted in set(map(_plain, _names(form)))]
    if found or not _INITIALS.fullmatch(wanted):
        return found
    return [form for form in known if initials(form.title("zh-Hans")) == wanted]


def nearest(name: str, forms: Iterable[Form]) -> list[Form]:
    """Return the three forms whose id, title, number or initials are most like a name, the nearest first."""
    wanted = _plain(name)
    by_likeness = sorted(forms, key=lambda form: (-_likeness(wanted, form), form.id))
    likely = [form for form in by_likeness if _likeness(wanted, form) >= _LEAST]
    return (likely or by_likeness)[:_NEAR]


def listed(forms: Sequence[Form]) -> list[Mapping[str, str]]:
    """Return forms as a fault lists them: each by id and title, by language."""
    return [{lang: _entry(form.id, form.title(lang), en=lang == "en") for lang in LANGS} for form in forms]


def _entry(form_id: str, title: str, *, en: bool) -> str:
    return f"{form_id} ({title})" if en else f"{form_id}（{title}）"


def _names(form: Form) -> Iterator[str]:
    yield form.id
    yield from (choose(form.titles, lang) for lang in LANGS)
    if form.number:
        yield form.number


def _plain(name: str) -> str:
    return simplified(fold(name))


def _likeness(wanted: str, form: Form) -> float:
    names = [*map(_plain, _names(form))]
    if _INITIALS.fullmatch(wanted):
        names.append(initials(form.title("zh-Hans")))
    return max(difflib.SequenceMatcher(None, wanted, name).ratio() for name in names)


@cache
def initials(title: str) -> str:
    """Return the first letter of each Chinese letter's sound, other letters and digits as they stand."""
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(title, style=Style.FIRST_LETTER))
    return "".join(letter for letter in letters.lower() if letter.isalnum())
