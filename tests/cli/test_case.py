"""The commands on a case file: what they add, refuse and say, and that a refused record leaves the file as it was."""

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from generator.wording import LANGS

ROOT = Path(__file__).resolve().parents[2]
CASE = "case.json"

REQUEST: dict[str, Any] = {
    "receipt": {"request_no": "FW1", "channel": "phone", "received_at": "2024-03-04 09:25"},
    "customer": {"customer_no": "C001", "customer_name": "甲公司", "contact": "13800001234"},
    "request": {"problem": "订单迟到", "urgency": "normal"},
    "arrangement": {"entered_by": "林悦"},
}
NOTICE = {"issue_no": "WT20240304-01", "progress_made": "已定位", "expected_at": "2024-03-05 18:00"}
CHECKLIST: dict[str, Any] = {
    "basic": {
        "customer_no": "C001",
        "customer_person": "沈佳",
        "contact": "13800001234",
        "service_type": "technical",
        "entered_by": "何川",
        "entering_department": "支持组",
        "entered_at": "2024-03-04 09:40",
    },
    "problem": {"symptom": "查不到订单", "priority": "P1"},
}
INTAKE_ROW = {
    "客户姓名": "沈佳",
    "联系方式": "13800001234",
    "客户编号": "C001",
    "问题描述（含客户诉求）": "订单迟到",
    "问题类型（一级/二级）": "技术故障/同步",
    "优先级": "P1",
    "转派部门/对接人": "技术部",
    "上报主管": "许宁",
    "上报时间": "2024-03-04 09:40",
}
INTAKE_HERE = {key: INTAKE_ROW[key] for key in INTAKE_ROW if key not in ("客户姓名", "联系方式", "客户编号", "优先级")}
"""What a row of intake says where the case knows the customer and the priority."""

ARCHIVE_ROW = {"题名": "甲公司处理卷", "类别": "问题处理", "形成日期": "2024年3月8日", "保管期限": "10年"}
CLOSURE = {
    "report_no": "BG1",
    "closed_at": "2024-03-08 16:00",
    "log": [{"time": "2024-03-04 09:30", "content": "回电"}],
    "root_cause": "配置有误",
    "solution": "改正配置",
    "result": "已恢复",
    "prevention": "双人核对",
}


@pytest.fixture
def add(cli: Any, save: Any) -> Callable[..., Any]:
    """Save a record and add it to the case."""

    def adding(form: str, record: Any, *options: str) -> Any:
        save("record.json", record)
        return cli("case", "add", CASE, form, "record.json", *options)

    return adding


@pytest.fixture
def case_of(add: Any, tmp_path: Path) -> Callable[..., Path]:
    """Begin a case with records that are right; return its file."""

    def made(*records: tuple[str, Any]) -> Path:
        for form, record in records:
            done = add(form, record)
            assert (done.code, done.err) == (0, "")
        return tmp_path / CASE

    return made


@pytest.fixture
def shown_by(cli: Any, text_in: Any) -> Callable[..., str]:
    """Print a form from the case; return the text of the document."""

    def rendered(form: str, *options: str) -> str:
        done = cli("render", form, CASE, "-o", "out.docx", "--force", *options)
        assert (done.code, done.err) == (0, "")
        text: str = text_in(Path("out.docx"))
        return text

    return rendered


def content_of(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def named(section: str, **fields: Any) -> dict[str, Any]:
    """Return the request with other values in a section."""
    record = copy.deepcopy(REQUEST)
    record[section] |= fields
    return record


def leaves(record: Any) -> list[str]:
    """Return every value of a record."""
    if isinstance(record, Mapping):
        return [leaf for value in record.values() for leaf in leaves(value)]
    if isinstance(record, list):
        return [leaf for value in record for leaf in leaves(value)]
    return [str(record)]


# --- what is written --------------------------------------------------------------------------------------------------


def test_a_new_case_is_begun_with_the_record_as_json_knows_it(add: Any, tmp_path: Path) -> None:
    titled = {
        "接收情况": {"请求编号": "FW1", "接收渠道": "电话", "接收时间": "2024年3月4日 9时25分"},
        "名称": "甲公司",
        "请求内容": {"问题描述": "订单迟到", "紧急程度": "一般"},
        "登记人": "林悦",
    }
    done = add("service-request", titled)
    assert (done.code, done.err, done.out) == (0, "", f"{CASE}\n")
    record = {
        "receipt": {"request_no": "FW1", "channel": "phone", "received_at": "2024-03-04T09:25:00+08:00"},
        "customer": {"customer_name": "甲公司"},
        "request": {"problem": "订单迟到", "urgency": "normal"},
        "arrangement": {"entered_by": "林悦"},
    }
    expected = {"$schema": "urn:biaodan:case", "records": [{"form": "service-request", "record": record}]}
    assert content_of(tmp_path / CASE) == expected


def test_the_same_records_give_the_same_bytes(case_of: Any) -> None:
    records = (("service-request", REQUEST), ("troubleshooting-checklist", CHECKLIST), ("progress-notice", NOTICE))
    first = case_of(*records)
    before = first.read_bytes()
    first.unlink()
    assert case_of(*records).read_bytes() == before
    assert before.endswith(b"}\n")
    assert "甲公司".encode() in before


def test_a_case_file_is_valid_against_its_schema(case_of: Any) -> None:
    schema = content_of(ROOT / "schemas" / "dialect" / "case.json")
    path = case_of(("service-request", REQUEST), ("archive-register", ARCHIVE_ROW), ("progress-notice", NOTICE))
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(content_of(path))


def test_only_what_was_given_is_kept_not_what_the_case_filled_in(case_of: Any) -> None:
    path = case_of(("service-request", REQUEST), ("progress-notice", NOTICE))
    assert content_of(path)["records"][1]["record"].keys() == NOTICE.keys()


def test_records_that_were_there_stay_as_they_were(case_of: Any) -> None:
    before = content_of(case_of(("service-request", REQUEST)))["records"]
    after = content_of(case_of(("progress-notice", NOTICE)))["records"]
    assert after[:-1] == before


def test_the_folder_of_a_case_is_made_and_nothing_else_is_left_in_it(cli: Any, save: Any, tmp_path: Path) -> None:
    save("record.json", REQUEST)
    done = cli("case", "add", "2024/03/案卷.json", "service-request", "record.json")
    assert (done.code, done.out) == (0, "2024/03/案卷.json\n")
    assert [path.name for path in (tmp_path / "2024" / "03").iterdir()] == ["案卷.json"]


# --- where record and case differ -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "field", "ours", "theirs"),
    [
        ("zh-Hans", "客户名称", "《处理进度告知函》", "第 1 条《服务请求登记表》"),
        ("zh-Hant", "客戶名稱", "《處理進度告知函》", "第 1 條《服務請求登記表》"),
        ("en", "Customer", "Progress update", "record 1 of the case, Service request form"),
    ],
)
def test_a_conflict_names_the_field_and_both_forms_and_changes_nothing(
    case_of: Any, add: Any, lang: str, field: str, ours: str, theirs: str
) -> None:
    path = case_of(("service-request", REQUEST))
    before = path.read_bytes()
    done = add("progress-notice", {**NOTICE, "customer_name": "乙公司"}, "--lang", lang)
    assert (done.code, done.out, done.codes) == (1, "", ["E-case-conflict"])
    assert done.faults[0].startswith(f"{CASE}: {field} (/customer_name): ")
    assert ours in done.faults[0]
    assert theirs in done.faults[0]
    assert path.read_bytes() == before


def test_every_field_that_differs_is_named_and_no_value_of_either_side(case_of: Any, add: Any) -> None:
    path = case_of(("service-request", named("request", impact="三个仓库")))
    before = path.read_bytes()
    other = copy.deepcopy(CHECKLIST)
    other["basic"] |= {"customer_no": "C777", "contact": "13911112222"}
    other["problem"]["impact"] = "五家门店"
    done = add("troubleshooting-checklist", other)
    assert done.codes == ["E-case-conflict"] * 3
    assert [line.split(" (")[1].split(")")[0] for line in done.faults] == [
        "/basic/customer_no",
        "/basic/contact",
        "/problem/impact",
    ]
    for value in leaves(REQUEST) + leaves(other):
        assert value not in done.out + done.err
    assert path.read_bytes() == before


def test_the_same_said_again_in_another_spelling_is_no_conflict(case_of: Any) -> None:
    case_of(("progress-notice", {**NOTICE, "expected_at": "2024年3月5日 18时"}))
    path = case_of(("service-request", named("arrangement", expected_at="2024/3/5 18:00")))
    assert len(content_of(path)["records"]) == 2


def test_the_record_is_right_where_that_is_preferred(case_of: Any, add: Any, shown_by: Any) -> None:
    case_of(("service-request", REQUEST))
    done = add("progress-notice", {**NOTICE, "customer_name": "乙公司"}, "--prefer", "record")
    assert (done.code, done.err) == (0, "")
    case_of(("closure-report", CLOSURE))
    text = shown_by("closure-report")
    assert "乙公司" in text
    assert "甲公司" not in text


def test_the_case_is_right_where_that_is_preferred(case_of: Any, add: Any, shown_by: Any) -> None:
    path = case_of(("service-request", REQUEST))
    done = add("progress-notice", {**NOTICE, "customer_name": "乙公司"}, "--prefer", "case")
    assert (done.code, done.err) == (0, "")
    kept = content_of(path)["records"][1]["record"]
    assert kept.keys() == NOTICE.keys()
    text = shown_by("progress-notice")
    assert "甲公司" in text
    assert "乙公司" not in text


def test_preferring_the_case_keeps_what_does_not_differ_in_the_same_section(case_of: Any, add: Any) -> None:
    path = case_of(("service-request", REQUEST))
    other = copy.deepcopy(CHECKLIST)
    other["basic"]["customer_no"] = "C777"
    assert add("troubleshooting-checklist", other, "--prefer", "case").code == 0
    basic = content_of(path)["records"][1]["record"]["basic"]
    assert basic["customer_person"] == "沈佳"
    assert "customer_no" not in basic


def test_who_is_right_changes_nothing_where_nothing_differs(case_of: Any, add: Any) -> None:
    path = case_of(("service-request", REQUEST), ("progress-notice", NOTICE))
    plain = path.read_bytes()
    for prefer in ("case", "record"):
        path.unlink()
        case_of(("service-request", REQUEST))
        assert add("progress-notice", NOTICE, "--prefer", prefer).code == 0
        assert path.read_bytes() == plain


def test_a_second_record_of_the_same_form_may_say_otherwise(case_of: Any, shown_by: Any) -> None:
    later = {"progress_made": "已修正", "expected_at": "2024-03-06 12:00"}
    path = case_of(("service-request", REQUEST), ("progress-notice", NOTICE), ("progress-notice", later))
    assert [entry["form"] for entry in content_of(path)["records"]] == [
        "service-request",
        "progress-notice",
        "progress-notice",
    ]
    text = shown_by("progress-notice")
    assert "2024年3月6日 12:00" in text
    assert "已定位" not in text
    assert "WT20240304-01" in text


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [{}, {"records": []}, REQUEST, [], [{"$schema": "urn:biaodan:case", "records": []}], {"$schema": "urn:other"}, 7],
    ids=str,
)
@pytest.mark.parametrize("lang", LANGS)
def test_a_file_that_is_no_case_is_left_alone(cli: Any, save: Any, content: Any, lang: str) -> None:
    path = save(CASE, content)
    before = path.read_bytes()
    save("record.json", REQUEST)
    said = {"zh-Hans": "不是案卷", "zh-Hant": "不是案卷", "en": "no case file"}[lang]
    for arguments in (("add", CASE, "service-request", "record.json"), ("show", CASE)):
        done = cli("case", *arguments, "--lang", lang)
        assert (done.code, done.out, done.codes) == (1, "", ["E-case-file"])
        assert said in done.err
        assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe{}", b"PK\x03\x04"], ids=repr)
def test_a_file_that_is_no_json_is_left_alone(cli: Any, save: Any, content: bytes) -> None:
    path = save(CASE, content)
    save("record.json", REQUEST)
    done = cli("case", "add", CASE, "service-request", "record.json")
    assert (done.code, done.out) == (1, "")
    assert done.codes[0] in ("E-json", "E-encoding-json")
    assert path.read_bytes() == content


MALFORMED = [
    ({"records": {}}, ["/records"]),
    ({}, [""]),
    ({"records": [7]}, ["/records/0"]),
    ({"records": [{"form": "closure-report", "record": {}}, {"form": "closure-report"}]}, ["/records/1"]),
    ({"records": [{"form": "", "record": []}]}, ["/records/0/form", "/records/0/record"]),
    ({"records": [{"form": "closure-report", "record": {}, "by": "x"}], "more": 1}, ["", "/records/0"]),
]


@pytest.mark.parametrize(("content", "pointers"), MALFORMED, ids=str)
@pytest.mark.parametrize(
    "command",
    [
        ("case", "add", CASE, "service-request", "record.json"),
        ("case", "show", CASE),
        ("case", "show", CASE, "closure-report"),
        ("check", "closure-report", CASE),
        ("render", "closure-report", CASE, "-o", "out.docx"),
    ],
    ids=" ".join,
)
def test_a_malformed_case_is_refused_with_the_place_of_each_fault(
    cli: Any, save: Any, tmp_path: Path, content: Any, pointers: list[str], command: tuple[str, ...]
) -> None:
    path = save(CASE, {"$schema": "urn:biaodan:case", **content})
    before = path.read_bytes()
    save("record.json", REQUEST)
    done = cli(*command)
    assert (done.code, done.out, set(done.codes)) == (1, "", {"E-case"})
    assert sorted(line.split(": ")[1] if ": /" in line else "" for line in done.faults) == pointers
    assert all(line.startswith(f"{CASE}: ") for line in done.faults)
    assert path.read_bytes() == before
    assert not (tmp_path / "out.docx").exists()


@pytest.mark.parametrize(
    ("lang", "said"), [("zh-Hans", "案卷的格式"), ("zh-Hant", "案卷的格式"), ("en", "format of a case file")]
)
def test_a_malformed_case_is_told_in_every_language(cli: Any, save: Any, lang: str, said: str) -> None:
    save(CASE, {"$schema": "urn:biaodan:case"})
    assert said in cli("case", "show", CASE, "--lang", lang).err


@pytest.mark.parametrize(
    "command",
    [
        ("case", "add", CASE, "service-request", "record.json"),
        ("case", "show", CASE),
        ("case", "show", CASE, "progress-notice"),
        ("check", "progress-notice", CASE),
        ("render", "progress-notice", CASE, "-o", "out.docx"),
    ],
    ids=" ".join,
)
def test_a_case_with_a_form_that_is_not_there_is_refused(
    cli: Any, save: Any, tmp_path: Path, command: tuple[str, ...]
) -> None:
    entries = [{"form": "closure-report", "record": {}}, {"form": "closure-reprt", "record": {}}]
    path = save(CASE, {"$schema": "urn:biaodan:case", "records": entries})
    before = path.read_bytes()
    save("record.json", REQUEST)
    done = cli(*command)
    assert (done.code, done.out, done.codes) == (1, "", ["E-case-form"])
    assert done.faults[0].startswith(f"{CASE}:[2]: ")
    assert "closure-reprt" in done.faults[0]
    assert path.read_bytes() == before
    assert not (tmp_path / "out.docx").exists()


def test_a_record_inside_a_case_that_breaks_its_form_is_refused(cli: Any, save: Any, tmp_path: Path) -> None:
    entry = {"form": "service-request", "record": {"nonsense": "秘密"}}
    save(CASE, {"$schema": "urn:biaodan:case", "records": [entry]})
    done = cli("render", "progress-notice", CASE, "-o", "out.docx")
    assert (done.code, done.out, done.codes) == (1, "", ["E-unknown-key"])
    assert done.faults[0].startswith(f"{CASE}:[1]: ")
    assert "秘密" not in done.err
    assert not (tmp_path / "out.docx").exists()


@pytest.mark.parametrize("begun", [True, False], ids=["case", "no case yet"])
@pytest.mark.parametrize(
    ("form", "record", "codes"),
    [
        ("progress-notice", {**NOTICE, "天气": "晴"}, ["E-unknown-key"]),
        ("progress-notice", {**NOTICE, "progress_mde": "x"}, ["E-unknown-key-near"]),
        ("progress-notice", {**NOTICE, "expected_at": "明天"}, ["E-date"]),
        ("progress-notice", {**NOTICE, "本次进展": "x"}, ["E-key-twice"]),
        ("progress-notice", {**NOTICE, "notified_at": "2024-03-09 09:00"}, ["E-check"]),
        ("root-cause", {"analysis_no": "G1", "causes": [{"category": "天", "cause": "x", "status": "open"}]}, None),
        ("archive-register", {**ARCHIVE_ROW, "保管期限": "一年"}, None),
        ("closure-report", 7, ["E-record-shape"]),
    ],
)
def test_a_faulty_record_is_not_added(
    cli: Any, add: Any, case_of: Any, tmp_path: Path, begun: bool, form: str, record: Any, codes: list[str] | None
) -> None:
    before = case_of(("service-request", REQUEST)).read_bytes() if begun else None
    done = add(form, record)
    assert (done.code, done.out) == (1, "")
    assert done.codes == codes if codes else "E-choice" in done.codes
    path = tmp_path / CASE
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize(
    ("lang", "field", "said"),
    [
        ("zh-Hans", "预计完成时间 (/expected_at)", "必填"),
        ("zh-Hant", "預計完成時間 (/expected_at)", "必填"),
        ("en", "Expected completion (/expected_at)", "is required"),
    ],
)
def test_what_neither_record_nor_case_tells_is_asked_for(
    case_of: Any, add: Any, lang: str, field: str, said: str
) -> None:
    path = case_of(("service-request", REQUEST))
    before = path.read_bytes()
    done = add("progress-notice", {"issue_no": "WT1", "progress_made": "已定位"}, "--lang", lang)
    assert (done.code, done.codes) == (1, ["E-required"])
    assert field in done.faults[0]
    assert said in done.faults[0]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "form", "content", "count"),
    [
        ("two.json", "progress-notice", [NOTICE, NOTICE], 2),
        ("none.json", "progress-notice", [], 0),
        ("two.jsonl", "progress-notice", "\n".join([json.dumps(NOTICE)] * 2), 2),
        (
            "two.csv",
            "progress-notice",
            "issue_no,本次进展,预计完成时间\nW,x,2024-03-05\nW,y,2024-03-05\nW,z,2024-03-06\n",
            3,
        ),
        ("rows.json", "archive-register", {"rows": [ARCHIVE_ROW, ARCHIVE_ROW]}, 2),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
@pytest.mark.parametrize("lang", LANGS)
def test_one_record_is_added_at_a_time(
    cli: Any, save: Any, tmp_path: Path, lang: str, name: str, form: str, content: Any, count: int
) -> None:
    save(name, content)
    done = cli("case", "add", CASE, form, name, "--lang", lang)
    assert (done.code, done.out, done.codes) == (2, "", ["E-case-one"])
    said = {"zh-Hans": f"这里有 {count} 条", "zh-Hant": f"這裡有 {count} 筆", "en": f"there are {count}"}[lang]
    assert said in done.faults[0].replace("裏", "裡")
    assert name in done.faults[0]
    assert not (tmp_path / CASE).exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", CASE, "no-such-form", "record.json"), "E-form-unknown"),
        (("add", CASE, "service-request", "nothere.json"), "E-file-missing"),
        (("add", CASE, "service-request", "record.odt"), "E-source-format"),
        (("show", "nothere.json"), "E-file-missing"),
    ],
    ids=str,
)
def test_a_wrong_call_is_told_by_its_code(
    cli: Any, save: Any, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    save("record.json", REQUEST)
    done = cli("case", *arguments)
    assert (done.code, done.out, done.codes) == (2, "", [code])
    assert not (tmp_path / CASE).exists()


@pytest.mark.parametrize("prefer", ["neither", "", "Case"])
def test_only_the_case_or_the_record_can_be_right(add: Any, tmp_path: Path, prefer: str) -> None:
    done = add("service-request", REQUEST, "--prefer", prefer)
    assert (done.code, done.out) == (2, "")
    assert "--prefer" in done.err
    assert not (tmp_path / CASE).exists()


def test_a_folder_is_no_case(cli: Any, save: Any, tmp_path: Path) -> None:
    (tmp_path / CASE).mkdir()
    save("record.json", REQUEST)
    done = cli("case", "add", CASE, "service-request", "record.json")
    assert (done.code, done.codes) == (1, ["E-file-kind"])


# --- one record in any file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.json", NOTICE),
        ("list.json", [NOTICE]),
        ("r.jsonl", json.dumps(NOTICE) + "\n\n"),
        ("r.csv", "问题编号,本次进展,预计完成时间\nWT20240304-01,已定位,2024-03-05 18:00\n"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_record_comes_from_any_kind_of_file(cli: Any, save: Any, tmp_path: Path, name: str, content: Any) -> None:
    save(name, content)
    assert cli("case", "add", CASE, "progress-notice", name).code == 0
    record = {**NOTICE, "expected_at": "2024-03-05T18:00:00+08:00"}
    assert content_of(tmp_path / CASE)["records"] == [{"form": "progress-notice", "record": record}]


def test_a_record_comes_from_standard_input(cli: Any, tmp_path: Path) -> None:
    done = cli("case", "add", CASE, "progress-notice", "-", stdin=json.dumps(NOTICE))
    assert (done.code, done.err) == (0, "")
    assert content_of(tmp_path / CASE)["records"][0]["record"]["issue_no"] == "WT20240304-01"


def test_a_case_comes_from_standard_input(cli: Any, case_of: Any, text_in: Any) -> None:
    path = case_of(("service-request", REQUEST), ("progress-notice", NOTICE))
    done = cli("render", "progress-notice", "-", "-o", "out.docx", stdin=path.read_bytes())
    assert (done.code, done.err, done.out) == (0, "", "out.docx\n")
    assert "甲公司" in text_in(Path("out.docx"))
    lacking = cli("check", "closure-report", "-", stdin=path.read_bytes())
    assert lacking.code == 1
    assert lacking.faults[0].startswith("-: ")


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_row_of_a_register_is_filled_from_the_case(case_of: Any, cli: Any, text_in: Any) -> None:
    case_of(("troubleshooting-checklist", CHECKLIST), ("issue-intake", INTAKE_HERE))
    done = cli("render", "issue-intake", CASE, "-o", "out.xlsx", "--no-mask")
    assert (done.code, done.err) == (0, "")
    row = text_in(Path("out.xlsx"))
    for shown in ("沈佳", "13800001234", "C001", "P1", "技术部"):
        assert shown in row


def test_a_row_of_a_register_tells_the_later_forms(case_of: Any, shown_by: Any) -> None:
    request = {key: value for key, value in REQUEST.items() if key != "customer"}
    case_of(("issue-intake", INTAKE_ROW), ("service-request", request))
    text = shown_by("service-request", "--no-mask")
    assert "C001" in text
    assert "13800001234" in text
    report = {**CLOSURE, "customer_name": "甲公司", "responded_at": "2024-03-04 09:30"}
    case_of(("progress-notice", NOTICE), ("closure-report", report))
    assert "P1" in shown_by("closure-report")


def test_a_person_in_a_register_does_not_name_the_customer(case_of: Any, add: Any) -> None:
    request = {key: value for key, value in REQUEST.items() if key != "customer"}
    case_of(("issue-intake", INTAKE_ROW), ("service-request", request), ("progress-notice", NOTICE))
    done = add("closure-report", CLOSURE)
    assert done.codes == ["E-required"]
    assert "(/customer_name)" in done.faults[0]


@pytest.mark.parametrize("content", [ARCHIVE_ROW, [ARCHIVE_ROW], {"rows": [ARCHIVE_ROW]}], ids=["row", "list", "rows"])
def test_one_row_is_a_record_however_it_is_wrapped(add: Any, shown_by: Any, content: Any, tmp_path: Path) -> None:
    assert add("archive-register", content).code == 0
    record = content_of(tmp_path / CASE)["records"][0]["record"]
    assert record["formed_on"] == "2024-03-08"
    assert record["retention"] == "ten_years"
    text = shown_by("archive-register")
    assert "甲公司处理卷" in text
    assert "2034-03-08" in text


def test_a_number_that_a_register_worked_out_serves_the_later_forms(case_of: Any, shown_by: Any) -> None:
    row = {
        "customer_name": "甲公司",
        "problem": "订单迟到",
        "severity": "high",
        "reported_at": "2024-03-04 09:00",
        "status": "open",
    }
    case_of(("issue-tracker", row))
    notice = {key: value for key, value in NOTICE.items() if key != "issue_no"}
    case_of(("progress-notice", notice))
    assert "WT20240304-01" in shown_by("progress-notice")


# --- what flows, and what stays at home -------------------------------------------------------------------------------


def test_choices_and_dates_come_through_as_what_they_are(case_of: Any, shown_by: Any) -> None:
    case_of(("service-request", named("receipt", channel="电话", received_at="2024年3月4日 9时25分")))
    case_of(("troubleshooting-checklist", CHECKLIST), ("progress-notice", NOTICE), ("closure-report", CLOSURE))
    english = shown_by("service-request", "--lang", "en")
    assert "Telephone" in english
    closure = shown_by("closure-report")
    assert "2024-03-04 09:25" in closure
    assert "P1" in closure


def test_a_field_takes_its_own_key_before_the_sources_it_names(case_of: Any, shown_by: Any) -> None:
    notice = {"progress_made": "已定位", "expected_at": "2024-03-05", "issue_no": "WT1"}
    case_of(("troubleshooting-checklist", CHECKLIST), ("progress-notice", notice))
    assert "查不到订单" in shown_by("progress-notice")
    again = {"progress_made": "已修正"}
    case_of(("service-request", REQUEST))
    assert "甲公司" not in shown_by("progress-notice")
    case_of(("progress-notice", again))
    later = shown_by("progress-notice")
    assert "甲公司" in later
    assert "订单迟到" in later
    assert "查不到订单" not in later
    confirmed = {
        "confirmation_no": "QR1",
        "problem_summary": "概述如下",
        "solution": "改正配置",
        "department": "技术部",
        "steps": [{"action": "改正"}],
    }
    case_of(("solution-confirmation", confirmed), ("progress-notice", again))
    last = shown_by("progress-notice")
    assert "概述如下" in last
    assert "订单迟到" not in last


def test_who_filled_in_one_form_did_not_fill_in_the_next(case_of: Any, cli: Any) -> None:
    case_of(("service-request", REQUEST))
    done = cli("case", "show", CASE, "troubleshooting-checklist")
    lacking = {line.split(": ")[1].partition(" (")[0] for line in done.faults}
    assert {"录入人员", "录入时间"} <= lacking
    assert not {"客户编号", "联系方式"} & lacking


def test_values_of_a_section_reach_forms_without_sections_and_back(case_of: Any, cli: Any, shown_by: Any) -> None:
    case_of(("service-request", REQUEST), ("progress-notice", NOTICE), ("closure-report", CLOSURE))
    visit = {"visit": {"visitor": "林悦", "visited_at": "2024-03-11 10:00"}, "outcome": {"resolved": True}}
    case_of(("return-visit", visit))
    text = shown_by("return-visit")
    for shown in ("WT20240304-01", "甲公司", "2024-03-08 16:00", "订单迟到"):
        assert shown in text


# --- the other commands on a case -------------------------------------------------------------------------------------


def test_show_lists_the_records_in_every_language(case_of: Any, cli: Any) -> None:
    case_of(("service-request", REQUEST), ("progress-notice", NOTICE))
    for lang, titles in {
        "zh-Hans": ["服务请求登记表", "处理进度告知函"],
        "zh-Hant": ["服務請求登記表", "處理進度告知函"],
        "en": ["Service request form", "Progress update"],
    }.items():
        done = cli("case", "show", CASE, "--lang", lang)
        assert (done.code, done.err) == (0, "")
        lines = done.out.splitlines()
        assert [line.split()[0] for line in lines] == ["1", "2"]
        assert all(title in line for title, line in zip(titles, lines, strict=True))
        assert [line.split()[-1] for line in lines] == ["FW1", "WT20240304-01"]


def test_show_names_what_a_form_lacks_and_says_so_when_it_lacks_nothing(case_of: Any, cli: Any) -> None:
    path = case_of(("service-request", REQUEST))
    before = path.read_bytes()
    done = cli("case", "show", CASE, "progress-notice")
    assert (done.code, done.out, set(done.codes)) == (1, "", {"E-required"})
    lacking = [line.split(": ")[1].partition(" (")[0] for line in done.faults]
    assert sorted(lacking) == sorted(["问题编号", "本次进展", "预计完成时间"])
    assert path.read_bytes() == before
    case_of(("progress-notice", NOTICE))
    for lang, said in {"zh-Hans": "没有问题", "zh-Hant": "沒有問題", "en": "no faults"}.items():
        fine = cli("case", "show", CASE, "progress-notice", "--lang", lang)
        assert (fine.code, fine.out, fine.err) == (0, "", f"{said}\n")


def test_check_judges_what_a_form_would_print_from_the_case(case_of: Any, cli: Any) -> None:
    path = case_of(("service-request", REQUEST))
    lacking = cli("check", "progress-notice", CASE)
    assert (lacking.code, lacking.codes) == (1, ["E-required"] * 3)
    case_of(("progress-notice", NOTICE))
    fine = cli("check", "progress-notice", CASE)
    assert (fine.code, fine.faults) == (0, [])
    before = path.read_bytes()
    told = json.loads(cli("check", "closure-report", CASE, "--json").out)
    assert {fault["code"] for fault in told} == {"E-required"}
    assert "/root_cause" in {fault["pointer"] for fault in told}
    assert path.read_bytes() == before


def test_values_of_the_command_line_go_on_top_of_the_case(case_of: Any, shown_by: Any) -> None:
    case_of(("service-request", REQUEST), ("progress-notice", NOTICE))
    text = shown_by("progress-notice", "--set", "客户名称=丙公司")
    assert "丙公司" in text
    assert "甲公司" not in text


def test_a_policy_of_ones_own_judges_the_case(case_of: Any, add: Any, cli: Any, save: Any, shown_by: Any) -> None:
    policy = content_of(ROOT / "schemas" / "policies" / "response.json")
    policy["targets"]["limits"]["return_visit"] = {"value": 1, "unit": "working_day"}
    save("policy.json", policy)
    path = case_of(("service-request", REQUEST), ("progress-notice", NOTICE))
    before = path.read_bytes()
    report = {**CLOSURE, "visit_due": "2024-03-11"}
    assert add("closure-report", report).codes == ["E-derived"]
    assert path.read_bytes() == before
    assert add("closure-report", report, "--policy", "policy.json").code == 0
    assert "2024-03-11" in shown_by("closure-report", "--policy", "policy.json")
    assert cli("check", "closure-report", CASE).codes == ["E-derived"]
    assert cli("case", "show", CASE, "closure-report", "--policy", "policy.json").code == 0
    assert cli("case", "show", CASE, "--policy", "nothere.json").code == 2


def test_a_case_keeps_the_time_zone_of_the_policy(add: Any, cli: Any, save: Any, text_in: Any) -> None:
    policy = content_of(ROOT / "schemas" / "policies" / "response.json")
    policy["calendar"]["time_zone"] = "Asia/Tokyo"
    save("policy.json", policy)
    own = ("--policy", "policy.json")
    midnight = {"reported_at": "2024-03-04 00:30", "severity": "high", "problem": "订单迟到", "status": "open"}
    assert add("issue-tracker", {**midnight, "customer_name": "甲公司"}, *own).code == 0
    notice = {"progress_made": "已定位", "expected_at": "2024-03-05 18:00"}
    assert add("progress-notice", notice, *own).code == 0
    same = named("arrangement", expected_at="2024-03-05 18:00")
    same["request"]["problem"] = "订单迟到"
    assert add("service-request", same, *own).codes == []
    assert cli("render", "progress-notice", CASE, "-o", "out.docx", *own).code == 0
    text = text_in(Path("out.docx"))
    assert "WT20240304-01" in text
    assert "2024年3月5日 18:00" in text


def test_forms_of_the_users_folder_take_part_in_a_case(
    case_of: Any, add: Any, save: Any, shown_by: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "desk"))
    text = {"type": "string"}
    fields = {
        "company": {**text, "title": "单位", "x-case": ["customer_no", "customer_name"]},
        "channel": {**text, "title": "来源"},
        "owner": {"$ref": "urn:biaodan:vocabulary#/$defs/owner", "x-case": False},
        "customer_name": {"$ref": "urn:biaodan:vocabulary#/$defs/customer_name"},
    }
    save("desk/schemas/slip.json", {"title": "便签", "type": "object", "properties": fields})
    case_of(("slip", {"owner": "何川", "channel": "邮件"}), ("service-request", REQUEST))
    assert "C001" not in shown_by("slip")
    case_of(("slip", {"owner": "何川", "channel": "邮件"}))
    shown = shown_by("slip")
    assert "C001" in shown
    assert "甲公司" in shown
    case_of(("progress-notice", NOTICE))
    assert "何川" not in shown_by("progress-notice")
    assert "邮件" not in shown_by("progress-notice")


# --- what came when ---------------------------------------------------------------------------------------------------


def test_a_paper_printed_again_says_what_it_said_when_it_was_sent(case_of: Any, shown_by: Any) -> None:
    case_of(("service-request", REQUEST), ("progress-notice", NOTICE))
    before = shown_by("progress-notice")
    assert "订单迟到" in before
    later = {**CLOSURE, "problem_summary": "概述如下", "closed_at": "2024-03-05 16:00"}
    case_of(("closure-report", later))
    assert shown_by("progress-notice") == before
    assert "概述如下" in shown_by("closure-report")
    assert "概述如下" in shown_by("solution-reply")


def test_a_register_has_a_row_for_each_of_its_records_in_the_case(case_of: Any, shown_by: Any) -> None:
    case_of(("archive-register", ARCHIVE_ROW), ("archive-register", {**ARCHIVE_ROW, "题名": "甲公司录音"}))
    text = shown_by("archive-register")
    assert "甲公司处理卷" in text
    assert "甲公司录音" in text


def test_a_form_that_agreed_at_first_can_still_contradict_another(case_of: Any, add: Any) -> None:
    path = case_of(("service-request", REQUEST), ("progress-notice", {**NOTICE, "customer_name": "甲公司"}))
    before = path.read_bytes()
    done = add("progress-notice", {**NOTICE, "customer_name": "乙公司"})
    assert done.codes == ["E-case-conflict"]
    assert "第 1 条《服务请求登记表》" in done.faults[0]
    assert path.read_bytes() == before


# --- beside the rows, and outside the catalogue -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh-Hans", "只收登记表的一行"), ("zh-Hant", "只收登記表的一列"), ("en", "one row of a register")],
)
def test_what_stands_beside_the_row_of_a_register_is_refused_and_set_when_printing(
    add: Any, shown_by: Any, tmp_path: Path, lang: str, said: str
) -> None:
    done = add("archive-register", {"归档部门": "客户服务部", "rows": [ARCHIVE_ROW]}, "--lang", lang)
    assert (done.code, done.out, done.codes) == (1, "", ["E-case-head"])
    assert "record.json" in done.faults[0]
    assert said in done.faults[0]
    assert "归档部门" in done.faults[0]
    assert "客户服务部" not in done.err
    assert not (tmp_path / CASE).exists()
    assert add("archive-register", {"rows": [ARCHIVE_ROW]}).code == 0
    assert "客户服务部" not in shown_by("archive-register")
    assert "客户服务部" in shown_by("archive-register", "--set", "归档部门=客户服务部")


def test_an_unknown_key_beside_the_row_of_a_register_is_refused(add: Any, tmp_path: Path) -> None:
    done = add("archive-register", {"天气": "晴", "rows": [ARCHIVE_ROW]})
    assert (done.code, done.codes) == (1, ["E-case-head"])
    assert "第 1 个键" in done.faults[0]
    assert "天气" not in done.faults[0]
    assert not (tmp_path / CASE).exists()


@pytest.mark.parametrize(
    ("lang", "said"), [("zh-Hans", "目录中没有"), ("zh-Hant", "目錄中沒有"), ("en", "the catalogue has no form")]
)
def test_a_form_given_as_a_file_takes_no_part_in_a_case(
    cli: Any, save: Any, tmp_path: Path, lang: str, said: str
) -> None:
    save("slip-of-mine.json", {"title": "便签", "type": "object", "properties": {"note": {"type": "string"}}})
    save("record.json", {"note": "x"})
    done = cli("case", "add", CASE, "slip-of-mine.json", "record.json", "--lang", lang)
    assert (done.code, done.out, done.codes) == (2, "", ["E-case-form"])
    assert done.faults[0].startswith(f"{CASE}: ")
    assert said in done.faults[0]
    assert "slip-of-mine" in done.faults[0]
    assert not (tmp_path / CASE).exists()


# --- persons, warnings, and where a fault lies ------------------------------------------------------------------------


def test_a_person_who_is_the_customer_is_in_nothing_that_leaves_the_team(case_of: Any, shown_by: Any) -> None:
    case_of(("troubleshooting-checklist", CHECKLIST), ("progress-notice", NOTICE))
    report = {**CLOSURE, "reported_at": "2024-03-04 09:25", "customer_name": "甲公司"}
    case_of(("closure-report", report))
    for form in ("closure-report", "progress-notice"):
        for masked in ("--mask", "--no-mask"):
            assert "沈佳" not in shown_by(form, masked)


def test_a_person_who_fills_the_next_form_is_masked_there_too(case_of: Any, shown_by: Any) -> None:
    visit = {
        "basic": {"closed_at": "2024-03-08 16:00", "customer_name": "甲公司"},
        "visit": {"visitor": "林悦", "visited_at": "2024-03-11 10:00"},
        "outcome": {"resolved": True},
    }
    case_of(("troubleshooting-checklist", CHECKLIST), ("progress-notice", NOTICE), ("return-visit", visit))
    assert "沈佳" in shown_by("return-visit", "--no-mask")
    masked = shown_by("return-visit", "--mask")
    assert "沈" in masked
    assert "沈佳" not in masked


def test_warnings_about_an_added_record_are_told_and_it_is_added(add: Any, tmp_path: Path) -> None:
    record = {**NOTICE, "notified_at": "2024-03-04 17:30", "next_notice_at": "2024-03-07 17:30"}
    done = add("progress-notice", record)
    assert (done.code, done.out, done.codes) == (0, f"{CASE}\n", ["W-derived"])
    assert content_of(tmp_path / CASE)["records"][0]["record"]["next_notice_at"] == "2024-03-07T17:30:00+08:00"


def test_a_fault_inside_a_case_names_the_record_it_lies_in(cli: Any, save: Any) -> None:
    entries = [{"form": "progress-notice", "record": {}}, {"form": "progress-notice", "record": {"天气": "晴"}}]
    save(CASE, {"$schema": "urn:biaodan:case", "records": entries})
    for command in (("check", "closure-report", CASE), ("check", "progress-notice", CASE)):
        assert [line.partition(": ")[0] for line in cli(*command).faults] == [f"{CASE}:[2]"]
    save("record.json", REQUEST)
    assert cli("case", "add", CASE, "service-request", "record.json").faults[0].startswith(f"{CASE}:[2]: ")
