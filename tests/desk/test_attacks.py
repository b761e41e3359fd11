"""What somebody tries who means harm: markup in every text, addresses that break out, files that lie, odd requests."""

import base64
import io
import json
import logging
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import lxml.html
import openpyxl
import pytest
from starlette.testclient import TestClient

from generator.desk.office import Office, Setup
from generator.desk.pool import Workers
from generator.desk.store import Store
from generator.desk.web import making
from generator.desk.web.app import application
from generator.desk.web.desk import Desk
from generator.desk.web.guard import Guard
from tests.desk.case_walk import begin, post
from tests.desk.conftest import HOST, Visitor
from tests.desk.given import HEADER, REPORT, ROWS, book, give, paper
from tests.desk.people import at

MARK = "</textarea></script>'\"><b class=pwned onclick=pwned()>{{7*7}}<script src=//evil.example></script>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="pwned()"><script>pwned()</script></svg>'


# --- markup in texts ---


@pytest.fixture
def foreign(store: Store, tmp_path: Path) -> Iterator[Visitor]:
    """Somebody at a desk with a form of its own whose every text is markup."""
    folder = tmp_path / "own"
    folder.mkdir()
    text = {"en": MARK}
    titles = {"title": MARK, "description": MARK, "x-title": text, "x-description": text}
    choices = {"oneOf": [{"const": "a", "title": MARK, "x-title": text}, {"const": "b", "title": "b"}]}
    kinds: dict[str, Any] = {
        "no": {"type": "string"},
        "choice": {"type": "string", **choices},
        "day": {"type": "string", "format": "date"},
        "photo": {"type": "string", "x-control": "picture"},
        "rows": {"type": "array", "items": {"type": "object", "properties": {"one": {"type": "string", **titles}}}},
        "part": {"type": "object", "properties": {"two": {"type": "string", **titles}}},
    }
    form = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:biaodan:form:odd",
        "x-form": {"id": "odd", "kind": "form", "group": "resolution", "number": MARK[:40], "version": "1.0"},
        **titles,
        "type": "object",
        "properties": {key: {**titles, **value} for key, value in kinds.items()},
    }
    (folder / "odd.json").write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "biaodan.toml").write_text(
        f"[organisation]\nname = {json.dumps(MARK[-70:])}\n\n[forms]\nfolder = 'own'\n", encoding="utf-8"
    )
    workers = Workers(Setup(str(tmp_path / "biaodan.toml")), 1, 60)
    desk = Desk(Office(Setup(str(tmp_path / "biaodan.toml"))), store, workers)
    client = TestClient(application(desk, Guard(frozenset({HOST}))), base_url=f"http://{HOST}", follow_redirects=False)
    yield Visitor(client)
    workers.close()


def injected(page: str) -> list[str]:
    """Return what of a page stands there by somebody's value: elements, handlers, scripts from elsewhere."""
    tree = lxml.html.fromstring(page or "<div></div>")
    found = [node.tag for node in tree.iter("b") if "pwned" in (node.get("class") or "")]
    found += [
        name for node in tree.iter() if isinstance(node.tag, str) for name in node.attrib if name.startswith("on")
    ]
    found += [str(node.get("src")) for node in tree.iter("script") if "evil" in str(node.get("src"))]
    found += ["template"] if "49" in page and "{{7*7}}" not in page.replace("&#39;", "'") else []
    return found


def test_no_text_becomes_markup_on_any_page(foreign: Visitor, store: Store) -> None:
    visitor = foreign
    own = "odd"
    assert visitor.get(f"/forms/{own}").status_code == 200
    values = {"no": MARK, "choice": MARK, "day": MARK, "photo": MARK, "rows": [{"one": MARK}]}
    mine = visitor.begin(own, {**values, "part": {"two": MARK}})
    visitor.save(mine, {**values, "no": MARK * 2})
    report = visitor.begin("closure-report", {**REPORT, "report_no": MARK[:60], "customer_name": MARK, "result": MARK})
    final = visitor.send("POST", f"/records/{report}/final", {"base": 1, "reason": MARK})
    assert final.status_code == 200
    case = begin(visitor, MARK)
    visitor.send("PUT", f"/cases/{case}/records/{report}", b"")
    listed = give(
        visitor, f"{MARK[-30:]}.xlsx", book((HEADER, (MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK), ROWS[0]))
    )
    give(visitor, f"{MARK}.docx", b"x")
    for other in ("en", "zh-Hant", "zh-Hans"):
        visitor.client.cookies.set("desk_lang", other)
        for path in ("/", "/records", "/cases", "/due", "/month", "/give", "/users", "/log", f"/forms/{own}"):
            assert injected(visitor.get(path).text) == [], path
        for name in (mine, report):
            for path in ("", "/history", "/origin", "/file?format=pdf"):
                answer = visitor.get(f"/records/{name}{path}")
                if "html" in answer.headers["content-type"]:
                    assert injected(answer.text) == [], path
        for path in (f"/cases/{case}", f"/give/{listed}"):
            assert injected(visitor.get(path).text) == [], path
    for answer in (
        post(visitor, "/search", q=MARK),
        post(visitor, "/records", words=MARK),
        post(visitor, "/cases/search", words=MARK),
        post(visitor, "/month", period=MARK),
        post(visitor, f"/cases/{case}/issues", form=own, reason=MARK),
        post(visitor, "/log", who=MARK),
    ):
        assert injected(f"<div>{answer.text}</div>") == []


def test_a_picture_that_is_markup_is_shown_nowhere(foreign: Visitor) -> None:
    uri = "data:image/svg+xml;base64," + base64.b64encode(SVG.encode()).decode()
    foreign.get("/")
    assert foreign.send("POST", "/pictures", SVG.encode()).status_code == 422
    told = foreign.send("POST", "/forms/odd/preview", {"values": {"photo": uri, "no": SVG}}).json()
    assert told["pages"]
    for page in told["pages"]:
        sheet = foreign.get(f"/sheets/{page['name']}.svg").text
        assert not any(word in sheet for word in ("<script", "onload=", "svg+xml"))
    name = foreign.begin("odd", {"photo": uri})
    assert "/photo" in {fault["pointer"] for fault in foreign.save(name, {"photo": uri, "no": "1"}).json()["faults"]}


def test_a_page_of_paper_that_is_opened_by_itself_may_do_nothing(visitor: Visitor) -> None:
    told = visitor.send("POST", "/forms/closure-report/preview", {"values": {"customer_name": MARK}}).json()
    sheet = visitor.get(f"/sheets/{told['pages'][0]['name']}.svg")
    policy = sheet.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "<script" not in sheet.text
    assert "onclick" not in sheet.text


# --- addresses and heads ---


@pytest.mark.parametrize(
    "path", ["/cases/a%0d%0aset-cookie:%20x=1/title", "/cases/%E4%B8%AD%00/title", "/cases/nobody/title"]
)
def test_what_stands_in_an_address_gets_into_no_head_of_an_answer(visitor: Visitor, path: str) -> None:
    answer = post(visitor, path, title="x")
    assert answer.status_code == 404
    assert "x=1" not in str(answer.headers)
    assert (answer.text == "no such page") == ("%0" in path)  # it gets no further than the guard


@pytest.mark.parametrize(
    "path",
    [
        "/records?first=0001-01-01",
        "/records?last=9999-12-31",
        "/records?page=99999",
        "/records/%00",
        "/records/..%2f..%2fetc%2fpasswd",
        "/forms/..%2f..%2fetc/picture.png",
        "/sheets/..%2fx.svg",
        "/give/%2e%2e/left",
        "/give/%2e%2e/file",
        "/made/..%2f..%2fdesk.db",
        "/cases/x/issues/" + "9" * 5000 + "/void",
        "/login?next=//evil.example",
        "/static/%2e%2e%2frecord.html",
        "/static/record/..%2f..%2flayout.html",
    ],
)
def test_odd_addresses_are_answered_in_words_and_not_by_a_fault(desk: Desk, path: str) -> None:
    visitor = at(desk)
    answer = visitor.get(path)
    assert answer.status_code < 500
    assert "root:" not in answer.text
    assert "{%" not in answer.text


@pytest.mark.parametrize("number", ["9" * 30, "0", "99"])
def test_what_was_never_given_out_is_not_made_void(visitor: Visitor, number: str) -> None:
    case = begin(visitor, "x")
    assert post(visitor, f"/cases/{case}/issues/{number}/void", reason="x").status_code < 500


def test_a_sign_that_no_text_has_is_left_out_of_titles(visitor: Visitor, store: Store) -> None:
    case = begin(visitor, "甲\0乙\r\n丙")
    page = visitor.get(f"/cases/{case}").text
    assert "\0" not in page
    assert "甲 乙" in page or "甲乙" in page
    assert post(visitor, "/records", words="a\0b").status_code == 200
    assert post(visitor, "/cases/search", words="\ufffd").status_code == 200


# --- files ---


def test_names_in_an_archive_stay_in_their_folder(staying: Visitor, store: Store) -> None:
    visitor = staying
    rows = [REPORT | {"report_no": name} for name in ("../../etc/passwd", "C:\\x\\y", "/abs", "..", "CON")]
    name = give(visitor, "../../报告.json", json.dumps(rows, ensure_ascii=False).encode())
    visitor.get(f"/give/{name}")
    answer = post(visitor, f"/give/{name}/documents", pdf="on")
    for _ in range(600):
        if "/file" in answer.text or "bad" in answer.text:
            break
        time.sleep(0.05)
        answer = visitor.get(f"/give/{name}/progress")
    names = zipfile.ZipFile(io.BytesIO(visitor.get(f"/give/{name}/file").content)).namelist()
    assert len(names) == 5
    assert all("/" not in one and "\\" not in one and not one.startswith(".") for one in names)


def bomb() -> bytes:
    """Return a workbook that is small and unpacks to very much."""
    book = openpyxl.Workbook()
    book.active.append(["问题编号", "问题描述"])  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    made = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, content + b" " * (1 << 30 if part.endswith("sheet1.xml") else 0))
    return made.getvalue()


def test_a_bomb_is_refused_wherever_it_is_given(visitor: Visitor) -> None:
    content = bomb()
    give(visitor, "a.xlsx", content)
    assert "没有读取" in visitor.get("/give").text
    files = {"file": ("a.xlsx", content)}
    headers = {"x-desk-token": visitor.token}
    data = {"period": "2024-05", "source": "file"}
    answer = visitor.client.post("/month", files=files, data=data, headers=headers)
    assert answer.status_code == 200
    assert "trouble" in answer.headers.get("hx-retarget", "")
    answer = visitor.client.post("/cases/brought", files={"file": ("a.json", b"[" * 500_000)}, headers=headers)
    assert "trouble" in answer.headers.get("hx-retarget", "")


# --- what is said, and to whom ---


def test_what_breaks_while_documents_are_made_is_told_without_a_value(
    staying: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = staying

    def breaks(_: Any) -> None:
        raise KeyError("欧阳修远")

    monkeypatch.setattr(making, "_cleared", breaks)
    name = give(visitor, "报告.json", json.dumps([REPORT], ensure_ascii=False).encode())
    with caplog.at_level(logging.DEBUG):
        visitor.get(f"/give/{name}")
        post(visitor, f"/give/{name}/documents", pdf="on")
        page = visitor.get(f"/give/{name}/progress").text
    assert "欧阳修远" not in caplog.text + page
    assert "builtins.KeyError at" in caplog.text


def test_rows_and_lists_that_show_all_stand_in_the_log(visitor: Visitor, store: Store) -> None:
    name = give(visitor, "台账.xlsx", book())
    visitor.get(f"/give/{name}")
    visitor.get(f"/give/{name}/left?which=wrong&format=csv")
    assert store.log(1)[0].action == "take-rows"
    visitor.get("/due")
    assert store.log(1)[0].action == "see-due"
    post(visitor, "/due/list", within=7)
    assert store.log(1)[0].action == "see-due"
    report = visitor.begin("closure-report", REPORT)
    case = begin(visitor, "x")
    visitor.send("PUT", f"/cases/{case}/records/{report}", b"")
    for mask, action in (("yes", "give-out"), ("no", "give-out-unmasked")):
        answer = post(visitor, f"/cases/{case}/issues", form="closure-report", mask=mask, reason="x", formats="pdf")
        assert answer.status_code == 204, answer.text
        assert store.log(1)[0].action == action


def test_the_name_of_a_file_is_no_place_and_has_no_sign_that_steers(visitor: Visitor, store: Store) -> None:
    give(visitor, "回来\r\n的\0.docx", paper("docx"))
    (row,) = store.listed()
    page = visitor.get(f"/records/{row.id}/origin").text
    assert "\0" not in page
    assert "回来" in page


def test_a_long_length_is_refused(visitor: Visitor) -> None:
    visitor.get("/")
    headers = {"x-desk-token": visitor.token, "content-length": "0" * 5000 + "1"}
    assert visitor.client.post("/pictures", content=b"x", headers=headers).status_code == 400


def test_what_is_asked_for_by_query_is_kept_short(visitor: Visitor) -> None:
    query = urlencode({"next": "/" + "a" * 5000})
    assert visitor.get(f"/login?{query}").status_code < 500
    assert visitor.get("/" + quote("中" * 3000)).status_code == 404
