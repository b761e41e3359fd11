"""Files that come back otherwise than they were sent: each is refused with its cause, at once, and nothing is lost."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.api import blank, read
from generator.writers import opc

SECONDS = 2.0
"""What a refusal may take."""

DOCX = blank("closure-report", "docx", fillable=True)
MAIN = "word/document.xml"


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(DOCX)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(**changed: bytes) -> bytes:
    """Return the document with other parts, by names in which __ is a slash and _x_ a point."""
    named = {name.replace("__", "/").replace("_x_", "."): content for name, content in changed.items()}
    out = io.BytesIO()
    opc.write_package(out, [opc.deflate(name, content) for name, content in {**parts(), **named}.items()])
    return out.getvalue()


def twice() -> bytes:
    out = io.BytesIO()
    every = [*parts().items(), (MAIN, parts()[MAIN])]
    opc.write_package(out, [opc.deflate(name, content) for name, content in every])
    return out.getvalue()


def declaring(name: str) -> bytes:
    head, rest = parts()[name].split(b"?>", 1)
    return head + b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + rest


def linked(kind: str) -> bytes:
    link = f'<Relationship Id="rIdFar" Type="{kind}" Target="http://example.org/x" TargetMode="External"/>'
    return parts()["word/_rels/document.xml.rels"].replace(b"</Relationships>", link.encode() + b"</Relationships>")


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ATTACKS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "locked": ("E-read-locked", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)),
    "macros": ("E-read-macros", lambda: packed(word__vbaProject_x_bin=b"x")),
    "cut": ("E-read-broken", lambda: DOCX[: len(DOCX) // 2]),
    "empty": ("E-read-broken", lambda: b""),
    "text": ("E-read-broken", lambda: "这是一封信".encode()),
    "bomb": ("E-read-bomb", lambda: packed(word__media__a_x_bin=bytes(80 << 20))),
    "parts": ("E-read-bomb", lambda: packed(**{f"word__x{n}_x_bin": b"" for n in range(3000)})),
    "twice": ("E-read-twice", twice),
    "entities": ("E-read-doctype", lambda: packed(word__document_x_xml=declaring(MAIN))),
    "entities elsewhere": ("E-read-doctype", lambda: packed(docProps__core_x_xml=declaring("docProps/core.xml"))),
    "outside": (
        "E-read-outside",
        lambda: packed(word___rels__document_x_xml_x_rels=linked(f"{OFFICE}/attachedTemplate")),
    ),
    "broken part": ("E-read-broken", lambda: packed(word__document_x_xml=b"<w:document")),
    "not ours": ("E-read-foreign", lambda: packed(docProps__custom_x_xml=b"<Properties/>")),
    "unknown form": (
        "E-read-unknown",
        lambda: packed(
            docProps__custom_x_xml=parts()["docProps/custom.xml"].replace(b"closure-report", b"closure-rapport")
        ),
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_is_refused_with_its_cause(attack: str, tmp_path: Path) -> None:
    code, make = ATTACKS[attack]
    path = tmp_path / "returned.docx"
    path.write_bytes(make())
    began = time.process_time()
    (found,) = read([path])
    assert [fault.code for fault in found.faults] == [code]
    assert found.record is None
    assert time.process_time() - began < SECONDS


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "returned.docx"
    with path.open("wb") as file:
        file.write(DOCX)
        file.truncate(200 << 20)
    (found,) = read([path])
    assert [fault.code for fault in found.faults] == ["E-read-large"]


def test_a_link_that_a_reader_may_follow_is_no_reason(tmp_path: Path) -> None:
    path = tmp_path / "returned.docx"
    path.write_bytes(packed(word___rels__document_x_xml_x_rels=linked(f"{OFFICE}/hyperlink")))
    (found,) = read([path])
    assert not {fault.code for fault in found.faults} & {"E-read-outside", "E-read-broken"}


def test_boxes_of_another_version_are_told(tmp_path: Path) -> None:
    path = tmp_path / "returned.docx"
    changed = parts()
    custom = changed["docProps/custom.xml"].replace(b">1.0<", b">0.9<")
    path.write_bytes(packed(docProps__custom_x_xml=custom))
    (found,) = read([path])
    assert "W-read-version" in {fault.code for fault in found.faults}
    main = changed[MAIN].replace(b"/solution", b"/remedy")
    path.write_bytes(packed(docProps__custom_x_xml=custom, word__document_x_xml=main))
    (found,) = read([path])
    assert [fault.code for fault in found.faults] == ["E-read-version"]
