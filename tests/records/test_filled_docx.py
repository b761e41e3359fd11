"""Word forms as people and programs send them back: typed over, taken apart, changed with a record of the changes."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from records.typist import Typist

from generator import Catalogue, blank
from generator.api import make_job, to_bytes
from generator.catalogue import FieldSpec, Form
from generator.control_names import prompt
from generator.errors import Fault
from generator.records import ListSource
from generator.records.filled import FilledSource
from generator.wording import LANGS
from samples.random_records import Tree, is_computed, judged_by, samples_of, without_computed
from samples.round_trip import RoundTrip, differences, plain

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FORMS = {form.id: form for form in Catalogue()}
PRINTED = list(FORMS)


@cache
def job_of(form: str, lang: str = "zh-Hans", *, fillable: bool = False) -> Any:
    return make_job(FORMS[form], lang=lang, mask=False, fillable=fillable)


@cache
def trip(form: str, lang: str) -> RoundTrip:
    return RoundTrip(FORMS[form], lang, "docx")


@cache
def blank_of(form: str, lang: str, *, fillable: bool = False) -> bytes:
    return blank(form, "docx", lang=lang, fillable=fillable)


def document_of(form: str, sample: Any, lang: str, *, fillable: bool = False) -> bytes:
    job = job_of(form, lang, fillable=fillable)
    (made,) = job.documents(ListSource(sample, FORMS[form]))
    assert made.document is not None, [fault.text("en") for fault in made.faults]
    return to_bytes(made.document, "docx")


def sound_samples(form: str) -> Iterator[tuple[Any, Tree]]:
    """Yield the samples of a form that hold, each with its record."""
    for sample in samples_of(FORMS[form]):
        record, faults = judged_by(job_of(form), sample)
        if not faults:
            yield sample, record


# --- typed on printed paper ---


def typed_values(form: str, sample: Any) -> tuple[Mapping[str, Any], Tree]:
    """Return a sample typed, and its record in JSON."""
    job, source = job_of(form), ListSource(sample, FORMS[form])
    judged = list(job.pipeline.judged(source))
    if not FORMS[form].is_table:
        return judged[0].values, dict(judged[0].data)
    head = job.pipeline.head(source)
    rows = [one.values for one in judged], [dict(one.data) for one in judged]
    return {**head.values, "rows": rows[0]}, {**head.data, "rows": rows[1]}


def placed(spec: FieldSpec, data: Mapping[str, Any], typed: set[str], at: str = "") -> Tree:
    """Return of a record what found a place on paper, without what the rules compute of all of it."""
    made: Tree = {}
    for key, value in data.items():
        child = spec.child(key)
        assert child is not None
        pointer = f"{at}/{child.step}"
        if child.shape == "section":
            made[key] = placed(child, value, typed, pointer)
        elif child.shape == "repeat" and pointer in typed:
            made[key] = [placed(child, row, typed, f"{pointer}/*") for row in value]
        elif pointer in typed and not is_computed(child):
            made[key] = value
    return {key: value for key, value in made.items() if value}


def of_the_missing(fault: Fault) -> bool:
    """Tell whether a fault is of what has no place on the paper: what is required, or a rule that looks at it."""
    return fault.code in ("E-required", "E-check")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", PRINTED)
def test_what_is_typed_on_printed_paper_is_read(form: str, lang: str, tmp_path: Path) -> None:
    root, file = FORMS[form].root, tmp_path / "typed.docx"
    for seed, (sample, _) in enumerate(sound_samples(form)):
        values, data = typed_values(form, sample)
        typist = Typist(blank_of(form, lang), FORMS[form], lang, random.Random(f"{form}{lang}{seed}"))
        file.write_bytes(typist.fill(values))
        found, faults = trip(form, lang).read(file)
        assert [fault.text("en") for fault in faults if not of_the_missing(fault)] == []
        wanted, read = (placed(root, plain(root, one), typist.typed) for one in (data, found))
        assert list(differences(wanted, read)) == []
        assert wanted


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", [form for form in PRINTED if not FORMS[form].template])
def test_a_printed_record_is_read_back(form: str, lang: str, tmp_path: Path) -> None:
    file = tmp_path / "printed.docx"
    unseen = {spec.pointer for spec in FORMS[form].root.walk() if spec.when == "false"}
    for sample, record in sound_samples(form):
        file.write_bytes(document_of(form, sample, lang))
        assert [one for one in trip(form, lang).compared(record, file) if one.pointer not in unseen] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fillable", [False, True])
def test_empty_paper_says_nothing(form: str, lang: str, *, fillable: bool, tmp_path: Path) -> None:
    file = tmp_path / "blank.docx"
    file.write_bytes(blank_of(form, lang, fillable=fillable))
    found, faults = trip(form, lang).read(file)
    said = without_computed(FORMS[form].root, found)
    own = {key: value for key, value in said.items() if not FORMS[form].root.by_key[key].default}
    assert {fault.code for fault in faults} <= {"E-required", "E-too-few", "E-no-records"}
    assert plain(FORMS[form].root, own) == {}


# --- filled in on screen, and changed ---

Change = Callable[[etree._Element], None]


def changed(content: bytes, change: Change) -> bytes:
    """Return a document whose body was changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(part)
                change(root)
                part = etree.tostring(root)
            new.writestr(name, part)
    return made.getvalue()


def controls(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(f"{W}sdt"))


def take_out(root: etree._Element, *names: str) -> None:
    for one in list(root.iter(*(f"{W}{name}" for name in names))):
        above = one.getparent()
        assert above is not None
        above.remove(one)


def unwrap(control: etree._Element) -> None:
    """Leave the content of a control in its place."""
    above, content = control.getparent(), control.find(f"{W}sdtContent")
    assert above is not None
    at = above.index(control)
    above[at : at + 1] = list(content) if content is not None else []


def tags_lost(root: etree._Element) -> None:
    take_out(root, "tag", "alias", "lock", "showingPlcHdr")


def placeholders_lost(root: etree._Element) -> None:
    take_out(root, "placeholder", "showingPlcHdr")


def bookmarks_lost(root: etree._Element) -> None:
    take_out(root, "bookmarkStart", "bookmarkEnd")


def runs_split(root: etree._Element) -> None:
    """Split every text as Word does when it has looked for errors of spelling."""
    for run in list(root.iter(f"{W}r")):
        text = run.find(f"{W}t")
        if text is None or not text.text or len(text.text) < 2 or len(run.findall(f"{W}t")) > 1:
            continue
        other = deepcopy(run)
        second = other.find(f"{W}t")
        assert second is not None
        text.text, second.text = text.text[:1], text.text[1:]
        for one in (text, second):
            one.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        for kept, spared in ((run, other),):
            for child in list(spared):
                if child.tag not in (f"{W}t", f"{W}rPr", f"{W}br", f"{W}tab"):
                    spared.remove(child)
            before = [child for child in list(spared) if child.tag != f"{W}rPr"]
            for child in before[: before.index(second)]:
                spared.remove(child)
            after = list(kept)[list(kept).index(text) + 1 :]
            for child in after:
                kept.remove(child)
        run.addnext(other)
        run.addnext(etree.Element(f"{W}proofErr", {f"{W}type": "spellStart"}))


def tracked(root: etree._Element) -> None:
    """Make every answer an insertion, beside a deletion of what stood there."""
    for control in controls(root):
        content = control.find(f"{W}sdtContent")
        if content is None or content.find(f"{W}r") is None:
            continue
        inserted = etree.Element(f"{W}ins", {f"{W}id": "1", f"{W}author": "李四"})
        inserted.extend(list(content))
        gone = etree.SubElement(content, f"{W}del", {f"{W}id": "2", f"{W}author": "李四"})
        etree.SubElement(etree.SubElement(gone, f"{W}r"), f"{W}delText").text = "旧的答复"
        content.append(inserted)


def moved(root: etree._Element) -> None:
    """Make every answer one that was moved here, with a trace of it where it stood."""
    for control in controls(root):
        content = control.find(f"{W}sdtContent")
        if content is None or content.find(f"{W}r") is None:
            continue
        here = etree.Element(f"{W}moveTo", {f"{W}id": "1", f"{W}author": "李四"})
        here.extend(list(content))
        trace = etree.SubElement(content, f"{W}moveFrom", {f"{W}id": "2", f"{W}author": "李四"})
        run = etree.SubElement(trace, f"{W}r")
        etree.SubElement(run, f"{W}t").text = "移走的文字"
        content.append(here)


def in_cells(root: etree._Element) -> None:
    """Make controls stand for whole cells, as Word does where one fills its cell."""
    for cell in list(root.iter(f"{W}tc")):
        inner = controls(cell)
        above = cell.getparent()
        if len(inner) != 1 or above is None or above.tag != f"{W}tr":
            continue
        control, at = etree.Element(f"{W}sdt"), above.index(cell)
        properties = inner[0].find(f"{W}sdtPr")
        assert properties is not None
        unwrap(inner[0])
        control.append(properties)
        content = etree.SubElement(control, f"{W}sdtContent")
        above[at] = control
        content.append(cell)


def in_blocks(root: etree._Element) -> None:
    """Make controls stand for whole paragraphs."""
    for paragraph in list(root.iter(f"{W}p")):
        inner, above = paragraph.findall(f"{W}sdt"), paragraph.getparent()
        if len(inner) != 1 or above is None:
            continue
        at, properties = above.index(paragraph), inner[0].find(f"{W}sdtPr")
        assert properties is not None
        unwrap(inner[0])
        control = etree.Element(f"{W}sdt")
        control.append(properties)
        above[at] = control
        etree.SubElement(control, f"{W}sdtContent").append(paragraph)


def in_a_group(root: etree._Element) -> None:
    """Put the whole body into a control, as Word does where content is grouped."""
    body = root.find(f"{W}body")
    assert body is not None
    content = etree.Element(f"{W}sdtContent")
    content.extend([one for one in body if one.tag != f"{W}sectPr"])
    group = etree.Element(f"{W}sdt")
    etree.SubElement(etree.SubElement(group, f"{W}sdtPr"), f"{W}group")
    group.append(content)
    body.insert(0, group)


def prompts_left(root: etree._Element) -> None:
    """Leave a prompt behind every answer of a control."""
    for n, control in enumerate(controls(root)):
        content, date = control.find(f"{W}sdtContent"), control.find(f"{W}sdtPr/{W}date")
        texts = [one.text or "" for one in content.iter(f"{W}t")] if content is not None else []
        ticks = any(one.tag.endswith("}checkbox") for one in control.iter() if isinstance(one.tag, str))
        if content is None or date is not None or ticks or not "".join(texts).strip():
            continue
        run = etree.Element(f"{W}r")
        etree.SubElement(run, f"{W}t").text = prompt("cell", "zh-Hans")
        content.insert(len(content) if n % 2 else 0, run)


CHANGES: tuple[Change, ...] = (
    *(tags_lost, placeholders_lost, bookmarks_lost, runs_split, tracked, moved),
    *(in_cells, in_blocks, in_a_group, prompts_left),
)
NO_NAMES = "no_names"


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("form", FORMS)
def test_a_changed_document_says_the_same(form: str, change: Change, tmp_path: Path) -> None:
    lang = LANGS[(len(form) + CHANGES.index(change)) % len(LANGS)]
    file = tmp_path / "changed.docx"
    sample, record = next(sound_samples(form))
    file.write_bytes(changed(document_of(form, sample, lang, fillable=True), change))
    assert trip(form, lang).compared(record, file) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", FORMS)
def test_controls_that_a_program_dropped_arent_missed(form: str, lang: str, tmp_path: Path) -> None:
    """What remains are bookmarks, labels and the columns of tables."""

    def dropped(root: etree._Element) -> None:
        for control in controls(root):
            unwrap(control)

    file = tmp_path / "dropped.docx"
    for sample, record in sound_samples(form):
        file.write_bytes(changed(document_of(form, sample, lang, fillable=True), dropped))
        assert trip(form, lang).compared(record, file) == []


def sample_named(form: str, name: str = "ordinary") -> Any:
    path = Path(__file__).parents[2] / "samples" / form / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


# --- one thing at a time ---

COLOURS = [{"const": "red", "title": "红"}, {"const": "green", "title": "绿"}, {"const": "blue", "title": "蓝"}]
OWN = {
    "name": {"title": "姓名", "type": "string"},
    "phone": {"title": "电话", "type": "string"},
    "count": {"title": "件数", "type": "integer"},
    "day": {"title": "日期", "type": "string", "format": "date"},
    "agreed": {"title": "同意", "type": "boolean"},
    "colours": {"title": "颜色", "type": "array", "items": {"type": "string", "oneOf": COLOURS}},
    "log": {
        "title": "记录",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "step": {"title": "步骤", "type": "string"},
                "by": {"title": "经手", "type": "string"},
                "note": {"title": "说明", "type": "string"},
            },
        },
    },
}
RECORD = {
    "name": "张三",
    "phone": "13800000000",
    "count": 12,
    "day": "2024-05-01",
    "agreed": True,
    "colours": ["red", "blue"],
    "log": [
        {"step": "一", "by": "甲", "note": "早"},
        {"step": "二", "by": "乙"},
        {"step": "三", "by": "丙", "note": "晚"},
    ],
}


class Paper:
    """A document of the small form, changed in its markup and read."""

    def __init__(self, form: Form, folder: Path, record: Tree | None = None, *, fillable: bool = True) -> None:
        self.job, self.trip = make_job(form, fillable=fillable), RoundTrip(form, "zh-Hans", "docx")
        self.file = folder / "own.docx"
        if record is None:
            self.file.write_bytes(to_bytes(self.job.blank(), "docx"))
        else:
            (made,) = self.job.documents(ListSource(record, form))
            assert made.document is not None
            self.file.write_bytes(to_bytes(made.document, "docx"))
        self.root = etree.fromstring(zipfile.ZipFile(self.file).read("word/document.xml"))

    def control(self, name: str) -> etree._Element:
        (found,) = (one for one in controls(self.root) if one.find(f"{W}sdtPr/{W}tag").get(f"{W}val") == name)  # type: ignore[union-attr]
        return found

    def write(self, name: str, text: str) -> None:
        """Type over what stands in a control."""
        content = self.control(name).find(f"{W}sdtContent")
        assert content is not None
        for run in list(content)[1:]:
            content.remove(run)
        (place,) = content.iter(f"{W}t")
        place.text = text

    def rows(self) -> list[etree._Element]:
        return [row for row in self.root.iter(f"{W}tr") if any("/log/" in tag for tag in tags_of(row))]

    def cell(self, label: str) -> etree._Element:
        """Return the cell of a label."""
        return next(cell for cell in self.root.iter(f"{W}tc") if texts_of(cell)[:1] == [label])

    def read(self) -> tuple[Tree, list[str]]:
        def put(root: etree._Element) -> None:
            root[:] = list(self.root)

        self.file.write_bytes(changed(self.file.read_bytes(), put))
        found, faults = self.trip.read(self.file)
        return found, [fault.code for fault in faults]


def tags_of(element: etree._Element) -> list[str]:
    return [str(tag.get(f"{W}val")) for tag in element.iter(f"{W}tag")]


def texts_of(element: etree._Element) -> list[str]:
    lines = ("".join(one.text or "" for one in p.iter(f"{W}t")) for p in element.iter(f"{W}p"))
    return [line.strip() for line in lines]


def as_merged(cell: etree._Element, *, down: str = "", span: int = 0) -> None:
    properties = cell.find(f"{W}tcPr")
    assert properties is not None
    if span:
        properties.append(etree.Element(f"{W}gridSpan", {f"{W}val": str(span)}))
    if down:
        properties.append(etree.Element(f"{W}vMerge", {f"{W}val": down}))


def run_of(text: str, font: str = "") -> etree._Element:
    run = etree.Element(f"{W}r")
    if font:
        etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}rFonts", {f"{W}ascii": font, f"{W}hAnsi": font})
    etree.SubElement(run, f"{W}t").text = text
    return run


@pytest.fixture
def paper(form_of: Callable[..., Form], tmp_path: Path) -> Callable[..., Paper]:
    return lambda record=None, **how: Paper(form_of(OWN), tmp_path, record, **how)


def test_a_small_form_comes_back(paper: Callable[..., Paper]) -> None:
    assert paper(RECORD).read() == (RECORD, [])


def test_a_row_that_was_copied_with_its_boxes_is_another(paper: Callable[..., Paper]) -> None:
    one = paper(RECORD)
    row = one.rows()[0]
    row.addnext(deepcopy(row))
    assert one.read()[0]["log"] == [RECORD["log"][0], *RECORD["log"]]  # type: ignore[misc, index]


def test_a_row_added_without_boxes_is_read_by_its_columns(paper: Callable[..., Paper]) -> None:
    one = paper(RECORD)
    row = deepcopy(one.rows()[1])
    for control in controls(row):
        unwrap(control)
    for text, said in zip(list(row.iter(f"{W}t"))[-3:], ("新", "丁", "补"), strict=True):
        text.text = said
    one.rows()[1].addnext(row)
    added = {"step": "新", "by": "丁", "note": "补"}
    assert one.read()[0]["log"] == [*RECORD["log"][:2], added, RECORD["log"][2]]  # type: ignore[misc, index]


@pytest.mark.parametrize("tracked_only", [False, True])
def test_a_row_that_was_deleted_is_gone(paper: Callable[..., Paper], *, tracked_only: bool) -> None:
    one = paper(RECORD)
    row = one.rows()[1]
    if tracked_only:
        properties = row.find(f"{W}trPr")
        properties = etree.Element(f"{W}trPr") if properties is None else properties
        etree.SubElement(properties, f"{W}del", {f"{W}id": "7", f"{W}author": "李四"})
        row.insert(0, properties)
    else:
        above = row.getparent()
        assert above is not None
        above.remove(row)
    assert one.read()[0]["log"] == [RECORD["log"][0], RECORD["log"][2]]  # type: ignore[index]


def test_cells_merged_downwards_answer_for_every_row(paper: Callable[..., Paper]) -> None:
    one = paper(RECORD)
    for n, row in enumerate(one.rows()[:3]):
        as_merged(row.findall(f"{W}tc")[-2], down="restart" if n == 0 else "continue")
        if n:
            one.write(f"/log/{n}/by", prompt("cell", "zh-Hans"))
    assert [row["by"] for row in one.read()[0]["log"]] == ["甲", "甲", "甲"]


def test_cells_merged_side_by_side_keep_their_answers_apart(paper: Callable[..., Paper]) -> None:
    one = paper(RECORD)
    left, right = one.rows()[0].findall(f"{W}tc")[-2:]
    left.extend(right.findall(f"{W}p"))
    as_merged(left, span=2)
    right.getparent().remove(right)  # type: ignore[union-attr]
    assert one.read() == (RECORD, [])


def test_a_text_in_a_cell_merged_of_two_columns_is_nobodys(paper: Callable[..., Paper]) -> None:
    one = paper(RECORD)
    left, right = one.rows()[0].findall(f"{W}tc")[-2:]
    for control in controls(left):
        unwrap(control)
    as_merged(left, span=2)
    right.getparent().remove(right)  # type: ignore[union-attr]
    assert one.read()[1] == ["E-read-merged"]


def test_boxes_of_a_printed_form_merged_into_one_are_told_apart(paper: Callable[..., Paper]) -> None:
    one = paper(None, fillable=False)
    left, right = one.cell("姓名"), one.cell("电话")
    left.findall(f"{W}p")[1].append(run_of("张三"))
    right.findall(f"{W}p")[1].append(run_of("010-5555"))
    left.extend(right.findall(f"{W}p"))
    right.getparent().remove(right)  # type: ignore[union-attr]
    assert one.read() == ({"name": "张三", "phone": "010-5555"}, [])


@pytest.mark.parametrize("mark", ["√", "✔", "☑", "x", "■"])
def test_a_tick_typed_over_a_box_counts_beside_one_that_was_clicked(paper: Callable[..., Paper], mark: str) -> None:
    one = paper(RECORD)
    one.write("/colours=2", mark)
    assert one.read()[0]["colours"] == ["red", "green", "blue"]


@pytest.mark.parametrize(("font", "code"), [("Wingdings", "F0FE"), ("Wingdings 2", "F052"), ("Wingdings 2", "0050")])
def test_ticks_of_picture_fonts_are_ticks(paper: Callable[..., Paper], font: str, code: str) -> None:
    one = paper(None, fillable=False)
    place = one.cell("颜色").findall(f"{W}p")[1]
    for run in place.findall(f"{W}r"):
        place.remove(run)
    symbol = etree.Element(f"{W}r")
    etree.SubElement(symbol, f"{W}sym", {f"{W}font": font, f"{W}char": code})
    place.extend([run_of("☐ 红　"), symbol, run_of(" 绿　"), run_of(chr(int(code[2:], 16)), font), run_of(" 蓝")])
    assert one.read()[0]["colours"] == ["green", "blue"]


@pytest.mark.parametrize("text", ["是", "☐ 是 ☐ 否 是", "是√ ☐ 否", "√是 ☐ 否", "☑是 □否", "有", "Ｙ"])
def test_yes_is_read_however_it_is_written(paper: Callable[..., Paper], text: str) -> None:
    one = paper(None, fillable=False)
    place = one.cell("同意").findall(f"{W}p")[1]
    for run in place.findall(f"{W}r"):
        place.remove(run)
    place.append(run_of(text))
    assert one.read() == ({"agreed": True}, [])


@pytest.mark.parametrize("text", ["☐ 是 √ ☐ 否", "是 √ 否", "☐ 是√☐ 否", "☐ 是 ☐ 否 √", "☑ 是 ☑ 否", "大概"])
def test_what_may_be_yes_or_no_is_told(paper: Callable[..., Paper], text: str) -> None:
    one = paper(None, fillable=False)
    place = one.cell("同意").findall(f"{W}p")[1]
    for run in place.findall(f"{W}r"):
        place.remove(run)
    place.append(run_of(text))
    assert one.read()[1] == ["E-type-answer"]


@pytest.mark.parametrize("text", [" 张三", " ： 张三", "：张三"])
def test_an_answer_behind_its_label_is_read(paper: Callable[..., Paper], text: str) -> None:
    one = paper(None, fillable=False)
    one.cell("姓名").findall(f"{W}p")[0].append(run_of(text))
    assert one.read() == ({"name": "张三"}, [])


def test_what_a_person_typed_goes_before_the_day_that_was_picked(paper: Callable[..., Paper]) -> None:
    one = paper(RECORD)
    one.write("/day", "２０２４年６月１日")
    one.write("/count", "１５ ")
    assert one.read()[0] == RECORD | {"day": "2024-06-01", "count": 15}


def test_two_paragraphs_of_which_the_end_was_struck_out_are_one(paper: Callable[..., Paper]) -> None:
    one = paper(RECORD)
    first = one.control("/name").getparent()
    assert first is not None
    properties = first.find(f"{W}pPr")
    assert properties is not None
    etree.SubElement(etree.SubElement(properties, f"{W}rPr"), f"{W}del", {f"{W}id": "9", f"{W}author": "李四"})
    other = etree.Element(f"{W}p")
    other.append(run_of("丰"))
    first.addnext(other)
    assert one.read()[0]["name"] == "张三丰"


def test_a_text_beside_its_box_isnt_lost(paper: Callable[..., Paper]) -> None:
    one = paper(None)
    one.control("/name").addnext(run_of("李四"))
    assert one.read() == ({"name": "李四"}, [])


@pytest.mark.parametrize("form", [form.id for form in FORMS.values() if form.kind == "letter"])
def test_of_a_printed_letter_it_is_said_that_gaps_in_sentences_arent_read(form: str, tmp_path: Path) -> None:
    file = tmp_path / "letter.docx"
    typist = Typist(blank_of(form, "zh-Hans"), FORMS[form], "zh-Hans", random.Random(form))
    file.write_bytes(typist.fill(typed_values(form, sample_named(form))[0]))
    source = FilledSource(file, FORMS[form])
    assert list(source)
    assert [fault.code for fault in source.warnings] == ["W-read-gaps"]
