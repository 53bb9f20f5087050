"""Realisasi and target to date, capaian, skala (spec sections 3 and 4): pure functions, no file access.

The rules are small functions on decimal numbers; `measure` applies them to a table. A number is
taken as it is written (`Decimal(str(x))`), so 0.1 + 0.2 is 0.3 and 90.995 rounds half up to
91.00. None (NaN in a table) is blank, which is not 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

from iki_xl.catalog.model import Arah, CaraHitung, RincianTarget, Sebaran
from iki_xl.tables import (
    ASSESSED_AT_YEAR_END,
    BULAN_NUMBERS,
    NOT_ASSESSED,
    NOT_YET_ASSESSED,
    REALISASI_COLUMNS,
    name_period_target_column,
    name_realisasi_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from iki_xl.catalog.model import Katalog, SkalaStep

ASSESSED = "dinilai"

MEASURE_COLUMNS = (
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
_DECIMAL_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)
_TWO_DECIMALS = Decimal("0.01")
_BINARY_TRACE = Decimal("1E-10")
_HUNDRED = Decimal(100)
_LAST_BULAN = 12


@dataclass(frozen=True, slots=True)
class MeanFigure:
    """A mean of capaian: percent (None when nothing has a figure), from how many, how many left out."""

    value: float | None
    n: int
    without_value: int


def make_decimal(value: float | None) -> Decimal | None:
    """Return a number as it is written, or None for a blank (None, NaN) or an infinity."""
    if value is None or not math.isfinite(value):
        return None
    return Decimal(str(value))


def round_half_up(value: Decimal) -> Decimal:
    """Round half up (away from zero) to 2 decimals.

    A figure within 5E-11 of a half is that half: a target that Excel computed as 20/12 arrives as
    1.6666666666666667, and the sheet's own formulas, which divide in binary, see it so as well.
    """
    return value.quantize(_BINARY_TRACE, context=_DECIMAL_CONTEXT).quantize(
        _TWO_DECIMALS, context=_DECIMAL_CONTEXT
    )


def _sum_decimals(values: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = _DECIMAL_CONTEXT.add(total, value)
    return total


def realisasi_sd(cara_hitung: str, entries: Sequence[Decimal | None]) -> tuple[Decimal | None, int | None]:
    """Return R(m) and the month it was read from (spec section 3).

    Args:
        cara_hitung: a `CaraHitung` value, or "" while the tipe perhitungan is missing.
        entries: realisasi of months 1..m, None where blank.

    Returns:
        The figure, None when no month is filled or `cara_hitung` is ""; and the month (1..m) of the last
        entry when `cara_hitung` is terakhir, else None.
    """
    filled = [value for value in entries if value is not None]
    if not filled or not cara_hitung:
        return None, None
    if cara_hitung == CaraHitung.TOTAL:
        return _sum_decimals(filled), None
    if cara_hitung == CaraHitung.LAST:
        month = max(at for at, value in enumerate(entries, start=1) if value is not None)
        return filled[-1], month
    return _DECIMAL_CONTEXT.divide(_sum_decimals(filled), Decimal(len(filled))), None


def target_sd(
    cara_hitung: str,
    rincian: RincianTarget,
    yearly: Decimal | None,
    period: Sequence[Decimal | None],
    bulan: int,
) -> Decimal | None:
    """Return T(m) (spec section 3); None without a needed target or cara hitung.

    Args:
        cara_hitung: a `CaraHitung` value or "".
        rincian: how finely the office sets targets.
        yearly: the yearly target as far as it has fallen due (`spread_target`); the only one that counts for
            yearly targets.
        period: the 4 or 12 sub-period targets; empty for yearly targets.
        bulan: month m, 1..12.
    """
    if not cara_hitung:
        return None
    if rincian is RincianTarget.YEARLY:
        return yearly
    current = rincian.period(bulan)
    if cara_hitung != CaraHitung.TOTAL:
        return period[current]
    needed = [value for value in period[: current + 1] if value is not None]
    return _sum_decimals(needed) if len(needed) == current + 1 else None


def spread_target(sebaran: Sebaran, yearly: Decimal | None, bulan: int) -> Decimal | None:
    """Return as much of a yearly target as has fallen due by month 1..12, unrounded (spec section 3).

    Nothing is prorated where the office does not say so: without a sebaran it is the whole target.

    Args:
        sebaran: the one that has an effect (`Katalog.find_sebaran`).
        yearly: the yearly target in the row's satuan, None where there is none.
        bulan: month m, 1..12.
    """
    if yearly is None or is_year_end_awaited(sebaran, bulan):
        return None
    if sebaran is Sebaran.EVEN:
        so_far = _DECIMAL_CONTEXT.multiply(yearly, Decimal(bulan))
        return _DECIMAL_CONTEXT.divide(so_far, Decimal(_LAST_BULAN))
    return yearly


def is_year_end_awaited(sebaran: Sebaran, bulan: int) -> bool:
    """Say whether a row is to be judged in December only, and month 1..12 is an earlier one."""
    return sebaran is Sebaran.YEAR_END and bulan < _LAST_BULAN


def status(arah: str, target: Decimal | None, realisasi: Decimal | None) -> str:
    """Return whether a row can be judged: `ASSESSED`, `NOT_YET_ASSESSED`, `NOT_ASSESSED` (spec section 4)."""
    if target is None or realisasi is None:
        return NOT_YET_ASSESSED
    judged = target > 0 or (target == 0 and arah == Arah.MINIMAL)
    return ASSESSED if judged else NOT_ASSESSED


def compute_raw_capaian(arah: str, target: Decimal | None, realisasi: Decimal | None) -> Decimal | None:
    """Return the raw capaian in percent (spec section 4), None unless the row is `ASSESSED`."""
    if target is None or realisasi is None or status(arah, target, realisasi) != ASSESSED:
        return None
    if target == 0:
        return _HUNDRED if realisasi == 0 else Decimal(0)
    counted = realisasi
    if arah == Arah.MINIMAL:
        counted = _DECIMAL_CONTEXT.subtract(_DECIMAL_CONTEXT.add(target, target), realisasi)
    return _DECIMAL_CONTEXT.divide(_DECIMAL_CONTEXT.multiply(_HUNDRED, counted), target)


def compute_counted_capaian(raw: Decimal, cap: Decimal) -> Decimal:
    """Return the capaian that counts: clamped to 0..`cap` percent, then rounded half up to 2 decimals."""
    return round_half_up(min(max(raw, Decimal(0)), cap))


def skala(capaian: Decimal, steps: Sequence[SkalaStep]) -> str:
    """Return the word for a rounded capaian; below the lowest bound it is the lowest word (spec section 4).

    `steps` goes from the highest step downwards; without steps the word is "".
    """
    for step in steps:
        if capaian >= Decimal(str(step.threshold)):
            return step.label
    return steps[-1].label if steps else ""


def compute_mean(capaian: pd.Series[float]) -> MeanFigure:
    """Return the simple mean of the figures that exist, rounded half up to 2 decimals (spec section 4).

    Args:
        capaian: clamped capaian in percent, NaN where there is no figure.
    """
    figures = [value for value in map(make_decimal, capaian.tolist()) if value is not None]
    left_out = len(capaian) - len(figures)
    if not figures:
        return MeanFigure(None, 0, left_out)
    mean = _DECIMAL_CONTEXT.divide(_sum_decimals(figures), Decimal(len(figures)))
    return MeanFigure(float(round_half_up(mean)), len(figures), left_out)


def find_last_bulan(row_table: pd.DataFrame) -> int | None:
    """Return the last month (1..12) in which any row of `row_table` has an entry, None when there is none."""
    return next(
        (b for b in reversed(BULAN_NUMBERS) if row_table[name_realisasi_column(b)].notna().any()), None
    )


def measure(row_table: pd.DataFrame, katalog: Katalog, bulan: int) -> pd.DataFrame:
    """Measure every row at the end of month `bulan`.

    Args:
        row_table: the table `rows` (tables.ROW_COLUMNS), months NaN where blank.
        katalog: gives the rincian target, the cap and the skala.
        bulan: month reported to, 1..12; later months never count.

    Returns:
        A table with the index of `row_table` and `MEASURE_COLUMNS`: target_sd and realisasi_sd in the row's
        satuan, capaian_mentah and capaian in percent (float64, NaN = no figure), bulan_sumber
        (Int64: the month a Non Kumulatif position comes from, <NA> else), basi (bool: that month is
        before `bulan`), skala ("" = none), bulan_terisi (int64, filled months 1..bulan), status
        (`status`, or `ASSESSED_AT_YEAR_END` for a realisasi before the month in which it is judged).
    """
    return _measure_rows(row_table, katalog, _prepare_rows(row_table, katalog), bulan)


def measure_each_bulan(row_table: pd.DataFrame, katalog: Katalog, bulan: int) -> dict[int, pd.DataFrame]:
    """Return `measure` for every month 1..`bulan`, by month."""
    rows = _prepare_rows(row_table, katalog)
    return {b: _measure_rows(row_table, katalog, rows, b) for b in range(1, bulan + 1)}


@dataclass(frozen=True, slots=True)
class _MeasuredRow:
    """What decides the figures of one row, in decimal numbers."""

    cara_hitung: str
    arah: str
    target: Decimal | None
    period: tuple[Decimal | None, ...]
    entries: tuple[Decimal | None, ...]
    sebaran: Sebaran


def _prepare_rows(row_table: pd.DataFrame, katalog: Katalog) -> list[_MeasuredRow]:
    periods = range(1, katalog.kantor.rincian_target.period_count + 1)
    targets = _read_decimal_columns(row_table, [name_period_target_column(p) for p in periods])
    entries = _read_decimal_columns(row_table, list(REALISASI_COLUMNS))
    yearly = map(make_decimal, row_table["target"].tolist())
    pairs = zip(row_table["id_indikator"], row_table["cara_hitung"], strict=True)
    spread = [katalog.find_sebaran(*pair) for pair in pairs]
    columns = zip(row_table["cara_hitung"], row_table["arah"], yearly, targets, entries, spread, strict=True)
    return [_MeasuredRow(*values) for values in columns]


def _read_decimal_columns(row_table: pd.DataFrame, names: list[str]) -> list[tuple[Decimal | None, ...]]:
    if not names:
        return [()] * len(row_table)
    return list(zip(*(map(make_decimal, row_table[name].tolist()) for name in names), strict=True))


def _measure_rows(
    row_table: pd.DataFrame, katalog: Katalog, rows: list[_MeasuredRow], bulan: int
) -> pd.DataFrame:
    import pandas as pd

    cap = Decimal(str(katalog.referensi.capaian_cap))
    measured = [_measure_row(row, katalog, cap, bulan) for row in rows]
    ids = {key: row_table[key] for key in ("id_jabatan", "id_indikator", "nip")}
    figures = pd.DataFrame(measured, index=row_table.index, columns=list(MEASURE_COLUMNS[len(ids) :]))
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
    return figures.astype(types).assign(**ids)[list(MEASURE_COLUMNS)]


def _measure_row(row: _MeasuredRow, katalog: Katalog, cap: Decimal, bulan: int) -> tuple[object, ...]:
    entries = row.entries[:bulan]
    done, source = realisasi_sd(row.cara_hitung, entries)
    yearly = spread_target(row.sebaran, row.target, bulan)
    target = target_sd(row.cara_hitung, katalog.kantor.rincian_target, yearly, row.period, bulan)
    awaited = is_year_end_awaited(row.sebaran, bulan)
    raw = compute_raw_capaian(row.arah, target, done)
    counted = None if raw is None else compute_counted_capaian(raw, cap)
    return (
        _float(target),
        _float(done),
        source,
        source is not None and source < bulan,
        _float(raw),
        _float(counted),
        "" if counted is None else skala(counted, katalog.referensi.skala),
        sum(value is not None for value in entries),
        ASSESSED_AT_YEAR_END if awaited and done is not None else status(row.arah, target, done),
    )


def _float(value: Decimal | None) -> float:
    return math.nan if value is None else float(value) + 0.0  # -0 is 0
