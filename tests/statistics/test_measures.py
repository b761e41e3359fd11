"""Figures are printed in one way, and percentages differ by percentage points; worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from generator.statistics.measures import difference, measured


@pytest.mark.parametrize(
    ("key", "now", "before", "shown", "changed"),
    [
        ("volume", 12800, 117, "12,800", "+12,683"),
        ("volume", 3, 3, "3", "0"),
        ("response_rate", Decimal("94.5"), Decimal("93.2"), "94.5%", "+1.3 个百分点"),
        ("repeat_rate", Decimal("3.91"), Decimal("5.13"), "3.91%", "-1.22 个百分点"),
        ("resolution_rate", 100, 100, "100%", "0 个百分点"),
        ("mean_minutes", 655, 702, "10 小时 55 分钟", "-47 分钟"),
        ("p90_minutes", 1620, 1500, "27 小时", "+2 小时"),
        ("satisfaction", Decimal("4.16"), Decimal("4.08"), "4.16", "+0.08"),
    ],
)
def test_a_figure_and_its_change(key: str, now: Any, before: Any, shown: str, changed: str) -> None:
    assert (measured(key, now, "zh-Hans"), difference(key, now, before, "zh-Hans")) == (shown, changed)


def test_points_are_named_in_each_language() -> None:
    points = [difference("response_rate", 94, 93, lang) for lang in ("zh-Hant", "en")]
    assert points == ["+1 個百分點", "+1 percentage points"]
