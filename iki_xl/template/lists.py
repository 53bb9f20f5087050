"""The two sheets nobody sees: the lists behind the dropdowns, and the workbook's identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.a1 import write_range, write_reference
from iki_xl.catalog import BULAN
from iki_xl.form.formulas import build_defined_lists
from iki_xl.form.identity import FORM_VERSION, IDENTITY_SHEET, LISTS_SHEET, SHEET_LIST_KEY, hash_kantor
from iki_xl.xlsx import add_locked_sheet, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.workbook import Workbook

    from iki_xl.catalog import Katalog
    from iki_xl.template.styles import FormStyles


def write_lists_sheet(workbook: Workbook, formats: FormStyles, katalog: Katalog, password: str) -> None:
    """Write the hidden list sheet, one column a list, each behind a defined name."""
    sheet = add_locked_sheet(workbook, LISTS_SHEET, [], formats())
    for column, (name, values) in enumerate(build_defined_lists(katalog.referensi, BULAN).items()):
        for row, value in enumerate(values):
            write(sheet, row, column, value, formats())
        area = write_range((0, column), (max(len(values) - 1, 0), column), fixed="column row")
        workbook.define_name(name, f"={write_reference(LISTS_SHEET, area, quoted=False)}")
    sheet.hide()
    sheet.protect(password)


def write_identity_sheet(
    workbook: Workbook, formats: FormStyles, katalog: Katalog, password: str, id_jabatan: Sequence[str]
) -> None:
    """Write office, year, form version, fingerprint: in a very hidden sheet and as properties.

    The sheet also lists the jabatan that have a sheet in this workbook.
    """
    facts = {
        "iki_xl_form": str(FORM_VERSION),
        "iki_xl_kantor": hash_kantor(katalog),
        "iki_xl_nama_kantor": f"{katalog.kantor.nama}, {katalog.kantor.pemda}",
        "iki_xl_tahun": str(katalog.kantor.tahun),
        "iki_xl_sidik": katalog.fingerprint,
    }
    sheet = add_locked_sheet(workbook, IDENTITY_SHEET, [], formats())
    for key, value in facts.items():
        workbook.set_custom_property(key, value[:255], "text")
    for row, pair in enumerate([*facts.items(), *((SHEET_LIST_KEY, i) for i in id_jabatan)]):
        for column, text in enumerate(pair):
            write(sheet, row, column, text, formats())
    sheet.very_hidden()
    sheet.protect(password)
