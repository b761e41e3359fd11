"""Pictures that a list names, from the command line: checked, and made into documents one each."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run

FORM = {
    "title": "取证单",
    "type": "object",
    "properties": {
        "no": {"type": "string", "title": "工单号"},
        "screen": {"type": "string", "title": "截图", "x-control": "picture"},
    },
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "form.json").write_text(json.dumps(FORM), encoding="utf-8")
    (tmp_path / "shots").mkdir()
    for name, size in {"one": (120, 90), "two": (80, 100)}.items():
        Image.new("RGB", size, "navy").save(tmp_path / "shots" / f"{name}.png")
    (tmp_path / "list.csv").write_text("工单号,截图\nFW-7,one.png\nFW-8,shots\\two.png\n", encoding="utf-8")
    return tmp_path


def test_pictures_of_a_list_are_looked_for_where_they_are_said_to_be(cli: Callable[..., Run], desk: Path) -> None:
    found = cli("check", "form.json", "list.csv")
    assert (found.code, found.codes) == (1, ["E-picture-file"])  # the second lies beneath the list
    assert cli("check", "form.json", "list.csv", "--pictures", "shots").code == 0
    assert cli("check", "form.json", "list.csv", "--pictures", "nowhere").codes == ["E-picture-folder"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_has_each_record_s_picture(cli: Callable[..., Run], desk: Path, jobs: int) -> None:
    found = cli("batch", "form.json", "list.csv", "-o", "out", "-f", "docx", "--pictures", "shots", "--jobs", jobs)
    assert found.code == 0, found.err
    sizes = []
    for path in sorted((desk / "out").glob("*.docx")):
        with zipfile.ZipFile(path) as package:
            (name,) = (name for name in package.namelist() if "/media/" in name)
            sizes.append(Image.open(io.BytesIO(package.read(name))).size)
    assert sizes == [(120, 90), (80, 100)]
