"""The copies to mend: for each returned workbook with a galat, a fresh locked one with everything entered.

It joins three stages: what the collector read, the figures of the measures, the template's writer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.collect.book import Batas, TidakTerbacaError
from iki_xl.collect.package import buka
from iki_xl.collect.read_xlsx import baca_xlsx
from iki_xl.errors import OutputError, sebab_sistem
from iki_xl.findings import Temuan, Tingkat
from iki_xl.form.formulas import CARA_ISI
from iki_xl.form.jabatan import BARIS_BULAN, BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA
from iki_xl.measures import bulan_terakhir, ukur
from iki_xl.tables import BELUM_DINILAI, TIDAK_DINILAI, muat_sel
from iki_xl.template.writer import lembar_terisi, templat_xlsx
from iki_xl.xlsx import DIBUAT

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.merge import Terkumpul
    from iki_xl.collect.returned import LembarIsian, Sel
    from iki_xl.form.jabatan import JabatanForm, Nilai
    from iki_xl.template.sheet import Lembar

AKHIRAN_DISISIHKAN = " (diisi)"
# The finding of a number that can be read in two ways.
_MENDUA = "N03"


def salinan_perbaikan(
    katalog: Katalog, merged: Terkumpul, found: Sequence[Temuan]
) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of the copy of every workbook with a galat and at least one known sheet."""
    wrong = dict.fromkeys(t.berkas for t in found if t.tingkat is Tingkat.GALAT)
    sheets = {name: [n for n, s in enumerate(merged.isian.lembar) if s.berkas == name] for name in wrong}
    files = [name for name, numbers in sheets.items() if numbers]
    for name, target in zip(files, _nama_salinan(files), strict=True):
        yield target, templat_xlsx(katalog, _lembar_salinan(katalog, merged, sheets[name], found))


def rapikan_perbaikan(folder: Path, kept: set[str]) -> tuple[Path, ...]:
    """Clear the way for new copies: remove old ones nobody has touched, set aside those filled in.

    `kept` holds names relative to the folder's parent. Returns: where the filled-in ones now lie.

    Raises:
        OutputError: a file cannot be moved or removed.
    """
    aside = []
    for path in sorted(folder.rglob("*.xlsx")):
        untouched = _belum_disentuh(path)
        try:
            if not untouched and not path.stem.endswith(AKHIRAN_DISISIHKAN):
                aside.append(path.replace(_nama_bebas(path)))
            elif untouched and f"{folder.name}/{path.relative_to(folder).as_posix()}" not in kept:
                path.unlink()
        except OSError as exc:
            raise OutputError(
                f"{path} tidak dapat dipindahkan ({sebab_sistem(exc)}). Tutup berkas itu, lalu ulangi."
            ) from exc
    return tuple(aside)


def _belum_disentuh(path: Path) -> bool:
    """True for a copy as this program wrote it: its own last-saved moment is still the writer's."""
    try:
        return baca_xlsx(buka(path.read_bytes(), Batas()), Batas()).disimpan == DIBUAT
    except (OSError, TidakTerbacaError):
        return False


def _nama_bebas(path: Path) -> Path:
    number = 1
    while (target := path.with_stem(f"{path.stem} {number}{AKHIRAN_DISISIHKAN}")).exists():
        number += 1
    return target


def _nama_salinan(names: Sequence[str]) -> Iterator[str]:
    """The same names as .xlsx; where two would be one, the others keep their ending in front of it."""
    taken = {name for name in names if name.endswith(".xlsx")}
    for name in names:
        stem, _, ending = name.rpartition(".")
        target = name if name in taken else f"{stem}.xlsx"
        if name not in taken and target in taken:
            target = f"{stem} ({ending}).xlsx"
        taken.add(target)
        yield target


def _lembar_salinan(
    katalog: Katalog, merged: Terkumpul, numbers: Sequence[int], found: Sequence[Temuan]
) -> tuple[Lembar, ...]:
    sheets = lembar_terisi([_lembar(katalog, merged, n, found) for n in numbers])
    name = merged.isian.lembar[numbers[0]].berkas
    at_sheet = [
        tuple(
            t
            for t in found
            if (t.berkas, t.lembar, t.sel) == (name, merged.isian.lembar[n].nama, "") and _serius(t)
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
    sheet, values = merged.isian.lembar[number], merged.isian.nilai[number]
    marks = _tanda(sheet, found)
    as_typed = {
        sel
        for sel, items in marks.items()
        if any(t.tingkat is Tingkat.GALAT or t.kode == _MENDUA for t in items)
    }
    entered: dict[Sel, Nilai] = {}
    for cell in sheet.masukan():
        sel = (cell.baris, cell.kolom)
        if not cell.isi.kosong:
            typed = sel in as_typed or sel not in values
            entered[sel] = muat_sel(cell.isi.terlihat()) if typed else values[sel]
    form = _form(sheet, entered)
    everything = merged.baris_semua
    rows = everything[(everything["berkas"] == sheet.berkas) & (everything["lembar"] == sheet.nama)].copy()
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
