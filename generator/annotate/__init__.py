"""A copy of a filled document to be sent back: boxes that are wrong are marked, each with the reason beside it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

from generator.catalogue import Form
from generator.files import write_whole
from generator.returned import Returned
from generator.wording import LANGS, Lang, choose

Reasons = Mapping[str, str]
"""What is wrong, by the pointer of what it is about; an empty pointer for the whole document."""

Mark = Callable[[Path, Form, Reasons], bytes]


def annotate(one: Returned, folder: Path, lang: Lang, *, replace: bool = False) -> Path:
    """Write a copy of a file that was read into a folder, what is wrong with it as comments or notes; return its path.

    They are in the document's own language, else in `lang`. Raises UsageError (E-exists) for a copy that is there
    already, unless `replace`.
    """
    assert one.form is not None
    spoken: Lang = next((known for known in LANGS if known == one.identity.lang), lang)
    made = folder / one.path.name
    write_whole(made, _marker(one.path)(one.path, one.form, _reasons(one, spoken)), replace=replace)
    return made


def _marker(path: Path) -> Mark:
    """Return what marks files of a kind; the libraries that it takes are loaded when they are needed."""
    with path.open("rb") as file:
        start = file.read(1024)
    if b"%PDF-" in start:
        from generator.annotate.pdf import marked_pdf

        return marked_pdf
    with ZipFile(path) as archive:
        is_word = "word/document.xml" in archive.namelist()
    if is_word:
        from generator.annotate.docx import marked_docx

        return marked_docx
    from generator.annotate.xlsx import marked_xlsx

    return marked_xlsx


def _reasons(one: Returned, lang: Lang) -> Reasons:
    found: dict[str, list[str]] = {}
    for fault in one.faults:
        if not fault.is_warning:
            title = choose(fault.place.titles, lang) if fault.place.titles else ""
            separator = ": " if lang == "en" else "："
            said = f"{title}{separator}{fault.sentence(lang)}" if title else fault.sentence(lang)
            found.setdefault(fault.place.pointer, []).append(said)
    return {pointer: "\n".join(dict.fromkeys(said)) for pointer, said in found.items()}


def nearest(pointer: str, known: Mapping[str, object]) -> str:
    """Return the pointer itself, or that of what it is part of, as far as it is known; an empty one where none is."""
    while pointer and pointer not in known:
        pointer = pointer.rpartition("/")[0]
    return pointer
