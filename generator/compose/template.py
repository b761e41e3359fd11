"""Letters and reports: a Jinja2 template in a small vocabulary of semantic HTML, read into the nodes of the document.

A value is escaped wherever it stands and keeps its pointer. Templates come from known folders only, run in the
immutable sandbox, and place schema-driven pieces by functions: `fields`, `ask`, `table`, `chart`, `beside`, `section`,
`prose`, `figures`, `signature`.
"""

import re
from dataclasses import replace
from pathlib import Path
from traceback import walk_tb

from jinja2 import TemplateSyntaxError, UndefinedError
from lxml import etree

from generator.catalogue.form import Form
from generator.catalogue.limits import OutOfBounds, Refusal, budget, refused
from generator.catalogue.sandbox import FAILURES, exhausted
from generator.compose.layout import Layout
from generator.compose.loading import load
from generator.compose.markup import Nodes
from generator.compose.pieces import Pieces
from generator.compose.shown import TemplateNames
from generator.document import Block
from generator.errors import BiaodanError, Fault, Place, RecordError, SchemaError, fail, may_be_value
from generator.record import Values
from generator.wording import LANGS, Lang

_FAILURES = (*FAILURES, RecursionError, MemoryError, etree.XMLSyntaxError)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True)


def compose_template(layout: Layout, typed: Values, folders: tuple[Path, ...], office: str) -> list[Block]:
    """Return the blocks that the form's template makes of a typed record; `office`: whose paper it is.

    Raises SchemaError for a template that is missing, lies outside its folder, isn't well-formed, names what isn't
    there, or does what templates may not do; RecordError (E-template-limit) where it would take too much with this
    record.
    """
    name = layout.form.template
    place = Place(f"{name}.{layout.lang}.html")
    pieces = Pieces(layout, typed)
    try:
        template = load(folders, name, layout.lang, layout.form.wording)
        names = TemplateNames(layout.form.root, typed, "", layout)
        dict.update(names, {k: v for k, v in template.globals.items() if k not in layout.form.root.by_key})
        if "office" not in layout.form.root.by_key:
            dict.__setitem__(names, "office", office)
        dict.update(names, pieces.functions(), raw=typed, blank=layout.is_blank)
        with budget():
            markup = "".join(template.root_render_func(template.new_context(names, shared=True)))
        root = etree.fromstring(f"<doc>{markup}</doc>", _PARSER)
        return Nodes(place.file, layout, pieces.said_once()).blocks(root)
    except _FAILURES as error:
        raise _failed(error, place) from None


def prepare_template(form: Form, folders: tuple[Path, ...], lang: Lang) -> None:
    """Read and compile the template of a form in a language, before the first record is looked at.

    Raises SchemaError as `compose_template` does, for what is wrong with the template whatever the record.
    """
    try:
        load(folders, form.template, lang, form.wording)
    except _FAILURES as error:
        raise _failed(error, Place(f"{form.template}.{lang}.html")) from None


def template_faults(form: Form, folders: tuple[Path, ...]) -> list[Fault]:
    """Return what is wrong with a form's templates in all languages, as far as that is seen without a record."""
    faults: list[Fault] = []
    for lang in LANGS:
        file = f"{form.template}.{lang}.html"
        try:
            if form.template and any((folder / file).is_file() for folder in folders):
                load(folders, form.template, lang, form.wording)
        except _FAILURES as error:
            faults += _failed(error, Place(file)).faults
        except SchemaError as error:
            faults += error.faults
    return faults


def _failed(error: BaseException, place: Place) -> BiaodanError:
    """Return the error of a template that can't be read or fails."""
    match error:
        case Refusal():
            return _refused(error, place)
        case RecursionError() | MemoryError():
            return _refused(exhausted().with_traceback(error.__traceback__), place)
        case TemplateSyntaxError():
            place = replace(place, file=error.name or place.file)
            return fail(SchemaError, "E-template-syntax", place, line=error.lineno)
        case UndefinedError():
            found = re.search(r"'([^']+)'(?= is undefined|$)", str(error.message))
            what = found[1] if found and not may_be_value(found[1]) else "?"
            return fail(SchemaError, "E-template-undefined", place, what=what)
        case etree.XMLSyntaxError():
            return fail(SchemaError, "E-template-syntax", place, line=error.lineno or 0)
    return fail(SchemaError, "E-template-fails", place, what=type(error).__name__)


def _refused(error: Refusal, place: Place) -> BiaodanError:
    """Return the error of a template that does what it may not; what it uses up with a record is that record's."""
    file, line = error.file or place.file, error.line
    for frame, number in walk_tb(error.__traceback__):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and not error.file:
            file, line = template.name or file, template.get_corresponding_lineno(number)
    kind = RecordError if isinstance(error, OutOfBounds) and not error.file else SchemaError
    return kind(refused(error, "template", Place(file, row=str(line or ""))))
