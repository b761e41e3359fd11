"""The tags of a part looked through before it is compiled: all that is wrong with them at once, each in its place."""

import re
from collections.abc import Callable, Iterator, Sequence

from jinja2 import Environment, TemplateSyntaxError, nodes

from generator.catalogue.limits import Refusal
from generator.errors import Fault, Place
from generator.tagged.failing import fault_of
from generator.tagged.marks import WIDE, of_cell
from generator.tagged.preparing import Found

_STATEMENT = re.compile(r"\{%[+-]?\s*([a-z]+)\b(.*?)[+-]?%\}", re.DOTALL)
_ENDS = {"for": "endfor", "if": "endif", "with": "endwith", "filter": "endfilter", "set": "endset"}
_CLOSING = {end: opening for opening, end in _ENDS.items()}
_BETWEEN = {"else": ("if", "for"), "elif": ("if",)}


def tag_faults(tags: Sequence[Found], environment: Environment, at: Callable[[Found], Place]) -> list[Fault]:
    """Return what is wrong with tags: those that never end, that can't be understood, loops that aren't closed."""
    faults = [Fault("E-own-unclosed", at(tag), {"tag": shown(tag.text)}) for tag in tags if tag.unclosed]
    closed = [tag for tag in tags if not tag.unclosed and of_cell(tag.text) is None]
    for tag in closed:
        faults += _syntax(tag, environment, at)
    return [*faults, *_balance(closed, at)]


class PlaceOf:
    """Tells the place of a tag: its part, page and paragraph."""

    def __init__(self, file: str, kind: str, tags: Sequence[Found] = ()) -> None:
        self.file, self.kind = file, kind
        self.pages = {tag.paragraph: tag.page for tag in tags if tag.page and kind == "paragraph"}

    def __call__(self, tag: Found) -> Place:
        """Return the place of a tag."""
        return self.paragraph(tag.paragraph)

    def paragraph(self, number: int) -> Place:
        """Return the place of a paragraph, with its page where Word has noted it down."""
        if number in self.pages:
            return Place(self.file, row=f"paged:{self.pages[number]}:{number}")
        return Place(self.file, row=f"{self.kind}:{number or 1}")


def _word(tag: Found) -> str:
    """Return the word that a tag begins with; `assign` for the `set` that nothing has to end."""
    found = _STATEMENT.fullmatch(tag.text)
    if found is None:
        return ""
    return "assign" if found[1] == "set" and "=" in found[2] else found[1]


_WITHOUT_END = frozenset({"assign"})


def _syntax(tag: Found, environment: Environment, at: Callable[[Found], Place]) -> Iterator[Fault]:
    found, word = _STATEMENT.fullmatch(tag.text), _word(tag)
    if found and word not in {*_ENDS, *_CLOSING, *_BETWEEN, *_WITHOUT_END}:
        yield Fault("E-own-unknown-tag", at(tag), {"tag": word})
        return
    if word in _CLOSING or word in _BETWEEN or tag.text.startswith("{#"):
        source = f"{{% if {found[2]} %}}{{% endif %}}" if found and word == "elif" else ""
    elif word in _ENDS:
        source = f"{tag.text}{{% {_ENDS[word]} %}}"
    else:
        source = tag.text
    try:
        environment.parse(source)
    except (TemplateSyntaxError, Refusal) as error:
        fault = fault_of(error, lambda line: at(tag))
        is_plain = fault.code == "E-own-syntax"
        yield Fault("E-own-syntax", at(tag), {"tag": shown(tag.text)}) if is_plain else fault


def alone(tag: Found, environment: Environment) -> nodes.Template | None:
    """Return a tag as a template by itself; None where it says nothing, or can't be understood."""
    found, word = _STATEMENT.fullmatch(tag.text), _word(tag)
    if tag.unclosed or tag.text.startswith("{#") or of_cell(tag.text) is not None or word in (*_CLOSING, "else"):
        return None
    source = f"{tag.text}{{% {_ENDS[word]} %}}" if word in _ENDS else tag.text
    source = f"{{% if {found[2]} %}}{{% endif %}}" if found and word == "elif" else source
    try:
        return environment.parse(source)
    except (TemplateSyntaxError, Refusal):
        return None


def _balance(tags: Sequence[Found], at: Callable[[Found], Place]) -> Iterator[Fault]:
    """Yield loops and conditions that are closed by nothing, and what closes none."""
    open_ones: list[tuple[str, Found]] = []
    for tag in tags:
        word = _word(tag)
        if word in _ENDS:
            open_ones.append((word, tag))
        elif word in _BETWEEN and not (open_ones and open_ones[-1][0] in _BETWEEN[word]):
            yield Fault("E-own-stray", at(tag), {"tag": word})
        elif word in _CLOSING:
            while open_ones and open_ones[-1][0] != _CLOSING[word] and _CLOSING[word] in [o for o, _ in open_ones]:
                opening, before = open_ones.pop()
                yield Fault("E-own-open", at(before), {"tag": shown(before.text), "end": _ENDS[opening]})
            if open_ones and open_ones[-1][0] == _CLOSING[word]:
                open_ones.pop()
            else:
                yield Fault("E-own-stray", at(tag), {"tag": word})
    for opening, tag in open_ones:
        yield Fault("E-own-open", at(tag), {"tag": shown(tag.text), "end": _ENDS[opening]})


def wide_braces(texts: Sequence[tuple[int, str]], at: PlaceOf) -> Iterator[Fault]:
    """Yield a warning for each paragraph with braces of full width, which no tag has."""
    for number, text in texts:
        if found := WIDE.search(text):
            yield Fault("W-own-wide", at.paragraph(number), {"tag": shown(text[found.start() : found.start() + 24])})


def shown(tag: str) -> str:
    """Return a tag as a sentence quotes it, a long one cut; its template is the user's own, and holds no values."""
    return tag if len(tag) <= 48 else f"{tag[:47]}…"
