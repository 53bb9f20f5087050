"""What the formulas of a filled form would show: its cached values, by the measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, CaraHitung
from iki_xl.form.formulas import NO_ENTRY_YET, describe_how_to_fill
from iki_xl.form.jabatan import BULAN_NAME_CELL, BULAN_ROW
from iki_xl.measures import ASSESSED, find_last_bulan, measure
from iki_xl.tables import (
    CHOOSE_TIPE_FIRST,
    REALISASI_COLUMNS,
    name_realisasi_column,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.form.jabatan import CellKey, CellValue


def compute_formula_results(
    katalog: Katalog, rows: pd.DataFrame, entered: Mapping[CellKey, CellValue]
) -> dict[CellKey, CellValue]:
    """Return what a sheet's formulas would show for these rows, measured to the sheet's own last month.

    `entered` is what stands in the cells, a text where the value is no figure.
    """
    month = find_last_bulan(rows)
    results: dict[CellKey, CellValue] = {
        (BULAN_ROW, "terisi"): month or 0,
        BULAN_NAME_CELL: BULAN[month - 1] if month else NO_ENTRY_YET,
    }
    measured = measure(rows, katalog, month or 1)
    for row, figures in zip(rows.to_dict("records"), measured.to_dict("records"), strict=True):
        row_id = str(row["id_indikator"])
        for key, value in _compute_row_results(row, figures, katalog, month).items():
            results[row_id, key] = value
        in_month = _convert_figure(row[name_realisasi_column(month)]) if month else None
        results[row_id, "terisi"] = 0.0 if in_month is None else 1.0
        begun = any(entered.get((row_id, key)) not in {None, ""} for key in REALISASI_COLUMNS)
        if begun and results[row_id, "cara_hitung"] is None:
            results[row_id, "skala"] = CHOOSE_TIPE_FIRST
    return results


def _compute_row_results(
    row: Mapping[Hashable, object], figures: Mapping[Hashable, object], katalog: Katalog, month: int | None
) -> dict[str, CellValue]:
    tipe = katalog.referensi.find_tipe(str(row["tipe_perhitungan"]))
    reached = _convert_figure(figures["realisasi_sd"])
    word = str(figures["skala"] if figures["status"] == ASSESSED else figures["status"])
    sebaran = katalog.find_sebaran(str(row["id_indikator"]), CaraHitung.TOTAL)
    by_month = bool(sebaran or katalog.kantor.rincian_target.period_count)
    return {
        "cara_isi": describe_how_to_fill(tipe.cara_hitung, sebaran) if tipe else None,
        "cara_hitung": tipe.cara_hitung.value if tipe else None,
        "target_sd": None if by_month and month is None else _convert_figure(figures["target_sd"]),
        "realisasi_sd": reached,
        "capaian": _convert_figure(figures["capaian"]),
        "skala": word if reached is not None else None,
    }


def _convert_figure(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and value == value else None  # noqa: PLR0124 - NaN
