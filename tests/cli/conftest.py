"""The command run in this process, with its own arguments and streams, and records to run it on."""

import copy
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.batch.conftest import lines  # noqa: F401  # a fixture

ROOT = Path(__file__).resolve().parents[2]
_CODE = re.compile(r"\[([EW]-[a-z0-9-]+)\]$")

TRACKER_CSV = """\
问题编号,客户名称,问题描述,紧急程度,反馈时间,责任部门,负责人,分析结果,解决方案,计划完成时间,实际完成时间,状态
,A公司A,系统数据同步延迟,高,2023-10-16 09:00,技术部,王*,服务器负载过高,\
服务器扩容+优化代码,2023-10-18 18:00,2023-10-17 16:00,已关闭
,A公司B,设备配件缺失,中,2023-10-16 14:30,物流部,刘*,发货时遗漏,48小时内补发+道歉,2023-10-18 12:00,-,处理中
"""


@dataclass(frozen=True)
class Run:
    """What came of a command: exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def paths(self) -> list[Path]:
        return [Path(line) for line in self.out.splitlines()]

    @property
    def names(self) -> list[str]:
        return [path.name for path in self.paths]

    @property
    def faults(self) -> list[str]:
        return [line for line in self.err.splitlines() if _CODE.search(line)]

    @property
    def codes(self) -> list[str]:
        return [_CODE.search(line)[1] for line in self.faults]  # type: ignore[index]


def _stream(content: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="\n", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    return stream.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Run]:
    """Run `biaodan` with arguments in this process, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in ("BIAODAN_LANG", "BIAODAN_PATH", "BIAODAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object, stdin: bytes | str = b"") -> Run:
        from generator.cli import main

        given = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = _stream(), _stream()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["biaodan", *map(str, arguments)])
            patch.setattr(sys, "stdin", _stream(given))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as stop:
                main()
        result = Run(int(stop.value.code or 0), _text(out), _text(err))
        assert "Traceback" not in result.out + result.err
        return result

    return run


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., Run]:
    """Run `python -m generator` as a process of its own; `env` is set on top of a bare environment."""

    def run(*arguments: object, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Run:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BIAODAN_", "LC_", "LANG", "PYTHON"))}
        done = subprocess.run(
            [sys.executable, "-m", "generator", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT), "LANG": "C", **(env or {})},
            timeout=120,
            check=False,
        )
        result = Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
        assert "Traceback" not in result.out + result.err
        return result

    return run


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of the test: JSON from Python values, text as UTF-8, bytes as they are."""

    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8", newline="")
        else:
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def report() -> dict[str, Any]:
    """A closure report that is right: one document a record."""
    path = ROOT / "samples" / "closure-report" / "ordinary.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def report_with(report: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """The closure report with some fields changed; `...` takes a field out."""

    def changed(**fields: Any) -> dict[str, Any]:
        record = copy.deepcopy(report) | fields
        return {key: value for key, value in record.items() if value is not ...}

    return changed


@pytest.fixture
def issue() -> Callable[..., dict[str, Any]]:
    """A row of the issue tracker with some fields changed."""

    def row(**fields: Any) -> dict[str, Any]:
        made = {
            "customer_name": "A公司A",
            "problem": "系统数据同步延迟",
            "severity": "high",
            "reported_at": "2023-10-16 09:00",
            "status": "open",
        }
        return {key: value for key, value in (made | fields).items() if value is not ...}

    return row


@pytest.fixture
def checklist() -> dict[str, Any]:
    """A troubleshooting checklist with personal values: it isn't masked by default."""
    path = ROOT / "samples" / "troubleshooting-checklist" / "ordinary.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def tracker_csv() -> str:
    """The desk's two rows as they are: no issue numbers, `-` for a time that isn't there yet."""
    return TRACKER_CSV


def docx_text(path: Path) -> str:
    """Return the text of a DOCX, a paragraph a line."""
    import zipfile

    from lxml import etree

    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(path) as archive:
        parts = [n for n in archive.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", n)]
        roots = [etree.fromstring(archive.read(name)) for name in sorted(parts)]
    return "\n".join("".join(t.text or "" for t in p.iter(f"{w}t")) for root in roots for p in root.iter(f"{w}p"))


def xlsx_text(path: Path) -> str:
    """Return the text of the first sheet, a row a line, cells apart by tabs."""
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return "\n".join("\t".join(map(str, row)) for row in rows)


def pdf_text(path: Path) -> str:
    """Return the text of a PDF."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


@pytest.fixture
def text_in() -> Callable[[Path], str]:
    """Return what a reader sees in a document of any format."""
    readers = {".docx": docx_text, ".xlsx": xlsx_text, ".pdf": pdf_text}
    return lambda path: readers[path.suffix.lower()](path)
