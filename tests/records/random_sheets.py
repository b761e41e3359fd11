"""Workbooks in the layouts that desks keep, drawn by a seed, with the records that a person reads in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tests.records.random_cells import FIELDS, NUMERIC, REFUSED, Written

Cells = dict[tuple[int, int], Written]
"""Cells by row and column, both from 1."""


@dataclass
class Page:
    """A sheet, and what a person reads on it: records by their rows, each key with its cell; rows that are none."""

    name: str
    is_hidden: bool = False
    cells: Cells = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    records: dict[int, dict[str, Written]] = field(default_factory=dict)
    spread: set[tuple[int, str]] = field(default_factory=set)
    """Values that a row has of a cell merged with those above: a file of text doesn't tell them."""
    aside: dict[str, list[int]] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Any, code: str = "General", text: str | None = None) -> None:
        told = str(value) if text is None else text
        self.cells[row, column] = Written(value, code, told, value, value)

    def merge(self, row: int, column: int, down: int, across: int) -> None:
        if down > 1 or across > 1:
            self.merged.append((row, column, row + down - 1, column + across - 1))

    def expected(self, by_text: bool) -> dict[int, dict[str, Any]]:
        """Return the typed values of each record, by its row; REFUSED for those that a text doesn't tell."""
        return {
            row: {
                key: cell.by_text if by_text else cell.expected
                for key, cell in record.items()
                if not (by_text and (row, key) in self.spread)
            }
            for row, record in self.records.items()
        }


@dataclass
class Drawing:
    """A workbook: its sheets, how it counts days, what was drawn."""

    seed: int
    pages: list[Page]
    is_1904: bool = False
    kinds: set[str] = field(default_factory=set)

    @property
    def lists(self) -> list[Page]:
        return [page for page in self.pages if page.records and not page.is_hidden]


def drawn(seed: int) -> Drawing:
    """Return the workbook of a seed."""
    draw = Random(seed)
    kinds: set[str] = set()
    pages: list[Page] = []
    if draw.random() < 0.12:
        kinds.add("hidden sheet first")
        pages.append(_ListDrawer(draw, Page("旧数据", is_hidden=True), set()).page)
    if draw.random() < 0.15:
        kinds.add("cover")
        pages.append(_cover(draw))
    names = ["1月", "2月", "3月"][: draw.randrange(2, 4)] if draw.random() < 0.1 else [draw.choice(_NAMES)]
    if len(names) > 1:
        kinds.add("several lists")
    pages += [_ListDrawer(draw, Page(name), kinds).page for name in names]
    if draw.random() < 0.2:
        kinds.add("sheets behind")
        pages += [Page("Sheet2"), _cover(draw, "选项")]
    return Drawing(seed, pages, draw.random() < 0.15, kinds)


_NAMES = ("Sheet1", "登记表", "2024年5月", "客户(正式)")


def _cover(draw: Random, name: str = "填写说明") -> Page:
    page = Page(name)
    lines = ("一、填写说明", "1. 客户名称按营业执照填写。", "2. 合同金额单位为元。", "3. 有疑问请联系办公室。")
    for row, line in enumerate(lines, draw.randrange(1, 3)):
        page.put(row, 1, line)
    return page


_GROUPS = ("基本情况", "办理情况", "费用", "其他")
_TOTALS = (
    *("合计", "总计", "合  计", "合计：", "小计", "本页合计"),
    *("共计", "合计（元）", "5月合计", "张三小计", "Total"),
)
_NOTES = (
    "注：以上数据截至月末。",
    "备注：金额含税",
    "说明：蓝色的行已办结。",
    "注1：数量以件计",
    "填表说明：逐项填写。",
)
_TITLES = ("客户登记表", "2024年5月客户登记表", "××公司2024年度客户情况统计表（正式）")


class _ListDrawer:
    """Draws one list on a sheet, from its title down."""

    def __init__(self, draw: Random, page: Page, kinds: set[str]) -> None:
        self.draw, self.page, self.kinds = draw, page, kinds
        self.row = 1
        self.left = draw.choice((1, 1, 1, 1, 2, 3))
        if self.left > 1:
            kinds.add("left margin")
        self.has_serial = self._chance(0.4, "running numbers")
        self.keys = draw.sample(list(FIELDS), draw.randrange(4, 12))
        self.first = self.left + self.has_serial
        self.right = self.first + len(self.keys) - 1
        self.titled: list[list[tuple[int, str, int, int]]] = []
        self.count = 0
        self._title()
        self._head()
        self._header()
        self._body()
        self._end()

    def _chance(self, share: float, kind: str) -> bool:
        happens = self.draw.random() < share
        if happens:
            self.kinds.add(kind)
        return happens

    def _blank(self, share: float, kind: str) -> None:
        if self._chance(share, kind):
            self.row += self.draw.randrange(1, 3)

    def _wide(self, text: str) -> None:
        """Put a text over the width of the list, in one cell or merged."""
        self.page.put(self.row, self.left, text)
        if self.draw.random() < 0.7:
            self.page.merge(self.row, self.left, 1, self.right - self.left + 1)
        self.row += 1

    # --- above ---

    def _title(self) -> None:
        self._blank(0.2, "blank rows above")
        if self._chance(0.7, "title"):
            self._wide(self.draw.choice(_TITLES))
            if self._chance(0.2, "second title"):
                self._wide(self.draw.choice(("（2024年5月）", "编制单位：办公室", "内部资料 注意保管")))
        self._blank(0.1, "blank rows beneath the title")

    def _head(self) -> None:
        if not self._chance(0.4, "head lines"):
            return
        day = date(2024, 5, self.draw.randrange(1, 29))
        self.page.head = {"统计日期": day}
        way = self.draw.randrange(4)
        if way == 0:
            self._wide(f"统计日期：{day}")
        elif way == 1:
            self._wide(f"统计日期：{day.year}年{day.month}月{day.day}日    制表人：李四    单位：元")
        elif way == 2:
            self.page.put(self.row, self.left, "统计日期：")
            self.page.put(self.row, self.left + 1, day, "yyyy-mm-dd", str(day))
            self.page.put(self.row, self.right, "单位：元")
            self.row += 1
        else:
            self.page.put(self.row, self.left, f"统计日期：{day}")
            self.page.put(self.row, self.right, "制表人：李四")
            self.row += 1
        self._blank(0.1, "blank rows above the header")

    # --- the header ---

    def _called(self, key: str) -> str:
        others = FIELDS[key].called
        if others and self.draw.random() < 0.3:
            self.kinds.add("decorated names")
            return self.draw.choice(others)
        return FIELDS[key].title

    def _header(self) -> None:
        names = [self._called(key) for key in self.keys]
        if self.has_serial:
            names.insert(0, self.draw.choice(("序号", "No.", "序")))
        self.is_deep = self._chance(0.3, "two-level header")
        self.is_merged = self.draw.random() < 0.7
        groups = self._groups(len(names)) if self.is_deep else [""] * len(names)
        self.header = list(zip(names, groups, strict=True))
        self._put_header()

    def _groups(self, width: int) -> list[str]:
        """Return the group that each column belongs to; none of the running number, nor of some others."""
        made, at = [""] * width, int(self.has_serial)
        for group in _GROUPS:
            size = self.draw.randrange(2, 4)
            if at + size > width:
                break
            if self.draw.random() < 0.75 or not any(made):
                made[at : at + size] = [group] * size
            at += size
        return made

    def _put_header(self) -> None:
        groups = [group for _, group in self.header]
        for n, (name, group) in enumerate(self.header):
            column = self.left + n
            if not group:
                self.page.put(self.row, column, name)
                if self.is_deep and self.is_merged:
                    self.page.merge(self.row, column, 2, 1)
                continue
            self.page.put(self.row + 1, column, name)
            if n == groups.index(group):
                self.page.put(self.row, column, group)
                if self.is_merged:
                    self.page.merge(self.row, column, 1, groups.count(group))
        if self.is_deep and not self.is_merged:
            self.kinds.add("two-level header without merged cells")
        self.row += 1 + self.is_deep

    # --- rows ---

    def _body(self) -> None:
        if self._chance(0.1, "blank rows beneath the header"):
            self.row += 1
        parts = self.draw.choice((1, 1, 1, 2, 3))
        for part in range(parts):
            self._rows(self.draw.randrange(1, 7))
            if part < parts - 1:
                self._between()
        if self._chance(0.4, "totals at the end"):
            self._total()

    def _between(self) -> None:
        if self._chance(0.5, "totals between"):
            self._total()
        self._blank(0.3, "blank rows between")
        if self._chance(0.15, "notes between"):
            self._aside("notes", self.row)
            self._wide(self.draw.choice(_NOTES))
        if self._chance(0.2, "headings of parts"):
            self._aside("notes", self.row)
            self.page.put(self.row, self.left, self.draw.choice(("一、华东区", "二、华北区", "（二）续签")))
            self.page.merge(self.row, self.left, 1, self.right - self.left + 1)
            self.row += 1
        if self._chance(0.3, "header repeated"):
            at = self.row
            self._put_header()
            self._aside("headers", *range(at, self.row))

    def _aside(self, kind: str, *rows: int) -> None:
        self.page.aside.setdefault(kind, []).extend(rows)

    def _rows(self, count: int) -> None:
        tall = self.draw.choice(self.keys) if count > 1 and self._chance(0.15, "merged downwards") else ""
        top, above = self.row, None
        for n in range(count):
            if n and self.draw.random() < 0.04:
                self.kinds.add("blank rows between")
                if not tall:
                    self.row += 1
            values = self._values(tall)
            if tall:
                above = above or FIELDS[tall].written(self.draw)
                values[tall] = above
                if n:
                    self.page.spread.add((self.row, tall))
            self._put_record(values, tall if n else "")
        if tall:
            self.page.merge(top, self.first + self.keys.index(tall), count, 1)

    def _values(self, tall: str) -> dict[str, Written]:
        keys = [key for key in self.keys if key != tall]
        kept = [key for key in keys if self.draw.random() < 0.88] or keys[:1]
        if self.draw.random() < 0.04:
            self.kinds.add("rows of one value")
            kept = [self.draw.choice(keys)]
        return {key: FIELDS[key].written(self.draw) for key in sorted(kept, key=self.keys.index)}

    def _put_record(self, values: dict[str, Written], spread: str) -> None:
        self.count += 1
        if self.has_serial:
            self.page.put(self.row, self.left, self.count)
        for key, cell in values.items():
            if key != spread:
                self.page.cells[self.row, self.first + self.keys.index(key)] = cell
        self.page.records[self.row] = values
        if self.draw.random() < 0.04:
            self.kinds.add("hidden rows")
            self.page.hidden.add(self.row)
        self.row += 1

    def _total(self) -> None:
        numeric = [key for key in self.keys if key in NUMERIC and self.keys.index(key)]
        label = self.draw.choice(_TOTALS)
        if self.has_serial and self.keys[0] not in NUMERIC and self._chance(0.3, "total behind the numbers"):
            self.page.put(self.row, self.first, label)
        else:
            self.page.put(self.row, self.left, label)
        free = min((self.keys.index(key) for key in numeric), default=len(self.keys)) + self.has_serial
        if free > 1 and self.draw.random() < 0.4 and (self.row, self.left) in self.page.cells:
            self.page.merge(self.row, self.left, 1, free)
        for key in numeric:
            self.page.put(self.row, self.first + self.keys.index(key), self.draw.randrange(1000, 9999))
        self._aside("totals", self.row)
        self.row += 1

    # --- beneath ---

    def _end(self) -> None:
        if self.has_serial and self._chance(0.1, "numbers without rows"):
            for n in range(self.draw.randrange(1, 4)):
                self.page.put(self.row + n, self.left, self.count + n + 1)
            self.row += 3
        self._blank(0.3, "blank rows above the notes")
        if self._chance(0.35, "notes"):
            for note in self.draw.sample(_NOTES, self.draw.randrange(1, 3)):
                self._aside("notes", self.row)
                self._wide(note)
        if self._chance(0.2, "signed beneath"):
            self.page.put(self.row, self.left, "制表人：李四")
            self.page.put(self.row, self.left + 2, "审核人：王五")
            self._aside("notes", self.row)
            self.row += 1
        elif self._chance(0.1, "ended in words"):
            self._aside("notes", self.row)
            self._wide(self.draw.choice(("以下空白", "（以下空白）")))


def is_refused(expected: dict[str, Any]) -> bool:
    """Tell whether a record can't be read of the texts that it shows."""
    return any(value is REFUSED for value in expected.values())


def rows_of(page: Page) -> Sequence[Sequence[str]]:
    """Return the texts that a person sees on a sheet, row by row."""
    height = max((row for row, _ in page.cells), default=0)
    width = max((column for _, column in page.cells), default=0)
    return [
        [page.cells[row, column].text if (row, column) in page.cells else "" for column in range(1, width + 1)]
        for row in range(1, height + 1)
    ]
