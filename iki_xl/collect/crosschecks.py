"""Checks across the cells of a row, and across sheets: they only say, they never change (spec section 5)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, Arah, CaraHitung
from iki_xl.findings import Place, Temuan, temuan
from iki_xl.readers.book import render_number
from iki_xl.tables import REALISASI_COLUMNS, name_period_target_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iki_xl.collect.returned import ReturnedSheetBase
    from iki_xl.collect.rows import ReturnRow

_LEAST_RUNNING_BULAN = 3
_OVER_TARGET_RATIO = 1.2
# Binary sums of decimals are off in their last digits: that alone is no difference.
_SUM_TOLERANCE = 1e-9
_TARGET_MULTIPLE = 10


def check_across_cells(row: ReturnRow, sheet: ReturnedSheetBase, bulan: int | None) -> Iterator[Temuan]:
    """Yield what is odd about one row of a return; `bulan` is the month reported to, if it was given."""
    filled = {n: v for n, v in enumerate(row.realisasi, start=1) if v is not None}
    if bulan is not None:
        yield from _check_after_bulan(row, sheet, filled, bulan)
    yield from _check_period_targets(row, sheet)
    if not filled:
        return
    reported = [n for n in filled if bulan is None or n <= bulan] or [min(filled)]
    missing = _find_missing_target(row, max(reported))
    if missing:
        yield temuan("S02", sheet.place(row.id_indikator, missing))
    yield from _check_gaps(row, sheet, filled)
    if row.target is None:
        return
    if _is_like_running_total(row, list(filled.values())):
        first = sheet.place(row.id_indikator, REALISASI_COLUMNS[min(filled) - 1])
        yield temuan(
            "S01", first, jumlah=render_number(sum(filled.values())), target=render_number(row.target)
        )
    if row.arah == Arah.MAXIMAL and row.target > 0:
        for month, value in filled.items():
            if _is_over(value, _TARGET_MULTIPLE * row.target):
                place = sheet.place(row.id_indikator, REALISASI_COLUMNS[month - 1])
                yield temuan("S06", place, render_number(value), target=render_number(row.target))


def _find_missing_target(row: ReturnRow, bulan: int) -> str:
    """Field of the first blank target that T(bulan) needs (spec section 3), "" when none is."""
    count = len(row.period_targets)
    targets = {name_period_target_column(n): t for n, t in enumerate(row.period_targets, start=1)}
    needed = list(targets)[: (bulan - 1) * count // 12 + 1] if count else ["target"]
    if row.cara_hitung != CaraHitung.TOTAL:
        needed = needed[-1:]
    targets["target"] = row.target
    return next((k for k in needed if targets[k] is None and k not in row.invalid_cells), "")


def _check_after_bulan(
    row: ReturnRow, sheet: ReturnedSheetBase, filled: dict[int, float], bulan: int
) -> Iterator[Temuan]:
    for month, value in filled.items():
        if month > bulan:
            place = sheet.place(row.id_indikator, REALISASI_COLUMNS[month - 1])
            yield temuan("N19", place, render_number(value), bulan=BULAN[month - 1], sampai=BULAN[bulan - 1])


def _check_gaps(row: ReturnRow, sheet: ReturnedSheetBase, filled: dict[int, float]) -> Iterator[Temuan]:
    invalid = set(row.invalid_cells)
    for month in range(min(filled), max(filled)):
        key = REALISASI_COLUMNS[month - 1]
        if month not in filled and key not in invalid:
            yield temuan("S03", sheet.place(row.id_indikator, key), bulan=BULAN[month - 1])


def _is_like_running_total(row: ReturnRow, values: list[float]) -> bool:
    if row.cara_hitung != CaraHitung.TOTAL or len(values) < _LEAST_RUNNING_BULAN or not row.target:
        return False
    never_falling = all(a <= b for a, b in pairwise(values))
    return (
        never_falling and values[-1] <= row.target and _is_over(sum(values), _OVER_TARGET_RATIO * row.target)
    )


def _is_over(value: float, bound: float) -> bool:
    return value > bound + _SUM_TOLERANCE * max(1.0, abs(bound))


def _check_period_targets(row: ReturnRow, sheet: ReturnedSheetBase) -> Iterator[Temuan]:
    periods = row.period_targets
    if row.target is None or not periods or None in periods:
        return
    known = [p for p in periods if p is not None]
    place = sheet.place(row.id_indikator, name_period_target_column(len(periods)))
    total = sum(known)
    if row.cara_hitung == CaraHitung.TOTAL and (_is_over(total, row.target) or _is_over(row.target, total)):
        yield temuan(
            "S04",
            place,
            render_number(total),
            jumlah=render_number(total),
            target=render_number(row.target),
        )
    if row.cara_hitung == CaraHitung.LAST and known[-1] != row.target:
        yield temuan(
            "S05",
            place,
            render_number(known[-1]),
            jumlah=render_number(known[-1]),
            target=render_number(row.target),
        )


def check_shared_nips(who: Sequence[tuple[str, Place]]) -> Iterator[Temuan]:
    """Yield the same NIP under two jabatan; `who` holds each counted return's NIP and its NIP cell."""
    jabatan: dict[str, set[str]] = {}
    for nip, place in who:
        jabatan.setdefault(nip, set()).add(place.id_jabatan)
    for nip, place in who:
        others = sorted(jabatan[nip] - {place.id_jabatan})
        if nip and others:
            yield temuan("S07", place, nip, lain=", ".join(others))
