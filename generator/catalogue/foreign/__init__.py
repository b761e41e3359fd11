"""Plain JSON Schema that others wrote, of any draft, made into a form.

`standard` brings it to 2020-12, which is what validates; `outline` says what is printed, in the shapes of our dialect.
"""

from generator.catalogue.foreign.adopt import adopted, warnings_of
from generator.catalogue.foreign.words import is_foreign, load_schema

__all__ = ["adopted", "is_foreign", "load_schema", "warnings_of"]
