"""What changed between two versions of a record, as people read it: places by titles, values as the page shows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.catalogue import FieldSpec
from generator.compose.faces import Faces
from generator.desk.controls import told
from generator.kinds.pictures import DATA
from generator.wording import phrase

_BETWEEN = " · "


@dataclass(frozen=True)
class Change:
    """A place of a record by titles, what stood there, and what stands there now; empty for nothing."""

    where: str
    before: str
    after: str


def changes_shown(faces: Faces, changes: list[list[Any]]) -> list[Change]:
    """Return changes as they are kept (pointer, before, after) in words, a line for each value."""
    return [Change(*line) for pointer, before, after in changes for line in _lines(faces, pointer, before, after)]


def _lines(faces: Faces, pointer: str, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    if _is_inner(before) or _is_inner(after):
        for key in dict.fromkeys([*_keys(before), *_keys(after)]):
            yield from _lines(faces, f"{pointer}/{key}", _at(before, key), _at(after, key))
    else:
        spec, where = _place(faces, pointer)
        yield where, _shown(faces, spec, before), _shown(faces, spec, after)


def _is_inner(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(one, Mapping) for one in value))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (str(key).replace("~", "~0").replace("/", "~1") for key in value)
    elif isinstance(value, list):
        yield from map(str, range(len(value)))


def _at(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(key.replace("~1", "/").replace("~0", "~"))
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    return None


def _place(faces: Faces, pointer: str) -> tuple[FieldSpec | None, str]:
    """Return the field that a pointer leads to, and the way there in words."""
    spec: FieldSpec | None = faces.form.root
    words: list[str] = []
    for step in pointer.split("/")[1:]:
        if spec is not None and spec.shape == "repeat" and step.isdecimal():
            words.append(phrase("change_row", faces.lang, "desk").format(n=int(step) + 1))
            continue
        name = step.replace("~1", "/").replace("~0", "~")
        spec = spec.child(name) if spec is not None else None
        words.append(spec.title(faces.lang) if spec is not None else name)
    return spec, _BETWEEN.join(words)


def _shown(faces: Faces, spec: FieldSpec | None, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value.startswith(DATA):
        signed = spec is not None and spec.shape == "value" and spec.kind.is_drawn
        return phrase("change_signed" if signed else "change_picture", faces.lang, "desk")
    return str(value) if spec is None else told(spec, value, faces)
