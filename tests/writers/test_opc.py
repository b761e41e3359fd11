"""Packages as any ZIP reader sees them: whole, dated alike, named in UTF-8, streamed or not."""

import io
import zipfile
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.writers import opc

CONTENTS = {
    "a.xml": b"<a/>",
    "folder/b.bin": bytes(range(256)) * 50,
    "empty": b"",
    "目录/文件.xml": "内容".encode() * 1000,
}


def package(
    parts: Iterable[tuple[str, bytes]], streamed: Iterable[tuple[str, list[bytes]]] = (), before: bytes = b""
) -> bytes:
    """Return a package of parts, and of streamed parts in their chunks, written after what a file holds already."""
    out = io.BytesIO()
    out.write(before)
    made = opc.PackageWriter(out)
    for name, chunks in streamed:
        made.stream(name, iter(chunks))
    made.add(opc.deflate(name, content) for name, content in parts)
    made.close()
    return out.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_is_put_in_comes_out() -> None:
    assert unzipped(package(CONTENTS.items())) == CONTENTS


def test_the_parts_come_in_the_order_in_which_they_were_put_in() -> None:
    assert list(unzipped(package(CONTENTS.items()))) == list(CONTENTS)


@pytest.mark.parametrize("size", [1, 7, 4096, 1 << 20])
def test_a_streamed_part_equals_one_written_at_once(size: int) -> None:
    long = b"".join(b"row %d;" % n for n in range(20_000))
    chunks = [long[at : at + size] for at in range(0, len(long), size)]
    assert unzipped(package(CONTENTS.items(), [("sheet.xml", chunks)])) == {"sheet.xml": long, **CONTENTS}


def test_several_parts_may_be_streamed_among_the_others() -> None:
    out = io.BytesIO()
    made = opc.PackageWriter(out)
    made.add([opc.deflate("first", b"1")])
    made.stream("second", [b"2", b"", b"22"])
    made.add([opc.deflate("third", b"3")])
    made.stream("fourth", [])
    made.add([opc.deflate("fifth", b"5")])
    made.close()
    assert unzipped(out.getvalue()) == {"first": b"1", "second": b"222", "third": b"3", "fourth": b"", "fifth": b"5"}


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.text("abc中文/._", min_size=1), st.binary(max_size=500), max_size=6),
    st.lists(st.binary(max_size=200)),
)
def test_any_contents_come_out_as_they_were(contents: dict[str, bytes], chunks: list[bytes]) -> None:
    contents.pop("streamed", None)
    assert unzipped(package(contents.items(), [("streamed", chunks)])) == {"streamed": b"".join(chunks), **contents}


def test_no_part_knows_the_time_of_day() -> None:
    with zipfile.ZipFile(io.BytesIO(package(CONTENTS.items(), [("s", [b"x"])]))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_names_are_marked_as_utf_8() -> None:
    content = package(CONTENTS.items(), [("流.xml", [b"x"])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(info.flag_bits & 0x800 for info in archive.infolist())
        assert "流.xml" in archive.namelist()
    assert "目录/文件.xml".encode() in content


def test_no_sizes_are_left_for_a_descriptor_behind_the_part() -> None:
    with zipfile.ZipFile(io.BytesIO(package((), [("s", [b"x" * 1000])]))) as archive:
        (info,) = archive.infolist()
        assert not info.flag_bits & 0x8
        assert info.file_size == 1000


def test_local_heads_agree_with_the_directory() -> None:
    content = package(CONTENTS.items(), [("s", [b"x" * 1000])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            head = content[info.header_offset : info.header_offset + 30]
            numbers = [int.from_bytes(head[at : at + 4], "little") for at in (14, 18, 22)]
            assert numbers == [info.CRC, info.compress_size, info.file_size]


def test_a_package_may_begin_within_a_file() -> None:
    assert unzipped(package(CONTENTS.items(), [("s", [b"x"])], before=b"something else")) == {"s": b"x", **CONTENTS}


def test_the_same_parts_give_the_same_bytes() -> None:
    assert package(CONTENTS.items(), [("s", [b"a", b"b"])]) == package(CONTENTS.items(), [("s", [b"a", b"b"])])


def test_a_package_of_prepared_parts_is_whole() -> None:
    out = io.BytesIO()
    opc.write_package(out, [opc.deflate(name, content) for name, content in CONTENTS.items()])
    assert unzipped(out.getvalue()) == CONTENTS


def test_a_part_is_deflated_once_for_any_number_of_packages() -> None:
    part = opc.deflate("a", b"x" * 1000)
    for _ in range(2):
        out = io.BytesIO()
        opc.write_package(out, [part])
        assert unzipped(out.getvalue()) == {"a": b"x" * 1000}


def test_a_fault_while_streaming_is_not_hidden() -> None:
    def failing() -> Iterator[bytes]:
        yield b"begun"
        raise LookupError("row")

    with pytest.raises(LookupError):
        package((), [("s", failing())])  # type: ignore[list-item]


def test_a_part_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opc, "LIMIT", 1000)
    with pytest.raises(OverflowError):
        package((), [("s", [b"x" * 600, b"x" * 600])])
