"""Files given to the desk: filled papers, those with a password, and what is neither a form nor a list."""

import io
import json
import logging
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import docx
import pikepdf
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from generator.desk.giving import tray
from generator.desk.giving.tray import Tray
from generator.desk.store import Store
from generator.desk.web import giving
from generator.desk.web.desk import Desk
from generator.desk.web.giving import Giving
from tests.desk.conftest import Visitor
from tests.desk.given import REPORT, SAMPLES, book, gbk, give, paper

# --- filled papers ---


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_filled_paper_becomes_a_draft_that_says_where_it_was_read(
    visitor: Visitor, store: Store, format: str
) -> None:
    give(visitor, f"回来的.{format}", paper(format))
    (row,) = store.listed()
    assert (row.form, row.status, row.title[:14]) == ("closure-report", "draft", "BG20231017-001")
    raw = store.record(row.id).raw  # type: ignore[union-attr]
    assert (raw["customer_name"], raw["log"][0]["time"]) == ("A公司A", "2023-10-16T09:12:00+08:00")
    assert "response_minutes" not in raw
    assert f"回来的.{format}" in visitor.get("/give").text
    assert f"读自 回来的.{format}" in visitor.get(f"/records/{row.id}/origin").text
    assert store.log()[0].action == "give"


def test_a_paper_is_not_taken_twice_and_another_of_its_number_is_told(visitor: Visitor, store: Store) -> None:
    for name in ("一.docx", "一.docx"):
        give(visitor, name, paper("docx"))
    give(visitor, "二.pdf", paper("pdf"))
    assert len(store.listed()) == 1
    assert visitor.get("/give").text.count("早已读入过") == 2
    other = paper("docx", {**REPORT, "result": "部分恢复"})
    give(visitor, "三.docx", other)
    assert len(store.listed()) == 2
    assert "另有一份编号相同、内容不同的记录" in visitor.get("/give").text
    give(visitor, "三.docx", other)
    assert len(store.listed()) == 2


def test_a_number_that_was_typed_by_hand_is_known_too(visitor: Visitor, store: Store) -> None:
    visitor.begin("closure-report", {"report_no": REPORT["report_no"]})
    give(visitor, "一.docx", paper("docx"))
    assert "另有一份编号相同、内容不同的记录" in visitor.get("/give").text


def test_what_cannot_be_read_of_a_paper_stands_in_the_draft_as_it_stood_there(visitor: Visitor, store: Store) -> None:
    typed = docx.Document(io.BytesIO(paper("docx")))
    (cell,) = [one for one in typed.element.body.iter(f"{W}t") if one.text == "2023-10-17 16:00"][:1]
    cell.text = "上周四下午"
    out = io.BytesIO()
    typed.save(out)
    give(visitor, "一.docx", out.getvalue())
    (row,) = store.listed()
    raw = store.record(row.id).raw  # type: ignore[union-attr]
    (pointer,) = [key for key, value in raw.items() if value == "上周四下午"]
    assert "有几处要填或要改" in visitor.get("/give").text
    (fault,) = [one for one in visitor.save(row.id, raw).json()["faults"] if one["pointer"] == f"/{pointer}"]
    assert fault["code"] == "E-date"


def test_a_register_that_is_filled_in_comes_back_as_one(visitor: Visitor, store: Store) -> None:
    record = json.loads((SAMPLES / "issue-tracker" / "ordinary.json").read_text(encoding="utf-8"))
    give(visitor, "一.docx", paper("docx", record, "issue-tracker"))
    (row,) = store.listed()
    assert row.form == "issue-tracker"
    rows = store.record(row.id).raw["rows"]  # type: ignore[union-attr]
    assert [one["customer_name"] for one in rows] == [one["customer_name"] for one in record["rows"]]


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


# --- what isn't taken ---


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(200 << 20))
    return out.getvalue()


def of_others() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xlsx", bomb, "大得异常"),
        ("a.docx", lambda: paper("docx")[:4000], "已损坏或不完整"),
        ("a.pdf", lambda: paper("pdf")[:4000], "已损坏或不完整"),
        ("a.docx", of_others, "不是本系统发出的表单"),
        ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "已损坏或不完整"),
        ("a.csv", lambda: b"", "0 字节"),
        ("a.csv", lambda: b"\x00\xff" * 40, ""),
        ("a.csv", lambda: "今天天气很好\n我们去公园\n".encode(), "没有找到表头"),
        ("a.exe", lambda: b"MZ", "这种文件读不了"),
        ("", lambda: b"x", "这种文件读不了"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_left_of_it(
    visitor: Visitor, store: Store, tmp_path: Path, name: str, content: Any, why: str
) -> None:
    give(visitor, name, content())
    page = visitor.get("/give").text
    assert "没有读取" in page
    assert why in page
    assert store.listed() == []
    kept = {path.name for path in (tmp_path / "data").rglob("*") if path.is_file()}
    assert {one for one in kept if not one.startswith("desk.db")} == {"held"}


def test_a_file_that_is_too_large_is_told(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "LARGEST", 2 << 20)
    give(visitor, "a.csv", bytes((2 << 20) + 1))
    assert "文件超过 2 MB" in visitor.get("/give").text


def test_a_full_tray_takes_nothing_more(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray, "MOST_BYTES", 10)
    give(visitor, "a.csv", gbk())
    assert "放不下了" in visitor.get("/give").text


def test_a_name_leads_nowhere(visitor: Visitor, tmp_path: Path) -> None:
    before = {path for path in tmp_path.parent.rglob("*") if "given-" not in str(path)}
    name = give(visitor, "../../../../evil.csv", gbk())
    assert "evil.csv" in visitor.get(f"/give/{name}").text
    assert {path for path in tmp_path.parent.rglob("*") if "given-" not in str(path)} - before <= set(
        (tmp_path / "data").iterdir()
    )
    assert visitor.send("POST", "/give", b"x", headers={"x-file-name": "%00%0A" * 400}).status_code == 200


def test_without_the_token_of_the_page_nothing_is_taken(visitor: Visitor, store: Store) -> None:
    visitor.get("/give")
    answer = visitor.client.post("/give", content=paper("docx"), headers={"x-file-name": "a.docx"})
    assert answer.status_code == 403
    assert store.listed() == []


def test_the_tray_keeps_the_last_files_and_is_empty_afterwards(store: Store, tmp_path: Path) -> None:
    old = tmp_path / "data" / "given-before"
    old.mkdir()
    beside = Tray(store)
    made = Tray(store)
    assert (old.exists(), beside.folder.exists()) == (False, True)
    beside.close()
    entries = [made.new("李明", f"{n}.csv") for n in range(101)]
    assert [entry.name for entry in made.of("李明")] == [f"{n}.csv" for n in range(100, 0, -1)]
    assert (entries[0].folder.exists(), entries[1].folder.exists()) == (False, True)
    assert made.entry("王芳", entries[50].id) is None
    made.close()
    assert list((tmp_path / "data").glob("given-*")) == []


# --- what a password protects ---

SECRET = "澄江-9876"


def locked(content: bytes) -> bytes:
    """Return a file as Office, or a program for PDF, protects it by a password."""
    made = io.BytesIO()
    if content.startswith(b"%PDF-"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pdf.save(made, encryption=pikepdf.Encryption(owner="o", user=SECRET))
        return made.getvalue()
    OOXMLFile(io.BytesIO(content)).encrypt(SECRET, made)
    return made.getvalue()


def unlock(visitor: Visitor, name: str, password: str) -> Any:
    return visitor.send("POST", f"/give/{name}/unlock", urlencode({"password": password}).encode())


def test_a_protected_list_asks_for_its_password_and_is_then_read(visitor: Visitor, store: Store) -> None:
    name = give(visitor, "台账.xlsx", locked(book()))
    assert f'hx-post="/give/{name}/unlock"' in visitor.get("/give").text
    wrong = unlock(visitor, name, "不对")
    assert "密码不对" in wrong.text
    assert "不对" not in visitor.get("/give").text
    right = unlock(visitor, name, SECRET)
    assert right.headers["hx-redirect"] == f"/give/{name}"
    assert "共 3 行" in visitor.get(f"/give/{name}").text
    assert unlock(visitor, name, SECRET).status_code == 404


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_protected_paper_becomes_a_draft_once_its_password_is_known(
    visitor: Visitor, store: Store, format: str
) -> None:
    name = give(visitor, f"回来的.{format}", locked(paper(format)))
    assert store.listed() == []
    assert "密码不对" in unlock(visitor, name, "不对").text
    assert unlock(visitor, name, SECRET).headers["hx-redirect"] == "/give"
    (row,) = store.listed()
    assert (row.form, row.title[:14]) == ("closure-report", "BG20231017-001")


def test_a_password_is_kept_nowhere(
    visitor: Visitor, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = give(visitor, "台账.xlsx", locked(book()))
    with caplog.at_level(logging.DEBUG):
        for password in ("错的-5566", SECRET):
            unlock(visitor, name, password)
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    said = caplog.text + "".join(f"{row.action} {row.detail}" for row in store.log())
    for password in ("错的-5566", SECRET):
        assert password.encode() not in held
        assert password not in said


def test_nobody_else_opens_a_file_and_no_folder_is_named_by_it(visitor: Visitor, desk: Desk) -> None:
    name = give(visitor, "../../台账.xlsx", locked(book()))
    assert unlock(visitor, "../" + name, SECRET).status_code in (404, 405)
    assert unlock(visitor, "0" * 32, SECRET).status_code == 404


def test_a_file_that_is_still_being_read_is_not_called_refused(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_done(*_: Any) -> None:
        """Leave the file as it is while it is read."""

    monkeypatch.setattr(Giving, "_look_and_keep", not_done)
    give(visitor, "慢.xlsx", book())
    page = visitor.get("/give").text
    assert "慢.xlsx" in page
    assert "正在读取…" in page
    assert "没有读取" not in page
