"""ZIP packages (ISO/IEC 29500-2, APPNOTE 4.3) whose static parts are deflated once, and whose long part is streamed.

`zipfile` can't store what is deflated already; that is all this module is for. No clock: parts are dated 1980-01-01.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import BinaryIO, NamedTuple

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5HL")
_OFFSET = struct.Struct("<L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8, _DEFLATE, _DATE = 20, 0x800, 8, (1 << 5) | 1
LIMIT = 0xFFFFFFFF
"""Bytes that a part or package may have; more would need ZIP64, which WPS and older tools don't read."""

LEVEL, STATIC_LEVEL = 3, 9
"""How hard to deflate what is made for one document, in a third of the time of zlib's usual 6 and a tenth larger; and
what is deflated once for all.
"""


class Part(NamedTuple):
    """A part of a package, deflated: what stands in the file (local header and data), and in the directory around its
    offset.
    """

    stored: bytes
    listed: bytes
    name: bytes


def deflate(name: str, content: bytes, level: int = LEVEL) -> Part:
    """Return a part ready to be written into any number of packages."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    data = packer.compress(content) + packer.flush()
    local, listed = _headers(name.encode(), zlib.crc32(content), len(data), len(content))
    return Part(local + data, listed, name.encode())


def _headers(name: bytes, crc: int, packed: int, size: int) -> tuple[bytes, bytes]:
    """Return a part's local header, and its entry of the directory up to the offset."""
    fields = (_VERSION, _UTF8, _DEFLATE, 0, _DATE, crc, packed, size, len(name), 0)
    return _LOCAL.pack(b"PK\3\4", *fields) + name, _CENTRAL.pack(b"PK\1\2", _VERSION, *fields, 0, 0, 0, 0)


class PackageWriter:
    """Writes parts into a seekable file, one after another; `close` adds the directory."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.start = self.offset = out.tell()
        self.directory: list[bytes] = []

    def add(self, parts: Iterable[Part]) -> None:
        """Write parts that are deflated already."""
        stored = []
        for part in parts:
            self._list(part.listed, part.name)
            stored.append(part.stored)
            self.offset += len(part.stored)
        self.out.write(b"".join(stored))

    def _list(self, listed: bytes, name: bytes) -> None:
        self.directory.append(listed + _OFFSET.pack(self.offset - self.start) + name)

    def stream(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a part as its chunks come, at constant memory.

        Raises OverflowError when the part grows past `LIMIT`.
        """
        encoded, offset = name.encode(), self.offset
        self.out.write(_headers(encoded, 0, 0, 0)[0])
        packer, crc, size, packed = zlib.compressobj(LEVEL, zlib.DEFLATED, -15), 0, 0, 0
        for chunk in chunks:
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            packed += self.out.write(packer.compress(chunk))
            if size > LIMIT:
                raise OverflowError(name)
        packed += self.out.write(packer.flush())
        local, listed = _headers(encoded, crc, packed, size)
        self._list(listed, encoded)
        self.out.seek(offset)
        self.out.write(local)
        self.offset = self.out.seek(offset + len(local) + packed)

    def close(self) -> None:
        """Write the central directory."""
        directory, count = b"".join(self.directory), len(self.directory)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), self.offset - self.start, 0)
        self.out.write(directory + end)


def write_package(out: BinaryIO, parts: Sequence[Part]) -> None:
    """Write a whole package of deflated parts."""
    package = PackageWriter(out)
    package.add(parts)
    package.close()
