"""What stands above a list: its title, and labels with their values."""

import re
from collections.abc import Iterator, Sequence

from generator.importing.heading import is_name
from generator.records.layout import name_of, pairs_above
from generator.records.words import is_blank
from generator.records.workbooks import Row

LONGEST_LABEL = 20
_LONGEST_TITLE = 60
_COLONS = ("：", ":")
_BRACKETED = re.compile(r"（[^（）]*）|\([^()]*\)")
_NO_ROW = Row(0, ())


def title_above(rows: Sequence[Row]) -> str:
    """Return what stands alone in a row and is no label; nothing where nothing does."""
    for row in rows:
        texts = [str(cell).strip() for cell in row.cells if isinstance(cell, str) and cell.strip()]
        if len(texts) == 1 and not _is_labelled(texts[0]) and len(texts[0]) < _LONGEST_TITLE:
            return texts[0]
    return ""


def said_above(rows: Sequence[Row]) -> Iterator[tuple[str, object]]:
    """Yield the labels above a list with their values, None where room for one is all that there is.

    A label says by a colon that it is one, or has its value beneath.
    """
    for label, value, _, _ in pairs_above(rows):
        if _is_colon_label(label, rows) and _is_caption(label.rstrip("：: ")):
            yield label, None if is_blank(value) or str(value).rstrip().endswith(_COLONS) else value
    for above, beneath in zip(rows, [*rows[1:], _NO_ROW], strict=False):
        labels = {n: name_of(cell) for n, cell in enumerate(above.cells) if not is_blank(cell)}
        values = {n for n, cell in enumerate(beneath.cells) if not is_blank(cell)}
        if len(labels) > 1 and values <= labels.keys() and all(map(_is_caption, labels.values())):
            yield from ((label, beneath.cells[n] if n in values else None) for n, label in labels.items())


def _is_colon_label(label: str, rows: Sequence[Row]) -> bool:
    """Tell whether a label says by a colon that it is one."""
    if label.rstrip().endswith(_COLONS):
        return True
    cells = [str(cell) for row in rows for cell in row.cells if isinstance(cell, str)]
    return any(f"{label}{mark}" in cell for cell in cells for mark in ("：", ":", " :", " ："))


def _is_caption(text: str) -> bool:
    """Tell whether a text is a label and no more: what it says may stand beneath it."""
    is_whole = text.count("（") == text.count("）") and text.count("(") == text.count(")")
    return is_name(text) and is_whole and not any(mark in text for mark in _COLONS) and len(text) <= LONGEST_LABEL


def _is_labelled(text: str) -> bool:
    """Tell whether a text has a colon, but for one in brackets: 退款明细表（单位：元） is a title."""
    return any(mark in _BRACKETED.sub("", text) for mark in _COLONS)
