"""Comments in a Word document, at the boxes that are wrong."""

import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.run import Run

from generator.annotate import Reasons, nearest
from generator.annotate.package import sealed
from generator.catalogue import Form
from generator.records.filled.docx import answers_in

_AUTHOR, _INITIALS = "biaodan", "BD"
_FILL = "FBE3E4"


def marked_docx(path: Path, form: Form, reasons: Reasons) -> bytes:
    """Return a copy of a Word document with a comment for each reason."""
    document = docx.Document(str(path))
    _define_styles(document)
    located = answers_in(document.element.body, form).located()
    boxes: dict[str, Any] = {pointer: box.element for pointer, (_, box) in located.items()}
    for pointer, said in reasons.items():
        box = boxes.get(nearest(pointer, boxes))
        if box is not None:
            _tint(box)
        runs = list(_runs(document.element.body if box is None else box))
        if runs:
            ends = [Run(run, document) for run in (runs[0], runs[-1])]
            comment = document.add_comment(ends, said, _AUTHOR, _INITIALS)._comment_elm
            if qn("w:date") in comment.attrib:  # no clock: the same input gives the same bytes
                del comment.attrib[qn("w:date")]
    out = io.BytesIO()
    document.save(out)
    return sealed(out.getvalue(), path)


def _define_styles(document: Any) -> None:
    """Define the styles that comments name, where the document hasn't them."""
    known = {style.style_id for style in document.styles}
    for name, kind in (("Comment Text", WD_STYLE_TYPE.PARAGRAPH), ("Comment Reference", WD_STYLE_TYPE.CHARACTER)):
        if name.replace(" ", "") not in known:
            document.styles.add_style(name, kind).font.size = Pt(9)


def _runs(element: Any) -> Iterator[Any]:
    """Yield the runs of the first paragraph that has any, those of controls left out: a comment's ends stay outside."""
    paragraphs = chain([element], element.iter(qn("w:p"))) if element.tag == qn("w:p") else element.iter(qn("w:p"))
    for paragraph in paragraphs:
        runs = [child for child in paragraph if child.tag == qn("w:r")]
        if runs:
            yield from runs
            return
    for paragraph in element.iter(qn("w:p")):
        run = paragraph.makeelement(qn("w:r"), {})
        paragraph.append(run)
        yield run
        return


def _tint(cell: Any) -> None:
    properties = cell.get_or_add_tcPr()
    for old in properties.findall(qn("w:shd")):
        properties.remove(old)
    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{_FILL}"/>')
    after = [qn(f"w:{name}") for name in ("noWrap", "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark")]
    following = next((child for child in properties if child.tag in after), None)
    if following is None:
        properties.append(shade)
    else:
        following.addprevious(shade)
