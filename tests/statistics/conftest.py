"""Sources of issues that tests write as they need them."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

Write = Callable[..., str]


@pytest.fixture
def jsonl(tmp_path: Path) -> Write:
    def write(*issues: Mapping[str, Any], name: str = "issues.jsonl") -> str:
        path = tmp_path / name
        path.write_text("".join(json.dumps(issue, ensure_ascii=False) + "\n" for issue in issues), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def table(tmp_path: Path) -> Write:
    def write(*lines: str | Sequence[str], encoding: str = "utf-8", name: str = "issues.csv") -> str:
        path = tmp_path / name
        text = "".join(line if isinstance(line, str) else ",".join(line) for line in lines)
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


@pytest.fixture
def policy(tmp_path: Path) -> Write:
    """Write a policy that differs from the shipped one by some of its parts."""
    shipped = Path(__file__).parents[2] / "schemas" / "policies" / "response.json"

    def write(targets: Mapping[str, Any], **parts: Any) -> Any:
        from generator.rules import load_policy

        content = json.loads(shipped.read_text(encoding="utf-8")) | parts
        content["targets"] |= targets
        path = tmp_path / "policy.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return load_policy(path)

    return write
