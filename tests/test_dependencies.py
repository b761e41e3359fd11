"""The page of libraries and licences, what it is held against, and what is said where nobody can be asked."""

from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from samples import audit, dependencies

ROOT = Path(__file__).parents[1]


def test_the_page_is_current_and_every_licence_is_allowed_and_as_the_libraries_say() -> None:
    wrong = [line for line in dependencies.outdated(ROOT / "docs") if "installed, but not in" not in line]
    assert wrong == [], "run make licences"


def test_what_every_user_gets_is_told_apart_from_what_developers_need() -> None:
    groups = {dependencies.key(name): entry["group"] for name, entry in dependencies.known()["packages"].items()}
    used = dependencies.used()
    assert {"weasyprint", "pydyf", "psycopg-binary"} <= used
    assert {groups[name] for name in used} == {"use"}
    assert {groups[name] for name in ("pytest", "mypy", "pip")} == {"develop"}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-2.0-or-later OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_by_its_best_alternative_and_all_of_its_parts(licence: str, allowed: bool) -> None:
    assert dependencies.is_allowed(licence, {"MIT"}) is allowed


def test_each_fault_of_a_library_or_font_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = dict(dependencies.known())
    data["packages"] = {**data["packages"], "click": {"group": "develop", "licence": "GPL-3.0-only", "for": ""}}
    del data["packages"]["rich"]
    monkeypatch.setattr(dependencies, "known", lambda: data)
    found = "\n".join(dependencies.faults())
    for told in (
        "rich: pinned, but not in dependencies.toml",
        "rich: installed, but not in dependencies.toml",
        "click: GPL-3.0-only isn't an allowed licence",
        "click: its licence is BSD-3-Clause, not GPL-3.0-only",
        "click: every user gets it",
    ):
        assert told in found
    (tmp_path / "A-Regular.ttf").touch()
    (tmp_path / "B-OFL.txt").write_text(dependencies._OPEN_FONT, encoding="utf-8")
    (tmp_path / "B-Bold.otf").touch()
    assert list(dependencies._bare_fonts(tmp_path)) == ["A-Regular.ttf: the text of its licence is missing"]


def test_licences_are_read_from_expressions_classifiers_and_texts() -> None:
    class Library:
        metadata = Message()

    assert dependencies.said_licence(Library, {}) == ""  # type: ignore[arg-type]
    Library.metadata["License"] = "Apache License 2.0"
    assert dependencies.said_licence(Library, {"Apache License 2.0": "Apache-2.0"}) == "Apache-2.0"  # type: ignore[arg-type]


CLEAN: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}]}
PASSED_OVER = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("answers", "code", "told"),
    [
        ([[CLEAN]], 0, "1 libraries without a known vulnerability, by pypi"),
        ([None, [CLEAN]], 0, "by osv"),
        ([None, None], 0, "LEFT OUT: no source could be reached"),
        ([[CLEAN, PASSED_OVER], None], 0, "LEFT OUT: nothing is known of 1 libraries"),
        ([[PASSED_OVER], [CLEAN]], 0, "by osv"),
        ([[BAD, PASSED_OVER]], 1, "b 2: PYSEC-1"),
    ],
)
def test_what_nobody_answers_for_is_never_called_free_of_vulnerabilities(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, answers: list[Any], code: int, told: str
) -> None:
    waiting = iter(answers)
    monkeypatch.setattr(audit, "asked", lambda source: next(waiting))
    assert audit.main() == code
    said = capsys.readouterr()
    assert told in said.out + said.err
    assert ("without a known" in said.out) == ("LEFT OUT" not in told and code == 0)
