"""One run at a time in a folder. The lock is the system's own: it ends with its process, come what may."""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import Timeout, UnixFileLock, WindowsFileLock

from iki_xl.errors import BusyError, OutputError, explain_system_error
from iki_xl.storage.output import OWN_FOLDER, make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# In the program's own folder below the one that is held; the own folder itself has a lock of its own, because
# it may lie in a folder of outputs.
_LOCK_NAME, _OWN_LOCK_NAME = "kunci", "kunci-arsip"
# Not filelock's choice for the platform, which may be a mere file that a killed run leaves behind.
_SystemLock = WindowsFileLock if sys.platform == "win32" else UnixFileLock
# Whoever may write in the folder may hold it, whatever account has held it first.
_LOCK_MODE = 0o666
# Beyond the byte that Windows locks, so that a second run there may read since when the first one works.
_SINCE_AT = 1
_SINCE_LENGTH = 40


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
        locked = [_hold_one_folder(folder, resolved, held) for resolved, folder in every]
        yield all(locked)


def _hold_one_folder(folder: Path, resolved: Path, held: contextlib.ExitStack) -> bool:
    """Hold a folder until `held` ends; False where the drive knows no locks."""
    own = resolved.name == OWN_FOLDER
    path = folder / _OWN_LOCK_NAME if own else folder / OWN_FOLDER / _LOCK_NAME
    lock = _SystemLock(
        path, mode=_LOCK_MODE, fallback_to_soft=False, preserve_lock_file=True, on_acquired=_write_since
    )
    try:
        held.enter_context(lock.acquire(blocking=False))
    except Timeout as exc:
        raise BusyError(
            f"Folder {folder} sedang dipakai iki-xl yang lain{_read_since(path)}. Tunggu sampai selesai, "
            "lalu ulangi perintahnya."
        ) from exc
    except OSError as exc:
        # the file is open then, and only locking it failed
        if exc.filename is None:
            return False
        raise OutputError(
            f"{path} tidak dapat ditulis ({explain_system_error(exc)}). Periksa izin folder {folder} "
            "dan ruang disk, lalu ulangi perintahnya."
        ) from exc
    return True


def _write_since(descriptor: int) -> None:
    """Write since when; on a full disk the lock holds all the same."""
    with contextlib.suppress(OSError):
        os.lseek(descriptor, _SINCE_AT, os.SEEK_SET)
        os.write(descriptor, datetime.now().astimezone().isoformat(timespec="seconds").encode())


def _read_since(path: Path) -> str:
    try:
        with path.open("rb", buffering=0) as stream:
            stream.seek(_SINCE_AT)
            since = datetime.fromisoformat(stream.read(_SINCE_LENGTH).decode())
    except (OSError, ValueError):
        return ""
    return f" sejak {since:%d-%m-%Y pukul %H.%M}"
