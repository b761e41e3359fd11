"""The fonts that a viewer takes for what people type: those of Adobe's collections, which are never embedded.

With `UniGB-UTF16-H` and `UniCNS-UTF16-H` typed Chinese is stored and shown by pdfium, Chromium and pdf.js; other
encodings and embedded subsets each fail somewhere.
"""

from collections.abc import Mapping
from typing import NamedTuple

from generator.wording import Lang


class TypingFont(NamedTuple):
    """A font of a collection: its name, encoding and order, and its widths as `/W` has them."""

    name: str
    encoding: str
    ordering: str
    supplement: int
    widths: str


_SONG = (
    "207 270 342 467 462 797 710 239 374 374 423 605 238 375 238 334 462 462 462 462 462 462 462 462 462 462 238 "
    "238 605 605 605 344 748 684 560 695 739 563 511 729 793 318 312 666 526 896 758 772 544 772 628 465 607 753 "
    "711 972 647 620 607 374 333 374 606 500 239 417 503 427 529 415 264 444 518 241 230 495 228 793 527 524 524 "
    "504 338 336 277 517 450 652 466 452 407 370 258 370 605"
)
_MING = (
    "250 250 408 668 490 875 698 250 240 240 417 667 250 313 250 520 500 500 500 500 500 500 500 500 500 500 250 "
    "250 667 667 667 396 921 677 615 719 760 625 552 771 802 354 354 781 604 927 750 823 563 823 729 542 698 771 "
    "729 948 771 677 635 344 520 344 469 500 250 469 521 427 521 438 271 469 531 250 250 458 240 802 531 500 521 "
    "521 365 333 292 521 458 677 479 458 427 480 496 480 667"
)
_SIMPLIFIED = TypingFont("STSong-Light", "UniGB-UTF16-H", "GB1", 5, f"[1 [{_SONG}] 814 939 500]")
_TRADITIONAL = TypingFont("MSung-Light", "UniCNS-UTF16-H", "CNS1", 5, f"[1 [{_MING}] 13648 13742 500]")

_FONTS: Mapping[Lang, TypingFont] = {"zh-Hans": _SIMPLIFIED, "zh-Hant": _TRADITIONAL, "en": _SIMPLIFIED}


def typing_font(lang: Lang) -> str:
    """Return the font for what is typed in a document of a language, as a PDF object."""
    font = _FONTS[lang]
    descriptor = (
        f"<< /Type /FontDescriptor /FontName /{font.name} /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>"
    )
    descendant = (
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{font.name} /CIDSystemInfo << /Registry (Adobe) "
        f"/Ordering ({font.ordering}) /Supplement {font.supplement} >> /DW 1000 /W {font.widths} "
        f"/FontDescriptor {descriptor} >>"
    )
    return (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{font.name}-{font.encoding} /Encoding /{font.encoding} "
        f"/DescendantFonts [{descendant}] >>"
    )
