"""The copies to mend: for each returned workbook that needs it, a fresh locked one with everything entered.

It joins three stages: what the collector read, the figures of the measures, the template's writer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.corrections.form_results import compute_formula_results
from iki_xl.findings import Level, Temuan, needs_mending
from iki_xl.form.jabatan import NIP_ROW, list_holder_forms
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.tables import fit_cell_text, split_columns
from iki_xl.template.writer import make_filled_sheets, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iki_xl.catalog import Katalog
    from iki_xl.collect.merge import Collected
    from iki_xl.collect.record import CastSheet
    from iki_xl.form.jabatan import CellKey, CellValue, JabatanForm
    from iki_xl.template.form_sheet import FormSheet

    _CopySheet = tuple[JabatanForm, dict[CellKey, CellValue], dict[CellKey, tuple[Temuan, ...]]]


def to_mend(merged: Collected, found: Sequence[Temuan]) -> tuple[str, ...]:
    """Return the names of the workbooks with something that needs mending and at least one known sheet."""
    known = {sheet.file for sheet in merged.sheet}
    wrong = dict.fromkeys(t.file for t in found if needs_mending(t))
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
    prepared = [_prepare_copy_sheet(katalog, merged, n, found) for n in numbers]
    sheets = make_filled_sheets(_name_holders(prepared))
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
) -> _CopySheet:
    """The sheet's form, everything entered, and the findings by cell.

    A value in galat stays a text, and so does one that can be read in two ways, until the person
    has confirmed it; the sheet's own formulas leave texts out.
    """
    sheet, values = merged.sheet[number], merged.sheet[number].value
    marks = _find_temuan_by_cell(sheet, found)
    as_typed = {cell for cell, items in marks.items() if any(map(needs_mending, items))}
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
    return form, entered | compute_formula_results(katalog, rows, entered), marks


def _choose_copy_form(sheet: CastSheet, entered: dict[CellKey, CellValue]) -> JabatanForm:
    """The sheet's form, its head open for entry unless it is the very pegawai that the catalogue knows."""
    form = sheet.form
    known = form.pegawai is not None and entered.get((NIP_ROW, HEAD_ENTRY_COLUMN)) == form.pegawai.nip
    return form if known else replace(form, pegawai=None)


def _name_holders(sheets: Sequence[_CopySheet]) -> list[_CopySheet]:
    """The same sheets, those of a jabatan that stands there more than once named after who holds it."""
    times = Counter(form.jabatan.id for form, _, _ in sheets)
    named = []
    for form, entered, marks in sheets:
        nip = entered.get((NIP_ROW, HEAD_ENTRY_COLUMN))
        own = next((f for f in list_holder_forms(form) if f.pegawai and f.pegawai.nip == nip), form)
        name = own.sheet_name if times[form.jabatan.id] > 1 else form.sheet_name
        named.append((replace(form, sheet_name=name), entered, marks))
    return named


def _find_temuan_by_cell(sheet: CastSheet, found: Sequence[Temuan]) -> dict[CellKey, tuple[Temuan, ...]]:
    """Findings by cell, for the cells that staff can change."""
    here: dict[str, list[Temuan]] = {}
    for t in found:
        if (t.file, t.sheet) == (sheet.file, sheet.nama) and t.cell and _is_serious(t):
            here.setdefault(t.cell, []).append(t)
    places = {cell: sheet.address(*cell) for cell in sheet.form.entry_cells}
    return {cell: tuple(here[at]) for cell, at in places.items() if at in here}
