"""The parts of a DOCX package that all documents of a language share, deflated once; `template` makes them."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path

from generator.prepared import prepared
from generator.theme import Theme
from generator.wording import Lang
from generator.writers import opc
from generator.writers.docx.looks import pictures_of, with_look
from generator.writers.properties import CUSTOM

CONTENT_TYPES, RELATIONSHIPS = "[Content_Types].xml", "word/_rels/document.xml.rels"
SETTINGS, GLOSSARY = "word/settings.xml", "word/glossary/document.xml"
DYNAMIC = (
    RELATIONSHIPS,
    "word/document.xml",
    *(f"word/{name}{n}.xml" for n in (1, 2) for name in ("header", "footer")),
    "docProps/core.xml",
    "docProps/app.xml",
    CUSTOM,
)
ORDERED_LISTS = 100
"""Numbering instances prepared for ordered lists, so that each list of a document starts at 1."""

_PROTECTED = '<w:documentProtection w:edit="forms" w:enforcement="1"/>'
"""What lets people change nothing but the boxes that they fill in (17.15.1.29); there is no password."""

_GLOSSARY_TYPE = (
    f'<Override PartName="/{GLOSSARY}" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.glossary+xml"/>'
)
_GLOSSARY = (
    '<Relationship Id="rIdGlossary" Target="glossary/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/glossaryDocument"/>'
)
IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_TEMPLATE = "generator.writers.docx.template"


@cache
def _contents(theme: Theme, lang: Lang) -> Mapping[str, str]:
    """Return the prepared parts by name; all of them are XML."""
    ours = Path(__file__)
    sources = (ours, ours.with_name("template.py"))
    made: Mapping[str, str] = prepared(
        f"docx-{lang}", "python-docx", sources, lambda: import_module(_TEMPLATE).contents(theme, lang), theme.digest
    )
    return made


@cache
def static_parts(theme: Theme, lang: Lang, fillable: bool = False) -> tuple[opc.Part, ...]:
    """Return the parts that all documents of a language share, deflated; the list of content types comes first.

    `fillable`: those of documents of which nothing but the answers can be changed.
    """
    parts = {name: text for name, text in _contents(theme, lang).items() if name not in DYNAMIC}
    parts = {CONTENT_TYPES: _with_pictures(parts.pop(CONTENT_TYPES)), **parts}
    if theme.look is not None:
        parts = with_look(parts, theme.look)
    if fillable:
        parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace("</Types>", f"{_GLOSSARY_TYPE}</Types>")
        parts[SETTINGS] = parts[SETTINGS].replace("<w:defaultTabStop", f"{_PROTECTED}<w:defaultTabStop", 1)
    made = tuple(opc.deflate(name, text.encode(), opc.STATIC_LEVEL) for name, text in parts.items())
    return made if theme.look is None else (*made, *pictures_of(theme.look))


def _with_pictures(types: str) -> str:
    """Return the list of content types with those of pictures."""
    kinds = {"svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg"}
    lines = [
        f'<Default Extension="{extension}" ContentType="{kind}"/>'
        for extension, kind in kinds.items()
        if f'Extension="{extension}"' not in types
    ]
    return types.replace("<Default ", "".join(lines) + "<Default ", 1)


@lru_cache(maxsize=64)
def relationships(theme: Theme, lang: Lang, files: tuple[tuple[str, str], ...], fillable: bool = False) -> opc.Part:
    """Return the relationships of a main part with the files of its pictures: pairs of relation and name."""
    links = "".join(f'<Relationship Id="{relation}" Type="{IMAGE}" Target="media/{name}"/>' for relation, name in files)
    links += _GLOSSARY if fillable else ""
    known = _contents(theme, lang)[RELATIONSHIPS]
    return opc.deflate(RELATIONSHIPS, known.replace("</Relationships>", links + "</Relationships>").encode())
