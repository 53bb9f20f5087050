"""The file of older Office programs (OLE compound file): streams by name, and when it was saved.

olefile takes the file apart. It is lenient, and follows what a damaged file claims; so it may read no more
bytes than a sound file needs, and a stream must be as long as it says.

Source: Microsoft, [MS-CFB] and [MS-OLEPS].
"""

from __future__ import annotations

import contextlib
import io
import struct
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

import olefile

from iki_xl.readers.book import RefusalKind, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, BinaryIO

OLE_MAGIC: bytes = olefile.MAGIC
_SUMMARY = "\x05SummaryInformation"
_SAVED, _APPLICATION = 13, 18
# UTC and naive, as everywhere in a workbook.
_YEAR_ZERO, _YEAR_LAST = datetime(1601, 1, 1), datetime(9999, 1, 1)  # noqa: DTZ001 - see above
_LAST_TICKS = (_YEAR_LAST - _YEAR_ZERO) // timedelta(microseconds=1) * 10
_FILETIME, _TEXT = 0x40, 0x1E
_LENGTH, _SECTION, _TICKS = struct.Struct("<I"), struct.Struct("<II"), struct.Struct("<Q")
_FIRST_SECTION = 44
# No office has more; a file that claims it only wants memory.
_MOST_PROPERTIES, _LONGEST_PROPERTY = 1000, 1 << 16
# What olefile raises on damaged files; it checks little, so most of these come from the middle of its work.
_BROKEN = (
    OSError,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
# Beyond what a file's tables take, once and again: its directory, in a file of which little is to be read.
_SPARE = 8 * 1024 * 1024


class _Bounded:
    """An open file of which no more than so many bytes can be read, however often a chain leads back."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._left = file, most
        self.seek, self.tell, self.close = file.seek, file.tell, file.close

    @property
    def closed(self) -> bool:
        return self._file.closed

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= max(size, len(content))  # also what was asked for beyond the end
        if self._left < 0:
            raise OSError("more is read than the file holds")
        return content


class OleFile:
    """An opened compound file: the streams of its top level, each read when it is asked for.

    `folders` are the names of the storages beside them. Embedded objects have streams of the same names
    deeper: those are not looked at. A file on disk is given open, and only its tables are read.

    Raises:
        UnreadableError: the bytes are no compound file, or a damaged one.
    """

    def __init__(self, source: bytes | BinaryIO) -> None:
        file = io.BytesIO(source) if isinstance(source, bytes) else source
        self._length = file.seek(0, io.SEEK_END)
        file.seek(0)
        if file.read(len(OLE_MAGIC)) != OLE_MAGIC:
            raise UnreadableError("isinya bukan buku kerja Excel", RefusalKind.NOT_A_WORKBOOK)
        file.seek(0)
        most = (3 * self._length if isinstance(source, bytes) else self._length // 32) + _SPARE
        with _damaged():
            bounded = cast("IO[bytes]", _Bounded(file, most))
            self._ole: olefile.OleFileIO[str] = olefile.OleFileIO(bounded)
            top = getattr(self._ole.root, "kids", ())  # missing in the stubs
            self._sizes = {kid.name: kid.size for kid in top if kid.entry_type == olefile.STGTY_STREAM}
            self.folders = frozenset(kid.name for kid in top if kid.entry_type == olefile.STGTY_STORAGE)

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def read(self, name: str) -> bytes:
        """Return the bytes of a stream, b"" when there is none.

        Raises:
            UnreadableError: it is shorter than the file says.
        """
        size = self._sizes.get(name)
        if size is None:
            return b""
        with _damaged():
            content = self._ole.openstream([name]).read() if size <= self._length else b""
            if len(content) != size:
                raise ValueError("stream shorter than it says")
            return content

    def saved_at(self) -> datetime | None:
        """Return when (UTC, naive) the file says it was last saved; None where it does not say."""
        kind, value = self._property(_SAVED)
        if kind != _FILETIME or len(value) < _TICKS.size:
            return None
        (ticks,) = _TICKS.unpack_from(value)
        return _YEAR_ZERO + timedelta(microseconds=ticks // 10) if 0 < ticks < _LAST_TICKS else None

    def application(self) -> str:
        """Return the name of the program that saved the file, as the file has it; "" where it has none."""
        kind, value = self._property(_APPLICATION)
        if kind != _TEXT or len(value) < _LENGTH.size:
            return ""
        (length,) = _LENGTH.unpack_from(value)
        return value[_LENGTH.size :][:length].split(b"\0", 1)[0].decode("ascii", "replace")

    def _property(self, number: int) -> tuple[int, bytes]:
        """Return (type, bytes from its value on) of a property of the summary, (0, b"") where there is none.

        Not by olefile, which loops as often as a damaged property says.
        """
        with contextlib.suppress(UnreadableError, struct.error):
            return _properties(self.read(_SUMMARY)).get(number, (0, b""))
        return 0, b""


def _properties(stream: bytes) -> dict[int, tuple[int, bytes]]:
    """Return (type, bytes from the value on) of each property, by its id, of a set's first section."""
    (start,) = _LENGTH.unpack_from(stream, _FIRST_SECTION)
    size, count = _SECTION.unpack_from(stream, start)
    section = stream[start : start + size]
    count = min(count, len(section) // _SECTION.size, _MOST_PROPERTIES)
    places = [_SECTION.unpack_from(section, _SECTION.size * (1 + n)) for n in range(count)]
    return {
        number: (*_LENGTH.unpack_from(section, at), section[at + _LENGTH.size : at + _LONGEST_PROPERTY])
        for number, at in places
        if at + _LENGTH.size <= len(section)
    }


@contextlib.contextmanager
def _damaged() -> Iterator[None]:
    try:
        yield
    except _BROKEN as exc:
        raise UnreadableError("berkasnya rusak", RefusalKind.DAMAGED) from exc
