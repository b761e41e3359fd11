"""A desk's own settings, `biaodan.toml`: whose paper it is, how it looks, what is usual."""

from generator.configuration.find import CONFIG_NAME, CONFIG_VARIABLE, find_configuration
from generator.configuration.read import Configuration, Defaults, load_configuration

__all__ = [
    "CONFIG_NAME",
    "CONFIG_VARIABLE",
    "Configuration",
    "Defaults",
    "find_configuration",
    "load_configuration",
]
