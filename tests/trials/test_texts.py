"""A small part of the trial of texts."""

from tests.trials.texts import trial


def test_both_engines_take_and_refuse_the_same_texts():
    found = trial(30, seed=5)
    assert found.set_
    assert found.wrong == []
