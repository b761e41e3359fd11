"""Packages as others would install them: a folder on the path with a module and the entry points that name it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[str, str, str, str], Run]:
    """Return what installs a package of one module, and then returns what runs Python where it is installed."""

    def install(group: str, name: str, target: str, source: str) -> Run:
        folder = tmp_path / "site"
        info = folder / "theirs-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / "theirs.py").write_text(source, encoding="utf-8")
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = theirs:{target}\n", encoding="utf-8")
        path = os.pathsep.join([str(folder), str(ROOT)])

        def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
            command = [sys.executable, *arguments]
            return subprocess.run(
                command, env={**os.environ, "PYTHONPATH": path}, cwd=tmp_path, capture_output=True, text=True
            )

        return run

    return install
