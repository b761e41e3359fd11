"""What a source of records yields."""

from collections.abc import Mapping
from typing import Any

from generator.errors import Place, RecordError

Raw = tuple[Mapping[str, Any], Place]
"""A raw record and where it came from."""

Item = Raw | RecordError
"""A raw record, or why it can't be read: one bad line doesn't hide the faults of the others."""
