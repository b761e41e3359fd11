"""Where a desk's data are kept, as the commands about it are told; and how they ask for a password."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from generator.cli.messages import message

if TYPE_CHECKING:
    from generator.desk.store import Store

DATA_VARIABLE, PASSWORD_VARIABLE = "BIAODAN_DATA", "BIAODAN_PASSWORD"

data_option = click.option("--data", default="", envvar=DATA_VARIABLE, metavar="DIR|URL", help=message("serve.data"))


def data_of(given: str) -> str:
    """Return where the data are: what was given, else the system's place for a user's data."""
    from platformdirs import user_data_dir

    return given or user_data_dir("biaodan", appauthor=False)


@contextmanager
def store_of(given: str) -> Iterator[Store]:
    """Yield the store of what was given; raises as `Store.open`."""
    from generator.desk.store import Store

    store = Store.open(data_of(given))
    try:
        yield store
    finally:
        store.close()


def new_password() -> str:
    """Return a new password: from the environment, else asked for on the terminal, else a line of standard input.

    It is no argument: those are seen by whoever looks at what runs on a machine.
    """
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    if sys.stdin.isatty():
        asked: str = click.prompt(
            message("user.password"), hide_input=True, confirmation_prompt=message("user.again"), err=True
        )
        return asked
    return sys.stdin.readline().rstrip("\r\n")
