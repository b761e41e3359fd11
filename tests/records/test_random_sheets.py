"""Lists in the layouts that desks keep, drawn at random: what is read is what a person reads, or it is refused."""

from collections import Counter

import pytest

from tests.records.random_sheets import drawn
from tests.records.sheet_files import WRITERS, outcome

SEEDS = 300
UNCLEAR = {"E-cell-unclear"}
"""What a drawing may be refused by: 0.3 % that is shown as 0 %."""


def outcomes(writer, seeds, folder):
    """Yield what came of each seed's drawing in a file."""
    is_text = writer == "csv"
    for seed in seeds:
        drawing = drawn(seed)
        path = folder / f"{seed}.{'csv' if is_text else 'xlsx'}"
        WRITERS[writer](drawing, path)
        yield seed, outcome(drawing, path, by_text=is_text)


@pytest.mark.parametrize("writer", WRITERS)
def test_no_row_is_lost_no_value_changed_and_none_made_up(tmp_path, writer):
    if writer == "xlsxwriter":
        pytest.importorskip("xlsxwriter")
    made = list(outcomes(writer, range(SEEDS), tmp_path))
    assert {seed: found.wrong[:3] for seed, found in made if found.wrong} == {}
    refused = Counter(code for _, found in made for code in found.refused)
    assert set(refused) <= UNCLEAR, refused
    assert sum(found.rows for _, found in made) > 3 * len(made)


def test_drawings_have_all_that_desks_do():
    seen = Counter(kind for seed in range(SEEDS) for kind in drawn(seed).kinds)
    assert len(seen) >= 28, sorted(seen)
    assert min(seen.values()) >= 3, seen
    assert any(drawn(seed).is_1904 for seed in range(SEEDS))
