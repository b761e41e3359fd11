"""What columns are often called that share no word with a field's title: 来电时间 for 反馈时间, Fix for Solution."""

import tomllib
from collections.abc import Collection
from functools import cache

from generator import resources
from generator.catalogue.synonyms import plain


@cache
def _groups() -> tuple[frozenset[str], ...]:
    path = resources.templates() / "wording" / "columns.toml"
    groups = tomllib.loads(path.read_text(encoding="utf-8"))["groups"]
    return tuple(frozenset(map(plain, group)) for group in groups)


def is_called(name: str, titles: Collection[str]) -> bool:
    """Tell whether a column may be called by a name that stands for one of the titles."""
    return any(plain(name) in group and any(plain(title) in group for title in titles) for group in _groups())
