"""What stands for a record changes with whatever its document shows."""

from generator.api import make_job
from generator.batch.contents import Contents
from generator.errors import Place
from generator.kinds.raw import CellNumber


def test_two_cells_of_one_number_that_show_different_things_are_different_records() -> None:
    contents = Contents(make_job("task-assignment"))
    cells = (CellNumber(1.0), CellNumber(1.0, "100%"), CellNumber(1.0, "1%"))
    assert len({contents.of(({"progress": cell}, Place())) for cell in cells}) == len(cells)
