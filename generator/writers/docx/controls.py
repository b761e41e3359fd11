"""Boxes to fill in on screen: run-level content controls, each named by its pointer twice (ISO/IEC 29500-1, 17.5.2).

LibreOffice drops tags, and corrupts controls that stand for whole cells or hold plain text alone. What outlives it is
the name of the placeholder, a rich control within a paragraph, and the state of a box to tick; `w:id` is left out, for
with it LibreOffice writes a text several times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from generator.control_names import MAX_TAG, bookmark_name, choice_name, control_name, prompt
from generator.document import Choice, Face
from generator.kinds import BOOLEAN, CHOICE
from generator.theme import Theme
from generator.wording import Lang
from generator.writers.docx.markup import escape, run
from generator.writers.running import is_chosen

_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMESPACES = f'xmlns:w14="{_W14}" xmlns:mc="{_COMPATIBLE}" mc:Ignorable="w14"'
"""What a main part with boxes to tick declares besides."""

_SYMBOL = "Segoe UI Symbol"
_FONTS = "".join(f' w:{script}="{_SYMBOL}"' for script in ("ascii", "eastAsia", "hAnsi", "cs"))
_ON, _OFF = "☑", "☐"
_STATES = (
    f'<w14:checkedState w14:val="2611" w14:font="{_SYMBOL}"/><w14:uncheckedState w14:val="2610" w14:font="{_SYMBOL}"/>'
)
_DAYS: Mapping[str, str] = {"date": "yyyy-MM-dd", "datetime": "yyyy-MM-dd HH:mm"}
"""How the days that are picked are written, by control."""

_LOCALES: Mapping[Lang, str] = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "en": "en-GB"}


@dataclass(slots=True)
class Controls:
    """Makes the controls of one document; keeps what each says while it is empty."""

    lang: Lang
    theme: Theme
    asked: dict[str, str] = field(default_factory=dict)
    """What empty controls say, by their names."""

    marks: int = 0

    def value(self, face: Face, pointer: str, value: object, *, in_cell: bool = False) -> str:
        """Return the runs of a control for a value; one that is computed, or is there already, can't be typed over."""
        if control_name(pointer) in self.asked:
            return run(face.entry(value, self.lang))
        says = prompt("computed" if face.read_only else "cell" if in_cell else face.kind.control, self.lang)
        lock = "sdtContentLocked" if face.read_only else "sdtLocked"
        return self._control(
            face, control_name(pointer), face.entry(value, self.lang), says, lock, _sort(face, value, self.lang)
        )

    def drawn(self, face: Face, pointer: str, runs: str) -> str:
        """Return the control that holds a signature which is drawn."""
        name = control_name(pointer)
        if name in self.asked:
            return runs
        self.asked[name] = prompt(face.kind.control, self.lang)
        return self._holding(face, name, "sdtLocked", "", runs)

    def _control(self, face: Face, name: str, text: str, says: str, lock: str, sort: str) -> str:
        self.asked[name] = says
        shown = run(text) if text else self._prompt(says)
        empty = "" if text else "<w:showingPlcHdr/>"
        return self._holding(face, name, lock, f"{empty}{sort}", shown)

    def _holding(self, face: Face, name: str, lock: str, sort: str, shown: str) -> str:
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{escape(face.label[:MAX_TAG])}"/><w:tag w:val="{escape(name)}"/>'
            f'<w:lock w:val="{lock}"/><w:placeholder><w:docPart w:val="{escape(name)}"/></w:placeholder>{sort}'
            f"</w:sdtPr><w:sdtContent>{shown}</w:sdtContent></w:sdt>"
        )

    def _prompt(self, says: str) -> str:
        return f'<w:r><w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr><w:t>{escape(says)}</w:t></w:r>'

    def box(self, face: Face, pointer: str, number: int, choice: Choice, value: object, size: int) -> str:
        """Return the box to tick of a field's choice, counted from 1; `size` in half-points."""
        chosen = is_chosen(choice, value)
        name = escape(choice_name(pointer, number))
        look = f'<w:rFonts w:hint="eastAsia"{_FONTS}/><w:sz w:val="{size}"/>'
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{escape(f"{face.label} {choice.label}"[:MAX_TAG])}"/>'
            f'<w:tag w:val="{name}"/><w:lock w:val="sdtLocked"/>'
            f'<w:placeholder><w:docPart w:val="{name}"/></w:placeholder>'
            f'<w14:checkbox><w14:checked w14:val="{int(chosen)}"/>{_STATES}</w14:checkbox></w:sdtPr>'
            f"<w:sdtContent><w:r><w:rPr>{look}</w:rPr><w:t>{_ON if chosen else _OFF}</w:t></w:r></w:sdtContent></w:sdt>"
        )

    def marked(self, paragraph: str, pointer: str) -> str:
        """Return the paragraph of a label within the bookmark of its field."""
        self.marks += 1
        start = f'<w:bookmarkStart w:id="{self.marks}" w:name="{bookmark_name(pointer)}"/>'
        opening, end, content = paragraph.partition("</w:pPr>")
        return f'{opening}{end}{start}{content.removesuffix("</w:p>")}<w:bookmarkEnd w:id="{self.marks}"/></w:p>'

    def glossary(self, namespaces: str) -> str:
        """Return the part that holds what empty controls say, which Word shows again when one is emptied (17.12)."""
        colour = f'<w:color w:val="{self.theme.colour.rule}"/>'
        parts = "".join(
            f'<w:docPart><w:docPartPr><w:name w:val="{escape(name)}"/>'
            '<w:category><w:name w:val="General"/><w:gallery w:val="placeholder"/></w:category>'
            '<w:types><w:type w:val="bbPlcHdr"/></w:types><w:behaviors><w:behavior w:val="content"/></w:behaviors>'
            f"</w:docPartPr><w:docPartBody><w:p>{run(says, colour)}</w:p></w:docPartBody></w:docPart>"
            for name, says in self.asked.items()
        )
        return f"<w:glossaryDocument {namespaces}><w:docParts>{parts}</w:docParts></w:glossaryDocument>"


def has_boxes(face: Face) -> bool:
    """Tell whether a field is answered by boxes to tick; one of several choices is picked from a list."""
    return face.ticks and face.kind is not CHOICE and not face.read_only


def _sort(face: Face, value: object, lang: Lang) -> str:
    """Return what makes a control a list to choose from or a day to pick; nothing of one for text."""
    if face.read_only:
        return ""
    if face.kind in (CHOICE, BOOLEAN):
        return _list([choice.label for choice in face.choices])
    return _day(value, _DAYS[face.kind.control], lang) if face.kind.control in _DAYS else ""


def _list(labels: Sequence[str]) -> str:
    """Return a list to choose from; nothing where two entries say the same, which Word doesn't take."""
    if len(set(labels)) < max(1, len(labels)):
        return ""
    items = (f'<w:listItem w:displayText="{escape(text)}" w:value="{n}"/>' for n, text in enumerate(labels, 1))
    return f"<w:dropDownList>{''.join(items)}</w:dropDownList>"


def _day(value: object, format: str, lang: Lang) -> str:
    known = f' w:fullDate="{value:%Y-%m-%dT%H:%M:%SZ}"' if isinstance(value, date) else ""
    return (
        f'<w:date{known}><w:dateFormat w:val="{format}"/><w:lid w:val="{_LOCALES[lang]}"/>'
        '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
    )
