"""One run at a time in a folder. The lock is the system's own: it ends with its process, come what may."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from iki_xl.errors import BusyError, OutputError, explain_system_error
from iki_xl.storage.output import TEMPORARY_PREFIX, make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_NAME = f"{TEMPORARY_PREFIX}kunci"
_HELD_CODES = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES}
_OPEN_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
# Beyond the text, so that a second run on Windows may read since when the first one works.
_LOCKED_BYTE = 1 << 30
_ATTEMPTS = 5
_NOTE_LENGTH = 40
# Lock files that are open in this process.
_open_descriptors: set[int] = set()


@contextlib.contextmanager
def hold_folders(*folders: Path) -> Iterator[bool]:
    """Hold folders for this run alone, made where they are missing; give whether that could be had.

    False: a drive knows no locks, and the work goes on without.

    Raises:
        BusyError: another run holds one of them. OutputError: one cannot be made or written.
    """
    with contextlib.ExitStack() as held:
        # always in the same order, so that of two runs one gets them all
        every = sorted({make_folder(folder).resolve(): folder for folder in folders}.items())
        locked = [held.enter_context(_hold_one_folder(folder)) for _, folder in every]
        yield all(locked)


@contextlib.contextmanager
def _hold_one_folder(folder: Path) -> Iterator[bool]:
    path = folder / LOCK_NAME
    descriptor = _open_and_lock(path, folder)
    if descriptor is None:
        yield False
        return
    _open_descriptors.add(descriptor)
    try:
        _write_since(descriptor)
        yield True
    finally:
        _open_descriptors.discard(descriptor)
        _release_lock(descriptor, path)


def _open_and_lock(path: Path, folder: Path) -> int | None:
    """Open the lock file and lock it; None where the drive knows no locks."""
    for _ in range(_ATTEMPTS):
        try:
            descriptor = os.open(path, _OPEN_FLAGS, 0o666)
        except OSError as exc:
            raise OutputError(
                f"{path} tidak dapat dibuka ({explain_system_error(exc)}). Periksa izin folder "
                f"{folder}, lalu ulangi."
            ) from exc
        try:
            _lock_by_system(descriptor)
            if os.path.samestat(os.fstat(descriptor), path.lstat()):
                return descriptor
        except OSError as exc:
            if exc.errno in _HELD_CODES:
                since = _read_since(descriptor)
                os.close(descriptor)
                raise BusyError(
                    f"Folder {folder} sedang dipakai iki-xl yang lain{since}. Tunggu sampai selesai, "
                    "lalu ulangi perintahnya."
                ) from exc
            if exc.errno != errno.ENOENT:
                os.close(descriptor)
                return None
        # the run that held it has just ended and taken the file along
        os.close(descriptor)
    return None


def _lock_by_system(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _release_lock(descriptor: int, path: Path) -> None:
    """Take the file along; whoever has just opened it sees that and starts anew."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            path.unlink()
    os.close(descriptor)
    if sys.platform == "win32":  # an open file cannot be removed there, nor one that the next run has opened
        with contextlib.suppress(OSError):
            path.unlink()


def _write_since(descriptor: int) -> None:
    """Write since when; on a full disk the lock holds all the same."""
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, datetime.now().astimezone().isoformat(timespec="seconds").encode())


def _read_since(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        since = datetime.fromisoformat(os.read(descriptor, _NOTE_LENGTH).decode())
    except (OSError, ValueError):
        return ""
    return f" sejak {since:%d-%m-%Y pukul %H.%M}"


def _close_in_child() -> None:
    """A forked process must not go on holding the lock of a parent that was killed."""
    for descriptor in _open_descriptors:
        os.close(descriptor)
    _open_descriptors.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_close_in_child)
