"""What is said beside a figure: a target that is missing or in galat, a stale position, a target of 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, CaraHitung, RincianTarget, Sebaran
from iki_xl.formulas import SEBARAN_WORDS
from iki_xl.recap.content import RemarkWord
from iki_xl.tables import NOT_ASSESSED, name_period_target_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.catalog import Katalog
    from iki_xl.recap.content import TableRecord


def name_used_targets(rincian: RincianTarget, cara_hitung: str, bulan: int) -> tuple[str, ...]:
    """Target columns, beside one another, that T(m) is made of (spec section 3)."""
    if rincian is RincianTarget.YEARLY:
        return ("target",)
    current = rincian.period(bulan) + 1
    first = 1 if cara_hitung == CaraHitung.TOTAL else current
    return tuple(name_period_target_column(p) for p in range(first, current + 1))


def is_target_invalid(katalog: Katalog, row: TableRecord, figures: TableRecord, bulan: int) -> bool:
    """True where the target to date is missing because one that it needs is in galat."""
    if not row["tidak_sah"] or figures["target_sd"] is not None:
        return False
    used = name_used_targets(katalog.kantor.rincian_target, row["cara_hitung"], bulan)
    return not set(used).isdisjoint(row["tidak_sah"])


def list_tipe_remarks(row: TableRecord) -> Iterator[str]:
    if not row["cara_hitung"]:
        yield f"tipe perhitungan {'tidak sah' if 'tipe_perhitungan' in row['tidak_sah'] else 'belum diisi'}"


def list_figure_remarks(
    row: TableRecord, figures: TableRecord, sebaran: Sebaran, *, invalid_target: bool
) -> Iterator[str]:
    """What is said of a row's target and figure; `sebaran` is the one that has an effect on it."""
    # before December there is none on purpose, so the yearly one tells whether it is missing
    target = row["target"] if sebaran is Sebaran.YEAR_END else figures["target_sd"]
    if invalid_target:
        yield "target tidak sah"
    elif row["cara_hitung"] and target is None:
        yield RemarkWord.TARGET_INCOMPLETE
    if sebaran:
        yield SEBARAN_WORDS[sebaran]
    if figures["basi"]:
        yield f"{RemarkWord.STALE}: posisi bulan {BULAN[figures['bulan_sumber'] - 1]}"
    if figures["status"] == NOT_ASSESSED:
        above = figures["realisasi_sd"] > 0
        yield "target 0, realisasi lebih dari 0: periksa targetnya" if above else "target 0"
