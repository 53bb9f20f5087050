"""The originals of returns that count, kept by the digest of their bytes as files that a person can open.

`arsip/<first two>/<sha256><suffix>`, and `arsip/daftar.csv` with the names under which they came.

Files are not flushed to the disk one by one: that would take as long as everything else. After a power
failure a file may lack its content, although it has its name. Therefore a new file is left writable, which
says: not read back yet. The next run reads it back, compares the digest, and write-protects it or puts it
there again; from then on its size is enough. What this leaves open is a power failure right after two runs
within the half minute that a system takes to write; on most file systems the size is wrong then, and what
was sent still lies in its place.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import secrets
import stat
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256 as fingerprint
from typing import TYPE_CHECKING, BinaryIO

from iki_xl.errors import BusyError, OutputError, explain_system_error
from iki_xl.storage.facts import make_csv_rows, restore_text
from iki_xl.storage.lock import hold_folders
from iki_xl.storage.output import (
    STALE_SECONDS,
    TEMPORARY_PREFIX,
    find_free_name,
    sweep_temporary,
    write_whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

ARCHIVE_NAME = "arsip"
ARCHIVE_LIST_NAME = "daftar.csv"
_LIST_HEAD = ("sha256", "nama_berkas", "pertama_terlihat")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_VERIFIED, _REPLACEABLE = 0o444, 0o644
# More than any limit lets through; what lies there instead is not read into the memory.
_LARGEST_ORIGINAL = 512 * 1024 * 1024
_OPEN_FLAGS = os.O_RDONLY | sum(
    getattr(os, f"O_{name}", 0) for name in ("NOFOLLOW", "NONBLOCK", "BINARY", "CLOEXEC")
)


@dataclass(frozen=True, slots=True)
class ArchiveResult:
    """What was newly kept, the names of files that changed or went since they were read, and a sentence.

    `message` is "" when everything is there; otherwise Indonesian for the person at the keyboard.
    """

    new: int = 0
    changed: tuple[str, ...] = ()
    message: str = ""


def sweep(folder: Path) -> None:
    """Remove the temporary files that killed runs left below the program's own folder.

    They are written only by who holds its lock, so what lies there is over: also where two runs with folders
    of outputs of their own share a working folder.
    """
    if folder.is_dir():
        with contextlib.suppress(BusyError, OutputError), hold_folders(folder) as alone:
            sweep_temporary(folder, 0 if alone else STALE_SECONDS, deep=True)


def archive_files(
    folder: Path, items: Iterable[tuple[str, Path, str]], *, seen_on: date | None = None
) -> ArchiveResult:
    """Keep files in the archive of a folder; never raises for what is on the disk.

    Args:
        folder: the program's own folder; the archive is `arsip` in it.
        items: digest (64 hex letters) of the bytes that were read, where they lie, their name in findings.
        seen_on: the day to note for names that are new; today by default.
    """
    archive = folder / ARCHIVE_NAME
    try:
        with hold_folders(folder):
            return _keep(archive, items, seen_on or datetime.now().astimezone().date())
    except (BusyError, OutputError) as exc:
        return ArchiveResult(message=_explain_incomplete(archive, _explain_failure(exc)))


def _keep(archive: Path, items: Iterable[tuple[str, Path, str]], day: date) -> ArchiveResult:
    new, changed, kept = 0, [], []
    why = ""
    try:
        for sha256, source, name in items:
            added = _archive_one(_find_archive_place(archive, sha256, source), sha256, source)
            if added is None:
                changed.append(name)
                continue
            new += added
            kept.append((sha256, name))
    except OSError as exc:
        why = explain_system_error(exc)
    try:
        _add_to_list(archive / ARCHIVE_LIST_NAME, kept, day)
    except (OSError, OutputError) as exc:
        why = why or _explain_failure(exc)
    return ArchiveResult(new, tuple(changed), _explain_incomplete(archive, why) if why else "")


def _find_archive_place(archive: Path, sha256: str, source: Path) -> Path:
    suffix = source.suffix.lower()
    return archive / sha256[:2] / f"{sha256}{suffix if _SUFFIX.fullmatch(suffix) else ''}"


def _archive_one(target: Path, sha256: str, source: Path) -> bool | None:
    """Return whether the file was put there now; None where the source is not what was read any more."""
    if _is_archived(target, sha256, source):
        return False
    content = _read_regular_file(source)
    if content is None or fingerprint(content).hexdigest() != sha256:
        return None
    _write_original(target, content)
    return True


def _is_archived(target: Path, sha256: str, source: Path) -> bool:
    try:
        status = target.lstat()
    except FileNotFoundError:
        return False
    if stat.S_ISREG(status.st_mode) and not status.st_mode & stat.S_IWUSR:
        with contextlib.suppress(OSError):
            if source.stat().st_size == status.st_size:
                return True
    content = _read_regular_file(target)
    if content is None or fingerprint(content).hexdigest() != sha256:
        return False
    with contextlib.suppress(OSError):  # where the drive knows no such thing, it is read back each time
        target.chmod(_VERIFIED)
    return True


def _read_regular_file(path: Path) -> bytes | None:
    """The bytes of a regular file; None where it is something else, is gone or cannot be read."""
    try:
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST_ORIGINAL:
                return None
            return file.read(status.st_size)
    except OSError:
        return None


def _write_original(target: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: the folder or the disk does not allow it; nothing is left behind.
    """
    temporary = target.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.tmp")
    try:
        with _create_file(temporary) as file:
            file.write(content)
        try:
            temporary.replace(target)
        except PermissionError:
            target.chmod(_REPLACEABLE)  # Windows replaces nothing that is write-protected
            temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _create_file(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def _add_to_list(path: Path, kept: Iterable[tuple[str, str]], day: date) -> None:
    """Add what is not in the list yet; a list that is none any more is set aside.

    Raises:
        OSError, OutputError: it cannot be read or written.
    """
    try:
        old = path.read_bytes()
    except FileNotFoundError:
        old = b""
    known = _parse_archive_list(old)
    if known is None:
        path.replace(find_free_name(path, "lama"))
        old, known = b"", set()
    rows = [(*pair, day.isoformat()) for pair in dict.fromkeys(kept) if pair not in known]
    if rows:
        write_whole(path, (old or make_csv_rows([_LIST_HEAD])) + make_csv_rows(rows))


def _parse_archive_list(content: bytes) -> set[tuple[str, str]] | None:
    """Return the (digest, name) in a list, or None where it is no longer ours, as when Excel saved it."""
    if not content:
        return set()
    try:
        rows = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    whole = (
        content.endswith(b"\n")
        and rows[0] == list(_LIST_HEAD)
        and all(len(row) == len(_LIST_HEAD) for row in rows)
    )
    return {(row[0], restore_text(row[1])) for row in rows} if whole else None


def _explain_failure(error: OSError | BusyError | OutputError) -> str:
    if isinstance(error, BusyError):
        return "sedang dilengkapi iki-xl yang lain"
    cause = error if isinstance(error, OSError) else error.__cause__
    return (
        explain_system_error(cause)
        if isinstance(cause, OSError)
        else f"{ARCHIVE_LIST_NAME} sedang dibuka program lain"
    )


def _explain_incomplete(archive: Path, why: str) -> str:
    return (
        f"Arsip {archive} tidak dapat dilengkapi ({why}). Pengumpulan tetap berjalan; periksa izin folder "
        "dan ruang disk, lalu ulangi perintahnya supaya semua berkas asli tersimpan."
    )
