"""What a PDF carries unseen: the form that it was made from, and the record that stands on it, as JSON."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from json.encoder import encode_basestring

from generator.document import Document
from generator.writers.properties import epoch_or_first

RECORD = "record.json"
"""The name of the file that holds the record."""

_NAMESPACE = "urn:biaodan:form"


def identity(document: Document) -> dict[str, str]:
    """Return by what a file finds back to its form, by private names."""
    values = {"form": document.form, "version": document.version, "lang": document.lang}
    return {f"biaodan.{name}": value for name, value in values.items()}


def described(document: Document) -> bytes:
    """Return the same as a description for the metadata of a PDF (ISO 16684-1)."""
    values = "".join(f' bd:{name.rpartition(".")[2]}="{escape(value)}"' for name, value in identity(document).items())
    return f'<rdf:Description xmlns:bd="{_NAMESPACE}" rdf:about=""{values} />'.encode()


def record_json(document: Document) -> bytes:
    """Return the record of a document as JSON, numbers with all of their digits; nothing where it has none."""
    if document.record is None:
        return b""
    return _json(document.record).encode("utf-8", "replace")


def moment() -> str:
    """Return the moment of the file that holds the record, as a PDF has it: that of all our files."""
    return _moment(epoch_or_first())


@lru_cache(maxsize=4)
def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("D:%Y%m%d%H%M%SZ")


def _json(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, (dict, Mapping)):
        return f"{{{','.join([f'{encode_basestring(key)}:{_json(inner)}' for key, inner in value.items()])}}}"
    return f"[{','.join(map(_json, value))}]" if isinstance(value, Iterable) else encode_basestring(str(value))


_WORDS: Mapping[bool | None, str] = {None: "null", True: "true", False: "false"}
