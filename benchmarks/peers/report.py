"""A report as the texts that it shows, read from our document once: what the peers are given to print."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.document import Document, FieldGrid, KeyFigures, Paragraph, Section, SignatureBlock, Strong, Table
from generator.document.columns import column_widths, text_width
from generator.writers.running import head_parts, page_parts, toned


@dataclass(frozen=True, slots=True)
class Cell:
    """A labelled text; `span` of twelve columns, `note` beneath it, `tone` its colour's name."""

    label: str
    text: str
    span: int = 3
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section: lines of fields, a table, or prose of bold leads with their texts. Widths in millimetres."""

    number: str
    heading: str
    lines: tuple[tuple[Cell, ...], ...] = ()
    header: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    prose: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: running head and foot, key figures, sections, places to sign with their dates."""

    title: str
    left: str
    right: str
    foot: str
    page_words: tuple[str, str, str]
    figures: tuple[Cell, ...]
    parts: tuple[Part, ...]
    signatures: tuple[tuple[str, str], ...]


def read_report(document: Document) -> Report:
    """Return what a document of key figures, sections and signatures shows."""
    left, right = head_parts(document)
    figures = next(block for block in document.blocks if isinstance(block, KeyFigures))
    signatures = next(block for block in document.blocks if isinstance(block, SignatureBlock))
    return Report(
        title=document.title,
        left=left,
        right=right,
        foot=document.footer,
        page_words=page_parts(document.lang),
        figures=tuple(
            Cell(f.label, f.text, 3, toned(f.note, f.tone, document.lang), str(f.tone)) for f in figures.figures
        ),
        parts=tuple(_part(block, document) for block in document.blocks if isinstance(block, Section)),
        signatures=tuple((s.label, s.date or "年　　月　　日") for s in signatures.signatures),
    )


def _part(section: Section, document: Document) -> Part:
    part = Part(section.heading.number, section.heading.text)
    prose = []
    for block in section.blocks:
        match block:
            case FieldGrid():
                part = replace(part, lines=tuple(tuple(_cell(f, document) for f in line) for line in block.lines))
            case Table():
                part = _table(part, block, document)
            case Paragraph():
                prose.append(_lead_and_text(block))
    return replace(part, prose=tuple(prose))


def _cell(field: Any, document: Document) -> Cell:
    return Cell(field.face.label, field.text(document.lang), field.room.span)


def _table(part: Part, table: Table, document: Document) -> Part:
    rows = list(table.rows)
    texts = tuple(
        (
            str(n),
            *(c.face.text(value, document.lang) for c, value in zip(table.columns, row.values, strict=True)),
        )
        for n, row in enumerate(rows, 1)
    )
    widths = tuple(column_widths(document.theme, table, text_width(document), rows))
    return replace(part, header=(table.serial, *(c.face.label for c in table.columns)), widths=widths, rows=texts)


def _lead_and_text(paragraph: Paragraph) -> tuple[str, str]:
    lead = "".join(_texts(child) for child in paragraph.children if isinstance(child, Strong))
    return lead, "".join(_texts(child) for child in paragraph.children if not isinstance(child, Strong))


def _texts(inline: Any) -> str:
    return "".join(map(_texts, inline.children)) if hasattr(inline, "children") else str(getattr(inline, "text", ""))


# --- as a template ---


def values(report: Report) -> Iterator[str]:
    """Yield the texts that differ between records, in the order of the template's names; rows come apart."""
    yield report.right
    for figure in report.figures:
        yield from (figure.text, figure.note)
    for part in report.parts:
        yield from (cell.text for line in part.lines for cell in line)
        yield from (text for _, text in part.prose)
    yield from (date for _, date in report.signatures)


def context(report: Report) -> Mapping[str, Any]:
    """Return what a template is filled with."""
    given: dict[str, Any] = {f"v{n}": value for n, value in enumerate(values(report))}
    return given | {f"rows{n}": part.rows for n, part in enumerate(report.parts) if part.rows}


def placeholders(report: Report) -> Report:
    """Return the report with Jinja2 names in place of what differs between records."""
    names = (f"{{{{ v{n} }}}}" for n in range(1_000_000))
    right = next(names)
    figures = tuple(replace(f, text=next(names), note=next(names) if f.note else _skip(names)) for f in report.figures)
    parts = []
    for n, part in enumerate(report.parts):
        lines = tuple(tuple(replace(cell, text=next(names)) for cell in line) for line in part.lines)
        prose = tuple((lead, next(names)) for lead, _ in part.prose)
        parts.append(replace(part, lines=lines, prose=prose, rows=_row_loop(part, n)))
    signatures = tuple((label, next(names)) for label, _ in report.signatures)
    return replace(report, right=right, figures=figures, parts=tuple(parts), signatures=signatures)


def _skip(names: Iterator[str]) -> str:
    next(names)
    return ""


def _row_loop(part: Part, n: int) -> tuple[tuple[str, ...], ...]:
    """Return the three rows that docxtpl repeats: the loop's start, the row, its end."""
    if not part.rows:
        return ()
    blank = ("",) * (len(part.header) - 1)
    row = tuple(f"{{{{ row[{k}] }}}}" for k in range(len(part.header)))
    return (f"{{%tr for row in rows{n} %}}", *blank), row, ("{%tr endfor %}", *blank)
