"""Outputs are written whole or not at all.

A file is written beside its place under a temporary name, flushed to disk, and put in place by
one rename; a reader never sees half of it, and a failure leaves the old file untouched.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from iki_xl.errors import OutputError, sebab_sistem

AWALAN_SEMENTARA = ".iki-xl-"


def tulis_utuh(path: Path, content: bytes) -> Path:
    """Write `content` to `path`, whole or not at all; return the path.

    Raises:
        OutputError: the folder cannot be made, the disk is full, or the file is open elsewhere.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=AWALAN_SEMENTARA, suffix=path.suffix, dir=path.parent)
    except OSError as exc:
        raise OutputError(_kalimat(path, exc)) from exc
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
        _fsync_folder(path.parent)
    except OSError as exc:
        raise OutputError(_kalimat(path, exc)) from exc
    finally:
        temporary.unlink(missing_ok=True)
    return path


def buat_folder(path: Path) -> Path:
    """Make a folder where there is none; return it.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise OutputError(_kalimat(path, exc)) from exc
    return path


def _fsync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its rename is journalled
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _kalimat(path: Path, exc: OSError) -> str:
    return (
        f"{path} tidak dapat ditulis ({sebab_sistem(exc)}). Tutup berkas itu bila sedang terbuka, "
        "periksa izin folder dan ruang disk, lalu ulangi perintahnya."
    )
