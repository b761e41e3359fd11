"""Schema files as a user would save them."""

import json

import pytest


@pytest.fixture
def save(tmp_path):
    """Return a function that saves a schema, given as a mapping or as text, and returns its path."""

    def saving(schema, name="own.json"):
        path = tmp_path / name
        text = schema if isinstance(schema, str) else json.dumps(schema, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        return path

    return saving
