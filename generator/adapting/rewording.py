"""The blocks of a template as an edited workbook words them."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.adapting.cells import BookRow
from generator.adapting.kept import Block
from generator.adapting.reading import BookReader
from generator.adapting.texts import Names, Piece, Unbalanced, UnknownName, meant, names_of, pieces, shown
from generator.adapting.writing import WORD_HEADS, label_of
from generator.catalogue import Form
from generator.errors import Fault, Place
from generator.kinds.raw import fold
from generator.wording import LANGS, Lang, phrase

LONGEST = 20_000


@dataclass(frozen=True)
class Reworded:
    """A block, its text as a workbook has it, and the cell where it was changed; empty where it wasn't."""

    block: Block
    text: str
    cell: str = ""


@dataclass
class WordsReader:
    """Reads the sheet of words. `forms`: the form as it is and as it comes, whose fields may be named.

    `titles`: keys of fields by the titles that the workbook gives them, by language.
    """

    reader: BookReader
    forms: Sequence[Form]
    titles: Mapping[Lang, Mapping[str, str]]

    def blocks(self) -> list[Reworded]:
        """Return every block; notes what is wrong with a cell, and W-adapt-dropped for a text that is taken out."""
        blocks = [block for block in self.reader.book.kept.blocks if pieces(block.text)]
        if not blocks:
            return [Reworded(block, block.text) for block in self.reader.book.kept.blocks]
        rows = {
            (fold(row["block"]), self._lang(row)): row
            for row in self.reader.book.rows("words", WORD_HEADS, self.reader.faults)
        }
        return [self._reworded(block, rows) for block in self.reader.book.kept.blocks]

    def _lang(self, row: BookRow) -> str:
        text = fold(row["lang"])
        codes = (code for code in LANGS if text in {fold(phrase(f"lang.in-{code}", lang, "adapt")) for lang in LANGS})
        return next(codes, "")

    def _reworded(self, block: Block, rows: Mapping[tuple[str, str], BookRow]) -> Reworded:
        text, cell, names = block.text, "", self._names(block.lang)
        for n, piece in reversed(list(enumerate(pieces(block.text)))):
            row = rows.get((fold(label_of(block.name, n)), block.lang))
            if row is None:
                if rows:
                    self._lost(label_of(block.name, n), block.lang)
                continue
            new = self._piece(row, piece, names, block.lang)
            if new is not None:
                text, cell = _replaced(text, piece, new), row.at("after")
        return Reworded(block, text, cell)

    def _names(self, lang: Lang) -> Names:
        first, *others = self.forms
        names = names_of(first, lang, *others)
        return Names(names.shown, {**self.titles[lang], **names.meant})

    def _piece(self, row: BookRow, piece: Piece, names: Names, lang: Lang) -> str | None:
        """Return what a piece is to be; None where it stays or can't be told."""
        if " ".join(row["after"].split()) == " ".join(shown(piece.text, names, lang).split()):
            return None
        if not row["after"]:
            self.reader.fault("W-adapt-dropped", row, "after")
            return ""
        if len(row["after"]) > LONGEST:
            self.reader.fault("E-adapt-long", row, "after", limit=LONGEST)
        try:
            return meant(row["after"], piece, names)
        except UnknownName as error:
            titles = list(dict.fromkeys(names.shown.values()))
            near = difflib.get_close_matches(str(error), titles, 3, 0.3)
            self.reader.fault("E-adapt-name", row, "after", near=near or titles[:3])
        except Unbalanced:
            self.reader.fault("E-adapt-marks", row, "after")
        return None

    def _lost(self, label: str, lang: Lang) -> None:
        sheet = phrase("sheet.words", self.reader.lang, "adapt")
        spoken = phrase(f"lang.in-{lang}", self.reader.lang, "adapt")
        place = Place(self.reader.book.place.file, sheet)
        self.reader.faults.append(Fault("E-adapt-piece", place, {"block": label, "lang": spoken}))


def _replaced(block: str, piece: Piece, new: str) -> str:
    """Return a block with another text in a piece; without the paragraph itself where that is empty."""
    if new:
        return block[: piece.start] + new + block[piece.end :]
    return block[: piece.start - len(piece.opening)] + block[piece.end + len(piece.closing) :]
