"""PDFs of LibreOffice: the same whenever they were made, and after however many fonts."""

import io

import pikepdf
import pytest

from generator.tagged.office_pdf import canonical, decoded, encoded

GLYPHS = b"/Private 3 dict dup begin\n%b/lenIV 4 def\n2 index /CharStrings 1 dict dup begin\n/a 4 RD \x01\x02\xff ND\n"


def pdf(number: int, moment: str = "20240501120000+08'00'", glyphs: bytes = GLYPHS, chance: bytes = b"abcd") -> bytes:
    """Return a PDF with a Type 1 font that is the n-th of its process, as LibreOffice writes one."""
    unique = b"/UniqueID %d def\n" % (4_100_000 + number)
    head = b"%!FontType1-1.0: Some 001.003\n/FontName /Some def\n" + unique + b"currentfile eexec\n"
    body = _with(chance, glyphs % unique)
    made, out = pikepdf.new(), io.BytesIO()
    font = made.make_stream(head + body + b"0" * 64 + b"\ncleartomark")
    font["/Length1"], font["/Length2"], font["/Length3"] = len(head), len(body), 76
    descriptor = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.FontDescriptor, FontFile=font))
    made.add_blank_page().obj["/Fonts"] = pikepdf.Array([descriptor, descriptor])
    made.docinfo["/CreationDate"] = f"D:{moment}"
    made.docinfo["/Title"] = "D:20240501 /UniqueID 1 def"
    made.trailer["/DocChecksum"] = pikepdf.Name(f"/{number:032X}")
    made.Root["/Metadata"] = made.make_stream(f"<xmp:CreateDate>{moment}</xmp:CreateDate><a>2024</a>".encode())
    made.save(out, fix_metadata_version=False)
    return out.getvalue()


def _with(chance: bytes, clear: bytes) -> bytes:
    """Return a coded part that begins with other bytes of chance."""
    state, made = 55665, bytearray()
    for byte in chance + clear:
        made.append(byte ^ (state >> 8))
        state = (made[-1] + state) * 52845 + 22719 & 0xFFFF
    return bytes(made)


def test_neither_moment_nor_place_in_a_process_nor_chance_is_left() -> None:
    made = canonical(pdf(1))
    assert made == canonical(pdf(24, "20311231235959Z", chance=b"\x00\xffzz"))
    with pikepdf.open(io.BytesIO(made)) as found:
        assert str(found.docinfo["/CreationDate"]) == "D:19800101000000Z"
        metadata = found.Root["/Metadata"].read_bytes()
    assert metadata == b"<xmp:CreateDate>1980-01-01T00:00:00Z</xmp:CreateDate><a>2024</a>"


def test_what_differs_otherwise_stays_different() -> None:
    assert canonical(pdf(1)) != canonical(pdf(1, glyphs=GLYPHS.replace(b"\x01", b"\x03")))


def test_the_font_is_whole_but_for_its_number() -> None:
    with pikepdf.open(io.BytesIO(canonical(pdf(7)))) as made:
        font = made.pages[0].obj["/Fonts"][0]["/FontFile"]
        program, clear, coded = font.read_bytes(), int(font["/Length1"]), int(font["/Length2"])
        assert str(made.docinfo["/Title"]) == "D:20240501 /UniqueID 1 def"
    assert program[:clear].endswith(b"/FontName /Some def\ncurrentfile eexec\n")
    assert decoded(program[clear : clear + coded]) == GLYPHS % b""
    assert program[clear + coded :] == b"0" * 64 + b"\ncleartomark"


def test_a_pdf_that_is_canonical_stays_as_it_is() -> None:
    assert canonical(canonical(pdf(3))) == canonical(pdf(3))


def test_the_code_is_that_of_type_1() -> None:
    eexec = pytest.importorskip("fontTools.misc.eexec")
    clear = bytes(range(256)) * 3
    assert encoded(clear) == eexec.encrypt(bytes(4) + clear, 55665)[0]
    assert decoded(encoded(clear)) == clear


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(pikepdf.PdfError):
        canonical(b"no PDF")
