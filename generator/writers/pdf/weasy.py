"""Document → PDF by WeasyPrint: tagged, bookmarked, fonts embedded and subset, no character without a glyph."""

import io
import logging
import os
import string
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, BinaryIO
from xml.etree import ElementTree

from generator import resources
from generator.document import Document, Page
from generator.errors import MachineError, fail
from generator.theme import Theme
from generator.units import Mm
from generator.wording import Lang
from generator.writers import fonts
from generator.writers.glyphs import refuse_tofu
from generator.writers.html import write_html
from generator.writers.running import page_parts

_MAX_LINES = 40


@cache
def _weasyprint() -> Any:
    """Return the library, loaded after fontconfig has been told where our fonts are.

    Raises MachineError (E-pango) where the system libraries are missing.
    """
    os.environ["FONTCONFIG_FILE"] = str(fonts.prepare() / "fonts.conf")
    os.environ.pop("FONTCONFIG_PATH", None)
    try:
        import weasyprint
    except OSError as error:
        raise fail(MachineError, "E-pango", library=str(error).split(":")[0][:80]) from None
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    logging.getLogger("weasyprint").propagate = False
    logging.getLogger("fontTools").propagate = False
    return weasyprint


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _page_of(lang: Lang) -> str:
    """Return the CSS content for “page X of Y”."""
    before, middle, after = page_parts(lang)
    return f"{_quoted(before)} counter(page) {_quoted(middle)} counter(pages) {_quoted(after)}"


def _line_heights(row: Mm) -> str:
    rules = (f".box.pen.lines-{n} {{ min-height: {max(9.2, n * row + 3.2):.1f}mm; }}" for n in range(2, _MAX_LINES + 1))
    return "\n".join(rules)


@cache
def _style(theme: Theme, lang: Lang, page: Page, kind: str, title: str) -> Any:
    """Return the prepared style sheet of one theme, language, page, kind of form and font of the title."""
    families = theme.pdf_fonts[lang]
    values: dict[str, object] = {f"size_{name}": value for name, value in theme.size._asdict().items()}
    values |= asdict(theme.colour) | theme.page._asdict() | theme.write._asdict()
    values |= {f"line_{name}": value for name, value in theme.line._asdict().items()}
    values |= {
        "page_size": f"{page.size} {'landscape' if page.landscape else 'portrait'}",
        "margin_side": theme.side_margin(kind),
        "size_body": theme.body_size(kind),
        "page_of": _page_of(lang),
        "family": _family(families),
        "title_family": _family([title, *families] if title else families),
        "line_heights": _line_heights(theme.write.row),
    }
    source = (resources.templates() / "theme" / "print.css").read_text(encoding="utf-8")
    return _weasyprint().CSS(string=string.Template(source).substitute(values), url_fetcher=_fetcher())


def _family(names: Sequence[str]) -> str:
    return ", ".join(_quoted(name) for name in names)


@cache
def _fetcher() -> Any:
    """Return a fetcher that fetches nothing."""
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]  # the library is untyped
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError("nothing is fetched")

    return Nothing()


@cache
def _page() -> Any:
    """Return the class of our pages: markup that is well-formed XML needs no parser of HTML, which takes ten times as
    long.
    """
    from cssselect2 import ElementWrapper

    class WellFormedPage(_weasyprint().HTML):  # type: ignore[misc]  # the library is untyped
        def __init__(self, markup: str) -> None:
            self.base_url, self.url_fetcher, self.media_type = None, _fetcher(), "print"
            root = ElementTree.fromstring(markup)  # noqa: S314  # our own markup, every value escaped
            self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

    return WellFormedPage


@cache
def _fonts() -> Any:
    """Return the fonts' configuration, which reads them once."""
    _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def write_pdf(document: Document, out: BinaryIO, standard: str = "ua-1") -> None:
    """Write the document as PDF of a standard: `ua-1` (tagged, PDF/UA-1) or `a-2b` (PDF/A-2b).

    Raises WriteError (E-glyph) for characters without a glyph, MachineError where fonts or Pango are missing.
    """
    markup = write_html(document)
    refuse_tofu(document, markup)
    title = fonts.title_family(document.title, document.lang)
    style = _style(document.theme, document.lang, document.page, document.kind, title)
    buffer = io.BytesIO()
    _page()(markup).write_pdf(
        buffer, stylesheets=[style], font_config=_fonts(), pdf_variant=f"pdf/{standard}", pdf_tags=True
    )
    out.write(buffer.getvalue())
