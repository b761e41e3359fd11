"""LibreOffice as a client: what is to be typed into a file of ours, and where; `office_types.py` does it."""

import json
import os
import re
import shutil
import signal
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from generator.control_names import choice_name, control_name
from generator.defined_names import defined_name, more_name
from tests.clients.typed import Typed

PYTHON = "/usr/bin/python3"
"""Debian's own, which `uno` of its LibreOffice belongs to."""

_TAG = re.compile('<w:tag w:val="([^"]*)"')
_ROW = re.compile(r"^(.*)/(\d+)/([^/]*)$")
_PATIENCE = 240

Step = dict[str, Any]


def type_into(tasks: list[dict[str, Any]], profile: Path) -> list[dict[str, Any]]:
    """Have LibreOffice fill in files, one task each: `file`, `out` and `steps`; return what it says of each."""
    if not shutil.which("soffice"):
        pytest.fail("LibreOffice isn't installed: run `make test-clients`")
    asked = {"program": shutil.which("soffice"), "profile": str(profile), "tasks": tasks}
    script = Path(__file__).with_name("office_types.py")
    process = subprocess.Popen(
        [PYTHON, str(script)], stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, start_new_session=True
    )
    try:
        said, wrong = process.communicate(json.dumps(asked), timeout=_PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # LibreOffice is of the same group, and waits where a dialog is open
    assert process.returncode == 0, wrong
    return [json.loads(line) for line in said.splitlines()]


# --- Word ---


def steps_in_word(typed: Typed, path: Path) -> Iterator[Step]:
    """Yield what is typed into a form's controls; every other text beside what the empty box says."""
    names = _TAG.findall(zipfile.ZipFile(path).read("word/document.xml").decode())
    places = {name: number for number, name in enumerate(names)}
    for number, (pointer, answer) in enumerate(typed.boxes.items()):
        if choice_name(pointer, 1) in places:
            for choice in typed.chosen(pointer):
                yield {"box": places[choice_name(pointer, choice)], "tick": True}
        else:
            yield {"box": places[control_name(pointer)], "text": answer, "beside": number % 2 == 1}


# --- Excel ---


def steps_in_excel(typed: Typed, path: Path) -> Iterator[Step]:
    """Yield what is typed into a form's cells."""
    cells = Cells(path)
    for pointer, answer in typed.boxes.items():
        text = answer if isinstance(answer, str) else "、".join(answer)
        sheet, cell = cells.of(pointer)
        yield {"sheet": sheet, "cell": cell, "text": text}


def on_the_sheet_beside(boxes: Mapping[str, str], path: Path) -> Iterator[Step]:
    """Yield what is typed on the sheet on which a table goes on, into its first row."""
    cells = Cells(path)
    for pointer, text in boxes.items():
        repeat, _, key = pointer.rsplit("/", 2)
        sheet, cell = cells.of(f"{repeat}/0/{key}", more=True)
        yield {"sheet": sheet, "cell": cell, "text": text}


class Cells:
    """The cells of a workbook by the pointers of their fields."""

    def __init__(self, path: Path) -> None:
        import openpyxl

        self.book = openpyxl.load_workbook(path)
        self.areas = {name: next(iter(defined.destinations)) for name, defined in self.book.defined_names.items()}

    def of(self, pointer: str, *, more: bool = False) -> tuple[str, str]:
        """Return the sheet and the address of a field's cell; `more`: of that on the sheet where its table goes on."""
        row = _ROW.match(pointer)
        name = f"{row[1]}/{row[3]}" if row else pointer
        sheet, area = self.areas[more_name(name) if more else defined_name(name)]
        found = self.book[sheet][area.replace("$", "")]
        if not row:
            return sheet, str(found.coordinate)
        # Where a page ends within a table its head stands once more between the rows, locked.
        rows = found if isinstance(found, tuple) else ((found,),)
        column = [cell for (cell,) in rows if more or not cell.protection.locked]
        return sheet, str(column[int(row[2])].coordinate)
