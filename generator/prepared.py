"""What takes long to make and is the same in every process: kept in the user's cache until its sources change.

Nothing of a record ever lies here: only what libraries and the theme give. Without a cache that can be written, all is
made in each process, which takes longer and comes to the same. What lies here may have been damaged: it is sealed with
a sum, and made anew where that doesn't fit.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator.errors import BiaodanError
from generator.files import write_whole

_KEY_LENGTH = 16


def cache_folder() -> Path:
    """Return the folder of our cache: what BIAODAN_CACHE names, else the system's place for the user's caches."""
    given = os.environ.get("BIAODAN_CACHE")
    if given:
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("biaodan")


def prepared(name: str, library: str, sources: Iterable[Path], make: Callable[[], Any], key: str = "") -> Any:
    """Return what `make` returned, as JSON keeps it, for this version of a library and these contents of source files.

    It is made when it's new. `library`: the distribution's name. `key`: what else it is made of, as the digest of a
    theme. Raises PackageNotFoundError where the library isn't installed.
    """
    digest = hashlib.sha256(f"{library} {version(library)} {key}".encode())
    for source in sources:
        digest.update(b"\0" + source.read_bytes())
    path = cache_folder() / f"{name}-{digest.hexdigest()[:_KEY_LENGTH]}.kept"
    kept = read_sealed(path)
    if kept is not None:
        return json.loads(kept)
    text = json.dumps(make(), ensure_ascii=False)
    with suppress(OSError, BiaodanError):
        write_sealed(path, text.encode())
    return json.loads(text)


def write_sealed(path: Path, content: bytes) -> None:
    """Write content into the cache, sealed; raises as `write_whole`."""
    write_whole(path, _seal(path, content) + b"\n" + content, replace=True)


def read_sealed(path: Path) -> bytes | None:
    """Return the content of a file of the cache; None where it isn't what was written under its name."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return None
        seal, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if seal == _seal(path, content) else None


def _seal(path: Path, content: bytes) -> bytes:
    """Return the sum of a file's name and content: a whole file in another's place doesn't fit."""
    return hashlib.sha256(path.name.encode() + b"\0" + content).hexdigest().encode()
