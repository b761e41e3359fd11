"""Values held against parts of a schema that others wrote: which of several alternatives a value is."""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from generator.catalogue.form import Origin

BACKTRACKS = 100_000
"""Steps back that a pattern with look-around may take; a text for which that isn't enough doesn't match."""


class PartValidator:
    """Tells whether a value keeps to a part of a schema; it is compiled when it is asked first."""

    __slots__ = ("compiled", "origin", "schema")

    def __init__(self, schema: Any, origin: Origin) -> None:
        self.schema, self.origin = schema, origin
        self.compiled: jsonschema_rs.Draft202012Validator | None = None

    def __reduce__(self) -> tuple[type["PartValidator"], tuple[Any, Origin]]:
        return PartValidator, (self.schema, self.origin)

    def __call__(self, value: Any) -> bool:
        """Tell whether a value keeps to the part."""
        if self.compiled is None:
            self.compiled = self._compiled()
        try:
            return bool(self.compiled.is_valid(value))
        except (TypeError, ValueError):
            return False

    def _compiled(self) -> jsonschema_rs.Draft202012Validator:
        options: Any = jsonschema_rs.RegexOptions()
        if self.origin.looks_around:
            options = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS)
        part = self.schema if isinstance(self.schema, Mapping) else {} if self.schema else {"not": {}}
        whole = {**part, "$defs": self.origin.schema.get("$defs", {})}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, pattern_options=options, offline=True)
