"""A desk's day from nothing: its name, logo and seal, the list that it has kept for years, a report and a letter of its
own, documents of many records, the month. Nobody writes JSON.
"""

import json
import random
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
from PIL import Image
from writers.reading import READERS

from tests.adapting.editing import Edited
from tests.cli.conftest import ROOT, Run

OFFICE = "江城云海科技有限公司"
LETTERS = 100
SAMPLES = ROOT / "samples"


def picture(path: Path, size: tuple[int, int], colour: str) -> str:
    Image.new("RGBA", size, colour).save(path)
    return str(path)


MAY = [
    (
        "王芳",
        "登录后页面空白",
        datetime(2024, 5, 6, 9),
        "系统故障",
        "紧急",
        "技术部",
        datetime(2024, 5, 6, 11),
        "已办结",
    ),
    ("李强", "多扣了服务费", datetime(2024, 5, 8, 14), "收费", "一般", "财务部", datetime(2024, 5, 9, 14), "已办结"),
    ("赵敏", "不会开发票", datetime(2024, 5, 20, 10), "收费", "一般", "财务部", datetime(2024, 5, 24, 10), "已办结"),
    ("王芳", "配件少了两个", datetime(2024, 5, 21, 16), "配件", "紧急", "物流部", None, "处理中"),
]
"""The last month of the list; three days are allowed: two were in time, one a day late, one is open past its day."""


def tracker(path: Path) -> Path:
    """Write a list as one that grew for six years: a title, names in two rows, totals and a note beneath."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    groups = {"客户信息": ["姓名", "手机", "问题"], "受理": ["时间", "渠道", "类型", "轻重"]}
    groups |= {"处理": ["科室", "责任人", "要求办结", "办结时间", "进度"]}
    sheet.append(["云海科技投诉台账（2019—2024）"])
    names = [(group if not n else None, name) for group, under in groups.items() for n, name in enumerate(under)]
    sheet.append(["编号", *(group for group, _ in names), "费用（元）"])
    sheet.append([None, *(name for _, name in names), None])
    for area in ("A1:N1", "A2:A3", "B2:D2", "E2:H2", "I2:M2", "N2:N3"):
        sheet.merge_cells(area)
    choose = random.Random(1)  # nothing secret
    former = [datetime(2019, 1, 7, 9) + timedelta(days=48 * n) for n in range(40)]  # until February 2024
    kinds = [(what, kind, office) for _, what, _, kind, _, office, _, _ in MAY]
    rows = [
        (choose.choice(["王芳", "李强", "赵敏"]), what, at, kind, "一般", office, at + timedelta(hours=30), "已办结")
        for at in former
        for what, kind, office in [choose.choice(kinds)]
    ]
    for n, (who, what, at, kind, level, office, done, state) in enumerate([*rows, *MAY]):
        how, due = choose.choice(["电话", "微信", "现场"]), (at + timedelta(3)).date()
        row = [f"TS{at:%Y}-{n:03}", who, f"1380000{n:04}", what, at, how, kind, level]
        sheet.append([*row, office, "陈静", due, done, state, 10.5 * n])
    sheet.append(["合计", *[None] * 12, "=SUM(N4:N47)"])
    sheet.append(["备注：费用为垫付金额。"])
    book.save(path)
    return path


def closures(path: Path) -> Path:
    """Write the list of issues that are closed, by the names that staff know, without report numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(
        [
            "问题编号",
            "客户名称",
            "问题概述",
            "反馈时间",
            "关闭时间",
            "处理过程",
            "根本原因",
            "解决方案",
            "处理结果",
            "预防措施",
            "网点",
        ]
    )
    for n in range(LETTERS):
        log = "时间：2024-05-06 10:00；内容：登记\n时间：2024-05-07 15:00；内容：修复"
        row = [f"WT-{n:02}", f"客户{n}", "页面打不开", "2024-05-06 09:00", "2024-05-08 16:00", log]
        sheet.append([*row, "参数有误", "改正参数", "恢复正常", "上线前核对", "江北"])
    book.save(path)
    return path


def replies(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["问题编号", "客户名称", "根本原因分析", "修复措施", "预防建议", "联系人", "电话"])
    for n in range(LETTERS):
        sheet.append([f"WT-{n:02}", f"客户{n}", "参数有误", "改正参数", "上线前核对", "陈静", "400-000-1234"])
    book.save(path)
    return path


def text_of(path: Path) -> str:
    """Return all text of a Word document, heads and feet too."""
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name.endswith(".xml")]
        return "".join(part for part in parts if "<w:" in part)


@pytest.fixture
def desk(cli: Callable[..., Run], tmp_path: Path) -> Path:
    logo, seal = picture(tmp_path / "logo.png", (300, 100), "navy"), picture(tmp_path / "seal.png", (200, 200), "red")
    done = cli("init", ".", "--name", OFFICE, "--logo", logo, "--seal", seal, "--phone", "027-8888-6666")
    assert done.code == 0, done.err
    settings = (tmp_path / "biaodan.toml").read_text(encoding="utf-8")
    (tmp_path / "forms").mkdir()
    settings = settings.replace('# folder = "forms"', 'folder = "forms"').replace(
        "# closure-report =", "closure-report ="
    )
    (tmp_path / "biaodan.toml").write_text(settings, encoding="utf-8")
    return tmp_path


def test_the_old_list_becomes_a_form_and_prints_on_the_desk_s_paper(cli: Callable[..., Run], desk: Path) -> None:
    path = tracker(desk / "台账.xlsx")
    assert cli("import", path, "-o", "forms/complaints.json").code == 0
    assert cli("lint", "forms/complaints.json").code == 0
    assert cli("check", "complaints", path).code == 0
    done = cli("render", "complaints", path, "-o", "paper", "-f", "docx,xlsx,pdf")
    assert done.code == 0, done.err
    text = text_of(desk / "paper" / "complaints.docx")
    assert OFFICE in text
    assert "TS2019-000" in text
    sheet = openpyxl.load_workbook(desk / "paper" / "complaints.xlsx").worksheets[0]
    assert len(sheet._images) == 1  # the logo


def test_the_old_list_s_last_month_is_summed_up_on_the_desk_s_paper(cli: Callable[..., Run], desk: Path) -> None:
    """All that a person adds to the proposed map is which of their levels is which of ours."""
    path = tracker(desk / "台账.xlsx")
    assert cli("map", "summary", path, "-o", "对照.toml").code == 0
    text = Path("对照.toml").read_text(encoding="utf-8")
    for level, ours in (("紧急", "P0"), ("一般", "P1")):
        assert f'# "{level}" = ""' in text
        text = text.replace(f'# "{level}" = ""', f'"{level}" = "{ours}"')
    Path("对照.toml").write_text(text, encoding="utf-8")
    done = cli("summary", "2024-05", path, "--map", "对照.toml", "-o", "month", "-f", "docx,pdf", "--json")
    assert done.code == 0, done.err
    left = [line for line in done.faults if line.endswith("[W-columns-left]")]
    assert len(left) == 1
    assert "客户信息/手机、费用（元）" in left[0], "all else of the list is read"
    paper = READERS["docx"](next(Path("month").glob("*.docx")).read_bytes()).text
    for said in (OFFICE, "受理总量\n4", "解决达标率\n50%", "收费\n2\n0\n50%", "财务部\n2", "配件少了两个"):
        assert said in paper, paper
    traditional = cli("summary", "2024-05", path, "--map", "对照.toml", "-o", "月.pdf", "--lang", "zh-Hant")
    assert traditional.code == 0, traditional.err


def test_reports_are_the_desk_s_own_and_numbered(
    cli: Callable[..., Run], desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1715212800")  # 2024-05-09
    adapted(cli, desk)
    done = cli("batch", "closure-report", closures(desk / "关闭.xlsx"), "-o", "reports", "-f", "docx,pdf", "--no-mask")
    assert done.code == 0, done.err
    made = sorted((desk / "reports").glob("*.docx"))
    assert [path.stem for path in made] == [f"closure-report-BG20240509-{n:03}" for n in range(1, LETTERS + 1)]
    text = text_of(made[0])
    for said in ("云海问题关闭报告", "网点", "江北", OFFICE, "BG20240509-001"):
        assert said in text
    back = json.loads(cli("read", made[3]).out)
    assert back["record"]["report_no"] == "BG20240509-004"


def adapted(cli: Callable[..., Run], desk: Path) -> None:
    """Change the closing report in a workbook, and read it back into the desk's folder."""
    assert cli("adapt", "closure-report").code == 0
    edited = Edited(desk / "closure-report.xlsx")
    edited.put("#", hans="云海问题关闭报告", en="Yunhai closure report")
    edited.put("/root_cause", hans="查明的原因", en="What caused it")
    edited.put("/temporary_measure", shown="否")
    edited.add(hans="网点", en="Branch", kind="文字", place="4")
    edited.word("actions-taken", "zh-Hans", "办理经过")
    edited.word("actions-taken", "en", "What was done")
    edited.save()
    done = cli("adapt", "closure-report.xlsx")
    assert (done.code, done.err) == (0, "")
    assert [path.name for path in done.paths] == ["closure-report.patch.json"]
    assert cli("lint", done.paths[0]).code == 0
    again = cli("adapt", "closure-report", "-o", "again.xlsx"), cli("adapt", "again.xlsx")
    assert [done.code for done in again] == [0, 0]
    assert "没有改动" in again[1].err


def test_an_adapted_report_reads_so_in_every_language_and_format(cli: Callable[..., Run], desk: Path) -> None:
    adapted(cli, desk)
    record = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))
    source = desk / "记录.json"  # one that has all fields
    source.write_text(json.dumps({**record, "branch": "江北"}, ensure_ascii=False), encoding="utf-8")
    said = {
        "zh-Hans": ("云海问题关闭报告", "查明的原因", "网点", "办理经过", "临时措施"),
        "zh-Hant": ("雲海問題關閉報告", "查明的原因", "網點", "辦理經過", "臨時措施"),
        "en": ("Yunhai closure report", "What caused it", "Branch", "What was done", "Interim measure"),
    }
    for lang, (*there, gone) in said.items():
        done = cli("render", "closure-report", source, "-o", f"paper-{lang}", "-f", "docx,xlsx,pdf", "--lang", lang)
        assert done.code == 0, done.err
        for path in done.paths:
            text = "".join(READERS[path.suffix.lstrip(".")](path.read_bytes()).text.split())  # titles are spaced
            assert [word for word in (*there, "江北") if "".join(word.split()) not in text] == [], path
            assert "".join(gone.split()) not in text, path


def test_letters_are_the_desk_s_own_word_file(cli: Callable[..., Run], desk: Path) -> None:
    assert cli("template", "solution-reply", "-o", "回复.docx").code == 0
    document = docx.Document("回复.docx")
    document.add_paragraph("本公司对给您带来的不便深表歉意，{{ 客户名称 }}。")
    document.save("回复.docx")
    assert cli("lint", "回复.docx", "--form", "solution-reply").code == 0
    source = replies(desk / "回复.xlsx")
    done = cli("batch", "solution-reply", source, "--template", "回复.docx", "-o", "letters", "-f", "docx", "--no-mask")
    assert done.code == 0, done.err
    made = sorted((desk / "letters").glob("*.docx"))
    assert len(made) == LETTERS
    assert "不便深表歉意，客户0。" in text_of(made[0])


def test_a_sealed_letter_bears_the_seal_and_a_blank_one_does_not(cli: Callable[..., Run], desk: Path) -> None:
    source = replies(desk / "回复.xlsx")
    assert cli("batch", "solution-reply", source, "-o", "letters", "-f", "docx").code == 0
    assert cli("blank", "solution-reply", "-o", "blank", "-f", "docx").code == 0
    (blank,) = (desk / "blank").glob("*.docx")
    letter = next((desk / "letters").glob("*.docx"))
    assert {"seal" in name for name in zipfile.ZipFile(letter).namelist() if "/media/" in name} == {True, False}
    assert not any("seal" in name for name in zipfile.ZipFile(blank).namelist())
