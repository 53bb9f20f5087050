"""Forms to go on with: each person's own, with everything that was accepted so far (spec section 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.corrections.form_results import compute_formula_results
from iki_xl.form.identity import shorten_digests
from iki_xl.form.jabatan import HEAD_CELLS
from iki_xl.tables import EXPLANATIONS
from iki_xl.template.form_sheet import FormSheet
from iki_xl.template.variants import Per, plan_template_files
from iki_xl.template.writer import make_filled_sheets, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.merge import Collected
    from iki_xl.form.jabatan import CellKey, CellValue, JabatanForm


def make_continued_files(
    katalog: Katalog, merged: Collected, digests: Mapping[str, str], per: Per, password: str = ""
) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of every form of a variant, prefilled with what was accepted.

    Who has not reported gets an empty form. A form that several people share stays empty as well. The name
    says up to which month it goes, so that nothing returned before has the same.

    Args:
        katalog: the office, as it is now.
        merged: what was collected.
        digests: SHA-256 of each file's bytes, by its name.
        per: what one workbook holds.
        password: the protection password, "" for none.

    Raises:
        FormError: a form cannot be made.
    """
    accepted = _group_accepted(merged)
    suffix = f"-lanjutan-{merged.bulan:02d}" if merged.bulan else ""
    for item in plan_template_files(katalog, per):
        sheets = [_prepare_sheet(form, accepted, merged, digests) for form in item.forms]
        blank = make_filled_sheets([(sheet.form, {}, {}) for sheet in sheets])
        named = [replace(sheet, nama=other.nama) for sheet, other in zip(sheets, blank, strict=True)]
        name = f"{item.nama.removesuffix('.xlsx')}{suffix}.xlsx"
        yield name, templat_xlsx(katalog, named, password=password)


def _group_accepted(merged: Collected) -> dict[tuple[str, str], pd.DataFrame]:
    """The rows that count, by jabatan and NIP."""
    keys = ["id_jabatan", "nip"]
    return {(str(j), str(n)): rows for (j, n), rows in merged.rows.groupby(keys, sort=False)}


def _prepare_sheet(
    form: JabatanForm,
    accepted: Mapping[tuple[str, str], pd.DataFrame],
    merged: Collected,
    digests: Mapping[str, str],
) -> FormSheet:
    rows = _find_rows(form, accepted)
    if rows is None:
        return FormSheet(form, form.sheet_name)
    entered = _list_entries(form, rows)
    values = entered | _list_head(form, rows) | compute_formula_results(form.katalog, rows, entered)
    used = merged.returns[merged.returns["id_laporan"].isin(rows["id_laporan"]) & merged.returns["dihitung"]]
    issued = shorten_digests(digests.get(str(name), "") for name in used["berkas"])
    return FormSheet(form, form.sheet_name, values, accepted=frozenset(entered), issued_from=issued)


def _find_rows(form: JabatanForm, accepted: Mapping[tuple[str, str], pd.DataFrame]) -> pd.DataFrame | None:
    """What was accepted of the form's person; of a jabatan without one that of its only reporter.

    Nobody's form holds what was reported under another NIP.
    """
    if form.pegawai:
        return accepted.get((form.jabatan.id, form.pegawai.nip))
    here = [rows for (id_jabatan, _), rows in accepted.items() if id_jabatan == form.jabatan.id]
    several = len(form.katalog.list_pegawai(form.jabatan.id)) > 1
    return here[0] if len(here) == 1 and not several else None


def _list_entries(form: JabatanForm, rows: pd.DataFrame) -> dict[CellKey, CellValue]:
    """The accepted entries of cells that are still open; a text belongs to the month it was written in."""
    accepted = {str(row["id_indikator"]): row for row in rows.to_dict("records")}
    return {
        (row_id, key): value
        for row_id, key in form.input_cells
        if row_id in accepted
        and key not in EXPLANATIONS
        and (value := accepted[row_id][key]) != ""
        and value == value  # noqa: PLR0124 - NaN
    }


def _list_head(form: JabatanForm, rows: pd.DataFrame) -> dict[CellKey, CellValue]:
    """Who reported, where the catalogue does not say."""
    first: Sequence[str] = [str(rows[name].iloc[0]) for name in ("nama", "nip")]
    pairs = zip(HEAD_CELLS, first, strict=True)
    return {cell: text for cell, text in pairs if text and cell not in form.fixed_values}
