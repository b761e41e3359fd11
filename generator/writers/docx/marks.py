"""What all parts of a Word document share: bold type, soft colour, stars, boxes to tick, labels of fields."""

from functools import cached_property, lru_cache

from generator.document import Choice, Document, Face, Use
from generator.document.columns import text_width
from generator.text_measure import ems
from generator.units import MM_PER_POINT, Mm, Pt
from generator.writers.docx.controls import Controls
from generator.writers.docx.markup import paragraph, run, twips
from generator.writers.running import is_chosen

_SYMBOL = "".join(f' w:{part}="Segoe UI Symbol"' for part in ("ascii", "eastAsia", "hAnsi", "cs"))
_SYMBOL = f"<w:rFonts{_SYMBOL}/>"


_BOX_EM, _NARROWER = 0.85, 0.25
"""Ems of a box in its font, and by how many a blank is narrower than a letter."""


@lru_cache(maxsize=4096)
def _between(texts: tuple[str, ...], box: int, room: Mm, points: Pt) -> tuple[str, ...]:
    """Return what stands before each choice: nothing, a blank, or the end of a line. `box`: its size in half-points."""
    em, wide_box = points * MM_PER_POINT, _BOX_EM * box / 2 * MM_PER_POINT
    found, used = [], 0.0
    for text in texts:
        wide = wide_box + _wide(text) * em
        breaks = used > 0 and used + em + wide > room
        found.append("" if not used else "\n" if breaks else "\u2003")
        used = wide if breaks or not used else used + em + wide
    return tuple(found)


def _wide(text: str) -> float:
    """Return the ems of a text with blanks in it."""
    return ems(text) - _NARROWER * text.count(" ")


class Marks:
    """The marks of one document."""

    def __init__(self, document: Document, controls: Controls | None = None) -> None:
        self.controls = controls or Controls(document.lang, document.theme)
        self.document, self.lang, self.theme = document, document.lang, document.theme
        self.width = twips(text_width(document))

    def head_bold(self) -> str:
        """Return bold type amid a serif, which is sans."""
        fonts = self.theme.fonts[self.lang]
        latin = "".join(f' w:{script}="{fonts.latin}"' for script in ("ascii", "hAnsi", "cs"))
        return f'<w:rFonts w:eastAsia="{fonts.head}"{latin}/><w:b/>'

    def label(self, text: str, starred: bool = False, mark: str = "") -> str:
        """Return the label of a field, with the bookmark that names it on screen."""
        label = _label(text, self.theme.colour.required if starred else "")
        return self.controls.marked(label, mark) if mark else label

    @cached_property
    def soft(self) -> str:
        """Return the colour of what isn't to catch the eye."""
        return f'<w:color w:val="{self.theme.colour.soft}"/>'

    @cached_property
    def starred(self) -> str:
        """Return the colour of stars."""
        return f'<w:color w:val="{self.theme.colour.required}"/>'

    def ticks(self, face: Face, value: object, use: Use, room: Mm, points: Pt, pointer: str = "") -> str:
        """Return choices with their boxes, in type of a size, on lines that are broken between them.

        `room`: millimetres that a line has; `pointer`: of boxes to be ticked on screen.
        """
        choices = face.choices
        texts = tuple(f" {choice.label} {choice.note}".rstrip() for choice in choices)
        between = _between(texts, self.box_sizes[use], room, points)
        if pointer:
            boxes = [self.control_box(face, pointer, n, value, use) for n in range(1, len(choices) + 1)]
        else:
            boxes = [self.box(is_chosen(choice, value), use) for choice in choices]
        every = zip(between, boxes, choices, strict=True)
        return "".join(run(lead) + box + self.after_box(choice) for lead, box, choice in every)

    def control_box(self, face: Face, pointer: str, number: int, value: object, use: Use) -> str:
        """Return the box of a field's choice, counted from 1, to be ticked on screen."""
        return self.controls.box(face, pointer, number, face.choices[number - 1], value, self.box_sizes[use])

    def box(self, chosen: bool, use: Use) -> str:
        return run("☑" if chosen else "☐", f'{_SYMBOL}<w:sz w:val="{self.box_sizes[use]}"/>')

    def after_box(self, choice: Choice) -> str:
        """Return what stands behind a choice's box."""
        note = run(f"\u00a0{choice.note}", self.soft) if choice.note else ""
        return run(f"\u00a0{choice.label}") + note

    @cached_property
    def box_sizes(self) -> dict[Use, int]:
        """Return the sizes of tick boxes in half-points: for a pen the glyph is four millimetres wide."""
        usual, pen = self.theme.size.entry * 2, self.theme.write.tick / 25.4 * 72 * 1.2 * 2
        return dict.fromkeys(Use, round(usual)) | {Use.PEN: round(pen)}


@lru_cache(maxsize=4096)
def _label(label: str, star: str) -> str:
    """Return the label of a field; one that must be filled in has a star of the colour `star`."""
    mark = run(" *", f'<w:color w:val="{star}"/>') if star else ""
    return paragraph("FieldLabel", run(label) + mark)
