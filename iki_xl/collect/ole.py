"""The file of older Office programs (OLE compound file): streams by name, and what its properties say.

Source: Microsoft, [MS-CFB] and [MS-OLEPS]. Only what a returned workbook needs is read, and every chain of
sectors is followed no further than the file is long, so that a damaged file ends in an error, not in a loop.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from iki_xl.collect.book import TidakTerbacaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AWALAN_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AKHIR = 0xFFFFFFFA  # this and above are no sectors
_KEPALA, _ENTRI = 512, 128
_ALIRAN, _AKAR = 2, 5
_SEKTOR_SAH = {9, 12}
_RINGKASAN = "\x05SummaryInformation"
_RINGKASAN_DOKUMEN = "\x05DocumentSummaryInformation"
_FMTID_BUATAN = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
_PID_KAMUS, _PID_HALAMAN_KODE, _PID_DISIMPAN = 0, 1, 13
_VT_TEKS, _VT_UTF16, _VT_SAAT = 0x1E, 0x1F, 0x40
_PENGODEAN = {1200: "utf-16-le", 65001: "utf-8"}
_TAHUN_NOL = datetime(1601, 1, 1)  # noqa: DTZ001 - UTC and naive, as everywhere in a workbook
_RUSAK = (struct.error, LookupError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class _Entri:
    nama: str
    jenis: int
    kiri: int
    kanan: int
    anak: int
    awal: int
    panjang: int


@dataclass(frozen=True, slots=True)
class BerkasOle:
    """An opened compound file: `aliran` are the streams of its top level by name."""

    aliran: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class SifatOle:
    """What the file says of itself: when (UTC, naive) it was last saved, and its custom properties."""

    disimpan: datetime | None = None
    buatan: Mapping[str, str] = field(default_factory=dict)


def buka_ole(content: bytes) -> BerkasOle:
    """Read the streams of a compound file's top level.

    Raises:
        TidakTerbacaError: the bytes are no compound file, or a damaged one.
    """
    if not content.startswith(AWALAN_OLE):
        raise TidakTerbacaError("isinya bukan buku kerja Excel")
    try:
        return BerkasOle(_Sektor(content).aliran())
    except _RUSAK as exc:
        raise TidakTerbacaError("berkasnya rusak") from exc


class _Sektor:
    """The sectors of a compound file. A chain that does not end raises ValueError."""

    def __init__(self, content: bytes) -> None:
        shift, self._geser_mini = struct.unpack_from("<HH", content, 30)
        if shift not in _SEKTOR_SAH or self._geser_mini >= shift:
            raise ValueError("sector size")
        self._isi, self._ukuran = content, 1 << shift
        self._awal_direktori = _u32(content, 48)
        self._batas_mini, self._awal_mini = struct.unpack_from("<II", content, 56)
        self._fat = self._tabel(self._sektor_fat())

    def _sektor_fat(self) -> Iterator[int]:
        """Where the sector table itself stands: 109 places in the header, more in a chain."""
        yield from struct.unpack_from("<109I", self._isi, 76)
        follow, count = _u32(self._isi, 68), 0
        while follow < _AKHIR:
            *places, follow = struct.unpack(f"<{self._ukuran // 4}I", self._sektor(follow))
            yield from places
            count += 1
            if count * self._ukuran > len(self._isi):
                raise ValueError("chain without end")

    def _tabel(self, sectors: Iterator[int]) -> array[int]:
        table = array("I")
        for sector in sectors:
            if sector < _AKHIR:
                table.frombytes(self._sektor(sector))
            if len(table) * 4 > len(self._isi) + self._ukuran:
                raise ValueError("table longer than the file")
        return table

    def _sektor(self, number: int) -> bytes:
        start = max(_KEPALA, self._ukuran) + number * self._ukuran
        sector = self._isi[start : start + self._ukuran]
        if not sector:
            raise ValueError("sector outside the file")
        return sector.ljust(self._ukuran, b"\x00")

    def _rantai(self, first: int, table: array[int], most: int) -> Iterator[int]:
        follow, count = first, 0
        while follow < _AKHIR and count < most:
            yield follow
            follow, count = table[follow], count + 1

    def _aliran_besar(self, first: int, length: int) -> bytes:
        most = -(-length // self._ukuran)
        data = b"".join(map(self._sektor, self._rantai(first, self._fat, most)))[:length]
        if len(data) < length:
            raise ValueError("stream shorter than it says")
        return data

    def _entri(self) -> list[_Entri]:
        most = len(self._fat)
        content = b"".join(map(self._sektor, self._rantai(self._awal_direktori, self._fat, most)))
        return [_entri(content[at : at + _ENTRI]) for at in range(0, len(content), _ENTRI)]

    def aliran(self) -> dict[str, bytes]:
        """Return the streams right below the root; embedded objects have streams of the same names deeper."""
        entries = self._entri()
        root = entries[0]
        if root.jenis != _AKAR:
            raise ValueError("no root")
        mini = self._aliran_besar(root.awal, root.panjang) if root.panjang else b""
        places = self._tabel(self._rantai(self._awal_mini, self._fat, len(self._fat)))
        found, waiting, seen = {}, [root.anak], set[int]()
        while waiting:
            number = waiting.pop()
            if number >= len(entries) or number in seen:
                continue
            seen.add(number)
            entry = entries[number]
            waiting += [entry.kiri, entry.kanan]
            if entry.jenis == _ALIRAN:
                small = entry.panjang < self._batas_mini
                found[entry.nama] = (
                    self._aliran_mini(entry, mini, places)
                    if small
                    else self._aliran_besar(entry.awal, entry.panjang)
                )
        return found

    def _aliran_mini(self, entry: _Entri, mini: bytes, places: array[int]) -> bytes:
        size = 1 << self._geser_mini
        most = -(-entry.panjang // size)
        chain = self._rantai(entry.awal, places, most)
        data = b"".join(mini[n * size : (n + 1) * size] for n in chain)[: entry.panjang]
        if len(data) < entry.panjang:
            raise ValueError("stream shorter than it says")
        return data


def _entri(data: bytes) -> _Entri:
    length, kind = struct.unpack_from("<HB", data, 64)
    left, right, child = struct.unpack_from("<III", data, 68)
    start, size = struct.unpack_from("<II", data, 116)
    name = data[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return _Entri(name, kind, left, right, child, start, size)


def _u32(data: bytes, at: int) -> int:
    number: int = struct.unpack_from("<I", data, at)[0]
    return number


def sifat_ole(ole: BerkasOle) -> SifatOle:
    """Return what a compound file says of itself; what cannot be understood is left out."""
    saved, custom = None, {}
    try:
        values = _himpunan(ole.aliran.get(_RINGKASAN, b""), 0)
        saved = _saat(values.get(_PID_DISIMPAN, b""))
    except _RUSAK:
        saved = None
    try:
        custom = _buatan(ole.aliran.get(_RINGKASAN_DOKUMEN, b""))
    except _RUSAK:
        custom = {}
    return SifatOle(saved, custom)


def _himpunan(stream: bytes, number: int) -> dict[int, bytes]:
    """Return the bytes from each property's value on, by its id, of one section of a property set."""
    if len(stream) < 28 + 20 * (number + 1) or _u32(stream, 24) <= number:
        return {}
    start = _u32(stream, 44 + 20 * number)
    size, count = struct.unpack_from("<II", stream, start)
    section = stream[start : start + size]
    places = [struct.unpack_from("<II", section, 8 + 8 * n) for n in range(min(count, len(section) // 8))]
    return {pid: section[at:] for pid, at in places}


def _saat(value: bytes) -> datetime | None:
    """Return a FILETIME (100 ns since 1601, UTC); 0 means never."""
    if not value or _u32(value, 0) != _VT_SAAT:
        return None
    (ticks,) = struct.unpack_from("<Q", value, 4)
    return _TAHUN_NOL + timedelta(microseconds=ticks // 10) if ticks else None


def _buatan(stream: bytes) -> dict[str, str]:
    """Return the custom properties that are text: name -> text."""
    if stream[48:64] != _FMTID_BUATAN:
        return {}
    values = _himpunan(stream, 1)
    codepage = struct.unpack_from("<H", values[_PID_HALAMAN_KODE], 4)[0]
    encoding = _PENGODEAN.get(codepage, f"cp{codepage}")
    names = _kamus(values.get(_PID_KAMUS, bytes(4)), encoding)
    return {name: _teks(values[pid], encoding) for pid, name in names.items() if pid in values}


def _kamus(data: bytes, encoding: str) -> dict[int, str]:
    names, at = {}, 4
    wide = encoding == "utf-16-le"
    for _ in range(min(_u32(data, 0), len(data) // 8)):
        pid, length = struct.unpack_from("<II", data, at)
        size = length * 2 if wide else length
        names[pid] = data[at + 8 : at + 8 + size].decode(encoding).rstrip("\x00")
        at += 8 + (-(-size // 4) * 4 if wide else size)
    return names


def _teks(value: bytes, encoding: str) -> str:
    kind, length = struct.unpack_from("<II", value)
    if kind == _VT_UTF16:
        return value[8 : 8 + 2 * length].decode("utf-16-le").rstrip("\x00")
    return value[8 : 8 + length].decode(encoding).rstrip("\x00") if kind == _VT_TEKS else ""
