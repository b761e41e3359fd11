"""Document → PDF by WeasyPrint: tagged, bookmarked, fonts embedded and subset, no character without a glyph."""

import io
import logging
import os
import string
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache, lru_cache
from html import escape
from typing import Any, BinaryIO
from xml.etree import ElementTree

from generator import resources
from generator.document import Document, Page
from generator.errors import MachineError, fail
from generator.theme import LETTER, Theme
from generator.unfinished import working_folder
from generator.units import MM_PER_POINT, Mm
from generator.wording import Lang
from generator.writers import fonts
from generator.writers.carried import RECORD, described, identity, moment, record_json
from generator.writers.drawing import mark_address
from generator.writers.fitting import english_air, fitted, written_row
from generator.writers.glyphs import refuse_tofu
from generator.writers.html import write_boxes
from generator.writers.letterhead import ABOVE_RULE, Logo
from generator.writers.marks import FROM_RIGHT, closing_height
from generator.writers.onscreen import Control
from generator.writers.pdf.widgets import with_fields
from generator.writers.running import page_parts, running_logo

_MAX_LINES = 40
_AROUND = 1.6
"""Millimetres above and below what is printed in a row for a pen, which are of its height."""


@cache
def _weasyprint() -> Any:
    """Return the library, which looks for fonts when it is loaded.

    Raises MachineError (E-pango) where the system libraries are missing.
    """
    try:
        import weasyprint
    except OSError as error:
        raise fail(MachineError, "E-pango", library=str(error).split(":")[0][:80]) from None
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    logging.getLogger("weasyprint").propagate = False
    logging.getLogger("fontTools").propagate = False
    return weasyprint


@lru_cache(maxsize=1)
def _fonts(state: int) -> Any:
    """Return the fonts' configuration for a state that they are in, which knows no others."""
    with _own_fontconfig():
        _weasyprint()
        from weasyprint.text.fonts import FontConfiguration

        return FontConfiguration()


_OF_FONTCONFIG = ("FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT")


@contextmanager
def _own_fontconfig() -> Iterator[None]:
    """Let fontconfig know our folder of fonts alone. What it keeps of them is new for each process: it takes 20 ms, and
    fontconfig trusts a damaged cache.
    """
    before = {name: os.environ.pop(name) for name in _OF_FONTCONFIG if name in os.environ}
    with working_folder() as folder:
        config = folder / "fonts.conf"
        config.write_text(
            _CONFIG.format(fonts=escape(str(fonts.prepare())), cache=escape(str(folder))), encoding="utf-8"
        )
        os.environ["FONTCONFIG_FILE"] = str(config)
        try:
            yield
        finally:
            del os.environ["FONTCONFIG_FILE"]
            os.environ.update(before)


_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


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
def _style(theme: Theme, lang: Lang, page: Page, kind: str, closeness: float, logo: Logo | None) -> Any:
    """Return the prepared style sheet of one theme, language, page, kind of form, closeness and logo of the heads."""
    values: dict[str, object] = {f"size_{name}": value for name, value in theme.size._asdict().items()}
    values |= asdict(theme.colour) | theme.page._asdict() | theme.write._asdict()
    values |= {f"line_{name}": value for name, value in theme.line._asdict().items()}
    values |= {
        "page_size": _page_size(page),
        "margin_side": theme.side_margin(kind),
        "size_body": theme.body_size(kind),
        "page_of": _page_of(lang),
        "letterhead_up": theme.page.head - theme.page.margin_top,
        "letterhead_pad": ABOVE_RULE,
        "seal_right": FROM_RIGHT,
        "closing": closing_height(theme),
        "onscreen": _lighter(theme.colour.tint),
        "family": _family(theme.pdf_fonts[lang]),
        "letter_family": _family(theme.letter_families(lang)),
    } | _close(theme, closeness)
    folder = resources.templates() / "theme"
    source = "\n".join((folder / name).read_text(encoding="utf-8") for name in ("print.css", "marks.css"))
    style = string.Template(source).substitute(values) + (_logo_style(theme, kind, logo) if logo else "")
    return _weasyprint().CSS(string=style, url_fetcher=_fetcher())


def _page_size(page: Page) -> str:
    """Return a page's size as style sheets have it, by its name where they know it."""
    if page.size in ("A4", "A3"):
        return f"{page.size} {'landscape' if page.landscape else 'portrait'}"
    return f"{page.width:g}mm {page.height:g}mm"


_ABOVE_TEXT = 4.0
"""Millimetres between a page's head and its text, as the style sheet has it."""


def _logo_style(theme: Theme, kind: str, logo: Logo) -> str:
    """Return the style of heads with a logo at the left, as high as the line; a letter's first page has none."""
    line = theme.size.head * theme.line.entry * MM_PER_POINT
    low = _ABOVE_TEXT + (line - logo.height) / 2
    size = f"{logo.width:.2f}mm {logo.height:.2f}mm"
    picture = f'background: url("{mark_address(logo.mark)}") no-repeat left bottom {low:.2f}mm / {size}'
    rules = f"@page {{ @top-left {{ {picture}; padding-left: {logo.indent:.2f}mm; }} }}"
    first = "@page :first { @top-left { background: none; padding-left: 0; } }"
    return f"{rules}\n{first}" if kind == LETTER else rules


def _close(theme: Theme, closeness: float) -> dict[str, object]:
    """Return the measures that depend on how close things stand."""
    air, row = theme.air.at(closeness), written_row(theme, closeness)
    english_line, english_below = english_air(closeness)
    return {
        **{f"air_{name}": f"{value:.3f}" for name, value in air.items()},
        "field_top": f"{air['field'] * 0.45:.3f}",
        "field_bottom": f"{air['field'] * 0.55:.3f}",
        "cell_half": f"{air['cell'] / 2:.3f}",
        "english_line": f"{english_line:.3f}",
        "english_below": f"{english_below:.3f}",
        "row": row,
        "row_inside": row - _AROUND,
        "line_heights": _line_heights(row),
    }


def _lighter(colour: str) -> str:
    """Return a colour half as strong on white paper."""
    return "".join(f"{(int(colour[at : at + 2], 16) + 255) // 2:02X}" for at in (0, 2, 4))


def _family(names: Sequence[str]) -> str:
    return ", ".join(_quoted(name) for name in names)


@cache
def _fetcher() -> Any:
    """Return a fetcher that takes what stands in the page itself, which is ours, and fetches nothing."""
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]  # the library is untyped
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
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


def write_pdf(document: Document, out: BinaryIO, standard: str = "ua-1") -> None:
    """Write the document as PDF of a standard: `ua-1` (tagged, PDF/UA-1) or `a-2b` (PDF/A-2b).

    Raises WriteError (E-glyph) for characters without a glyph, MachineError where fonts or Pango are missing
    (E-font-family, E-font-changed, E-cache, E-pango).
    """
    document = fitted(document)
    while True:
        state, (laid_out, controls) = fonts.state(), lay_out(document, standard)
        made = with_fields(laid_out, controls, document) if controls else laid_out
        if fonts.state() == state:
            break
    out.write(made)


def lay_out(document: Document, standard: str = "ua-1") -> tuple[bytes, list[Control]]:
    """Return the pages of a document, and the boxes to fill in on screen, which have their numbers for names there.

    Raises as `write_pdf` does.
    """
    markup, controls = write_boxes(document)
    shown = "".join([markup, *(control.text for control in controls)])
    refuse_tofu(document, shown)
    theme, lang = document.theme, document.lang
    fonts.require(theme.pdf_letter_fonts[lang] if document.kind == LETTER else (), theme.pdf_fonts[lang], shown)
    return _set(document, markup, standard, has_boxes=bool(controls)), controls


def _set(document: Document, markup: str, standard: str, *, has_boxes: bool) -> bytes:
    """Return the PDF, set in whole fonts: again where one had to be mended that the library had read."""
    while True:
        state, buffer = fonts.state(), io.BytesIO()
        config = _fonts(state)
        logo, kind = running_logo(document), document.kind
        style = _style(document.theme, document.lang, document.page, kind, document.closeness, logo)
        _page()(markup).write_pdf(
            buffer,
            finisher=_finisher(document, standard),
            stylesheets=[style],
            font_config=config,
            pdf_variant=f"pdf/{standard}",
            pdf_tags=True,
            pdf_forms=has_boxes,
        )
        if fonts.state() == state:
            return buffer.getvalue()


_ATTACHING = frozenset({"ua-1"})
"""Standards that let a PDF have whatever file attached, and describe itself by names of ours."""


def _finisher(document: Document, standard: str) -> Callable[[Any, Any], None]:
    """Return what sees to a PDF before it is written: that its fonts are ours, that it carries its form and record."""

    def finish(rendered: Any, pdf: Any) -> None:
        fonts.confirm(font.family for font in rendered.fonts.values())
        _name(pdf, document)
        if standard in _ATTACHING:
            _describe(pdf, document)
            _attach(pdf, record_json(document))

    return finish


def _name(pdf: Any, document: Document) -> None:
    import pydyf

    for name, value in identity(document).items():
        pdf.info[name] = pydyf.String(value)


def _describe(pdf: Any, document: Document) -> None:
    end = b"</rdf:RDF>"
    for made in pdf.objects:
        extra = getattr(made, "extra", None)
        if extra and extra.get("Type") == "/Metadata":
            made.stream[0] = made.stream[0].replace(end, described(document) + end)


def _attach(pdf: Any, record: bytes) -> None:
    """Attach a record, as what the PDF was made from (ISO 32000-2, 14.13)."""
    import pydyf

    if not record:
        return
    says = {"Size": len(record), "ModDate": pydyf.String(moment())}
    extra = {"Type": "/EmbeddedFile", "Subtype": "/application#2Fjson", "Params": pydyf.Dictionary(says)}
    file = pydyf.Stream([record], extra, compress=True)
    pdf.add_object(file)
    named = {name: pydyf.String(RECORD) for name in ("F", "UF", "Desc")}
    held = pydyf.Dictionary({"F": file.reference, "UF": file.reference})
    entry = pydyf.Dictionary({"Type": "/Filespec", "AFRelationship": "/Source", **named, "EF": held})
    pdf.add_object(entry)
    tree = pydyf.Dictionary({"Names": pydyf.Array([pydyf.String(RECORD), entry.reference])})
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree
    pdf.catalog["AF"] = pydyf.Array([entry.reference])
