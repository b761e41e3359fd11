"""`python -m tests.trials NAME [options]`: trials that take minutes, each a module of this package.

Each prints what it did, what it found, and a last line of figures; it ends with 1 where something doesn't hold. What
was seen stands in `docs/trials.md`. `test_*.py` beside them run a small part of each with the other tests.
"""

import argparse
import sys
from importlib import import_module

TRIALS = {
    "faults": "a fault at every call that reaches the disk",
    "races": "two commands at once in one place",
    "characters": "every character of GB 18030 levels 1 and 2 and of CNS 11643 planes 1 and 2",
    "texts": "texts of mixed scripts, joiners, marks and emoji",
    "hostile": "a batch of which every tenth record is hostile, killed three times",
    "guards": "each guard taken out once, in a copy: a test must fail",
}


def main() -> int:
    """Run the trial that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials", description=__doc__)
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, told in TRIALS.items():
        module = import_module(f"tests.trials.{name}")
        one = names.add_parser(
            name, help=told, description=module.__doc__, formatter_class=argparse.RawTextHelpFormatter
        )
        module.add_options(one)
        one.set_defaults(run=module.main)
    options = parser.parse_args()
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
