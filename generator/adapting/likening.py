"""What a field that a desk adds takes from those beside it: a column's width, the scale of ratings."""

from collections.abc import Mapping
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.catalogue.build import kind_of

_SCALE = ("minimum", "maximum", "x-control")


def likened(schema: Mapping[str, Any], parent: str, base: Form) -> dict[str, Any]:
    """Return the schema of a new field as it fits into its group; `parent`: the group's pointer."""
    group = base.spec_at(parent.removesuffix("/*")) if parent else base.root
    if group is None:
        return dict(schema)
    made = {**schema, **_scale(schema, group)}
    return {**made, **_width(schema, group)} if parent.endswith("/*") else made


def _scale(schema: Mapping[str, Any], group: FieldSpec) -> dict[str, Any]:
    """Return what the ends of a rating mean, as of those beside it: they then stand in one grid."""
    alike = [spec.schema for spec in group.fields if all(spec.schema.get(key) == schema.get(key) for key in _SCALE)]
    found = [one["x-scale"] for one in alike if "x-scale" in one and schema.get("x-control")]
    return {"x-scale": found[-1]} if found else {}


def _width(schema: Mapping[str, Any], group: FieldSpec) -> dict[str, Any]:
    """Return a column's width where those beside it say theirs, by their measure."""
    wide = [spec for spec in group.fields if spec.width]
    if len(wide) * 2 < len(group.fields) or not wide:
        return {}
    usual = sum(spec.kind.share for spec in wide)
    return {"x-width": max(1, round(kind_of(schema).share * sum(spec.width for spec in wide) / usual))}
