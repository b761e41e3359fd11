"""Lines set on pages: what stays together, what is done about a page that is nearly empty, what takes what is left."""

from dataclasses import replace

from generator.writers.paging import Line, paged


def lines(*heights: float, **given: object) -> list[Line[str]]:
    return [Line(str(n), height, **given) for n, height in enumerate(heights)]  # type: ignore[arg-type]  # as given


def heights(made: object) -> list[list[float]]:
    return [[round(line.height, 1) for line in page] for page in made.pages]  # type: ignore[attr-defined]  # Paged


def names(made: object) -> list[str]:
    return ["".join(line.content for line in page) for page in made.pages]  # type: ignore[attr-defined]  # Paged


def test_a_page_is_filled_before_the_next_begins() -> None:
    assert names(paged(lines(40, 40, 40, 40), 100, 0)) == ["01", "23"]


def test_what_keeps_the_next_goes_over_with_it() -> None:
    given = lines(40, 40, 40, 40)
    given[1] = replace(given[1], keeps=True)
    assert names(paged(given, 100, 0)) == ["0", "12", "3"]


def test_a_gap_is_left_out_where_a_page_begins_or_ends() -> None:
    given = lines(60, 10, 60)
    given[1] = replace(given[1], gap=True, keeps=True)
    assert names(paged(given, 100, 0)) == ["0", "2"]


def test_a_table_that_goes_on_has_its_head_again() -> None:
    head = Line("h", 10.0)
    given = [Line("h", 10.0, keeps=True), *(Line(str(n), 30.0, head=(head,) if n else ()) for n in range(6))]
    assert names(paged(given, 100, 0)) == ["h012", "h345"]


def test_lines_give_up_what_they_may_where_a_last_page_would_hold_next_to_nothing() -> None:
    made = paged(lines(*[10.0] * 11, gives=1.0), 100, 0)
    assert len(made.pages) == 1
    assert made.share == 1.0
    assert sum(map(sum, heights(made))) == 99


def test_where_that_is_not_enough_a_whole_section_comes_over() -> None:
    given = lines(*[10.0] * 12)
    given[9] = replace(given[9], opens=True)
    made = paged(given, 100, 0)
    assert names(made) == ["012345678", "91011"]
    assert made.broken is given[9]


def test_or_lines_stand_further_apart() -> None:
    made = paged(lines(*[10.0] * 12, gives=1.0, leads=False), 100, 0)
    assert made.share < 0
    assert sum(heights(made)[-1]) >= 30


def test_what_is_left_over_goes_to_the_lines_that_want_it_and_no_further_than_they_may_grow() -> None:
    given = lines(20, 20, 20)
    given[1] = replace(given[1], most=80)
    assert heights(paged(given, 100, 10)) == [[20, 50, 20]]
    given[1] = replace(given[1], most=30)
    made = paged(given, 100, 10)
    assert heights(made) == [[20, 30, 20]]
    assert made.pages[0][1].grown == 10


def test_what_is_higher_than_a_page_runs_over_its_foot_and_begins_none() -> None:
    assert names(paged(lines(40, 230, 20), 100, 0)) == ["012"]
