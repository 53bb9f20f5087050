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

from iki_xl.readers.book import Batas, RefusalKind, TidakTerbacaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_AWALAN_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PREFIXES_ZIP = (b"PK\x03\x04", b"PK\x05\x06")

# The records of a zip: end of directory, its 64-bit forms, an entry of the directory, the header of a part.
_AKHIR = Struct("<4s4H2LH")
_AKHIR64_LETAK = Struct("<4sLQL")
_AKHIR64 = Struct("<4sQ2H2L4Q")
_ENTRI = Struct("<4s6H3L5H2L")
_KEPALA = Struct("<4s5H3L2H")
_TAMBAHAN = Struct("<2H")
_PENUH16, _PENUH32 = 0xFFFF, 0xFFFFFFFF
_TERSANDI = 0x0001 | 0x0040 | 0x2000
_UTF8 = 0x0800
_DISIMPAN, _DEFLATE = 0, 8
# Below this size a high ratio is harmless, and ordinary: the parts of a workbook repeat themselves.
_MB = _RASIO_MULAI = 1024 * 1024
_TEKS_DILIHAT = 4096
_BUKAN_TEKS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))

_TIPE_XLSX = (
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    b"application/vnd.ms-excel.sheet.macroenabled.main+xml",
    b"application/vnd.ms-excel.template.macroenabled.main+xml",
)
_TIPE_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_TIPE_ISI = "[Content_Types].xml"
_TIPE_ODF = "mimetype"
_DAFTAR_ODF = "META-INF/manifest.xml"


class Jenis(StrEnum):
    """What a file is, by its bytes alone."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    TERSANDI = "tersandi"
    TEKS = "teks"
    KOSONG = "kosong"
    ZIP_LAIN = "zip lain"
    LAIN = "lain"

    @property
    def sebab(self) -> str:
        """Why such a file is not read, to stand inside a sentence; "" for a kind of workbook."""
        return _SEBAB.get(self, "")

    @property
    def error(self) -> TidakTerbacaError:
        """What to raise where such a file was to be read."""
        return TidakTerbacaError(self.sebab, _HINDRANCE.get(self, RefusalKind.ODD))


_SEBAB = {
    Jenis.TERSANDI: "berkasnya memakai kata sandi",
    Jenis.TEKS: "isinya teks biasa (misalnya CSV atau halaman web), bukan buku kerja",
    Jenis.KOSONG: "berkasnya kosong",
    Jenis.ZIP_LAIN: "isinya bukan buku kerja, melainkan dokumen atau arsip lain",
    Jenis.LAIN: "isinya bukan buku kerja Excel",
}
_HINDRANCE = {
    Jenis.TERSANDI: RefusalKind.ENCRYPTED,
    Jenis.TEKS: RefusalKind.TEXT,
    Jenis.KOSONG: RefusalKind.EMPTY,
    Jenis.ZIP_LAIN: RefusalKind.NOT_A_WORKBOOK,
    Jenis.LAIN: RefusalKind.NOT_A_WORKBOOK,
}


@dataclass(frozen=True, slots=True)
class _Bagian:
    """One part as the directory tells it; `awal` is where its bytes begin."""

    nama: str
    cara: int
    crc: int
    mampat: int
    ukuran: int
    letak: int
    awal: int


class Paket:
    """A zip package whose directory has been checked; every inflated byte counts against the limits."""

    __slots__ = ("_bagian", "_batas", "_isi", "_terbaca", "_tulisan")

    def __init__(self, content: bytes, parts: Mapping[str, _Bagian], batas: Batas) -> None:
        self._isi = memoryview(content)
        self._bagian = parts
        self._tulisan = {name.casefold(): name for name in parts}
        self._batas = batas
        self._terbaca = 0

    @property
    def nama(self) -> tuple[str, ...]:
        """Names of the parts, in the order of the directory, with "/" between folders."""
        return tuple(self._bagian)

    def ada(self, name: str) -> bool:
        """Return whether there is such a part; as in Excel, upper and lower case are one."""
        return name.casefold() in self._tulisan

    def size(self, name: str) -> int:
        """Return how many bytes a part has once inflated, as the directory tells it.

        Raises:
            TidakTerbacaError: there is no such part.
        """
        return self._part(name).ukuran

    def _part(self, name: str) -> _Bagian:
        part = self._bagian.get(name) or self._bagian.get(self._tulisan.get(name.casefold(), ""))
        if part is None:
            raise TidakTerbacaError(f"bagian “{name[:100]}” tidak ada di dalamnya")
        return part

    def baca(self, name: str) -> bytes:
        """Return the bytes of a part, inflated.

        Raises:
            TidakTerbacaError: there is no such part, it is damaged, its size is not the one the directory
                gives, or the parts read so far are over the limit together.
        """
        part = self._part(name)
        self._terbaca += part.ukuran
        if self._terbaca > self._batas.total:
            raise _too_large(self._batas)
        raw = self._isi[part.awal : part.awal + part.mampat]
        content = bytes(raw) if part.cara == _DISIMPAN else _kembangkan(raw, part.ukuran)
        if len(content) != part.ukuran:
            raise TidakTerbacaError(
                "ukuran isinya tidak seperti yang tercatat di dalam berkas", RefusalKind.DAMAGED
            )
        if zlib.crc32(content) != part.crc:
            raise _cut_off()
        return content


def _kembangkan(raw: memoryview, size: int) -> bytes:
    """Inflate at most one byte more than the directory promised, to see whether it lied."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, size + 1)
    except zlib.error as exc:
        raise _cut_off() from exc


def _cut_off() -> TidakTerbacaError:
    return TidakTerbacaError("berkasnya terpotong atau rusak", RefusalKind.DAMAGED)


def _too_large(batas: Batas) -> TidakTerbacaError:
    return TidakTerbacaError(f"isinya lebih dari {batas.total_mb} MB setelah dibuka", limit="total_mb")


def buka(content: bytes, batas: Batas) -> Paket:
    """Check the directory of a zip package (.xlsx, .xlsm, .ods) and return its parts, nothing inflated yet.

    Raises:
        TidakTerbacaError: not a zip, truncated, encrypted, over a limit of `batas`, or with parts that
            stand twice, overlap, or are compressed in a way that no spreadsheet program uses.

    Source: PKWARE APPNOTE 4.3; the limits are those of `Batas`.
    """
    if not content:
        raise Jenis.KOSONG.error
    if len(content) > batas.ukuran:
        size = -(-len(content) // _MB)
        raise TidakTerbacaError(
            f"berkasnya lebih besar dari {batas.ukuran_mb} MB", limit="ukuran_mb", enough=size
        )
    if not content.startswith(PREFIXES_ZIP):
        raise Jenis.LAIN.error
    parts: dict[str, _Bagian] = {}
    total = 0
    for number, part in enumerate(_direktori(content)):
        if number >= batas.isi_zip:
            raise TidakTerbacaError(f"di dalamnya ada lebih dari {batas.isi_zip} bagian", limit="isi_zip")
        _periksa_ukuran(part, batas)
        total += part.ukuran
        if total > batas.total:
            raise _too_large(batas)
        if part.nama in parts:
            raise TidakTerbacaError("ada bagian yang tercatat dua kali di dalamnya")
        parts[part.nama] = part
    _periksa_tumpang(parts)
    return Paket(content, parts, batas)


def _periksa_ukuran(part: _Bagian, batas: Batas) -> None:
    if part.ukuran > batas.bagian:
        raise TidakTerbacaError(
            f"satu bagiannya lebih dari {batas.bagian_mb} MB setelah dibuka",
            limit="bagian_mb",
            enough=-(-part.ukuran // _MB),
        )
    if part.ukuran > _RASIO_MULAI and part.ukuran > batas.rasio * part.mampat:
        ratio = -(-part.ukuran // max(1, part.mampat))
        raise TidakTerbacaError("isinya dimampatkan secara tidak wajar", limit="rasio", enough=ratio)


def _periksa_tumpang(parts: Mapping[str, _Bagian]) -> None:
    """Two entries over the same bytes make a small file large; two spellings of a name make it ambiguous."""
    if len({name.casefold() for name in parts}) != len(parts):
        raise TidakTerbacaError("ada bagian yang tercatat dua kali di dalamnya")
    end = 0
    for part in sorted(parts.values(), key=lambda p: p.letak):
        if part.letak < end:
            raise TidakTerbacaError("bagian-bagian di dalamnya saling bertumpuk")
        end = part.awal + part.mampat


def _direktori(content: bytes) -> Iterator[_Bagian]:
    """Walk the central directory, entry by entry, each compared with the header of its part."""
    at, size = _letak_direktori(content)
    limit, end = at, at + size
    while at < end:
        if at + _ENTRI.size > end:
            raise _cut_off()
        (mark, _, _, flags, method, _, _, crc, packed, full, n_name, n_extra, n_note, *_, offset) = (
            _ENTRI.unpack_from(content, at)
        )
        if mark != b"PK\x01\x02":
            raise _cut_off()
        name = content[at + _ENTRI.size : at + _ENTRI.size + n_name]
        extra = content[at + _ENTRI.size + n_name : at + _ENTRI.size + n_name + n_extra]
        if _PENUH32 in (full, packed, offset):
            full, packed, offset = _ukuran64(extra, (full, packed, offset))
        if flags & _TERSANDI:
            raise Jenis.TERSANDI.error
        if method not in (_DISIMPAN, _DEFLATE):
            raise TidakTerbacaError("cara pemampatan isinya tidak dikenal")
        start = _awal_isi(content, offset, name, method)
        if start + packed > limit or (method == _DISIMPAN and packed != full):
            raise _cut_off()
        yield _Bagian(_nama(name, flags), method, crc, packed, full, offset, start)
        at += _ENTRI.size + n_name + n_extra + n_note


def _letak_direktori(content: bytes) -> tuple[int, int]:
    """Find the directory: (where it begins, its length)."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - _AKHIR.size - _PENUH16))
    if end < 0 or end + _AKHIR.size > len(content):
        raise _cut_off()
    _, disk, first, here, count, size, at, _ = _AKHIR.unpack_from(content, end)
    if _PENUH32 in (size, at) or _PENUH16 in (here, count):
        size, at = _letak64(content, end) or (size, at)
    if at + size > end or disk not in (0, _PENUH16) or first not in (0, _PENUH16):
        raise _cut_off()
    return at, size


def _letak64(content: bytes, end: int) -> tuple[int, int] | None:
    """Return (length, begin) of the directory from the 64-bit records that stand before `end`."""
    locator = end - _AKHIR64_LETAK.size
    if locator < 0 or not content.startswith(b"PK\x06\x07", locator):
        return None
    record = _AKHIR64_LETAK.unpack_from(content, locator)[2]
    if record + _AKHIR64.size > locator or not content.startswith(b"PK\x06\x06", record):
        raise _cut_off()
    *_, size, at = _AKHIR64.unpack_from(content, record)
    return size, at


def _ukuran64(extra: bytes, sizes: tuple[int, int, int]) -> list[int]:
    """Replace the sizes that do not fit 32 bits by those of the zip64 extra field (id 1)."""
    at = 0
    while at + _TAMBAHAN.size <= len(extra):
        kind, length = _TAMBAHAN.unpack_from(extra, at)
        at += _TAMBAHAN.size
        if kind == 1:
            field = extra[at : at + length]
            wide = (int.from_bytes(field[i : i + 8], "little") for i in range(0, len(field), 8))
            return [next(wide, size) if size == _PENUH32 else size for size in sizes]
        at += length
    return list(sizes)


def _awal_isi(content: bytes, offset: int, name: bytes, method: int) -> int:
    """Return where a part's bytes begin; its own header must tell the same as the directory."""
    if offset + _KEPALA.size > len(content):
        raise _cut_off()
    mark, _, flags, own_method, *_, n_name, n_extra = _KEPALA.unpack_from(content, offset)
    start: int = offset + _KEPALA.size + n_name
    if mark != b"PK\x03\x04" or content[offset + _KEPALA.size : start] != name or own_method != method:
        raise _cut_off()
    if flags & _TERSANDI:
        raise Jenis.TERSANDI.error
    end: int = start + n_extra
    return end


def _nama(name: bytes, flags: int) -> str:
    try:
        text = name.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        text = name.decode("cp437")
    return text.replace("\\", "/").lstrip("/")


def jenis(content: bytes) -> Jenis:
    """Tell by its bytes what a file is; a name says nothing.

    Raises:
        TidakTerbacaError: it begins as a zip, but is cut off, or its directory is damaged or hostile.

    Source: [MS-CFB] 2.6 for OLE files, ECMA-376 part 2 and ODF 1.3 part 2 for packages.
    """
    if not content:
        return Jenis.KOSONG
    if content.startswith(_AWALAN_OLE):
        return _jenis_ole(content)
    if content.startswith(PREFIXES_ZIP):
        return jenis_paket(buka(content, Batas(ukuran_mb=len(content) // _RASIO_MULAI + 1)))
    if any(mark.startswith(content) for mark in PREFIXES_ZIP):
        raise _cut_off()
    start = content[:_TEKS_DILIHAT]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or len(start.translate(None, _BUKAN_TEKS)) == len(start):
        return Jenis.TEKS
    return Jenis.LAIN


def jenis_paket(paket: Paket) -> Jenis:
    """Tell what an opened zip package is: .xlsx, .ods or neither."""
    if paket.ada(_TIPE_ISI):
        types = paket.baca(_TIPE_ISI).lower()
        return Jenis.XLSX if any(name in types for name in _TIPE_XLSX) else Jenis.ZIP_LAIN
    source = next((name for name in (_TIPE_ODF, _DAFTAR_ODF) if paket.ada(name)), "")
    return Jenis.ODS if source and _TIPE_ODS in paket.baca(source) else Jenis.ZIP_LAIN


def _jenis_ole(content: bytes) -> Jenis:
    if _ada_aliran(content, "EncryptedPackage"):
        return Jenis.TERSANDI
    return Jenis.XLS if _ada_aliran(content, "Workbook") or _ada_aliran(content, "Book") else Jenis.LAIN


def _ada_aliran(content: bytes, name: str) -> bool:
    """Look for a directory entry of an OLE file: 128 bytes, aligned, the name first, its length at 64."""
    wanted = (name + "\0").encode("utf-16-le")
    length = len(wanted).to_bytes(2, "little")
    at = content.find(wanted)
    while at >= 0:
        if at % 128 == 0 and content[at + 64 : at + 66] == length:
            return True
        at = content.find(wanted, at + 1)
    return False
