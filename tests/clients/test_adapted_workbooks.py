"""A workbook in which a form is adapted, saved again by LibreOffice as XLSX, ODS and XLS: it says the same."""

import subprocess
from pathlib import Path

import pytest

from tests.adapting.conftest import Desk

pytestmark = pytest.mark.clients


@pytest.mark.parametrize("format", ["xlsx", "ods", "xls"])
def test_an_edited_workbook_says_the_same_once_libreoffice_has_saved_it(format: str, tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    desk = Desk(tmp_path / "forms")
    edited = desk.write("delay-notice")
    edited.put("/remedy", hans="补救办法", hint_hans="谁在何时\n做到什么")
    edited.put("/service_phone", shown="否")
    edited.add(hans="网点", en="Branch", kind="单选", options="江北 | North\n江南", place="2")
    edited.word("opening", "zh-Hans", "第一段，网点【网点】。\n第二段。")
    wanted = desk.read(edited)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", format]
    subprocess.run(
        [*command, "--outdir", tmp_path / "saved", edited.path], check=True, capture_output=True, timeout=120
    )
    (saved,) = (tmp_path / "saved").iterdir()
    read = desk.read_file(saved.rename(tmp_path / edited.path.name))
    assert read.text == wanted.text
