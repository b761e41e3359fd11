"""The gate for texts of our own files: what no document can hold is refused where it stands, all of it at once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.catalogue import Catalogue
from generator.errors import BiaodanError
from generator.kinds.raw import ValueFault, clean
from generator.strict_json import load_own
from tests.compose.test_template_limits import catalogue, fault_of  # noqa: F401  # a fixture

ILL = ["\x07", "\x7f", "\ufffe", "\ufeff", "\u202e", "\u2066", "\U000e0002", "\U0001d173"]


def refused(folder: Path, content: object, *, as_ascii: bool) -> dict[str, str]:
    """Return what a file of ours is refused for: the character by its pointer."""
    path = folder / "own.json"
    path.write_text(json.dumps(content, ensure_ascii=as_ascii), encoding="utf-8")
    with pytest.raises(BiaodanError) as caught:
        load_own(path)
    assert {fault.code for fault in caught.value.faults} == {"E-schema-text"}
    return {fault.place.pointer: str(fault.params["character"]) for fault in caught.value.faults}


@pytest.mark.parametrize("plain", [True, False], ids=["escaped", "plain"])
@pytest.mark.parametrize("ill", ILL, ids=lambda ill: f"U+{ord(ill):04X}")
def test_texts_and_keys_of_our_files_are_looked_at(tmp_path: Path, ill: str, plain: bool) -> None:
    content = {"title": f"甲{ill}", "enum": ["x", f"{ill}y"], "properties": {f"a{ill}": {"title": "乙"}}}
    code = f"U+{ord(ill):04X}"
    assert refused(tmp_path, content, as_ascii=plain) == {"/title": code, "/enum/1": code, "/properties": code}


def test_half_a_character_is_refused_too(tmp_path: Path) -> None:
    assert refused(tmp_path, {"title": "a\ud800"}, as_ascii=True) == {"/title": "U+D800"}


@pytest.mark.parametrize("ill", ["\U000e0002", "\ufff9", "\ufdd0", "\U0001d173"], ids=lambda ill: f"U+{ord(ill):04X}")
def test_what_a_template_says_is_looked_at(catalogue: Callable[..., Catalogue], ill: str) -> None:  # noqa: F811
    for template in (f"<p>甲{ill}</p>", f"<p><b>{ill}</b></p>", f"<h2>{ill}</h2>", f"<ul><li>x{ill}</li></ul>"):
        fault = fault_of(catalogue(template))
        assert (fault.code, fault.params["character"]) == ("E-template-character", f"U+{ord(ill):04X}")


@pytest.mark.parametrize("value", ["\x07", ["x", "\ufeff"], {"a\x07": 1}, {"a": {"b": ["\ud800"]}}, [[{"\ufffe": 1}]]])
def test_loose_values_are_looked_at_to_their_ends(value: Any) -> None:
    with pytest.raises(ValueFault) as caught:
        clean(value)
    assert caught.value.code in ("E-control", "E-invisible", "E-surrogate")
