"""The choices of fields as an edited workbook has them: worded anew, added, and which rows tables are printed with."""

from collections.abc import Sequence
from dataclasses import dataclass

from generator.adapting.cells import BookRow
from generator.adapting.lines import NO_WORDS, Line, Option
from generator.adapting.reading import BookReader, Said
from generator.adapting.writing import CHOICE_HEADS
from generator.errors import Fault, Place
from generator.kinds.raw import fold


@dataclass
class ChoicesReader:
    """Reads the sheet of choices; what is wrong is noted by the reader of fields."""

    reader: BookReader

    def options(self, said: Sequence[Said]) -> dict[str, tuple[Option, ...]]:
        """Return the choices of every field that has some, in the order of their rows; behind them those of `said`."""
        made = self._listed()
        for one in said:
            known = self.reader.now.get(one.line.pointer)
            if known is not None and known.options and one.line.pointer in made:
                there = {option.value for option in made[one.line.pointer]}
                more = [option for option in one.line.options[len(known.options) :] if option.value not in there]
                made[one.line.pointer] = (*made[one.line.pointer], *more)
        return made

    def _listed(self) -> dict[str, tuple[Option, ...]]:
        if not any(line.options for line in self.reader.now.values()):
            return {}
        made: dict[str, list[Option]] = {}
        rows = self.reader.book.rows("choices", CHOICE_HEADS, self.reader.faults)
        before = len(self.reader.faults)
        pointer = ""
        for row in rows:
            pointer = row["pointer"] or pointer
            option = self._option(row, self.reader.now.get(pointer), made.setdefault(pointer, []))
            made[pointer] += [option] if option else []
        if rows and len(self.reader.faults) == before:
            self._none_lost(made, rows[0].sheet)
        return {pointer: tuple(options) for pointer, options in made.items()}

    def _option(self, row: BookRow, line: Line | None, above: Sequence[Option]) -> Option | None:
        if not any(row[name] for name in ("value", "hans", "hant", "en")):
            return None
        if line is None or not line.options:
            self.reader.fault("E-adapt-strange", row, "pointer", pointer=row["pointer"])
            return None
        before = next((option for option in line.options if str(option.value) == row["value"]), None)
        titles = self.reader.titles(row, before.titles if before else NO_WORDS)
        value = before.value if before else row["value"] or titles.hans
        is_new = before is None or before.titles.hans != titles.hans
        same = [o for o in above if o.value == value or (is_new and fold(o.titles.hans) == fold(titles.hans))]
        if same:
            self.reader.fault("E-adapt-option-twice", row, "hans", title=titles.hans)
        printed = self.reader.flag(row, "shown", default=True)
        return Option(value, titles, printed)

    def _none_lost(self, made: dict[str, list[Option]], sheet: str) -> None:
        """Note choices of ours that have no row any more."""
        for pointer, line in self.reader.book.kept.base.items():
            kept = {option.value for option in made.get(pointer, ())}
            lost = [option.titles.of(self.reader.lang) for option in line.options if option.value not in kept]
            if lost and self.reader.form.spec_at(pointer) is not None:
                titles = line.titles.by_lang()
                place = Place(self.reader.book.place.file, sheet, titles, pointer)
                self.reader.faults.append(Fault("E-adapt-option-lost", place, {"lost": lost}))
