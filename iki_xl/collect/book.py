"""A returned workbook as it was seen, whatever read it; and the limits within which it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from iki_xl.form.reading import Isi

_MB = 1024 * 1024


class TidakTerbacaError(Exception):
    """A file cannot be read; the message says why, in Indonesian, to stand inside a sentence."""


@dataclass(frozen=True, slots=True)
class Batas:
    """Limits that let real files through and stop bombs; each can be set on the command line."""

    ukuran_mb: int = 50
    isi_zip: int = 2_000
    bagian_mb: int = 128
    total_mb: int = 256
    rasio: int = 250
    kedalaman: int = 128
    lembar: int = 1_024
    sel: int = 5_000_000
    detik: int = 20
    memori_mb: int = 1_024

    @property
    def ukuran(self) -> int:
        """Largest file, in bytes."""
        return self.ukuran_mb * _MB

    @property
    def bagian(self) -> int:
        """Largest part of a package once inflated, in bytes."""
        return self.bagian_mb * _MB

    @property
    def total(self) -> int:
        """Largest sum of all inflated parts, in bytes."""
        return self.total_mb * _MB


@dataclass(frozen=True, slots=True)
class LembarSel:
    """A sheet's filled cells by (row, column) from 0, and whether it is protected."""

    nama: str
    sel: Mapping[tuple[int, int], Isi]
    dilindungi: bool = False


@dataclass(frozen=True, slots=True)
class BukuSel:
    """A workbook's sheets, and when (UTC, naive) it says it was last saved."""

    lembar: tuple[LembarSel, ...]
    disimpan: datetime | None = None
