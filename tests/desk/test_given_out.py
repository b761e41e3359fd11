"""Documents given out from a case on the page, and cases as files."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import httpx2 as httpx
import jsonschema_rs
import pytest

from generator.case import Case, load_case
from generator.desk.cases import TakenCase, taken
from generator.desk.office import Setup
from generator.desk.store import Store
from generator.desk.store import cases as stored
from generator.desk.web.guard import TOKEN_HEADER
from generator.errors import Place
from tests.desk import case_walk
from tests.desk.case_walk import CATALOGUE, DAY, FORMS, POLICY, ROOT, due_of, fetched, last_of, own_of, post
from tests.desk.conftest import Visitor

walk = case_walk.walk


# --- given out ---


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


def test_what_is_given_out_is_noted_with_the_sum_of_its_file(visitor: Visitor, store: Store, walk: Any) -> None:
    case, names = walk(7)
    name, content = fetched(visitor, post(visitor, f"/cases/{case}/issues", form="closure-report", formats="docx"))
    assert name == "closure-report-BG20240912-001.docx"
    (row,) = stored.issues(store, case)
    assert (row.note["form"], row.note["reference"], row.record_id) == ("closure-report", "BG20240912-001", names[6])
    assert row.note["files"] == [{"name": name, "sha256": hashlib.sha256(content).hexdigest()}]
    assert hashlib.sha256(content).hexdigest() in visitor.get(f"/cases/{case}").text
    assert (store.log()[1].action, store.log()[1].record_id) == ("give-out", case)


def test_several_formats_come_as_one_archive(visitor: Visitor, walk: Any) -> None:
    case, _ = walk(5)
    answer = post(visitor, f"/cases/{case}/issues", form="progress-notice", formats=["docx", "pdf"], lang="en")
    name, content = fetched(visitor, answer)
    assert name == "progress-notice.zip"
    assert [one.rpartition("WT20240910-02")[2] for one in sorted(zipfile.ZipFile(io.BytesIO(content)).namelist())] == [
        ".en.docx",
        ".en.pdf",
    ]


def test_what_was_made_is_for_the_session_that_asked_for_it(visitor: Visitor, walk: Any) -> None:
    case, _ = walk(5)
    answer = post(visitor, f"/cases/{case}/issues", form="progress-notice", formats="docx")
    page = answer.headers["hx-redirect"]
    assert "取走文件" in visitor.get(page).text
    made = page.rpartition("=")[2]
    assert visitor.get(f"/made/{made}").status_code == 200
    visitor.client.cookies.clear()
    assert visitor.get(f"/made/{made}").status_code == 404
    assert "取走文件" not in visitor.get(page).text


def test_a_changed_record_is_a_correction_that_asks_for_a_reason(visitor: Visitor, store: Store, walk: Any) -> None:
    case, names = walk(7)
    issues = f"/cases/{case}/issues"
    fetched(visitor, post(visitor, issues, form="closure-report", formats="docx"))
    fetched(visitor, post(visitor, issues, form="closure-report", formats="pdf"))  # the same once more
    assert "revision" not in stored.issues(store, case)[1].note
    row = store.record(names[6])
    assert row is not None
    visitor.save(names[6], {**row.raw, "result": "已恢复。"}, row.revision)
    refused = post(visitor, issues, form="closure-report", formats="docx")
    assert "请写明原因" in refused.text
    assert "--reason" not in refused.text
    assert refused.headers["hx-retarget"] == "#trouble"
    assert len(stored.issues(store, case)) == 2
    answer = post(visitor, issues, form="closure-report", formats="docx", reason="结果写得太长")
    name, content = fetched(visitor, answer)
    assert name == "closure-report-BG20240912-001-r1.docx"
    said = text_of(content)
    assert "第 1 次更正" in said
    assert "更正为“已恢复。”" in said
    note = stored.issues(store, case)[2].note
    assert (note["revision"], note["corrects"], note["reason"]) == (1, 2, "结果写得太长")


def test_what_is_void_says_so_and_no_longer_settles_anything(
    visitor: Visitor, store: Store, walk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY["2024-09-13"])
    case, _ = walk(7, final=False)
    fetched(visitor, post(visitor, f"/cases/{case}/issues", form="closure-report", formats="docx"))
    assert "请写明原因" in post(visitor, f"/cases/{case}/issues/1/void", formats="docx").text
    name, content = fetched(visitor, post(visitor, f"/cases/{case}/issues/1/void", formats="docx", reason="发错"))
    assert name == "closure-report-BG20240912-001-void.docx"
    assert "问题处理总结报告（作废）" in text_of(content)
    assert len(due_of(visitor, case)) == 4
    assert "已经作废" in post(visitor, f"/cases/{case}/issues/1/void", formats="docx", reason="再一次").text


def test_a_document_with_gaps_isnt_given_out(visitor: Visitor, store: Store, walk: Any) -> None:
    case, _ = walk(2)
    post(visitor, f"/cases/{case}/records", form="closure-report")
    refused = post(visitor, f"/cases/{case}/issues", form="closure-report", formats="docx")
    assert "报告编号" in refused.text
    assert stored.issues(store, case) == []


# --- as a file, and back ---


def test_a_case_is_the_file_that_the_command_line_takes(visitor: Visitor, walk: Any, tmp_path: Path) -> None:
    case, _ = walk(8)
    fetched(visitor, post(visitor, f"/cases/{case}/issues", form="closure-report", formats="docx"))
    answer = visitor.get(f"/cases/{case}/file")
    file = tmp_path / "案卷.json"
    file.write_bytes(answer.content)
    schema = json.loads((ROOT / "schemas" / "dialect" / "case.json").read_text(encoding="utf-8"))
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(json.loads(answer.content))
    found = load_case(file, CATALOGUE, POLICY)
    assert [entry.form for entry in found.entries] == FORMS
    assert [(note["form"], note["records"]) for note in found.issued] == [("closure-report", 8)]
    assert found.missing(CATALOGUE.form("closure-report")) == []


def test_what_was_given_out_stays_in_the_file_as_it_was(visitor: Visitor, store: Store, walk: Any) -> None:
    case, names = walk(7)
    fetched(visitor, post(visitor, f"/cases/{case}/issues", form="closure-report", formats="docx"))
    row = store.record(names[6])
    assert row is not None
    visitor.save(names[6], {**row.raw, "result": "已恢复。"}, row.revision)
    told = json.loads(visitor.get(f"/cases/{case}/file").content)
    results = [one["record"]["result"] for one in told["records"] if one["form"] == "closure-report"]
    assert results == [own_of(7)["result"], "已恢复。"]
    assert [note["records"] for note in told["issued"]] == [7]


def bring(visitor: Visitor, content: bytes) -> httpx.Response:
    visitor.get("/cases")
    headers = {TOKEN_HEADER: visitor.token}
    return visitor.client.post("/cases/brought", files={"file": ("案卷.json", content)}, headers=headers)


def test_a_case_file_is_taken_in_whole_and_once(visitor: Visitor, store: Store) -> None:
    case = Case((), CATALOGUE, POLICY)
    for number, form in enumerate(FORMS, 1):
        case = case.with_record(CATALOGUE.form(form), own_of(number))
    note = {"form": "closure-report", "records": 7, "lang": "zh-Hans", "at": "2024-09-12T17:00:00+08:00", "files": []}
    content = json.dumps(case.with_issue(note).as_json()).encode()
    name = last_of(bring(visitor, content))
    rows = stored.papers(store, name)
    assert [(row.form, row.status) for row in rows] == [(form, "final") for form in FORMS]
    assert rows[6].raw["customer_name"] == "澄江纸业有限公司"
    (issue,) = stored.issues(store, name)
    assert (issue.note, issue.record_id) == (note, rows[6].id)
    assert "发出" in visitor.get(f"/cases/{name}").text
    assert "已经有了" in bring(visitor, content).text
    assert len(stored.listed(store)) == 1
    again = fetched(visitor, post(visitor, f"/cases/{name}/issues", form="closure-report", formats="docx"))
    assert again[0] == "closure-report-BG20240912-001.docx"


def test_a_file_of_a_case_that_is_there_brings_nothing_twice(visitor: Visitor, store: Store, walk: Any) -> None:
    case, _ = walk(3)
    assert "已经有了" in bring(visitor, visitor.get(f"/cases/{case}/file").content).text
    assert len(stored.listed(store)) == 1


def test_what_goes_out_as_a_file_comes_in_as_the_same_papers(visitor: Visitor, store: Store, walk: Any) -> None:
    case, _ = walk(8)
    content = visitor.get(f"/cases/{case}/file").content
    made: TakenCase = taken(Setup(), content)
    own = [json.loads(json.dumps(row.raw)) for row in stored.papers(store, case)]
    read = [
        Case((), CATALOGUE, POLICY).read(CATALOGUE.form(form), raw, Place())
        for form, raw in zip(FORMS, own, strict=True)
    ]
    for one, raw in zip(made.records, read, strict=True):
        assert one.raw == raw


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1]", b'{"$schema": "urn:biaodan:case"}'])
def test_another_file_is_refused_in_words(visitor: Visitor, store: Store, content: bytes) -> None:
    answer = bring(visitor, content)
    assert answer.headers["hx-retarget"] == "#trouble"
    assert "<li>" in answer.text
    assert stored.listed(store) == []
