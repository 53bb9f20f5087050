"""A file before anything believes it: what it is, by its bytes; and a zip package whose sizes are counted.

The directory of a zip is written by whoever made the file: its sizes are compared with the limits first and
with the bytes as they come out afterwards, so neither a large claim nor a false one costs memory. zipfile
reads it, once its entries are counted.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from struct import Struct
from typing import TYPE_CHECKING

from iki_xl.readers.book import Limits, RefusalKind, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zipfile import ZipInfo

_PREFIX_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PREFIXES_ZIP = (b"PK\x03\x04", b"PK\x05\x06")

# What zipfile does not tell: where the directory begins, before it is read, and where the bytes of a part do.
_END_RECORD = Struct("<4s4H2LH")
_END64_LOCATOR = Struct("<4sLQL")
_END64_RECORD = Struct("<4sQ2H2L4Q")
_PART_HEADER = Struct("<4s5H3L2H")
_LONGEST_COMMENT = _FULL16 = 0xFFFF
_ENTRY_MARK = b"PK\x01\x02"
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_UTF8 = 0x0800
# What zipfile raises on damaged directories.
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error)
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

    info: ZipInfo
    start: int

    @property
    def end(self) -> int:
        return self.start + self.info.compress_size


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
            UnreadableError: there is no such part.
        """
        return self._part(name).info.file_size

    def _part(self, name: str) -> _ZipPart:
        part = self._parts.get(name) or self._parts.get(self._spellings.get(name.casefold(), ""))
        if part is None:
            raise UnreadableError(f"bagian “{name[:100]}” tidak ada di dalamnya")
        return part

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, inflated.

        Raises:
            UnreadableError: there is no such part, it is damaged, its size is not the one the directory
                gives, or the parts read so far are over the limit together.
        """
        part = self._part(name)
        size = part.info.file_size
        self._bytes_read += size
        if self._bytes_read > self._limits.total:
            raise _too_large(self._limits)
        raw = self._content[part.start : part.end]
        content = bytes(raw) if part.info.compress_type == zipfile.ZIP_STORED else _inflate(raw, size)
        if len(content) != size:
            raise UnreadableError(
                "ukuran isinya tidak seperti yang tercatat di dalam berkas", RefusalKind.DAMAGED
            )
        if zlib.crc32(content) != part.info.CRC:
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
        UnreadableError: not a zip, truncated, encrypted, over a limit of `limits`, or with parts that
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
    for part in _walk_directory(content, limits):
        _check_part_size(part.info, limits)
        total += part.info.file_size
        if total > limits.total:
            raise _too_large(limits)
        name = part.info.orig_filename.replace("\\", "/").lstrip("/")
        if name in parts:
            raise UnreadableError("ada bagian yang tercatat dua kali di dalamnya")
        parts[name] = part
    _check_overlap(parts)
    return ZipPackage(content, parts, limits)


def _check_part_size(info: ZipInfo, limits: Limits) -> None:
    if info.file_size > limits.part_size:
        raise UnreadableError(
            f"satu bagiannya lebih dari {limits.part_mb} MB setelah dibuka",
            limit="part_mb",
            enough=-(-info.file_size // _MB),
        )
    if info.file_size > _RATIO_FROM and info.file_size > limits.ratio * info.compress_size:
        ratio = -(-info.file_size // max(1, info.compress_size))
        raise UnreadableError("isinya dimampatkan secara tidak wajar", limit="ratio", enough=ratio)


def _check_overlap(parts: Mapping[str, _ZipPart]) -> None:
    """Two entries over the same bytes make a small file large; two spellings of a name make it ambiguous."""
    if len({name.casefold() for name in parts}) != len(parts):
        raise UnreadableError("ada bagian yang tercatat dua kali di dalamnya")
    end = 0
    for part in sorted(parts.values(), key=lambda p: p.info.header_offset):
        if part.info.header_offset < end:
            raise UnreadableError("bagian-bagian di dalamnya saling bertumpuk")
        end = part.end


def _walk_directory(content: bytes, limits: Limits) -> Iterator[_ZipPart]:
    """Walk the central directory, entry by entry, each compared with the header of its part."""
    begin, end = _find_directory(content)
    # an entry costs zipfile far more memory than the file; what the file says of their number proves nothing
    if content.count(_ENTRY_MARK, begin, end) > limits.zip_entries:
        raise UnreadableError(f"di dalamnya ada lebih dari {limits.zip_entries} bagian", limit="zip_entries")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as exc:
        raise _cut_off() from exc
    for info in archive.infolist():
        if info.flag_bits & _ENCRYPTED:
            raise FileKind.ENCRYPTED.error
        stored = info.compress_type == zipfile.ZIP_STORED
        if not stored and info.compress_type != zipfile.ZIP_DEFLATED:
            raise UnreadableError("cara pemampatan isinya tidak dikenal")
        part = _ZipPart(info, _find_part_start(content, info))
        if part.end > begin or (stored and info.compress_size != info.file_size):
            raise _cut_off()
        yield part


def _find_directory(content: bytes) -> tuple[int, int]:
    """Find the directory where zipfile does, right before the records at the end: (begin, end)."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - _END_RECORD.size - _LONGEST_COMMENT))
    if end < 0 or end + _END_RECORD.size > len(content):
        raise _cut_off()
    _, disk, first, _, _, size, begin, _ = _END_RECORD.unpack_from(content, end)
    locator = end - _END64_LOCATOR.size
    if locator >= _END64_RECORD.size and content.startswith(b"PK\x06\x07", locator):
        end = locator - _END64_RECORD.size
        mark, *_, size, begin = _END64_RECORD.unpack_from(content, end)
        if mark != b"PK\x06\x06":
            raise _cut_off()
    if begin + size != end or disk not in (0, _FULL16) or first not in (0, _FULL16):
        raise _cut_off()
    return begin, end


def _find_part_start(content: bytes, info: ZipInfo) -> int:
    """Return where a part's bytes begin; its own header must tell the same as the directory."""
    at = info.header_offset + _PART_HEADER.size
    if at > len(content):
        raise _cut_off()
    mark, _, flags, method, *_, n_name, n_extra = _PART_HEADER.unpack_from(content, info.header_offset)
    name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")
    if mark != b"PK\x03\x04" or content[at : at + n_name] != name or method != info.compress_type:
        raise _cut_off()
    if flags & _ENCRYPTED:
        raise FileKind.ENCRYPTED.error
    start: int = at + n_name + n_extra
    return start


def recognise_file(content: bytes) -> FileKind:
    """Tell by its bytes what a file is; a name says nothing.

    Raises:
        UnreadableError: it begins as a zip, but is cut off, or its directory is damaged or hostile.

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
