"""The tables of a Word form: those whose rows are records, those of labels with room beside or beneath them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generator.importing.draft import Schema
from generator.importing.word_blocks import CONTROL, Cell, Table
from generator.importing.word_labels import (
    BOXES,
    Asked,
    asked,
    choices_of,
    clean_label,
    in_line,
    is_blank,
    is_label,
    is_sign,
)
from generator.records.words import is_serial, is_total

_SERIAL = re.compile(r"\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3}|…+|\.{3})\s*[.、]?\s*")
_DOTS = re.compile(r"…+|\.{3,}")
_FEWEST_ROWS, _MOST_PRESET = 2, 60


@dataclass
class Repeat:
    """A table of records: its columns, how many rows are printed, those that are filled in already."""

    columns: list[Asked]
    blank_rows: int
    has_serial: bool
    preset: list[dict[int, str]]
    """Texts that are printed in the rows, by column."""

    has_total: bool = False


@dataclass
class Part:
    """A heading that stands in a table, in a row of its own or beside several; without a title the end of one."""

    title: str


Found = Asked | Repeat | Part


def found_in(table: Table) -> Iterator[Found | tuple[str, str]]:
    """Yield what a table asks, in the order of its rows; texts that ask nothing as (text, row)."""
    rows = [row for row in table.rows if row]
    at = 0
    grouped = False
    while at < len(rows):
        scale, length = _scale(rows[at:])
        if scale:
            yield from scale
            at += length
            continue
        title, inner = _grouped_table(rows[at:])
        repeat, length = _repeat(inner or rows[at:])
        if repeat is not None:
            if inner:
                yield Part(title)
            yield repeat
            if inner:
                yield Part("")
            at += length
            continue
        above, length = _captions(rows[at:])
        if above:
            yield from above
            at += length
            continue
        if group := _group(rows[at]):
            yield Part(group)
        elif grouped and not rows[at][0].goes_on:
            yield Part("")
        grouped = bool(group) or (grouped and rows[at][0].goes_on)
        yield from _in_row(rows[at][bool(group) :], f"table:{table.number}:{at + 1}")
        at += 1


def _group(row: Sequence[Cell]) -> str:
    """Return what rows are called by a tall cell before their labels, whose letters may stand beneath each other."""
    if len(row) < 2 or not row[0].is_tall or not is_label(row[1].text):
        return ""
    title = "".join(line.text.strip() for line in row[0].lines)
    return clean_label(title)[0] if title and is_label(title) else ""


def _grouped_table(rows: Sequence[list[Cell]]) -> tuple[str, list[list[Cell]]]:
    """Return the rows beside a tall cell whose first are names and all others records, and what the cell calls them."""
    first = rows[0][0]
    beside = next((n for n, row in enumerate(rows) if n and not row[0].goes_on), len(rows))
    inner = [row[1:] for row in rows[:beside]]
    if not first.is_tall or beside < _FEWEST_ROWS + 1 or len(inner[0]) < 2 or any(cell.is_tall for cell in inner[0]):
        return "", []
    title = "".join(line.text.strip() for line in first.lines)
    return (clean_label(title)[0], inner) if is_label(title) and _repeat(inner)[0] else ("", [])


# --- rows that are records ---


def _repeat(rows: Sequence[list[Cell]]) -> tuple[Repeat | None, int]:
    """Return the table of records that begins with a row of names, and how many rows it has."""
    head = rows[0]
    depth = 2 if _has_two_levels(rows) else 1
    names = _names(rows[:depth])
    if len(names) < 2 or not all(is_label(name) for name in names) or any(is_sign(n) for n in names[:1]):
        return None, 0
    body: list[list[Cell]] = []
    for row in rows[depth:]:
        if len(row) != len(names) or is_total(row[0].text) or not _is_like(row, body):
            break
        body.append(row)
    serial = [n for n, name in enumerate(names) if is_serial(clean_label(name)[0])]
    if not serial and all(_SERIAL.fullmatch(row[0].text) for row in body) and len(names) > 2:
        serial = [0]
    columns = [n for n in range(len(names)) if n not in serial]
    if len(body) < (1 if serial else _FEWEST_ROWS) or len(head) < 2:
        return None, 0
    if not _has_room(body, columns):
        return None, 0
    made = [_column(names[n], [row[n] for row in body]) for n in columns]
    preset = [
        {i: row[n].text for i, n in enumerate(columns) if _is_preset(row[n])}
        for row in body[:_MOST_PRESET]
    ]  # fmt: skip
    end = depth + len(body)
    has_total = end < len(rows) and is_total(rows[end][0].text)
    found = Repeat([c for c in made if c], len(body), bool(serial), preset if any(preset) else [], has_total)
    return found, end + has_total


def _scale(rows: Sequence[list[Cell]]) -> tuple[list[Asked], int]:
    """Return the questions of a grid of boxes: a label before each row of boxes, the answers above them."""
    for skipped in (1, 2):
        if len(rows) <= skipped:
            return [], 0
        head, body = rows[skipped - 1], _box_rows(rows[skipped:])
        if not body or len(body[0]) != len(head):
            continue
        answers = [cell.text for cell in head[1:]]
        if not all(answers) or len(set(answers)) < len(answers):
            return [], 0
        ends = [cell.text for cell in rows[0][1:] if cell.text] if skipped > 1 else []
        return [_graded(row[0].text, answers, ends) for row in body], skipped + len(body)
    return [], 0


def _box_rows(rows: Sequence[list[Cell]]) -> list[list[Cell]]:
    """Return the leading rows that hold a label and then boxes only."""
    made = []
    for row in rows:
        boxes = [cell.text for cell in row[1:]]
        if len(boxes) < 2 or not is_label(row[0].text) or not all(len(b) == 1 and b in BOXES for b in boxes):
            break
        made.append(row)
    return made


def _graded(label: str, answers: Sequence[str], ends: Sequence[str]) -> Asked:
    title, required = clean_label(label)
    if all(answer.isdigit() for answer in answers) and len(answers) > 2:
        low, high = int(answers[0]), int(answers[-1])
        schema: Schema = {"type": "integer", "minimum": low, "maximum": high, "x-control": "rating"}
        if [int(answer) for answer in answers] == list(range(low, high + 1)):
            return Asked(
                title, {**schema, **({"x-scale": [{"title": e} for e in ends]} if len(ends) == 2 else {})}, required
            )
    return Asked(title, {"type": "string", "enum": list(answers)}, required)


def _has_two_levels(rows: Sequence[list[Cell]]) -> bool:
    """Tell whether names stand in two rows: groups above, with cells that go down beside them."""
    if len(rows) < 3:
        return False
    first, second = rows[0], rows[1]
    return any(c.is_tall for c in first) and any(c.goes_on for c in second) and any(c.span > 1 for c in first)


def _names(rows: Sequence[list[Cell]]) -> list[str]:
    """Return the names of columns, of groups with what stands beneath each."""
    if len(rows) == 1:
        return [cell.text for cell in rows[0]]
    made = []
    for cell in rows[1]:
        above = next((c for c in rows[0] if c.left <= cell.left < c.left + c.span), None)
        group = above.text if above else ""
        made.append(group if cell.goes_on else f"{group}/{cell.text}" if group else cell.text)
    return made


def _is_like(row: Sequence[Cell], body: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a row is one of the records: it has room, or is laid out as those above."""
    if body and any(a.left != b.left or a.span != b.span for a, b in zip(row, body[0], strict=False)):
        return False
    return any(_is_open(cell) for cell in row)


def _is_open(cell: Cell) -> bool:
    return bool(cell.controls) or is_blank(cell.text) or any(mark in cell.text for mark in BOXES)


def _is_preset(cell: Cell) -> bool:
    return not _is_open(cell) and not _DOTS.fullmatch(cell.text.strip()) and CONTROL not in cell.text


def _has_room(body: Sequence[Sequence[Cell]], columns: Sequence[int]) -> bool:
    """Tell whether the rows are for records, and not labels with room beside them."""
    open_columns = [n for n in columns if all(_is_open(row[n]) for row in body)]
    labelled = [
        n for n in columns if n not in open_columns and all(is_label(row[n].text) for row in body if row[n].text)
    ]
    return bool(open_columns) and (len(open_columns) + len(labelled) >= len(columns) - 1)


def _column(name: str, cells: Sequence[Cell]) -> Asked | None:
    """Return the field of a column, by its name and what stands in its cells."""
    boxes = next((cell.text for cell in cells if len(choices_of(cell.text)[0]) > 1), "")
    controls = next((cell.controls for cell in cells if cell.controls), [])
    days = next((cell.text for cell in cells if is_blank(cell.text) and cell.text), "")
    return asked(name, boxes or days, controls)


# --- labels above their room ---


def _captions(rows: Sequence[list[Cell]]) -> tuple[list[Asked], int]:
    """Return what a row of labels asks whose room is the one row beneath, as places to sign have it."""
    if len(rows) < 2 or len(rows[0]) != len(rows[1]) or len(rows[0]) < 1:
        return [], 0
    labels, room = rows[0], rows[1]
    if not all(is_label(cell.text) for cell in labels) or not all(is_blank(cell.text) for cell in room):
        return [], 0
    if len(labels) == 1 and not is_sign(labels[0].text):
        return [], 0
    made = [asked(a.text, b.text, b.controls) for a, b in zip(labels, room, strict=True)]
    return [one for one in made if one], 2


# --- rows of labels and room ---


def _in_row(row: Sequence[Cell], place: str) -> Iterator[Found | tuple[str, str]]:
    at = 0
    while at < len(row):
        cell = row[at]
        text = cell.text
        following = row[at + 1] if at + 1 < len(row) else None
        for table in cell.tables:
            yield from found_in(table)
        if cell.goes_on or (not text and not cell.controls):
            at += 1
            continue
        if len(row) == 1 and is_label(text) and not cell.tables and len(cell.lines) == 1:
            yield Part(clean_label(text)[0])
            at += 1
            continue
        has_room = following is not None and is_label(text) and not following.goes_on and _is_open(following)
        own = [] if has_room and text.rstrip().endswith(("：", ":")) else _in_cell(cell)
        if own:
            yield from own
            at += 1
        elif has_room and following is not None:
            if following.tables:
                yield from _nested(clean_label(text)[0], following)
                at += 2
                continue
            found = asked(text, following.text, following.controls)
            inner = list(in_line(following.text, following.controls)) if "：" in following.text else []
            if inner and not is_blank(following.text) and len(inner) > 1:
                if _has_lines(following):
                    yield Asked(clean_label(text)[0], {"type": "string", "x-control": "multiline"})
                yield from inner
            elif found:
                yield found
            at += 2
        elif following is not None and is_label(text) and (_is_signed(following) or _has_lines(following)):
            yield Asked(clean_label(text)[0], {"type": "string", "x-control": "multiline"})
            at += 1
        else:
            if not (cell.is_tall and is_label(text)):
                yield text, place
            at += 1


def _nested(label: str, cell: Cell) -> Iterator[Found | tuple[str, str]]:
    """Yield what the tables in a cell ask; one of records is called by the label beside it."""
    found = [one for table in cell.tables for one in found_in(table)]
    if len(found) == 1 and isinstance(found[0], Repeat):
        yield Part(label)
    yield from found


def _is_signed(cell: Cell) -> bool:
    """Tell whether a cell is room for words that somebody signs beneath: 部门意见 has 签字：____ beside it."""
    found = _in_cell(cell)
    return any(one.is_signature for one in found) and all(
        one.is_signature or one.schema.get("format") == "date" for one in found
    )


def _has_lines(cell: Cell) -> bool:
    """Tell whether a cell begins with lines to write on, above what else it asks."""
    return re.match(r"\s*\n\s*\n.*[：:]", "\n".join(line.text for line in cell.lines), re.DOTALL) is not None


def _in_cell(cell: Cell) -> list[Asked]:
    """Return what a cell asks that holds labels and their room itself."""
    if not cell.lines:
        return []
    first, *rest = cell.lines
    body = "\n".join(line.text for line in rest)
    controls = [control for line in rest for control in line.controls]
    if rest and is_label(first.text) and _is_room(body, controls):
        found = asked(first.text, body, controls)
        return [found] if found else []
    made: list[Asked] = []
    for line in cell.lines:
        if line.controls or any(mark in line.text for mark in BOXES) or _asks(line.text):
            made += in_line(line.text, line.controls)
    if not made and cell.text.rstrip().endswith(("：", ":")) and is_label(cell.text):
        return []
    return made if made and (len(made) > 1 or made[0].label) else []


def _is_room(body: str, controls: Sequence[Any]) -> bool:
    return bool(controls) or is_blank(body) or any(mark in body for mark in BOXES)


def _asks(text: str) -> bool:
    return (
        "__" in text or CONTROL in text or bool(re.search(r"[：:][\s\u3000]*(?:年[\s\u3000]*月|$)|[：:]\s{2,}", text))
    )


_EACH = re.compile(r"单价|單價|unit price|rate", re.IGNORECASE)


def _adds_up(column: Schema) -> bool:
    """Tell whether a row of totals has the sum of a column: of numbers, but for prices of one."""
    return column.get("type") in ("number", "integer") and not _EACH.search(str(column.get("title", "")))


def schema_of_repeat(found: Repeat, properties: Schema, title: str) -> Schema:
    """Return the schema of a table of records with these columns; rows that are printed are its default."""
    table: dict[str, Any] = {"serial": True} if found.has_serial else {}
    node: Schema = {"title": title, "type": "array"}
    keys = list(properties)
    if found.preset:
        rows = [{keys[n]: text for n, text in row.items() if n < len(keys)} for row in found.preset]
        fixed = {n for row in found.preset for n in row if n < len(keys)}
        for n in fixed:
            node_of = properties[keys[n]]
            for word in ("enum", "format", "x-control", "x-unit"):
                node_of.pop(word, None)
            node_of |= {"type": "string", "readOnly": True}
        node["default"] = [row for row in rows if row]
    else:
        table["blank_rows"] = min(found.blank_rows, 60)
    if found.has_total and (totals := [key for key, column in properties.items() if _adds_up(column)]):
        table["totals"] = totals
    if table:
        node["x-table"] = table
    return {**node, "items": {"type": "object", "properties": properties}}
