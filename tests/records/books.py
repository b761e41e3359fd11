"""Workbooks as other programs write them, made of their parts."""

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
FILES = Path(__file__).with_name("files")


def parts_of(content):
    """Return the parts of a package by name; `content`: its bytes."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts):
    """Return the bytes of a package."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def saved(book):
    """Return the bytes of a workbook of openpyxl."""
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def xlsx(rows, strings=None, more=None, prefix=""):
    """Return the bytes of a workbook whose sheet is of rows written as XML."""
    parts = parts_of(saved(openpyxl.Workbook()))
    name = f"{prefix}:" if prefix else ""
    space = f"xmlns:{prefix}" if prefix else "xmlns"
    sheet = f'<{name}worksheet {space}="{MAIN}"><{name}sheetData>{rows}</{name}sheetData></{name}worksheet>'
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'.encode()
    return packed({**parts, **(more or {})})


def strict(content):
    """Return a workbook in the namespaces of strict Office Open XML."""
    replaced = ((MAIN, STRICT), (_RELATIONS, _STRICT_RELATIONS))
    parts = parts_of(content)
    for name, part in parts.items():
        for old, new in replaced:
            if not name.startswith("[Content"):
                part = part.replace(old.encode(), new.encode())
        parts[name] = part
    return packed(parts)
