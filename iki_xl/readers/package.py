"""A file before anything believes it: what it is, by its bytes; and a zip package whose sizes are counted.

The directory of a zip is written by whoever made the file: its sizes are compared with the limits first and
with the bytes as they come out afterwards, so neither a large claim nor a false one costs memory.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum
from struct import Struct
from typing import TYPE_CHECKING

from iki_xl.readers.book import Limits, RefusalKind, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PREFIX_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PREFIXES_ZIP = (b"PK\x03\x04", b"PK\x05\x06")

# The records of a zip: end of directory, its 64-bit forms, an entry of the directory, the header of a part.
_END_RECORD = Struct("<4s4H2LH")
_END64_LOCATOR = Struct("<4sLQL")
_END64_RECORD = Struct("<4sQ2H2L4Q")
_ENTRY = Struct("<4s6H3L5H2L")
_PART_HEADER = Struct("<4s5H3L2H")
_EXTRA_HEADER = Struct("<2H")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_UTF8 = 0x0800
_STORED, _DEFLATE = 0, 8
# Below this size a high ratio is harmless, and ordinary: the parts of a workbook repeat themselves.
_MB = _RATIO_FROM = 1024 * 1024
_TEXT_LOOKED_AT = 4096
_NOT_TEXT = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))

_XLSX_TYPES = (
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    b"application/vnd.ms-excel.sheet.macroenabled.main+xml",
    b"application/vnd.ms-excel.template.macroenabled.main+xml",
)
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CONTENT_TYPES = "[Content_Types].xml"
_MIMETYPE = "mimetype"
_ODF_MANIFEST = "META-INF/manifest.xml"


class FileKind(StrEnum):
    """What a file is, by its bytes alone."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    ENCRYPTED = "tersandi"
    TEXT = "teks"
    EMPTY = "kosong"
    OTHER_ZIP = "zip lain"
    OTHER = "lain"

    @property
    def reason(self) -> str:
        """Why such a file is not read, to stand inside a sentence; "" for a kind of workbook."""
        return _REASONS.get(self, "")

    @property
    def error(self) -> UnreadableError:
        """What to raise where such a file was to be read."""
        return UnreadableError(self.reason, _HINDRANCE.get(self, RefusalKind.ODD))


_REASONS = {
    FileKind.ENCRYPTED: "berkasnya memakai kata sandi",
    FileKind.TEXT: "isinya teks biasa (misalnya CSV atau halaman web), bukan buku kerja",
    FileKind.EMPTY: "berkasnya kosong",
    FileKind.OTHER_ZIP: "isinya bukan buku kerja, melainkan dokumen atau arsip lain",
    FileKind.OTHER: "isinya bukan buku kerja Excel",
}
_HINDRANCE = {
    FileKind.ENCRYPTED: RefusalKind.ENCRYPTED,
    FileKind.TEXT: RefusalKind.TEXT,
    FileKind.EMPTY: RefusalKind.EMPTY,
    FileKind.OTHER_ZIP: RefusalKind.NOT_A_WORKBOOK,
    FileKind.OTHER: RefusalKind.NOT_A_WORKBOOK,
}


@dataclass(frozen=True, slots=True)
class _ZipPart:
    """One part as the directory tells it; `start` is where its bytes begin."""

    nama: str
    method: int
    crc: int
    compressed: int
    size: int
    offset: int
    start: int


class ZipPackage:
    """A zip package whose directory has been checked; every inflated byte counts against the limits."""

    __slots__ = ("_bytes_read", "_content", "_limits", "_parts", "_spellings")

    def __init__(self, content: bytes, parts: Mapping[str, _ZipPart], limits: Limits) -> None:
        self._content = memoryview(content)
        self._parts = parts
        self._spellings = {name.casefold(): name for name in parts}
        self._limits = limits
        self._bytes_read = 0

    @property
    def nama(self) -> tuple[str, ...]:
        """Names of the parts, in the order of the directory, with "/" between folders."""
        return tuple(self._parts)

    def has(self, name: str) -> bool:
        """Return whether there is such a part; as in Excel, upper and lower case are one."""
        return name.casefold() in self._spellings

    def size(self, name: str) -> int:
        """Return how many bytes a part has once inflated, as the directory tells it.

        Raises:
            TidakTerbacaError: there is no such part.
        """
        return self._part(name).size

    def _part(self, name: str) -> _ZipPart:
        part = self._parts.get(name) or self._parts.get(self._spellings.get(name.casefold(), ""))
        if part is None:
            raise UnreadableError(f"bagian “{name[:100]}” tidak ada di dalamnya")
        return part

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, inflated.

        Raises:
            TidakTerbacaError: there is no such part, it is damaged, its size is not the one the directory
                gives, or the parts read so far are over the limit together.
        """
        part = self._part(name)
        self._bytes_read += part.size
        if self._bytes_read > self._limits.total:
            raise _too_large(self._limits)
        raw = self._content[part.start : part.start + part.compressed]
        content = bytes(raw) if part.method == _STORED else _inflate(raw, part.size)
        if len(content) != part.size:
            raise UnreadableError(
                "ukuran isinya tidak seperti yang tercatat di dalam berkas", RefusalKind.DAMAGED
            )
        if zlib.crc32(content) != part.crc:
            raise _cut_off()
        return content


def _inflate(raw: memoryview, size: int) -> bytes:
    """Inflate at most one byte more than the directory promised, to see whether it lied."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, size + 1)
    except zlib.error as exc:
        raise _cut_off() from exc


def _cut_off() -> UnreadableError:
    return UnreadableError("berkasnya terpotong atau rusak", RefusalKind.DAMAGED)


def _too_large(limits: Limits) -> UnreadableError:
    return UnreadableError(f"isinya lebih dari {limits.total_mb} MB setelah dibuka", limit="total_mb")


def open_package(content: bytes, limits: Limits) -> ZipPackage:
    """Check the directory of a zip package (.xlsx, .xlsm, .ods) and return its parts, nothing inflated yet.

    Raises:
        TidakTerbacaError: not a zip, truncated, encrypted, over a limit of `limits`, or with parts that
            stand twice, overlap, or are compressed in a way that no spreadsheet program uses.

    Source: PKWARE APPNOTE 4.3; the limits are those of `Limits`.
    """
    if not content:
        raise FileKind.EMPTY.error
    if len(content) > limits.size:
        size = -(-len(content) // _MB)
        raise UnreadableError(f"berkasnya lebih besar dari {limits.file_mb} MB", limit="file_mb", enough=size)
    if not content.startswith(PREFIXES_ZIP):
        raise FileKind.OTHER.error
    parts: dict[str, _ZipPart] = {}
    total = 0
    for number, part in enumerate(_walk_directory(content)):
        if number >= limits.zip_entries:
            raise UnreadableError(
                f"di dalamnya ada lebih dari {limits.zip_entries} bagian", limit="zip_entries"
            )
        _check_part_size(part, limits)
        total += part.size
        if total > limits.total:
            raise _too_large(limits)
        if part.nama in parts:
            raise UnreadableError("ada bagian yang tercatat dua kali di dalamnya")
        parts[part.nama] = part
    _check_overlap(parts)
    return ZipPackage(content, parts, limits)


def _check_part_size(part: _ZipPart, limits: Limits) -> None:
    if part.size > limits.part_size:
        raise UnreadableError(
            f"satu bagiannya lebih dari {limits.part_mb} MB setelah dibuka",
            limit="part_mb",
            enough=-(-part.size // _MB),
        )
    if part.size > _RATIO_FROM and part.size > limits.ratio * part.compressed:
        ratio = -(-part.size // max(1, part.compressed))
        raise UnreadableError("isinya dimampatkan secara tidak wajar", limit="ratio", enough=ratio)


def _check_overlap(parts: Mapping[str, _ZipPart]) -> None:
    """Two entries over the same bytes make a small file large; two spellings of a name make it ambiguous."""
    if len({name.casefold() for name in parts}) != len(parts):
        raise UnreadableError("ada bagian yang tercatat dua kali di dalamnya")
    end = 0
    for part in sorted(parts.values(), key=lambda p: p.offset):
        if part.offset < end:
            raise UnreadableError("bagian-bagian di dalamnya saling bertumpuk")
        end = part.start + part.compressed


def _walk_directory(content: bytes) -> Iterator[_ZipPart]:
    """Walk the central directory, entry by entry, each compared with the header of its part."""
    at, size = _find_directory(content)
    limit, end = at, at + size
    while at < end:
        if at + _ENTRY.size > end:
            raise _cut_off()
        (mark, _, _, flags, method, _, _, crc, packed, full, n_name, n_extra, n_note, *_, offset) = (
            _ENTRY.unpack_from(content, at)
        )
        if mark != b"PK\x01\x02":
            raise _cut_off()
        name = content[at + _ENTRY.size : at + _ENTRY.size + n_name]
        extra = content[at + _ENTRY.size + n_name : at + _ENTRY.size + n_name + n_extra]
        if _FULL32 in (full, packed, offset):
            full, packed, offset = _read_sizes64(extra, (full, packed, offset))
        if flags & _ENCRYPTED:
            raise FileKind.ENCRYPTED.error
        if method not in (_STORED, _DEFLATE):
            raise UnreadableError("cara pemampatan isinya tidak dikenal")
        start = _find_part_start(content, offset, name, method)
        if start + packed > limit or (method == _STORED and packed != full):
            raise _cut_off()
        yield _ZipPart(_decode_part_name(name, flags), method, crc, packed, full, offset, start)
        at += _ENTRY.size + n_name + n_extra + n_note


def _find_directory(content: bytes) -> tuple[int, int]:
    """Find the directory: (where it begins, its length)."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - _END_RECORD.size - _FULL16))
    if end < 0 or end + _END_RECORD.size > len(content):
        raise _cut_off()
    _, disk, first, here, count, size, at, _ = _END_RECORD.unpack_from(content, end)
    if _FULL32 in (size, at) or _FULL16 in (here, count):
        size, at = _find_directory64(content, end) or (size, at)
    if at + size > end or disk not in (0, _FULL16) or first not in (0, _FULL16):
        raise _cut_off()
    return at, size


def _find_directory64(content: bytes, end: int) -> tuple[int, int] | None:
    """Return (length, begin) of the directory from the 64-bit records that stand before `end`."""
    locator = end - _END64_LOCATOR.size
    if locator < 0 or not content.startswith(b"PK\x06\x07", locator):
        return None
    record = _END64_LOCATOR.unpack_from(content, locator)[2]
    if record + _END64_RECORD.size > locator or not content.startswith(b"PK\x06\x06", record):
        raise _cut_off()
    *_, size, at = _END64_RECORD.unpack_from(content, record)
    return size, at


def _read_sizes64(extra: bytes, sizes: tuple[int, int, int]) -> list[int]:
    """Replace the sizes that do not fit 32 bits by those of the zip64 extra field (id 1)."""
    at = 0
    while at + _EXTRA_HEADER.size <= len(extra):
        kind, length = _EXTRA_HEADER.unpack_from(extra, at)
        at += _EXTRA_HEADER.size
        if kind == 1:
            field = extra[at : at + length]
            wide = (int.from_bytes(field[i : i + 8], "little") for i in range(0, len(field), 8))
            return [next(wide, size) if size == _FULL32 else size for size in sizes]
        at += length
    return list(sizes)


def _find_part_start(content: bytes, offset: int, name: bytes, method: int) -> int:
    """Return where a part's bytes begin; its own header must tell the same as the directory."""
    if offset + _PART_HEADER.size > len(content):
        raise _cut_off()
    mark, _, flags, own_method, *_, n_name, n_extra = _PART_HEADER.unpack_from(content, offset)
    start: int = offset + _PART_HEADER.size + n_name
    if mark != b"PK\x03\x04" or content[offset + _PART_HEADER.size : start] != name or own_method != method:
        raise _cut_off()
    if flags & _ENCRYPTED:
        raise FileKind.ENCRYPTED.error
    end: int = start + n_extra
    return end


def _decode_part_name(name: bytes, flags: int) -> str:
    try:
        text = name.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        text = name.decode("cp437")
    return text.replace("\\", "/").lstrip("/")


def recognise_file(content: bytes) -> FileKind:
    """Tell by its bytes what a file is; a name says nothing.

    Raises:
        TidakTerbacaError: it begins as a zip, but is cut off, or its directory is damaged or hostile.

    Source: [MS-CFB] 2.6 for OLE files, ECMA-376 part 2 and ODF 1.3 part 2 for packages.
    """
    if not content:
        return FileKind.EMPTY
    if content.startswith(_PREFIX_OLE):
        return _recognise_ole(content)
    if content.startswith(PREFIXES_ZIP):
        return recognise_package(open_package(content, Limits(file_mb=len(content) // _RATIO_FROM + 1)))
    if any(mark.startswith(content) for mark in PREFIXES_ZIP):
        raise _cut_off()
    start = content[:_TEXT_LOOKED_AT]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or len(start.translate(None, _NOT_TEXT)) == len(start):
        return FileKind.TEXT
    return FileKind.OTHER


def recognise_package(package: ZipPackage) -> FileKind:
    """Tell what an opened zip package is: .xlsx, .ods or neither."""
    if package.has(_CONTENT_TYPES):
        types = package.read(_CONTENT_TYPES).lower()
        return FileKind.XLSX if any(name in types for name in _XLSX_TYPES) else FileKind.OTHER_ZIP
    source = next((name for name in (_MIMETYPE, _ODF_MANIFEST) if package.has(name)), "")
    return FileKind.ODS if source and _ODS_TYPE in package.read(source) else FileKind.OTHER_ZIP


def _recognise_ole(content: bytes) -> FileKind:
    if _has_stream(content, "EncryptedPackage"):
        return FileKind.ENCRYPTED
    return (
        FileKind.XLS if _has_stream(content, "Workbook") or _has_stream(content, "Book") else FileKind.OTHER
    )


def _has_stream(content: bytes, name: str) -> bool:
    """Look for a directory entry of an OLE file: 128 bytes, aligned, the name first, its length at 64."""
    wanted = (name + "\0").encode("utf-16-le")
    length = len(wanted).to_bytes(2, "little")
    at = content.find(wanted)
    while at >= 0:
        if at % 128 == 0 and content[at + 64 : at + 66] == length:
            return True
        at = content.find(wanted, at + 1)
    return False
