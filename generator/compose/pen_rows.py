"""Which rows of filled paper a pen still goes on: they are as high as those of blank paper."""

from collections.abc import Callable, Sequence

from generator import kinds
from generator.catalogue.form import FieldSpec
from generator.compose.faces import Faces

Awaits = Callable[[Sequence[object]], bool]


def awaiting(spec: FieldSpec, faces: Faces) -> Awaits:
    """Return what tells of a row's values whether somebody still writes in it.

    That is where a signature is missing, or a box is to be ticked, or nothing stands in the row but what its form
    presets or computes.
    """
    if faces.is_blank or faces.is_fillable:
        return _never  # all their rows are for a pen, or none
    known = set().union(*(row for row in spec.default or ()))
    asked = [f.key not in known and not f.read_only and f.derive is None for f in spec.shown]
    written = [n for n, is_asked in enumerate(asked) if is_asked]
    by_hand = [n for n in written if spec.shown[n].kind is kinds.SIGNATURE or _is_ticked(spec.shown[n], faces)]

    def awaits(values: Sequence[object]) -> bool:
        return any(values[n] is None for n in by_hand) or (bool(written) and all(values[n] is None for n in written))

    return awaits


def _is_ticked(spec: FieldSpec, faces: Faces) -> bool:
    """Tell whether boxes to tick stand in the column; a register that is filled has none."""
    return not faces.form.is_table and faces.ticks(spec)


def _never(values: Sequence[object]) -> bool:
    return False
