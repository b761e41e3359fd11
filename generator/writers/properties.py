"""Document properties of DOCX and XLSX packages: title, subject, language and the form's identity, nothing personal."""

from datetime import UTC, datetime
from html import escape

from generator import __version__
from generator.document import Document
from generator.epoch import epoch

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CORE, APP, CUSTOM = "docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"
_FIRST = 315_532_800
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def epoch_or_first() -> int:
    """Return the seconds that SOURCE_DATE_EPOCH names, else those of 1980-01-01, which our packages bear too."""
    seconds = epoch()
    return _FIRST if seconds is None else seconds


def stamp() -> str:
    """Return the moment that SOURCE_DATE_EPOCH names, as W3CDTF in UTC; nothing when it names none."""
    seconds = epoch()
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def subject(document: Document) -> str:
    """Return what a PDF is about: the number of its form, where that is for its readers, and its title."""
    return " ".join(filter(None, (document.number if document.is_numbered else "", document.title)))


def core_xml(document: Document) -> str:
    """Return the core properties (ISO/IEC 29500-2, 11). They are dated only when SOURCE_DATE_EPOCH says so."""
    moment = stamp()
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{name}>' for name in ("created", "modified")
    )
    about = " ".join(filter(None, (document.number, document.version))) if document.is_numbered else ""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(document.title)}</dc:title><dc:subject>{escape(about)}</dc:subject>"
        f"<dc:creator>{escape(document.office)}</dc:creator>"
        f"{dates if moment else ''}<dc:language>{document.lang}</dc:language></cp:coreProperties>"
    )


def app_xml() -> str:
    """Return the extended properties (ISO/IEC 29500-1, 22.2)."""
    name = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return f'{_HEAD}<Properties xmlns="{name}"><Application>biaodan</Application></Properties>'


def custom_xml(document: Document) -> str:
    """Return the custom properties (ISO/IEC 29500-1, 22.3) by which a filled file finds back to its form."""
    values = {"form": document.form, "version": document.version, "lang": document.lang, "generator": __version__}
    properties = "".join(
        f'<property fmtid="{_FORMAT_ID}" pid="{pid}" name="biaodan.{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for pid, (name, value) in enumerate(values.items(), 2)
    )
    return (
        f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{properties}</Properties>'
    )
