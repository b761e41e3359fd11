"""Run one benchmark by name, or list them."""

import pkgutil
import sys
from importlib import import_module
from pathlib import Path


def main(words: list[str]) -> int:
    """Run the named benchmark; return the exit code."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if not m.name.startswith("_"))
    if len(words) != 1 or words[0] not in names:
        print(f"usage: python -m benchmarks {{{','.join(names)}}}")
        return 2
    import_module(f"benchmarks.{words[0]}").main()
    return 0


sys.exit(main(sys.argv[1:]))
