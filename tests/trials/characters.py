"""`characters`: every character of two standards is drawn by both PDF engines or refused; Word and Excel keep it.

The sets are GB 18030-2022, levels 1 and 2, set in simplified Chinese, and CNS 11643, planes 1 and 2, in traditional;
`character_sets` says what is taken for them. A character counts as drawn where the PDF has it as text (so that it can
be searched and copied) and its ink has the bounds of the glyph that the font's own table names for it: no box, nothing
empty. Where that fails among others it is tried alone: some characters share a glyph, which WeasyPrint lets be read as
whichever of them came first in the document, and a dash has another form beside Latin letters. It counts as reported
where both engines refuse it as E-glyph by its code point. Nothing else may happen. In DOCX and XLSX it must stand as
text; which font a reader's machine draws it in can't be known here.
"""

import argparse
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from generator.api import Job, make_job, to_bytes
from generator.document import Document
from generator.errors import WriteError
from generator.writers import WritingOptions, fonts
from tests.trials.character_sets import block, cns11643, gb18030
from tests.trials.drawn import glyphs, is_its_glyph

ENGINES = ("typst", "weasyprint")
SETS = {"GB 18030-2022, levels 1 and 2": (gb18030, "zh-Hans"), "CNS 11643, planes 1 and 2": (cns11643, "zh-Hant")}
FORM = {
    "title": "plain",
    "type": "object",
    "properties": {"note": {"type": "string", "title": "Note", "x-control": "multiline"}},
}
_LINE = 30


@dataclass
class Findings:
    """Characters by what became of them."""

    drawn: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    """Those of them that are themselves where no other of the same glyph stands in the document."""

    reported: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def plain_job(lang: str, form: object = None) -> Job:
    """Return the job of a form of one long text, or of another form."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plain.json"
        path.write_text(json.dumps(form or FORM), encoding="utf-8")
        return make_job(str(path), lang=lang)


def _document(job: Job, characters: Sequence[str]) -> Document:
    lines = [" ".join(characters[at : at + _LINE]) for at in range(0, len(characters), _LINE)]
    composed = next(iter(job.documents(job.source({"note": "\n".join(lines)}))))
    assert composed.document is not None, [fault.text() for fault in composed.faults]
    return composed.document


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _unkept(document: Document, characters: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with Word's and Excel's files: every character must stand there as text."""
    for format in ("docx", "xlsx"):
        package = zipfile.ZipFile(BytesIO(to_bytes(document, format)))
        there = set("".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml")))
        yield from (f"{_code(c)} isn't in {format}" for c in characters if c not in there)


def _undrawn(document: Document, characters: Sequence[str], engine: str) -> set[str]:
    """Return the characters that an engine doesn't draw as themselves."""
    found = glyphs(to_bytes(document, "pdf", WritingOptions(engine=engine)))
    own = {chr(glyph.point) for glyph in found if is_its_glyph(glyph)}
    return set(characters) - own


def _undrawn_alone(job: Job, characters: set[str], engine: str) -> set[str]:
    """Return the characters that an engine doesn't draw as themselves even in a document of their own."""
    return {c for c in characters if _undrawn(_document(job, [c]), [c], engine)}


def _refused(document: Document, engine: str) -> set[str]:
    """Return the characters, as code points, that an engine refuses."""
    try:
        to_bytes(document, "pdf", WritingOptions(engine=engine))
    except WriteError as error:
        return {str(fault.params["character"]) for fault in error.faults if fault.code == "E-glyph"}
    return set()


def trial(characters: Sequence[str], lang: str, at_once: int = 900) -> Findings:
    """Return what becomes of characters, so many in a document."""
    job, found = plain_job(lang), Findings()
    missing = set(fonts.missing("".join(characters)))
    for kept in ([c for c in characters if c not in missing], [c for c in characters if c in missing]):
        for at in range(0, len(kept), at_once):
            _try(job, kept[at : at + at_once], found)
    known = found.drawn | found.reported
    found.wrong += [f"{_code(c)} is neither drawn nor reported" for c in characters if c not in known]
    return found


def _try(job: Job, characters: Sequence[str], found: Findings) -> None:
    document = _document(job, characters)
    found.wrong += _unkept(document, characters)
    refused = [_refused(document, engine) for engine in ENGINES]
    if refused[0] != refused[1]:
        found.wrong.append(f"the engines refuse otherwise: {sorted(refused[0] ^ refused[1])}")
    if refused[0]:
        found.reported |= {c for c in characters if _code(c) in refused[0]}
        return
    among = [_undrawn(document, characters, engine) for engine in ENGINES]
    undrawn = [_undrawn_alone(job, some, engine) for some, engine in zip(among, ENGINES, strict=True)]
    found.drawn |= set(characters) - undrawn[0] - undrawn[1]
    found.alone |= (among[0] | among[1]) - undrawn[0] - undrawn[1]
    for engine, some in zip(ENGINES, undrawn, strict=True):
        found.wrong += [f"{engine} doesn't draw {_code(c)} as itself" for c in sorted(some)]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Name the options of the trial."""
    parser.add_argument("--shown", type=int, default=60, help="findings that are printed (60)")


def main(options: argparse.Namespace) -> int:
    """Run the trial; 1 where something doesn't hold."""
    wrong: list[str] = []
    for name, (characters, lang) in SETS.items():
        every = characters()
        found = trial(every, lang)
        print(f"{name}: {len(every)} characters, {len(found.drawn)} drawn, {len(found.reported)} reported")
        for part, count in Counter(map(block, every)).items():
            reported = [_code(c) for c in sorted(found.reported) if block(c) == part]
            shown = f", reported {len(reported)}: {' '.join(reported[:8])}" if reported else ""
            print(f"  {part}: {count}{shown}{' …' if len(reported) > 8 else ''}")
        print(f"  themselves only where no other of the same glyph is: {' '.join(map(_code, sorted(found.alone)))}")
        wrong += found.wrong
    for line in wrong[: options.shown]:
        print(f"  WRONG {line}")
    print(f"characters: {len(wrong)} findings")
    return 1 if wrong else 0
