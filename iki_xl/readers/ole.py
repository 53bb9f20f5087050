"""The file of older Office programs (OLE compound file): streams by name, and when it was saved.

Source: Microsoft, [MS-CFB] and [MS-OLEPS]. Only what a returned workbook needs is read, and every chain of
sectors is followed no further than the file is long, so that a damaged file ends in an error, not in a loop.
"""

from __future__ import annotations

import contextlib
import struct
from array import array
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from iki_xl.readers.book import RefusalKind, TidakTerbacaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

AWALAN_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AKHIR = 0xFFFFFFFA  # this and above are no sectors
_KEPALA, _ENTRI = 512, 128
_FOLDER, _ALIRAN, _AKAR = 1, 2, 5
_SEKTOR_SAH = {9, 12}
_RINGKASAN = "\x05SummaryInformation"
_PID_DISIMPAN, _PID_APPLICATION = 13, 18
_VT_SAAT, _VT_TEXT = 0x40, 0x1E
# No office has more; a file that claims it only wants memory.
_SIFAT_TERBANYAK, _SIFAT_TERPANJANG = 1000, 1 << 16
_LONGEST_DIRECTORY = 8 * 1024 * 1024
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


class BytesOnDisk:
    """The bytes of an open file, of which only the asked-for slices are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = file.seek(0, 2)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._length)
        self._file.seek(start)
        return self._file.read(max(0, stop - start))


class BerkasOle:
    """An opened compound file: the streams of its top level, each read when it is asked for.

    `folders` are the names of the storages beside them.

    Several entries may claim the same bytes, so that all streams together may be far longer than the file.

    Raises:
        TidakTerbacaError: the bytes are no compound file, or a damaged one.
    """

    def __init__(self, content: bytes | BytesOnDisk) -> None:
        if content[: len(AWALAN_OLE)] != AWALAN_OLE:
            raise TidakTerbacaError("isinya bukan buku kerja Excel", RefusalKind.NOT_A_WORKBOOK)
        try:
            self._sektor = _Sektor(content)
            top = self._sektor.teratas()
        except _RUSAK as exc:
            raise TidakTerbacaError("berkasnya rusak", RefusalKind.DAMAGED) from exc

        self._entri = {entry.nama: entry for entry in top if entry.jenis == _ALIRAN}
        self.folders = frozenset(entry.nama for entry in top if entry.jenis == _FOLDER)

    def __contains__(self, name: str) -> bool:
        return name in self._entri

    def baca(self, name: str) -> bytes:
        """Return the bytes of a stream, b"" when there is none.

        Raises:
            TidakTerbacaError: it is shorter than the file says.
        """
        entry = self._entri.get(name)
        try:
            return self._sektor.baca(entry) if entry else b""
        except _RUSAK as exc:
            raise TidakTerbacaError("berkasnya rusak", RefusalKind.DAMAGED) from exc


class _Sektor:
    """The sectors of a compound file. A chain that does not end raises ValueError."""

    def __init__(self, content: bytes | BytesOnDisk) -> None:
        head = content[:_KEPALA]
        shift, self._geser_mini = struct.unpack_from("<HH", head, 30)
        if shift not in _SEKTOR_SAH or self._geser_mini >= shift:
            raise ValueError("sector size")
        self._isi, self._kepala, self._ukuran = content, head, 1 << shift
        self._awal_direktori = _u32(head, 48)
        self._batas_mini, self._awal_mini = struct.unpack_from("<II", head, 56)
        self._fat = self._tabel(self._sektor_fat())

    def _sektor_fat(self) -> Iterator[int]:
        """Where the sector table itself stands: 109 places in the header, more in a chain."""
        yield from struct.unpack_from("<109I", self._kepala, 76)
        follow, count = _u32(self._kepala, 68), 0
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
            # an entry of four bytes stands for a sector of 64 at least
            if len(table) * 4 > len(self._isi) // 8 + 2 * self._ukuran:
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
        if length > len(self._isi):
            raise ValueError("stream longer than the file")
        most = -(-length // self._ukuran)
        data = b"".join(map(self._sektor, self._rantai(first, self._fat, most)))[:length]
        if len(data) < length:
            raise ValueError("stream shorter than it says")
        return data

    def _entri(self) -> list[_Entri]:
        most = min(len(self._fat), _LONGEST_DIRECTORY // self._ukuran)
        content = b"".join(map(self._sektor, self._rantai(self._awal_direktori, self._fat, most)))
        return [_entri(content[at : at + _ENTRI]) for at in range(0, len(content), _ENTRI)]

    def teratas(self) -> list[_Entri]:
        """Return what stands right below the root; embedded objects have streams of the same names deeper."""
        entries = self._entri()
        root = entries[0]
        if root.jenis != _AKAR:
            raise ValueError("no root")
        self._akar = root
        found, waiting, seen = [], [root.anak], set[int]()
        while waiting:
            number = waiting.pop()
            if number >= len(entries) or number in seen:
                continue
            seen.add(number)
            entry = entries[number]
            waiting += [entry.kiri, entry.kanan]
            found.append(entry)
        return found

    def baca(self, entry: _Entri) -> bytes:
        """Return the bytes of a stream; small ones stand in a stream of their own, in smaller sectors."""
        if entry.panjang >= self._batas_mini:
            return self._aliran_besar(entry.awal, entry.panjang)
        if entry.panjang > len(self._isi):
            raise ValueError("stream longer than the file")
        small = self._aliran_besar(self._akar.awal, self._akar.panjang)
        places = self._tabel(self._rantai(self._awal_mini, self._fat, len(self._fat)))
        size = 1 << self._geser_mini
        chain = self._rantai(entry.awal, places, -(-entry.panjang // size))
        data = b"".join(small[n * size : (n + 1) * size] for n in chain)[: entry.panjang]
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


def disimpan_ole(ole: BerkasOle) -> datetime | None:
    """Return when (UTC, naive) a compound file says it was last saved; None where it is not plain."""
    with contextlib.suppress(TidakTerbacaError, *_RUSAK):
        return _saat(_himpunan(ole.baca(_RINGKASAN), 0).get(_PID_DISIMPAN, b""))
    return None


def application_of(ole: BerkasOle) -> str:
    """Return the name of the program that saved a compound file, as the file has it; "" where it has none."""
    with contextlib.suppress(TidakTerbacaError, *_RUSAK):
        value = _himpunan(ole.baca(_RINGKASAN), 0).get(_PID_APPLICATION, b"")
        if value and _u32(value, 0) == _VT_TEXT:
            return value[8 : 8 + _u32(value, 4)].split(b"\0", 1)[0].decode("ascii", "replace")
    return ""


def _himpunan(stream: bytes, number: int) -> dict[int, bytes]:
    """Return the bytes from each property's value on, by its id, of one section of a property set."""
    if len(stream) < 28 + 20 * (number + 1) or _u32(stream, 24) <= number:
        return {}
    start = _u32(stream, 44 + 20 * number)
    size, count = struct.unpack_from("<II", stream, start)
    section = stream[start : start + size]
    count = min(count, len(section) // 8, _SIFAT_TERBANYAK)
    places = [struct.unpack_from("<II", section, 8 + 8 * n) for n in range(count)]
    return {pid: section[at : at + _SIFAT_TERPANJANG] for pid, at in places}


def _saat(value: bytes) -> datetime | None:
    """Return a FILETIME (100 ns since 1601, UTC); 0 means never."""
    if not value or _u32(value, 0) != _VT_SAAT:
        return None
    (ticks,) = struct.unpack_from("<Q", value, 4)
    return _TAHUN_NOL + timedelta(microseconds=ticks // 10) if ticks else None
