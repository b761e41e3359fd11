"""A node that is added to the model and forgotten by one that reads it doesn't pass the type checker."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

NODES = "generator/document/nodes.py"
VISIT = "generator/document/visit.py"
NEW = '''
@dataclass(frozen=True, slots=True)
class {name}:
    """A new node."""

    text: str


'''


def checked(folder: Path) -> list[str]:
    """Return the complaints of the type checker about the model and the writers, each with its file."""
    command = [sys.executable, "-m", "mypy", "generator/document", "generator/writers"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def named(what: str, complaints: list[str]) -> set[str]:
    """Return the files that are told of something."""
    return {line.split(":")[0] for line in complaints if what in line}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package, with a new inline and a new block in the model and nowhere else."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "generator", folder / "generator", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    nodes = folder / NODES
    change(nodes, "\nInline = ", NEW.format(name="Ruby") + "Inline = Ruby | ")
    change(nodes, "\nBlock = ", NEW.format(name="Divider") + "Block = Divider | ")
    return folder


def test_whoever_forgets_a_node_is_named(copy: Path) -> None:
    complaints = checked(copy)
    writers = {
        "html.py",
        "texts.py",
        "docx/body.py",
        "typst/data.py",
        "xlsx/form.py",
        "conformance/__init__.py",
    }
    assert named("Ruby", complaints) == {VISIT, *(f"generator/writers/{file}" for file in writers)}
    others = {"generator/writers/texts.py", "generator/writers/conformance/__init__.py"}
    assert named("Divider", complaints) == {VISIT, *others}

    visit = copy / VISIT
    change(visit, "            case FieldGrid():\n", "            case Divider():\n                return self.render_divider(node)\n            case FieldGrid():\n")  # fmt: skip  # noqa: E501
    change(visit, "    @abstractmethod\n", "    @abstractmethod\n    def render_divider(self, node: Divider) -> Rendered: ...\n    @abstractmethod\n")  # fmt: skip  # noqa: E501
    change(visit, "    Column,\n", "    Column,\n    Divider,\n")
    assert named('abstract attribute "render_divider"', checked(copy)) == {
        *("generator/writers/html.py", "generator/writers/heights.py", "generator/writers/docx/__init__.py"),
        *(
            "generator/writers/typst/data.py",
            "generator/writers/typst/preview.py",
            "generator/writers/xlsx/__init__.py",
        ),
    }
