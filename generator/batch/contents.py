"""What stands for records and their source in names and in the manifest: sums of what their documents show.

Of masked documents that is the masked content: a sum of a telephone number is the number to whoever tries them all.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.case import is_case
from generator.catalogue.form import FieldSpec
from generator.errors import Place, RecordError, fail
from generator.job import Job
from generator.kinds.raw import CellNumber, unwrap
from generator.records.item import SourceItem
from generator.records.names import find_path
from generator.rules.mask import mask_value


class Contents:
    """What stands for the records of a job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.hides = job.masks and job.form.holds_personal_data

    def of(self, item: SourceItem) -> bytes:
        """Return a record's values without its place; of one that can't be read, what is wrong."""
        if isinstance(item, RecordError):
            return repr([fault.code for fault in item.faults]).encode() + b"\n"
        raw = self.shown(item[0]) if self.hides else item[0]
        text = json.dumps(raw, ensure_ascii=False, sort_keys=True, default=_plain)
        return text.encode("utf-8", "surrogatepass") + b"\n"

    def shown(self, raw: Mapping[Any, Any]) -> dict[str, Any]:
        """Return raw values, or overrides, as far as the documents show them."""
        if is_case(raw):
            return dict(self._of_case(raw))
        form = self.job.form
        return self._masked(raw, (form.record_spec, form.root) if form.is_table else (form.root,))

    def _of_case(self, case: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the records of a case in their order; what isn't in its format is left to the work itself."""
        records = case.get("records")
        for n, entry in enumerate(records if isinstance(records, list) else ()):
            record = entry.get("record") if isinstance(entry, Mapping) else None
            form = self.job.catalogue.find(str(entry["form"])) if record and "form" in entry else None
            if form and isinstance(record, Mapping):
                yield f"{n} {form.id}", self._masked(record, (form.record_spec,))

    def _masked(self, raw: Mapping[Any, Any], specs: Sequence[FieldSpec]) -> dict[str, Any]:
        """Return the values of fields that are known, by pointer; the name of another might be a value itself."""
        result: dict[str, Any] = {}
        for name, value in raw.items():
            paths = (find_path(spec, name) for spec in specs) if isinstance(name, str) else ()
            path = next((found for found in paths if found), None)
            if path:
                result[path[-1].pointer] = self._value(value, path[-1])
        return result

    def _value(self, value: Any, spec: FieldSpec) -> Any:
        if not spec.personal:
            return value
        if spec.shape == "value":
            return mask_value(unwrap(value), spec.sensitive, self.job.policy.masking)
        rows = value if isinstance(value, list) else [value]
        return [self._masked(row, (spec,)) for row in rows if isinstance(row, Mapping)]


class SourceSum:
    """What stands for a source: the SHA-256 of a file, or of the records one by one where there is no file.

    Nor is it the file's where personal values are masked.
    """

    def __init__(self, file: Path | None, contents: Contents) -> None:
        self.contents, self.file = contents, None if contents.hides else file
        self.records = hashlib.sha256()

    def add(self, item: SourceItem) -> None:
        """Take note of a record."""
        if self.file is None:
            self.records.update(self.contents.of(item))

    def total(self) -> str:
        """Return the sum in hexadecimal.

        Raises RecordError (E-file-read) where the file can't be read.
        """
        if self.file is None:
            return self.records.hexdigest()
        try:
            with self.file.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise fail(RecordError, "E-file-read", Place(self.file.name), why=error.strerror or "?") from None


def _plain(value: Any) -> str:
    return f"{value.number} {value.shown}".rstrip() if isinstance(value, CellNumber) else str(value)
