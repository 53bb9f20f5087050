"""What Excel refuses while a form is filled in, and what it says at a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import PERCENTAGE
from iki_xl.comparable import comparable
from iki_xl.form.formulas import SATUAN_LIST, TIPE_LIST
from iki_xl.form.jabatan import NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN, ColumnGroup
from iki_xl.typed import LARGEST_NUMBER

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.template.form_sheet import FormSheet


def write_validations(sheet: Worksheet, form_sheet: FormSheet) -> None:
    form, layout = form_sheet.form, form_sheet.form.layout
    nip = layout.cell(NIP_ROW, HEAD_ENTRY_COLUMN)
    sheet.data_validation(*nip, *nip, _build_nip_validation(form_sheet))
    if not form.indikator:
        return
    first, last = form.indikator[0].id, form.indikator[-1].id
    for key, name, words in (
        ("satuan", SATUAN_LIST, "satuan"),
        ("tipe_perhitungan", TIPE_LIST, "tipe perhitungan"),
    ):
        area = (*layout.cell(first, key), *layout.cell(last, key))
        sheet.data_validation(*area, _build_list_validation(name, words))
    for item in form.indikator:
        for group in (ColumnGroup.TARGET, ColumnGroup.REALISASI):
            keys = layout.keys(group)
            area = (*layout.cell(item.id, keys[0]), *layout.cell(item.id, keys[-1]))
            sheet.data_validation(*area, _build_number_validation(form_sheet, item.id, group))


def _build_list_validation(name: str, words: str) -> dict[str, str | bool]:
    return {
        "validate": "list",
        "source": f"={name}",
        "input_title": f"Pilih {words}",
        "input_message": f"Klik tanda panah di kanan sel, lalu pilih {words} dari daftar.",
        "error_title": "Belum ada di daftar",
        "error_message": f"Mohon pilih {words} dari daftar. Bila belum ada, hubungi subbag perencanaan.",
        "error_type": "stop",
    }


def _build_number_validation(
    form_sheet: FormSheet, row_id: str, group: ColumnGroup
) -> dict[str, str | float]:
    """Not negative; at most 100 where the row's satuan is Persentase (chosen by staff or given)."""
    layout, referensi = form_sheet.form.layout, form_sheet.form.katalog.referensi
    satuan = str(form_sheet.form.fixed_values.get((row_id, "satuan"), ""))
    percent_list = referensi.find_satuan(PERCENTAGE) or PERCENTAGE
    percent = comparable(satuan) == comparable(percent_list)
    maximum: str | float = LARGEST_NUMBER
    if not referensi.percentage_over_100:
        cell = layout.address(row_id, "satuan", fixed="column")
        maximum = (
            100
            if percent
            else LARGEST_NUMBER
            if satuan
            else f'=IF({cell}="{percent_list}",100,{LARGEST_NUMBER:.0f})'
        )
    unit = f"Satuan: {satuan}. " if satuan else ""
    hint = "85 % ditulis 85." if percent else "Untuk Persentase, 85 % ditulis 85." if not satuan else ""
    what = "target" if group is ColumnGroup.TARGET else "realisasi bulan ini"
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": maximum,
        "input_title": f"Isi {what}"[:32],
        "input_message": _cut_prompt(
            f"{unit}Ketik angkanya saja, tanpa satuan. {hint} Ketik 0 bila nihil; kosongkan bila belum ada."
        ),
        "error_title": "Angkanya belum sesuai",
        "error_message": "Mohon ketik angka 0 atau lebih, tanpa satuan; Persentase 0 sampai 100.",
        "error_type": "stop",
    }


def _cut_prompt(text: str, limit: int = 255) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _build_nip_validation(form_sheet: FormSheet) -> dict[str, str]:
    cell = form_sheet.form.layout.address(NIP_ROW, HEAD_ENTRY_COLUMN)
    return {
        "validate": "custom",
        "value": f'=AND(ISTEXT({cell}),LEN(SUBSTITUTE(SUBSTITUTE({cell}," ",""),".",""))=18)',
        "input_title": "Isi NIP",
        "input_message": "18 digit, misalnya 19850817 201001 1 001. Spasi dan titik boleh.",
        "error_title": "NIP belum sesuai",
        "error_message": "NIP terdiri atas 18 digit. Mohon periksa kembali.",
        "error_type": "stop",
    }
