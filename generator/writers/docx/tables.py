"""Tables and rating scales in WordprocessingML; what is the same in each row of a table is prepared once."""

from collections.abc import Callable, Sequence

from generator.document import Column, Drawn, Face, Field, Row, Scale, Table, Tone, Use
from generator.document.columns import SCALE_LABEL, column_widths, label_lines, shares
from generator.kinds import CHOICE
from generator.units import Mm
from generator.wording import Lang
from generator.writers.docx.controls import has_boxes
from generator.writers.docx.marks import Marks
from generator.writers.docx.markup import (
    AS_HIGH,
    FRAME,
    TWIPS_PER_MM,
    cell,
    cell_opening,
    edge,
    hyperlink,
    keep,
    paragraph,
    row,
    run,
    table_opening,
    twips,
)
from generator.writers.docx.pictures import signed
from generator.writers.drawn import in_row
from generator.writers.fitting import written_row
from generator.writers.running import by_choice, is_chosen, is_tall
from generator.writers.tables import sums, unfolded

_CELL_END = "</w:p></w:tc>"
_IN_CELL = 2.2
"""Millimetres of a cell beside boxes to tick."""

_STEP = '<w:spacing w:before="20" w:after="20"/>'

CellOf = Callable[[object, bool], str]
"""A cell from its value, and whether its row is late."""


class TableWriter(Marks):
    """Renders the tables of one document."""

    def table(self, node: Table, width: Mm) -> str:
        """Return a table of a width."""
        rows = list(node.rows)
        room = column_widths(self.theme, node, width, rows)
        widths = shares(twips(width), room)
        caption = paragraph("Heading2", run(node.caption)) if node.caption else ""
        head = self.header(node, widths, room[-len(node.columns) :])
        empty = Row((None,) * len(node.columns))
        every = enumerate([*rows, *[empty] * node.blank_rows], 1)
        cells = self.columns(node, widths)
        own = room[-len(node.columns) :]
        if node.use is Use.CONTROL:
            body = [self.filled_row(node, record, number, widths) for number, record in every]
        else:
            body = [self.row(node, record, number, cells, own, widths) for number, record in every]
        if len(body) > 1:  # the head isn't parted from the first two
            body[0] = keep(body[0])
        opening = table_opening(
            self.theme, widths, padding="pen" if node.use is Use.PEN else "cell", closeness=self.document.closeness
        )
        return f"{caption}{opening}{head}{''.join(body)}{self.total(node, rows, widths)}</w:tbl>"

    def filled_row(self, node: Table, record: Row, number: int, widths: Sequence[int]) -> str:
        """Return a row to be filled in on screen."""
        own = widths[-len(node.columns) :]
        cells = [
            cell(width, self.filled_cell(node, column, number, value, width), align="center")
            for column, value, width in zip(node.columns, record.values, own, strict=True)
        ]
        if node.serial:
            cells.insert(0, cell(widths[0], paragraph("TableCentre", run(str(number))), align="center"))
        return row(cells, height=twips(Mm(7)), split=True)

    def filled_cell(self, node: Table, column: Column, number: int, value: object, width: int) -> str:
        face, pointer = column.face, node.pointer_at(number - 1, column)
        if column.running:
            return paragraph("TableCentre", run(face.text(value, self.lang)))
        if isinstance(value, Drawn):
            runs = signed(value, in_row(value, self.theme, width / TWIPS_PER_MM))
            return paragraph("TableText", self.controls.drawn(face, pointer, runs), AS_HIGH)
        if has_boxes(face):
            room = Mm(width / TWIPS_PER_MM - _IN_CELL)
            return paragraph("TableText", self.ticks(face, value, node.use, room, self.theme.size.cell, pointer))
        return paragraph("TableText", self.controls.value(face, pointer, value, in_cell=True))

    def total(self, node: Table, rows: Sequence[Row], widths: Sequence[int]) -> str:
        values = sums(node, rows)
        if values is None or node.use is Use.CONTROL:  # what is filled in on screen would leave it behind
            return ""
        texts = [_sum_text(c.face, value, self.lang) for c, value in zip(node.columns, values, strict=True)]
        if node.serial or 0 not in node.summed:
            texts = [node.total, *texts] if node.serial else [node.total, *texts[1:]]
        styles = ["TableCentre"] + ["TableNumber"] * (len(texts) - 1)
        cells = (
            cell(width, paragraph(style, run(text, "<w:b/>")), 1, self.theme.colour.tint, "center", self.ruled("top"))
            for width, style, text in zip(widths, styles, texts, strict=True)
        )
        return row(cells, height=twips(self.theme.write.row if node.use is Use.PEN else Mm(7)))

    def scale(self, node: Scale) -> str:
        steps = len(node.fields[0].face.choices)
        widths = shares(self.width, [SCALE_LABEL, *[(1 - SCALE_LABEL) / steps] * steps])
        numbers = [cell(widths[0], paragraph("TableHead", ""), fill=self.theme.colour.tint)]
        numbers += [
            cell(width, paragraph("TableHead", run(choice.label), _STEP), fill=self.theme.colour.tint)
            for width, choice in zip(widths[1:], node.fields[0].face.choices, strict=True)
        ]
        body = "".join(self.rating(field, widths) for field in node.fields)
        return (
            table_opening(self.theme, widths, padding="pen")
            + self.ends(node, widths)
            + row(numbers, header=True)
            + body
            + "</w:tbl>"
        )

    def ends(self, node: Scale, widths: Sequence[int]) -> str:
        """Return a line above the steps that says what their ends mean."""
        if not node.low and not node.high:
            return ""
        half = 1 + (len(widths) - 1) // 2
        below = '<w:spacing w:before="40" w:after="60"/>'
        low, high = (
            paragraph("TableText", run(node.low, self.soft), below),
            paragraph("TableNumber", run(node.high, self.soft), below),
        )
        cells = [
            cell(widths[0], paragraph("TableText", ""), fill=self.theme.colour.tint),
            cell(
                sum(widths[1:half]), low, span=half - 1, fill=self.theme.colour.tint, borders='<w:right w:val="nil"/>'
            ),
            cell(
                sum(widths[half:]),
                high,
                span=len(widths) - half,
                fill=self.theme.colour.tint,
                borders='<w:left w:val="nil"/>',
            ),
        ]
        return row(cells, header=True)

    def rating(self, node: Field, widths: Sequence[int]) -> str:
        face, use = node.face, node.room.use
        star = run(" *", self.starred) if node.is_starred else ""
        label = paragraph("FieldEntry", run(face.label) + star)
        label = self.controls.marked(label, node.pointer) if use is Use.CONTROL else label
        style = "PenBox" if use is Use.PEN else "TableCentre"
        if use is Use.CONTROL:
            numbers = range(1, len(face.choices) + 1)
            made = [self.control_box(face, node.pointer, n, node.value, use) for n in numbers]
        else:
            made = [self.box(is_chosen(choice, node.value), use) for choice in face.choices]
        boxes = [paragraph(style, box) for box in made]
        cells = (cell(w, content, align="center") for w, content in zip(widths, [label, *boxes], strict=True))
        return row(cells, height=twips(Mm(8 if use is Use.PEN else 7.2)))

    def header(self, node: Table, widths: Sequence[int], room: Sequence[Mm]) -> str:
        labels = [run(node.serial)] if node.serial else []
        labels += [self.head_cell(node, column, mm) for column, mm in zip(node.columns, room, strict=True)]
        under = self.ruled("bottom")
        cells = (
            cell(width, paragraph("TableHead", label), 1, self.theme.colour.tint, "center", under, "head")
            for width, label in zip(widths, labels, strict=True)
        )
        return row(cells, height=twips(Mm(7)), header=True)

    def ruled(self, side: str) -> str:
        """Return the stronger rule between a table's rows and its head or sums."""
        return edge(side, FRAME, self.theme.colour.frame)

    def head_cell(self, node: Table, column: Column, width: Mm) -> str:
        star = run("*", self.starred) if node.is_starred(column) else ""
        return run(label_lines(self.theme, column.face.label, width)) + star

    def row(
        self,
        node: Table,
        record: Row,
        number: int,
        columns: Sequence[CellOf],
        room: Sequence[Mm],
        widths: Sequence[int],
    ) -> str:
        """Return a row, and what stands beneath it."""
        record, texts = unfolded(node, record, room, self.theme.size.cell, self.lang)
        made = self.row_itself(node, record, number, columns, room)
        if not texts:
            return made
        tint = self.theme.colour.alert_tint if record.tone is Tone.ALERT else ""
        content = (paragraph("TableText", run(label, "<w:b/>") + run(text)) for _, label, text in texts)
        return keep(made) + "".join(row([cell(sum(widths), one, len(widths), tint)], split=True) for one in content)

    def row_itself(self, node: Table, record: Row, number: int, columns: Sequence[CellOf], room: Sequence[Mm]) -> str:
        tall = is_tall(record, room, self.theme.size.cell)
        late = record.tone is Tone.ALERT
        values = (number, *record.values) if node.serial else record.values
        cells = [write(value, late) for write, value in zip(columns, values, strict=True)]
        if record.mark and node.overdue:
            due = node.overdue.due + (1 if node.serial else 0)
            flag = run(f"\n{record.mark}", f'<w:b/><w:color w:val="{self.theme.colour.alert}"/>')
            cells[due] = cells[due].removesuffix(_CELL_END) + flag + _CELL_END
        if node.use is not Use.PEN and not record.spare:
            return row(cells, split=tall)
        exact = not any(c.face.ticks for c in node.columns) and not any(record.values)
        return row(
            cells,
            height=twips(Mm(written_row(self.theme, self.document.closeness) + node.more)),
            exact=exact,
            split=tall,
        )

    def columns(self, node: Table, widths: Sequence[int]) -> list[CellOf]:
        """Return the functions that write the cells of each column; what is the same in each row is prepared."""
        own = widths[-len(node.columns) :]
        texts = [self.content(column, node.use, width) for column, width in zip(node.columns, own, strict=True)]
        if node.serial:
            texts.insert(0, ("TableCentre", lambda value: run(str(value))))
        tint = self.theme.colour.alert_tint
        ticked = [False] * bool(node.serial) + [column.face.ticks for column in node.columns]
        paddings = ["ticks" if ticks else "" for ticks in ticked]
        return [
            _cells(width, style, padding, text, tint)
            for width, (style, text), padding in zip(widths, texts, paddings, strict=True)
        ]

    def content(self, column: Column, use: Use, width: int) -> tuple[str, Callable[[object], str]]:
        """Return the style of cells `width` twips wide, and the function that writes the runs of a value."""
        face, kind, lang = column.face, column.face.kind, self.lang
        if face.ticks:
            style = "PenTicks" if use is Use.PEN else "TableText"
            room, size = Mm(width / TWIPS_PER_MM - _IN_CELL), self.theme.size.cell
            return style, lambda value: self.ticks(face, value, use, room, size).replace("\u2003", "\u2002")

        def plain(value: object) -> str:
            if isinstance(value, Drawn):
                return signed(value, in_row(value, self.theme, width / TWIPS_PER_MM))
            return run(value) if type(value) is str and kind.is_own_text else run(face.text(value, lang))

        def linked(value: object) -> str:
            return hyperlink(kind.link(value), plain(value))

        if kind is CHOICE:
            return "TableText", by_choice(face.choices, lambda choice: run(choice.label, self.tone(choice.tone)), plain)
        centred = column.running or kind.is_moment
        style = "TableCentre" if centred else "TableNumber" if kind.is_number else "TableText"
        return style, linked if kind.is_link else plain

    def tone(self, tone: Tone) -> str:
        weight = "<w:b/>" if tone in (Tone.ALERT, Tone.CAUTION) else ""
        return f'{weight}<w:color w:val="{self.theme.colour[tone]}"/>' if tone else ""


def _sum_text(face: Face, value: object, lang: Lang) -> str:
    return "" if value is None else face.kind.text(value, lang, (), face.unit)


def _cells(width: int, style: str, padding: str, text: Callable[[object], str], tint: str) -> CellOf:
    """Return the function that writes the cells of one column, those of late rows tinted."""
    opening, high = (f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{room}</w:pPr>' for room in ("", AS_HIGH))
    plain, tinted = (cell_opening(width, fill=fill, align="center", padding=padding) for fill in ("", tint))

    def written(value: object, late: bool) -> str:
        start = high if isinstance(value, Drawn) else opening
        return f"{tinted if late else plain}{start}{text(value)}{_CELL_END}"

    return written
