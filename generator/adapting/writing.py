"""The workbook in which a form is adapted: its fields in their order, choices, and the words of its template."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from generator.adapting.added_kinds import kind_titles
from generator.adapting.kept import SHEET, Block, Kept, rows_of
from generator.adapting.lines import FORM, Line, Words, kind_shown
from generator.adapting.look import HEAD_ROW, SheetLook
from generator.adapting.origin import Origin
from generator.adapting.texts import names_of, pieces, shown
from generator.theme import Theme
from generator.wording import Lang, phrase
from generator.writers import opc

FIELD_HEADS: tuple[str, ...] = ("pointer", "kind", "hans", "hant", "en", "shown", "required", "place", "options")
FIELD_HEADS += ("hint_hans", "hint_hant", "hint_en")
CHOICE_HEADS = ("field", "pointer", "value", "hans", "hant", "en", "shown")
WORD_HEADS = ("block", "lang", "before", "after")
SPARE_ROWS = 2
"""Rows to add fields or choices, behind each section or field."""

_MOST_LINES, _MOST_CHARACTERS = 200, 8_000
"""Choices, and their characters, that are listed in a cell; all stand on the sheet of choices."""

_FIELD_WIDTHS = (26.0, 14.0, 24.0, 20.0, 26.0, 8.0, 8.0, 8.0, 24.0, 30.0, 22.0, 34.0)
_CHOICE_WIDTHS = (22.0, 28.0, 20.0, 30.0, 26.0, 34.0, 8.0)
_WORD_WIDTHS = (22.0, 8.0, 64.0, 64.0)
_CORE = "docProps/core.xml"
_TIMES = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")


def heads(names: Sequence[str], lang: Lang) -> list[str]:
    """Return the column heads of a sheet."""
    return [phrase(f"head.{name}", lang, "adapt") for name in names]


def label_of(name: str, n: int) -> str:
    """Return what a piece of a block is called, counted from 0."""
    return f"{name} {n + 1}" if n else name


@dataclass
class AdaptingBook:
    """The workbook of a form, as it is being written."""

    origin: Origin
    kept: Kept
    theme: Theme
    file: str

    def __post_init__(self) -> None:
        self.book: Any = openpyxl.Workbook()
        self.book.remove(self.book.worksheets[0])
        self.lang = self.kept.lang
        self.lines = list(self.kept.now.values())
        self.yes, self.no = (phrase(f"answer.{word}", self.lang, "adapt") for word in ("yes", "no"))
        self.title = self.origin.form.title(self.lang)

    def made(self) -> bytes:
        """Return the workbook; the same form gives the same bytes."""
        self._fields()
        if any(line.options for line in self.lines):
            self._choices()
        if any(pieces(block.text) for block in self.kept.blocks):
            self._words()
        self._hidden()
        self.book.properties.creator, self.book.properties.title = SHEET, self.title
        out = io.BytesIO()
        self.book.save(out)
        return _undated(out.getvalue())

    def _sheet(self, name: str, columns: Sequence[str], widths: Sequence[float], freeze: str, **told: str) -> SheetLook:
        sheet = self.book.create_sheet(phrase(f"sheet.{name}", self.lang, "adapt"))
        look = SheetLook(sheet, self.theme, self.lang)
        title = phrase(f"title.{name}", self.lang, "adapt").format(form=self.title)
        guide = phrase(f"guide.{name}", self.lang, "adapt").format(file=self.file, **told)
        look.head(title, guide, heads(columns, self.lang), widths)
        sheet.freeze_panes = f"{freeze}{HEAD_ROW + 1}"
        return look

    # --- fields ---

    def _fields(self) -> None:
        look = self._sheet("fields", FIELD_HEADS, _FIELD_WIDTHS, "D")
        look.set_in, look.centred = FIELD_HEADS.index("hans") + 1, range(6, 9)
        row = HEAD_ROW
        for row, (line, level) in enumerate(self._with_spare_rows(), HEAD_ROW + 1):
            if line.shape == "new":
                self._spare(look, row, line, level)
            else:
                self._field(look, row, line, level)
        self._limits(look.sheet, row)
        look.sheet.auto_filter.ref = f"A{HEAD_ROW}:L{row}"

    def _with_spare_rows(self) -> Iterator[tuple[Line, int]]:
        """Yield each line and its level, and rows for fields to be added behind those of a section or table."""
        yield self.lines[0], 0
        yield from self._group("", 0)

    def _group(self, parent: str, level: int) -> Iterator[tuple[Line, int]]:
        for line in self.lines:
            if line.parent == parent and line.pointer != FORM:
                yield line, level
                if line.shape != "value" and not line.kind and line.pointer not in self.origin.added:
                    yield from self._group(f"{line.pointer}/*" if line.shape == "repeat" else line.pointer, level + 1)
        if self._can_hold(parent):
            for _ in range(SPARE_ROWS):
                yield Line(f"{parent}/", Words(), shape="new"), level

    def _can_hold(self, parent: str) -> bool:
        """Tell whether fields may be added: a register has none beside its rows."""
        return bool(parent) or not self.origin.form.is_table

    def _field(self, look: SheetLook, row: int, line: Line, level: int) -> None:
        kind = kind_shown(line, self.origin.form.spec_at(line.pointer), self.lang)
        texts = {1: line.pointer, 2: kind, **dict(enumerate(line.titles, 3)), **dict(enumerate(line.hints, 10))}
        open_to = [3, 4, 5, 10, 11, 12]
        if line.pointer != FORM:
            texts |= {6: self._answer(line.shown), 9: self._listed(line)}
            open_to += [6, 8, *([9] if line.options else [])]
        if line.shape == "value":
            texts[7] = self._answer(line.required)
            open_to += [7, *([2] if line.kind else [])]
        look.row(row, texts, open_to, level=level, is_group=line.shape != "value")

    def _listed(self, line: Line) -> str:
        """Return the choices of a field, a line each; none of those that no cell has room for."""
        text = "\n".join(option.titles.of(self.lang) for option in line.options)
        return text if len(line.options) <= _MOST_LINES and len(text) <= _MOST_CHARACTERS else ""

    def _spare(self, look: SheetLook, row: int, line: Line, level: int) -> None:
        look.row(row, {1: f"{line.pointer} {phrase('shape.new', self.lang, 'adapt')}"}, range(2, 13), level=level)

    def _answer(self, said: bool) -> str:
        return self.yes if said else self.no

    def _limits(self, sheet: Any, last: int) -> None:
        """Let kinds, yes and no be chosen from lists, and strike out what isn't shown."""
        kinds = len(kind_titles(self.lang))
        for cells, allowed in (("F{0}:G{1}", f'"{self.yes},{self.no}"'), ("B{0}:B{1}", f"{SHEET}!$C$1:$C${kinds}")):
            rule = DataValidation("list", formula1=allowed, allow_blank=True, showErrorMessage=False)
            rule.add(cells.format(HEAD_ROW + 1, last + SPARE_ROWS))
            sheet.add_data_validation(rule)
        rule_of: Any = FormulaRule
        struck = rule_of([f'$F{HEAD_ROW + 1}="{self.no}"'], font=Font(strike=True, color="9A9A9A"))
        sheet.conditional_formatting.add(f"C{HEAD_ROW + 1}:E{last}", struck)

    # --- choices ---

    def _choices(self) -> None:
        look = self._sheet("choices", CHOICE_HEADS, _CHOICE_WIDTHS, "D")
        look.centred = (len(CHOICE_HEADS),)
        row = HEAD_ROW
        for line in self.lines:
            for texts, open_to in self._options(line):
                row += 1
                look.row(row, texts, open_to)
        rule = DataValidation("list", formula1=f'"{self.yes},{self.no}"', allow_blank=True, showErrorMessage=False)
        rule.add(f"G{HEAD_ROW + 1}:G{row}")
        look.sheet.add_data_validation(rule)

    def _options(self, line: Line) -> Iterator[tuple[Mapping[int, str], list[int]]]:
        base = self.kept.base.get(line.pointer)
        known = {option.value for option in base.options} if base else set()
        about = {1: line.titles.of(self.lang), 2: line.pointer}
        for option in line.options:
            said = {7: self._answer(option.printed)} if line.presets else {}
            texts = {**about, 3: str(option.value), **dict(enumerate(option.titles, 4)), **said}
            yield texts, [4, 5, 6, *([7] if said else []), *([] if option.value in known else [3])]
        for _ in range(SPARE_ROWS if line.options else 0):
            yield about, [3, 4, 5, 6]

    # --- words ---

    def _words(self) -> None:
        example = self.origin.form.root.fields[0].title(self.lang)
        look = self._sheet("words", WORD_HEADS, _WORD_WIDTHS, "C", example=example)
        row = HEAD_ROW
        for block in self.kept.blocks:
            for texts in self._pieces(block):
                row += 1
                look.row(row, texts, [4])

    def _pieces(self, block: Block) -> Iterator[Mapping[int, str]]:
        names = names_of(self.origin.form, block.lang, self.origin.base)
        before = [shown(piece.text, names, block.lang) for piece in pieces(block.base)]
        for n, piece in enumerate(pieces(block.text)):
            text = shown(piece.text, names, block.lang)
            lang = phrase(f"lang.in-{block.lang}", self.lang, "adapt")
            yield {1: label_of(block.name, n), 2: lang, 3: before[n] if n < len(before) else "", 4: text}

    # --- kept ---

    def _hidden(self) -> None:
        sheet = self.book.create_sheet(SHEET)
        sheet.sheet_state = "veryHidden"
        for row, pair in enumerate(rows_of(self.kept), 1):
            for column, text in enumerate(pair, 1):
                cell = sheet.cell(row, column, text)
                cell.data_type, cell.number_format = "s", "@"
        for row, title in enumerate(kind_titles(self.lang), 1):
            sheet.cell(row, 3, title).number_format = "@"


def _undated(content: bytes) -> bytes:
    """Return a package without the times at which it and its parts were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[_CORE] = _TIMES.sub(b"", parts[_CORE])
    opc.write_package(out, [opc.deflate(name, part) for name, part in parts.items()])
    return out.getvalue()
