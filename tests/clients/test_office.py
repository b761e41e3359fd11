"""LibreOffice fills in the forms with its own handling of keys, saves them, and what was typed is read back."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.clients import office
from tests.clients.typed import ALL, REVIEW, Typed, returned

pytestmark = pytest.mark.clients

STEPS: Mapping[str, Callable[..., Any]] = {"docx": office.steps_in_word, "xlsx": office.steps_in_excel}

_MORE = {
    "/contacts/1/time": "2024-05-14 10:00",
    "/contacts/1/channel": "00123",
    "/contacts/1/person": "𠮷野",
    "/contacts/1/content": "客户补交合同。",
}
"""A row that is added to a table."""

_ROW_IN_WORD = [{"row": {"head": ["渠道", "沟通人"], "cells": dict(zip("BCDE", _MORE.values(), strict=True))}}]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Path]:
    """Return the files that LibreOffice has filled in and saved, all by one start of it."""
    folder = tmp_path_factory.mktemp("office")
    tasks = {}
    for typed in ALL:
        for format, steps in STEPS.items():
            path = folder / f"{typed}.{format}"
            path.write_bytes(typed.blank(format))
            out = folder / "filled" / path.name
            tasks[str(typed), format] = {"file": str(path), "out": str(out), "steps": list(steps(typed, path))}
    beside = list(office.on_the_sheet_beside(_MORE, folder / f"{REVIEW}.xlsx"))
    for format, added in (("docx", _ROW_IN_WORD), ("xlsx", beside)):
        task = tasks[str(REVIEW), format]
        out = folder / "filled" / f"more.{format}"
        tasks["more", format] = {**task, "out": str(out), "steps": [*task["steps"], *added]}
    (folder / "filled").mkdir()
    office.type_into(list(tasks.values()), folder / "profile")
    return {name: Path(task["out"]) for name, task in tasks.items()}


@pytest.mark.parametrize("format", STEPS)
@pytest.mark.parametrize("typed", ALL, ids=str)
def test_what_was_typed_in_libreoffice_is_read_back(
    typed: Typed, format: str, filled: Mapping[tuple[str, str], Path], tmp_path: Path
) -> None:
    assert returned(filled[str(typed), format]) == typed.wanted(tmp_path)


@pytest.mark.parametrize("format", STEPS)
def test_a_row_that_was_added_in_libreoffice_is_read_with_the_others(
    format: str, filled: Mapping[tuple[str, str], Path], tmp_path: Path
) -> None:
    """In Word's file a row beneath the last one, in Excel's one on the sheet where the table goes on."""
    assert returned(filled["more", format]) == REVIEW.wanted(tmp_path, _MORE)
