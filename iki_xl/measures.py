"""Realisasi and target to date, capaian, skala (spec sections 3 and 4): pure functions, no file access.

The rules are small functions on decimal numbers; `ukur` applies them to a table. A number is
taken as it is written (`Decimal(str(x))`), so 0.1 + 0.2 is 0.3 and 90.995 rounds half up to
91.00. None (NaN in a table) is blank, which is not 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

from iki_xl.catalog.model import Arah, CaraHitung, RincianTarget
from iki_xl.tables import (
    BELUM_DINILAI,
    BULAN_KE,
    KOLOM_REALISASI,
    TIDAK_DINILAI,
    kolom_realisasi,
    kolom_target_periode,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from iki_xl.catalog.model import Katalog, TingkatSkala

DINILAI = "dinilai"

KOLOM_UKURAN = (
    "id_jabatan",
    "id_indikator",
    "nip",
    "target_sd",
    "realisasi_sd",
    "bulan_sumber",
    "basi",
    "capaian_mentah",
    "capaian",
    "skala",
    "bulan_terisi",
    "status",
)

# Sums and quotients of numbers of 17 digits, up to 1e15, never lose a digit that decides a rounding.
_HITUNG = Context(prec=60, rounding=ROUND_HALF_UP)
_DUA_DESIMAL = Decimal("0.01")
_JEJAK_BINER = Decimal("1E-10")
_SERATUS = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rata:
    """A mean of capaian: percent (None when nothing has a figure), from how many, how many left out."""

    nilai: float | None
    n: int
    tanpa_nilai: int


def desimal(value: float | None) -> Decimal | None:
    """Return a number as it is written, or None for a blank (None, NaN) or an infinity."""
    if value is None or not math.isfinite(value):
        return None
    return Decimal(str(value))


def bulatkan(value: Decimal) -> Decimal:
    """Round half up (away from zero) to 2 decimals.

    A figure within 5E-11 of a half is that half: a target that Excel computed as 20/12 arrives as
    1.6666666666666667, and the sheet's own formulas, which divide in binary, see it so as well.
    """
    return value.quantize(_JEJAK_BINER, context=_HITUNG).quantize(_DUA_DESIMAL, context=_HITUNG)


def _jumlah(values: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = _HITUNG.add(total, value)
    return total


def realisasi_sd(cara: str, isian: Sequence[Decimal | None]) -> tuple[Decimal | None, int | None]:
    """Return R(m) and the month it was read from (spec section 3).

    Args:
        cara: a `CaraHitung` value, or "" while the tipe perhitungan is missing.
        isian: realisasi of months 1..m, None where blank.

    Returns:
        The figure, None when no month is filled or `cara` is ""; and the month (1..m) of the last
        entry when `cara` is terakhir, else None.
    """
    filled = [value for value in isian if value is not None]
    if not filled or not cara:
        return None, None
    if cara == CaraHitung.JUMLAH:
        return _jumlah(filled), None
    if cara == CaraHitung.TERAKHIR:
        month = max(at for at, value in enumerate(isian, start=1) if value is not None)
        return filled[-1], month
    return _HITUNG.divide(_jumlah(filled), Decimal(len(filled))), None


def target_sd(
    cara: str,
    rincian: RincianTarget,
    tahunan: Decimal | None,
    periode: Sequence[Decimal | None],
    bulan: int,
) -> Decimal | None:
    """Return T(m), never prorated (spec section 3); None when a needed target is blank or `cara` is "".

    Args:
        cara: a `CaraHitung` value or "".
        rincian: how finely the office sets targets.
        tahunan: the yearly target; the only one that counts for yearly targets.
        periode: the 4 or 12 sub-period targets; empty for yearly targets.
        bulan: month m, 1..12.
    """
    if not cara:
        return None
    if rincian is RincianTarget.TAHUNAN:
        return tahunan
    current = rincian.periode(bulan)
    if cara != CaraHitung.JUMLAH:
        return periode[current]
    needed = [value for value in periode[: current + 1] if value is not None]
    return _jumlah(needed) if len(needed) == current + 1 else None


def status(arah: str, target: Decimal | None, realisasi: Decimal | None) -> str:
    """Return whether a row can be judged: `DINILAI`, `BELUM_DINILAI` or `TIDAK_DINILAI` (spec section 4)."""
    if target is None or realisasi is None:
        return BELUM_DINILAI
    judged = target > 0 or (target == 0 and arah == Arah.MINIMAL)
    return DINILAI if judged else TIDAK_DINILAI


def capaian_mentah(arah: str, target: Decimal | None, realisasi: Decimal | None) -> Decimal | None:
    """Return the raw capaian in percent (spec section 4), None unless the row is `DINILAI`."""
    if target is None or realisasi is None or status(arah, target, realisasi) != DINILAI:
        return None
    if target == 0:
        return _SERATUS if realisasi == 0 else Decimal(0)
    counted = realisasi
    if arah == Arah.MINIMAL:
        counted = _HITUNG.subtract(_HITUNG.add(target, target), realisasi)
    return _HITUNG.divide(_HITUNG.multiply(_SERATUS, counted), target)


def capaian_dihitung(mentah: Decimal, batas: Decimal) -> Decimal:
    """Return the capaian that counts: clamped to 0..`batas` percent, then rounded half up to 2 decimals."""
    return bulatkan(min(max(mentah, Decimal(0)), batas))


def skala(capaian: Decimal, tingkat: Sequence[TingkatSkala]) -> str:
    """Return the word for a rounded capaian; below the lowest bound it is the lowest word (spec section 4).

    `tingkat` goes from the highest step downwards; without steps the word is "".
    """
    for step in tingkat:
        if capaian >= Decimal(str(step.batas)):
            return step.sebutan
    return tingkat[-1].sebutan if tingkat else ""


def rata_rata(capaian: pd.Series[float]) -> Rata:
    """Return the simple mean of the figures that exist, rounded half up to 2 decimals (spec section 4).

    Args:
        capaian: clamped capaian in percent, NaN where there is no figure.
    """
    figures = [value for value in map(desimal, capaian.tolist()) if value is not None]
    left_out = len(capaian) - len(figures)
    if not figures:
        return Rata(None, 0, left_out)
    mean = _HITUNG.divide(_jumlah(figures), Decimal(len(figures)))
    return Rata(float(bulatkan(mean)), len(figures), left_out)


def bulan_terakhir(baris: pd.DataFrame) -> int | None:
    """Return the last month (1..12) in which any row of `baris` has an entry, None when there is none."""
    return next((b for b in reversed(BULAN_KE) if baris[kolom_realisasi(b)].notna().any()), None)


def ukur(baris: pd.DataFrame, katalog: Katalog, bulan: int) -> pd.DataFrame:
    """Measure every row at the end of month `bulan`.

    Args:
        baris: the table `baris` (tables.KOLOM_BARIS), months NaN where blank.
        katalog: gives the rincian target, the cap and the skala.
        bulan: month reported to, 1..12; later months never count.

    Returns:
        A table with the index of `baris` and `KOLOM_UKURAN`: target_sd and realisasi_sd in the row's
        satuan, capaian_mentah and capaian in percent (float64, NaN = no figure), bulan_sumber
        (Int64: the month a Non Kumulatif position comes from, <NA> else), basi (bool: that month is
        before `bulan`), skala ("" = none), bulan_terisi (int64, filled months 1..bulan), status.
    """
    return _tabel(baris, katalog, _siapkan(baris, katalog), bulan)


def ukur_per_bulan(baris: pd.DataFrame, katalog: Katalog, bulan: int) -> dict[int, pd.DataFrame]:
    """Return `ukur` for every month 1..`bulan`, by month."""
    rows = _siapkan(baris, katalog)
    return {b: _tabel(baris, katalog, rows, b) for b in range(1, bulan + 1)}


@dataclass(frozen=True, slots=True)
class _Baris:
    """What decides the figures of one row, in decimal numbers."""

    cara: str
    arah: str
    target: Decimal | None
    periode: tuple[Decimal | None, ...]
    isian: tuple[Decimal | None, ...]


def _siapkan(baris: pd.DataFrame, katalog: Katalog) -> list[_Baris]:
    periods = range(1, katalog.kantor.rincian_target.jumlah_periode + 1)
    targets = _kolom_desimal(baris, [kolom_target_periode(p) for p in periods])
    entries = _kolom_desimal(baris, list(KOLOM_REALISASI))
    yearly = map(desimal, baris["target"].tolist())
    columns = zip(baris["cara_hitung"], baris["arah"], yearly, targets, entries, strict=True)
    return [_Baris(*values) for values in columns]


def _kolom_desimal(baris: pd.DataFrame, names: list[str]) -> list[tuple[Decimal | None, ...]]:
    if not names:
        return [()] * len(baris)
    return list(zip(*(map(desimal, baris[name].tolist()) for name in names), strict=True))


def _tabel(baris: pd.DataFrame, katalog: Katalog, rows: list[_Baris], bulan: int) -> pd.DataFrame:
    import pandas as pd

    cap = Decimal(str(katalog.referensi.batas_capaian))
    measured = [_ukur_baris(row, katalog, cap, bulan) for row in rows]
    ids = {key: baris[key] for key in ("id_jabatan", "id_indikator", "nip")}
    figures = pd.DataFrame(measured, index=baris.index, columns=list(KOLOM_UKURAN[len(ids) :]))
    types = {
        "target_sd": "float64",
        "realisasi_sd": "float64",
        "bulan_sumber": "Int64",
        "basi": "bool",
        "capaian_mentah": "float64",
        "capaian": "float64",
        "skala": "str",
        "bulan_terisi": "int64",
        "status": "str",
    }
    return figures.astype(types).assign(**ids)[list(KOLOM_UKURAN)]


def _ukur_baris(row: _Baris, katalog: Katalog, cap: Decimal, bulan: int) -> tuple[object, ...]:
    entries = row.isian[:bulan]
    done, source = realisasi_sd(row.cara, entries)
    target = target_sd(row.cara, katalog.kantor.rincian_target, row.target, row.periode, bulan)
    raw = capaian_mentah(row.arah, target, done)
    counted = None if raw is None else capaian_dihitung(raw, cap)
    return (
        _float(target),
        _float(done),
        source,
        source is not None and source < bulan,
        _float(raw),
        _float(counted),
        "" if counted is None else skala(counted, katalog.referensi.skala),
        sum(value is not None for value in entries),
        status(row.arah, target, done),
    )


def _float(value: Decimal | None) -> float:
    return math.nan if value is None else float(value) + 0.0  # -0 is 0
