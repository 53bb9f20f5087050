"""The copies to mend: for each returned workbook with a galat, a fresh locked one with everything entered.

It joins three stages: what the collector read, the figures of the measures, the template's writer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.findings import Temuan, Tingkat
from iki_xl.form.formulas import BELUM_DINILAI, CARA_ISI, TIDAK_DINILAI
from iki_xl.form.jabatan import BARIS_BULAN, BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA
from iki_xl.measures import bulan_terakhir, ukur
from iki_xl.template.writer import lembar_terisi, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.merge import Terkumpul
    from iki_xl.collect.returned import LembarIsian, Sel
    from iki_xl.form.jabatan import JabatanForm, Nilai


def salinan_perbaikan(
    katalog: Katalog, merged: Terkumpul, found: Sequence[Temuan]
) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of the copy of every workbook in whose sheets something is in galat."""
    files = dict.fromkeys(t.berkas for t in found if t.tingkat is Tingkat.GALAT and t.sel)
    for name in files:
        numbers = [n for n, sheet in enumerate(merged.isian.lembar) if sheet.berkas == name]
        if numbers:
            sheets = [_lembar(katalog, merged, n, found) for n in numbers]
            yield _nama_xlsx(name), templat_xlsx(katalog, lembar_terisi(sheets))


def _nama_xlsx(name: str) -> str:
    return name.rsplit(".", 1)[0] + ".xlsx"


def _lembar(
    katalog: Katalog, merged: Terkumpul, number: int, found: Sequence[Temuan]
) -> tuple[JabatanForm, dict[Sel, Nilai], dict[Sel, tuple[Temuan, ...]]]:
    sheet, values = merged.isian.lembar[number], merged.isian.nilai[number]
    marks = _tanda(sheet, found)
    wrong = {sel for sel, items in marks.items() if any(t.tingkat is Tingkat.GALAT for t in items)}
    entered: dict[Sel, Nilai] = {}
    for cell in sheet.masukan():
        sel = (cell.baris, cell.kolom)
        if not cell.isi.kosong:
            # a value in galat stays a text, so that the sheet's formulas leave it out too
            entered[sel] = cell.isi.terlihat() if sel in wrong or sel not in values else values[sel]
    form = _form(sheet, entered)
    rows = merged.baris_semua[
        (merged.baris_semua["berkas"] == sheet.berkas) & (merged.baris_semua["lembar"] == sheet.nama)
    ]
    return form, entered | _hasil(katalog, rows), marks


def _form(sheet: LembarIsian, entered: dict[Sel, Nilai]) -> JabatanForm:
    """The sheet's form, its head open for entry unless it is the very pegawai that the catalogue knows."""
    form = sheet.form
    known = form.pegawai is not None and entered.get((BARIS_NIP, KOLOM_ISIAN_KEPALA)) == form.pegawai.nip
    return form if known else replace(form, pegawai=None)


def _tanda(sheet: LembarIsian, found: Sequence[Temuan]) -> dict[Sel, tuple[Temuan, ...]]:
    """Findings by cell, for the cells that staff can change."""
    here: dict[str, list[Temuan]] = {}
    for t in found:
        if (t.berkas, t.lembar) == (sheet.berkas, sheet.nama) and t.sel and t.tingkat is not Tingkat.INFO:
            here.setdefault(t.sel, []).append(t)
    return {(c.baris, c.kolom): tuple(here[c.alamat]) for c in sheet.masukan() if c.alamat in here}


def _hasil(katalog: Katalog, rows: pd.DataFrame) -> dict[Sel, Nilai]:
    """What the sheet's formulas would show for these rows, measured to the sheet's own last month."""
    month = bulan_terakhir(rows)
    results: dict[Sel, Nilai] = {
        (BARIS_BULAN, "terisi"): month or 0,
        (BARIS_BULAN, "skala"): BULAN[month - 1] if month else "(belum ada isian)",
    }
    measured = ukur(rows, katalog, month or 1)
    for row, figures in zip(rows.to_dict("records"), measured.to_dict("records"), strict=True):
        for key, value in _hasil_baris(row, figures, katalog).items():
            results[str(row["id_indikator"]), key] = value
    return results


def _hasil_baris(
    row: Mapping[Hashable, object], figures: Mapping[Hashable, object], katalog: Katalog
) -> dict[str, Nilai]:
    tipe = katalog.referensi.cari_tipe(str(row["tipe_perhitungan"]))
    reached, target = _angka(figures["realisasi_sd"]), _angka(figures["target_sd"])
    word = str(figures["skala"])
    if reached is not None and not word:
        word = BELUM_DINILAI if target is None else TIDAK_DINILAI
    return {
        "cara_isi": CARA_ISI[tipe.cara_hitung] if tipe else None,
        "cara_hitung": tipe.cara_hitung.value if tipe else None,
        "terisi": 1.0 if figures["bulan_terisi"] else 0.0,
        "target_sd": target,
        "realisasi_sd": reached,
        "capaian": _angka(figures["capaian"]),
        "skala": word if reached is not None else None,
    }


def _angka(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and value == value else None  # noqa: PLR0124 - NaN
