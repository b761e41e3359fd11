"""Known vulnerabilities of what is installed: `python -m samples.audit`, by pip-audit.

pip-audit passes over what its sources don't answer for, and calls that no vulnerability; here it is said that nobody
looked.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

SOURCES = ("pypi", "osv")
"""Where is asked, in this order, until one answers for everything."""

OURS = "biaodan"
PATIENCE = 600
"""Seconds after which a source that doesn't answer is given up."""


def asked(source: str) -> list[dict[str, Any]] | None:
    """Return what pip-audit says of each library by a source; None where the source can't be reached."""
    how = ["-s", source, "-f", "json", "--skip-editable", "--progress-spinner", "off"]
    command = [sys.executable, "-m", "pip_audit", *how]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
        told: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        return None
    return told


def judged(told: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the vulnerabilities, and the libraries of which nothing is known."""
    found = [f"{one['name']} {one['version']}: {v['id']}" for one in told for v in one.get("vulns", ())]
    return found, [one["name"] for one in told if "skip_reason" in one and one["name"] != OURS]


def main() -> int:
    """Say what is known; return 1 for vulnerabilities, 0 also where nobody could be asked: that is said."""
    unknown: list[str] | None = None
    for source in SOURCES:
        told = asked(source)
        if told is None:
            continue
        found, passed_over = judged(told)
        if found:
            print(*found, sep="\n", file=sys.stderr)
            return 1
        if not passed_over:
            print(f"{len(told)} libraries without a known vulnerability, by {source}")
            return 0
        unknown = passed_over if unknown is None or len(passed_over) < len(unknown) else unknown
    what = "no source could be reached" if unknown is None else f"nothing is known of {len(unknown)} libraries"
    print(f"LEFT OUT: {what}, so libraries were NOT checked for known vulnerabilities")
    return 0


if __name__ == "__main__":
    sys.exit(main())
