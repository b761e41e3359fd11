"""What options and arguments say, read and refused where it can't be used."""

from collections.abc import Sequence

from generator.errors import UsageError, fail
from generator.files import require_file


def require_known(name: str | None, known: Sequence[str]) -> None:
    """Return if a name is one of the known ones, or wasn't given.

    Raises UsageError (E-group) otherwise.
    """
    if name is not None and name not in known:
        raise fail(UsageError, "E-group", name=name, known=list(known))


def existing_file(name: str) -> str:
    """Return the name of a file that is there.

    Raises UsageError otherwise, as `require_file` does.
    """
    require_file(name)
    return name


def existing_files(names: Sequence[str]) -> list[str]:
    """Return the names of files that are all there.

    Raises UsageError otherwise, as `require_file` does.
    """
    return [existing_file(name) for name in names]


def key_values(settings: Sequence[str]) -> dict[str, str]:
    """Return the values of --set by their keys.

    Raises UsageError (E-set) for one without an equals sign.
    """
    pairs = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip():
            raise fail(UsageError, "E-set")
        pairs[key.strip()] = value
    return pairs
