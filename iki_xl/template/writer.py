"""form -> a locked workbook: empty, prefilled, or with findings marked. One writer for all three."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.form.identity import PETUNJUK_SHEET, SHEETS_WITHOUT_ENTRIES, TEMUAN_SHEET
from iki_xl.form.names import make_names_unique
from iki_xl.template.form_sheet import FormSheet
from iki_xl.template.guide import add_guide_sheet, write_petunjuk, write_temuan_sheet
from iki_xl.template.lists import write_identity_sheet, write_lists_sheet
from iki_xl.template.sheet import write_form_sheet
from iki_xl.template.styles import FormStyles
from iki_xl.xlsx import build_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.workbook import Workbook

    from iki_xl.catalog import Katalog
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import CellKey, CellValue, JabatanForm


def make_blank_sheets(forms: Sequence[JabatanForm]) -> tuple[FormSheet, ...]:
    """Return the sheets of an empty template, each with a name of its own."""
    return make_filled_sheets([(form, {}, {}) for form in forms])


def make_filled_sheets(
    forms: Sequence[tuple[JabatanForm, Mapping[CellKey, CellValue], Mapping[CellKey, tuple[Temuan, ...]]]],
) -> tuple[FormSheet, ...]:
    """Return sheets with values and findings; a jabatan that stands twice gets two names."""
    names = make_names_unique([form.sheet_name for form, _, _ in forms], SHEETS_WITHOUT_ENTRIES)
    return tuple(
        FormSheet(form, name, values, temuan)
        for (form, values, temuan), name in zip(forms, names, strict=True)
    )


def templat_xlsx(katalog: Katalog, form_sheets: Sequence[FormSheet], *, password: str = "") -> bytes:
    """Return the bytes of a locked workbook: Petunjuk, Temuan where there are findings, one sheet a form.

    `password` is the protection password, "" for none. The same input gives the same bytes.

    Raises:
        FormError: a text is over Excel's limits.
    """

    def build(workbook: Workbook) -> None:
        formats = FormStyles(workbook)
        guide = add_guide_sheet(workbook, formats, PETUNJUK_SHEET)
        if any(item.temuan or item.sheet_temuan for item in form_sheets):
            write_temuan_sheet(
                add_guide_sheet(workbook, formats, TEMUAN_SHEET), formats, form_sheets, password
            )
        for item in form_sheets:
            write_form_sheet(workbook, formats, item, password)
        write_petunjuk(guide, formats, katalog, form_sheets, password)
        write_lists_sheet(workbook, formats, katalog, password)
        write_identity_sheet(
            workbook, formats, katalog, password, [item.form.jabatan.id for item in form_sheets]
        )

    title = f"Isian IKI {katalog.kantor.tahun} {katalog.kantor.nama}"
    return build_workbook(build, properties={"title": title[:255], "author": katalog.kantor.nama[:255]})
