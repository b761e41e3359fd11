"""Print what the writer of a format drops: `python -m generator.writers.conformance FORMAT`."""

import sys

from generator.writers import writer
from generator.writers.conformance import missing


def main(name: str) -> int:
    """Print what is missing, a line each; return the exit code."""
    lost = missing(writer(name))
    for one in lost:
        print(one)
    print(f"{name}: {len(lost)} missing", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
