"""A moment of every reader's trial, in a process of its own: it works, and finds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trials.fuzzing.readers import READERS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of a process are read as Linux tells them")


def test_changed_inputs_end_in_an_orderly_way(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.trials.fuzz", "--minutes", "0.005", "--out", str(tmp_path / "found")]
    environment = {**os.environ, "BIAODAN_CACHE": str(tmp_path / "cache")}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment, timeout=300)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert all(f"| {name} | " in done.stdout for name in READERS)
