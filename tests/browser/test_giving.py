"""Files dropped onto the page: papers, lists, what a password protects; matched, taken in, made into documents."""

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from generator.desk.store import Store
from tests.browser.conftest import Opens
from tests.browser.page import Sheet, until
from tests.browser.served import Served
from tests.browser.stocked import SECRET, locked
from tests.desk.given import HEADER, REPORT, ROWS, book, gbk, paper

pytestmark = pytest.mark.browser

DROP = """files => {
    const carried = new DataTransfer();
    for (const [name, content] of files) {
        const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
        carried.items.add(new File([bytes], name));
    }
    const event = (kind) => new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event('dragenter'));
    window.called = !document.getElementById('give-zone').hidden;
    document.body.dispatchEvent(event('drop'));
}"""


def drop(sheet: Sheet, at: str, *files: tuple[str, bytes]) -> Any:
    """Drop files onto a page; return it once the desk has read them."""
    page = sheet.page
    page.goto(sheet.address + at)
    page.evaluate("document.body.dataset.before = 'yes'")
    page.evaluate(DROP, [[name, base64.b64encode(content).decode()] for name, content in files])
    assert page.evaluate("window.called")
    page.wait_for_function(
        "() => !document.body.dataset.before && location.pathname.startsWith('/give')", timeout=60_000
    )
    return page


def rows(served: Served, form: str) -> list[Any]:
    """Return the records of a form that the desk has, the last first."""
    store = Store.open(str(served.data))
    try:
        return [store.record(row.id) for row in store.listed(form=form)]
    finally:
        store.close()


def reports(*names: str) -> bytes:
    """Return a list of which each row is a whole report, one of them with a wrong time."""
    lines = [REPORT | {"report_no": f"BG{n}", "customer_name": name} for n, name in enumerate(names)]
    lines[-1]["reported_at"] = "昨天"
    return json.dumps(lines, ensure_ascii=False).encode()


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_paper_dropped_anywhere_becomes_a_draft_that_is_opened_from_there(
    format: str, opens: Opens, own_desk: Served
) -> None:
    sheet = opens(own_desk.address)
    page = drop(sheet, "/due", (f"回来的.{format}", paper(format)))
    page.click('.given a[href^="/records/"]')
    sheet.ready()
    assert sheet.box("/report_no").input_value() == "BG20231017-001"
    page.wait_for_selector(f'text="读自 回来的.{format}"')
    (row,) = rows(own_desk, "closure-report")
    assert row.raw["log"][0]["time"] == "2023-10-16T09:12:00+08:00"


@pytest.mark.parametrize(("name", "content"), [("台账.xlsx", book), ("台账.csv", gbk)])
def test_a_column_put_right_by_hand_is_remembered_and_faults_stand_by_row_and_cell(
    name: str, content: Any, opens: Opens, own_desk: Served
) -> None:
    sheet = opens(own_desk.address)
    page = drop(sheet, "/", (name, content()))
    page.wait_for_url("**/give/*")
    fault = page.locator(".wrong tbody tr").first.inner_text()
    assert "昨天" in fault
    assert "反馈时间" in fault
    assert ("E" in fault) == name.endswith("xlsx")
    handler = page.get_by_label("经手人")
    assert handler.input_value() == ""
    with page.expect_response("**/give/*"):
        handler.select_option(label="负责人")
    page.wait_for_selector("tr:has(label:text-is('经手人')) :text('按以前的选择')")
    page = drop(sheet, "/cases", (f"六月{name}", content()))
    page.wait_for_url("**/give/*")
    assert page.get_by_label("经手人").locator("option:checked").inner_text() == "负责人"


def test_good_rows_go_into_a_register_once_and_it_is_taken_as_a_document(
    opens: Opens, own_desk: Served, tmp_path: Path
) -> None:
    sheet = opens(own_desk.address)
    page = drop(sheet, "/", ("台账.xlsx", book()))
    page.wait_for_url("**/give/*")
    page.click("form[hx-post$='/take'] button.main")
    page.wait_for_selector("#taken .good")
    first = page.inner_text("#taken .good")
    page.click("form[hx-post$='/take'] button.main")
    page.wait_for_function("was => document.querySelector('#taken .good').innerText !== was", arg=first)
    with page.expect_download() as told:
        page.click("form[action$='/register'] button[value=docx]")
    assert told.value.suggested_filename.endswith(".docx")
    (register,) = rows(own_desk, "issue-tracker")
    assert [row["issue_no"] for row in register.raw["rows"]] == ["WT1", "WT2"]


def test_each_row_becomes_a_draft_and_a_document_with_a_bar_that_tells_how_far_it_is(
    opens: Opens, own_desk: Served, tmp_path: Path
) -> None:
    sheet = opens(own_desk.address)
    page = drop(sheet, "/", ("报告.json", reports(*(f"公司{n}" for n in range(30)))))
    page.wait_for_url("**/give/*")
    page.check('input[name="docx"]')
    page.click("form[hx-post$='/documents'] button")
    page.wait_for_selector("#progress progress")
    with page.expect_download(timeout=120_000) as told:
        page.click("#progress a[download]", timeout=120_000)
    told.value.save_as(tmp_path / "all.zip")
    names = zipfile.ZipFile(tmp_path / "all.zip").namelist()
    assert len(names) == 58
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "docx"}
    assert all("/" not in name and ".." not in name for name in names)
    page.click("form[hx-post$='/take'] button.main")
    page.wait_for_selector("#taken .good a")
    assert len(rows(own_desk, "closure-report")) == 29


def test_a_protected_list_is_opened_by_its_password_on_the_page(opens: Opens, own_desk: Served) -> None:
    sheet = opens(own_desk.address)
    page = drop(sheet, "/", ("台账.xlsx", locked(book())))
    box = page.get_by_label("台账.xlsx 的密码")
    box.fill("不对的")
    box.press("Enter")
    page.wait_for_selector(".given .fault:not(:empty)")
    assert "密码不对" in page.inner_text(".given .fault")
    box.fill(SECRET)
    box.press("Enter")
    page.wait_for_url("**/give/*")
    assert "共 3 行" in page.inner_text("#counts")


def test_several_files_are_read_one_after_the_other_and_none_is_lost(opens: Opens, own_desk: Served) -> None:
    sheet = opens(own_desk.address)
    files = [("一.docx", paper("docx")), ("二.heic", b"x"), ("三.csv", gbk((HEADER, *ROWS)))]
    page = drop(sheet, "/records", *files)
    assert [one.inner_text() for one in page.locator(".given-name").all()] == ["三.csv", "二.heic", "一.docx"]
    assert page.locator(".given .bad").count() == 1
    until(lambda: len(rows(own_desk, "closure-report")) == 1, page)
