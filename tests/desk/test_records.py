"""Records on the page: begun, saved as they are typed, seen as paper, taken, made final."""

import asyncio
import io
import json
import zipfile
from pathlib import Path

import lxml.html
import pytest

from generator.catalogue import Catalogue
from generator.desk.changes import changes_between
from generator.desk.office import Office, Setup
from generator.desk.pool import Workers
from generator.desk.store import Store
from generator.desk.web import records
from generator.desk.web.desk import Desk
from tests.desk.conftest import Visitor
from tests.desk.people import at

SAMPLES = Path(__file__).parents[2] / "samples"
REPORT = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))


def test_what_is_typed_is_a_draft_at_once_and_told_what_it_lacks(visitor: Visitor, store: Store) -> None:
    name = visitor.begin("closure-report")
    typed = {
        "issue_no": "WT1",
        "reported_at": "2024年9月10日 9:25",
        "responded_at": "2024-09-10 09:33",
        "priority": "P1",
    }
    told = visitor.save(name, typed).json()
    assert told["revision"] == 2
    assert told["derived"] == {"/response_minutes": "8 分钟", "/response_met": "达标"}
    assert "/report_no" in {one["pointer"] for one in told["missing"]}
    assert told["faults"] == []
    assert store.record(name).raw == typed  # type: ignore[union-attr]


def test_a_fault_is_told_at_its_field_in_the_words_of_check(visitor: Visitor) -> None:
    name = visitor.begin("closure-report")
    typed = {"reported_at": "昨天", "responded_at": "2024-09-10 09:33"}
    (fault,) = visitor.save(name, typed).json()["faults"]
    assert (fault["pointer"], fault["code"], fault["warns"]) == ("/reported_at", "E-date", False)
    assert fault["text"].startswith("不是日期")


def test_what_is_typed_is_saved_though_what_there_is_to_say_of_it_takes_long(
    visitor: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: object, **__: object) -> None:
        await asyncio.sleep(5)

    name = visitor.begin("closure-report")
    monkeypatch.setattr(Workers, "run", hangs)
    monkeypatch.setattr(records, "LOOK_WITHIN", 0.05)
    told = visitor.send("PUT", f"/records/{name}/draft", {"values": {"issue_no": "WT1"}, "base": 1}).json()
    assert told == {"revision": 2, "later": True}
    assert store.record(name).raw == {"issue_no": "WT1"}  # type: ignore[union-attr]
    monkeypatch.undo()
    assert visitor.save(name, {"issue_no": "WT1"}).json()["missing"]


def test_two_people_on_one_record_are_told_and_nothing_is_overwritten(visitor: Visitor, store: Store) -> None:
    name = visitor.begin("closure-report")
    assert visitor.save(name, {"issue_no": "WT1"}).status_code == 200
    late = visitor.save(name, {"issue_no": "WT2"})
    assert late.status_code == 409
    assert late.json()["conflict"]["revision"] == 2
    assert store.record(name).raw == {"issue_no": "WT1"}  # type: ignore[union-attr]
    assert visitor.save(name, {"issue_no": "WT1"}).json()["revision"] == 2


def test_the_page_beside_it_is_the_paper_with_the_places_of_its_fields(visitor: Visitor) -> None:
    answer = visitor.send("POST", "/forms/closure-report/preview", {"values": {"customer_name": "澄江纸业"}})
    (page,) = answer.json()["pages"]
    assert (round(page["width"]), round(page["height"])) == (595, 842)
    spots = {spot[0] for spot in page["spots"]}
    assert {"/customer_name", "/log/0/time"} <= spots
    assert all(0 <= x < 595 and 0 <= y < 842 for _, x, y, _, _ in page["spots"])
    svg = visitor.get(f"/sheets/{page['name']}.svg")
    assert (svg.status_code, svg.headers["content-type"]) == (200, "image/svg+xml")
    assert b"desk:" not in svg.content
    again = visitor.send("POST", "/forms/closure-report/preview", {"values": {"customer_name": "澄江纸业"}})
    assert again.json()["pages"][0]["name"] == page["name"]


def test_a_record_is_taken_in_each_format_and_as_a_zip_of_all(visitor: Visitor, store: Store) -> None:
    name = visitor.begin("closure-report", REPORT)
    for format, magic in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = visitor.get(f"/records/{name}/file?format={format}")
        assert (answer.status_code, answer.content[: len(magic)]) == (200, magic)
        assert f".{format}" in answer.headers["content-disposition"]
    archive = zipfile.ZipFile(io.BytesIO(visitor.get(f"/records/{name}/file?format=docx,xlsx,pdf").content))
    assert sorted(one.rpartition(".")[2] for one in archive.namelist()) == ["docx", "pdf", "xlsx"]
    assert store.log()[0].action == "take"


def test_a_record_with_gaps_is_not_made_into_a_document(visitor: Visitor) -> None:
    answer = visitor.get(f"/records/{visitor.begin('closure-report')}/file?format=pdf")
    assert answer.status_code == 422
    assert "报告编号" in answer.text


def test_a_final_record_keeps_its_versions_with_what_changed(visitor: Visitor) -> None:
    name = visitor.begin("closure-report", REPORT)
    done = visitor.send("POST", f"/records/{name}/final", {"base": 1})
    assert (done.status_code, done.json()["version"]) == (200, 1)
    changed = {**REPORT, "result": "全部恢复"}
    assert visitor.save(name, changed, 2).status_code == 200
    assert visitor.send("POST", f"/records/{name}/final", {"base": 3}).json()["version"] == 2
    page = visitor.get(f"/records/{name}/history").text
    assert "第 2 版" in page
    assert "全部恢复" in page


def test_a_number_is_given_to_one_record_only(visitor: Visitor, store: Store) -> None:
    first, second = visitor.begin("closure-report", REPORT), visitor.begin("closure-report", REPORT)
    assert visitor.send("POST", f"/records/{first}/final", {"base": 1}).status_code == 200
    refused = visitor.send("POST", f"/records/{second}/final", {"base": 1})
    assert refused.status_code == 422
    assert "这个编号" in refused.json()["trouble"]
    assert store.record(second).status == "draft"  # type: ignore[union-attr]
    assert store.versions(second) == []


def test_a_format_that_is_asked_for_many_times_is_made_once(visitor: Visitor) -> None:
    name = visitor.begin("closure-report", REPORT)
    answer = visitor.get(f"/records/{name}/file", params={"format": "docx," * 500})
    assert answer.headers["content-disposition"].endswith(".docx")


def test_what_lacks_something_is_not_made_final(visitor: Visitor) -> None:
    name = visitor.begin("closure-report", {"issue_no": "WT1"})
    refused = visitor.send("POST", f"/records/{name}/final", {"base": 1})
    assert refused.status_code == 422
    assert "/report_no" in {one["pointer"] for one in refused.json()["missing"]}


def test_a_record_that_is_only_looked_at_is_not_written(visitor: Visitor, store: Store) -> None:
    name = visitor.begin("closure-report", {"reported_at": "2024年9月10日 9:25"})
    looked = {"values": {"reported_at": "2024-09-10 09:25"}, "base": 1, "unchanged": True}
    told = visitor.send("PUT", f"/records/{name}/draft", looked)
    assert (told.status_code, told.json()["revision"]) == (200, 1)
    assert store.record(name).raw == {"reported_at": "2024年9月10日 9:25"}  # type: ignore[union-attr]
    assert visitor.save(name, {"issue_no": "WT1"}).status_code == 200
    late = visitor.send("PUT", f"/records/{name}/draft", looked)
    assert late.status_code == 409


def test_a_page_whose_answer_got_lost_goes_on(visitor: Visitor, store: Store) -> None:
    name = visitor.begin("closure-report")
    assert visitor.save(name, {"issue_no": "WT1"}).status_code == 200
    typed = {"values": {"issue_no": "WT12"}, "base": 1, "unanswered": {"issue_no": "WT1"}}
    assert visitor.send("PUT", f"/records/{name}/draft", typed).json()["revision"] == 3
    assert store.record(name).raw == {"issue_no": "WT12"}  # type: ignore[union-attr]


def test_a_letter_with_gaps_is_shown_while_it_is_written(visitor: Visitor) -> None:
    answer = visitor.send("POST", "/forms/solution-reply/preview", {"values": {}})
    assert len(answer.json()["pages"]) == 1


def test_checks_that_the_form_presets_are_on_the_page(visitor: Visitor) -> None:
    page = visitor.get(f"/records/{visitor.begin('troubleshooting-checklist')}").text
    assert "verify_customer" in page.partition('data-preset="')[2].partition('"')[0]


# --- registers that are corrected ---

REGISTER = Catalogue().form("issue-ledger")
ROWS = [
    {"issue_no": "WT20240910-01", "customer_name": "澄江纸业", "problem": "登录报错"},
    {"issue_no": "WT20240910-02", "customer_name": "远山食品", "problem": "对账差一分"},
    {"issue_no": "WT20240910-03", "customer_name": "北辰物流", "problem": "打印不全"},
]


def _versions(visitor: Visitor, name: str) -> list[list[list[str]]]:
    """Return the tables of a record's versions, the last version first, line by line."""
    page = lxml.html.fromstring(visitor.get(f"/records/{name}/history").text)
    return [
        [[cell.text_content() for cell in line.iter("td")] for line in section.iterfind(".//tbody/tr")]
        for section in page.iter("section")
    ]


def test_a_row_put_in_above_others_is_all_that_changed_of_a_register(visitor: Visitor, store: Store) -> None:
    key = REGISTER.rows.key
    name = store.begin(REGISTER.id, "zh-Hans", "", {key: ROWS})
    store.finish(name, 1, {key: ROWS}, [], "王敏", None, "")
    new = {"issue_no": "WT20240910-00", "customer_name": "华庭酒店", "problem": "无法导出"}
    corrected = [new, ROWS[0], {**ROWS[1], "problem": "对账差一元"}]
    changes = changes_between({key: ROWS}, {key: corrected})
    store.finish(name, 2, {key: corrected}, changes, "李强", None, "补登一行")
    rows, summary = REGISTER.rows.title("zh-Hans"), REGISTER.rows.child("problem").title("zh-Hans")
    last = _versions(visitor, name)[0]
    assert [line for line in last if "第 1 行" not in line[0]] == [
        [f"{rows} · 第 3 行 · {summary}", "对账差一分", "对账差一元"],
        *[
            [f"{rows} · 原第 3 行（已删去） · {REGISTER.rows.child(key).title('zh-Hans')}", value, ""]
            for key, value in ROWS[2].items()
        ],
    ]
    assert {line[2] for line in last if "第 1 行" in line[0]} == set(new.values())
    assert "补登一行" in visitor.get(f"/records/{name}/history").text


def test_an_earlier_version_is_taken_as_it_was(visitor: Visitor, store: Store) -> None:
    name = visitor.begin("closure-report", REPORT)
    visitor.send("POST", f"/records/{name}/final", {"base": 1})
    visitor.save(name, {**REPORT, "result": "全部恢复"}, 2)
    visitor.send("POST", f"/records/{name}/final", {"base": 3, "reason": "结果写错了"})
    files = [visitor.get(f"/records/{name}/file?format=docx&version={n}").content for n in (1, 2)]
    texts = [zipfile.ZipFile(io.BytesIO(file)).read("word/document.xml").decode() for file in files]
    assert ["全部恢复" in text for text in texts] == [False, True]
    assert visitor.get(f"/records/{name}/file?format=docx&version=3").status_code == 404
    assert "结果写错了" in visitor.get(f"/records/{name}/history").text
    assert [row.detail for row in store.log(3)[1:]] == ["docx · v2", "docx · v1"]


def test_no_number_is_used_up_by_what_is_not_made_final(store: Store, workers: Workers, tmp_path: Path) -> None:
    settings = tmp_path / "biaodan.toml"
    settings.write_text('[numbers]\nclosure-report = "BG{date:%Y}-{seq:03}"\n', encoding="utf-8")
    visitor = at(Desk(Office(Setup(str(settings))), store, workers))
    report = {key: value for key, value in REPORT.items() if key != "report_no"}
    name = visitor.begin("closure-report", {"issue_no": "WT1"})
    assert visitor.send("POST", f"/records/{name}/final", {"base": 1}).status_code == 422
    names = [visitor.begin("closure-report", report) for _ in range(2)]
    numbers = [visitor.send("POST", f"/records/{name}/final", {"base": 1}).json()["number"] for name in names]
    assert [number.partition("-")[2] for number in numbers] == ["001", "002"]
    assert numbers[1] in visitor.get("/records").text
