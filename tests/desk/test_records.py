"""Records on the page: begun, saved as they are typed, seen as paper, taken, made final."""

import io
import json
import zipfile
from pathlib import Path

from generator.desk.store import Store
from tests.desk.conftest import Visitor

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
