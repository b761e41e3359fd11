"""A desk that adapts forms in workbooks."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator import Catalogue
from generator.adapting.applying import ReadBack, adapting_book, read_back
from generator.catalogue import Form
from generator.errors import BiaodanError
from generator.theme import shipped_theme
from tests.adapting.editing import Edited


@dataclass
class Desk:
    """A desk with a folder of its own forms."""

    folder: Path

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue((), self.folder)

    def patch(self, name: str, **patch: Any) -> Path:
        path = self.folder / f"{name}.patch.json"
        content = {"x-extends": name, **{key.replace("x_", "x-"): value for key, value in patch.items()}}
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    def write(self, name: str, lang: Any = "zh-Hans", file: str = "") -> Edited:
        path = self.folder.parent / (file or f"{name}.xlsx")
        path.write_bytes(adapting_book(name, self.catalogue, shipped_theme(), lang, path.name))
        return Edited(path, lang)

    def read(self, edited: Edited, **how: Any) -> ReadBack:
        edited.save()
        return self.read_file(edited.path, **how)

    def read_file(self, path: Path, **how: Any) -> ReadBack:
        return read_back(path, self.catalogue, self.folder, **how)

    def apply(self, edited: Edited, **how: Any) -> Form:
        """Read a workbook back, keep its changes, and return the form as it is now."""
        made = self.read(edited, **how)
        made.path.write_text(made.text, encoding="utf-8")
        return self.catalogue.form(made.path.name.removesuffix(".patch.json"))

    def faults(self, edited: Edited, **how: Any) -> list[tuple[str, str]]:
        """Return the codes and cells of what is wrong with a workbook."""
        with pytest.raises(BiaodanError) as caught:
            self.read(edited, **how)
        return [(fault.code, fault.place.row) for fault in caught.value.faults]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "forms").mkdir()
    return Desk(tmp_path / "forms")
