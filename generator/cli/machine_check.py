"""What `doctor` looks at: Python, the libraries, the system's part, fonts, and whether each format really comes out."""

import sys
from collections.abc import Iterator
from ctypes.util import find_library
from importlib.metadata import PackageNotFoundError, version

from generator.cli.messages import message
from generator.cli.own import own
from generator.configuration import CONFIG_NAME
from generator.errors import BiaodanError
from generator.wording import Lang

LIBRARIES: tuple[str, ...] = (
    "jinja2",
    "python-docx",
    "openpyxl",
    "weasyprint",
    "click",
    "jsonschema-rs",
    "python-calamine",
    "lxml",
)
LIBRARIES += ("holidays", "OpenCC", "justmytype-intl-cjk", "uharfbuzz", "rich", "platformdirs")
SYSTEM = {
    "Pango": ("pango-1.0", "libpango-1.0-0"),
    "PangoFT2": ("pangoft2-1.0", "libpangoft2-1.0-0"),
    "HarfBuzz subset": ("harfbuzz-subset", "libharfbuzz-subset0"),
}
OLDEST = (3, 11)

Finding = tuple[str, str, str]
"""What was looked at, what was found, and what to do about it where something is wrong."""


def examine(lang: Lang) -> Iterator[Finding]:
    """Yield every finding, the cheap ones first."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield _settings(lang)
    yield "Python", python, "" if sys.version_info >= OLDEST else "Python 3.11+"
    for name in LIBRARIES:
        yield _library(name)
    for name, (library, package) in SYSTEM.items():
        found = find_library(library) or ""
        yield name, found, "" if found else f"sudo apt-get install {package}"
    for format in ("docx", "xlsx", "pdf"):
        yield _format(format, lang)
    yield _office(lang)


def _settings(lang: Lang) -> Finding:
    """Return which settings of the desk hold, and what is wrong with them."""
    found = own()
    try:
        found.configuration  # noqa: B018  # it is read when it is asked for
        path = found.path
    except BiaodanError as error:
        return CONFIG_NAME, "", "; ".join(fault.text(lang) for fault in error.faults)
    return CONFIG_NAME, str(path.absolute()) if path else message("say.no_config", lang), ""


def _office(lang: Lang) -> Finding:
    """Return where LibreOffice is, which only PDF of users' own files needs: it is no fault that it isn't there."""
    from generator.tagged.office import program

    return "LibreOffice", program() or message("say.no_office", lang), ""


def _library(name: str) -> Finding:
    try:
        return name, version(name), ""
    except PackageNotFoundError:
        return name, "", f"pip install {name}"


def _format(format: str, lang: Lang) -> Finding:
    """Write the first form of the catalogue in a format."""
    from generator.api import blank
    from generator.catalogue import Catalogue

    try:
        shipped = Catalogue(folders=())
        size = len(blank(next(iter(shipped)), format, lang=lang, catalogue=shipped))
    except BiaodanError as error:
        return format.upper(), "", "; ".join(fault.text(lang) for fault in error.faults)
    return format.upper(), f"{size} bytes", ""
