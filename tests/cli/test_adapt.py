"""`adapt`: where the workbook goes, and where its changes go."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapting.editing import Edited
from tests.cli.conftest import Run


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "forms").mkdir()
    (tmp_path / "biaodan.toml").write_text('[forms]\nfolder = "forms"\n', encoding="utf-8")
    return tmp_path


def retitled(path: str) -> None:
    edited = Edited(Path(path))
    edited.put("/remedy", hans="补救办法")
    edited.save()


def test_a_workbook_is_called_by_its_form_and_never_written_over(cli: Callable[..., Run], desk: Path) -> None:
    assert cli("adapt", "延期说明函").names == ["delay-notice.xlsx"]
    assert cli("adapt", "delay-notice", "-o", "forms").names == ["delay-notice.xlsx"]
    assert cli("adapt", "delay-notice").codes == ["E-exists"]
    assert cli("adapt", "delay-notice", "--force").code == 0
    assert cli("adapt", "delay-notice", "-o", "改.docx").codes == ["E-out-text"]
    assert cli("adapt", "nothing-like-it").codes == ["E-form-unknown"]


def test_changes_go_into_the_folder_of_the_desks_forms_or_where_one_says(cli: Callable[..., Run], desk: Path) -> None:
    cli("adapt", "delay-notice")
    retitled("delay-notice.xlsx")
    done = cli("adapt", "delay-notice.xlsx")
    assert (done.names, done.err) == (["delay-notice.patch.json"], "")
    assert done.paths[0].parent.name == "forms"
    beside = cli("adapt", "delay-notice.xlsx", "-o", "forms/delay-branch.patch.json")
    assert beside.names == ["delay-branch.patch.json"]
    assert "补救办法" in cli("show", "delay-branch").out
    assert cli("adapt", "delay-notice.xlsx", "-o", "改.xlsx").codes == ["E-out-text"]
    assert cli("adapt", "none.xlsx").codes == ["E-file-missing"]


def test_without_a_folder_for_forms_it_is_told_what_is_missing(cli: Callable[..., Run], tmp_path: Path) -> None:
    cli("adapt", "delay-notice")
    retitled("delay-notice.xlsx")
    done = cli("adapt", "delay-notice.xlsx")
    assert done.names == ["delay-notice.patch.json"]
    assert "[forms]" in done.err
    assert cli("blank", "delay-notice.patch.json", "-o", "a.docx").code == 0


def test_a_file_of_changes_is_begun_for_those_who_write_json(cli: Callable[..., Run], desk: Path) -> None:
    assert cli("adapt", "delay-notice", "-o", "forms/delay-notice.patch.json").code == 0
    begun = json.loads((desk / "forms" / "delay-notice.patch.json").read_text(encoding="utf-8"))
    assert "/remedy" in begun["x-change"]
    assert cli("lint", "forms/delay-notice.patch.json").code == 0
