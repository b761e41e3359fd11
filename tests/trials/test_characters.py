"""A small part of the trial of characters: some of each block, and those that are reported."""

import pytest

from tests.trials.character_sets import RARE_IN_NAMES, block, cns11643, gb18030
from tests.trials.characters import trial

REPORTED = "≒\u4db6\u9ff0\ue000"


def some(characters: list[str]) -> list[str]:
    """Return a few characters of each block."""
    by_block: dict[str, list[str]] = {}
    for character in characters:
        by_block.setdefault(block(character), []).append(character)
    return [c for part in by_block.values() for c in part[3 :: max(1, len(part) // 20)]]


def test_the_sets_are_those_of_the_standards():
    han = [c for c in gb18030() if "\u3400" <= c < "\u4dc0" or "\u4e00" <= c < "\ua000"]
    assert (len(han), len(set(RARE_IN_NAMES))) == (27_584, 196)
    assert sum("\u4e00" <= c < "\ua000" for c in cns11643()) == 5_401 + 7_652 + 15


@pytest.mark.parametrize(("characters", "lang"), [(gb18030, "zh-Hans"), (cns11643, "zh-Hant")])
def test_a_character_is_drawn_as_itself_or_reported(characters, lang):
    found = trial(sorted({*some(characters()), *(REPORTED if lang == "zh-Hans" else "")}), lang)
    assert found.wrong == []
    assert set(REPORTED) <= found.reported or lang == "zh-Hant"
    assert found.drawn
