"""What tests of drafts share: a source made into a form that lint finds clean."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.api import import_form
from generator.catalogue import Form, load_form
from generator.catalogue.dialect import lint
from generator.errors import Fault
from generator.importing.proof import form_of
from tests.cli.conftest import cli, save

__all__ = ["cli", "save"]


@dataclass
class Drafted:
    """A drafted form, its schema, and what was told of it."""

    form: Form
    schema: dict[str, Any]
    report: list[Fault]

    def told(self, code: str) -> list[str]:
        """Return the sentences of a code."""
        return [fault.text("en") for fault in self.report if fault.code == code]

    @property
    def codes(self) -> set[str]:
        return {fault.code for fault in self.report}

    @property
    def rows(self) -> dict[str, Any]:
        """Return the columns of a table."""
        found: dict[str, Any] = self.schema["properties"]["rows"]["items"]["properties"]
        return found


@pytest.fixture
def draft(tmp_path: Path) -> Callable[..., Drafted]:
    """Draft a form from files, or from the text of one, and see that lint has nothing against it."""

    def make(*sources: Any, name: str = "source.csv", **options: Any) -> Drafted:
        if isinstance(sources[0], str):
            (tmp_path / name).write_text(sources[0], encoding="utf-8")
            sources = (tmp_path / name,)
        made = import_form(sources, form_id="drafted", **options)
        path = tmp_path / "drafted.json"
        path.write_text(made.text, encoding="utf-8")
        assert [fault.text("en") for fault in lint(path) if not fault.is_warning] == []
        form = form_of(made.schema, "drafted") if "x-form" in made.schema else load_form(path)
        return Drafted(form, json.loads(made.text), made.report)

    return make
