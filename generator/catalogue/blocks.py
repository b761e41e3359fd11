"""Named blocks of templates: `{# block opening #}…{# end #}`, which a desk may word anew without copying the rest."""

import re
from collections.abc import Mapping
from hashlib import sha256

from generator.wording import Lang, traditional

_BLOCK = re.compile(r"\{# block (?P<name>[a-z0-9-]+) #\}(?P<text>.*?)\{# end #\}", re.DOTALL)
_DIGITS = 12

Wording = tuple[tuple[Lang, str, str], ...]
"""Language, name of a block, and its new text, of every block that is worded anew."""


def blocks_of(source: str) -> dict[str, str]:
    """Return the text of each block of a template by its name."""
    return {found["name"]: found["text"] for found in _BLOCK.finditer(source)}


def digest_of(text: str) -> str:
    """Return what a block's text is known by, however its lines are broken."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:_DIGITS]


def reworded(source: str, wording: Wording, lang: Lang) -> str:
    """Return a template with its blocks as a desk words them; traditional Chinese is made where it isn't given."""
    texts = _texts(wording, lang)
    if not texts:
        return source
    return _BLOCK.sub(lambda found: texts.get(found["name"], found["text"]), source)


def _texts(wording: Wording, lang: Lang) -> Mapping[str, str]:
    given = {name: text for written, name, text in wording if written == lang}
    if lang == "zh-Hant":
        made = {name: traditional(text) for written, name, text in wording if written == "zh-Hans"}
        return {**made, **given}
    return given
