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
from generator.catalogue import FieldSpec
from generator.control_names import prompt
from generator.errors import Fault
from generator.records import ListSource
from generator.wording import LANGS
from samples.random_records import Tree, is_computed, judged_by, samples_of, without_computed
from samples.round_trip import RoundTrip, differences, plain

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FORMS = {form.id: form for form in Catalogue()}
PRINTED = [form.id for form in FORMS.values() if form.kind != "letter"]
"""Forms whose blank paper has boxes; letters have gaps in their sentences, and are filled in on screen."""


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
    if not fillable and form not in PRINTED:
        return
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
    for sample, record in sound_samples(form):
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
