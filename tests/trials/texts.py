"""`texts`: random texts of mixed scripts are taken or refused by both PDF engines alike, wherever they stand.

A seed gives texts of Han, rare Han, Latin and other letters, combining marks, emoji and what joins them, variation
selectors, tags, marks of direction, and now and then something that no document can hold. Ten at a time they stand in a
record of root-cause analysis: in a field, as cells, as causes of its fishbone chart, and as headings. What is refused
when the record is read must be by E-control, E-invisible or E-surrogate; the engines must refuse the same characters in
the same fields as E-glyph; without those texts both must set the rest. Word and Excel take all that was read.
"""

import argparse
import copy
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.api import Job, make_job, to_bytes
from generator.document import Document, Heading, Section
from generator.errors import Fault, WriteError
from generator.writers import WritingOptions, fonts
from tests.trials.characters import ENGINES
from tests.trials.command import SAMPLES

FORM = "root-cause"
REFUSED = {"E-control", "E-invisible", "E-surrogate"}
AT_ONCE = 10
_LONGEST = 16


@dataclass(frozen=True)
class Alphabet:
    """Ranges of code points, and how often they are drawn from."""

    weight: float
    ranges: Sequence[tuple[int, int]]


ALPHABETS = (
    Alphabet(30, [(0x4E00, 0x9FA5)]),
    Alphabet(1, [(0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x30000, 0x3134F)]),
    Alphabet(10, [(0x20, 0x7E), (0xA1, 0x17F)]),
    Alphabet(2, [(0x370, 0x3FF), (0x400, 0x45F)]),
    Alphabet(0.4, [(0x5D0, 0x5EA), (0x621, 0x64A), (0xE01, 0xE3A), (0x905, 0x939)]),
    Alphabet(8, [(0x3001, 0x30FF), (0x3105, 0x312F), (0xFF01, 0xFF5E), (0x2010, 0x2027), (0x2030, 0x2033)]),
    Alphabet(8, [(0x300, 0x30C), (0x323, 0x328), (0x302A, 0x302D), (0x3099, 0x309A)]),
    Alphabet(0.5, [(0x30D, 0x36F), (0x20D0, 0x20F0), (0xFE20, 0xFE2F), (0x2028, 0x205E)]),
    Alphabet(6, [(0x1F300, 0x1F64F), (0x1F680, 0x1F6C5), (0x2600, 0x2605), (0x1F1E6, 0x1F1FF), (0x1F3FB, 0x1F3FF)]),
    Alphabet(5, [(0x200B, 0x200D), (0x2060, 0x2060), (0x34F, 0x34F), (0xAD, 0xAD)]),
    Alphabet(4, [(0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0xE0020, 0xE007F), (0xE0001, 0xE0001)]),
    Alphabet(4, [(0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069), (0x61C, 0x61C)]),
    Alphabet(1, [(0x1100, 0x11FF), (0xAC00, 0xD7A3), (0x115F, 0x1160), (0x3164, 0x3164), (0xFFA0, 0xFFA0)]),
    Alphabet(0.2, [(0xE000, 0xF8FF), (0x13000, 0x1342F), (0x1D400, 0x1D7FF)]),
    Alphabet(0.2, [(0x00, 0x1F), (0x7F, 0x9F), (0xFFF9, 0xFFFF), (0xFEFF, 0xFEFF), (0xD800, 0xDFFF), (0x2065, 0x2065)]),
)
_FAMILY = ("👨‍👩‍👧", "👍🏽", "🏳️‍🌈", "🇨🇳", "1️⃣", "❤️", "葛\U000e0100", "ẍ̧̂")


def random_text(chance: random.Random) -> str:
    """Return a text of up to sixteen characters, which shows something."""
    weights = [alphabet.weight for alphabet in ALPHABETS]
    pieces = []
    for alphabet in chance.choices(ALPHABETS, weights, k=chance.randrange(1, _LONGEST)):
        start, end = chance.choice(alphabet.ranges)
        pieces.append(chr(chance.randint(start, end)) if chance.random() < 0.95 else chance.choice(_FAMILY))
    return f"{chance.choice(('', '中', 'a'))}{''.join(pieces)}".strip() or "中"


@dataclass
class Findings:
    """What became of texts."""

    texts: int = 0
    set_: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def _record(texts: Sequence[str]) -> dict[str, Any]:
    record: dict[str, Any] = copy.deepcopy(_sample())
    record["问题定义"]["变化情况"] = texts[0]
    people, causes = record["参与部门与人员"][0], record["鱼骨图"]
    record["参与部门与人员"] = [{**people, "分工": text} for text in texts]
    proved = next(cause for cause in causes if cause["状态"] == "已验证")
    record["鱼骨图"] = [proved, *({**causes[n % len(causes)], "原因": text} for n, text in enumerate(texts))]
    record["结论与改进"]["结论所依据的原因"] = [proved["原因"]]
    return record


def _sample() -> Any:
    return json.loads((SAMPLES / FORM / "ordinary.json").read_text(encoding="utf-8"))


def _composed(job: Job, texts: Sequence[str]) -> Document | tuple[Fault, ...]:
    """Return the document of texts, with each as a heading too, or the faults of its record."""
    composed = next(iter(job.documents(job.source(_record(texts)))))
    if composed.document is None:
        return composed.faults
    headings = tuple(Section(Heading(text), ()) for text in texts)
    return replace(composed.document, blocks=(*composed.document.blocks, *headings))


def _outcome(document: Document, format: str, engine: str = "") -> list[str]:
    """Return what a writer refuses, as codes with pointers and characters; a crash by the name of its error."""
    try:
        to_bytes(document, format, WritingOptions(engine=engine))
    except WriteError as error:
        return sorted(f"{f.code} {f.place.pointer} {f.params.get('character', '')}" for f in error.faults)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return [f"{type(error).__name__}"]
    return []


def _try(job: Job, texts: list[str], found: Findings) -> Iterator[str]:
    """Set texts; yields what is wrong. Texts that are refused as they should be are left out, and the rest set."""
    made = _composed(job, texts)
    if not isinstance(made, Document):
        found.refused.update({fault.code for fault in made})
        if unknown := {fault.code for fault in made} - REFUSED:
            yield f"the record is refused by {sorted(unknown)}"
        kept = [text for text in texts if isinstance(_composed(job, [text]), Document)]
        if len(kept) == len(texts):
            yield "the record is refused, and none of its texts alone"
        elif kept:
            yield from _try(job, kept, found)
        return
    outcomes = [_outcome(made, "pdf", engine) for engine in ENGINES]
    if outcomes[0] != outcomes[1]:
        yield f"the engines differ: {outcomes[0][:3]} and {outcomes[1][:3]}"
    yield from (f"{format}: {told}" for format in ("docx", "xlsx") for told in _outcome(made, format)[:3])
    if not (outcomes[0] or outcomes[1]):
        found.set_ += len(texts)
        return
    yield from (told for told in {*outcomes[0], *outcomes[1]} if not told.startswith("E-glyph"))
    found.refused.update(told.split()[0] for told in outcomes[0][:1])
    kept = [text for text in texts if not fonts.missing(text)]
    if len(kept) < len(texts) and kept:
        yield from _try(job, kept, found)


def trial(count: int, seed: int) -> Findings:
    """Return what becomes of so many texts."""
    chance, job, found = random.Random(seed), make_job(FORM), Findings(count)
    texts = [random_text(chance) for _ in range(count)]
    for at in range(0, count, AT_ONCE):
        some = texts[at : at + AT_ONCE]
        wrong = list(_try(job, some, found))
        if wrong and len(some) > 1:
            wrong += [f"  {text!a}: {one}" for text in some for one in _try(job, [text], Findings())]
        found.wrong += [f"texts {at}–{at + len(some) - 1}: {one}" for one in wrong]
    return found


def add_options(parser: argparse.ArgumentParser) -> None:
    """Name the options of the trial."""
    parser.add_argument("--count", type=int, default=2000, help="how many texts (2000)")
    parser.add_argument("--seed", type=int, default=1, help="what they come from (1)")


def main(options: argparse.Namespace) -> int:
    """Run the trial; 1 where something doesn't hold."""
    found = trial(options.count, options.seed)
    for line in found.wrong[:60]:
        print(f"  WRONG {line}")
    refused = ", ".join(f"{code} {count}" for code, count in sorted(found.refused.items()))
    print(f"records with texts that were refused: {refused or 'none'}")
    print(f"texts: {found.texts}, set by both engines {found.set_}, {len(found.wrong)} findings")
    return 1 if found.wrong else 0
