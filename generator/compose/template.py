"""Letters and reports: a Jinja2 template in a small vocabulary of semantic HTML, read into the nodes of the document.

A value is escaped wherever it stands and keeps its pointer. Templates come from known folders only, run in the
immutable sandbox, and place schema-driven pieces by functions: `fields`, `ask`, `table`, `section`, `prose`, `figures`,
`signature`.
"""

import re
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml import etree

from generator.compose.layout import Layout
from generator.compose.loading import load
from generator.compose.markup import Nodes
from generator.compose.pieces import Pieces
from generator.compose.shown import TemplateNames
from generator.document import Block
from generator.errors import Place, SchemaError, fail, may_be_value
from generator.record import Values

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True)


def compose_template(layout: Layout, typed: Values, folders: tuple[Path, ...]) -> list[Block]:
    """Return the blocks that the form's template makes of a typed record.

    Raises SchemaError for a template that is missing, lies outside its folder, isn't well-formed, or names what isn't
    there.
    """
    name = layout.form.template
    place = Place(f"{name}.{layout.lang}.html")
    pieces = Pieces(layout, typed)
    try:
        template = load(folders, name, layout.lang)
        names = TemplateNames(layout.form.root, typed, "", layout)
        dict.update(names, {k: v for k, v in template.globals.items() if k not in layout.form.root.by_key})
        dict.update(names, pieces.functions(), raw=typed, blank=layout.is_blank)
        markup = "".join(template.root_render_func(template.new_context(names, shared=True)))
        root = etree.fromstring(f"<doc>{markup}</doc>", _PARSER)
    except TemplateSyntaxError as error:
        raise fail(SchemaError, "E-template-syntax", place, line=error.lineno) from None
    except SecurityError:
        raise fail(SchemaError, "E-template-forbidden", place) from None
    except UndefinedError as error:
        found = re.search(r"'([^']+)'(?= is undefined|$)", str(error.message))
        raise fail(
            SchemaError, "E-template-undefined", place, what=found[1] if found and not may_be_value(found[1]) else "?"
        ) from None
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise fail(SchemaError, "E-template-fails", place, what=type(error).__name__) from None
    except etree.XMLSyntaxError as error:
        raise fail(SchemaError, "E-template-syntax", place, line=error.lineno or 0) from None
    return Nodes(place.file, layout, pieces.placed).blocks(root)
