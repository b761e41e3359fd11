"""Document → PDF by Typst, the engine for many documents: the same theme as the other one, milliseconds a page.

`paper.typ` sets what `data.py` makes of the document. Fonts are the ones that WeasyPrint uses; nothing is fetched.
"""

import json
from dataclasses import asdict
from functools import cache
from typing import Any, BinaryIO

from generator import resources
from generator.document import Document
from generator.errors import WriteError
from generator.theme import Theme
from generator.writers import fonts
from generator.writers.glyphs import refuse_tofu, unset
from generator.writers.properties import epoch, epoch_or_first
from generator.writers.running import head_parts, page_parts
from generator.writers.typst.data import blocks_of

STANDARD = "ua-1"


def write_pdf(document: Document, out: BinaryIO, standard: str = STANDARD) -> None:
    """Write the document as PDF of a standard: `ua-1` (tagged, PDF/UA-1), or `a-2b` (PDF/A-2b, and PDF/UA-1 too).

    Raises WriteError (E-glyph, E-unset) for characters that can't be set, MachineError where the fonts are missing.
    """
    data = _data(document)
    archived = standard == "a-2b"
    data["dated"] = archived  # what is archived has a date
    text = json.dumps(data, ensure_ascii=False)
    refuse_tofu(document, text)
    standards = [STANDARD, standard] if archived else [standard]
    out.write(_compiled(document, text, standards, epoch_or_first() if archived else epoch()))


def _compiled(document: Document, text: str, standards: list[str], moment: int | None) -> bytes:
    """Return the PDF of a document's data.

    Raises WriteError (E-unset) for a document that holds what the compiler can't set.
    """
    import typst

    source = _CALL.format(_literal(text)).encode()
    try:
        pdf: bytes = _compiler(document.theme).compile(
            input=source, format="pdf", pdf_standards=standards, timestamp=moment
        )
    except typst.TypstError:  # its message may hold a value
        raise WriteError(unset(document)) from None
    except BaseException:
        _compiler.cache_clear()  # a compiler that has panicked compiles nothing more
        raise
    return pdf


_CALL = '#import "paper.typ": paper\n#paper(json(bytes("{}")))'


def _literal(text: str) -> str:
    """Return JSON as it stands within a string of Typst; it holds no line ends of its own."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


@cache
def _compiler(theme: Theme) -> Any:
    """Return the compiler of a theme, which has read the fonts and keeps what documents share."""
    import typst

    folder = resources.templates() / "theme"
    return typst.Compiler(
        root=folder, font_paths=_faces(), ignore_system_fonts=True, sys_inputs={"theme": _look(theme)}
    )


@cache
def _faces() -> Any:
    """Return the fonts, read once."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.prepare())])


def _look(theme: Theme) -> str:
    """Return the theme as the paper reads it."""
    plain = {name: getattr(theme, name)._asdict() for name in ("size", "line", "write", "page")}
    return json.dumps({**plain, "colour": asdict(theme.colour)})


def _data(document: Document) -> dict[str, Any]:
    left, right = head_parts(document)
    theme = document.theme
    families = list(theme.pdf_fonts[document.lang])
    title = fonts.title_family(document.title, document.lang)
    return {
        "lang": document.lang,
        "kind": document.kind,
        "title": document.title,
        "subject": " ".join(part for part in (document.number, document.title) if part),
        "left": left,
        "right": right,
        "foot": document.footer,
        "count": page_parts(document.lang),
        "page": [document.page.width, document.page.height],
        "margin": theme.side_margin(document.kind),
        "body": theme.body_size(document.kind),
        "fonts": families,
        "title_fonts": [title, *families] if title else families,
        "blocks": blocks_of(document),
    }
