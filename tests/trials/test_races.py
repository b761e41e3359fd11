"""A small part of the trial of races."""

import pytest

from tests.trials.races import trial


@pytest.mark.parametrize("name", ["batch", "render", "case"])
def test_two_at_once_come_to_the_same_as_one_after_the_other(name):
    assert trial(name, rounds=8, seed=2).wrong == []
