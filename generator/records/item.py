"""What a source of records yields."""

from collections.abc import Mapping
from typing import Any

from generator.errors import Place, RecordError

RawValues = Mapping[str, Any]
"""Values as a source has them, by whatever names it knows them."""

RawRecord = tuple[RawValues, Place]
"""A raw record and where it came from."""

SourceItem = RawRecord | RecordError
"""A raw record, or why it can't be read: one bad line doesn't hide the faults of the others."""
