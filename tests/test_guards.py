"""The list of guards that `python -m tests.trials.guards` tries fits the code; the trial itself takes minutes."""

import re
import shlex

import pytest

from tests.trials.guards import ROOT, Guard, guards

GUARDS = guards()


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_stands_where_the_list_says_and_its_tests_are_there(guard: Guard) -> None:
    assert guard.fault(ROOT) == ""
    assert guard.text != guard.instead
    words = shlex.split(guard.tests)
    file, _, test = words[0].partition("::")
    assert (ROOT / file).exists()
    if test:
        name = re.escape(test.partition("[")[0])
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_guard_has_a_name_of_its_own() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS) > 150
