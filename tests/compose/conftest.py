"""Forms made of a few properties, as a user's own schema file would make them."""

from collections.abc import Callable
from typing import Any

import pytest

from generator.catalogue import Form
from generator.catalogue.build import build_form
from generator.catalogue.resolve import resolve


@pytest.fixture(scope="session")
def form_of() -> Callable[..., Form]:
    """Return a function of properties (and more keywords of the schema) to the form that they make."""

    def make(properties: dict[str, Any], **more: Any) -> Form:
        schema = {"type": "object", "properties": properties, **more}
        return build_form(resolve(schema, "own.json"), "own", "own.json")

    return make
