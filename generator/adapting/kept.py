"""What a workbook keeps of the form that it was written from, on a sheet that nobody sees: by it changes are told."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.adapting.lines import Line, line_of_json, lines_of
from generator.adapting.origin import Origin, digest_of
from generator.catalogue import Catalogue
from generator.strict_json import written
from generator.wording import LANGS, Lang

SHEET = "biaodan"
_META, _BASE, _NOW, _BLOCK, _MORE, _SEAL = "form", "base", "field", "block", "more", "sum"
_CELL = 30_000
"""Characters of a cell; Excel takes 32,767 units of UTF-16."""


class Block(NamedTuple):
    """A block of a template: its text as the desk has it, and what the text is known by that it replaces."""

    lang: Lang
    name: str
    text: str
    base: str
    """The block's text as it comes."""


@dataclass(frozen=True)
class Kept:
    """What a workbook was written from: a form's name, what its changes are known by, its fields and blocks.

    `base`: the fields as they come; `now`: as the desk had them when the workbook was written.
    """

    form: str
    extends: str
    lang: Lang
    digest: str
    base: Mapping[str, Line]
    now: Mapping[str, Line]
    blocks: Sequence[Block]


def kept_of(origin: Origin, catalogue: Catalogue, lang: Lang) -> Kept:
    """Return what is to be kept of a form."""
    base, now = lines_of(origin.base), lines_of(origin.form, origin.added)
    blocks = list(_blocks(origin, catalogue))
    return Kept(origin.name, origin.extends, lang, digest_of(origin.patch), _by_pointer(base), _by_pointer(now), blocks)


def _by_pointer(lines: Sequence[Line]) -> Mapping[str, Line]:
    return {line.pointer: line for line in lines}


def _blocks(origin: Origin, catalogue: Catalogue) -> Iterator[Block]:
    for lang in LANGS if origin.base.template else ():
        if catalogue.template(origin.base, lang):
            own = {name: text for written_in, name, text in origin.form.wording if written_in == lang}
            for name, text in catalogue.blocks(origin.base, lang).items():
                base = _as_it_comes(origin, lang, name, text)
                yield Block(lang, name, own.get(name, text), base)


def _as_it_comes(origin: Origin, lang: Lang, name: str, text: str) -> str:
    """Return a block as the base has it, which may be a form that a desk has changed itself."""
    own = {block: said for written_in, block, said in origin.base.wording if written_in == lang}
    return own.get(name, text)


def rows_of(kept: Kept) -> list[tuple[str, str]]:
    """Return what is kept as rows of two cells that Excel has room for; the last seals the others."""
    meta = {"form": kept.form, "extends": kept.extends, "lang": kept.lang, "digest": kept.digest}
    base = [(_BASE, written(line.as_json())) for line in kept.base.values()]
    now = [(_NOW, written(line.as_json())) for line in kept.now.values()]
    rows = [(_META, written(meta)), *base, *now, *((_BLOCK, written(list(block))) for block in kept.blocks)]
    cut = [piece for kind, text in rows for piece in _cut(kind, text)]
    return [*cut, (_SEAL, _sum(cut))]


def _cut(kind: str, text: str) -> Iterator[tuple[str, str]]:
    for at in range(0, len(text), _CELL):
        yield (_MORE if at else kind), text[at : at + _CELL]


def _sum(rows: Sequence[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join(f"{kind} {text}" for kind, text in rows).encode()).hexdigest()


def kept_of_rows(rows: Sequence[tuple[str, str]]) -> Kept:
    """Return what was kept; raises ValueError, KeyError or TypeError for what `rows_of` hasn't made."""
    *told, (seal, total) = [row for row in rows if row[0]]
    if seal != _SEAL or total != _sum(told):
        raise ValueError(seal)
    parts: dict[str, list[Any]] = {_META: [], _BASE: [], _NOW: [], _BLOCK: []}
    for kind, text in _joined(told):
        parts[kind].append(json.loads(text))
    (meta,) = parts[_META]
    base, now = (_by_pointer([line_of_json(line) for line in parts[part]]) for part in (_BASE, _NOW))
    blocks = [Block(*block) for block in parts[_BLOCK]]
    return Kept(str(meta["form"]), str(meta["extends"]), meta["lang"], str(meta["digest"]), base, now, blocks)


def _joined(rows: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield rows whose text was too long for a cell with all of it."""
    whole: list[list[str]] = []
    for kind, text in rows:
        if kind == _MORE:
            whole[-1][1] += text
        else:
            whole.append([kind, text])
    yield from ((kind, text) for kind, text in whole)
