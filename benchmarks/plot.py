"""A plot of cost against size, both on scales of powers of ten, drawn by the toolkit's own pictures as SVG."""

from collections.abc import Sequence
from math import ceil, floor, log10

from benchmarks.measure import count_shown
from generator.document import Box, Caption, Fill, Picture, Shape, Stroke
from generator.theme import shipped_theme
from generator.writers.drawing import svg

WIDTH, HEIGHT = 150.0, 78.0
LEFT, RIGHT, TOP, BOTTOM = 20.0, 9.0, 10.0, 14.0
FAMILIES = ("sans-serif",)
_DOT = 1.6


def plot(title: str, unit: str, sizes: Sequence[int], seconds: Sequence[float]) -> str:
    """Return the plot as SVG: measured points joined, and dashed what the largest would be if all were in proportion.

    `sizes` from small to large, with the seconds that each took; at least two.
    """
    exponents = [floor(log10(min(seconds))), ceil(log10(max(seconds)))]
    right = max(1.0, log10(sizes[-1]) - log10(sizes[0]))
    up = max(1, exponents[1] - exponents[0])

    def x(size: float) -> float:
        return LEFT + (log10(size) - log10(sizes[0])) / right * (WIDTH - LEFT - RIGHT)

    def y(time: float) -> float:
        return HEIGHT - BOTTOM - (log10(time) - exponents[0]) / up * (HEIGHT - TOP - BOTTOM)

    shapes: list[Shape] = [Box(0, 0, WIDTH, HEIGHT, width=0.0, fill=Fill.PAPER), Caption(LEFT, 5.0, title, bold=True)]
    for power in range(exponents[0], exponents[1] + 1):
        at = y(10.0**power)
        shapes.append(Stroke(((LEFT, at), (WIDTH - RIGHT, at)), 0.3))
        shapes.append(Caption(LEFT - 1.5, at + 1.0, _time(power), 8.0, "end"))
    shapes += [Caption(x(size), HEIGHT - BOTTOM + 4.5, count_shown(size), 8.0, "middle") for size in sizes]
    shapes.append(Caption(WIDTH - RIGHT, HEIGHT - 2.0, unit, 8.0, "end"))
    each = seconds[-1] / sizes[-1]
    ends = [size for size in sizes if each * size >= 10.0 ** exponents[0]]
    shapes.append(Stroke(tuple((x(n), y(each * n)) for n in ends), 0.5, dashed=True))
    points = tuple((x(size), y(time)) for size, time in zip(sizes, seconds, strict=True))
    shapes.append(Stroke(points, 1.2))
    shapes += [Box(a - _DOT / 2, b - _DOT / 2, _DOT, _DOT, _DOT / 2, fill=Fill.INK) for a, b in points]
    return svg(Picture(tuple(shapes), WIDTH, HEIGHT, title), shipped_theme(), FAMILIES)


def _time(power: int) -> str:
    """Return a power of ten seconds with its unit."""
    return f"{10**power:,} s" if power >= 0 else f"{10 ** (power + 3):g} ms"
