"""Forms of the user's own that are faulty: told where they would stand, and in nobody's way."""

import json
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from generator.desk.office import Office, Setup
from generator.desk.pool import Workers
from generator.desk.store import Store
from generator.desk.web.desk import Desk
from tests.desk.conftest import Visitor
from tests.desk.given import REPORT
from tests.desk.people import at

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
FAULTY = {
    "patrol.json": {
        "$schema": SCHEMA,
        "title": "巡检单",
        "x-title": {"en": "Patrol"},
        "type": "object",
        "x-form": {"id": "patrol", "group": "closure", "kind": "nonsense"},
        "properties": {"a": {"type": "strng", "title": "甲"}},
    },
    "closure-report.patch.json": {"x-extends": "closure-report", "x-change": {"/no_such_field": {"titel": "x"}}},
    "gone.patch.json": {"x-extends": "no-such-form", "title": "改自别处"},
}


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Return settings of a desk whose folder of forms holds nothing sound."""
    folder = tmp_path / "forms"
    folder.mkdir()
    for name, schema in FAULTY.items():
        (folder / name).write_text(json.dumps(schema), encoding="utf-8")
    (folder / "cut.json").write_text("{", encoding="utf-8")
    path = tmp_path / "biaodan.toml"
    path.write_text('[forms]\nfolder = "forms"\n', encoding="utf-8")
    return path


class Working:
    """Processes of the run that work as those of a desk with settings of its own do."""

    def __init__(self, workers: Workers, setup: Setup) -> None:
        self.setup, self.count = setup, workers.count

    async def run(self, work: Any, *given: Any, quick: bool = False, seconds: float = 60.0, **named: Any) -> Any:
        """Do a piece of work here and now."""
        return work(self.setup, *given, **named)


@pytest.fixture
def own(settings: Path, store: Store, workers: Workers) -> Visitor:
    setup = Setup(str(settings))
    return at(Desk(Office(setup), store, Working(workers, setup)))  # type: ignore[arg-type]


def faulty(page: str) -> dict[str, tuple[str, str]]:
    """Return by their titles the faulty forms of a page: the stage of each, and what is said of it."""
    found = {}
    for section in lxml.html.fromstring(page).iterfind(".//section[@class='stage']"):
        for item in section.findall(".//ul[@class='faulty']/li"):
            title = item.findtext(".//strong")
            found[str(title)] = (str(section.findtext("h2")), " ".join(item.text_content().split()))
    return found


def test_a_faulty_form_is_told_beneath_its_stage_with_its_place_and_what_to_do(own: Visitor) -> None:
    told = faulty(own.get("/").text)
    assert {title: stage for title, (stage, _) in told.items()} == {
        "巡检单": "关闭与回访",
        "问题处理总结报告": "关闭与回访",
        "改自别处": "自己的表单",
        "cut": "自己的表单",
    }
    assert "patrol.json: /x-form/kind" in told["巡检单"][1]
    assert "cut.json:1" in told["cut"][1]
    assert "没有这份表单" in told["改自别处"][1]
    assert all("biaodan lint" in said for _, said in told.values())


def test_what_is_wrong_is_told_in_the_reader_s_language(own: Visitor) -> None:
    own.client.cookies.set("desk_lang", "en")
    told = faulty(own.get("/").text)
    assert "Mend the file" in told["Patrol"][1]


def test_all_other_pages_go_on_though_a_form_with_records_became_faulty(own: Visitor, store: Store) -> None:
    name = store.begin("closure-report", "zh-Hans", "", REPORT)
    for path in ("/", "/records", "/due", "/cases", "/month", "/give", "/forms/service-request"):
        assert own.get(path).status_code == 200, path
    assert own.get(f"/records/{name}").status_code == 404
    assert "closure-report" in own.get("/").text
    case = own.send("POST", "/cases", b"title=x", headers={"content-type": "application/x-www-form-urlencoded"})
    path = case.headers["location"]
    own.send("PUT", f"{path}/records/{name}", b"")
    assert own.get(path).status_code == 200
