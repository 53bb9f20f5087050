"""The copies to mend: for each returned workbook with a galat, a fresh locked one with everything entered.

It joins three stages: what the collector read, the figures of the measures, the template's writer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.findings import Temuan, Tingkat
from iki_xl.form.formulas import CARA_ISI
from iki_xl.form.jabatan import BARIS_BULAN, BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA
from iki_xl.measures import bulan_terakhir, ukur
from iki_xl.tables import BELUM_DINILAI, TIDAK_DINILAI, muat_sel
from iki_xl.template.writer import lembar_terisi, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.merge import Terkumpul
    from iki_xl.collect.record import LembarIsian
    from iki_xl.form.jabatan import JabatanForm, Nilai, Sel
    from iki_xl.template.sheet import Lembar

# The finding of a number that can be read in two ways.
_MENDUA = "N03"


def to_mend(merged: Terkumpul, found: Sequence[Temuan]) -> tuple[str, ...]:
    """Return the names of the workbooks with a galat and at least one known sheet."""
    known = {sheet.berkas for sheet in merged.lembar}
    wrong = dict.fromkeys(t.berkas for t in found if t.tingkat is Tingkat.GALAT)
    return tuple(name for name in wrong if name in known)


def salinan_perbaikan(
    katalog: Katalog, merged: Terkumpul, found: Sequence[Temuan]
) -> Iterator[tuple[str, bytes]]:
    """Yield (name of the returned workbook, bytes of its copy) for every workbook `to_mend`."""
    for name in to_mend(merged, found):
        sheets = [n for n, sheet in enumerate(merged.lembar) if sheet.berkas == name]
        yield name, templat_xlsx(katalog, _lembar_salinan(katalog, merged, sheets, found))


def _lembar_salinan(
    katalog: Katalog, merged: Terkumpul, numbers: Sequence[int], found: Sequence[Temuan]
) -> tuple[Lembar, ...]:
    sheets = lembar_terisi([_lembar(katalog, merged, n, found) for n in numbers])
    name = merged.lembar[numbers[0]].berkas
    at_sheet = [
        tuple(
            t
            for t in found
            if (t.berkas, t.lembar, t.sel) == (name, merged.lembar[n].nama, "") and _serius(t)
        )
        for n in numbers
    ]
    return tuple(replace(sheet, umum=general) for sheet, general in zip(sheets, at_sheet, strict=True))


def _serius(t: Temuan) -> bool:
    return t.tingkat is not Tingkat.INFO


def _lembar(
    katalog: Katalog, merged: Terkumpul, number: int, found: Sequence[Temuan]
) -> tuple[JabatanForm, dict[Sel, Nilai], dict[Sel, tuple[Temuan, ...]]]:
    """The sheet's form, everything entered, and the findings by cell.

    A value in galat stays a text, and so does one that can be read in two ways, until the person
    has confirmed it; the sheet's own formulas leave texts out.
    """
    sheet, values = merged.lembar[number], merged.lembar[number].nilai
    marks = _tanda(sheet, found)
    as_typed = {
        sel
        for sel, items in marks.items()
        if any(t.tingkat is Tingkat.GALAT or t.kode == _MENDUA for t in items)
    }
    everything = merged.baris_semua
    rows = everything[(everything["berkas"] == sheet.berkas) & (everything["lembar"] == sheet.nama)].copy()
    # also where the finding was counted, not named
    as_typed |= {
        (i, key) for i, keys in zip(rows["id_indikator"], rows["tidak_sah"], strict=True) for key in keys
    }
    entered: dict[Sel, Nilai] = {}
    for sel, isi in sheet.isi.items():
        if not isi.kosong:
            # a text's value holds the address of its link as well
            typed = sel not in values or (sel in as_typed and not isinstance(values[sel], str))
            # raised letters are no part of the number, nor may they become one
            entered[sel] = muat_sel(isi.raised or isi.terlihat()) if typed else values[sel]
    form = _form(sheet, entered)
    for row_id, key in as_typed & {(i, k) for i in rows["id_indikator"] for k in rows.columns}:
        if isinstance(values.get((row_id, key)), float):
            rows.loc[rows["id_indikator"] == row_id, key] = float("nan")
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
        if (t.berkas, t.lembar) == (sheet.berkas, sheet.nama) and t.sel and _serius(t):
            here.setdefault(t.sel, []).append(t)
    places = {sel: sheet.alamat(*sel) for sel in sheet.form.sel_isian}
    return {sel: tuple(here[at]) for sel, at in places.items() if at in here}


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
