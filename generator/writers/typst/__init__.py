"""Document → PDF by Typst, the engine for many documents: the same theme as the other one, milliseconds a page.

`paper.typ` sets what `data.py` makes of the document. Fonts are the ones that WeasyPrint uses; nothing is fetched.
"""

import json
from dataclasses import asdict
from functools import cache
from typing import Any, BinaryIO

from generator import resources
from generator.document import Document
from generator.theme import Theme
from generator.writers import fonts
from generator.writers.glyphs import refuse_tofu
from generator.writers.properties import epoch, epoch_or_first
from generator.writers.running import head_parts, page_parts
from generator.writers.typst.data import blocks_of

STANDARD = "ua-1"


def write_pdf(document: Document, out: BinaryIO, standard: str = STANDARD) -> None:
    """Write the document as PDF of a standard: `ua-1` (tagged, PDF/UA-1), or `a-2b` (PDF/A-2b, and PDF/UA-1 too).

    Raises WriteError (E-glyph) for characters without a glyph, MachineError where the fonts are missing.
    """
    data = _data(document)
    archived = standard == "a-2b"
    data["dated"] = archived  # what is archived has a date
    text = json.dumps(data, ensure_ascii=False)
    refuse_tofu(document, text)
    out.write(
        _compiler().compile(
            format="pdf",
            sys_inputs={"document": text, "theme": _look(document.theme)},
            pdf_standards=[STANDARD, standard] if archived else [standard],
            timestamp=epoch_or_first() if archived else epoch(),
        )
    )


@cache
def _compiler() -> Any:
    """Return the compiler, which has read the fonts and keeps what documents share."""
    import typst

    source = resources.templates() / "theme" / "paper.typ"
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.prepare())])
    return typst.Compiler(input=source, root=source.parent, font_paths=faces, ignore_system_fonts=True)


@cache
def _look(theme: Theme) -> str:
    """Return the theme as the paper reads it."""
    return json.dumps({name: asdict(getattr(theme, name)) for name in ("size", "line", "write", "colour", "page")})


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
