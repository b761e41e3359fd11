"""Charts of lines as their shapes: heights, gaps, names, values; and charts side by side."""

from itertools import combinations, pairwise
from typing import Any

import pytest
from test_charts import COUNT, TEXT, of, outside, picture, pictures, texts, touching

from generator.api import make_job
from generator.compose.charts.together import together
from generator.compose.layout import Layout
from generator.document import Box, Caption, Picture, Purpose, Stroke
from generator.document.columns import columns_wide
from generator.wording import LANGS


@pytest.fixture(scope="module")
def lines(form_of: Any) -> Any:
    """Return a function of columns by key to the form of a chart of lines."""

    def make(more: Any = None, **columns: Any) -> Any:
        chart = {"kind": "line", "label": "name", "values": list(columns)}
        items = {"type": "object", "properties": {"name": TEXT, **columns}}
        return form_of({"lines": {"type": "array", "title": "走势", "x-chart": chart, "items": items}}, **(more or {}))

    return make


def rows_of(*values: Any) -> dict[str, Any]:
    names = [f"2024-{n:02}" for n in range(1, len(values) + 1)]
    return {"lines": [{"name": m, **({} if v is None else {"n": v})} for m, v in zip(names, values, strict=True)]}


def marks(found: Picture) -> list[tuple[float, float]]:
    """Return the middles of the points, without that of the legend."""
    centres = [(box.x + box.across / 2, box.y + box.down / 2) for box in of(found, Box)]
    return sorted(point for point in centres if point[1] > 5)


def pieces(found: Picture) -> list[Stroke]:
    """Return the pieces of lines, without the legend's and those that lie all across."""
    return [s for s in of(found, Stroke) if s.points[0][1] != s.points[1][1] or s.points[0][0] > found.width / 2]


def axis(found: Picture) -> float:
    """Return the height at which zero lies."""
    [line] = [stroke for stroke in of(found, Stroke) if stroke.width == 1.0]
    return line.points[0][1]


def test_points_are_as_high_above_zero_as_their_values_and_evenly_apart(lines: Any) -> None:
    found = picture(lines(n=COUNT), rows_of(10, 20, 5, 0, 40))
    heights = [axis(found) - y for _, y in marks(found)]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 2, 0.5, 0, 4], abs=1e-6)
    places = [x for x, _ in marks(found)]
    steps = {round(b - a, 6) for a, b in pairwise(places)}
    assert len(steps) == 1


def test_a_missing_value_breaks_the_line_and_a_lonely_point_stays(lines: Any) -> None:
    found = picture(lines(n=COUNT), rows_of(10, None, 30, None, 20, 25))
    assert len(marks(found)) == 4
    assert len([s for s in pieces(found) if s.width == 1.1]) == 1
    assert "另有 2 项没有数值，未列入图中：2 2024-02、4 2024-04" not in texts(found)  # they have their places


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ((3, 7, 10), ["0", "2", "4", "6", "8", "10"]),
        ((131, 99), ["0", "50", "100", "150"]),
        ((1200, 4000), ["0", "1000", "2000", "3000", "4000"]),
        ((0, 0), ["0", "1"]),
        ((2, 1), ["0", "1", "2"]),
        ((0.5, 0.9), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ((-5, 12), ["-5", "0", "5", "10", "15"]),
    ],
)
def test_numbers_at_the_side_are_few_and_round(lines: Any, values: Any, ticks: list[str]) -> None:
    found = picture(lines(n=COUNT), rows_of(*values))
    left = [c for c in of(found, Caption) if c.anchor == "end"]
    assert [c.text for c in sorted(left, key=lambda c: -c.y)] == ticks
    assert outside(found) == []


@pytest.mark.parametrize("columns", [12, 5])
def test_as_many_names_as_have_room_and_the_last_in_any_case(lines: Any, columns: int) -> None:
    form = lines(n=COUNT)
    job = make_job(form)
    layout = Layout.of(form, "zh-Hans", job.policy, Purpose.FILLED, job.theme)
    width = columns_wide(layout.faces.width, columns)
    found = layout.chart(form.root.child("lines"), rows_of(*range(12))["lines"], "/lines", {}, width)
    assert found is not None
    named = [c for c in of(found, Caption) if c.pointer]
    assert named[0].text == "2024-12"
    assert len(named) == (12 if columns == 12 else 4)
    assert touching(named) == []
    assert outside(found) == []


def test_lines_are_told_apart_without_colour_and_each_by_its_last_value(lines: Any) -> None:
    form = lines(n={**COUNT, "title": "受理"}, m={**COUNT, "title": "办结"}, k={**COUNT, "title": "在办"})
    raw = {"lines": [{"name": f"{n}", "n": 100 + n, "m": 80 + n, "k": 10} for n in range(6)]}
    found = picture(form, raw)
    assert [c.text for c in of(found, Caption)][:3] == ["受理", "办结", "在办"]
    looks = {(s.dashed, s.soft) for s in pieces(found) if s.width == 1.1}
    assert len(looks) == 3
    assert len({(box.fill, box.radius) for box in of(found, Box)}) == 3
    values = [c for c in of(found, Caption) if c.text in ("105", "85", "10")]
    assert {c.text for c in values} == {"105", "85", "10"}
    assert not [c for c in of(found, Caption) if c.text in ("104", "84")]
    assert not [pair for pair in combinations(values, 2) if touching(pair)]


def test_a_single_line_tells_every_value(lines: Any) -> None:
    assert {"11", "13", "17"} <= {*texts(picture(lines(n=COUNT), rows_of(11, 13, 17)))}


@pytest.mark.parametrize("raw", [None, {}, {"lines": [{"name": "甲"}]}], ids=str)
def test_without_values_there_is_no_chart(lines: Any, raw: Any) -> None:
    assert pictures(lines(n=COUNT), raw) == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_line_is_told_in_words_and_has_its_figures(lines: Any, lang: Any) -> None:
    found = picture(lines(n=COUNT), rows_of(3, None, 5), lang)
    lead = {"zh-Hans": "折线图（走势）：", "zh-Hant": "折線圖（走勢）：", "en": "Line chart (走势): "}[lang]
    assert found.alt.startswith(lead)
    assert "2024-01 3" in found.alt
    assert found.data is not None
    assert (found.data.kind, [s.values for s in found.data.series]) == ("line", [(3, None, 5)])
    assert [c.text for c in found.data.categories] == ["2024-01", "2024-02", "2024-03"]


def test_charts_side_by_side_keep_apart_and_within_the_frame(lines: Any) -> None:
    one = picture(lines(n=COUNT), rows_of(*range(12)))
    narrow = columns_wide(one.width, 6)
    assert narrow < one.width / 2
    small = Picture(tuple(of(one, Caption)[:0]), narrow, one.height, "", one.data)
    both = together([small, small], one.width, "zh-Hans")
    assert [c.text for c in of(both, Caption)] == ["走势", "走势"]
    assert of(both, Caption)[1].x > narrow
    assert both.parts == (small, small)
    assert outside(both) == []
