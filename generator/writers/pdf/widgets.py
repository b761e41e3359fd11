"""Boxes to fill in on screen: the widgets that WeasyPrint has laid out, made into fields that viewers show alike.

What a box shows is drawn here, with fonts of its own: viewers that draw it themselves draw wrong characters. What is
typed is shown by the viewer, with a font of Adobe's collections (see `typing_font`). Names and values are text
strings in UTF-16 (ISO 32000-1, 7.9.2.2); a box to tick has the name of its choice as its state.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from generator.document import Document
from generator.writers.onscreen import Control, Sort
from generator.writers.pdf.lettering import LEADING, Fitted, Lettering, Subset, fit
from generator.writers.pdf.typing_font import typing_font

_READ_ONLY, _REQUIRED, _SEVERAL_LINES, _RADIO, _PICKED = 1, 1 << 1, 1 << 12, 1 << 15, 1 << 17
_PAD = 2.0
"""Points beside a text and above it, as viewers have them."""

_DESCENT = 0.12
_KEPT = frozenset({"/Type", "/Subtype", "/Rect", "/P", "/F", "/StructParent"})
"""What of a widget stays as it was laid out."""

_HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_DINGBATS = "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"
_DRAWN = "/CJK 0 Tf 0 g"
"""How a text that is typed is shown: as large as its box has room for."""


def with_fields(content: bytes, controls: Sequence[Control], document: Document) -> bytes:
    """Return a PDF whose widgets are those of controls, which are named by their numbers."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        _Form(pdf, document, controls).fill()
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return out.getvalue()


class _Form:
    """The form of one PDF."""

    def __init__(self, pdf: Any, document: Document, controls: Sequence[Control]) -> None:
        self.pdf, self.controls = pdf, controls
        self.letters = Lettering(document.theme.pdf_fonts[document.lang])
        for control in controls:
            self.letters.take(_shown(control))
        self.letters.make()
        self.fields: list[Any] = []
        self.groups: dict[str, Any] = {}
        self.drawn = pdf.make_indirect(_parsed(typing_font(document.lang)))
        fonts = {name: self.font(made) for name, made in self.letters.named.items()}
        self.resources = pdf.make_indirect(_parsed("<< /Font << >> >>"))
        for name, font in fonts.items():
            self.resources.Font[f"/{name}"] = font
        self.off = self.stream("q Q", 10, 10)
        self.marks: dict[tuple[Sort, float, float], Any] = {}

    def fill(self) -> None:
        """Make each widget a field, or one of a field's boxes."""
        for widget in self.widgets():
            control = self.controls[int(str(widget.T))]
            for key in set(widget.keys()) - _KEPT:
                del widget[key]
            left, bottom, right, top = sorted_box(widget.Rect)
            _lay_over(widget, f"<< /F 4 /Rect [{left:.2f} {bottom:.2f} {right:.2f} {top:.2f}] >>")
            wide, high = right - left, top - bottom
            if control.sort is Sort.ONE:
                self.one(widget, control, wide, high)
            elif control.sort is Sort.TICK:
                self.tick(widget, control, wide, high)
            else:
                self.text(widget, control, wide, high)
        form = _parsed(f"<< /Fields [] /DA ({_DRAWN}) /DR << /Font << /Helv {_HELVETICA} /ZaDb {_DINGBATS} >> >> >>")
        form.DR.Font["/CJK"] = self.drawn
        form.Fields.extend(self.fields)
        self.pdf.Root.AcroForm = self.pdf.make_indirect(form)

    def widgets(self) -> Iterator[Any]:
        for page in self.pdf.pages:
            for widget in page.get("/Annots", ()):
                if widget.get("/Subtype") == "/Widget":
                    yield widget

    # --- fields ---

    def text(self, widget: Any, control: Control, wide: float, high: float) -> None:
        """Make a widget a field of text, of a list to pick from, or a place to sign."""
        flags = _READ_ONLY * control.read_only | _REQUIRED * control.required
        kind, own = "/Tx", ""
        if control.sort is Sort.LINES:
            flags |= _SEVERAL_LINES
        elif control.sort is Sort.PICK:
            kind, flags = "/Ch", flags | _PICKED
            pairs = "".join(f"[{_text(name)} {_text(label)}]" for name, label in [("", ""), *control.options])
            own = f"/Opt [{pairs}]"
        elif control.sort is Sort.SIGN:
            kind = "/Sig"
        value = control.option if control.sort is Sort.PICK else control.text
        if value:
            own += f" /V {_text(value)}"
        if control.sort is not Sort.SIGN:
            drawn = f"/CJK {control.size:g} Tf 0 g" if control.short else _DRAWN
            own += f" /DA ({drawn})" + (f" /Q {control.align}" if control.align else "")
        _lay_over(widget, f"<< /FT {kind} {_named(control)} /Ff {flags} {own} >>")
        widget.AP = _parsed("<< >>")
        widget.AP.N = self.shown(control, wide, high) if _shown(control) else self.stream("/Tx BMC EMC", wide, high)
        self.fields.append(widget)

    def tick(self, widget: Any, control: Control, wide: float, high: float) -> None:
        state = control.option if control.chosen else "Off"
        flags = _REQUIRED * control.required
        _lay_over(widget, f"<< /FT /Btn {_named(control)} /Ff {flags} /V /{state} /DA (/ZaDb 0 Tf 0 g) >>")
        self.state(widget, control, wide, high)
        self.fields.append(widget)

    def one(self, widget: Any, control: Control, wide: float, high: float) -> None:
        """Make a widget one of the boxes of a field of which one is ticked."""
        group = self.groups.get(control.name)
        if group is None:
            label = control.tip
            flags = _RADIO | _REQUIRED * control.required
            group = _parsed(f"<< /FT /Btn /T {_text(control.name)} /TU {_text(label)} /Ff {flags} /V /Off /Kids [] >>")
            group = self.groups[control.name] = self.pdf.make_indirect(group)
            self.fields.append(group)
        _lay_over(widget, f"<< /TU {_text(control.tip)} /DA (/ZaDb 0 Tf 0 g) >>")
        self.state(widget, control, wide, high)
        widget.Parent = group
        group.Kids.append(widget)
        if control.chosen:
            group.V = widget.AS

    # --- what they show ---

    def state(self, widget: Any, control: Control, wide: float, high: float) -> None:
        """Give a box its two states: ticked, and not."""
        _lay_over(
            widget, f"<< /AS /{control.option if control.chosen else 'Off'} /MK << /CA (4) >> /AP << /N << >> >> >>"
        )
        states = widget.AP.N
        states[f"/{control.option}"] = self.mark(wide, high)
        states["/Off"] = self.off

    def mark(self, wide: float, high: float) -> Any:
        """Return a tick, drawn once for boxes of a size."""
        key = (Sort.TICK, round(wide, 1), round(high, 1))
        if key not in self.marks:
            points = [(0.2, 0.5), (0.42, 0.24), (0.82, 0.78)]
            (x, y), *others = [(wide * across, high * up) for across, up in points]
            path = f"{x:.2f} {y:.2f} m " + " ".join(f"{x:.2f} {y:.2f} l" for x, y in others)
            self.marks[key] = self.stream(f"q 0 G {wide / 8:.2f} w 1 j {path} S Q", wide, high)
        return self.marks[key]

    def shown(self, control: Control, wide: float, high: float) -> Any:
        """Return what a field of text shows."""
        several = control.sort is Sort.LINES
        set_as = fit(self.letters, _shown(control), control.size, wide - 2 * _PAD, high - _PAD, several=several)
        lines = "".join(self.lines(set_as, control, wide, high))
        clip = f"1 1 {wide - 2:.2f} {high - 2:.2f} re W n"
        return self.stream(f"/Tx BMC q {clip} BT 0 g {lines}ET Q EMC", wide, high, self.resources)

    def lines(self, set_as: Fitted, control: Control, wide: float, high: float) -> Iterator[str]:
        size = set_as.size
        y = high - _PAD / 2 - size * (LEADING / 2 + 0.5 - _DESCENT)
        if control.sort is not Sort.LINES or control.read_only:  # what can be typed over stands where a viewer puts it
            y = (high + (len(set_as.lines) - 1) * size * LEADING - size) / 2 + size * _DESCENT
        for line in set_as.lines:
            room = wide - 2 * _PAD - self.letters.width(line) * size / 1000
            x = _PAD + max(0.0, room) * control.align / 2
            runs = "".join(f"/{name} {size:g} Tf <{digits}> Tj " for name, digits in self.letters.runs(line))
            if runs:
                yield f"1 0 0 1 {x:.2f} {y:.2f} Tm {runs}"
            y -= size * LEADING

    def stream(self, content: str, wide: float, high: float, resources: Any = None) -> Any:
        made = self.pdf.make_stream(content.encode())
        _lay_over(made, f"<< /Type /XObject /Subtype /Form /BBox [0 0 {wide:.2f} {high:.2f}] /Resources << >> >>")
        if resources is not None:
            made.Resources = resources
        return made

    # --- fonts ---

    def font(self, made: Subset) -> Any:
        """Return an embedded font, whose characters are known by the numbers of their glyphs."""
        program = self.pdf.make_stream(made.program)
        program.Length1 = len(made.program)
        descriptor = _parsed(
            f"<< /Type /FontDescriptor /FontName /{made.name} /Flags 4 /FontBBox [-1000 -400 3000 1200] /ItalicAngle 0 "
            "/Ascent 880 /Descent -120 /CapHeight 733 /StemV 80 >>"
        )
        descriptor.FontFile2 = program
        by_glyph = sorted((glyph, made.widths[c]) for c, glyph in made.glyphs.items())
        widths = " ".join(f"{glyph} [{width}]" for glyph, width in by_glyph)
        below = _parsed(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{made.name} /CIDToGIDMap /Identity /DW 1000 "
            f"/W [{widths}] /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        )
        below.FontDescriptor = self.pdf.make_indirect(descriptor)
        font = _parsed(f"<< /Type /Font /Subtype /Type0 /BaseFont /{made.name} /Encoding /Identity-H >>")
        font.DescendantFonts = _parsed("[]")
        font.DescendantFonts.append(self.pdf.make_indirect(below))
        font.ToUnicode = self.pdf.make_stream(_to_unicode(made).encode())
        return self.pdf.make_indirect(font)


def sorted_box(rect: Any) -> tuple[float, float, float, float]:
    """Return a rectangle by its lower left and upper right corner."""
    x, y, u, v = map(float, rect)
    return min(x, u), min(y, v), max(x, u), max(y, v)


def _shown(control: Control) -> str:
    """Return the text that a box shows."""
    if control.sort is Sort.PICK:
        return next((label for name, label in control.options if name == control.option and name), "")
    return control.text.replace("\t", "    ")


def _named(control: Control) -> str:
    return f"/T {_text(control.name)} /TU {_text(control.tip)}"


def _text(text: str) -> str:
    """Return a text as a PDF has it."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>" if text else "()"


def _parsed(source: str) -> Any:
    import pikepdf

    return pikepdf.Object.parse(source.encode())


def _lay_over(target: Any, source: str) -> None:
    """Put the entries of a dictionary into another one."""
    for key, value in _parsed(source).items():
        target[key] = value


_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{blocks}endcmap CMapName currentdict /CMap defineresource pop end end"""
_MOST_OF_BLOCK = 100


def _to_unicode(made: Subset) -> str:
    """Return the map from glyphs to characters (ISO 32000-1, 9.10.3)."""
    pairs = [f"<{glyph:04X}> <{c.encode('utf-16-be').hex().upper()}>\n" for c, glyph in made.glyphs.items() if glyph]
    blocks = (pairs[at : at + _MOST_OF_BLOCK] for at in range(0, len(pairs), _MOST_OF_BLOCK))
    return _CMAP.format(blocks="".join(f"{len(b)} beginbfchar\n{''.join(b)}endbfchar\n" for b in blocks))
