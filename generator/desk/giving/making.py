"""What comes of a list's good rows: a register, a document each; and of its faulty ones: a list to be put right."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from generator.batch.names import DEFAULT_PATTERN, NamePattern, key_of, marked
from generator.desk.giving.listing import GAPS, SOUND, WRONG, head_of, kept
from generator.desk.office import Setup, Way
from generator.desk.work import office_of
from generator.errors import BiaodanError, Fault, Place, RecordError, faults_of
from generator.job import Job
from generator.records import ListSource
from generator.wording import DEFAULT_LANG, Lang, phrase
from generator.writers import writer

FAILED = "failed.jsonl"


def register(setup: Setup, way: Way, folder: str, format: str) -> bytes:
    """Return the register of a list's sound rows.

    Raises RecordError where they make none together.
    """
    job = office_of(setup).job(way)
    rows = [row["raw"] for row in kept(Path(folder), [SOUND])]
    source = ListSource({**head_of(Path(folder)), job.form.rows.key: rows}, job.form)
    composed = next(iter(job.documents(source)))
    if composed.document is None:
        raise RecordError(composed.faults)
    buffer = io.BytesIO()
    writer(format)(composed.document, buffer)
    return buffer.getvalue()


def documents(setup: Setup, way: Way, folder: str, first: int, count: int, formats: Sequence[str]) -> int:
    """Write the documents of some of a list's sound rows into the folder `out` beside it; return how many can't be.

    Why is written beside them.
    """
    job, place = office_of(setup).job(way), Path(folder)
    names = _Names(job, place / "out")
    failed = 0
    for at, row in enumerate(kept(place, [SOUND], first, count), first + 1):
        try:
            made = _made(job, row["raw"], formats)
        except Exception as error:  # whatever is raised for one row is that row's fault
            _note(place, row, faults_of(error, Place()))
            failed += 1
            continue
        stem = names.stem(row["raw"], at)
        for format, content in made.items():
            (place / "out" / f"{stem}{names.suffix}.{format}").write_bytes(content)
    return failed


def _made(job: Job, raw: Mapping[str, Any], formats: Sequence[str]) -> dict[str, bytes]:
    composed = next(iter(job.documents(ListSource(raw, job.form))))
    if composed.document is None:
        raise BiaodanError(composed.faults)
    made = {}
    for format in formats:
        buffer = io.BytesIO()
        writer(format)(composed.document, buffer)
        made[format] = buffer.getvalue()
    return made


class _Names:
    """Names of documents, no two of which are the same in a folder on any system."""

    def __init__(self, job: Job, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.pattern = NamePattern(DEFAULT_PATTERN, job)
        self.suffix = "" if job.lang == DEFAULT_LANG else f".{job.lang}"
        ending = len(self.suffix)
        stems = (path.stem[: len(path.stem) - ending] if ending else path.stem for path in folder.iterdir())
        self.taken = {key_of(stem) for stem in stems}

    def stem(self, raw: Mapping[str, Any], at: int) -> str:
        values = self.pattern.read(raw)
        stem = self.pattern.stem(values, self.pattern.shown(self.pattern.number(values)), at)
        stem = marked(stem, str(at)) if key_of(stem) in self.taken else stem
        self.taken.add(key_of(stem))
        return stem


def _note(folder: Path, row: Mapping[str, Any], faults: Sequence[Fault]) -> None:
    line = {"row": row["row"], "why": [fault.sentence("zh-Hans") for fault in faults]}
    with (folder / FAILED).open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")


def zipped(setup: Setup, folder: str) -> int:
    """Put the documents of a list into `out.zip` beside it, and remove them; return how many there are."""
    place = Path(folder)
    made = sorted((place / "out").iterdir()) if (place / "out").is_dir() else []
    with ZipFile(place / "out.zip", "w", ZIP_STORED) as archive:
        for path in made:
            archive.writestr(ZipInfo(path.name, (1980, 1, 1, 0, 0, 0)), path.read_bytes())
            path.unlink()
    return len(made)


# --- what is left ---


def leftover(setup: Setup, folder: str, which: str, lang: Lang, format: str) -> bytes:
    """Return a list's rows that are not good, as they stood, with why, to be put right and given again."""
    states = [GAPS] if which == GAPS else [WRONG]
    rows = list(kept(Path(folder), states))
    names = dict.fromkeys(name for row in rows for name in row["stood"])
    why = phrase("give.why", lang, "desk")
    lines = [[*names, why], *(_cells(row, list(names), lang) for row in rows)]
    return LEFTOVERS[format](lines)


def _cells(row: Mapping[str, Any], names: Sequence[str], lang: Lang) -> list[str]:
    stood = row["stood"]
    return [*(str(stood.get(name, "")) for name in names), "\n".join(row["why"][lang])]


def _as_csv(lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([list(map(_guarded, line)) for line in lines])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


_FORMULAS = ("=", "+", "-", "@", "\t")


def _guarded(text: str) -> str:
    """Return a text that Excel doesn't take for a formula when it opens CSV; it is read again as it was."""
    is_number = text[1:].replace(".", "", 1).isdigit()
    return f'="{text}"' if text.startswith(_FORMULAS) and len(text) > 1 and not is_number and '"' not in text else text


def _as_book(lines: Sequence[Sequence[str]]) -> bytes:
    from generator.collect.workbook import plain_book

    return plain_book("1", lines)


LEFTOVERS: Mapping[str, Callable[[Sequence[Sequence[str]]], bytes]] = {"csv": _as_csv, "xlsx": _as_book}
"""What writes a list that is to be put right, by format."""


def failures(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of which no document could be made, each with why."""
    if (folder / FAILED).exists():
        with (folder / FAILED).open(encoding="utf-8") as file:
            yield from map(json.loads, file)
