"""Finding returned workbooks and reading each once; a file that cannot be read is one finding."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from iki_xl.collect.cells import BukuSel, TidakTerbacaError, baca_buku
from iki_xl.findings import Tempat, Temuan, temuan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path, PurePath

_DIBACA = {".xlsx", ".xlsm"}
_BUKU_LAIN = {".xls", ".ods", ".xlsb"}
_BUKAN_ISIAN = {"readme.md"}


@dataclass(frozen=True, slots=True)
class BerkasTerbaca:
    """A returned workbook: its name as findings call it, its cells, and when it was last saved."""

    nama: str
    buku: BukuSel
    disimpan: datetime


def cari_berkas(folder: Path) -> tuple[tuple[Path, ...], tuple[Temuan, ...]]:
    """Return the workbooks below a folder at any depth, by name, and what is said of the rest."""
    paths, said = [], []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or not _berkas_biasa(path):
            continue
        if path.name.startswith("~$"):
            said.append(_lewati(name, "berkas sementara Excel", "Tutup berkas aslinya di Excel."))
        elif path.suffix.lower() in _DIBACA | _BUKU_LAIN:
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
    """Read each workbook; identical bytes are read once. Names are relative to `folder` where given."""
    read: list[BerkasTerbaca] = []
    said: list[Temuan] = []
    seen: dict[str, str] = {}
    for path in paths:
        name = path.relative_to(folder).as_posix() if folder else str(path)
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest in seen:
                said.append(temuan("B07", Tempat(name), lain=seen[digest]))
                continue
            seen[digest] = name
            read.append(_baca_satu(path, name))
        except TidakTerbacaError as exc:
            said.append(temuan("B01", Tempat(name), sebab=exc))
        except OSError as exc:
            said.append(temuan("B01", Tempat(name), sebab=exc.strerror or "tidak dapat dibuka"))
    return tuple(read), tuple(said)


def _baca_satu(path: Path, name: str) -> BerkasTerbaca:
    if path.suffix.lower() in _BUKU_LAIN:
        raise TidakTerbacaError(f"format {path.suffix.lower()} belum dapat dibaca")
    book = baca_buku(path)
    saved = book.disimpan or datetime.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ006 - shown in local time
    return BerkasTerbaca(name, book, saved)
