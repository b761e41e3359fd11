"""What the commands that make records have in common: how many, of which months, by which seed, into which file."""

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from samples.tables import WRITERS

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


def parser(prog: str, description: str, things: str) -> argparse.ArgumentParser:
    """Return the parser of a command that makes some things by month."""
    made = argparse.ArgumentParser(prog=prog, description=description)
    made.add_argument("--rows", type=_whole(1), required=True, metavar="N", help=f"{things} of the last month")
    made.add_argument("--seed", type=_whole(0), required=True, metavar="S", help=f"the same seed: the same {things}")
    made.add_argument(
        "--month", type=_month, default="2024-05", metavar="YYYY-MM", help="the last month, by default %(default)s"
    )
    made.add_argument("--months", type=_whole(1), default=1, metavar="K", help="how many, by default %(default)s")
    made.add_argument("--out", type=_out, required=True, metavar="FILE", help=f"of {', '.join(WRITERS)}")
    return made


def _month(text: str) -> date:
    if not _MONTH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text}: give a month from 2000-01 to 2099-12")
    return date.fromisoformat(f"{text}-01")


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text}: give a whole number from {least}")
        return int(text)

    return read


def _out(text: str) -> Path:
    path = Path(text)
    if path.suffix not in WRITERS:
        raise argparse.ArgumentTypeError(f"{text}: the name must end in {', '.join(WRITERS)}")
    return path
