"""biaodan (表单): forms, letters and reports from one JSON Schema, as DOCX, XLSX and PDF.

>>> from generator import Catalogue, blank, check, render
>>> pdf = render("closure-report", record, "pdf", lang="zh-Hans")  # doctest: +SKIP

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.api import blank, check, render
    from generator.catalogue import Catalogue
    from generator.errors import BiaodanError, Fault

__version__ = "0.1.0"
__all__ = ["BiaodanError", "Catalogue", "Fault", "blank", "check", "render"]

_HOMES = {
    "Catalogue": "generator.catalogue",
    "BiaodanError": "generator.errors",
    "Fault": "generator.errors",
    "blank": "generator.api",
    "check": "generator.api",
    "render": "generator.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
