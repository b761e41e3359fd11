"""Work on the page: a case from intake to return visit, what is due, the month, people, and search."""

import json
import re
from typing import Any

import pytest

from generator.api import make_job
from generator.catalogue.logs import log_tables
from generator.desk.controls import entered
from generator.desk.store import Store
from tests.browser.conftest import Opens
from tests.browser.page import Sheet
from tests.browser.served import Served
from tests.browser.stocked import REPORT, Stocked
from tests.desk.case_walk import CATALOGUE, FORMS, STEPS, over, own_of

pytestmark = pytest.mark.browser

JOB = make_job(FORMS[0], catalogue=CATALOGUE)


def held(served: Served, name: str) -> Any:
    """Return what the store has of a record."""
    store = Store.open(str(served.data))
    try:
        return store.record(name).raw  # type: ignore[union-attr]
    finally:
        store.close()


def fill_in(sheet: Sheet, served: Served, number: int) -> None:
    """Fill in a step of the case over what the case has filled in already, and make it final."""
    form = CATALOGUE.form(FORMS[number - 1])
    sheet.page.wait_for_url(re.compile("/records/"))
    sheet.ready()
    known, own = held(served, sheet.name), own_of(number)
    for table in log_tables(form):
        own[table.spec.key] = sorted([*known[table.spec.key], *own[table.spec.key]], key=lambda row: row["time"])
    sheet.fill(entered(form, over(known, own), "zh-Hans", JOB.policy, JOB.theme))
    sheet.saved()
    assert sheet.page.locator("#missing .good").count() == 1, (form.id, sheet.page.inner_text("#missing"))
    sheet.page.click("#finish")
    sheet.page.wait_for_selector("#status.state-final")


def test_a_case_is_walked_from_intake_to_return_visit(opens: Opens, own_desk: Served) -> None:
    sheet = opens(own_desk.address)
    page = sheet.page
    page.goto(f"{sheet.address}/cases")
    page.fill("#new-title", "澄江纸业：同步延迟")
    page.click("form[hx-post='/cases'] button.main")
    page.wait_for_url(re.compile("/cases/"))
    case = page.url
    for number in range(1, len(STEPS) + 1):
        title = CATALOGUE.form(FORMS[number - 1]).title("zh-Hans")
        button = page.locator(f"section.next button:text-matches('^(填写)?{re.escape(title)}$')")
        if button.count():
            button.first.click()
        else:
            page.select_option("#other", label=title)
            page.click("section.next form.line button")
        fill_in(sheet, own_desk, number)
        page.click('a[href^="/cases/"].back, .state-line a[href^="/cases/"]')
        page.wait_for_url(case)
    assert page.locator("table.list-table tbody tr").count() == len(STEPS)
    assert page.locator("table.list-table .state-final").count() == len(STEPS)
    with page.expect_download(timeout=60_000) as told:
        page.click(".give-out button.main")
        page.wait_for_selector(".banner.good")
        page.click(".banner.good a")
    assert told.value.suggested_filename.endswith((".docx", ".zip"))
    assert page.locator(".issues > li").count() == 1
    with page.expect_download() as told:
        page.click(".case-head a.button")
    told.value.save_as(own_desk.data / "case.json")
    taken = json.loads((own_desk.data / "case.json").read_text(encoding="utf-8"))
    assert len(taken["records"]) == len(STEPS)


def test_what_is_due_is_listed_by_days_and_taken_as_a_calendar(opens: Opens, stocked: Stocked) -> None:
    page = opens(stocked.served.address).page
    page.goto(f"{stocked.served.address}/due")
    page.wait_for_selector(".due-table tbody tr")
    shown = page.locator(".due-table tbody tr").count()
    assert shown > 0
    assert "A公司A" in page.inner_text(".due-table")
    page.select_option("select[name=within]", "0")
    page.wait_for_function("n => document.querySelectorAll('.due-table tbody tr').length <= n", arg=shown)
    with page.expect_download() as told:
        page.click("button[value=ics]")
    assert told.value.suggested_filename.endswith(".ics")
    page.locator(".due-table a[href^='/records/']").first.click()
    page.wait_for_url(re.compile("/records/"))


def test_the_month_is_worked_out_and_taken(opens: Opens, stocked: Stocked) -> None:
    page = opens(stocked.served.address).page
    page.goto(f"{stocked.served.address}/month")
    page.fill("input[name=period]", "2024-09")
    page.keyboard.press("Enter")
    page.wait_for_selector("#made .page img", timeout=60_000)
    page.wait_for_function("() => document.querySelector('#made .page img').naturalWidth > 100")
    with page.expect_download(timeout=60_000) as told:
        page.click("#made button[value=xlsx]")
    assert told.value.suggested_filename == "monthly-summary-2024-09.xlsx"
    page.fill("input[name=period]", "去年")
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble li, #trouble p")


def test_people_are_put_in_log_in_and_do_what_their_role_lets_them(opens: Opens, own_desk: Served) -> None:
    admin = opens(own_desk.address)
    page = admin.page
    page.goto(f"{admin.address}/users")
    for name, role in (("wang", "admin"), ("赵敏", "reader")):
        page.fill("form[data-send='/users'] input[name=name]", name)
        page.select_option("form[data-send='/users'] select[name=role]", role)
        page.fill("form[data-send='/users'] input[name=password]", "correct horse battery")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/(login|users)"))
        if name == "wang":
            page.wait_for_url(re.compile("/login"))
            log_in(page, name)
            page.goto(f"{admin.address}/users")
    page.wait_for_selector("th:text-is('赵敏')")
    reader = opens(own_desk.address)
    reader.page.goto(f"{reader.address}/give")
    log_in(reader.page, "赵敏")
    assert "您的账号不能做这件事" in reader.page.inner_text("main")
    reader.page.goto(f"{reader.address}/forms/closure-report")
    assert reader.page.locator("button.main").count() == 0
    assert reader.page.locator("nav a[href='/users']").count() == 0
    with page.expect_navigation():
        page.locator("tr:has(th:text-is('赵敏')) button[name=turn]").click()
    reader.page.goto(f"{reader.address}/records")
    assert "/login" in reader.page.url


def log_in(page: Any, name: str) -> None:
    """Log in by keys alone."""
    page.wait_for_selector("#name")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


@pytest.mark.parametrize(
    ("lang", "words", "title"),
    [
        ("zh-Hans", "wtclzjbg", "问题处理总结报告"),
        ("zh-Hant", "結案報告", "結案報告"),
        ("en", "closure", "Issue closure report"),
    ],
)
def test_a_form_and_a_record_are_found_in_each_language(
    lang: str, words: str, title: str, opens: Opens, stocked: Stocked
) -> None:
    sheet = opens(stocked.served.address, lang=lang)
    page = sheet.page
    page.goto(sheet.address)
    page.fill("#find", words)
    page.wait_for_function("() => document.querySelectorAll('#found .card').length === 1")
    assert title in page.inner_text("#found .card-title")
    page.goto(f"{sheet.address}/records")
    page.fill("#words", REPORT["issue_no"])
    page.wait_for_function("() => document.querySelectorAll('#hits li').length === 1")
    assert title in page.inner_text("#hits .what")
    assert page.url == f"{sheet.address}/records"  # nothing of what was looked for stands in the address
    page.wait_for_load_state("networkidle")  # a click on a hit that is being listed anew is lost
    page.click("#hits a")
    sheet.ready()
    assert sheet.box("/issue_no").input_value() == REPORT["issue_no"]
