"""A tracker as a desk keeps it becomes register, report and summary by the commands alone.

It has a title, what is said above, two rows of header, merged cells, running numbers, totals, a note, two sheets, words
and dates as people write them; a person corrects the proposed map as a text.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from writers.reading import READERS

Cells = Sequence[Any]


def joined(*parts: Cells) -> list[Any]:
    return [cell for part in parts for cell in part]


CHINESE = {
    "基本信息": ["序号", "工单号", "客户姓名", "联系方式", "问题类别"],
    "问题": ["问题描述", "紧急程度", "处理状态", "受理渠道"],
    "办理": ["责任科室", "经办人", "上报时间", "首次响应时间", "要求完成日期", "实际办结时间", "满意度"],
    "总结": ["处理过程", "根本原因", "解决办法", "处理结果", "预防措施", "内部备注"],
}
LOG = "2024-05-02 09:20 已电话联系客户\n2024-05-02 11:00 定位为缓存过期\n2024-05-02 15:00 已清理并回访"
MAY = [
    joined(
        [1, "GD0501", "华明贸易", "13800000001", "系统故障", "登录后白屏", "紧急", "已办结", "电话", "技术部", "李明"],
        [datetime(2024, 5, 2, 9), datetime(2024, 5, 2, 9, 20), datetime(2024, 5, 3), datetime(2024, 5, 2, 15), 5],
        [LOG, "缓存没有按时失效", "清理缓存", "恢复正常", "缓存加时限", "勿外传"],
    ),
    joined(
        [2, "GD0502", None, "13800000001", "费用争议", "多扣一笔服务费", "一般", "处理中", "邮件", "财务部", "王芳"],
        [datetime(2024, 5, 6, 10), datetime(2024, 5, 6, 13), datetime(2024, 5, 9)],
    ),
    joined(
        [3, "GD0503", "远航科技", "13800000003", "咨询", "如何开具发票", "一般", "已办结", "在线", "客服部", "王芳"],
        [datetime(2024, 5, 8, 11), datetime(2024, 5, 8, 11, 5), "5月10日", datetime(2024, 5, 8, 12), 4],
    ),
]
JUNE = [
    joined(
        [
            1,
            "GD0601",
            "远航科技",
            "13800000003",
            "系统故障",
            "报表导出失败",
            "紧急",
            "处理中",
            "电话",
            "技术部",
            "李明",
        ],
        [datetime(2024, 6, 3, 9), datetime(2024, 6, 3, 9, 40), datetime(2024, 6, 4)],
    ),
]


def sheet_of(sheet: Any, above: Sequence[str], groups: dict[str, list[str]], rows: Sequence[Cells]) -> None:
    width = sum(map(len, groups.values()))
    for text in above:
        sheet.append([text])
    sheet.append([name if not n else None for name, under in groups.items() for n in range(len(under))])
    sheet.append([name for under in groups.values() for name in under])
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    first, row = 1, len(above) + 1
    for under in groups.values():
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=first + len(under) - 1)
        first += len(under)


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for month, rows in ((5, MAY), (6, JUNE)):
        sheet = book.create_sheet(f"{month}月")
        above = [f"客户问题台账（2024年{month}月）", f"统计日期：2024-{month:02}-28  制表人：张敏"]
        sheet_of(sheet, above, CHINESE, rows)
        sheet.append(["合计", f"{len(rows)} 件"])
        sheet.append(["填表说明：以系统登记时间为准。"])
    book["5月"].merge_cells("C5:C6")
    del book["Sheet"]
    book.save(tmp_path / "台账.xlsx")
    return Path("台账.xlsx")


def corrected(file: Path, *changes: tuple[str, str]) -> None:
    """Change a map as a person does in an editor; every line that is looked for must be there."""
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def map_of(cli: Any, tracker: Path, *options: str) -> Path:
    done = cli("map", "issue-tracker,closure-report,summary", tracker, "--sheet", "all", "-o", "对照.toml", *options)
    assert (done.code, done.paths, done.codes) == (0, [Path("对照.toml")], ["W-map-proposed"])
    return Path("对照.toml")


@pytest.fixture
def chinese_map(cli: Any, tracker: Path) -> Path:
    made = map_of(cli, tracker)
    levels = ('# "紧急" = ""\n# "一般" = ""', '"紧急" = "P0"\n"一般" = "P1"')
    corrected(made, levels, ("# year = 2024", "year = 2024"))
    return made


def lines(file: Path) -> list[list[str]]:
    """Return the texts of the filled rows of a workbook's first sheet, as numbers and days are written there."""
    sheet = openpyxl.load_workbook(file).worksheets[0]
    rows = ([str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True))
    return [row for row in rows if row]


def text_of(file: Path) -> str:
    """Return the text of a Word document with that of its tables, headers and footers."""
    return str(READERS["docx"](file.read_bytes()).text)


LEFT_OUT = [
    "台账.xlsx:5月: 合计类的行不算记录，没有读入：第 8 行",
    "台账.xlsx:5月: 说明性的行不算记录，没有读入：第 9 行",
    "台账.xlsx:6月: 合计类的行不算记录，没有读入：第 6 行",
    "台账.xlsx:6月: 说明性的行不算记录，没有读入：第 7 行",
]


def told(done: Any, columns: Sequence[str], rows: Sequence[str]) -> None:
    """Assert that every column and row that wasn't read is named, and that nothing else is told."""
    assert done.codes.count("W-columns-left") == 1
    line = line_of(done, "W-columns-left")
    assert all(name in line for name in columns), line
    rest = [other for other in done.faults if other != line]
    assert len(rest) == len(rows), rest
    assert all(line.startswith(row) for line, row in zip(rest, rows, strict=True)), rest


def line_of(done: Any, code: str) -> str:
    return next(line for line in done.faults if line.endswith(f"[{code}]"))


def test_without_corrections_what_is_open_is_asked_for(cli: Any, tracker: Path) -> None:
    made = map_of(cli, tracker)
    done = cli("render", "issue-tracker", tracker, "--map", made, "-o", "跟踪表.xlsx")
    assert done.code == 1
    assert [code for code in done.codes if code.startswith("E-")] == ["E-date-year-missing"]
    assert "台账.xlsx:5月!7: 计划完成时间" in line_of(done, "E-date-year-missing")
    assert not Path("跟踪表.xlsx").exists()


def test_a_tracker_becomes_a_register(cli: Any, tracker: Path, chinese_map: Path) -> None:
    done = cli("render", "issue-tracker", tracker, "--map", chinese_map, "-o", "跟踪表.xlsx", "--no-mask")
    assert (done.code, done.paths) == (0, [Path("跟踪表.xlsx")])
    told(
        done,
        ["联系方式", "问题类别", "受理渠道", "满意度", "处理过程", "内部备注"],
        ["台账.xlsx: 几张工作表上方写的不一样：统计日期", *LEFT_OUT],
    )
    shown = lines(Path("跟踪表.xlsx"))
    captions = next(n for n, row in enumerate(shown) if "统计日期" in row)
    assert shown[captions + 1][shown[captions].index("统计日期")].startswith("2024-05-28")
    assert shown[captions + 1][shown[captions].index("制表人")] == "张敏"
    records = [row for row in shown if row[0].startswith("GD")]
    assert [row[0] for row in records] == ["GD0501", "GD0502", "GD0503", "GD0601"]
    assert records[0][1:4] == ["华明贸易", "登录后白屏", "高"]
    assert records[1][1:4] == ["华明贸易", "多扣一笔服务费", "中"], "the customer's cell is merged with the one above"
    assert "2024-05-10 00:00:00" in records[2]
    assert [row[-1] for row in records] == ["已关闭", "处理中", "已关闭", "处理中"]


def test_one_row_becomes_a_report(cli: Any, tracker: Path, chinese_map: Path) -> None:
    where = ("--where", "工单号=GD0501", "--set", "报告编号=BG0501", "--no-mask")
    done = cli("render", "closure-report", tracker, "--map", chinese_map, "-o", "报告.docx", *where)
    assert (done.code, done.paths) == (0, [Path("报告.docx")])
    told(done, ["联系方式", "责任科室", "内部备注"], LEFT_OUT)
    text = text_of(Path("报告.docx"))
    for said in ("BG0501", "GD0501", "华明贸易", "登录后白屏", "P0", "缓存没有按时失效", "清理缓存", "缓存加时限"):
        assert said in text
    for said in ("已电话联系客户", "定位为缓存过期", "已清理并回访", "2024-05-02 11:00"):
        assert said in text
    assert "远航科技" not in text
    assert "勿外传" not in text


def test_no_row_of_that_number_is_told(cli: Any, tracker: Path, chinese_map: Path) -> None:
    where = ("--where", "工单号=GD9999", "--set", "报告编号=BG0501")
    done = cli("render", "closure-report", tracker, "--map", chinese_map, "-o", "报告.docx", *where)
    assert done.code == 1
    assert "E-where-none" in done.codes
    assert not Path("报告.docx").exists()


def test_a_month_of_both_sheets_is_summed_up(cli: Any, tracker: Path, chinese_map: Path) -> None:
    for month, count in (("2024-05", "3"), ("2024-06", "1")):
        done = cli("summary", month, tracker, "--map", chinese_map, "-o", f"{month}.docx", "--no-mask")
        assert (done.code, done.paths) == (0, [Path(f"{month}.docx")])
        told(done, ["联系方式", "处理过程", "内部备注"], LEFT_OUT)
        assert f"受理总量\n{count}" in text_of(Path(f"{month}.docx"))
    text = text_of(Path("2024-05.docx"))
    for said in ("系统故障", "费用争议", "咨询", "在线", "缓存没有按时失效"):
        assert said in text
    assert "6月" not in text


# --- in English words ------------------------------------------------------------------------------------------------

ENGLISH = {
    "Ticket": ["#", "Ticket ID", "Client", "Phone", "Category", "Issue details", "Urgency", "State", "Source"],
    "Handling": ["Team", "Assigned to", "Opened", "First reply", "Target date", "Closed on", "Rating"],
    "Closure": ["Log", "Root cause", "Fix", "Outcome", "Preventive action"],
}
ISSUES = [
    joined(
        [
            1,
            "T-501",
            "Huaming Ltd",
            "13800000001",
            "System failure",
            "White page",
            "Urgent",
            "Closed",
            "Phone",
            "IT",
            "Li",
        ],
        [datetime(2024, 5, 2, 9), datetime(2024, 5, 2, 9, 20), datetime(2024, 5, 3), datetime(2024, 5, 2, 15), 5],
        [
            "2024-05-02 09:20 Called the customer\n2024-05-02 15:00 Cleared it",
            "Stale cache",
            "Cleared",
            "Works",
            "Expiry",
        ],
    ),
    joined(
        [
            2,
            "T-502",
            None,
            "13800000001",
            "Fee dispute",
            "Charged twice",
            "Normal",
            "In progress",
            "Email",
            "Finance",
            "Wang",
        ],
        [datetime(2024, 5, 6, 10), datetime(2024, 5, 6, 13), datetime(2024, 5, 9)],
    ),
]
LATER = [
    joined(
        [
            1,
            "T-601",
            "Yuanhang",
            "13800000003",
            "System failure",
            "Export fails",
            "Urgent",
            "In progress",
            "Phone",
            "IT",
            "Li",
        ],
        [datetime(2024, 6, 3, 9), datetime(2024, 6, 3, 9, 40), datetime(2024, 6, 4)],
    ),
]
ENGLISH_LEFT_OUT = [
    "issues.xlsx:May: totals are no records",
    "issues.xlsx:May: notes are no records",
    "issues.xlsx:June: totals are no records",
    "issues.xlsx:June: notes are no records",
]


@pytest.fixture
def english(tmp_path: Path, cli: Any) -> tuple[Path, Path]:
    """Return a tracker in English words and its corrected map."""
    book = openpyxl.Workbook()
    for name, rows in (("May", ISSUES), ("June", LATER)):
        sheet = book.create_sheet(name)
        sheet_of(sheet, [f"Customer issue log, {name} 2024", "Compiled by: Zhang Min"], ENGLISH, rows)
        sheet.append(["Total", f"{len(rows)} issues"])
        sheet.append(["Note: times are those of the system."])
    book["May"].merge_cells("C5:C6")
    del book["Sheet"]
    book.save(tmp_path / "issues.xlsx")
    made = map_of(cli, Path("issues.xlsx"), "--lang", "en")
    corrected(made, ('# "Urgent" = ""\n# "Normal" = ""', '"Urgent" = "P0"\n"Normal" = "P1"'))
    return Path("issues.xlsx"), made


def test_an_english_tracker_becomes_a_register(cli: Any, english: tuple[Path, Path]) -> None:
    options = ("--map", english[1], "--no-mask", "--lang", "en")
    done = cli("render", "issue-tracker", english[0], "-o", "tracker.xlsx", *options)
    assert (done.code, done.paths) == (0, [Path("tracker.xlsx")])
    told(done, ["Phone", "Category", "Rating", "Log"], ENGLISH_LEFT_OUT)
    shown = lines(Path("tracker.xlsx"))
    assert any("Zhang Min" in row for row in shown)
    records = [row for row in shown if row[0].startswith("T-")]
    assert [row[:4] for row in records] == [
        ["T-501", "Huaming Ltd", "White page", "High"],
        ["T-502", "Huaming Ltd", "Charged twice", "Medium"],
        ["T-601", "Yuanhang", "Export fails", "High"],
    ]
    assert [row[-1] for row in records] == ["Closed", "In progress", "In progress"]


def test_an_english_row_becomes_a_report(cli: Any, english: tuple[Path, Path]) -> None:
    options = ("--map", english[1], "--where", "Ticket ID=T-501", "--set", "report_no=R-1", "--no-mask", "--lang", "en")
    done = cli("render", "closure-report", english[0], "-o", "report.docx", *options)
    assert (done.code, done.paths) == (0, [Path("report.docx")])
    told(done, ["Phone", "Team", "Rating"], ENGLISH_LEFT_OUT)
    text = text_of(Path("report.docx"))
    for said in ("R-1", "T-501", "Huaming Ltd", "Called the customer", "Cleared it", "Stale cache", "Works", "Expiry"):
        assert said in text
    assert "Yuanhang" not in text


def test_an_english_month_is_summed_up(cli: Any, english: tuple[Path, Path]) -> None:
    options = ("--map", english[1], "--no-mask", "--lang", "en")
    done = cli("summary", "2024-05", english[0], "-o", "month.docx", *options)
    assert (done.code, done.paths) == (0, [Path("month.docx")])
    told(done, ["Phone", "Log", "Fix"], ENGLISH_LEFT_OUT)
    text = text_of(Path("month.docx"))
    assert "Issues received\n2" in text
    assert "Fee dispute" in text


# --- other desks' trackers -------------------------------------------------------------------------------------------

TRADITIONAL = [
    ["客戶問題追蹤總表"],
    [
        "項次",
        "案件編號",
        "客戶",
        "問題說明",
        "嚴重程度",
        "狀態",
        "負責人",
        "部門",
        "受理時間",
        "預計完成日",
        "結案時間",
    ],
    [
        1,
        "A-1",
        "華明貿易",
        "登入後白屏",
        "緊急",
        "已結案",
        "李明",
        "技術部",
        "2024/5/2 09:00",
        "2024/5/3",
        "2024/5/2 15:00",
    ],
    [2, "A-2", "遠航", "無法開發票", "一般", "處理中", "王芳", "財務部", "2024/5/6 10:00", "2024/5/9", "—"],
    ["合計", "2 件"],
]
MARGIN = [
    [""],
    ["", "某某公司客户服务部"],
    ["", "2024年度问题登记"],
    ["", "统计日期：2024-06-01", "", "制表人：张敏"],
    ["", "编号", "来电单位", "反映内容", "级别", "进度", "承办人", "承办部门", "来电时间", "限办时间", "办结时间"],
    ["", "A-1", "华明贸易", "白屏", "紧急", "办结", "李明", "技术部", "2024.5.2 9:00", "5月3日", "2024.5.2 15:00"],
    ["", "A-2", "远航", "发票", "普通", "在办", "王芳", "财务部", "2024.5.6 10:00", "5月9日", "—"],
]


@pytest.mark.parametrize(
    ("rows", "lang", "level", "names"),
    [
        (TRADITIONAL, "zh-Hant", "高", ["案件編號", "客戶", "問題說明", "嚴重程度", "狀態", "預計完成日", "結案時間"]),
        (
            MARGIN,
            "zh-Hans",
            "高",
            ["编号", "来电单位", "反映内容", "级别", "进度", "承办人", "来电时间", "限办时间", "办结时间"],
        ),
    ],
    ids=["traditional", "margin"],
)
def test_the_proposed_map_of_another_desk_is_nearly_right(
    rows: list[list[object]], lang: str, level: str, names: list[str], cli: Any, tmp_path: Path
) -> None:
    """Nothing has to be corrected but the year; a title above the header isn't a group of its columns."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "登记.xlsx")
    assert cli("map", "issue-tracker", "登记.xlsx", "-o", "对照.toml", "--lang", lang).code == 0
    text = Path("对照.toml").read_text(encoding="utf-8")
    assert [name for name in names if f'\n"{name}" = ' not in text] == []
    assert "ignore" not in text
    Path("对照.toml").write_text(text.replace("# year = 2024", "year = 2024"), encoding="utf-8")
    done = cli(
        "render", "issue-tracker", "登记.xlsx", "--map", "对照.toml", "-o", "表.xlsx", "--no-mask", "--lang", lang
    )
    assert done.code == 0, done.err
    records = [row for row in lines(Path("表.xlsx")) if row[0].startswith("A-")]
    assert [row[3] for row in records] == [level, "中"]
    assert ["2024-05-03 00:00:00" in row for row in records] == [True, False]


def test_columns_beneath_the_name_of_a_nested_list_are_proposed_as_its_own(cli: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["基本信息", None, None, "处理经过", None])
    sheet.append(["工单号", "客户", "问题描述", "时间", "内容"])
    sheet.append(["GD1", "华明", "白屏", "2024-05-02 09:20", "已联系"])
    for area in ("A1:C1", "D1:E1"):
        sheet.merge_cells(area)
    book.save(tmp_path / "台账.xlsx")
    assert cli("map", "closure-report", "台账.xlsx", "-o", "对照.toml").code == 0
    text = Path("对照.toml").read_text(encoding="utf-8")
    assert '"处理经过/时间" = "处理过程/时间"' in text
    assert '"处理经过/内容" = "处理过程/内容"' in text
