"""A file's bytes from the disk, once, all of the same moment; nothing but regular files is ever opened."""

from __future__ import annotations

import os
import stat
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from iki_xl.readers.book import Refusal, RefusalKind, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from iki_xl.readers.book import Limits

READ_ONLY = os.O_RDONLY | sum(
    getattr(os, f"O_{name}", 0) for name in ("NOFOLLOW", "NONBLOCK", "BINARY", "CLOEXEC")
)
_MB = 1024 * 1024
# Sharing and lock violations: somebody else has the file open and lets nobody in.
_HELD_ON_WINDOWS = {32, 33}
# UTC and naive, as everywhere here; no program writes earlier moments, and later ones leave room for a zone.
_EPOCH, _EARLIEST, _LATEST = datetime(1970, 1, 1), datetime(1900, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001


def read_whole(path: Path, limits: Limits) -> tuple[bytes, datetime]:
    """Read a regular file's bytes and its time (UTC, naive), all of the same moment.

    Raises:
        UnreadableError: it is no regular file, over the size limit, or changed meanwhile.
        OSError: the system would not open it.
    """
    before = path.lstat()
    if stat.S_ISDIR(before.st_mode):
        raise UnreadableError("ini folder, bukan berkas", RefusalKind.NOT_A_FILE)
    if stat.S_ISLNK(before.st_mode):
        raise UnreadableError("ini hanya tautan, bukan berkas", RefusalKind.NOT_A_FILE)
    if before.st_size > limits.size:
        size = -(-before.st_size // _MB)
        raise UnreadableError(
            f"ukurannya {size} MB, paling besar {limits.file_mb} MB", limit="file_mb", enough=size
        )
    # a pipe that was put in its place meanwhile opens at once and is refused; it would never end
    with os.fdopen(os.open(path, READ_ONLY), "rb", buffering=0) as file:
        if not stat.S_ISREG(before.st_mode) or not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnreadableError("ini bukan berkas biasa", RefusalKind.NOT_A_FILE)
        content = file.read(before.st_size + 1)
    if len(content) != before.st_size or _state(path.lstat()) != _state(before):
        raise UnreadableError("berubah selagi dibaca", RefusalKind.CHANGED)
    return content, _moment(before.st_mtime)


def saved_at(path: Path) -> datetime | None:
    """Return a file's time (UTC, naive); None where there is none to be had."""
    try:
        return _moment(path.lstat().st_mtime)
    except OSError:
        return None


def refusal_of(error: OSError) -> Refusal:
    """Return why the system would not open a file; its own words are English."""
    if isinstance(error, FileNotFoundError):
        return Refusal("berkasnya tidak ada", RefusalKind.MISSING)
    if getattr(error, "winerror", 0) in _HELD_ON_WINDOWS:
        return Refusal("sedang dibuka program lain", RefusalKind.HELD)
    if isinstance(error, PermissionError):
        return Refusal("tidak ada izin membacanya, atau sedang dibuka program lain", RefusalKind.DENIED)
    return Refusal("sistem menolak membacanya", RefusalKind.REFUSED)


def _moment(seconds: float) -> datetime:
    """Return a file's time in UTC without a zone; clocks and drives may give one that no calendar has."""
    try:
        return within_calendar(_EPOCH + timedelta(seconds=seconds))
    except OverflowError:
        return _LATEST if seconds > 0 else _EARLIEST


def within_calendar(moment: datetime) -> datetime:
    """Return a moment that every calendar has."""
    return min(max(moment, _EARLIEST), _LATEST)


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns
