"""Lists drawn at random in the layouts of desks: how many are read as a person reads them, refused, or read wrongly.

By openpyxl and XlsxWriter in turn, all as CSV too, and the first of them as LibreOffice saves them again.
"""

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import Options, count_shown, markdown
from tests.records.random_sheets import drawn
from tests.records.sheet_files import WRITERS, Outcome, outcome

FIRST_SEED = 1_000_000
"""Other drawings than those of the tests."""

_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
"""UTF-8 with commas, cells as they are shown."""

_KINDS = {"xlsx": "xlsx", "ods": "ods", "xls": "xls", "csv": _CSV}
_BATCH = 50
_SHOWN = 10


def sizes(options: Options) -> tuple[int, int]:
    """Return how many drawings are read, and how many of them from LibreOffice too."""
    return (60, 6) if options.quick else (10_000, 1000 if options.full else 200)


class Tally:
    """What came of the files of each writer."""

    def __init__(self) -> None:
        self.files: dict[str, Counter[str]] = {}
        self.codes: Counter[str] = Counter()
        self.wrong: list[str] = []

    def add(self, writer: str, seed: int, found: Outcome) -> None:
        """Count a file."""
        came = "wrong" if found.wrong else "refused" if found.refused else "alike"
        counted = self.files.setdefault(writer, Counter())
        counted[came] += 1
        counted["records"] += found.rows
        self.codes.update(f"{writer}: {code}" for code in set(found.refused))
        self.wrong += [f"{writer}, seed {seed}: {what}" for what in found.wrong[:1]]


def _ours(seeds: Sequence[int], folder: Path, tally: Tally) -> None:
    for seed in seeds:
        drawing = drawn(seed)
        for writer in (("openpyxl", "xlsxwriter")[seed % 2], "csv"):
            path = folder / f"{seed}.{'csv' if writer == 'csv' else 'xlsx'}"
            WRITERS[writer](drawing, path)
            tally.add(writer, seed, outcome(drawing, path, by_text=writer == "csv"))
            path.unlink()


def _converted(seeds: Sequence[int], kind: str, folder: Path) -> Path:
    """Write drawings, and let LibreOffice save them as another kind; return where they are."""
    made, saved = folder / "made", folder / "saved"
    for place in (made, saved):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
    for seed in seeds:
        WRITERS[("openpyxl", "xlsxwriter")[seed % 2]](drawn(seed), made / f"{seed}.xlsx")
    profile = (folder / "profile").as_uri()
    words = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", _KINDS[kind]]
    subprocess.run([*words, "--outdir", str(saved), *map(str, sorted(made.iterdir()))], check=True, capture_output=True)
    return saved


def _by_libreoffice(seeds: Sequence[int], folder: Path, tally: Tally) -> None:
    for kind in _KINDS:
        is_text = kind == "csv"
        fit = [seed for seed in seeds if not is_text or _begins_with_list(seed)]
        for batch in _batches(fit):
            saved = _converted(batch, kind, folder)
            for seed in batch:
                found = outcome(drawn(seed), saved / f"{seed}.{kind}", by_text=is_text)
                tally.add(f"LibreOffice, {kind}", seed, found)


def _begins_with_list(seed: int) -> bool:
    """Tell whether the first sheet of a drawing, which alone becomes CSV, is its list, and can be told by its texts.

    Of a moment at 9:35, which a double is a hair short of, LibreOffice makes the text 9:34.
    """
    drawing = drawn(seed)
    first = drawing.pages[0]
    return first is drawing.lists[0] and not any("at" in record for record in first.records.values())


def _batches(seeds: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(seeds), _BATCH):
        yield seeds[at : at + _BATCH]


def main(options: Options) -> None:
    """Print what came of the drawings; exit with 1 if one was read wrongly."""
    count, again = sizes(options)
    seeds, tally = range(FIRST_SEED, FIRST_SEED + count), Tally()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        _ours(seeds, Path(folder), tally)
        if shutil.which("soffice"):
            _by_libreoffice(seeds[:again], Path(folder), tally)
    print(f"{count_shown(count)} drawings of lists, from seed {count_shown(FIRST_SEED)} on.\n")
    print(
        markdown(["written by", "files", "read alike", "refused", "wrong", "records"], map(_row, tally.files.items()))
    )
    print()
    for code, files in tally.codes.most_common():
        print(f"refused {code}, in {files} files")
    for told in tally.wrong[:_SHOWN]:
        print(f"WRONG {told}")
    if tally.wrong:
        raise SystemExit(1)


def _row(counted: tuple[str, Counter[str]]) -> Sequence[str]:
    writer, came = counted
    figures = [came["alike"], came["refused"], came["wrong"]]
    return [writer, *map(count_shown, [sum(figures), *figures, came["records"]])]
