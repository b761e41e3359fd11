"""Document → PDF by Typst, the engine for many documents: the same theme as the other one, milliseconds a page.

`paper.typ` sets what `data.py` makes of the document. Fonts are the ones that WeasyPrint uses; nothing is fetched.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, BinaryIO

from generator import resources
from generator.document import Document
from generator.epoch import epoch
from generator.errors import MachineError, WriteError, fail
from generator.profile import Mark, Profile
from generator.theme import LETTER, Theme
from generator.writers import fonts
from generator.writers.fitting import english_air, fitted, written_row
from generator.writers.glyphs import refuse_tofu, unset
from generator.writers.letterhead import ABOVE_RULE, Logo, letterhead
from generator.writers.marks import (
    BENEATH,
    FROM_RIGHT,
    as_svg,
    closing_height,
    logo_words,
    over_closing,
    seal_of,
    seal_words,
)
from generator.writers.properties import epoch_or_first, subject
from generator.writers.running import foot_text, head_parts, page_parts, running_logo
from generator.writers.typst.carried import with_carried
from generator.writers.typst.data import blocks_of

STANDARD = "ua-1"


def write_pdf(document: Document, out: BinaryIO, standard: str = STANDARD) -> None:
    """Write the document as PDF of a standard: `ua-1` (tagged, PDF/UA-1), or `a-2b` (PDF/A-2b, and PDF/UA-1 too).

    Raises WriteError (E-glyph, E-unset) for characters that can't be set, MachineError where the fonts are missing
    (E-font-family, E-font-changed, E-cache).
    """
    document = fitted(document)
    data = paper_data(document)
    archived = standard == "a-2b"
    data["dated"] = archived  # what is archived has a date
    text = json.dumps(data, ensure_ascii=False)
    refuse_tofu(document, text)
    fonts.require(letter_fonts(document), data["fonts"], text)
    try:
        pdf = _compiled(
            document.theme,
            document.profile,
            input=call_of(text),
            format="pdf",
            pdf_standards=[STANDARD, standard] if archived else [standard],
            timestamp=epoch_or_first() if archived else epoch(),
        )
    except typst_error():  # its message may hold a value
        raise WriteError(unset(document)) from None
    out.write(with_carried(pdf, document, attached=not archived))


def typst_error() -> type[Exception]:
    """Return what the compiler raises."""
    import typst

    found: type[Exception] = typst.TypstError
    return found


def _compiled(theme: Theme, profile: Profile, **how: Any) -> bytes:
    """Return what the compiler gives, set in whole fonts: again where one had to be mended that it had read."""
    import typst

    while True:
        state = fonts.state()
        try:
            pdf, warnings = compiler(theme, state, profile.logo, profile.seal).compile_with_warnings(**how)
        except typst.TypstError:
            fonts.confirm(())  # it may be for want of a font
            raise
        except BaseException:
            compiler.cache_clear()  # a compiler that has panicked compiles nothing more
            raise
        fonts.confirm(found[1].decode() for found in _EMBEDDED.finditer(pdf))
        _refuse_substitutes(warnings)
        if fonts.state() == state:
            return bytes(pdf)


_EMBEDDED = re.compile(rb"/BaseFont/[A-Z]{6}\+([\w-]+)")
_SUBSTITUTED = "unknown font family: "


def _refuse_substitutes(warnings: Sequence[Any]) -> None:
    """Raise MachineError (E-font-family) where Typst has set another font than the one that was asked for."""
    messages = [warning.message for warning in warnings]
    unknown = [text.removeprefix(_SUBSTITUTED) for text in messages if text.startswith(_SUBSTITUTED)]
    if unknown:
        raise fail(MachineError, "E-font-family", families=unknown, known=list(fonts.FAMILIES))


_CALL = '#import "paper.typ": paper\n#paper(json(bytes("{}")))'


def call_of(text: str) -> bytes:
    """Return what the compiler is asked to set: the paper, with a document's data as JSON."""
    return _CALL.format(_literal(text)).encode()


def _literal(text: str) -> str:
    """Return JSON as it stands within a string of Typst; it holds no line ends of its own."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


@cache
def compiler(theme: Theme, state: int, logo: Mark | None, seal: Mark | None) -> Any:
    """Return the compiler of a theme and marks, which has read the fonts in a state; it keeps what documents share."""
    import typst

    folder = resources.templates() / "theme"
    marks = {name: as_svg(mark) for name, mark in (("logo", logo), ("seal", seal)) if mark}
    given = {"theme": _look(theme), **marks}
    return typst.Compiler(root=folder, font_paths=_faces(state), ignore_system_fonts=True, sys_inputs=given)


@cache
def _faces(state: int) -> Any:
    """Return the fonts, read once for each state that they are in."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.prepare())])


def _look(theme: Theme) -> str:
    """Return the theme as the paper reads it."""
    plain = {name: getattr(theme, name)._asdict() for name in ("size", "line", "write", "page")}
    return json.dumps({**plain, "colour": asdict(theme.colour)})


def paper_data(document: Document) -> dict[str, Any]:
    """Return a document as `paper.typ` reads it, but for whether it is dated."""
    theme, head = document.theme, letterhead(document)
    return {
        "lang": document.lang,
        "kind": document.kind,
        "title": document.title,
        "subject": subject(document),
        "heads": [head_parts(document, first=True), head_parts(document)],
        "feet": [foot_text(document, first=True), foot_text(document)],
        "letterhead": {**head._asdict(), "logo": _logo(head.logo), "pad": ABOVE_RULE} if head else None,
        "logo": _logo(running_logo(document)),
        "words": [logo_words(document), seal_words(document)],
        "stamp": _stamp(document),
        "closing": closing_height(document.theme),
        "count": page_parts(document.lang),
        "page": [document.page.width, document.page.height],
        "margin": theme.side_margin(document.kind),
        "body": theme.body_size(document.kind),
        "fonts": list(theme.pdf_fonts[document.lang]),
        "letter_fonts": list(theme.letter_families(document.lang)),
        "air": _air(document),
        "blocks": blocks_of(document),
    }


def _logo(logo: Logo | None) -> dict[str, float] | None:
    """Return where a logo stands, and how much room it takes."""
    return {"width": logo.width, "height": logo.height, "indent": logo.indent, "above": logo.above} if logo else None


def _stamp(document: Document) -> dict[str, float] | None:
    """Return where a seal stands in its place to sign, and at the end of a letter."""
    seal = seal_of(document)
    if seal is None:
        return None
    left, top = over_closing(document, seal)
    where = {"right": FROM_RIGHT, "down": BENEATH, "left": left, "top": top}
    return {"width": seal.width, "height": seal.height, **where}


def _air(document: Document) -> dict[str, float]:
    """Return the measures that depend on how close things stand."""
    theme, closeness = document.theme, document.closeness
    line, below = english_air(closeness)
    return {**theme.air.at(closeness), "row": written_row(theme, closeness), "english": line, "below": below}


def letter_fonts(document: Document) -> Sequence[str]:
    """Return the families of running text of a letter; none of any other document."""
    return document.theme.pdf_letter_fonts[document.lang] if document.kind == LETTER else ()
