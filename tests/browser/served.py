"""A desk that is really served: a process of its own on a free port, which may be killed and started again."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = Path(__file__).parent / "own" / "biaodan.toml"
PATIENCE = 60.0


@dataclass
class Served:
    """A desk's process over a folder of data."""

    data: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Served":
        serve = ["serve", "--port", str(self.port), "--data", str(self.data)]
        command = [sys.executable, "-m", "generator", "--config", str(SETTINGS), *serve]
        with (self.data.parent / "served.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > end or self.process.poll() is not None:
                pytest.fail(f"the desk doesn't answer: {(self.data.parent / 'served.log').read_text()}")
            time.sleep(0.1)
        return self

    def kill(self) -> None:
        """End the process as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/static/icon.svg", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
