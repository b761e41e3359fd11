"""A form given to a desk: copied whole for those who want all of it, or the beginning of a file of changes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.catalogue.adapt import CHANGE, EXTENDS, WORDING
from generator.catalogue.blocks import digest_of, reworded
from generator.catalogue.form import FieldSpec, Form
from generator.strict_json import written
from generator.wording import LANGS, Lang

if TYPE_CHECKING:
    from generator.catalogue import Catalogue

_STANDARD = "https://json-schema.org/draft/2020-12/schema"
Files = list[tuple[Path, str]]
"""Paths, and the text of each."""


def copied(form: Form, catalogue: "Catalogue") -> Files:
    """Return a form as files that need nothing of ours: its schema with the vocabulary in it, and its templates."""
    schema = {"$schema": _STANDARD, **form.schema}
    files = [(Path(f"{form.id}.json"), written(schema, indent=2) + "\n")]
    for lang, source in _templates(form, catalogue):
        file = Path("templates") / f"{form.template}.{lang}.html"
        files.append((file, reworded(source, form.wording, lang)))
    return files


def _templates(form: Form, catalogue: "Catalogue") -> Iterator[tuple[Lang, str]]:
    for lang in LANGS:
        if source := catalogue.template(form, lang):
            yield lang, source


def begun(form: Form, catalogue: "Catalogue", said: str) -> Files:
    """Return a file of changes that changes nothing yet: every field and every block of words stands in it.

    `said`: how it is gone on with.
    """
    wording: dict[str, Any] = {}
    for lang in LANGS if form.template else ():
        if any(written_in == lang for written_in, _ in _templates(form, catalogue)):
            known = catalogue.blocks(form, lang)
            wording[lang] = {name: {"replaces": digest_of(text), "text": text} for name, text in known.items()}
    patch: dict[str, Any] = {
        "$comment": said,
        EXTENDS: form.id,
        "x-form": {"version": form.version} if form.version else {},
        CHANGE: {spec.pointer: {"$comment": _told(spec)} for spec in form.root.walk()},
        "x-add": {},
        WORDING: {lang: blocks for lang, blocks in wording.items() if blocks},
    }
    return [(Path(f"{form.id}.patch.json"), written(patch, indent=2) + "\n")]


def _told(spec: FieldSpec) -> str:
    titles: Mapping[str, str] = spec.titles
    return " · ".join(dict.fromkeys((titles["zh-Hans"], titles.get("en", ""), *(["*"] if spec.required else []))))
