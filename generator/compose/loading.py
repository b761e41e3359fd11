"""Templates loaded: from known folders only, into the sandbox, traditional Chinese made where there is none."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, Undefined, pass_context

from generator.catalogue.blocks import Wording, reworded
from generator.catalogue.limits import MOST_TEMPLATE, bound, spend
from generator.catalogue.sandbox import Sandbox
from generator.catalogue.values import plain
from generator.errors import Place, SchemaError, fail
from generator.wording import Lang, traditional

_LONGEST_NAME = 255
"""Bytes of a template's name: more than systems have in a path's part would be an error of theirs."""


class _Loader(BaseLoader):
    """Loads templates from the given folders; a path that leads out of them, by dots or a link, is refused."""

    def __init__(self, folders: Sequence[Path], lang: Lang, wording: Wording) -> None:
        self.folders, self.lang, self.wording = [folder.resolve() for folder in folders], lang, wording

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = self._find(template)
        convert = path is None and self.lang == "zh-Hant"
        if convert:
            path = self._find(template.replace(".zh-Hant.", ".zh-Hans."))
        if path is None:
            raise fail(SchemaError, "E-template-missing", Place(template[:_LONGEST_NAME]))
        try:
            bound("source", path.stat().st_size, 4 * MOST_TEMPLATE)
            source = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise fail(SchemaError, "E-template-encoding", Place(template)) from None
        found, changed = path, path.stat().st_mtime_ns
        source = reworded(traditional(source) if convert else source, self.wording, self.lang)
        return source, str(path), lambda: found.stat().st_mtime_ns == changed

    def _find(self, template: str) -> Path | None:
        parts = PurePosixPath(template.replace("\\", "/"))
        if len(template.encode(errors="replace")) > _LONGEST_NAME:
            return None
        if parts.is_absolute() or ".." in parts.parts or ":" in template or "\0" in template:
            raise fail(SchemaError, "E-template-outside", Place(template))
        for folder in self.folders:
            path = folder / template
            if path.is_file():
                if not path.resolve().is_relative_to(folder):
                    raise fail(SchemaError, "E-template-outside", Place(template))
                return path
        return None


class _Missing(StrictUndefined):
    """A field that the record hasn't got: false in a condition, equal to no value, an error where it is printed."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]  # the parent only raises
        return False

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return isinstance(other, Undefined)

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return not self == other

    __hash__ = Undefined.__hash__  # type: ignore[assignment]


@lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...], lang: Lang, wording: Wording) -> Environment:
    return Sandbox(
        loader=_Loader(folders, lang, wording),
        autoescape=True,
        undefined=_Missing,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@pass_context  # so that nothing is printed while a template is compiled
def _printed(_context: Any, value: Any) -> Any:
    """Return what a template prints, counted.

    Raises TypeError for what has no text: sections, repeats, functions.
    """
    if isinstance(value, str):
        spend(1, len(value))
        return value
    return plain(value)


def load(folders: tuple[Path, ...], name: str, lang: Lang, wording: Wording = ()) -> Template:
    """Return a compiled template, with blocks worded anew; one whose file has changed is read again."""
    return _environment(folders, lang, wording).get_template(f"{name}.{lang}.html")
