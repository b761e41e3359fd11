"""A package that a library has saved, without the moment at which it did so."""

import io
import zipfile
from pathlib import Path

from generator.writers import opc

_CORE = "docProps/core.xml"


def sealed(content: bytes, original: Path) -> bytes:
    """Return a package's parts packed anew, dated as ours are, with the properties that the original has.

    The same document so gives the same bytes at any time.
    """
    with zipfile.ZipFile(original) as archive:
        core = archive.read(_CORE) if _CORE in archive.namelist() else b""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        made = {name: core if core and name == _CORE else archive.read(name) for name in archive.namelist()}
    opc.write_package(out, [opc.deflate(name, part) for name, part in made.items()])
    return out.getvalue()
