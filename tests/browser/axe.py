"""What axe-core says of a page: barriers for those who can't see it well, or use keys alone."""

from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).parents[2] / "build/axe/node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")


def found_on(page: Any) -> list[str]:
    """Return what is seriously wrong on a page: the rule, and where."""
    if not AXE.is_file():
        pytest.fail("axe-core isn't installed: run `make test-browser`")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger: the page's own policy lets no other script in
    told = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary'][:200]}"
        for one in told["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]
