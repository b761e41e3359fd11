"""Entries of an object that its schema neither names nor forbids: taken by name, printed where there are any."""

from generator.catalogue.form import FieldSpec
from generator.catalogue.packed import KEY, REST, VALUE, Packing
from generator.kinds import kind_named
from generator.wording import LANGS, phrase


def further_entries(pointer: str) -> FieldSpec:
    """Return the table of what an object holds beside its own fields; masked, it is masked as free text."""
    at = f"{pointer}/{REST}"
    titles: dict[str, dict[str, str]] = {
        word: {lang: phrase(f"foreign.{word}", lang) for lang in LANGS} for word in ("key", "value", "more")
    }
    key = FieldSpec(key=KEY, pointer=f"{at}/*/{KEY}", shape="value", titles=titles["key"], required=True)
    value = FieldSpec(
        key=VALUE,
        pointer=f"{at}/*/{VALUE}",
        shape="value",
        titles=titles["value"],
        kind=kind_named("anything"),
        sensitive="text",
    )
    return FieldSpec(
        key=REST,
        pointer=at,
        shape="repeat",
        titles=titles["more"],
        fields=(key, value),
        inner=Packing("value"),
        is_map=True,
        presence="given",
    )
