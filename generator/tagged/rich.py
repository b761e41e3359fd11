"""Rich text that a template makes: pieces of text with a look of their own, as docxtpl's `RichText` has them."""

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from generator.catalogue.limits import MOST_TEXT, bound, spend
from generator.catalogue.sandbox import template_function
from generator.catalogue.values import plain
from generator.tagged.values import printed

_UNDERLINES = frozenset({"single", "double", "thick", "dotted", "dash", "dotDash", "dotDotDash", "wave"})
_COLOUR = re.compile("#?([0-9A-Fa-f]{6})")


@dataclass(slots=True)
class Rich:
    """Some runs, and their text without the looks."""

    runs: str = ""
    text: str = ""

    def __len__(self) -> int:
        return len(self.text)


@template_function
def rich_text(
    text: Any = "",
    *more: Any,
    style: str = "",
    color: str = "",
    highlight: str = "",
    size: int = 0,
    subscript: bool = False,
    superscript: bool = False,
    bold: bool = False,
    italic: bool = False,
    underline: Any = False,
    strike: bool = False,
    font: str = "",
) -> Rich:
    """Return texts, or rich texts, one behind the other, with a look: `R(name, bold=true, color='C00000')`."""
    marks = [
        ("rStyle", f' w:val="{escape(str(style))}"' if style else None),
        ("rFonts", _font(font) if font else None),
        ("b", "" if bold else None),
        ("i", "" if italic else None),
        ("strike", "" if strike else None),
        ("color", f' w:val="{_colour(color)}"' if color else None),
        ("sz", f' w:val="{int(size)}"' if size else None),
        ("szCs", f' w:val="{int(size)}"' if size else None),
        ("u", f' w:val="{underline if underline in _UNDERLINES else "single"}"' if underline else None),
        ("shd", f' w:val="clear" w:color="auto" w:fill="{_colour(highlight)}"' if highlight else None),
        ("vertAlign", ' w:val="superscript"' if superscript else ' w:val="subscript"' if subscript else None),
    ]
    look = "".join(f"<w:{name}{value}/>" for name, value in marks if value is not None)
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    made = Rich()
    for piece in (text, *more):
        if isinstance(piece, Rich):
            made.runs, made.text = made.runs + piece.runs, made.text + piece.text
        else:
            told = "" if piece is None else printed(plain(piece))
            made.runs, made.text = made.runs + _run(told, look), made.text + told
    bound("text", len(made.text), MOST_TEXT)
    spend(1, len(made.runs))
    return made


def _run(text: str, look: str) -> str:
    lines = "<w:br/>".join(_tabbed(line) for line in text.split("\n"))
    return f"<w:r>{look}{lines}</w:r>"


def _tabbed(line: str) -> str:
    return "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in line.split("\t"))


def _colour(colour: str) -> str:
    """Return a colour as six digits.

    Raises ValueError for what is none.
    """
    found = _COLOUR.fullmatch(str(colour))
    if found is None:
        raise ValueError("not a colour")
    return found[1].upper()


def _font(font: str) -> str:
    name = escape(str(font))
    return f' w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"'
