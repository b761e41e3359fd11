"""The bar that shows how far work is, to somebody who looks at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.cli.messages import message
from generator.cli.telling import telling
from generator.wording import Lang

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

FEWEST = 4
"""Documents for which a bar is worth its while."""


@contextmanager
def progress_bar(*fields: str) -> Iterator[Progress]:
    """Yield a bar on standard error that vanishes at its end; `fields` of a task stand behind its count."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns: list[ProgressColumn] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    columns += [TextColumn(f"{{task.fields[{name}]}}") for name in fields]
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        yield bar


@contextmanager
def progress_of(count: int, lang: Lang) -> Iterator[Callable[[], None]]:
    """Yield what moves on a bar of `count` documents; nothing is shown where they are few or nobody looks."""
    if count < FEWEST or telling().is_quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    with progress_bar() as bar:
        task = bar.add_task(message("say.working", lang), total=count)
        yield lambda: bar.advance(task)
