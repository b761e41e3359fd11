"""A kind of value by entry point: one file says how it is read, printed and kept, and every format follows."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from .conftest import Run

Install = Callable[[str, str, str, str], Run]

KIND = '''
import re

from generator.kinds import PlainText


class HexColour(PlainText):
    """A colour as the web writes it."""

    name = "hex-colour"
    titles = {"zh-Hans": "色值", "en": "colour code"}
    formats = ("hex-colour",)
    controls = ("colour",)
    takes_text_as_it_is = False

    def read(self, raw, field, zone):
        return "#" + raw.lstrip("#").upper() if isinstance(raw, str) else raw

    def text(self, value, lang, choices=(), unit=""):
        return f"{value} ■"
'''

SCHEMA = {
    "$schema": "urn:biaodan:dialect:form",
    "title": "色卡登记",
    "type": "object",
    "properties": {
        "name": {"title": "品名", "type": "string"},
        "colour": {"title": "颜色", "type": "string", "format": "hex-colour", "pattern": "^#[0-9A-F]{6}$"},
        "other": {"title": "次色", "type": "string", "x-control": "colour"},
    },
}


def test_a_kind_comes_with_one_file(installed: Install, tmp_path: Path) -> None:
    run = installed("biaodan.kinds", "hex-colour", "HexColour", KIND)
    (tmp_path / "card.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    record = {"name": "封面", "colour": "#1f4e8c", "other": "00ff00"}
    (tmp_path / "one.json").write_text(json.dumps(record), encoding="utf-8")

    command = ("-m", "generator", "render", "card.json", "one.json", "-f", "docx,xlsx", "-o", "out")
    done = run(*command)
    assert (done.returncode, done.stderr) == (0, "")
    for suffix, part in (("docx", "word/document.xml"), ("xlsx", "xl/worksheets/sheet1.xml")):
        (made,) = (tmp_path / "out").glob(f"*.{suffix}")
        with zipfile.ZipFile(made) as package:
            text = "".join(package.read(name).decode() for name in package.namelist() if name in (part, "xl/sharedStrings.xml"))  # fmt: skip  # noqa: E501
        assert "#1F4E8C ■" in text
        assert "#00FF00 ■" in text
    shown = run("-m", "generator", "show", "card.json", "--lang", "en").stdout
    assert "colour code" in shown


def test_without_its_package_the_control_is_a_fault(tmp_path: Path, installed: Install) -> None:
    run = installed("biaodan.others", "none", "HexColour", KIND)
    (tmp_path / "card.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    done = run("-m", "generator", "blank", "card.json", "-o", "out.docx")
    assert done.returncode == 1
    assert "/properties/other/x-control" in done.stderr
    assert not (tmp_path / "out.docx").exists()
