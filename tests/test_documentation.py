"""The documentation is true: its commands run and print what it says, its examples work, its links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import click
import pytest

from generator.cli.program import program
from samples.catalogue import outdated
from tests.conftest import free_port

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/forms.md", "docs/catalogue.md")
DOCUMENTS += (
    "docs/lists.md",
    "docs/lists.zh-CN.md",
    "docs/filling.md",
    "docs/filling.zh-CN.md",
    "docs/batch.md",
    "docs/batch.zh-CN.md",
    "docs/summary.md",
    "docs/word-templates.md",
    "docs/word-templates.zh-CN.md",
    "docs/limits.md",
    "docs/desk.md",
    "docs/desk.zh-CN.md",
    "docs/trials.md",
    "SECURITY.md",
)
COMMAND = "$ .venv/bin/biaodan "


def sessions(name: str) -> list[tuple[str, list[str]]]:
    """Return each command of the console blocks with the output that follows it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line, []))
            elif found:
                found[-1][1].append(line)
    return [(line.removeprefix(COMMAND), output) for line, output in found if line.startswith(COMMAND)]


def assert_serves(words: str, folder: Path) -> None:
    """Start the desk as a reader would, without a browser of its own, and ask it for its first page."""
    address = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "generator", *shlex.split(words), "--port", address.rpartition(":")[2]]
    own = {"BIAODAN_DATA": str(folder / "desk"), "BROWSER": "true", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, env=os.environ | own, stderr=subprocess.DEVNULL) as desk:
        try:
            assert b"<html" in first_page(address)
        finally:
            desk.terminate()


def first_page(address: str) -> bytes:
    """Return the first page of a desk that is about to be there."""
    for _ in range(600):
        with suppress(OSError), urlopen(address, timeout=60) as page:
            return bytes(page.read())
        time.sleep(0.1)
    raise AssertionError("the desk didn't start")


@pytest.mark.parametrize("name", READMES)
def test_the_commands_of_the_readme_do_what_it_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    from generator.cli import main

    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BIAODAN_LANG", raising=False)
    commands = sessions(name)
    assert len(commands) >= 6
    for words, output in commands:
        if words.startswith("serve"):
            assert_serves(words, tmp_path)
            continue
        monkeypatch.setattr("sys.argv", ["biaodan", *shlex.split(words)])
        with pytest.raises(SystemExit) as end:
            main()
        shown = capfd.readouterr()
        assert end.value.code == 0, (words, shown.err)
        for line in output:
            assert line in (shown.out + shown.err).splitlines(), words


@pytest.mark.parametrize("name", READMES)
def test_every_command_and_option_stands_in_the_readme(name: str) -> None:
    """The options that every command takes stand once, in a line of their own for all commands."""
    text = (ROOT / name).read_text(encoding="utf-8")
    (common,) = re.findall(r"^biaodan COMMAND \S+ .*", text, re.MULTILINE)
    every = [set(option_names(command)) for _, command in commands_of(program)]
    assert set.intersection(*every) <= set(re.findall(r"--[a-z-]+", common))
    for command, described in commands_of(program):
        (line,) = re.findall(rf"^biaodan {command}\b.*(?:\n {{4,}}.*)*", text, re.MULTILINE)
        for parameter in described.params:
            names = [option for option in parameter.opts if option.startswith("--")]
            hidden = {"--help", "--format", "--out", "--pdf-engine"}
            assert not names or names[0] in hidden or names[0] in line + common, (command, names)


def option_names(command: click.Command) -> Iterator[str]:
    """Yield every option of a command by its long name."""
    for parameter in command.params:
        yield from (option for option in parameter.opts if option.startswith("--"))


def commands_of(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its name, those of a group after the group's own."""
    context = click.Context(group)
    for name, command in ((name, group.get_command(context, name)) for name in group.list_commands(context)):
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert "E-required" in capsys.readouterr().out
    assert names["paper"].startswith(b"%PDF")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    for link in links:
        assert link.startswith("https://") or (ROOT / name).parent.joinpath(link).exists(), link


def test_the_reference_of_forms_names_every_keyword_and_function() -> None:
    from generator.catalogue.dialect import _meta_schema
    from generator.catalogue.expressions import FUNCTIONS

    text = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
    for keyword in (key for key in _meta_schema()["properties"] if key.startswith("x-")):
        assert f"`{keyword}`" in text, keyword
    for function in FUNCTIONS:
        assert f"`{function}(" in text, function


def test_the_architecture_fits_on_two_pages() -> None:
    lines = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120


def test_every_form_of_the_catalogue_is_in_the_readme() -> None:
    from generator import Catalogue

    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        for form in Catalogue(folders=()):
            assert f"`{form.id}` {form.title('zh-Hans')}" in text


def test_the_page_of_all_forms_and_its_thumbnails_are_current() -> None:
    assert outdated(ROOT / "docs") == [], "run make gallery"
