"""Lines of known height set on pages: what belongs together stays so, and no page is left nearly empty.

Heights are points or millimetres, all of one unit; a line knows what it may give up, and how high it may become where a
page has room left over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Generic, NamedTuple, TypeVar

Content = TypeVar("Content")

LEAST_FILL = 0.3
"""Share of a page below which the last one is thought nearly empty: a quarter, and what heights may be wrong by."""

_MOST_VOID = 0.11
"""Share of a page that may stay empty at its foot before another page."""

_SEEN = 0.2
"""Share of a page that a void counts for besides its height."""

_PAGE = 0.25
"""Share of a page's void that a page more counts for."""

_CLOSER, _LOOSER = (0.5, 1.0), (-0.5, -1.0, -1.5, -2.0, -2.5, -3.0)
"""Shares of what lines may give up, tried in turn; and of what they may take instead."""


@dataclass(slots=True, eq=False)
class Line(Generic[Content]):
    """A line of a page. `keeps`: it stays with the next one. `gap`: it is left out where a page begins or ends.

    `gives`: points by which it may be lower. `most`: how high it may become, where a page has room for it. `opens`: it
    begins a section. `leads`: a page may be made to begin with it. `breaks`: it begins a page. `grown`: by how
    much it has. `head`: lines that are set again where a page begins with this one.
    """

    content: Content
    height: float
    keeps: bool = False
    gap: bool = False
    gives: float = 0.0
    most: float = 0.0
    opens: bool = False
    leads: bool = True
    breaks: bool = False
    head: "tuple[Line[Content], ...]" = ()

    grown: float = 0.0

    @property
    def wants(self) -> float:
        """Return the points by which it may grow."""
        return max(0.0, self.most - self.height)


class Paged(NamedTuple, Generic[Content]):
    """Pages of lines. `share`: what lines gave up of all that they may; `broken`: the line made to begin a page."""

    pages: list[list[Line[Content]]]
    share: float = 0.0
    broken: Line[Content] | None = None


def paged(
    lines: Sequence[Line[Content]], height: float, spare: float, sure: Sequence[float] = (1.0,)
) -> Paged[Content]:
    """Return the pages of lines, each `height` high; what is taller than a page runs over its foot.

    `spare`: what is left free where lines grow. `sure`: the shares of a page that lines may fill, the least first,
    where heights are known about. Of what can be done about a page that is nearly empty, the first is taken that leaves
    none whichever share it turns out to be; pages are those of a likely one.
    """
    rooms = [height * share for share in sure]
    if _used(lines) <= rooms[0] and not any(line.most or line.breaks for line in lines):
        return Paged([list(lines)])
    best, least = None, inf
    for way in _ways(lines, height, rooms):
        made = [[_grown(page, height - spare) for page in _filled(way.lines, room)] for room in rooms]
        empty = sum(_empty(pages, height) for pages in made)
        cost = empty + _PAGE * sum(map(len, made))
        if best is None or cost < least - 1e-9:
            best, least = Paged(made[_likely(made)], way.share, way.broken), cost
        if not empty:
            break
    assert best is not None
    return best


def _likely(shares: Sequence[object]) -> int:
    """Return the place of the share that is thought most likely: a little less than the middle one."""
    return (len(shares) - 1) // 2


class _Way(NamedTuple, Generic[Content]):
    """Lines that have given up a share of what they may, or of which one begins a page."""

    lines: Sequence[Line[Content]]
    share: float = 0.0
    broken: Line[Content] | None = None


def _ways(lines: Sequence[Line[Content]], height: float, rooms: Sequence[float]) -> Iterator[_Way[Content]]:
    """Yield what may be done: closer lines on fewer pages, as they are, a section brought over, ever looser ones."""
    room, likely = rooms[0], rooms[_likely(rooms)]
    plain = _filled(lines, room)
    count = len(plain)
    over = _used(lines) - (count - 1) * height
    if count > 1 and (_is_bare(plain, height) or over < LEAST_FILL * height):
        closer = (_Way(_at(lines, share), share) for share in _CLOSER)
        yield from (way for way in closer if len(_filled(way.lines, likely)) < count)
    yield _Way(lines)
    if count > 1:
        yield from _balanced(lines, height, plain)
        looser = (_Way(_at(lines, share), share) for share in _LOOSER)
        yield from (way for way in looser if len(_filled(way.lines, room)) == count)


def _empty(pages: Sequence[Sequence[Line[Content]]], height: float) -> float:
    """Return how much is left empty: of the last page, and at the foot of others; nothing where that is little."""
    left = [1 - _used(page) / height for page in pages]
    voids = sum(_SEEN + share - _MOST_VOID for share in left[:-1] if share > _MOST_VOID)
    return voids + (_SEEN + left[-1] - 1 + LEAST_FILL if _is_bare(pages, height) else 0)


def _is_bare(pages: Sequence[Sequence[Line[Content]]], height: float) -> bool:
    """Tell whether the last of several pages is nearly empty."""
    return len(pages) > 1 and _used(pages[-1]) < LEAST_FILL * height


def _at(lines: Sequence[Line[Content]], share: float) -> list[Line[Content]]:
    """Return lines that have given up a share of what they may, or taken it."""
    return [replace(line, height=line.height - share * line.gives) if line.gives else line for line in lines]


def _balanced(
    lines: Sequence[Line[Content]], height: float, pages: list[list[Line[Content]]]
) -> Iterator[_Way[Content]]:
    """Yield lines of which the last page has its quarter by a whole section more, the shortest first."""
    before, missing = pages[-2], LEAST_FILL * height - _used(pages[-1])
    for at in reversed(_starts(before)):
        if before[at].opens and missing <= _used(before[at:]):
            broken = before[at]
            yield _Way([replace(line, breaks=True) if line is broken else line for line in lines], broken=broken)


def _starts(page: Sequence[Line[Content]]) -> list[int]:
    """Return where a page may be broken: before any line that the one above doesn't keep, but for the first.

    A gap stays with what follows it.
    """
    return [at for at in range(1, len(page)) if page[at].leads and not page[at - 1].keeps]


def _used(page: Sequence[Line[Content]]) -> float:
    return sum(line.height for line in page)


def _filled(lines: Sequence[Line[Content]], height: float) -> list[list[Line[Content]]]:
    """Return pages filled one after another with what stays together."""
    pages: list[list[Line[Content]]] = [[]]
    for together in _together(lines):
        used = _used(pages[-1])
        room = height - (used if used <= height else used % height)
        lead = next((line for line in together if not line.gap), together[0])
        if pages[-1] and (together[0].breaks or lead.breaks or room < _used(together) <= height):
            pages[-1] = _without_last_gaps(pages[-1])
            pages.append([*lead.head, *together[together.index(lead) :]])
        else:
            pages[-1] += together
    return [page for page in pages if page]


def _without_last_gaps(page: list[Line[Content]]) -> list[Line[Content]]:
    while page and page[-1].gap:
        page = page[:-1]
    return page


def _together(lines: Sequence[Line[Content]]) -> Iterator[list[Line[Content]]]:
    """Yield runs of lines of which each keeps the next."""
    run: list[Line[Content]] = []
    for line in lines:
        run.append(line)
        if not line.keeps:
            yield run
            run = []
    if run:
        yield run


def _grown(page: list[Line[Content]], height: float) -> list[Line[Content]]:
    """Return a page whose lines have taken what it has left over, each in proportion to what it may."""
    wanted, left = sum(line.wants for line in page), height - _used(page)
    if not wanted or left <= 0:
        return page
    share = min(1.0, left / wanted)
    return [_higher(line, share * line.wants) if line.wants else line for line in page]


def _higher(line: Line[Content], by: float) -> Line[Content]:
    return replace(line, height=line.height + by, grown=by)
