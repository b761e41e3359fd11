"""Where a desk's settings lie: in the working folder or one above it, else in the user's configuration folder."""

from pathlib import Path

CONFIG_NAME = "biaodan.toml"
CONFIG_VARIABLE = "BIAODAN_CONFIG"


def find_configuration(start: Path) -> Path | None:
    """Return the settings that hold in a folder; None where there are none."""
    above = start.absolute()
    for folder in (above, *above.parents):
        if _is_file(folder / CONFIG_NAME):
            return folder / CONFIG_NAME
    own = users_configuration()
    return own if _is_file(own) else None


def users_configuration() -> Path:
    """Return where the user's settings lie, if there are any."""
    from platformdirs import user_config_path

    return user_config_path("biaodan") / CONFIG_NAME


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be looked into
        return False
