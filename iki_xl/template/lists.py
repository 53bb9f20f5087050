"""The two sheets nobody sees: the lists behind the dropdowns, and the workbook's identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.form.formulas import daftar
from iki_xl.form.identity import KUNCI_LEMBAR, LEMBAR_DAFTAR, LEMBAR_IDENTITAS, VERSI_FORM, kode_kantor
from iki_xl.form.layout import alamat
from iki_xl.xlsx import lembar_terkunci, tulis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.workbook import Workbook

    from iki_xl.catalog import Katalog
    from iki_xl.template.styles import Gaya


def tulis_daftar(workbook: Workbook, gaya: Gaya, katalog: Katalog, sandi: str) -> None:
    """Write the hidden list sheet, one column a list, each behind a defined name."""
    sheet = lembar_terkunci(workbook, LEMBAR_DAFTAR, [], gaya())
    for column, (name, values) in enumerate(daftar(katalog.referensi, BULAN).items()):
        for row, value in enumerate(values):
            tulis(sheet, row, column, value, gaya())
        first, last = (alamat(row, column, fixed="column row") for row in (0, max(len(values) - 1, 0)))
        workbook.define_name(name, f"={LEMBAR_DAFTAR}!{first}:{last}")
    sheet.hide()
    sheet.protect(sandi)


def tulis_identitas(
    workbook: Workbook, gaya: Gaya, katalog: Katalog, sandi: str, id_jabatan: Sequence[str]
) -> None:
    """Write office, year, form version, fingerprint: in a very hidden sheet and as properties.

    The sheet also lists the jabatan that have a sheet in this workbook.
    """
    facts = {
        "iki_xl_form": str(VERSI_FORM),
        "iki_xl_kantor": kode_kantor(katalog),
        "iki_xl_nama_kantor": f"{katalog.kantor.nama}, {katalog.kantor.pemda}",
        "iki_xl_tahun": str(katalog.kantor.tahun),
        "iki_xl_sidik": katalog.sidik,
    }
    sheet = lembar_terkunci(workbook, LEMBAR_IDENTITAS, [], gaya())
    for key, value in facts.items():
        workbook.set_custom_property(key, value[:255], "text")
    for row, pair in enumerate([*facts.items(), *((KUNCI_LEMBAR, i) for i in id_jabatan)]):
        for column, text in enumerate(pair):
            tulis(sheet, row, column, text, gaya())
    sheet.very_hidden()
    sheet.protect(sandi)
