"""What takes long to make and is the same in every process: kept in the user's cache until its sources change.

Nothing of a record ever lies here: only what libraries and the theme give. Without a cache that can be written, all is
made in each process, which takes longer and comes to the same.
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
    path = cache_folder() / f"{name}-{digest.hexdigest()[:_KEY_LENGTH]}.json"
    with suppress(OSError, ValueError):
        return json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps(make(), ensure_ascii=False)
    with suppress(OSError, BiaodanError):
        write_whole(path, text.encode(), replace=True)
    return json.loads(text)
