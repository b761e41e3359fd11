"""A small part of the trial of faults: some of the calls, each with one error."""

import errno

import pytest

from tests.trials.faults import DISTURBANCES, SCENARIOS, Disturbance, trial

FULL, FAILING = DISTURBANCES[-1], Disturbance(errno.EIO)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
@pytest.mark.parametrize("disturbance", [FULL, FAILING], ids=str)
def test_a_command_with_a_fault_in_its_files_fails_by_a_code_or_is_whole(scenario, disturbance):
    every = 23 if scenario.name == "batch" else 7
    found = trial(scenario, (disturbance,), every)
    assert found.runs > 3
    assert found.wrong == []
