"""What titles and answers are called today that our paper once had under other words: older lists are still read."""

from collections.abc import Mapping, Sequence
from functools import cache

from generator.kinds.raw import fold
from generator.wording import former_words


@cache
def _today() -> Mapping[str, Sequence[str]]:
    return {fold(once): [fold(word) for word in now] for once, now in former_words().items()}


def todays(folded: str) -> Sequence[str]:
    """Return today's words, folded, for a folded one of former times; none where it never was one."""
    return _today().get(folded, ())
