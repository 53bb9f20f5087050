"""A return's rows, one an indikator, with what counts: the catalogue's words, the valid entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.collect.table import satuan_baris
from iki_xl.tables import KOLOM_REALISASI, kolom_target_periode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from iki_xl.catalog import CaraHitung, Indikator
    from iki_xl.collect.table import Nilai
    from iki_xl.form.jabatan import JabatanForm, Sel

PENJELASAN = ("kendala", "tindak_lanjut", "bukti_dukung")


@dataclass(frozen=True, slots=True)
class Baris:
    """One row: numbers are None where nothing valid was entered, texts ""; `tidak_sah` are keys of cells."""

    id_indikator: str
    satuan: str
    tipe_perhitungan: str
    cara_hitung: CaraHitung | None
    arah: str
    target: float | None
    target_periode: tuple[float | None, ...]
    realisasi: tuple[float | None, ...]
    penjelasan: tuple[str, ...]
    tidak_sah: tuple[str, ...]


def susun_baris(
    form: JabatanForm, values: Mapping[Sel, Nilai], invalid: Collection[Sel]
) -> tuple[Baris, ...]:
    """Return a row for every indikator of the form; `invalid` cells are left out (spec section 6.5)."""
    counted = {sel: value for sel, value in values.items() if sel not in invalid}
    counted.update((sel, value) for sel, value in form.nilai_tetap.items() if value is not None)
    return tuple(_baris(form, item, counted, invalid) for item in form.indikator)


def _baris(
    form: JabatanForm, item: Indikator, counted: Mapping[Sel, Nilai], invalid: Collection[Sel]
) -> Baris:
    referensi, row_id = form.katalog.referensi, item.id

    def number(key: str) -> float | None:
        found = counted.get((row_id, key))
        return float(found) if isinstance(found, (int, float)) else None

    tipe = referensi.cari_tipe(str(counted.get((row_id, "tipe_perhitungan"), "")))
    periods = range(1, form.katalog.kantor.rincian_target.jumlah_periode + 1)
    return Baris(
        id_indikator=row_id,
        satuan=satuan_baris(form, row_id, counted.get((row_id, "satuan"))),
        tipe_perhitungan=tipe.nama if tipe else "",
        cara_hitung=tipe.cara_hitung if tipe else None,
        arah=item.arah.value,
        target=number("target"),
        target_periode=tuple(number(kolom_target_periode(p)) for p in periods),
        realisasi=tuple(number(key) for key in KOLOM_REALISASI),
        penjelasan=tuple(str(counted.get((row_id, key), "")) for key in PENJELASAN),
        tidak_sah=tuple(sorted(key for invalid_id, key in invalid if invalid_id == row_id)),
    )
