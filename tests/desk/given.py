"""Files as people give them to the desk, and what they do with them there."""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl

from generator.api import make_job, to_bytes
from generator.records import ListSource
from tests.desk.conftest import Visitor

SAMPLES = Path(__file__).parents[2] / "samples"
REPORT = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))
HEADER = ("问题编号", "客户名称", "问题描述", "紧急程度", "反馈时间", "责任部门", "经手人", "状态")
ROWS = (
    ("WT1", "澄江纸业", "系统数据同步延迟", "高", "2024-05-06 09:00", "技术部", "李明", "处理中"),
    ("WT2", "远航科技", "发票抬头有误", "中", "2024-05-07 10:30", "财务部", "王芳", "处理中"),
    ("WT3", "华明贸易", "配件缺失", "低", "昨天", "物流部", "周平", "处理中"),
)


def paper(format: str, record: Mapping[str, Any] = REPORT, form: str = "closure-report") -> bytes:
    """Return a record as a paper that is filled in on screen."""
    job = make_job(form, fillable=True)
    composed = next(iter(job.documents(ListSource(record, job.form))))
    assert composed.document is not None
    return to_bytes(composed.document, format)


def gbk(rows: Any = (HEADER, *ROWS)) -> bytes:
    """Return a list as Excel in China saves CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("gbk")


def book(rows: Any = (HEADER, *ROWS)) -> bytes:
    """Return a list as a workbook, with its title and the date of the count above the header."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(["客户问题台账"])
    sheet.append(["统计日期：2024-05-28", "", "制表人：张敏"])
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def give(visitor: Visitor, name: str, content: bytes) -> str:
    """Give a file as a browser does; return its id on the tray."""
    sent = "".join(f"%{byte:02X}" for byte in name.encode())
    answer = visitor.send("POST", "/give", content, headers={"x-file-name": sent})
    assert answer.status_code == 200
    return str(answer.json()["id"])


def change(visitor: Visitor, name: str, **fields: str) -> str:
    """Change how a list is read; return what the page then shows."""
    answer = visitor.send("POST", f"/give/{name}", urlencode(fields).encode())
    assert answer.status_code == 200
    return answer.text


def take(visitor: Visitor, name: str, **fields: str) -> str:
    answer = visitor.send("POST", f"/give/{name}/take", urlencode(fields).encode())
    assert answer.status_code == 200
    return answer.text


def numbered(page: str, column: str) -> str:
    """Return the name of the choice of what a column is."""
    found = re.search(rf'<label for="(c\d+)">{column}</label>', page)
    assert found
    return found[1]


def chosen(page: str, column: str) -> str:
    """Return the pointer that a column is read as."""
    select = page.partition(f'name="{numbered(page, column)}"')[2].partition("</select>")[0]
    found = re.search(r'<option value="([^"]*)" selected>', select)
    return found[1] if found else ""
