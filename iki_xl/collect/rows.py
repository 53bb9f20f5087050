"""A return's rows, one an indikator, with what counts: the catalogue's words, the valid entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.collect.table import find_row_satuan
from iki_xl.tables import REALISASI_COLUMNS, name_period_target_column

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from iki_xl.catalog import CaraHitung, Indikator
    from iki_xl.collect.table import EntryValue
    from iki_xl.form.jabatan import CellKey, JabatanForm

EXPLANATIONS = ("kendala", "tindak_lanjut", "bukti_dukung")


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One row: numbers are None where nothing valid was entered, texts ""; `invalid_cells` are keys."""

    id_indikator: str
    satuan: str
    tipe_perhitungan: str
    cara_hitung: CaraHitung | None
    arah: str
    target: float | None
    period_targets: tuple[float | None, ...]
    realisasi: tuple[float | None, ...]
    explanations: tuple[str, ...]
    invalid_cells: tuple[str, ...]


def build_return_rows(
    form: JabatanForm, values: Mapping[CellKey, EntryValue], invalid: Collection[CellKey]
) -> tuple[ReturnRow, ...]:
    """Return a row for every indikator of the form; `invalid` cells are left out (spec section 6.5)."""
    counted = {cell: value for cell, value in values.items() if cell not in invalid}
    counted.update((cell, value) for cell, value in form.fixed_values.items() if value is not None)
    return tuple(_build_row(form, item, counted, invalid) for item in form.indikator)


def _build_row(
    form: JabatanForm, item: Indikator, counted: Mapping[CellKey, EntryValue], invalid: Collection[CellKey]
) -> ReturnRow:
    referensi, row_id = form.katalog.referensi, item.id

    def number(key: str) -> float | None:
        found = counted.get((row_id, key))
        return float(found) if isinstance(found, (int, float)) else None

    tipe = referensi.find_tipe(str(counted.get((row_id, "tipe_perhitungan"), "")))
    periods = range(1, form.katalog.kantor.rincian_target.period_count + 1)
    return ReturnRow(
        id_indikator=row_id,
        satuan=find_row_satuan(form, row_id, counted.get((row_id, "satuan"))),
        tipe_perhitungan=tipe.nama if tipe else "",
        cara_hitung=tipe.cara_hitung if tipe else None,
        arah=item.arah.value,
        target=number("target"),
        period_targets=tuple(number(name_period_target_column(p)) for p in periods),
        realisasi=tuple(number(key) for key in REALISASI_COLUMNS),
        explanations=tuple(str(counted.get((row_id, key), "")) for key in EXPLANATIONS),
        invalid_cells=tuple(sorted(key for invalid_id, key in invalid if invalid_id == row_id)),
    )
