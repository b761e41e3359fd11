"""Places to sign, and the end of a letter, in WordprocessingML: tables of two rows, the words above the day."""

from generator.document import Document, Signature, SignatureBlock, signature_gaps
from generator.document.columns import equal_shares, text_width
from generator.theme import LETTER, Theme
from generator.units import Mm
from generator.writers.docx.markup import (
    AS_HIGH,
    FRAME,
    KEEP,
    TWIPS_PER_MM,
    cell,
    edge,
    paragraph,
    row,
    run,
    spacer,
    table_opening,
    twips,
)
from generator.writers.docx.pens import gapped, gaps_width
from generator.writers.docx.pictures import signed, stamp, stamp_over_closing
from generator.writers.drawn import in_box
from generator.writers.marks import above_closing

_DATED, _BESIDE = Mm(6.4), Mm(8.2)
"""Heights: of a signature's date, and of what a signature's box holds beside its room."""

_BESIDE_DATE = 6.0
"""Millimetres of a cell that its padding takes, and that stay free beside a date."""

_SIDES = ("top", "left", "bottom", "right")
_UNINDENTED = '<w:ind w:firstLine="0" w:firstLineChars="0"/>'


class Signing:
    """Writes the places to sign of one document."""

    def __init__(self, document: Document) -> None:
        self.document, self.lang, self.theme = document, document.lang, document.theme
        self.width = twips(text_width(document))
        self.stamps = 0

    def table(self, node: SignatureBlock) -> str:
        """Return places to sign side by side; the end of a letter has no frame."""
        alone, closed = len(node.signatures) == 1, any(place.closing for place in node.signatures)
        widths = (self.width // 2,) if alone else equal_shares(self.width, len(node.signatures))
        write = self.theme.write
        seal = self.document.kind == LETTER and any(place.seal for place in node.signatures)
        height, dated = twips(Mm((write.seal if seal else write.signature) + _BESIDE)), twips(_DATED)
        pairs = list(zip(node.signatures, widths, strict=True))
        upper = [
            self.closing(s, w, at_margin=s is node.signatures[0]) if s.closing else self.place(s, w, height, closed)
            for s, w in pairs
        ]
        lower = [_beneath(w) if s.closing else self.day(s, w, closed) for s, w in pairs]
        right = alone and not (closed and self.lang == "en")
        opening = table_opening(self.theme, widths, right=right, padding="figure")
        return opening + row(upper, height=height - dated) + row(lower, height=dated) + "</w:tbl>"

    def place(self, node: Signature, width: int, height: int, framed: bool) -> str:
        """Return the upper part of a place to sign, with the seal over it and the date; `width`, `height` in twips."""
        name = paragraph("TableCentre", run(node.name), KEEP) if node.name else ""
        if node.drawn:
            size = in_box(node.drawn, self.theme, width / TWIPS_PER_MM)
            name = paragraph("TableCentre", signed(node.drawn, size), KEEP + AS_HIGH)
        seal = stamp(self.document, width, height, self._number()) if node.stamped else ""
        borders = _borders(self.theme if framed else None, open_at="bottom")
        return cell(width, paragraph("TableText", seal + run(node.label), KEEP) + name, borders=borders, padding="sign")

    def day(self, node: Signature, width: int, framed: bool) -> str:
        """Return the line of the date, at the right of a cell `width` twips wide."""
        borders = _borders(self.theme if framed else None, open_at="top")
        if node.date:
            return cell(width, paragraph("TableNumber", run(node.date)), borders=borders, padding="date")
        room = Mm(width / TWIPS_PER_MM - _BESIDE_DATE)
        gaps = gapped(signature_gaps(self.lang, self.theme), self.theme, "TableText", room)
        return cell(width, gaps, borders=borders, padding="date")

    def closing(self, node: Signature, width: int, *, at_margin: bool) -> str:
        """Return the end of a letter: whose it is and the date, the seal over both; in English flush with its text."""
        seal = stamp_over_closing(self.document, self._number()) if node.stamped else ""
        look = _UNINDENTED + ("" if self.lang == "en" else '<w:jc w:val="center"/>')
        small = f'<w:color w:val="{self.theme.colour.soft}"/><w:sz w:val="{round(2 * self.theme.size.cell)}"/>'
        content = spacer(above_closing(self.document, node), KEEP, seal)
        content += paragraph("LetterText", run(node.label) + run(node.note, small), KEEP + look)
        if node.dated:
            content += self._closing_day(node, width, look)
        return cell(
            width,
            content,
            borders=_borders(),
            padding="flush" if at_margin and self.lang == "en" else "sign",
            merge="restart",
        )

    def _closing_day(self, node: Signature, width: int, look: str) -> str:
        if node.date:
            return paragraph("LetterText", run(node.date), look)
        gaps, room = signature_gaps(self.lang, self.theme), width / TWIPS_PER_MM - _BESIDE_DATE
        end = room if self.lang != "en" else 0.0
        return gapped(gaps, self.theme, "TableText", Mm((end + gaps_width(gaps, self.theme)) / 2))

    def _number(self) -> int:
        self.stamps += 1
        return self.stamps


def _beneath(width: int) -> str:
    return cell(width, paragraph("Spacer", ""), borders=_borders(), merge="continue")


def _borders(theme: Theme | None = None, open_at: str = "top left bottom right") -> str:
    """Return the borders of a cell: none where it is open; elsewhere those of its table, or a theme's frame."""
    sides = (
        f'<w:{side} w:val="nil"/>' if side in open_at else edge(side, FRAME, theme.colour.frame) if theme else ""
        for side in _SIDES
    )
    return "".join(sides)
