"""What the page says, in the language that its reader has chosen."""

from starlette.requests import Request

from generator.wording import DEFAULT_LANG, LANGS, Lang, phrase

LANG_COOKIE = "desk_lang"


def lang_of(request: Request) -> Lang:
    """Return the language of a request: the one that was chosen, else the first that the browser asks for."""
    chosen = request.cookies.get(LANG_COOKIE, "")
    known: tuple[Lang, ...] = LANGS
    for lang in known:
        if chosen == lang:
            return lang
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
            return "zh-Hant"
        if tag.startswith("zh"):
            return "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return DEFAULT_LANG


class Words:
    """The sentences of the page in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, key: str, **figures: object) -> str:
        """Return a sentence with its figures."""
        said = phrase(key, self.lang, "desk")
        return said.format(**figures) if figures else said

    def of(self, group: str, key: str) -> str:
        """Return what a key of a group is called; the key itself where it has no name."""
        try:
            return self(f"{group}.{key}")
        except KeyError:
            return key
