"""Finding returned workbooks and reading each once; a file that cannot be read is one finding."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from iki_xl.collect.cells import BukuSel, TidakTerbacaError, baca_buku
from iki_xl.findings import Tempat, Temuan, temuan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import stat_result
    from pathlib import Path, PurePath

_DIBACA = {".xlsx", ".xlsm"}
_BUKU_LAIN = {".xls", ".ods", ".xlsb"}
_BUKAN_ISIAN = {"readme.md"}


@dataclass(frozen=True, slots=True)
class BerkasTerbaca:
    """A returned workbook: its name as findings call it, its cells, and when it was last saved.

    `disimpan` is what the workbook says itself, or else the file's time `waktu_berkas`; both in UTC.
    """

    nama: str
    buku: BukuSel
    disimpan: datetime
    waktu_berkas: datetime


def cari_berkas(folder: Path) -> tuple[tuple[Path, ...], tuple[Temuan, ...]]:
    """Return the workbooks below a folder at any depth, by name, and what is said of the rest."""
    paths, said = [], []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        known = path.suffix.lower() in _DIBACA | _BUKU_LAIN
        if path.is_dir() and not path.is_symlink():
            continue
        if any(part.startswith(".") for part in name.parts):
            if known:
                said.append(_lewati(name, "tersembunyi", "Bila ini isian IKI, ganti namanya."))
        elif not _berkas_biasa(path):
            said.append(_lewati(name, "hanya tautan, bukan berkas", "Salin berkas aslinya ke folder ini."))
        elif path.name.startswith("~$"):
            said.append(_lewati(name, "berkas sementara Excel", "Tutup berkas aslinya di Excel."))
        elif known:
            paths.append(path)
        elif path.name.lower() not in _BUKAN_ISIAN:
            said.append(_lewati(name, "bukan buku kerja", "Bila ini isian IKI, simpan sebagai .xlsx."))
    return tuple(paths), tuple(said)


def _lewati(name: PurePath, why: str, how: str) -> Temuan:
    return temuan("B06", Tempat(name.as_posix()), sebab=why, cara=how)


def _berkas_biasa(path: Path) -> bool:
    """Only regular files: a named pipe would hang every reader, a link may lead anywhere."""
    return stat.S_ISREG(path.lstat().st_mode)


def baca_semua(
    paths: Iterable[Path], folder: Path | None
) -> tuple[tuple[BerkasTerbaca, ...], tuple[Temuan, ...]]:
    """Read each workbook; of identical bytes the first by name.

    Names are relative to `folder` where given.
    """
    read: list[BerkasTerbaca] = []
    said: list[Temuan] = []
    seen: dict[str, str] = {}
    for path in sorted(paths):
        name = path.relative_to(folder).as_posix() if folder else str(path)
        try:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if digest in seen:
                said.append(temuan("B07", Tempat(name), lain=seen[digest]))
                continue
            seen[digest] = name
            read.append(_baca_satu(path, name, content))
        except TidakTerbacaError as exc:
            said.append(temuan("B01", Tempat(name), sebab=exc))
        except OSError as exc:
            said.append(temuan("B01", Tempat(name), sebab=_sebab(exc)))
    return tuple(read), tuple(said)


def _sebab(error: OSError) -> str:
    """Why the system would not open a file; its own words are English."""
    if isinstance(error, FileNotFoundError):
        return "berkasnya tidak ada"
    if isinstance(error, PermissionError):
        return "tidak ada izin membacanya, atau sedang dibuka program lain"
    return "ini folder, bukan berkas" if isinstance(error, IsADirectoryError) else "sistem menolak membacanya"


def _baca_satu(path: Path, name: str, content: bytes) -> BerkasTerbaca:
    if path.suffix.lower() in _BUKU_LAIN:
        raise TidakTerbacaError(f"format {path.suffix.lower()} belum dapat dibaca")
    book = baca_buku(content)
    changed = _waktu(path.stat())
    return BerkasTerbaca(name, book, book.disimpan or changed, changed)


def _waktu(status: stat_result) -> datetime:
    """When a file was last written, in UTC as workbooks have it."""
    return datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
