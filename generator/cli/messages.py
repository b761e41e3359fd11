"""The language in which the command line speaks, and its sentences."""

import os
import sys
from collections.abc import Sequence
from functools import cache

from generator.strict_json import written
from generator.wording import DEFAULT_LANG, LANGS, Lang, phrase

LANG_VARIABLE = "BIAODAN_LANG"


def named_by(words: Sequence[str], option: str) -> str:
    """Return what the arguments give by an option, if anything, whether or not they can be used."""
    for n, word in enumerate(words):
        if word == option and n + 1 < len(words):
            return words[n + 1]
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return ""


def _named(words: Sequence[str]) -> str:
    """Return the language that the arguments name by --lang, if any."""
    return named_by(words, "--lang") or os.environ.get(LANG_VARIABLE, "")


def _of_locale() -> Lang:
    """Return the language of the terminal: Chinese where its locale is, else English."""
    locale = next((os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), "")
    if not locale and sys.platform == "win32":
        import locale as system

        locale = (system.getlocale()[0] or "").replace("Chinese (Simplified)", "zh_CN").replace("Chinese", "zh_TW")
    if locale.startswith(("zh_TW", "zh_HK", "zh_MO", "zh-Hant")):
        return "zh-Hant"
    return "zh-Hans" if locale.startswith("zh") else "en"


@cache
def help_lang() -> Lang:
    """Return the language of help texts: that of --lang or BIAODAN_LANG, else that of the terminal."""
    named = _named(sys.argv[1:])
    return next((lang for lang in LANGS if lang == named), None) or _of_locale()


def fault_lang() -> Lang:
    """Return the language of faults that arise before a command has read its options."""
    named = _named(sys.argv[1:])
    return next((lang for lang in LANGS if lang == named), DEFAULT_LANG)


def message(key: str, lang: Lang | None = None) -> str:
    """Return a sentence of the command line."""
    return phrase(key, lang or help_lang(), "cli")


def json_text(content: object, indent: int | None = None) -> str:
    """Return JSON as it is printed: any file's name stands in it, escaped where it isn't UTF-8."""
    return written(content, indent).encode("utf-8", "backslashreplace").decode()
