"""Every form's sample typed by every client: `python -m tests.clients [FORMAT...] [FORM...]`; half an hour.

Each form in one of the languages in turn. Prints what is read otherwise than it was typed, and ends with 1 if anything
is. What the tests of clients show with a few forms, for all of them.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generator.wording import LANGS
from tests.clients import office, pdfjs
from tests.clients.boxes import answers_in
from tests.clients.chromium import chromium
from tests.clients.pdfjs import PdfJs
from tests.clients.samples import typed_sample
from tests.clients.typed import CATALOGUE, Typed, returned
from tests.clients.viewer import Viewer

SAMPLES = Path(__file__).parents[2] / "samples"
RARE = "𠮷"
OFFICE = {"docx": office.steps_in_word, "xlsx": office.steps_in_excel}


def main(asked: list[str]) -> int:
    """Type what is asked for, and return the code to end with."""
    formats = [word for word in asked if word in ("docx", "xlsx", "pdf")] or ["docx", "xlsx", "pdf"]
    forms = [word for word in asked if word not in formats] or [form.id for form in CATALOGUE]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        every = [
            typed_sample(form, LANGS[number % len(LANGS)], sample, folder)
            for number, form in enumerate(forms)
            if (sample := next(iter(sorted((SAMPLES / form).glob("ordinary.json"))), None))
        ]
        wrong = 0
        for format in formats:
            filled = in_browser(every, folder) if format == "pdf" else in_office(every, format, folder)
            for client, typed, path in filled:
                wrong += tell(client, typed, path, folder)
    print(f"{len(every)} forms typed as {', '.join(formats)}, {wrong} read otherwise")
    return 1 if wrong else 0


def in_office(every: list[Typed], format: str, folder: Path) -> Iterator[tuple[str, Typed, Path]]:
    for typed in every:
        path, out = folder / f"{typed}.{format}", folder / f"{typed}.filled.{format}"
        path.write_bytes(typed.blank(format))
        task = {"file": str(path), "out": str(out), "steps": list(OFFICE[format](typed, path))}
        office.type_into([task], folder / f"{typed}.{format}.profile")  # a new one each, whose settings are known
        yield f"LibreOffice, {format}", typed, out


def in_browser(every: list[Typed], folder: Path) -> Iterator[tuple[str, Typed, Path]]:
    (folder / "chromium").mkdir()
    with chromium(folder / "chromium") as browser, pdfjs.served(folder) as address:
        for typed in every:
            path = folder / f"{typed}.pdf"
            path.write_bytes(typed.blank("pdf"))
            common = typed.without(RARE)
            for client, what in (("Chromium", common), ("pdf.js", typed)):
                page = Viewer(browser, path) if client == "Chromium" else PdfJs(browser, address, path.name)
                page.fill(answers_in(what, path))
                out = folder / f"{typed}.filled.pdf"
                out.write_bytes(page.saved())
                page.close()
                yield client, what, out


def tell(client: str, typed: Typed, path: Path, folder: Path) -> bool:
    """Print how what is read differs from what was typed, and tell whether it does."""
    (got, faults), (wanted, expected) = returned(path), typed.wanted(folder)
    if (got, faults) == (wanted, expected):
        return False
    print(f"{client}, {typed}: {faults} instead of {expected}")
    print("\n".join(f"    {at}: {a!r} instead of {b!r}" for at, a, b in _differences(got, wanted)), flush=True)
    return True


def _differences(a: object, b: object, at: str = "") -> Iterator[tuple[str, object, object]]:
    if isinstance(a, dict) and isinstance(b, dict):
        for key in {**a, **b}:
            yield from _differences(a.get(key), b.get(key), f"{at}/{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for number, (one, other) in enumerate(zip(a, b, strict=True)):
            yield from _differences(one, other, f"{at}/{number}")
    elif a != b:
        yield at, a, b


sys.exit(main(sys.argv[1:]))
