"""Pictures of a record on paper: where their fields are it says which figure they are; the figures follow beneath.
Signatures that are drawn stand in their fields.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from generator.compose.faces import Faces
from generator.document import (
    Beside,
    Block,
    Caption,
    Field,
    FieldGrid,
    Image,
    Picture,
    Row,
    Section,
    Shape,
    Signature,
    SignatureBlock,
    Table,
)
from generator.kinds import TEXT
from generator.kinds.pictures import Drawn, Photo, Reference
from generator.text_measure import even_lines
from generator.units import MM_PER_INCH, MM_PER_POINT, Mm, Pt
from generator.wording import phrase

_HIGHEST, _SINGLE = Mm(78.0), Mm(105.0)
"""Millimetres that pictures side by side are high at most, and one alone."""

_BETWEEN, _TO_CAPTION = Mm(6.0), Mm(1.5)
_LEAST_DOTS = 96
"""Dots to the inch: a picture of few dots isn't blown up."""

_ABREAST, _NARROW_ABREAST = 2, 3
"""Pictures in a line, and of those that are higher than wide."""

_CAPTION, _PITCH = Pt(8.5), 1.45
_RULE = Pt(0.5)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A picture with its number, what it is called, and where it stands in the record."""

    photo: Photo
    number: int
    title: str
    pointer: str


@dataclass(slots=True)
class Figures:
    """Numbers the pictures of one document, and places them beneath what names them."""

    faces: Faces
    count: int = 0
    drawn: list[Drawn] = field(default_factory=list)
    """The signatures that are drawn, in order."""

    _held: list[_Numbered] = field(default_factory=list)

    def placed(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Yield blocks, each with the figures that it names beneath it."""
        for block in blocks:
            yield self._block(block)
            yield from self._strips()

    def _block(self, block: Block) -> Block:
        match block:
            case Section():
                return replace(block, blocks=tuple(self.placed(block.blocks)))
            case FieldGrid():
                return replace(block, lines=tuple(tuple(map(self._field, line)) for line in block.lines))
            case Table():
                return self._table(block)
            case Beside():
                return replace(block, table=self._table(block.table))
            case SignatureBlock():
                return replace(block, signatures=tuple(map(self._signature, block.signatures)))
        return block

    def _signature(self, node: Signature) -> Signature:
        return replace(node, drawn=self._signed(node.drawn.photo)) if node.drawn else node

    def _signed(self, photo: Photo) -> Drawn:
        self.drawn.append(Drawn(photo, phrase("signature.drawn", self.faces.lang), len(self.drawn) + 1))
        return self.drawn[-1]

    def _field(self, node: Field) -> Field:
        if not isinstance(node.value, Photo):
            return node
        if node.face.kind.is_drawn:
            return replace(node, value=self._signed(node.value))
        return replace(node, value=self._shown(node.value, node.face.label, node.pointer))

    def _shown(self, photo: Photo, title: str, pointer: str) -> Reference:
        self.count += 1
        self._held.append(_Numbered(photo, self.count, title, pointer))
        return self._reference(self.count)

    def _reference(self, number: int) -> Reference:
        return Reference(phrase("figure.number", self.faces.lang).format(number))

    # --- rows ---

    def _table(self, table: Table) -> Table:
        at = [n for n, column in enumerate(table.columns) if column.face.kind.takes_bytes]
        if not at:
            return table
        rows, first = table.rows, (self.count, len(self.drawn))
        signed = frozenset(n for n in at if table.columns[n].face.kind.is_drawn)
        for number, row in enumerate(rows):
            for n in at:
                value, column = row.values[n], table.columns[n]
                if not isinstance(value, Photo):
                    continue
                if n in signed:
                    self._signed(value)
                    continue
                title = self._title(table, row) or column.face.label
                self._shown(value, title, f"{table.pointer}/{number}/{column.key}")
        return replace(table, rows=_Referring(rows, at, signed, first, self))

    def _title(self, table: Table, row: Row) -> str:
        """Return what a row says of its picture: its first text."""
        texts = (
            (column.face.kind, value)
            for column, value in zip(table.columns, row.values, strict=True)
            if isinstance(value, str) and value
        )
        return next((" ".join(value.split()) for kind, value in texts if kind is TEXT), "")

    def referred(self, table: "_Referring") -> Iterator[Row]:
        """Yield rows with the number of its figure in the place of each picture, and with their signatures."""
        figures, signed = table.first
        for row in table.rows:
            values = list(row.values)
            for n in table.at:
                if not isinstance(values[n], Photo):
                    continue
                if n in table.signed:
                    values[n], signed = self.drawn[signed], signed + 1
                else:
                    figures += 1
                    values[n] = self._reference(figures)
            yield replace(row, values=tuple(values))

    # --- figures ---

    def _strips(self) -> Iterator[Picture]:
        """Yield the figures that wait, in lines, each line a picture."""
        held, self._held = self._held, []
        while held:
            count = self._abreast(held)
            yield self._strip(held[:count], count)
            held = held[count:]

    def _abreast(self, held: Sequence[_Numbered]) -> int:
        """Return how many of the figures that come next stand side by side."""
        if all(one.photo.down > one.photo.across for one in held[:_NARROW_ABREAST]):
            return min(len(held), _NARROW_ABREAST)
        return min(len(held), _ABREAST)

    def _strip(self, line: Sequence[_Numbered], count: int) -> Picture:
        width = self.faces.width
        room = Mm((width - _BETWEEN * (count - 1)) / count)
        sizes = [_size(one.photo, room, _SINGLE if count == 1 else _HIGHEST) for one in line]
        high = max(down for _, down in sizes)
        shapes, alts, lowest = list[Shape](), list[str](), high
        for n, (one, (across, down)) in enumerate(zip(line, sizes, strict=True)):
            left = n * (room + _BETWEEN)
            x, y = left + (room - across) / 2, high - down
            name = self._reference(one.number).text
            text = phrase("figure.caption", self.faces.lang).format(name, one.title)
            alts.append(text)
            shapes.append(Image(x, y, across, down, one.photo.content, one.photo.media, _RULE, name, text))
            baseline = high + _TO_CAPTION + _CAPTION * MM_PER_POINT
            for caption in even_lines(text, room, _CAPTION):
                shapes.append(Caption(left + room / 2, baseline, caption, _CAPTION, "middle", pointer=one.pointer))
                lowest = max(lowest, baseline + 0.4 * _CAPTION * MM_PER_POINT)
                baseline += _CAPTION * _PITCH * MM_PER_POINT
        separator = phrase("chart.between", self.faces.lang)
        return Picture(tuple(shapes), width, Mm(round(lowest + 1.0, 2)), separator.join(alts))


@dataclass(frozen=True, slots=True)
class _Referring:
    """A table's rows, read as often as they are asked for."""

    rows: Iterable[Row]
    at: Sequence[int]
    signed: frozenset[int]
    first: tuple[int, int]
    """Figures, and signatures, that stand before the table."""

    figures: Figures

    def __iter__(self) -> Iterator[Row]:
        return self.figures.referred(self)


def _size(photo: Photo, room: Mm, highest: Mm) -> tuple[float, float]:
    """Return the millimetres of a picture: as large as there is room for, and as its dots suffice for."""
    wanted = photo.across / _LEAST_DOTS * MM_PER_INCH
    across = min(room, wanted, highest * photo.across / photo.down)
    return across, across * photo.down / photo.across
