"""Charts as their shapes: what is drawn where, told apart without colour, and nothing beyond the frame."""

import re
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from generator import kinds
from generator.api import make_job
from generator.compose.layout import Layout
from generator.document import Beside, Box, Caption, Fill, Picture, Purpose, Section, Stroke, Table
from generator.document.columns import columns_wide
from generator.records import ListSource
from generator.wording import LANGS

MM_PER_POINT = 25.4 / 72
TEXT = {"type": "string"}
BRANCHES = {"people": "人", "machine": "机", "material": "料", "method": "法", "environment": "环", "measurement": "测"}
STATES = {"verified": ("已验证", "Verified"), "open": ("待验证", "Open"), "excluded": ("已排除", "Ruled out")}
FISHBONE = {
    "kind": "fishbone",
    "label": "cause",
    "branch": "class",
    "state": "state",
    "ringed": "verified",
    "struck": "excluded",
    "head": "/problem",
}


# --- reading a picture -----------------------------------------------------------------------------------------------


def blocks_of(document):
    for block in document.blocks:
        inner = block.blocks if isinstance(block, Section) else ()
        for one in (block, *inner):
            yield from (one.table, one.picture) if isinstance(one, Beside) else (one,)


def pictures(form, raw=None, lang="zh-Hans", **options):
    """Return the pictures of a record's document, or of the blank form."""
    job = make_job(form, lang=lang, **options)
    made = job.blank() if raw is None else next(iter(job.documents(ListSource(raw, form)))).document
    return [block for block in blocks_of(made) if isinstance(block, Picture)]


def picture(form, raw=None, lang="zh-Hans", **options):
    [found] = pictures(form, raw, lang, **options)
    return found


def of(found, kind):
    return [shape for shape in found.shapes if isinstance(shape, kind)]


def texts(found):
    return [caption.text for caption in of(found, Caption)]


def captions_at(found, pointer):
    """Return the lines of text of one place in the record."""
    return [caption for caption in of(found, Caption) if caption.pointer == pointer]


def words_at(found, pointer):
    return "".join(caption.text for caption in captions_at(found, pointer))


def extent(shape):
    """Return left, top, right and bottom of a shape; a letter of Latin script is taken for half a Han character."""
    match shape:
        case Stroke():
            xs, ys = zip(*shape.points, strict=True)
            return min(xs), min(ys), max(xs), max(ys)
        case Box():
            return shape.x, shape.y, shape.x + shape.across, shape.y + shape.down
    em = shape.size * MM_PER_POINT
    width = sum(0.5 if ord(c) < 0x2E80 else 1 for c in shape.text) * em
    left = shape.x - {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
    return left, shape.y - 0.85 * em, left + width, shape.y + 0.1 * em


def outside(found):
    """Return the shapes of a picture that leave its frame."""
    wrong = []
    for shape in found.shapes:
        left, top, right, bottom = extent(shape)
        if left < 0 or top < 0 or right > found.width or bottom > found.height:
            wrong.append(shape)
    return wrong


def overlap(one, other):
    left, top, right, bottom = extent(one)
    left_2, top_2, right_2, bottom_2 = extent(other)
    return left < right_2 - 0.05 and left_2 < right - 0.05 and top < bottom_2 - 0.05 and top_2 < bottom - 0.05


def touching(captions):
    return [(a.text, b.text) for a, b in combinations(captions, 2) if overlap(a, b)]


def page_height(landscape=False):
    return (210.0 if landscape else 297.0) - 22.0 - 20.0


# --- fishbone --------------------------------------------------------------------------------------------------------


def choices(titles):
    made = []
    for value, title in titles.items():
        plain, english = title if isinstance(title, tuple) else (title, title)
        made.append({"const": value, "title": plain, "x-title": {"en": english}})
    return {"type": "string", "oneOf": made}


@pytest.fixture(scope="module")
def bones(form_of):
    """Return a function of branches and states to the form of a fishbone."""

    def make(branches=BRANCHES, states=STATES, **more):
        items = {"type": "object", "properties": {"class": choices(branches), "cause": TEXT, "state": choices(states)}}
        causes = {"type": "array", "title": "原因", "x-title": {"en": "Causes"}, "x-chart": FISHBONE, "items": items}
        return form_of({"problem": TEXT, "causes": causes}, **more)

    return make


def cause(branch, text, state="open"):
    return {"class": branch, "cause": text, "state": state}


def on_line(point, line):
    """Tell whether a point lies on a straight line between its ends."""
    (x, y), ((x1, y1), (x2, y2)) = point, line
    across = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
    return abs(across) < 0.01 and min(y1, y2) - 0.01 <= y <= max(y1, y2) + 0.01


def ribs(found):
    """Return the slanting lines."""
    lines = [s.points for s in of(found, Stroke) if not s.closed and len(s.points) == 2]
    return [((a, b), (c, d)) for (a, b), (c, d) in lines if a != c and b != d]


def level(found):
    """Return the level lines, from left to right."""
    lines = [sorted(s.points) for s in of(found, Stroke) if not s.closed and len(s.points) == 2]
    return [(start, end) for start, end in lines if start[1] == end[1]]


def strikes(found, caption):
    """Return the level lines that run through the middle of a text, from end to end."""
    left, top, right, bottom = extent(caption)
    return [
        (start, end)
        for start, end in level(found)
        if top + 0.5 < start[1] < bottom - 0.5 and start[0] <= left + 0.5 and end[0] >= right - 0.5
    ]


def rings(found, captions):
    """Return the rounded outlines around lines of text."""
    inside = [extent(caption) for caption in captions]
    rounded = [box for box in of(found, Box) if box.radius and box.fill is Fill.NONE and box.width]
    return [
        box
        for box in rounded
        for left, top, right, bottom in [extent(box)]
        if all(left <= c[0] and c[2] <= right and top <= c[1] + 0.3 and c[3] <= bottom for c in inside)
    ]


def twigs(found):
    """Return the level lines that end on a rib, each with that rib."""
    return [(start, end, rib) for start, end in level(found) for rib in ribs(found) if on_line(end, rib)]


def twig_of(found, captions):
    """Return the twig beneath lines of text, with its rib."""
    left, _, right, bottom = extent(captions[-1])
    below = [t for t in twigs(found) if t[0][0] <= left and t[1][0] >= right - 0.5 and t[0][1] >= bottom - 0.6]
    return min(below, key=lambda t: t[0][1])


def branch_of(found, rib, labels=BRANCHES):
    """Return the label at the far end of a rib."""
    spine = max(level(found), key=lambda line: line[1][0] - line[0][0])[0][1]
    far = max(rib, key=lambda point: abs(point[1] - spine))
    named = [caption for caption in of(found, Caption) if caption.text in labels.values() and caption.bold]
    return min(named, key=lambda c: abs(c.x - far[0]) + abs(c.y - far[1])).text


THREE = [
    cause("people", "交接没有记录", "verified"),
    cause("machine", "服务器过载"),
    cause("method", "逐条提交", "excluded"),
]


def test_states_are_told_apart_by_a_ring_and_a_stroke_and_never_by_colour(bones):
    found = picture(bones(), {"problem": "延迟", "causes": THREE})
    marks = []
    for n in range(3):
        lines = captions_at(found, f"/causes/{n}/cause")
        marks.append((len(rings(found, lines)), [len(strikes(found, line)) for line in lines]))
        assert not any(line.white for line in lines)
    assert marks == [(1, [0]), (0, [0]), (0, [1])]


def test_what_is_struck_stays_legible(bones):
    found = picture(bones(), {"causes": [cause("people", "交接没有记录", "excluded")]})
    [words] = captions_at(found, "/causes/0/cause")
    [line] = [
        s for s in of(found, Stroke) if s.soft and extent(s)[1] < extent(words)[3] and extent(s)[3] > extent(words)[1]
    ]
    assert line.width < 0.75
    assert found.shapes.index(line) < found.shapes.index(words)


@pytest.mark.parametrize(
    "words",
    [
        "Responsibility for the handover between shifts was never written down",
        "负载均衡 load-balancer configuration 没有同步（见 P1 记录），“交接”没有说明。",
    ],
)
def test_words_of_a_cause_are_not_broken_nor_lines_begun_by_closing_marks(bones, words):
    found = picture(bones(), {"causes": [cause(branch, words) for branch in BRANCHES for _ in range(2)]})
    lines = [c.text for c in captions_at(found, "/causes/3/cause")]
    pieces = " ".join(lines).split(" ")
    assert all(word in pieces or any(word in line for line in lines) for word in re.findall("[A-Za-z]+", words))
    assert not [line for line in lines if line[0] in "，。；：、）”" or line[-1] in "（“"]


def test_every_line_of_a_long_cause_is_struck_and_the_ring_holds_them_all(bones):
    long = "这是一条相当长的原因，一行之内放不下，因此要分成好几行来写"
    found = picture(bones(), {"causes": [cause("people", long, "excluded"), cause("machine", long, "verified")]})
    struck, ringed = (captions_at(found, f"/causes/{n}/cause") for n in (0, 1))
    assert len(struck) == len(ringed) > 1
    assert [len(strikes(found, line)) for line in struck] == [1] * len(struck)
    assert len(rings(found, ringed)) == 1
    assert words_at(found, "/causes/0/cause") == words_at(found, "/causes/1/cause") == long


def test_the_legend_shows_how_states_are_told_apart(bones):
    found = picture(bones(), {"causes": [cause("people", "甲")]})
    named = {c.text: c for c in of(found, Caption) if c.text in {"已验证", "待验证", "已排除"}}
    seen = {text: (len(rings(found, [c])), len(strikes(found, c))) for text, c in named.items()}
    assert seen == {"已验证": (1, 0), "待验证": (0, 0), "已排除": (0, 1)}


def test_every_cause_stands_on_a_twig_that_ends_on_the_rib_of_its_class(bones):
    causes = [cause(branch, f"{title}的原因{n}") for branch, title in BRANCHES.items() for n in range(4)]
    found = picture(bones(), {"problem": "问题", "causes": causes})
    assert len(ribs(found)) == 6
    assert len(twigs(found)) == 24
    for n, given in enumerate(causes):
        assert words_at(found, f"/causes/{n}/cause") == given["cause"]
        _, _, rib = twig_of(found, captions_at(found, f"/causes/{n}/cause"))
        assert branch_of(found, rib) == BRANCHES[given["class"]]
    assert outside(found) == []
    assert touching(of(found, Caption)) == []


def test_ribs_meet_the_spine_and_the_spine_meets_the_head(bones):
    found = picture(bones(), {"problem": "同步延迟", "causes": THREE})
    spine = max(level(found), key=lambda line: line[1][0] - line[0][0])
    [head] = [stroke for stroke in of(found, Stroke) if stroke.closed]
    assert spine[1][0] == min(x for x, _ in head.points)
    assert all(any(on_line(point, spine) and point[0] < spine[1][0] for point in rib) for rib in ribs(found))
    [text] = captions_at(found, "/problem")
    assert text.text == "同步延迟"
    left, top, right, bottom = extent(text)
    xs, ys = zip(*head.points, strict=True)
    assert min(xs) < left < right < max(xs)
    assert min(ys) < top < bottom < max(ys)


def test_a_head_of_many_words_stays_within_its_outline(bones):
    found = picture(bones(), {"problem": "五月大促期间订单同步延迟最长四十分钟，客户无法安排发货", "causes": THREE})
    [head] = [stroke for stroke in of(found, Stroke) if stroke.closed]
    xs, ys = zip(*head.points, strict=True)
    lines = captions_at(found, "/problem")
    assert len(lines) > 2
    assert all(min(xs) < extent(c)[0] and extent(c)[2] < max(xs) for c in lines)
    assert all(min(ys) < extent(c)[1] and extent(c)[3] < max(ys) for c in lines)
    assert words_at(found, "/problem") == "五月大促期间订单同步延迟最长四十分钟，客户无法安排发货"
    assert outside(found) == []


def test_a_head_of_a_whole_paragraph_stays_within_the_frame(bones):
    text = "客户在五月大促期间发现订单状态在两端不一致，" * 8
    found = picture(bones(), {"problem": text, "causes": THREE})
    assert words_at(found, "/problem") == text
    assert outside(found) == []


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8])
def test_any_number_of_classes_has_a_rib_each(bones, count):
    branches = {f"b{n}": f"类别{n}" for n in range(count)}
    causes = [cause(branch, f"一条不太短的原因{n}") for branch in branches for n in range(3)]
    found = picture(bones(branches), {"problem": "问题", "causes": causes})
    assert len(ribs(found)) == count
    named = [branch_of(found, rib, branches) for rib in ribs(found)]
    assert sorted(named) == sorted(branches.values())
    assert [words_at(found, f"/causes/{n}/cause") for n in range(3 * count)] == [c["cause"] for c in causes]
    assert outside(found) == []
    assert touching(of(found, Caption)) == []


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_causes_of_several_lines_keep_apart(bones, landscape, lang):
    page = {"x-form": {"id": "own", "page": {"orientation": "landscape" if landscape else "portrait"}}}
    words = "the handover between two shifts was not written down" if lang == "en" else "两班之间的交接没有书面记录"
    causes = [cause(branch, words, state) for branch in BRANCHES for state in ("verified", "excluded")]
    found = picture(bones(**page), {"problem": words, "causes": causes}, lang)
    assert re.sub(" ", "", words_at(found, "/causes/3/cause")) == words.replace(" ", "")
    assert outside(found) == []
    assert touching(of(found, Caption)) == []
    assert found.height <= page_height(landscape)


@pytest.mark.parametrize("landscape", [False, True])
def test_too_many_words_for_a_page_give_way_to_the_numbers_of_the_rows(bones, landscape):
    page = {"x-form": {"id": "own", "page": {"orientation": "landscape" if landscape else "portrait"}}}
    words = "系统在活动期间的写入量约为平时的三倍而同步服务逐条提交，因此队列积压"
    causes = [cause(list(BRANCHES)[n % 6], words) for n in range(36)]
    found = picture(bones(**page), {"causes": causes})
    assert [words_at(found, f"/causes/{n}/cause") for n in range(36)] == [str(n) for n in range(1, 37)]
    assert outside(found) == []
    assert found.height <= page_height(landscape)
    assert "36" not in re.findall(r"\d+", found.alt)  # the words, not the numbers
    assert found.alt.count(words) == 36


@pytest.mark.parametrize("landscape", [False, True])
def test_a_fishbone_keeps_to_its_page_however_many_causes_one_class_has(bones, landscape):
    page = {"x-form": {"id": "own", "page": {"orientation": "landscape" if landscape else "portrait"}}}
    found = picture(bones(**page), {"causes": [cause("people", f"原因{n}") for n in range(24)]})
    assert outside(found) == []
    assert found.height <= page_height(landscape)


def test_a_row_without_words_or_class_spoils_nothing(bones):
    causes = [{"class": "people"}, {"cause": "没有类别"}, cause("machine", "有"), {}]
    found = picture(bones(), {"causes": causes})
    assert words_at(found, "/causes/2/cause") == "有"
    assert "没有类别" not in texts(found)
    assert outside(found) == []


def test_blank_paper_has_ribs_and_room_for_causes_and_no_words_of_any(bones):
    found = picture(bones())
    assert len(ribs(found)) == 6
    assert {branch_of(found, rib) for rib in ribs(found)} == set(BRANCHES.values())
    assert set(texts(found)) == {*BRANCHES.values(), "已验证", "待验证", "已排除"}
    by_rib = [sum(rib == r for _, _, r in twigs(found)) for rib in ribs(found)]
    assert len(set(by_rib)) == 1
    assert by_rib[0] >= 3
    assert all(end[0] - start[0] > 20 for start, end, _ in twigs(found))
    for rib in ribs(found):
        heights = sorted(start[1] for start, _, r in twigs(found) if r == rib)
        assert all(b - a >= 8.5 for a, b in pairwise(heights))
    assert outside(found) == []
    assert found.height <= page_height()


def test_filled_paper_without_causes_has_no_fishbone(bones):
    assert pictures(bones(), {"problem": "延迟"}) == []


def test_the_picture_is_as_wide_as_the_text_and_leads_its_table(bones):
    job = make_job(bones())
    [made] = job.documents(ListSource({"causes": THREE}, job.form))
    [section] = [b for b in made.document.blocks if isinstance(b, Section) and b.heading.text == "原因"]
    assert [type(block) for block in section.blocks] == [Picture, Table]
    assert section.blocks[0].width == 210 - 2 * 18
    lying = bones(**{"x-form": {"id": "own", "page": {"orientation": "landscape"}}})
    assert picture(lying, {"causes": THREE}).width == 297 - 2 * 18


# --- quadrants -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def field(form_of):
    """Return a function of the cut and the ends of the axes to the form of a quadrant chart."""

    def make(cut=3, low=1, high=5, **more):
        axis = {"type": "integer", "minimum": low, "maximum": high}
        sort = choices({"rt": "右上格", "lt": "左上格", "rb": "右下格", "lb": "左下格"})
        names = {"name": TEXT, "x": {**axis, "title": "关注"}, "y": {**axis, "title": "影响"}, "sort": sort}
        chart = {"kind": "quadrant", "label": "name", "x": "x", "y": "y", "cut": cut, "field": "sort"}
        chart["corners"] = ["rt", "lt", "rb", "lb"]
        items = {"type": "object", "properties": {**names, **more}}
        return form_of({"who": {"type": "array", "title": "相关方", "x-chart": chart, "items": items}})

    return make


def points(found):
    """Return the middle of every numbered point by its number."""
    discs = [box for box in of(found, Box) if box.fill is Fill.INK and box.across == box.down == 2 * box.radius]
    numbers = [caption for caption in of(found, Caption) if caption.white]
    assert len(discs) == len(numbers)
    middles = {}
    for caption in numbers:
        disc = min(discs, key=lambda d: abs(d.x + d.radius - caption.x) + abs(d.y + d.radius - caption.y))
        x, y = disc.x + disc.radius, disc.y + disc.radius
        assert x == pytest.approx(caption.x)
        assert disc.y < caption.y < disc.y + disc.down
        middles[int(caption.text)] = (x, y)
    return middles


def cuts(found):
    """Return where the field is cut: x of the upright line, y of the level one."""
    lines = [stroke.points for stroke in of(found, Stroke)]
    [across] = [a[1] for a, b in lines if a[1] == b[1]]
    [upright] = [a[0] for a, b in lines if a[0] == b[0]]
    return upright, across


def frame(found):
    """Return the extent of the field."""
    return extent(max((b for b in of(found, Box) if b.fill is Fill.NONE), key=lambda b: b.across))


def who(*places):
    return {"who": [{"name": f"相关方{n}", "x": x, "y": y} for n, (x, y) in enumerate(places, 1)]}


def side(found, number):
    """Return on which side of the cuts a point lies, by at least a millimetre."""
    (x, y), (upright, across) = points(found)[number], cuts(found)
    assert abs(x - upright) > 1
    assert abs(y - across) > 1
    return ("right" if x > upright else "left") + (" above" if y < across else " below")


@pytest.mark.parametrize(
    ("cut", "low", "high"), [(3, 1, 5), (4, 1, 5), (2, 1, 5), (5, 1, 5), (6, 0, 10), (2.5, 1, 5), (3.2, 1, 5)]
)
def test_a_point_on_the_cut_is_high_and_one_below_is_low(field, cut, low, high):
    least = -int(-cut // 1)  # the least whole number that reaches the cut
    found = picture(
        field(cut, low, high), who((least, least), (least - 1, least), (least, least - 1), (least - 1, least - 1))
    )
    assert [side(found, n) for n in (1, 2, 3, 4)] == ["right above", "left above", "right below", "left below"]


def test_corners_and_axes_are_named_where_they_are(field):
    found = picture(field(), who((1, 1)))
    by_text = {caption.text: caption for caption in of(found, Caption)}
    upright, across = cuts(found)
    for text, right, above in (("右上格", 1, 1), ("左上格", 0, 1), ("右下格", 1, 0), ("左下格", 0, 0)):
        left, top, end, bottom = extent(by_text[text])
        assert (left > upright) if right else (end < upright)
        assert (bottom < across) if above else (top > across)
    assert "关注" in "".join(texts(found))
    assert "影响" in "".join(texts(found))
    assert "3" in next(text for text in texts(found) if "分界" in text)


def test_points_lie_over_their_value_and_further_right_and_up_for_more(field):
    found = picture(field(), who((1, 1), (2, 2), (3, 3), (4, 4), (5, 5)))
    middles = points(found)
    assert list(middles) == [1, 2, 3, 4, 5]
    steps = [(b[0] - a[0], a[1] - b[1]) for a, b in pairwise(middles.values())]
    assert steps[0][0] > 10
    assert steps[0][1] > 10
    assert all(step == pytest.approx(steps[0]) for step in steps)
    left, top, right, bottom = frame(found)
    values = [c for c in of(found, Caption) if c.text in "12345" and not c.white]
    under = {c.text: c.x for c in values if c.y > bottom}
    beside = {c.text: c.y for c in values if c.x < left}
    assert {str(n): x for n, (x, _) in middles.items()} == pytest.approx(under)
    assert {str(n): y for n, (_, y) in middles.items()} == pytest.approx(beside, abs=1.5)
    assert all(left < x < right and top < y < bottom for x, y in middles.values())


@pytest.mark.parametrize("count", [2, 3, 4, 5, 9, 16, 30])
@pytest.mark.parametrize("place", [(5, 5), (1, 1), (3, 3), (2, 3), (5, 1)])
def test_several_points_on_one_place_are_apart_within_their_field_and_on_their_side(field, place, count):
    found = picture(field(), who(*[place] * count))
    middles = points(found)
    assert len(middles) == count
    assert all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) > 0.5 for a, b in combinations(middles.values(), 2))
    left, top, right, bottom = frame(found)
    discs = [extent(box) for box in of(found, Box) if box.fill is Fill.INK]
    assert all(left <= x1 and x2 <= right and top <= y1 and y2 <= bottom for x1, y1, x2, y2 in discs)
    wanted = ("right" if place[0] >= 3 else "left") + (" above" if place[1] >= 3 else " below")
    assert {side(found, n) for n in middles} == {wanted}
    assert outside(found) == []


def test_points_that_cover_each_other_are_told(field):
    crowd, plain = picture(field(), who(*[(4, 4)] * 40)), picture(field(), who(*[(4, 4)] * 9))
    numbers = "、".join(map(str, range(1, 41)))
    assert "".join(text for text in texts(crowd)).count(f"（4，4）处：{numbers}") == 1
    assert not [text for text in texts(plain) if "处：" in text]


def test_up_to_four_points_on_one_place_leave_their_numbers_legible(field):
    middles = points(picture(field(), who((4, 4), (4, 4), (4, 4), (4, 4)))).values()
    assert all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) >= 2 * 2.3 for a, b in combinations(middles, 2))


def test_the_numbers_are_explained_beside(field):
    found = picture(field(), who(*[(1 + n % 5, 1 + n // 5) for n in range(20)]))
    _, _, right, _ = frame(found)
    for n in range(20):
        [name] = captions_at(found, f"/who/{n}/name")
        [number] = [c for c in of(found, Caption) if c.text == str(n + 1) and not c.white and c.y == name.y]
        assert name.text == f"相关方{n + 1}"
        assert extent(number)[2] < name.x
        assert extent(name)[0] > right
    assert outside(found) == []
    assert touching(of(found, Caption)) == []


def test_long_names_in_the_key_are_broken_and_keep_apart(field):
    name = "华东区域联合采购与物流保障协调办公室（临时机构）"
    rows = [{"name": name, "x": 1 + n, "y": 1 + n} for n in range(5)]
    found = picture(field(), {"who": rows})
    assert all(name in words_at(found, f"/who/{n}/name") for n in range(5))
    assert outside(found) == []
    assert touching(of(found, Caption)) == []


def test_a_row_without_a_mark_is_no_point_and_keeps_the_numbers_of_the_others(field):
    rows = [{"name": "甲", "x": 1, "y": 1}, {"name": "乙", "x": 2}, {"name": "丙"}, {"name": "丁", "x": 5, "y": 5}]
    found = picture(field(), {"who": rows})
    assert list(points(found)) == [1, 4]
    assert "乙" not in found.alt
    assert "丁" in found.alt
    assert "另有 2 项评分不全，未列入图中：2 乙、3 丙" in texts(found)
    assert "2 not shown, with a score missing: 2 乙, 3 丙" in texts(picture(field(), {"who": rows}, "en"))
    assert outside(found) == []


@pytest.mark.parametrize("count", [45, 400])
def test_a_key_too_long_for_its_side_stands_beneath_and_one_too_long_for_a_page_is_the_table(field, count):
    found = picture(field(), who(*[(1 + n % 5, 1 + n // 5 % 5) for n in range(count)]))
    _, _, _, bottom = frame(found)
    named = captions_at(found, f"/who/{count - 1}/name")
    assert (len(named), "点上的数字为表中的序号" in texts(found)) == ((1, False) if count == 45 else (0, True))
    assert all(extent(name)[1] > bottom for name in named)
    assert found.height <= page_height()
    assert outside(found) == []


def test_a_long_scale_stays_legible(field):
    found = picture(field(6, 0, 10), who((0, 0), (10, 10), (6, 5)))
    assert [side(found, n) for n in (1, 2, 3)] == ["left below", "right above", "right below"]
    assert outside(found) == []
    assert touching([c for c in of(found, Caption) if not c.white]) == []


def test_a_blank_field_has_corners_and_no_points(field):
    found = picture(field())
    assert points(found) == {}
    assert {"右上格", "左上格", "右下格", "左下格"} <= set(texts(found))
    assert outside(found) == []


# --- bars ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bars(form_of):
    """Return a function of columns by key to the form of a bar chart."""

    def make(more=None, **columns):
        chart = {"kind": "bar", "label": "name", "values": list(columns)}
        items = {"type": "object", "properties": {"name": TEXT, **columns}}
        return form_of({"lines": {"type": "array", "title": "统计", "x-chart": chart, "items": items}}, **(more or {}))

    return make


COUNT = {"type": "number", "title": "件数"}


def drawn(found):
    """Return the bars from top to bottom, without those of the legend."""
    axis = next(s for s in of(found, Stroke) if s.points[0][0] == s.points[1][0])
    top = min(y for _, y in axis.points)
    return sorted((box for box in of(found, Box) if box.y >= top), key=lambda box: box.y)


def rows_of(*values, key="n"):
    return {"lines": [{"name": f"第{n}行", **({} if v is None else {key: v})} for n, v in enumerate(values, 1)]}


def test_bars_are_as_long_as_their_values(bars):
    found = picture(bars(n=COUNT), rows_of(10, 20, 5, "2.5"))
    lengths = [box.across for box in drawn(found)]
    assert [length / lengths[1] for length in lengths] == pytest.approx([0.5, 1, 0.25, 0.125])
    assert lengths[1] > found.width / 2
    assert len({box.x for box in drawn(found)}) == 1
    assert len({box.down for box in drawn(found)}) == 1


def test_bars_begin_at_the_axis(bars):
    found = picture(bars(n=COUNT), rows_of(1, 100))
    [axis] = of(found, Stroke)
    assert {box.x for box in drawn(found)} == {axis.points[0][0]} == {axis.points[1][0]}


def test_a_zero_is_told_and_has_no_bar_and_a_missing_value_has_neither(bars):
    found = picture(bars(n=COUNT), rows_of(3, 0, None, 6))
    assert [box.across for box in drawn(found)] == pytest.approx([drawn(found)[1].across / 2, drawn(found)[1].across])
    *values, told = [c.text for c in of(found, Caption) if not c.pointer]
    assert values == ["3", "0", "6"]
    assert told == "另有 1 项没有数值，未列入图中：3 第3行"


@pytest.mark.parametrize("values", [(0, 0), (0,), (0, None)])
def test_nothing_but_zeros_is_a_chart_of_zeros(bars, values):
    found = picture(bars(n=COUNT), rows_of(*values))
    assert drawn(found) == []
    assert "0" in texts(found)


@pytest.mark.parametrize("values", [(4, -2), (-2, -4), (-3,), (0, -1)])
def test_a_negative_value_lies_left_of_zero(bars, values):
    found = picture(bars(n=COUNT), rows_of(*values))
    [axis] = of(found, Stroke)
    zero = axis.points[0][0]
    lengths = [box.across if box.x >= zero - 1e-6 else -box.across for box in drawn(found)]
    told = [value for value in values if value]
    assert [length / lengths[0] for length in lengths] == pytest.approx([value / told[0] for value in told])
    assert (lengths[0] > 0) is (told[0] > 0)
    assert [c.text for c in of(found, Caption) if not c.pointer] == [str(value) for value in values]
    assert outside(found) == []


@pytest.mark.parametrize("raw", [{}, {"lines": []}, {"lines": [{"name": "甲"}, {"name": "乙"}]}], ids=str)
def test_without_any_value_there_is_no_chart(bars, raw):
    assert pictures(bars(n=COUNT), raw) == []


def test_blank_paper_has_no_bars(bars):
    assert pictures(bars(n=COUNT)) == []


def test_three_series_stand_together_told_apart_by_their_fill(bars):
    form = bars(a={**COUNT, "title": "本月"}, b={**COUNT, "title": "上月"}, c={**COUNT, "title": "去年"})
    rows = [{"name": "甲", "a": 10, "b": 20, "c": 40}, {"name": "乙", "a": 40, "c": 20}]
    found = picture(form, {"lines": rows})
    groups = drawn(found)
    assert [box.across / groups[2].across for box in groups] == pytest.approx([0.25, 0.5, 1, 1, 0.5])
    fills = [box.fill for box in groups]
    assert len(set(fills[:3])) == 3
    assert fills[3:] == [fills[0], fills[2]]
    legend = sorted((box for box in of(found, Box) if box not in groups), key=lambda box: box.x)
    assert [box.fill for box in legend] == fills[:3]
    for box, title in zip(legend, ("本月", "上月", "去年"), strict=True):
        [caption] = [c for c in of(found, Caption) if c.text == title]
        assert box.x + box.across < caption.x < box.x + box.across + 3
    outlined = [box for box in groups if box.fill is Fill.PAPER]
    assert all(box.width > 0 for box in outlined)  # white on white is seen by its outline
    assert outside(found) == []


def test_one_series_needs_no_legend(bars):
    found = picture(bars(n=COUNT), rows_of(1, 2))
    assert "件数" not in texts(found)
    assert len(of(found, Box)) == 2


def test_labels_stand_before_their_bars_and_values_behind(bars):
    found = picture(bars(n={**COUNT, "x-unit": "件"}), rows_of(1, 12345, 30))
    for n, (box, value) in enumerate(zip(drawn(found), ("1 件", "12,345 件", "30 件"), strict=True)):
        [label] = captions_at(found, f"/lines/{n}/name")
        assert label.text == f"第{n + 1}行"
        assert extent(label)[2] <= box.x
        assert box.y <= (extent(label)[1] + extent(label)[3]) / 2 <= box.y + box.down
        [caption] = [c for c in of(found, Caption) if c.text == value]
        assert extent(caption)[0] > box.x + box.across
        assert box.y <= (extent(caption)[1] + extent(caption)[3]) / 2 <= box.y + box.down
    assert outside(found) == []


def test_long_labels_are_broken_and_rows_make_room_for_them(bars):
    name = "其他渠道（包括现场来访、信函以及由合作方转来的反馈）"
    found = picture(
        bars(n=COUNT), {"lines": [{"name": name * 2, "n": 1}, {"name": name, "n": 2}, {"name": "短", "n": 3}]}
    )
    assert words_at(found, "/lines/0/name") == name * 2
    assert touching(of(found, Caption)) == []
    assert outside(found) == []


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ({"type": "number", "x-unit": "percent"}, "66.7", "66.7%"),
        ({"type": "number", "x-unit": "yuan"}, 1234.5, "¥1,234.50"),
        ({"type": "integer", "x-unit": "minute"}, 90, "1 小时 30 分钟"),
        ({"type": "number", "x-unit": "yuan"}, 123456789.5, "¥123,456,789.50"),
        ({"type": "integer", "x-unit": "minute"}, 20 * 24 * 60 + 23 * 60 + 59, "20 天 23 小时 59 分钟"),
    ],
)
def test_values_are_written_as_their_kind_has_them_within_the_frame(bars, column, value, text):
    found = picture(bars(n={**column, "title": "数"}), rows_of(value))
    assert text in texts(found)
    assert outside(found) == []


def test_values_of_a_column_have_as_many_decimals(bars):
    found = picture(bars(n=COUNT, m={**COUNT, "title": "数"}), rows_of("4.16", 4, "3.9"))
    assert [c.text for c in of(found, Caption) if not c.pointer] == ["4.16", "4.00", "3.90"]


def test_a_missing_value_beside_another_is_no_zero(bars):
    found = picture(bars(a={**COUNT, "title": "本月"}, b={**COUNT, "title": "上月"}),
                    {"lines": [{"name": "甲", "a": 1, "b": 0}, {"name": "乙", "a": 2}]})  # fmt: skip
    values = [c.text for c in of(found, Caption) if not c.pointer]
    assert values[2:] == ["1", "0", "2", "–"]


@pytest.mark.parametrize("landscape", [False, True])
def test_rows_that_a_page_has_no_room_for_are_told(bars, landscape):
    page = {"x-form": {"id": "own", "page": {"orientation": "landscape" if landscape else "portrait"}}}
    found = picture(bars(page, n=COUNT), rows_of(*range(1, 91)))
    shown = len(drawn(found))
    assert 20 < shown < 90
    assert f"图中为前 {shown} 项，另有 {90 - shown} 项见表" in texts(found)
    assert len(found.data.categories) == shown
    assert found.height <= page_height(landscape)
    assert outside(found) == []


LONG = "Other channels, including visits on site, letters and the feedback passed on by partners"


@pytest.mark.parametrize("columns", [5, 7, 12])
@pytest.mark.parametrize("lang", LANGS)
def test_a_chart_keeps_its_type_at_every_width(bars, columns, lang):
    form = bars(a={**COUNT, "title": "本月"}, b={**COUNT, "title": "上月"})
    rows = [
        {"name": LONG, "a": 12_000.5, "b": -3},
        {"name": "其他渠道（包括现场来访、信函）", "a": 0},
        {"name": "P0", "b": 7},
    ]
    job = make_job(form, lang=lang)
    layout = Layout.of(form, lang, job.policy, Purpose.FILLED, job.theme)
    width = columns_wide(layout.faces.width, columns)
    found = layout.chart(form.root.child("lines"), rows, "/lines", {}, width)
    assert found.width == width == {5: 68.5, 7: 97.5, 12: 174.0}[columns]
    assert min(c.size for c in of(found, Caption)) >= 8
    assert outside(found) == []
    assert touching([c for c in of(found, Caption) if c.pointer]) == []
    words = " ".join(c.text for c in captions_at(found, "/lines/0/name"))
    assert words == LONG  # no word is broken


def test_what_bars_were_counted_of_stands_beneath(form_of):
    chart = {"kind": "bar", "label": "name", "values": ["n"], "n": "/all", "period": "/month", "source": "登记"}
    items = {"type": "object", "properties": {"name": TEXT, "n": COUNT}}
    rows = {"type": "array", "x-chart": {**chart, "x-source": {"en": "the register"}}, "items": items}
    form = form_of({"all": {"type": "integer"}, "month": {**TEXT, "title": "月份"}, "lines": rows})
    raw = {"all": 12_000, "month": "五月", **rows_of(3, 4)}
    assert texts(picture(form, raw))[-1] == "n = 12,000；月份：五月；来源：登记"
    assert texts(picture(form, raw, "en"))[-1] == "n = 12,000; 月份: 五月; Source: the register"
    assert texts(picture(form, rows_of(3, 4)))[-1] == "来源：登记"


def test_columns_that_are_added_up_are_told_each(form_of):
    chart = {"kind": "bar", "label": "name", "values": ["a", "b"], "n": ["a", "b"]}
    columns = {"a": {**COUNT, "title": "本月"}, "b": {**COUNT, "title": "上月"}}
    items = {"type": "object", "properties": {"name": TEXT, **columns}}
    form = form_of({"lines": {"type": "array", "x-chart": chart, "items": items}})
    found = picture(form, {"lines": [{"name": "甲", "a": 1, "b": 5}, {"name": "乙", "a": 2}]})
    assert texts(found)[-1] == "本月 n = 3、上月 n = 5"
    assert found.data.note == "本月 n = 3、上月 n = 5"


def test_bars_carry_their_figures(bars):
    form = bars(
        a={**COUNT, "title": "本月", "x-unit": "件"}, b={**COUNT, "title": "上月"}, c={**COUNT, "title": "去年"}
    )
    rows = [{"name": "甲", "a": 10}, {"name": "乙"}, {"name": "丙", "a": 0, "b": 2.5}]
    data = picture(form, {"lines": rows}).data
    assert (data.kind, data.title, data.axis) == ("bar", "统计", "Name")
    assert [(c.text, c.pointer) for c in data.categories] == [("甲", "/lines/0/name"), ("丙", "/lines/2/name")]
    assert [(s.title, s.unit, s.values) for s in data.series] == [("本月", "件", (10, 0)), ("上月", "", (None, 2.5))]


def test_marks_chosen_from_a_list_are_figures(bars):
    marks = {"title": "评分", "type": "integer", "oneOf": [{"const": 1, "title": "差"}, {"const": 2, "title": "好"}]}
    [series] = picture(bars(n=marks), rows_of(1, 2)).data.series
    assert (series.kind, series.values) == (kinds.NUMBER, (1, 2))


def test_other_charts_carry_none(bones, field):
    assert picture(bones(), {"causes": THREE}).data is None
    assert picture(field(), who((1, 1))).data is None


def test_long_titles_of_series_stay_within_the_frame(bars):
    titles = ("Average satisfaction this month", "Average satisfaction last month", "Average satisfaction last year")
    form = bars(**{f"s{n}": {**COUNT, "title": title} for n, title in enumerate(titles)})
    found = picture(form, {"lines": [{"name": "甲", "s0": 1, "s1": 2, "s2": 3}]}, "en")
    assert re.sub(" ", "", "".join(texts(found))).count("Averagesatisfaction") == 3
    assert outside(found) == []


# --- what they say ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "alt"),
    [
        ("zh-Hans", "鱼骨图（原因）：人·交接没有记录（已验证）；机·服务器过载（待验证）；法·逐条提交（已排除）"),
        ("zh-Hant", "魚骨圖（原因）：人·交接没有记录（已驗證）；機·服务器过载（待驗證）；法·逐条提交（已排除）"),
        (
            "en",
            "Fishbone diagram (Causes): 人, 交接没有记录 (Verified); 机, 服务器过载 (Open); 法, 逐条提交 (Ruled out)",
        ),
    ],
)
def test_a_fishbone_is_told_in_words(bones, lang, alt):
    assert picture(bones(), {"causes": THREE}, lang).alt == alt


@pytest.mark.parametrize(
    ("lang", "alt"),
    [
        ("zh-Hans", "四象限图（相关方）：1 相关方1 (1, 5)；2 相关方2 (3, 2)"),
        ("en", "Quadrant chart (相关方): 1 相关方1 (1, 5); 2 相关方2 (3, 2)"),
    ],
)
def test_a_quadrant_chart_is_told_in_words(field, lang, alt):
    assert picture(field(), who((1, 5), (3, 2)), lang).alt == alt


@pytest.mark.parametrize(
    ("lang", "alt"),
    [
        ("zh-Hans", "条形图（统计）：第1行 10 件；第2行 2.5 件"),
        ("zh-Hant", "條形圖（統計）：第1行 10 件；第2行 2.5 件"),
        ("en", "Bar chart (统计): 第1行 10 件; 第2行 2.5 件"),
    ],
)
def test_bars_are_told_in_words(bars, lang, alt):
    assert picture(bars(n={**COUNT, "x-unit": "件"}), rows_of(10, "2.5"), lang).alt == alt


@pytest.mark.parametrize("lang", LANGS)
def test_blank_charts_are_told_by_their_title_alone(bones, field, lang):
    for form in (bones(), field()):
        alt = picture(form, None, lang).alt
        assert re.fullmatch(r"[^：:；;]+[)）]", alt)


def test_masked_documents_mask_their_charts(field):
    form = field(name={"type": "string", "x-sensitive": "name"})
    raw = {"who": [{"name": "欧阳修", "x": 1, "y": 1}]}
    open_, masked = picture(form, raw), picture(form, raw, mask=True)
    assert "欧阳修" in open_.alt
    assert "欧阳修" not in masked.alt + "".join(texts(masked))
    assert "欧阳*" in masked.alt
    assert words_at(masked, "/who/0/name").endswith("欧阳*")


def test_a_register_draws_its_rows_after_its_table(form_of):
    row = {"type": "object", "properties": {"name": TEXT, "n": COUNT}}
    chart = {"kind": "bar", "label": "name", "values": ["n"]}
    form = form_of({"rows": {"type": "array", "items": row, "x-chart": chart}})
    job = make_job(form)
    [made] = job.documents(ListSource([{"name": "甲", "n": 1}, {"name": "乙", "n": 2}], form))
    assert [type(block) for block in made.document.blocks] == [Table, Picture]
    assert words_at(made.document.blocks[1], "/rows/1/name") == "乙"
    assert [tuple(row.values) for row in made.document.blocks[0].rows] == [("甲", 1), ("乙", 2)]


def test_a_chart_with_the_same_rows_is_the_same_chart(bones):
    raw = {"problem": "延迟", "causes": THREE}
    assert picture(bones(), raw) == picture(bones(), raw)
    assert picture(bones(), raw) != replace(picture(bones(), raw), alt="")
