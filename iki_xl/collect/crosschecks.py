"""Checks across the cells of a row, and across sheets: they only say, they never change (spec section 5)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, Arah, CaraHitung
from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.readers.book import angka_terlihat
from iki_xl.tables import KOLOM_REALISASI, kolom_target_periode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iki_xl.collect.returned import Lembar
    from iki_xl.collect.rows import Baris

_MINIMAL_BULAN_BERJALAN = 3
_LEBIH_DARI_TARGET = 1.2
# Binary sums of decimals are off in their last digits: that alone is no difference.
_SELISIH = 1e-9
_KALI_TARGET = 10


def periksa_silang(baris: Baris, sheet: Lembar, bulan: int | None) -> Iterator[Temuan]:
    """Yield what is odd about one row of a return; `bulan` is the month reported to, if it was given."""
    filled = {n: v for n, v in enumerate(baris.realisasi, start=1) if v is not None}
    if bulan is not None:
        yield from _setelah_bulan(baris, sheet, filled, bulan)
    yield from _target_periode(baris, sheet)
    if not filled:
        return
    reported = [n for n in filled if bulan is None or n <= bulan] or [min(filled)]
    missing = _target_belum_ada(baris, max(reported))
    if missing:
        yield temuan("S02", sheet.tempat(baris.id_indikator, missing))
    yield from _celah(baris, sheet, filled)
    if baris.target is None:
        return
    if _seperti_jumlah_berjalan(baris, list(filled.values())):
        first = sheet.tempat(baris.id_indikator, KOLOM_REALISASI[min(filled) - 1])
        yield temuan(
            "S01", first, jumlah=angka_terlihat(sum(filled.values())), target=angka_terlihat(baris.target)
        )
    if baris.arah == Arah.MAKSIMAL and baris.target > 0:
        for month, value in filled.items():
            if _lebih(value, _KALI_TARGET * baris.target):
                place = sheet.tempat(baris.id_indikator, KOLOM_REALISASI[month - 1])
                yield temuan("S06", place, angka_terlihat(value), target=angka_terlihat(baris.target))


def _target_belum_ada(baris: Baris, bulan: int) -> str:
    """Field of the first blank target that T(bulan) needs (spec section 3), "" when none is."""
    count = len(baris.target_periode)
    targets = {kolom_target_periode(n): t for n, t in enumerate(baris.target_periode, start=1)}
    needed = list(targets)[: (bulan - 1) * count // 12 + 1] if count else ["target"]
    if baris.cara_hitung != CaraHitung.JUMLAH:
        needed = needed[-1:]
    targets["target"] = baris.target
    return next((k for k in needed if targets[k] is None and k not in baris.tidak_sah), "")


def _setelah_bulan(baris: Baris, sheet: Lembar, filled: dict[int, float], bulan: int) -> Iterator[Temuan]:
    for month, value in filled.items():
        if month > bulan:
            place = sheet.tempat(baris.id_indikator, KOLOM_REALISASI[month - 1])
            yield temuan("N19", place, angka_terlihat(value), bulan=BULAN[month - 1], sampai=BULAN[bulan - 1])


def _celah(baris: Baris, sheet: Lembar, filled: dict[int, float]) -> Iterator[Temuan]:
    invalid = set(baris.tidak_sah)
    for month in range(min(filled), max(filled)):
        key = KOLOM_REALISASI[month - 1]
        if month not in filled and key not in invalid:
            yield temuan("S03", sheet.tempat(baris.id_indikator, key), bulan=BULAN[month - 1])


def _seperti_jumlah_berjalan(baris: Baris, values: list[float]) -> bool:
    if baris.cara_hitung != CaraHitung.JUMLAH or len(values) < _MINIMAL_BULAN_BERJALAN or not baris.target:
        return False
    never_falling = all(a <= b for a, b in pairwise(values))
    return (
        never_falling
        and values[-1] <= baris.target
        and _lebih(sum(values), _LEBIH_DARI_TARGET * baris.target)
    )


def _lebih(value: float, bound: float) -> bool:
    return value > bound + _SELISIH * max(1.0, abs(bound))


def _target_periode(baris: Baris, sheet: Lembar) -> Iterator[Temuan]:
    periods = baris.target_periode
    if baris.target is None or not periods or None in periods:
        return
    known = [p for p in periods if p is not None]
    place = sheet.tempat(baris.id_indikator, kolom_target_periode(len(periods)))
    total = sum(known)
    if baris.cara_hitung == CaraHitung.JUMLAH and (
        _lebih(total, baris.target) or _lebih(baris.target, total)
    ):
        yield temuan(
            "S04",
            place,
            angka_terlihat(total),
            jumlah=angka_terlihat(total),
            target=angka_terlihat(baris.target),
        )
    if baris.cara_hitung == CaraHitung.TERAKHIR and known[-1] != baris.target:
        yield temuan(
            "S05",
            place,
            angka_terlihat(known[-1]),
            jumlah=angka_terlihat(known[-1]),
            target=angka_terlihat(baris.target),
        )


def periksa_nip_ganda(who: Sequence[tuple[str, Tempat]]) -> Iterator[Temuan]:
    """Yield the same NIP under two jabatan; `who` holds each counted return's NIP and its NIP cell."""
    jabatan: dict[str, set[str]] = {}
    for nip, place in who:
        jabatan.setdefault(nip, set()).add(place.id_jabatan)
    for nip, place in who:
        others = sorted(jabatan[nip] - {place.id_jabatan})
        if nip and others:
            yield temuan("S07", place, nip, lain=", ".join(others))
