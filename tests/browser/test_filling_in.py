"""What somebody does at the page besides typing: pasting, the keyboard alone, a second tab, a network that goes."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generator.catalogue import Catalogue
from generator.desk.store import Store
from generator.returned import read_returned
from tests.browser.conftest import Opens
from tests.browser.page import Sheet, until
from tests.browser.served import Served
from tests.browser.test_every_form import CATALOGUE

pytestmark = pytest.mark.browser

OWN = "repair-visit"
REGISTER = next(form.id for form in CATALOGUE if form.is_table and form.rows.child("issue_no"))
REPORT = next(form.id for form in CATALOGUE if form.root.child("log") and form.root.child("response_minutes"))
PASTE = """([box, text]) => {
    const carried = new DataTransfer();
    carried.setData('text/plain', text);
    box.focus();
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true }));
}"""
DROP = """([box, content]) => {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], 'IMG_0001.jpg', { type: 'image/jpeg' }));
    box.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def stored(served: Served, name: str) -> Any:
    """Return what the store has of a record."""
    store = Store.open(str(served.data))
    try:
        row = store.record(name)
        assert row is not None
        return row.raw
    finally:
        store.close()


# --- rows ---


def test_a_block_of_a_spreadsheet_fills_a_table_and_adds_the_rows_that_it_takes(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    block = '滤芯\t2\t"换下的\r\n已带回"\r\n电机\t1\t说 ""好""\r\n"密封""圈"""\t4\t\r\n'
    sheet.page.evaluate(PASTE, [sheet.box("/parts/0/name").element_handle(), block])
    sheet.saved()
    assert stored(served, sheet.name)["parts"] == [
        {"name": "滤芯", "count": "2", "note": "换下的\n已带回"},
        {"name": "电机", "count": "1", "note": '说 ""好""'},
        {"name": '密封"圈"', "count": "4"},
    ]


def test_a_table_takes_no_more_rows_than_its_form_allows_and_says_so(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    lines = "\r\n".join(f"零件{n}\t{n}" for n in range(1, 7))
    sheet.page.evaluate(PASTE, [sheet.box("/parts/0/name").element_handle(), lines])
    sheet.saved()
    assert [row["name"] for row in stored(served, sheet.name)["parts"]] == ["零件1", "零件2", "零件3", "零件4"]
    sheet.part("/parts").locator("[data-add]").click()
    assert sheet.page.inner_text("#saved") == "最多 4 行"


def test_an_answer_that_is_not_offered_stays_and_is_told_as_a_fault(opens: Opens, served: Served) -> None:
    sheet = opens().begin(REGISTER)
    select = sheet.part("/rows/0").locator("select").first
    column = select.get_attribute("data-value")
    sheet.page.evaluate(PASTE, [select.element_handle(), "没有的\t"])
    sheet.saved()
    assert stored(served, sheet.name)["rows"] == [{column: "没有的"}]
    assert "没有的" in sheet.part(f"/rows/0/{column}").locator("xpath=..").inner_text()
    sheet.page.reload()
    sheet.ready()
    assert sheet.part(f"/rows/0/{column}").input_value() == "没有的"


def test_a_fault_stands_in_the_row_that_has_it_though_empty_rows_are_above(opens: Opens) -> None:
    sheet = opens().begin(OWN)
    for _ in range(2):
        sheet.part("/parts").locator("[data-add]").click()
    third = sheet.part("/parts").locator("[data-row]").nth(2)
    third.locator('[data-value="count"]').fill("半个")
    sheet.saved()
    told = third.locator("td", has=sheet.page.locator('[data-value="count"]')).locator(".fault")
    assert told.inner_text()
    assert sheet.part("/parts").locator(".fault:visible").count() == 1 + third.locator("td .fault:visible").count() - 1


# --- keys alone ---


def test_the_keyboard_alone_gets_from_the_first_page_to_the_paper(opens: Opens, tmp_path: Path) -> None:
    page = opens().page
    sheet = Sheet(page, opens().address)
    page.goto(sheet.address)
    keys = page.keyboard
    _tab_to(page, "#find")
    keys.type("上门维修")
    page.wait_for_function("() => document.querySelectorAll('.card').length === 1")
    _tab_to(page, ".card")
    keys.press("Enter")
    page.wait_for_url(re.compile("/forms/"))
    _tab_to(page, "button.main")
    keys.press("Enter")
    page.wait_for_url(re.compile("/records/"))
    sheet.ready()
    _tab_to(page, '[data-value="visit_no"]')
    keys.type("WX-7")
    keys.press("Tab")
    keys.press("Space")
    assert page.locator('input[value="repaired"]').is_checked()
    _tab_to(page, '[data-value="name"]')
    keys.type("滤芯")
    keys.press("Control+Enter")
    keys.type("电机")
    keys.press("Alt+ArrowUp")
    sheet.saved()
    _tab_to(page, '[data-take="pdf"]')
    with page.expect_download() as told:
        keys.press("Enter")
    told.value.save_as(tmp_path / "taken.pdf")
    from pypdfium2 import PdfDocument

    text = PdfDocument(tmp_path / "taken.pdf")[0].get_textpage().get_text_range()
    assert text.index("电机") < text.index("滤芯")
    assert "WX-7" in text


def _tab_to(page: Any, selector: str) -> None:
    """Go by the Tab key to what a selector names."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no key leads to {selector}")


# --- what goes wrong around it ---


def test_a_desk_that_is_killed_while_somebody_types_loses_the_last_second_at_most(
    opens: Opens, own_desk: Served
) -> None:
    sheet = opens(own_desk.address).begin(OWN)
    sheet.box("/visit_no").press_sequentially("0123456789" * 3, delay=100)
    own_desk.kill()
    kept = str(stored(own_desk, sheet.name)["visit_no"])
    assert len(kept) >= 30 - 10 - 3  # ten signs a second, and what a loaded machine takes
    sheet.box("/visit_no").press_sequentially("AB")
    sheet.saved("连不上服务，填写的内容暂存在这台电脑上，连上后自动保存")
    own_desk.start()
    sheet.saved()
    assert stored(own_desk, sheet.name) == {"visit_no": "0123456789" * 3 + "AB"}
    assert sheet.page.locator(".banner").count() == 0


def test_what_was_typed_without_a_network_is_there_after_a_reload(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    sheet.type("/visit_no", "WX-1")
    sheet.saved()
    context = sheet.page.context
    context.set_offline(True)
    sheet.type("/hours", "2.5")
    sheet.saved("连不上服务，填写的内容暂存在这台电脑上，连上后自动保存")
    context.set_offline(False)
    sheet.page.reload()
    sheet.ready()
    sheet.saved()
    assert sheet.box("/hours").input_value() == "2.5"
    until(lambda: stored(served, sheet.name) == {"visit_no": "WX-1", "hours": "2.5"}, sheet.page)
    assert sheet.page.evaluate("localStorage.length") == 0


def test_a_page_that_is_loaded_again_in_mid_typing_loses_nothing(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    for n in range(4):
        sheet.box("/visit_no").press("End")
        sheet.type("/visit_no", f"WX-{n} ")
        sheet.page.wait_for_timeout(130 * n)
        sheet.page.reload()
        sheet.ready()
        assert sheet.box("/visit_no").input_value() == "".join(f"WX-{one} " for one in range(n + 1))
    until(lambda: stored(served, sheet.name) == {"visit_no": "WX-0 WX-1 WX-2 WX-3 "}, sheet.page)
    assert sheet.page.locator(".banner").count() == 0


def two_on_one_record(opens: Opens) -> tuple[Sheet, Sheet]:
    """Return the page of whoever began a record, and that of somebody else who has opened it too."""
    first = opens().begin(OWN)
    first.type("/visit_no", "WX-1")
    first.saved()
    second = opens()
    second.page.goto(first.page.url)
    second.ready()
    return first, second


KEEP = "([key, kept]) => localStorage.setItem(key, JSON.stringify(kept))"


def test_what_was_written_as_its_page_ended_is_no_conflict_though_others_went_on(opens: Opens) -> None:
    first, second = two_on_one_record(opens)
    second.type("/hours", "2")
    second.saved()
    first.page.evaluate(KEEP, [_key(first), {"base": 1, "values": {"visit_no": "WX-1"}}])
    first.page.reload()
    first.ready()
    first.saved()
    assert first.box("/hours").input_value() == "2"
    assert first.page.locator(".banner").count() == 0
    assert first.page.evaluate("localStorage.length") == 0


def _key(sheet: Sheet) -> str:
    return f"desk:{sheet.name}:{sheet.page.get_attribute('#record', 'data-who')}"


def test_what_somebody_else_left_on_this_computer_is_not_written_as_one_s_own(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    other = f"desk:{sheet.name}:somebody else"
    sheet.page.evaluate(KEEP, [other, {"base": 1, "values": {"visit_no": "theirs"}}])
    sheet.page.reload()
    sheet.ready()
    assert sheet.box("/visit_no").input_value() == ""
    sheet.type("/hours", "2")
    sheet.saved()
    assert stored(served, sheet.name) == {"hours": "2"}
    assert sheet.page.evaluate("key => localStorage.getItem(key)", other)


def test_letters_that_are_being_put_together_are_nobody_s_answer_yet(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    sent: list[str] = []
    sheet.page.on("request", lambda asked: sent.append(asked.post_data or "") if asked.method == "PUT" else None)
    keys = sheet.page.context.new_cdp_session(sheet.page)
    sheet.box("/parts/0/name").focus()
    for typed in ("l", "lv", "lv x", "lv xin"):
        keys.send("Input.imeSetComposition", {"selectionStart": 1, "selectionEnd": 1, "text": typed})
        sheet.page.wait_for_timeout(350)
    assert [one for one in sent if "lv" in one] == []
    sheet.page.evaluate(
        """() => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))"""
    )
    assert sheet.page.evaluate("document.activeElement.value") == "lv xin"  # the key chose a word, and led nowhere
    keys.send("Input.insertText", {"text": "滤芯"})
    sheet.saved()
    assert stored(served, sheet.name)["parts"] == [{"name": "滤芯"}]


def test_a_record_is_made_final_once_though_the_button_is_pressed_twice(opens: Opens) -> None:
    sheet = opens().begin(OWN)
    sheet.type("/visit_no", "WX-41")
    sheet.part("/outcome").locator('input[value="repaired"]').check()
    sheet.part("/parts").locator('[data-value="name"]').fill("滤芯")
    sheet.saved()
    answers: list[int] = []
    sheet.page.on("response", lambda answer: answers.append(answer.status) if "/final" in answer.url else None)
    sheet.page.dblclick("#finish")
    sheet.page.wait_for_selector("#status.state-final")
    sheet.ready()
    assert answers == [200]
    assert sheet.page.locator(".banner").count() == 0


def test_what_the_desk_cannot_write_is_kept_here_until_it_can(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    sheet.type("/visit_no", "WX-1")
    sheet.saved()
    full = {"status": 503, "json": {"trouble": "数据现在写不进。"}}
    sheet.page.route("**/draft", lambda route: route.fulfill(**full))
    sheet.type("/visit_no", "23")
    sheet.saved("数据现在写不进。 填写的内容暂存在这台电脑上，能写入时自动保存。")
    sheet.page.reload()
    sheet.ready()
    assert sheet.box("/visit_no").input_value() == "WX-123"
    sheet.page.unroute("**/draft")
    sheet.saved()
    assert stored(served, sheet.name) == {"visit_no": "WX-123"}


def test_whoever_was_second_and_loads_the_page_again_is_asked_about_what_was_typed(opens: Opens) -> None:
    first = opens().begin(OWN)
    second = opens()
    second.page.goto(first.page.url)
    second.ready()
    first.type("/visit_no", "WX-1")
    first.saved()
    second.type("/hours", "2")
    second.page.wait_for_selector(".banner")
    second.type("/hours", ".5")
    second.page.reload()
    second.ready()
    assert second.box("/visit_no").input_value() == "WX-1"
    was = second.page.url
    second.page.locator(".banner button").first.click()
    second.page.wait_for_url(lambda url: url != was)
    second.ready()
    assert second.box("/hours").input_value() == "2.5"
    assert second.page.evaluate("localStorage.length") == 0


def test_where_nothing_can_be_kept_on_the_computer_the_page_says_so_and_goes_on(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    sheet.page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
    )
    sheet.page.context.set_offline(True)
    sheet.type("/visit_no", "WX-1")
    sheet.saved("连不上服务，这台电脑上也存不下：请先不要关闭这一页")
    sheet.page.context.set_offline(False)
    sheet.saved()
    assert stored(served, sheet.name) == {"visit_no": "WX-1"}


def test_an_answer_that_got_lost_is_no_conflict_with_oneself(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    lost = []

    def written_but_unanswered(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    sheet.page.route("**/draft", written_but_unanswered)
    sheet.box("/visit_no").fill("WX-1")
    until(lambda: bool(lost), sheet.page)
    sheet.box("/visit_no").fill("WX-12")
    sheet.saved()
    assert stored(served, sheet.name) == {"visit_no": "WX-12"}
    assert sheet.page.locator(".banner").count() == 0


def test_the_second_tab_on_a_record_is_told_and_can_keep_its_own_as_another(opens: Opens, served: Served) -> None:
    first = opens().begin(OWN)
    second = Sheet(first.page.context.new_page(), first.address)
    second.page.goto(first.page.url)
    second.ready()
    first.type("/visit_no", "WX-1")
    first.saved()
    second.type("/visit_no", "WX-2")
    second.page.wait_for_selector(".banner")
    assert stored(served, first.name) == {"visit_no": "WX-1"}
    was = second.page.url
    second.page.click(".banner button:last-of-type")
    second.page.wait_for_url(lambda url: url != was)
    second.ready()
    assert stored(served, second.name) == {"visit_no": "WX-2"}
    assert stored(served, first.name) == {"visit_no": "WX-1"}


def test_a_dropped_picture_is_kept_without_the_place_where_it_was_taken(opens: Opens, served: Served) -> None:
    import base64

    sheet = opens().begin(OWN)
    box = sheet.part("/photo").locator("[data-picture]")
    sheet.page.evaluate(DROP, [box.element_handle(), base64.b64encode(_photo()).decode()])
    sheet.page.wait_for_function("() => document.querySelector('[data-picture] img').naturalWidth > 0")
    sheet.saved()
    content = base64.b64decode(stored(served, sheet.name)["photo"].partition(",")[2])
    assert b"Exif" not in content
    assert b"SN-4711" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (120, 80)
        assert not picture.getexif()


def _photo() -> bytes:
    """Return a photo that says where and by which camera it was taken."""
    exif = Image.Exif()
    exif[0x0110] = "SN-4711"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (30.0, 35.0, 12.0)
    out = io.BytesIO()
    Image.new("RGB", (120, 80), "teal").save(out, "JPEG", exif=exif)
    assert b"SN-4711" in out.getvalue()
    return out.getvalue()


# --- the paper beside it ---


def test_a_click_on_the_paper_goes_to_the_field_and_a_field_is_marked_on_the_paper(opens: Opens) -> None:
    sheet = opens().begin(REPORT)
    page = sheet.page
    sheet.shown_anew(lambda: sheet.box("/issue_no").fill("WT20240501-7"))
    spot = page.locator(".page .spot").first
    spot.wait_for()
    sheet_box, at = page.locator(".page").first.bounding_box(), spot.bounding_box()
    assert sheet_box["x"] <= at["x"] < at["x"] + at["width"] <= sheet_box["x"] + sheet_box["width"]
    assert 0 < at["height"] < 60
    sheet.box("/report_no").focus()
    page.wait_for_function("y => document.querySelector('.page .spot')?.getBoundingClientRect().y !== y", arg=at["y"])
    page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    assert page.evaluate("document.activeElement.dataset.value") == "issue_no"


def test_the_page_stays_where_somebody_types_though_the_paper_is_elsewhere(opens: Opens) -> None:
    sheet = opens()
    sheet.page.set_viewport_size({"width": 390, "height": 844})
    sheet.begin(REPORT)
    sheet.box("/report_no").click()
    sheet.shown_anew(lambda: sheet.type("/report_no", "BG1"))
    assert sheet.page.evaluate("document.querySelector('[data-value=report_no]').getBoundingClientRect().y") < 600


def test_a_field_appears_when_its_condition_holds_and_is_asked_for_by_the_rule(opens: Opens) -> None:
    sheet = opens().begin(OWN)
    sheet.type("/visit_no", "WX-1")
    sheet.part("/outcome").locator('input[value="repaired"]').check()
    sheet.part("/reason").wait_for(state="hidden")
    sheet.page.wait_for_selector("#missing .good")
    sheet.part("/outcome").locator('input[value="postponed"]').check()
    sheet.part("/reason").wait_for()
    assert sheet.page.inner_text("#missing li") == "改期原因"
    sheet.page.click("#missing li button")
    assert sheet.page.evaluate("document.activeElement.dataset.value") == "reason"
    sheet.page.keyboard.type("客户不在家")
    sheet.page.wait_for_selector("#missing .good")
    sheet.part("/outcome").locator('input[value="repaired"]').check()
    sheet.saved()
    assert sheet.part("/reason").is_visible()  # what is there stays in sight


def test_what_the_rules_give_follows_what_is_typed(opens: Opens) -> None:
    sheet = opens().begin(OWN)
    sheet.type("/hours", "2.5")
    sheet.type("/rate", "80")
    sheet.page.wait_for_function("() => document.querySelector('[data-value=cost]').textContent === '200.0'")
    sheet.box("/rate").fill("")
    sheet.page.wait_for_function("() => document.querySelector('[data-value=cost]').textContent === ''")


def test_saved_is_said_only_when_all_of_it_is(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    sheet.page.route("**/draft", lambda route: (sheet.page.wait_for_timeout(300), route.continue_()))
    for n in range(6):
        sheet.box("/visit_no").fill(f"WX-{n}")
        sheet.page.wait_for_timeout(120)
        if sheet.page.inner_text("#saved") == "已保存":
            assert stored(served, sheet.name) == {"visit_no": f"WX-{n}"}
    sheet.saved()
    assert stored(served, sheet.name) == {"visit_no": "WX-5"}


def test_a_record_made_final_is_so_and_its_history_tells_it_by_titles(opens: Opens) -> None:
    sheet = opens().begin(OWN)
    sheet.type("/visit_no", "WX-40")
    sheet.part("/outcome").locator('input[value="repaired"]').check()
    sheet.part("/parts").locator('[data-value="name"]').fill("滤芯")
    sheet.saved()
    sheet.page.click("#finish")
    sheet.page.wait_for_selector("#status.state-final")
    sheet.page.click('a[href$="/history"]')
    sheet.page.wait_for_selector(".changes")
    lines = [line.inner_text().split("\t") for line in sheet.page.locator(".changes tbody tr").all()]
    assert lines == [["单号", "WX-40"], ["结果", "已修好"], ["更换的零件 · 第 1 行 · 名称", "滤芯"]]


def test_a_final_record_stays_as_it_is_when_it_is_looked_at(opens: Opens, served: Served) -> None:
    sheet = opens().begin(OWN)
    sheet.type("/visit_no", "WX-20")
    sheet.type("/hours", "２.5")  # shown as 2.5 from then on
    sheet.page.click("#finish")
    sheet.page.wait_for_selector("#status.state-final")
    for hurried in (True, True, False):
        sheet.page.reload(wait_until="commit" if hurried else "load")
        sheet.ready()
        if not hurried:
            sheet.page.wait_for_selector("#missing .good")
    assert sheet.box("/hours").input_value() == "2.5"
    assert sheet.page.locator("#status.state-final").count() == 1
    assert stored(served, sheet.name) == {"visit_no": "WX-20", "hours": "２.5"}


def test_what_was_typed_last_is_in_what_is_taken_and_made_final_at_once(
    opens: Opens, served: Served, tmp_path: Path
) -> None:
    from pypdfium2 import PdfDocument

    sheet = opens().begin(OWN)
    sheet.type("/visit_no", "WX-1")
    sheet.box("/visit_no").fill("WX-4711")
    taken = sheet.take("pdf", tmp_path)
    assert "WX-4711" in PdfDocument(taken)[0].get_textpage().get_text_range()
    sheet.page.route("**/draft", lambda route: (sheet.page.wait_for_timeout(400), route.continue_()))
    sheet.box("/visit_no").fill("WX-4712")
    sheet.page.click("#finish")
    sheet.page.wait_for_selector("#status.state-final")
    assert stored(served, sheet.name) == {"visit_no": "WX-4712"}
    sheet.page.unroute_all(behavior="wait")
    assert sheet.page.locator(".banner").count() == 0


def test_a_filled_document_of_the_page_is_read_back(opens: Opens, tmp_path: Path) -> None:
    sheet = opens().begin(OWN)
    sheet.fill({"visit_no": "WX-9", "outcome": "repaired", "hours": "1.5", "parts": [{"name": "滤芯", "count": "2"}]})
    sheet.saved()
    sheet.page.select_option("#see-purpose", "fillable")
    own = Catalogue(own=Path(__file__).parent / "own" / "forms")
    from generator.api import make_job

    back = read_returned(sheet.take("docx", tmp_path), own, lambda form: make_job(form, catalogue=own))
    assert back.record == {
        "visit_no": "WX-9",
        "outcome": "repaired",
        "hours": 1.5,
        "parts": [{"name": "滤芯", "count": 2}],
    }


def test_all_formats_come_in_one_archive(opens: Opens, tmp_path: Path) -> None:
    import zipfile

    sheet = opens().begin(OWN)
    sheet.type("/visit_no", "WX-1")
    sheet.saved()
    path = sheet.take("docx,xlsx,pdf", tmp_path)
    assert sorted(name.rpartition(".")[2] for name in zipfile.ZipFile(path).namelist()) == ["docx", "pdf", "xlsx"]


def test_what_was_typed_offline_into_a_record_that_others_changed_is_asked_about_and_not_lost(
    opens: Opens, served: Served
) -> None:
    first, second = two_on_one_record(opens)
    first.page.context.set_offline(True)
    first.type("/hours", "2.5")
    first.saved("连不上服务，填写的内容暂存在这台电脑上，连上后自动保存")
    second.box("/visit_no").fill("WX-19")
    second.saved()
    first.page.goto("about:blank")
    first.page.context.set_offline(False)
    first.page.goto(second.page.url)
    first.ready()
    assert first.box("/visit_no").input_value() == "WX-19"
    was = first.page.url
    first.page.locator(".banner button").first.click()
    first.page.wait_for_url(lambda url: url != was)
    first.ready()
    assert stored(served, first.name) == {"visit_no": "WX-1", "hours": "2.5"}
    assert stored(served, second.name) == {"visit_no": "WX-19"}
    assert first.page.evaluate("localStorage.length") == 0
