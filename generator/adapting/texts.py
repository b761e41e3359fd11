"""Blocks of a template as a person reads and changes them: 【Issue no.】 for what is filled in, and back again.

A block stays as it is but for the texts within its paragraphs and headings: what places tables and fields isn't shown.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import NamedTuple

from generator.catalogue import Form
from generator.wording import LANGS, Lang, phrase, sentences

_PIECE = re.compile(r"<(?P<tag>h2|h3|p|li)(?P<attributes>(?: [^<>]*)?)>(?P<text>.*?)</(?P=tag)>", re.DOTALL)
_TAG = re.compile(r"\{\{\s*(?P<value>.*?)\s*\}\}|\{%\s*(?P<word>if|elif|else|endif)\b\s*(?P<test>.*?)\s*%\}", re.DOTALL)
_SHOWN = re.compile(r"【(?P<value>[^【】]*)】|〈(?P<mark>[^〈〉]*)〉")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|\{\{.*?\}\}|\{%.*?%\}|&(?:[a-z]+|#[0-9]+);", re.DOTALL)
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_BREAK, _BREAK_SHOWN = "<br/>", "↵"
"""A line end within a paragraph."""

_WORDS = ("if", "elif", "else", "endif")


class Piece(NamedTuple):
    """The text of a paragraph or heading of a block: where it stands, and between which tags."""

    start: int
    end: int
    text: str
    opening: str
    closing: str


class UnknownName(ValueError):
    """A text names what nothing is called: the name as it was written."""


class Unbalanced(ValueError):
    """A condition of a text begins and doesn't end, or ends without having begun."""


class Names(NamedTuple):
    """How a template's expressions are called: `shown` by expression, `meant` by what is written for them."""

    shown: Mapping[str, str]
    meant: Mapping[str, str]


def pieces(block: str) -> list[Piece]:
    """Return the texts of a block that a person may change."""
    found = _PIECE.finditer(block)
    return [
        Piece(one.start("text"), one.end("text"), one["text"], f"<{one['tag']}{one['attributes']}>", f"</{one['tag']}>")
        for one in found
        if one["text"].strip()
    ]


@cache
def _glossary(lang: Lang) -> Mapping[str, str]:
    return {key: phrase(f"names.{key}", lang, "adapt") for key in sentences("adapt", "names")}


def names_of(form: Form, lang: Lang, *others: Form) -> Names:
    """Return how a form's fields are called in a block of a language; `others`: forms that call them otherwise."""
    shown = dict(_glossary(lang))
    meant = {title: key for key, title in shown.items()}
    for one in (*others, form):
        titles = [(spec.key, spec.title(lang)) for spec in one.root.fields]
        for key, title in titles:
            if sum(title == other for _, other in titles) == 1 and title not in shown.values():
                meant[title] = key
            meant[key] = key
    told = {key: title for title, key in meant.items() if title != key}
    return Names({**told, **shown}, meant)


def shown(text: str, names: Names, lang: Lang) -> str:
    """Return the text of a paragraph as a person reads it."""

    def one(found: re.Match[str]) -> str:
        if found["value"] is not None:
            return f"【{names.shown.get(found['value'], found['value'])}】"
        test = names.shown.get(found["test"], found["test"])
        return f"〈{phrase('marks.' + found['word'], lang, 'adapt')}{' ' if test else ''}{test}〉"

    made = _TAG.sub(one, " ".join(text.split()))
    made = made.replace("<strong>", "**").replace("</strong>", "**").replace(_BREAK, _BREAK_SHOWN)
    return made.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def meant(text: str, piece: Piece, names: Names) -> str:
    """Return what a person has written for a piece, as templates have it; each line is a paragraph of its own.

    Raises UnknownName for a name that nothing has, Unbalanced for a condition that never ends.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    known = {**names.meant, **_of_piece(piece, names)}
    return f"{piece.closing}\n{piece.opening}".join(_line_meant(line, known) for line in lines)


def _of_piece(piece: Piece, names: Names) -> dict[str, str]:
    """Return the expressions that stand in a piece, by what a person sees of them."""
    found = [part for tag in _TAG.finditer(piece.text) for part in (tag["value"], tag["test"]) if part]
    return {names.shown.get(part, part): part for part in found}


def _line_meant(line: str, known: Mapping[str, str]) -> str:
    parts, at, depth = [], 0, 0
    for found in _SHOWN.finditer(line):
        parts.append(_escaped(line[at : found.start()]))
        tag, deeper = _tag_meant(found, known)
        depth += deeper
        if depth < 0:
            raise Unbalanced
        parts.append(tag)
        at = found.end()
    parts.append(_escaped(line[at:]))
    if depth:
        raise Unbalanced
    return _BOLD.sub(r"<strong>\1</strong>", "".join(parts)).replace(_BREAK_SHOWN, _BREAK)


def _tag_meant(found: re.Match[str], known: Mapping[str, str]) -> tuple[str, int]:
    """Return a tag, and how much deeper conditions are nested behind it."""
    if found["value"] is not None:
        return "{{ " + _expression(found["value"], known) + " }}", 0
    word, test = _mark(found["mark"].strip())
    inner = f" {_expression(test, known)}" if word in ("if", "elif") else ""
    return "{% " + word + inner + " %}", {"if": 1, "endif": -1}.get(word, 0)


def _mark(text: str) -> tuple[str, str]:
    """Return which condition a mark means, and what it asks; raises UnknownName."""
    for word in _WORDS:
        for mark in sorted({phrase(f"marks.{word}", lang, "adapt") for lang in LANGS}, key=len, reverse=True):
            if text == mark or text.startswith((f"{mark} ", f"{mark}　")):
                return word, text.removeprefix(mark).strip()
    raise UnknownName(text)


def _expression(name: str, known: Mapping[str, str]) -> str:
    text = " ".join(name.split())
    if text in known:
        return known[text]
    raise UnknownName(text)


def _escaped(text: str) -> str:
    """Return running text as markup; what is markup or a tag already stays."""
    return "".join(_escapes(text))


def _escapes(text: str) -> Iterator[str]:
    at = 0
    for found in _MARKUP.finditer(text):
        yield escape(text[at : found.start()], quote=False)
        yield found[0]
        at = found.end()
    yield escape(text[at:], quote=False)
