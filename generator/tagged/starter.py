"""A Word file to begin with: the paper of a form as we lay it out, with a tag wherever a value stands."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from generator.catalogue.form import FieldSpec, Form
from generator.document import (
    GRID,
    Beside,
    Block,
    Column,
    Document,
    Emphasis,
    Face,
    Field,
    FieldGrid,
    Figure,
    Heading,
    Inline,
    KeyFigures,
    ListBlock,
    Note,
    Paragraph,
    Picture,
    Purpose,
    Room,
    Row,
    Scale,
    Section,
    Signature,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Value,
    WritingLines,
)
from generator.document.columns import column_widths, serial_width, text_width
from generator.errors import pointer_key
from generator.kinds import TEXT, Kind
from generator.units import Mm
from generator.wording import Lang, has_phrase, phrase
from generator.writers import writer
from generator.writers.tables import parts

_PLACE = re.compile(r"\{[0-9]*\}")


def write_starter(form: Form, blank: Document, out: BinaryIO) -> None:
    """Write a Word file that holds every tag of a form; `blank`: its blank paper."""
    writer("docx")(starter(form, blank), out)


def write_sheet_starter(form: Form, blank: Document, out: BinaryIO) -> None:
    """Write a workbook that holds every tag of a form; rows that repeat need no loop there."""
    writer("xlsx")(starter(form, blank, loops=False), out)


def starter(form: Form, blank: Document, *, loops: bool = True) -> Document:
    """Return the paper of a form with tags in place of values; `loops`: rows repeat by tags around them."""
    made = _Tagging(form, blank, loops)
    blocks = made.blocks(blank.blocks)
    blocks += made.others()
    reference = expression(form, form.identity) if form.identity and not _is_personal(form) else ""
    shown = f"{{{{ {reference} }}}}" if reference else ""
    return replace(blank, blocks=tuple(blocks), purpose=Purpose.FILLED, reference=shown)


def _is_personal(form: Form) -> bool:
    spec = form.spec_at(form.identity)
    return bool(spec and spec.sensitive)


def expression(form: Form, pointer: str) -> str:
    """Return what a tag says of a field beside no rows: its keys with points between."""
    keys = [pointer_key(step) for step in pointer.split("/")[1:]]
    return path(keys)


def path(keys: Sequence[str], base: str = "") -> str:
    """Return the expression of keys within each other; those that are no words stand in brackets."""
    made = base
    for key in keys:
        if key.isidentifier():
            made = f"{made}.{key}" if made else key
        else:
            quoted = key.replace("\\", "\\\\").replace("'", "\\'")
            made = f"{made or 'record'}['{quoted}']"
    return made


@dataclass
class _Tagging:
    """Puts tags into blocks. `paper`: what they are of; `used`: the fields that have come to stand on it."""

    form: Form
    paper: Document
    loops: bool
    used: set[str] = field(default_factory=set)

    @property
    def lang(self) -> Lang:
        """Return the language of the paper."""
        return self.paper.lang

    def blocks(self, blocks: Iterable[Block]) -> list[Block]:
        """Return blocks with tags in place of values; pictures have none, and are left out."""
        return [made for block in blocks for made in self._block(block)]

    def _block(self, block: Block) -> Iterator[Block]:
        match block:
            case Section():
                yield Section(block.heading, tuple(self.blocks(block.blocks)))
            case FieldGrid():
                yield FieldGrid(tuple(tuple(self._field(one) for one in line) for line in block.lines))
            case Scale():
                yield FieldGrid(tuple((self._field(one, GRID),) for one in block.fields))
            case KeyFigures():
                yield KeyFigures(tuple(map(self._figure, block.figures)))
            case Table():
                yield self._table(block)
            case Beside():
                yield self._table(block.table)
            case Paragraph():
                yield replace(block, children=self._inlines(block.children))
            case Note():
                yield replace(block, children=self._inlines(block.children))
            case ListBlock():
                yield replace(block, items=tuple(map(self._inlines, block.items)))
            case WritingLines():
                lead = (Strong((Text(block.label + phrase("separator", self.lang)),)),) if block.label else ()
                yield Paragraph((*lead, Text(self._tag(block.pointer))))
            case SignatureBlock():
                yield SignatureBlock(tuple(map(self._signature, block.signatures)))
            case Heading():
                yield block
            case Picture():
                return
            case _:
                yield block

    def _tag(self, pointer: str, filters: str = "") -> str:
        """Return the tag of a field; nothing for what is of no field."""
        spec = self.form.spec_at(pointer)
        if not pointer or spec is None or spec.shape != "value":
            return ""
        self.used.add(spec.pointer)
        return f"{{{{ {expression(self.form, pointer)}{filters} }}}}"

    def _field(self, one: Field, span: int = 0) -> Field:
        room = Room(span=span or one.room.span)
        return Field(one.pointer, Face(label=one.face.label), self._tag(one.pointer), room)

    def _figure(self, figure: Figure) -> Figure:
        return replace(figure, text=self._tag(figure.pointer), note="", aim="") if figure.pointer else figure

    def _signature(self, place: Signature) -> Signature:
        """Return a place to sign with the tags of whoever signs and of the day."""
        date, name = self._tag(place.date_of, "|prose"), self._tag(place.name_of)
        return replace(place, date=date or place.date, name=name or place.name)

    # --- tables ---

    def _table(self, table: Table) -> Table:
        spec = self.form.spec_at(table.pointer)
        if spec is None or spec.shape != "repeat":
            return replace(table, rows=(), blank_rows=0)
        return self._repeating(table, spec)

    def _repeating(self, table: Table, spec: FieldSpec) -> Table:
        self.used |= {spec.pointer, *(one.pointer for one in spec.walk())}
        keys = [pointer_key(step) for step in table.pointer.split("/")[1:]]
        columns = [_plain(column, wide) for column, wide in zip(table.columns, self._widths(table), strict=True)]
        base = "row" if self.loops else path(keys)
        tags = ["{{ loop.index }}" if one.running else f"{{{{ {path([one.key], base)} }}}}" for one in table.columns]
        if table.serial:
            wide = serial_width(table) if columns[0].wide else Mm(0.0)
            columns.insert(0, Column("", Face(label=table.serial), _SERIAL_SHARE, wide=wide))
            tags.insert(0, "{{ loop.index }}")
        key = min(table.key + bool(table.serial), len(columns) - 1)
        is_wide = len(columns) > _NEVER_CONTINUED
        widest = key if is_wide else max(range(len(columns)), key=lambda n: (columns[n].wide, columns[n].share))
        loop = (f"{{%tr for row in {path(keys)} %}}", "{%tr endfor %}")
        begin, end = (Row([tag if n == widest else "" for n in range(len(columns))]) for tag in loop)
        rows = [begin, Row(tags), end] if self.loops else [Row(tags)]
        shown = replace(table, columns=tuple(columns), rows=rows, blank_rows=0, serial="", overdue=None, register=False)
        return replace(shown, key=key, summed=(), unsummed=(), total="", use=Room().use)

    def _widths(self, table: Table) -> list[Mm]:
        """Return widths of columns as on our own paper, whatever tags they hold; nought where it is continued.

        On sheets they are as tags have them: a row there keeps the height that its tags need.
        """
        if not self.loops or sum(1 for _ in parts(self.paper, table)) > 1:
            return [Mm(0.0)] * len(table.columns)
        rows = table.rows if isinstance(table.rows, list) else list(table.rows)
        return column_widths(self.paper.theme, table, text_width(self.paper), rows)[-len(table.columns) :]

    # --- running text ---

    def _inlines(self, inlines: Sequence[Inline]) -> tuple[Inline, ...]:
        made: list[Inline] = []
        waiting: list[str] = []
        for n, inline in enumerate(inlines):
            match inline:
                case Value():
                    self._value(inline, inlines[n - 2] if n > 1 else None, made, waiting)
                case Text() if waiting:
                    made.append(Text(inline.text.removeprefix(waiting.pop(0))))
                case Strong() | Emphasis():
                    made.append(type(inline)(self._inlines(inline.children)))
                case _:
                    made.append(inline)
        return tuple(one for one in made if one != Text(""))

    def _value(self, value: Value, before: Inline | None, made: list[Inline], waiting: list[str]) -> None:
        """Put in the tag of a value; the gaps for year, month and day of one date are one tag."""
        if isinstance(before, Value) and before.pointer == value.pointer and waiting:
            return
        waiting.clear()
        spec = self.form.spec_at(value.pointer)
        tells = spec is not None and type(spec.kind).prose is not Kind.prose
        tag = self._tag(value.pointer, "|prose" if tells else "")
        made.append(Text(tag or value.text))
        units = f"blank.prose_{spec.kind}" if spec else ""
        if tag and spec and spec.kind.is_moment and has_phrase(units):
            waiting += _PLACE.split(phrase(units, self.lang))[1:]

    # --- what the paper hasn't got ---

    def others(self) -> list[Block]:
        """Return the fields that no block has shown, beneath a heading; Word files print them once they are moved."""
        found = list(self._others(self.form.root))
        if not found:
            return []
        section = Section(Heading(phrase("further", self.lang)), tuple(found))
        return list(self._at_hand(section)) if self.loops else [section]

    def _at_hand(self, section: Section) -> Iterator[Block]:
        """Yield a section between tags that leave it out: what our own paper doesn't print is there to be moved."""
        yield Paragraph((Text("{%p if false %}"),))
        yield Note((Text(phrase("at_hand", self.lang)),))
        yield section
        yield Paragraph((Text("{%p endif %}"),))

    def _others(self, above: FieldSpec) -> Iterator[Block]:
        lacking = [spec for spec in above.fields if spec.shape == "value" and spec.pointer not in self.used]
        if lacking:
            fields = [
                Field(spec.pointer, Face(label=spec.title(self.lang)), self._tag(spec.pointer), Room(span=GRID))
                for spec in lacking
            ]
            yield FieldGrid(tuple((one,) for one in fields))
        for spec in above.fields:
            if spec.shape == "section":
                yield from self._others(spec)
            elif spec.shape == "repeat" and spec.pointer not in self.used:
                columns = tuple(Column(one.key, Face(label=one.title(self.lang))) for one in spec.fields)
                yield self._repeating(Table(spec.pointer, columns, caption=spec.title(self.lang)), spec)


def _plain(column: Column, wide: Mm) -> Column:
    """Return a column that holds texts, set as its values are, of a width."""
    face, kind = column.face, column.face.kind
    set_as = kind if kind.is_number or kind.is_moment else TEXT
    return Column(column.key, Face(kind=set_as, label=face.label), column.share, wide=wide)


_SERIAL_SHARE = 5.0


_NEVER_CONTINUED = 5
"""Columns of a table that always fit beside each other; of one that is continued the key column alone is repeated."""

Writing = Callable[[Form, Document, BinaryIO], None]
STARTERS: Mapping[str, Writing] = {"docx": write_starter, "xlsx": write_sheet_starter}
"""What writes a file to begin with, by format."""
