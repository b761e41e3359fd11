"""The wheel works on its own: schemas, templates, theme, wording and fonts travel in it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    (wheel,) = folder.glob("biaodan-*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder


def run(folder: Path, *words: str) -> str:
    """Run the command from the unpacked wheel, away from the checkout and from any editable install."""
    start = f"import sys; sys.path.insert(0, {str(folder / 'site')!r}); from generator.cli import main; main()"
    env = {**os.environ, "PYTHONPATH": str(folder / "site"), "BIAODAN_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-c", start, *words], cwd=folder, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_wheel_lists_its_catalogue(unpacked: Path) -> None:
    assert "closure-report" in run(unpacked, "list")


def test_the_wheel_is_what_runs(unpacked: Path) -> None:
    code = "import sys; sys.path.insert(0, 'site'); import generator.resources as r; print(r.data_root())"
    shown = subprocess.run([sys.executable, "-c", code], cwd=unpacked, check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == str(unpacked / "site" / "generator" / "_data")


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_the_wheel_writes_every_format(unpacked: Path, format: str) -> None:
    (path,) = run(unpacked, "blank", "closure-report", "-o", "out", "-f", format, "--force").splitlines()
    assert (unpacked / path).stat().st_size > 1000


def test_the_wheel_is_typed_and_names_its_licences(unpacked: Path) -> None:
    files = {str(path.relative_to(unpacked / "site")) for path in (unpacked / "site").rglob("*") if path.is_file()}
    assert "generator/py.typed" in files
    assert any(name.endswith("licenses/LICENSE") for name in files)
    assert sum("OFL" in name for name in files) >= 2
