"""The copies to mend: for each returned workbook with a galat, a fresh locked one with everything entered.

It joins three stages: what the collector read, the figures of the measures, the template's writer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, CaraHitung
from iki_xl.findings import Level, Temuan
from iki_xl.form.formulas import describe_how_to_fill
from iki_xl.form.jabatan import BULAN_ROW, NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.measures import ASSESSED, find_last_bulan, measure
from iki_xl.tables import fit_cell_text, split_columns
from iki_xl.template.writer import make_filled_sheets, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.merge import Collected
    from iki_xl.collect.record import CastSheet
    from iki_xl.form.jabatan import CellKey, CellValue, JabatanForm
    from iki_xl.template.form_sheet import FormSheet

# The finding of a number that can be read in two ways.
_AMBIGUOUS_CODE = "N03"


def to_mend(merged: Collected, found: Sequence[Temuan]) -> tuple[str, ...]:
    """Return the names of the workbooks with a galat and at least one known sheet."""
    known = {sheet.file for sheet in merged.sheet}
    wrong = dict.fromkeys(t.file for t in found if t.level is Level.GALAT)
    return tuple(name for name in wrong if name in known)


def make_perbaikan_copies(
    katalog: Katalog, merged: Collected, found: Sequence[Temuan]
) -> Iterator[tuple[str, bytes]]:
    """Yield (name of the returned workbook, bytes of its copy) for every workbook `to_mend`."""
    for name in to_mend(merged, found):
        sheets = [n for n, sheet in enumerate(merged.sheet) if sheet.file == name]
        yield name, templat_xlsx(katalog, _build_copy_sheets(katalog, merged, sheets, found))


def _build_copy_sheets(
    katalog: Katalog, merged: Collected, numbers: Sequence[int], found: Sequence[Temuan]
) -> tuple[FormSheet, ...]:
    sheets = make_filled_sheets([_prepare_copy_sheet(katalog, merged, n, found) for n in numbers])
    name = merged.sheet[numbers[0]].file
    at_sheet = [
        tuple(
            t
            for t in found
            if (t.file, t.sheet, t.cell) == (name, merged.sheet[n].nama, "") and _is_serious(t)
        )
        for n in numbers
    ]
    return tuple(
        replace(sheet, sheet_temuan=general) for sheet, general in zip(sheets, at_sheet, strict=True)
    )


def _is_serious(t: Temuan) -> bool:
    return t.level is not Level.INFO


def _prepare_copy_sheet(
    katalog: Katalog, merged: Collected, number: int, found: Sequence[Temuan]
) -> tuple[JabatanForm, dict[CellKey, CellValue], dict[CellKey, tuple[Temuan, ...]]]:
    """The sheet's form, everything entered, and the findings by cell.

    A value in galat stays a text, and so does one that can be read in two ways, until the person
    has confirmed it; the sheet's own formulas leave texts out.
    """
    sheet, values = merged.sheet[number], merged.sheet[number].value
    marks = _find_temuan_by_cell(sheet, found)
    as_typed = {
        cell
        for cell, items in marks.items()
        if any(t.level is Level.GALAT or t.code == _AMBIGUOUS_CODE for t in items)
    }
    everything = merged.all_rows
    rows = everything[(everything["berkas"] == sheet.file) & (everything["lembar"] == sheet.nama)].copy()
    # also where the finding was counted, not named
    as_typed |= {
        (i, key)
        for i, names in zip(rows["id_indikator"], rows["tidak_sah"], strict=True)
        for key in split_columns(names)
    }
    entered: dict[CellKey, CellValue] = {}
    for cell, content in sheet.content.items():
        if not content.is_blank:
            # a text's value holds the address of its link as well
            typed = cell not in values or (cell in as_typed and not isinstance(values[cell], str))
            # raised letters are no part of the number, nor may they become one
            entered[cell] = fit_cell_text(content.raised or content.render_text()) if typed else values[cell]
    form = _choose_copy_form(sheet, entered)
    for row_id, key in as_typed & {(i, k) for i in rows["id_indikator"] for k in rows.columns}:
        if isinstance(values.get((row_id, key)), float):
            rows.loc[rows["id_indikator"] == row_id, key] = float("nan")
    return form, entered | _compute_formula_results(katalog, rows), marks


def _choose_copy_form(sheet: CastSheet, entered: dict[CellKey, CellValue]) -> JabatanForm:
    """The sheet's form, its head open for entry unless it is the very pegawai that the catalogue knows."""
    form = sheet.form
    known = form.pegawai is not None and entered.get((NIP_ROW, HEAD_ENTRY_COLUMN)) == form.pegawai.nip
    return form if known else replace(form, pegawai=None)


def _find_temuan_by_cell(sheet: CastSheet, found: Sequence[Temuan]) -> dict[CellKey, tuple[Temuan, ...]]:
    """Findings by cell, for the cells that staff can change."""
    here: dict[str, list[Temuan]] = {}
    for t in found:
        if (t.file, t.sheet) == (sheet.file, sheet.nama) and t.cell and _is_serious(t):
            here.setdefault(t.cell, []).append(t)
    places = {cell: sheet.address(*cell) for cell in sheet.form.entry_cells}
    return {cell: tuple(here[at]) for cell, at in places.items() if at in here}


def _compute_formula_results(katalog: Katalog, rows: pd.DataFrame) -> dict[CellKey, CellValue]:
    """What the sheet's formulas would show for these rows, measured to the sheet's own last month."""
    month = find_last_bulan(rows)
    results: dict[CellKey, CellValue] = {
        (BULAN_ROW, "terisi"): month or 0,
        (BULAN_ROW, "skala"): BULAN[month - 1] if month else "(belum ada isian)",
    }
    measured = measure(rows, katalog, month or 1)
    for row, figures in zip(rows.to_dict("records"), measured.to_dict("records"), strict=True):
        for key, value in _compute_row_results(row, figures, katalog, month).items():
            results[str(row["id_indikator"]), key] = value
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
        "terisi": 1.0 if figures["bulan_terisi"] else 0.0,
        "target_sd": None if by_month and month is None else _convert_figure(figures["target_sd"]),
        "realisasi_sd": reached,
        "capaian": _convert_figure(figures["capaian"]),
        "skala": word if reached is not None else None,
    }


def _convert_figure(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and value == value else None  # noqa: PLR0124 - NaN
