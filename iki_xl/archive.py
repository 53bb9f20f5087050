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
from hashlib import sha256 as sidik
from typing import TYPE_CHECKING, BinaryIO

from iki_xl.errors import BusyError, OutputError, sebab_sistem
from iki_xl.facts import csv_baris, teks_asli
from iki_xl.lock import kunci
from iki_xl.output import AWALAN_SEMENTARA, DETIK_BASI, nama_bebas, sapu, tulis_utuh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

NAMA_ARSIP = "arsip"
NAMA_DAFTAR = "daftar.csv"
_KEPALA = ("sha256", "nama_berkas", "pertama_terlihat")
_AKHIRAN = re.compile(r"\.[a-z0-9]{1,8}")
_TERUJI, _DAPAT_DIGANTI = 0o444, 0o644
# More than any limit lets through; what lies there instead is not read into the memory.
_TERBESAR = 512 * 1024 * 1024
_BUKA = os.O_RDONLY | sum(
    getattr(os, f"O_{name}", 0) for name in ("NOFOLLOW", "NONBLOCK", "BINARY", "CLOEXEC")
)


@dataclass(frozen=True, slots=True)
class HasilArsip:
    """What was newly kept, the names of files that changed or went since they were read, and a sentence.

    `pesan` is "" when everything is there; otherwise Indonesian for the person at the keyboard.
    """

    baru: int = 0
    berubah: tuple[str, ...] = ()
    pesan: str = ""


def sweep(folder: Path) -> None:
    """Remove the temporary files that killed runs left below the program's own folder.

    They are written only by who holds its lock, so what lies there is over: also where two runs with folders
    of outputs of their own share a working folder.
    """
    if folder.is_dir():
        with contextlib.suppress(BusyError, OutputError), kunci(folder) as alone:
            sapu(folder, 0 if alone else DETIK_BASI, dalam=True)


def simpan_arsip(
    folder: Path, items: Iterable[tuple[str, Path, str]], *, pada: date | None = None
) -> HasilArsip:
    """Keep files in the archive of a folder; never raises for what is on the disk.

    Args:
        folder: the program's own folder; the archive is `arsip` in it.
        items: digest (64 hex letters) of the bytes that were read, where they lie, their name in findings.
        pada: the day to note for names that are new; today by default.
    """
    archive = folder / NAMA_ARSIP
    try:
        with kunci(folder):
            return _keep(archive, items, pada or datetime.now().astimezone().date())
    except (BusyError, OutputError) as exc:
        return HasilArsip(pesan=_kalimat(archive, _sebab(exc)))


def _keep(archive: Path, items: Iterable[tuple[str, Path, str]], day: date) -> HasilArsip:
    new, changed, kept = 0, [], []
    why = ""
    try:
        for sha256, source, name in items:
            added = _simpan_satu(_tempat(archive, sha256, source), sha256, source)
            if added is None:
                changed.append(name)
                continue
            new += added
            kept.append((sha256, name))
    except OSError as exc:
        why = sebab_sistem(exc)
    try:
        _catat(archive / NAMA_DAFTAR, kept, day)
    except (OSError, OutputError) as exc:
        why = why or _sebab(exc)
    return HasilArsip(new, tuple(changed), _kalimat(archive, why) if why else "")


def _tempat(archive: Path, sha256: str, source: Path) -> Path:
    suffix = source.suffix.lower()
    return archive / sha256[:2] / f"{sha256}{suffix if _AKHIRAN.fullmatch(suffix) else ''}"


def _simpan_satu(target: Path, sha256: str, source: Path) -> bool | None:
    """Return whether the file was put there now; None where the source is not what was read any more."""
    if _ada(target, sha256, source):
        return False
    content = _isi(source)
    if content is None or sidik(content).hexdigest() != sha256:
        return None
    _tulis(target, content)
    return True


def _ada(target: Path, sha256: str, source: Path) -> bool:
    try:
        status = target.lstat()
    except FileNotFoundError:
        return False
    if stat.S_ISREG(status.st_mode) and not status.st_mode & stat.S_IWUSR:
        with contextlib.suppress(OSError):
            if source.stat().st_size == status.st_size:
                return True
    content = _isi(target)
    if content is None or sidik(content).hexdigest() != sha256:
        return False
    with contextlib.suppress(OSError):  # where the drive knows no such thing, it is read back each time
        target.chmod(_TERUJI)
    return True


def _isi(path: Path) -> bytes | None:
    """The bytes of a regular file; None where it is something else, is gone or cannot be read."""
    try:
        with os.fdopen(os.open(path, _BUKA), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > _TERBESAR:
                return None
            return file.read(status.st_size)
    except OSError:
        return None


def _tulis(target: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: the folder or the disk does not allow it; nothing is left behind.
    """
    temporary = target.with_name(f"{AWALAN_SEMENTARA}{secrets.token_hex(8)}.tmp")
    try:
        with _buat(temporary) as file:
            file.write(content)
        try:
            temporary.replace(target)
        except PermissionError:
            target.chmod(_DAPAT_DIGANTI)  # Windows replaces nothing that is write-protected
            temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _buat(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def _catat(path: Path, kept: Iterable[tuple[str, str]], day: date) -> None:
    """Add what is not in the list yet; a list that is none any more is set aside.

    Raises:
        OSError, OutputError: it cannot be read or written.
    """
    try:
        old = path.read_bytes()
    except FileNotFoundError:
        old = b""
    known = _tercatat(old)
    if known is None:
        path.replace(nama_bebas(path, "lama"))
        old, known = b"", set()
    rows = [(*pair, day.isoformat()) for pair in dict.fromkeys(kept) if pair not in known]
    if rows:
        tulis_utuh(path, (old or csv_baris([_KEPALA])) + csv_baris(rows))


def _tercatat(content: bytes) -> set[tuple[str, str]] | None:
    """Return the (digest, name) in a list, or None where it is no longer ours, as when Excel saved it."""
    if not content:
        return set()
    try:
        rows = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    whole = (
        content.endswith(b"\n") and rows[0] == list(_KEPALA) and all(len(row) == len(_KEPALA) for row in rows)
    )
    return {(row[0], teks_asli(row[1])) for row in rows} if whole else None


def _sebab(error: OSError | BusyError | OutputError) -> str:
    if isinstance(error, BusyError):
        return "sedang dilengkapi iki-xl yang lain"
    cause = error if isinstance(error, OSError) else error.__cause__
    return sebab_sistem(cause) if isinstance(cause, OSError) else f"{NAMA_DAFTAR} sedang dibuka program lain"


def _kalimat(archive: Path, why: str) -> str:
    return (
        f"Arsip {archive} tidak dapat dilengkapi ({why}). Pengumpulan tetap berjalan; periksa izin folder "
        "dan ruang disk, lalu ulangi perintahnya supaya semua berkas asli tersimpan."
    )
