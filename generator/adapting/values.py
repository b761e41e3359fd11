"""What single cells of an edited workbook say: titles, yes or no, a place; what they can't say is noted."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.adapting.added_kinds import kind_titles
from generator.adapting.cells import BookRow, EditedBook
from generator.adapting.lines import Line, Words, retold
from generator.catalogue import FieldSpec, Form
from generator.errors import Fault, Place
from generator.kinds.raw import fold
from generator.wording import LANGS, Lang, phrase

_PLACE = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")
MOST_TITLE, MOST_HINT = 500, 5_000
"""Characters of a title, and of a hint."""


@dataclass
class CellReader:
    """Reads the cells of an edited workbook. `form`: as it comes, by which lost rows are told from lost fields."""

    book: EditedBook
    form: Form
    faults: list[Fault] = field(default_factory=list)

    @property
    def now(self) -> Mapping[str, Line]:
        """Return the fields as the workbook was written with them."""
        return self.book.kept.now

    @property
    def lang(self) -> Lang:
        """Return the language of the workbook."""
        return self.book.kept.lang

    def fault(self, code: str, row: BookRow, column: str, **params: object) -> None:
        """Note what is wrong with a cell."""
        spec: FieldSpec | None = self.form.spec_at(row["pointer"]) if row["pointer"] else None
        place = Place(self.book.place.file, row.at(column), spec.titles if spec else {})
        self.faults.append(Fault(code, place, params))

    def titles(self, row: BookRow, before: Words) -> Words:
        """Return a row's titles; traditional Chinese goes with simplified where it was left alone or is empty."""
        hans, hant, en = row["hans"], row["hant"], row["en"]
        for name in ("hans", "hant", "en"):
            self._printable(row, name, MOST_TITLE)
        if not hans:
            self.fault("E-adapt-title", row, "hans")
            return before
        return retold(before, hans, hant, en)

    def _printable(self, row: BookRow, name: str, most: int) -> None:
        if "\n" in row[name] and most == MOST_TITLE:
            self.fault("E-adapt-line", row, name)
        if len(row[name]) > most:
            self.fault("E-adapt-long", row, name, limit=most)

    def hints(self, row: BookRow, before: Words) -> Words:
        """Return a row's hints in three languages; none where the simplified Chinese one is empty."""
        for name in ("hint_hans", "hint_hant", "hint_en"):
            self._printable(row, name, MOST_HINT)
        hans, hant, en = (row[name] for name in ("hint_hans", "hint_hant", "hint_en"))
        if not hans:
            if hant or en:
                self.fault("E-adapt-title", row, "hint_hans")
            return Words()
        return retold(before, hans, hant, en)

    def flag(self, row: BookRow, name: str, *, default: bool) -> bool:
        """Return what a cell says, yes or no in any language; an empty one says nothing."""
        text = fold(row[name])
        for word, meant in (("yes", True), ("no", False)):
            known = {fold(phrase(f"answer.{word}", lang, "adapt")) for lang in LANGS}
            if text in (*known, fold(str(meant))):
                return meant
        if text:
            words = [phrase(f"answer.{word}", self.lang, "adapt") for word in ("yes", "no")]
            self.fault("E-adapt-yes", row, name, known=words)
        return default

    def place(self, row: BookRow) -> float | None:
        """Return the place in its group that a row asks for; None where it asks for none."""
        text = row["place"]
        if text and not _PLACE.fullmatch(text):
            self.fault("E-adapt-place", row, "place")
            return None
        return float(text) if text else None

    def unknown_kind(self, row: BookRow) -> str:
        """Note a kind that there isn't, or that is missing, and return nothing."""
        if not row["kind"]:
            self.fault("E-adapt-kind-none", row, "kind")
            return ""
        titles = {fold(title): title for lang in LANGS for title in kind_titles(lang)}
        near = difflib.get_close_matches(fold(row["kind"]), titles, 3, 0.4)
        self.fault("E-adapt-kind", row, "kind", known=[titles[name] for name in near] or kind_titles(self.lang))
        return ""
